using FsCheck.Fluent;
using Gdpr.Time;
using NodaTime;
using static Gdpr.Core.Tests.Time.Dates;

namespace Gdpr.Core.Tests.Time;

public class CalendarPeriodTests
{
    [Theory]
    [InlineData("P1M", "2026-03-05", "2026-04-05")]
    [InlineData("P1M", "2026-01-31", "2026-02-28")]
    [InlineData("P1M", "2028-01-31", "2028-02-29")]
    [InlineData("P1M", "2026-02-28", "2026-03-28")]
    [InlineData("P3M", "2026-01-31", "2026-04-30")]
    [InlineData("P1Y", "2024-02-29", "2025-02-28")]
    [InlineData("P4Y", "2024-02-29", "2028-02-29")]
    [InlineData("P7Y", "2019-12-31", "2026-12-31")]
    [InlineData("P8W", "2026-05-04", "2026-06-29")]
    [InlineData("P30D", "2026-01-31", "2026-03-02")]
    [InlineData("P1M3D", "2026-01-31", "2026-03-03")]
    [InlineData("P1D", "2026-12-31", "2027-01-01")]
    public void A_period_ends_on_the_day_of_the_same_number_or_the_last_of_its_month_and_the_event_day_is_not_counted(
        string period, string eventDate, string lastDay) =>
        CalendarPeriod.Parse(period).EndOf(D(eventDate)).ShouldBe(D(lastDay));

    [Theory]
    [InlineData("P1Y", 12, 0)]
    [InlineData("P1Y6M10D", 18, 10)]
    [InlineData("P2W", 0, 14)]
    [InlineData("P1M1W1D", 1, 8)]
    [InlineData("P12000M", 12_000, 0)]
    public void A_period_is_read_as_months_and_days(string text, int months, int days)
    {
        var period = CalendarPeriod.Parse(text);

        (period.Months, period.Days).ShouldBe((months, days));
        CalendarPeriod.Parse(period.ToString()).ShouldBe(period);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("3M")]
    [InlineData("p3m")]
    [InlineData("P3m")]
    [InlineData("P3")]
    [InlineData("PM")]
    [InlineData("P-3M")]
    [InlineData("P+3M")]
    [InlineData("-P3M")]
    [InlineData("P0D")]
    [InlineData("P0M")]
    [InlineData("P1M2Y")]
    [InlineData("P1M1M")]
    [InlineData("P1.5M")]
    [InlineData("P 3M")]
    [InlineData("P3M ")]
    [InlineData("P1DT12H")]
    [InlineData("PT72H")]
    [InlineData("P1001Y")]
    [InlineData("P12001M")]
    [InlineData("P365001D")]
    [InlineData("P9999999999D")]
    [InlineData("P٣M")]
    public void A_period_that_is_empty_negative_misspelt_or_too_long_is_refused_with_the_mend(string? text)
    {
        CalendarPeriod.TryParse(text, out var period, out var problem).ShouldBeFalse();

        period.IsEmpty.ShouldBeTrue();
        problem.ShouldNotBeNullOrWhiteSpace();
        Should.Throw<FormatException>(() => CalendarPeriod.Parse(text!)).Message.ShouldBe(problem);
    }

    [Theory]
    [InlineData("3M", "P, then a number and Y, M, W or D")]
    [InlineData("P3", "P, then a number and Y, M, W or D")]
    [InlineData("P33", "each part of a period is a whole number without sign")]
    [InlineData("P3MD", "each part of a period is a whole number without sign")]
    [InlineData("P1000000D", "each part of a period is a whole number without sign")]
    [InlineData("P999999D", "at most 1,000 years")]
    [InlineData("P1001Y", "at most 1,000 years")]
    [InlineData("P12000M1Y", "the parts of a period come once each, in the order Y, M, W, D")]
    [InlineData("P1M1M", "the parts of a period come once each, in the order Y, M, W, D")]
    [InlineData("P3m", "'m' is no unit of a period: write Y, M, W or D, in upper case")]
    [InlineData("P1DT12H", "leave out the time part, and write hours as days")]
    [InlineData("P0Y0M0W0D", "zero would mean disposal at once")]
    public void The_refusal_of_a_period_says_what_is_wrong_with_it(string text, string part)
    {
        CalendarPeriod.TryParse(text, out _, out var problem).ShouldBeFalse();

        problem.ShouldContain(part);
    }

