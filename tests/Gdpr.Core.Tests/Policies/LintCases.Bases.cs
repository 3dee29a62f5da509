namespace Gdpr.Core.Tests.Policies;

internal static partial class LintCases
{
    /// <summary>The newsletter on a legitimate interest.</summary>
    private const string OnInterest = """
        /activities/newsletter/basis = { "legitimateInterest": { "interest": "To tell news.", "assessment": "balance" } }

        """;

    private static readonly (string Code, string Path, string Edits)[] Bases =
    [
        ("E-DECL-02", "/activities/abuse", "- /activities/abuse/basis"),
        ("E-DECL-02", "/activities/abuse/basis", "/activities/abuse/basis = {}"),
        ("E-BASE-01", "/activities/abuse/basis", "/activities/abuse/basis/contract = {}"),
        ("E-BASE-02", "/activities/prospects/basis", """/activities/prospects/purpose = "service-provision" """),
        ("E-BASE-03", "/activities/abuse/basis/publicTask", """/activities/abuse/basis = { "publicTask": {} }"""),
        ("W-BASE-04", "/activities/abuse/basis/publicTask/law", """/activities/abuse/basis = { "publicTask": { "law": "the police act" } }"""),
        ("W-BASE-05", "/activities/abuse/basis/vitalInterests", """/activities/abuse/basis = { "vitalInterests": {} }"""),
        ("I-BASE-06", "/activities/service/basis/contract", "- /activities/service/basis/contract/necessity"),
        ("W-BASE-07", "/activities/service/basis/contract", """/systems/crm/dataSets/customers/subject = "customer-contact" """),

        ("E-LI-01", "/activities/abuse/basis/legitimateInterest", "- /activities/abuse/basis/legitimateInterest/assessment"),
        ("E-LI-01", "/activities/abuse/basis/legitimateInterest", "- /activities/abuse/basis/legitimateInterest/interest"),
        ("E-LI-01", "/assessments/balance", "- /assessments/balance/necessity"),
        ("E-LI-01", "/assessments/balance", "- /assessments/balance/balance"),
        ("E-LI-01", "/assessments/balance", "- /assessments/balance/on"),
        ("E-LI-01", "/assessments/balance", "- /assessments/balance/nextReview"),
        ("E-LI-01", "/assessments/balance/nextReview", """/assessments/balance/nextReview = "2027-02-02" """),

        ("E-CONS-01", "/activities/newsletter/basis/consent", "- /activities/newsletter/basis/consent/text"),
        ("E-CONS-02", "/activities/newsletter/basis/consent/text", """/documents/newsletter-text/kind = "terms" """),
        ("W-CONS-03", "/documents/newsletter-text", "- /documents/newsletter-text/version"),
        ("I-CONS-04", "/activities/newsletter/basis/consent", "- /activities/newsletter/basis/consent/askAgainAfter"),
        ("I-CONS-05", "/activities/newsletter/basis/consent", """/systems/crm/dataSets/customers/subject = ["customer", "child"]"""),
        ("W-CONS-06", "/activities/newsletter/basis/consent", """/systems/crm/dataSets/customers/subject = ["customer", "employee"]"""),
        ("W-LEK-01", "/activities/newsletter/basis", $$"""
            {{OnInterest}}/systems/crm/dataSets/customers/fields/cookie = "online.cookie-id"
            + /activities/newsletter/data = "crm.customers.cookie"
            """),
        ("W-MKT-01", "/activities/newsletter/purpose", """
            /purposes/newsletters = { "title": "Newsletters" }
            /activities/newsletter/purpose = "newsletters"
            """),
        ("W-MKT-02", "/activities/newsletter/basis", """/activities/newsletter/basis = { "contract": {} }"""),
        ("W-MKT-03", "/activities/newsletter", $"{OnInterest}/origins/form/from = \"purchasedRegister\""),
        ("W-MKT-03", "/activities/newsletter", $"{OnInterest}/origins/form/from = \"publicSource\""),
        ("W-MKT-03", "/activities/newsletter", $"{OnInterest}/origins/form/from = \"otherParty\""),
        ("W-MKT-03", "/activities/newsletter/electronicMarketing/ground", $$"""
            {{OnInterest}}/origins/form/from = "purchasedRegister"
            /activities/newsletter/electronicMarketing = { "ground": "existingCustomers", "because": "They are told at the sale." }
            """),
    ];

    private static readonly (string Code, string Path, string Edits)[] SpecialData =
    [
        ("E-SPEC-01", "/activities/health", "- /activities/health/specialCategories"),
        ("E-SPEC-02", "/activities/health/specialCategories", "- /activities/health/specialCategories/limb"),
        ("E-SPEC-02", "/activities/health/specialCategories/limb", """/activities/health/specialCategories/limb = "k" """),
        ("E-SPEC-03", "/activities/health/specialCategories/limb", """/activities/health/specialCategories/limb = "a" """),
        ("E-SPEC-03", "/activities/newsletter/specialCategories/limb", """
            + /activities/newsletter/data = "crm.customers.health"
            /activities/newsletter/basis/consent/explicit = false
            /activities/newsletter/specialCategories = { "limb": "a" }
            """),
        ("E-SPEC-04", "/activities/health/specialCategories", "- /activities/health/specialCategories/law"),
        ("I-SPEC-05", "/activities/service/specialCategories", """/activities/service/specialCategories = { "limb": "f" }"""),
        ("I-SPEC-05", "/activities/service/offences", """/activities/service/offences = { "ground": "legalClaims" }"""),
        ("I-SPEC-05", "/activities/abuse/identityNumbers", """/activities/abuse/identityNumbers = { "ground": "purpose", "because": "Names are not enough." }"""),
        ("E-OFF-01", "/activities/abuse", "- /activities/abuse/offences"),
        ("E-OFF-01", "/activities/abuse/offences", "- /activities/abuse/offences/ground"),
        ("E-OFF-02", "/activities/abuse/offences", "- /activities/abuse/offences/law"),
        ("E-PNR-01", "/activities/service", "- /activities/service/identityNumbers"),
        ("E-PNR-01", "/activities/service/identityNumbers", "- /activities/service/identityNumbers/because"),
        ("E-PNR-01", "/activities/service/identityNumbers", "- /activities/service/identityNumbers/ground"),
        ("W-PNR-02", "/activities/service/identityNumbers/ground", """/activities/service/identityNumbers/ground = "consent" """),
    ];

