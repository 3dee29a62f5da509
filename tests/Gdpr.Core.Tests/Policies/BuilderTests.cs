using Gdpr.Policies;
using Gdpr.Policies.Building;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Core.Tests.Policies;

public sealed class BuilderTests
{
    private static readonly LocalDate NewYear = new(2026, 1, 1);

    [Fact]
    public void What_is_built_equals_what_is_read()
    {
        var built = Example(new PolicyBuilder("example", "3", NewYear)).TryBuild();
        var read = PolicyReader.Read(JsonSamples.Example);

        PolicyWriter.ToJson(built.Policy!).ShouldBe(PolicyWriter.ToJson(read.Policy!));
        built.Policy.ShouldBe(read.Policy);
        built.Findings.Select(finding => (finding.Code, finding.Path)).ShouldBe(read.Findings.Select(finding => (finding.Code, finding.Path)), ignoreOrder: true);
    }

    [Fact]
    public void Building_reports_everything_at_once_without_lines()
    {
        var result = new PolicyBuilder("example", " ", NewYear)
            .Controller("example", controller => controller.Named("Example AB").Named("Other AB"))
            .System("c.r.m", system => { })
            .System("crm", system => system.DataSet("customers", customers => customers
                .About("customer").Trigger("ended", WhenNull.NotHappened).Trigger("ended", WhenNull.Unknown).Field("name", "identity.name")))
            .System("crm", system => { })
            .Activity("service", service => service
                .For("service-provision").OnContract().OnContract().Covers("crm.customers").Keep("3 months", after: "ended"))
            .TryBuild();

        result.IsUsable.ShouldBeFalse();
        result.Findings.ShouldAllBe(finding => finding.Line == 0 && finding.Column == 0);
        result.Findings.Where(finding => finding.Code.StartsWith("E-JSON", StringComparison.Ordinal))
            .Select(finding => $"{finding.Code} {finding.Path}").ShouldBe(
            [
                "E-JSON-06 ",
                "E-JSON-06 /controllers/example",
                "E-JSON-06 /controllers/example",
                "E-JSON-06 /controllers/example",
                "E-JSON-06 /controllers/example",
                "E-JSON-03 /controllers/example/name",
                "E-JSON-07 /systems/c.r.m",
                "E-JSON-03 /systems/crm",
                "E-JSON-03 /systems/crm/dataSets/customers/triggers/ended",
                "E-JSON-05 /activities/service/retention/keep",
                "E-JSON-03 /activities/service/basis",
            ], ignoreOrder: true);
    }

    [Fact]
    public void A_refused_policy_carries_all_findings()
    {
        var exception = Should.Throw<GdprPolicyException>(() => GdprPolicy.Build("", "", NewYear, policy => { }));
        exception.Findings.Where(finding => finding.Path.Length == 0).Select(finding => finding.Message.Split(' ')[0])
            .ShouldBe(["\"activities\"", "\"controllers\"", "\"policy\"", "\"systems\"", "\"version\""], ignoreOrder: true);
    }

    [Fact]
    public void A_builder_builds_one_policy()
    {
        var builder = Example(new PolicyBuilder("example", "3", NewYear));
        builder.TryBuild();

        Should.Throw<InvalidOperationException>(builder.Build).Message.ShouldContain("has built its policy already");
        Should.Throw<InvalidOperationException>(() => builder.Subject("guest", "Guests"));
    }

    [Fact]
    public void The_built_policy_shares_nothing_with_what_it_was_built_from()
    {
        var fields = new Dictionary<string, DataField> { ["name"] = new() { Category = "identity.name" } };
        var built = new PolicyBuilder("example", "3", NewYear)
            .System("crm", system => system.DataSet("customers", new DataSet { Subject = "customer", Fields = fields }))
            .TryBuild();
        fields.Clear();

        built.Policy!.Systems["crm"].DataSets["customers"].Fields.Keys.ShouldBe(["name"]);
    }

    [Fact]
    public void A_value_outside_an_enumeration_is_a_finding()
    {
        var result = new PolicyBuilder("example", "3", NewYear).Document("x", (DocumentKind)99, "X").TryBuild();

        result.Policy.ShouldBeNull();
        result.Findings.ShouldHaveSingleItem().Code.ShouldBe(FindingCodes.Unreadable);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(100)]
    [InlineData(5000)]
    public void A_rule_that_nests_too_deep_is_a_finding(int levels)
    {
        var rule = RetentionRule.KeepFor("P1Y", "ended");
        for (var level = 0; level < levels; level++)
        {
            rule = RetentionRule.All(rule, RetentionRule.WhileConsent());
        }

        var result = new PolicyBuilder("example", "3", NewYear).Activity("service", new Activity { Retention = rule }).TryBuild();

        result.Findings.ShouldHaveSingleItem().Code.ShouldBe(FindingCodes.Unreadable);
    }

