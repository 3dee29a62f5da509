using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.Interactions;

/// <summary>A client whose data the supplier processes is no more: by death, bankruptcy or merger. With it the supplier's role and contract end (Art. 28(3)(g)).</summary>
public sealed class ClientsEndTests
{
    private const string Data = "customer-services.customer-data";

    /// <summary>The estate has the data deleted, the trustee has them returned, and whom the client has merged into takes them over under an agreement of its own.</summary>
    [Theory]
    [InlineData(ClientDataChoice.Delete, null)]
    [InlineData(ClientDataChoice.Return, null)]
    [InlineData(ClientDataChoice.Return, "successor")]
    public async Task With_the_client_the_processing_ends_for_everybody_and_its_data_go_as_whoever_speaks_for_it_chooses(ClientDataChoice choice, string? successor)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex);
        var (clients, tasks) = (host.Get<ProcessorClients>(), host.Get<HumanTasks>());
        var person = await RegisterAsync(host, "client-a", "u1");
        await host.PutAsync(Data, "d1", "u1");
        (await UseAsync(host, person)).ToString().ShouldBe("Allowed");

        await clients.EndAsync("client-a", new LocalDate(2026, 11, 20));
        var theirs = successor is null ? null : (DataSubject?)await RegisterAsync(host, successor, "u2");

        // The role has ended: whoever comes after has people and instructions of its own, and not those.
        (await UseAsync(host, person)).Reasons.Select(reason => reason.Code).ShouldBe([ProcessingReasons.NoAgreement]);
        if (theirs is { } taken)
        {
            (await UseAsync(host, taken)).IsAllowed.ShouldBeTrue();
            (await host.Get<SubjectDirectory>().FindAsync(SubjectIdentifier.OfHost("u1"), successor)).ShouldBeNull("nothing crosses by itself");
        }

        // Nobody has chosen yet: the data are kept for nothing but that, and somebody owes it.
        var ended = new ClientDataEnd(choice, "operations") { KeptByLaw = new Dictionary<string, string> { [Data] = "SFS 1999:1078 7:2" } };
        (await Should.ThrowAsync<ProcessorClientException>(() => clients.ConfirmDataEndAsync("client-a", ended))).Code.ShouldBe("E-CLIENT-04");
        await host.PassAsync(Duration.FromDays(1));
        (await host.FindAsync(Data, "d1")).ShouldNotBeNull();
        (await tasks.ListOpenAsync()).Single(one => one.Kind == "return-or-delete-client-data").Controller.ShouldBe("client-a");

        await clients.ChooseAsync("client-a", choice);
        if (choice == ClientDataChoice.Delete)
        {
            (await Should.ThrowAsync<ProcessorClientException>(() => clients.ConfirmDataEndAsync("client-a", ended with { KeptByLaw = new Dictionary<string, string>() })))
                .Code.ShouldBe("E-CLIENT-05", "they are still found");
        }

        (await clients.ConfirmDataEndAsync("client-a", ended)).DataEnd!.Done.ShouldBe(choice);
        (await tasks.ListOpenAsync()).ShouldNotContain(one => one.Kind == "return-or-delete-client-data");
        (await UseAsync(host, person)).IsAllowed.ShouldBeFalse("what a law stores is used for nothing else");
        await host.ShouldVerifyAsync();
    }

    private static async Task<DataSubject> RegisterAsync(OrganisationHost host, string client, string person)
    {
        await host.Get<ProcessorClients>().RegisterAsync(new ClientRegistration(client, $"The firm {client}", "agreement-5", new LocalDate(2026, 1, 1))
        {
            Instruction = new ClientInstruction("1", new LocalDate(2026, 1, 1))
            {
                Activities = ["customer-data"],
                Categories = [.. host.Policy.Systems["customer-services"].DataSets["customer-data"].Fields.Values.Select(field => field.Category).Distinct()],
                Subjects = ["by-instruction"],
            },
        });
        return await host.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost(person)) { Controller = client });
    }

    private static Task<ProcessingDecision> UseAsync(OrganisationHost host, DataSubject person) => host.Get<IProcessingGate>().DecideAsync(
        new ProcessingRequest(person, "customer-data") { Actor = ProcessingActor.Person("operations", "op-1"), Data = [Data] });
}
