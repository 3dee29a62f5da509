using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gdpr.Retention.Columns;

/// <summary>16 records at a time, on any machine with vectors of 128 bits: the records keep their order.</summary>
internal readonly struct Lanes128 : ILanes<Vector128<byte>, Lanes128.Index>
{
    private const int Lane = 16;

    public static int Count => Vector128<byte>.Count;

    public static int RowBytes => 64;

    private static Vector128<byte> Bits => Vector128.Create(0x8040_2010_0804_0201UL).AsByte();

    private static Vector128<byte> Sign => Vector128.Create((byte)0x80);

    public static void WriteTable(ReadOnlySpan<byte> table, Span<byte> row) => table.CopyTo(row);

    public static void WriteWords(ReadOnlySpan<byte> high, ReadOnlySpan<byte> low, Span<byte> rows)
    {
        WriteTable(high, rows);
        WriteTable(low, rows[RowBytes..]);
    }

    public static void WriteOrder(int run, Span<byte> arrange, Span<byte> restore)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(ref readonly byte from, nuint at) => Vector128.LoadUnsafe(in from, at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<byte> values, ref byte to, nuint at) => values.StoreUnsafe(ref to, at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> All(byte value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Or(Vector128<byte> one, Vector128<byte> other) => one | other;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> And(Vector128<byte> one, Vector128<byte> other) => one & other;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Xor(Vector128<byte> one, Vector128<byte> other) => one ^ other;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Double(Vector128<byte> values) => values + values;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Select(Vector128<byte> mask, Vector128<byte> where, Vector128<byte> elsewhere) =>
        Vector128.ConditionalSelect(mask, where, elsewhere);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> AddWhere(Vector128<byte> mask, Vector128<byte> values, Vector128<byte> added) => values + (mask & added);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> AreEqual(Vector128<byte> one, Vector128<byte> other) => Vector128.Equals(one, other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> AreLess(Vector128<byte> signed, Vector128<byte> than) => Vector128.LessThan(signed.AsSByte(), than.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> AreAbove(Vector128<byte> unsigned, Vector128<byte> than) => Vector128.GreaterThan(unsigned, than);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> AreNegative(Vector128<byte> values) => Vector128.LessThan(values.AsSByte(), Vector128<sbyte>.Zero).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Least(Vector128<byte> signed, Vector128<byte> other) => Vector128.Min(signed.AsSByte(), other.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong HighBits(Vector128<byte> values) => values.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Index IndexOf(Vector128<byte> values) => new(
        Within(values),
        Within(values - Vector128.Create((byte)Lane)),
        Within(values - Vector128.Create((byte)(2 * Lane))),
        Within(values - Vector128.Create((byte)(3 * Lane))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Lookup(in Index index, ref readonly byte row, nuint at) =>
        Vector128.ShuffleNative(Vector128.LoadUnsafe(in row, at), index.First)
        | Vector128.ShuffleNative(Vector128.LoadUnsafe(in row, at + 16), index.Second)
        | Vector128.ShuffleNative(Vector128.LoadUnsafe(in row, at + 32), index.Third)
        | Vector128.ShuffleNative(Vector128.LoadUnsafe(in row, at + 48), index.Fourth);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LookupWords(in Index index, ref readonly byte rows, nuint at, out Vector128<byte> first, out Vector128<byte> second)
    {
        var high = Lookup(index, in rows, at);
        Join(high, Lookup(index, in rows, at + (nuint)RowBytes), out first, out second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> LookupEither(Vector128<byte> numbers, ref readonly byte rows, nuint at)
    {
        var index = IndexOf(numbers & Vector128.Create((byte)(LanePlan.Entries - 1)));
        return Select(AreNegative(Double(numbers)), Lookup(index, in rows, at + (nuint)RowBytes), Lookup(index, in rows, at));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> BitOf(Vector128<byte> numbers) => Vector128.ShuffleNative(Bits, numbers);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Arrange(Vector128<byte> records, ref readonly byte row, nuint at) => records;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Restore(Vector128<byte> records, ref readonly byte row, nuint at) => records;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Words(ref readonly long column, nuint at, out Vector128<byte> first, out Vector128<byte> second)
    {
        // Counted from here, the places are constants to the processor, and take no registers.
        ref readonly var from = ref Unsafe.Add(ref Unsafe.AsRef(in column), at);
        first = Vector128.NarrowWithSaturation(HighHalves(in from, 0) >> 8, HighHalves(in from, 4) >> 8).AsByte();
        second = Vector128.NarrowWithSaturation(HighHalves(in from, 8) >> 8, HighHalves(in from, 12) >> 8).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Words(ref readonly ushort column, nuint at, out Vector128<byte> first, out Vector128<byte> second)
    {
        first = FlipWords(Vector128.LoadUnsafe(in column, at).AsByte());
        second = FlipWords(Vector128.LoadUnsafe(in column, at + 8).AsByte());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Words(ref readonly int column, nuint at, int origin, out Vector128<byte> first, out Vector128<byte> second)
    {
        first = Vector128.NarrowWithSaturation(From(in column, at, origin), From(in column, at + 4, origin)).AsByte();
        second = Vector128.NarrowWithSaturation(From(in column, at + 8, origin), From(in column, at + 12, origin)).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Split(Vector128<byte> first, Vector128<byte> second, out Vector128<byte> high, out Vector128<byte> low)
    {
        high = Vector128.NarrowWithSaturation(first.AsInt16() >> 8, second.AsInt16() >> 8).AsByte();
        low = Vector128.Narrow(first.AsUInt16(), second.AsUInt16()) ^ Sign;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Narrow(Vector128<byte> first, Vector128<byte> second) => Vector128.NarrowWithSaturation(first.AsInt16(), second.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Join(Vector128<byte> high, Vector128<byte> low, out Vector128<byte> first, out Vector128<byte> second)
    {
        if (Sse2.IsSupported)
        {
            first = Sse2.UnpackLow(low, high);
            second = Sse2.UnpackHigh(low, high);
            return;
        }

        first = (Vector128.WidenLower(low) | (Vector128.WidenLower(high) << 8)).AsByte();
        second = (Vector128.WidenUpper(low) | (Vector128.WidenUpper(high) << 8)).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> SubtractWords(Vector128<byte> from, Vector128<byte> words) => Vector128.SubtractSaturate(from.AsInt16(), words.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> LeastWords(Vector128<byte> signed, Vector128<byte> other) => Vector128.Min(signed.AsInt16(), other.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> GreatestWords(Vector128<byte> unsigned, Vector128<byte> other) => Vector128.Max(unsigned.AsUInt16(), other.AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> FlipWords(Vector128<byte> signed) => signed ^ Vector128.Create((ushort)0x8000).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> AllWords(short value) => Vector128.Create(value).AsByte();

    /// <summary>What is looked up in each quarter of a table: 15 at the most, or with the highest bit set, which finds nothing on any machine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Within(Vector128<byte> values) =>
        Vector128.AddSaturate(values, Vector128.Create((byte)0x70)) & Vector128.Create((byte)0x8F);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> HighHalves(ref readonly long column, nuint at) =>
        Vector128.Narrow(Vector128.LoadUnsafe(in column, at) >>> 32, Vector128.LoadUnsafe(in column, at + 2) >>> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> From(ref readonly int column, nuint at, int origin) =>
        Vector128.Min(Vector128.Max(Vector128.LoadUnsafe(in column, at), Vector128.Create(WideDayForm.Lowest)), Vector128.Create(WideDayForm.Highest))
            - Vector128.Create(origin);

    /// <summary>What looks up in each quarter of a table.</summary>
    internal readonly struct Index(Vector128<byte> first, Vector128<byte> second, Vector128<byte> third, Vector128<byte> fourth)
    {
        public readonly Vector128<byte> First = first;
        public readonly Vector128<byte> Second = second;
        public readonly Vector128<byte> Third = third;
        public readonly Vector128<byte> Fourth = fourth;
    }
}
