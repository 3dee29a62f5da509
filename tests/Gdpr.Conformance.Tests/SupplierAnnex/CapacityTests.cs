using Gdpr.Breaches;
using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Controls;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.SupplierAnnex;

/// <summary>What the supplier does for itself and what for its customers, of which data about whom.</summary>
public sealed class CapacityTests
{
    private static readonly Organisation Supplier = Organisation.SupplierAnnex;

    [Theory]
    [InlineData("support", false, "service-provision", "portal.customers.email", LawfulBasisKind.Contract)]
    [InlineData("developers", false, "service-improvement", "support.cases.message", LawfulBasisKind.LegitimateInterest)]
    [InlineData("operations", false, "system-operation", "logs.events", LawfulBasisKind.LegitimateInterest)]
    [InlineData("finance", false, "contract-administration", "portal.acceptances", LawfulBasisKind.Contract)]
    [Trait("clause", "SUP-02")]
    public async Task Services_are_delivered_developed_run_and_administered_on_a_basis_of_the_suppliers_own(
        string role, bool isService, string purpose, string data, LawfulBasisKind basis)
    {
        await using var host = await OrganisationHost.StartAsync(Supplier);
        var own = await host.PersonAsync("p1");
        var theirs = await ClientPersonAsync(host, "customer-data", "name");

        var decision = await UseAsync(host, own, role, isService, purpose, data);

        decision.IsAllowed.ShouldBeTrue(decision.ToString());
        decision.Bases.ShouldAllBe(one => one.Basis == basis && one.Instruction == null);
        (await UseAsync(host, theirs, role, isService, purpose, data)).IsAllowed.ShouldBeFalse("customers' people are not used for the supplier's own purposes");
        (await host.EntriesAsync()).ShouldContain(entry => entry.Content.Subject == own.Key && entry.Content.Type == "processing-allowed");
    }

    [Fact]
    [Trait("clause", "SUP-04")]
    public async Task User_names_and_addresses_on_the_internet_are_the_persons_data_and_are_seen_by_those_who_run_the_systems_alone()
    {
        await using var host = await OrganisationHost.StartAsync(Supplier);
        var person = await host.PersonAsync("p1");
        await host.PutAsync("logs.events", "e1", "p1", "logged=2026-11-01");

        var content = await host.AccessAsync(person);
        content.Purposes.Single(one => one.DataSets.Contains("logs.events")).Categories
            .ShouldBe(new[] { "account.username", "online.ip-address", "log.event" }.Select(host.TitleOf), ignoreOrder: true);
        content.DataSets.Single(one => one.DataSet == "logs.events").Records.Single().Fields["ip-address"].GetString().ShouldBe("marker-ip-address-e1");
        (await UseAsync(host, person, "operations", false, "system-operation", "logs.events.ip-address")).IsAllowed.ShouldBeTrue();
        (await UseAsync(host, person, "developers", false, "system-operation", "logs.events.event")).IsAllowed.ShouldBeTrue();
        (await UseAsync(host, person, "developers", false, "system-operation", "logs.events.ip-address")).Reasons
            .ShouldContain(reason => reason.Code == ProcessingReasons.RoleWithoutCategory);
        Supplier.Policy.KindOf("online.ip-address").ShouldBe(DataCategoryKind.OnlineIdentifier);
        Supplier.Policy.KindOf("account.username").ShouldBe(DataCategoryKind.OnlineIdentifier);
    }

    [Fact]
    [Trait("clause", "SUP-05")]
    public async Task Which_further_categories_are_processed_is_the_controllers_to_rule_and_to_change()
    {
        await using var host = await OrganisationHost.StartAsync(Supplier);
        var person = await ClientPersonAsync(host, "customer-data", "name");

        (await AskAsync("name")).IsAllowed.ShouldBeTrue();
        (await AskAsync("content")).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.CategoryOutsideInstruction && reason.About == "by-instruction");
        (await AskAsync("email")).IsAllowed.ShouldBeFalse();

