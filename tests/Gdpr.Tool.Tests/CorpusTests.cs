using Gdpr.Tool.Tests.Support;

namespace Gdpr.Tool.Tests;

/// <summary><c>gdpr corpus</c>.</summary>
public sealed class CorpusTests : IDisposable
{
    private readonly TemporaryFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Every_case_of_the_corpus_is_decided_as_it_says()
    {
        var run = await ToolRun.OfAsync("corpus");

        run.Output.ShouldMatch(@"^\d{2,} cases, 0 decided otherwise\.\s*$");
        run.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_decision_that_is_otherwise_is_told_with_its_law_and_both_values()
    {
        var path = _files.Write("mine.json", """
            { "kind": "deadline", "law": "Art. 12(3)", "cases": [
              { "id": "right", "given": { "received": "2026-01-31T12:00:00+01:00", "period": "P1M" }, "expect": { "legalLatest": "2026-03-02" } },
              { "id": "wrong", "given": { "received": "2026-01-31T12:00:00+01:00", "period": "P1M" }, "expect": { "legalLatest": "2026-03-03" } } ] }
            """);

        var run = await ToolRun.OfAsync("corpus", path);

        run.Output.ShouldContain("""wrong (Art. 12(3)): legalLatest: expected "2026-03-03", decided "2026-03-02" """.TrimEnd());
        run.Output.ShouldContain("2 cases, 1 decided otherwise.");
        run.Output.ShouldNotContain("right (");
        run.ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task Facts_that_cases_share_are_stated_once_and_a_case_says_what_is_otherwise()
    {
        var path = _files.Write("mine.json", """
            { "kind": "rights", "law": "Art. 17", "given": { "right": "erasure", "basis": "legal-obligation", "running": true }, "cases": [
              { "id": "shared", "given": {}, "expect": { "decision": "refused", "article": "Art. 17(3)(b)" } },
              { "id": "otherwise", "given": { "running": false }, "expect": { "decision": "granted" } },
              { "id": "missing", "given": { "running": null }, "expect": { "decision": "refused" } } ] }
            """);

        (await ToolRun.OfAsync("corpus", path)).Output.ShouldContain("3 cases, 0 decided otherwise.");
    }

    [Theory]
    [InlineData("processing", 171)]
    [InlineData("rights", 147)]
    [InlineData("consent", 31)]
    [InlineData("child-consent", 13)]
    [InlineData("transfer", 32)]
    [InlineData("breach", 12)]
    public void The_corpus_has_cases_of_every_decision(string kind, int atLeast) =>
        Gdpr.Tool.Corpus.CorpusFile.ReadOwn().Count(one => one.Kind == kind && one.Expect.Count > 0).ShouldBeGreaterThanOrEqualTo(atLeast);

    [Theory]
    [InlineData("""{ "cases": [ { "id": "a", "kind": "horoscope", "law": "-", "given": {}, "expect": {} } ] }""", "horoscope")]
    [InlineData("""{ "cases": [ { "id": "a", "law": "-", "given": {}, "expect": {} } ] }""", "'kind' is missing")]
    [InlineData("""{ "cases": [ { "id": "a", "kind": "deadline", "law": "-", "given": { "received": "yesterday", "period": "P1M" }, "expect": {} } ] }""", "given.received")]
    [InlineData("""{ "cases": [ { "id": "a", "kind": "retention", "law": "-", "given": { "policy": "p", "dataSet": "d", "today": "2026-01-01" }, "expect": {} } ] }""", "no policy 'p'")]
    [InlineData("""{ "cases": [ { "id": "a", "kind": "rights", "law": "-", "given": { "right": "oblivion" }, "expect": {} } ] }""", "'given.right' is 'oblivion': use one of")]
    [InlineData("""{ "cases": [ { "id": "a", "kind": "rights", "law": "-", "given": { "right": "erasure", "bassis": "consent" }, "expect": {} } ] }""", "'given.bassis' is not known")]
    [InlineData("""{ "cases": [ { "id": "a", "kind": "rights", "law": "-", "given": { "right": "erasure" }, "expect": {} } ] }""", "'given.basis' is missing")]
    [InlineData("""{ "cases": [ { "id": "a", "kind": "rights", "law": "-", "given": { "right": "access", "items": [{ "basis": "consent", "running": "perhaps" }] }, "expect": {} } ] }""",
        "'given.items[0].running' is neither true, false nor unknown")]
    [InlineData("""{ "cases": [ { "id": "a", "kind": "restriction", "law": "-", "given": {}, "expect": {} } ] }""", "its kind 'restriction' is not known")]
    [InlineData("""{ "cases": [ { "id": "a", "kind": "rights", "law": "-", "given": { "right": "restriction", "basis": "consent" }, "expect": {} } ] }""", "'given.ground' is missing")]
    [InlineData("""{ "cases": [ { "id": "a", "kind": "breach", "law": "-", "given": { "reported": "yesterday" }, "expect": {} } ] }""", "'given.reported' is no instant")]
    [InlineData("[", "no corpus")]
    [InlineData("""{ "kind": "deadline" }""", "'cases' is missing")]
    public async Task What_cannot_be_used_is_said_with_its_place(string text, string problem)
    {
        var run = await ToolRun.OfAsync("corpus", _files.Write("mine.json", text));

        run.Error.ShouldContain("mine.json");
        run.Error.ShouldContain(problem);
        run.ExitCode.ShouldBe(2);
    }
}
