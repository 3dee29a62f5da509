using Gdpr.Policies;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

/// <summary>Dates as one would count them by hand: local dates of NodaTime, fiscal years one after the other.</summary>
internal static class NaiveCalendar
{
    /// <summary>Stands for an end that never comes.</summary>
    public static readonly LocalDate Never = LocalDate.MaxIsoValue;

    /// <summary>Stands for an end before all others.</summary>
    public static readonly LocalDate LongAgo = LocalDate.MinIsoValue;

    /// <summary>The last day of a period that runs from a date.</summary>
    public static LocalDate Add(LocalDate date, CalendarPeriod? period) =>
        period is { } length ? date.PlusMonths(length.Months).PlusDays(length.Days) : date;

    /// <summary>The first instant of a local day; of the one that Apia skipped, that of the next.</summary>
    public static Instant StartOf(LocalDate date, DateTimeZone zone) =>
        zone.AtStartOfDay(zone.Id == "Pacific/Apia" && date == new LocalDate(2011, 12, 30) ? date.PlusDays(1) : date).ToInstant();

    /// <summary>The local date of an event.</summary>
    public static LocalDate? DateOf(NaiveValue value, DateTimeZone zone) => value.Date ?? value.Instant?.InZone(zone).Date;

    /// <summary>The date that a period runs from; no date when its fiscal year is open, or none.</summary>
    public static (LocalDate? Anchor, bool IsOpen) AnchorOf(PeriodStart start, LocalDate date, IReadOnlyList<FiscalYear> years)
    {
        if (start.CalendarYearEndOf is not null)
        {
            return (new LocalDate(date.Year, 12, 31), false);
        }

        if (start.FiscalYearEndOf is null)
        {
            return (date, false);
        }

        var ordered = years.OrderBy(year => year.From).ToArray();
        for (var i = 0; i < ordered.Length; i++)
        {
            var year = ordered[i];
            LocalDate? next = i + 1 < ordered.Length ? ordered[i + 1].From : null;
            if (date < year.From || date >= next)
            {
                continue;
            }

            if (year.Yearly)
            {
                var end = YearlyEnd(year.From, date);
                return (YearEnd(next <= end ? next.Value.PlusDays(-1) : end), false);
            }

            if (year.To is not { } to)
            {
                return (null, true);
            }

            return (date <= to ? YearEnd(to) : null, false);
        }

        return (null, false);

        static LocalDate YearEnd(LocalDate closed) => new(closed.Year, 12, 31);
    }

    private static LocalDate YearlyEnd(LocalDate first, LocalDate date)
    {
        var number = 1;
        while (first.PlusYears(number) <= date)
        {
            number++;
        }

        return first.PlusYears(number).PlusDays(-1);
    }
}
