using Gdpr.Retention;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Conformance.Tests;

/// <summary>What the policies decide about records with given dates.</summary>
public sealed class RetentionTests
{
    private const string Customer = "became-customer=2015-03-01;last-contact=2020-01-15;last-invoice=2026-04-01";

    [Theory]
    [InlineData(Customer, "2026-11-21", Fate.Keep)]
    [InlineData(Customer + ";left=2026-11-21", "2026-11-21", Fate.Keep)]
    [InlineData(Customer + ";left=2026-11-20", "2026-11-21", Fate.Erase)]
    [InlineData(Customer + ";left=2026-11-20;assessed=2026-11-20", "2026-11-21", Fate.Keep)]
    [InlineData("assessed=2025-11-21;last-contact=2025-11-21", "2026-11-21", Fate.Keep)]
    [InlineData("assessed=2025-11-20;last-contact=2025-11-20", "2026-11-21", Fate.Erase)]
    [InlineData("assessed=2026-11-20;last-contact=2025-11-20", "2027-11-20", Fate.Keep)]
    [InlineData("last-contact=2026-11-20", "2026-11-21", Fate.Erase)]
    [Trait("clause", "GIG-05")]
    public void Gignos_keeps_customers_while_they_are_and_prospects_while_the_judgement_is_fresh(string triggers, string today, Fate fate)
    {
        Judge(Organisation.Gignos, "crm.contacts", triggers, today).Fate.ShouldBe(fate);
        Judge(Organisation.Gignos, "newsletter.recipients", triggers, today).Fate.ShouldBe(fate);
    }

    [Fact]
    [Trait("clause", "GRA-29")]
    public void Grafokett_restricts_an_invoice_until_the_law_lets_it_go_whatever_is_granted()
    {
        var decision = Judge(Organisation.Grafokett, "erp.invoices", "booked=2023-08-01", "2026-11-21", "erasure-granted");
        decision.Fate.ShouldBe(Fate.Restrict);
        decision.Due.ShouldBe(new LocalDate(2032, 1, 1));
        decision.Rule!.Law.ShouldBe("SFS 1999:1078 7:2");
        decision.Reason.ShouldBe(FateReason.ObligationAlive);
        Judge(Organisation.Grafokett, "erp.invoices", "booked=2023-08-01", "2032-01-01", "erasure-granted").Fate.ShouldBe(Fate.Erase);
    }

    [Theory]
    [InlineData("consent-withdrawn:bookkeeping")]
    [InlineData("objection-upheld:bookkeeping")]
    [InlineData("purpose-ended:bookkeeping")]
    [InlineData("erasure-granted;consent-withdrawn:bookkeeping")]
    [Trait("clause", "GRA-29")]
    public void Grafokett_restricts_an_invoice_whatever_is_withdrawn_or_objected_to(string facts)
    {
        var decision = Judge(Organisation.Grafokett, "erp.invoices", "booked=2023-08-01", "2026-11-21", facts);
        (decision.Fate, decision.Reason, decision.Due).ShouldBe((Fate.Restrict, FateReason.ObligationAlive, new LocalDate(2032, 1, 1)));
    }

    [Theory]
    [InlineData("crm.customers", "customer-since=2019-01-01;terminated=2026-08-20;last-contact=2026-08-20;last-invoice=2026-08-20", Fate.Erase)]
    [InlineData("customer-zone.accounts", "terminated=2026-08-20;last-contact=2026-08-20;last-invoice=2026-08-20", Fate.Erase)]
    [InlineData("erp.orders", "terminated=2026-08-20;last-contact=2026-08-20;last-invoice=2026-08-20", Fate.Erase)]
    [InlineData("equipment.deliveries", "delivered=2024-02-02;terminated=2026-08-20", Fate.Erase)]
    [InlineData("crm.customers", "customer-since=2019-01-01;terminated=2026-08-21;last-contact=2026-08-20;last-invoice=2026-08-20", Fate.Keep)]
    [InlineData("crm.customers", "customer-since=2019-01-01;last-contact=2026-08-20;last-invoice=2026-08-20", Fate.Keep)]
    [InlineData("erp.invoices", "booked=2026-08-20", Fate.Restrict)]
    [InlineData("crm.suppliers", "last-contact=2026-08-20", Fate.Keep)]
    [Trait("clause", "GRA-31")]
    public void Grafokett_lets_go_of_what_a_terminated_account_leaves_without_purpose_and_of_nothing_else(string dataSet, string triggers, Fate fate) =>
        Judge(Organisation.Grafokett, dataSet, triggers, "2026-11-21").Fate.ShouldBe(fate);

