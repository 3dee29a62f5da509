using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Processing;

/// <summary>Clients for whom the organisation is the processor: within agreement and instruction, and never across.</summary>
public sealed class ProcessorClientTests
{
    private static readonly ClientInstruction Instruction = new("1", new LocalDate(2026, 1, 1)) { Activities = ["hosting"], Categories = ["hosted.content"], Subjects = ["third-party"] };
    private static readonly ClientRegistration Acme = new("acme", "Marker Sole Trader", "agreement-17", new LocalDate(2026, 1, 1)) { Contact = "marker@acme.example", Instruction = Instruction };

    [Fact]
    public async Task Within_agreement_and_instruction_a_clients_data_is_processed_and_what_people_ask_is_handed_to_the_client()
    {
        await using var office = Host();
        await office.Get<ProcessorClients>().RegisterAsync(Acme);
        var person = await PersonAsync(office, "acme");

        var decision = await office.AskAsync(person, "hosting");

        decision.IsAllowed.ShouldBeTrue(decision.ToString());
        decision.Bases.ShouldBe([new CarryingBasis("hosting", "hosted.content", null, "1")]);
        decision.ForwardToController.ShouldBe("acme");
        (await office.AskAsync(person, "service-provision")).Reasons.Select(reason => reason.Code).ShouldContain(ProcessingReasons.OutsideInstruction);
    }

    [Fact]
    public async Task Nothing_crosses_from_one_controller_to_another()
    {
        await using var office = Host();
        var clients = office.Get<ProcessorClients>();
        await clients.RegisterAsync(Acme);
        await clients.RegisterAsync(Acme with { Id = "other" });
        var (acme, other, own) = (await PersonAsync(office, "acme"), await PersonAsync(office, "other"), await office.PersonAsync("the-same"));

        new[] { acme.Key, other.Key, own.Key }.Distinct().Count().ShouldBe(3, "the same identifier is another person with each controller");
        var use = await office.Gate.PrepareAsync(new ProcessingRequest(acme, "hosting"));
        office.Gate.Decide(new ProcessingQuestion(use), await office.Gate.StandingAsync(acme), Office.Now).IsAllowed.ShouldBeTrue();
        foreach (var foreign in new[] { other, own, new DataSubject("other", acme.Key) })
        {
            office.Gate.Decide(new ProcessingQuestion(use), await office.Gate.StandingAsync(foreign), Office.Now).Reasons.Select(reason => reason.Code)
                .ShouldBe([ProcessingReasons.OtherController]);
        }

        (await office.AskAsync(own, "hosting")).Reasons.Select(reason => reason.Code).ShouldBe([ProcessingReasons.NoClient]);
        (await office.AskAsync(new DataSubject("nobody", acme.Key), "hosting")).Reasons.Select(reason => reason.Code)
            .ShouldBe([ProcessingReasons.ControllerUnknown, ProcessingReasons.PersonUnknown]);
        await Should.ThrowAsync<UnknownControllerException>(() => PersonAsync(office, "nobody"));
    }

    [Theory]
    [InlineData("2025-12-31", false, ProcessingReasons.NoAgreement)]
    [InlineData("2026-01-01", true, "")]
    [InlineData("2026-11-30", true, "")]
    [InlineData("2026-12-01", false, ProcessingReasons.OutsideInstruction)]
    [InlineData("2027-01-01", false, ProcessingReasons.NoAgreement)]
    public async Task Outside_the_days_of_agreement_and_instruction_nothing_is_processed(string today, bool isAllowed, string reason)
    {
        await using var office = Host();
        await office.Get<ProcessorClients>().RegisterAsync(
            Acme with { Until = new LocalDate(2026, 12, 31), Instruction = Instruction with { Until = new LocalDate(2026, 11, 30) } });
        var person = await PersonAsync(office, "acme");
        var noon = NodaTime.Text.LocalDatePattern.Iso.Parse(today).Value.At(new LocalTime(12, 0)).InUtc().ToInstant();

        var decision = office.Gate.Decide(new ProcessingQuestion(await office.Gate.PrepareAsync(new ProcessingRequest(person, "hosting"))), await office.Gate.StandingAsync(person), noon);

        decision.IsAllowed.ShouldBe(isAllowed);
        if (!isAllowed)
        {
            decision.Reasons.Select(one => one.Code).ShouldContain(reason);
        }
    }

