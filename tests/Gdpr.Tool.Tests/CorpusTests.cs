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

    [Theory]
    [InlineData("""{ "cases": [ { "id": "a", "kind": "horoscope", "law": "-", "given": {}, "expect": {} } ] }""", "horoscope")]
    [InlineData("""{ "cases": [ { "id": "a", "law": "-", "given": {}, "expect": {} } ] }""", "'kind' is missing")]
    [InlineData("""{ "cases": [ { "id": "a", "kind": "deadline", "law": "-", "given": { "received": "yesterday", "period": "P1M" }, "expect": {} } ] }""", "given.received")]
    [InlineData("""{ "cases": [ { "id": "a", "kind": "retention", "law": "-", "given": { "policy": "p", "dataSet": "d", "today": "2026-01-01" }, "expect": {} } ] }""", "no policy 'p'")]
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
