using System.Runtime.CompilerServices;

namespace Gdpr.Retention;

/// <summary>What an evaluator needs to judge columns: each leaf as one comparison, and each data set's fates by the outcomes.</summary>
/// <remarks>
/// A record whose facts are known and whose leaves are decided by comparing alone takes its fate from its data set's <see cref="FateTable"/>. Every other record (a
/// trigger or a fact unknown, an event outside the known fiscal years, a data set with many leaves) is evaluated by itself, as a <see cref="RetentionRecord"/>.
/// Records of different data sets lie in random order, so the loop does not branch on what a record holds: all data sets compare equally often.
/// </remarks>
internal sealed class ColumnProgram
{
    /// <summary>How many values of a block lie row by row on the stack: 4 kB, so that they stay in the nearest cache beside the tables.</summary>
    private const int BlockValues = 512;

    private const int TriggersOnStack = 32;

    private readonly RetentionEvaluator _evaluator;
    private readonly bool _assumeConsent;
    private readonly int _slots;
    private readonly LeafComparison[] _comparisons;
    private readonly DataSetTable[] _tables;

    public ColumnProgram(RetentionEvaluator evaluator, bool assumeConsent)
    {
        var dataSets = evaluator.Schedule.DataSets;
        _evaluator = evaluator;
        _assumeConsent = assumeConsent;
        _slots = dataSets.Any(dataSet => dataSet.CutoffCount is > FateTable.MaximumLeaves / 2 and <= FateTable.MaximumLeaves)
            ? FateTable.MaximumLeaves
            : FateTable.MaximumLeaves / 2;
        _comparisons = new LeafComparison[dataSets.Count * _slots];
        _comparisons.AsSpan().Fill(LeafComparison.NeverAlive);
        _tables = [.. dataSets.Select(TableOf)];
    }

    /// <summary>Writes the fate of each record.</summary>
    public void Run(in RetentionColumns columns, Span<Fate> fates)
    {
        Check(columns, fates.Length);
        var width = Math.Max(columns.Triggers.Length, 1);
        Span<long> block = width <= BlockValues ? stackalloc long[BlockValues] : new long[width];
        Span<TriggerValue> values = width <= TriggersOnStack ? stackalloc TriggerValue[TriggersOnStack] : new TriggerValue[width];
        var rows = block.Length / width;
        for (var start = 0; start < fates.Length; start += rows)
        {
            var count = Math.Min(rows, fates.Length - start);
            ByRow(columns.Triggers, start, count, block);
            Judge(columns, start, block, width, fates.Slice(start, count), values);
        }
    }

    /// <summary>Refuses columns that do not fit the schedule or the number of records.</summary>
    private void Check(in RetentionColumns columns, int records)
    {
        if (columns.DataSet is not null && !_evaluator.Schedule.Owns(columns.DataSet))
        {
            throw new ArgumentException("The records' data set does not belong to the evaluator's schedule.", nameof(columns));
        }

        var fit = (columns.DataSet is not null || columns.DataSets.Length == records)
            && (columns.Flags.IsEmpty || columns.Flags.Length == records)
            && (columns.UnknownFlags.IsEmpty || columns.UnknownFlags.Length == records);
        foreach (ref readonly var trigger in columns.Triggers)
        {
            fit &= trigger.Length == records;
        }

        if (!fit)
        {
            throw new ArgumentException(
                $"Each column has one value per record, and there is room for the fates of {records}: make all of them equally long.", nameof(columns));
        }
    }

    /// <summary>Brings the values of each record of a block together.</summary>
    private static void ByRow(ReadOnlySpan<ReadOnlyMemory<long>> triggers, int start, int count, Span<long> block)
    {
        for (var trigger = 0; trigger < triggers.Length; trigger++)
        {
            var at = trigger;
            foreach (var value in triggers[trigger].Span.Slice(start, count))
            {
                block[at] = value;
                at += triggers.Length;
            }
        }
    }

