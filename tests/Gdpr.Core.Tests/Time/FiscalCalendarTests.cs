using Gdpr.Time;
using NodaTime;
using static Gdpr.Core.Tests.Time.Dates;

namespace Gdpr.Core.Tests.Time;

public class FiscalCalendarTests
{
    /// <summary>The rows of the specification's table for Bokföringslagen 7:2; rows 5, 8, 9, 11 and 12 name no event, so the year's own bounds stand in.</summary>
    [Theory]
    [InlineData(1, "2024-01-01", "2024-12-31", "2024-02-10", "2031-12-31")]
    [InlineData(2, "2023-07-01", "2024-06-30", "2023-08-01", "2031-12-31")]
    [InlineData(3, "2024-07-01", "2025-06-30", "2024-09-15", "2032-12-31")]
    [InlineData(4, "2024-05-01", "2025-04-30", "2025-04-30", "2032-12-31")]
    [InlineData(5, "2024-09-01", "2025-08-31", "2024-09-01", "2032-12-31")]
    [InlineData(6, "2024-02-01", "2025-01-31", "2024-02-05", "2032-12-31")]
    [InlineData(7, "2023-11-15", "2025-04-30", "2023-11-20", "2032-12-31")]
    [InlineData(8, "2025-07-01", "2025-12-31", "2025-07-01", "2032-12-31")]
    [InlineData(9, "2026-01-01", "2026-03-31", "2026-03-31", "2033-12-31")]
    [InlineData(10, "2025-01-01", "2025-12-31", "2025-01-15", "2032-12-31")]
    [InlineData(11, "2018-01-01", "2018-12-31", "2018-12-31", "2025-12-31")]
    [InlineData(12, "2019-01-01", "2019-12-31", "2019-06-30", "2026-12-31")]
    [InlineData(14, "2025-01-01", "2025-12-31", "2025-12-31", "2032-12-31")]
    public void Material_is_kept_through_the_seventh_year_after_the_year_in_which_the_financial_year_closed(
        int row, string from, string to, string booked, string lastDay)
    {
        var calendar = FiscalCalendar.Create([Year(from, to)]);
        var position = calendar.Locate(D(booked));

        position.ShouldBe(new FiscalYearPosition(FiscalYearPositionKind.Known, D(from), D(to)), $"row {row}");
        FiscalCalendar.BookkeepingLastDay(position.YearEnd!.Value).ShouldBe(D(lastDay), $"row {row}");
        SevenYears.EndOf(calendar.AnchorOf(position.YearEnd.Value)).ShouldBe(D(lastDay), $"row {row}");
        calendar.CutoffOn(D(lastDay), SevenYears).ShouldBe(D(from), $"row {row}: alive through its last day");
        calendar.CutoffOn(D(lastDay).PlusDays(1), SevenYears).ShouldBe(D(to).PlusDays(1), $"row {row}: past the day after");
    }

    [Fact]
    public void A_year_that_is_not_closed_is_open_and_its_planned_end_is_only_an_estimate()
    {
        var calendar = FiscalCalendar.Create([new FiscalYear { From = D("2026-07-01"), PlannedEnd = D("2027-06-30") }]);

        calendar.Locate(D("2026-11-21")).ShouldBe(new FiscalYearPosition(FiscalYearPositionKind.Open, D("2026-07-01"), D("2027-06-30")));
        calendar.Locate(D("2027-08-01")).Kind.ShouldBe(FiscalYearPositionKind.Open, "nobody has said that the year ended as planned");
        FiscalCalendar.BookkeepingLastDay(D("2027-06-30")).ShouldBe(D("2034-12-31"));
        calendar.KnownSpans.ShouldBeEmpty();
        calendar.CutoffOn(D("2099-01-01"), SevenYears).ShouldBe(D("2026-07-01"));
    }

    [Fact]
    public void An_invoice_of_December_booked_in_January_follows_the_year_it_is_booked_in()
    {
        var calendar = FiscalCalendar.Create([Yearly("2015-01-01")]);

        FiscalCalendar.BookkeepingLastDay(calendar.Locate(D("2025-01-10")).YearEnd!.Value).ShouldBe(D("2032-12-31"));
        FiscalCalendar.BookkeepingLastDay(calendar.Locate(D("2024-12-28")).YearEnd!.Value).ShouldBe(D("2031-12-31"));
    }

    [Fact]
    public void The_calendar_year_2018_is_overdue_and_2019_is_not_on_21_November_2026()
    {
        var cutoff = FiscalCalendar.Create([Yearly("2015-01-01")]).CutoffOn(D("2026-11-21"), SevenYears);

        cutoff.ShouldBe(D("2019-01-01"));
    }

