using Gdpr.Time;

namespace Gdpr.Retention;

/// <summary>A leaf at an instant as one comparison: alive exactly when the value of its trigger lies in a range.</summary>
/// <remarks>Decides as <see cref="RecordLeafStates"/> does, for values whose form is settled: instants or days, with <see cref="RetentionColumns.NotHappened"/>
/// above them all. What it cannot decide, it says.</remarks>
internal readonly struct LeafComparison
{
    private const long FirstValue = RetentionColumns.Unknown + 1;
    private const long LastValue = RetentionColumns.NotHappened - 1;

    /// <summary>The first value of the range, inclusive.</summary>
    public readonly long First;

    /// <summary>How many values the range has; 0 for a leaf that is never alive.</summary>
    public readonly ulong Width;

    /// <summary>The first value that the comparison decides: below lie <see cref="RetentionColumns.Unknown"/>, and events before the fiscal years known.</summary>
    public readonly long DecidedFrom;

    /// <summary>The trigger compared.</summary>
    public readonly int Trigger;

    private LeafComparison(long first, ulong width, long decidedFrom, int trigger)
    {
        First = first;
        Width = width;
        DecidedFrom = decidedFrom;
        Trigger = trigger;
    }

    /// <summary>Stands where no leaf is to be compared, and for the leaves that ask for consent, which facts decide and no trigger.</summary>
    public static LeafComparison Never => new(0, 0, long.MinValue, 0);

    /// <summary>The comparison of a leaf.</summary>
    /// <param name="code">The leaf.</param>
    /// <param name="cutoff">Its cutoff, as an instant or as a day.</param>
    /// <param name="decidedFrom">From which value on the leaf's fiscal years leave nothing open; <see cref="long.MinValue"/> for a leaf without.</param>
    public static LeafComparison Of(LeafCode code, long cutoff, long decidedFrom)
    {
        if (code.Trigger < 0)
        {
            return Never;
        }

        var first = code.Kind == LeafKind.Happened ? FirstValue : Math.Max(cutoff, FirstValue);
        var last = LeafLogic.NotHappened(code.Kind) == LimbState.Alive ? RetentionColumns.NotHappened : LastValue;
        return new LeafComparison(first, (ulong)(last - first) + 1, Math.Max(decidedFrom, FirstValue), code.Trigger);
    }

    /// <summary>Whether the leaf is alive, for a value that is decided.</summary>
    public bool IsAlive(long value) => (ulong)(value - First) < Width;
}

/// <summary>A data set's cutoffs at an instant.</summary>
internal sealed class DataSetCutoffs
{
    /// <summary>The most leaves, over all horizons, that a record's fate is remembered by: one bit each.</summary>
    public const int MaximumLeaves = 8;

    private readonly DataSetSchedule _dataSet;
    private readonly LeafComparison[] _ticks;
    private readonly LeafComparison[] _days;

    public DataSetCutoffs(DataSetSchedule dataSet, LeafCutoff[] cutoffs)
    {
        _dataSet = dataSet;
        KnownFates = dataSet.KnownFates;
        Cutoffs = cutoffs;
        _ticks = new LeafComparison[dataSet.ComparedLeaves];
        _days = new LeafComparison[dataSet.ComparedLeaves];
        for (var i = 0; i < _ticks.Length; i++)
        {
            var code = dataSet.LeafCodes[i % dataSet.LeafCodes.Length];
            _ticks[i] = LeafComparison.Of(code, cutoffs[i].Ticks, code.Fiscal?.TicksDecidedFrom(cutoffs[i].Ticks) ?? long.MinValue);
            _days[i] = LeafComparison.Of(code, cutoffs[i].Day, code.Fiscal?.DaysDecidedFrom(cutoffs[i].Day) ?? long.MinValue);
        }
    }

    /// <summary>The cutoffs of the data set's leaves, horizon by horizon.</summary>
    public LeafCutoff[] Cutoffs { get; }

    /// <summary>The leaves as comparisons of instants, horizon by horizon; none where there are too many, or no trigger to compare.</summary>
    public ReadOnlySpan<LeafComparison> Ticks => _ticks;

    /// <summary>The fates known of the data set's records, whatever the instant.</summary>
    public byte[] KnownFates { get; }

    public bool IsOf(DataSetSchedule? dataSet) => ReferenceEquals(_dataSet, dataSet);

    /// <summary>What alone decides the fate of a record of which nothing is unknown: its facts, and one bit per leaf, the first leaf's highest.</summary>
    /// <param name="triggers">The values of the triggers.</param>
    /// <param name="facts">What is known beside.</param>
    /// <returns>The place of the fate in <see cref="DataSetSchedule.KnownFates"/>; negative where rules have to be asked.</returns>
    public int KeyOf(ReadOnlySpan<TriggerValue> triggers, in RecordFacts facts)
    {
        // Facts without a key have a negative one, and shifting keeps it negative.
        int key = facts.Key;
        foreach (ref readonly var comparison in _ticks.AsSpan())
        {
            ref readonly var trigger = ref triggers[comparison.Trigger];
            if (trigger.Form != TriggerForm.Instant || trigger.Raw < comparison.DecidedFrom)
            {
                return KeyByForm(triggers, facts.Key);
            }

            key = (key << 1) | (comparison.IsAlive(trigger.Raw) ? 1 : 0);
        }

        return key;
    }

    /// <summary>The same where not every value is an instant that the comparison decides.</summary>
    private int KeyByForm(ReadOnlySpan<TriggerValue> triggers, int key)
    {
        for (var i = 0; i < _ticks.Length; i++)
        {
            ref readonly var comparison = ref _ticks[i];
            ref readonly var trigger = ref triggers[comparison.Trigger];
            var form = trigger.Form == TriggerForm.Missing ? _dataSet.MissingAs[comparison.Trigger] : trigger.Form;
            if (form == TriggerForm.Date)
            {
                comparison = ref _days[i];
            }

            var value = form switch
            {
                TriggerForm.NotHappened => RetentionColumns.NotHappened,
                TriggerForm.Unknown => RetentionColumns.Unknown,
                _ => trigger.Raw,
            };
            if (value < comparison.DecidedFrom)
            {
                return -1;
            }

            key = (key << 1) | (comparison.IsAlive(value) ? 1 : 0);
        }

        return key;
    }
}
