namespace Gdpr.Core.Tests.Policies;

internal static partial class LintCases
{
    private static readonly (string Code, string Path, string Edits)[] Structure =
    [
        // What every policy states.
        ("E-JSON-06", "", "- /effective"),
        ("E-JSON-06", "", "- /version"),
        ("E-JSON-06", "", """/policy = " " """),
        ("E-JSON-06", "", "/controllers = {}"),
        ("E-JSON-06", "/controllers/example", "- /controllers/example/contact"),
        ("E-JSON-06", "/systems/crm/dataSets/faxes", "- /systems/crm/dataSets/faxes/fields"),
        ("E-JSON-06", "/systems/crm/dataSets/faxes/retired", "- /systems/crm/dataSets/faxes/retired/reason"),
        ("E-JSON-06", "/purposes/credit-scoring", """/purposes/credit-scoring/title = { "en": " " }"""),
        ("E-JSON-06", "/assessments/transfer", "- /assessments/transfer/nextReview"),
        ("E-JSON-06", "/assumptions/0", "- /assumptions/0/because"),
        ("E-JSON-06", "/controllers/example/fiscalYears/1", "- /controllers/example/fiscalYears/1/from"),

        // References, by section.
        ("E-REF-01", "/activities/service/controller", """/activities/service/controller = "exampel" """),
        ("E-REF-01", "/systems/crm/dataSets/customers/subject/0", """/systems/crm/dataSets/customers/subject = ["custommer"]"""),
        ("E-REF-01", "/systems/crm/dataSets/customers/mentions/0", """/systems/crm/dataSets/customers/mentions = ["nobody"]"""),
        ("E-REF-01", "/systems/crm/dataSets/customers/fields/name/category", """/systems/crm/dataSets/customers/fields/name = "identity.nam" """),
        ("E-REF-01", "/systems/crm/dataSets/customers/origins/0", """/systems/crm/dataSets/customers/origins = ["from"]"""),
        ("E-REF-01", "/systems/erp/host", """/systems/erp/host = "acountant" """),
        ("E-REF-01", "/systems/crm/riskAssessment", """/systems/crm/riskAssessment = "risk-cmr" """),
        ("E-REF-01", "/activities/statistics/data/0", """/activities/statistics/data = ["crm.statistic"]"""),
        ("E-REF-01", "/activities/newsletter/data/1", """+ /activities/newsletter/data = "crm.customers.mail" """),
        ("E-REF-01", "/activities/newsletter/data/1", """+ /activities/newsletter/data = "crm" """),
        ("E-REF-01", "/activities/service/recipients/0/recipient", """/activities/service/recipients/0/recipient = "plinter" """),
        ("E-REF-01", "/activities/service/recipients/0/data/0", """/activities/service/recipients/0/data = ["crm.customers.nam"]"""),
        ("E-REF-01", "/activities/hosting/agreement", """/activities/hosting/agreement = "customers-agreement" """),
        ("E-REF-01", "/activities/service/controls/0", """/activities/service/controls = ["backups"]"""),
        ("E-REF-01", "/activities/service/routine", """/activities/service/routine = "hand-book" """),
        ("E-REF-01", "/activities/scoring/impactAssessment", """/activities/scoring/impactAssessment = "impacts" """),
        ("E-REF-01", "/activities/newsletter/basis/consent/text", """/activities/newsletter/basis/consent/text = "newsletter" """),
        ("E-REF-01", "/activities/prospects/basis/legitimateInterest/assessment", """/activities/prospects/basis/legitimateInterest/assessment = "balans" """),
        ("E-REF-01", "/services/web/activities/0", """/services/web/activities = ["hostning"]"""),
        ("E-REF-01", "/services/web/agreement", """/services/web/agreement = "none" """),
        ("E-REF-01", "/recipients/printer/agreement", """/recipients/printer/agreement = "print-agreement" """),
        ("E-REF-01", "/recipients/data-hall/engagedBy", """/recipients/data-hall/engagedBy = "prynter" """),
        ("E-REF-01", "/recipients/accountant/transfer/assessment", """/recipients/accountant/transfer/assessment = "transfers" """),
        ("E-REF-01", "/recipients/printer/requiredControls/0", """/recipients/printer/requiredControls = ["restore"]"""),
        ("E-REF-01", "/agreements/printer-agreement/document", """/agreements/printer-agreement/document = "text" """),
        ("E-REF-01", "/agreements/printer-agreement/terms/categories/2", """+ /agreements/printer-agreement/terms/categories = "identity.names" """),
        ("E-REF-01", "/agreements/printer-agreement/terms/subjects/1", """+ /agreements/printer-agreement/terms/subjects = "customers" """),
        ("E-REF-01", "/roles/staff/may/1/purpose", """/roles/staff/may/1/purpose = "direct-marketin" """),
        ("E-REF-01", "/roles/staff/may/0/categories/0", """/roles/staff/may/0/categories = ["identity.naem"]"""),
        ("E-REF-01", "/controls/backup/systems/0", """/controls/backup/systems = ["cmr"]"""),
        ("E-REF-01", "/passwordRules/staff/systems/0", """/passwordRules/staff/systems = ["cmr"]"""),
        ("E-REF-01", "/activities/service/retention/after/trigger", """/activities/service/retention/after = "contract-end" """),
        ("E-REF-01", "/activities/service/retention/fallback/unless/of/trigger", """/activities/service/retention/fallback/unless/of = "last-invoce" """),
        ("E-REF-01", "/activities/books/retention/after/fiscalYearEndOf", """/activities/books/retention/after/fiscalYearEndOf = "bokked" """),
        ("E-REF-01", "/activities/prospects/retention/while/started", """/activities/prospects/retention/while/started = "contract-begun" """),
        // A trigger must be one of every data set that is covered.
        ("E-REF-01", "/activities/statistics/retention/after/trigger", """+ /activities/statistics/data = "erp.invoices" """),

        // Ids and names.
        ("E-JSON-07", "/systems/crm/dataSets/customers/triggers/a.b", """/systems/crm/dataSets/customers/triggers/a.b = { "whenNull": "unknown" }"""),
        ("E-ID-01", "/activities/service.minimum", """
            /activities/service.minimum = { "purpose": "security", "data": ["crm.customers.name"] }
            """),
        ("E-ID-02", "/systems/crm/dataSets/customers/triggers/Subject", """/systems/crm/dataSets/customers/triggers/Subject = { "whenNull": "unknown" }"""),
        ("W-DUP-01", "/activities/newsletter/data/1", """+ /activities/newsletter/data = "crm.customers.email" """),
        ("W-DUP-01", "/activities/service/recipients/2/recipient", """+ /activities/service/recipients = { "recipient": "printer", "data": ["crm.customers.name"] }"""),
        ("W-DUP-02", "/activities/statistics/data/1", """+ /activities/statistics/data = "crm.statistics.remark" """),

        // What is declared is used.
        ("I-USE-01", "/subjects/members", """/subjects = { "members": { "title": "Members" } }"""),
        ("I-USE-01", "/categories/hat-size", """/categories = { "hat-size": { "title": "Size of hat" } }"""),
        ("I-USE-01", "/purposes/surveys", """/purposes/surveys = { "title": "Surveys" }"""),
        ("I-USE-01", "/origins/register", """/origins/register = { "title": "Register", "from": "publicSource" }"""),
        ("I-USE-01", "/recipients/archive", "- /activities/service/recipients/1"),
        ("I-USE-01", "/agreements/fair-arrangement", """
            - /activities/events/agreement
            - /recipients/fair/agreement
            """),
        ("I-USE-01", "/assessments/impact", "- /activities/scoring/impactAssessment"),
        ("I-USE-01", "/systems/crm/dataSets/customers/triggers/moved", """/systems/crm/dataSets/customers/triggers/moved = { "whenNull": "unknown" }"""),

        // Assumptions.
        ("E-ASU-01", "/assumptions/0/at", """/assumptions/0/at = "/activities/service/retention/fall" """),
        ("E-ASU-01", "/assumptions/0/at", "- /activities/service/retention/fallback"),
        ("E-ASU-02", "/assumptions/0/gap", """/assumptions/0/gap = "E-RET-99" """),
    ];

