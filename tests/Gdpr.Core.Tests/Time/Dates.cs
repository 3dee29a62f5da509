using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Core.Tests.Time;

/// <summary>Dates, times and instants written as in a table.</summary>
internal static class Dates
{
    public static readonly DateTimeZone Stockholm = DateTimeZoneProviders.Tzdb["Europe/Stockholm"];

    public static LocalDate D(string text) => LocalDatePattern.Iso.Parse(text).GetValueOrThrow();

    public static LocalDateTime T(string text) =>
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm").Parse(text).GetValueOrThrow();

    public static Instant Utc(string text) => InstantPattern.General.Parse(text).GetValueOrThrow();

    public static string Text(LocalDate date) => date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);
}
