using System.Text.Json;
using Gdpr.Consents;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>What a complaint that was right has decided anew is done anew, and what it has refused is not.</summary>
public sealed class DecidedAnewTests
{
    private static readonly LocalDateTime Morning = new(2026, 3, 10, 10, 0);

    [Fact]
    public async Task A_withdrawal_that_is_granted_after_a_complaint_takes_the_consent_back()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Withdrawal, subject, intake => intake with { Scope = new RequestScope { Purposes = ["personalisation"] } });
        request.Outcome.ShouldBe(RequestOutcome.NothingHeld);
        await world.AnswerAndCloseAsync(request);

        // The list of the old system comes in afterwards, with the consent that the person had taken back.
        await world.Get<ConsentImport>().ImportAsync(Old("personalisation"));
        (await world.StateAsync(subject)).ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Given);
        world.Set(2026, 3, 12);
        await UpholdAsync(world, request);
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        var done = await world.Requests.ExecuteAsync(request.Id);
        await world.PumpAsync();

        (done.Outcome, done.Phase).ShouldBe((RequestOutcome.Granted, RequestPhase.Executed));
        (await world.StateAsync(subject)).ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
    }

    [Fact]
    public async Task A_marketing_objection_that_is_granted_after_a_complaint_stops_marketing()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { IsMarketing = true });
        await world.AnswerAndCloseAsync(request);
        world.Clock.Advance(Duration.FromHours(1));

        // A wrong box at the counter: the person complains that letters come again.
        await world.Get<ConsentService>().GiveAsync(new ConsentGrant(
            subject, "direct-marketing", new ShownText("consent", "1", "en"), new ConsentAct(ConsentActKind.TickedBox, "web")));
        world.Set(2026, 3, 12);
        await UpholdAsync(world, request);
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        var done = await world.Requests.ExecuteAsync(request.Id);
        await world.PumpAsync();

        (done.Outcome, done.Phase).ShouldBe((RequestOutcome.Granted, RequestPhase.Executed));
        (await world.StateAsync(subject)).Objections.Any(one => one.Stands(world.Now) && one.IsTo("direct-marketing", isMarketing: true)).ShouldBeTrue("it was granted anew");
    }

    [Fact]
    public async Task What_erasure_had_missed_goes_when_a_complaint_about_it_was_right()
    {
        var data = new RightsData().Customer("c1", new LocalDate(2025, 1, 1)).Customer("c2", new LocalDate(2025, 1, 1));
        await using var world = RightsWorld.Open(Morning, data);
        var subject = await world.PersonAsync();
        var request = await world.HandleAsync(DataSubjectRight.Erasure, subject, intake => intake with { Scope = new RequestScope { DataSets = ["crm.customers"] } });
        data.Customers.Find("c1").ShouldBeNull();
        await world.AnswerAndCloseAsync(request);

        // The person has a second record, under an id that nobody had tied to them.
        await world.Directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("c1"), SubjectIdentifier.OfHost("c2")));
        world.Set(2026, 3, 12);
        await UpholdAsync(world, request);
        var assessed = await world.Requests.AssessAsync(request.Id);
        assessed.Lines.ShouldContain(line => line.Verdict == RightsVerdict.Granted && line.Records == 1);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        var done = await world.Requests.ExecuteAsync(request.Id);
        await world.PumpAsync();

        (done.Outcome, done.Phase).ShouldBe((RequestOutcome.Granted, RequestPhase.Executed));
        data.Customers.Find("c2").ShouldBeNull("the answer says that it was erased");
    }

    [Fact]
    public async Task A_rectification_that_is_granted_after_a_complaint_is_not_done_before_anything_was_corrected()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var request = await world.HandleAsync(DataSubjectRight.Rectification, await world.PersonAsync(), intake => intake with
        {
            Scope = new RequestScope { DataSets = ["crm.customers"] },
        });
        await world.Requests.RectifyAsync(request.Id,
            [new Correction("crm.customers", "c1", "name", JsonSerializer.SerializeToElement("Right-Name")) { IsDisputed = true }]);
        await world.Requests.ExecuteAsync(request.Id);
        await world.AnswerAndCloseAsync(request);
        world.Set(2026, 3, 12);
        await UpholdAsync(world, request);
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);

        var done = await world.Requests.ExecuteAsync(request.Id);

        done.Phase.ShouldBe(RequestPhase.Decided, "the name is still wrong, and nobody has corrected it since the complaint was upheld");
    }

    [Fact]
    public async Task What_was_granted_and_is_refused_after_a_complaint_is_not_erased()
    {
        var data = new RightsData().Customer();
        data.Tickets.Put(new Ticket("t1", "c1", null, "Marker-Text", null, new LocalDate(2026, 1, 1)));
        await using var world = RightsWorld.Open(Morning, data);
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, subject, intake => intake with { Scope = new RequestScope { DataSets = ["desk.tickets"] } });
        await world.ResolveAllAsync(await world.Requests.AssessAsync(request.Id), true, "no-interest");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.RecordAsync(subject, SubjectEntries.RestrictionPlaced, """{"id":"r-1","ground":"claims","dataSets":["desk.tickets"]}""");
        await world.Requests.ExecuteAsync(request.Id);
        await world.AnswerAndCloseAsync(request);
        var complained = await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer, "I need my tickets, I only meant the letters.");
        await world.Requests.AnswerComplaintAsync(request.Id, complained.Complaints[^1].Id, isUpheld: true, "management");
        var assessed = await world.Requests.AssessAsync(request.Id);
        foreach (var line in assessed.Lines.Where(line => line.Activity.Length > 0))
        {
            await world.Requests.ResolveAsync(request.Id, line.Id, isGranted: false, "not-meant", RightsWorld.Officer);
        }

        var decided = await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        decided.Outcome.ShouldBe(RequestOutcome.Refused);
        await world.Requests.ExecuteAsync(request.Id);
        await world.AnswerAndCloseAsync(request);
        await world.RecordAsync(subject, SubjectEntries.RestrictionLifted, """{"id":"r-1"}""");
        await world.PumpAsync();
        world.Set(2026, 3, 20);
        await world.PumpAsync();

        data.Tickets.Find("t1").ShouldNotBeNull("it was decided anew that it stays, and its time runs to 2028");
    }

    private static async IAsyncEnumerable<ImportedConsent> Old(string purpose)
    {
        await Task.Yield();
        yield return new ImportedConsent([SubjectIdentifier.OfHost("c1")], purpose, RightsWorld.At(2026, 1, 1), "old-system", "form");
    }

    private static async Task UpholdAsync(RightsWorld world, DataSubjectRequest request)
    {
        var complained = await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer, "It is still wrong.");
        await world.Requests.AnswerComplaintAsync(request.Id, complained.Complaints[^1].Id, isUpheld: true, "management");
    }

    /// <summary>Erasure of tickets is granted and waits behind a hold. The complaint is that something else was forgotten, and is right.</summary>
    [Fact]
    public async Task What_was_granted_is_not_used_again_because_a_complaint_about_the_rest_was_right()
    {
        var data = new RightsData().Customer("c1", new LocalDate(2025, 1, 1));
        data.Tickets.Put(new Ticket("t1", "c1", null, "Marker-Text", null, new LocalDate(2026, 1, 1)));
        await using var world = RightsWorld.Open(Morning, data);
        var subject = await world.PersonAsync();
        var hold = await world.Get<LegalHolds>().PlaceAsync(
            Disposal.Shop.Terms("desk.tickets") with { From = new LocalDate(2026, 1, 1), ReviewBy = new LocalDate(2026, 6, 1) });
        var request = await world.ReceiveAsync(
            DataSubjectRight.Erasure, subject, intake => intake with { Scope = new RequestScope { DataSets = ["desk.tickets", "crm.customers"] } });
        await world.ResolveAllAsync(await world.Requests.AssessAsync(request.Id), true, "no-interest");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.Requests.ExecuteAsync(request.Id);
        await world.AnswerAndCloseAsync(await world.Requests.ExecuteAsync(request.Id));
        (await AskAsync()).ShouldNotBeEmpty("erasure was granted and waits for the end of the hold");

        var complained = await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer, "My address is still there.");
        (await AskAsync()).ShouldNotBeEmpty();
        await world.Requests.AnswerComplaintAsync(request.Id, complained.Complaints[^1].Id, isUpheld: true, "management");

        (await AskAsync()).ShouldNotBeEmpty("the person was told that the purpose ended, and was right to complain of the rest");
        (await world.StateAsync(subject)).Endings.Where(one => one.DataSets.Contains("desk.tickets")).ShouldHaveSingleItem().IsInDoubt.ShouldBeTrue();

        // What is decided anew takes its place at once, and is carried out.
        await world.ResolveAllAsync(await world.Requests.AssessAsync(request.Id), true, "no-interest");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.Requests.ExecuteAsync(request.Id);
        var ending = (await world.StateAsync(subject)).Endings.Where(one => one.DataSets.Contains("desk.tickets")).ShouldHaveSingleItem();
        (ending.IsInDoubt, ending.Id.Contains(complained.Complaints[^1].Id, StringComparison.Ordinal)).ShouldBe((false, true));
        (await AskAsync()).ShouldNotBeEmpty();
        await world.Get<LegalHolds>().ReleaseAsync(hold.Id, RightsWorld.Officer);
        world.Set(2026, 3, 20);
        await world.PumpAsync();
        data.Tickets.Find("t1").ShouldBeNull();

        async Task<IEnumerable<string>> AskAsync() => (await world.Get<IProcessingGate>().DecideAsync(
            new ProcessingRequest(subject, "customer-support") { Data = ["desk.tickets.text"] })).Reasons.Select(reason => reason.Code)
            .Where(code => code != ProcessingReasons.ActorUnknown).ToArray();
    }

    /// <summary>Erased, answered and closed; a part is kept by law. Whoever complains later cannot show who they are.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_an_erasure_ended_that_was_answered_does_not_count_again_because_a_complaint_is_given_up(bool isUpheld)
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer("c1", new LocalDate(2025, 3, 1)), policy: RightsWorld.PolicyWith(json =>
            json["activities"]!["ledger"] = System.Text.Json.Nodes.JsonNode.Parse("""
                { "purpose": "accounting", "basis": { "legalObligation": { "law": "SFS 1999:1078 7:2" } }, "data": ["crm.customers.name"],
                  "retention": { "keep": "P7Y", "after": "created", "law": "SFS 1999:1078 7:2" } }
                """)));
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "direct-marketing", RightsWorld.At(2026, 1, 5));
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, subject);
        await world.ResolveAllAsync(await world.Requests.AssessAsync(request.Id), true, "no-interest");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.Requests.ExecuteAsync(request.Id);
        await world.CompleteAsync("erase-by-hand", "nothing-held");
        await world.AnswerAndCloseAsync(await world.Requests.ExecuteAsync(request.Id));
        world.Data.Customers.Find("c1")!.Email.ShouldBeNull();
        (await world.StateAsync(subject)).ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Withdrawn);

        world.Set(2026, 4, 20);
        var complained = await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer, "There is more.");
        await world.Requests.AnswerComplaintAsync(request.Id, complained.Complaints[^1].Id, isUpheld, "management");
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        world.Set(2026, 9, 1);
        await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);

        var state = await world.StateAsync(subject);
        state.Objections.Any(one => one.Stands(world.Now) && one.IsTo("direct-marketing", isMarketing: true))
            .ShouldBeTrue("the person was identified, and told in March that no marketing comes any more");
        state.ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
    }

    /// <summary>Erasure waits, was answered and closed. Whoever complains later is not right, and does not show who they are.</summary>
    [Fact]
    public async Task What_waits_goes_when_it_can_though_a_complaint_that_was_rejected_is_given_up()
    {
        var data = new RightsData().Customer();
        data.Tickets.Put(new Ticket("t1", "c1", null, "Marker-Text", null, new LocalDate(2026, 1, 1)));
        await using var world = RightsWorld.Open(Morning, data);
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Erasure, subject, intake => intake with { Scope = new RequestScope { DataSets = ["desk.tickets"] } });
        await world.ResolveAllAsync(await world.Requests.AssessAsync(request.Id), true, "no-interest");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.RecordAsync(subject, SubjectEntries.RestrictionPlaced, """{"id":"r-1","ground":"claims","dataSets":["desk.tickets"]}""");
        await world.Requests.ExecuteAsync(request.Id);
        await world.AnswerAndCloseAsync(request);
        world.Set(2026, 4, 20);
        var complained = await world.Requests.ComplainAsync(request.Id, RightsWorld.Officer, "There is more.");
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
        await world.Requests.AnswerComplaintAsync(request.Id, complained.Complaints[^1].Id, isUpheld: false, "management");
        world.Set(2026, 9, 1);
        await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);
        await world.PumpAsync();
        data.Tickets.Find("t1").ShouldNotBeNull("it is restricted for claims");

        await world.RecordAsync(subject, SubjectEntries.RestrictionLifted, """{"id":"r-1"}""");
        world.Set(2026, 9, 20);
        await world.PumpAsync();
        await world.PumpAsync();

        data.Tickets.Find("t1").ShouldBeNull("it was granted to somebody who was identified, and told so");
        (await world.Requests.ListActiveAsync()).ShouldBeEmpty();
    }

    /// <summary>Erasure waits behind a restriction; the complaint is right, and the source cannot be reached when it is decided anew.</summary>
    [Fact]
    public async Task What_was_granted_is_not_used_again_while_what_is_decided_anew_cannot_be_reached()
    {
        var data = new RightsData().Customer("c1", new LocalDate(2025, 1, 1));
        data.Invoices.Put(new Invoice("i1", "c1", "Marker-Name", "100", new LocalDate(2026, 1, 2)));
        await using var world = RightsWorld.Open(Morning, data, policy: RightsWorld.PolicyWith(json =>
            json["activities"]!["books"] = System.Text.Json.Nodes.JsonNode.Parse("""
                { "purpose": "customer-support", "basis": { "legitimateInterest": { "interest": { "en": "Good help" }, "assessment": "lia" } },
                  "data": ["erp.invoices"], "retention": { "keep": "P24M", "after": "booked" } }
                """)));
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(
            DataSubjectRight.Erasure, subject, intake => intake with { Scope = new RequestScope { DataSets = ["erp.invoices", "crm.customers"] } });
        await world.ResolveAllAsync(await world.Requests.AssessAsync(request.Id), true, "no-interest");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.RecordAsync(subject, SubjectEntries.RestrictionPlaced, """{"id":"r-1","ground":"claims","dataSets":["erp.invoices"]}""");
        await world.Requests.ExecuteAsync(request.Id);
        await world.AnswerAndCloseAsync(await world.Requests.ExecuteAsync(request.Id));
        world.Set(2026, 3, 12);
        await UpholdAsync(world, request);
        data.ErpSwitch.IsDown = true;
        await world.ResolveAllAsync(await world.Requests.AssessAsync(request.Id), true, "no-interest");
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.Requests.ExecuteAsync(request.Id);

        var waiting = (await world.StateAsync(subject)).Endings.Where(one => one.DataSets.Contains("erp.invoices")).ShouldHaveSingleItem();
        (waiting.IsDone, waiting.IsInDoubt).ShouldBe((false, true), "nothing has been decided of it anew");
        (await world.Tasks.ListOpenAsync()).ShouldNotContain(task => task.Kind == RightsTasks.TellApart, "what is decided anew takes its place");

        // When it is reached, it is decided, and takes the place of the first.
        data.ErpSwitch.IsDown = false;
        await world.Requests.ExecuteAsync(request.Id);
        await world.ResolveAllAsync((await world.Requests.FindAsync(request.Id))!, true, "no-interest");
        await world.Requests.ExecuteAsync(request.Id);
        var anew = (await world.StateAsync(subject)).Endings.Where(one => one.DataSets.Contains("erp.invoices")).ShouldHaveSingleItem();
        (anew.IsInDoubt, anew.Id == waiting.Id).ShouldBe((false, false));
        await world.RecordAsync(subject, SubjectEntries.RestrictionLifted, """{"id":"r-1"}""");
        world.Set(2026, 3, 20);
        await world.PumpAsync();
        data.Invoices.Find("i1").ShouldBeNull();
    }
}
