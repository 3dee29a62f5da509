using System.Runtime.CompilerServices;
using NodaTime;

namespace Gdpr.Retention.Columns;

/// <summary>Instants as 100-nanosecond ticks since 1970.</summary>
/// <remarks>Their 16 bits count 2^40 ticks, some 30 hours, and reach from 1856 to 2084.</remarks>
internal readonly struct InstantForm : IColumnForm<long>
{
    private const int Shift = 40;

    public static bool HasTies => true;

    public static bool HasFar => true;

    public static int Run => 2;

    public static long NotHappened => RetentionColumns.NotHappened;

    public static long[] BoundsOf(DataSetCutoffs cutoffs) => cutoffs.Ticks;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ValueOf(long number) => number;

    public static TriggerValue TriggerOf(long value) => TriggerValue.OfColumn(value);

    public static int OriginAt(Instant now) => 0;

    public static int? WordOf(long bound, int origin) => bound switch
    {
        long.MinValue => IColumnForm<long>.LowestWord,
        long.MaxValue => IColumnForm<long>.HighestWord,
        _ => (bound >> Shift) is > IColumnForm<long>.LowestWord and < IColumnForm<long>.HighestWord and var word ? (int)word : null,
    };

    public static long FarFrom(int origin) => (long)IColumnForm<long>.HighestWord << Shift;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Words<TV, TIndex, TLanes>(ref readonly long column, nuint at, int origin, out TV first, out TV second)
        where TLanes : ILanes<TV, TIndex> => TLanes.Words(in column, at, out first, out second);
}
