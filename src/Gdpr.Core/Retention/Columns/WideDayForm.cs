using System.Runtime.CompilerServices;
using NodaTime;

namespace Gdpr.Retention.Columns;

/// <summary>Local days of 32 bits, counted as those of 16 bits and beyond them on both sides.</summary>
internal readonly struct WideDayForm : IColumnForm<int>
{
    /// <summary>Before all dates, and so far within the numbers that a distance from an origin is one too.</summary>
    public const int Lowest = -1 << 30;

    /// <summary>After all dates.</summary>
    public const int Highest = 1 << 30;

    /// <summary>How far before the origin the present lies: cutoffs reach further back than ahead.</summary>
    private const int Present = 20_000;

    private static readonly int Earliest = DayNumber.Of(LocalDate.MinIsoValue);

    public static bool HasTies => false;

    public static bool HasFar => true;

    public static int Run => 4;

    public static int NotHappened => RetentionDayColumns.NotHappenedWide;

    public static long[] BoundsOf(DataSetCutoffs cutoffs) => cutoffs.Days;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ValueOf(int number) => number switch
    {
        RetentionDayColumns.NotHappenedWide => RetentionColumns.NotHappened,
        RetentionDayColumns.UnknownWide => RetentionColumns.Unknown,

        // What no date reaches counts as the first of all, or lies after every bound but the one that only what has not happened does not lie before.
        _ => Math.Max(number - (long)RetentionDayColumns.DayOf1970, Earliest),
    };

    public static TriggerValue TriggerOf(long value) => TriggerValue.OfDay(value);

    public static int OriginAt(Instant now) => (int)Math.Floor((now - NodaConstants.UnixEpoch).TotalDays) + RetentionDayColumns.DayOf1970 - Present;

    public static int? WordOf(long bound, int origin)
    {
        if (bound <= Earliest || bound == long.MaxValue)
        {
            return bound <= Earliest ? IColumnForm<int>.LowestWord : IColumnForm<int>.HighestWord;
        }

        return bound + RetentionDayColumns.DayOf1970 - origin is > IColumnForm<int>.LowestWord and < IColumnForm<int>.HighestWord and var word ? (int)word : null;
    }

    public static int FarFrom(int origin) => IColumnForm<int>.HighestWord + origin;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Words<TV, TIndex, TLanes>(ref readonly int column, nuint at, int origin, out TV first, out TV second)
        where TLanes : ILanes<TV, TIndex> => TLanes.Words(in column, at, origin, out first, out second);
}