    [Theory]
    [InlineData("P1000Y")]
    [InlineData("P12000M")]
    [InlineData("P52142W")]
    [InlineData("P365000D")]
    [InlineData("P1000Y365000D")]
    public void A_period_may_be_a_thousand_years_long(string text) => CalendarPeriod.TryParse(text, out _, out _).ShouldBeTrue();

    [Fact]
    public void A_period_may_be_made_a_thousand_years_long_and_no_longer()
    {
        CalendarPeriod.FromYears(1000).Months.ShouldBe(12_000);
        CalendarPeriod.FromMonths(12_000).Months.ShouldBe(12_000);
        CalendarPeriod.FromWeeks(52_142).Days.ShouldBe(364_994);
        CalendarPeriod.FromDays(365_000).Days.ShouldBe(365_000);
        Should.Throw<ArgumentOutOfRangeException>(() => CalendarPeriod.FromYears(1001)).ParamName.ShouldBe("years");
        Should.Throw<ArgumentOutOfRangeException>(() => CalendarPeriod.FromMonths(12_001)).ParamName.ShouldBe("months");
        Should.Throw<ArgumentOutOfRangeException>(() => CalendarPeriod.FromWeeks(52_143)).ParamName.ShouldBe("weeks");
        Should.Throw<ArgumentOutOfRangeException>(() => CalendarPeriod.FromDays(365_001)).ParamName.ShouldBe("days");
    }

