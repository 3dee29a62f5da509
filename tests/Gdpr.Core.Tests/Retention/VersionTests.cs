using Gdpr.Policies;
using Gdpr.Retention;
using NodaTime;
using static Gdpr.Core.Tests.Retention.Example;

namespace Gdpr.Core.Tests.Retention;

/// <summary>Cutoffs never move back over the versions of a policy (semantics: shortening at once, lengthening only with an assessment).</summary>
public sealed class VersionTests
{
    private static readonly Instant Superseded = Instant.FromUtc(2024, 6, 1, 10, 0);

    [Fact]
    public void Shortening_applies_at_once()
    {
        Later("P2Y", "P1Y").On("2024-06-01", "end=2023-05-31").ShouldBe(Fate.Erase, "all-ended", rule: "support");
        Later("P2Y", "P1Y").On("2024-06-01", "end=2023-06-01").ShouldBe(Fate.Keep, "purpose-alive", "2024-06-02", "support");
    }

    [Fact]
    public void Lengthening_does_not_take_up_what_the_earlier_version_had_let_go()
    {
        Later("P1Y", "P2Y").On("2024-06-01", "end=2023-05-31").ShouldBe(Fate.Erase, "all-ended", rule: "support");
        Later("P1Y", "P2Y").On("2024-06-01", "end=2023-06-01").ShouldBe(Fate.Keep, "purpose-alive", "2025-06-02", "support");
    }

    [Fact]
    public void Lengthening_with_an_assessment_takes_up_existing_data_of_that_activity_only()
    {
        var earlier = new SupersededPolicy(Policy("P1Y", "P1Y"), Superseded, new HashSet<string> { "support" });
        var later = Example.Of(Policy("P2Y", "P2Y"), earlier);

        later.On("2024-06-01", "end=2023-05-31, seen=2023-05-31").ShouldBe(Fate.Keep, "purpose-alive", "2025-06-01", "support");
        later.On("2024-06-01", "end=2020-01-01, seen=2023-05-31").ShouldBe(Fate.Erase, "all-ended", rule: "news");
    }

    [Fact]
    public void The_cutoff_of_every_earlier_version_counts_not_of_the_last_alone()
    {
        var first = new SupersededPolicy(Policy("P1M"), Instant.FromUtc(2022, 1, 1, 12, 0));
        var second = new SupersededPolicy(Policy("P3Y"), Superseded);
        var third = Example.Of(Policy("P5Y"), second, first);

        third.On("2024-06-01", "end=2021-11-30").ShouldBe(Fate.Erase, "all-ended", rule: "support");
        third.On("2024-06-01", "end=2021-12-01").ShouldBe(Fate.Keep, "purpose-alive", "2026-12-02", "support");
    }

    [Fact]
    public void A_version_with_the_same_rules_changes_nothing_for_a_record_that_is_restricted_before_disposal()
    {
        const string Restricted = RestrictedFirst;
        var policy = Example.Policy(Purpose("support", Keep("P1Y", "end")), fields: Restricted);
        var later = Example.Of(policy, new SupersededPolicy(policy, Superseded));

        Example.Of(policy).On("2024-06-01", "end=2023-05-15").ShouldBe(Fate.Restrict, "all-ended", "2024-06-15", "support");
        later.On("2024-06-01", "end=2023-05-15").ShouldBe(Fate.Restrict, "all-ended", "2024-06-15", "support");
        later.On("2024-06-14", "end=2023-05-15").ShouldBe(Fate.Restrict, "all-ended", "2024-06-15", "support");
        later.On("2024-06-15", "end=2023-05-15").ShouldBe(Fate.Erase, "all-ended", rule: "support");
    }

    [Fact]
    public void The_order_in_which_limbs_are_written_is_not_a_new_period()
    {
        var first = Example.Policy(Purpose("support", """ "allOf": [{ "keep": "P1Y", "after": "end" }, { "keep": "P3Y", "after": "end" }] """));
        var second = Example.Policy(Purpose("support", """ "allOf": [{ "keep": "P3Y", "after": "end" }, { "keep": "P1Y", "after": "end" }] """));

        Example.Of(second, new SupersededPolicy(first, Superseded)).On("2024-06-01", "end=2022-01-01").ShouldBe(Fate.Keep, "purpose-alive", "2025-01-02", "support");
    }

    private static Example Later(string first, string second) => Example.Of(Policy(second), new SupersededPolicy(Policy(first), Superseded));

    private static GdprPolicy Policy(string support, string? news = null) => Example.Policy(
        Purpose("support", Keep(support, "end"))
        + (news is null ? "" : "," + Purpose("news", Keep(news, "seen"))));
}
