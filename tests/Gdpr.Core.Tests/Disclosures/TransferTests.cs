using Gdpr.Core.Tests.Policies;
using Gdpr.Disclosures;
using Gdpr.Policies;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Core.Tests.Disclosures;

/// <summary>Transfers to third countries, evaluated per flow and date, in the order of the law (Art. 44–49).</summary>
public sealed class TransferTests
{
    private const string Scc = """{ "mechanism": "standardClauses", "reference": "2021/914 module 2", "assessment": "transfer" }""";
    private static readonly DisclosureRequest Sms = new("sms", "service-provision", "crm.customers.phone");

    [Theory]
    [InlineData("NO", null, null)]
    [InlineData("IS", "adequacy", null)]
    [InlineData("CH", null, TransferMechanism.Adequacy)]
    [InlineData("GB", null, TransferMechanism.Adequacy)]
    [InlineData("JP", "adequacy", TransferMechanism.Adequacy)]
    [InlineData("KR", "standardClauses", TransferMechanism.Adequacy)]
    [InlineData("BR", null, TransferMechanism.Adequacy)]
    [InlineData("IN", "standardClauses", TransferMechanism.StandardClauses)]
    [InlineData("IN", "bindingCorporateRules", TransferMechanism.BindingCorporateRules)]
    [InlineData("IN", "codeOrCertification", TransferMechanism.CodeOrCertification)]
    [InlineData("US", "adequacy", TransferMechanism.Adequacy)]
    [InlineData("US", "standardClauses", TransferMechanism.StandardClauses)]
    public void A_transfer_rests_on_the_first_that_holds(string country, string? mechanism, TransferMechanism? rests)
    {
        var decision = Decide(country, mechanism is null ? null : $$"""{ "mechanism": "{{mechanism}}", "reference": "R", "assessment": "transfer" }""");
        decision.IsAllowed.ShouldBeTrue();
        decision.Transfer?.Mechanism.ShouldBe(rests);
        (decision.Transfer is null).ShouldBe(rests is null);
    }

    [Theory]
    [InlineData("IN", null)]
    [InlineData("CN", """{ "mechanism": "adequacy" }""")]
    [InlineData("US", null)]
    [InlineData("US", """{ "mechanism": "adequacy" }""")]
    [InlineData("CA", """{ "mechanism": "adequacy" }""")]
    [InlineData("IN", """{ "mechanism": "standardClauses" }""")]
    [InlineData("IN", """{ "mechanism": "standardClauses", "assessment": "unheard-of" }""")]
    [InlineData("IN", """{ "mechanism": "standardClauses", "assessment": "transfer", "validUntil": "2026-11-21" }""")]
    [InlineData("CH", """{ "mechanism": "adequacy", "validUntil": "2026-11-21" }""")]
    public void Without_one_that_holds_it_is_forbidden(string country, string? safeguard)
    {
        var decision = Decide(country, safeguard);
        decision.Outcome.ShouldBe(DisclosureOutcome.Denied);
        decision.Reasons.ShouldHaveSingleItem().ShouldBe(new DisclosureReason("transfer-forbidden", "E-TRF-01", "sms"));
    }

    [Fact]
    public void Clauses_need_an_assessment_of_the_transfer_and_no_other() =>
        Decide("IN", Scc, """/assessments/transfer/kind = "risk" """).IsAllowed.ShouldBeFalse();

    [Theory]
    [InlineData("2026-11-22", true)]
    [InlineData("2026-11-23", false)]
    public void An_assessment_that_is_still_to_be_made_carries_no_transfer(string on, bool isAllowed) =>
        Decide("IN", Scc, $"/assessments/transfer/on = \"{on}\" ").IsAllowed.ShouldBe(isAllowed);

    [Fact]
    public void A_country_that_is_not_stated_is_unknown_and_unknown_is_denied()
    {
        var decision = DisclosureJudge.Decide(Sms, "office", Office.Policy("- /recipients/sms/country"), new DisclosureOptions(), DisclosureFacts.None, Office.Now);
        decision.Reasons.ShouldHaveSingleItem().Code.ShouldBe("country-unknown");
    }

    [Fact]
    public void A_derogation_is_for_occasional_transfers_that_a_human_decides_on()
    {
        const string derogation = """{ "mechanism": "derogation", "reference": "Art. 49(1)(b)" }""";
        var asked = Decide("IN", derogation);
        (asked.Outcome, asked.Reasons.ShouldHaveSingleItem().Code).ShouldBe((DisclosureOutcome.NeedsHuman, "transfer-by-derogation"));

        var decided = Decide("IN", derogation, request: Sms with { Derogation = new DerogationDecision(TransferDerogation.Contract, "lawyer") });
        decided.IsAllowed.ShouldBeTrue();
        decided.Transfer!.Mechanism.ShouldBe(TransferMechanism.Derogation);
    }

