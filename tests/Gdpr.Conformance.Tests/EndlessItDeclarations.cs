using Gdpr.Policies;

namespace Gdpr.Conformance.Tests;

/// <summary>What the policy of EndlessIT declares.</summary>
public sealed class EndlessItDeclarations
{
    private static readonly Organisation EndlessIt = Organisation.EndlessIt;

    [Theory]
    [InlineData("work.company", "crm.persons")]
    [InlineData("company.address", "crm.persons")]
    [InlineData("contact.work-email", "crm.persons")]
    [InlineData("contact.work-phone", "crm.persons")]
    [InlineData("identity.customer-number", "crm.persons")]
    [InlineData("commerce.order-number", "shop.orders")]
    [InlineData("online.ip-address", "web.visits")]
    [InlineData("online.cookie-id", "web.visits")]
    [InlineData("online.visits", "web.visits")]
    public void A_category_of_the_document_is_declared_where_it_is_held(string category, string dataSet) =>
        EndlessIt.DataSet(dataSet).Fields.Values.ShouldContain(field => field.Category == category);

    [Fact]
    public void The_data_is_about_people_at_companies_consumers_and_visitors_who_may_be_nobody_in_particular()
    {
        EndlessIt.DataSets.SelectMany(dataSet => dataSet.DataSet.Subject).Distinct()
            .ShouldBe(["customer-contact", "consumer", "prospect", "credit-applicant", "visitor"], ignoreOrder: true);
        EndlessIt.DataSet("web.visits").Subject.ShouldBe(["visitor"]);
        Vocabulary.Subjects["visitor"].Unidentified.ShouldBeTrue();
    }

    [Fact]
    public void Questions_have_an_address_without_which_the_policy_is_refused()
    {
        EndlessIt.Policy.Controllers["endlessit"].Contact.ShouldBe("hej@endlessit.se");
        EndlessIt.FindingsWithout("/controllers/endlessit/contact").ShouldContain(finding => finding.Code == FindingCodes.MissingMember);
    }

    [Theory]
    [InlineData("prospecting", "crm.prospects")]
    [InlineData("customer-approval", "crm.consumers")]
    [InlineData("service-provision", "crm.persons")]
    [InlineData("order-handling", "shop.orders")]
    [InlineData("personalisation", "shop.preferences")]
    [InlineData("direct-marketing", "shop.preferences")]
    [InlineData("bookkeeping", "finance.invoices")]
    public void A_purpose_of_the_document_is_declared_with_basis_and_data(string purpose, string dataSet)
    {
        EndlessIt.ActivitiesOn(dataSet).ShouldContain(one => one.Activity.Purpose == purpose && one.Activity.Basis!.Kind != null);
    }

    [Fact]
    public void Every_system_has_purposes_for_all_its_data() =>
        EndlessIt.DataSets.ShouldAllBe(dataSet => EndlessIt.ActivitiesOn(dataSet.Path).Any());

    [Fact]
    public void Personal_services_marketing_and_the_web_wait_for_consent_each_with_a_text_of_its_own()
    {
        var consents = EndlessIt.Policy.Activities.Where(activity => activity.Value.Basis?.Consent is not null).ToDictionary();
        consents.Keys.ShouldBe(["personal-services", "marketing", "web-statistics", "web-profiling"]);
        consents.Values.Select(activity => activity.Basis!.Consent!.Text).ShouldBeUnique();
    }

    [Fact]
    public void Customers_administrators_change_accounts_and_permissions_of_their_own_organisation_only()
    {
        var delegated = EndlessIt.Policy.Roles.Where(role => role.Value.Delegated).ShouldHaveSingleItem().Value;
        var permission = delegated.May.ShouldHaveSingleItem();
        permission.Purpose.ShouldBe("access-administration");
        permission.Categories.ShouldNotContain("account.password");
    }

