using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gdpr.Retention;

/// <summary>What an evaluator needs to judge columns: each leaf as one comparison, and each data set's fates by the outcomes.</summary>
/// <remarks>
/// A record of which nothing is unknown has the fate that is known of its facts and the leaves alive (<see cref="DataSetSchedule.KnownFates"/>). Every other
/// record, and the first of each such kind, is evaluated by itself as a <see cref="RetentionRecord"/>: the law is written once.
/// Records of different data sets lie in random order, so the loop does not branch on what a record holds: all data sets compare equally often.
/// </remarks>
internal sealed class ColumnProgram
{
    /// <summary>How many values of a block lie row by row on the stack: 4 kB, so that they stay in the nearest cache beside the tables.</summary>
    private const int BlockValues = 512;

    private const int TriggersOnStack = 32;
    private const int FewSlots = 4;

    private readonly RetentionEvaluator _evaluator;
    private readonly bool _assumeConsent;
    private readonly int _slots;
    private readonly LeafComparison[] _comparisons;
    private readonly DataSetColumns[] _dataSets;

    public ColumnProgram(RetentionEvaluator evaluator, bool assumeConsent)
    {
        var dataSets = evaluator.Schedule.DataSets;
        _evaluator = evaluator;
        _assumeConsent = assumeConsent;
        _slots = Math.Max(FewSlots, dataSets.Select(dataSet => dataSet.ComparedLeaves).DefaultIfEmpty().Max());
        _comparisons = new LeafComparison[dataSets.Count * _slots];
        _comparisons.AsSpan().Fill(LeafComparison.Never);
        foreach (var dataSet in dataSets)
        {
            // Those that compare nothing come first: their bits are zeros before the key.
            evaluator.CutoffsOf(dataSet).Ticks.CopyTo(_comparisons.AsSpan(((dataSet.Index + 1) * _slots) - dataSet.ComparedLeaves));
        }

        _dataSets = [.. dataSets.Select(dataSet => new DataSetColumns(
            dataSet.ComparedLeaves > 0 ? dataSet.Triggers.Count : int.MaxValue, dataSet.ComparedLeaves, dataSet.KnownFates))];
    }

