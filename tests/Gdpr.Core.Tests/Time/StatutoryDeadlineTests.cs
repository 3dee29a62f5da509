using Gdpr.Time;
using NodaTime;
using static Gdpr.Core.Tests.Time.Dates;

namespace Gdpr.Core.Tests.Time;

public class StatutoryDeadlineTests
{
    /// <summary>The specification's dated examples 1 to 29, one row each: event, months, base day, due day, and due day under the law of
    /// 1930 where that differs.</summary>
    public static TheoryData<int, string, int, string, string, string?> DatedExamples => new()
    {
        { 1, "2026-01-31", 1, "2026-02-28", "2026-03-02", null },
        { 2, "2027-01-31", 1, "2027-02-28", "2027-03-01", null },
        { 3, "2028-01-31", 1, "2028-02-29", "2028-02-29", null },
        { 4, "2029-01-31", 1, "2029-02-28", "2029-02-28", null },
        { 5, "2027-01-29", 1, "2027-02-28", "2027-03-01", null },
        { 6, "2024-01-30", 1, "2024-02-29", "2024-02-29", null },
        { 7, "2024-02-29", 1, "2024-03-29", "2024-04-02", null },
        { 8, "2028-02-29", 1, "2028-03-29", "2028-03-29", null },
        { 9, "2026-02-28", 1, "2026-03-28", "2026-03-30", null },
        { 10, "2026-03-03", 1, "2026-04-03", "2026-04-07", null },
        { 11, "2026-03-05", 1, "2026-04-05", "2026-04-07", null },
        { 12, "2027-02-26", 1, "2027-03-26", "2027-03-30", null },
        { 13, "2026-04-01", 1, "2026-05-01", "2026-05-04", null },
        { 14, "2026-04-14", 1, "2026-05-14", "2026-05-15", null },
        { 15, "2026-04-24", 1, "2026-05-24", "2026-05-25", null },
        { 16, "2025-05-06", 1, "2025-06-06", "2025-06-09", null },
        { 17, "2026-05-19", 1, "2026-06-19", "2026-06-19", "2026-06-22" },
        { 18, "2026-05-20", 1, "2026-06-20", "2026-06-22", null },
        { 19, "2026-05-31", 1, "2026-06-30", "2026-06-30", null },
        { 20, "2026-08-31", 1, "2026-09-30", "2026-09-30", null },
        { 21, "2025-10-01", 1, "2025-11-01", "2025-11-03", null },
        { 22, "2027-10-06", 1, "2027-11-06", "2027-11-08", null },
        { 23, "2026-11-24", 1, "2026-12-24", "2026-12-24", "2026-12-28" },
        { 24, "2026-11-25", 1, "2026-12-25", "2026-12-28", null },
        { 25, "2026-12-01", 1, "2027-01-01", "2027-01-04", null },
        { 26, "2026-12-06", 1, "2027-01-06", "2027-01-07", null },
        { 27, "2026-01-31", 3, "2026-04-30", "2026-04-30", null },
        { 28, "2026-11-30", 3, "2027-02-28", "2027-03-01", null },
        { 29, "2028-03-31", 1, "2028-04-30", "2028-05-02", null },
    };

    [Theory]
    [MemberData(nameof(DatedExamples))]
    public void A_deadline_ends_on_the_base_day_or_the_next_working_day_whatever_the_hour_of_receipt(
        int example, string received, int months, string baseDay, string due, string? dueUnder1930)
    {
        foreach (var time in new[] { new LocalTime(0, 0), new LocalTime(12, 0), new LocalTime(23, 59, 59) })
        {
            var request = Received(D(received).At(time)) with { Period = CalendarPeriod.FromMonths(months) };
            foreach (var (calendar, expected) in new[] { (SwedishHolidays.Regulation1182, due), (SwedishHolidays.Law1930, dueUnder1930 ?? due) })
            {
                var deadline = StatutoryDeadline.Compute(request with { Calendar = calendar });

                deadline.ReceivedOn.ShouldBe(D(received), $"example {example}");
                deadline.Conservative.ShouldBe(Day(baseDay), $"example {example}: not moved");
                deadline.LegalLatest.ShouldBe(Day(expected), $"example {example}, {calendar.Id}");
                deadline.CalendarId.ShouldBe(calendar.Id);
                deadline.NoticeLegalLatest.ShouldBeNull();
                deadline.NoticeConservative.ShouldBeNull();
            }
        }
    }

