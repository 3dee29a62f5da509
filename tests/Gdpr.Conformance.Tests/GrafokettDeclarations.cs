using Gdpr.Policies;

namespace Gdpr.Conformance.Tests;

/// <summary>What the policy of Grafokett declares.</summary>
public sealed class GrafokettDeclarations
{
    private static readonly Organisation Grafokett = Organisation.Grafokett;

    [Theory]
    [InlineData("customer", "crm.customers", "service-provision")]
    [InlineData("prospect", "crm.prospects", "prospecting")]
    [InlineData("supplier", "crm.suppliers", "supplier-management")]
    [InlineData("employee", "staff.employees", "personnel-administration")]
    public void Each_kind_of_people_has_contact_data_from_the_person_and_purposes_with_basis_and_end(string subject, string dataSet, string purpose)
    {
        var contacts = Grafokett.DataSet(dataSet);
        contacts.Subject.ShouldBe([subject]);
        contacts.Origins.ShouldNotBeEmpty();
        contacts.Origins.Select(origin => Grafokett.Policy.Origins[origin].From).ShouldAllBe(from => from == OriginKind.Person);

        var activity = Grafokett.ActivitiesOn(dataSet).First(one => one.Activity.Purpose == purpose);
        activity.Activity.Basis?.Kind.ShouldNotBeNull();
        activity.Activity.Retention.ShouldNotBeNull();
        Grafokett.FindingsWithout($"/activities/{activity.Id}/basis").ShouldContain(finding => finding.Code == FindingCodes.NoBasis);
        Grafokett.FindingsWithout($"/activities/{activity.Id}/retention").ShouldContain(finding => finding.Code == FindingCodes.NoDeterminableEnd);
    }

    [Fact]
    public void What_is_ordered_and_what_is_used_and_how_are_categories_of_their_own()
    {
        Grafokett.DataSet("erp.orders").Fields["order"].Category.ShouldBe("commerce.order");
        Grafokett.DataSet("customer-zone.usage").Fields["way-of-use"].ShouldSatisfyAllConditions(
            field => field.Category.ShouldBe("commerce.service-usage"),
            field => field.Provenance.ShouldBe(FieldProvenance.Observed));
        Grafokett.ActivitiesOn("customer-zone.usage").Select(one => one.Activity.Purpose).ShouldBe(["service-improvement", "direct-marketing"]);
    }

    [Fact]
    public void What_is_told_to_support_has_the_purpose_of_handling_the_matter()
    {
        var told = Grafokett.DataSet("support.cases").Fields.Where(field => Grafokett.KindOf(field.Value) == DataCategoryKind.FreeText).Select(field => field.Key);
        told.ShouldBe(["message", "chat", "resolution"]);
        Grafokett.ActivitiesFor("customer-support").ShouldHaveSingleItem().Data.ShouldBe(["support.cases"]);
    }

    [Fact]
    public void Every_channel_of_the_document_is_an_origin_of_some_data() =>
        Grafokett.DataSets.SelectMany(dataSet => dataSet.DataSet.Origins).Distinct()
            .ShouldBe(["as-prospect", "as-customer", "notes", "chat", "email", "web-visit", "customer-zone", "cookies", "network", "as-supplier", "as-employee", "customer-organisation"], ignoreOrder: true);

    [Fact]
    public void Four_lawful_bases_are_used_and_every_own_activity_has_exactly_one() =>
        Grafokett.Policy.Activities.Values.Where(activity => activity.Capacity == ProcessingCapacity.Controller).Select(activity => activity.Basis?.Kind).Distinct()
            .ShouldBe([LawfulBasisKind.Contract, LawfulBasisKind.LegalObligation, LawfulBasisKind.LegitimateInterest, LawfulBasisKind.Consent], ignoreOrder: true);

    [Fact]
    public void Services_are_provided_by_contract_with_four_aims()
    {
        Grafokett.ActivitiesFor("service-provision").ShouldHaveSingleItem().Basis!.Kind.ShouldBe(LawfulBasisKind.Contract);
        Grafokett.Policy.Purposes["service-provision"].Aims.Count.ShouldBe(4);
    }

    [Fact]
    public void Marketing_is_direct_marketing_and_the_rest_is_not() =>
        Grafokett.Policy.Activities.Where(activity => Purpose(activity.Value).DirectMarketing).Select(activity => activity.Key)
            .ShouldBe(["marketing", "marketing-usage", "prospect-news"]);

    [Fact]
    public void Security_has_five_aims_and_a_ground_for_data_on_crimes()
    {
        Grafokett.Policy.Purposes["security"].Aims.Count.ShouldBe(5);
        Grafokett.Policy.Activities["abuse-cases"].Offences!.Ground.ShouldBe(OffenceGroundKind.LegalClaims);
        Grafokett.FindingsWithout("/activities/abuse-cases/offences").ShouldContain(finding => finding.Code == FindingCodes.NoOffenceGround);
    }

    [Fact]
    public void A_statutory_duty_names_its_law_or_is_refused()
    {
        var duties = Grafokett.Policy.Activities.Where(activity => activity.Value.Basis?.Kind == LawfulBasisKind.LegalObligation).ToDictionary();
        duties.Keys.ShouldBe(["authority-decisions", "bookkeeping"]);
        duties["bookkeeping"].Basis!.LegalObligation!.Law.ShouldBe("SFS 1999:1078 7:2");

        foreach (var id in duties.Keys)
        {
            Grafokett.FindingsWithout($"/activities/{id}/basis/legalObligation/law")
                .ShouldContain(finding => finding.Code == FindingCodes.ObligationWithoutLaw && finding.Severity == FindingSeverity.Error, id);
        }
    }

