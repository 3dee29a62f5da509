using Gdpr.Time;
using NodaTime;
using static Gdpr.Core.Tests.Time.Dates;
using Kind = Gdpr.Time.FiscalYearProblemKind;

namespace Gdpr.Core.Tests.Time;

public class FiscalCalendarCheckTests
{
    [Fact]
    public void A_calendar_without_years_is_refused() => Problems().ShouldBe([(-1, Kind.Empty)]);

    [Fact]
    public void A_history_without_flaws_has_no_problems() =>
        Problems(Year("2023-11-15", "2025-04-30"), Yearly("2025-05-01"), Open("2027-05-01", "2028-04-30")).ShouldBeEmpty();

    [Theory]
    [InlineData("2024-01-01", "2023-12-31", true)]
    [InlineData("2024-01-01", "2024-01-01", false)]
    public void A_year_may_not_end_before_it_starts(string from, string to, bool refused) =>
        Problems(Year(from, to)).ShouldBe(refused ? [(0, Kind.EndsBeforeItStarts)] : []);

    [Theory]
    [InlineData("2023-11-15", "2025-05-14", false)]
    [InlineData("2023-11-15", "2025-05-15", true)]
    [InlineData("2024-01-01", "2025-06-30", false)]
    [InlineData("2024-01-01", "2025-07-01", true)]
    [InlineData("2023-03-01", "2024-08-31", false)]
    [InlineData("2023-03-01", "2024-09-01", true)]
    [InlineData("2023-08-31", "2025-02-28", false)]
    [InlineData("2023-08-31", "2025-03-01", true)]
    [InlineData("2024-02-29", "2025-08-28", false)]
    [InlineData("2024-02-29", "2025-08-29", true)]
    [InlineData("9999-01-01", "9999-12-31", false)]
    [InlineData("0001-01-01", "0002-06-30", false)]
    [InlineData("-9998-01-01", "-9997-06-30", false)]
    public void A_year_may_be_eighteen_months_long_and_no_longer(string from, string to, bool refused)
    {
        Problems(Year(from, to)).ShouldBe(refused ? [(0, Kind.LongerThanEighteenMonths)] : []);
        Problems(Open(from, to)).ShouldBe(refused ? [(0, Kind.LongerThanEighteenMonths)] : []);
    }

    [Fact]
    public void Every_day_belongs_to_one_year_at_most()
    {
        Problems(Year("2024-01-01", "2024-12-31"), Year("2024-12-31", "2025-06-30")).ShouldBe([(1, Kind.Overlaps)]);
        Problems(Yearly("2024-01-01"), Yearly("2024-01-01")).ShouldBe([(1, Kind.Overlaps)]);
        Problems(Year("2024-01-01", "2025-06-30"), Year("2024-02-01", "2024-02-29"), Year("2025-01-01", "2025-12-31"))
            .ShouldBe([(1, Kind.Overlaps), (2, Kind.Overlaps)]);
    }

    [Fact]
    public void Only_the_last_year_may_be_open()
    {
        Problems(Open("2024-01-01"), Yearly("2025-01-01")).ShouldBe([(0, Kind.OpenYearNotLast)]);
        Problems(Yearly("2025-01-01"), Open("2024-01-01")).ShouldBe([(1, Kind.OpenYearNotLast)], "the order of the list does not matter");
    }

    [Fact]
    public void A_yearly_run_has_no_end_of_its_own()
    {
        Problems(Yearly("2024-01-01") with { To = D("2024-12-31") }).ShouldBe([(0, Kind.YearlyAndEnd)]);
        Problems(Yearly("2024-01-01") with { PlannedEnd = D("2024-12-31") }).ShouldBe([(0, Kind.YearlyAndEnd)]);
    }

    [Fact]
    public void A_year_has_an_end_or_a_planned_one()
    {
        Problems(Year("2024-01-01", "2024-12-31") with { PlannedEnd = D("2024-12-31") }).ShouldBe([(0, Kind.EndAndPlannedEnd)]);
        Problems(Year("2024-01-01", "2023-12-31") with { PlannedEnd = D("2024-12-31") })
            .ShouldBe([(0, Kind.EndsBeforeItStarts), (0, Kind.EndAndPlannedEnd)], "the end is checked, not what was planned");
    }