    [Theory]
    [InlineData("customer-since=2019-01-01;last-contact=2024-11-20", Fate.Erase)]
    [InlineData("customer-since=2019-01-01;last-contact=2024-11-21", Fate.Keep)]
    [InlineData("customer-since=2019-01-01;last-contact=2024-11-20;last-invoice=2025-10-21", Fate.Keep)]
    [InlineData("customer-since=2019-01-01;last-contact=2024-11-20;last-invoice=2025-10-20", Fate.Erase)]
    [InlineData("customer-since=2019-01-01;last-invoice=2025-10-20", Fate.Undetermined)]
    public void Grafokett_ends_a_relation_that_nobody_ended_after_two_silent_years_without_invoices(string triggers, Fate fate) =>
        Judge(Organisation.Grafokett, "crm.customers", triggers, "2026-11-21").Fate.ShouldBe(fate);

    [Fact]
    public void Grafoketts_list_without_purpose_is_due() =>
        Judge(Organisation.Grafokett, "crm.fair-visitors", "", "2026-11-21").Fate.ShouldBe(Fate.Erase);

    [Theory]
    [InlineData("agreement-ended=2026-10-20;last-sign-in=2026-10-20", "consent-given:profile-picture", Fate.Erase)]
    [InlineData("agreement-ended=2026-10-21;last-sign-in=2026-10-20", "consent-withdrawn:profile-picture", Fate.Keep)]
    public void Insignis_keeps_accounts_for_a_month_after_the_agreement(string triggers, string facts, Fate fate) =>
        Judge(Organisation.Insignis, "directory.users", triggers, "2026-11-21", facts).Fate.ShouldBe(fate);

    [Theory]
    [InlineData("consent-given:profile-picture", Fate.Keep)]
    [InlineData("consent-withdrawn:profile-picture", Fate.Erase)]
    [InlineData("?consent-given:profile-picture", Fate.Undetermined)]
    public void Insignis_decides_on_the_picture_by_itself(string facts, Fate fate)
    {
        var schedule = RetentionSchedule.Compile(Organisation.Insignis.Policy);
        var users = schedule.DataSet("directory.users");
        var record = new RetentionRecord(users, Values(users, "last-sign-in=2026-11-01"), users.Facts(facts));
        var picture = users.FieldGroups.Select((group, index) => (group, index)).Single(one => one.group.Fields.Contains("picture"));

        picture.group.Fields.ShouldBe(["picture"]);
        schedule.At(Noon("2026-11-21")).EvaluateGroup(record, picture.index).Fate.ShouldBe(fate);
    }

    [Theory]
    [InlineData("service-ended=2026-01-10", Fate.Keep)]
    [InlineData("commitments-ceased=2026-01-10", Fate.Keep)]
    [InlineData("service-ended=2026-01-10;commitments-ceased=2026-08-23", Fate.Keep)]
    [InlineData("service-ended=2026-01-10;commitments-ceased=2026-08-22", Fate.Anonymise)]
    [InlineData("service-ended=2026-08-22;commitments-ceased=2026-01-10", Fate.Anonymise)]
    [InlineData("removal-demanded=2026-10-22", Fate.Keep)]
    [InlineData("removal-demanded=2026-10-21", Fate.Anonymise)]
    [InlineData("service-ended=2026-01-10;removal-demanded=2026-10-21", Fate.Anonymise)]
    [Trait("clause", "SUP-07")]
    public void The_supplier_lets_go_when_service_and_commitments_have_both_ended_or_on_demand(string triggers, Fate fate)
    {
        var dates = triggers + ";last-sign-in=2026-01-09;last-invoice=2026-01-09";
        Judge(Organisation.SupplierAnnex, "portal.customers", dates, "2026-11-21").Fate.ShouldBe(fate);
        Judge(Organisation.SupplierAnnex, "portal.accounts", dates, "2026-11-21").Fate.ShouldBe(fate == Fate.Keep ? Fate.Keep : Fate.Erase);
        Fields("address").ShouldBe(Fate.Anonymise);
        Fields("national-number").ShouldBe(Fate.Erase);

        static Fate Fields(string field) =>
            RetentionSchedule.Compile(Organisation.SupplierAnnex.Policy).DataSet("portal.customers").FieldGroups.Single(group => group.Fields.Contains(field)).DisposalFate;
    }

