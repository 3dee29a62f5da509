using Gdpr.Subjects;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>The rules that hosts have added. Every one is asked, and every one must agree.</summary>
internal sealed class HostRules(IEnumerable<IProcessingRule> rules, ILogger logger)
{
    // In the order of their names: the order of registration decides nothing, not even what is told first.
    private readonly IProcessingRule[] _rules = [.. rules.OrderBy(rule => rule.Name, StringComparer.Ordinal)];

    /// <summary>The answers of the rules that do not agree.</summary>
    public async ValueTask<IReadOnlyList<Answer>> JudgeAsync(ProcessingRequest request, SubjectState state, Instant now, CancellationToken cancellationToken)
    {
        if (_rules.Length == 0)
        {
            return [];
        }

        var context = new ProcessingRuleContext(request, state, now);
        var answers = new List<Answer>();
        foreach (var rule in _rules)
        {
            if (await JudgeAsync(rule, context, cancellationToken).ConfigureAwait(false) is { } answer)
            {
                answers.Add(answer);
            }
        }

        return answers;
    }

    private async ValueTask<Answer?> JudgeAsync(IProcessingRule rule, ProcessingRuleContext context, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await rule.JudgeAsync(context, cancellationToken).ConfigureAwait(false);
            if (answer is null)
            {
                return Failed(rule, "no answer");
            }

            var known = ProcessingReasons.Of(ProcessingReasons.HostRule);
            var reason = known with
            {
                Article = answer.Article ?? known.Article,
                Mend = answer.Mend ?? known.Mend,
                NeedsHuman = answer.Outcome == ProcessingOutcome.NeedsHuman,
                About = rule.Name,
            };
            return answer.Outcome == ProcessingOutcome.Allowed ? null : new Answer(reason, answer);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return Failed(rule, exception.GetType().Name);
        }
    }

    private Answer Failed(IProcessingRule rule, string failure)
    {
        ProcessingLog.LogRuleFailed(logger, rule.Name, failure);
        return new Answer(ProcessingReasons.Of(ProcessingReasons.HostRuleFailed) with { About = rule.Name }, null);
    }

    /// <summary>The answer of a rule that does not agree.</summary>
    internal sealed record Answer(ProcessingReason Reason, ProcessingRuleAnswer? Said);
}
