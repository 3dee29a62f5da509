using Gdpr.Retention;
using static Gdpr.Core.Tests.Retention.Example;

namespace Gdpr.Core.Tests.Retention;

/// <summary>The worked vectors of the semantics (§5.3), as far as a decision alone can show them.</summary>
public sealed class WorkedVectorTests
{
    private static readonly Example Address = Example.Of(
        Purpose("delivery", Keep("P3M", "contract-ended"))
        + "," + Duty("books", KeepFromFiscalYearEnd("P7Y", "booked"))
        + "," + Purpose("newsletter", """ "while": "consent" """, basis: Consent),
        triggers: "contract-ended, booked",
        fields: """ "address": "contact.address" """,
        fiscalYears: """{ "from": "2015-01-01", "yearly": true }""");

    private static readonly Example Ticket = Example.Of(Purpose("support", Keep("P24M", "closed")), triggers: "closed");

    private static readonly Example AccessLog = Example.Of(Purpose("security", Keep("P12M", "logged")), triggers: "logged");

    [Theory]
    [InlineData("2025-01-31", "consent-given:newsletter", Fate.Keep, "purpose-alive", "", "newsletter")]
    [InlineData("2025-02-01", "consent-withdrawn:newsletter", Fate.Keep, "purpose-alive", "2025-07-01", "delivery")]
    [InlineData("2025-06-30", "consent-withdrawn:newsletter", Fate.Keep, "purpose-alive", "2025-07-01", "delivery")]
    [InlineData("2025-07-01", "consent-withdrawn:newsletter", Fate.Restrict, "obligation-alive", "2033-01-01", "books")]
    [InlineData("2032-12-31", "consent-withdrawn:newsletter", Fate.Restrict, "obligation-alive", "2033-01-01", "books")]
    [InlineData("2033-01-01", "consent-withdrawn:newsletter", Fate.Erase, "all-ended", "", "books")]
    public void V1_an_address_outlives_each_of_its_purposes_in_turn(string now, string facts, Fate fate, string reason, string due, string rule) =>
        Address.On(now, "contract-ended=2025-03-31, booked=2025-05-05", facts).ShouldBe(fate, reason, due.Length > 0 ? due : null, rule);

    [Fact]
    public void V2_an_erasure_request_leaves_the_invoice_data_until_the_law_lets_go() =>
        Address.On("2026-01-31", "contract-ended=2025-03-31, booked=2025-05-05", "consent-withdrawn:newsletter;erasure-granted")
            .ShouldBe(Fate.Restrict, "obligation-alive", "2033-01-01", "books");

    [Fact]
    public void V3_a_restriction_for_claims_keeps_an_expired_ticket_until_the_claim_ends()
    {
        Ticket.On("2026-05-20", "closed=2024-05-31", "restricted-claims").ShouldBe(Fate.Restrict, "restricted");
        Ticket.On("2026-06-01", "closed=2024-05-31", "restricted-claims").ShouldBe(Fate.Restrict, "restricted");
        Ticket.On("2026-06-01", "closed=2024-05-31").ShouldBe(Fate.Erase, "all-ended", rule: "support");
    }

    [Fact]
    public void V4_a_ticket_is_due_the_day_after_its_last_when_no_restriction_came_before() =>
        Ticket.On("2026-05-31", "closed=2024-05-31").ShouldBe(Fate.Keep, "purpose-alive", "2026-06-01", "support");

    [Fact]
    public void V5_an_open_access_request_freezes_an_expired_ticket_and_nothing_else()
    {
        Ticket.On("2026-05-31", "closed=2024-05-31", "request-open").ShouldBe(Fate.Keep, "purpose-alive", "2026-06-01", "support");
        Ticket.On("2026-06-01", "closed=2024-05-31", "request-open").ShouldBe(Fate.Restrict, "request-open");
        Ticket.On("2026-06-29", "closed=2024-05-31").ShouldBe(Fate.Erase, "all-ended", rule: "support");
    }

