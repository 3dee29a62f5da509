using Gdpr.Controls;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Core.Tests.Controls;

/// <summary>The shop with measures, documents, assessments, agreements and recipients of every kind.</summary>
internal static class Office
{
    public const string By = "head-of-operations";

    public static GdprPolicy Policy(string effective = "2026-11-01") => PolicyReader.Read($$"""
        { "policy": "office", "version": "1", "effective": "{{effective}}",
          "controllers": { "shop": { "name": "Shop AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@shop.example" } },
          "systems": {
            "crm": { "location": "SE", "backup": { "keep": "P30D" }, "riskAssessment": "risk-crm", "dataSets": {
              "customers": { "subject": "customer", "triggers": { "ended": { "whenNull": "unknown" } },
                             "fields": { "name": "identity.name", "email": "contact.email" } },
              "orders": { "subject": "customer", "triggers": { "sent": { "whenNull": "unknown" } }, "fields": { "address": "contact.postal-address" } } } },
            "web": { "location": "SE", "dataSets": {
              "visits": { "subject": "customer", "triggers": { "at": { "whenNull": "unknown" } }, "fields": { "page": "free-text" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "controls": ["daily-backup"],
                         "retention": { "keep": "P3M", "after": "ended" } },
            "delivery": { "purpose": "delivery", "basis": { "contract": {} }, "data": ["crm.orders"],
                          "recipients": [{ "recipient": "carrier", "data": ["crm.orders.address"] }], "retention": { "keep": "P1M", "after": "sent" } },
            "marketing": { "purpose": "direct-marketing", "basis": { "consent": { "text": "consent-text", "askAgainAfter": "P24M" } }, "data": ["crm.customers.email"],
                           "retention": { "keep": "P1M", "after": "ended" } },
            "statistics": { "purpose": "statistics", "basis": { "legitimateInterest": { "interest": "To know", "assessment": "lia" } }, "data": ["web.visits"],
                            "retention": { "keep": "P1M", "after": "at" } } },
          "recipients": {
            "carrier": { "name": "Carrier", "kind": "processor", "country": "SE", "agreement": "carrier-agreement", "requiredControls": ["encryption", "locks"] },
            "analyst": { "name": "Analyst", "kind": "processor", "country": "GB", "agreement": "carrier-agreement" },
            "printer": { "name": "Printer", "kind": "processor", "country": "IN", "agreement": "carrier-agreement",
                         "transfer": { "mechanism": "standardClauses", "reference": "2021/914 module 2", "validUntil": "2027-06-30", "assessment": "tia" } } },
          "agreements": { "carrier-agreement": { "title": "Carrier", "kind": "withProcessor", "from": "2024-01-01", "until": "2027-01-31",
            "terms": { "subject": "Delivery", "duration": "As long as the agreement", "byInstruction": true },
            "clauses": { "instructions": "2", "confidentiality": "3", "security": "4", "subProcessors": "5", "requests": "6", "assistance": "7", "end": "8", "audits": "9" } } },
          "controls": {
            "daily-backup": { "title": "Backup", "family": "backup", "owner": "Operations", "cadence": "P1D", "systems": ["crm"] },
            "restore-test": { "title": "Restore", "family": "backup", "owner": "Operations", "cadence": "P1W", "systems": ["crm"], "capacities": ["controller", "processor"] },
            "access-review": { "title": "Access", "family": "access", "owner": "Security", "cadence": "P3M", "systems": ["crm"] },
            "locks": { "title": "Locks", "family": "physical", "owner": "Operations", "systems": ["crm"] },
            "encryption": { "title": "Encryption", "family": "transmission", "owner": "Security", "cadence": "P12M" , "systems": ["crm"] },
            "training": { "title": "Training", "family": "staff", "owner": "Personnel", "cadence": "P12M", "perPerson": true, "systems": ["crm"] } },
          "passwordRules": { "sign-in": { "minimumLength": 12, "upperCase": true, "lowerCase": true, "digit": true, "symbol": true, "changeAfter": "P3M", "systems": ["crm", "web"] } },
          "documents": {
            "security-policy": { "title": "Security", "kind": "policy", "owner": "Board", "reviewEvery": "P12M", "reviewed": "2026-01-15" },
            "routine": { "title": "Routine", "kind": "routine", "owner": "Operations" },
            "consent-text": { "title": "Text", "kind": "consentText", "version": "1", "text": { "en": "Yes", "sv": "Ja" } } },
          "assessments": {
            "lia": { "kind": "legitimateInterest", "on": "2026-01-31", "nextReview": "2028-01-31", "by": "Board", "necessity": "n", "balance": "b" },
            "risk-crm": { "kind": "risk", "on": "2026-01-10", "nextReview": "2026-12-01", "by": "Security" },
            "tia": { "kind": "transfer", "on": "2026-01-10", "nextReview": "2027-12-01", "by": "Security" } } }
        """).Policy!;

    public static Shop Open(ShopWorld? world = null, Action<Microsoft.Extensions.DependencyInjection.IServiceCollection>? before = null) =>
        Shop.Open(world, Policy(), before: before);

    public static ControlEvidence Evidence(this Shop shop) => shop.Get<ControlEvidence>();

    public static Task PassAsync(this Shop shop, string control, Instant? at = null) =>
        shop.Evidence().RecordAsync(new Evidence(EvidenceTarget.Control(control), EvidenceOutcome.Passed, By) { At = at });

    public static async Task<ControlStatus> StatusAsync(this Shop shop, string control) => (await shop.Evidence().ReadAsync()).Single(status => status.Id == control);

    /// <summary>The instant of a local time in Stockholm.</summary>
    public static Instant At(int year, int month, int day, int hour = 12, int minute = 0) => Breaches.Reports.At(year, month, day, hour, minute);
}
