using Gdpr.Breaches;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Subjects;
using Gdpr.Time;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Disclosures;

/// <summary>A processor discloses its clients' data to sub-processors that each client has authorised, within its instruction, and to nobody else (Art. 28(2)–(4)).</summary>
public sealed partial class ClientDisclosureTests
{
    private const string Policy = """
        /systems/hosted = { "dataSets": { "content": { "subject": "customer", "origins": "form", "triggers": { "ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name", "phone": "contact.phone" } } } }
        /agreements/customers = { "title": "Customers", "kind": "withController", "from": "2026-01-01", "clauses": { "instructions": "3", "confidentiality": "4", "security": "5", "subProcessors": "6", "requests": "7", "assistance": "8", "end": "9", "audits": "10" }, "terms": { "subject": "Hosting", "duration": "Until ended", "byInstruction": true } }
        /recipients/hall = { "name": "Hall AB", "kind": "processor", "country": "SE", "agreement": "operator", "requiredControls": ["encryption"] }
        /recipients/cooling = { "name": "Cooling AB", "kind": "subProcessor", "country": "SE", "agreement": "operator", "engagedBy": "hall", "requiredControls": ["encryption"] }
        /activities/hosting = { "purpose": "hosting", "capacity": "processor", "agreement": "customers", "data": ["hosted.content"], "retention": { "keep": "P3M", "after": "ended" }, "recipients": [ { "recipient": "hall", "data": ["hosted.content.phone"] }, { "recipient": "cooling", "data": ["hosted.content.phone"] }, { "recipient": "partner", "data": ["hosted.content.phone"] }, { "recipient": "police", "data": ["hosted.content.phone"] } ] }
        """;

    private static readonly DisclosureRequest Hall = new("hall", "hosting", "hosted.content.phone") { Controller = "acme" };

    private static readonly ClientRegistration Acme = new("acme", "Acme AB", "agreement-17", new LocalDate(2026, 1, 1))
    {
        Instruction = new ClientInstruction("7", new LocalDate(2026, 1, 1)) { Activities = ["hosting"], Categories = ["contact.phone"], Subjects = ["customer"] },
    };