    [Fact]
    public void A_history_of_extended_broken_short_yearly_and_open_years_is_followed_through()
    {
        var calendar = FiscalCalendar.Create(
        [
            Year("2020-03-20", "2021-08-31"),
            Yearly("2021-09-01"),
            Year("2024-07-01", "2024-12-31"),
            Yearly("2025-01-01"),
            new FiscalYear { From = D("2027-01-01") },
        ]);

        Known(calendar, "2020-03-20").ShouldBe(("2020-03-20", "2021-08-31"));
        Known(calendar, "2021-08-31").ShouldBe(("2020-03-20", "2021-08-31"));
        Known(calendar, "2021-09-01").ShouldBe(("2021-09-01", "2022-08-31"));
        Known(calendar, "2023-12-24").ShouldBe(("2023-09-01", "2024-06-30"), "the next entry cuts the last year of the run short");
        Known(calendar, "2024-06-30").ShouldBe(("2023-09-01", "2024-06-30"));
        Known(calendar, "2024-07-01").ShouldBe(("2024-07-01", "2024-12-31"));
        Known(calendar, "2026-12-31").ShouldBe(("2026-01-01", "2026-12-31"));
        calendar.Locate(D("2027-01-01")).ShouldBe(new FiscalYearPosition(FiscalYearPositionKind.Open, D("2027-01-01"), null));
        calendar.Locate(D("2020-03-19")).ShouldBe(default);
        calendar.KnownSpans.ShouldBe([new KnownFiscalSpan(D("2020-03-20"), D("2026-12-31"))]);
    }

    [Fact]
    public void Years_may_be_listed_in_any_order()
    {
        var calendar = FiscalCalendar.Create([Year("2024-01-01", "2024-12-31"), Year("2023-01-01", "2023-12-31")]);

        calendar.KnownSpans.ShouldBe([new KnownFiscalSpan(D("2023-01-01"), D("2024-12-31"))]);
        calendar.Years.Select(year => year.From).ShouldBe([D("2023-01-01"), D("2024-01-01")]);
    }

    [Fact]
    public void Dates_between_two_years_are_unknown_and_split_the_known_spans()
    {
        var calendar = FiscalCalendar.Create([Year("2020-01-01", "2020-12-31"), Year("2022-01-01", "2022-12-31")]);

        calendar.Locate(D("2021-01-01")).ShouldBe(default);
        calendar.Locate(D("2021-12-31")).ShouldBe(default);
        calendar.Locate(D("2023-01-01")).ShouldBe(default);
        calendar.KnownSpans.ShouldBe(
            [new KnownFiscalSpan(D("2020-01-01"), D("2020-12-31")), new KnownFiscalSpan(D("2022-01-01"), D("2022-12-31"))]);
    }

    [Fact]
    public void A_yearly_run_from_29_February_starts_on_the_28th_in_common_years_and_never_drifts()
    {
        var calendar = FiscalCalendar.Create([Yearly("2024-02-29")]);

        Known(calendar, "2024-02-29").ShouldBe(("2024-02-29", "2025-02-27"));
        Known(calendar, "2025-02-27").ShouldBe(("2024-02-29", "2025-02-27"));
        Known(calendar, "2025-02-28").ShouldBe(("2025-02-28", "2026-02-27"));
        Known(calendar, "2028-02-28").ShouldBe(("2027-02-28", "2028-02-28"));
        Known(calendar, "2028-02-29").ShouldBe(("2028-02-29", "2029-02-27"));
        Known(calendar, "2100-02-28").ShouldBe(("2100-02-28", "2101-02-27"));
    }

    [Fact]
    public void An_endless_run_reaches_the_last_date_there_is()
    {
        var calendar = FiscalCalendar.Create([Yearly("2015-07-01")]);

        calendar.KnownSpans.ShouldBe([new KnownFiscalSpan(D("2015-07-01"), LocalDate.MaxIsoValue)]);
        Known(calendar, "9999-12-31").ShouldBe(("9999-07-01", "9999-12-31"));
        FiscalCalendar.BookkeepingLastDay(LocalDate.MaxIsoValue).ShouldBe(LocalDate.MaxIsoValue);
        calendar.CutoffOn(LocalDate.MaxIsoValue, SevenYears).ShouldBe(D("9991-07-01"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-7)]
    public void Bookkeeping_material_is_kept_for_a_year_at_least(int years) =>
        Should.Throw<ArgumentOutOfRangeException>(() => FiscalCalendar.BookkeepingLastDay(D("2024-12-31"), years)).ParamName.ShouldBe("years");

    [Fact]
    public void A_run_that_starts_in_the_last_year_there_is_does_not_overflow()
    {
        var calendar = FiscalCalendar.Create([Yearly("9999-07-01")]);

        Known(calendar, "9999-12-31").ShouldBe(("9999-07-01", "9999-12-31"));
        calendar.CutoffOn(LocalDate.MaxIsoValue, SevenYears).ShouldBe(D("9999-07-01"));
    }

    private static readonly CalendarPeriod SevenYears = CalendarPeriod.FromYears(7);

    private static FiscalYear Year(string from, string to) => new() { From = D(from), To = D(to) };

    private static FiscalYear Yearly(string from) => new() { From = D(from), Yearly = true };

    private static (string From, string To) Known(FiscalCalendar calendar, string date)
    {
        var position = calendar.Locate(D(date));
        position.Kind.ShouldBe(FiscalYearPositionKind.Known);
        return (Text(position.YearStart!.Value), Text(position.YearEnd!.Value));
    }
}
