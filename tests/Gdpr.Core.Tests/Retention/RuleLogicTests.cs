using Gdpr.Retention;
using static Gdpr.Core.Tests.Retention.Example;

namespace Gdpr.Core.Tests.Retention;

/// <summary>Three-valued rules, over every combination of their limbs. A duty shows the state of its rule: restrict, undetermined or erase.</summary>
public sealed class RuleLogicTests
{
    private const string A = """{ "keep": "P1Y", "after": "a" }""";
    private const string B = """{ "keep": "P1Y", "after": "b" }""";
    private const string C = """{ "keep": "P1Y", "after": "c" }""";

    private static readonly Limb[] All = Enum.GetValues<Limb>();

    [Fact]
    public void All_of_is_alive_with_any_limb_alive_else_unknown_with_any_unknown_else_past() =>
        Table($$""" "allOf": [{{A}}, {{B}}] """, (a, b, _) => Latest(a, b));

    [Fact]
    public void Any_of_is_past_with_any_limb_past_else_unknown_with_any_unknown_else_alive() =>
        Table($$""" "anyOf": [{{A}}, {{B}}] """, (a, b, _) => Earliest(a, b));

    [Fact]
    public void All_of_takes_more_than_two_limbs() => Table($$""" "allOf": [{{A}}, {{B}}, {{C}}] """, (a, b, c) => Latest(a, b, c));

    [Fact]
    public void Any_of_takes_more_than_two_limbs() => Table($$""" "anyOf": [{{A}}, {{B}}, {{C}}] """, (a, b, c) => Earliest(a, b, c));

    [Fact]
    public void Any_of_nests_in_all_of() => Table($$""" "allOf": [{{A}}, { "anyOf": [{{B}}, {{C}}] }] """, (a, b, c) => Latest(a, Earliest(b, c)));

    [Fact]
    public void All_of_nests_in_any_of() => Table($$""" "anyOf": [{{A}}, { "allOf": [{{B}}, {{C}}] }] """, (a, b, c) => Earliest(a, Latest(b, c)));

    [Fact]
    public void A_limb_may_come_after_the_tree_beside_it() => Table($$""" "allOf": [{ "anyOf": [{{B}}, {{C}}] }, {{A}}] """, (a, b, c) => Latest(a, Earliest(b, c)));

    [Fact]
    public void A_fallback_ends_the_rule_if_it_comes_first() =>
        Table($$""" "keep": "P1Y", "after": "a", "fallback": {{B}} """, (a, b, _) => Earliest(a, b));

    [Fact]
    public void What_a_fallback_has_under_unless_holds_it_back() =>
        Table($$""" {{Keep("P1Y", "a")}}, "fallback": { {{Keep("P1Y", "b")}}, "unless": {{C}} } """, (a, b, c) => Earliest(a, Latest(b, c)));

    [Fact]
    public void A_fallback_may_have_a_fallback_of_its_own() =>
        Table($$""" {{Keep("P1Y", "a")}}, "fallback": { {{Keep("P1Y", "b")}}, "fallback": {{C}} } """, (a, b, c) => Earliest(a, b, c));

    [Theory]
    [InlineData("a=no", Fate.Restrict)]
    [InlineData("a=2024-01-01", Fate.Erase)]
    [InlineData("a=2026-01-01", Fate.Restrict)]
    [InlineData("a=2027-05-01", Fate.Restrict)]
    [InlineData("a=?", Fate.Undetermined)]
    public void A_limb_whose_event_has_not_happened_is_alive(string record, Fate fate) =>
        Example.Of(Duty("duty", Keep("P1Y", "a")), triggers: "a").On("2026-11-21", record).Fate.ShouldBe(fate);

    [Theory]
    [InlineData("a=no", Fate.Erase)]
    [InlineData("a=2024-01-01", Fate.Erase)]
    [InlineData("a=2026-01-01", Fate.Restrict)]
    [InlineData("a=?", Fate.Undetermined)]
    public void Evidence_that_never_happened_is_none(string record, Fate fate) =>
        Example.Of(Duty("duty", """ "within": "P1Y", "of": "a" """), triggers: "a").On("2026-11-21", record).Fate.ShouldBe(fate);

    [Theory]
    [InlineData("start=no, end=no", Fate.Erase)]
    [InlineData("start=no, end=2026-11-21", Fate.Erase)]
    [InlineData("start=2000-01-01, end=no", Fate.Restrict)]
    [InlineData("start=2000-01-01, end=2026-11-21", Fate.Restrict)]
    [InlineData("start=2000-01-01, end=2026-11-20", Fate.Erase)]
    [InlineData("start=?, end=2026-11-20", Fate.Erase)]
    [InlineData("start=?, end=no", Fate.Undetermined)]
    [InlineData("start=2000-01-01, end=?", Fate.Undetermined)]
    [InlineData("start=no, end=?", Fate.Erase)]
    public void A_relation_carries_the_rule_from_its_start_through_its_last_day(string record, Fate fate) =>
        Example.Of(Duty("duty", """ "while": { "started": "start", "ended": "end" } """)).On("2026-11-21", record).Fate.ShouldBe(fate);