    private static readonly (string Code, string Path, string Edits)[] Controllers =
    [
        ("E-CTRL-01", "/controllers/example/timeZone", """/controllers/example/timeZone = "Europe/Stokholm" """),
        ("E-CTRL-02", "/controllers/example/holidays", """/controllers/example/holidays = "se-1066" """),
        ("E-CTRL-03", "/controllers/example/country", """/controllers/example/country = "Sweden" """),
        ("E-CTRL-03", "/recipients/accountant/country", """/recipients/accountant/country = "UK" """),
        ("E-CTRL-03", "/systems/crm/location", """/systems/crm/location = "se" """),
        ("W-CTRL-04", "/controllers/example", """/controllers/example/country = "US" """),
        ("W-CTRL-05", "/controllers/example/authority", """/controllers/example/authority = "Datainspektionen" """),
        ("E-BFL-01", "/controllers/example", "- /controllers/example/fiscalYears"),
        ("E-BFL-02", "/controllers/example/fiscalYears/0", """/controllers/example/fiscalYears/0/to = "2020-06-30" """),
        ("E-BFL-02", "/controllers/example/fiscalYears/1", """/controllers/example/fiscalYears/1/from = "2021-06-01" """),
        ("W-BFL-03", "/controllers/example/fiscalYears/1", """/controllers/example/fiscalYears/1/from = "2021-08-01" """),
        ("E-ROLE-01", "/activities/service", """
            /controllers/second = { "name": "Second AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@second.example" }
            """),
    ];

