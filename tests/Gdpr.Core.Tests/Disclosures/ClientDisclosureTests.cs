using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using Gdpr.Time;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Disclosures;

/// <summary>A processor discloses its clients' data to sub-processors that each client has authorised, within its instruction, and to nobody else (Art. 28(2)–(4)).</summary>
public sealed class ClientDisclosureTests
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
    public async Task Of_a_general_authorisation_silence_until_the_agreed_day_authorises_and_an_objection_never_does()
    {
        await using var office = Open();
        var (changes, person) = (office.Get<SubProcessorChanges>(), await ClientAsync(office, General(CalendarPeriod.FromDays(10), "cooling")));
        (await CodesAsync(office, person)).ShouldBe(["sub-processor-not-authorised"], "who was never announced cannot be objected to");

        var change = await changes.AnnounceAsync(new SubProcessorNotice("hall", "customers") { Client = "acme" });

        change.ObjectBy.ShouldBe(new LocalDateTime(2026, 12, 3, 0, 0).InZoneStrictly(DateTimeZoneProviders.Tzdb["Europe/Stockholm"]).ToInstant());
        (await office.Get<HumanTasks>().ListOpenAsync()).ShouldHaveSingleItem().Controller.ShouldBe("acme");
        (await CodesAsync(office, person)).ShouldBe(["sub-processor-pending"]);
        office.Clock.Advance(change.ObjectBy - Office.Now);
        (await CodesAsync(office, person)).ShouldBeEmpty("it did not object");

        var again = await changes.AnnounceAsync(new SubProcessorNotice("hall", "customers") { Client = "acme" });
        await changes.ObjectAsync(again.Id, "Its halls are not guarded.", "client-lawyer");
        office.Clock.Advance(Duration.FromDays(100));
        var denied = await office.Disclosures.DiscloseAsync(Hall, person);
        denied.Reasons.ShouldHaveSingleItem().ShouldBe(new DisclosureReason("sub-processor-refused", "Art. 28(2)", "hall"));
    }

    [Fact]
    public async Task Of_a_specific_authorisation_silence_authorises_nobody_and_a_yes_does()
    {
        await using var office = Open();
        var (changes, person) = (office.Get<SubProcessorChanges>(), await ClientAsync(office, Specific("cooling")));
        var change = await changes.AnnounceAsync(new SubProcessorNotice("hall", "customers") { Client = "acme" });

        (await CodesAsync(office, person)).ShouldBe(["sub-processor-pending"]);
        office.Clock.Advance(change.ObjectBy - Office.Now);
        (await CodesAsync(office, person)).ShouldBe(["sub-processor-not-authorised"]);
        await changes.AcceptAsync(change.Id, "client-lawyer");
        (await CodesAsync(office, person)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_one_client_objects_to_stands_in_nobody_elses_way_and_what_the_organisation_objects_to_in_everybodys()
    {
        await using var office = Open();
        var changes = office.Get<SubProcessorChanges>();
        var (acme, other) = (await ClientAsync(office, General(null, "hall", "cooling")), await ClientAsync(office, General(null, "hall", "cooling"), "other"));
        office.Clock.Advance(Duration.FromDays(1));
        var change = await changes.AnnounceAsync(new SubProcessorNotice("hall", "customers") { Client = "acme" });
        await changes.ObjectAsync(change.Id, "Its halls are not guarded.", "client-lawyer");

        (await CodesAsync(office, acme)).ShouldBe(["sub-processor-refused"]);
        (await CodesAsync(office, other, Hall with { Controller = "other" })).ShouldBeEmpty();

        var own = await changes.AnnounceAsync(new SubProcessorNotice("hall", "operator"));
        await changes.ObjectAsync(own.Id, "It is in no country that we accept.", "lawyer");
        (await CodesAsync(office, other, Hall with { Controller = "other" })).ShouldBe(["sub-processor-refused"]);
    }

    [Fact]
    public async Task A_later_authorisation_says_everything_and_takes_back_what_it_does_not_name()
    {
        await using var office = Open();
        var (changes, clients, person) = (office.Get<SubProcessorChanges>(), office.Get<ProcessorClients>(), await ClientAsync(office, Specific("cooling")));
        var change = await changes.AnnounceAsync(new SubProcessorNotice("hall", "customers") { Client = "acme" });
        office.Clock.Advance(Duration.FromDays(1));
        await changes.ObjectAsync(change.Id, "Its halls are not guarded.", "client-lawyer");

        // On equality the restrictive one counts.
        await clients.AuthoriseAsync("acme", Specific("hall", "cooling"));
        (await CodesAsync(office, person)).ShouldBe(["sub-processor-refused"]);
        office.Clock.Advance(Duration.FromDays(1));
        await clients.AuthoriseAsync("acme", General(null, "hall", "cooling"));
        (await CodesAsync(office, person)).ShouldBeEmpty();

        var again = await changes.AnnounceAsync(new SubProcessorNotice("hall", "customers") { Client = "acme" });
        await changes.AcceptAsync(again.Id, "client-lawyer");
        (await CodesAsync(office, person)).ShouldBeEmpty();
        await clients.AuthoriseAsync("acme", General(null, "cooling"));
        (await CodesAsync(office, person)).ShouldBe(["sub-processor-not-authorised"]);
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

    [Fact]
    public async Task Authorisations_and_objections_outlive_the_expiry_of_the_journal_and_the_loss_of_every_state()
    {
        var world = new OfficeWorld();
        DataSubject person;
        await using (var office = Office.Open(world, Office.Policy(Policy)))
        {
            person = await ClientAsync(office, General(CalendarPeriod.FromDays(10), "hall", "cooling"));
            office.Clock.Advance(Duration.FromHours(1));
            var change = await office.Get<SubProcessorChanges>().AnnounceAsync(new SubProcessorNotice("hall", "customers") { Client = "acme" });
            await office.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
            office.Clock.Advance(Duration.FromDays(1));
            (await office.Get<JournalExpiry>().ExpireAsync(office.Clock.GetCurrentInstant(), CancellationToken.None)).ShouldNotBeNull();
            await office.Get<SubProcessorChanges>().ObjectAsync(change.Id, "Its halls are not guarded.", "client-lawyer");
        }

        world.States = new InMemoryStateStore();
        await using var next = Office.Open(world, Office.Policy(Policy));
        var known = (await next.Get<SubProcessorChanges>().ListAsync()).ShouldHaveSingleItem();
        (known.Client, known.Decision).ShouldBe(("acme", SubProcessorDecision.Refused));
        (await CodesAsync(next, person)).ShouldBe(["sub-processor-refused"]);
        (await CodesAsync(next, person, Hall with { Recipient = "cooling" })).ShouldBe(["sub-processor-refused"], "it is engaged through the one that was refused");
        var authorised = (await next.Get<ProcessorClients>().FindAsync("acme"))!.SubProcessors!;
        (authorised.Kind, authorised.Reference, authorised.Window).ShouldBe((SubProcessorAuthorisationKind.General, "§ 6", CalendarPeriod.FromDays(10)));
        authorised.Recipients.ShouldBe(["hall", "cooling"]);
    }

    [Fact]
    public async Task An_authorisation_that_names_nobody_known_or_stands_nowhere_is_refused()
    {
        await using var office = Open();
        await ClientAsync(office, null);
        var clients = office.Get<ProcessorClients>();

        foreach (var wrong in new[]
        {
            Specific("nobody"), Specific("police"), Specific("partner"), new(SubProcessorAuthorisationKind.General, " "), new((SubProcessorAuthorisationKind)7, "§ 6"),
            new(SubProcessorAuthorisationKind.General, "§ 6\u202e"), General(default(CalendarPeriod)),
        })
        {
            (await Should.ThrowAsync<ProcessorClientException>(() => clients.AuthoriseAsync("acme", wrong))).Code.ShouldBe("E-CLIENT-03");
            (await Should.ThrowAsync<ProcessorClientException>(() => clients.RegisterAsync(Acme with { Id = "new", SubProcessors = wrong }))).Code.ShouldBe("E-CLIENT-03");
        }

        (await Should.ThrowAsync<ProcessorClientException>(() => clients.AuthoriseAsync("nobody", Specific("hall")))).Code.ShouldBe("E-CLIENT-01");
        (await Should.ThrowAsync<SubProcessorException>(() => office.Get<SubProcessorChanges>().AnnounceAsync(
            new SubProcessorNotice("hall", "customers") { Client = "nobody" }))).Code.ShouldBe("E-DISC-03");
        (await clients.FindAsync("acme"))!.SubProcessors.ShouldBeNull();
    }

    [Fact]
    public async Task The_same_authorisation_again_changes_nothing()
    {
        await using var office = Open();
        await ClientAsync(office, null);
        var clients = office.Get<ProcessorClients>();
        var first = await clients.AuthoriseAsync("acme", Specific("hall"));
        office.Clock.Advance(Duration.FromDays(1));
        (await clients.AuthoriseAsync("acme", Specific("hall"))).Version.ShouldBe(first.Version);
        (await clients.AuthoriseAsync("acme", Specific("hall", "cooling"))).SubProcessors!.Recipients.ShouldBe(["hall", "cooling"]);
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
