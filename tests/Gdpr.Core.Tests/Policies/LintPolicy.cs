using System.Globalization;
using System.Text.Json.Nodes;
using Gdpr.Policies;

namespace Gdpr.Core.Tests.Policies;

/// <summary>A policy that uses every section and has no finding at all, and edits that spoil it in one place.</summary>
internal static class LintPolicy
{
    public const string Flawless = """
        {
          "policy": "flawless", "version": "1", "effective": "2026-01-01",
          "controllers": {
            "example": {
              "name": "Example AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@example.se",
              "fiscalYears": [ { "from": "2020-07-01", "to": "2021-06-30" }, { "from": "2021-07-01", "yearly": true } ]
            }
          },
          "purposes": {
            "credit-scoring": { "title": { "en": "Credit scoring", "sv": "Kreditbedömning" } },
            "occupational-health": { "title": "Occupational health" },
            "abuse-handling": { "title": "Handling of abuse" }
          },
          "origins": { "form": { "title": "Form", "from": "person" } },
          "systems": {
            "crm": {
              "location": "SE", "riskAssessment": "risk-crm", "backup": { "keep": "P35D" },
              "dataSets": {
                "customers": {
                  "subject": "customer", "origins": "form",
                  "triggers": {
                    "created": { "whenNull": "unknown" },
                    "contract-started": { "whenNull": "notHappened" }, "contract-ended": { "whenNull": "notHappened" },
                    "last-contact": { "whenNull": "unknown" }, "last-invoice": { "whenNull": "notHappened" }
                  },
                  "fields": {
                    "name": "identity.name", "email": "contact.email", "number": "identity.national-number", "notes": "free-text",
                    "password": "account.password", "score": "commerce.credit-rating", "health": "special.health", "crime": "offence"
                  }
                },
                "statistics": {
                  "subject": "customer", "origins": "form", "triggers": { "seen": { "whenNull": "unknown" } },
                  "fields": {
                    "customer": { "category": "identity.customer-number", "disposal": { "action": "anonymise", "strategy": "sever" } },
                    "address": { "category": "online.ip-address", "disposal": { "action": "restrict", "for": "P1M", "then": { "action": "anonymise", "strategy": "ip-prefix" } } },
                    "remark": { "category": "free-text", "disposal": { "action": "anonymise", "strategy": "null" } }
                  }
                },
                "faxes": { "subject": "customer", "fields": { "number": "contact.phone" }, "retired": { "on": "2025-06-30", "reason": "No faxes are sent any more." } }
              }
            },
            "erp": {
              "location": "GB", "host": "accountant", "riskAssessment": "risk-crm", "backup": { "keep": "P35D" },
              "dataSets": { "invoices": { "subject": "customer", "origins": "form", "triggers": { "booked": { "whenNull": "unknown" } }, "fields": { "payer": "identity.name" } } }
            },
            "hosting": {
              "location": "SE", "riskAssessment": "risk-crm", "backup": { "keep": "P35D" },
              "dataSets": { "sites": { "subject": "user", "origins": "form", "triggers": { "service-ended": { "whenNull": "notHappened" }, "last-used": { "whenNull": "unknown" } }, "fields": { "content": "account.settings" } } }
            }
          },
          "activities": {
            "service": {
              "purpose": "service-provision", "basis": { "contract": { "necessity": "Nothing can be delivered to nobody." } },
              "data": ["crm.customers.name", "crm.customers.email", "crm.customers.notes", "crm.customers.password", "crm.customers.number"],
              "identityNumbers": { "ground": "secureIdentification", "because": "Accounts of people with one name were mixed up." },
              "retention": {
                "keep": "P3M", "after": "contract-ended", "atLeast": "P1M", "atMost": "P6M",
                "fallback": { "keep": "P24M", "after": "last-contact", "unless": { "within": "P13M", "of": "last-invoice" } }
              },
              "limit": { "keep": "P30Y", "after": "created", "law": "SFS 2099:1 1:2" }, "minimum": { "keep": "P1Y", "after": "created", "law": "SFS 2099:1 1:1" },
              "recipients": [ { "recipient": "printer", "data": ["crm.customers.name"] }, { "recipient": "archive", "data": ["crm.customers.name"] } ],
              "routine": "handbook"
            },
            "newsletter": {
              "purpose": "direct-marketing", "basis": { "consent": { "text": "newsletter-text", "explicit": true, "askAgainAfter": "P24M" } },
              "data": ["crm.customers.email"], "retention": { "while": "consent" }, "routine": "handbook"
            },
            "prospects": {
              "purpose": "prospecting", "basis": { "legitimateInterest": { "interest": "To meet new customers.", "assessment": "balance" } },
              "data": ["crm.customers.name"], "routine": "handbook",
              "retention": { "while": { "started": "contract-started", "ended": "contract-ended" }, "assessment": { "keep": "P12M", "after": "last-contact" }, "fallback": { "keep": "P10Y", "after": "created" } }
            },
            "scoring": {
              "purpose": "credit-scoring", "basis": { "contract": { "necessity": "Credit is given to those who can pay." } }, "data": ["crm.customers.score"],
              "retention": { "anyOf": [ { "keep": "P1Y", "after": "created" }, { "allOf": [ { "keep": "P3M", "after": "last-contact" }, { "keep": "P1M", "after": "created" } ] } ] },
              "profiling": { "logic": "Income against debts.", "consequences": "No credit, or less.", "requires": "contractNecessity", "solelyAutomated": true, "humanReview": "Head of credit" },
              "impactAssessment": "impact", "routine": "handbook"
            },
            "health": {
              "purpose": "occupational-health", "basis": { "legalObligation": { "law": "SFS 1977:1160 3:2" } }, "data": ["crm.customers.health"],
              "specialCategories": { "limb": "b", "law": "SFS 2018:218 3:2" }, "retention": { "keep": "P5Y", "after": { "calendarYearEndOf": "created" } }, "routine": "handbook"
            },
            "abuse": {
              "purpose": "abuse-handling", "basis": { "legitimateInterest": { "interest": "To keep the net clean.", "assessment": "balance" } }, "data": ["crm.customers.crime"],
              "offences": { "ground": "legalDuty", "law": "SFS 2022:482 9:1" }, "retention": { "keep": "P6M", "after": "created" }, "routine": "handbook"
            },
            "statistics": {
              "purpose": "service-improvement", "basis": { "legitimateInterest": { "interest": "To learn what is used.", "assessment": "balance" } }, "data": ["crm.statistics"],
              "retention": { "keep": "P6M", "after": "seen" }, "routine": "handbook"
            },
            "books": {
              "purpose": "bookkeeping", "basis": { "legalObligation": { "law": "SFS 1999:1078 7:2" } }, "data": ["erp.invoices"],
              "retention": { "keep": "P7Y", "after": { "fiscalYearEndOf": "booked" } }, "recipients": [ { "recipient": "accountant", "data": ["erp.invoices"] } ], "routine": "handbook"
            },
            "hosting": {
              "purpose": "system-operation", "capacity": "processor", "agreement": "customer-agreement", "data": ["hosting.sites"],
              "retention": { "keep": "P30D", "after": "service-ended", "fallback": { "keep": "P5Y", "after": "last-used" } },
              "recipients": [ { "recipient": "data-hall", "data": ["hosting.sites"] } ], "routine": "handbook"
            },
            "events": {
              "purpose": "customer-relations", "capacity": "jointController", "agreement": "fair-arrangement",
              "basis": { "legitimateInterest": { "interest": "To run the fair.", "assessment": "balance" } }, "data": ["crm.customers.name"],
              "retention": { "keep": "P6M", "after": "last-contact" }, "recipients": [ { "recipient": "fair", "data": ["crm.customers.name"] } ], "routine": "handbook"
            }
          },
          "services": { "web": { "title": "Web hosting", "activities": ["hosting"], "agreement": "customer-agreement" } },
          "recipients": {
            "printer": { "name": "Printer", "kind": "processor", "country": "SE", "agreement": "printer-agreement", "endpoint": "https://print.example/in", "requiredControls": ["backup"] },
            "accountant": {
              "name": "Accountant", "kind": "processor", "country": "GB", "agreement": "printer-agreement", "requiredControls": ["backup"],
              "transfer": { "mechanism": "standardClauses", "reference": "2021/914 module 2", "assessment": "transfer" }
            },
            "data-hall": { "name": "Data hall", "kind": "subProcessor", "country": "NO", "agreement": "printer-agreement", "requiredControls": ["backup"] },
            "fair": { "name": "Fair", "kind": "jointController", "country": "SE", "agreement": "fair-arrangement" },
            "archive": { "name": "National archive", "kind": "authority", "country": "SE", "law": "SFS 1990:782 3 §" }
          },
          "agreements": {
            "printer-agreement": {
              "title": "Agreement with processors", "kind": "withProcessor", "from": "2025-01-01", "until": "2028-12-31", "document": "agreement-text",
              "terms": { "subject": "Printing", "duration": "The contract's", "categories": ["identity.name", "account.settings"], "subjects": ["customer"] },
              "clauses": { "instructions": "1", "confidentiality": "2", "security": "3", "subProcessors": "4", "requests": "5", "assistance": "6", "end": "7", "audits": "8" }
            },
            "customer-agreement": {
              "title": "Agreement with customers", "kind": "withController",
              "terms": { "subject": "Hosting", "duration": "The contract's", "byInstruction": true },
              "clauses": { "instructions": "1", "confidentiality": "2", "security": "3", "subProcessors": "4", "requests": "5", "assistance": "6", "end": "7", "audits": "8" }
            },
            "fair-arrangement": {
              "title": "Arrangement on the fair", "kind": "jointControllers",
              "arrangement": { "essence": "The fair sells the tickets, and we invite.", "contactPoint": "privacy@fair.example", "answeredBy": "fair" }
            }
          },
          "roles": {
            "staff": { "title": "Staff", "may": [
              { "purpose": "service-provision", "categories": ["identity.name"] }, { "purpose": "direct-marketing" }, { "purpose": "prospecting" }, { "purpose": "credit-scoring" },
              { "purpose": "occupational-health" }, { "purpose": "abuse-handling" }, { "purpose": "service-improvement" }, { "purpose": "bookkeeping" },
              { "purpose": "system-operation" }, { "purpose": "customer-relations" } ] }
          },
          "controls": { "backup": { "title": "Backup", "family": "backup", "owner": "Operations", "cadence": "P1D" } },
          "passwordRules": { "staff": { "minimumLength": 12, "systems": ["crm"] } },
          "documents": {
            "newsletter-text": { "title": "Consent to the newsletter", "kind": "consentText", "version": "2", "text": "Yes, write to me." },
            "handbook": { "title": "Handbook", "kind": "routine", "reviewEvery": "P1Y", "reviewed": "2025-03-01" },
            "agreement-text": { "title": "Text of agreements", "kind": "agreement" }
          },
          "assessments": {
            "balance": { "kind": "legitimateInterest", "necessity": "No other way.", "balance": "Expected by those concerned.", "on": "2025-02-01", "nextReview": "2027-02-01", "by": "Lawyer" },
            "risk-crm": { "kind": "risk", "on": "2025-02-01", "nextReview": "2026-02-01", "by": "Operations" },
            "impact": { "kind": "impact", "on": "2025-02-01", "nextReview": "2026-02-01", "by": "Lawyer" },
            "transfer": { "kind": "transfer", "on": "2025-02-01", "nextReview": "2026-02-01", "by": "Lawyer" }
          },
          "assumptions": [ { "at": "/activities/service/retention/fallback", "gap": "E-RET-04", "because": "The documents are silent." } ]
        }
        """;

