using System.Runtime.CompilerServices;

namespace Gdpr.Retention;

/// <summary>What an evaluator needs to judge columns: each leaf as one comparison, and the fates known of what the comparisons say.</summary>
/// <remarks>
/// A record of which nothing is unknown has the fate that is known of its facts and the leaves alive (<see cref="DataSetSchedule.KnownFates"/>). Every other
/// record, and the first of each such kind, is evaluated by itself as a <see cref="RetentionRecord"/>: the law is written once.
/// Records of different data sets lie in random order, so the loops do not branch on what a record holds: all data sets compare equally often.
/// </remarks>
internal sealed class ColumnProgram
{
    /// <summary>How many records are judged at a time: what is noted of them stays in the nearest cache.</summary>
    private const int BlockRecords = 256;

    private const int Four = 4;
    private const int TriggersOnStack = 32;
    private const int Undecided = -1;

    private static readonly byte[] NoDataSets = new byte[BlockRecords];
    private static readonly RecordFlags[] NoFlags = new RecordFlags[BlockRecords];

    private readonly RetentionEvaluator _evaluator;
    private readonly bool _assumeConsent;
    private readonly int _slots;
    private readonly LeafComparison[] _comparisons;
    private readonly DataSetFates[] _known;
    private readonly int _mostTriggers;

    public ColumnProgram(RetentionEvaluator evaluator, bool assumeConsent)
    {
        var dataSets = evaluator.Schedule.DataSets;
        _evaluator = evaluator;
        _assumeConsent = assumeConsent;
        _slots = Math.Max(Four, dataSets.Select(dataSet => dataSet.ComparedLeaves).DefaultIfEmpty().Max());
        _comparisons = new LeafComparison[dataSets.Count * _slots];
        _comparisons.AsSpan().Fill(LeafComparison.Never);
        foreach (var dataSet in dataSets)
        {
            // Those that compare nothing come first: their bits are zeros before the key.
            evaluator.CutoffsOf(dataSet).Ticks.CopyTo(_comparisons.AsSpan(((dataSet.Index + 1) * _slots) - dataSet.ComparedLeaves));
        }

        _known = [.. dataSets.Select(dataSet => new DataSetFates(dataSet.KnownFates, dataSet.ComparedLeaves))];
        _mostTriggers = dataSets.Select(dataSet => dataSet.Triggers.Count).DefaultIfEmpty().Max();
    }

    /// <summary>Writes the fate of each record.</summary>
    public void Run(in RetentionColumns columns, Span<Fate> fates)
    {
        Check(columns, fates.Length);
        Span<int> keys = stackalloc int[BlockRecords];
        var triggers = columns.Triggers.Length;
        Span<TriggerValue> values = triggers <= TriggersOnStack ? stackalloc TriggerValue[TriggersOnStack] : new TriggerValue[triggers];
        var block = new Block
        {
            Columns = columns.Triggers,
            FirstDataSet = columns.DataSet?.Index ?? 0,
            IsOneDataSet = columns.DataSet is not null,

            // Where some data set has more triggers than there are columns, a record of it is refused when its turn comes.
            IsComparable = triggers > 0 && triggers >= (columns.DataSet?.Triggers.Count ?? _mostTriggers),
        };
        for (var start = 0; start < fates.Length; start += BlockRecords)
        {
            var count = Math.Min(BlockRecords, fates.Length - start);
            block.Start = start;
            block.DataSets = columns.DataSet is null ? columns.DataSets.Slice(start, count) : NoDataSets.AsSpan(0, count);
            block.Flags = columns.Flags.IsEmpty ? NoFlags.AsSpan(0, count) : columns.Flags.Slice(start, count);
            block.UnknownFlags = columns.UnknownFlags.IsEmpty ? default : columns.UnknownFlags.Slice(start, count);
            Compare(block, keys[..count]);
            LookUp(block, keys[..count], fates.Slice(start, count), values);
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

    /// <summary>Notes for each record one bit per leaf alive; <see cref="Undecided"/> where comparing does not decide.</summary>
    private void Compare(scoped in Block block, Span<int> keys)
    {
        if (!block.IsComparable)
        {
            keys.Fill(Undecided);
            return;
        }

        if (block.IsOneDataSet)
        {
            CompareOne(block, keys);
        }
        else if (_slots == Four && block.Columns.Length <= Four)
        {
            CompareFour(block, keys);
        }
        else
        {
            CompareAny(block, keys);
        }

        for (var i = 0; i < block.UnknownFlags.Length; i++)
        {
            keys[i] = block.UnknownFlags[i] == RecordFlags.None ? keys[i] : Undecided;
        }
    }

    /// <summary>Records of one data set: leaf by leaf, down the leaf's column.</summary>
    private void CompareOne(scoped in Block block, Span<int> keys)
    {
        keys.Clear();
        foreach (ref readonly var comparison in _comparisons.AsSpan(block.FirstDataSet * _slots, _slots))
        {
            var column = block.Column(comparison.Trigger)[..keys.Length];
            for (var i = 0; i < keys.Length; i++)
            {
                // Undecided is negative, and shifting keeps it negative.
                keys[i] = column[i] < comparison.DecidedFrom ? Undecided : (keys[i] << 1) | (comparison.IsAlive(column[i]) ? 1 : 0);
            }
        }
    }

    /// <summary>Four comparisons of four columns for each record, written out: as loops they take half as long again.</summary>
    private void CompareFour(scoped in Block block, Span<int> keys)
    {
        var comparisons = _comparisons;
        var dataSets = block.DataSets[..keys.Length];
        var firstDataSet = block.FirstDataSet;
        var column0 = block.Column(0)[..keys.Length];
        var column1 = block.Column(1)[..keys.Length];
        var column2 = block.Column(2)[..keys.Length];
        var column3 = block.Column(3)[..keys.Length];
        Span<long> row = stackalloc long[Four];
        for (var i = 0; i < keys.Length; i++)
        {
            var first = (dataSets[i] + firstDataSet) * Four;
            if (first >= comparisons.Length)
            {
                keys[i] = Undecided;
                continue;
            }

            row[0] = column0[i];
            row[1] = column1[i];
            row[2] = column2[i];
            row[3] = column3[i];
            var four = comparisons.AsSpan(first, Four);
            var value0 = row[four[0].Trigger & 3];
            var value1 = row[four[1].Trigger & 3];
            var value2 = row[four[2].Trigger & 3];
            var value3 = row[four[3].Trigger & 3];
            if (value0 < four[0].DecidedFrom || value1 < four[1].DecidedFrom || value2 < four[2].DecidedFrom || value3 < four[3].DecidedFrom)
            {
                keys[i] = Undecided;
                continue;
            }

            keys[i] = ((four[0].IsAlive(value0) ? 1 : 0) << 3)
                | ((four[1].IsAlive(value1) ? 1 : 0) << 2)
                | ((four[2].IsAlive(value2) ? 1 : 0) << 1)
                | (four[3].IsAlive(value3) ? 1 : 0);
        }
    }

    private void CompareAny(scoped in Block block, Span<int> keys)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            var first = (block.DataSets[i] + block.FirstDataSet) * _slots;
            var key = first < _comparisons.Length ? 0 : Undecided;
            for (var slot = 0; slot < _slots && key >= 0; slot++)
            {
                ref readonly var comparison = ref _comparisons[first + slot];
                var value = block.Column(comparison.Trigger)[i];
                key = value < comparison.DecidedFrom ? Undecided : (key << 1) | (comparison.IsAlive(value) ? 1 : 0);
            }

            keys[i] = key;
        }
    }