    [Theory]
    [InlineData(27, "2026-01-31", "2026-04-28", "2026-04-30", "2026-02-28", "2026-03-02")]
    [InlineData(28, "2026-11-30", "2027-02-28", "2027-03-01", "2026-12-30", "2026-12-30")]
    public void An_extension_is_three_months_in_all_from_receipt_and_is_told_within_the_first(
        int example, string received, string conservative, string latest, string noticeConservative, string noticeLatest)
    {
        var deadline = StatutoryDeadline.Compute(Received(D(received).At(new LocalTime(9, 30))) with { Extended = true });

        deadline.Conservative.ShouldBe(Day(conservative), $"example {example}");
        deadline.LegalLatest.ShouldBe(Day(latest), $"example {example}");
        deadline.NoticeConservative.ShouldBe(Day(noticeConservative), $"example {example}");
        deadline.NoticeLegalLatest.ShouldBe(Day(noticeLatest), $"example {example}");
    }

    [Fact]
    public void Example_30_an_evening_in_UTC_is_the_next_day_in_Stockholm()
    {
        var deadline = StatutoryDeadline.Compute(Received(Utc("2026-06-30T22:15:00Z")));

        deadline.ReceivedOn.ShouldBe(D("2026-07-01"));
        deadline.Conservative.ShouldBe(Day("2026-08-01"));
        deadline.LegalLatest.ShouldBe(Day("2026-08-03"));
    }

    [Fact]
    public void Example_31_a_day_ends_at_local_midnight_by_the_clock_of_that_day()
    {
        var deadline = StatutoryDeadline.Compute(Received(Utc("2026-10-24T22:30:00Z")));

        deadline.ReceivedOn.ShouldBe(D("2026-10-25"));
        deadline.LegalLatest.ShouldBe(new DeadlineDay(D("2026-11-25"), Utc("2026-11-25T23:00:00Z")));
        deadline.Conservative.ShouldBe(deadline.LegalLatest);
        deadline.IsOverdueAt(Utc("2026-11-25T22:59:59Z")).ShouldBeFalse();
        deadline.IsOverdueAt(Utc("2026-11-25T23:00:00Z")).ShouldBeTrue();
    }

    [Fact]
    public void Example_38_weeks_end_on_the_same_weekday_and_their_extension_counts_from_receipt()
    {
        var request = Received(T("2026-05-04 10:00")) with
        {
            Period = CalendarPeriod.FromWeeks(8),
            Extension = CalendarPeriod.FromWeeks(6),
        };

        var plain = StatutoryDeadline.Compute(request);
        var extended = StatutoryDeadline.Compute(request with { Extended = true });

        plain.LegalLatest.ShouldBe(Day("2026-06-29"));
        plain.Conservative.ShouldBe(Day("2026-06-29"));
        extended.LegalLatest.ShouldBe(Day("2026-08-10"));
        extended.Conservative.ShouldBe(Day("2026-08-10"));
        extended.NoticeLegalLatest.ShouldBe(Day("2026-06-04"));
    }

    [Theory]
    [InlineData(10, "2034-02-28")]
    [InlineData(3, "2027-02-28")]
    public void Example_39_a_limitation_period_ends_on_the_day_of_the_same_number_and_does_not_move(int years, string lastDay)
    {
        var request = Received(T("2024-02-29 12:00")) with
        {
            Period = CalendarPeriod.FromYears(years),
            MovesToWorkingDay = false,
            Calendar = SwedishHolidays.Law1930,
        };

        var deadline = StatutoryDeadline.Compute(request);

        deadline.LegalLatest.ShouldBe(Day(lastDay));
        deadline.Conservative.ShouldBe(Day(lastDay));
        deadline.Steps.ShouldContain(step => step.Code == DeadlineStepCodes.NotMoved);
        CalendarPeriod.FromYears(years).EndOf(D("2024-02-29")).ShouldBe(D(lastDay));
    }

    [Fact]
    public void Paused_days_are_added_before_the_last_day_moves_and_never_to_the_conservative_day()
    {
        // One month from 5 May 2026 is Friday 5 June; one day more is the National Day, on a Saturday.
        var deadline = StatutoryDeadline.Compute(Received(T("2026-05-05 08:00")) with { PausedDays = 1 });

        deadline.Conservative.ShouldBe(Day("2026-06-05"));
        deadline.LegalLatest.ShouldBe(Day("2026-06-08"));
    }