    private static readonly (string Code, string Path, string Edits)[] Coverage =
    [
        ("E-DECL-01", "/activities/books", "- /activities/books/purpose"),
        ("E-DECL-03", "/activities/books", "- /activities/books/data"),
        ("E-DECL-03", "/activities/books", "/activities/books/data = []"),
        ("E-DECL-04", "/systems/erp/dataSets/invoices", "- /activities/books"),
        ("E-DECL-04", "/systems/crm/dataSets/faxes", "- /systems/crm/dataSets/faxes/retired"),
        ("E-DECL-05", "/systems/crm/dataSets/customers/fields/phone", """/systems/crm/dataSets/customers/fields/phone = "contact.phone" """),
        ("E-DECL-06", "/activities/statistics/data/1", """+ /activities/statistics/data = "crm.faxes" """),
        ("W-DECL-07", "/systems/erp/dataSets/invoices", "- /systems/erp/dataSets/invoices/origins"),
        ("W-DECL-08", "/systems/crm", "- /systems/crm/location"),
        ("I-DECL-10", "/systems/crm", "- /systems/crm/backup"),
        ("W-DECL-11", "/activities/abuse/purpose", "- /purposes/abuse-handling"),
        ("E-DECL-12", "/systems/crm/dataSets/faxes/retired/on", """/systems/crm/dataSets/faxes/retired/on = "2026-06-30" """),
        ("I-ASM-05", "/systems/crm", "- /systems/crm/riskAssessment"),
        ("W-DECL-09", "/activities/books/purpose", "- /roles/staff/may/7"),
        ("W-ROLE-05", "/roles/staff/may/7/purpose", """/roles/staff/may/7/purpose = "payroll" """),
        ("W-ROLE-06", "/roles/staff/may/0/categories/0", """/roles/staff/may/0/categories = ["work.salary"]"""),
    ];
}