    /// <summary>Writes the fate known of each record's facts and leaves alive, and has the other records evaluated by themselves.</summary>
    private void LookUp(scoped in Block block, ReadOnlySpan<int> keys, Span<Fate> fates, Span<TriggerValue> values)
    {
        var known = _known;
        var dataSets = block.DataSets[..fates.Length];
        var flags = block.Flags[..fates.Length];
        keys = keys[..fates.Length];
        var firstDataSet = block.FirstDataSet;
        var consented = _assumeConsent;
        for (var i = 0; i < fates.Length; i++)
        {
            var fate = 0;
            if (keys[i] >= 0)
            {
                ref readonly var its = ref known[dataSets[i] + firstDataSet];
                var key = (RecordFacts.KeyOf(flags[i], consented) << its.Leaves) | keys[i];
                fate = (uint)key < (uint)its.Fates.Length ? its.Fates[key] : 0;
            }

            fates[i] = fate != 0 ? (Fate)(fate - 1) : BySelf(block, i, values);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Fate BySelf(scoped in Block columns, int record, Span<TriggerValue> values)
    {
        var index = columns.DataSets[record] + columns.FirstDataSet;
        var dataSets = _evaluator.Schedule.DataSets;
        if (index >= dataSets.Count)
        {
            throw new ArgumentException($"A record names data set {index}; the schedule has {dataSets.Count}, counted from 0.", nameof(columns));
        }

        var dataSet = dataSets[index];
        if (dataSet.Triggers.Count > columns.Columns.Length)
        {
            throw new ArgumentException(
                $"The data set {dataSet.Path} has {dataSet.Triggers.Count} triggers, and {columns.Columns.Length} columns were given.", nameof(columns));
        }

        values = values[..dataSet.Triggers.Count];
        for (var trigger = 0; trigger < values.Length; trigger++)
        {
            values[trigger] = TriggerValue.OfColumn(columns.Column(trigger)[record]);
        }

        var facts = default(RecordFacts).With(columns.Flags[record])
            .WithUnknown(columns.UnknownFlags.IsEmpty ? RecordFlags.None : columns.UnknownFlags[record]);
        facts = _assumeConsent ? facts.AssumingConsent() : facts;
        return _evaluator.FateOf(new RetentionRecord(dataSet, values, facts));
    }

    /// <summary>The fates known of a data set's records.</summary>
    private readonly record struct DataSetFates(byte[] Fates, int Leaves);

    /// <summary>Some of the records.</summary>
    private ref struct Block
    {
        public required ReadOnlySpan<ReadOnlyMemory<long>> Columns { get; init; }

        /// <summary>Added to each of <see cref="DataSets"/>.</summary>
        public required int FirstDataSet { get; init; }

        public required bool IsOneDataSet { get; init; }

        /// <summary>Whether the comparisons of every data set find their columns.</summary>
        public required bool IsComparable { get; init; }

        /// <summary>Where the records start in their columns.</summary>
        public int Start { get; set; }

        public ReadOnlySpan<byte> DataSets { get; set; }

        public ReadOnlySpan<RecordFlags> Flags { get; set; }

        /// <summary>Empty where none is unknown.</summary>
        public ReadOnlySpan<RecordFlags> UnknownFlags { get; set; }

        /// <summary>The records' values of a trigger; where there is no such column, of the first.</summary>
        public readonly ReadOnlySpan<long> Column(int trigger) => Columns[trigger < Columns.Length ? trigger : 0].Span.Slice(Start, DataSets.Length);
    }
}
