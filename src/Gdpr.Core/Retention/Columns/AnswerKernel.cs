using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gdpr.Retention.Columns;

/// <summary>Judges records side by side by an <see cref="AnswerPlan"/>, as many at a time as there are lanes, whatever their data sets and facts.</summary>
/// <remarks>No step depends on what another record says, so records in random order cost no mispredicted branches. Calls nothing: all is inlined.</remarks>
internal static class AnswerKernel<T, TForm, TV, TIndex, TLanes>
    where T : unmanaged
    where TForm : IColumnForm<T>
    where TV : struct
    where TLanes : ILanes<TV, TIndex>
{
    private const byte FactsMask = 0x1F;
    private const byte OddClass = 0x20;
    private const byte LowestByte = 0x80;
    private const byte HighestByte = 0x7F;

    /// <summary>Writes the fates of records, and which of them have to be judged otherwise: those with an unknown event, beside a cutoff, or of no data set.</summary>
    /// <param name="block">The records, a multiple of the lanes.</param>
    /// <param name="tables">What is looked up.</param>
    /// <param name="plan">The plan of the tables.</param>
    /// <param name="fates">The fates.</param>
    /// <param name="open">Per step, one bit for each such record.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Judge(scoped in ColumnBlock<T> block, LaneTables tables, AnswerPlan plan, Span<Fate> fates, Span<ulong> open)
    {
        ref var rows = ref MemoryMarshal.GetReference(tables.Rows);
        ref var sets = ref MemoryMarshal.GetReference(block.DataSets);
        ref var flags = ref Unsafe.As<RecordFlags, byte>(ref MemoryMarshal.GetReference(block.Flags));
        ref var written = ref Unsafe.As<Fate, byte>(ref MemoryMarshal.GetReference(fates));
        var used = plan.Columns;
        var columns = used.Length;
        ref var first = ref MemoryMarshal.GetReference(block.Column(used[0]));
        ref var second = ref MemoryMarshal.GetReference(block.Column(used[columns > 1 ? 1 : 0]));
        ref var third = ref MemoryMarshal.GetReference(block.Column(used[columns > 2 ? 2 : 0]));
        ref var fourth = ref MemoryMarshal.GetReference(block.Column(used[columns > 3 ? 3 : 0]));
        var origin = tables.Origin;
        var slots = plan.Slots;
        var planes = plan.Planes;
        var fateRows = plan.FateTableCount;
        var choiceRow = LaneTables.First * (nuint)TLanes.RowBytes;
        var boundsRow = choiceRow + (nuint)TLanes.RowBytes;
        var classRow = boundsRow + (nuint)(2 * slots * TLanes.RowBytes);
        var fateRow = classRow + (nuint)(2 * planes * TLanes.RowBytes);
        var lastSet = TLanes.All((byte)(plan.DataSets - 1));
        ref var noted = ref MemoryMarshal.GetReference(open);
        for (var step = 0; step < open.Length; step++)
        {
            var at = (nuint)(step * TLanes.Count);
            var set = TLanes.Arrange(TLanes.Load(in sets, at), in rows, 0);
            var index = TLanes.IndexOf(set);
            Split(in first, at, origin, out var high0, out var low0);
            var (high1, low1, high2, low2, high3, low3) = (high0, low0, high0, low0, high0, low0);
            if (columns > 1)
            {
                Split(in second, at, origin, out high1, out low1);
            }

            if (columns > 2)
            {
                Split(in third, at, origin, out high2, out low2);
            }

            if (columns > 3)
            {
                Split(in fourth, at, origin, out high3, out low3);
            }

            var choice = TLanes.Lookup(index, in rows, choiceRow);
            var answers = TLanes.All(0);
            var lowest = TLanes.All(HighestByte);
            var isTied = TLanes.All(0);
            var bounds = boundsRow;
            for (var slot = 0; slot < slots; slot++)
            {
                var isOdd = TLanes.AreNegative(TLanes.Double(choice));
                var high = TLanes.Select(isOdd, high1, high0);
                var low = TLanes.Select(isOdd, low1, low0);
                if (columns > 2)
                {
                    var isUpper = TLanes.AreNegative(choice);
                    high = TLanes.Select(isUpper, columns > 3 ? TLanes.Select(isOdd, high3, high2) : high2, high);
                    low = TLanes.Select(isUpper, columns > 3 ? TLanes.Select(isOdd, low3, low2) : low2, low);
                }

                var boundHigh = TLanes.Lookup(index, in rows, bounds);
                var boundLow = TLanes.Lookup(index, in rows, bounds + (nuint)TLanes.RowBytes);
                var isSame = TLanes.AreEqual(high, boundHigh);
                var isBefore = TLanes.Or(TLanes.AreLess(high, boundHigh), TLanes.And(isSame, TLanes.AreLess(low, boundLow)));
                if (TForm.HasTies)
                {
                    isTied = TLanes.Or(isTied, TLanes.And(isSame, TLanes.AreEqual(low, boundLow)));
                }

                lowest = TLanes.Least(lowest, high);
                answers = TLanes.AddWhere(isBefore, TLanes.Double(answers), TLanes.All(1));
                choice = TLanes.Double(TLanes.Double(choice));
                bounds += 2 * (nuint)TLanes.RowBytes;
            }

            var bit = TLanes.BitOf(answers);
            var isLate = TLanes.AreLess(TLanes.All(7), answers);
            var facts = TLanes.And(TLanes.Arrange(TLanes.Load(in flags, at), in rows, 0), TLanes.All(FactsMask));
            var group = TLanes.All(0);
            for (var plane = 0; plane < planes; plane++)
            {
                var row = classRow + (nuint)(2 * plane * TLanes.RowBytes);
                var classes = TLanes.Lookup(index, in rows, row);
                if (slots > 3)
                {
                    classes = TLanes.Select(isLate, TLanes.Lookup(index, in rows, row + (nuint)TLanes.RowBytes), classes);
                }

                var isSet = TLanes.AreEqual(TLanes.And(classes, bit), TLanes.All(0));
                if (plane == 0)
                {
                    facts = TLanes.AddWhere(isSet, facts, TLanes.All(OddClass));
                }
                else
                {
                    group = TLanes.AddWhere(isSet, group, TLanes.All((byte)(1 << (plane - 1))));
                }
            }

            var entry = TLanes.IndexOf(facts);
            var fate = TLanes.Lookup(entry, in rows, fateRow);
            for (var row = 1; row < fateRows; row++)
            {
                fate = TLanes.Select(
                    TLanes.AreEqual(group, TLanes.All((byte)row)),
                    TLanes.Lookup(entry, in rows, fateRow + (nuint)(row * TLanes.RowBytes)),
                    fate);
            }

            var isOpen = TLanes.Or(TLanes.AreEqual(lowest, TLanes.All(LowestByte)), TLanes.AreAbove(set, lastSet));
            if (TForm.HasTies)
            {
                isOpen = TLanes.Or(isOpen, isTied);
            }

            fate = TLanes.Restore(TLanes.Select(isOpen, TLanes.All((byte)DataSetSchedule.NotKnown), fate), in rows, (nuint)TLanes.RowBytes);
            TLanes.Store(fate, ref written, at);
            Unsafe.Add(ref noted, step) = TLanes.HighBits(fate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Split(ref readonly T column, nuint at, int origin, out TV high, out TV low)
    {
        TForm.Words<TV, TIndex, TLanes>(in column, at, origin, out var first, out var second);
        TLanes.Split(first, second, out high, out low);
    }
}