    [Fact]
    public void Paused_days_also_lengthen_an_extended_period_and_its_notice()
    {
        var deadline = StatutoryDeadline.Compute(Received(T("2026-01-31 08:00")) with { Extended = true, PausedDays = 10 });

        deadline.Conservative.ShouldBe(Day("2026-04-28"));
        deadline.LegalLatest.ShouldBe(Day("2026-05-11"), "30 April and ten days is Sunday 10 May");
        deadline.NoticeConservative.ShouldBe(Day("2026-02-28"));
        deadline.NoticeLegalLatest.ShouldBe(Day("2026-03-10"));
    }

    [Fact]
    public void A_calendar_of_ones_own_can_be_given()
    {
        var deadline = StatutoryDeadline.Compute(Received(T("2026-01-31 08:00")) with { Calendar = new ClosedUntil(D("2026-03-09")) });

        deadline.LegalLatest.ShouldBe(Day("2026-03-09"));
        deadline.CalendarId.ShouldBe("closed");
    }

    [Fact]
    public void The_search_for_a_working_day_goes_a_year_far_and_no_further()
    {
        var request = Received(T("2026-01-31 08:00"));

        StatutoryDeadline.Compute(request with { Calendar = new ClosedUntil(D("2027-03-01")) }).LegalLatest.ShouldBe(Day("2027-03-01"));
        Should.Throw<InvalidOperationException>(() => StatutoryDeadline.Compute(request with { Calendar = new ClosedUntil(D("2027-03-02")) }))
            .Message.ShouldBe("The holiday calendar closed has no working day within a year after 2026-02-28: correct its IsWorkingDay.");
    }

    [Fact]
    public void Without_a_working_day_before_the_calendar_ends_a_deadline_ends_with_it()
    {
        var request = Received(Utc("9998-12-31T12:00:00Z")) with { Period = CalendarPeriod.FromDays(360), Calendar = new ClosedUntil(null) };

        StatutoryDeadline.Compute(request).LegalLatest.LastDay.ShouldBe(LocalDate.MaxIsoValue);
    }

    [Fact]
    public void A_calendar_without_working_days_is_refused_rather_than_searched_for_ever() =>
        Should.Throw<InvalidOperationException>(
                () => StatutoryDeadline.Compute(Received(T("2026-01-31 08:00")) with { Calendar = new ClosedUntil(LocalDate.MaxIsoValue) }))
            .Message.ShouldContain("closed");

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        var request = Received(T("2026-01-31 08:00"));

        foreach (var days in new[] { -1, 36_501 })
        {
            Should.Throw<ArgumentOutOfRangeException>(() => StatutoryDeadline.Compute(request with { PausedDays = days })).ParamName.ShouldBe("request");
        }

