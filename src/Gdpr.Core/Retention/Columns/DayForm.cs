using System.Runtime.CompilerServices;
using NodaTime;

namespace Gdpr.Retention.Columns;

/// <summary>Local days of 16 bits, counted from 1950-01-01 as 1.</summary>
internal readonly struct DayForm : IColumnForm<ushort>
{
    public static bool HasTies => false;

    public static bool HasFar => false;

    public static int Run => 8;

    public static ushort NotHappened => RetentionDayColumns.NotHappened;

    public static long[] BoundsOf(DataSetCutoffs cutoffs) => cutoffs.Days;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ValueOf(ushort number) => number switch
    {
        RetentionDayColumns.NotHappened => RetentionColumns.NotHappened,
        RetentionDayColumns.Unknown => RetentionColumns.Unknown,
        _ => number - RetentionDayColumns.DayOf1970,
    };

    public static TriggerValue TriggerOf(long value) => TriggerValue.OfDay(value);

    public static int OriginAt(Instant now) => 0;

    public static int? WordOf(long bound, int origin) =>
        (int)(Math.Clamp(bound, -RetentionDayColumns.DayOf1970, ushort.MaxValue - RetentionDayColumns.DayOf1970) + RetentionDayColumns.DayOf1970 + short.MinValue);

    public static ushort FarFrom(int origin) => NotHappened;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Words<TV, TIndex, TLanes>(ref readonly ushort column, nuint at, int origin, out TV first, out TV second)
        where TLanes : ILanes<TV, TIndex> => TLanes.Words(in column, at, out first, out second);
}
