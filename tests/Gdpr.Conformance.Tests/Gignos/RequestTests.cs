using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Consents;
using Gdpr.Disclosures;
using Gdpr.Http;
using Gdpr.Http.Tests;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Subjects;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Conformance.Tests.Gignos;

/// <summary>What people ask of Gignos, and are answered.</summary>
public sealed class RequestTests
{
    private const string Running = "became-customer=2020-01-01;last-contact=2026-11-01";

    private static readonly JsonElement RightAddress = JsonSerializer.SerializeToElement("anna@kund.example");

    [Fact]
    [Trait("clause", "GIG-22")]
    public async Task A_person_gets_all_that_the_article_names_and_a_copy_from_every_source()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("crm.contacts", "c1", "p1", Running);
        await host.PutAsync("newsletter.recipients", "n1", "p1", Running);
        await host.PutAsync("crm.contacts", "c2", "p2", Running, "somebody-else");
        var request = await host.HandleAsync(DataSubjectRight.Access, person);

        var answer = await requests.ComposeAccessAsync(request.Id, "sv");

        answer.Content.IsProcessed.ShouldBe(true);
        answer.Content.Purposes.Select(purpose => purpose.Purpose).ShouldBe(["customer-relations", "direct-marketing"], ignoreOrder: true);
        answer.Content.Purposes.ShouldAllBe(purpose => purpose.Criteria != null && purpose.Interest != null && purpose.Categories.Count > 0);
        answer.Content.DataSets.SelectMany(dataSet => dataSet.Records).Count().ShouldBe(2);
        answer.Content.Sources.ShouldNotBeEmpty();
        answer.Content.Rights.ShouldContain(DataSubjectRight.Objection);
        answer.Content.Controller.Contact.ShouldBe("info@gignos.se");
        var text = Encoding.UTF8.GetString(answer.ToJson());
        text.ShouldContain("marker-work-email-c1");
        text.ShouldNotContain("somebody-else");
    }

    [Fact]
    [Trait("clause", "GIG-23")]
    public async Task A_correction_reaches_every_source_that_holds_the_wrong_value_and_nobody_elses_data()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("crm.contacts", "c1", "p1", Running);
        await host.PutAsync("newsletter.recipients", "n1", "p1", Running);
        await host.PutAsync("crm.contacts", "c2", "p2", Running);
        var request = await host.HandleAsync(DataSubjectRight.Rectification, person);

        var corrections = await requests.FindCorrectionsAsync(request.Id, "contact.work-email", RightAddress);
        request = await requests.RectifyAsync(request.Id, corrections);

        (await host.FindAsync("crm.contacts", "c1"))!["work-email"].ShouldBe("anna@kund.example");
        (await host.FindAsync("newsletter.recipients", "n1"))!["work-email"].ShouldBe("anna@kund.example");
        (await host.FindAsync("crm.contacts", "c2"))!["work-email"].ShouldBe("marker-work-email-c2");
        request.Results.SelectMany(result => result.Items).ShouldAllBe(item => item.Code == ResultCode.Corrected);
        (await requests.FindCorrectionsAsync(request.Id, "contact.work-email", RightAddress)).ShouldBeEmpty();
        (await host.EntriesAsync()).ShouldAllBe(entry => !entry.Content.Data.Contains("anna@kund.example"));
        await host.ShouldVerifyAsync();
    }

    /// <summary>Gignos gives its data to nobody: here it has a printer of letters, as its policy would name one.</summary>
    [Fact]
    [Trait("clause", "GIG-23")]
    public async Task Whoever_got_what_was_wrong_is_told_what_is_right()
    {
        var printer = new Printer();
        await using var host = await OrganisationHost.StartAsync(
            Organisation.Gignos.With(AddPrinter), services: services => services.AddSingleton<INotificationChannel>(printer));
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("crm.contacts", "c1", "p1", Running);
        (await host.Get<DisclosureService>().DiscloseAsync(new DisclosureRequest("printer", "customer-relations", "crm.contacts.work-email"), person)).IsAllowed.ShouldBeTrue();
        var request = await host.HandleAsync(DataSubjectRight.Rectification, person);

        await requests.RectifyAsync(request.Id, [new Correction("crm.contacts", "c1", "role", JsonSerializer.SerializeToElement("buyer"))]);
        await host.PassAsync(Duration.FromMinutes(1));
        printer.Sent.ShouldBeEmpty("the printer has never had the role");
        await requests.RectifyAsync(request.Id, [new Correction("crm.contacts", "c1", "work-email", RightAddress)]);
        await host.PassAsync(Duration.FromMinutes(1));

        var told = printer.Sent.ShouldHaveSingleItem();
        told.Kind.ShouldBe(RecipientNoticeKind.Rectified);
        told.Corrections.ShouldBe(new Dictionary<string, string?> { ["crm.contacts.work-email"] = "anna@kund.example" });
        (await host.Get<RecipientNotifications>().ListOutstandingAsync()).ShouldBeEmpty();
    }

    [Fact]
    [Trait("clause", "GIG-24")]
    [Trait("clause", "GIG-25")]
    public async Task Erasure_is_assessed_for_each_purpose_recorded_and_answered_with_what_ends()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("crm.contacts", "c1", "p1", Running);
        await host.PutAsync("newsletter.recipients", "n1", "p1", Running);

        var request = await host.HandleAsync(DataSubjectRight.Erasure, person);
        var answer = await requests.ComposeAnswerAsync(request.Id, "sv");

        request.Lines.Select(line => line.Activity).Where(activity => activity.Length > 0).Distinct().ShouldBe(["register", "newsletter"], ignoreOrder: true);
        request.Lines.ShouldAllBe(line => line.Reason.Length > 0);
        answer.Content.Consequences.Select(consequence => consequence.Text).ShouldContain(host.Policy.Activities["newsletter"].Consequence!.Sv);
        (await host.EntriesAsync()).ShouldContain(entry => entry.Stream.StartsWith("request/", StringComparison.Ordinal) && entry.Content.Data.Contains("register"));
    }

    /// <summary>All that Gignos does rests on its interests, and of that the law gives nobody a package to take along.</summary>
    [Fact]
    [Trait("clause", "GIG-26")]
    public async Task A_package_says_of_each_field_why_it_is_not_in_it()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos, gdpr => gdpr.AddHttpTransfer());
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("crm.contacts", "c1", "p1", Running);
        var request = await host.HandleAsync(DataSubjectRight.Portability, person);

        var package = await requests.ComposePackageAsync(request.Id);

        package.Files.Select(file => file.Name).ShouldBe([PortabilityPackage.ManifestName, "schema.json"]);
        using var manifest = JsonDocument.Parse(package.Files[0].Content);
        var leftOut = manifest.RootElement.GetProperty("leftOut").EnumerateArray().Where(limit => limit.GetProperty("dataSet").GetString() == "crm.contacts").ToArray();
        leftOut.SelectMany(limit => limit.GetProperty("fields").EnumerateArray().Select(field => field.GetString()))
            .ShouldBe(host.Policy.Systems["crm"].DataSets["contacts"].Fields.Keys, ignoreOrder: true);
        leftOut.ShouldAllBe(limit => limit.GetProperty("reason").GetString() == RightsReasons.BasisNotPortable);
        await Should.ThrowAsync<ArgumentException>(
            () => requests.TransferAsync(package, new Uri("http://other.example/"), host.Get<IPortabilityTransfer>(), Requests.Officer), "in the clear");
    }

    /// <summary>Gignos as it would be with a customer whose register rests on the contract.</summary>
    [Fact]
    [Trait("clause", "GIG-26")]
    public async Task What_a_contract_carries_goes_to_another_controller_over_http_whole_as_json_and_csv_with_its_schema()
    {
        await using var server = await RecipientServer.StartAsync();
        server.Answer = (context, received) => RecipientServer.JsonAsync(
            context, 201, $$"""{ "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(received.Body))}}", "reference": "received-1" }""");
        await using var host = await OrganisationHost.StartAsync(
            Organisation.Gignos.With(policy =>
                policy["activities"]!["register"]!["basis"] = JsonNode.Parse("""{ "contract": { "necessity": "The customer is served by name." } }""")),
            gdpr => gdpr.AddHttpTransfer());
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("crm.contacts", "c1", "p1", Running, "a;\"b\"\n=c");
        await host.PutAsync("crm.contacts", "c2", "p2", Running, "somebody-else");
        var request = await host.HandleAsync(DataSubjectRight.Portability, person);
        var package = await requests.ComposePackageAsync(request.Id);

        await requests.TransferAsync(package, new Uri(server.Address, "/take"), host.Get<IPortabilityTransfer>(), Requests.Officer);

        var received = server.Requests.ShouldHaveSingleItem();
        using var archive = new ZipArchive(new MemoryStream(received.Body));
        archive.Entries.Select(entry => entry.FullName).ShouldBe([PortabilityPackage.ManifestName, "schema.json", "crm.contacts.json", "crm.contacts.csv"]);
        using var manifest = JsonDocument.Parse(Read(PortabilityPackage.ManifestName));
        foreach (var file in manifest.RootElement.GetProperty("files").EnumerateArray())
        {
            file.GetProperty("sha256").GetString().ShouldBe(
                Convert.ToHexStringLower(SHA256.HashData(Read(file.GetProperty("name").GetString()!))), StringCompareShould.IgnoreCase);
        }

        using var json = JsonDocument.Parse(Read("crm.contacts.json"));
        var contact = json.RootElement.EnumerateArray().ShouldHaveSingleItem();
        contact.GetProperty("work-email").GetString().ShouldBe("a;\"b\"\n=c-work-email-c1");
        using var schema = JsonDocument.Parse(Read("schema.json"));
        schema.RootElement.GetProperty("$defs").GetProperty("crm.contacts").GetProperty("items").GetProperty("properties").EnumerateObject()
            .Select(field => field.Name).ShouldBe(contact.EnumerateObject().Select(field => field.Name));
        Encoding.UTF8.GetString(Read("crm.contacts.csv")).ShouldContain("\"a;\"\"b\"\"\n=c-work-email-c1\"", customMessage: "faithful, whatever a spreadsheet thinks of it");
        Encoding.UTF8.GetString(received.Body).ShouldNotContain("somebody-else");
        received.Path.ShouldBe("/take", "nothing of the person stands in an address");

        byte[] Read(string name)
        {
            using var stream = archive.GetEntry(name)!.Open();
            using var content = new MemoryStream();
            stream.CopyTo(content);
            return content.ToArray();
        }
    }

    [Fact]
    [Trait("clause", "GIG-06")]
    public async Task Unsubscribing_ends_both_uses_erases_the_data_and_keeps_it_from_coming_back()
    {
        var email = SubjectIdentifier.OfEmail("anna@kund.example");
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        var person = await host.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("p1"), email));
        await host.PutAsync("crm.contacts", "c1", "p1", Running);
        await host.PutAsync("newsletter.recipients", "n1", "p1", Running);
        await host.PutAsync("crm.contacts", "c2", "p2", Running);
        await host.PutAsync("access-log.changes", "l1", "p1", "logged=2026-11-01");
        await host.SweepAsync();
        (await UseAsync(host, person, "sales", "customer-relations", "crm.contacts")).IsAllowed.ShouldBeTrue();

        var result = await host.Get<Unsubscription>().UnsubscribeAsync(
            email, new UnsubscribeOrder(["customer-relations", "direct-marketing"], "email", "mail"));

        result.Ended.ShouldBe(["customer-relations", "direct-marketing"], ignoreOrder: true);
        (await UseAsync(host, person, "sales", "customer-relations", "crm.contacts")).IsAllowed.ShouldBeFalse("at once");
        (await UseAsync(host, person, "marketing", "direct-marketing", "newsletter.recipients")).IsAllowed.ShouldBeFalse("at once");
        await host.PassAsync(Duration.FromMinutes(1));
        (await host.FindAsync("crm.contacts", "c1")).ShouldBeNull();
        (await host.FindAsync("newsletter.recipients", "n1")).ShouldBeNull();
        (await host.FindAsync("crm.contacts", "c2")).ShouldNotBeNull("somebody else's");
        (await host.FindAsync("access-log.changes", "l1")).ShouldNotBeNull("another purpose has it");
        var evidence = (await host.EntriesAsync()).Where(entry => entry.Content.Type == "disposal-batch").Select(entry => entry.Content.Data).ToArray();
        evidence.ShouldContain(data => data.Contains("crm.contacts"));
        evidence.ShouldContain(data => data.Contains("newsletter.recipients"));
        (await host.EntriesAsync()).ShouldAllBe(entry => !entry.Content.Data.Contains("anna"));

        // A list that was bought brings the address again, and is refused of it.
        (await host.Get<Suppression>().CheckAsync(email, "email", "direct-marketing")).IsSuppressed.ShouldBeTrue();
        var again = await host.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(email));
        var taken = await host.Get<CollectionRegister>().CollectAsync(new Collection("newsletter.recipients", "bought-register"), [again]);
        taken.IsAllowed.ShouldBeFalse();
        taken.Reasons.ShouldContain(reason => reason.Code == DisclosureReasons.Suppressed);
        (await UseAsync(host, again, "marketing", "direct-marketing", "newsletter.recipients")).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.MarketingObjection);
        await host.ShouldVerifyAsync();
    }

    [Fact]
    [Trait("clause", "GIG-27")]
    public async Task A_link_and_a_message_by_hand_have_the_same_effect_and_looking_at_the_link_has_none()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        var unsubscription = host.Get<Unsubscription>();
        var address = SubjectIdentifier.OfEmail("anna@kund.example");
        var person = await host.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("p1"), address));
        var headers = unsubscription.CreateHeaders(
            new UnsubscribeLink(person, "newsletter", ["direct-marketing"], "email") { Address = address }, new Uri("https://gignos.example/unsubscribe"));
        var token = headers.Link.Segments[^1];

        headers.ListUnsubscribe.ShouldStartWith("<https://");
        headers.ListUnsubscribePost.ShouldBe("List-Unsubscribe=One-Click");
        headers.Link.AbsoluteUri.ShouldNotContain("anna");
        (await unsubscription.HandleAsync(token, "GET")).Outcome.ShouldBe(OneClickOutcome.ShowPage);
        (await AskAsync(host, person)).Reasons.ShouldNotContain(reason => reason.Code == ProcessingReasons.MarketingObjection);
        (await unsubscription.HandleAsync(token, "POST", "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click")).Outcome.ShouldBe(OneClickOutcome.Unsubscribed);
        (await AskAsync(host, person)).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.MarketingObjection);

        var other = await host.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("p2"), SubjectIdentifier.OfEmail("bo@kund.example")));
        await unsubscription.UnsubscribeAsync(SubjectIdentifier.OfEmail("bo@kund.example"), new UnsubscribeOrder(["direct-marketing"], "email", "mail"));
        (await AskAsync(host, other)).Reasons.Select(reason => reason.Code).ShouldBe((await AskAsync(host, person)).Reasons.Select(reason => reason.Code));
    }

    private static Task<ProcessingDecision> AskAsync(OrganisationHost host, DataSubject person) => host.Get<IProcessingGate>().DecideAsync(
        new ProcessingRequest(person, "direct-marketing")
        {
            Actor = ProcessingActor.Service("newsletter-sender", "mailer"),
            Data = ["newsletter.recipients.work-email"],
            Channel = "email",
        });

    private static Task<ProcessingDecision> UseAsync(OrganisationHost host, DataSubject person, string role, string purpose, string data) =>
        host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(person, purpose) { Actor = ProcessingActor.Person(role, "a1"), Data = [data], Channel = "email" });

    private static void AddPrinter(JsonObject policy)
    {
        policy["recipients"] = JsonNode.Parse("""{ "printer": { "name": "A printer", "kind": "processor", "country": "SE", "agreement": "printing" } }""");
        policy["agreements"]!["printing"] = JsonNode.Parse("""
            { "title": { "en": "Agreement with the printer", "sv": "Avtal med tryckeriet" }, "kind": "withProcessor", "from": "2020-01-01",
              "terms": { "subject": { "en": "Letters", "sv": "Brev" }, "duration": { "en": "Until cancelled", "sv": "Tills vidare" }, "byInstruction": true },
              "clauses": { "instructions": "1", "confidentiality": "2", "security": "3", "subProcessors": "4", "requests": "5", "assistance": "6", "end": "7", "audits": "8" } }
            """);
        policy["activities"]!["register"]!["recipients"] = JsonNode.Parse(
            """[{ "recipient": "printer", "data": ["crm.contacts"], "occasion": { "en": "Letters", "sv": "Brev" } }]""");
    }

    private sealed class Printer : INotificationChannel
    {
        public List<OutgoingNotification> Sent { get; } = [];

        public bool Reaches(string id, Recipient recipient) => true;

        public ValueTask<NotificationReply> SendAsync(OutgoingNotification notification, CancellationToken cancellationToken)
        {
            Sent.Add(notification);
            return ValueTask.FromResult(NotificationReply.Acknowledged);
        }
    }
}
