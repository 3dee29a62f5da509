using Gdpr.Policies;

namespace Gdpr.Core.Tests.Policies;

/// <summary>What looks like a mistake and is none: a validation that cries wolf is switched off.</summary>
public sealed class LintSilenceTests
{
    [Theory]
    // Ends that come: an unknown event leaves the record listed, evidence and consent end, any-of ends with its first limb.
    [InlineData("E-RET-04", """/activities/hosting/retention = { "keep": "P1Y", "after": "last-used" }""")]
    [InlineData("E-RET-04", """/activities/scoring/retention = { "anyOf": [ { "keep": "P1M", "after": "contract-ended" }, { "keep": "P9Y", "after": "created" } ] }""")]
    [InlineData("E-RET-04", """/activities/scoring/retention = { "allOf": [ { "keep": "P1M", "after": "created" }, { "within": "P9Y", "of": "last-invoice" } ] }""")]
    [InlineData("E-RET-04", """/activities/scoring/retention = { "within": "P9Y", "of": "last-invoice" }""")]
    [InlineData("E-RET-04", """/activities/newsletter/retention = { "anyOf": [ { "while": "consent" }, { "keep": "P1M", "after": "contract-ended" } ] }""")]
    // Either the relation never started, or the fallback that runs from its start ends it.
    [InlineData("E-RET-04", """/activities/prospects/retention/fallback/after = "contract-started" """)]
    // An obligation may have to wait for its event.
    [InlineData("E-RET-04", """/activities/health/retention/after = { "calendarYearEndOf": "contract-ended" }""")]
    // Periods that cannot be compared, or are equal, or are always within bounds.
    [InlineData("E-RET-01", """/activities/service/minimum/after = "contract-ended" """)]
    [InlineData("E-RET-01", """/activities/service/minimum/keep = "P360M" """)]
    [InlineData("E-RET-01", """/activities/service/retention/keep = "P6M" """)]
    [InlineData("E-RET-01", """/activities/service/retention/keep = "P31D" """)]
    [InlineData("E-RET-01", """/activities/service/limit = { "keep": "P30Y", "after": { "calendarYearEndOf": "created" }, "law": "SFS 2099:1 1:2" }""")]
    [InlineData("E-RET-01", """/activities/books/limit = { "keep": "P7Y", "after": { "fiscalYearEndOf": "booked" }, "law": "SFS 2099:1 1:3" }""")]
    [InlineData("W-RET-02", """/activities/prospects/minimum = { "keep": "P30Y", "after": "created", "law": "SFS 2099:1 1:4" }""")]
    [InlineData("E-RET-01", """/activities/prospects/minimum = { "keep": "P40Y", "after": "last-contact", "law": "SFS 2099:1 1:4" }""")]
    [InlineData("E-RET-01",
        """/activities/prospects/minimum = { "law": "SFS 2099:1 1:4", "anyOf": [ { "keep": "P1Y", "after": "contract-ended" }, { "keep": "P40Y", "after": "created" } ] }""")]
    [InlineData("E-RET-01", """/activities/health/minimum = { "keep": "P40Y", "after": "created", "law": "SFS 2099:1 1:4" }""")]
    [InlineData("W-RET-02", """/activities/health/retention/keep = "P40Y" """)]
    [InlineData("E-RET-06", """/activities/abuse/basis/legitimateInterest/interest = "Claims under SFS 1981:130 2 §." """)]
    [InlineData("E-RET-08", """/activities/newsletter/retention = { "keep": "P2Y", "after": "last-contact" }""")]
    [InlineData("W-RET-15", "/activities/statistics/basis/legitimateInterest/interest = \"To learn.\"")]
    // A fallback that is no shorter than what law commands, or that may come before a purpose's own end as it may after it.
    [InlineData("E-RET-17", """/activities/service/minimum/fallback = { "keep": "P1Y", "after": "created" }""")]
    [InlineData("E-RET-17", """/activities/service/minimum/fallback = { "keep": "P1Y", "after": { "calendarYearEndOf": "created" } }""")]
    [InlineData("E-RET-17", """/activities/service/minimum/fallback = { "keep": "P6M", "after": "last-contact" }""")]
    [InlineData("E-RET-17", """/activities/abuse/retention/fallback = { "keep": "P1M", "after": "created" }""")]
    [InlineData("W-RET-18", """/activities/service/minimum/fallback = { "keep": "P1Y", "after": "last-contact" }""")]
    [InlineData("W-RET-18", """/activities/service/retention/fallback/keep = "P1M" """)]
    [InlineData("W-RET-19", """/activities/service/retention/fallback/after = "last-invoice" """)]
    [InlineData("W-RET-19", """/activities/abuse/retention/fallback = { "keep": "P185D", "after": { "calendarYearEndOf": "last-contact" } }""")]
    [InlineData("W-RET-19", """/activities/abuse/retention/fallback = { "keep": "P182D", "after": "created" }""")]
    // Paragraphs, however they are written.
    [InlineData("W-BASE-04", """/activities/books/basis/legalObligation/law = "Regulation (EU) 2016/679, art. 6" """)]
    [InlineData("W-BASE-04", """/activities/books/basis/legalObligation/law = "AO § 147" """)]
    [InlineData("E-RET-05", """/activities/service/minimum/law = "SFS 1942:740 27:16" """)]
    [InlineData("E-RET-05", """/activities/service/minimum/law = "Code judiciaire, art. 60/1" """)]
    [InlineData("E-RET-05", """/activities/service/minimum/law = "bokföringslagen, sjunde kapitlet andra paragrafen" """)]
    [InlineData("E-RET-05", """/activities/service/minimum/law = "förordning 2018:219 5 §" """)]
    // One organisation's purpose, named or by default.
    [InlineData("E-RET-16", """
        /activities/events/purpose = "prospecting"
        /activities/events/controller = "example"
        """)]
    // Bases.
    [InlineData("E-BASE-02", """/activities/events/purpose = "prospecting" """)]
    [InlineData("E-LI-01", """/assessments/balance/nextReview = "2027-02-01" """)]
    [InlineData("E-DECL-02", """/activities/hosting/title = "Hosting" """)]
    // Marketing: on consent, to addresses from the person, on a condition of its own, or not by e-mail.
    [InlineData("W-MKT-03", """/origins/form/from = "purchasedRegister" """)]
    [InlineData("W-MKT-03", """/activities/newsletter/basis = { "legitimateInterest": { "interest": "To tell news.", "assessment": "balance" } }""")]
    [InlineData("W-MKT-03", """
        /origins/form/from = "purchasedRegister"
        /activities/newsletter/basis = { "legitimateInterest": { "interest": "To tell news.", "assessment": "balance" } }
        /activities/newsletter/electronicMarketing = { "ground": "priorConsent", "because": "Each is asked on the phone first." }
        """)]
    [InlineData("W-MKT-03", """
        /origins/form/from = "purchasedRegister"
        /activities/newsletter/basis = { "legitimateInterest": { "interest": "To send letters.", "assessment": "balance" } }
        /activities/newsletter/data = ["crm.customers.name"]
        """)]
    // Equipment: read with consent, or for what is necessary.
    [InlineData("W-LEK-01", """
        /systems/crm/dataSets/customers/fields/cookie = "online.cookie-id"
        + /activities/newsletter/data = "crm.customers.cookie"
        """)]
    [InlineData("W-LEK-01", """
        /systems/crm/dataSets/customers/fields/cookie = "online.cookie-id"
        + /activities/service/data = "crm.customers.cookie"
        """)]
    // Signs of a high risk: one alone, and several that have been assessed.
    [InlineData("W-DPIA-01", """/activities/health/title = "Health" """)]
    [InlineData("W-DPIA-01", """
        /activities/scoring/profiling/solelyAutomated = false
        + /activities/scoring/data = "crm.customers.health"
        """)]
    [InlineData("W-CONS-06", """/systems/crm/dataSets/customers/subject = ["customer", "child"]""")]
    // Data.
    [InlineData("E-ANON-01", """/systems/crm/dataSets/customers/fields/score = { "category": "commerce.credit-rating", "disposal": { "action": "restrict", "for": "P1M", "then": "erase" } }""")]
    [InlineData("E-SPEC-01", """/activities/hosting/data = ["hosting.sites", "crm.customers.health"]""")]
    [InlineData("E-DECL-04", """/systems/crm/dataSets/faxes/title = "Faxes" """)]
    // Sharing.
    [InlineData("E-REC-05", """/recipients/printer/endpoint = "http://localhost:8080/in" """)]
    [InlineData("E-REC-05", """/recipients/printer/endpoint = "http://[::1]/in" """)]
    [InlineData("E-TRF-01", """/recipients/accountant/transfer = { "mechanism": "adequacy" }""")]
    [InlineData("E-TRF-01", """/recipients/printer/country = "IS" """)]
    [InlineData("E-TRF-01", """/recipients/accountant/transfer/validUntil = "2026-01-01" """)]
    [InlineData("W-TRF-06", """/recipients/accountant/transfer = { "mechanism": "adequacy", "validUntil": "2031-12-27" }""")]
    [InlineData("W-TRF-06", "/recipients/accountant/transfer/validUntil = \"2099-12-31\"")]
    [InlineData("W-TRF-02", """
        /recipients/fair = { "name": "Their employers", "kind": "ownOrganisation" }
        - /activities/events/agreement
        """)]
    [InlineData("W-TRF-02", """
        /recipients/fair = { "name": "Anybody, on the website", "kind": "public" }
        - /activities/events/agreement
        """)]
    [InlineData("E-SUB-01", """/recipients/data-hall/engagedBy = "printer" """)]
    [InlineData("W-DPA-10", """/agreements/printer-agreement/terms/byInstruction = true""")]
    [InlineData("E-AGR-02", """/agreements/printer-agreement/until = "2026-01-01" """)]
    [InlineData("W-AGR-03", """/agreements/printer-agreement/from = "2026-01-01" """)]
    [InlineData("E-JOINT-01", "- /activities/events/agreement")]
    // Measures.
    [InlineData("W-CTL-03", """/controls/backup/systems = ["crm", "erp", "hosting"]""")]
    [InlineData("W-DOC-01", """/documents/handbook/reviewed = "2025-01-01" """)]
    [InlineData("W-ASM-03", """/assessments/transfer/nextReview = "2026-01-01" """)]
    public void What_is_right_gives_no_finding(string code, string edits) =>
        LintPolicy.Check(edits).Where(finding => finding.Code == code).Select(finding => finding.ToString()).ShouldBeEmpty();

    [Fact]
    public void Without_a_first_day_nothing_is_overdue_and_nothing_has_ended() =>
        LintPolicy.Check("""
            - /effective
            /agreements/printer-agreement/until = "2025-12-31"
            /documents/handbook/reviewed = "2020-12-31"
            /assessments/transfer/nextReview = "2025-12-31"
            """).Select(finding => finding.Code).ShouldBe([FindingCodes.MissingMember]);
}
