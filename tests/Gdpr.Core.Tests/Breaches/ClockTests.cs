using Gdpr.Breaches;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Processing.Tasks;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Core.Tests.Breaches;

/// <summary>The 72 hours of Art. 33(1), from the awareness to the record of the notification.</summary>
public sealed class ClockTests
{
    [Theory]
    [InlineData("2026-03-27T14:20", "2026-03-30T15:20", "2026-03-30T16:00")]
    [InlineData("2026-10-23T14:20", "2026-10-26T13:20", "2026-10-26T14:00")]
    [InlineData("2026-12-24T10:00", "2026-12-27T10:00", "2026-12-27T11:00")]
    [InlineData("2026-06-18T16:45", "2026-06-21T16:45", "2026-06-21T17:00")]
    [InlineData("2026-03-26T02:30", "2026-03-29T03:30", "2026-03-29T04:00")]
    [InlineData("2026-10-25T02:30", "2026-10-28T01:30", "2026-10-28T02:00")]
    public async Task Seventy_two_elapsed_hours_run_from_the_awareness_across_changes_of_the_clock_weekends_and_holidays(string aware, string conservative, string limit)
    {
        await using var shop = Shop.Open();
        shop.Clock.Set(Local("2027-01-01T00:00"));

        var breach = await shop.Breaches().RecordAsync(Reports.Lost(Local(aware)));

        var clock = shop.Breaches().ClockOf(breach).ShouldNotBeNull();
        clock.Conservative.ShouldBe(Local(conservative));
        clock.Limit.ShouldBe(Local(limit));
        var task = await shop.TaskAsync("breach-notify-authority");
        task.DueBy.ShouldBe(Local(conservative));
        task.LegalLimit.ShouldBe(Local(limit));
        (await shop.TaskAsync("breach-assess")).DueBy.ShouldBeLessThan(task.DueBy);
    }

    [Fact]
    public async Task A_notification_within_the_hours_needs_no_reasons()
    {
        await using var shop = Shop.Open();
        var aware = shop.Clock.GetCurrentInstant();
        var id = await shop.AssessedAsync(BreachRisk.Risk, aware);
        shop.Clock.Set(aware + Duration.FromHours(72) - Duration.FromTicks(1));

        var breach = await shop.Breaches().RecordNotificationAsync(id, new AuthorityNotification(Reports.Everything(), Reports.By));

        breach.Notices.ShouldHaveSingleItem().IsLate.ShouldBeFalse();
        (await shop.OpenTasksAsync()).ShouldNotContain("breach-notify-authority");
    }

    [Fact]
    public async Task A_late_notification_is_made_all_the_same_and_with_the_reasons_for_the_delay()
    {
        await using var shop = Shop.Open();
        var aware = shop.Clock.GetCurrentInstant();
        var id = await shop.AssessedAsync(BreachRisk.Risk, aware);
        shop.Clock.Set(aware + Duration.FromHours(72));
        var late = new AuthorityNotification(Reports.Everything(), Reports.By);

        var refused = await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().RecordNotificationAsync(id, late));
        refused.Problems.ShouldHaveSingleItem().ShouldContain("reasons for the delay");
        var breach = await shop.Breaches().RecordNotificationAsync(id, late with { DelayReasons = "The night shift did not call." });

