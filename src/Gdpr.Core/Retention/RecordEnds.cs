using Gdpr.Time;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>The day on which each leaf of a record ends, for each horizon of its data set.</summary>
internal static class RecordEnds
{
    /// <summary>Writes the last day of every leaf, horizon by horizon.</summary>
    /// <param name="record">The record.</param>
    /// <param name="ends">Room for the leaves times the horizons.</param>
    public static void Fill(in RetentionRecord record, Span<int> ends)
    {
        // Data sets with more triggers than this are rare enough to allocate for.
        const int OnStack = 16;
        var dataSet = record.DataSet;
        var leaves = dataSet.Leaves;
        var triggers = record.Triggers.Length;
        var dates = new EventDates(record.Triggers, triggers <= OnStack ? stackalloc LocalDate[triggers] : new LocalDate[triggers]);
        for (var leaf = 0; leaf < leaves.Length; leaf++)
        {
            ends[leaf] = EndOf(leaves[leaf], record, ref dates);
        }

        for (var horizon = 1; horizon < dataSet.Horizons.Length; horizon++)
        {
            for (var leaf = 0; leaf < leaves.Length; leaf++)
            {
                var end = ends[leaf];
                ends[(horizon * leaves.Length) + leaf] = IsDay(end)
                    ? DayOf(dataSet.Horizons[horizon].EndOf(DayNumber.ToDate(end)))
                    : end;
            }
        }
    }

    /// <summary>Whether an end is a day, rather than never, always or unknown.</summary>
    public static bool IsDay(int end) => end is > DatedLeafStates.Unknown and < DayNumber.Never;

    /// <summary>The last day of a rule: the last of its all-of limbs, the first of its any-of limbs.</summary>
    /// <param name="tree">The rule.</param>
    /// <param name="ends">The ends of the leaves.</param>
    /// <param name="unknown">What the end of a limb counts as that nobody knows: no end, unless the least is asked for that is certain.</param>
    public static int OfTree(RuleTree tree, ReadOnlySpan<int> ends, int unknown = DayNumber.Never) => tree switch
    {
        RuleTree.Leaf leaf => ends[leaf.Index] == DatedLeafStates.Unknown ? unknown : ends[leaf.Index],
        RuleTree.All all => Math.Max(OfTree(all.First, ends, unknown), OfTree(all.Second, ends, unknown)),
        RuleTree.Any any => Math.Min(OfTree(any.First, ends, unknown), OfTree(any.Second, ends, unknown)),
        _ => throw new InvalidOperationException("A rule tree has three cases."),
    };

    /// <summary>The local date of a trigger's event, in the zone that the leaf counts in; <see langword="null"/> when there is none.</summary>
    public static LocalDate? DateOf(TriggerValue value, DateTimeZone zone) => value.Form switch
    {
        TriggerForm.Date => DayNumber.ToDate((int)value.Raw),
        TriggerForm.Instant => LocalDays.DateOf(Instant.FromUnixTimeTicks(value.Raw), zone),
        _ => null,
    };

    private static int EndOf(CompiledLeaf leaf, in RetentionRecord record, ref EventDates dates)
    {
        if (leaf.Terms.Trigger < 0)
        {
            return RuleStates.Consent(record.KnownFacts, 1UL << leaf.Purpose) switch
            {
                LimbState.Past => DayNumber.Always,
                LimbState.Alive => DayNumber.Never,
                _ => DatedLeafStates.Unknown,
            };
        }

        var value = record.Triggers[leaf.Terms.Trigger];
        var form = value.Form == TriggerForm.Missing ? record.DataSet.MissingAs[leaf.Terms.Trigger] : value.Form;
        if (form == TriggerForm.Unknown)
        {
            return DatedLeafStates.Unknown;
        }

        if (form == TriggerForm.NotHappened)
        {
            return LeafLogic.NotHappened(leaf.Terms.Kind) == LimbState.Alive ? DayNumber.Never : DayNumber.Always;
        }

        if (leaf.Terms.Kind == LeafKind.Happened)
        {
            return DayNumber.Never;
        }

        var date = dates.Of(leaf.Terms.Trigger, leaf.Time.Zone);
        if (leaf.Terms.Anchor == LeafAnchor.FiscalYear)
        {
            var position = leaf.Time.FiscalYears!.Locate(date).Kind;
            if (position != FiscalYearPositionKind.Known)
            {
                return position == FiscalYearPositionKind.Open ? DayNumber.Never : DatedLeafStates.Unknown;
            }
        }

        return DayOf(leaf.EndOf(date)!.Value);
    }

    /// <summary>The day of an end; the calendar's last date, beyond which nothing can be counted, never ends.</summary>
    private static int DayOf(LocalDate end) => end == LocalDate.MaxIsoValue ? DayNumber.Never : DayNumber.Of(end);

    /// <summary>The local dates of a record's events. To find one takes longer than all else about a leaf, and leaves share triggers: each is found once.</summary>
    private ref struct EventDates(ReadOnlySpan<TriggerValue> triggers, Span<LocalDate> dates)
    {
        private readonly ReadOnlySpan<TriggerValue> _triggers = triggers;
        private readonly Span<LocalDate> _dates = dates;
        private DateTimeZone? _zone;
        private ulong _found;

        /// <summary>The local date of a trigger's event.</summary>
        public LocalDate Of(int trigger, DateTimeZone zone)
        {
            if (!ReferenceEquals(zone, _zone))
            {
                _zone = zone;
                _found = 0;
            }

            var bit = trigger < 64 ? 1UL << trigger : 0;
            if ((_found & bit) == 0)
            {
                _dates[trigger] = DateOf(_triggers[trigger], zone)!.Value;
                _found |= bit;
            }

            return _dates[trigger];
        }
    }
}
