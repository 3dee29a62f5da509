using FsCheck.Fluent;
using Gdpr.Time;
using NodaTime;
using NodaTime.TimeZones;
using static Gdpr.Core.Tests.Time.Dates;

namespace Gdpr.Core.Tests.Time;

public class LocalDaysTests
{
    private static readonly Instant First = Instant.FromUtc(1900, 1, 1, 0, 0);
    private static readonly Instant End = Instant.FromUtc(2200, 12, 31, 0, 0);

    public static TheoryData<string> ZoneIds => [.. Generated.ZoneIds];

    [Theory]
    [InlineData("2026-06-30", "2026-06-30T22:00:00Z")]
    [InlineData("2026-01-31", "2026-01-31T23:00:00Z")]
    [InlineData("2026-03-28", "2026-03-28T23:00:00Z")]
    [InlineData("2026-03-29", "2026-03-29T22:00:00Z")]
    [InlineData("2026-10-24", "2026-10-24T22:00:00Z")]
    [InlineData("2026-10-25", "2026-10-25T23:00:00Z")]
    public void A_last_day_in_Stockholm_is_over_at_the_next_local_midnight(string lastDay, string end) =>
        LocalDays.EndOf(D(lastDay), Stockholm).ShouldBe(Utc(end));

    [Theory]
    [InlineData("Europe/Stockholm")]
    [InlineData("Pacific/Apia")]
    [InlineData("America/St_Johns")]
    [InlineData("Etc/GMT+12")]
    [InlineData("UTC")]
    public void The_first_and_last_instants_of_the_calendar_have_a_date(string zoneId)
    {
        var zone = DateTimeZoneProviders.Tzdb[zoneId];

        LocalDays.DateOf(Instant.MaxValue, zone).ShouldBeGreaterThanOrEqualTo(LocalDate.MaxIsoValue.PlusDays(-1));
        LocalDays.TodayAt(Instant.MaxValue, zone).ShouldBe(LocalDays.DateOf(Instant.MaxValue, zone));
        LocalDays.DateOf(Instant.MinValue, zone).ShouldBeLessThanOrEqualTo(LocalDate.MinIsoValue.PlusDays(1));
        LocalDays.TodayAt(Instant.MinValue, zone).ShouldBe(LocalDays.DateOf(Instant.MinValue, zone));
    }

    [Fact]
    public void The_last_date_of_the_calendar_never_ends() =>
        LocalDays.EndOf(LocalDate.MaxIsoValue, Stockholm).ShouldBe(Instant.MaxValue);

    [Fact]
    public void Where_midnight_was_skipped_the_day_begins_with_its_first_hour()
    {
        var saoPaulo = Zone("America/Sao_Paulo");

        LocalDays.StartOf(D("2018-11-04"), saoPaulo).ShouldBe(Utc("2018-11-04T03:00:00Z"));
        LocalDays.TodayAt(Utc("2018-11-04T02:59:59Z"), saoPaulo).ShouldBe(D("2018-11-03"));
        LocalDays.TodayAt(Utc("2018-11-04T03:00:00Z"), saoPaulo).ShouldBe(D("2018-11-04"));
    }

    [Fact]
    public void The_day_that_Apia_skipped_begins_and_ends_with_the_next_one()
    {
        var apia = Zone("Pacific/Apia");

        LocalDays.StartOf(D("2011-12-30"), apia).ShouldBe(Utc("2011-12-30T10:00:00Z"));
        LocalDays.StartOf(D("2011-12-31"), apia).ShouldBe(Utc("2011-12-30T10:00:00Z"));
        LocalDays.TodayAt(Utc("2011-12-30T09:59:59Z"), apia).ShouldBe(D("2011-12-29"));
        LocalDays.TodayAt(Utc("2011-12-30T10:00:00Z"), apia).ShouldBe(D("2011-12-31"));
    }

    [Fact]
    public void Where_a_date_came_twice_it_begins_with_its_first_coming_and_is_today_only_with_its_last()
    {
        // On 7 November 2010, a minute past midnight, St John's put its clock back to a minute past eleven in the evening before.
        var stJohns = Zone("America/St_Johns");
        var firstMidnight = Utc("2010-11-07T02:30:00Z");
        var secondMidnight = Utc("2010-11-07T03:30:00Z");

        LocalDays.StartOf(D("2010-11-07"), stJohns).ShouldBe(firstMidnight);
        LocalDays.TodayAt(firstMidnight, stJohns).ShouldBe(D("2010-11-06"));
        LocalDays.TodayAt(secondMidnight - Duration.Epsilon, stJohns).ShouldBe(D("2010-11-06"));
        LocalDays.TodayAt(secondMidnight, stJohns).ShouldBe(D("2010-11-07"));
    }

    [Fact]
    public void An_event_counts_on_the_latest_date_that_the_clock_had_shown_by_then()
    {
        // The same night in St John's: what happens after the clock was put back to the evening before counts on the date already begun.
        var stJohns = Zone("America/St_Johns");

        LocalDays.DateOf(Utc("2010-11-07T02:29:59Z"), stJohns).ShouldBe(D("2010-11-06"));
        LocalDays.DateOf(Utc("2010-11-07T02:30:00Z"), stJohns).ShouldBe(D("2010-11-07"));
        LocalDays.DateOf(Utc("2010-11-07T02:31:00Z"), stJohns).ShouldBe(D("2010-11-07"), "the clock shows the evening before again");
        LocalDays.DateOf(Utc("2010-11-07T03:29:59Z"), stJohns).ShouldBe(D("2010-11-07"));
        LocalDays.DateOf(Utc("2010-11-08T03:30:00Z"), stJohns).ShouldBe(D("2010-11-08"));
    }