    [Fact]
    public void A_gap_is_a_warning_and_the_calendar_can_be_used()
    {
        FiscalYear[] years = [Year("2024-01-01", "2024-12-30"), Yearly("2025-01-01")];

        var problem = FiscalCalendar.Check(years).ShouldHaveSingleItem();

        (problem.Index, problem.Kind, problem.IsWarning).ShouldBe((1, Kind.Gap, true));
        FiscalCalendar.Create(years).Locate(D("2024-12-31")).Kind.ShouldBe(FiscalYearPositionKind.Unknown);
    }

    [Fact]
    public void All_problems_are_found_at_once_by_index_and_named_in_the_refusal()
    {
        FiscalYear[] years = [Year("2024-01-01", "2023-01-01"), Year("2020-01-01", "2022-12-31"), Open("2019-01-01")];

        Problems(years).ShouldBe([(0, Kind.EndsBeforeItStarts), (0, Kind.Gap), (1, Kind.LongerThanEighteenMonths), (2, Kind.OpenYearNotLast)]);
        var refusal = Should.Throw<ArgumentException>(() => FiscalCalendar.Create(years));
        foreach (var problem in FiscalCalendar.Check(years).Where(problem => !problem.IsWarning))
        {
            problem.Message.ShouldContain(Text(years[problem.Index].From));
            refusal.Message.ShouldContain(problem.Message);
        }
    }

    [Fact]
    public void Each_problem_says_where_it_is_what_is_wrong_and_how_to_mend_it()
    {
        Message().ShouldBe(
            "The fiscal calendar has no years: add those back to the oldest material kept, or a run such as { \"from\": \"2015-01-01\", \"yearly\": true }.");
        Message(Yearly("2024-01-01") with { To = D("2024-12-31") }).ShouldBe(
            "The year that starts on 2024-01-01: it is yearly and also ends on 2024-12-31. Drop the end: a run ends where the next entry begins.");
        Message(Yearly("2024-01-01") with { To = D("2024-12-31"), PlannedEnd = D("2025-12-31") }).ShouldContain("also ends on 2024-12-31");
        Message(Year("2024-01-01", "2024-12-31") with { PlannedEnd = D("2024-12-31") }).ShouldBe(
            "The year that starts on 2024-01-01: it has an end and a planned end. Drop the planned end: the year is no longer open.");
        Message(Year("2024-01-01", "2023-12-31")).ShouldBe(
            "The year that starts on 2024-01-01: it ends on 2023-12-31, before it starts. Correct one of the two dates.");
        Message(Year("2024-01-01", "2025-07-01")).ShouldBe(
            "The year that starts on 2024-01-01: it ends on 2025-07-01, more than 18 months later (Bokföringslagen 3:3). "
            + "Correct a date, split the year, or write \"yearly\": true for a run of years.");
        Message(Yearly("2024-01-01"), Yearly("2024-01-01")).ShouldBe(
            "The year that starts on 2024-01-01: it begins on a day that an earlier entry already covers. "
            + "Every day belongs to one year: correct one of the dates.");
        Message(Year("2024-01-01", "2024-12-30"), Yearly("2025-01-01")).ShouldBe(
            "The year that starts on 2025-01-01: the days since 2024-12-30, on which the year before it ended, belong to no year; "
            + "what is booked on them is kept as unknown. Add the missing year, or correct a date.");
        Message(Open("2024-01-01"), Yearly("2025-01-01")).ShouldBe(
            "The year that starts on 2024-01-01: it has no end, yet another year follows. Write its end as \"to\".");
    }

    [Fact]
    public void The_refusal_of_a_calendar_lists_its_problems_one_after_the_other() =>
        Should.Throw<ArgumentException>(() => FiscalCalendar.Create([Year("2024-01-01", "2023-12-31"), Open("2020-01-01")])).Message.ShouldStartWith(
            "The fiscal calendar cannot be used: The year that starts on 2024-01-01: it ends on 2023-12-31, before it starts. Correct one of the two dates. "
            + "The year that starts on 2020-01-01: it has no end,");

    private static string Message(params FiscalYear[] years) => FiscalCalendar.Check(years).ShouldHaveSingleItem().Message;

    private static (int Index, Kind Kind)[] Problems(params FiscalYear[] years) =>
        [.. FiscalCalendar.Check(years).Select(problem => (problem.Index, problem.Kind))];

    private static FiscalYear Year(string from, string to) => new() { From = D(from), To = D(to) };

    private static FiscalYear Yearly(string from) => new() { From = D(from), Yearly = true };

    private static FiscalYear Open(string from, string? plannedEnd = null) =>
        new() { From = D(from), PlannedEnd = plannedEnd is null ? null : D(plannedEnd) };
}
