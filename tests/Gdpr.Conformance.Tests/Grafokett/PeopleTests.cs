using System.Security.Cryptography;
using System.Text;
using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Controls;
using Gdpr.Disclosures;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.Grafokett;

/// <summary>What Grafokett has on customers, prospects, suppliers and staff, what for, and how it goes out.</summary>
public sealed class PeopleTests
{
    private static readonly LocalDate Reviewed = new(2027, 11, 21);

    [Theory]
    [InlineData("crm.customers", "as-customer", "sales", "customer-relations", LawfulBasisKind.Contract,
        "customer-since=2019-01-01;last-contact=2026-08-20", "customer-since=2019-01-01;last-contact=2024-11-20")]
    [InlineData("crm.prospects", "as-prospect", "sales", "prospecting", LawfulBasisKind.Contract, "registered=2026-08-20", "registered=2024-11-20")]
    [InlineData("crm.suppliers", "as-supplier", "sales", "supplier-management", LawfulBasisKind.LegitimateInterest, "last-contact=2026-08-20", "last-contact=2023-11-20")]
    [InlineData("staff.employees", "as-employee", "management", "personnel-administration", LawfulBasisKind.Contract, "last-salary=2026-10-25", "last-salary=2023-11-20")]
    [Trait("clause", "GRA-01")]
    public async Task Each_kind_of_people_is_taken_in_from_the_person_used_on_its_basis_told_of_it_and_let_go_in_time(
        string dataSet, string origin, string role, string purpose, LawfulBasisKind basis, string running, string past)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");
        await host.PutAsync(dataSet, "running", "p1", running);
        await host.PutAsync(dataSet, "past", "p2", past);

        var taken = await host.Get<CollectionRegister>().CollectAsync(new Collection(dataSet, origin), [person]);
        var used = await UseAsync(host, person, role, purpose, dataSet);
        var content = await host.AccessAsync(person);

        taken.IsAllowed.ShouldBeTrue(string.Join("; ", taken.Reasons));
        taken.Owed.ShouldBeEmpty("the data comes from the person");
        used.IsAllowed.ShouldBeTrue(used.ToString());
        used.Bases.Select(one => (one.DataSet, one.Basis)).Distinct().ShouldBe([(dataSet, basis)]);
        var told = content.Purposes.Where(one => one.Purpose == purpose && one.DataSets.Contains(dataSet)).ToArray();
        told.ShouldNotBeEmpty();
        told.ShouldAllBe(one => one.Basis == basis && one.Criteria != null);
        content.Sources.ShouldContain(source => source.DataSet == dataSet && source.From == OriginKind.Person);