    [Fact]
    public void Everything_about_an_activity_has_a_verb()
    {
        var built = new PolicyBuilder("example", "3", NewYear).Activity("all", activity => activity
            .Titled("All", "Allt").For("everything").By("example").AsProcessor("dpa").OnConsent("text", isExplicit: true, askAgainAfter: "P1Y")
            .Covers("a.b").Covers("c.d", "e.f").DisclosesTo("bank", "a.b.iban").DisclosesTo("auditor")
            .ProtectedBy("training").Following("routine").WithSpecialCategories("h", "law 1").WithOffences(OffenceGroundKind.LegalDuty, "law 2")
            .WithIdentityNumbers(IdentityNumberGround.Purpose, "to be sure")
            .WithElectronicMarketing(ElectronicMarketingGround.ExistingCustomers, "asked at the sale").Profiling(new Profiling { Requires = ProfilingRequirement.Law, Logic = new LocalizedText { En = "sums" } })
            .AssessedBy("dpia").WithConsequence("No news").AggregatingUses()
            .Retain(rule => rule.AnyOf(
                one => one.Keep("P1Y", after: PeriodStart.OfCalendarYearEnd("seen")).Bounded(atLeast: "P6M", atMost: "P2Y"),
                two => two.AllOf(inner => inner.WhileConsented(), inner => inner.Within("P2W", of: "seen"))))
            .AtLeast("law 3", rule => rule.Keep("P7Y", after: PeriodStart.OfFiscalYearEnd("booked")))
            .AtMost("law 4", rule => rule.While("started", "ended", keep: "P1M", assessment: a => a.Keep("P1Y", after: "seen"))
                .FallingBackTo(f => f.Keep("P9Y", after: "seen").Unless(e => e.Within("P1Y", of: "booked"))))).TryBuild().Policy!;

        var written = PolicyReader.Read($$"""
            { "policy": "example", "version": "3", "effective": "2026-01-01", "controllers": {}, "systems": {}, "activities": { "all": {
              "title": { "en": "All", "sv": "Allt" }, "purpose": "everything", "capacity": "processor", "controller": "example", "agreement": "dpa",
              "basis": { "consent": { "text": "text", "explicit": true, "askAgainAfter": "P1Y" } }, "data": ["a.b", "c.d", "e.f"],
              "recipients": [{ "recipient": "bank", "data": ["a.b.iban"] }, "auditor"], "controls": ["training"], "routine": "routine",
              "specialCategories": { "limb": "h", "law": "law 1" }, "offences": { "ground": "legalDuty", "law": "law 2" },
              "identityNumbers": { "ground": "purpose", "because": "to be sure" },
              "electronicMarketing": { "ground": "existingCustomers", "because": "asked at the sale" }, "profiling": { "logic": "sums", "requires": "law" },
              "impactAssessment": "dpia", "consequence": "No news", "aggregateUses": true,
              "retention": { "anyOf": [
                { "keep": "P1Y", "after": { "calendarYearEndOf": "seen" }, "atLeast": "P6M", "atMost": "P2Y" },
                { "allOf": [{ "while": "consent" }, { "within": "P2W", "of": "seen" }] } ] },
              "minimum": { "keep": "P7Y", "after": { "fiscalYearEndOf": "booked" }, "law": "law 3" },
              "limit": { "while": { "started": "started", "ended": "ended", "keep": "P1M" }, "assessment": { "keep": "P1Y", "after": "seen" },
                "fallback": { "keep": "P9Y", "after": "seen", "unless": { "within": "P1Y", "of": "booked" } }, "law": "law 4" }
            } } }
            """).Policy!;

        PolicyWriter.ToCanonicalJson(built).ShouldBe(PolicyWriter.ToCanonicalJson(written));
    }

    private static PolicyBuilder Example(PolicyBuilder policy) => policy
        .Controller("example", controller => controller
            .Named("Example AB").In("SE", "Europe/Stockholm").SupervisedBy("IMY").ReachedAt("privacy@example.se"))
        .Category("contact.email", "E-mail address", "E-postadress", dpv: "pd:EmailAddress")
        .System("crm", crm => crm
            .DataSet("customers", customers => customers
                .About("customer")
                .Trigger("contract-ended", WhenNull.NotHappened)
                .Trigger("last-contact", WhenNull.Unknown)
                .Trigger("last-invoice", WhenNull.NotHappened)
                .Field("name", "identity.name")
                .Field("email", "contact.email")
                .Field("notes", "free-text", optional: true)))
        .System("erp", erp => erp
            .DataSet("invoices", invoices => invoices
                .About("customer")
                .Trigger("booked", WhenNull.Unknown)
                .Field("payer", "identity.name")))
        .Activity("service", service => service
            .For("service-provision").OnContract().Covers("crm.customers")
            .Keep("P3M", after: "contract-ended", fallback: end => end
                .Keep("P24M", after: "last-contact").Unless(evidence => evidence.Within("P13M", of: "last-invoice"))))
        .Activity("newsletter", newsletter => newsletter
            .For("direct-marketing").OnConsent("newsletter-2026").Covers("crm.customers.email").WhileConsented())
        .Activity("books", books => books
            .For("bookkeeping").OnLegalObligation("SFS 1999:1078 7:2").Covers("erp.invoices")
            .Keep("P7Y", after: PeriodStart.OfFiscalYearEnd("booked")))
        .Document("newsletter-2026", DocumentKind.ConsentText, "Newsletter consent", text: new LocalizedText { En = "Yes, write to me.", Sv = "Ja, skriv till mig." });
}