    /// <summary>The demand and the end of the service let go of everything that stands in the supplier's own systems, cases and accepted terms included.</summary>
    [Theory]
    [InlineData("support.cases", "opened=2026-01-09", Fate.Keep)]
    [InlineData("support.cases", "opened=2026-01-09;removal-demanded=2026-10-22", Fate.Keep)]
    [InlineData("support.cases", "opened=2026-01-09;removal-demanded=2026-10-21", Fate.Erase)]
    [InlineData("support.cases", "opened=2026-01-09;service-ended=2026-08-22", Fate.Keep)]
    [InlineData("support.cases", "opened=2026-01-09;service-ended=2026-08-22;commitments-ceased=2026-08-23", Fate.Keep)]
    [InlineData("support.cases", "opened=2026-01-09;service-ended=2026-08-22;commitments-ceased=2026-08-22", Fate.Erase)]
    [InlineData("support.cases", "opened=2024-01-09;closed=2024-11-20", Fate.Erase)]
    [InlineData("portal.acceptances", "accepted=2026-01-09;removal-demanded=2026-10-21", Fate.Erase)]
    [InlineData("portal.acceptances", "accepted=2020-01-09;service-ended=2025-11-20;commitments-ceased=2025-11-21", Fate.Keep)]
    [InlineData("portal.acceptances", "accepted=2020-01-09;service-ended=2025-11-20;commitments-ceased=2025-11-20", Fate.Erase)]
    [InlineData("customer-services.customer-cases", "opened=2026-01-09;removal-demanded=2026-10-21", Fate.Erase)]
    [Trait("clause", "SUP-07")]
    public void The_supplier_lets_go_of_cases_and_accepted_terms_at_the_same_end_and_demand(string dataSet, string triggers, Fate fate) =>
        Judge(Organisation.SupplierAnnex, dataSet, triggers, "2026-11-21").Fate.ShouldBe(fate);

    [Theory]
    [InlineData("booked=2024-04-30;supplied=2024-04-30", "2031-12-31", Fate.Restrict, "2032-01-01")]
    [InlineData("booked=2024-04-30;supplied=2024-04-30", "2032-01-01", Fate.Erase, null)]
    [InlineData("booked=2024-05-01;supplied=2024-05-01", "2032-01-01", Fate.Restrict, "2033-01-01")]
    [InlineData("booked=2024-05-01;supplied=2024-05-01", "2033-01-01", Fate.Erase, null)]
    [InlineData("booked=2024-04-30;supplied=2025-01-02", "2032-01-01", Fate.Restrict, "2033-01-01")]
    [Trait("clause", "SUP-08")]
    public void The_supplier_keeps_invoices_as_long_as_bookkeeping_or_tax_law_demands_whichever_is_later(string triggers, string today, Fate fate, string? due)
    {
        var decision = Judge(Organisation.SupplierAnnex, "billing.invoices", triggers, today, "erasure-granted");
        decision.Fate.ShouldBe(fate);
        decision.Due.ShouldBe(due is null ? null : Date(due));
    }

    private static FateDecision Judge(Organisation organisation, string dataSet, string triggers, string today, string facts = "")
    {
        var schedule = RetentionSchedule.Compile(organisation.Policy);
        var one = schedule.DataSet(dataSet);
        return schedule.At(Noon(today)).Evaluate(new RetentionRecord(one, Values(one, triggers), one.Facts(facts)));
    }

    /// <summary>Trigger values in the data set's order, from text such as <c>left=2026-01-31;assessed=2025-05-05</c>.</summary>
    private static TriggerValue[] Values(DataSetSchedule dataSet, string text)
    {
        var stated = text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        stated.Keys.Except(dataSet.Triggers).ShouldBeEmpty();
        return [.. dataSet.Triggers.Select(trigger => stated.TryGetValue(trigger, out var date) ? TriggerValue.On(Date(date)) : TriggerValue.Missing)];
    }

    private static LocalDate Date(string text) => LocalDatePattern.Iso.Parse(text).Value;

    private static Instant Noon(string date) => Date(date).At(new LocalTime(12, 0)).InZoneLeniently(DateTimeZoneProviders.Tzdb["Europe/Stockholm"]).ToInstant();
}
