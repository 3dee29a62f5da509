using Gdpr.Controls;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using Gdpr.Testing;
using Gdpr.Time;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Processing;

/// <summary>A client goes: its data are returned or deleted, as it chooses, and until then somebody has to see to it (Art. 28(3)(g)).</summary>
public sealed class ClientEndTests
{
    private const string Officer = "data-protection-officer";

    private static readonly DateTimeZone Stockholm = DateTimeZoneProviders.Tzdb["Europe/Stockholm"];
    private static readonly LocalDate LastDay = new(2026, 11, 22);
    private static readonly ClientRegistration Acme = new("acme", "Acme AB", "agreement-17", new LocalDate(2026, 1, 1));

    [Fact]
    public async Task An_agreement_that_has_ended_leaves_a_task_with_owner_and_a_date_before_the_limit_until_the_data_are_at_their_end()
    {
        await using var office = Host();
        var clients = office.Get<ProcessorClients>();
        await clients.RegisterAsync(Acme);

        await clients.EndAsync("acme", LastDay);
        (await office.Tasks.ListOpenAsync()).ShouldBeEmpty("the last day is not over");
        (await DueAsync(office)).Kind.ShouldBe(DueKinds.AgreementEnd);

        office.Clock.Advance(Duration.FromHours(12));
        await PumpAsync(office);

        var task = (await office.Tasks.ListOpenAsync()).ShouldHaveSingleItem();
        (task.Kind, task.Owner, task.Controller).ShouldBe(("return-or-delete-client-data", Officer, "acme"));
        task.DueBy.ShouldBe(LocalDays.EndOf(new LocalDate(2026, 12, 6), Stockholm));
        task.LegalLimit.ShouldBe(LocalDays.EndOf(new LocalDate(2026, 12, 22), Stockholm));
        var due = await DueAsync(office);
        (due.Kind, due.Owner, due.Article, due.LastDay, due.LegalLimit, due.Task)
            .ShouldBe((DueKinds.ClientData, Officer, "Art. 28(3)(g)", new LocalDate(2026, 12, 6), task.LegalLimit, task.Id));

        await clients.ChooseAsync("acme", ClientDataChoice.Return);
        var client = await clients.ConfirmDataEndAsync("acme", new ClientDataEnd(ClientDataChoice.Return, "operations") { Evidence = "receipt-9" });

        client.DataEnd!.On.ShouldBe(new LocalDate(2026, 11, 23));
        (await office.Tasks.ListOpenAsync()).ShouldBeEmpty();
        (await office.Get<DueCalendar>().ListAsync()).ShouldNotContain(item => item.Controller == "acme");
        (await clients.ConfirmDataEndAsync("acme", new ClientDataEnd(ClientDataChoice.Return, "operations") { Evidence = "receipt-9" })).Version.ShouldBe(client.Version);
        (await office.EntriesAsync("client-data-ended")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_task_that_somebody_ends_in_other_words_is_there_again_while_the_data_are_not_at_their_end()
    {
        await using var office = Host();
        await office.Get<ProcessorClients>().RegisterAsync(Acme with { Until = new LocalDate(2026, 11, 21) });
        await PumpAsync(office);
        await office.Tasks.CompleteAsync("client-data/acme/2026-11-21", "done", Officer);

        office.Clock.Advance(Duration.FromHours(2));
        await PumpAsync(office);

        (await office.Tasks.ListOpenAsync()).ShouldHaveSingleItem().Id.ShouldBe("client-data/acme/2026-11-21");
    }

    [Fact]
    public async Task The_time_that_was_agreed_counts_and_the_task_is_due_before_it()
    {
        await using var office = Host();
        await office.Get<ProcessorClients>().RegisterAsync(Acme with { DataWithin = CalendarPeriod.FromDays(5) });

        await office.Get<ProcessorClients>().EndAsync("acme", new LocalDate(2026, 11, 20));

        var task = (await office.Tasks.ListOpenAsync()).ShouldHaveSingleItem();
        (task.DueBy, task.LegalLimit).ShouldBe((LocalDays.EndOf(new LocalDate(2026, 11, 24), Stockholm), LocalDays.EndOf(new LocalDate(2026, 11, 25), Stockholm)));
    }

    [Fact]
    public async Task An_agreement_that_goes_on_after_all_ends_the_task()
    {
        await using var office = Host();
        var clients = office.Get<ProcessorClients>();
        await clients.RegisterAsync(Acme);
        await clients.EndAsync("acme", new LocalDate(2026, 11, 20));
        (await office.Tasks.ListOpenAsync()).ShouldHaveSingleItem();

        await clients.EndAsync("acme", new LocalDate(2027, 12, 31));
        await PumpAsync(office);

        (await office.Tasks.ListOpenAsync()).ShouldBeEmpty();
        (await DueAsync(office)).LastDay.ShouldBe(new LocalDate(2027, 12, 31));
    }

    [Fact]
    public async Task Nothing_is_at_its_end_before_the_agreement_is_nor_otherwise_than_the_client_chose()
    {
        await using var office = Host();
        var clients = office.Get<ProcessorClients>();
        await clients.RegisterAsync(Acme);
        var deleted = new ClientDataEnd(ClientDataChoice.Delete, "operations");

        await RefusedAsync("E-CLIENT-04", "in force");
        await clients.EndAsync("acme", new LocalDate(2026, 11, 20));
        await RefusedAsync("E-CLIENT-04", "has not chosen");
        await clients.ChooseAsync("acme", ClientDataChoice.Return);
        await RefusedAsync("E-CLIENT-04", "chosen otherwise");
        await clients.ChooseAsync("acme", ClientDataChoice.Delete);
        foreach (var wrong in new[]
                 {
                     deleted with { On = new LocalDate(2026, 11, 23) }, deleted with { On = new LocalDate(2025, 12, 31) },
                     deleted with { KeptByLaw = new Dictionary<string, string> { ["nowhere.at-all"] = "a law" } },
                     deleted with { KeptByLaw = new Dictionary<string, string> { ["hosted.content"] = " " } },
                     deleted with { KeptByLaw = new Dictionary<string, string> { ["hosted.content"] = new string('x', 129) } },
                 })
        {
            (await Should.ThrowAsync<ProcessorClientException>(() => clients.ConfirmDataEndAsync("acme", wrong))).Code.ShouldBe("E-CLIENT-03");
        }

        (await office.EntriesAsync("client-data-ended")).ShouldBeEmpty();
        await clients.ConfirmDataEndAsync("acme", deleted);
        (await Should.ThrowAsync<ProcessorClientException>(() => clients.ChooseAsync("acme", ClientDataChoice.Return))).Code.ShouldBe("E-CLIENT-04");
        (await Should.ThrowAsync<ProcessorClientException>(() => clients.EndAsync("acme", new LocalDate(2030, 1, 1)))).Code.ShouldBe("E-CLIENT-04");
        (await Should.ThrowAsync<ProcessorClientException>(() => clients.ConfirmDataEndAsync("acme", deleted with { By = "others" }))).Code.ShouldBe("E-CLIENT-04");
        (await Should.ThrowAsync<ProcessorClientException>(() => clients.ConfirmDataEndAsync("nobody", deleted))).Code.ShouldBe("E-CLIENT-01");

        async Task RefusedAsync(string code, string says)
        {
            var refused = await Should.ThrowAsync<ProcessorClientException>(() => clients.ConfirmDataEndAsync("acme", deleted));
            (refused.Code, refused.Message.Contains(says, StringComparison.Ordinal)).ShouldBe((code, true), refused.Message);
        }
    }

    [Fact]
    public async Task Data_that_a_source_still_finds_are_not_deleted_whoever_says_so_unless_a_law_commands_to_store_them()
    {
        var hosted = new InMemorySource("hosted");
        var contents = hosted.Add<Content>("hosted.content", content => content.Id, map => map.Subject(content => content.Person)
            .Trigger("ended", _ => TriggerValue.Unknown).Field("content", content => content with { Text = null }, content => content.Text));
        contents.Put(new Content("1", "the-same", "Marker"));
        await using var office = Office.Open(
            policy: ProcessorClientTests.HostPolicy(), before: services => services.AddSingleton<IPersonalDataSource>(hosted));
        var clients = office.Get<ProcessorClients>();
        await clients.RegisterAsync(Acme with { Until = new LocalDate(2026, 11, 20), AfterEnd = ClientDataChoice.Delete });
        await clients.RegisterAsync(Acme with { Id = "kept", Until = new LocalDate(2026, 11, 20), AfterEnd = ClientDataChoice.Delete });
        foreach (var client in new[] { "acme", "kept" })
        {
            await office.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("the-same")) { Controller = client });
        }

        var deleted = new ClientDataEnd(ClientDataChoice.Delete, "operations");
        var refused = await Should.ThrowAsync<ProcessorClientException>(() => clients.ConfirmDataEndAsync("acme", deleted));
        refused.Code.ShouldBe("E-CLIENT-05");
        refused.Message.ShouldContain("hosted.content");
        var kept = await clients.ConfirmDataEndAsync("kept", deleted with { KeptByLaw = new Dictionary<string, string> { ["hosted.content"] = "SFS 1999:1078 7:2" } });
        kept.DataEnd!.KeptByLaw["hosted.content"].ShouldBe("SFS 1999:1078 7:2");

        contents.Remove("1");
        (await clients.ConfirmDataEndAsync("acme", deleted)).DataEnd.ShouldNotBeNull();
    }

