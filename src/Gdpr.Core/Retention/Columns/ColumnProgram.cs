using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gdpr.Retention.Columns;

/// <summary>What an evaluator needs to judge columns: each data set's comparisons, and the fates known of their answers.</summary>
/// <remarks>
/// A record of which nothing is unknown has the fate that is known of its facts and answers (<see cref="DataSetSchedule.KnownFates"/>). Every other
/// record, and the first of each such kind, is evaluated by itself as a <see cref="RetentionRecord"/>: the law is written once.
/// </remarks>
/// <typeparam name="T">The numbers of the columns.</typeparam>
/// <typeparam name="TForm">What they say.</typeparam>
internal sealed class ColumnProgram<T, TForm>
    where T : unmanaged
    where TForm : IColumnForm<T>
{
    /// <summary>How many records are judged at a time: what is noted of them stays in the nearest cache.</summary>
    private const int BlockRecords = 8_192;

    /// <summary>One record in so many is judged by itself at the most before the lanes look closer.</summary>
    private const int FewUndecided = 16;

    /// <summary>As many bytes of columns as the second cache of a processor of today holds at least.</summary>
    private const int NearBytes = 1 << 20;

    private const int BitsOfWord = 64;
    private const int Undecided = -1;
    private const int TriggersOnStack = 32;

    private static readonly byte[] NoDataSets = new byte[BlockRecords];
    private static readonly RecordFlags[] NoFlags = new RecordFlags[BlockRecords];

    private readonly RetentionEvaluator _evaluator;
    private readonly bool _assumeConsent;
    private readonly DataSetBounds[] _bounds;
    private readonly FourComparisons[] _fours;
    private readonly bool _areAllFour;
    private readonly int _mostTriggers;
    private readonly LaneProgram<T, TForm> _lanes;

    public ColumnProgram(RetentionEvaluator evaluator, bool assumeConsent)
    {
        var dataSets = evaluator.Schedule.DataSets;
        _evaluator = evaluator;
        _assumeConsent = assumeConsent;
        _bounds = [.. dataSets.Select(dataSet => new DataSetBounds(dataSet, TForm.BoundsOf(evaluator.CutoffsOf(dataSet))))];
        _areAllFour = Array.TrueForAll(_bounds, IsFour);
        _fours = [.. _bounds.Select(bounds => new FourComparisons(bounds.DataSet, bounds.From))];
        _mostTriggers = dataSets.Select(dataSet => dataSet.Triggers.Count).DefaultIfEmpty().Max();
        _lanes = new LaneProgram<T, TForm>(evaluator, _bounds, assumeConsent);
    }

    /// <summary>Writes the fate of each record.</summary>
    /// <param name="columns">The records.</param>
    /// <param name="fates">Where their fates are written.</param>
    /// <param name="width">How many at a time; <see langword="null"/> for as many as pays.</param>
    public void Run(scoped in ColumnInput<T> columns, Span<Fate> fates, LaneWidth? width)
    {
        Check(columns, fates);
        var triggers = columns.Triggers.Length;
        Span<TriggerValue> values = triggers <= TriggersOnStack ? stackalloc TriggerValue[TriggersOnStack] : new TriggerValue[triggers];
        var block = new ColumnBlock<T>
        {
            Columns = columns.Triggers,
            FirstDataSet = columns.DataSet?.Index ?? 0,
            IsFetchedAhead = (long)fates.Length * triggers * Unsafe.SizeOf<T>() > NearBytes,
        };

        // Where some data set has more triggers than there are columns, a record of it is refused when its turn comes.
        var areComparable = triggers > 0 && triggers >= (columns.DataSet?.Triggers.Count ?? _mostTriggers);
        var tables = areComparable ? _lanes.TablesFor(columns.DataSet, fates.Length, width) : null;
        Span<ulong> open = tables is null ? default : stackalloc ulong[BlockRecords / tables.Lanes];
        var areAllColumnsUsed = true;
        for (var start = 0; start < fates.Length; start += BlockRecords)
        {
            var count = Math.Min(BlockRecords, fates.Length - start);
            block.Start = start;
            block.DataSets = columns.DataSet is null ? columns.DataSets.Slice(start, count) : NoDataSets.AsSpan(0, count);
            block.Flags = columns.Flags.IsEmpty ? NoFlags.AsSpan(0, count) : columns.Flags.Slice(start, count);
            block.UnknownFlags = columns.UnknownFlags.IsEmpty ? default : columns.UnknownFlags.Slice(start, count);
            block.EndedPurposes = columns.EndedPurposes.IsEmpty ? default : columns.EndedPurposes.Slice(start, count);
            var some = fates.Slice(start, count);
            if (!areComparable)
            {
                JudgeEach(block, some, values);
            }
            else if (tables is null || LaneProgram<T, TForm>.HasFar(block, tables))
            {
                JudgeFrom(0, block, columns.DataSet is not null, some, values);
            }
            else
            {
                JudgeAbreast(block, tables, columns.DataSet is not null, some, values, open, ref areAllColumnsUsed);
            }

            JudgeSpecial(block, some, values);
        }
    }

    /// <summary>Refuses columns that do not fit the schedule or the number of records.</summary>
    private void Check(scoped in ColumnInput<T> columns, ReadOnlySpan<Fate> fates)
    {
        var records = fates.Length;
        if (columns.DataSet is not null && !_evaluator.Schedule.Owns(columns.DataSet))
        {
            throw new ArgumentException("The records' data set does not belong to the evaluator's schedule.", nameof(columns));
        }

        var fit = (columns.DataSet is not null || columns.DataSets.Length == records)
            && (columns.Flags.IsEmpty || columns.Flags.Length == records)
            && (columns.UnknownFlags.IsEmpty || columns.UnknownFlags.Length == records)
            && (columns.EndedPurposes.IsEmpty || columns.EndedPurposes.Length == records);
        foreach (ref readonly var trigger in columns.Triggers)
        {
            fit &= trigger.Length == records;
        }

        if (!fit)
        {
            throw new ArgumentException(
                $"Each column has one value per record, and there is room for the fates of {records}: make all of them equally long.", nameof(columns));
        }

        // A record that is looked at twice would be judged by its own fate.
        var isOver = IsOver(fates, columns.Flags) || IsOver(fates, columns.UnknownFlags) || IsOver(fates, columns.DataSets) || IsOver(fates, columns.EndedPurposes);
        foreach (ref readonly var trigger in columns.Triggers)
        {
            isOver |= IsOver(fates, trigger.Span);
        }

        if (isOver)
        {
            throw new ArgumentException("The fates would be written over a column that they are judged by: give them room of their own.", nameof(fates));
        }
    }

    private static bool IsOver<TColumn>(ReadOnlySpan<Fate> fates, ReadOnlySpan<TColumn> column)
        where TColumn : unmanaged => MemoryMarshal.AsBytes(fates).Overlaps(MemoryMarshal.AsBytes(column));

    /// <summary>Records side by side; those that this leaves open, and those that do not fill a step, one after the other.</summary>
    private void JudgeAbreast(
        scoped in ColumnBlock<T> block, LaneTables tables, bool isOfOne, Span<Fate> fates, Span<TriggerValue> values, Span<ulong> open, ref bool areAllColumnsUsed)
    {
        var lanes = tables.Lanes;
        open = open[..(fates.Length / lanes)];
        var judged = open.Length * lanes;
        LaneProgram<T, TForm>.Judge(block, tables, areAllColumnsUsed, fates, open);

        // Where columns hold many unknowns that their data sets do not look at, those are told apart from here on.
        areAllColumnsUsed &= Resolve(block, open, lanes, isOfOne, fates, values) <= fates.Length / FewUndecided;
        if (judged < fates.Length)
        {
            JudgeFrom(judged, block, isOfOne, fates, values);
        }
    }

    /// <summary>Judges the records left open, each by itself.</summary>
    /// <returns>How many there were.</returns>
    private int Resolve(scoped in ColumnBlock<T> block, ReadOnlySpan<ulong> open, int lanes, bool isOfOne, Span<Fate> fates, Span<TriggerValue> values)
    {
        if (!open.ContainsAnyExcept(0UL))
        {
            return 0;
        }

        var dataSets = DataSetsOf(block, isOfOne);
        var isByFour = IsByFour(block, dataSets, isOfOne);
        var four = isByFour ? FourOf(block, dataSets.Length) : default;
        var resolved = 0;
        for (var first = 0; first < open.Length; first += BitsOfWord)
        {
            for (var steps = StepsWithAny(open[first..]); steps != 0; steps &= steps - 1)
            {
                var step = first + BitOperations.TrailingZeroCount(steps);
                for (var rest = open[step]; rest != 0; rest &= rest - 1)
                {
                    var record = (step * lanes) + BitOperations.TrailingZeroCount(rest);
                    var known = isByFour ? four.At(record) : KnownFate(block, record, dataSets);
                    fates[record] = known != DataSetSchedule.NotKnown ? known : BySelf(block, record, values);
                    resolved++;
                }
            }
        }

        return resolved;
    }

    /// <summary>One bit for each of the first 64 steps with any record left open. To ask one step after the other would cost a mispredicted branch for each.</summary>
    private static ulong StepsWithAny(ReadOnlySpan<ulong> open)
    {
        var found = 0UL;
        var step = 0;
        for (; step < BitsOfWord && step <= open.Length - Vector512<ulong>.Count; step += Vector512<ulong>.Count)
        {
            var none = Vector512.Equals(Vector512.Create(open[step..]), Vector512<ulong>.Zero).ExtractMostSignificantBits();
            found |= (none ^ byte.MaxValue) << step;
        }

        for (; step < BitsOfWord && step < open.Length; step++)
        {
            found |= (open[step] != 0 ? 1UL : 0) << step;
        }

        return found;
    }

    /// <summary>Records one after the other.</summary>
    private void JudgeFrom(int start, scoped in ColumnBlock<T> block, bool isOfOne, Span<Fate> fates, Span<TriggerValue> values)
    {
        var dataSets = DataSetsOf(block, isOfOne);
        if (IsByFour(block, dataSets, isOfOne))
        {
            var four = FourOf(block, dataSets.Length);
            for (var i = four.JudgeFrom(start, fates[start..]); i < fates.Length; i = four.JudgeFrom(i + 1, fates[(i + 1)..]))
            {
                fates[i] = BySelf(block, i, values);
            }

            return;
        }

        for (var i = start; i < fates.Length; i++)
        {
            var known = KnownFate(block, i, dataSets);
            fates[i] = known != DataSetSchedule.NotKnown ? known : BySelf(block, i, values);
        }
    }

    private ReadOnlySpan<DataSetBounds> DataSetsOf(scoped in ColumnBlock<T> block, bool isOfOne) => isOfOne ? _bounds.AsSpan(block.FirstDataSet, 1) : _bounds;

    private bool IsByFour(scoped in ColumnBlock<T> block, ReadOnlySpan<DataSetBounds> dataSets, bool isOfOne) =>
        block.Columns.Length <= FourBounds.Count && (isOfOne ? IsFour(dataSets[0]) : _areAllFour);

    private FourColumns<T, TForm> FourOf(scoped in ColumnBlock<T> block, int dataSets) =>
        new(block, _fours.AsSpan(block.FirstDataSet, dataSets), RecordFacts.KeyOf(RecordFlags.None, _assumeConsent));

    private static bool IsFour(DataSetBounds bounds) => bounds.From.Length <= FourBounds.Count;

    /// <summary>The fate known of a record of a data set with any number of comparisons.</summary>
    private Fate KnownFate(scoped in ColumnBlock<T> block, int record, ReadOnlySpan<DataSetBounds> dataSets)
    {
        if (block.DataSets[record] >= dataSets.Length)
        {
            return DataSetSchedule.NotKnown;
        }

        ref readonly var dataSet = ref dataSets[block.DataSets[record]];
        var key = RecordFacts.KeyOf(block.Flags[record], _assumeConsent) << (dataSet.Bits - dataSet.From.Length);
        for (var comparison = 0; comparison < dataSet.From.Length; comparison++)
        {
            var value = TForm.ValueOf(block.Column(dataSet.Comparisons[comparison].Trigger)[record]);
            key = value == RetentionColumns.Unknown ? Undecided : (key * 2) + (value < dataSet.From[comparison] ? 1 : 0);
        }

        return (uint)key < (uint)dataSet.Fates.Length ? dataSet.Fates[key] : DataSetSchedule.NotKnown;
    }

    private void JudgeEach(scoped in ColumnBlock<T> block, Span<Fate> fates, Span<TriggerValue> values)
    {
        for (var i = 0; i < fates.Length; i++)
        {
            fates[i] = BySelf(block, i, values);
        }
    }

    /// <summary>Judges anew, by themselves, the records of which a fact is unknown or a purpose has ended.</summary>
    private void JudgeSpecial(scoped in ColumnBlock<T> block, Span<Fate> fates, Span<TriggerValue> values)
    {
        var unknown = MemoryMarshal.AsBytes(block.UnknownFlags);
        for (var i = Next(unknown, 0); i >= 0; i = Next(unknown, i + 1))
        {
            fates[i] = BySelf(block, i, values);
        }

        for (var i = Next(block.EndedPurposes, 0); i >= 0; i = Next(block.EndedPurposes, i + 1))
        {
            fates[i] = BySelf(block, i, values);
        }

        static int Next<TFact>(ReadOnlySpan<TFact> facts, int from)
            where TFact : unmanaged, IEquatable<TFact>
        {
            var next = from < facts.Length ? facts[from..].IndexOfAnyExcept(default(TFact)) : -1;
            return next < 0 ? next : next + from;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Fate BySelf(scoped in ColumnBlock<T> columns, int record, Span<TriggerValue> values)
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
            values[trigger] = TForm.TriggerOf(TForm.ValueOf(columns.Column(trigger)[record]));
        }

        var facts = default(RecordFacts).With(columns.Flags[record])
            .WithUnknown(columns.UnknownFlags.IsEmpty ? RecordFlags.None : columns.UnknownFlags[record])
            .WithEnded(columns.EndedPurposes.IsEmpty ? 0 : columns.EndedPurposes[record]);
        facts = _assumeConsent ? facts.AssumingConsent() : facts;
        return _evaluator.FateOf(new RetentionRecord(dataSet, values, facts));
    }
}
