using Gdpr.Time;

namespace Gdpr.Retention;

/// <summary>The first event date and instant whose period has not ended: everything before is past.</summary>
internal readonly record struct LeafCutoff(long Ticks, int Day);

/// <summary>The states of a record's leaves at the evaluator's instant: one comparison each.</summary>
internal readonly ref struct RecordLeafStates(
    DataSetSchedule dataSet, ReadOnlySpan<LeafCutoff> cutoffs, ReadOnlySpan<TriggerValue> triggers, in RecordFacts facts) : ILeafStates
{
    private readonly LeafCode[] _codes = dataSet.LeafCodes;
    private readonly TriggerForm[] _missingAs = dataSet.MissingAs;
    private readonly ReadOnlySpan<LeafCutoff> _cutoffs = cutoffs;
    private readonly ReadOnlySpan<TriggerValue> _triggers = triggers;
    private readonly ref readonly RecordFacts _facts = ref facts;

    public LimbState StateOf(int leaf)
    {
        ref readonly var code = ref _codes[leaf];
        if (code.Trigger < 0)
        {
            return RuleStates.Consent(_facts, 1UL << code.Purpose);
        }

        ref readonly var value = ref _triggers[code.Trigger];
        var form = value.Form == TriggerForm.Missing ? _missingAs[code.Trigger] : value.Form;
        if (form < TriggerForm.Date)
        {
            return form == TriggerForm.Unknown ? LimbState.Unknown : LeafLogic.NotHappened(code.Kind);
        }

        if (code.Kind == LeafKind.Happened)
        {
            return LimbState.Alive;
        }

        var isDay = form == TriggerForm.Date;
        if (code.Fiscal is { } fiscal)
        {
            var position = isDay ? fiscal.OfDay(value.Raw) : fiscal.OfTicks(value.Raw);
            if (position != FiscalYearPositionKind.Known)
            {
                return position == FiscalYearPositionKind.Open ? LimbState.Alive : LimbState.Unknown;
            }
        }

        var cutoff = isDay ? _cutoffs[leaf].Day : _cutoffs[leaf].Ticks;
        return value.Raw < cutoff ? LimbState.Past : LimbState.Alive;
    }
}

/// <summary>The states of a record's rules at the evaluator's instant.</summary>
internal readonly ref struct RecordStates(
    DataSetSchedule dataSet, LeafCutoff[] cutoffs, ReadOnlySpan<TriggerValue> triggers, in RecordFacts facts) : IHorizonStates
{
    private readonly ReadOnlySpan<TriggerValue> _triggers = triggers;
    private readonly ref readonly RecordFacts _facts = ref facts;

    public RuleStates At(int horizon) => RuleStates.Of(dataSet, LeavesAt(horizon), _facts);

    public RecordLeafStates LeavesAt(int horizon)
    {
        var leaves = dataSet.LeafCodes.Length;
        return new RecordLeafStates(dataSet, cutoffs.AsSpan(horizon * leaves, leaves), _triggers, _facts);
    }
}

/// <summary>The states of a record's leaves on a later day, by the day on which each ends.</summary>
/// <param name="ends">Per leaf: its last day, or <see cref="DayNumber.Never"/>, <see cref="DayNumber.Always"/>, or <see cref="Unknown"/>.</param>
/// <param name="day">The day asked about.</param>
internal readonly ref struct DatedLeafStates(ReadOnlySpan<int> ends, int day) : ILeafStates
{
    /// <summary>Stands for the end of a leaf whose trigger or fiscal year is unknown.</summary>
    public const int Unknown = DayNumber.Always + 1;

    private readonly ReadOnlySpan<int> _ends = ends;

    public LimbState StateOf(int leaf)
    {
        var end = _ends[leaf];
        if (end == Unknown)
        {
            return LimbState.Unknown;
        }

        return end < day ? LimbState.Past : LimbState.Alive;
    }
}

/// <summary>What leaves have in common, however their values are stored.</summary>
internal static class LeafLogic
{
    /// <summary>A limb whose event has not happened runs on; evidence that never came is none, and a relation that never started carries nothing.</summary>
    public static LimbState NotHappened(LeafKind kind) => kind == LeafKind.Period ? LimbState.Alive : LimbState.Past;
}
