using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.SupplierAnnex;

/// <summary>The provider in whose halls customers' data stands: under agreement, authorised by each customer, and told on that customer's record alone.</summary>
public sealed class SubProcessorTests
{
    private const string Data = "customer-services.customer-data";

    private static readonly Organisation Supplier = Organisation.SupplierAnnex;

    [Fact]
    [Trait("clause", "SUP-16")]
    public async Task A_customers_data_goes_to_the_sub_processor_that_the_customer_has_authorised_within_its_instruction_and_on_its_own_record()
    {
        await using var host = await OrganisationHost.StartAsync(Supplier);
        var (clients, log) = (host.Get<ProcessorClients>(), host.Get<DisclosureLog>());
        var (person, other) = (await CustomerAsync(host, "client-a"), await CustomerAsync(host, "client-b"));
        await host.PutAsync(Data, "d1", "u-client-a");
        await host.PutAsync(Data, "d2", "u-client-b");

        (await DiscloseAsync(host, person)).Reasons
            .ShouldBe([new DisclosureReason(DisclosureReasons.SubProcessorNotAuthorised, "Art. 28(2)", "glesys")], "the customer has authorised nobody yet");
        await clients.AuthoriseAsync("client-a", new SubProcessorAuthorisation(SubProcessorAuthorisationKind.Specific, "agreement § 6") { Recipients = ["glesys"] });
        var allowed = await DiscloseAsync(host, person);

        allowed.IsAllowed.ShouldBeTrue(string.Join(", ", allowed.Reasons));
        allowed.Minimise(Data, (await host.FindAsync(Data, "d1"))!).Fields.ShouldBe(
            new Dictionary<string, string> { ["name"] = "marker-name-d1", ["email"] = "marker-email-d1" }, ignoreOrder: true);
        (await DiscloseAsync(host, person, "name", "content")).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.CategoryOutsideInstruction);
        (await DiscloseAsync(host, other)).Reasons.ShouldContain(reason => reason.Code == DisclosureReasons.SubProcessorNotAuthorised);
        (await DiscloseAsync(host, other with { Controller = "client-a" })).IsAllowed.ShouldBeFalse("nobody is borrowed from another customer");

        var line = (await log.ReadForAsync(person)).ShouldHaveSingleItem();
        (line.Recipient, line.Instruction, line.Agreement, line.Basis).ShouldBe(("glesys", "1", "glesys-agreement", null));
        (await log.ReadForAsync(other)).ShouldBeEmpty();
        (await host.EntriesAsync()).Where(entry => entry.Content.Type == "disclosed").ShouldHaveSingleItem().Content.Controller.ShouldBe("client-a");

        // What the customer erases is told to the provider.
        (await host.Get<RecipientNotifications>().NotifyAsync(person, new RecipientNotice(RecipientNoticeKind.Erased, "instruction-2")))
            .ShouldHaveSingleItem().Recipient.ShouldBe("glesys");
        await clients.EndAsync("client-a", new LocalDate(2026, 11, 20));
        (await DiscloseAsync(host, person)).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.NoAgreement);
        await host.ShouldVerifyAsync();
    }

    [Fact]
    [Trait("clause", "SUP-16")]
    public async Task A_customer_is_told_of_a_new_sub_processor_and_one_that_it_objects_to_gets_nothing_of_its_data()
    {
        await using var host = await OrganisationHost.StartAsync(Supplier);
        var (changes, tasks) = (host.Get<SubProcessorChanges>(), host.Get<HumanTasks>());
        var (silent, objecting) = (await CustomerAsync(host, "client-a", InGeneral), await CustomerAsync(host, "client-b", InGeneral));
        (await CodesAsync(host, silent)).ShouldBe([DisclosureReasons.SubProcessorNotAuthorised], "it has not been told");

        foreach (var client in new[] { "client-a", "client-b" })
        {
            await changes.AnnounceAsync(new SubProcessorNotice("glesys", "customer-agreement") { Client = client });
        }

        (await tasks.ListOpenAsync()).Where(task => task.Kind == "review-sub-processor").Select(task => task.Controller).ShouldBe(["client-a", "client-b"], ignoreOrder: true);
        (await CodesAsync(host, silent)).ShouldBe([DisclosureReasons.SubProcessorPending]);
        await changes.ObjectAsync((await changes.ListAsync()).Single(change => change.Client == "client-b").Id, "The hall is not certified.", "client-lawyer");
        host.Clock.Advance(Duration.FromDays(31));

        (await CodesAsync(host, silent)).ShouldBeEmpty("it did not object in time");
        (await DiscloseAsync(host, objecting)).Reasons.ShouldBe([new DisclosureReason(DisclosureReasons.SubProcessorRefused, "Art. 28(2)", "glesys")]);
        (await host.Get<DisclosureLog>().ReadForAsync(objecting)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/agreements/glesys-agreement/clauses/audits", FindingCodes.NoAuditsClause)]
    [InlineData("/agreements/glesys-agreement/clauses/security", FindingCodes.NoSecurityClause)]
    [InlineData("/agreements/glesys-agreement/terms", FindingCodes.NoProcessingTerms)]
    [Trait("clause", "SUP-16")]
    public async Task A_sub_processor_that_is_not_bound_as_the_supplier_is_keeps_it_from_starting(string without, string code) =>
        (await OrganisationHost.RefusedWithoutAsync(Supplier, without)).ShouldContain(finding => finding.Code == code && finding.Severity == FindingSeverity.Error);

    private static SubProcessorAuthorisation InGeneral => new(SubProcessorAuthorisationKind.General, "agreement § 6");

    private static async Task<DataSubject> CustomerAsync(OrganisationHost host, string id, SubProcessorAuthorisation? authorisation = null)
    {
        await host.Get<ProcessorClients>().RegisterAsync(new ClientRegistration(id, $"Client {id}", "agreement-5", new LocalDate(2026, 1, 1))
        {
            SubProcessors = authorisation,
            Instruction = new ClientInstruction("1", new LocalDate(2026, 1, 1))
            {
                Activities = ["customer-data"],
                Categories = ["identity.name", "contact.email"],
                Subjects = ["by-instruction"],
            },
        });
        return await host.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost($"u-{id}")) { Controller = id });
    }

    /// <summary>What becomes of the fields that the instruction covers, or of some.</summary>
    private static Task<DisclosureDecision> DiscloseAsync(OrganisationHost host, DataSubject person, params string[] fields) => host.Get<DisclosureService>().DiscloseAsync(
        new DisclosureRequest("glesys", "customer-data", [.. (fields.Length > 0 ? fields : ["name", "email"]).Select(field => $"{Data}.{field}")])
        {
            Controller = person.Controller,
            Actor = ProcessingActor.Person("operations", "op-1"),
            Excess = DisclosureExcess.Trim,
        },
        person);

    private static async Task<IReadOnlyList<string>> CodesAsync(OrganisationHost host, DataSubject person) =>
        [.. (await DiscloseAsync(host, person)).Reasons.Select(reason => reason.Code)];
}
