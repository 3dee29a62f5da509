using System.Globalization;
using NodaTime;

namespace Gdpr.Time;

/// <summary>A local time was given that the zone's clock never showed, because it was put forward across it (E-TIME-01).</summary>
public sealed class NonexistentLocalTimeException : GdprException
{
    internal const string ErrorCode = "E-TIME-01";

    internal NonexistentLocalTimeException(LocalDateTime localTime, string zoneId)
        : base(ErrorCode, Describe(localTime, zoneId))
    {
        LocalTime = localTime;
        ZoneId = zoneId;
    }

    /// <summary>The local time that does not exist.</summary>
    public LocalDateTime LocalTime { get; }

    /// <summary>The id of the time zone in which it does not exist.</summary>
    public string ZoneId { get; }

    private static string Describe(LocalDateTime localTime, string zoneId)
    {
        var text = localTime.ToString("uuuu-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return $"The local time {text} does not exist in {zoneId}: the clock was put forward across it. "
            + "Correct the time, or give it with its offset from UTC.";
    }
}
