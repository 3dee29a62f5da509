using Gdpr.Policies;
using Gdpr.Time;

namespace Gdpr.Conformance.Tests;

/// <summary>What the policy of the supplier's annex declares.</summary>
public sealed class SupplierAnnexDeclarations
{
    private static readonly Organisation Supplier = Organisation.SupplierAnnex;

    [Theory]
    [InlineData("service-provision")]
    [InlineData("service-improvement")]
    [InlineData("system-operation")]
    [InlineData("contract-administration")]
    public void Services_are_delivered_developed_run_and_administered_as_controller(string purpose)
    {
        Supplier.ActivitiesFor(purpose).ShouldNotBeEmpty();
        Supplier.ActivitiesFor(purpose).ShouldAllBe(activity => activity.Capacity == ProcessingCapacity.Controller && activity.Basis!.Kind != null);
    }

    [Fact]
    public void An_identity_number_needs_its_justification_wherever_it_is_used()
    {
        var holders = Supplier.Policy.Activities.Where(activity => Supplier.CategoriesOf(activity.Value).Contains("identity.national-number")).ToArray();
        holders.Select(activity => activity.Key).ShouldBe(["identification"]);
        holders[0].Value.IdentityNumbers!.Because.ShouldNotBeEmpty();
        Supplier.FindingsWithout("/activities/identification/identityNumbers")
            .ShouldContain(finding => finding.Code == FindingCodes.NoIdentityNumberJustification && finding.Severity == FindingSeverity.Error);
    }

    [Fact]
    public void User_names_and_addresses_on_the_internet_are_online_identifiers()
    {
        var events = Supplier.DataSet("logs.events").Fields;
        Supplier.KindOf(events["username"]).ShouldBe(DataCategoryKind.OnlineIdentifier);
        Supplier.KindOf(events["ip-address"]).ShouldBe(DataCategoryKind.OnlineIdentifier);
    }

    [Fact]
    public void Further_categories_and_people_are_the_controllers_to_rule_by_instruction()
    {
        Supplier.Policy.Activities.Values.Where(activity => Supplier.CategoriesOf(activity).Contains("by-instruction"))
            .ShouldHaveSingleItem().Capacity.ShouldBe(ProcessingCapacity.Processor);
        Supplier.Policy.Agreements["customer-agreement"].Terms!.ByInstruction.ShouldBeTrue();
    }

    [Fact]
    public void Own_data_is_about_customers_suppliers_and_partners_and_the_rest_is_ruled_by_instruction()
    {
        SubjectsOf(ProcessingCapacity.Controller).ShouldBe(["customer", "supplier", "partner"], ignoreOrder: true);
        SubjectsOf(ProcessingCapacity.Processor).ShouldBe(["by-instruction"]);
    }

    [Theory]
    [InlineData("text-messages")]
    [InlineData("operation")]
    [InlineData("monitoring")]
    [InlineData("own-backup")]
    [InlineData("customer-logs")]
    [InlineData("customer-backup")]
    public void Indirect_data_is_kept_for_a_period_of_its_own_between_seven_days_and_twelve_months(string activity)
    {
        var rule = Supplier.Policy.Activities[activity].Retention!;
        rule.AtLeast.ShouldBe(CalendarPeriod.FromDays(7));
        rule.AtMost.ShouldBe(CalendarPeriod.FromMonths(12));

        foreach (var outside in new[] { "P6D", "P13M" })
        {
            Supplier.FindingsAfter(document => document["activities"]![activity]!["retention"]!["keep"] = outside)
                .ShouldContain(finding => finding.Code == FindingCodes.MinimumOverMaximum && finding.Severity == FindingSeverity.Error, outside);
        }
    }

    [Fact]
    public void Acceptance_of_terms_is_recorded_with_version_and_channel_and_is_no_consent()
    {
        Supplier.DataSet("portal.acceptances").Fields.Keys.ShouldBe(["customer-number", "terms-version", "channel"], ignoreOrder: true);
        Supplier.DataSet("portal.acceptances").Triggers.Keys.ShouldContain("accepted");
        Supplier.Policy.Activities.Values.ShouldAllBe(activity => activity.Basis == null || activity.Basis.Consent == null);
    }

    [Fact]
    public void The_customer_is_identified_by_people_and_by_services_and_reached_with_invoices_and_support()
    {
        Supplier.ActivitiesFor("billing").ShouldHaveSingleItem();
        Supplier.ActivitiesFor("customer-support").ShouldHaveSingleItem();
        Supplier.Policy.Roles.Values.Where(role => role.May.Any(permission => permission.Purpose == "identity-verification")).Select(role => role.Service)
            .ShouldBe([false, true], ignoreOrder: true);
    }

