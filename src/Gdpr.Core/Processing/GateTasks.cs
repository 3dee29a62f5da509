using Gdpr.Processing.Tasks;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>Opens a task for each thing that the gate asks a human: once per activity and policy version, or per person where a rule of the host's asks; and again where
/// somebody has ended it, and there is still something to ask.</summary>
internal sealed class GateTasks(HumanTasks tasks, ProcessingOptions options)
{
    /// <summary>The ids of the tasks.</summary>
    /// <exception cref="ProcessingNotRecordedException">A task could not be opened.</exception>
    public async ValueTask<IReadOnlyList<string>> OpenAsync(
        ProcessingRequest request, ProcessingUse use, ProcessingDecision decision, IReadOnlyList<HostRules.Answer> answers, Instant now,
        CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        foreach (var reason in decision.Reasons)
        {
            var said = answers.FirstOrDefault(answer => answer.Reason == reason)?.Said;
            var task = TaskOf(request, use, reason, said, now);
            ids.Add(task.Id);
            try
            {
                await tasks.KeepOpenAsync(task, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                throw new ProcessingNotRecordedException(exception);
            }
        }

        return [.. ids.Distinct(StringComparer.Ordinal)];
    }

    private HumanTask TaskOf(ProcessingRequest request, ProcessingUse use, ProcessingReason reason, ProcessingRuleAnswer? said, Instant now)
    {
        var policy = use.Program.Policy.Hash[..12];
        var about = reason.Activity ?? reason.About ?? use.Purpose;

        // An activity is of one controller, which need not be named.
        var of = said is null && reason.Activity is not null ? about : $"{about}-{use.Controller}";
        var id = said is null ? $"gate-{reason.Code}-{of}-{policy}" : $"gate-rule-{of}-{request.Subject.Key}-{policy}";
        return new HumanTask(id, reason.Code, said?.Owner ?? options.TaskOwner, said?.DueBy ?? now + Duration.FromTimeSpan(options.TaskDueAfter), now)
        {
            Controller = use.Controller,
            Subject = said is null ? null : request.Subject.Key.ToString(),
            About = about,
            Reason = reason.Code,
            Question = reason.Mend,
        };
    }
}
