using Gdpr.Time;
using NodaTime;
using static Gdpr.Core.Tests.Time.Dates;

namespace Gdpr.Core.Tests.Time;

/// <summary>Short cuts that look right and are wrong: each test shows a date on which the short cut differs from the law.</summary>
public class NaiveVariantTests
{
    [Fact]
    public void One_month_is_not_thirty_days()
    {
        Base("2026-07-01").ShouldBe(D("2026-08-01"));
        D("2026-07-01").PlusDays(30).ShouldBe(D("2026-07-31"), "a day too early");
        Base("2026-01-31").ShouldBe(D("2026-02-28"));
        D("2026-01-31").PlusDays(30).ShouldBe(D("2026-03-02"), "two days too late");
    }

    [Fact]
    public void A_month_is_added_to_the_local_date_and_not_to_the_UTC_date()
    {
        var received = Utc("2026-06-30T22:15:00Z");

        Compute(received).Conservative.LastDay.ShouldBe(D("2026-08-01"));
        received.InUtc().Date.PlusMonths(1).ShouldBe(D("2026-07-30"), "two days too early");
    }

    [Fact]
    public void The_period_does_not_start_on_the_day_after_receipt()
    {
        Base("2026-03-05").ShouldBe(D("2026-04-05"));
        D("2026-03-05").PlusDays(1).PlusMonths(1).ShouldBe(D("2026-04-06"), "a day too late");
    }

    [Fact]
    public void A_missing_day_is_not_carried_into_the_next_month()
    {
        Base("2026-01-31").ShouldBe(D("2026-02-28"));
        new LocalDate(2026, 2, 1).PlusDays(30).ShouldBe(D("2026-03-03"), "three days too late");
    }

    [Fact]
    public void The_end_of_a_month_does_not_stick()
    {
        Base("2026-02-28").ShouldBe(D("2026-03-28"));
        Base("2028-02-29").ShouldBe(D("2028-03-29"));
        D("2026-02-28").PlusMonths(1).With(DateAdjusters.EndOfMonth).ShouldBe(D("2026-03-31"), "three days too late");
    }

    [Fact]
    public void An_extension_is_not_ninety_days_and_not_added_to_a_moved_day()
    {
        var deadline = StatutoryDeadline.Compute(
            new StatutoryDeadlineRequest { Received = At("2026-01-31 12:00"), Zone = Stockholm, Extended = true });

        deadline.LegalLatest.LastDay.ShouldBe(D("2026-04-30"));
        D("2026-01-31").PlusDays(90).ShouldBe(D("2026-05-01"), "a day too late");
        D("2026-03-02").PlusMonths(2).ShouldBe(D("2026-05-02"), "two days too late");
    }

    [Fact]
    public void Seventy_two_hours_do_not_roll_past_a_weekend_or_Christmas()
    {
        var deadline = HourDeadline.Compute(At("2026-12-24 10:00"), 72, Stockholm);

        deadline.Conservative.ShouldBe(At("2026-12-27 10:00"));
        deadline.Limit.ShouldBe(At("2026-12-27 11:00"));
        SwedishHolidays.Regulation1182.IsWorkingDay(D("2026-12-27")).ShouldBeFalse();
    }

    [Fact]
    public void Seventy_two_hours_are_not_three_days_on_the_clock()
    {
        var aware = At("2026-10-23 14:20");
        var threeDaysLater = LocalTimes.ToInstant(T("2026-10-23 14:20").PlusDays(3), Stockholm);

        HourDeadline.Compute(aware, 72, Stockholm).Conservative.ShouldBe(At("2026-10-26 13:20"));
        HourDeadline.Compute(aware, 72, Stockholm).IsOverdueAt(threeDaysLater).ShouldBeTrue();
        (threeDaysLater - aware).ShouldBe(Duration.FromHours(73));
    }

    [Fact]
    public void A_longest_retention_does_not_roll_to_a_working_day()
    {
        CalendarPeriod.FromYears(3).EndOf(D("2024-02-29")).ShouldBe(D("2027-02-28"));
        D("2027-02-28").DayOfWeek.ShouldBe(IsoDayOfWeek.Sunday);
        CalendarPeriod.FromYears(2).EndOf(D("2026-05-15")).ShouldBe(D("2028-05-15"));
    }

    [Fact]
    public void Seven_years_are_not_seven_times_365_days()
    {
        CalendarPeriod.FromYears(7).EndOf(D("2019-12-31")).ShouldBe(D("2026-12-31"));
        D("2019-12-31").PlusDays(7 * 365).ShouldBe(D("2026-12-29"), "two days too early");
    }

    [Fact]
    public void Bookkeeping_does_not_run_from_the_year_of_the_voucher()
    {
        var calendar = FiscalCalendar.Create([new FiscalYear { From = D("2024-07-01"), To = D("2025-06-30") }]);
        var voucher = D("2024-09-15");

        FiscalCalendar.BookkeepingLastDay(calendar.Locate(voucher).YearEnd!.Value).ShouldBe(D("2032-12-31"));
        (voucher.Year + 7).ShouldBe(2031, "a year too early");
    }

    private static LocalDate Base(string received) => Compute(At($"{received} 12:00")).Conservative.LastDay;

    private static StatutoryDeadline Compute(Instant received) =>
        StatutoryDeadline.Compute(new StatutoryDeadlineRequest { Received = received, Zone = Stockholm });

    private static Instant At(string local) => LocalTimes.ToInstant(T(local), Stockholm);
}
