using Gdpr.Relational.Coverage;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Relational.Tests.Coverage;

public sealed class BaselineTests
{
    private static readonly LocalDate Today = new(2026, 11, 22);
    private static readonly CoverageFinding Calls = new("C-COV-01", "calls", "It is not mapped.", "Map it.");
    private static readonly CoverageFinding Phone = new("C-COV-04", "calls.phone", "It is not classified.", "Classify it.");

    [Fact]
    public void What_is_recorded_is_read_again_as_it_was()
    {
        var recorded = CoverageBaseline.Record([Phone, Calls], "shop team", new LocalDate(2027, 3, 31), Today);

        var read = CoverageBaseline.Parse(recorded.ToJson(), Today);

        read.Gaps.ShouldBe([new KnownGap("C-COV-01", "calls", "shop team", new LocalDate(2027, 3, 31)), new KnownGap("C-COV-04", "calls.phone", "shop team", new LocalDate(2027, 3, 31))]);
        read.ToJson().ShouldBe(recorded.ToJson());
    }

    [Fact]
    public void Findings_are_new_or_lapsed_or_known_and_gaps_may_be_gone()
    {
        var baseline = CoverageBaseline.Parse("""
            { "gaps": [
              { "code": "C-COV-01", "place": "calls", "owner": "shop team", "mendBy": "2026-11-22" },
              { "code": "C-COV-01", "place": "letters", "owner": "shop team", "mendBy": "2026-12-31" } ] }
            """, Today);

        var onTheDay = baseline.Judge([Calls, Phone], Today);
        onTheDay.New.ShouldBe([Phone]);
        onTheDay.Known.ShouldBe([Calls]);
        onTheDay.Lapsed.ShouldBeEmpty();
        onTheDay.Gone.Select(gap => gap.Place).ShouldBe(["letters"]);
        onTheDay.IsInOrder.ShouldBeFalse();

        var after = baseline.Judge([Calls], Today.PlusDays(1));
        after.Lapsed.Select(lapsed => lapsed.Finding).ShouldBe([Calls]);
        after.IsInOrder.ShouldBeFalse();
        after.Problems.Single().Message.ShouldBe("It is not mapped. It was to be mended by 2026-11-22 (shop team).");
        baseline.Judge([Calls], Today).IsInOrder.ShouldBeTrue();
    }

    [Fact]
    public void The_same_code_elsewhere_is_another_gap()
    {
        var baseline = CoverageBaseline.Record([Calls], "shop team", Today, Today);

        baseline.Judge([Calls with { Place = "letters" }], Today).New.Count.ShouldBe(1);
    }

    [Fact]
    public void A_gap_is_mended_within_twelve_months()
    {
        CoverageBaseline.Record([Calls], "shop team", new LocalDate(2027, 11, 22), Today).Gaps.Count.ShouldBe(1);
        Should.Throw<FormatException>(() => CoverageBaseline.Record([Calls], "shop team", new LocalDate(2027, 11, 23), Today)).Message.ShouldContain("2027-11-22 at the latest");
        Should.Throw<FormatException>(() => CoverageBaseline.Parse("""{ "gaps": [{ "code": "C-COV-01", "place": "calls", "owner": "shop team", "mendBy": "2028-01-01" }] }""", Today));
        Should.Throw<FormatException>(() => CoverageBaseline.Record([Calls], "shop team", Today.PlusDays(-1), Today)).Message.ShouldContain("has passed");
    }

    [Theory]
    [InlineData("""{ "gaps": [{ "code": "C-COV-01", "place": "calls", "owner": " ", "mendBy": "2027-01-01" }] }""", "nobody owns it")]
    [InlineData("""{ "gaps": [{ "code": "C-COV-01", "place": "calls", "owner": "x", "mendBy": "spring" }] }""", "no date")]
    [InlineData("""{ "gaps": [{ "code": "", "place": "calls", "owner": "x", "mendBy": "2027-01-01" }] }""", "a code and a place")]
    [InlineData("""{ "gaps": [{ "code": "C", "place": "p", "owner": "x", "mendBy": "2027-01-01" }, { "code": "C", "place": "p", "owner": "y", "mendBy": "2027-01-01" }] }""", "listed 2 times")]
    [InlineData("""{ "gaps": [{ "code": "C", "place": "p", "owner": "x", "until": "2027-01-01" }] }""", "until")]
    [InlineData("{ }", "list its gaps")]
    [InlineData("nothing", "line 1")]
    public void A_file_that_is_no_baseline_is_refused_with_what_is_wrong(string json, string wrong) =>
        Should.Throw<FormatException>(() => CoverageBaseline.Parse(json, Today)).Message.ShouldContain(wrong);

    [Fact]
    public void Recording_again_keeps_owners_and_days_and_drops_what_is_gone()
    {
        var before = CoverageBaseline.Record([Calls, Calls with { Place = "letters" }], "shop team", new LocalDate(2027, 1, 31), Today);

        var again = CoverageBaseline.Record([Calls, Phone], "other team", new LocalDate(2027, 6, 30), Today, before);

        again.Gaps.ShouldBe([new KnownGap("C-COV-01", "calls", "shop team", new LocalDate(2027, 1, 31)), new KnownGap("C-COV-04", "calls.phone", "other team", new LocalDate(2027, 6, 30))]);
    }
}