    private static readonly (string Code, string Path, string Edits)[] Profiling =
    [
        ("E-PROF-01", "/activities/scoring/profiling/requires", """/activities/scoring/profiling/requires = "basis" """),
        ("E-PROF-02", "/activities/scoring/profiling", "- /activities/scoring/profiling/humanReview"),
        ("W-PROF-08", "/activities/scoring/profiling", "- /activities/scoring/profiling/consequences"),
        ("E-PROF-03", "/activities/scoring/profiling/requires", """/activities/scoring/profiling/requires = "consent" """),
        ("E-PROF-03", "/activities/scoring/profiling/requires", """/activities/scoring/profiling/requires = "law" """),
        ("E-PROF-03", "/activities/abuse/profiling/requires", """/activities/abuse/profiling = { "logic": "Counts complaints.", "requires": "contractNecessity" }"""),
        ("E-PROF-04", "/activities/newsletter/profiling/requires", """
            /activities/newsletter/basis/consent/explicit = false
            /activities/newsletter/profiling = { "logic": "Sorts readers.", "requires": "consent", "solelyAutomated": true, "humanReview": "Editor" }
            """),
        ("E-PROF-05", "/activities/scoring/profiling", """+ /activities/scoring/data = "crm.customers.health" """),
        ("W-PROF-06", "/activities/scoring/profiling", """/systems/crm/dataSets/customers/subject = ["customer", "child"]"""),
        ("W-PROF-07", "/activities/scoring", "- /activities/scoring/impactAssessment"),
        ("W-DPIA-02", "/activities/scoring/impactAssessment", """/assessments/impact/on = "2026-01-02" """),
        ("W-DPIA-03", "/assessments/impact", """/assessments/impact/highRiskRemains = true"""),
        ("W-DPIA-01", "/activities/health", """/systems/crm/dataSets/customers/subject = ["customer", "child"]"""),
        ("W-DPIA-01", "/activities/health", """/systems/crm/dataSets/customers/subject = ["customer", "employee"]"""),
    ];

    private static readonly (string Code, string Path, string Edits)[] Disposals =
    [
        ("E-DISP-01", "/systems/crm/dataSets/statistics/fields/address/disposal", "- /systems/crm/dataSets/statistics/fields/address/disposal/for"),
        ("E-DISP-01", "/systems/crm/dataSets/statistics/fields/address/disposal", "- /systems/crm/dataSets/statistics/fields/address/disposal/then"),
        ("E-DISP-01", "/systems/crm/dataSets/statistics/fields/address/disposal/then", "- /systems/crm/dataSets/statistics/fields/address/disposal/then/strategy"),
        ("E-DISP-01", "/systems/crm/dataSets/statistics/fields/address/disposal", "- /systems/crm/dataSets/statistics/fields/address/disposal/action"),
        ("E-DISP-01", "/systems/crm/dataSets/statistics/fields/address/disposal/then/action",
            """/systems/crm/dataSets/statistics/fields/address/disposal/then = { "action": "restrict", "for": "P1M", "then": "erase" }"""),
        ("E-DISP-01", "/systems/crm/dataSets/customers/fields/name/disposal/strategy",
            """/systems/crm/dataSets/customers/fields/name = { "category": "identity.name", "disposal": { "action": "erase", "strategy": "null" } }"""),
        ("E-DISP-01", "/systems/crm/dataSets/customers/fields/name/disposal/for",
            """/systems/crm/dataSets/customers/fields/name = { "category": "identity.name", "disposal": { "action": "erase", "for": "P1M" } }"""),
        ("E-DISP-01", "/systems/crm/dataSets/statistics/fields/remark/disposal", """/systems/crm/dataSets/statistics/fields/remark/disposal/strategy = "fixed-text" """),
        ("E-DISP-01", "/systems/crm/dataSets/statistics/fields/remark/disposal/text", """/systems/crm/dataSets/statistics/fields/remark/disposal/text = "gone" """),
        ("E-ANON-01", "/systems/crm/dataSets/statistics", """/systems/crm/dataSets/statistics/fields/customer/disposal = "erase" """),
        ("E-ANON-01", "/systems/crm/dataSets/statistics/fields/address/disposal/then/strategy", """/systems/crm/dataSets/statistics/fields/address/disposal/then/strategy = "area" """),
        ("E-ANON-01", "/systems/crm/dataSets/statistics/fields/name/disposal/strategy",
            """/systems/crm/dataSets/statistics/fields/name = { "category": "identity.name", "disposal": { "action": "anonymise", "strategy": "year" } }"""),
        ("E-ANON-02", "/systems/crm/dataSets/statistics/fields/remark/disposal/strategy", """/systems/crm/dataSets/statistics/fields/remark/disposal/strategy = "area" """),
    ];
}
