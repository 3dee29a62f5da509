using Gdpr.Breaches;
using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Consents;
using Gdpr.Controls;
using Gdpr.Disclosures;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.EndlessIt;

/// <summary>Whom EndlessIT has data on, which, what for and for how long, and where it goes.</summary>
public sealed class PeopleTests
{
    private static readonly Organisation EndlessIt = Organisation.EndlessIt;

    [Fact]
    [Trait("clause", "END-01")]
    public async Task People_at_the_same_company_have_their_rights_each_and_data_of_the_company_alone_is_nobodys()
    {
        await using var host = await OrganisationHost.StartAsync(EndlessIt);
        var (first, second) = (await host.PersonAsync("p1"), await host.PersonAsync("p2"));
        await host.PutAsync("crm.persons", "x1", "p1", "customer-since=2020-01-01;last-contact=2026-11-01", "first");
        await host.PutAsync("crm.persons", "x2", "p2", "customer-since=2020-01-01;last-contact=2026-11-01", "second");
        await host.PutAsync("crm.persons", "company", null, "customer-since=2020-01-01;last-contact=2026-11-01", "nobody");

        var erased = await host.HandleAsync(DataSubjectRight.Erasure, first);
        var told = await host.AccessAsync(second);

        told.DataSets.SelectMany(dataSet => dataSet.Records).ShouldHaveSingleItem().Fields["company"].GetString().ShouldBe("second-company-x2");
        erased.Results.Single(result => result.DataSet == "crm.persons").Items.ShouldAllBe(item => item.Code == ResultCode.Erased && item.Records == 1);
        (await host.FindAsync("crm.persons", "x1")).ShouldBeNull();
        (await host.FindAsync("crm.persons", "x2"))!["company"].ShouldBe("second-company-x2", "the other's right is the other's");
        (await host.FindAsync("crm.persons", "company"))!["company"].ShouldBe("nobody-company-company", "nobody asked for what is nobody's");
        var reached = await host.Get<BreachRegister>().ScopeAsync(new BreachScopeQuery { DataSets = ["crm.persons"] });
        (reached.Records.AtLeast, reached.People.AtLeast).ShouldBe((2, 1), "a company is no person");
        reached.NotCounted.ShouldContain(one => one.Reason == NotCountedReasons.RecordsOfNobody);
    }

    [Theory]
    [InlineData("crm.persons", "customer-since=2026-10-01;last-contact=2026-11-01",
        "work.company", "company.address", "contact.work-email", "contact.work-phone", "identity.customer-number")]
    [InlineData("shop.orders", "ordered=2026-11-01", "commerce.order-number", "identity.customer-number")]
    [InlineData("web.visits", "visited=2026-11-20", "online.ip-address", "online.cookie-id", "online.visits")]
    [Trait("clause", "END-02")]
    public async Task A_person_is_told_the_categories_that_are_held_and_gets_their_content(string dataSet, string triggers, params string[] categories)
    {
        await using var host = await OrganisationHost.StartAsync(EndlessIt);
        var person = await host.PersonAsync("p1");
        await host.PutAsync(dataSet, "r1", "p1", triggers);

        var content = await host.AccessAsync(person);

        var told = content.Purposes.Where(purpose => purpose.DataSets.Contains(dataSet)).SelectMany(purpose => purpose.Categories).Distinct().ToArray();
        told.ShouldBe(EndlessIt.DataSet(dataSet).Fields.Values.Select(field => host.TitleOf(field.Category)).Distinct(), ignoreOrder: true);
        categories.Select(host.TitleOf).ShouldBeSubsetOf(told);
        var given = content.DataSets.Single(one => one.DataSet == dataSet).Records.ShouldHaveSingleItem().Fields;
        foreach (var (field, _) in EndlessIt.DataSet(dataSet).Fields.Where(field => categories.Contains(field.Value.Category)))
        {
            given[field].GetString().ShouldBe($"marker-{field}-r1");
        }
    }

    [Theory]
    [InlineData("crm.persons", "customer-contact", true)]
    [InlineData("crm.consumers", "consumer", true)]
    [InlineData("crm.prospects", "prospect", true)]
    [InlineData("finance.credit-assessments", "credit-applicant", true)]
    [InlineData("web.visits", "visitor", false)]
    [Trait("clause", "END-03")]
    public async Task People_at_companies_consumers_and_visitors_are_told_apart(string dataSet, string subject, bool isKnown)
    {
        await using var host = await OrganisationHost.StartAsync(EndlessIt);
        await host.PutAsync(dataSet, "r1", "p1");

        var reached = await host.Get<BreachRegister>().ScopeAsync(new BreachScopeQuery { DataSets = [dataSet] });

        reached.SubjectCategories.ShouldBe([subject]);
        ((EndlessIt.Policy.Subjects.GetValueOrDefault(subject) ?? Vocabulary.Subjects[subject]).Unidentified).ShouldBe(!isKnown);
    }

