using Gdpr.Time;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>A data set's cutoffs at an instant, and the fates known of its records.</summary>
/// <remarks>A record of which nothing is unknown has the fate that is known of its facts and of the answers to the data set's comparisons
/// (<see cref="DataSetSchedule.KnownFates"/>): together they are its key. The law is asked once for each key.</remarks>
internal sealed class DataSetCutoffs
{
    private const int Undecided = -1;

    public DataSetCutoffs(DataSetSchedule dataSet, Instant now, Func<ScheduledRule, bool>? isEndless)
    {
        DataSet = dataSet;
        Cutoffs = CutoffsOf(dataSet, now, isEndless);
        Ticks = BoundsOf(cutoff => cutoff.Ticks, (years, cutoff) => years.TicksDecidedFrom(cutoff));
        Days = BoundsOf(cutoff => cutoff.Day, (years, cutoff) => years.DaysDecidedFrom(cutoff));
    }

    public DataSetSchedule DataSet { get; }

    /// <summary>The cutoffs of the data set's leaves, horizon by horizon.</summary>
    public LeafCutoff[] Cutoffs { get; }

    /// <summary>The bounds of the data set's comparisons as instants.</summary>
    public long[] Ticks { get; }

    /// <summary>The bounds of the data set's comparisons as days since 1970.</summary>
    public long[] Days { get; }

    /// <summary>The fate of a record with values of any form: as it is known, or by the law itself.</summary>
    /// <param name="triggers">The values of the data set's triggers, one each.</param>
    /// <param name="facts">What is known beside.</param>
    public Fate FateOf(ReadOnlySpan<TriggerValue> triggers, in RecordFacts facts)
    {
        var key = KeyOf(triggers, facts.Key);
        var known = DataSet.KnownFates;
        if ((uint)key < (uint)known.Length && known[key] is not DataSetSchedule.NotKnown and var remembered)
        {
            return remembered;
        }

        var fate = FateOrder.OfRecord(DataSet, DataSet.Groups, new RecordStates(DataSet, Cutoffs, triggers, facts), facts);
        if ((uint)key < (uint)known.Length)
        {
            known[key] = fate;
        }

        return fate;
    }

    /// <summary>What alone decides the fate of a record of which nothing is unknown.</summary>
    /// <param name="triggers">The values of the triggers.</param>
    /// <param name="facts">The key of what is known beside.</param>
    /// <returns>The place of the fate in <see cref="DataSetSchedule.KnownFates"/>; negative where rules have to be asked.</returns>
    private int KeyOf(ReadOnlySpan<TriggerValue> triggers, int facts)
    {
        var key = facts << (DataSet.KeyBits - DataSet.Comparisons.Length);
        var comparisons = DataSet.Comparisons;
        for (var i = 0; i < comparisons.Length; i++)
        {
            ref readonly var comparison = ref comparisons[i];
            ref readonly var trigger = ref triggers[comparison.Trigger];
            var form = trigger.Form == TriggerForm.Missing ? DataSet.MissingAs[comparison.Trigger] : trigger.Form;
            var isBefore = form switch
            {
                TriggerForm.NotHappened => false,
                TriggerForm.Date => trigger.Raw < Days[i],
                _ => trigger.Raw < Ticks[i],
            };
            if (form == TriggerForm.Unknown || (isBefore && comparison.Kind == BoundKind.KnownYears))
            {
                return Undecided;
            }

            key = (key * 2) + (isBefore ? 1 : 0);
        }

        return key;
    }

    private long[] BoundsOf(Func<LeafCutoff, long> valueOf, Func<FiscalSpans, long, long> decidedFrom) =>
    [
        .. DataSet.Comparisons.Select(comparison => comparison.Kind switch
        {
            BoundKind.Cutoff => valueOf(Cutoffs[comparison.Cutoff]),
            BoundKind.KnownYears => decidedFrom(
                DataSet.LeafCodes[comparison.Cutoff % DataSet.LeafCodes.Length].Fiscal!, valueOf(Cutoffs[comparison.Cutoff])),
            _ => RetentionColumns.NotHappened,
        }),
    ];

    private static LeafCutoff[] CutoffsOf(DataSetSchedule dataSet, Instant now, Func<ScheduledRule, bool>? isEndless)
    {
        var cutoffs = new LeafCutoff[dataSet.CutoffCount];
        var endless = isEndless is null ? [] : dataSet.RuleTable.Where(isEndless).SelectMany(rule => rule.Tree.Leaves()).Select(leaf => leaf.Index).ToHashSet();
        var next = 0;
        foreach (var grace in dataSet.Horizons)
        {
            foreach (var (index, leaf) in dataSet.Leaves.Index())
            {
                // To put every end off by a grace is to ask on the day whose periods of that length end today.
                var today = LocalDays.TodayAt(now, leaf.Time.Zone);
                var cutoff = endless.Contains(index) ? LocalDate.MinIsoValue : leaf.CutoffOn(grace.IsEmpty ? today : grace.CutoffOn(today));
                cutoffs[next++] = new LeafCutoff(CutoffTicks.Of(cutoff, leaf.Time.Zone), DayNumber.Of(cutoff));
            }
        }

        return cutoffs;
    }
}
