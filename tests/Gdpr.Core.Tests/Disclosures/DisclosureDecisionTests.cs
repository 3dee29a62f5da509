using Gdpr.Disclosures;
using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Core.Tests.Disclosures;

/// <summary>What the policy says of a disclosure, on a date.</summary>
public sealed class DisclosureDecisionTests
{
    private static readonly DisclosureRequest Sms = new("sms", "service-provision", "crm.customers.phone");

    [Fact]
    public void A_declared_field_to_a_declared_recipient_under_an_agreement_in_force_may_be_disclosed()
    {
        var decision = Decide(Sms);

        decision.Outcome.ShouldBe(DisclosureOutcome.Allowed);
        decision.Fields.ShouldBe(["crm.customers.phone"]);
        (decision.Activity, decision.Purpose, decision.Agreement, decision.Basis).ShouldBe(("messages", "service-provision", "sms", LawfulBasisKind.Contract));
        decision.Transfer.ShouldBeNull();
        decision.Reasons.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("nobody", "service-provision", "recipient-undeclared")]
    [InlineData("sms", "direct-marketing", "purpose-undeclared")]
    [InlineData("sms", "unheard-of", "purpose-undeclared")]
    [InlineData("partner", "service-provision", "purpose-undeclared")]
    public void A_recipient_that_is_not_declared_for_the_purpose_is_denied(string recipient, string purpose, string code) =>
        Denied(Decide(new DisclosureRequest(recipient, purpose, "crm.customers.phone"))).ShouldBe([code]);

    [Fact]
    public void The_purpose_may_be_named_by_its_activity() => Decide(new DisclosureRequest("sms", "messages", "crm.customers.phone")).IsAllowed.ShouldBeTrue();

    [Theory]
    [InlineData("crm.customers.email")]
    [InlineData("crm.customers.unheard-of")]
    [InlineData("crm.unheard-of")]
    [InlineData("nothing")]
    public void More_than_the_activity_names_is_refused(string more)
    {
        var decision = Decide(new DisclosureRequest("sms", "service-provision", "crm.customers.phone", more));

        Denied(decision).ShouldBe(["beyond-declared"]);
        decision.Reasons[0].About.ShouldBe(more);
    }

    [Fact]
    public void More_than_the_activity_names_is_trimmed_on_request_and_never_sent()
    {
        var decision = Decide(new DisclosureRequest("sms", "service-provision", "crm.customers") { Excess = DisclosureExcess.Trim });

        decision.IsAllowed.ShouldBeTrue();
        decision.Fields.ShouldBe(["crm.customers.phone"]);
        decision.Trimmed.ShouldBe(["crm.customers.email", "crm.customers.name", "crm.customers.note"]);
    }

    [Fact]
    public void Trimming_to_nothing_is_a_denial() =>
        Denied(Decide(new DisclosureRequest("sms", "service-provision", "crm.customers.email") { Excess = DisclosureExcess.Trim })).ShouldBe(["nothing-disclosed"]);

    [Fact]
    public void A_field_that_the_activity_names_and_the_agreement_does_not_cover_is_refused() =>
        Denied(Decide(new DisclosureRequest("partner", "delivery", "crm.orders.address", "crm.orders.goods"))).ShouldBe(["beyond-declared"]);

    [Theory]
    [InlineData("2025-12-31", "agreement-not-in-force")]
    [InlineData("2026-01-01", null)]
    [InlineData("2027-12-31", null)]
    [InlineData("2028-01-01", "agreement-not-in-force")]
    public void An_agreement_is_in_force_from_its_first_day_through_its_last(string day, string? code)
    {
        var decision = Decide(Sms, at: Noon(day));
        decision.Reasons.Select(reason => reason.Code).ShouldBe(code is null ? [] : [code]);
    }

    [Fact]
    public void The_last_day_is_the_controllers_own()
    {
        var midnight = new LocalDateTime(2028, 1, 1, 0, 0).InZoneStrictly(DateTimeZoneProviders.Tzdb["Europe/Stockholm"]).ToInstant();
        Decide(Sms, at: midnight - Duration.Epsilon).IsAllowed.ShouldBeTrue();
        Decide(Sms, at: midnight).IsAllowed.ShouldBeFalse();
    }