    [Fact]
    public async Task What_a_client_has_authorised_is_disclosed_and_stands_in_that_clients_log_alone()
    {
        await using var office = Open();
        var person = await ClientAsync(office, Specific("hall", "cooling"));
        var (other, own) = (await ClientAsync(office, Specific("hall", "cooling"), "other"), await office.PersonAsync("u"));

        var decision = await office.Disclosures.DiscloseAsync(Hall, person);

        decision.IsAllowed.ShouldBeTrue(string.Join(", ", decision.Reasons));
        (decision.Basis, decision.Instruction, decision.Agreement, decision.Activity).ShouldBe((null, "7", "operator", "hosting"));
        var line = (await office.Log.ReadForAsync(person)).ShouldHaveSingleItem();
        (line.Recipient, line.Purpose, line.Instruction, line.Basis).ShouldBe(("hall", "hosting", "7", null));
        line.Fields.ShouldBe(["hosted.content.phone"]);
        (await office.EntriesAsync()).Single(entry => entry.Content.Type == "disclosed").Content.Controller.ShouldBe("acme");
        (await office.Log.ReadForAsync(other)).ShouldBeEmpty();
        (await office.Log.ReadForAsync(own)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nobody_is_authorised_of_whom_the_client_has_said_nothing()
    {
        await using var office = Open();
        var person = await ClientAsync(office, null);

        var decision = await office.Disclosures.DiscloseAsync(Hall, person);

        decision.Outcome.ShouldBe(DisclosureOutcome.Denied);
        decision.Reasons.ShouldContain(new DisclosureReason("sub-processor-not-authorised", "Art. 28(2)", "hall"));
        (await office.Log.ReadForAsync(person)).ShouldBeEmpty();
        (await office.EntriesAsync()).Single(entry => entry.Content.Type == "disclosure-denied").Content.Controller.ShouldBe("acme");
    }

    [Fact]
    public async Task What_the_instruction_does_not_cover_is_not_disclosed_to_whoever_is_authorised()
    {
        await using var office = Open("""
            /activities/hosting/recipients/0/data = ["hosted.content"]
            /agreements/operator/terms/categories = ["contact.phone", "identity.name"]
            """);
        var person = await ClientAsync(office, Specific("hall", "cooling"));

        (await CodesAsync(office, person, Hall with { Data = ["hosted.content.name"] })).ShouldBe(["category-outside-instruction"]);
        (await CodesAsync(office, person)).ShouldBeEmpty();
        await office.Get<ProcessorClients>().InstructAsync("acme", Acme.Instruction! with { Version = "8", Until = new LocalDate(2026, 11, 21) });
        (await CodesAsync(office, person)).ShouldBe(["outside-instruction"]);
        await office.Get<ProcessorClients>().EndAsync("acme", new LocalDate(2026, 11, 21));
        (await CodesAsync(office, person)).ShouldContain("no-agreement");
    }

    [Fact]
    public async Task Nothing_crosses_from_a_client_to_another_or_to_the_organisation()
    {
        await using var office = Open();
        var (acme, other, own) = (await ClientAsync(office, Specific("hall", "cooling")), await ClientAsync(office, Specific(), "other"), await office.PersonAsync("u"));

        (await CodesAsync(office, other)).ShouldContain("other-controller");
        (await CodesAsync(office, own)).ShouldContain("other-controller");
        (await CodesAsync(office, acme, Hall with { Controller = null })).ShouldBe(["other-controller", "no-client", "other-controller"]);
        (await CodesAsync(office, acme, Hall with { Controller = "other" })).ShouldContain("sub-processor-not-authorised");
        await Should.ThrowAsync<UnknownControllerException>(() => office.Disclosures.DiscloseAsync(Hall with { Controller = "nobody" }, acme));
        (await CodesAsync(office, own, new DisclosureRequest("sms", "service-provision", "crm.customers.phone"))).ShouldBeEmpty();
        (await CodesAsync(office, acme, new DisclosureRequest("sms", "service-provision", "crm.customers.phone") { Controller = "acme" }))
            .ShouldContain("other-controller");
        (await office.Log.ReadForAsync(acme)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("partner")]
    [InlineData("police")]
    public async Task To_another_controller_or_an_authority_the_client_discloses_itself(string recipient)
    {
        await using var office = Open("""
            /agreements/partner/terms/categories = ["contact.phone"]
            """);
        var person = await ClientAsync(office, Specific("hall", "cooling"));

        var decision = await office.Disclosures.DiscloseAsync(
            Hall with { Recipient = recipient, Authority = new AuthorityDecision("SFS 1942:740", "K 1") }, person);

        decision.Reasons.ShouldHaveSingleItem().ShouldBe(new DisclosureReason("other-controller", "Art. 28(3)(a)", recipient));
    }

    [Fact]
    public async Task Whoever_a_sub_processor_hands_on_to_must_be_authorised_too_and_one_only_announced_stops_nothing()
    {
        await using var office = Open();
        var (changes, person) = (office.Get<SubProcessorChanges>(), await ClientAsync(office, Specific("hall")));

        var decision = await office.Disclosures.DiscloseAsync(Hall, person);
        decision.Reasons.ShouldHaveSingleItem().ShouldBe(new DisclosureReason("sub-processor-not-authorised", "Art. 28(2)", "cooling"));
        (await CodesAsync(office, person, Hall with { Recipient = "cooling" })).ShouldBe(["sub-processor-not-authorised"]);

        var change = await changes.AnnounceAsync(new SubProcessorNotice("cooling", "customers") { Client = "acme" });
        var announced = await office.Disclosures.DiscloseAsync(Hall, person);
        announced.IsAllowed.ShouldBeTrue(string.Join(", ", announced.Reasons));
        announced.Remarks.ShouldContain(new DisclosureReason("sub-processor-pending", "Art. 28(2)", "cooling"));
        (await CodesAsync(office, person, Hall with { Recipient = "cooling" })).ShouldBe(["sub-processor-pending"]);
        await changes.ObjectAsync(change.Id, "It has shown nothing.", "client-lawyer");
        (await CodesAsync(office, person)).ShouldBe(["sub-processor-refused"]);
    }

    [Fact]
    public async Task The_whole_chain_must_be_authorised_and_bound()
    {
        await using var office = Open("""
            /agreements/hall = { "title": "Hall", "kind": "withProcessor", "from": "2026-01-01", "until": "2026-11-21", "clauses": { "instructions": "3", "confidentiality": "4", "security": "5", "subProcessors": "6", "requests": "7", "assistance": "8", "end": "9", "audits": "10" }, "terms": { "subject": "Hosting", "duration": "Until ended", "byInstruction": true } }
            /recipients/hall/agreement = "hall"
            """);
        var person = await ClientAsync(office, Specific("cooling"));

        var decision = await office.Disclosures.DiscloseAsync(Hall with { Recipient = "cooling" }, person);

        decision.Reasons.ShouldBe(
        [
            new DisclosureReason("agreement-not-in-force", "Art. 28(3)", "hall"),
            new DisclosureReason("sub-processor-not-authorised", "Art. 28(2)", "hall"),
        ]);
    }

    [Fact]
    public async Task A_sub_processor_is_told_of_what_becomes_of_a_clients_data()
    {
        var channel = new FakeChannel();
        await using var office = Office.Open(policy: Office.Policy(Policy), before: services => services.AddSingleton<INotificationChannel>(channel));
        var person = await ClientAsync(office, Specific("hall", "cooling"));
        await office.Disclosures.DiscloseAsync(Hall, person);

        var told = (await office.Get<RecipientNotifications>().NotifyAsync(person, new RecipientNotice(RecipientNoticeKind.Erased, "instruction-1")
        {
            Identities = [new PersonIdentity(PersonIdentity.NativeId, "u")],
        })).ShouldHaveSingleItem();

        (told.Recipient, told.Controller).ShouldBe(("hall", "acme"));
    }

    [Fact]
    public async Task A_breach_at_a_sub_processor_reaches_those_of_each_client_whose_data_it_got_and_nobody_elses()
    {
        await using var office = Open();
        var (acme, other) = (await ClientAsync(office, Specific("hall", "cooling")), await ClientAsync(office, Specific("hall", "cooling"), "other"));
        await ClientAsync(office, Specific("hall", "cooling"), "third");
        await office.Disclosures.DiscloseAsync(Hall, acme);
        await office.Disclosures.DiscloseAsync(Hall with { Controller = "other" }, other);
        var breaches = office.Get<BreachRegister>();

        var scope = await breaches.ScopeAsync(new BreachScopeQuery { Controller = "acme", Recipients = ["hall"] });

        scope.Subjects.ShouldBe([acme]);
        scope.DataSets.ShouldHaveSingleItem().Path.ShouldBe("hosted.content");
        (await breaches.ScopeAsync(new BreachScopeQuery { Controller = "other", Recipients = ["hall"] })).Subjects.ShouldBe([other]);
        (await breaches.ScopeAsync(new BreachScopeQuery { Controller = "third", Recipients = ["hall"] })).Subjects.ShouldBeEmpty();
        (await breaches.ScopeAsync(new BreachScopeQuery { Recipients = ["hall"] })).Subjects.ShouldBeEmpty();
        await Should.ThrowAsync<InvalidBreachException>(() => breaches.ScopeAsync(new BreachScopeQuery { Controller = "acme", DataSets = ["hosted.content"] }));
        await Should.ThrowAsync<InvalidBreachException>(
            () => breaches.ScopeAsync(new BreachScopeQuery { Controller = "acme", Recipients = ["hall"], DataSets = ["crm.customers"] }));
        await Should.ThrowAsync<UnknownControllerException>(() => breaches.ScopeAsync(new BreachScopeQuery { Controller = "nobody", Recipients = ["hall"] }));
    }

    [Fact]
    public async Task Of_several_activities_with_the_purpose_the_one_that_is_instructed_discloses()
    {
        await using var office = Open("""
            /activities/aaa-other-hosting = { "purpose": "hosting", "capacity": "processor", "agreement": "customers", "data": ["hosted.content"], "retention": { "keep": "P3M", "after": "ended" }, "recipients": [ { "recipient": "hall", "data": ["hosted.content.phone"] } ] }
            """);
        var person = await ClientAsync(office, Specific("hall", "cooling"));

        var decision = await office.Disclosures.DiscloseAsync(Hall, person);

        (decision.IsAllowed, decision.Activity).ShouldBe((true, "hosting"));
        await office.Get<ProcessorClients>().InstructAsync("acme", Acme.Instruction! with { Version = "8", Activities = ["aaa-other-hosting"] });
        (await office.Disclosures.DiscloseAsync(Hall, person)).Activity.ShouldBe("aaa-other-hosting");
    }

    [Fact]
    public async Task What_was_disclosed_already_is_on_the_clients_record_with_what_stood_against_it()
    {
        await using var office = Open();
        var person = await ClientAsync(office, null);

        await office.Disclosures.RecordMadeAsync(Hall, [person], Office.Now - Duration.FromHours(1));

        (await office.Log.ReadForAsync(person)).ShouldHaveSingleItem().Against.ShouldContain("sub-processor-not-authorised");
    }

    private static Office Open(string more = "") => Office.Open(policy: Office.Policy($"{Policy}\n{more}"));

    private static SubProcessorAuthorisation Specific(params string[] recipients) => new(SubProcessorAuthorisationKind.Specific, "§ 6") { Recipients = recipients };

    private static SubProcessorAuthorisation General(CalendarPeriod? window, params string[] recipients) =>
        new(SubProcessorAuthorisationKind.General, "§ 6") { Recipients = recipients, Window = window };

    /// <summary>Somebody of a client's.</summary>
    private static async Task<DataSubject> ClientAsync(Office office, SubProcessorAuthorisation? authorisation, string id = "acme")
    {
        await office.Get<ProcessorClients>().RegisterAsync(Acme with { Id = id, SubProcessors = authorisation });
        return await office.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("u")) { Controller = id });
    }

    private static async Task<IReadOnlyList<string>> CodesAsync(Office office, DataSubject person, DisclosureRequest? request = null)
    {
        var decision = await office.Disclosures.DiscloseAsync(request ?? Hall, person);
        decision.IsAllowed.ShouldBe(decision.Reasons.Count == 0);
        return [.. decision.Reasons.Select(reason => reason.Code)];
    }
}
