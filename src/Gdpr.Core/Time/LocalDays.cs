using NodaTime;
using NodaTime.TimeZones;

namespace Gdpr.Time;

/// <summary>Whole local days of a time zone, and the instants that bound them.</summary>
/// <remarks>
/// A legal day is the day at the controller's place of action. Both directions err to the keeping side where a zone's clock once went
/// back across midnight (St John's until 2011) and a local date therefore came twice: there a day begins with its first coming as a
/// bound, and with its last as today. Where a zone skipped a whole day (Apia, 30 December 2011), the missing day begins when the next one does.
/// </remarks>
public static class LocalDays
{
    /// <summary>Longer than any two offsets differ: further from a change of offset than this, no date on its other side is in doubt.</summary>
    private static readonly Duration BeyondDoubt = Duration.FromDays(2);

    /// <summary>Between these no offset leads beyond the calendar.</summary>
    private static readonly Instant FarFromFirst = Instant.MinValue + BeyondDoubt;

    private static readonly Instant FarFromLast = Instant.MaxValue - BeyondDoubt;

    /// <summary>The local date at an instant: the latest date that no later instant falls short of.</summary>
    /// <param name="now">The instant asked about.</param>
    /// <param name="zone">The controller's time zone.</param>
    /// <returns>A date that never decreases as <paramref name="now"/> grows.</returns>
    public static LocalDate TodayAt(Instant now, DateTimeZone zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var interval = zone.GetZoneInterval(now);
        var date = WallDate(now, interval);
        if (!interval.HasEnd || interval.End - now > BeyondDoubt)
        {
            return date;
        }

        var afterTransition = WallDate(interval.End, zone.GetZoneInterval(interval.End));
        return LocalDate.Min(date, afterTransition);
    }

    /// <summary>The local date on which an instant counts: the latest date that any instant up to it has reached.</summary>
    /// <param name="instant">The instant of the event.</param>
    /// <param name="zone">The controller's time zone.</param>
    /// <returns>A date that never decreases as <paramref name="instant"/> grows: <c>DateOf(instant) &lt; date</c> is the same as
    /// <c>instant &lt; StartOf(date)</c>.</returns>
    public static LocalDate DateOf(Instant instant, DateTimeZone zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var interval = zone.GetZoneInterval(instant);
        var date = WallDate(instant, interval);
        if (!interval.HasStart || instant - interval.Start > BeyondDoubt)
        {
            return date;
        }

        var beforeTransition = WallDate(interval.Start - Duration.Epsilon, zone.GetZoneInterval(interval.Start - Duration.Epsilon));
        return LocalDate.Max(date, beforeTransition);
    }

    /// <summary>The first instant of a local day: everything before it happened on an earlier date.</summary>
    /// <param name="date">The local date.</param>
    /// <param name="zone">The controller's time zone.</param>
    public static Instant StartOf(LocalDate date, DateTimeZone zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        try
        {
            return zone.AtStartOfDay(date).ToInstant();
        }
        catch (SkippedTimeException)
        {
            return zone.AtStartOfDay(date.PlusDays(1)).ToInstant();
        }
    }

    /// <summary>The instant at which a last day is over: the start of the day after it, exclusive end of the period.</summary>
    /// <param name="lastDay">The last day that still counts.</param>
    /// <param name="zone">The controller's time zone.</param>
    /// <returns>The exclusive end; <see cref="Instant.MaxValue"/> for the last date that the calendar can represent, which never ends.</returns>
    public static Instant EndOf(LocalDate lastDay, DateTimeZone zone) =>
        lastDay == LocalDate.MaxIsoValue ? Instant.MaxValue : StartOf(lastDay.PlusDays(1), zone);

    /// <summary>The date on the wall. Where the calendar's first or last instants lie beyond it in the zone, its first or last date.</summary>
    private static LocalDate WallDate(Instant instant, ZoneInterval interval)
    {
        if (instant >= FarFromFirst && instant <= FarFromLast)
        {
            return instant.WithOffset(interval.WallOffset).Date;
        }

        var offset = interval.WallOffset.ToTimeSpan();
        if (offset > TimeSpan.Zero && instant > Instant.MaxValue - Duration.FromTimeSpan(offset))
        {
            return LocalDate.MaxIsoValue;
        }

        return offset < TimeSpan.Zero && instant < Instant.MinValue - Duration.FromTimeSpan(offset)
            ? LocalDate.MinIsoValue
            : instant.WithOffset(interval.WallOffset).Date;
    }
}