    [Theory]
    [InlineData("start=2000-01-01, end=2026-08-21", Fate.Restrict)]
    [InlineData("start=2000-01-01, end=2026-08-20", Fate.Erase)]
    public void A_relation_may_carry_the_rule_on_for_a_period(string record, Fate fate) =>
        Example.Of(Duty("duty", """ "while": { "started": "start", "ended": "end", "keep": "P3M" } """)).On("2026-11-21", record).Fate.ShouldBe(fate);

    [Theory]
    [InlineData("start=no, end=no, seen=2026-01-01", Fate.Restrict)]
    [InlineData("start=no, end=no, seen=2024-01-01", Fate.Erase)]
    [InlineData("start=no, end=no, seen=?", Fate.Undetermined)]
    [InlineData("start=2000-01-01, end=no, seen=2024-01-01", Fate.Restrict)]
    [InlineData("start=2000-01-01, end=2020-01-01, seen=2026-01-01", Fate.Restrict)]
    [InlineData("start=2000-01-01, end=2020-01-01, seen=2024-01-01", Fate.Erase)]
    public void Before_a_relation_starts_the_assessment_alone_decides(string record, Fate fate) =>
        Example.Of(Duty("duty", """ "while": { "started": "start", "ended": "end" }, "assessment": { "keep": "P1Y", "after": "seen" } """))
            .On("2026-11-21", record).Fate.ShouldBe(fate);

    [Theory]
    [InlineData("", Fate.Undetermined, "fact-unknown")]
    [InlineData("consent-given:news", Fate.Keep, "purpose-alive")]
    [InlineData("?consent-given:news", Fate.Undetermined, "fact-unknown")]
    [InlineData("consent-withdrawn:news", Fate.Erase, "all-ended")]
    [InlineData("consent-given:news;consent-withdrawn:news", Fate.Erase, "all-ended")]
    [InlineData("consent-given:news;?consent-withdrawn:news", Fate.Undetermined, "fact-unknown")]
    [InlineData("?consent-given:news;consent-withdrawn:news", Fate.Erase, "all-ended")]
    public void A_consent_keeps_while_it_is_in_force_and_none_on_record_is_unknown(string facts, Fate fate, string reason)
    {
        var policy = Example.Of(Purpose("news", """ "while": "consent" """, basis: Consent));

        policy.On("2026-11-21", facts: facts).ShouldBe(fate, reason, rule: "news");
    }

    [Fact]
    public void A_consent_purpose_with_a_period_needs_both()
    {
        var policy = Example.Of(Purpose("news", Keep("P1Y", "seen"), basis: Consent));

        policy.On("2026-11-21", "seen=2026-01-01", "consent-given:news").ShouldBe(Fate.Keep, "purpose-alive", "2027-01-02", "news");
        policy.On("2026-11-21", "seen=2024-01-01", "consent-given:news").ShouldBe(Fate.Erase, "all-ended", rule: "news");
        policy.On("2026-11-21", "seen=2026-01-01").ShouldBe(Fate.Undetermined, "fact-unknown", rule: "news");
        policy.On("2026-11-21", "seen=2024-01-01").ShouldBe(Fate.Erase, "all-ended", rule: "news");
    }

    [Fact]
    public void A_minimum_of_a_consent_purpose_outlives_the_consent()
    {
        var policy = Example.Of(Purpose(
            "news", """ "while": "consent" """, basis: Consent, more: Minimum("P1Y", "seen", "law")));

        policy.On("2026-11-21", "seen=2026-01-01", "consent-withdrawn:news").ShouldBe(Fate.Restrict, "obligation-alive", "2027-01-02", "news.minimum");
    }

    private static void Table(string rule, Func<Limb, Limb, Limb, Limb> expected)
    {
        var policy = Example.Of(Duty("duty", rule), triggers: "a, b, c");
        foreach (var (a, b, c) in from a in All from b in All from c in All select (a, b, c))
        {
            var fate = policy.On("2026-11-21", $"a={Value(a)}, b={Value(b)}, c={Value(c)}").Fate;

            fate.ShouldBe(expected(a, b, c) switch { Limb.Alive => Fate.Restrict, Limb.Past => Fate.Erase, _ => Fate.Undetermined }, $"{a}, {b}, {c}");
        }

        static string Value(Limb limb) => limb switch { Limb.Alive => "2026-01-01", Limb.Past => "2024-01-01", _ => "?" };
    }

    /// <summary>Written as a table, not as an order of values.</summary>
    private static Limb Latest(params Limb[] limbs) =>
        limbs.Any(limb => limb == Limb.Alive) ? Limb.Alive : limbs.Any(limb => limb == Limb.Unknown) ? Limb.Unknown : Limb.Past;

    private static Limb Earliest(params Limb[] limbs) =>
        limbs.Any(limb => limb == Limb.Past) ? Limb.Past : limbs.Any(limb => limb == Limb.Unknown) ? Limb.Unknown : Limb.Alive;
}