    [Theory]
    [InlineData("2031-12-27", true)]
    [InlineData("2031-12-28", false)]
    public void A_decision_on_adequacy_ends_with_its_last_day(string day, bool isAllowed) =>
        Decide("GB", null, at: day, edits: """/agreements/sms/until = "2099-12-31" """).IsAllowed.ShouldBe(isAllowed);

    [Theory]
    [InlineData("2031-09-27", false)]
    [InlineData("2031-09-28", true)]
    public void Its_end_is_remarked_ninety_days_before(string day, bool isRemarked) =>
        Decide("GB", null, at: day, edits: """/agreements/sms/until = "2099-12-31" """).Remarks.Any(remark => remark.Code == "transfer-ends-soon").ShouldBe(isRemarked);

    [Fact]
    public void A_decision_that_holds_no_longer_when_it_is_revoked_blocks_the_flow_from_the_day_after()
    {
        var revoked = AdequacyList.BuiltIn.With(new AdequacyDecision("US", new LocalDate(2023, 7, 10)) { OnlyFor = "certified importers", Until = new LocalDate(2026, 11, 21) });
        var options = new DisclosureOptions { Adequacy = revoked };
        var policy = Office.Policy("""/recipients/mailer/kind = "processor" """);
        var request = new DisclosureRequest("mailer", "direct-marketing", "crm.customers.email");

        DisclosureJudge.Decide(request, "office", policy, options, DisclosureFacts.None, Office.Now - Duration.FromDays(1)).IsAllowed.ShouldBeTrue();
        DisclosureJudge.Decide(request, "office", policy, options, DisclosureFacts.None, Office.Now).Reasons.ShouldHaveSingleItem().Code.ShouldBe("transfer-forbidden");
        (revoked.Version, AdequacyList.BuiltIn.Find("US", new LocalDate(2026, 11, 22))!.Until).ShouldBe((AdequacyList.BuiltIn.Version + "+", null));
    }

    [Fact]
    public void Adequacy_that_the_policy_does_not_state_is_remarked()
    {
        Decide("CH", null).Remarks.Select(remark => remark.Code).ShouldContain("adequacy-unstated");
        Decide("CH", """{ "mechanism": "adequacy" }""").Remarks.Select(remark => remark.Code).ShouldNotContain("adequacy-unstated");
    }

    [Fact]
    public void What_a_recipient_hands_on_abroad_needs_a_safeguard_too()
    {
        var decision = DisclosureJudge.Decide(
            Sms, "office", Office.Policy("""/recipients/operator/country = "CN" """), new DisclosureOptions(), DisclosureFacts.None, Office.Now);
        decision.Reasons.ShouldHaveSingleItem().ShouldBe(new DisclosureReason("transfer-forbidden", "E-TRF-01", "operator"));
    }

    [Theory]
    [InlineData("AD", "2010-10-19")]
    [InlineData("AR", "2003-06-30")]
    [InlineData("BR", "2026-01-27")]
    [InlineData("JP", "2019-01-23")]
    [InlineData("KR", "2021-12-17")]
    [InlineData("UY", "2012-08-21")]
    [InlineData("US", "2023-07-10")]
    public void The_list_is_dated(string country, string from)
    {
        var first = LocalDatePattern.Iso.Parse(from).Value;
        AdequacyList.BuiltIn.Find(country, first).ShouldNotBeNull();
        AdequacyList.BuiltIn.Find(country, first.PlusDays(-1)).ShouldBeNull();
    }

    [Fact]
    public void The_list_takes_decisions_and_refuses_what_is_none()
    {
        var list = AdequacyList.BuiltIn.With(new AdequacyDecision("IN", new LocalDate(2027, 1, 1)));
        list.Find("IN", new LocalDate(2027, 1, 1)).ShouldNotBeNull();
        AdequacyList.BuiltIn.Find("IN", new LocalDate(2027, 1, 1)).ShouldBeNull();
        AdequacyList.IsInArea("SE").ShouldBeTrue();
        Should.Throw<ArgumentException>(() => list.With(new AdequacyDecision("UK", new LocalDate(2027, 1, 1))));
        Should.Throw<ArgumentException>(() => list.With(new AdequacyDecision("IN", new LocalDate(2027, 1, 1)) { Until = new LocalDate(2026, 1, 1) }));
    }

    private static DisclosureDecision Decide(string country, string? safeguard, string edits = "", DisclosureRequest? request = null, string at = "2026-11-22")
    {
        var all = $"""
            /recipients/sms/country = "{country}"
            {(safeguard is null ? "" : $"/recipients/sms/transfer = {safeguard}")}
            {edits}
            """;
        var noon = LocalDatePattern.Iso.Parse(at).Value.AtMidnight().PlusHours(12).InUtc().ToInstant();
        return DisclosureJudge.Decide(request ?? Sms, "office", Office.Policy(all), new DisclosureOptions(), DisclosureFacts.None, noon);
    }
}
