using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gdpr.Retention.Columns;

/// <summary>64 records at a time, by AVX-512 with VBMI: a table of 64 is one register, and looking up one instruction.</summary>
internal readonly struct Lanes512 : ILanes<Vector512<byte>, Lanes512.Index>
{
    private const int Lane = 16;

    public static int Count => Vector512<byte>.Count;

    public static int RowBytes => Vector512<byte>.Count;

    private static Vector512<byte> Bits => Vector512.Create(0x8040_2010_0804_0201UL).AsByte();

    private static Vector512<byte> Sign => Vector512.Create((byte)0x80);

    public static void WriteTable(ReadOnlySpan<byte> table, Span<byte> row) => table.CopyTo(row);

    public static void WriteWords(ReadOnlySpan<byte> high, ReadOnlySpan<byte> low, Span<byte> rows)
    {
        for (var i = 0; i < high.Length; i++)
        {
            (rows[2 * i], rows[(2 * i) + 1]) = (low[i], high[i]);
        }
    }

    public static void WriteOrder(int run, Span<byte> arrange, Span<byte> restore)
    {
        for (var i = 0; i < Count; i++)
        {
            var (lane, within) = (i / Lane, i % Lane);
            var record = (within / run * run * Count / Lane) + (lane * run) + (within % run);
            arrange[i] = (byte)record;
            restore[record] = (byte)i;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Load(ref readonly byte from, nuint at) => Vector512.LoadUnsafe(in from, at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<byte> values, ref byte to, nuint at) => values.StoreUnsafe(ref to, at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> All(byte value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Or(Vector512<byte> one, Vector512<byte> other) => one | other;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> And(Vector512<byte> one, Vector512<byte> other) => one & other;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Xor(Vector512<byte> one, Vector512<byte> other) => one ^ other;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Double(Vector512<byte> values) => values + values;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Select(Vector512<byte> mask, Vector512<byte> where, Vector512<byte> elsewhere) =>
        Vector512.ConditionalSelect(mask, where, elsewhere);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AddWhere(Vector512<byte> mask, Vector512<byte> values, Vector512<byte> added) =>
        Vector512.ConditionalSelect(mask, values + added, values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AreEqual(Vector512<byte> one, Vector512<byte> other) => Vector512.Equals(one, other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AreLess(Vector512<byte> signed, Vector512<byte> than) => Vector512.LessThan(signed.AsSByte(), than.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AreAbove(Vector512<byte> unsigned, Vector512<byte> than) => Vector512.GreaterThan(unsigned, than);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AreNegative(Vector512<byte> values) => Vector512.LessThan(values.AsSByte(), Vector512<sbyte>.Zero).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Least(Vector512<byte> signed, Vector512<byte> other) => Vector512.Min(signed.AsSByte(), other.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong HighBits(Vector512<byte> values) => values.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Index IndexOf(Vector512<byte> values) => new(values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Lookup(in Index index, ref readonly byte row, nuint at) =>
        Avx512Vbmi.PermuteVar64x8(Vector512.LoadUnsafe(in row, at), index.Bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LookupWords(in Index index, ref readonly byte rows, nuint at, out Vector512<byte> first, out Vector512<byte> second)
    {
        var lower = Vector512.LoadUnsafe(in rows, at).AsInt16();
        var upper = Vector512.LoadUnsafe(in rows, at + 64).AsInt16();
        first = Avx512BW.PermuteVar32x16x2(lower, index.First, upper).AsByte();
        second = Avx512BW.PermuteVar32x16x2(lower, index.Second, upper).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> LookupEither(Vector512<byte> numbers, ref readonly byte rows, nuint at) =>
        Avx512Vbmi.PermuteVar64x8x2(Vector512.LoadUnsafe(in rows, at), numbers, Vector512.LoadUnsafe(in rows, at + 64));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> BitOf(Vector512<byte> numbers) => Avx512BW.Shuffle(Bits, numbers);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Arrange(Vector512<byte> records, ref readonly byte row, nuint at) =>
        Avx512Vbmi.PermuteVar64x8(records, Vector512.LoadUnsafe(in row, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Restore(Vector512<byte> records, ref readonly byte row, nuint at) =>
        Avx512Vbmi.PermuteVar64x8(records, Vector512.LoadUnsafe(in row, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Words(ref readonly long column, nuint at, out Vector512<byte> first, out Vector512<byte> second)
    {
        // Counted from here, the places are constants to the processor, and take no registers.
        ref readonly var from = ref Unsafe.Add(ref Unsafe.AsRef(in column), at);
        first = Avx512BW.PackSignedSaturate(HighHalves(in from, 0) >> 8, HighHalves(in from, 16) >> 8).AsByte();
        second = Avx512BW.PackSignedSaturate(HighHalves(in from, 32) >> 8, HighHalves(in from, 48) >> 8).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Words(ref readonly ushort column, nuint at, out Vector512<byte> first, out Vector512<byte> second)
    {
        first = FlipWords(Vector512.LoadUnsafe(in column, at).AsByte());
        second = FlipWords(Vector512.LoadUnsafe(in column, at + 32).AsByte());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Words(ref readonly int column, nuint at, int origin, out Vector512<byte> first, out Vector512<byte> second)
    {
        first = Avx512BW.PackSignedSaturate(From(in column, at, origin), From(in column, at + 16, origin)).AsByte();
        second = Avx512BW.PackSignedSaturate(From(in column, at + 32, origin), From(in column, at + 48, origin)).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Split(Vector512<byte> first, Vector512<byte> second, out Vector512<byte> high, out Vector512<byte> low)
    {
        high = Avx512BW.PackSignedSaturate(first.AsInt16() >> 8, second.AsInt16() >> 8).AsByte();
        low = Avx512BW.PackUnsignedSaturate(LowBytes(first), LowBytes(second)) ^ Sign;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Narrow(Vector512<byte> first, Vector512<byte> second) => Avx512BW.PackSignedSaturate(first.AsInt16(), second.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> SubtractWords(Vector512<byte> from, Vector512<byte> words) => Avx512BW.SubtractSaturate(from.AsInt16(), words.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> LeastWords(Vector512<byte> signed, Vector512<byte> other) => Vector512.Min(signed.AsInt16(), other.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> GreatestWords(Vector512<byte> unsigned, Vector512<byte> other) => Vector512.Max(unsigned.AsUInt16(), other.AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> FlipWords(Vector512<byte> signed) => signed ^ Vector512.Create((ushort)0x8000).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AllWords(short value) => Vector512.Create(value).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> HighHalves(ref readonly long column, nuint at) =>
        Avx512F.Shuffle(Vector512.LoadUnsafe(in column, at).AsSingle(), Vector512.LoadUnsafe(in column, at + 8).AsSingle(), 0b_11_01_11_01).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> From(ref readonly int column, nuint at, int origin) =>
        Vector512.Min(Vector512.Max(Vector512.LoadUnsafe(in column, at), Vector512.Create(WideDayForm.Lowest)), Vector512.Create(WideDayForm.Highest))
            - Vector512.Create(origin);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> LowBytes(Vector512<byte> words) => words.AsInt16() & Vector512.Create((short)0xFF);

    /// <summary>What looks up bytes, and words: of each word the lowest six bits count.</summary>
    internal readonly struct Index(Vector512<byte> values)
    {
        public readonly Vector512<byte> Bytes = values;
        public readonly Vector512<short> First = Avx512BW.UnpackLow(values, values).AsInt16();
        public readonly Vector512<short> Second = Avx512BW.UnpackHigh(values, values).AsInt16();
    }
}
