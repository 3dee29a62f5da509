using System.Text.Json.Nodes;
using Gdpr.Time;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Tool.Corpus;

/// <summary>Cases of dates and clocks.</summary>
internal static class TimeCases
{
    /// <summary>A period of months or weeks from a receipt: both dates, and those of the notice where it is extended.</summary>
    public static JsonObject Deadline(CorpusCase one)
    {
        var deadline = StatutoryDeadline.Compute(new StatutoryDeadlineRequest
        {
            Received = InstantOf(one, "received"),
            Zone = ZoneOf(one),
            Period = PeriodOf(one, "period"),
            Extension = one.OptionalText("extension") is null ? CalendarPeriod.FromMonths(2) : PeriodOf(one, "extension"),
            Extended = one.Flag("extended"),
            PausedDays = one.Number("pausedDays", 0),
            Calendar = CalendarOf(one),
        });
        return new JsonObject
        {
            ["legalLatest"] = Date(deadline.LegalLatest.LastDay),
            ["legalEnd"] = InstantPattern.ExtendedIso.Format(deadline.LegalLatest.End),
            ["conservative"] = Date(deadline.Conservative.LastDay),
            ["noticeLegalLatest"] = deadline.NoticeLegalLatest is { } notice ? Date(notice.LastDay) : null,
            ["noticeConservative"] = deadline.NoticeConservative is { } early ? Date(early.LastDay) : null,
        };
    }

    /// <summary>A period of hours from an awareness: the exact end, and the limit.</summary>
    public static JsonObject Hours(CorpusCase one)
    {
        var zone = ZoneOf(one);
        var deadline = HourDeadline.Compute(InstantOf(one, "aware"), one.Number("hours", 72), zone);
        return new JsonObject { ["conservative"] = Local(deadline.Conservative, zone), ["limit"] = Local(deadline.Limit, zone) };
    }

    /// <summary>How long the Accounting Act keeps what belongs to a financial year.</summary>
    public static JsonObject Bookkeeping(CorpusCase one)
    {
        var report = Commands.BookkeepingReport.Of(DateOf(one, "fiscalYearEnd"), one.Number("years", 7), "en");
        return new JsonObject { ["lastDay"] = report.LastDay, ["erasableFrom"] = report.ErasableFrom };
    }

    /// <summary>Whether a date is a working day.</summary>
    public static JsonObject Holiday(CorpusCase one) => new() { ["isWorkingDay"] = CalendarOf(one).IsWorkingDay(DateOf(one, "date")) };

    public static LocalDate DateOf(CorpusCase one, string member) =>
        LocalDatePattern.Iso.Parse(one.Text(member)) is { Success: true } parsed ? parsed.Value : throw one.Bad($"'given.{member}' is no date: write it as 2026-01-31");

    private static Instant InstantOf(CorpusCase one, string member) =>
        OffsetDateTimePattern.Rfc3339.Parse(one.Text(member)) is { Success: true } parsed
            ? parsed.Value.ToInstant() : throw one.Bad($"'given.{member}' is no instant: write it as 2026-01-31T12:00:00+01:00");

    private static DateTimeZone ZoneOf(CorpusCase one) =>
        DateTimeZoneProviders.Tzdb.GetZoneOrNull(one.OptionalText("zone") ?? "Europe/Stockholm") ?? throw one.Bad("'given.zone' is no IANA zone");

    private static CalendarPeriod PeriodOf(CorpusCase one, string member) =>
        CalendarPeriod.TryParse(one.Text(member), out var period, out var problem) ? period : throw one.Bad($"'given.{member}': {problem}");

    private static IHolidayCalendar CalendarOf(CorpusCase one) => one.OptionalText("calendar") switch
    {
        null or "se-1182" => SwedishHolidays.Regulation1182,
        "se-1930" => SwedishHolidays.Law1930,
        var other => throw one.Bad($"'given.calendar' is '{other}': use se-1182 or se-1930"),
    };

    private static string Date(LocalDate date) => LocalDatePattern.Iso.Format(date);

    private static string Local(Instant instant, DateTimeZone zone) => OffsetDateTimePattern.Rfc3339.Format(instant.InZone(zone).ToOffsetDateTime());
}