        breach.Notices.ShouldHaveSingleItem().IsLate.ShouldBeTrue();
        (await shop.Breaches().ReadTextsAsync(id))[^1].Text!.DelayReasons.ShouldBe("The night shift did not call.");
    }

    [Fact]
    public async Task Wall_clock_arithmetic_over_the_end_of_summer_time_would_be_an_hour_late()
    {
        await using var shop = Shop.Open();
        var aware = Local("2026-10-23T14:20");
        shop.Clock.Set(Local("2026-10-26T14:20"));
        var id = await shop.AssessedAsync(BreachRisk.Risk, aware);

        (shop.Clock.GetCurrentInstant() - aware).ShouldBe(Duration.FromHours(73));
        await Should.ThrowAsync<InvalidBreachException>(
            () => shop.Breaches().RecordNotificationAsync(id, new AuthorityNotification(Reports.Everything(), Reports.By)));
    }

    [Fact]
    public async Task A_notification_recorded_afterwards_counts_from_when_it_was_sent()
    {
        await using var shop = Shop.Open();
        var aware = shop.Clock.GetCurrentInstant();
        var id = await shop.AssessedAsync(BreachRisk.Risk, aware);
        shop.Clock.Set(aware + Duration.FromDays(10));

        var breach = await shop.Breaches().RecordNotificationAsync(
            id, new AuthorityNotification(Reports.Everything(), Reports.By) { At = aware + Duration.FromHours(20) });

        breach.Notices.ShouldHaveSingleItem().IsLate.ShouldBeFalse();
    }

    [Fact]
    public async Task Nothing_is_recorded_as_sent_in_the_future_or_before_it_was_known()
    {
        await using var shop = Shop.Open();
        var aware = shop.Clock.GetCurrentInstant();
        var id = await shop.AssessedAsync(BreachRisk.Risk, aware);
        var notification = new AuthorityNotification(Reports.Everything(), Reports.By);

        await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().RecordNotificationAsync(id, notification with { At = aware + Duration.FromSeconds(1) }));
        await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().RecordNotificationAsync(id, notification with { At = aware - Duration.FromSeconds(1) }));
        (await shop.Breaches().ReadAsync(id)).Notices.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_change_of_the_law_applies_to_what_becomes_known_from_its_first_day()
    {
        var hours = DeadlineRegistry.Sweden.Find("D-33.1", new LocalDate(2026, 1, 1))!;
        DeadlineRule[] versions =
        [
            .. DeadlineRegistry.Sweden.Rules.Where(rule => rule.Id != "D-33.1"),
            hours with { ValidTo = new LocalDate(2026, 12, 31) },
            hours with { ValidFrom = new LocalDate(2027, 1, 1), Limits = [DeadlineLimit.ByLaw(96, "notify", "anmäl")] },
        ];
        await using var shop = Shop.Open(before: services => Microsoft.Extensions.DependencyInjection.OptionsServiceCollectionExtensions
            .Configure<BreachOptions>(services, options => options.Deadlines = new DeadlineRegistry(versions)));
        shop.Clock.Set(Local("2027-06-01T00:00"));

        var before = await shop.Breaches().RecordAsync(Reports.Lost(Local("2026-12-31T23:59")));
        var after = await shop.Breaches().RecordAsync(Reports.Lost(Local("2027-01-01T00:00")));

        shop.Breaches().ClockOf(before)!.Hours.ShouldBe(72);
        shop.Breaches().ClockOf(after)!.Hours.ShouldBe(96);
    }

    [Fact]
    public async Task A_suspicion_has_no_clock_until_it_is_known_to_be_a_breach_and_is_looked_into_meanwhile()
    {
        await using var shop = Shop.Open();
        var suspected = await shop.Breaches().RecordAsync(Reports.Lost());
        suspected.Phase.ShouldBe(BreachPhase.Suspected);
        shop.Breaches().ClockOf(suspected).ShouldBeNull();
        (await shop.OpenTasksAsync()).ShouldBe(["breach-establish", "breach-describe"]);

        shop.Clock.Advance(Duration.FromHours(5));
        var established = await shop.Breaches().EstablishAsync(suspected.Id, shop.Clock.GetCurrentInstant() - Duration.FromHours(1), Reports.By);

        established.Phase.ShouldBe(BreachPhase.Established);
        shop.Breaches().ClockOf(established)!.Conservative.ShouldBe(shop.Clock.GetCurrentInstant() + Duration.FromHours(71));
        (await shop.OpenTasksAsync()).ShouldBe(["breach-assess", "breach-notify-authority", "breach-describe"]);
        await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().EstablishAsync(suspected.Id, shop.Clock.GetCurrentInstant(), Reports.By));
    }

    [Fact]
    public async Task Who_does_not_know_the_risk_at_seventy_two_hours_still_has_to_notify_preliminarily()
    {
        await using var shop = Shop.Open();
        var aware = shop.Clock.GetCurrentInstant();
        var breach = await shop.Breaches().RecordAsync(Reports.Lost(aware));
        shop.Clock.Set(aware + Duration.FromHours(72));

        var task = await shop.TaskAsync("breach-notify-authority");
        task.IsOverdue(shop.Clock.GetCurrentInstant()).ShouldBeTrue();
        task.Question.ShouldNotBeNull().ShouldContain("preliminarily");
        breach.Risk.ShouldBeNull();
        (await shop.Breaches().RecordNotificationAsync(breach.Id, new AuthorityNotification(new NoticeContent { Nature = "A theft." }, Reports.By) { DelayReasons = "Late." }))
            .Missing.ShouldBe([.. NoticeItems.All.Except([NoticeItems.Nature])]);
    }

    private static Instant Local(string text) =>
        LocalTimes.ToInstant(NodaTime.Text.LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Parse(text).Value, Reports.Stockholm);
}
