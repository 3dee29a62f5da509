using Gdpr.Time;
using NodaTime;

namespace Gdpr.Tool.Commands;

/// <summary>What <c>gdpr deadline --received … --output json</c> writes. Dates are local, instants in UTC; ends are exclusive.</summary>
internal sealed record DayDeadlineReport(
    string ReceivedOn, string Calendar, string Zone, DeadlineEnd LegalLatest, DeadlineEnd Conservative,
    DeadlineEnd? NoticeLegalLatest, DeadlineEnd? NoticeConservative, IReadOnlyList<ReportedStep> Steps)
{
    public static DayDeadlineReport Of(StatutoryDeadline deadline, DateTimeZone zone, string language) => new(
        ReportText.Of(deadline.ReceivedOn),
        deadline.CalendarId,
        zone.Id,
        DeadlineEnd.Of(deadline.LegalLatest),
        DeadlineEnd.Of(deadline.Conservative),
        deadline.NoticeLegalLatest is { } latest ? DeadlineEnd.Of(latest) : null,
        deadline.NoticeConservative is { } conservative ? DeadlineEnd.Of(conservative) : null,
        ReportedStep.Of(deadline.Steps, language));
}

/// <summary>What <c>gdpr deadline --aware … --output json</c> writes.</summary>
internal sealed record HourDeadlineReport(string Aware, int Hours, string Zone, string LegalLatest, string Conservative, IReadOnlyList<ReportedStep> Steps)
{
    public static HourDeadlineReport Of(HourDeadline deadline, DateTimeZone zone, string language) => new(
        ReportText.Of(deadline.Aware),
        deadline.Hours,
        zone.Id,
        ReportText.Of(deadline.Limit),
        ReportText.Of(deadline.Conservative),
        ReportedStep.Of(deadline.Steps, language));
}

/// <summary>What <c>gdpr deadline --fiscal-year-end … --output json</c> writes.</summary>
internal sealed record BookkeepingReport(string FiscalYearEnd, int Years, string LastDay, string ErasableFrom, IReadOnlyList<ReportedStep> Steps)
{
    private const string Law = "SFS 1999:1078, 7 kap. 2 §";

    public static BookkeepingReport Of(LocalDate yearEnd, int years, string language)
    {
        var lastDay = FiscalCalendar.BookkeepingLastDay(yearEnd, years);
        var from = lastDay.PlusDays(1);
        var closed = new LocalDate(yearEnd.Year, 12, 31);
        var swedish = language == "sv";
        return new BookkeepingReport(ReportText.Of(yearEnd), years, ReportText.Of(lastDay), ReportText.Of(from),
        [
            Step("fiscal-year-ends", yearEnd, $"The financial year ends on {ReportText.Of(yearEnd)}.", $"Räkenskapsåret slutar den {ReportText.Of(yearEnd)}."),
            Step(
                "calendar-year-ends",
                closed,
                $"The period runs from the end of that calendar year, {ReportText.Of(closed)}, whatever the dates of the vouchers.",
                $"Tiden räknas från det kalenderårets slut, den {ReportText.Of(closed)}, oavsett verifikationernas datum."),
            Step(
                "period-ends",
                lastDay,
                FormattableString.Invariant($"Keep everything through the {years}{Ordinal(years)} year after it: the last day is {ReportText.Of(lastDay)}."),
                FormattableString.Invariant($"Bevara allt till och med det {years}:e året därefter: sista dagen är den {ReportText.Of(lastDay)}.")),
            Step(
                "erasable-from",
                from,
                $"What no other rule keeps may be erased from {ReportText.Of(from)}. The day does not move for weekends or holidays.",
                $"Det som ingen annan regel bevarar får raderas från och med den {ReportText.Of(from)}. Dagen flyttas inte för helger."),
        ]);

        ReportedStep Step(string code, LocalDate date, string english, string svenska) => new(code, ReportText.Of(date), null, Law, swedish ? svenska : english);
    }

    private static string Ordinal(int number) => (number % 100, number % 10) switch
    {
        (11 or 12 or 13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
}

/// <summary>A last day, and the instant at which it is over.</summary>
internal sealed record DeadlineEnd(string LastDay, string End)
{
    public static DeadlineEnd Of(DeadlineDay day) => new(ReportText.Of(day.LastDay), ReportText.Of(day.End));
}

/// <summary>A step of an explanation.</summary>
internal sealed record ReportedStep(string Code, string Date, string? At, string? Law, string Text)
{
    public static IReadOnlyList<ReportedStep> Of(IEnumerable<DeadlineStep> steps, string language) =>
        [.. steps.Select(step => new ReportedStep(
            step.Code, ReportText.Of(step.Date), step.At is { } at ? ReportText.Of(at) : null, step.Law, step.Text.In(language)))];
}
