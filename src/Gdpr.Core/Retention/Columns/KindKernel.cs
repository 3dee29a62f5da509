using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gdpr.Retention.Columns;

/// <summary>Judges records side by side by a <see cref="KindPlan"/>, as many at a time as there are lanes, whatever their data sets and facts.</summary>
/// <remarks>
/// <para>No step depends on what another record says, so records in random order cost no mispredicted branches. Calls nothing: all is inlined. The
/// least difference of a kind's bounds and a record's events says whether the kind runs, and whether a tie decides it.</para>
/// <para>How many columns and kinds there are is known when this is compiled. A processor works on several steps at once, as many as it can look ahead:
/// with loops and questions about columns and kinds within a step, those were too few.</para>
/// </remarks>
internal static class KindKernel<T, TForm, TV, TIndex, TLanes, TColumns, TKinds>
    where T : unmanaged
    where TForm : IColumnForm<T>
    where TV : struct
    where TLanes : ILanes<TV, TIndex>
    where TColumns : ICount
    where TKinds : ICount
{
    private const byte FactsMask = LanePlan.FactKeys - 1;

    /// <summary>The first kind takes the lowest bit above the facts, the second and the third the two above it.</summary>
    private const byte FirstKind = LanePlan.FactKeys;

    private static nuint BoundRows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => LaneTables.First * (nuint)TLanes.RowBytes;
    }

    private static nuint UsedRows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => BoundRows + RowsOf(TKinds.Value * TColumns.Value);
    }

    private static nuint FateRows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => UsedRows + RowsOf(TColumns.Value);
    }

    /// <summary>Writes the fates of records, and which of them have to be judged otherwise: those with an unknown event, beside a cutoff, or of no data set.</summary>
    /// <param name="block">The records, a multiple of the lanes.</param>
    /// <param name="tables">What is looked up.</param>
    /// <param name="plan">The plan of the tables.</param>
    /// <param name="areAllColumnsUsed">Whether to take it that every record's data set looks at every column.</param>
    /// <param name="fates">The fates.</param>
    /// <param name="open">Per step, one bit for each such record.</param>
    public static void Judge(scoped in ColumnBlock<T> block, LaneTables tables, KindPlan plan, bool areAllColumnsUsed, Span<Fate> fates, Span<ulong> open)
    {
        ref var first = ref MemoryMarshal.GetReference(block.Column(plan.Columns[0]));
        var starts = new Starts
        {
            Rows = ref MemoryMarshal.GetReference(tables.Rows),
            Sets = ref MemoryMarshal.GetReference(block.DataSets),
            Flags = ref Unsafe.As<RecordFlags, byte>(ref MemoryMarshal.GetReference(block.Flags)),
            Fates = ref Unsafe.As<Fate, byte>(ref MemoryMarshal.GetReference(fates)),
            Column0 = ref first,
            Column1 = ref TColumns.Value > 1 ? ref MemoryMarshal.GetReference(block.Column(plan.Columns[1])) : ref first,
            Column2 = ref TColumns.Value > 2 ? ref MemoryMarshal.GetReference(block.Column(plan.Columns[2])) : ref first,
            Column3 = ref TColumns.Value > 3 ? ref MemoryMarshal.GetReference(block.Column(plan.Columns[3])) : ref first,
            Open = ref MemoryMarshal.GetReference(open),
        };
        var records = (nuint)(open.Length * TLanes.Count);
        var partlyUsed = areAllColumnsUsed ? 0 : plan.PartlyUsed;
        if (block.IsFetchedAhead)
        {
            Judge<FetchedAhead>(starts, records, tables.Origin, plan.DataSets - 1, partlyUsed);
        }
        else
        {
            Judge<NotAhead>(starts, records, tables.Origin, plan.DataSets - 1, partlyUsed);
        }
    }

    /// <summary>The steps.</summary>
    /// <remarks>By itself, because here nothing is called: where something is, the compiler keeps the starts in memory, and reads each anew in every step.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Judge<TAhead>(in Starts starts, nuint records, int origin, int highestSet, int partlyUsed)
        where TAhead : IAhead
    {
        ref var rows = ref starts.Rows;
        ref var sets = ref starts.Sets;
        ref var flags = ref starts.Flags;
        ref var fates = ref starts.Fates;
        ref var column0 = ref starts.Column0;
        ref var column1 = ref starts.Column1;
        ref var column2 = ref starts.Column2;
        ref var column3 = ref starts.Column3;
        ref var next = ref starts.Open;
        var lastSet = TLanes.All((byte)highestSet);
        for (nuint at = 0; at < records; at += (nuint)TLanes.Count)
        {
            Fetch<TAhead>(in column0, in column1, in column2, in column3, at);
            var set = TLanes.Arrange(TLanes.Load(in sets, at), in rows, 0);
            var index = TLanes.IndexOf(set);
            var values0 = Words(in column0, at, origin);
            var values1 = TColumns.Value > 1 ? Words(in column1, at, origin) : values0;
            var values2 = TColumns.Value > 2 ? Words(in column2, at, origin) : values0;
            var values3 = TColumns.Value > 3 ? Words(in column3, at, origin) : values0;
            var least = Least(values0, values1, values2, values3);
            if (partlyUsed != 0)
            {
                least = Least(
                    Used(0, values0, index, in rows, partlyUsed),
                    Used(1, values1, index, in rows, partlyUsed),
                    Used(2, values2, index, in rows, partlyUsed),
                    Used(3, values3, index, in rows, partlyUsed));
            }

            // All bits where an event is unknown or, of instants, ties with the bound that decides.
            var undecided = new StepWords
            {
                First = TLanes.Xor(least.First, TLanes.AllWords(short.MaxValue)),
                Second = TLanes.Xor(least.Second, TLanes.AllWords(short.MaxValue)),
            };
            var entry = TLanes.And(TLanes.Arrange(TLanes.Load(in flags, at), in rows, 0), TLanes.All(FactsMask));
            entry = AddKind(0, entry, Differences(0, values0, values1, values2, values3, index, in rows), ref undecided);
            if (TKinds.Value > 1)
            {
                entry = AddKind(1, entry, Differences(1, values0, values1, values2, values3, index, in rows), ref undecided);
            }

            if (TKinds.Value > 2)
            {
                entry = AddKind(2, entry, Differences(2, values0, values1, values2, values3, index, in rows), ref undecided);
            }

            var isOpen = TLanes.Or(
                TLanes.AreEqual(TLanes.Narrow(undecided.First, undecided.Second), TLanes.All(byte.MaxValue)),
                TLanes.AreAbove(set, lastSet));

            // All bits set are the fate that is not known.
            var fate = TLanes.Restore(TLanes.Or(isOpen, FateOf(entry, in rows)), in rows, (nuint)TLanes.RowBytes);
            TLanes.Store(fate, ref fates, at);
            next = TLanes.HighBits(fate);
            next = ref Unsafe.Add(ref next, 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch<TAhead>(ref readonly T column0, ref readonly T column1, ref readonly T column2, ref readonly T column3, nuint at)
        where TAhead : IAhead
    {
        TAhead.Fetch(in column0, at, TLanes.Count);
        if (TColumns.Value > 1)
        {
            TAhead.Fetch(in column1, at, TLanes.Count);
        }

        if (TColumns.Value > 2)
        {
            TAhead.Fetch(in column2, at, TLanes.Count);
        }

        if (TColumns.Value > 3)
        {
            TAhead.Fetch(in column3, at, TLanes.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static StepWords Words(ref readonly T column, nuint at, int origin)
    {
        TForm.Words<TV, TIndex, TLanes>(in column, at, origin, out var first, out var second);
        return new StepWords { First = first, Second = second };
    }

    /// <summary>The words of a column where a record's data set looks at it, and elsewhere of what is not unknown.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static StepWords Used(int column, in StepWords values, in TIndex index, ref readonly byte rows, int partlyUsed)
    {
        if (column >= TColumns.Value || (partlyUsed >> column & 1) == 0)
        {
            return values;
        }

        TLanes.LookupWords(index, in rows, UsedRows + RowsOf(column), out var first, out var second);
        return new StepWords { First = TLanes.And(values.First, first), Second = TLanes.And(values.Second, second) };
    }

    /// <summary>The least difference of a kind's bounds and a record's events: negative where the kind runs. Where it is -1, the words tie.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static StepWords Differences(
        int kind, in StepWords values0, in StepWords values1, in StepWords values2, in StepWords values3, in TIndex index, ref readonly byte rows)
    {
        var first = kind * TColumns.Value;
        var least = Difference(first, values0, index, in rows);
        if (TColumns.Value > 1)
        {
            least = Least(least, Difference(first + 1, values1, index, in rows));
        }

        if (TColumns.Value > 2)
        {
            least = Least(least, Difference(first + 2, values2, index, in rows));
        }

        if (TColumns.Value > 3)
        {
            least = Least(least, Difference(first + 3, values3, index, in rows));
        }

        return least;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static StepWords Difference(int bound, in StepWords values, in TIndex index, ref readonly byte rows)
    {
        TLanes.LookupWords(index, in rows, BoundRows + RowsOf(bound), out var first, out var second);
        return new StepWords { First = TLanes.SubtractWords(first, values.First), Second = TLanes.SubtractWords(second, values.Second) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static StepWords Least(in StepWords words0, in StepWords words1, in StepWords words2, in StepWords words3)
    {
        var least = words0;
        least = TColumns.Value > 1 ? Least(least, words1) : least;
        least = TColumns.Value > 2 ? Least(least, words2) : least;
        return TColumns.Value > 3 ? Least(least, words3) : least;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static StepWords Least(in StepWords one, in StepWords other) =>
        new() { First = TLanes.LeastWords(one.First, other.First), Second = TLanes.LeastWords(one.Second, other.Second) };

    /// <summary>The places of the fates, further on by the bit of a kind where it runs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV AddKind(int kind, TV entry, in StepWords differences, ref StepWords undecided)
    {
        if (TForm.HasTies)
        {
            undecided.First = TLanes.GreatestWords(undecided.First, differences.First);
            undecided.Second = TLanes.GreatestWords(undecided.Second, differences.Second);
        }

        return TLanes.AddWhere(TLanes.AreNegative(TLanes.Narrow(differences.First, differences.Second)), entry, TLanes.All((byte)(FirstKind << kind)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV FateOf(TV entry, ref readonly byte rows)
    {
        if (TKinds.Value == 1)
        {
            return TLanes.Lookup(TLanes.IndexOf(entry), in rows, FateRows);
        }

        var fate = TLanes.LookupEither(entry, in rows, FateRows);
        return TKinds.Value == 2 ? fate : TLanes.Select(TLanes.AreNegative(entry), TLanes.LookupEither(entry, in rows, FateRows + RowsOf(1)), fate);
    }

    /// <summary>How many bytes tables of words take.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nuint RowsOf(int tables) => 2 * (nuint)tables * (nuint)TLanes.RowBytes;

    /// <summary>Where what is read and written starts.</summary>
    private ref struct Starts
    {
        public ref byte Rows;
        public ref byte Sets;
        public ref byte Flags;
        public ref byte Fates;
        public ref T Column0;
        public ref T Column1;
        public ref T Column2;
        public ref T Column3;
        public ref ulong Open;
    }

    /// <summary>The words of a step.</summary>
    private struct StepWords
    {
        public TV First;
        public TV Second;
    }
}
