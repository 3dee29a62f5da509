namespace Gdpr.Conformance.Tests.Interactions;

/// <summary>Two firms in two time zones that keep one register of customers together: each with its own purposes, one of them with books and support.</summary>
internal static class TwoFirms
{
    public const string North = "north";
    public const string South = "south";

    public static Organisation Policy { get; } = Organisation.Of("two-firms", """
        { "policy": "two-firms", "version": "1", "effective": "2020-01-01",
          "controllers": {
            "north": { "name": "North AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@north.example",
                       "fiscalYears": [ { "from": "2015-01-01", "yearly": true } ] },
            "south": { "name": "South Oy", "country": "FI", "timeZone": "Europe/Helsinki", "authority": "Dataombudsmannen", "contact": "privacy@south.example" } },
          "purposes": { "prospecting-mail": { "title": { "en": "Mail to prospects", "sv": "Utskick till prospekt" }, "directMarketing": true } },
          "documents": {
            "news-text": { "kind": "consentText", "title": { "en": "News" }, "version": "1", "text": { "en": "Yes, send me news.", "sv": "Ja, skicka nyheter." } },
            "notice": { "kind": "notice", "title": { "en": "Notice" }, "version": "1" } },
          "assessments": {
            "lia": { "kind": "legitimateInterest", "title": { "en": "Interests" }, "on": "2025-12-01", "nextReview": "2027-11-30", "by": "dpo", "necessity": "x", "balance": "y" } },
          "origins": { "self": { "title": { "en": "You" }, "from": "person" }, "register": { "title": { "en": "A bought register" }, "from": "purchasedRegister" } },
          "roles": { "web": { "service": true, "title": { "en": "The web site" }, "may": [ { "purpose": "service-provision" }, { "purpose": "direct-marketing" },
            { "purpose": "customer-support" }, { "purpose": "customer-relations" }, { "purpose": "prospecting-mail" } ] } },
          "recipients": { "courier": { "name": { "en": "Courier AB" }, "kind": "controller", "country": "SE", "law": "contract" } },
          "systems": {
            "crm": { "backup": { "keep": "P35D" }, "dataSets": {
              "customers": { "subject": "customer", "origins": "self",
                "triggers": { "ended": { "whenNull": "notHappened" }, "created": { "whenNull": "unknown" } },
                "fields": { "name": "identity.name", "email": "contact.email" } },
              "leads": { "subject": "customer", "origins": "register", "triggers": { "obtained": { "whenNull": "unknown" } },
                "fields": { "name": "identity.name", "email": "contact.email" } } } },
            "erp": { "dataSets": { "invoices": { "subject": "customer", "origins": "self", "triggers": { "booked": { "whenNull": "unknown" } },
              "fields": { "payer": "identity.name", "amount": "commerce.invoice" } } } },
            "desk": { "dataSets": { "tickets": { "subject": "customer", "origins": "self",
              "triggers": { "closed": { "whenNull": "notHappened" }, "opened": { "whenNull": "unknown" } }, "fields": { "text": "commerce.order" } } } },
            "logs": { "dataSets": { "accesses": { "subject": "customer", "origins": "self", "triggers": { "logged": { "whenNull": "unknown" } },
              "fields": { "address": "online.ip-address" } } } } },
          "activities": {
            "service": { "controller": "north", "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"],
              "recipients": [ { "recipient": "courier", "data": ["crm.customers.name"] } ],
              "retention": { "keep": "P3M", "after": "ended", "fallback": { "keep": "P20Y", "after": "created" } } },
            "news": { "controller": "north", "purpose": "direct-marketing", "basis": { "consent": { "text": "news-text", "askAgainAfter": "P24M" } },
              "data": ["crm.customers.email"], "retention": { "while": "consent" } },
            "books": { "controller": "north", "purpose": "bookkeeping", "basis": { "legalObligation": { "law": "SFS 1999:1078 7:2" } }, "data": ["erp.invoices"],
              "retention": { "keep": "P7Y", "after": { "fiscalYearEndOf": "booked" }, "law": "SFS 1999:1078 7:2" } },
            "support": { "controller": "north", "purpose": "customer-support", "basis": { "contract": {} }, "data": ["desk.tickets"],
              "retention": { "keep": "P24M", "after": "closed", "fallback": { "keep": "P20Y", "after": "opened" } } },
            "security": { "controller": "north", "purpose": "security", "basis": { "legitimateInterest": { "interest": { "en": "Safety" }, "assessment": "lia" } },
              "data": ["logs.accesses"], "retention": { "keep": "P12M", "after": "logged" } },
            "loyalty": { "controller": "south", "purpose": "customer-relations",
              "basis": { "legitimateInterest": { "interest": { "en": "Loyal customers" }, "assessment": "lia" } }, "data": ["crm.customers"],
              "retention": { "keep": "P24M", "after": "created" } },
            "prospecting": { "controller": "north", "purpose": "prospecting-mail", "electronicMarketing": { "ground": "priorConsent", "because": "Nobody is written to before saying yes." },
              "basis": { "legitimateInterest": { "interest": { "en": "New customers" }, "assessment": "lia" } }, "data": ["crm.leads"],
              "retention": { "keep": "P12M", "after": "obtained" } } } }
        """);
}
