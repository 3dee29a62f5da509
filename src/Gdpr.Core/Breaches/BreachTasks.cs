using System.Runtime.CompilerServices;
using Gdpr.Disposal;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Breaches;

/// <summary>Keeps the tasks for people as the breaches on record want them: opened where something is due, ended where it is done.</summary>
internal sealed class BreachTasks(BreachFold fold, JournalFolds folds, HumanTasks tasks, Func<GdprPolicy> policy, BreachOptions options) : ITimedStep, IDueItems
{
    private const string Prefix = "breach/";
    private const string Register = "breach-register";

    public string Name => "breaches";

    /// <summary>What completes what a crash between a record and its task left undone.</summary>
    public async ValueTask RunAsync(Instant now, CancellationToken cancellationToken)
    {
        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var (open, counts) = (await OpenAsync(cancellationToken).ConfigureAwait(false), await CountsAsync(cancellationToken).ConfigureAwait(false));
        await foreach (var breach in fold.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            await SettleAsync(breach, counts.GetValueOrDefault(breach.Id), open, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Settles the tasks of one breach.</summary>
    public async ValueTask SettleAsync(BreachState breach, CancellationToken cancellationToken)
    {
        var counts = await CountsAsync(cancellationToken).ConfigureAwait(false);
        await SettleAsync(breach, counts.GetValueOrDefault(breach.Id), await OpenAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<BreachDuty>> DutiesAsync(BreachState breach, CancellationToken cancellationToken) =>
        DutiesOf(breach, (await CountsAsync(cancellationToken).ConfigureAwait(false)).GetValueOrDefault(breach.Id));

    public async IAsyncEnumerable<DueItem> ReadAsync(
        Instant now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var counts = await CountsAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var breach in fold.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var duty in DutiesOf(breach, counts.GetValueOrDefault(breach.Id)).Where(duty => duty.IsOpen))
            {
                yield return new DueItem(DueKinds.Breach, TaskOf(breach.Id, duty.Key), duty.DueBy, options.Owner)
                {
                    LegalLimit = duty.LegalLimit,
                    Article = duty.Article,
                    Controller = breach.Controller,
                    About = breach.Id,
                    Task = TaskOf(breach.Id, duty.Key),
                };
            }
        }
    }

    /// <summary>The zone of the organisation whose breach it is; of the policy's first, where a later policy has it no longer.</summary>
    public DateTimeZone ZoneOf(BreachState breach) => PolicyControllers.ZoneOf(policy(), breach.Controller);

    private static string TaskOf(string breach, string key) => $"{Prefix}{breach}/{key}";

    private async ValueTask SettleAsync(
        BreachState breach, (long Affected, long Told) counts, IReadOnlyDictionary<string, HumanTask> open, CancellationToken cancellationToken)
    {
        var duties = DutiesOf(breach, counts).ToDictionary(duty => TaskOf(breach.Id, duty.Key), StringComparer.Ordinal);
        foreach (var (id, duty) in duties)
        {
            if (duty.IsOpen && !open.ContainsKey(id))
            {
                // It may have been done, and be due again: more people were found, or it was no false alarm after all.
                await tasks.KeepOpenAsync(TaskFor(breach, id, duty), cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var id in open.Keys.Where(id => id.StartsWith(TaskOf(breach.Id, ""), StringComparison.Ordinal)))
        {
            if (duties.GetValueOrDefault(id) is not { IsOpen: true } left)
            {
                await CompleteAsync(id, duties.GetValueOrDefault(id)?.Outcome ?? "no-longer-due", cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask CompleteAsync(string id, string outcome, CancellationToken cancellationToken)
    {
        try
        {
            await tasks.CompleteAsync(id, outcome, Register, cancellationToken).ConfigureAwait(false);
        }
        catch (UnknownTaskException)
        {
            // Somebody who acted at the same time has ended it with another outcome: it is done either way.
        }
    }

    private HumanTask TaskFor(BreachState breach, string id, BreachDuty duty) => new(id, $"breach-{duty.Code}", options.Owner, duty.DueBy, breach.RecordedAt)
    {
        LegalLimit = duty.LegalLimit,
        Controller = breach.Controller,
        About = breach.Id,
        Reason = duty.Code,
        Question = QuestionOf(duty.Code),
    };

    private static string QuestionOf(string code) => code switch
    {
        BreachDutyCodes.Establish => "Is it a breach of personal data? Say so, or close it as a false alarm with the reasons.",
        BreachDutyCodes.Assess => "Is a risk to people unlikely, is there one, or is it high? Give the reasons where it is unlikely.",
        BreachDutyCodes.NotifyAuthority => "Notify the authority: preliminarily, if the risk or the content is not known yet, and what is missing follows.",
        BreachDutyCodes.Supplement => "Send the authority what the first notification left out: after four weeks it decides on what it has.",
        BreachDutyCodes.DecideCommunication => "Decide how the people affected are told, or which exception holds and why, and whether it is told in public.",
        BreachDutyCodes.TellPeople => "Say who is affected, tell each of them, and record it.",
        BreachDutyCodes.Publish => "Tell it in public, and record it.",
        BreachDutyCodes.TellController => "Tell the controller whose data it is, and record it.",
        BreachDutyCodes.Parallel => "Take the step that another law asks for, and record it.",
        _ => "Describe the effects of the breach and the measures taken.",
    };

    private IReadOnlyList<BreachDuty> DutiesOf(BreachState breach, (long Affected, long Told) counts) =>
        BreachDuties.Of(breach, counts.Affected, counts.Told, options, ZoneOf(breach));

    private async ValueTask<IReadOnlyDictionary<string, HumanTask>> OpenAsync(CancellationToken cancellationToken) =>
        (await tasks.ListOpenAsync(cancellationToken).ConfigureAwait(false)).Where(task => task.Id.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(task => task.Id, StringComparer.Ordinal);

    private async ValueTask<Dictionary<string, (long Affected, long Told)>> CountsAsync(CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, (long Affected, long Told)>(StringComparer.Ordinal);
        await foreach (var (breach, person) in fold.ReadPeopleAsync(cancellationToken).ConfigureAwait(false))
        {
            var (affected, told) = counts.GetValueOrDefault(breach);
            counts[breach] = (affected + 1, told + (person.ToldAt is null ? 0 : 1));
        }

        return counts;
    }
}