    [Fact]
    public async Task Reviews_of_agreements_and_ends_of_instructions_stand_in_the_calendar()
    {
        await using var office = Host();
        var clients = office.Get<ProcessorClients>();
        await clients.RegisterAsync(Acme with
        {
            ReviewBy = new LocalDate(2027, 1, 15),
            Instruction = new ClientInstruction("1", new LocalDate(2026, 1, 1)) { Activities = ["hosting"], Until = new LocalDate(2027, 6, 30) },
        });

        (await ItemsAsync()).ShouldBe([(DueKinds.AgreementReview, "client/acme/review", new LocalDate(2027, 1, 15)),
            (DueKinds.InstructionEnd, "client/acme/instruction", new LocalDate(2027, 6, 30))]);
        await Should.ThrowAsync<ProcessorClientException>(() => clients.ReviewAsync("acme", new LocalDate(2026, 11, 21), Officer));
        await clients.ReviewAsync("acme", new LocalDate(2028, 1, 15), Officer);
        (await ItemsAsync()).ShouldContain((DueKinds.AgreementReview, "client/acme/review", new LocalDate(2028, 1, 15)));

        async Task<IEnumerable<(string Kind, string Id, LocalDate? LastDay)>> ItemsAsync() =>
            (await office.Get<DueCalendar>().ListAsync()).Where(item => item.Controller == "acme").Select(item => (item.Kind, item.Id, item.LastDay));
    }