    [Fact]
    public void A_list_without_purpose_is_retired_with_date_and_reason()
    {
        var retired = Grafokett.Policy.Systems["crm"].DataSets["fair-visitors"].Retired!;
        retired.On.ShouldNotBeNull();
        retired.Reason.ShouldNotBeEmpty();
    }

    [Fact]
    public void Each_partner_gets_the_fields_that_its_agreement_names_and_no_others()
    {
        foreach (var disclosure in Grafokett.Policy.Activities["repair"].Recipients)
        {
            var agreement = Grafokett.Policy.Agreements[Grafokett.Policy.Recipients[disclosure.Recipient].Agreement!];
            var fields = Grafokett.DataSet("equipment.deliveries").Fields;
            disclosure.Data.Select(reference => fields[reference.Split('.')[2]].Category).ShouldBe(agreement.Terms!.Categories, ignoreOrder: true);
        }
    }

    [Theory]
    [InlineData("partner-agreement")]
    [InlineData("technician-agreement")]
    [InlineData("customer-agreement")]
    public void An_agreement_states_what_why_how_protected_and_how_long_or_is_refused(string id)
    {
        foreach (var member in new[] { "terms", "terms/subject", "terms/duration", "clauses/instructions", "clauses/security", "clauses/end" })
        {
            Grafokett.FindingsWithout($"/agreements/{id}/{member}")
                .ShouldContain(finding => finding.Code.StartsWith("E-DPA-", StringComparison.Ordinal), $"{id} {member}");
        }
    }

    [Fact]
    public void Partners_and_their_subcontractors_owe_evidence_of_the_same_measures()
    {
        Grafokett.Policy.Recipients["repair-partner"].RequiredControls.ShouldBe(["transport-encryption", "confidentiality", "device-encryption"]);
        Grafokett.Policy.Recipients["field-technicians"].ShouldSatisfyAllConditions(
            recipient => recipient.EngagedBy.ShouldBe("repair-partner"),
            recipient => recipient.RequiredControls.ShouldBe(["confidentiality", "device-encryption"]));
    }

    [Fact]
    public void The_police_receives_data_by_law_and_without_agreement()
    {
        var police = Grafokett.Policy.Recipients["police"];
        police.Kind.ShouldBe(RecipientKind.Authority);
        police.Law.ShouldNotBeNull();
        police.Agreement.ShouldBeNull();
    }

    [Fact]
    public void Transmission_is_encrypted_and_passwords_are_hashed_where_there_are_any()
    {
        Grafokett.Policy.Controls["transport-encryption"].Family.ShouldBe(ControlFamily.Transmission);
        Grafokett.Policy.Controls["password-hashing"].Family.ShouldBe(ControlFamily.Storage);
        Grafokett.DataSets.Where(dataSet => dataSet.DataSet.Fields.Values.Any(field => Grafokett.KindOf(field) == DataCategoryKind.Credential))
            .Select(dataSet => dataSet.Path.Split('.')[0]).ShouldBe(Grafokett.Policy.Controls["password-hashing"].Systems);
    }

    [Fact]
    public void Every_system_has_a_risk_assessment_with_a_date_of_review()
    {
        foreach (var (id, system) in Grafokett.Policy.Systems)
        {
            var assessment = Grafokett.Policy.Assessments[system.RiskAssessment!];
            assessment.Kind.ShouldBe(AssessmentKind.Risk);
            (assessment.NextReview > assessment.On).ShouldBeTrue(id);
            Grafokett.FindingsWithout($"/systems/{id}/riskAssessment").ShouldContain(finding => finding.Code == FindingCodes.SystemWithoutRiskAssessment, id);
        }
    }

    [Theory]
    [InlineData("internet-policy", DocumentKind.Policy)]
    [InlineData("data-policy", DocumentKind.Policy)]
    [InlineData("retention-policy", DocumentKind.RetentionPlan)]
    public void A_promised_document_is_declared_with_its_review(string id, DocumentKind kind)
    {
        var document = Grafokett.Policy.Documents[id];
        document.Kind.ShouldBe(kind);
        Grafokett.FindingsWithout($"/documents/{id}/reviewEvery").ShouldContain(finding => finding.Code == FindingCodes.DocumentWithoutReview);
    }

    [Fact]
    public void Devices_are_configured_and_encrypted() =>
        Grafokett.Policy.Controls["device-encryption"].ShouldSatisfyAllConditions(
            control => control.Family.ShouldBe(ControlFamily.Storage),
            control => control.Owner.ShouldNotBeEmpty(),
            control => control.Systems.ShouldBeEmpty());

    [Fact]
    public void Consents_are_one_per_purpose_each_with_its_own_text()
    {
        var consents = Grafokett.Policy.Activities.Values.Where(activity => activity.Basis?.Consent is not null).ToArray();
        consents.Select(activity => activity.Purpose).ShouldBeUnique();
        consents.Select(activity => activity.Basis!.Consent!.Text).ShouldBeUnique();
        consents.ShouldAllBe(activity => activity.Basis!.Consent!.Consequence != null);
    }

    [Fact]
    public void The_person_chooses_whether_to_give_the_optional_fields() =>
        Grafokett.DataSet("crm.customers").Fields.Where(field => field.Value.Optional).Select(field => field.Key).ShouldBe(["second-phone", "notes"]);

    private static Purpose Purpose(Activity activity) =>
        Grafokett.Policy.Purposes.TryGetValue(activity.Purpose, out var declared) ? declared : Vocabulary.Purposes[activity.Purpose];
}