    /// <summary>The flawless policy after edits, one a line: <c>/pointer = json</c> sets, <c>- /pointer</c> removes, <c>+ /pointer = json</c> appends.</summary>
    public static string Spoilt(string edits) => Edited(Flawless, edits);

    /// <summary>A policy after edits.</summary>
    public static string Edited(string policy, string edits)
    {
        var root = JsonNode.Parse(policy)!;
        foreach (var edit in edits.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            Apply(root, edit);
        }

        return root.ToJsonString();
    }

    /// <summary>The findings of the flawless policy after edits.</summary>
    public static IReadOnlyList<PolicyFinding> Check(string edits) => PolicyReader.Read(Spoilt(edits)).Findings;

    private static void Apply(JsonNode root, string edit)
    {
        var appends = edit.StartsWith("+ ", StringComparison.Ordinal);
        var removes = edit.StartsWith("- ", StringComparison.Ordinal);
        var parts = (appends || removes ? edit[2..] : edit).Split(" = ", 2);
        var steps = parts[0].Split('/')[1..];
        var owner = steps[..^1].Aggregate(root, (node, step) => node is JsonArray array ? array[int.Parse(step, CultureInfo.InvariantCulture)]! : node[step] ?? throw new InvalidOperationException($"{step} of {edit}"));
        var value = removes ? null : JsonNode.Parse(parts[1]);
        if (owner is JsonArray items)
        {
            var index = int.Parse(steps[^1], CultureInfo.InvariantCulture);
            items.RemoveAt(index);
            if (!removes)
            {
                items.Insert(index, value);
            }
        }
        else if (removes)
        {
            owner.AsObject().Remove(steps[^1]).ShouldBeTrue(edit);
        }
        else if (appends)
        {
            owner[steps[^1]]!.AsArray().Add(value);
        }
        else
        {
            owner[steps[^1]] = value;
        }
    }
}
