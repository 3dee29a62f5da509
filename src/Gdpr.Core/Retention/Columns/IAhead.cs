using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Gdpr.Retention.Columns;

/// <summary>Whether what is read some steps later is fetched already, as a type: code for it is compiled without the question.</summary>
internal interface IAhead
{
    /// <summary>Fetches as many values as a step reads, from where a later one reads them.</summary>
    /// <typeparam name="TValue">The values.</typeparam>
    /// <param name="column">The column's first value.</param>
    /// <param name="at">Where this step reads.</param>
    /// <param name="count">How many values a step reads.</param>
    static abstract void Fetch<TValue>(ref readonly TValue column, nuint at, int count)
        where TValue : unmanaged;
}

/// <summary>Nothing is fetched: the records are in a cache, or the processor sees by itself what comes next.</summary>
internal readonly struct NotAhead : IAhead
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch<TValue>(ref readonly TValue column, nuint at, int count)
        where TValue : unmanaged
    {
    }
}

/// <summary>Fetched from memory: a processor that looks ahead for itself stops at each page, and at as many instructions as it has room for.</summary>
internal readonly struct FetchedAhead : IAhead
{
    /// <summary>By how many records: by the time their turn comes they are there, and still are.</summary>
    private static nuint Ahead
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 192;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Fetch<TValue>(ref readonly TValue column, nuint at, int count)
        where TValue : unmanaged
    {
        const int line = 64;
        if (Sse.IsSupported)
        {
            // Only an address: what is there is not looked at, and past the end of a column nothing happens.
            var from = (byte*)Unsafe.AsPointer(ref Unsafe.Add(ref Unsafe.AsRef(in column), at + Ahead));
            for (var next = 0; next < count * sizeof(TValue); next += line)
            {
                Sse.Prefetch0(from + next);
            }
        }
    }
}
