using NodaTime;

namespace Gdpr.Time;

/// <summary>Local times of day, as people write them down, and the instants that they mean.</summary>
public static class LocalTimes
{
    /// <summary>The instant that a local time in a zone means.</summary>
    /// <param name="localTime">The date and time shown by the clock there.</param>
    /// <param name="zone">The time zone of that clock.</param>
    /// <returns>The instant. A time that came twice, because the clock was put back across it, means the earlier of the two: whatever
    /// runs from it then ends the earlier.</returns>
    /// <exception cref="NonexistentLocalTimeException">The clock never showed that time (E-TIME-01).</exception>
    public static Instant ToInstant(LocalDateTime localTime, DateTimeZone zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var mapping = zone.MapLocal(localTime);
        return mapping.Count == 0
            ? throw new NonexistentLocalTimeException(localTime, zone.Id)
            : mapping.First().ToInstant();
    }
}
