using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using NodaTime;

namespace Gdpr.PostgreSql.Sources;

/// <summary>A zone's offsets as the database looks them up: by the library's own rules, since the server's may be of another year.</summary>
internal static class ZoneRules
{
    // Beyond, the last offset holds: an hour more or less decides nothing about a date that far ahead.
    private static readonly Instant First = Instant.FromUtc(1800, 1, 1, 0, 0);
    private static readonly Instant Last = Instant.FromUtc(2300, 1, 1, 0, 0);

    private static readonly ConcurrentDictionary<string, string> Known = new(StringComparer.Ordinal);

    /// <summary>The expression of a zone's offset in ticks at a local time. What came twice counts as the later, what was skipped as by the offset before.</summary>
    /// <param name="local">The local time in ticks since 1970.</param>
    /// <param name="zone">The zone.</param>
    public static string Offset(string local, DateTimeZone zone) =>
        string.Format(CultureInfo.InvariantCulture, Known.GetOrAdd(zone.Id, static (_, zone) => Write(zone), zone), local);

    private static string Write(DateTimeZone zone)
    {
        var (starts, offsets) = (new StringBuilder(), new StringBuilder());
        foreach (var interval in zone.GetZoneIntervals(First, Last))
        {
            var offset = interval.WallOffset.Ticks;
            offsets.Append(CultureInfo.InvariantCulture, $",{offset}");
            if (interval.HasStart && interval.Start > First)
            {
                starts.Append(CultureInfo.InvariantCulture, $",{interval.Start.ToUnixTimeTicks() + offset}");
            }
        }

        return starts.Length == 0
            ? offsets.ToString(1, offsets.Length - 1)
            : $"(CAST('{{{{{offsets.ToString(1, offsets.Length - 1)}}}}}' AS bigint[]))"
                + $"[1 + width_bucket({{0}}, CAST('{{{{{starts.ToString(1, starts.Length - 1)}}}}}' AS bigint[]))]";
    }
}