    [Theory]
    [InlineData("prospecting", "sales", "crm.prospects", LawfulBasisKind.LegitimateInterest)]
    [InlineData("customer-approval", "sales", "crm.consumers", LawfulBasisKind.Contract)]
    [InlineData("customer-approval", "sales", "crm.persons.name", LawfulBasisKind.LegitimateInterest)]
    [InlineData("service-provision", "sales", "crm.persons", LawfulBasisKind.LegitimateInterest)]
    [InlineData("service-provision", "service", "crm.consumers", LawfulBasisKind.Contract)]
    [InlineData("order-handling", "service", "shop.orders", LawfulBasisKind.LegitimateInterest)]
    [InlineData("customer-support", "service", "service-desk.cases", LawfulBasisKind.LegitimateInterest)]
    [InlineData("bookkeeping", "finance", "finance.invoices", LawfulBasisKind.LegalObligation)]
    [Trait("clause", "END-08")]
    public async Task A_purpose_of_the_document_is_carried_out_on_its_basis_with_its_data_and_by_its_role(string purpose, string role, string data, LawfulBasisKind basis)
    {
        await using var host = await OrganisationHost.StartAsync(EndlessIt);
        var person = await host.PersonAsync("p1");

        var decision = await AskAsync(role, data);

        decision.IsAllowed.ShouldBeTrue(decision.ToString());
        decision.Bases.ShouldAllBe(one => one.Basis == basis);
        (await AskAsync("credit-controllers", data)).IsAllowed.ShouldBeFalse();
        (await AskAsync(role, "web.profiles")).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.DataNotDeclared);

