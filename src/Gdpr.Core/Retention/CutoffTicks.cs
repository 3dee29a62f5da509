using Gdpr.Time;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>The bounds of local days as 100-nanosecond ticks since 1970, clamped to what instants can represent.</summary>
internal static class CutoffTicks
{
    private static readonly LocalDate Earliest = LocalDate.MinIsoValue.PlusDays(2);
    private static readonly LocalDate Latest = LocalDate.MaxIsoValue.PlusDays(-2);

    /// <summary>The first instant of a day; below every instant for the earliest dates, above every instant for the latest.</summary>
    public static long Of(LocalDate date, DateTimeZone zone)
    {
        if (date <= Earliest)
        {
            return long.MinValue;
        }

        return date >= Latest ? long.MaxValue : LocalDays.StartOf(date, zone).ToUnixTimeTicks();
    }

    /// <summary>The first instant after a day.</summary>
    public static long AfterLast(LocalDate last, DateTimeZone zone) => last >= Latest ? long.MaxValue : Of(last.PlusDays(1), zone);
}