    /// <summary>In 32 bits these are 8 months, 4 months, 3 days and 4 days.</summary>
    [Fact]
    public void A_number_of_years_or_weeks_that_overflows_into_a_short_period_is_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => CalendarPeriod.FromYears(357_913_942));
        Should.Throw<ArgumentOutOfRangeException>(() => CalendarPeriod.FromYears(-357_913_941));
        Should.Throw<ArgumentOutOfRangeException>(() => CalendarPeriod.FromWeeks(613_566_757));
        Should.Throw<ArgumentOutOfRangeException>(() => CalendarPeriod.FromWeeks(-613_566_756));
    }

    [Fact]
    public void The_refusal_of_a_period_of_nothing_says_what_it_would_mean() =>
        Should.Throw<ArgumentOutOfRangeException>(() => CalendarPeriod.FromDays(0)).Message.ShouldContain("zero would mean disposal at once");

    [Theory]
    [InlineData("P12M", "P1Y")]
    [InlineData("P18M", "P1Y6M")]
    [InlineData("P2W", "P14D")]
    [InlineData("P1Y1M1W1D", "P1Y1M8D")]
    public void A_period_is_written_with_years_where_its_months_make_whole_ones_and_days_for_weeks(string text, string written) =>
        CalendarPeriod.Parse(text).ToString().ShouldBe(written);

    [Fact]
    public void The_empty_period_is_written_as_no_days()
    {
        default(CalendarPeriod).IsEmpty.ShouldBeTrue();
        default(CalendarPeriod).ToString().ShouldBe("P0D");
        CalendarPeriod.FromDays(1).IsEmpty.ShouldBeFalse();
        CalendarPeriod.FromMonths(1).IsEmpty.ShouldBeFalse();
    }

    [Fact]
    public void A_period_of_zero_negative_or_excessive_length_cannot_be_made()
    {
        foreach (var number in new[] { 0, -1, int.MinValue, int.MaxValue })
        {
            Should.Throw<ArgumentOutOfRangeException>(() => CalendarPeriod.FromYears(number));
            Should.Throw<ArgumentOutOfRangeException>(() => CalendarPeriod.FromMonths(number));
            Should.Throw<ArgumentOutOfRangeException>(() => CalendarPeriod.FromWeeks(number));
            Should.Throw<ArgumentOutOfRangeException>(() => CalendarPeriod.FromDays(number));
        }
    }

    [Fact]
    public void Periods_are_equal_when_their_months_and_days_are()
    {
        CalendarPeriod.Parse("P1Y").ShouldBe(CalendarPeriod.Parse("P12M"));
        CalendarPeriod.Parse("P2W").ShouldBe(CalendarPeriod.FromWeeks(2));
        CalendarPeriod.Parse("P1M").ShouldNotBe(CalendarPeriod.Parse("P30D"));
    }

    [Fact]
    public void A_period_that_runs_beyond_the_calendar_ends_with_it()
    {
        CalendarPeriod.FromYears(1000).EndOf(D("9500-01-01")).ShouldBe(LocalDate.MaxIsoValue);
        CalendarPeriod.FromDays(2).EndOf(D("9999-12-30")).ShouldBe(LocalDate.MaxIsoValue);
        CalendarPeriod.FromMonths(1).EndOf(D("9999-11-30")).ShouldBe(D("9999-12-30"));
        CalendarPeriod.FromMonths(1).EndOf(D("9999-12-01")).ShouldBe(LocalDate.MaxIsoValue);
    }

    [Fact]
    public void The_end_never_decreases_as_the_event_date_grows()
    {
        Func<(LocalDate Date, int Later, CalendarPeriod Period), bool> property =
            x => x.Period.EndOf(x.Date) <= x.Period.EndOf(x.Date.PlusDays(x.Later));

        property.ShouldHoldFor(
            from date in Generated.Date
            from later in Gen.OneOf(Gen.Choose(0, 5), Gen.Choose(0, 40_000))
            from period in Generated.CalendarPeriod
            select (date, later, period));
    }

    [Fact]
    public void A_date_is_before_the_cutoff_exactly_when_its_period_has_ended()
    {
        Func<(LocalDate Date, LocalDate Today, CalendarPeriod Period), bool> property =
            x => (x.Date < x.Period.CutoffOn(x.Today)) == (x.Period.EndOf(x.Date) < x.Today);

        property.ShouldHoldFor(
            from date in Generated.Date
            from period in Generated.CalendarPeriod
            from days in Gen.Choose(-5, 5)
            from today in Gen.OneOf(Generated.Date, Gen.Constant(period.EndOf(date).PlusDays(days)))
            select (date, today, period),
            100_000);
    }

    [Fact]
    public void The_cutoff_is_exact_for_every_date_around_it_over_four_years_with_a_leap_day()
    {
        foreach (var text in new[] { "P1D", "P30D", "P1M", "P3M", "P13M", "P1M1D", "P2M30D", "P1Y", "P7Y", "P10Y", "P100Y" })
        {
            var period = CalendarPeriod.Parse(text);
            for (var today = D("2023-01-01"); today < D("2027-01-01"); today = today.PlusDays(1))
            {
                var cutoff = period.CutoffOn(today);
                (period.EndOf(cutoff) >= today).ShouldBeTrue();
                (period.EndOf(cutoff.PlusDays(-1)) < today).ShouldBeTrue();
            }
        }
    }

    [Fact]
    public void Counting_as_one_period_may_end_later_than_counting_in_two()
    {
        var one = CalendarPeriod.FromMonths(1);
        var two = CalendarPeriod.FromMonths(2);

        one.Plus(two).EndOf(D("2026-01-31")).ShouldBe(D("2026-04-30"));
        two.EndOf(one.EndOf(D("2026-01-31"))).ShouldBe(D("2026-04-28"));
    }

    [Theory]
    [InlineData("P30D", "2026-07-01", "2026-06-01")]
    [InlineData("P2W", "2026-06-20", "2026-06-06")]
    [InlineData("P1M", "2026-03-31", "2026-02-28")]
    [InlineData("P1M", "2026-02-28", "2026-01-28")]
    [InlineData("P1M5D", "2026-03-03", "2026-01-26")]
    [InlineData("P1M1D", "2026-03-31", "2026-02-27")]
    public void A_period_counted_backwards_never_moves_to_a_working_day(string period, string eventDate, string latest) =>
        CalendarPeriod.Parse(period).LatestDayBefore(D(eventDate)).ShouldBe(D(latest));

    [Fact]
    public void What_is_done_by_the_latest_day_before_an_event_is_done_the_whole_period_before_it()
    {
        Func<(LocalDate Date, CalendarPeriod Period), bool> property =
            x => x.Period.EndOf(x.Period.LatestDayBefore(x.Date)) <= x.Date;

        property.ShouldHoldFor(from date in Generated.Date from period in Generated.CalendarPeriod select (date, period));
    }
}
