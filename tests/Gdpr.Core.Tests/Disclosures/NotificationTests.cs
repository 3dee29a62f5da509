using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Disclosures;

/// <summary>Whoever received a person's data is told what has become of it, until each acknowledges.</summary>
public sealed class NotificationTests
{
    private static readonly DisclosureRequest Sms = new("sms", "service-provision", "crm.customers.phone");
    private static readonly DisclosureRequest Carrier = new("carrier", "delivery", "crm.orders.address");
    private static readonly RecipientNotice Erased = new(RecipientNoticeKind.Erased, "request-1");

    [Fact]
    public async Task Each_recipient_that_received_data_is_told_and_nobody_else()
    {
        var channel = new FakeChannel();
        await using var office = Open(channel);
        var (person, other) = (await office.PersonAsync("Marker-Native"), await office.PersonAsync("other"));
        await office.Disclosures.DiscloseAsync(Sms, [person, other]);
        await office.Disclosures.DiscloseAsync(Carrier, person);

        (await Notifications(office).NotifyAsync(person, Erased)).Select(notification => notification.Recipient).ShouldBe(["sms", "carrier"], ignoreOrder: true);
        await PumpAsync(office);

        channel.Sent.Select(sent => sent.RecipientId).ShouldBe(["sms", "carrier"], ignoreOrder: true);
        var sms = channel.Sent.Single(sent => sent.RecipientId == "sms");
        sms.Kind.ShouldBe(RecipientNoticeKind.Erased);
        sms.Data.ShouldBe(["crm.customers.phone"]);
        sms.Identities.ShouldBe([new PersonIdentity("controller_customer_id", "Marker-Native")]);
        sms.Controller.Name.ShouldBe("Office AB");
        (await Notifications(office).ListOutstandingAsync()).ShouldBeEmpty();
        (await Notifications(office).ReadForAsync(other)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("crm.customers", "sms")]
    [InlineData("crm.customers.phone", "sms")]
    [InlineData("crm.customers.email", "")]
    [InlineData("crm.orders", "carrier")]
    public async Task Only_those_who_received_what_is_concerned_are_told(string data, string told)
    {
        await using var office = Open(new FakeChannel());
        var person = await office.PersonAsync();
        await office.Disclosures.DiscloseAsync(Sms, person);
        await office.Disclosures.DiscloseAsync(Carrier, person);
        string.Join(",", (await Notifications(office).NotifyAsync(person, Erased with { Data = [data] })).Select(notification => notification.Recipient)).ShouldBe(told);
    }

    [Fact]
    public async Task Whoever_received_the_data_only_after_it_was_done_is_not_told()
    {
        await using var office = Open(new FakeChannel());
        var person = await office.PersonAsync();
        await office.Disclosures.DiscloseAsync(Sms, person);
        (await Notifications(office).NotifyAsync(person, Erased with { DoneAt = Office.Now - Duration.FromSeconds(1) })).ShouldBeEmpty();
        (await Notifications(office).NotifyAsync(person, Erased with { DoneAt = Office.Now })).ShouldHaveSingleItem();
        await Should.ThrowAsync<ArgumentException>(() => Notifications(office).NotifyAsync(person, Erased with { DoneAt = Office.Now + Duration.FromSeconds(1) }));
    }

    [Fact]
    public async Task An_authority_that_asked_in_an_inquiry_is_no_recipient_and_is_not_told()
    {
        await using var office = Open(new FakeChannel());
        var person = await office.PersonAsync();
        await office.Disclosures.DiscloseAsync(new DisclosureRequest("police", "crime-reports", "crm.customers.name") { Authority = new AuthorityDecision("SFS 1942:740", "K 1") }, person);
        (await Notifications(office).NotifyAsync(person, Erased)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_rectification_carries_the_correct_values_of_the_fields_that_the_recipient_has_and_no_others()
    {
        var channel = new FakeChannel();
        await using var office = Open(channel);
        var person = await office.PersonAsync();
        await office.Disclosures.DiscloseAsync(Sms, person);
        await Notifications(office).NotifyAsync(person, new RecipientNotice(RecipientNoticeKind.Rectified, "r")
        {
            Data = ["crm.customers"],
            Corrections = new Dictionary<string, string?> { ["crm.customers.phone"] = "+46 8 1", ["crm.customers.name"] = "Marker" },
            IdentitiesAt = new Dictionary<string, IReadOnlyList<PersonIdentity>> { ["sms"] = [new PersonIdentity("phone", "+46 8 0")] },
        });
        await PumpAsync(office);

        var sent = channel.Sent.ShouldHaveSingleItem();
        sent.Corrections.ShouldBe(new Dictionary<string, string?> { ["crm.customers.phone"] = "+46 8 1" });
        sent.Identities.ShouldBe([new PersonIdentity("phone", "+46 8 0")]);
    }

    [Fact]
    public async Task Delivered_is_not_acknowledged_and_is_sent_again_under_the_same_id_until_it_is()
    {
        var channel = new FakeChannel { Reply = _ => NotificationReply.Delivered };
        await using var office = Open(channel);
        var notification = await QueueAsync(office);
        await PumpAsync(office);
        (await FindAsync(office, notification)).State.ShouldBe(NotificationState.Sent);
        (await Notifications(office).ListOutstandingAsync()).ShouldHaveSingleItem();

        await PumpAsync(office);
        channel.Sent.Count.ShouldBe(1);
        office.Clock.Advance(Duration.FromHours(24));
        await PumpAsync(office);
        channel.Sent.Select(sent => sent.Id).ShouldBe([notification.Id, notification.Id]);

        await Notifications(office).AcknowledgeAsync(notification.Id);
        await Notifications(office).AcknowledgeAsync(notification.Id);
        office.Clock.Advance(Duration.FromHours(24));
        await PumpAsync(office);
        channel.Sent.Count.ShouldBe(2);
        (await office.EntriesAsync()).Count(entry => entry.Content.Type == "notification-acknowledged").ShouldBe(1);
    }

    [Fact]
    public async Task What_fails_is_tried_again_after_twice_as_long_each_time_and_listed_meanwhile()
    {
        var channel = new FakeChannel { Reply = _ => NotificationReply.Unreachable("timeout") };
        await using var office = Open(channel);
        var notification = await QueueAsync(office);
        var waits = new List<Duration>();
        for (var attempt = 1; attempt <= 12; attempt++)
        {
            await PumpAsync(office);
            var state = await FindAsync(office, notification);
            (state.State, state.Attempts, state.Problem).ShouldBe((NotificationState.Failed, attempt, "timeout"));
            waits.Add(state.NextAttemptAt!.Value - office.Clock.GetCurrentInstant());
            office.Clock.Advance(waits[^1]);
        }

        waits.Take(4).ShouldBe([Duration.FromMinutes(1), Duration.FromMinutes(2), Duration.FromMinutes(4), Duration.FromMinutes(8)]);
        waits[^1].ShouldBe(Duration.FromHours(6));
        channel.Reply = _ => NotificationReply.Acknowledged;
        await PumpAsync(office);
        (await FindAsync(office, notification)).State.ShouldBe(NotificationState.Acknowledged);
    }

    [Fact]
    public async Task A_channel_that_throws_is_an_attempt_that_failed_and_keeps_nobody_else_waiting()
    {
        var channel = new FakeChannel { Reply = sent => sent.RecipientId == "sms" ? throw new InvalidOperationException("Marker") : NotificationReply.Acknowledged };
        await using var office = Open(channel);
        var person = await office.PersonAsync();
        await office.Disclosures.DiscloseAsync(Sms, person);
        await office.Disclosures.DiscloseAsync(Carrier, person);
        await Notifications(office).NotifyAsync(person, Erased);
        await PumpAsync(office);

        var left = (await Notifications(office).ListOutstandingAsync()).ShouldHaveSingleItem();
        (left.Recipient, left.Problem).ShouldBe(("sms", "channel-failed"));
        (await office.EntriesAsync()).ShouldAllBe(entry => !entry.Content.Data.Contains("Marker", StringComparison.Ordinal));
    }

    [Fact]
    public async Task People_are_asked_to_see_to_what_is_rejected_and_the_task_ends_with_the_acknowledgement()
    {
        var channel = new FakeChannel { Reply = _ => NotificationReply.Rejected("http-400") };
        await using var office = Open(channel);
        var notification = await QueueAsync(office);
        await PumpAsync(office);

        var task = (await TasksAsync(office)).ShouldHaveSingleItem();
        (task.Kind, task.Owner, task.About, task.Reason, task.DueBy).ShouldBe(("notify-recipient", "data-protection-officer", notification.Id, "http-400", notification.DueBy));
        await Notifications(office).AcknowledgeAsync(notification.Id, "data-protection-officer");
        (await TasksAsync(office)).ShouldBeEmpty();
        (await FindAsync(office, notification)).ClosedBy.ShouldBe("data-protection-officer");
    }

    [Theory]
    [InlineData("no-channel")]
    [InlineData("person-unnamed")]
    public async Task What_cannot_be_sent_is_for_people(string why)
    {
        await using var office = Open(new FakeChannel(why == "no-channel" ? "carrier" : "sms"));
        var person = await office.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfEmail("marker@person.example")));
        await office.Disclosures.DiscloseAsync(Sms, person);
        await Notifications(office).NotifyAsync(person, Erased);
        await PumpAsync(office);
        (await TasksAsync(office)).ShouldHaveSingleItem().Reason.ShouldBe(why);
    }

    [Fact]
    public async Task Telling_is_due_within_seven_days_and_overdue_after()
    {
        await using var office = Open(new FakeChannel { Reply = _ => NotificationReply.Delivered });
        var notification = await QueueAsync(office);

        // Sunday 22 November at Stockholm; the seventh day is Sunday the 29th, which does not move.
        notification.DueBy.ShouldBe(new LocalDateTime(2026, 11, 30, 0, 0).InZoneStrictly(DateTimeZoneProviders.Tzdb["Europe/Stockholm"]).ToInstant());
        notification.IsOverdue(notification.DueBy - Duration.Epsilon).ShouldBeFalse();
        notification.IsOverdue(notification.DueBy).ShouldBeTrue();

        await PumpAsync(office);
        (await TasksAsync(office)).ShouldBeEmpty();
        office.Clock.Advance(notification.DueBy - Office.Now);
        await PumpAsync(office);
        (await TasksAsync(office)).ShouldHaveSingleItem().Reason.ShouldBe("not-acknowledged");
    }

    [Fact]
    public async Task Telling_that_is_impossible_or_disproportionate_is_given_up_with_the_reason_recorded()
    {
        await using var office = Open(new FakeChannel { Reply = _ => NotificationReply.Unreachable("timeout") });
        var notification = await QueueAsync(office);
        await Notifications(office).GiveUpAsync(notification.Id, "The recipient has ceased to exist.", "lawyer");

        (await Notifications(office).ListOutstandingAsync()).ShouldBeEmpty();
        var state = await FindAsync(office, notification);
        (state.State, state.Reason, state.ClosedBy).ShouldBe((NotificationState.Impossible, "The recipient has ceased to exist.", "lawyer"));
        (await Should.ThrowAsync<UnknownNotificationException>(() => Notifications(office).AcknowledgeAsync(notification.Id))).Code.ShouldBe("E-DISC-02");
        await Should.ThrowAsync<UnknownNotificationException>(() => Notifications(office).AcknowledgeAsync("unheard-of"));
    }

    [Fact]
    public async Task Whom_it_is_about_is_kept_until_the_acknowledgement_and_then_erased()
    {
        await using var office = Open(new FakeChannel { Reply = _ => NotificationReply.Delivered });
        var notification = await QueueAsync(office);
        var commitment = (await office.EntriesAsync()).Single(entry => entry.Content.Type == "notification-queued").Content.Payload!.Value;

        (await office.World.Vault.ReadPayloadAsync("office", commitment, CancellationToken.None)).ShouldNotBeNull();
        await Notifications(office).AcknowledgeAsync(notification.Id);
        (await office.World.Vault.ReadPayloadAsync("office", commitment, CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task The_same_action_told_twice_queues_once()
    {
        var channel = new FakeChannel();
        await using var office = Open(channel);
        var notification = await QueueAsync(office);
        (await Notifications(office).NotifyAsync(notification.Subject, Erased)).ShouldHaveSingleItem().Id.ShouldBe(notification.Id);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Notifications(office).NotifyAsync(notification.Subject, Erased)));
        await PumpAsync(office);
        channel.Sent.Count.ShouldBe(1);
        (await office.EntriesAsync()).Count(entry => entry.Content.Type == "notification-queued").ShouldBe(1);
    }

    [Fact]
    public async Task A_lifting_never_arrives_ahead_of_its_restriction()
    {
        var isDown = true;
        var channel = new FakeChannel { Reply = _ => isDown ? NotificationReply.Unreachable("timeout") : NotificationReply.Acknowledged };
        await using var office = Open(channel);
        var person = await office.PersonAsync();
        await office.Disclosures.DiscloseAsync(Sms, person);
        await Notifications(office).NotifyAsync(person, new RecipientNotice(RecipientNoticeKind.Restricted, "r"));
        await PumpAsync(office);
        await Notifications(office).NotifyAsync(person, new RecipientNotice(RecipientNoticeKind.RestrictionLifted, "r"));
        isDown = false;
        for (var turn = 0; turn < 4; turn++)
        {
            await PumpAsync(office);
            office.Clock.Advance(Duration.FromMinutes(1));
        }

        channel.Sent.Select(sent => sent.Kind).ShouldBe([RecipientNoticeKind.Restricted, RecipientNoticeKind.Restricted, RecipientNoticeKind.RestrictionLifted]);
    }

    [Fact]
    public async Task Whoever_has_acknowledged_to_have_erased_everything_is_told_nothing_more_until_it_receives_again()
    {
        await using var office = Open(new FakeChannel());
        var notification = await QueueAsync(office);
        await PumpAsync(office);
        office.Clock.Advance(Duration.FromDays(1));
        (await Notifications(office).NotifyAsync(notification.Subject, new RecipientNotice(RecipientNoticeKind.Restricted, "r"))).ShouldBeEmpty();
        await office.Disclosures.DiscloseAsync(Sms, notification.Subject);
        (await Notifications(office).NotifyAsync(notification.Subject, new RecipientNotice(RecipientNoticeKind.Restricted, "r"))).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Two_nodes_do_not_send_the_same_at_once()
    {
        var world = new OfficeWorld();
        Office? second = null;
        var channel = new FakeChannel();
        channel.Reply = _ =>
        {
            // While the first is sending, the second has its turn.
            PumpAsync(second!).GetAwaiter().GetResult();
            return NotificationReply.Acknowledged;
        };
        await using var first = Open(channel, world);
        second = Open(channel, world);
        await using (second)
        {
            await QueueAsync(first);
            await PumpAsync(first);
        }

        channel.Sent.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("notification-queued")]
    [InlineData("notification-acknowledged")]
    public async Task A_crash_loses_nothing_and_sends_again_under_the_same_id_at_most(string at)
    {
        var world = new OfficeWorld();
        var channel = new FakeChannel();
        string id;
        DataSubject person;
        await using (var office = Open(channel, world))
        {
            person = await office.PersonAsync();
            await office.Disclosures.DiscloseAsync(Sms, person);
            office.World.CrashAt = at;
            await Should.ThrowAsync<InjectedCrashException>(async () =>
            {
                await Notifications(office).NotifyAsync(person, Erased);
                await office.Get<NotificationPump>().RunAsync(office.Clock.GetCurrentInstant(), CancellationToken.None);
            });
        }

        world.CrashAt = null;
        world.Clock.Advance(Duration.FromMinutes(1));
        await using var next = Open(channel, world);
        id = (await Notifications(next).NotifyAsync(person, Erased)).ShouldHaveSingleItem().Id;
        await PumpAsync(next);
        await PumpAsync(next);

        channel.Sent.Select(sent => sent.Id).Distinct().ShouldBe([id]);
        channel.Sent.Count.ShouldBe(at == "notification-queued" ? 1 : 2);
        (await Notifications(next).ListOutstandingAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_outstanding_outlives_the_beginning_of_the_journal_and_a_lost_state_store()
    {
        var world = new OfficeWorld();
        var channel = new FakeChannel { Reply = _ => NotificationReply.Unreachable("timeout") };
        string id;
        await using (var office = Open(channel, world))
        {
            id = (await QueueAsync(office)).Id;
            await PumpAsync(office);
            await office.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
            world.Clock.Advance(Duration.FromDays(100));
            (await office.Get<JournalExpiry>().ExpireAsync(world.Clock.GetCurrentInstant(), CancellationToken.None)).ShouldNotBeNull();
            (await office.EntriesAsync()).ShouldAllBe(entry => entry.Content.Type != "notification-queued");
        }

        world.States = new InMemoryStateStore();
        channel.Reply = _ => NotificationReply.Acknowledged;
        await using var next = Open(channel, world);
        (await Notifications(next).ListOutstandingAsync()).ShouldHaveSingleItem().Attempts.ShouldBe(1);
        await PumpAsync(next);
        channel.Sent.Last().Identities.ShouldNotBeEmpty();
        channel.Sent.Select(sent => sent.Id).ShouldBe([id, id]);
        (await Notifications(next).ListOutstandingAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Neither_the_journal_nor_the_states_name_the_person()
    {
        await using var office = Open(new FakeChannel { Reply = _ => NotificationReply.Delivered });
        var person = await office.PersonAsync("Marker-Native");
        await office.Disclosures.DiscloseAsync(Sms, person);
        var notice = Erased with { Identities = [new PersonIdentity("email", "marker@person.example")] };
        await Notifications(office).NotifyAsync(person, notice);
        await PumpAsync(office);
        (await office.EntriesAsync()).ShouldAllBe(entry => !entry.Content.Data.Contains("marker", StringComparison.OrdinalIgnoreCase));
        await foreach (var state in office.World.States.ReadFoldAsync("notifications", CancellationToken.None))
        {
            state.Content.ShouldNotContain("marker", Case.Insensitive);
        }

        (notice.ToString() + notice.Identities[0]).ShouldNotContain("marker@", Case.Insensitive);
    }

    [Fact]
    public async Task An_erasure_is_told_also_behind_what_the_recipient_always_rejects()
    {
        var channel = new FakeChannel { Reply = sent => sent.Kind == RecipientNoticeKind.Restricted ? NotificationReply.Rejected("no") : NotificationReply.Acknowledged };
        await using var office = Open(channel);
        var person = await office.PersonAsync();
        await office.Disclosures.DiscloseAsync(Sms, person);
        await Notifications(office).NotifyAsync(person, new RecipientNotice(RecipientNoticeKind.Restricted, "r1"));
        var erased = (await Notifications(office).NotifyAsync(person, Erased)).ShouldHaveSingleItem();
        for (var day = 0; day < 3; day++)
        {
            await PumpAsync(office);
            office.Clock.Advance(Duration.FromDays(1));
        }

        (await FindAsync(office, erased)).State.ShouldBe(NotificationState.Acknowledged);
    }

    [Fact]
    public async Task What_waits_behind_what_is_always_rejected_becomes_a_task_when_it_is_late_and_follows_when_that_is_done()
    {
        var channel = new FakeChannel { Reply = sent => sent.Kind == RecipientNoticeKind.Restricted ? NotificationReply.Rejected("no") : NotificationReply.Acknowledged };
        await using var office = Open(channel);
        var person = await office.PersonAsync();
        await office.Disclosures.DiscloseAsync(Sms, person);
        var first = (await Notifications(office).NotifyAsync(person, new RecipientNotice(RecipientNoticeKind.Restricted, "r1"))).ShouldHaveSingleItem();
        var lifted = (await Notifications(office).NotifyAsync(person, new RecipientNotice(RecipientNoticeKind.RestrictionLifted, "r2"))).ShouldHaveSingleItem();
        for (var day = 0; day < 40; day++)
        {
            await PumpAsync(office);
            office.Clock.Advance(Duration.FromDays(1));
        }

        var waiting = await FindAsync(office, lifted);
        (waiting.State, waiting.Attempts, waiting.Problem).ShouldBe((NotificationState.Queued, 0, "waits-for-earlier"));
        (await TasksAsync(office)).Single(task => task.About == lifted.Id).Reason.ShouldBe("waits-for-earlier");

        await Notifications(office).GiveUpAsync(first.Id, "It has no such field.", "officer");
        office.Clock.Advance(Duration.FromDays(1));
        await PumpAsync(office);
        (await FindAsync(office, lifted)).State.ShouldBe(NotificationState.Acknowledged);
        (await TasksAsync(office)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Whom_an_outstanding_notification_is_about_outlives_the_expiry_of_the_journal()
    {
        var channel = new FakeChannel { Reply = _ => NotificationReply.Unreachable("down") };
        await using var office = Open(channel);
        var queued = await QueueAsync(office);
        await office.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
        office.Clock.Advance(Duration.FromDays(1));
        await PumpAsync(office);
        (await office.Get<JournalExpiry>().ExpireAsync(office.Clock.GetCurrentInstant(), CancellationToken.None)).ShouldNotBeNull();

        channel.Reply = _ => NotificationReply.Acknowledged;
        office.Clock.Advance(Duration.FromDays(30));
        await PumpAsync(office);

        (await FindAsync(office, queued)).State.ShouldBe(NotificationState.Acknowledged);
    }

    [Fact]
    public async Task What_was_done_before_the_regulation_applied_is_refused()
    {
        await using var office = Open(new FakeChannel());
        var person = await office.PersonAsync();
        await office.Disclosures.RecordMadeAsync(Sms, [person], Instant.FromUtc(2015, 1, 1, 0, 0));
        await Should.ThrowAsync<ArgumentException>(() => Notifications(office).NotifyAsync(person, Erased with { DoneAt = Instant.FromUtc(2016, 1, 1, 0, 0) }));
    }

    private static Office Open(FakeChannel channel, OfficeWorld? world = null) =>
        Office.Open(world, before: services => services.AddSingleton<INotificationChannel>(channel));

    private static RecipientNotifications Notifications(Office office) => office.Get<RecipientNotifications>();

    private static async Task<RecipientNotification> QueueAsync(Office office)
    {
        var person = await office.PersonAsync();
        await office.Disclosures.DiscloseAsync(Sms, person);
        return (await Notifications(office).NotifyAsync(person, Erased)).ShouldHaveSingleItem();
    }

    private static async Task<RecipientNotification> FindAsync(Office office, RecipientNotification notification) => (await Notifications(office).FindAsync(notification.Id))!;

    private static async Task PumpAsync(Office office)
    {
        var report = await office.Get<GdprWork>().RunDueAsync(office.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        report.Steps.Where(step => step.Reason is not null).ShouldBeEmpty();
    }

    /// <summary>The open tasks, save those for data sets that no source disposes of: the office has none.</summary>
    private static async Task<IReadOnlyList<HumanTask>> TasksAsync(Office office) =>
        [.. (await office.Get<HumanTasks>().ListOpenAsync()).Where(task => task.Kind != "dispose-by-hand")];
}
