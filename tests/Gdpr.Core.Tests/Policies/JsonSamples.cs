namespace Gdpr.Core.Tests.Policies;

/// <summary>Policies in JSON that tests start from.</summary>
internal static class JsonSamples
{
    /// <summary>A small policy that has no findings of shape, with comments, trailing commas and shorthands.</summary>
    public const string Example = """
        {
          "policy": "example", "version": "3", "effective": "2026-01-01", // in force from new year
          "controllers": {
            "example": { "name": "Example AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@example.se" },
          },
          "categories": { "contact.email": { "title": { "en": "E-mail address", "sv": "E-postadress" }, "dpv": "pd:EmailAddress" } },
          "systems": {
            "crm": {
              "dataSets": {
                "customers": {
                  "subject": "customer",
                  "triggers": {
                    "contract-ended": { "whenNull": "notHappened" }, "last-contact": { "whenNull": "unknown" }, "last-invoice": { "whenNull": "notHappened" }
                  },
                  "fields": { "name": "identity.name", "email": "contact.email", "notes": { "category": "free-text", "optional": true } }
                }
              }
            },
            "erp": {
              "dataSets": {
                "invoices": {
                  "subject": ["customer"],
                  "triggers": { "booked": { "whenNull": "unknown" } },
                  "fields": { "payer": "identity.name" }
                }
              }
            }
          },
          "activities": {
            "service": {
              "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"],
              "retention": {
                "keep": "P3M", "after": "contract-ended",
                "fallback": { "keep": "P24M", "after": "last-contact", "unless": { "within": "P13M", "of": "last-invoice" } }
              }
            },
            "newsletter": {
              "purpose": "direct-marketing", "basis": { "consent": { "text": "newsletter-2026" } }, "data": ["crm.customers.email"],
              "retention": { "while": "consent" }
            },
            "books": {
              "purpose": "bookkeeping", "basis": { "legalObligation": { "law": "SFS 1999:1078 7:2" } }, "data": ["erp.invoices"],
              "retention": { "keep": "P7Y", "after": { "fiscalYearEndOf": "booked" } }
            }
          },
          "documents": { "newsletter-2026": { "title": "Newsletter consent", "kind": "consentText", "text": { "en": "Yes, write to me.", "sv": "Ja, skriv till mig." } } },
          /* nothing assumed */
          "assumptions": [],
        }
        """;
}
