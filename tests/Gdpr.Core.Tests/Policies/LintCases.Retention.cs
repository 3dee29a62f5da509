namespace Gdpr.Core.Tests.Policies;

internal static partial class LintCases
{
    private static readonly (string Code, string Path, string Edits)[] RuleForms =
    [
        // No end that can be determined.
        ("E-RET-03", "/activities/abuse", "- /activities/abuse/retention"),
        ("E-RET-03", "/activities/abuse/retention", "/activities/abuse/retention = {}"),
        ("E-RET-03", "/activities/abuse/retention", "- /activities/abuse/retention/keep"),
        ("E-RET-03", "/activities/abuse/retention", "- /activities/abuse/retention/after"),
        ("E-RET-03", "/activities/abuse/retention/after", "/activities/abuse/retention/after = {}"),
        ("E-RET-03", "/activities/service/retention/fallback", "- /activities/service/retention/fallback/keep"),
        ("E-RET-03", "/activities/service/retention/fallback/unless", "- /activities/service/retention/fallback/unless/within"),
        ("E-RET-03", "/activities/service/retention/fallback/unless", "- /activities/service/retention/fallback/unless/of"),
        ("E-RET-03", "/activities/prospects/retention/while", "- /activities/prospects/retention/while/ended"),
        ("E-RET-03", "/activities/prospects/retention/while", "/activities/prospects/retention/while = {}"),
        ("E-RET-03", "/activities/scoring/retention/anyOf/1/allOf/0", "- /activities/scoring/retention/anyOf/1/allOf/0/keep"),
        ("E-RET-03", "/activities/service/limit", "/activities/service/limit = { \"law\": \"SFS 2099:1 1:2\" }"),

        // Rules that are not well formed.
        ("E-RET-09", "/activities/abuse/retention", """/activities/abuse/retention/while = "consent" """),
        ("E-RET-09", "/activities/abuse/retention/after", """/activities/abuse/retention/after = { "trigger": "created", "calendarYearEndOf": "created" }"""),
        ("E-RET-09", "/activities/scoring/retention/anyOf", "- /activities/scoring/retention/anyOf/1"),
        ("E-RET-09", "/activities/scoring/retention/anyOf/1/allOf", "- /activities/scoring/retention/anyOf/1/allOf/0"),
        ("E-RET-09", "/activities/abuse/retention/unless", """/activities/abuse/retention/unless = { "within": "P1M", "of": "last-invoice" }"""),
        ("E-RET-09", "/activities/abuse/retention/assessment", """/activities/abuse/retention/assessment = { "keep": "P1M", "after": "created" }"""),
        ("E-RET-09", "/activities/prospects/retention/while", "- /activities/prospects/retention/while/started"),
        ("E-RET-09", "/activities/prospects/retention/while", """/activities/prospects/retention/while/state = "consent" """),
        ("E-RET-09", "/activities/prospects/retention/atMost", """/activities/prospects/retention/atMost = "P1Y" """),

        // Consent and law.
        ("E-RET-08", "/activities/newsletter/retention/while/keep", """/activities/newsletter/retention/while = { "state": "consent", "keep": "P1M" }"""),
        ("E-RET-08", "/activities/newsletter/retention/allOf", """/activities/newsletter/retention = { "allOf": [ { "while": "consent" }, { "keep": "P1Y", "after": "created" } ] }"""),
        ("E-RET-10", "/activities/abuse/retention/while", """/activities/abuse/retention = { "while": "consent" }"""),
        ("E-RET-05", "/activities/service/minimum", "- /activities/service/minimum/law"),
        ("E-RET-05", "/activities/service/limit", "- /activities/service/limit/law"),
        ("E-RET-05", "/activities/books/basis/legalObligation", "- /activities/books/basis/legalObligation/law"),
        ("E-RET-06", "/activities/books/basis/legalObligation/law", """/activities/books/basis/legalObligation/law = "Preskriptionslagen (1981:130) 2 §" """),
        ("E-RET-06", "/activities/service/minimum/law", """/activities/service/minimum/law = "SFS 1981:130 2 §" """),
        ("W-BASE-04", "/activities/books/basis/legalObligation/law", """/activities/books/basis/legalObligation/law = "the Accounting Act" """),
        ("W-BASE-04", "/activities/books/basis/legalObligation/law", """/activities/books/basis/legalObligation/law = "SFS 1999:1078" """),
        ("W-BASE-04", "/activities/service/limit/law", """/activities/service/limit/law = "Directive 2006/24/EC" """),
        ("W-BASE-04", "/activities/service/minimum/law", """/activities/service/minimum/law = "tax law" """),
        ("E-RET-05", "/activities/service/minimum/law", """/activities/service/minimum/law = "SFS 2099:1" """),
        ("E-RET-11", "/systems/crm/dataSets/customers/triggers/created", "- /systems/crm/dataSets/customers/triggers/created/whenNull"),
    ];

