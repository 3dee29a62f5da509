using FsCheck.Fluent;
using Gdpr.Time;
using NodaTime;
using static Gdpr.Core.Tests.Time.Dates;

namespace Gdpr.Core.Tests.Time;

public class HourDeadlineTests
{
    /// <summary>The specification's dated examples 32 to 37; the limit of 36 and 37 follows from its formula.</summary>
    [Theory]
    [InlineData(32, "2026-03-27 14:20", "2026-03-30 15:20 +02", "2026-03-30 16:00 +02")]
    [InlineData(33, "2026-10-23 14:20", "2026-10-26 13:20 +01", "2026-10-26 14:00 +01")]
    [InlineData(34, "2026-12-24 10:00", "2026-12-27 10:00 +01", "2026-12-27 11:00 +01")]
    [InlineData(35, "2026-06-18 16:45", "2026-06-21 16:45 +02", "2026-06-21 17:00 +02")]
    [InlineData(36, "2026-03-26 02:30", "2026-03-29 03:30 +02", "2026-03-29 04:00 +02")]
    [InlineData(37, "2026-10-25 02:30", "2026-10-28 01:30 +01", "2026-10-28 02:00 +01")]
    public void Seventy_two_hours_elapse_whatever_the_clock_and_the_calendar_do(int example, string aware, string conservative, string limit)
    {
        var deadline = HourDeadline.Compute(LocalTimes.ToInstant(T(aware), Stockholm), 72, Stockholm);

        Local(deadline.Conservative).ShouldBe(conservative, $"example {example}");
        Local(deadline.Limit).ShouldBe(limit, $"example {example}");
    }

    [Fact]
    public void An_event_on_the_stroke_of_an_hour_loses_that_hour_and_one_just_before_it_does_not()
    {
        var ten = LocalTimes.ToInstant(T("2026-06-01 10:00"), Stockholm);

        Local(HourDeadline.Compute(ten, 24, Stockholm).Limit).ShouldBe("2026-06-02 11:00 +02");
        Local(HourDeadline.Compute(ten - Duration.Epsilon, 24, Stockholm).Limit).ShouldBe("2026-06-02 10:00 +02");
    }

    [Fact]
    public void The_clock_hour_is_that_of_the_zone()
    {
        // Kathmandu is five hours and forty-five minutes ahead: 10:00 UTC is 15:45 there.
        var deadline = HourDeadline.Compute(Utc("2026-06-01T10:00:00Z"), 1, DateTimeZoneProviders.Tzdb["Asia/Kathmandu"]);

        deadline.Conservative.ShouldBe(Utc("2026-06-01T11:00:00Z"));
        deadline.Limit.ShouldBe(Utc("2026-06-01T11:15:00Z"));
    }

    [Fact]
    public void It_is_overdue_from_the_limit_on()
    {
        var deadline = HourDeadline.Compute(Utc("2026-06-01T10:30:00Z"), 72, Stockholm);

        deadline.IsOverdueAt(deadline.Conservative).ShouldBeFalse();
        deadline.IsOverdueAt(deadline.Limit - Duration.Epsilon).ShouldBeFalse();
        deadline.IsOverdueAt(deadline.Limit).ShouldBeTrue();
    }

    [Fact]
    public void The_steps_are_explained_in_both_languages()
    {
        var steps = HourDeadline.Compute(LocalTimes.ToInstant(T("2026-03-27 14:20"), Stockholm), 72, Stockholm).Steps;

        steps.Select(step => step.Code).ShouldBe(
            [DeadlineStepCodes.Conservative, DeadlineStepCodes.EventNotCounted, DeadlineStepCodes.LegalLatest]);
        steps.Select(step => step.Text.En).ShouldBe(
        [
            "To plan by: 72 elapsed hours from Friday 2026-03-27 14:20:00 (UTC+01) in Europe/Stockholm end at Monday 2026-03-30 15:20:00 (UTC+02).",
            "The clock hour of the event is not counted; the next begins at Friday 2026-03-27 15:00:00 (UTC+01).",
            "72 elapsed hours from then end at Monday 2026-03-30 16:00:00 (UTC+02), the latest that the law allows. Weekends and holidays do not extend hours.",
        ]);
        steps.Select(step => step.Text.Sv).ShouldBe(
        [
            "Att planera efter: 72 förflutna timmar från fredag 2026-03-27 14:20:00 (UTC+01) i Europe/Stockholm slutar måndag 2026-03-30 15:20:00 (UTC+02).",
            "Den timme då händelsen inträffar räknas inte; nästa börjar fredag 2026-03-27 15:00:00 (UTC+01).",
            "72 förflutna timmar därifrån slutar måndag 2026-03-30 16:00:00 (UTC+02), det senaste som lagen medger. Helger förlänger inte timmar.",
        ]);
        steps.Select(step => step.Law).ShouldBe(
            [null, "Regulation (EEC, Euratom) 1182/71, Art. 3(1)", "Regulation (EEC, Euratom) 1182/71, Art. 3(2)(a)"]);
        steps.Select(step => Text(step.Date)).ShouldBe(["2026-03-30", "2026-03-27", "2026-03-30"]);
        steps[2].At.ShouldBe(Utc("2026-03-30T14:00:00Z"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-72)]
    [InlineData(87_601)]
    public void Hours_out_of_range_are_refused(int hours) =>
        Should.Throw<ArgumentOutOfRangeException>(() => HourDeadline.Compute(Utc("2026-06-01T10:00:00Z"), hours, Stockholm));

    [Theory]
    [InlineData(1)]
    [InlineData(87_600)]
    public void Hours_may_be_one_and_may_be_ten_years(int hours) =>
        HourDeadline.Compute(Utc("2026-06-01T10:00:00Z"), hours, Stockholm).Hours.ShouldBe(hours);

    [Fact]
    public void An_event_beyond_the_calendar_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => HourDeadline.Compute(Instant.MaxValue, 72, Stockholm));

    [Fact]
    public void The_conservative_end_is_the_elapsed_hours_and_the_limit_at_most_one_hour_more()
    {
        Func<(Instant Aware, int Hours, DateTimeZone Zone), bool> property = x =>
        {
            var deadline = HourDeadline.Compute(x.Aware, x.Hours, x.Zone);
            var start = deadline.Limit - Duration.FromHours(x.Hours);
            var sameOffset = x.Zone.GetUtcOffset(start) == x.Zone.GetUtcOffset(x.Aware);
            return deadline.Conservative - x.Aware == Duration.FromHours(x.Hours)
                && deadline.Limit > deadline.Conservative
                && deadline.Limit - deadline.Conservative <= Duration.FromHours(1)
                && (!sameOffset || start.InZone(x.Zone).TimeOfDay is { Minute: 0, Second: 0, NanosecondOfSecond: 0 });
        };

        property.ShouldHoldFor(
            from aware in Generated.Instants
            from hours in Gen.Choose(1, 1000)
            from zone in Generated.Zones
            select (aware, hours, zone));
    }

    private static string Local(Instant instant) =>
        instant.InZone(Stockholm).ToString("uuuu-MM-dd HH:mm o<g>", System.Globalization.CultureInfo.InvariantCulture);
}