        Task<ProcessingDecision> AskAsync(string actor, string about) => host.Get<IProcessingGate>().DecideAsync(
            new ProcessingRequest(person, purpose) { Actor = ProcessingActor.Person(actor, "a1"), Data = [about] });
    }

    [Fact]
    [Trait("clause", "END-23")]
    public async Task Every_system_has_a_risk_entry_of_its_own_that_falls_due_for_review()
    {
        await using var host = await OrganisationHost.StartAsync(EndlessIt);
        var systems = host.Get<SystemRegister>().List();

        systems.Select(system => system.System.RiskAssessment).ShouldBeUnique();
        var due = (await host.Get<DueCalendar>().ListAsync()).Where(item => item.Kind == DueKinds.AssessmentReview).ToDictionary(item => item.About!);
        foreach (var system in systems)
        {
            due[system.System.RiskAssessment!].LastDay.ShouldBe(host.Policy.Assessments[system.System.RiskAssessment!].NextReview, system.Id);
        }

        // A system without its entry is found, and so is the review that nobody made.
        await using var careless = await OrganisationHost.StartAsync(EndlessIt.With(policy => policy["systems"]!["web"]!.AsObject().Remove("riskAssessment")));
        (await DetailsAsync(careless, "policy-findings")).ShouldContain($"{FindingCodes.SystemWithoutRiskAssessment} /systems/web");
        host.Clock.Set(due.Values.Max(item => item.DueBy));
        (await DetailsAsync(host, "risks-assessed")).Count.ShouldBeGreaterThanOrEqualTo(systems.Count);

        static async Task<IReadOnlyList<string>> DetailsAsync(OrganisationHost host, string check) => [.. (await host.Get<ComplianceReports>().CreateAsync()).Principles
            .Single(principle => principle.Principle == DataPrinciple.Security).Checks.Single(one => one.Code == check).Details];
    }

    [Theory]
    [InlineData("/recipients/crm-provider/transfer")]
    [InlineData("/recipients/crm-provider/transfer/assessment")]
    [Trait("clause", "END-27")]
    public async Task A_transfer_without_its_safeguard_keeps_the_organisation_from_starting(string at) =>
        (await OrganisationHost.RefusedWithoutAsync(EndlessIt, at))
            .ShouldContain(finding => finding.Code == FindingCodes.NoSafeguard && finding.Severity == FindingSeverity.Error);

    [Fact]
    [Trait("clause", "END-27")]
    public async Task Each_cloud_system_names_its_provider_and_data_goes_there_while_the_safeguard_holds()
    {
        await using var host = await OrganisationHost.StartAsync(EndlessIt);
        var person = await host.PersonAsync("p1");
        var disclosures = host.Get<DisclosureService>();
        host.Get<SystemRegister>().List().Where(system => system.System.Host is not null).Select(system => (system.Id, system.System.Host))
            .ShouldBe([("crm", "crm-provider"), ("service-desk", "service-desk-provider")]);
        var consents = host.Get<ConsentService>();
        await consents.GiveAsync(new ConsentGrant(
            person, "web-analytics", consents.Ask("web-analytics", "sv").Shown, new ConsentAct(ConsentActKind.TickedBox, "web")));
        var statistics = new DisclosureRequest("statistics-provider", "web-analytics", "web.visits.pages");

        var register = await disclosures.DiscloseAsync(new DisclosureRequest("crm-provider", "service-provision", "crm.persons.name"), person);
        register.IsAllowed.ShouldBeTrue(string.Join("; ", register.Reasons));
        register.Transfer!.Mechanism.ShouldBe(TransferMechanism.StandardClauses);
        (await disclosures.DiscloseAsync(statistics, person)).IsAllowed.ShouldBeTrue();
        (await host.AccessAsync(person)).Recipients.Single(one => one.Recipient == "crm-provider").ShouldSatisfyAllConditions(
            one => one.Country.ShouldBe("US"), one => one.Safeguard.ShouldBe(TransferMechanism.StandardClauses), one => one.HasReceived.ShouldBeTrue());

        (await host.Get<DueCalendar>().ListAsync()).ShouldContain(item => item.Kind == DueKinds.TransferEnd && item.About == "statistics-provider");
        host.Clock.Set(Instant.FromUtc(2032, 1, 2, 11, 0));
        await consents.GiveAsync(new ConsentGrant(
            person, "web-analytics", consents.Ask("web-analytics", "sv").Shown, new ConsentAct(ConsentActKind.TickedBox, "web")));
        (await disclosures.DiscloseAsync(statistics, person)).IsAllowed.ShouldBeFalse("the decision on the United Kingdom has ended");
    }

    /// <summary>The decision on the United Kingdom and the standard clauses hold on; what the organisation itself has stated to end has ended.</summary>
    [Theory]
    [InlineData("crm-provider", "service-provision", "crm.persons.name")]
    [InlineData("statistics-provider", "web-analytics", "web.visits.pages")]
    [Trait("clause", "END-27")]
    public async Task Data_goes_to_a_third_country_through_the_last_day_of_the_safeguard_that_is_stated_and_not_the_day_after(
        string recipient, string purpose, string data)
    {
        await using var host = await OrganisationHost.StartAsync(
            EndlessIt.With(policy => policy["recipients"]![recipient]!["transfer"]!["validUntil"] = "2026-12-01"), now: Instant.FromUtc(2026, 12, 1, 11, 0));
        var (person, consents) = (await host.PersonAsync("p1"), host.Get<ConsentService>());
        await consents.GiveAsync(new ConsentGrant(
            person, "web-analytics", consents.Ask("web-analytics", "sv").Shown, new ConsentAct(ConsentActKind.TickedBox, "web")));
        var request = new DisclosureRequest(recipient, purpose, data);

        (await host.Get<DisclosureService>().DiscloseAsync(request, person)).IsAllowed.ShouldBeTrue();
        host.Clock.Set(Instant.FromUtc(2026, 12, 2, 11, 0));

        (await host.Get<DisclosureService>().DiscloseAsync(request, person)).Reasons.ShouldContain(reason => reason.Code == DisclosureReasons.TransferForbidden);
    }

    [Fact]
    [Trait("clause", "END-28")]
    public async Task Every_activity_in_every_system_has_an_end_that_people_are_told_or_the_organisation_does_not_start()
    {
        var refused = await OrganisationHost.RefusedWithoutAsync(EndlessIt, EndlessIt.Policy.Activities.Keys.Select(activity => $"/activities/{activity}/retention"));
        refused.Where(finding => finding.Code == FindingCodes.NoDeterminableEnd && finding.Severity == FindingSeverity.Error).Select(finding => finding.Path)
            .ShouldBe(EndlessIt.Policy.Activities.Keys.Select(activity => $"/activities/{activity}"), ignoreOrder: true);

        await using var host = await OrganisationHost.StartAsync(EndlessIt);
        var person = await host.PersonAsync("p1");
        foreach (var (path, _) in EndlessIt.DataSets)
        {
            await host.PutAsync(path, "r1", "p1");
        }

        var told = (await host.AccessAsync(person)).Purposes;
        told.Select(purpose => purpose.Activity).Distinct().ShouldBe(EndlessIt.Policy.Activities.Keys, ignoreOrder: true);
        told.ShouldAllBe(purpose => !string.IsNullOrWhiteSpace(purpose.Criteria));
    }

    [Theory]
    [InlineData("crm.prospects", "registered=2025-11-20", "registered=2025-11-21")]
    [InlineData("crm.persons", "customer-since=2015-01-01;customer-ended=2026-05-20;last-contact=2026-05-20",
        "customer-since=2015-01-01;customer-ended=2026-05-21;last-contact=2026-05-21")]
    [InlineData("shop.accounts", "customer-ended=2026-10-20;last-sign-in=2026-10-20", "customer-ended=2026-10-21;last-sign-in=2026-10-20")]
    [InlineData("shop.orders", "ordered=2023-01-01;delivered=2023-11-20", "ordered=2023-01-01;delivered=2023-11-21")]
    [InlineData("service-desk.cases", "opened=2024-01-01;closed=2024-11-20", "opened=2024-01-01;closed=2024-11-21")]
    [InlineData("finance.credit-assessments", "decided=2026-01-01;credit-ended=2026-08-20", "decided=2026-01-01;credit-ended=2026-08-21")]
    [InlineData("finance.invoices", "booked=2018-08-31", "booked=2018-09-01")]
    [Trait("clause", "END-28")]
    public async Task What_is_held_for_an_activity_goes_the_day_after_its_end(string dataSet, string past, string lastDay)
    {
        await using var host = await OrganisationHost.StartAsync(EndlessIt);
        await host.ShouldLeaveAsync(dataSet, ("past", past, false), ("last-day", lastDay, true));
    }
}
