using Gdpr.Policies;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

public class ExplanationTests
{
    private static readonly RetentionSchedule Schedule = RetentionSchedule.Compile(PolicyReader.Parse("""
        { "policy": "example", "version": "1", "effective": "2026-01-01",
          "controllers": { "example": { "name": "Example AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY",
            "contact": "privacy@example.se", "fiscalYears": [{ "from": "2020-07-01", "yearly": true }] } },
          "systems": { "crm": { "dataSets": { "customers": { "subject": "customer",
            "triggers": { "contract-ended": { "whenNull": "notHappened" }, "last-contact": { "whenNull": "unknown" },
              "last-invoice": { "whenNull": "notHappened" }, "booked": { "whenNull": "unknown" } },
            "fields": { "name": "identity.name", "total": "commerce.invoice", "notes": { "category": "free-text", "optional": true } } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers.name", "crm.customers.notes"],
              "retention": { "keep": "P3M", "after": "contract-ended",
                "fallback": { "keep": "P24M", "after": "last-contact", "unless": { "within": "P13M", "of": "last-invoice" } } } },
            "books": { "purpose": "bookkeeping", "basis": { "legalObligation": { "law": "SFS 1999:1078 7:2" } }, "data": ["crm.customers.name", "crm.customers.total"],
              "retention": { "keep": "P7Y", "after": { "fiscalYearEndOf": "booked" } } } } }
        """));

    [Fact]
    public void It_names_each_rule_its_triggers_its_end_what_decided_and_when_the_fate_changes() =>
        Explain("en").ShouldBe("""
        crm.customers on 2026-11-21: keep; from 2026-12-16 undetermined
          A purpose still runs. (purpose-alive, rule service)
          Facts: ?request-open
          Field name: keep; from 2026-12-16 restrict
            A purpose still runs. (purpose-alive, rule service)
            service (purpose service-provision, may keep): runs through 2026-12-15.
              ends with the first of:
                3 months after contract-ended: happened on 2026-09-15; runs through 2026-12-15
                ends with the last of:
                  2 years after last-contact: happened on 2026-09-20; runs through 2028-09-20
                  13 months from the evidence of last-invoice: has not happened; over
            books (obligation by SFS 1999:1078 7:2, must keep): runs through 2031-12-31.
              7 years after booked: happened on 2023-08-02; its fiscal year closed on 2024-06-30; counted from 2024-12-31; runs through 2031-12-31
          Field notes: keep; from 2026-12-16 undetermined
            A purpose still runs. (purpose-alive, rule service)
            service (purpose service-provision, may keep): runs through 2026-12-15.
              ends with the first of:
                3 months after contract-ended: happened on 2026-09-15; runs through 2026-12-15
                ends with the last of:
                  2 years after last-contact: happened on 2026-09-20; runs through 2028-09-20
                  13 months from the evidence of last-invoice: has not happened; over
          Field total: restrict; from 2032-01-01 undetermined
            A legal obligation to keep still runs; nothing else may be done with it (Art. 17(3)(b)). (obligation-alive, rule books)
            books (obligation by SFS 1999:1078 7:2, must keep): runs through 2031-12-31.
              7 years after booked: happened on 2023-08-02; its fiscal year closed on 2024-06-30; counted from 2024-12-31; runs through 2031-12-31
        """);

    [Fact]
    public void It_says_the_same_in_Swedish() =>
        Explain("sv").ShouldBe("""
        crm.customers den 2026-11-21: bevaras; från den 2026-12-16 obestämt
          Ett ändamål löper ännu. (purpose-alive, regel service)
          Fakta: ?request-open
          Fältet name: bevaras; från den 2026-12-16 begränsas
            Ett ändamål löper ännu. (purpose-alive, regel service)
            service (ändamålet service-provision, får bevara): löper till och med den 2026-12-15.
              slutar med den första av:
                3 månader efter contract-ended: inträffade den 2026-09-15; löper till och med den 2026-12-15
                slutar med den sista av:
                  2 år efter last-contact: inträffade den 2026-09-20; löper till och med den 2028-09-20
                  13 månader från beviset last-invoice: har inte inträffat; slut
            books (skyldighet enligt SFS 1999:1078 7:2, ska bevara): löper till och med den 2031-12-31.
              7 år efter booked: inträffade den 2023-08-02; räkenskapsåret slutade den 2024-06-30; räknas från den 2024-12-31; löper till och med den 2031-12-31
          Fältet notes: bevaras; från den 2026-12-16 obestämt
            Ett ändamål löper ännu. (purpose-alive, regel service)
            service (ändamålet service-provision, får bevara): löper till och med den 2026-12-15.
              slutar med den första av:
                3 månader efter contract-ended: inträffade den 2026-09-15; löper till och med den 2026-12-15
                slutar med den sista av:
                  2 år efter last-contact: inträffade den 2026-09-20; löper till och med den 2028-09-20
                  13 månader från beviset last-invoice: har inte inträffat; slut
          Fältet total: begränsas; från den 2032-01-01 obestämt
            En rättslig skyldighet att bevara löper ännu; inget annat får göras med uppgifterna (art. 17.3 b). (obligation-alive, regel books)
            books (skyldighet enligt SFS 1999:1078 7:2, ska bevara): löper till och med den 2031-12-31.
              7 år efter booked: inträffade den 2023-08-02; räkenskapsåret slutade den 2024-06-30; räknas från den 2024-12-31; löper till och med den 2031-12-31
        """);

    [Theory]
    [InlineData("consent-withdrawn:news", new[] { "consent-withdrawn" })]
    [InlineData("?consent-withdrawn:news", new[] { "consent-given", "?consent-withdrawn" })]
    [InlineData("", new[] { "consent-given" })]
    public void Of_consent_given_and_withdrawn_only_what_decides_is_shown(string facts, string[] shown)
    {
        var schedule = RetentionSchedule.Compile(Example.Policy(Example.Purpose("news", """ "while": "consent" """, basis: Example.Consent)));
        var dataSet = schedule.DataSet("sys.set");
        var record = new RetentionRecord(dataSet, new TriggerValue[3], dataSet.Facts(facts).AssumingConsent());

        schedule.At(Instant.FromUtc(2026, 11, 21, 12, 0)).Explain(record).Groups.ShouldHaveSingleItem().Rules.ShouldHaveSingleItem().Facts.ShouldBe(shown);
    }

    private static string Explain(string language)
    {
        var customers = Schedule.DataSet("crm.customers");
        var record = new RetentionRecord(
            customers,
            [TriggerValue.On(new LocalDate(2026, 9, 15)), TriggerValue.On(new LocalDate(2026, 9, 20)), TriggerValue.Missing, TriggerValue.At(Instant.FromUtc(2023, 8, 1, 22, 30))],
            customers.Facts("?request-open"));
        return Schedule.At(Instant.FromUtc(2026, 11, 21, 12, 0)).Explain(record).ToText(language);
    }
}
