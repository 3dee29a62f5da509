using System.Globalization;
using NodaTime;

namespace Gdpr.Time;

/// <summary>Days, times and periods in the words of an explanation.</summary>
internal static class DeadlineWords
{
    private static readonly string[] EnglishDays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    private static readonly string[] SwedishDays = ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"];

    /// <summary>A date with its weekday, such as "Saturday 2026-02-28".</summary>
    public static DeadlineText Day(LocalDate date)
    {
        var iso = Iso(date);
        var index = (int)date.DayOfWeek - 1;
        return new DeadlineText($"{EnglishDays[index]} {iso}", $"{SwedishDays[index]} {iso}");
    }

    /// <summary>A date without weekday.</summary>
    public static string Iso(LocalDate date) => date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A local time with weekday and offset, such as "Monday 2026-03-30 15:20:00 (UTC+02)".</summary>
    public static DeadlineText Moment(Instant instant, DateTimeZone zone)
    {
        var local = instant.InZone(zone);
        var day = Day(local.Date);
        var rest = local.ToString("HH':'mm':'ss '(UTC'o<g>')'", CultureInfo.InvariantCulture);
        return new DeadlineText($"{day.En} {rest}", $"{day.Sv} {rest}");
    }

    /// <summary>A period, such as "3 months" or "1 year, 2 weeks".</summary>
    public static DeadlineText Period(CalendarPeriod period)
    {
        var english = new List<string>();
        var swedish = new List<string>();
        Add(period.Months / 12, "year", "years", "år", "år");
        Add(period.Months % 12, "month", "months", "månad", "månader");
        if (period.Days % 7 == 0)
        {
            Add(period.Days / 7, "week", "weeks", "vecka", "veckor");
        }
        else
        {
            Add(period.Days, "day", "days", "dag", "dagar");
        }

        return new DeadlineText(string.Join(", ", english), string.Join(", ", swedish));

        void Add(int number, string one, string many, string en, string flera)
        {
            if (number > 0)
            {
                english.Add(string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many)}"));
                swedish.Add(string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? en : flera)}"));
            }
        }
    }

    /// <summary>The days that are no working days, with their names, such as "2026-04-03 (Good Friday), 2026-04-04 (Saturday)".</summary>
    public static DeadlineText NamedDays(LocalDate first, LocalDate end, IHolidayCalendar calendar)
    {
        return new DeadlineText(In("en", EnglishDays), In("sv", SwedishDays));

        string In(string language, string[] weekdays) => string.Join(
            ", ",
            Enumerable.Range(0, NodaTime.Period.DaysBetween(first, end))
                .Select(days => first.PlusDays(days))
                .Select(day => $"{Iso(day)} ({calendar.NameOf(day, language) ?? weekdays[(int)day.DayOfWeek - 1]})"));
    }
}