    [Fact]
    public void An_agreement_that_lapses_soon_is_remarked()
    {
        Remarks(Decide(Sms, at: Noon("2027-10-02"))).ShouldContain("agreement-lapses-soon");
        Remarks(Decide(Sms, at: Noon("2027-10-01"))).ShouldNotContain("agreement-lapses-soon");
    }

    [Theory]
    [InlineData("instructions", "E-DPA-01")]
    [InlineData("confidentiality", "E-DPA-02")]
    [InlineData("security", "E-DPA-03")]
    [InlineData("subProcessors", "E-DPA-04")]
    [InlineData("requests", "E-DPA-05")]
    [InlineData("assistance", "E-DPA-06")]
    [InlineData("end", "E-DPA-07")]
    [InlineData("audits", "E-DPA-08")]
    public void A_processor_whose_agreement_lacks_a_letter_of_Art_28_3_receives_nothing(string member, string code)
    {
        var decision = Decide(Sms, $"- /agreements/sms/clauses/{member}");
        Denied(decision).ShouldBe(["agreement-incomplete"]);
        decision.Reasons[0].About!.ShouldContain(code);
    }

    [Theory]
    [InlineData("sms", "- /recipients/sms/agreement", "agreement-missing")]
    [InlineData("carrier", "- /recipients/carrier/law", "agreement-missing")]
    [InlineData("sms", "- /agreements/sms/terms", "agreement-incomplete")]
    public void Without_an_agreement_or_a_law_nothing_is_disclosed(string recipient, string edit, string code) =>
        Denied(Decide(recipient == "sms" ? Sms : new DisclosureRequest("carrier", "delivery", "crm.orders.address"), edit)).ShouldContain(code);

    [Fact]
    public void Another_controller_may_receive_under_a_law()
    {
        var decision = Decide(new DisclosureRequest("carrier", "delivery", "crm.orders.address"));
        decision.IsAllowed.ShouldBeTrue();
        (decision.Agreement, decision.Law).ShouldBe((null, "SFS 2010:1045"));
    }

    [Fact]
    public void An_authority_receives_on_a_decision_alone_and_needs_no_agreement()
    {
        var request = new DisclosureRequest("police", "crime-reports", "crm.customers.name");
        Denied(Decide(request)).ShouldBe(["authority-decision-missing"]);
        Denied(Decide(request with { Authority = new AuthorityDecision("SFS 1942:740", " ") })).ShouldBe(["authority-decision-missing"]);
        Denied(Decide(request with { Authority = new AuthorityDecision("", "K 1-26") }, "- /recipients/police/law")).ShouldBe(["authority-law-missing"]);

        var decision = Decide(request with { Authority = new AuthorityDecision("SFS 1942:740 27:19", "K 1-26") });
        decision.IsAllowed.ShouldBeTrue();
        (decision.Agreement, decision.Law).ShouldBe((null, "SFS 1942:740 27:19"));
    }

    [Fact]
    public void A_sub_processor_is_bound_and_so_is_whoever_engages_it()
    {
        var request = new DisclosureRequest("operator", "service-provision", "crm.customers.phone");
        Decide(request).IsAllowed.ShouldBeTrue();
        Denied(Decide(request, at: Noon("2028-01-01"))).ShouldBe(["agreement-not-in-force"]);
        Denied(Decide(request, """/recipients/operator/engagedBy = "carrier" """)).ShouldBe(["chain-broken"]);
        Denied(Decide(request, """/recipients/sms/engagedBy = "operator" """)).ShouldContain("chain-broken");
        Denied(Decide(request, """/recipients/operator/engagedBy = "nobody" """)).ShouldBe(["chain-broken"]);
    }