    [Fact]
    public void V6_a_candidate_is_kept_for_two_years_and_in_the_pool_only_with_consent_and_its_own_end()
    {
        var candidate = Example.Of(
            Purpose("defence", Keep("P2Y", "rejected"))
            + "," + Purpose("pool", Keep("P3Y", "rejected"), basis: Consent),
            triggers: "rejected");

        candidate.On("2028-02-10", "rejected=2026-02-10", "consent-withdrawn:pool").ShouldBe(Fate.Keep, "purpose-alive", "2028-02-11", "defence");
        candidate.On("2028-02-11", "rejected=2026-02-10", "consent-withdrawn:pool").Fate.ShouldBe(Fate.Erase);
        candidate.On("2028-02-11", "rejected=2026-02-10", "consent-given:pool").ShouldBe(Fate.Keep, "purpose-alive", "2029-02-11", "pool");
        candidate.On("2028-02-11", "rejected=2026-02-10").ShouldBe(Fate.Undetermined, "fact-unknown", rule: "pool");
    }

    [Fact]
    public void V7_a_whistleblower_case_ends_on_its_last_lawful_day_and_a_hold_beyond_it_needs_a_human()
    {
        var cases = Example.Of(
            Purpose("whistleblowing", Keep("P2Y", "closed"), more: Limit("P2Y", "closed", "SFS 2021:890 7:8")), triggers: "closed");

        cases.On("2028-05-15", "closed=2026-05-15").ShouldBe(Fate.Keep, "purpose-alive", "2028-05-16", "whistleblowing");
        cases.On("2028-05-16", "closed=2026-05-15").ShouldBe(Fate.Erase, "limit-passed", rule: "whistleblowing.limit");
        cases.On("2028-05-16", "closed=2026-05-15", "hold").ShouldBe(Fate.Restrict, "limit-passed", rule: "whistleblowing.limit");
    }

    [Fact]
    public void V8_know_your_customer_files_have_a_minimum_and_a_maximum()
    {
        var files = Example.Of(
            Purpose(
                "kyc",
                Keep("P10Y", "relation-ended"),
                more: Minimum("P5Y", "relation-ended", "SFS 2017:630 5:3") + Limit("P10Y", "relation-ended", "SFS 2017:630 5:4")),
            triggers: "relation-ended");

        files.On("2031-03-31", "relation-ended=2026-03-31", "purpose-ended:kyc").ShouldBe(Fate.Restrict, "obligation-alive", "2031-04-01", "kyc.minimum");
        files.On("2031-04-01", "relation-ended=2026-03-31", "purpose-ended:kyc").Fate.ShouldBe(Fate.Erase);
        files.On("2036-03-31", "relation-ended=2026-03-31").ShouldBe(Fate.Keep, "purpose-alive", "2036-04-01", "kyc");
        files.On("2036-04-01", "relation-ended=2026-03-31").ShouldBe(Fate.Erase, "limit-passed", rule: "kyc.limit");
    }

    [Fact]
    public void V9_a_lead_without_contact_ends_by_inactivity_and_at_once_on_an_upheld_objection()
    {
        var leads = Example.Of(Purpose("prospecting", Keep("P12M", "obtained")), triggers: "obtained?");

        leads.On("2027-01-10", "obtained=2026-01-10").ShouldBe(Fate.Keep, "purpose-alive", "2027-01-11", "prospecting");
        leads.On("2027-01-11", "obtained=2026-01-10").Fate.ShouldBe(Fate.Erase);
        leads.On("2026-02-01", "obtained=2026-01-10", "objection-upheld:prospecting").Fate.ShouldBe(Fate.Erase);
    }

    [Fact]
    public void V10_days_of_a_log_under_hold_stay_restricted_and_go_on_the_day_of_its_release()
    {
        AccessLog.On("2027-08-01", "logged=2026-07-31").Fate.ShouldBe(Fate.Erase);
        AccessLog.On("2027-08-01", "logged=2026-08-01", "hold").ShouldBe(Fate.Keep, "purpose-alive", "2027-08-02", "security");
        AccessLog.On("2027-08-06", "logged=2026-08-01", "hold").ShouldBe(Fate.Restrict, "hold");
        AccessLog.On("2027-08-06", "logged=2026-08-05", "hold").ShouldBe(Fate.Restrict, "hold");
        AccessLog.On("2027-11-01", "logged=2026-08-05").Fate.ShouldBe(Fate.Erase);
    }

    [Fact]
    public void V12_an_interruption_restarts_the_limitation_period()
    {
        var claims = Example.Of(Purpose("claims", Keep("P3Y", "last-interruption")), triggers: "last-interruption");

        claims.On("2028-01-15", "last-interruption=2025-01-15").ShouldBe(Fate.Keep, "purpose-alive", "2028-01-16", "claims");
        claims.On("2028-01-16", "last-interruption=2025-01-15").Fate.ShouldBe(Fate.Erase);
    }
}
