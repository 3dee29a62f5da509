using System.Text;
using System.Text.Json;
using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.Gignos;

/// <summary>What Gignos does for its hosting customers: on instruction, apart, and with every change of access on record.</summary>
public sealed class HostingTests
{
    private static readonly ProcessingActor Operations = ProcessingActor.Person("operations", "op-1");

    /// <summary>Three people go by the same id: one with Gignos itself, and one with each of two customers.</summary>
    [Fact]
    [Trait("clause", "GIG-07")]
    public async Task Each_customers_people_are_its_own_and_nothing_reaches_across()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        var (directory, anna) = (host.Get<SubjectDirectory>(), SubjectIdentifier.OfEmail("anna@kund.example"));
        await RegisterAsync(host, "client-a", "hosting");
        await RegisterAsync(host, "client-b", "access-log");
        var first = await directory.RegisterAsync(new SubjectRegistration(anna) { Controller = "client-a" });

        (await directory.FindAsync(anna, "client-a")).ShouldBe(first);
        (await directory.FindAsync(anna, "client-b")).ShouldBeNull();
        (await directory.FindAsync(anna)).ShouldBeNull();
        var second = await directory.RegisterAsync(new SubjectRegistration(anna) { Controller = "client-b" });
        var own = await directory.RegisterAsync(new SubjectRegistration(anna));
        new[] { first.Key, second.Key, own.Key }.ShouldBeUnique("nothing tells that it is the same person");

