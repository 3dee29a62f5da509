namespace Gdpr.Retention.Columns;

/// <summary>The operations that judging records side by side consists of, one byte to a record.</summary>
/// <remarks>
/// <para>An event is a word, a signed number of 16 bits, and takes two vectors; or two bytes, each so shifted that signed comparison orders them as the
/// word does. What makes words of columns works within the 128-bit lanes of the machine and leaves the records in another order; <see cref="Arrange"/> brings
/// other bytes into it, and <see cref="Restore"/> back.</para>
/// <para>A mask has all bits of a byte set where something holds, and none where it does not.</para>
/// </remarks>
/// <typeparam name="TV">The vector.</typeparam>
/// <typeparam name="TIndex">What looks up by a vector.</typeparam>
internal interface ILanes<TV, TIndex>
{
    /// <summary>How many records.</summary>
    static abstract int Count { get; }

    /// <summary>How many bytes a table of 64 takes.</summary>
    static abstract int RowBytes { get; }

    /// <summary>Writes a table of 64 as <see cref="Lookup"/> reads it.</summary>
    static abstract void WriteTable(ReadOnlySpan<byte> table, Span<byte> row);

    /// <summary>Writes a table of 64 words as <see cref="LookupWords"/> reads it: two rows.</summary>
    static abstract void WriteWords(ReadOnlySpan<byte> high, ReadOnlySpan<byte> low, Span<byte> rows);

    /// <summary>Writes what <see cref="Arrange"/> and <see cref="Restore"/> read.</summary>
    /// <param name="run">How many neighbours stay neighbours when values are split.</param>
    /// <param name="arrange">For the one.</param>
    /// <param name="restore">For the other.</param>
    static abstract void WriteOrder(int run, Span<byte> arrange, Span<byte> restore);

    static abstract TV Load(ref readonly byte from, nuint at);

    static abstract void Store(TV values, ref byte to, nuint at);

    static abstract TV All(byte value);

    static abstract TV Or(TV one, TV other);

    static abstract TV And(TV one, TV other);

    static abstract TV Xor(TV one, TV other);

    static abstract TV Double(TV values);

    static abstract TV Select(TV mask, TV where, TV elsewhere);

    /// <summary>The values, with one number added where a mask says so.</summary>
    static abstract TV AddWhere(TV mask, TV values, TV added);

    static abstract TV AreEqual(TV one, TV other);

    static abstract TV AreLess(TV signed, TV than);

    static abstract TV AreAbove(TV unsigned, TV than);

    static abstract TV AreNegative(TV values);

    static abstract TV Least(TV signed, TV other);

    /// <summary>One bit per record: the highest of each.</summary>
    static abstract ulong HighBits(TV values);

    static abstract TIndex IndexOf(TV values);

    /// <summary>The values of a table of 64.</summary>
    /// <param name="index">Which; below 64 for each record.</param>
    /// <param name="row">The table, as it was written.</param>
    /// <param name="at">Where in it the row begins.</param>
    static abstract TV Lookup(in TIndex index, ref readonly byte row, nuint at);

    /// <summary>The values of two tables of 64: by the lowest six bits of numbers, of the second table where the seventh is set.</summary>
    static abstract TV LookupEither(TV numbers, ref readonly byte rows, nuint at);

    /// <summary>The words of a table of 64.</summary>
    /// <param name="index">Which.</param>
    /// <param name="rows">The table, as it was written.</param>
    /// <param name="at">Where in it the rows begin.</param>
    /// <param name="first">Those of half the records.</param>
    /// <param name="second">Those of the others.</param>
    static abstract void LookupWords(in TIndex index, ref readonly byte rows, nuint at, out TV first, out TV second);

    /// <summary>For each number below 16, the bit of that number modulo 8.</summary>
    static abstract TV BitOf(TV numbers);

    static abstract TV Arrange(TV records, ref readonly byte row, nuint at);

    static abstract TV Restore(TV records, ref readonly byte row, nuint at);

    /// <summary>Instants as words: the 16 bits above the lowest 40, saturated. The first words are those of half the records, the second of the others.</summary>
    static abstract void Words(ref readonly long column, nuint at, out TV first, out TV second);

    /// <summary>Days of 16 bits as words.</summary>
    static abstract void Words(ref readonly ushort column, nuint at, out TV first, out TV second);

    /// <summary>Days of 32 bits as words: their distance from an origin, saturated.</summary>
    static abstract void Words(ref readonly int column, nuint at, int origin, out TV first, out TV second);

    /// <summary>The high and the low bytes of words.</summary>
    static abstract void Split(TV first, TV second, out TV high, out TV low);

    /// <summary>Words as bytes, saturated: zero, negative and positive as they were.</summary>
    static abstract TV Narrow(TV first, TV second);

    static abstract TV SubtractWords(TV from, TV words);

    static abstract TV LeastWords(TV signed, TV other);

    static abstract TV GreatestWords(TV unsigned, TV other);

    static abstract TV AllWords(short value);
}