        var extended = request with { Extended = true };
        foreach (var empty in new[] { request with { Period = default }, extended with { Extension = default }, extended with { NoticePeriod = default } })
        {
            Should.Throw<ArgumentException>(() => StatutoryDeadline.Compute(empty)).Message.ShouldContain("a period longer than nothing");
        }
    }

    [Fact]
    public void An_extension_or_notice_of_nothing_is_no_matter_while_there_is_no_extension()
    {
        var request = Received(T("2026-01-31 08:00"));

        StatutoryDeadline.Compute(request with { Extension = default, NoticePeriod = default }).LegalLatest.ShouldBe(StatutoryDeadline.Compute(request).LegalLatest);
    }

    [Theory]
    [InlineData("1582-12-31T23:59:59Z", false)]
    [InlineData("1583-01-01T00:00:00Z", true)]
    [InlineData("9998-12-31T23:59:59Z", true)]
    [InlineData("9999-01-01T00:00:00Z", false)]
    public void A_deadline_runs_from_an_event_in_the_years_that_have_holidays_and_a_next_one(string received, bool accepted)
    {
        var request = Received(Utc(received)) with { Zone = DateTimeZone.Utc };

        if (accepted)
        {
            StatutoryDeadline.Compute(request).ReceivedOn.ShouldBe(Utc(received).InUtc().Date);
            HourDeadline.Compute(request.Received, 72, request.Zone).Aware.ShouldBe(request.Received);
            return;
        }

        var refusal = Should.Throw<ArgumentOutOfRangeException>(() => StatutoryDeadline.Compute(request));
        refusal.ParamName.ShouldBe("request");
        refusal.Message.ShouldContain("1583 to 9998: correct the year");
        Should.Throw<ArgumentOutOfRangeException>(() => HourDeadline.Compute(request.Received, 72, request.Zone)).ParamName.ShouldBe("aware");
    }

    [Fact]
    public void A_deadline_at_the_end_of_the_calendar_never_overflows()
    {
        var deadline = StatutoryDeadline.Compute(
            Received(Utc("9998-12-31T12:00:00Z")) with { Period = CalendarPeriod.FromYears(900), PausedDays = 36_500 });

        deadline.LegalLatest.ShouldBe(new DeadlineDay(LocalDate.MaxIsoValue, Instant.MaxValue));
    }

    [Fact]
    public void Every_step_is_explained_in_order_with_its_law_in_both_languages()
    {
        var steps = StatutoryDeadline.Compute(Received(T("2026-01-31 08:00")) with { Extended = true, PausedDays = 1 }).Steps;

        steps.Select(step => (step.Code, Text(step.Date))).ShouldBe(
        [
            (DeadlineStepCodes.EventNotCounted, "2026-01-31"),
            (DeadlineStepCodes.PeriodEnds, "2026-04-30"),
            (DeadlineStepCodes.CountedInTwoSteps, "2026-04-28"),
            (DeadlineStepCodes.Conservative, "2026-04-28"),
            (DeadlineStepCodes.Paused, "2026-05-01"),
            (DeadlineStepCodes.MovedToWorkingDay, "2026-05-04"),
            (DeadlineStepCodes.LegalLatest, "2026-05-04"),
            (DeadlineStepCodes.NoticePeriodEnds, "2026-02-28"),
            (DeadlineStepCodes.Paused, "2026-03-01"),
            (DeadlineStepCodes.MovedToWorkingDay, "2026-03-02"),
            (DeadlineStepCodes.NoticeLegalLatest, "2026-03-02"),
        ]);
        steps.Select(step => step.Text.En).ShouldBe(
        [
            "The event is at Saturday 2026-01-31 08:00:00 (UTC+01) in Europe/Stockholm. That day is not counted.",
            "3 months from the event end on Thursday 2026-04-30, the last day of a month without a day 31.",
            "Counted in two steps, 1 month to Saturday 2026-02-28 and 2 months more, it ends on Tuesday 2026-04-28.",
            "To plan by: the earliest defensible last day, without pause and not moved, is Tuesday 2026-04-28, through the end of that day.",
            "The clock stood still for 1 calendar day, which is added: Friday 2026-05-01.",
            "Not a working day under se-1182: 2026-05-01 (May Day), 2026-05-02 (Saturday), 2026-05-03 (Sunday). The last day moves to Monday 2026-05-04.",
            "The latest day that the law allows is Monday 2026-05-04, through the end of that day.",
            "1 month from the event end on Saturday 2026-02-28, the last day of a month without a day 31.",
            "The clock stood still for 1 calendar day, which is added: Sunday 2026-03-01.",
            "Not a working day under se-1182: 2026-03-01 (Sunday). The last day moves to Monday 2026-03-02.",
            "The latest day for telling of the extension, with its reasons, is Monday 2026-03-02, through the end of that day.",
        ]);
        steps.Select(step => step.Text.Sv).ShouldBe(
        [
            "Händelsen inträffar lördag 2026-01-31 08:00:00 (UTC+01) i Europe/Stockholm. Den dagen räknas inte.",
            "3 månader från händelsen slutar torsdag 2026-04-30, sista dagen i en månad utan dag 31.",
            "Räknad i två steg, 1 månad till lördag 2026-02-28 och 2 månader till, slutar den tisdag 2026-04-28.",
            "Att planera efter: den tidigaste försvarliga sista dagen, utan uppehåll och utan flyttning, är tisdag 2026-04-28, till och med dagens slut.",
            "Fristen stod stilla i 1 kalenderdag, som läggs till: fredag 2026-05-01.",
            "Inte arbetsdag enligt se-1182: 2026-05-01 (första maj), 2026-05-02 (lördag), 2026-05-03 (söndag). Sista dagen flyttas till måndag 2026-05-04.",
            "Den senaste dag som lagen medger är måndag 2026-05-04, till och med dagens slut.",
            "1 månad från händelsen slutar lördag 2026-02-28, sista dagen i en månad utan dag 31.",
            "Fristen stod stilla i 1 kalenderdag, som läggs till: söndag 2026-03-01.",
            "Inte arbetsdag enligt se-1182: 2026-03-01 (söndag). Sista dagen flyttas till måndag 2026-03-02.",
            "Den senaste dagen för att underrätta om förlängningen, med skäl, är måndag 2026-03-02, till och med dagens slut.",
        ]);
        string? Article(string article) => $"Regulation (EEC, Euratom) 1182/71, {article}";
        steps.Select(step => step.Law).ShouldBe(
        [
            Article("Art. 3(1)"), Article("Art. 3(2)(c)"), null, null, null, Article("Art. 3(4)"), null, Article("Art. 3(2)(c)"), null, Article("Art. 3(4)"), null,
        ]);
        steps[6].At.ShouldBe(Utc("2026-05-04T22:00:00Z"));
    }

    [Fact]
    public void A_deadline_in_days_says_neither_that_its_month_was_short_nor_that_its_last_day_moved()
    {
        var request = Received(T("2026-01-31 08:00")) with { Period = CalendarPeriod.FromDays(30), PausedDays = 2, MovesToWorkingDay = false };

        var steps = StatutoryDeadline.Compute(request).Steps;

        steps.Select(step => (step.Code, step.Text.En)).Where(step => step.Code is DeadlineStepCodes.PeriodEnds or DeadlineStepCodes.Paused or DeadlineStepCodes.NotMoved)
            .ShouldBe(
            [
                (DeadlineStepCodes.PeriodEnds, "30 days from the event end on Monday 2026-03-02."),
                (DeadlineStepCodes.Paused, "The clock stood still for 2 calendar days, which are added: Wednesday 2026-03-04."),
                (DeadlineStepCodes.NotMoved, "This period ends on its last day, working day or not."),
            ]);
        steps.Single(step => step.Code == DeadlineStepCodes.PeriodEnds).Text.Sv.ShouldBe("30 dagar från händelsen slutar måndag 2026-03-02.");
        steps.Single(step => step.Code == DeadlineStepCodes.Paused).Text.Sv
            .ShouldBe("Fristen stod stilla i 2 kalenderdagar, som läggs till: onsdag 2026-03-04.");
        steps.Single(step => step.Code == DeadlineStepCodes.NotMoved).Text.Sv.ShouldBe("Den här tiden slutar på sin sista dag, arbetsdag eller inte.");
    }

    [Theory]
    [InlineData("P1M", "1 month", "1 månad")]
    [InlineData("P11M", "11 months", "11 månader")]
    [InlineData("P1Y", "1 year", "1 år")]
    [InlineData("P10Y", "10 years", "10 år")]
    [InlineData("P1W", "1 week", "1 vecka")]
    [InlineData("P8W", "8 weeks", "8 veckor")]
    [InlineData("P1D", "1 day", "1 dag")]
    [InlineData("P30D", "30 days", "30 dagar")]
    [InlineData("P2Y6M10D", "2 years, 6 months, 10 days", "2 år, 6 månader, 10 dagar")]
    public void A_length_is_said_in_years_months_and_weeks_or_days(string period, string english, string swedish) =>
        DeadlineWords.Period(CalendarPeriod.Parse(period)).ShouldBe(new DeadlineText(english, swedish));

    [Fact]
    public void A_month_that_has_a_day_of_the_same_number_is_not_called_short() =>
        StatutoryDeadline.Compute(Received(T("2026-03-10 08:00"))).Steps.Single(step => step.Code == DeadlineStepCodes.PeriodEnds).Text.ShouldBe(
            new DeadlineText("1 month from the event end on Friday 2026-04-10.", "1 månad från händelsen slutar fredag 2026-04-10."));

    [Fact]
    public void The_calendar_is_asked_for_the_names_of_days_in_each_language() =>
        DeadlineWords.NamedDays(D("2026-06-01"), D("2026-06-02"), new Named()).ShouldBe(new DeadlineText("2026-06-01 (en)", "2026-06-01 (sv)"));

    [Fact]
    public void A_day_that_the_calendar_has_no_name_for_is_called_by_its_weekday() =>
        DeadlineWords.NamedDays(D("2026-06-01"), D("2026-06-08"), new ClosedUntil(D("2026-06-08"))).ShouldBe(new DeadlineText(
            "2026-06-01 (Monday), 2026-06-02 (Tuesday), 2026-06-03 (Wednesday), 2026-06-04 (Thursday), 2026-06-05 (Friday), 2026-06-06 (Saturday), 2026-06-07 (Sunday)",
            "2026-06-01 (måndag), 2026-06-02 (tisdag), 2026-06-03 (onsdag), 2026-06-04 (torsdag), 2026-06-05 (fredag), 2026-06-06 (lördag), 2026-06-07 (söndag)"));

    [Fact]
    public void Under_the_law_of_1930_the_steps_cite_that_law()
    {
        var steps = StatutoryDeadline.Compute(Received(T("2026-05-19 08:00")) with { Calendar = SwedishHolidays.Law1930 }).Steps;

        steps.Where(step => step.Law is not null).Select(step => step.Law).ShouldBe(["SFS 1930:173, 1 §", "SFS 1930:173, 1 §", "SFS 1930:173, 2 §"]);
        steps.Single(step => step.Code == DeadlineStepCodes.MovedToWorkingDay).Text.Sv.ShouldContain("2026-06-19 (midsommarafton)");
    }

    /// <summary>The specification's formulas, written as they stand there, for every day of eight years.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void For_every_day_of_receipt_the_due_day_is_the_first_working_day_from_the_same_number_on(int months)
    {
        for (var received = D("2024-01-01"); received < D("2032-01-01"); received = received.PlusDays(1))
        {
            var month = received.Month - 1 + months;
            var (year, monthOfYear) = (received.Year + (month / 12), (month % 12) + 1);
            var expected = new LocalDate(year, monthOfYear, Math.Min(received.Day, DaysIn(year, monthOfYear)));
            var request = Received(received.At(new LocalTime(17, 0))) with { Period = CalendarPeriod.FromMonths(months) };

            foreach (var calendar in new[] { SwedishHolidays.Regulation1182, SwedishHolidays.Law1930 })
            {
                var due = expected;
                while (!calendar.IsWorkingDay(due))
                {
                    due = due.PlusDays(1);
                }

                var deadline = StatutoryDeadline.Compute(request with { Calendar = calendar });
                deadline.Conservative.ShouldBe(new DeadlineDay(expected, LocalDays.StartOf(expected.PlusDays(1), Stockholm)));
                deadline.LegalLatest.ShouldBe(new DeadlineDay(due, LocalDays.StartOf(due.PlusDays(1), Stockholm)));
            }
        }
    }

    [Fact]
    public void The_conservative_day_is_never_later_than_the_latest_extended_or_paused_or_not()
    {
        for (var received = D("2024-01-01"); received < D("2029-01-01"); received = received.PlusDays(1))
        {
            foreach (var extended in new[] { false, true })
            {
                var deadline = StatutoryDeadline.Compute(
                    Received(received.At(LocalTime.Noon)) with { Extended = extended, PausedDays = received.Day % 5 });

                (deadline.Conservative.End <= deadline.LegalLatest.End).ShouldBeTrue();
                ((deadline.NoticeConservative?.End ?? Instant.MinValue) <= (deadline.NoticeLegalLatest?.End ?? Instant.MinValue)).ShouldBeTrue();
                SwedishHolidays.Regulation1182.IsWorkingDay(deadline.LegalLatest.LastDay).ShouldBeTrue();
            }
        }
    }

    private static int DaysIn(int year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    private static StatutoryDeadlineRequest Received(LocalDateTime local) => Received(LocalTimes.ToInstant(local, Stockholm));

    private static StatutoryDeadlineRequest Received(Instant instant) => new() { Received = instant, Zone = Stockholm };

    private static DeadlineDay Day(string lastDay) => new(D(lastDay), D(lastDay).PlusDays(1).AtStartOfDayInZone(Stockholm).ToInstant());

    /// <summary>A calendar of an authority that is closed before a date, or always.</summary>
    private sealed class ClosedUntil(LocalDate? opens) : IHolidayCalendar
    {
        public string Id => "closed";

        public bool IsHoliday(LocalDate date) => false;

        public bool IsWorkingDay(LocalDate date) => date >= opens;

        public string? NameOf(LocalDate date, string language) => null;
    }

    /// <summary>A calendar that answers with the language in which it is asked.</summary>
    private sealed class Named : IHolidayCalendar
    {
        public string Id => "named";

        public bool IsHoliday(LocalDate date) => false;

        public bool IsWorkingDay(LocalDate date) => true;

        public string? NameOf(LocalDate date, string language) => language;
    }
}
