using System.Text.Json.Nodes;
using Gdpr.Core.Tests.Disclosures;
using Gdpr.Disclosures;
using Gdpr.Disposal;
using Gdpr.Rights;
using Gdpr.Subjects;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>What is said of an erasure is so: what has gone, by whose hand, since when, and whom it was told.</summary>
public sealed class ErasureOutcomeTests
{
    [Fact]
    public async Task A_field_alone_is_erased_by_hand_and_its_purpose_goes_on_with_the_others()
    {
        // The contract ended a month ago: the purpose lives two months more.
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer("c1", new LocalDate(2026, 1, 2)));
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(
            DataSubjectRight.Erasure, subject, intake => intake with { Scope = new RequestScope { Fields = ["crm.customers.pnr"] } });
        var assessed = await world.Requests.AssessAsync(request.Id);
        assessed.Lines.ShouldAllBe(line => line.Reason == RightsReasons.SharedPurpose);
        await world.ResolveAllAsync(assessed, isGranted: true, "not-needed");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);

        await world.Requests.ExecuteAsync(request.Id);
        await world.PumpAsync();

        world.Data.Customers.Find("c1")!.Name.ShouldNotBeNull();
        (await world.StateAsync(subject)).Endings.ShouldBeEmpty();
        (await world.Tasks.ListOpenAsync()).Single(task => task.Kind == "erase-by-hand").Question!.ShouldContain("crm.customers.pnr");
        await world.CompleteAsync("erase-by-hand", "done");
        (await ItemAsync()).ShouldBe((ResultCode.NotReached, "by-hand"), "it is still there");
        (await world.Tasks.ListOpenAsync()).Single(task => task.Kind == "erase-by-hand").Reason.ShouldBe("still-there");

        world.Data.Customers.Put(world.Data.Customers.Find("c1")! with { Pnr = null });
        (await ItemAsync()).ShouldBe((ResultCode.Erased, null));
        var done = (await world.Requests.FindAsync(request.Id))!;
        (done.Outcome, done.Phase >= RequestPhase.Executed).ShouldBe((RequestOutcome.Granted, true));
        (await world.Requests.ComposeAnswerAsync(request.Id)).Content.Consequences.ShouldBeEmpty();

        async Task<(ResultCode, string?)> ItemAsync()
        {
            await world.PumpAsync();
            var item = (await world.Requests.FindAsync(request.Id))!.Results.ShouldHaveSingleItem().Items.ShouldHaveSingleItem();
            return (item.Code, item.Reason);
        }
    }

    [Fact]
    public async Task While_nothing_has_gone_nothing_is_called_gone_and_the_backups_count_from_the_day_on_which_it_went()
    {
        var policy = RightsWorld.PolicyWith(json =>
        {
            var fields = json["systems"]!["crm"]!["dataSets"]!["customers"]!["fields"]!;
            fields["name"] = JsonNode.Parse("""{ "category": "identity.name", "disposal": { "action": "anonymise", "strategy": "null" } }""");
            fields["pnr"] = JsonNode.Parse("""{ "category": "identity.national-number", "disposal": { "action": "anonymise", "strategy": "sever" } }""");
        });
        await using var world = RightsWorld.Open(
            new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer("c1", new LocalDate(2025, 3, 31)), policy: policy);
        await world.Get<KillSwitchControl>().TurnOnAsync("incident", RightsWorld.Officer);
        var request = await world.HandleAsync(DataSubjectRight.Erasure, await world.PersonAsync());

        world.Data.Customers.Find("c1")!.Name.ShouldNotBeNull();
        var stuck = request.Results.Single(result => result.DataSet == "crm.customers");
        stuck.Items.ShouldAllBe(item => item.Code == ResultCode.NotReached);
        stuck.BackupUntil.ShouldBeNull();

        world.Set(2026, 3, 20);
        await world.Get<KillSwitchControl>().TurnOffAsync(RightsWorld.Officer);
        var gone = (await world.Requests.ExecuteAsync(request.Id)).Results.Single(result => result.DataSet == "crm.customers");
        world.Data.Customers.Find("c1")!.Name.ShouldBeNull();
        gone.Items.ShouldContain(item => item.Code == ResultCode.Anonymised);
        gone.BackupUntil.ShouldBe(new LocalDate(2026, 4, 24), "35 days of backups");
    }

    [Fact]
    public async Task Another_persons_field_in_a_record_is_said_to_remain_and_never_to_be_empty()
    {
        var data = new RightsData();
        data.Tickets.Put(new Ticket("t1", "c1", "a1", "Marker-Text", "Marker-Agent", null));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var request = await world.ReceiveAsync(
            DataSubjectRight.Erasure, await world.PersonAsync(), intake => intake with { Scope = new RequestScope { Fields = ["desk.tickets.agent"] } });
        await world.ResolveAllAsync(await world.Requests.AssessAsync(request.Id), isGranted: true, "not-needed");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);

        var done = await world.Requests.ExecuteAsync(request.Id);

        data.Tickets.Find("t1")!.Agent.ShouldNotBeNull();
        var item = done.Results.ShouldHaveSingleItem().Items.ShouldHaveSingleItem();
        (string.Join(',', item.Fields), item.Code, item.Reason, item.Records).ShouldBe(("agent", ResultCode.Refused, RightsReasons.OtherPerson, 1));
        (await world.Tasks.ListOpenAsync()).ShouldNotContain(task => task.Kind == "erase-by-hand");
    }

    [Fact]
    public async Task What_could_not_be_erased_by_hand_stays_outstanding_with_the_reason_and_is_asked_for_again()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var request = await world.HandleAsync(
            DataSubjectRight.Erasure, await world.PersonAsync(), intake => intake with { Scope = new RequestScope { DataSets = ["paper.letters"] } });
        await world.CompleteAsync("erase-by-hand", "archive-is-flooded");

        var outstanding = await world.Requests.ExecuteAsync(request.Id);

        var item = outstanding.Results.ShouldHaveSingleItem().Items.ShouldHaveSingleItem();
        (item.Code, item.Reason, outstanding.Phase).ShouldBe((ResultCode.NotReached, "archive-is-flooded", RequestPhase.Decided));
        outstanding.Lines.ShouldHaveSingleItem().Task.ShouldBe((await world.Tasks.ListOpenAsync()).Single(task => task.Kind == "erase-by-hand").Id);
        outstanding.Results[0].Level.ShouldBe(ReceiptLevel.Requested);
        await world.CompleteAsync("erase-by-hand", "done");

        // Whoever did it says so: nobody can read it again.
        var done = (await world.Requests.ExecuteAsync(request.Id)).Results.ShouldHaveSingleItem();
        (done.Items.ShouldHaveSingleItem().Code, done.Level).ShouldBe((ResultCode.Erased, ReceiptLevel.Reported));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_has_to_be_weighed_once_its_source_is_back_is_weighed_after_the_decision_and_then_carried_out(bool isGranted)
    {
        var kept = ErasureTests.Past();
        kept.Tickets.Put(new Ticket("t1", "c1", null, "Marker-Text", null, new LocalDate(2026, 1, 10)));
        var desk = new SwitchedSource(kept.Desk) { IsDown = true };
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData { Instead = [kept.Crm, kept.Erp, desk] });
        var request = await world.HandleAsync(DataSubjectRight.Erasure, await world.PersonAsync());
        await ErasureTests.FinishPaperAsync(world, request);

        desk.IsDown = false;
        await world.PumpAsync(approve: false);
        var late = (await world.Requests.FindAsync(request.Id))!;
        var line = late.Lines.Single(one => one.Verdict == RightsVerdict.NeedsHuman);
        (line.Activity, late.Outcome, late.Phase).ShouldBe(("support", RequestOutcome.Partly, RequestPhase.Decided));
        (await world.Requests.ComposeAnswerAsync(request.Id)).Missing.ShouldBe(["desk.tickets"]);
        var decided = late.Lines.First(one => one.Activity == "delivery");
        (await Should.ThrowAsync<RequestException>(() => world.Requests.ResolveAsync(
            request.Id, decided.Id, isGranted: false, RightsReasons.Exception, RightsWorld.Officer))).Code.ShouldBe("E-DSR-12");

        await world.Requests.ResolveAsync(request.Id, line.Id, isGranted, "weighed", RightsWorld.Officer);
        await world.PumpAsync(approve: false);

        (kept.Tickets.Find("t1")?.Text is null).ShouldBe(isGranted);
        (await world.Tasks.ListOpenAsync()).ShouldNotContain(task => task.Id == line.Task);
        var done = (await world.Requests.FindAsync(request.Id))!;
        (done.Phase >= RequestPhase.Executed).ShouldBeTrue();
        (await world.AnswerAndCloseAsync(done)).Phase.ShouldBe(RequestPhase.Closed);
    }

    [Fact]
    public async Task What_was_granted_and_erased_is_not_refused_afterwards()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), ErasureTests.Past());
        var done = await world.HandleAsync(DataSubjectRight.Erasure, await world.PersonAsync());
        await RefusedAsync();

        var complained = await world.Requests.ComplainAsync(done.Id, RightsWorld.Officer);
        await world.Requests.AnswerComplaintAsync(done.Id, complained.Complaints[0].Id, isUpheld: true, RightsWorld.Officer);
        await RefusedAsync();

        async Task RefusedAsync() => (await Should.ThrowAsync<RequestException>(() =>
            world.Requests.RefuseAsync(done.Id, RightsReasons.ManifestlyUnfounded, RightsWorld.Officer, "Asked for every day."))).Code.ShouldBe("E-DSR-12");
    }

    [Fact]
    public async Task Recipients_are_told_at_once_of_what_has_gone_and_later_of_what_goes_later()
    {
        // The contract of one customer record is over, that of the order is not; the books are down.
        var data = ErasureTests.Past();
        data.Orders.Put(new Purchase("o1", "c1", "Marker-Street 1", null));
        data.ErpSwitch.IsDown = true;
        await using var world = RightsWorld.Open(
            new LocalDateTime(2026, 2, 2, 10, 0), data, services: services => services.AddSingleton<INotificationChannel>(new FakeChannel()));
        var subject = await world.PersonAsync();
        foreach (var (recipient, purpose, field) in new[] { ("cloud", "service-provision", "crm.customers.email"), ("printer", "order-handling", "crm.orders.address") })
        {
            await world.Get<DisclosureService>().RecordMadeAsync(
                new DisclosureRequest(recipient, purpose, field), [subject], world.Now - Duration.FromDays(1));
        }

        var request = await world.HandleAsync(DataSubjectRight.Erasure, subject);

        (await ToldAsync()).ShouldBe(["cloud"]);
        request.RecipientsToldAt.ShouldBeNull();
        data.ErpSwitch.IsDown = false;
        await ErasureTests.FinishPaperAsync(world, request);
        await world.PumpAsync(approve: false);
        (await world.Requests.FindAsync(request.Id))!.RecipientsToldAt.ShouldNotBeNull();
        (await ToldAsync()).ShouldBe(["cloud"]);

        data.Orders.Put(new Purchase("o1", "c1", "Marker-Street 1", new LocalDate(2026, 5, 4)));
        world.Set(2026, 5, 4, 18);
        await world.PumpAsync(approve: false);
        data.Orders.Find("o1").ShouldBeNull();
        (await ToldAsync()).ShouldBe(["cloud", "printer"]);

        async Task<IEnumerable<string>> ToldAsync() => (await world.Get<RecipientNotifications>().ReadForAsync(subject)).Select(told => told.Recipient);
    }
}