    [Fact]
    public async Task What_was_chosen_and_done_is_known_after_the_states_were_lost()
    {
        var stores = new OfficeStores();
        await using var office = Host(stores);
        var clients = office.Get<ProcessorClients>();
        await clients.RegisterAsync(Acme with { Until = new LocalDate(2026, 11, 20), DataWithin = CalendarPeriod.FromDays(10), ReviewBy = LastDay });
        await clients.ChooseAsync("acme", ClientDataChoice.Delete);
        var before = await clients.ConfirmDataEndAsync("acme", new ClientDataEnd(ClientDataChoice.Delete, "operations"));

        await office.Get<JournalFolds>().RebuildAsync(CancellationToken.None);

        var after = (await clients.FindAsync("acme"))!;
        (after.AfterEnd, after.DataWithin, after.ReviewBy, after.DataEnd!.Done, after.DataEnd.On, after.Version)
            .ShouldBe((ClientDataChoice.Delete, CalendarPeriod.FromDays(10), LastDay, ClientDataChoice.Delete, new LocalDate(2026, 11, 22), before.Version));
    }

    private static async Task<DueItem> DueAsync(Office office) =>
        (await office.Get<DueCalendar>().ListAsync()).Where(item => item.Controller == "acme").ShouldHaveSingleItem();

    private static async Task PumpAsync(Office office)
    {
        foreach (var step in office.Steps.Where(step => step.Name == "clients"))
        {
            await step.RunAsync(office.Clock.GetCurrentInstant(), CancellationToken.None);
        }
    }

    private static Office Host(OfficeStores? stores = null) => Office.Open(stores, ProcessorClientTests.HostPolicy());

    private sealed record Content(string Id, string Person, string? Text);
}
