using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.Gignos;

/// <summary>What Gignos does for its hosting customers: on instruction, apart, and with every change of access on record.</summary>
public sealed class HostingTests
{
    private static readonly ProcessingActor Operations = ProcessingActor.Person("operations", "op-1");

    [Fact]
    [Trait("clause", "GIG-07")]
    public async Task Each_customers_people_are_its_own_and_nothing_reaches_across()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        var (clients, directory) = (host.Get<ProcessorClients>(), host.Get<SubjectDirectory>());
        foreach (var client in new[] { "client-a", "client-b" })
        {
            await clients.RegisterAsync(new ClientRegistration(client, $"{client} AB", "agreement-2026", new LocalDate(2026, 1, 1))
            {
                Instruction = new ClientInstruction("1", new LocalDate(2026, 1, 1)) { Activities = ["hosting"] },
            });
        }

        var anna = SubjectIdentifier.OfEmail("anna@kund.example");
        var known = await directory.RegisterAsync(new SubjectRegistration(anna) { Controller = "client-a" });

        (await directory.FindAsync(anna, "client-a")).ShouldBe(known);
        (await directory.FindAsync(anna, "client-b")).ShouldBeNull();
        (await directory.FindAsync(anna)).ShouldBeNull();
        (await AskAsync(host, known, "hosting", "file-server.documents")).IsAllowed.ShouldBeTrue();
        (await AskAsync(host, known, "customer-relations", "crm.contacts")).IsAllowed.ShouldBeFalse();
    }

    [Fact]
    [Trait("clause", "GIG-16")]
    public async Task Accounts_addresses_and_rights_added_or_taken_away_are_found_by_account_and_by_time()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        var administration = host.Get<AccessAdministration>();
        var start = host.Now;
        await administration.RecordAsync(new AccessChange(AccessChangeKind.AccountAdded, "anna") { Actor = Operations, System = "vpn" });
        host.Clock.Advance(Duration.FromHours(1));
        await administration.RecordAsync(new AccessChange(AccessChangeKind.AddressAdded, "anna") { Actor = Operations, Address = "anna@kund.example" });
        host.Clock.Advance(Duration.FromHours(1));
        await administration.RecordAsync(new AccessChange(AccessChangeKind.RightGranted, "bo") { Actor = Operations, Right = "remote-desktop" });

        (await administration.OfAccountAsync("anna")).Select(change => change.Kind).ShouldBe([AccessChangeKind.AccountAdded, AccessChangeKind.AddressAdded]);
        (await administration.InTimeAsync(start + Duration.FromMinutes(30), start + Duration.FromHours(3))).Select(change => change.Kind)
            .ShouldBe([AccessChangeKind.AddressAdded, AccessChangeKind.RightGranted]);
        (await host.EntriesAsync()).ShouldAllBe(entry => !entry.Content.Data.Contains("anna@") && !entry.Stream.Contains("anna"));
    }

    private static Task<ProcessingDecision> AskAsync(OrganisationHost host, DataSubject person, string purpose, string data) =>
        host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(person, purpose) { Actor = Operations, Data = [data] });
}