        // The controller widens its instruction, and narrows it again.
        await InstructAsync(host, "2", "identity.name", "by-instruction");
        var widened = await AskAsync("content");
        widened.IsAllowed.ShouldBeTrue(widened.ToString());
        widened.Bases.ShouldAllBe(basis => basis.Basis == null && basis.Instruction == "2");
        (await AskAsync("email")).IsAllowed.ShouldBeFalse();
        await InstructAsync(host, "3", "contact.email");
        (await AskAsync("content")).IsAllowed.ShouldBeFalse();
        (await AskAsync("name")).IsAllowed.ShouldBeFalse();
        (await AskAsync("email")).IsAllowed.ShouldBeTrue();

        Task<ProcessingDecision> AskAsync(string field) => UseAsync(host, person, "operations", false, "customer-data", $"customer-services.customer-data.{field}");
    }

    [Theory]
    [InlineData("portal.customers", "customer")]
    [InlineData("partner-register.contacts", "supplier")]
    [InlineData("partner-register.contacts", "partner")]
    [InlineData("customer-services.customer-data", "by-instruction")]
    [Trait("clause", "SUP-06")]
    public async Task Own_data_is_about_customers_suppliers_and_partners_and_the_rest_about_those_of_the_customers(string dataSet, string subject)
    {
        await using var host = await OrganisationHost.StartAsync(Supplier);
        await host.PutAsync(dataSet, "r1", "p1", "");

        var reached = await host.Get<BreachRegister>().ScopeAsync(new BreachScopeQuery { DataSets = [dataSet] });

        reached.SubjectCategories.ShouldContain(subject);
        reached.Records.AtLeast.ShouldBe(1);

        // Whom an instruction does not name, nobody processes.
        var person = await ClientPersonAsync(host, "customer-data", "name", subjects: ["employee"]);
        (await UseAsync(host, person, "operations", false, "customer-data", "customer-services.customer-data.name")).IsAllowed.ShouldBe(false);
    }

    [Theory]
    [InlineData("support", false)]
    [InlineData("portal-service", true)]
    [Trait("clause", "SUP-11")]
    public async Task A_customer_is_identified_by_people_and_by_services_and_by_nobody_else(string role, bool isService)
    {
        await using var host = await OrganisationHost.StartAsync(Supplier);
        var person = await host.PersonAsync("p1");

        (await UseAsync(host, person, role, isService, "identity-verification", "portal.customers.national-number")).IsAllowed.ShouldBeTrue();
        (await UseAsync(host, person, "finance", false, "identity-verification", "portal.customers.national-number")).IsAllowed.ShouldBeFalse();
        (await UseAsync(host, person, "finance", false, "billing", "portal.customers.name", "portal.customers.address")).IsAllowed.ShouldBeTrue("invoices");
        (await UseAsync(host, person, "support", false, "customer-support", "support.cases")).IsAllowed.ShouldBeTrue("support");
        (await UseAsync(host, person, "finance", false, "billing", "portal.customers.national-number")).IsAllowed.ShouldBeFalse("no invoice needs the number");
    }

    [Theory]
    [InlineData("customer-logs", "customer-operation", "operations", "customer-services.customer-logs")]
    [InlineData("customer-support", "customer-data-support", "support", "customer-services.customer-cases")]
    [InlineData("customer-backup", "customer-data-backup", "operations", "backup.customer-copies")]
    [InlineData("customer-data", "customer-data", "operations", "customer-services.customer-data")]
    [Trait("clause", "SUP-14")]
    public async Task Work_for_customers_is_done_under_their_instruction_and_of_their_people_alone(string activity, string purpose, string role, string dataSet)
    {
        await using var host = await OrganisationHost.StartAsync(Supplier);
        var (own, theirs) = (await host.PersonAsync("p1"), await ClientPersonAsync(host, activity));

        var decision = await UseAsync(host, theirs, role, false, purpose, dataSet);
        decision.IsAllowed.ShouldBeTrue(decision.ToString());
        decision.Bases.ShouldAllBe(basis => basis.Activity == activity && basis.Basis == null && basis.Instruction == "1");
        (await UseAsync(host, own, role, false, purpose, dataSet)).IsAllowed.ShouldBeFalse("it is no data of the supplier's own");
        (await host.ReceiveAsync(DataSubjectRight.Access, theirs)).ForwardedTo.ShouldBe("client-a");
    }

    [Fact]
    [Trait("clause", "SUP-19")]
    public async Task The_backups_of_both_capacities_are_due_every_day_and_each_needs_evidence_of_its_own()
    {
        await using var host = await OrganisationHost.StartAsync(Supplier);
        var evidence = host.Get<ControlEvidence>();
        foreach (var system in host.Policy.Controls["own-backup"].Systems)
        {
            await evidence.RecordAsync(new Evidence(EvidenceTarget.Control("own-backup") with { System = system }, EvidenceOutcome.Passed, "operations"));
        }

        (await StateAsync("own-backup")).ShouldBe(ControlState.Pass);
        (await StateAsync("customer-backup")).ShouldBe(ControlState.Missing, "that own data is copied shows nothing of the customers'");
        foreach (var system in host.Policy.Controls["customer-backup"].Systems)
        {
            await evidence.RecordAsync(new Evidence(EvidenceTarget.Control("customer-backup") with { System = system }, EvidenceOutcome.Passed, "operations"));
        }

        (await StateAsync("customer-backup")).ShouldBe(ControlState.Pass);
        host.Clock.Advance(Duration.FromDays(2));
        (await StateAsync("own-backup")).ShouldBe(ControlState.Stale);
        (await StateAsync("customer-backup")).ShouldBe(ControlState.Stale);

        async Task<ControlState> StateAsync(string control) => (await evidence.ReadAsync()).Single(one => one.Id == control).State;
    }

    [Fact]
    [Trait("clause", "SUP-17")]
    public async Task Protection_from_malicious_code_is_looked_at_every_third_month_and_once_for_each_system_where_one_is_told_from_another()
    {
        await Measures.ShouldNeedEvidenceAsync(Supplier, "malware-protection", ControlFamily.Malware, new LocalDate(2027, 2, 21));

        await using var host = await OrganisationHost.StartAsync(Supplier);
        var evidence = host.Get<ControlEvidence>();
        await evidence.RecordAsync(new Evidence(EvidenceTarget.Control("malware-protection") with { System = "portal" }, EvidenceOutcome.Passed, "operations"));
        var status = (await evidence.ReadAsync()).Single(one => one.Id == "malware-protection");
        status.State.ShouldBe(ControlState.Missing, "the portal shows nothing of the rest");
        status.Lines.Where(line => line.State == ControlState.Missing).Select(line => line.System).ShouldBe(host.Policy.Systems.Keys.Except(["portal"]), ignoreOrder: true);
    }

    [Fact]
    [Trait("clause", "SUP-22")]
    public async Task Every_systems_risk_falls_due_for_review_and_so_does_the_analysis()
    {
        await using var host = await OrganisationHost.StartAsync(Supplier);
        var (evidence, calendar) = (host.Get<ControlEvidence>(), host.Get<DueCalendar>());
        await evidence.RecordAsync(new Evidence(EvidenceTarget.Control("risk-analysis"), EvidenceOutcome.Passed, "operations"));

        var due = await calendar.ListAsync();
        due.Single(item => item.Kind == DueKinds.ControlEvidence && item.About == "risk-analysis").LastDay.ShouldBe(new LocalDate(2027, 2, 21), "every third month");
        foreach (var system in host.Get<SystemRegister>().List())
        {
            due.Single(item => item.Kind == DueKinds.AssessmentReview && item.About == system.System.RiskAssessment).LastDay
                .ShouldBe(host.Policy.Assessments[system.System.RiskAssessment!].NextReview, system.Id);
        }

        host.Clock.Advance(Duration.FromDays(100));
        (await calendar.ListOverdueAsync()).ShouldContain(item => item.About == "risk-analysis");
    }

    [Fact]
    [Trait("clause", "SUP-23")]
    public async Task An_activity_without_a_routine_is_in_the_report()
    {
        await using var host = await OrganisationHost.StartAsync(Supplier);
        (await DetailsAsync(host)).ShouldNotContain(detail => detail.StartsWith(FindingCodes.ActivityWithoutRoutine));

        await using var careless = await OrganisationHost.StartAsync(Supplier.With(policy =>
            Organisation.RemoveAll(policy, Supplier.Policy.Activities.Keys.Select(activity => $"/activities/{activity}/routine"))));

        (await DetailsAsync(careless)).Where(detail => detail.StartsWith(FindingCodes.ActivityWithoutRoutine, StringComparison.Ordinal))
            .ShouldBe(Supplier.Policy.Activities.Keys.Select(activity => $"{FindingCodes.ActivityWithoutRoutine} /activities/{activity}"), ignoreOrder: true);

        static async Task<IReadOnlyList<string>> DetailsAsync(OrganisationHost host) => [.. (await host.Get<ComplianceReports>().CreateAsync()).Principles
            .SelectMany(principle => principle.Checks).Where(check => check.Code == "policy-findings").SelectMany(check => check.Details)];
    }

    [Fact]
    [Trait("clause", "SUP-16")]
    public async Task The_host_of_the_servers_is_named_under_its_agreement_and_a_new_sub_processor_gets_nothing_while_somebody_may_object()
    {
        (await OrganisationHost.RefusedWithoutAsync(Supplier, "/recipients/glesys/agreement"))
            .ShouldContain(finding => finding.Code == FindingCodes.ProcessorWithoutContract && finding.Path == "/recipients/glesys");

        await using var host = await OrganisationHost.StartAsync(Supplier);
        var (person, changes) = (await host.PersonAsync("p1"), host.Get<SubProcessorChanges>());
        host.Get<SystemRegister>().List().ShouldAllBe(system => system.System.Host == "glesys");
        (await StandsAsync()).ShouldBeTrue();

        var change = await changes.AnnounceAsync(new SubProcessorNotice("sms-provider", "sms-agreement"));
        (await StandsAsync()).ShouldBeFalse("the time to object has not ended");
        await changes.AcceptAsync(change.Id, "data-protection-officer");
        (await StandsAsync()).ShouldBeTrue();
        (await host.Get<ComplianceReports>().CreateAsync()).Principles.Single(one => one.Principle == DataPrinciple.Accountability).Checks
            .Single(check => check.Code == "recipients-evidenced").Details.ShouldContain("glesys physical-access Missing", "that the hall is locked is to be shown");

        async Task<bool> StandsAsync()
        {
            var decision = await host.Get<DisclosureService>().DiscloseAsync(
                new DisclosureRequest("sms-provider", "order-handling", "messaging.dispatches.phone"), person);
            decision.Reasons.Select(reason => reason.Code).ShouldBeSubsetOf([DisclosureReasons.SubProcessorPending]);
            return decision.IsAllowed;
        }
    }

    private static Task<ProcessingDecision> UseAsync(OrganisationHost host, DataSubject person, string role, bool isService, string purpose, params string[] data) =>
        host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(person, purpose)
        {
            Actor = isService ? ProcessingActor.Service(role, "s1") : ProcessingActor.Person(role, "a1"),
            Data = data,
        });

    /// <summary>Somebody of a customer's whose instruction covers an activity: of its data, all fields or one.</summary>
    private static async Task<DataSubject> ClientPersonAsync(OrganisationHost host, string activity, string? field = null, params string[] subjects)
    {
        var path = host.Policy.Activities[activity].Data.Single().Split('.');
        var fields = host.Policy.Systems[path[0]].DataSets[path[1]].Fields.Where(one => field is null || one.Key == field);
        await host.Get<ProcessorClients>().RegisterAsync(new ClientRegistration("client-a", "Client A", "agreement-5", new LocalDate(2026, 1, 1))
        {
            Instruction = new ClientInstruction("1", new LocalDate(2026, 1, 1))
            {
                Activities = [activity],
                Categories = [.. fields.Select(one => one.Value.Category).Distinct()],
                Subjects = subjects.Length > 0 ? subjects : ["by-instruction"],
            },
        });
        return await host.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("u1")) { Controller = "client-a" });
    }

    private static Task InstructAsync(OrganisationHost host, string version, params string[] categories) => host.Get<ProcessorClients>().InstructAsync(
        "client-a", new ClientInstruction(version, new LocalDate(2026, 1, 1)) { Activities = ["customer-data"], Categories = categories, Subjects = ["by-instruction"] });
}
