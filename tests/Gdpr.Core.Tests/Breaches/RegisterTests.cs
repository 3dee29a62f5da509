using Gdpr.Breaches;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Core.Tests.Breaches;

/// <summary>Every breach is recorded, with what was decided of it and why (Art. 33, 34).</summary>
public sealed class RegisterTests
{
    [Fact]
    public async Task Every_breach_is_on_record_also_one_that_nobody_is_notified_of_and_the_reasons_with_it()
    {
        await using var shop = Shop.Open();
        var id = await shop.AssessedAsync(BreachRisk.Unlikely);

        (await shop.Breaches().ListAsync()).ShouldHaveSingleItem().Risk.ShouldBe(BreachRisk.Unlikely);
        var texts = await shop.Breaches().ReadTextsAsync(id);
        texts.Select(text => text.Type).ShouldBe(["breach-recorded", "breach-assessed"]);
        texts[1].Text!.Reasons.ShouldBe("The disk was not encrypted.");
        (await shop.OpenTasksAsync()).ShouldBe(["breach-describe"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public async Task No_risk_without_reasons_is_rejected(string? reasons)
    {
        await using var shop = Shop.Open();
        var breach = await shop.Breaches().RecordAsync(Reports.Lost(shop.Clock.GetCurrentInstant()));

        await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().AssessAsync(breach.Id, BreachRisk.Unlikely, reasons, Reports.By));

        (await shop.Breaches().ReadAsync(breach.Id)).Risk.ShouldBeNull();
        (await shop.OpenTasksAsync()).ShouldContain("breach-notify-authority");
    }

    [Theory]
    [InlineData(BreachRisk.Unlikely, false, false)]
    [InlineData(BreachRisk.Risk, true, false)]
    [InlineData(BreachRisk.High, true, true)]
    public async Task The_authority_is_told_of_any_risk_and_people_of_a_high_one(BreachRisk risk, bool authority, bool people)
    {
        await using var shop = Shop.Open();
        await shop.AssessedAsync(risk);

        var open = await shop.OpenTasksAsync();

        open.Contains("breach-notify-authority").ShouldBe(authority);
        open.Contains("breach-decide-communication").ShouldBe(people);
        open.ShouldNotContain("breach-assess");
    }

    [Fact]
    public async Task A_risk_that_turns_out_to_be_there_after_all_makes_the_notification_due_anew()
    {
        await using var shop = Shop.Open();
        var id = await shop.AssessedAsync(BreachRisk.Unlikely);
        var aware = shop.Clock.GetCurrentInstant();
        shop.Clock.Advance(Duration.FromDays(5));

        await shop.Breaches().AssessAsync(id, BreachRisk.Risk, "The key was on the disk.", Reports.By);

        var task = await shop.TaskAsync("breach-notify-authority");
        task.DueBy.ShouldBe(aware + Duration.FromHours(72));
        task.IsOverdue(shop.Clock.GetCurrentInstant()).ShouldBeTrue();
        await shop.Breaches().AssessAsync(id, BreachRisk.Unlikely, "It was another key.", Reports.By);
        (await shop.OpenTasksAsync()).ShouldNotContain("breach-notify-authority");
    }

    [Fact]
    public async Task What_the_authority_is_not_told_at_first_follows_in_phases_within_four_weeks_of_the_first()
    {
        await using var shop = Shop.Open();
        var id = await shop.AssessedAsync(BreachRisk.Risk);
        var breach = await shop.Breaches().RecordNotificationAsync(id, new AuthorityNotification(
            new NoticeContent { Nature = "A laptop was stolen.", Contact = "privacy@shop.example", Measures = "Locked." }, Reports.By)
        { Reference = "2026-1234" });
        breach.Missing.ShouldBe([NoticeItems.PeopleCategories, NoticeItems.People, NoticeItems.RecordCategories, NoticeItems.Records, NoticeItems.Consequences]);

        // Sunday 22 November + four weeks, through 20 December: a Sunday too, and it does not move.
        (await shop.TaskAsync("breach-supplement")).DueBy.ShouldBe(Reports.At(2026, 12, 21, 0, 0));
        shop.Clock.Advance(Duration.FromDays(3));
        breach = await shop.Breaches().RecordNotificationAsync(id, new AuthorityNotification(
            new NoticeContent { Consequences = "Unwanted mail.", PeopleCategories = "customers", People = 28, NotPossible = [NoticeItems.RecordCategories] }, Reports.By));
        breach.Missing.ShouldBe([NoticeItems.Records]);
        (await shop.TaskAsync("breach-supplement")).DueBy.ShouldBe(Reports.At(2026, 12, 21, 0, 0));
        breach = await shop.Breaches().RecordNotificationAsync(id, new AuthorityNotification(new NoticeContent { Records = 0 }, Reports.By));

        breach.Missing.ShouldBeEmpty();
        breach.Notices.Count.ShouldBe(3);
        (await shop.OpenTasksAsync()).ShouldBe(["breach-describe"]);
    }

    [Theory]
    [InlineData(NoticeItems.Nature)]
    [InlineData(NoticeItems.Contact)]
    [InlineData(NoticeItems.Consequences)]
    [InlineData(NoticeItems.Measures)]
    [InlineData("weather")]
    public async Task Only_categories_and_numbers_may_be_impossible_to_give(string item)
    {
        await using var shop = Shop.Open();
        var id = await shop.AssessedAsync(BreachRisk.Risk);

        await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().RecordNotificationAsync(
            id, new AuthorityNotification(Reports.Everything() with { NotPossible = [item] }, Reports.By)));
    }

    [Fact]
    public async Task A_high_risk_is_told_to_every_person_affected_and_the_list_says_who_has_been_told()
    {
        await using var shop = Shop.Open();
        var id = await shop.AssessedAsync(BreachRisk.High);
        (await shop.TaskAsync("breach-decide-communication")).DueBy.ShouldBe(shop.Clock.GetCurrentInstant() + Duration.FromHours(48));
        var (first, second) = (await shop.PersonAsync("kept-1"), await shop.PersonAsync("kept-2"));
        await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().RecordToldAsync(id, [first], "letter", null, Reports.By));

        await shop.Breaches().DecideCommunicationAsync(id, new CommunicationDecision(Reports.By, "Two people only: no.") { Message = Reports.Message });
        (await shop.OpenTasksAsync()).ShouldContain("breach-tell-people");
        await shop.Breaches().AddAffectedAsync(id, [first, second, first], Reports.By);
        await shop.Breaches().AddAffectedAsync(id, [second], Reports.By);
        await shop.Breaches().RecordToldAsync(id, [second], "letter", null, Reports.By);

        (await shop.OpenTasksAsync()).ShouldContain("breach-tell-people");
        var people = await PeopleAsync(shop, id);
        people.Count.ShouldBe(2);
        people.Single(person => person.Subject == second).Channel.ShouldBe("letter");
        people.Single(person => person.Subject == first).ToldAt.ShouldBeNull();
        await shop.Breaches().RecordToldAsync(id, [first], "letter", null, Reports.By);
        (await shop.OpenTasksAsync()).ShouldNotContain("breach-tell-people");
    }