    [Fact]
    public void Profiling_rests_on_the_contract_for_credit_and_on_consent_for_the_web()
    {
        EndlessIt.Policy.Activities.Where(activity => activity.Value.Profiling is not null)
            .Select(activity => (activity.Key, activity.Value.Profiling!.Requires, activity.Value.Basis!.Kind))
            .ShouldBe(
            [
                ("credit", ProfilingRequirement.ContractNecessity, LawfulBasisKind.Contract),
                ("web-profiling", ProfilingRequirement.Consent, LawfulBasisKind.Consent),
            ]);
        EndlessIt.FindingsAfter(document => document["activities"]!["credit"]!["profiling"]!["requires"] = "consent")
            .ShouldContain(finding => finding.Code == FindingCodes.ProfilingOnOtherBasis);
        EndlessIt.FindingsAfter(document => document["activities"]!["credit"]!["profiling"]!["requires"] = "basis")
            .ShouldContain(finding => finding.Code == FindingCodes.AutomatedWithoutGround);
    }

    [Fact]
    public void An_automated_credit_decision_has_a_human_reviewer_and_an_impact_assessment()
    {
        var credit = EndlessIt.Policy.Activities["credit"];
        credit.Profiling!.SolelyAutomated.ShouldBeTrue();
        credit.Profiling.HumanReview.ShouldBe("Credit controller");
        EndlessIt.Policy.Assessments[credit.ImpactAssessment!].Kind.ShouldBe(AssessmentKind.Impact);
    }

    [Fact]
    public void Every_system_has_a_risk_entry_of_its_own()
    {
        EndlessIt.Policy.Systems.Values.Select(system => system.RiskAssessment).ShouldBeUnique();
        foreach (var id in EndlessIt.Policy.Systems.Keys)
        {
            EndlessIt.FindingsWithout($"/systems/{id}/riskAssessment").ShouldContain(finding => finding.Code == FindingCodes.SystemWithoutRiskAssessment, id);
        }
    }

    [Fact]
    public void Each_family_of_measures_that_the_document_lists_has_a_measure()
    {
        ControlFamily[] listed =
        [
            ControlFamily.Policies, ControlFamily.Procedures, ControlFamily.Organisation, ControlFamily.Staff, ControlFamily.Suppliers,
            ControlFamily.Development, ControlFamily.Assets, ControlFamily.Operation, ControlFamily.Threats, ControlFamily.Compliance,
        ];
        listed.Except(EndlessIt.Policy.Controls.Values.Select(control => control.Family!.Value)).ShouldBeEmpty();
    }

    [Fact]
    public void Only_one_measure_is_for_the_public_and_it_tells_no_detail() =>
        EndlessIt.Policy.Controls.Where(control => control.Value.Audience == Audience.Public).Select(control => control.Key).ShouldBe(["security-programme"]);

    [Fact]
    public void Each_cloud_system_names_its_provider_and_a_transfer_without_safeguard_is_refused()
    {
        EndlessIt.Policy.Systems.Where(system => system.Value.Host is not null).Select(system => (system.Key, system.Value.Host))
            .ShouldBe([("crm", "crm-provider"), ("service-desk", "service-desk-provider")]);
        foreach (var (system, host) in EndlessIt.Policy.Systems.Where(system => system.Value.Host is not null).Select(system => (system.Key, system.Value.Host!)))
        {
            EndlessIt.Policy.Activities.Values.Where(activity => activity.Data.Any(reference => reference.StartsWith(system + ".", StringComparison.Ordinal)))
                .ShouldAllBe(activity => activity.Recipients.Any(disclosure => disclosure.Recipient == host));
        }

        EndlessIt.FindingsWithout("/recipients/crm-provider/transfer")
            .ShouldContain(finding => finding.Code == FindingCodes.NoSafeguard && finding.Severity == FindingSeverity.Error);
        EndlessIt.FindingsWithout("/recipients/crm-provider/transfer/assessment")
            .ShouldContain(finding => finding.Code == FindingCodes.NoSafeguard && finding.Severity == FindingSeverity.Error);
    }

    [Fact]
    public void Every_activity_in_every_system_has_an_end_or_is_refused()
    {
        foreach (var id in EndlessIt.Policy.Activities.Keys)
        {
            EndlessIt.FindingsWithout($"/activities/{id}/retention")
                .ShouldContain(finding => finding.Code == FindingCodes.NoDeterminableEnd && finding.Severity == FindingSeverity.Error, id);
        }
    }
}