        (await AskAsync(host, first, "hosting", "file-server.documents")).IsAllowed.ShouldBeTrue();
        (await AskAsync(host, second, "hosting", "file-server.documents")).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.OutsideInstruction);
        (await AskAsync(host, own, "hosting", "file-server.documents")).IsAllowed.ShouldBeFalse("what is hosted is no data of Gignos");
        foreach (var forged in new[] { new DataSubject("client-b", first.Key), new DataSubject("gignos", first.Key), new DataSubject("client-c", first.Key) })
        {
            (await AskAsync(host, forged, "hosting", "file-server.documents")).IsAllowed.ShouldBeFalse($"{forged} is nobody");
        }

        (await host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(first, "customer-relations")
        {
            Actor = ProcessingActor.Person("sales", "account-17"),
            Data = ["crm.contacts"],
        })).IsAllowed.ShouldBeFalse("a customer's people are no contacts of Gignos");
    }

    [Fact]
    [Trait("clause", "GIG-07")]
    public async Task A_request_reads_exports_and_erases_nothing_that_is_hosted_for_others()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        var (directory, requests) = (host.Get<SubjectDirectory>(), host.Get<DataSubjectRequests>());
        await RegisterAsync(host, "client-a", "hosting");
        var own = await host.PersonAsync("p1");
        var hosted = await directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("p1")) { Controller = "client-a" });
        await host.PutAsync("crm.contacts", "c1", "p1", "became-customer=2020-01-01;last-contact=2026-11-01");
        await host.PutAsync("file-server.documents", "d1", "p1", "last-used=2026-11-01", "hosted");

        var access = await host.HandleAsync(DataSubjectRight.Access, own);
        var answer = await requests.ComposeAccessAsync(access.Id);
        Encoding.UTF8.GetString(answer.ToJson()).ShouldContain("marker-role-c1");
        Encoding.UTF8.GetString(answer.ToJson()).ShouldNotContain("hosted-content");
        answer.Content.Limits.ShouldContain(limit => limit.Path == "file-server.documents" && limit.Reason == RightsReasons.Processor && limit.Count == 1);
        answer.Content.Purposes.Select(purpose => purpose.Activity).ShouldBe(["register"]);
        var portability = await host.HandleAsync(DataSubjectRight.Portability, own);
        portability.Outcome.ShouldBe(RequestOutcome.Refused, "it was made to Gignos, and is answered");
        var package = await requests.ComposePackageAsync(portability.Id);
        string.Join('\n', package.Files.Select(file => Encoding.UTF8.GetString(file.Content.Span))).ShouldNotContain("hosted-content");

        await requests.GiveAnswerAsync(answer, Requests.Officer);
        await requests.GiveAnswerAsync(package, Requests.Officer);

        var erasure = await host.HandleAsync(DataSubjectRight.Erasure, own);
        (await host.FindAsync("crm.contacts", "c1")).ShouldBeNull();
        (await host.FindAsync("file-server.documents", "d1"))!["content"].ShouldBe("hosted-content-d1");
        erasure.Results.Where(result => result.DataSet == "file-server.documents").SelectMany(result => result.Items)
            .ShouldAllBe(item => item.Code == ResultCode.Forwarded);

        // Nor is anything corrected there.
        await host.PutAsync("mail-server.mailboxes", "m1", "p1", "last-used=2026-11-01", "hosted");
        var rectification = await host.HandleAsync(DataSubjectRight.Rectification, own);
        var name = JsonSerializer.SerializeToElement("Anna Berg");
        (await requests.FindCorrectionsAsync(rectification.Id, "identity.name", name)).ShouldBeEmpty();
        (await Should.ThrowAsync<RequestException>(() => requests.RectifyAsync(rectification.Id, [new Correction("mail-server.mailboxes", "m1", "display-name", name)])))
            .Code.ShouldBe("E-DSR-03");
        (await host.FindAsync("mail-server.mailboxes", "m1"))!["display-name"].ShouldBe("hosted-display-name-m1");

        // What the customer's own person asks is the customer's to answer.
        var forwarded = await host.ReceiveAsync(DataSubjectRight.Erasure, hosted);
        (forwarded.Outcome, forwarded.ForwardedTo).ShouldBe((RequestOutcome.Forwarded, "client-a"));
        (await Should.ThrowAsync<RequestException>(() => requests.AssessAsync(forwarded.Id))).Code.ShouldBe("E-DSR-03");
        (await host.FindAsync("file-server.documents", "d1")).ShouldNotBeNull();
        await host.ShouldVerifyAsync();
    }

    [Fact]
    [Trait("clause", "GIG-16")]
    public async Task Accounts_addresses_and_rights_added_changed_or_taken_away_are_found_by_account_and_by_time()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        var administration = host.Get<AccessAdministration>();
        var start = host.Now;
        AccessChange[] changes =
        [
            new(AccessChangeKind.AccountAdded, "anna") { System = "vpn" },
            new(AccessChangeKind.AddressAdded, "anna") { Address = "anna@kund.example" },
            new(AccessChangeKind.RightGranted, "bo") { Right = "remote-desktop" },
            new(AccessChangeKind.RightChanged, "anna") { Right = "file-server" },
            new(AccessChangeKind.RightRevoked, "bo") { Right = "remote-desktop" },
            new(AccessChangeKind.AddressRemoved, "anna") { Address = "anna@kund.example" },
            new(AccessChangeKind.AccountRemoved, "anna") { System = "vpn" },
        ];
        changes.Select(change => change.Kind).ShouldBe(Enum.GetValues<AccessChangeKind>(), ignoreOrder: true, "every kind is logged");
        foreach (var change in changes)
        {
            (await administration.RecordAsync(change with { Actor = Operations })).IsDenied.ShouldBeFalse();
            host.Clock.Advance(Duration.FromHours(1));
        }

        (await administration.OfAccountAsync("anna")).Select(change => (change.Kind, change.OccurredAt)).ShouldBe(
        [
            (AccessChangeKind.AccountAdded, start), (AccessChangeKind.AddressAdded, start + Duration.FromHours(1)),
            (AccessChangeKind.RightChanged, start + Duration.FromHours(3)), (AccessChangeKind.AddressRemoved, start + Duration.FromHours(5)),
            (AccessChangeKind.AccountRemoved, start + Duration.FromHours(6)),
        ]);
        (await administration.OfAccountAsync("bo")).Select(change => change.Kind).ShouldBe([AccessChangeKind.RightGranted, AccessChangeKind.RightRevoked]);
        (await administration.OfAccountAsync("nobody")).ShouldBeEmpty();
        (await administration.InTimeAsync(start + Duration.FromHours(1), start + Duration.FromHours(3))).Select(change => change.Kind)
            .ShouldBe([AccessChangeKind.AddressAdded, AccessChangeKind.RightGranted], "from the first instant, and not the last");
        (await administration.RecordAsync(new AccessChange(AccessChangeKind.RightGranted, "bo") { Right = "all", Actor = ProcessingActor.Person("sales", "account-17") }))
            .IsDenied.ShouldBeTrue("who may not change rights is denied, and that is logged too");
        (await administration.OfAccountAsync("bo"))[^1].IsDenied.ShouldBeTrue();
        (await host.EntriesAsync()).ShouldAllBe(entry => !entry.Content.Data.Contains("anna@") && !entry.Stream.Contains("anna"));
        await host.ShouldVerifyAsync();
    }

    private static Task RegisterAsync(OrganisationHost host, string client, string activity) => host.Get<ProcessorClients>().RegisterAsync(
        new ClientRegistration(client, $"{client} AB", "agreement-2026", new LocalDate(2026, 1, 1))
        {
            Instruction = new ClientInstruction("1", new LocalDate(2026, 1, 1)) { Activities = [activity] },
        });

    private static Task<ProcessingDecision> AskAsync(OrganisationHost host, DataSubject person, string purpose, string data) =>
        host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(person, purpose) { Actor = Operations, Data = [data] });
}