    [Fact]
    public async Task Nobody_is_told_of_a_high_risk_only_under_an_exception_with_its_reasons()
    {
        await using var shop = Shop.Open();
        var id = await shop.AssessedAsync(BreachRisk.High);
        var decision = new CommunicationDecision(Reports.By, "Nobody else could have seen it.") { Reasons = "The disk was encrypted, and the key is safe." };

        (await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().DecideCommunicationAsync(id, decision))).Message.ShouldContain("34(3)");
        await Should.ThrowAsync<InvalidBreachException>(
            () => shop.Breaches().DecideCommunicationAsync(id, decision with { Exception = CommunicationException.Unintelligible, Reasons = " " }));
        await Should.ThrowAsync<InvalidBreachException>(
            () => shop.Breaches().DecideCommunicationAsync(id, decision with { Exception = CommunicationException.Disproportionate }));
        var breach = await shop.Breaches().DecideCommunicationAsync(id, decision with { Exception = CommunicationException.Unintelligible });

        breach.Communication!.Exception.ShouldBe(CommunicationException.Unintelligible);
        (await shop.OpenTasksAsync()).ShouldBe(["breach-notify-authority", "breach-describe"], ignoreOrder: true);
    }

    [Fact]
    public async Task Where_telling_each_is_disproportionate_it_is_told_in_public()
    {
        await using var shop = Shop.Open();
        var id = await shop.AssessedAsync(BreachRisk.High);
        await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().RecordPublishedAsync(id, "On the web site.", null, Reports.By));

        await shop.Breaches().DecideCommunicationAsync(id, new CommunicationDecision(Reports.By, "Web site and two newspapers.")
        {
            Exception = CommunicationException.Disproportionate,
            Reasons = "No addresses of a million visitors.",
            PublicMessage = Reports.Message,
        });
        (await shop.OpenTasksAsync()).ShouldContain("breach-publish");
        await shop.Breaches().RecordPublishedAsync(id, "On the web site.", null, Reports.By);

        (await shop.OpenTasksAsync()).ShouldNotContain("breach-publish");
    }

    [Fact]
    public async Task A_high_risk_is_never_dealt_with_before_public_communication_was_considered()
    {
        await using var shop = Shop.Open();
        var id = await shop.AssessedAsync(BreachRisk.High);

        await Should.ThrowAsync<InvalidBreachException>(
            () => shop.Breaches().DecideCommunicationAsync(id, new CommunicationDecision(Reports.By, " ") { Message = Reports.Message }));
    }

    [Fact]
    public async Task Telling_nobody_of_an_ordinary_risk_has_to_be_decided_anew_when_the_risk_becomes_high()
    {
        await using var shop = Shop.Open();
        var id = await shop.AssessedAsync(BreachRisk.Risk);
        await shop.Breaches().DecideCommunicationAsync(id, new CommunicationDecision(Reports.By, "No.") { Reasons = "The risk is not high." });
        (await shop.OpenTasksAsync()).ShouldNotContain("breach-decide-communication");

        await shop.Breaches().AssessAsync(id, BreachRisk.High, null, Reports.By);

        (await shop.OpenTasksAsync()).ShouldContain("breach-decide-communication");
    }

    [Fact]
    public async Task A_processor_tells_each_controller_within_its_contract_and_notifies_nobody_else()
    {
        await using var shop = Shop.Open();
        var aware = shop.Clock.GetCurrentInstant();
        var breach = await shop.Breaches().RecordAsync(Reports.Lost(aware) with
        {
            Capacity = ProcessingCapacity.Processor,
            Controllers = [new BreachedController("client-a"), new BreachedController("client-b") { Hours = 4 }],
        });

        var duties = await shop.Breaches().DutiesAsync(breach.Id);
        duties.Where(duty => duty.Code == BreachDutyCodes.TellController).Select(duty => (duty.Key, duty.DueBy - aware)).ShouldBe(
            [("tell-controller/client-b", Duration.FromHours(4)), ("tell-controller/client-a", Duration.FromHours(24))]);
        shop.Breaches().ClockOf(breach).ShouldBeNull();
        await Should.ThrowAsync<InvalidBreachException>(
            () => shop.Breaches().RecordNotificationAsync(breach.Id, new AuthorityNotification(Reports.Everything(), Reports.By)));
        await shop.Breaches().RecordControllerToldAsync(breach.Id, "client-b", null, Reports.By);
        (await shop.OpenTasksAsync()).ShouldBe(["breach-tell-controller", "breach-describe"]);
        await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().RecordControllerToldAsync(breach.Id, "client-c", null, Reports.By));
        await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().RecordControllerToldAsync(breach.Id, "client-b", null, Reports.By));
    }

    [Fact]
    public async Task Clocks_of_other_laws_run_beside_and_none_stands_for_another()
    {
        await using var shop = Shop.Open();
        var aware = shop.Clock.GetCurrentInstant();
        var breach = await shop.Breaches().RecordAsync(Reports.Lost(aware) with { ParallelClocks = ["D-NIS2"] });
        (await KeysAsync()).ShouldBe(["parallel/D-NIS2/1", "assess", "parallel/D-NIS2/2", "notify-authority", "describe"], ignoreOrder: true);

        await shop.Breaches().RecordNotificationAsync(breach.Id, new AuthorityNotification(Reports.Everything(), Reports.By));
        (await KeysAsync()).ShouldContain("parallel/D-NIS2/2");
        await shop.Breaches().RecordParallelStepAsync(breach.Id, "D-NIS2", null, Reports.By);
        (await KeysAsync()).ShouldNotContain("parallel/D-NIS2/3");
        await shop.Breaches().RecordParallelStepAsync(breach.Id, "D-NIS2", null, Reports.By);

        // A month after the incident notification of Sunday 22 November.
        (await shop.Breaches().DutiesAsync(breach.Id)).Single(duty => duty.Key == "parallel/D-NIS2/3").DueBy.ShouldBe(Reports.At(2026, 12, 23, 0, 0));
        await shop.Breaches().RecordParallelStepAsync(breach.Id, "D-NIS2", null, Reports.By);
        await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().RecordParallelStepAsync(breach.Id, "D-NIS2", null, Reports.By));
        await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().RecordParallelStepAsync(breach.Id, "D-OTHER", null, Reports.By));

        async Task<string[]> KeysAsync() => [.. (await shop.Breaches().DutiesAsync(breach.Id)).Where(duty => duty.IsOpen).Select(duty => duty.Key)];
    }

    [Fact]
    public async Task A_false_alarm_is_closed_with_reasons_stays_on_record_and_leaves_nothing_to_do()
    {
        await using var shop = Shop.Open();
        var breach = await shop.Breaches().RecordAsync(Reports.Lost(shop.Clock.GetCurrentInstant()));

        await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().CloseAsFalseAlarmAsync(breach.Id, "", Reports.By));
        await shop.Breaches().CloseAsFalseAlarmAsync(breach.Id, "The laptop was in the car.", Reports.By);

        (await shop.Breaches().ListAsync()).ShouldHaveSingleItem().Phase.ShouldBe(BreachPhase.FalseAlarm);
        (await shop.OpenTasksAsync()).ShouldBeEmpty();
        await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().AssessAsync(breach.Id, BreachRisk.Risk, null, Reports.By));
        await shop.Breaches().ReopenAsync(breach.Id, "It was another car.", Reports.By);
        (await shop.Breaches().DutiesAsync(breach.Id)).Where(duty => duty.IsOpen).Select(duty => duty.Code).ShouldContain(BreachDutyCodes.NotifyAuthority);
    }

    [Fact]
    public async Task A_breach_is_closed_when_everything_that_it_made_due_is_done()
    {
        await using var shop = Shop.Open();
        var id = await shop.AssessedAsync(BreachRisk.Risk);
        var refused = await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().CloseAsync(id, Reports.By));
        refused.Message.ShouldContain("notify-authority");
        refused.Message.ShouldContain("describe");

        await shop.Breaches().RecordNotificationAsync(id, new AuthorityNotification(Reports.Everything(), Reports.By));
        await shop.Breaches().DescribeAsync(id, new BreachText { Effects = "None so far.", Measures = "Disks are encrypted now." }, Reports.By);
        var breach = await shop.Breaches().CloseAsync(id, Reports.By);

        breach.Phase.ShouldBe(BreachPhase.Closed);
        (await shop.OpenTasksAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_report_that_lacks_or_contradicts_something_is_refused_with_every_problem_at_once()
    {
        await using var shop = Shop.Open();
        var now = shop.Clock.GetCurrentInstant();

        var refused = await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().RecordAsync(new BreachReport(" ", Reports.By)
        {
            Controller = "nobody",
            Systems = ["erp"],
            DataSets = ["crm.everything"],
            ToldBy = "stranger",
            AwareAt = now + Duration.FromHours(1),
            OccurredFrom = now,
            OccurredUntil = now - Duration.FromHours(1),
            ParallelClocks = ["D-NONE"],
            Capacity = ProcessingCapacity.Processor,
        }));

        refused.Problems.Count.ShouldBe(10);
        refused.Code.ShouldBe("E-BREACH-02");
        (await shop.Breaches().ListAsync()).ShouldBeEmpty();
        (await Should.ThrowAsync<UnknownBreachException>(() => shop.Breaches().ReadAsync("none"))).Code.ShouldBe("E-BREACH-01");
    }

    [Fact]
    public async Task People_of_another_controller_are_never_put_on_the_list()
    {
        await using var shop = Shop.Open();
        var id = await shop.AssessedAsync(BreachRisk.High);
        var person = await shop.PersonAsync("kept-1");

        await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().AddAffectedAsync(id, [person with { Controller = "other" }], Reports.By));

        (await PeopleAsync(shop, id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task People_who_are_found_after_the_others_were_told_are_an_open_task_again()
    {
        await using var shop = Shop.Open();
        var id = await shop.AssessedAsync(BreachRisk.High);
        var (breaches, first, second) = (shop.Breaches(), await shop.PersonAsync("p1"), await shop.PersonAsync("p2"));
        await breaches.AddAffectedAsync(id, [first], Reports.By);
        await breaches.DecideCommunicationAsync(id, new CommunicationDecision(Reports.By, "No") { Message = Reports.Message });
        await breaches.RecordToldAsync(id, [first], "mail", null, Reports.By);
        (await shop.OpenTasksAsync()).ShouldNotContain("breach-tell-people");

        await breaches.AddAffectedAsync(id, [second], Reports.By);
        (await shop.OpenTasksAsync()).ShouldContain("breach-tell-people");

        await breaches.RecordToldAsync(id, [second], "mail", null, Reports.By);
        (await shop.OpenTasksAsync()).ShouldNotContain("breach-tell-people");
    }

    [Fact]
    public async Task A_false_alarm_that_is_opened_again_has_its_tasks_again()
    {
        await using var shop = Shop.Open();
        var breach = await shop.Breaches().RecordAsync(Reports.Lost(shop.Clock.GetCurrentInstant()));
        var before = await shop.OpenTasksAsync();
        before.ShouldNotBeEmpty();
        await shop.Breaches().CloseAsFalseAlarmAsync(breach.Id, "It was found.", Reports.By);
        (await shop.OpenTasksAsync()).ShouldBeEmpty();

        await shop.Breaches().ReopenAsync(breach.Id, "It was another laptop.", Reports.By);

        (await shop.OpenTasksAsync()).ShouldBe(before, ignoreOrder: true);
    }

    [Fact]
    public async Task A_breach_that_is_said_to_have_been_known_before_any_clock_ran_is_refused()
    {
        await using var shop = Shop.Open();
        await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().RecordAsync(Reports.Lost(Instant.MinValue)));
        (await shop.Breaches().ListAsync()).ShouldBeEmpty();

        var suspected = await shop.Breaches().RecordAsync(Reports.Lost());
        await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().EstablishAsync(suspected.Id, Instant.FromUtc(2016, 1, 1, 0, 0), Reports.By));
        await shop.Breaches().EstablishAsync(suspected.Id, shop.Clock.GetCurrentInstant(), Reports.By);
        await shop.Breaches().AssessAsync(suspected.Id, BreachRisk.High, null, Reports.By);
        await Should.ThrowAsync<InvalidBreachException>(() => shop.Breaches().DecideCommunicationAsync(
            suspected.Id, new CommunicationDecision(Reports.By, "No") { Message = Reports.Message, At = Instant.MinValue }));
        (await shop.Breaches().DutiesAsync(suspected.Id)).ShouldContain(duty => duty.IsOpen);
    }

    [Fact]
    public async Task A_breach_is_not_closed_over_somebody_who_is_found_at_that_moment()
    {
        await using var shop = Shop.Open();
        var (breaches, first, second) = (shop.Breaches(), await shop.PersonAsync("p1"), await shop.PersonAsync("p2"));
        for (var round = 0; round < 20; round++)
        {
            var id = await shop.AssessedAsync(BreachRisk.High);
            await breaches.RecordNotificationAsync(id, new AuthorityNotification(Reports.Everything(), Reports.By));
            await breaches.DescribeAsync(id, new BreachText { Effects = "None so far.", Measures = "Disks are encrypted now." }, Reports.By);
            await breaches.DecideCommunicationAsync(id, new CommunicationDecision(Reports.By, "No") { Message = Reports.Message });
            await breaches.RecordToldAsync(id, [first], "mail", null, Reports.By);

            await Task.WhenAll(TryAsync(() => breaches.CloseAsync(id, Reports.By)), TryAsync(() => breaches.AddAffectedAsync(id, [second], Reports.By)));

            var (breach, people) = (await breaches.ReadAsync(id), await PeopleAsync(shop, id));
            breach.IsOpen.ShouldBe(people.Any(person => person.ToldAt is null));
        }

        static async Task TryAsync(Func<Task<BreachState>> step)
        {
            await Task.Yield();
            await Record.ExceptionAsync(step);
        }
    }

    internal static async Task<IReadOnlyList<AffectedPerson>> PeopleAsync(Shop shop, string id)
    {
        var people = new List<AffectedPerson>();
        await foreach (var person in shop.Breaches().ReadPeopleAsync(id))
        {
            people.Add(person);
        }

        return people;
    }
}