    [Fact]
    public async Task A_new_instruction_replaces_the_one_before_with_the_next_call_and_categories_and_people_beyond_it_are_denied()
    {
        await using var office = Host();
        var clients = office.Get<ProcessorClients>();
        await clients.RegisterAsync(Acme with { Instruction = null });
        var person = await PersonAsync(office, "acme");
        (await office.AskAsync(person, "hosting")).Reasons.Select(reason => reason.Code).ShouldBe([ProcessingReasons.OutsideInstruction]);

        await clients.InstructAsync("acme", Instruction);
        (await office.AskAsync(person, "hosting")).IsAllowed.ShouldBeTrue();

        await clients.InstructAsync("acme", Instruction with { Version = "2", Categories = ["identity.name"], Subjects = ["customer"] });
        (await office.AskAsync(person, "hosting")).Reasons.Select(reason => reason.ToString()).ShouldBe(
            ["category-outside-instruction hosting hosted.content hosted.content", "subject-outside-instruction hosting hosted.content third-party"]);
    }

    [Fact]
    public async Task An_agreement_that_ends_ends_the_processing_after_its_last_day()
    {
        await using var office = Host();
        var clients = office.Get<ProcessorClients>();
        await clients.RegisterAsync(Acme);
        var person = await PersonAsync(office, "acme");

        (await clients.EndAsync("acme", new LocalDate(2026, 11, 22))).Until.ShouldBe(new LocalDate(2026, 11, 22));
        (await office.AskAsync(person, "hosting")).IsAllowed.ShouldBeTrue();
        office.Clock.Advance(Duration.FromHours(11));
        (await office.AskAsync(person, "hosting")).Reasons.Select(reason => reason.Code).ShouldBe([ProcessingReasons.NoAgreement]);
    }

    [Fact]
    public async Task Registering_twice_changes_nothing_and_other_terms_under_the_same_id_are_refused()
    {
        await using var office = Host();
        var clients = office.Get<ProcessorClients>();

        var first = await clients.RegisterAsync(Acme);
        (await clients.RegisterAsync(Acme)).Version.ShouldBe(first.Version);
        await clients.InstructAsync("acme", Instruction);
        (await office.EntriesAsync("client-registered")).ShouldHaveSingleItem();
        (await office.EntriesAsync("client-instructed")).ShouldBeEmpty();

        (await Should.ThrowAsync<ProcessorClientException>(() => clients.RegisterAsync(Acme with { Agreement = "another" }))).Code.ShouldBe("E-CLIENT-02");
        (await Should.ThrowAsync<ProcessorClientException>(() => clients.InstructAsync("acme", Instruction with { Categories = [] }))).Code.ShouldBe("E-CLIENT-02");
        (await Should.ThrowAsync<ProcessorClientException>(() => clients.InstructAsync("nobody", Instruction))).Code.ShouldBe("E-CLIENT-01");
        (await Should.ThrowAsync<ProcessorClientException>(() => clients.EndAsync("nobody", new LocalDate(2026, 1, 1)))).Code.ShouldBe("E-CLIENT-01");
    }

