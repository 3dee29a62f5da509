using Gdpr.Policies;
using Gdpr.Retention;
using NodaTime;
using static Gdpr.Core.Tests.Retention.Example;

namespace Gdpr.Core.Tests.Retention;

/// <summary>Where rights, duties and purposes meet (semantics §6), as far as a decision alone can show it.</summary>
public sealed class InteractionTests
{
    private static readonly Example Customer = Example.Of(
        Purpose("service", Keep("P3M", "ended"))
        + "," + Purpose("news", """ "while": "consent" """, basis: Consent, data: "sys.set.email")
        + "," + Purpose("prospecting", Keep("P24M", "contacted"), basis: """ "legitimateInterest": { "interest": "sales" } """, data: "sys.set.email")
        + "," + Duty("books", KeepFromCalendarYearEnd("P7Y", "invoiced"), data: "sys.set.name"),
        triggers: "ended, contacted, invoiced",
        fields: """ "name": "identity.name", "email": "contact.email", "notes": "free-text" """);

    private const string Active = "contacted=2026-06-01, invoiced=2025-06-01";

    [Fact]
    public void Erasure_against_bookkeeping_erases_all_but_what_the_law_keeps_and_that_until_its_day()
    {
        Customer.FieldOn("email", "2026-11-21", Active, "erasure-granted").Fate.ShouldBe(Fate.Erase);
        Customer.FieldOn("notes", "2026-11-21", Active, "erasure-granted").Fate.ShouldBe(Fate.Erase);
        Customer.FieldOn("name", "2026-11-21", Active, "erasure-granted").ShouldBe(Fate.Restrict, "obligation-alive", "2033-01-01", "books");
        Customer.On("2026-11-21", Active, "erasure-granted").ShouldBe(Fate.Restrict, "obligation-alive", "2033-01-01", "books");
        Customer.FieldOn("name", "2033-01-01", Active, "erasure-granted").Fate.ShouldBe(Fate.Erase);
    }

    [Fact]
    public void A_restriction_for_claims_outlasts_expiry_and_one_for_accuracy_does_not()
    {
        Customer.FieldOn("notes", "2026-11-21", "ended=2026-01-01", "restricted-claims").ShouldBe(Fate.Restrict, "restricted");
        Customer.FieldOn("notes", "2026-11-21", "ended=2026-01-01", "restricted").Fate.ShouldBe(Fate.Erase);
        Customer.FieldOn("notes", "2026-11-21", "ended=2026-11-01", "restricted").ShouldBe(Fate.Restrict, "restricted", "2027-02-02");
    }

    [Fact]
    public void An_objection_stops_first_and_is_assessed_after()
    {
        Customer.FieldOn("email", "2026-11-21", "ended=2026-01-01, " + Active, "consent-withdrawn:news;objection-pending:prospecting")
            .ShouldBe(Fate.Restrict, "objection-pending", "2028-06-02", "prospecting");
        Customer.FieldOn("email", "2026-11-21", "ended=2026-01-01, " + Active, "consent-withdrawn:news;objection-upheld:prospecting").Fate.ShouldBe(Fate.Erase);
        Customer.FieldOn("email", "2026-11-21", "ended=2026-01-01, " + Active, "consent-withdrawn:news")
            .ShouldBe(Fate.Keep, "purpose-alive", "2028-06-02", "prospecting");
    }

    [Fact]
    public void A_withdrawal_ends_its_purpose_and_leaves_contract_and_law_alone()
    {
        Customer.FieldOn("email", "2026-11-21", "contacted=2020-01-01", "consent-withdrawn:news").ShouldBe(Fate.Keep, "purpose-alive", rule: "service");
        Customer.FieldOn("name", "2026-11-21", Active, "consent-withdrawn:news").ShouldBe(Fate.Keep, "purpose-alive", rule: "service");
        Customer.FieldOn("email", "2026-11-21", "ended=2026-01-01, contacted=2020-01-01", "consent-withdrawn:news").Fate.ShouldBe(Fate.Erase);
    }

    [Fact]
    public void A_purpose_whose_collection_was_unlawful_ends_and_the_law_keeps_its_invoice()
    {
        Customer.FieldOn("notes", "2026-11-21", Active, "purpose-ended:service").Fate.ShouldBe(Fate.Erase);
        Customer.FieldOn("name", "2026-11-21", Active, "purpose-ended:service").ShouldBe(Fate.Restrict, "obligation-alive", "2033-01-01", "books");
    }

    [Fact]
    public void A_contracts_end_lets_its_purpose_live_on_for_its_period_whereas_a_fact_ends_it_at_once()
    {
        Customer.FieldOn("notes", "2026-11-21", "ended=2026-11-20").ShouldBe(Fate.Keep, "purpose-alive", "2027-02-21", "service");
        Customer.FieldOn("notes", "2026-11-21", "ended=2026-11-20", "purpose-ended:service").Fate.ShouldBe(Fate.Erase);
    }