    /// <summary>Writes the fate of each record.</summary>
    public void Run(in RetentionColumns columns, Span<Fate> fates)
    {
        Check(columns, fates.Length);
        var width = Math.Max(columns.Triggers.Length, 1);
        Span<long> rows = width <= BlockValues ? stackalloc long[BlockValues] : new long[width];
        Span<TriggerValue> values = width <= TriggersOnStack ? stackalloc TriggerValue[TriggersOnStack] : new TriggerValue[width];
        ReadOnlySpan<byte> none = stackalloc byte[BlockValues];
        var most = rows.Length / width;
        for (var start = 0; start < fates.Length; start += most)
        {
            var count = Math.Min(most, fates.Length - start);
            ByRow(columns.Triggers, start, count, rows);
            Judge(
                new Block
                {
                    FirstDataSet = columns.DataSet?.Index ?? 0,
                    DataSets = columns.DataSet is null ? columns.DataSets.Slice(start, count) : none[..count],
                    Flags = columns.Flags.IsEmpty ? MemoryMarshal.Cast<byte, RecordFlags>(none[..count]) : columns.Flags.Slice(start, count),
                    UnknownFlags = columns.UnknownFlags.IsEmpty ? MemoryMarshal.Cast<byte, RecordFlags>(none[..count]) : columns.UnknownFlags.Slice(start, count),
                    Columns = columns.Triggers.Length,
                    Width = width,
                    Rows = rows[..(count * width)],
                    Values = values,
                },
                fates.Slice(start, count));
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

    private void Judge(scoped in Block block, Span<Fate> fates)
    {
        var slots = _slots;
        var its = _dataSets;
        var comparisons = _comparisons;
        var consented = _assumeConsent;
        var rows = block.Rows;
        var width = block.Width;
        var columns = block.Columns;
        var first = block.FirstDataSet;
        var dataSets = block.DataSets;
        var flags = block.Flags;
        var unknownFlags = block.UnknownFlags;
        for (var i = 0; i < fates.Length; i++)
        {
            var dataSet = dataSets[i] + first;
            var fate = 0;
            if (dataSet < its.Length && its[dataSet].Columns <= columns && unknownFlags[i] == RecordFlags.None)
            {
                var row = rows.Slice(i * width, width);
                var alive = 0;
                var decided = true;
                if (slots == FewSlots)
                {
                    var four = comparisons.AsSpan(dataSet * FewSlots, FewSlots);
                    Compare(four[0], row, ref alive, ref decided);
                    Compare(four[1], row, ref alive, ref decided);
                    Compare(four[2], row, ref alive, ref decided);
                    Compare(four[3], row, ref alive, ref decided);
                }
                else
                {
                    foreach (ref readonly var comparison in comparisons.AsSpan(dataSet * slots, slots))
                    {
                        Compare(comparison, row, ref alive, ref decided);
                    }
                }

                if (decided)
                {
                    fate = its[dataSet].KnownFates[(RecordFacts.KeyOf(flags[i], consented) << its[dataSet].Leaves) | alive];
                }
            }

            fates[i] = fate != 0 ? (Fate)(fate - 1) : BySelf(block, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Compare(in LeafComparison comparison, ReadOnlySpan<long> row, ref int alive, ref bool decided)
    {
        var value = row[comparison.Trigger];
        decided &= value >= comparison.DecidedFrom;
        alive = (alive << 1) | (comparison.IsAlive(value) ? 1 : 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Fate BySelf(scoped in Block columns, int record)
    {
        var index = columns.DataSets[record] + columns.FirstDataSet;
        var dataSets = _evaluator.Schedule.DataSets;
        if (index >= dataSets.Count)
        {
            throw new ArgumentException($"A record names data set {index}; the schedule has {dataSets.Count}, counted from 0.", nameof(columns));
        }

        var dataSet = dataSets[index];
        if (dataSet.Triggers.Count > columns.Columns)
        {
            throw new ArgumentException(
                $"The data set {dataSet.Path} has {dataSet.Triggers.Count} triggers, and {columns.Columns} columns were given.", nameof(columns));
        }

        var values = columns.Values[..dataSet.Triggers.Count];
        for (var trigger = 0; trigger < values.Length; trigger++)
        {
            values[trigger] = TriggerValue.OfColumn(columns.Rows[(record * columns.Width) + trigger]);
        }

        var facts = default(RecordFacts).With(columns.Flags[record]).WithUnknown(columns.UnknownFlags[record]);
        facts = _assumeConsent ? facts.AssumingConsent() : facts;
        return _evaluator.FateOf(new RetentionRecord(dataSet, values, facts));
    }

    /// <summary>What judging a record of a data set takes.</summary>
    /// <param name="Columns">How many columns there must be; more than there can be where each record is evaluated by itself.</param>
    /// <param name="Leaves">How many leaves are compared.</param>
    /// <param name="KnownFates">The fates known so far.</param>
    private readonly record struct DataSetColumns(int Columns, int Leaves, byte[] KnownFates);

    /// <summary>Some records, of which each has its values side by side.</summary>
    private readonly ref struct Block
    {
        /// <summary>Added to each of <see cref="DataSets"/>.</summary>
        public required int FirstDataSet { get; init; }

        public required ReadOnlySpan<byte> DataSets { get; init; }

        public required ReadOnlySpan<RecordFlags> Flags { get; init; }

        public required ReadOnlySpan<RecordFlags> UnknownFlags { get; init; }

        public required int Columns { get; init; }

        /// <summary>How many values lie from one record to the next.</summary>
        public required int Width { get; init; }

        public required ReadOnlySpan<long> Rows { get; init; }

        /// <summary>Room for the values of a record that is evaluated by itself.</summary>
        public required Span<TriggerValue> Values { get; init; }
    }
}
