namespace Gdpr.Retention.Columns;

/// <summary>The operations that judging records side by side consists of, one byte to a record.</summary>
/// <remarks>
/// <para>A value of 16 bits is two vectors, its high and its low bytes, each so shifted that signed comparison orders them as the value does. What
/// splits values into the two works within the 128-bit lanes of the machine and leaves the records in another order; <see cref="Arrange"/> brings
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

    /// <summary>For each number below 16, the bit of that number modulo 8.</summary>
    static abstract TV BitOf(TV numbers);

    static abstract TV Arrange(TV records, ref readonly byte row, nuint at);

    static abstract TV Restore(TV records, ref readonly byte row, nuint at);

    /// <summary>Instants: the 16 bits above the lowest 40, saturated.</summary>
    static abstract void Split(ref readonly long column, nuint at, out TV high, out TV low);

    /// <summary>Days of 16 bits.</summary>
    static abstract void Split(ref readonly ushort column, nuint at, out TV high, out TV low);

    /// <summary>Days of 32 bits: their distance from an origin, saturated.</summary>
    static abstract void Split(ref readonly int column, nuint at, int origin, out TV high, out TV low);
}
