using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.SupplierAnnex;

/// <summary>When the supplier lets go of what it holds, and what the law has it keep.</summary>
public sealed class RetentionTests
{
    private const string Past = ";last-sign-in=2026-01-09;last-invoice=2026-01-09";

    private static readonly (string Id, string Triggers, bool IsLeft)[] Cases =
    [
        ("running", "", true),
        ("service-over", "service-ended=2026-01-10", true),
        ("commitments-over", "commitments-ceased=2026-01-10", true),
        ("both-over-today", "service-ended=2026-01-10;commitments-ceased=2026-08-23", true),
        ("both-over", "service-ended=2026-01-10;commitments-ceased=2026-08-22", false),
        ("both-over-in-the-other-order", "service-ended=2026-08-22;commitments-ceased=2026-01-10", false),
        ("demanded-today", "removal-demanded=2026-10-22", true),
        ("demanded", "removal-demanded=2026-10-21", false),
        ("demanded-of-one-that-runs", "service-ended=2026-01-10;removal-demanded=2026-10-21", false),
    ];

    [Fact]
    [Trait("clause", "SUP-07")]
    public async Task Accounts_go_when_service_and_commitments_have_both_ended_or_on_demand()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex);
        await host.ShouldLeaveAsync("portal.accounts", [.. Cases.Select(one => one with { Triggers = one.Triggers + Past })]);
    }

    [Fact]
    [Trait("clause", "SUP-07")]
    public async Task A_customer_is_erased_field_by_field_and_of_the_address_an_area_is_left()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex);
        foreach (var (id, triggers, _) in Cases)
        {
            await host.PutAsync("portal.customers", id, $"person-{id}", triggers + Past);
        }

        (await host.SweepAsync()).IsComplete.ShouldBeTrue();

        foreach (var (id, _, isLeft) in Cases)
        {
            var left = await host.FindAsync("portal.customers", id);
            if (isLeft)
            {
                left!.Keys.ShouldBe(host.Policy.Systems["portal"].DataSets["customers"].Fields.Keys, ignoreOrder: true, id);
            }
            else
            {
                left.ShouldBe(new Dictionary<string, string> { ["address"] = "ma" }, id);
            }
        }

        await host.ShouldVerifyAsync();
    }

    [Fact]
    [Trait("clause", "SUP-07")]
    public async Task A_demand_of_the_customer_takes_effect_on_the_day_after_its_period_without_being_repeated()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex);
        await host.PutAsync("portal.accounts", "a1", "p1", "last-sign-in=2026-11-20;last-invoice=2026-11-20");
        await host.SweepAsync();
        await host.SetTriggerAsync("portal.accounts", "a1", "removal-demanded", "2026-11-21");

        await host.PassAsync(Duration.FromDays(30));
        (await host.FindAsync("portal.accounts", "a1")).ShouldNotBeNull("the thirtieth day");
        await host.PassAsync(Duration.FromDays(1));

        (await host.FindAsync("portal.accounts", "a1")).ShouldBeNull();
    }

    [Fact]
    [Trait("clause", "SUP-07")]
    public async Task Cases_and_accepted_terms_go_at_the_same_end_and_demand()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex);
        await host.ShouldLeaveAsync(
            "support.cases",
            ("running", "opened=2026-01-09", true),
            ("demanded-today", "opened=2026-01-09;removal-demanded=2026-10-22", true),
            ("demanded", "opened=2026-01-09;removal-demanded=2026-10-21", false),
            ("service-over", "opened=2026-01-09;service-ended=2026-08-22", true),
            ("both-over-today", "opened=2026-01-09;service-ended=2026-08-22;commitments-ceased=2026-08-23", true),
            ("both-over", "opened=2026-01-09;service-ended=2026-08-22;commitments-ceased=2026-08-22", false),
            ("closed", "opened=2024-01-09;closed=2024-11-20", false));
        await host.ShouldLeaveAsync(
            "portal.acceptances",
            ("demanded", "accepted=2026-01-09;removal-demanded=2026-10-21", false),
            ("both-over-today", "accepted=2020-01-09;service-ended=2025-11-20;commitments-ceased=2025-11-21", true),
            ("both-over", "accepted=2020-01-09;service-ended=2025-11-20;commitments-ceased=2025-11-20", false));
        await host.ShouldLeaveAsync(
            "customer-services.customer-cases",
            ("demanded", "opened=2026-01-09;removal-demanded=2026-10-21", false), ("running", "opened=2026-01-09", true));
    }

    /// <summary>Fiscal years end with April here; tax law counts calendar years of the supply.</summary>
    [Theory]
    [InlineData("2031-12-31", true, true, true)]
    [InlineData("2032-01-01", false, true, true)]
    [InlineData("2032-12-31", false, true, true)]
    [InlineData("2033-01-01", false, false, false)]
    [Trait("clause", "SUP-08")]
    public async Task An_invoice_stays_as_long_as_bookkeeping_or_tax_law_demands_whichever_is_later(string today, bool first, bool nextYear, bool suppliedLater)
    {
        var noon = NodaTime.Text.LocalDatePattern.Iso.Parse(today).Value.At(new LocalTime(12, 0)).InZoneLeniently(DateTimeZoneProviders.Tzdb["Europe/Stockholm"]);
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex, now: noon.ToInstant());

        await host.ShouldLeaveAsync(
            "billing.invoices",
            ("of-the-year-that-ended-in-april-2024", "booked=2024-04-30;supplied=2024-04-30", first),
            ("of-the-year-that-ended-in-april-2025", "booked=2024-05-01;supplied=2024-05-01", nextYear),
            ("supplied-in-2025", "booked=2024-04-30;supplied=2025-01-02", suppliedLater));
    }

    [Fact]
    [Trait("clause", "SUP-08")]
    public async Task Erasure_is_refused_of_an_invoice_with_law_and_date()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex);
        var person = await host.PersonAsync("p1");
        await host.PutAsync("billing.invoices", "i1", "p1", "booked=2024-04-30;supplied=2025-01-02");

        var request = await host.HandleAsync(DataSubjectRight.Erasure, person);

        (await host.FindAsync("billing.invoices", "i1"))!["invoice"].ShouldBe("marker-invoice-i1");
        request.Lines.Where(line => line.DataSet == "billing.invoices").Select(line => (line.Verdict, line.Law, line.Until)).Distinct().ShouldBe(
        [
            (RightsVerdict.Refused, "SFS 1999:1078 7:2", new LocalDate(2031, 12, 31)),
            (RightsVerdict.Refused, "SFS 2011:1261 9:1", new LocalDate(2032, 12, 31)),
        ], ignoreOrder: true);
        request.Results.Single(result => result.DataSet == "billing.invoices").Items.ShouldAllBe(item =>
            item.Code == ResultCode.KeptRestricted && item.Until == new LocalDate(2032, 12, 31));
    }
}