    [Fact]
    public async Task What_does_not_hold_in_a_registration_is_refused_before_anything_is_recorded()
    {
        await using var office = Host();
        var clients = office.Get<ProcessorClients>();
        ClientRegistration[] wrong =
        [
            Acme with { Id = "" }, Acme with { Id = "with space" }, Acme with { Id = new string('x', 65) }, Acme with { Id = "office" }, Acme with { Name = " " },
            Acme with { Agreement = "" }, Acme with { Until = new LocalDate(2025, 1, 1) }, Acme with { Zone = "Europe/Nowhere" },
            Acme with { Instruction = Instruction with { Version = "" } }, Acme with { Instruction = Instruction with { Activities = [] } },
            Acme with { Instruction = Instruction with { Activities = ["service"] } }, Acme with { Instruction = Instruction with { Activities = ["none"] } },
            Acme with { Instruction = Instruction with { Categories = ["none"] } }, Acme with { Instruction = Instruction with { Subjects = ["none"] } },
            Acme with { Instruction = Instruction with { Until = new LocalDate(2025, 1, 1) } },
        ];

        foreach (var registration in wrong)
        {
            (await Should.ThrowAsync<ProcessorClientException>(() => clients.RegisterAsync(registration))).Code.ShouldBe("E-CLIENT-03");
        }

        (await clients.ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_a_client_is_stands_in_the_vault_and_never_in_the_journal()
    {
        await using var office = Host();
        await office.Get<ProcessorClients>().RegisterAsync(Acme);

        (await office.Get<ProcessorClients>().ReadIdentityAsync("acme")).ShouldBe(new ClientIdentity("Marker Sole Trader", "marker@acme.example"));
        (await office.Get<ProcessorClients>().ReadIdentityAsync("nobody")).ShouldBeNull();
        (await office.EntriesAsync("client-registered")).ShouldHaveSingleItem().Content.Data.ShouldNotContain("arker");
        Acme.ToString().ShouldBe("acme");
    }

    [Fact]
    public async Task Clients_are_known_after_a_restart_and_after_their_states_were_lost()
    {
        var stores = new OfficeStores();
        await using (var before = Host(stores))
        {
            await before.Get<ProcessorClients>().RegisterAsync(Acme);
            await before.Get<ProcessorClients>().InstructAsync("acme", Instruction with { Version = "2" });
        }

        await using var after = Host(stores);
        (await after.Get<ProcessorClients>().ListAsync()).ShouldHaveSingleItem().Instruction!.Version.ShouldBe("2");
        await after.Get<JournalFolds>().RebuildAsync(CancellationToken.None);
        (await after.Get<ProcessorClients>().FindAsync("acme"))!.Instruction!.Version.ShouldBe("2");
    }

    private static Office Host(OfficeStores? stores = null) => Office.Open(stores, HostPolicy());

    internal static GdprPolicy HostPolicy()
    {
        const string Hosting = """, "hosting": { "purpose": "hosting", "capacity": "processor", "agreement": "terms", "data": ["hosted.content"], "retention": { "keep": "P1M", "after": "ended" } }""";
        var json = Office.PolicyJson(Office.Activities + Hosting, more: """
            , "agreements": { "terms": { "title": { "en": "Terms" }, "kind": "withController", "from": "2020-01-01",
                "terms": { "subject": { "en": "Hosting" }, "duration": { "en": "As long as it lasts" }, "byInstruction": true },
                "clauses": { "instructions": "1", "confidentiality": "2", "security": "3", "subProcessors": "4", "requests": "5", "assistance": "6", "end": "7", "audits": "8" } } }
            """)
            .Replace("\"systems\": {", """
                "categories": { "hosted.content": { "title": { "en": "What clients keep" } } },
                "purposes": { "hosting": { "title": { "en": "Hosting" } } },
                "systems": { "hosted": { "segregated": true, "dataSets": { "content": { "subject": "third-party", "triggers": { "ended": { "whenNull": "unknown" } }, "fields": { "content": "hosted.content" } } } },
                """, StringComparison.Ordinal)
            .Replace("{ \"purpose\": \"web-analytics\" }]", "{ \"purpose\": \"web-analytics\" }, { \"purpose\": \"hosting\" }]", StringComparison.Ordinal);
        return PolicyReader.Read(json).GetUsable();
    }

    private static Task<DataSubject> PersonAsync(Office office, string client) =>
        office.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("the-same")) { Controller = client });
}
