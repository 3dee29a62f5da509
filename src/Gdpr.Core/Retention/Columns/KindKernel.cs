using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gdpr.Retention.Columns;

/// <summary>Judges records side by side by a <see cref="KindPlan"/>, as many at a time as there are lanes, whatever their data sets and facts.</summary>
/// <remarks>No step depends on what another record says, so records in random order cost no mispredicted branches. Calls nothing: all is inlined. The
/// difference of bound and event says which is greater and whether they tie, so that nothing waits for masks.</remarks>
internal static class KindKernel<T, TForm, TV, TIndex, TLanes>
    where T : unmanaged
    where TForm : IColumnForm<T>
    where TV : struct
    where TLanes : ILanes<TV, TIndex>
{
    private const byte FactsMask = LanePlan.FactKeys - 1;

    /// <summary>The first kind takes the lowest bit above the facts, the second and the third the two above it.</summary>
    private const byte FirstKind = LanePlan.FactKeys;

    /// <summary>Writes the fates of records, and which of them have to be judged otherwise: those with an unknown event, beside a cutoff, or of no data set.</summary>
    /// <param name="block">The records, a multiple of the lanes.</param>
    /// <param name="tables">What is looked up.</param>
    /// <param name="plan">The plan of the tables.</param>
    /// <param name="areAllColumnsUsed">Whether to take it that every record's data set looks at every column.</param>
    /// <param name="fates">The fates.</param>
    /// <param name="open">The steps with such records, as many as there may be.</param>
    /// <returns>How many steps have any.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Judge(scoped in ColumnBlock<T> block, LaneTables tables, KindPlan plan, bool areAllColumnsUsed, Span<Fate> fates, Span<OpenStep> open)
    {
        ref var rows = ref MemoryMarshal.GetReference(tables.Rows);
        ref var sets = ref MemoryMarshal.GetReference(block.DataSets);
        ref var flags = ref Unsafe.As<RecordFlags, byte>(ref MemoryMarshal.GetReference(block.Flags));
        ref var written = ref Unsafe.As<Fate, byte>(ref MemoryMarshal.GetReference(fates));
        var used = plan.Columns;
        var columns = used.Length;
        ref var column0 = ref MemoryMarshal.GetReference(block.Column(used[0]));
        ref var column1 = ref MemoryMarshal.GetReference(block.Column(used[columns > 1 ? 1 : 0]));
        ref var column2 = ref MemoryMarshal.GetReference(block.Column(used[columns > 2 ? 2 : 0]));
        ref var column3 = ref MemoryMarshal.GetReference(block.Column(used[columns > 3 ? 3 : 0]));
        var origin = tables.Origin;
        var uses = plan.Uses;
        var partlyUsed = areAllColumnsUsed ? 0 : plan.PartlyUsed;
        var usedRow = LaneTables.First * (nuint)TLanes.RowBytes;
        var boundsRow = usedRow + ((nuint)plan.UsedTableCount * (nuint)TLanes.RowBytes);
        var lastSet = TLanes.All((byte)(plan.DataSets - 1));
        ref var noted = ref MemoryMarshal.GetReference(open);
        var count = 0;
        for (var step = 0; step < open.Length; step++)
        {
            var at = (nuint)(step * TLanes.Count);
            var set = TLanes.Arrange(TLanes.Load(in sets, at), in rows, 0);
            var index = TLanes.IndexOf(set);
            var row = usedRow;
            var least = new Two { First = TLanes.AllWords(short.MaxValue), Second = TLanes.AllWords(short.MaxValue) };
            var values0 = Words(in column0, at, origin, index, in rows, ref row, (partlyUsed & 1) != 0, ref least);
            var values1 = values0;
            var values2 = values0;
            var values3 = values0;
            if (columns > 1)
            {
                values1 = Words(in column1, at, origin, index, in rows, ref row, (partlyUsed & 2) != 0, ref least);
            }

            if (columns > 2)
            {
                values2 = Words(in column2, at, origin, index, in rows, ref row, (partlyUsed & 4) != 0, ref least);
            }

            if (columns > 3)
            {
                values3 = Words(in column3, at, origin, index, in rows, ref row, (partlyUsed & 8) != 0, ref least);
            }

            row = boundsRow;

            // Zero where an event is unknown, and from here on where it ties with a bound.
            var nearest = new Two { First = TLanes.FlipWords(least.First), Second = TLanes.FlipWords(least.Second) };
            var entry = TLanes.And(TLanes.Arrange(TLanes.Load(in flags, at), in rows, 0), TLanes.All(FactsMask));
            var added = TLanes.All(FirstKind);
            for (var kind = 0; kind < uses.Length; kind++)
            {
                var use = uses[kind];
                var running = new Two { First = TLanes.All(0), Second = TLanes.All(0) };
                if ((use & 1) != 0)
                {
                    Compare(values0, index, in rows, ref row, ref running, ref nearest);
                }

                if ((use & 2) != 0)
                {
                    Compare(values1, index, in rows, ref row, ref running, ref nearest);
                }

                if ((use & 4) != 0)
                {
                    Compare(values2, index, in rows, ref row, ref running, ref nearest);
                }

                if ((use & 8) != 0)
                {
                    Compare(values3, index, in rows, ref row, ref running, ref nearest);
                }

                entry = TLanes.AddWhere(TLanes.AreNegative(TLanes.Narrow(running.First, running.Second)), entry, added);
                added = TLanes.Double(added);
            }

            var place = TLanes.IndexOf(TLanes.And(entry, TLanes.All(LanePlan.Entries - 1)));
            var fate = TLanes.Lookup(place, in rows, row);
            if (uses.Length > 1)
            {
                fate = TLanes.Select(TLanes.AreNegative(TLanes.Double(entry)), TLanes.Lookup(place, in rows, row + (nuint)TLanes.RowBytes), fate);
            }

            if (uses.Length > 2)
            {
                row += 2 * (nuint)TLanes.RowBytes;
                var other = TLanes.Lookup(place, in rows, row);
                other = TLanes.Select(TLanes.AreNegative(TLanes.Double(entry)), TLanes.Lookup(place, in rows, row + (nuint)TLanes.RowBytes), other);
                fate = TLanes.Select(TLanes.AreNegative(entry), other, fate);
            }

            var isOpen = TLanes.Or(
                TLanes.AreEqual(TLanes.Narrow(nearest.First, nearest.Second), TLanes.All(0)),
                TLanes.AreAbove(set, lastSet));
            fate = TLanes.Restore(TLanes.Select(isOpen, TLanes.All((byte)DataSetSchedule.NotKnown), fate), in rows, (nuint)TLanes.RowBytes);
            TLanes.Store(fate, ref written, at);
            var records = TLanes.HighBits(fate);

            // Noted each time, and kept where there is any: a branch would be mispredicted.
            Unsafe.Add(ref noted, count) = new OpenStep(records, step);
            count += records != 0 ? 1 : 0;
        }

        return count;
    }

    /// <summary>The words of a column, with the least so far of those that records look at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Two Words(
        ref readonly T column, nuint at, int origin, in TIndex index, ref readonly byte rows, ref nuint row, bool isPartlyUsed, ref Two least)
    {
        TForm.Words<TV, TIndex, TLanes>(in column, at, origin, out var first, out var second);
        var words = new Two
        {
            First = TLanes.LeastWords(first, TLanes.AllWords(short.MaxValue - 1)),
            Second = TLanes.LeastWords(second, TLanes.AllWords(short.MaxValue - 1)),
        };
        (first, second) = (words.First, words.Second);
        if (isPartlyUsed)
        {
            var isUsed = TLanes.Lookup(index, in rows, row);
            row += (nuint)TLanes.RowBytes;
            TLanes.Join(isUsed, isUsed, out var usedFirst, out var usedSecond);
            (first, second) = (TLanes.And(first, usedFirst), TLanes.And(second, usedSecond));
        }

        least.First = TLanes.LeastWords(least.First, first);
        least.Second = TLanes.LeastWords(least.Second, second);
        return words;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Compare(in Two values, in TIndex index, ref readonly byte rows, ref nuint row, ref Two running, ref Two nearest)
    {
        var high = TLanes.Lookup(index, in rows, row);
        var low = TLanes.Lookup(index, in rows, row + (nuint)TLanes.RowBytes);
        row += 2 * (nuint)TLanes.RowBytes;
        TLanes.Join(high, low, out var first, out var second);
        first = TLanes.SubtractWords(first, values.First);
        second = TLanes.SubtractWords(second, values.Second);
        running.First = TLanes.Or(running.First, first);
        running.Second = TLanes.Or(running.Second, second);
        if (TForm.HasTies)
        {
            nearest.First = TLanes.NearestWords(nearest.First, first);
            nearest.Second = TLanes.NearestWords(nearest.Second, second);
        }
    }

    /// <summary>The words of a step.</summary>
    private struct Two
    {
        public TV First;
        public TV Second;
    }
}
