using Gdpr.Relational.Mapping;
using Gdpr.Retention;

namespace Gdpr.Relational.Queries;

/// <summary>The triggers before whose cutoffs every due record lies, as long as no fact has ended a purpose: an index on the column of one finds them all, in
/// the order of time, and nothing else.</summary>
internal static class IndexedTrigger
{
    /// <summary>The trigger whose column an index of the table begins with; <see langword="null"/> where there is none.</summary>
    public static MappedTrigger? Of(SqlDialect dialect, MappedDataSet dataSet, RetentionCutoffs cutoffs) =>
        Deciding(dialect, dataSet, cutoffs).FirstOrDefault(trigger => IsIndexed(dataSet, trigger));

    /// <summary>The triggers of which an index would do.</summary>
    public static IReadOnlyList<MappedTrigger> Deciding(SqlDialect dialect, MappedDataSet dataSet, RetentionCutoffs cutoffs)
    {
        var values = new SqlValues(dialect);
        return [.. Common(cutoffs.Groups.Select(Of)).Order().Select(index => dataSet.Triggers[index]!)];

        IEnumerable<int> Of(GroupCutoffs group) => Common(
            [group.Graced.Where(rule => rule.Rule.Kind != RuleKind.Limit).SelectMany(rule => OfLimb(rule.Limb)),
             .. group.Rules.Where(rule => rule.Rule.Kind == RuleKind.Limit).Select(rule => OfLimb(rule.Limb))]);

        IEnumerable<int> OfLimb(CutoffLimb limb) => limb switch
        {
            CutoffLimb.All all => OfLimb(all.First).Concat(OfLimb(all.Second)),
            CutoffLimb.Any any => Common([OfLimb(any.First), OfLimb(any.Second)]),
            CutoffLimb.Event { Cutoff: { } cutoff, WhenMissing: not LimbState.Past } happening
                when dataSet.Triggers[happening.TriggerIndex] is { Expression: null } trigger
                && trigger.Path.Through.Count == 0
                && cutoff.Date.Year is >= 2 and <= 9990
                && dialect.Before("r", trigger.Kind, trigger.Time, cutoff.Date, values.Text) is not null => [happening.TriggerIndex],
            _ => [],
        };
    }

    public static bool IsIndexed(MappedDataSet dataSet, MappedTrigger trigger) =>
        dataSet.Table.Indexes.Any(index => index is [var first, ..] && string.Equals(first, trigger.Path.Column, StringComparison.Ordinal));

    private static HashSet<int> Common(IEnumerable<IEnumerable<int>> sets)
    {
        HashSet<int>? common = null;
        foreach (var set in sets)
        {
            if (common is null)
            {
                common = [.. set];
            }
            else
            {
                common.IntersectWith(set);
            }
        }

        return common ?? [];
    }
}