    private static readonly (string Code, string Path, string Edits)[] RuleEnds =
    [
        ("E-RET-04", "/activities/service/retention", "- /activities/service/retention/fallback"),
        ("E-RET-04", "/activities/hosting/retention", "- /activities/hosting/retention/fallback"),
        ("E-RET-04", "/activities/abuse/retention", """/activities/abuse/retention/after = "contract-ended" """),
        ("E-RET-04", "/activities/abuse/retention", """/activities/abuse/retention/after = { "calendarYearEndOf": "contract-ended" }"""),
        // A fallback that may never come either.
        ("E-RET-04", "/activities/service/retention/fallback", """/activities/service/retention/fallback/after = "contract-started" """),
        ("E-RET-04", "/activities/service/retention/fallback", """/activities/service/retention/fallback/unless = { "keep": "P1M", "after": "last-invoice" }"""),
        // One limb that may never end carries all-of; any-of is carried only by all of its limbs.
        ("E-RET-04", "/activities/scoring/retention/allOf/1", """/activities/scoring/retention = { "allOf": [ { "keep": "P1M", "after": "created" }, { "keep": "P1M", "after": "last-invoice" } ] }"""),
        ("E-RET-04", "/activities/scoring/retention", """/activities/scoring/retention = { "anyOf": [ { "keep": "P1M", "after": "contract-ended" }, { "keep": "P1M", "after": "last-invoice" } ] }"""),
        // A relation that never ends, and an assessment that never is made.
        ("E-RET-04", "/activities/prospects/retention", "- /activities/prospects/retention/fallback"),
        ("E-RET-04", "/activities/prospects/retention/assessment", """
            - /activities/prospects/retention/fallback
            /activities/prospects/retention/assessment/after = "last-invoice"
            """),
        ("W-RET-13", "/activities/health/retention", """/activities/health/retention/after = { "calendarYearEndOf": "contract-ended" }"""),
        ("W-RET-13", "/activities/service/limit", """/activities/service/limit/after = "contract-ended" """),
        // A fallback ends its rule at once, also where the rule's own event has come.
        ("E-RET-17", "/activities/service/minimum/fallback", """/activities/service/minimum/fallback = { "keep": "P6M", "after": "created" }"""),
        ("E-RET-17", "/activities/service/minimum/fallback", """/activities/service/minimum/fallback = { "keep": "P365D", "after": "created" }"""),
        ("E-RET-17", "/activities/service/minimum/fallback",
            """/activities/service/minimum/fallback = { "keep": "P6M", "after": "created", "unless": { "within": "P3M", "of": "created" } }"""),
        ("E-RET-17", "/activities/service/minimum/allOf/0/fallback", """
            /activities/service/minimum = { "law": "SFS 2099:1 1:1", "allOf": [ { "keep": "P1Y", "after": "created" }, { "keep": "P1M", "after": "last-contact" } ] }
            /activities/service/minimum/allOf/0/fallback = { "keep": "P6M", "after": "created" }
            """),
        ("E-RET-17", "/activities/service/minimum/fallback", """
            /activities/service/minimum = { "law": "SFS 2099:1 1:1", "allOf": [ { "keep": "P1Y", "after": "created" }, { "keep": "P1M", "after": "last-contact" } ] }
            /activities/service/minimum/fallback = { "keep": "P6M", "after": "created" }
            """),
        ("E-RET-17", "/activities/books/retention/fallback", """/activities/books/retention/fallback = { "keep": "P7Y", "after": "booked" }"""),
        ("W-RET-18", "/activities/service/minimum/fallback", """/activities/service/minimum/fallback = { "keep": "P6M", "after": "last-contact" }"""),
        ("W-RET-18", "/activities/service/minimum/fallback",
            """/activities/service/minimum/fallback = { "keep": "P6M", "after": "last-contact", "unless": { "within": "P9M", "of": "last-invoice" } }"""),
        ("W-RET-19", "/activities/abuse/retention/fallback", """/activities/abuse/retention/fallback = { "keep": "P1Y", "after": "created" }"""),
        ("W-RET-19", "/activities/abuse/retention/fallback", """/activities/abuse/retention/fallback = { "keep": "P1M", "after": "created" }"""),
        ("W-RET-19", "/activities/service/minimum/fallback", """/activities/service/minimum/fallback = { "keep": "P1Y", "after": "created" }"""),
        ("E-RET-16", "/activities/hosting/purpose", """
            /activities/hosting/purpose = "service-provision"
            + /activities/hosting/data = "crm.customers.name"
            """),
        ("W-RET-15", "/systems/crm/dataSets/customers/fields/notes", """
            - /activities/service/limit
            + /activities/newsletter/data = "crm.customers.notes"
            """),
    ];

