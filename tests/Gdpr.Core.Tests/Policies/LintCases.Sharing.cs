namespace Gdpr.Core.Tests.Policies;

internal static partial class LintCases
{
    private static readonly (string Code, string Path, string Edits)[] Disclosures =
    [
        ("E-REC-02", "/activities/prospects/recipients/0/data/0", """/activities/prospects/recipients = [ { "recipient": "archive", "data": ["crm.customers.email"] } ]"""),
        ("E-REC-02", "/activities/prospects/recipients/0/data/0", """/activities/prospects/recipients = [ { "recipient": "archive", "data": ["crm.customers"] } ]"""),
        ("E-REC-03", "/activities/service/recipients/0/data/1", """+ /activities/service/recipients/0/data = "crm.customers.password" """),
        ("W-REC-04", "/activities/service/recipients/1", """/activities/service/recipients/1 = "archive" """),
        ("E-REC-05", "/recipients/printer/endpoint", """/recipients/printer/endpoint = "http://print.example/in" """),
        ("E-REC-05", "/recipients/printer/endpoint", """/recipients/printer/endpoint = "print.example/in" """),
        ("W-REC-06", "/recipients/archive", "- /recipients/archive/law"),
    ];

    private static readonly (string Code, string Path, string Edits)[] Transfers =
    [
        ("E-TRF-01", "/recipients/printer", """/recipients/printer/country = "IN" """),
        ("E-TRF-01", "/recipients/printer", """/recipients/printer/country = "US" """),
        ("E-TRF-01", "/recipients/printer/transfer", """
            /recipients/printer/country = "IN"
            /recipients/printer/transfer = {}
            """),
        ("E-TRF-01", "/recipients/accountant/transfer", "- /recipients/accountant/transfer/assessment"),
        ("E-TRF-01", "/recipients/accountant/transfer/validUntil", """/recipients/accountant/transfer/validUntil = "2025-12-31" """),
        ("E-TRF-01", "/recipients/printer/transfer/mechanism", """
            /recipients/printer/country = "IN"
            /recipients/printer/transfer = { "mechanism": "adequacy" }
            """),
        ("E-TRF-01", "/recipients/printer/transfer/mechanism", """
            /effective = "2026-01-26"
            /recipients/printer/country = "BR"
            /recipients/printer/transfer = { "mechanism": "adequacy" }
            """),
        ("E-TRF-01", "/recipients/printer/transfer", """
            /recipients/printer/country = "US"
            /recipients/printer/transfer = { "mechanism": "adequacy" }
            """),
        ("E-TRF-01", "/systems/crm/location", """/systems/crm/location = "IN" """),
        ("E-TRF-01", "/systems/erp/location", """
            /systems/erp/host = "data-hall"
            /systems/erp/location = "IN"
            """),
        ("W-TRF-02", "/recipients/printer", "- /recipients/printer/country"),
        ("W-TRF-02", "/recipients/archive", "- /recipients/archive/country"),
        ("W-TRF-02", "/recipients/fair", "- /recipients/fair/country"),
        ("W-TRF-02", "/recipients/archive", """
            - /recipients/archive/country
            /recipients/archive/kind = "controller"
            """),
        ("W-TRF-03", "/recipients/printer", """/recipients/printer/country = "JP" """),
        ("W-TRF-04", "/recipients/accountant/transfer/validUntil", """/recipients/accountant/transfer/validUntil = "2026-04-01" """),
        ("W-TRF-04", "/recipients/accountant/transfer/mechanism", """
            /effective = "2031-11-01"
            /recipients/accountant/transfer = { "mechanism": "adequacy" }
            """),
        ("W-TRF-04", "/recipients/accountant/transfer/validUntil", """
            /effective = "2031-11-01"
            /recipients/accountant/transfer = { "mechanism": "adequacy", "validUntil": "2099-12-31" }
            """),
        ("W-TRF-06", "/recipients/accountant/transfer/validUntil", """/recipients/accountant/transfer = { "mechanism": "adequacy", "validUntil": "2031-12-28" }"""),
        ("W-TRF-05", "/recipients/accountant/transfer/mechanism", """/recipients/accountant/transfer/mechanism = "derogation" """),
    ];

    private static readonly (string Code, string Path, string Edits)[] Capacities =
    [
        ("E-ROLE-02", "/activities/hosting/basis", """/activities/hosting/basis = { "contract": {} }"""),
        ("E-ROLE-03", "/activities/hosting", "- /activities/hosting/agreement"),
        ("E-ROLE-03", "/recipients/printer", "- /recipients/printer/agreement"),
        ("E-ROLE-03", "/recipients/data-hall", "- /recipients/data-hall/agreement"),
        ("E-JOINT-01", "/recipients/fair", "- /recipients/fair/agreement"),
        ("E-JOINT-01", "/activities/events", """
            - /activities/events/agreement
            - /activities/events/recipients
            """),
        ("W-JOINT-02", "/agreements/fair-arrangement", "- /agreements/fair-arrangement/arrangement"),
        ("W-JOINT-02", "/agreements/fair-arrangement/arrangement", "- /agreements/fair-arrangement/arrangement/essence"),
        ("E-JOINT-03", "/agreements/printer-agreement/arrangement", """/agreements/printer-agreement/arrangement = { "essence": "x" }"""),
        ("E-JOINT-03", "/agreements/fair-arrangement/arrangement/answeredBy", """/agreements/fair-arrangement/arrangement/answeredBy = "printer" """),
        ("E-SUB-01", "/recipients/data-hall", """/activities/hosting/recipients = [ { "recipient": "printer", "data": ["hosting.sites"] } ]"""),
        ("E-SUB-01", "/recipients/data-hall/engagedBy", """/recipients/data-hall/engagedBy = "fair" """),
        ("E-SUB-01", "/recipients/data-hall/engagedBy", """
            /recipients/data-hall/engagedBy = "printer"
            /recipients/printer/engagedBy = "data-hall"
            """),
        ("E-AGR-01", "/activities/hosting/agreement", """/activities/hosting/agreement = "printer-agreement" """),
        ("E-AGR-01", "/activities/events/agreement", """/activities/events/agreement = "customer-agreement" """),
        ("E-AGR-01", "/recipients/printer/agreement", """/recipients/printer/agreement = "customer-agreement" """),
        ("E-AGR-01", "/recipients/fair/agreement", """/recipients/fair/agreement = "customer-agreement" """),
        ("E-AGR-01", "/services/web/agreement", """/services/web/agreement = "fair-arrangement" """),
        ("E-SVC-01", "/services/web", "- /services/web/agreement"),
    ];

