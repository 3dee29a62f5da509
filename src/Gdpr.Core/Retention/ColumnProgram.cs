using System.Runtime.CompilerServices;

namespace Gdpr.Retention;

/// <summary>What an evaluator needs to judge columns: each data set's comparisons, and the fates known of their answers.</summary>
/// <remarks>
/// A record of which nothing is unknown has the fate that is known of its facts and answers (<see cref="DataSetSchedule.KnownFates"/>). Every other
/// record, and the first of each such kind, is evaluated by itself as a <see cref="RetentionRecord"/>: the law is written once.
/// </remarks>
internal sealed class ColumnProgram
{
    /// <summary>How many records are judged at a time: what is noted of them stays in the nearest cache.</summary>
    private const int BlockRecords = 1_024;

    private const int Undecided = -1;
    private const int TriggersOnStack = 32;

    private static readonly byte[] NoDataSets = new byte[BlockRecords];
    private static readonly RecordFlags[] NoFlags = new RecordFlags[BlockRecords];

    private readonly RetentionEvaluator _evaluator;
    private readonly bool _assumeConsent;
    private readonly DataSetBounds[] _bounds;
    private readonly FourComparisons[] _fours;
    private readonly int _mostTriggers;

    public ColumnProgram(RetentionEvaluator evaluator, bool assumeConsent)
    {
        var dataSets = evaluator.Schedule.DataSets;
        _evaluator = evaluator;
        _assumeConsent = assumeConsent;
        _bounds = [.. dataSets.Select(dataSet => new DataSetBounds(dataSet, evaluator.CutoffsOf(dataSet).Ticks))];
        _fours = Array.TrueForAll(_bounds, bounds => bounds.From.Length <= FourBounds.Count)
            ? [.. _bounds.Select(bounds => new FourComparisons(bounds.DataSet, FourBounds.Of(bounds.From)))]
            : [];
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
        };

        // Where some data set has more triggers than there are columns, a record of it is refused when its turn comes.
        var areComparable = triggers > 0 && triggers >= (columns.DataSet?.Triggers.Count ?? _mostTriggers);
        for (var start = 0; start < fates.Length; start += BlockRecords)
        {
            var count = Math.Min(BlockRecords, fates.Length - start);
            block.Start = start;
            block.DataSets = columns.DataSet is null ? columns.DataSets.Slice(start, count) : NoDataSets.AsSpan(0, count);
            block.Flags = columns.Flags.IsEmpty ? NoFlags.AsSpan(0, count) : columns.Flags.Slice(start, count);
            block.UnknownFlags = columns.UnknownFlags.IsEmpty ? default : columns.UnknownFlags.Slice(start, count);
            var some = fates.Slice(start, count);
            if (!areComparable)
            {
                JudgeEach(block, some, values);
            }
            else if (columns.DataSet is not null)
            {
                CompareOne(block, keys[..count]);
                LookUp(block, keys[..count], some, values);
            }
            else if (_fours.Length > 0 && triggers <= FourBounds.Count)
            {
                JudgeByFour(block, some, values);
            }
            else
            {
                CompareAny(block, keys[..count]);
                LookUp(block, keys[..count], some, values);
            }

            for (var i = 0; i < block.UnknownFlags.Length; i++)
            {
                some[i] = block.UnknownFlags[i] == RecordFlags.None ? some[i] : BySelf(block, i, values);
            }
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

    /// <summary>Records of one data set: comparison by comparison, down its column.</summary>
    private void CompareOne(scoped in Block block, Span<int> keys)
    {
        var dataSet = _bounds[block.FirstDataSet];
        keys.Clear();
        for (var comparison = 0; comparison < dataSet.From.Length; comparison++)
        {
            var column = block.Column(dataSet.Comparisons[comparison].Trigger)[..keys.Length];
            var from = dataSet.From[comparison];
            for (var i = 0; i < keys.Length; i++)
            {
                keys[i] = column[i] == RetentionColumns.Unknown ? Undecided : Next(keys[i], column[i] < from);
            }
        }
    }

    /// <summary>Records of many data sets, where none has more than four comparisons.</summary>
    private void JudgeByFour(scoped in Block block, Span<Fate> fates, Span<TriggerValue> values)
    {
        var columns = new FourColumns
        {
            DataSets = block.DataSets,
            Flags = block.Flags,
            First = block.Column(0),
            Second = block.Column(1),
            Third = block.Column(2),
            Fourth = block.Column(3),
        };
        var consent = RecordFacts.KeyOf(RecordFlags.None, _assumeConsent);
        for (var i = columns.JudgeFrom(0, _fours, consent, fates); i < fates.Length; i = columns.JudgeFrom(i + 1, _fours, consent, fates))
        {
            fates[i] = BySelf(block, i, values);
        }
    }

    private void CompareAny(scoped in Block block, Span<int> keys)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            var index = block.DataSets[i];
            if (index >= _bounds.Length)
            {
                keys[i] = Undecided;
                continue;
            }

            var key = 0;
            ref readonly var dataSet = ref _bounds[index];
            for (var comparison = 0; comparison < dataSet.From.Length; comparison++)
            {
                var value = block.Column(dataSet.Comparisons[comparison].Trigger)[i];
                key = value == RetentionColumns.Unknown ? Undecided : Next(key, value < dataSet.From[comparison]);
            }

            keys[i] = key;
        }
    }

    /// <summary>The key with one more answer. A negative one stays negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Next(int key, bool isBefore) => (key * 2) + (isBefore ? 1 : 0);

    /// <summary>Writes the fate known of each record's facts and answers, and has the other records evaluated by themselves.</summary>
    private void LookUp(scoped in Block block, ReadOnlySpan<int> keys, Span<Fate> fates, Span<TriggerValue> values)
    {
        var bounds = _bounds;
        var dataSets = block.DataSets[..fates.Length];
        var flags = block.Flags[..fates.Length];
        keys = keys[..fates.Length];
        var firstDataSet = block.FirstDataSet;
        var consented = _assumeConsent;
        for (var i = 0; i < fates.Length; i++)
        {
            var known = DataSetSchedule.NotKnown;
            if (keys[i] >= 0)
            {
                ref readonly var dataSet = ref bounds[dataSets[i] + firstDataSet];
                var key = (RecordFacts.KeyOf(flags[i], consented) << dataSet.Bits) | keys[i];
                known = (uint)key < (uint)dataSet.Fates.Length ? dataSet.Fates[key] : known;
            }

            fates[i] = known != DataSetSchedule.NotKnown ? known : BySelf(block, i, values);
        }
    }

    private void JudgeEach(scoped in Block block, Span<Fate> fates, Span<TriggerValue> values)
    {
        for (var i = 0; i < fates.Length; i++)
        {
            fates[i] = BySelf(block, i, values);
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

    /// <summary>A data set's comparisons with instants, and the fates known of its records.</summary>
    private readonly struct DataSetBounds(DataSetSchedule dataSet, long[] from)
    {
        public readonly DataSetSchedule DataSet = dataSet;
        public readonly Comparison[] Comparisons = dataSet.Comparisons;
        public readonly long[] From = from;
        public readonly Fate[] Fates = dataSet.KnownFates;

        /// <summary>How many bits stand behind the facts in a key.</summary>
        public readonly int Bits = dataSet.KeyBits;
    }

    /// <summary>Some of the records.</summary>
    private ref struct Block
    {
        public required ReadOnlySpan<ReadOnlyMemory<long>> Columns { get; init; }

        /// <summary>Added to each of <see cref="DataSets"/>.</summary>
        public required int FirstDataSet { get; init; }

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
