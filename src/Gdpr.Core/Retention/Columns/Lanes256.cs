using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gdpr.Retention.Columns;

/// <summary>32 records at a time, by AVX2: a table of 64 is four registers, of which each byte is found in one.</summary>
internal readonly struct Lanes256 : ILanes<Vector256<byte>, Lanes256.Index>
{
    private const int Lane = 16;
    private const int Quarters = 4;

    // The second and third quarter change places.
    private const byte Across = 0b_11_01_10_00;

    public static int Count => Vector256<byte>.Count;

    public static int RowBytes => Quarters * Vector256<byte>.Count;

    private static Vector256<byte> Bits => Vector256.Create(0x8040_2010_0804_0201UL).AsByte();

    private static Vector256<byte> Sign => Vector256.Create((byte)0x80);

    public static void WriteTable(ReadOnlySpan<byte> table, Span<byte> row)
    {
        for (var quarter = 0; quarter < Quarters; quarter++)
        {
            var part = table.Slice(quarter * Lane, Lane);
            part.CopyTo(row[(quarter * Count)..]);
            part.CopyTo(row[((quarter * Count) + Lane)..]);
        }
    }

    public static void WriteWords(ReadOnlySpan<byte> high, ReadOnlySpan<byte> low, Span<byte> rows)
    {
        WriteTable(high, rows);
        WriteTable(low, rows[RowBytes..]);
    }

    public static void WriteOrder(int run, Span<byte> arrange, Span<byte> restore)
    {
        for (var i = 0; i < Count; i++)
        {
            var (half, within) = (i % Lane / (Lane / 2), i % (Lane / 2));
            var from = (((2 * (within / run)) + half) * run % Lane) + (within % run);
            arrange[i] = (byte)from;
            restore[i - (i % Lane) + from] = (byte)(i % Lane);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(ref readonly byte from, nuint at) => Vector256.LoadUnsafe(in from, at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<byte> values, ref byte to, nuint at) => values.StoreUnsafe(ref to, at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> All(byte value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Or(Vector256<byte> one, Vector256<byte> other) => one | other;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> And(Vector256<byte> one, Vector256<byte> other) => one & other;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Xor(Vector256<byte> one, Vector256<byte> other) => one ^ other;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Double(Vector256<byte> values) => values + values;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Select(Vector256<byte> mask, Vector256<byte> where, Vector256<byte> elsewhere) => Avx2.BlendVariable(elsewhere, where, mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> AddWhere(Vector256<byte> mask, Vector256<byte> values, Vector256<byte> added) => values + (mask & added);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> AreEqual(Vector256<byte> one, Vector256<byte> other) => Vector256.Equals(one, other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> AreLess(Vector256<byte> signed, Vector256<byte> than) => Vector256.LessThan(signed.AsSByte(), than.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> AreAbove(Vector256<byte> unsigned, Vector256<byte> than) => Vector256.GreaterThan(unsigned, than);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> AreNegative(Vector256<byte> values) => Vector256.LessThan(values.AsSByte(), Vector256<sbyte>.Zero).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Least(Vector256<byte> signed, Vector256<byte> other) => Vector256.Min(signed.AsSByte(), other.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong HighBits(Vector256<byte> values) => values.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Index IndexOf(Vector256<byte> values) => new(
        Within(values),
        Within(values - Vector256.Create((byte)Lane)),
        Within(values - Vector256.Create((byte)(2 * Lane))),
        Within(values - Vector256.Create((byte)(3 * Lane))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Lookup(in Index index, ref readonly byte row, nuint at) =>
        Avx2.Shuffle(Vector256.LoadUnsafe(in row, at), index.First)
        | Avx2.Shuffle(Vector256.LoadUnsafe(in row, at + 32), index.Second)
        | Avx2.Shuffle(Vector256.LoadUnsafe(in row, at + 64), index.Third)
        | Avx2.Shuffle(Vector256.LoadUnsafe(in row, at + 96), index.Fourth);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LookupWords(in Index index, ref readonly byte rows, nuint at, out Vector256<byte> first, out Vector256<byte> second)
    {
        var high = Lookup(index, in rows, at);
        Join(high, Lookup(index, in rows, at + (nuint)RowBytes), out first, out second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> LookupEither(Vector256<byte> numbers, ref readonly byte rows, nuint at)
    {
        var index = IndexOf(numbers & Vector256.Create((byte)(LanePlan.Entries - 1)));
        return Select(AreNegative(Double(numbers)), Lookup(index, in rows, at + (nuint)RowBytes), Lookup(index, in rows, at));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> BitOf(Vector256<byte> numbers) => Avx2.Shuffle(Bits, numbers);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Arrange(Vector256<byte> records, ref readonly byte row, nuint at) =>
        Avx2.Permute4x64(Avx2.Shuffle(records, Vector256.LoadUnsafe(in row, at)).AsUInt64(), Across).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Restore(Vector256<byte> records, ref readonly byte row, nuint at) =>
        Avx2.Shuffle(Avx2.Permute4x64(records.AsUInt64(), Across).AsByte(), Vector256.LoadUnsafe(in row, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Words(ref readonly long column, nuint at, out Vector256<byte> first, out Vector256<byte> second)
    {
        // Counted from here, the places are constants to the processor, and take no registers.
        ref readonly var from = ref Unsafe.Add(ref Unsafe.AsRef(in column), at);
        first = Avx2.PackSignedSaturate(HighHalves(in from, 0) >> 8, HighHalves(in from, 8) >> 8).AsByte();
        second = Avx2.PackSignedSaturate(HighHalves(in from, 16) >> 8, HighHalves(in from, 24) >> 8).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Words(ref readonly ushort column, nuint at, out Vector256<byte> first, out Vector256<byte> second)
    {
        first = FlipWords(Vector256.LoadUnsafe(in column, at).AsByte());
        second = FlipWords(Vector256.LoadUnsafe(in column, at + 16).AsByte());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Words(ref readonly int column, nuint at, int origin, out Vector256<byte> first, out Vector256<byte> second)
    {
        first = Avx2.PackSignedSaturate(From(in column, at, origin), From(in column, at + 8, origin)).AsByte();
        second = Avx2.PackSignedSaturate(From(in column, at + 16, origin), From(in column, at + 24, origin)).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Split(Vector256<byte> first, Vector256<byte> second, out Vector256<byte> high, out Vector256<byte> low)
    {
        high = Avx2.PackSignedSaturate(first.AsInt16() >> 8, second.AsInt16() >> 8).AsByte();
        low = Avx2.PackUnsignedSaturate(LowBytes(first), LowBytes(second)) ^ Sign;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Narrow(Vector256<byte> first, Vector256<byte> second) => Avx2.PackSignedSaturate(first.AsInt16(), second.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Join(Vector256<byte> high, Vector256<byte> low, out Vector256<byte> first, out Vector256<byte> second)
    {
        first = Avx2.UnpackLow(low, high);
        second = Avx2.UnpackHigh(low, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> SubtractWords(Vector256<byte> from, Vector256<byte> words) => Avx2.SubtractSaturate(from.AsInt16(), words.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> LeastWords(Vector256<byte> signed, Vector256<byte> other) => Vector256.Min(signed.AsInt16(), other.AsInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> GreatestWords(Vector256<byte> unsigned, Vector256<byte> other) => Vector256.Max(unsigned.AsUInt16(), other.AsUInt16()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> FlipWords(Vector256<byte> signed) => signed ^ Vector256.Create((ushort)0x8000).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> AllWords(short value) => Vector256.Create(value).AsByte();

    /// <summary>What is looked up in each quarter of a table: 15 at the most, or with the highest bit set, which finds nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Within(Vector256<byte> values) => Avx2.AddSaturate(values, Vector256.Create((byte)0x70));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> HighHalves(ref readonly long column, nuint at) =>
        Avx.Shuffle(Vector256.LoadUnsafe(in column, at).AsSingle(), Vector256.LoadUnsafe(in column, at + 4).AsSingle(), 0b_11_01_11_01).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> From(ref readonly int column, nuint at, int origin) =>
        Vector256.Min(Vector256.Max(Vector256.LoadUnsafe(in column, at), Vector256.Create(WideDayForm.Lowest)), Vector256.Create(WideDayForm.Highest))
            - Vector256.Create(origin);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> LowBytes(Vector256<byte> words) => words.AsInt16() & Vector256.Create((short)0xFF);

    /// <summary>What looks up in each quarter of a table.</summary>
    internal readonly struct Index(Vector256<byte> first, Vector256<byte> second, Vector256<byte> third, Vector256<byte> fourth)
    {
        public readonly Vector256<byte> First = first;
        public readonly Vector256<byte> Second = second;
        public readonly Vector256<byte> Third = third;
        public readonly Vector256<byte> Fourth = fourth;
    }
}