        await host.SweepAsync();
        (await host.FindAsync(dataSet, "running")).ShouldNotBeNull();
        (await host.FindAsync(dataSet, "past")).ShouldBeNull();
    }

    [Fact]
    [Trait("clause", "GRA-02")]
    public async Task What_is_ordered_and_what_is_used_and_how_are_told_and_used_as_categories_of_their_own()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");
        await host.PutAsync("erp.orders", "o1", "p1", "last-contact=2026-08-20");
        await host.PutAsync("customer-zone.usage", "u1", "p1", "observed=2026-10-01");
        await host.PutAsync("customer-zone.usage", "u2", "p2", "observed=2025-11-20");

        var content = await host.AccessAsync(person);
        content.Purposes.Single(one => one.Purpose == "service-provision").Categories.ShouldContain(host.TitleOf("commerce.order"));
        var usage = content.Purposes.Where(one => one.DataSets.Contains("customer-zone.usage")).ToArray();
        usage.Select(one => one.Purpose).ShouldBe(["service-improvement", "direct-marketing"], ignoreOrder: true);
        usage.ShouldAllBe(one => one.Categories.Contains(host.TitleOf("commerce.service-usage")));
        (await UseAsync(host, person, "developers", "service-improvement", "customer-zone.usage.way-of-use")).IsAllowed.ShouldBeTrue();
        (await UseAsync(host, person, "developers", "service-improvement", "erp.orders.order")).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.DataNotDeclared);

        await host.SweepAsync();
        (await host.FindAsync("customer-zone.usage", "u1"))!.Keys.ShouldContain("way-of-use");
        (await host.FindAsync("customer-zone.usage", "u2"))?.Keys.ShouldNotContain("way-of-use", "usage is nobody's after a year");
        (await host.FindAsync("erp.orders", "o1")).ShouldNotBeNull();
    }

    [Fact]
    [Trait("clause", "GRA-03")]
    public async Task What_is_told_to_support_is_used_to_handle_the_matter_and_for_nothing_else()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");
        await host.PutAsync("support.cases", "s1", "p1", "opened=2026-11-01", "told");
        string[] told = ["support.cases.message", "support.cases.chat"];

        foreach (var field in told)
        {
            (await UseAsync(host, person, "support", "customer-support", field)).IsAllowed.ShouldBeTrue(field);
            (await UseAsync(host, person, "developers", "service-improvement", field)).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.DataNotDeclared, field);
            (await UseAsync(host, person, "sales", "direct-marketing", field)).IsAllowed.ShouldBeFalse(field);
        }

        var records = (await host.AccessAsync(person)).DataSets.Single(dataSet => dataSet.DataSet == "support.cases").Records;
        records.ShouldHaveSingleItem().Fields["message"].GetString().ShouldBe("told-message-s1");
    }

    [Fact]
    [Trait("clause", "GRA-06")]
    public async Task Services_are_provided_on_the_contract_by_those_who_deliver_and_invoice()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");

        var delivery = await UseAsync(host, person, "delivery", "service-provision", "crm.customers.name", "erp.orders");
        delivery.IsAllowed.ShouldBeTrue(delivery.ToString());
        delivery.Bases.ShouldAllBe(basis => basis.Basis == LawfulBasisKind.Contract && basis.Activity == "service");
        (await host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(person, "service-provision")
        {
            Actor = ProcessingActor.Service("invoicing-service", "s1"),
            Data = ["crm.customers.name", "crm.customers.address", "erp.orders.order"],
        })).IsAllowed.ShouldBeTrue("invoices are sent on the contract");
        (await UseAsync(host, person, "delivery", "service-provision", "crm.customers.notes")).IsAllowed.ShouldBeFalse("what the contract does not need");
        (await UseAsync(host, person, "sales", "service-provision", "erp.orders")).IsAllowed.ShouldBeFalse();
        host.Policy.Purposes["service-provision"].Aims.Select(aim => aim.En).ShouldBeUnique();
        host.Policy.Purposes["service-provision"].Aims.Count.ShouldBe(4);
    }

    [Theory]
    [InlineData("bookkeeping", "finance", "bookkeeping", "erp.invoices", "SFS 1999:1078 7:2")]
    [InlineData("authority-decisions", "security", "authority-decisions", "crm.customers.name", "SFS 1942:740 27:16")]
    [Trait("clause", "GRA-11")]
    public async Task A_statutory_duty_names_its_law_to_the_person_or_keeps_the_organisation_from_starting(
        string activity, string role, string purpose, string data, string law)
    {
        (await OrganisationHost.RefusedWithoutAsync(Organisation.Grafokett, $"/activities/{activity}/basis/legalObligation/law"))
            .ShouldContain(finding => finding.Code == FindingCodes.ObligationWithoutLaw && finding.Severity == FindingSeverity.Error);

        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");
        await host.PutAsync("erp.invoices", "i1", "p1", "booked=2026-03-01");
        await host.PutAsync("crm.customers", "c1", "p1", "customer-since=2019-01-01;last-contact=2026-08-20");

        var used = await UseAsync(host, person, role, purpose, data);
        used.IsAllowed.ShouldBeTrue(used.ToString());
        used.Bases.ShouldAllBe(basis => basis.Basis == LawfulBasisKind.LegalObligation);
        (await host.AccessAsync(person)).Purposes.Single(one => one.Purpose == purpose).Law.ShouldBe(law);
        (await host.HandleAsync(DataSubjectRight.Objection, person, intake => intake with { Scope = new RequestScope { Purposes = [purpose] } }))
            .Outcome.ShouldBe(RequestOutcome.Refused);
        (await UseAsync(host, person, role, purpose, data)).IsAllowed.ShouldBeTrue("nobody objects a law away");
    }

    [Fact]
    [Trait("clause", "GRA-19")]
    public async Task A_password_leaves_in_no_copy_package_or_disclosure_and_that_there_is_one_is_said()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("customer-zone.accounts", "a1", "p1", "last-contact=2026-08-20");

        var access = await requests.ComposeAccessAsync((await host.HandleAsync(DataSubjectRight.Access, person)).Id);
        var package = await requests.ComposePackageAsync((await host.HandleAsync(DataSubjectRight.Portability, person)).Id);

        Encoding.UTF8.GetString(access.ToJson()).ShouldContain("marker-username-a1");
        Encoding.UTF8.GetString(access.ToJson()).ShouldNotContain("marker-password-hash");
        access.ToOfficersCsv("customer-zone.accounts").ShouldNotContain("marker-password-hash");
        access.Content.Limits.ShouldContain(limit => limit.Path == "customer-zone.accounts.password-hash" && limit.Reason == RightsReasons.Credential);
        var files = string.Join('\n', package.Files.Select(file => Encoding.UTF8.GetString(file.Content.Span)));
        files.ShouldContain("marker-username-a1");
        files.ShouldNotContain("marker-password-hash");
        (await host.Get<DisclosureService>().DiscloseAsync(
            new DisclosureRequest("repair-partner", "fault-repair", "customer-zone.accounts.password-hash"), person)).IsAllowed.ShouldBeFalse();
    }

    [Fact]
    [Trait("clause", "GRA-21")]
    public async Task Every_system_has_a_risk_assessment_that_falls_due_for_review()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var (calendar, systems) = (host.Get<DueCalendar>(), host.Get<SystemRegister>().List());

        systems.ShouldAllBe(system => host.Policy.Assessments[system.System.RiskAssessment!].Kind == AssessmentKind.Risk);
        var due = (await calendar.ListAsync()).Where(item => item.Kind == DueKinds.AssessmentReview).ToDictionary(item => item.About!);
        foreach (var assessment in systems.Select(system => system.System.RiskAssessment!).Distinct())
        {
            due[assessment].LastDay.ShouldBe(host.Policy.Assessments[assessment].NextReview, assessment);
            await host.Get<ControlEvidence>().RecordAsync(new Evidence(EvidenceTarget.Assessment(assessment), EvidenceOutcome.Passed, "management") { NextReview = Reviewed });
        }

        (await CheckAsync()).Result.ShouldBe(CheckResult.Met, "each was reviewed");
        host.Clock.Set(Instant.FromUtc(2027, 11, 21, 23, 0));
        (await CheckAsync()).Result.ShouldBe(CheckResult.NotMet);
        (await CheckAsync()).Details.Count.ShouldBe(systems.Select(system => system.System.RiskAssessment).Distinct().Count());

        async Task<ComplianceCheck> CheckAsync() => (await host.Get<ComplianceReports>().CreateAsync()).Principles
            .Single(principle => principle.Principle == DataPrinciple.Security).Checks.Single(one => one.Code == "risks-assessed");
    }

    [Fact]
    [Trait("clause", "GRA-24")]
    public async Task What_is_carried_out_of_the_house_is_encrypted_and_opens_with_its_passphrase_alone()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("crm.customers", "c1", "p1", "customer-since=2019-01-01;last-contact=2026-08-20");
        var archive = (await requests.ComposePackageAsync((await host.HandleAsync(DataSubjectRight.Portability, person)).Id)).ToZip();

        var locked = PackageEncryption.Encrypt(archive, "a passphrase that goes another way");

        PackageEncryption.Decrypt(locked, "a passphrase that goes another way").ShouldBe(archive);
        Should.Throw<CryptographicException>(() => PackageEncryption.Decrypt(locked, "another passphrase of that length"));
        locked[^1] ^= 1;
        Should.Throw<CryptographicException>(() => PackageEncryption.Decrypt(locked, "a passphrase that goes another way"));
        host.Policy.Controls["device-encryption"].Family.ShouldBe(ControlFamily.Storage);
        (await host.Get<ControlEvidence>().ReadAsync()).Single(control => control.Id == "device-encryption").State.ShouldNotBe(ControlState.Pass, "a claim is no evidence");
    }

    private static Task<ProcessingDecision> UseAsync(OrganisationHost host, DataSubject person, string role, string purpose, params string[] data) =>
        host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(person, purpose) { Actor = ProcessingActor.Person(role, "a1"), Data = data });
}