    /// <summary>What stands of the one record, what of the other, and what the one that they become is worth: what either forbids is forbidden.</summary>
    [Theory]
    [InlineData("hold", "consent-withdrawn:news;objection-upheld:prospecting", Fate.Restrict)]
    [InlineData("hold", "erasure-granted", Fate.Restrict)]
    [InlineData("restricted-claims", "consent-withdrawn:news;objection-upheld:prospecting", Fate.Restrict)]
    [InlineData("request-open", "consent-withdrawn:news;objection-upheld:prospecting", Fate.Restrict)]
    [InlineData("?hold", "purpose-ended:prospecting;consent-withdrawn:news", Fate.Undetermined)]
    [InlineData("objection-pending:prospecting", "consent-withdrawn:news", Fate.Restrict)]
    [InlineData("objection-pending:prospecting", "objection-upheld:prospecting;consent-withdrawn:news", Fate.Erase)]
    [InlineData("consent-withdrawn:news", "consent-given:news;objection-upheld:prospecting", Fate.Erase)]
    [InlineData("consent-withdrawn:news", "objection-upheld:prospecting", Fate.Erase)]
    [InlineData("consent-given:news", "consent-given:news;objection-upheld:prospecting", Fate.Keep)]
    [InlineData("restricted", "consent-given:news", Fate.Restrict)]
    public void Of_duplicates_what_either_forbids_is_forbidden_of_both_together(string one, string other, Fate fate)
    {
        foreach (var together in new[] { $"{one};{other}".Trim(';'), $"{other};{one}".Trim(';') })
        {
            Customer.FieldOn("email", "2026-11-21", "ended=2026-01-01, " + Active, together).Fate.ShouldBe(fate, together);
        }
    }

    [Fact]
    public void A_hold_and_an_erasure_granted_restrict()
    {
        Customer.FieldOn("notes", "2026-11-21", Active, "hold;erasure-granted").ShouldBe(Fate.Restrict, "hold");
        Customer.FieldOn("notes", "2026-11-21", Active, "erasure-granted").Fate.ShouldBe(Fate.Erase);
    }

    [Fact]
    public void A_hold_permits_no_use_of_its_own() =>
        Customer.FieldOn("notes", "2026-11-21", "ended=2026-01-01", "hold").Fate.ShouldBe(Fate.Restrict);

    [Fact]
    public void Anonymising_is_a_disposal_of_its_own_and_a_record_takes_it_before_erasure()
    {
        var policy = Example.Of(
            Purpose("service", Keep("P3M", "ended")),
            triggers: "ended",
            fields: """ "name": "identity.name", "city": { "category": "contact.address", "disposal": { "action": "anonymise", "strategy": "area" } } """);

        policy.FieldOn("name", "2026-11-21", "ended=2026-01-01").Fate.ShouldBe(Fate.Erase);
        policy.FieldOn("city", "2026-11-21", "ended=2026-01-01").Fate.ShouldBe(Fate.Anonymise);
        policy.On("2026-11-21", "ended=2026-01-01").Fate.ShouldBe(Fate.Anonymise);
    }

    [Fact]
    public void A_purpose_removed_from_the_policy_closes_at_once_and_leaves_what_others_keep()
    {
        var before = Example.Policy(Purpose("service", Keep("P3M", "end")) + "," + Purpose("research", Keep("P10Y", "end")));
        var after = Example.Policy(Purpose("service", Keep("P3M", "end")));

        Example.Of(before).On("2026-11-21", "end=2026-01-01").ShouldBe(Fate.Keep, "purpose-alive", "2036-01-02", "research");
        Example.Of(after, new SupersededPolicy(before, Instant.FromUtc(2026, 11, 1, 12, 0))).On("2026-11-21", "end=2026-01-01").Fate.ShouldBe(Fate.Erase);
        Example.Of(after, new SupersededPolicy(before, Instant.FromUtc(2026, 11, 1, 12, 0))).On("2026-11-21", "end=2026-11-01").Fate.ShouldBe(Fate.Keep);
    }

    [Theory]
    [InlineData("", Fate.Erase)]
    [InlineData("hold", Fate.Restrict)]
    [InlineData("?hold", Fate.Undetermined)]
    [InlineData("request-open", Fate.Restrict)]
    [InlineData("restricted-claims", Fate.Restrict)]
    [InlineData("restricted", Fate.Erase)]
    [InlineData("erasure-granted", Fate.Erase)]
    public void A_retired_data_set_is_due_unless_something_forbids_destruction(string facts, Fate fate)
    {
        var policy = PolicyReader.Read("""
            { "policy": "example", "version": "1", "effective": "2020-01-01",
              "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
              "systems": { "sys": { "dataSets": { "set": { "subject": "customer", "triggers": { "end": { "whenNull": "unknown" } },
                "retired": { "on": "2020-01-01", "reason": "replaced" }, "fields": { "name": "identity.name" } } } } } }
            """).Policy!;

        var decision = Example.Of(policy).On("2026-11-21", "end=?", facts);

        decision.Fate.ShouldBe(fate);
        decision.Rule.ShouldBeNull();
        decision.Due.ShouldBeNull();
    }
}