    [Theory]
    [MemberData(nameof(ZoneIds))]
    public void Around_every_change_of_the_clock_an_event_is_of_an_earlier_date_exactly_when_it_is_before_the_start_of_the_day(string zoneId)
    {
        var zone = Zone(zoneId);
        foreach (var instant in InstantsAroundTransitions(zone))
        {
            var date = instant.InZone(zone).Date;
            for (var days = -1; days <= 2; days++)
            {
                var bound = date.PlusDays(days);
                (LocalDays.DateOf(instant, zone) < bound).ShouldBe(instant < LocalDays.StartOf(bound, zone), $"{zoneId} at {instant}, {bound}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(ZoneIds))]
    public void Around_every_change_of_the_clock_today_never_decreases_and_is_the_least_date_still_to_come(string zoneId)
    {
        var zone = Zone(zoneId);
        var before = LocalDate.MinIsoValue;
        foreach (var instant in InstantsAroundTransitions(zone).Order())
        {
            var today = LocalDays.TodayAt(instant, zone);

            (today >= before).ShouldBeTrue($"{zoneId} at {instant}");
            today.ShouldBe(LeastDateFrom(instant, zone), $"{zoneId} at {instant}");
            before = today;
        }
    }

    [Theory]
    [MemberData(nameof(ZoneIds))]
    public void Around_every_change_of_the_clock_a_day_starts_at_the_first_instant_not_before_it(string zoneId)
    {
        var zone = Zone(zoneId);
        foreach (var instant in InstantsAroundTransitions(zone))
        {
            var date = instant.InZone(zone).Date;
            for (var days = -1; days <= 2; days++)
            {
                ShouldStartRight(date.PlusDays(days), instant, zone);
            }
        }
    }

    [Fact]
    public void At_any_instant_today_is_the_least_date_still_to_come_and_days_start_at_the_first_instant_not_before_them()
    {
        Func<(Instant Instant, int Days, DateTimeZone Zone), bool> property = x =>
        {
            LocalDays.TodayAt(x.Instant, x.Zone).ShouldBe(LeastDateFrom(x.Instant, x.Zone));
            ShouldStartRight(x.Instant.InZone(x.Zone).Date.PlusDays(x.Days), x.Instant, x.Zone);
            return true;
        };

        property.ShouldHoldFor(
            from instant in Generated.Instants
            from days in Gen.Choose(-2, 2)
            from zone in Generated.Zones
            select (instant, days, zone));
    }

    [Fact]
    public void Today_never_decreases_between_any_two_instants()
    {
        Func<(Instant Instant, int Minutes, DateTimeZone Zone), bool> property = x =>
            LocalDays.TodayAt(x.Instant, x.Zone) <= LocalDays.TodayAt(x.Instant + Duration.FromMinutes(x.Minutes), x.Zone);

        property.ShouldHoldFor(
            from instant in Generated.Instants
            from minutes in Gen.Choose(0, 5000)
            from zone in Generated.Zones
            select (instant, minutes, zone));
    }

    /// <summary>What came before the start is of an earlier date; the start is not; and what comes after it is of an earlier date only
    /// where the clock went back in between.</summary>
    private static void ShouldStartRight(LocalDate date, Instant instant, DateTimeZone zone)
    {
        var start = LocalDays.StartOf(date, zone);
        var dateOfInstant = instant.InZone(zone).Date;

        (start.InZone(zone).Date >= date).ShouldBeTrue($"{zone.Id}: the start of {date}");
        ((start - Duration.Epsilon).InZone(zone).Date < date).ShouldBeTrue($"{zone.Id}: just before {date}");
        if (instant < start)
        {
            (dateOfInstant < date).ShouldBeTrue($"{zone.Id}: {instant} is before the start of {date}");
        }
        else if (dateOfInstant < date)
        {
            var wentBack = zone.GetZoneIntervals(start, instant + Duration.Epsilon).Zip(
                zone.GetZoneIntervals(start, instant + Duration.Epsilon).Skip(1),
                (before, after) => after.WallOffset < before.WallOffset);
            wentBack.ShouldContain(true, $"{zone.Id}: {instant} is after the start of {date}");
        }
    }

    /// <summary>The definition, by looking at every stretch between changes of the clock for the next four days.</summary>
    private static LocalDate LeastDateFrom(Instant instant, DateTimeZone zone) =>
        zone.GetZoneIntervals(instant, instant + Duration.FromDays(4))
            .Select(interval => (interval.HasStart ? Instant.Max(interval.Start, instant) : instant).InZone(zone).Date)
            .Min();

    private static IEnumerable<Instant> InstantsAroundTransitions(DateTimeZone zone)
    {
        Duration[] offsets =
        [
            Duration.Zero, Duration.Epsilon, Duration.FromMinutes(1), Duration.FromMinutes(59), Duration.FromHours(1),
            Duration.FromMinutes(61), Duration.FromHours(2), Duration.FromHours(23), Duration.FromHours(24), Duration.FromHours(25),
        ];
        foreach (var transition in Transitions(zone))
        {
            foreach (var offset in offsets)
            {
                yield return transition - offset;
                yield return transition + offset;
            }
        }
    }

    /// <summary>Every change of the clock; for a zone without any, the turn of each year.</summary>
    private static List<Instant> Transitions(DateTimeZone zone)
    {
        var transitions = zone.GetZoneIntervals(First, End).Where(i => i.HasStart && i.Start > First).Select(i => i.Start).ToList();
        return transitions.Count > 0 ? transitions : [.. Enumerable.Range(1901, 299).Select(year => Instant.FromUtc(year, 1, 1, 0, 0))];
    }

    private static DateTimeZone Zone(string id) => DateTimeZoneProviders.Tzdb[id];
}