    private static readonly (string Code, string Path, string Edits)[] Periods =
    [
        ("E-RET-01", "/activities/service/retention/atLeast", """/activities/service/retention/atLeast = "P7M" """),
        ("E-RET-01", "/activities/service/retention/keep", """/activities/service/retention/keep = "P7M" """),
        ("E-RET-01", "/activities/service/retention/keep", """/activities/service/retention/keep = "P27D" """),
        // Thirty days outlast a month from 31 January, and a month outlasts them from 1 January.
        ("E-RET-01", "/activities/service/retention/keep", """
            - /activities/service/retention/atLeast
            /activities/service/retention/keep = "P1M"
            /activities/service/retention/atMost = "P30D"
            """),
        ("E-RET-01", "/activities/service/retention/keep", """
            - /activities/service/retention/atLeast
            /activities/service/retention/keep = "P30D"
            /activities/service/retention/atMost = "P1M"
            """),
        ("E-RET-01", "/activities/service/minimum", """/activities/service/minimum/keep = "P31Y" """),
        ("E-RET-01", "/activities/service/minimum", """/activities/service/minimum = { "keep": "P30Y", "after": { "calendarYearEndOf": "created" }, "law": "SFS 2099:1 1:1" }"""),
        ("E-RET-01", "/activities/service/minimum", """/activities/service/minimum = { "law": "SFS 2099:1 1:1", "allOf": [ { "keep": "P1Y", "after": "created" }, { "keep": "P30Y1D", "after": "created" } ] }"""),
        ("E-RET-01", "/activities/books/retention", """/activities/books/limit = { "keep": "P6Y", "after": { "fiscalYearEndOf": "booked" }, "law": "SFS 2099:1 1:3" }"""),
        ("E-RET-01", "/activities/books/retention", """/activities/books/limit = { "keep": "P7Y", "after": "booked", "law": "SFS 2099:1 1:3" }"""),
        // Between activities: an error where it must come to pass, whatever the other limbs are.
        ("E-RET-01", "/activities/prospects/minimum", """/activities/prospects/minimum = { "keep": "P40Y", "after": "created", "law": "SFS 2099:1 1:4" }"""),
        ("E-RET-01", "/activities/prospects/minimum", """/activities/prospects/minimum = { "keep": "P30Y1D", "after": "created", "law": "SFS 2099:1 1:4" }"""),
        ("E-RET-01", "/activities/prospects/minimum",
            """/activities/prospects/minimum = { "law": "SFS 2099:1 1:4", "allOf": [ { "keep": "P1Y", "after": "contract-ended" }, { "keep": "P40Y", "after": "created" } ] }"""),
        ("E-RET-01", "/activities/prospects/minimum", """
            /activities/prospects/minimum = { "keep": "P31Y", "after": "created", "law": "SFS 2099:1 1:4" }
            /activities/service/limit = { "law": "SFS 2099:1 1:2", "anyOf": [ { "keep": "P30Y", "after": "created" }, { "keep": "P9Y", "after": "last-contact" } ] }
            """),
        ("E-RET-01", "/activities/service/minimum",
            """/activities/service/minimum = { "law": "SFS 2099:1 1:1", "allOf": [ { "keep": "P1Y", "after": "contract-ended" }, { "keep": "P40Y", "after": "created" } ] }"""),
        ("E-RET-01", "/activities/health/retention", """
            + /activities/health/data = "crm.customers.notes"
            /activities/health/retention/keep = "P31Y"
            """),
        // 31 December is the only date of the event for which the two end together.
        ("W-RET-02", "/activities/service/limit", """
            /activities/prospects/minimum = { "keep": "P30Y", "after": { "calendarYearEndOf": "created" }, "law": "SFS 2099:1 1:4" }
            """),
        ("W-RET-02", "/activities/service/limit", """
            + /activities/health/data = "crm.customers.notes"
            /activities/health/retention/keep = "P30Y"
            """),
        ("W-RET-14", "/activities/abuse/retention", """/activities/abuse/limit = { "keep": "P5M", "after": "created", "law": "SFS 2099:1 1:3" }"""),
    ];
}