    [Fact]
    public void The_provider_of_messages_gets_the_number_and_the_text_over_an_encrypted_address()
    {
        var disclosure = Supplier.Policy.Activities["text-messages"].Recipients.ShouldHaveSingleItem();
        disclosure.Data.ShouldBe(["messaging.dispatches.phone", "messaging.dispatches.text"]);
        Supplier.FindingsAfter(document => document["recipients"]![disclosure.Recipient]!["endpoint"] = "http://sms.example/messages")
            .ShouldContain(finding => finding.Code == FindingCodes.EndpointNotEncrypted);
    }

    [Theory]
    [InlineData("customer-logs", "customer-services.customer-logs")]
    [InlineData("customer-support", "customer-services.customer-cases")]
    [InlineData("customer-backup", "backup.customer-copies")]
    [InlineData("customer-data", "customer-services.customer-data")]
    public void Work_for_customers_is_done_as_processor_under_the_agreement(string id, string dataSet)
    {
        var activity = Supplier.Policy.Activities[id];
        activity.Capacity.ShouldBe(ProcessingCapacity.Processor);
        activity.Agreement.ShouldBe("customer-agreement");
        activity.Data.ShouldBe([dataSet]);
        activity.Basis.ShouldBeNull();
    }

    [Fact]
    public void Every_system_is_hosted_by_the_named_provider_under_agreement()
    {
        Supplier.Policy.Systems.Values.ShouldAllBe(system => system.Host == "glesys");
        Supplier.Policy.Agreements[Supplier.Policy.Recipients["glesys"].Agreement!].Kind.ShouldBe(AgreementKind.WithProcessor);
        Supplier.FindingsWithout("/recipients/glesys/agreement").ShouldContain(finding => finding.Code == FindingCodes.ProcessorWithoutContract);
    }

    [Fact]
    public void Systems_are_protected_from_malicious_code() =>
        Supplier.Policy.Controls["malware-protection"].ShouldSatisfyAllConditions(
            control => control.Family.ShouldBe(ControlFamily.Malware),
            control => control.Owner.ShouldNotBeEmpty(),
            control => control.Systems.ShouldBeEmpty());

    [Theory]
    [InlineData("own-backup", ProcessingCapacity.Controller)]
    [InlineData("customer-backup", ProcessingCapacity.Processor)]
    public void Each_capacity_has_a_backup_of_its_own(string id, ProcessingCapacity capacity)
    {
        var control = Supplier.Policy.Controls[id];
        control.Family.ShouldBe(ControlFamily.Backup);
        control.Capacities.ShouldBe([capacity]);
        control.Cadence.ShouldNotBeNull();

        var covered = control.Systems.ToHashSet();
        Supplier.Policy.Activities.Values.Where(activity => activity.Capacity == capacity)
            .SelectMany(activity => activity.Data).Select(reference => reference.Split('.')[0]).Distinct()
            .ShouldAllBe(system => covered.Contains(system));
    }

    [Fact]
    public void Risks_are_analysed_again_and_again_for_every_system()
    {
        Supplier.Policy.Controls["risk-analysis"].ShouldSatisfyAllConditions(
            control => control.Family.ShouldBe(ControlFamily.Threats),
            control => control.Cadence.ShouldNotBeNull());
        foreach (var id in Supplier.Policy.Systems.Keys)
        {
            Supplier.FindingsWithout($"/systems/{id}/riskAssessment").ShouldContain(finding => finding.Code == FindingCodes.SystemWithoutRiskAssessment, id);
        }
    }

    [Fact]
    public void Each_activity_refers_to_a_routine_and_one_without_is_reported()
    {
        foreach (var (id, activity) in Supplier.Policy.Activities)
        {
            Supplier.Policy.Documents[activity.Routine!].Kind.ShouldBe(DocumentKind.Routine);
            Supplier.FindingsWithout($"/activities/{id}/routine")
                .ShouldContain(finding => finding.Code == FindingCodes.ActivityWithoutRoutine && finding.Path == $"/activities/{id}", id);
        }
    }

    private static IEnumerable<string> SubjectsOf(ProcessingCapacity capacity) =>
        Supplier.DataSets
            .Where(dataSet => Supplier.ActivitiesOn(dataSet.Path).Any(one => one.Activity.Capacity == capacity))
            .SelectMany(dataSet => dataSet.DataSet.Subject).Distinct();
}
