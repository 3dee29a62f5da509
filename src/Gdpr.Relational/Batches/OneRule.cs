using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Retention;

namespace Gdpr.Relational.Batches;

/// <summary>One comparison that decides what becomes of a data set's records of which no fact is known: the same rule and reason end all that are past, and nothing
/// else needs to be changed with them.</summary>
/// <param name="Trigger">The trigger compared.</param>
/// <param name="Cutoff">The cutoff.</param>
/// <param name="Past">The condition on the row <c>r</c>.</param>
/// <param name="Decision">What the evaluator says of each that meets it.</param>
internal sealed record OneRule(MappedTrigger Trigger, Cutoff Cutoff, string Past, FateDecision Decision)
{
    /// <summary>The rule of a data set at an instant, or <see langword="null"/> where there is more to it.</summary>
    public static OneRule? Of(string source, SqlDialect dialect, MappedDataSet dataSet, RetentionEvaluator evaluator)
    {
        // What was said of a record that is another data set's by now is taken away with it, which one statement does not.
        if (!dialect.DisposesAtOnce || dataSet.IsDisposedInParts || dataSet.Children.Count > 0 || dataSet.Siblings.Count > 0
            || !new RecordChanger(source, dialect, dataSet).GoesByAddress)
        {
            return null;
        }

        var schedule = evaluator.Schedule.DataSet(dataSet.Path);
        var cutoffs = evaluator.Cutoffs(schedule);
        if (cutoffs.Groups is not [{ Graced: [{ Rule.Kind: RuleKind.Purpose, Limb: CutoffLimb.Event { Cutoff: { } cutoff } limb }] }]
            || limb is { FiscalYears: not null } or { WhenMissing: LimbState.Past }
            || dataSet.Triggers[limb.TriggerIndex] is not { IsOwnColumn: true } trigger
            || dialect.Past($"r.{dialect.Quote(trigger.Path.Column)}", trigger.Kind, trigger.Time, cutoff) is not { } past)
        {
            return null;
        }

        // What the evaluator says of one that is past, it says of all.
        TriggerValue[] values = [.. schedule.Triggers.Select(_ => TriggerValue.On(cutoff.Date.PlusDays(-1)))];
        var decision = evaluator.Evaluate(new RetentionRecord(schedule, values));
        return decision.Fate == Fate.Erase ? new OneRule(trigger, cutoff, past, decision) : null;
    }
}