    private static readonly (string Code, string Path, string Edits)[] AgreementTerms =
    [
        ("E-DPA-01", "/agreements/printer-agreement/clauses", "- /agreements/printer-agreement/clauses/instructions"),
        ("E-DPA-02", "/agreements/printer-agreement/clauses", "- /agreements/printer-agreement/clauses/confidentiality"),
        ("E-DPA-03", "/agreements/printer-agreement/clauses", "- /agreements/printer-agreement/clauses/security"),
        ("E-DPA-04", "/agreements/printer-agreement/clauses", "- /agreements/printer-agreement/clauses/subProcessors"),
        ("E-DPA-05", "/agreements/printer-agreement/clauses", "- /agreements/printer-agreement/clauses/requests"),
        ("E-DPA-06", "/agreements/customer-agreement/clauses", "- /agreements/customer-agreement/clauses/assistance"),
        ("E-DPA-07", "/agreements/customer-agreement/clauses", "- /agreements/customer-agreement/clauses/end"),
        ("E-DPA-08", "/agreements/customer-agreement/clauses", """/agreements/customer-agreement/clauses/audits = "" """),
        ("E-DPA-01", "/agreements/customer-agreement", "- /agreements/customer-agreement/clauses"),
        ("E-DPA-08", "/agreements/customer-agreement", "- /agreements/customer-agreement/clauses"),
        ("E-DPA-09", "/agreements/customer-agreement", "- /agreements/customer-agreement/terms"),
        ("E-DPA-09", "/agreements/customer-agreement/terms", "- /agreements/customer-agreement/terms/duration"),
        ("W-DPA-10", "/activities/service/recipients/0/data/1", """+ /activities/service/recipients/0/data = "crm.customers.email" """),
        ("E-AGR-02", "/agreements/printer-agreement/until", """/agreements/printer-agreement/until = "2025-12-31" """),
        ("W-AGR-03", "/agreements/printer-agreement/from", """/agreements/printer-agreement/from = "2026-01-02" """),
        ("E-AGR-04", "/agreements/printer-agreement/until", """/agreements/printer-agreement/from = "2029-01-01" """),
    ];

    private static readonly (string Code, string Path, string Edits)[] Measures =
    [
        ("E-CTL-01", "/controls/backup", "- /controls/backup/owner"),
        ("I-CTL-02", "/controls/backup", "- /controls/backup/cadence"),
        ("W-CTL-03", "/activities/books", """/controls/backup/systems = ["crm", "hosting"]"""),
        ("W-CTL-03", "/activities/hosting", """/controls/backup/capacities = ["controller", "jointController"]"""),
        ("I-CTL-04", "/activities/books", "- /activities/books/routine"),
        ("I-CTL-05", "/recipients/printer", "- /recipients/printer/requiredControls"),
        ("E-PWD-01", "/passwordRules/staff", "- /passwordRules/staff/minimumLength"),
        ("E-PWD-01", "/passwordRules/staff/minimumLength", "/passwordRules/staff/minimumLength = 0"),
        ("W-DOC-01", "/documents/handbook/reviewed", """/documents/handbook/reviewed = "2024-12-31" """),
        ("I-DOC-02", "/documents/handbook", "- /documents/handbook/reviewEvery"),
        ("W-DOC-03", "/activities/books/routine", """/activities/books/routine = "newsletter-text" """),
        ("W-DOC-03", "/agreements/printer-agreement/document", """/agreements/printer-agreement/document = "handbook" """),
        ("E-ASM-01", "/activities/abuse/basis/legitimateInterest/assessment", """/activities/abuse/basis/legitimateInterest/assessment = "impact" """),
        ("E-ASM-01", "/activities/scoring/impactAssessment", """/activities/scoring/impactAssessment = "balance" """),
        ("E-ASM-01", "/systems/crm/riskAssessment", """/systems/crm/riskAssessment = "balance" """),
        ("E-ASM-01", "/recipients/accountant/transfer/assessment", """/recipients/accountant/transfer/assessment = "balance" """),
        ("E-ASM-02", "/assessments/transfer/nextReview", """/assessments/transfer/nextReview = "2025-01-31" """),
        ("W-ASM-03", "/assessments/transfer/nextReview", """/assessments/transfer/nextReview = "2025-12-31" """),
        ("W-ASM-04", "/assessments/transfer", "- /assessments/transfer/by"),
    ];
}