    [Theory]
    [InlineData("http://sms.example/in", false)]
    [InlineData("ftp://sms.example/in", false)]
    [InlineData("sms.example", false)]
    [InlineData("https://sms.example/in", true)]
    [InlineData("http://localhost:5000/in", true)]
    [InlineData("http://127.0.0.1/in", true)]
    [InlineData("http://[::1]/in", true)]
    public void Data_goes_to_encrypted_addresses_only_but_for_the_machine_itself(string endpoint, bool isAllowed) =>
        Decide(Sms, $"/recipients/sms/endpoint = \"{endpoint}\"").IsAllowed.ShouldBe(isAllowed);

    [Fact]
    public void Measures_without_fresh_evidence_are_remarked()
    {
        var decision = DisclosureJudge.Decide(Sms, "office", Office.Policy(), new DisclosureOptions(), DisclosureFacts.None with { UnprovenControls = ["training"] }, Office.Now);
        decision.IsAllowed.ShouldBeTrue();
        decision.Remarks.ShouldBe([new DisclosureReason("control-unproven", "Art. 28(1)", "training")]);
    }

    [Fact]
    public void Everything_that_forbids_is_told_at_once() => Denied(Decide(
        new DisclosureRequest("sms", "service-provision", "crm.customers.phone", "crm.customers.name"),
        """
        - /agreements/sms/clauses/end
        /recipients/sms/country = "CN"
        /recipients/sms/endpoint = "http://sms.example"
        """)).ShouldBe(["beyond-declared", "agreement-incomplete", "transfer-forbidden", "endpoint-not-encrypted"]);

    [Fact]
    public void A_record_is_minimised_to_what_may_be_sent()
    {
        var record = new Dictionary<string, string> { ["name"] = "A", ["phone"] = "B", ["unheard-of"] = "C" };
        var trimmed = Decide(new DisclosureRequest("sms", "service-provision", "crm.customers") { Excess = DisclosureExcess.Trim }).Minimise("crm.customers", record);
        trimmed.Fields.ShouldBe(new Dictionary<string, string> { ["phone"] = "B" });
        trimmed.Removed.ShouldBe(["name", "unheard-of"]);
        trimmed.ToString().ShouldNotContain("B,");

        Should.Throw<DisclosureDeniedException>(() => Decide(Sms).Minimise("crm.customers", record)).Reasons.ShouldBe(["beyond-declared"]);
        Decide(Sms).Minimise("crm.customers", new Dictionary<string, string> { ["phone"] = "B" }).Removed.ShouldBeEmpty();
        Should.Throw<DisclosureDeniedException>(() => Decide(Sms, at: Noon("2028-01-01")).Minimise("crm.customers", record)).Code.ShouldBe("E-DISC-01");
    }

    [Fact]
    public void Another_controllers_activity_discloses_nothing_of_ours()
    {
        var policy = Office.Policy("""
            /controllers/other = { "name": "Other AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@other.example" }
            /activities/messages/controller = "other"
            """);
        Denied(DisclosureJudge.Decide(Sms, "office", policy, new DisclosureOptions(), DisclosureFacts.None, Office.Now)).ShouldBe(["other-controller"]);
        DisclosureJudge.Decide(Sms, "other", policy, new DisclosureOptions(), DisclosureFacts.None, Office.Now).IsAllowed.ShouldBeTrue();
    }

    private static DisclosureDecision Decide(DisclosureRequest request, string edits = "", Instant? at = null) =>
        DisclosureJudge.Decide(request, "office", Office.Policy(edits), new DisclosureOptions(), DisclosureFacts.None, at ?? Office.Now);

    private static IReadOnlyList<string> Denied(DisclosureDecision decision)
    {
        decision.Outcome.ShouldBe(DisclosureOutcome.Denied);
        return [.. decision.Reasons.Select(reason => reason.Code).Distinct()];
    }

    private static IReadOnlyList<string> Remarks(DisclosureDecision decision) => [.. decision.Remarks.Select(remark => remark.Code)];

    private static Instant Noon(string day) => Instant.FromDateTimeOffset(DateTimeOffset.Parse(day + "T12:00Z", System.Globalization.CultureInfo.InvariantCulture));
}