    private void Judge(
        in RetentionColumns columns, int start, ReadOnlySpan<long> block, int width, Span<Fate> fates, Span<TriggerValue> values)
    {
        var slots = _slots;
        var tables = _tables;
        var dataSets = columns.DataSets.IsEmpty ? default : columns.DataSets.Slice(start, fates.Length);
        var flags = columns.Flags.IsEmpty ? default : columns.Flags.Slice(start, fates.Length);
        var unknownFlags = columns.UnknownFlags.IsEmpty ? default : columns.UnknownFlags.Slice(start, fates.Length);
        var only = columns.DataSet?.Index ?? 0;
        for (var i = 0; i < fates.Length; i++)
        {
            var row = block.Slice(i * width, width);
            var dataSet = dataSets.IsEmpty ? only : dataSets[i];
            var stated = flags.IsEmpty ? RecordFlags.None : flags[i];
            var unknown = unknownFlags.IsEmpty ? RecordFlags.None : unknownFlags[i];
            if (dataSet < tables.Length && unknown == RecordFlags.None && tables[dataSet] is { Fates: { } known } table && table.Triggers <= width)
            {
                var alive = 0;
                var undecided = false;
                var comparisons = _comparisons.AsSpan(dataSet * slots, slots);
                for (var slot = 0; slot < comparisons.Length; slot++)
                {
                    ref readonly var comparison = ref comparisons[slot];
                    var value = row[comparison.Trigger];
                    alive |= ((ulong)(value - comparison.First) < comparison.Width ? 1 : 0) << slot;
                    undecided |= value < comparison.DecidedFrom;
                }

                if (!undecided)
                {
                    fates[i] = known[((int)(stated & FateTable.AllFlags) << table.Leaves) | alive];
                    continue;
                }
            }

            fates[i] = BySelf(dataSet, row, columns.Triggers.Length, stated, unknown, values);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Fate BySelf(int index, ReadOnlySpan<long> row, int columns, RecordFlags stated, RecordFlags unknown, Span<TriggerValue> values)
    {
        var dataSets = _evaluator.Schedule.DataSets;
        if (index >= dataSets.Count)
        {
            throw new ArgumentException($"A record names data set {index}; the schedule has {dataSets.Count}, counted from 0.", nameof(columns));
        }

        var dataSet = dataSets[index];
        if (dataSet.Triggers.Count > columns)
        {
            throw new ArgumentException($"The data set {dataSet.Path} has {dataSet.Triggers.Count} triggers, and {columns} columns were given.", nameof(columns));
        }

        values = values[..dataSet.Triggers.Count];
        for (var trigger = 0; trigger < values.Length; trigger++)
        {
            values[trigger] = TriggerValue.OfColumn(row[trigger]);
        }

        var facts = default(RecordFacts).With(stated).WithUnknown(unknown);
        return _evaluator.FateOf(new RetentionRecord(dataSet, values, _assumeConsent ? facts.AssumingConsent() : facts));
    }

    private DataSetTable TableOf(DataSetSchedule dataSet)
    {
        if (dataSet.CutoffCount > FateTable.MaximumLeaves)
        {
            return default;
        }

        var comparisons = _comparisons.AsSpan(dataSet.Index * _slots, dataSet.CutoffCount);
        for (var i = 0; i < comparisons.Length; i++)
        {
            if (!LeafComparison.TryCreate(dataSet.LeafCodes[i % dataSet.LeafCodes.Length], _evaluator.CutoffsOf(dataSet)[i].Ticks, out comparisons[i]))
            {
                comparisons.Fill(LeafComparison.NeverAlive);
                return default;
            }
        }

        return new DataSetTable(dataSet.FatesByLeaves(_assumeConsent), dataSet.CutoffCount, dataSet.Triggers.Count);
    }

    /// <summary>The fates of a data set; none where its records are evaluated by themselves.</summary>
    private readonly record struct DataSetTable(Fate[]? Fates, int Leaves, int Triggers);

    /// <summary>A leaf as one comparison: alive when the value lies in a range.</summary>
    /// <param name="First">The first value of the range, inclusive.</param>
    /// <param name="Width">How many values the range has; 0 for a leaf that is never alive.</param>
    /// <param name="DecidedFrom">The first value that the comparison decides; those below are <see cref="RetentionColumns.Unknown"/>, or before the fiscal years known.</param>
    /// <param name="Trigger">The column compared.</param>
    private readonly record struct LeafComparison(long First, ulong Width, long DecidedFrom, int Trigger)
    {
        private const long FirstInstant = RetentionColumns.Unknown + 1;
        private const long LastInstant = RetentionColumns.NotHappened - 1;

        /// <summary>Fills the places of data sets with fewer leaves than others, and of leaves that ask for consent, whose bit the table passes over.</summary>
        public static LeafComparison NeverAlive => new(0, 0, long.MinValue, 0);

        /// <summary>The comparison that decides as <see cref="RecordLeafStates"/> does; there is none where gaps divide the fiscal years.</summary>
        public static bool TryCreate(LeafCode code, long cutoff, out LeafComparison comparison)
        {
            comparison = NeverAlive;
            if (code.Trigger < 0)
            {
                return true;
            }

            var decidedFrom = FirstInstant;
            if (code.Fiscal is { } fiscal && !fiscal.IsDecidedByComparing(cutoff, out decidedFrom))
            {
                return false;
            }

            decidedFrom = Math.Max(decidedFrom, FirstInstant);
            var first = code.Kind == LeafKind.Happened ? FirstInstant : Math.Max(cutoff, FirstInstant);
            var last = LeafLogic.NotHappened(code.Kind) == LimbState.Alive ? RetentionColumns.NotHappened : LastInstant;
            comparison = new LeafComparison(first, (ulong)(last - first) + 1, decidedFrom, code.Trigger);
            return true;
        }
    }
}
