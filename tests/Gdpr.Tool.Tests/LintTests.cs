using System.Text.Json;
using Gdpr.Policies;
using Gdpr.Tool.Terminals;
using Gdpr.Tool.Tests.Support;

namespace Gdpr.Tool.Tests;

public sealed class LintTests : IDisposable
{
    private const string Broken = """
        {
          "policy": "example", "version": "1", "effective": "2026-01-01",
          "systems": {},
          "activites": {}
        }
        """;

    private readonly TemporaryFiles _files = new();

    [Fact]
    public async Task Findings_are_lines_that_editors_jump_to_when_redirected()
    {
        var path = _files.Write("broken.json", Broken);
        var run = await ToolRun.OfAsync("lint", path);
        run.ExitCode.ShouldBe(ExitCode.Findings);
        run.Lines.ShouldContain(line => line.StartsWith($"{path}(4,3): error E-JSON-02 at /activites: ", StringComparison.Ordinal));
        run.Lines[^1].ShouldStartWith($"{path}: ");
        run.Lines[^1].ShouldContain("errors");
    }

    [Fact]
    public async Task Every_finding_of_the_reader_is_reported_with_its_mend()
    {
        var path = _files.Write("broken.json", Broken);
        var findings = PolicyReader.Read(Broken).Findings;
        var lines = (await ToolRun.OfAsync("lint", path)).Lines;
        lines.Length.ShouldBe(findings.Count + 1);
        foreach (var (finding, line) in findings.Zip(lines))
        {
            line.ShouldContain(finding.Code);
            line.ShouldContain(finding.Message);
            line.ShouldContain(finding.Mend);
        }

        var json = JsonDocument.Parse((await ToolRun.OfAsync("lint", path, "--output", "json")).Output).RootElement;
        json.GetProperty("usable").GetBoolean().ShouldBeFalse();
        json.GetProperty("findings").EnumerateArray().Select(finding => (finding.GetProperty("code").GetString()!, finding.GetProperty("line").GetInt32()))
            .ShouldBe(findings.Select(finding => (finding.Code, finding.Line)));
    }

    [Fact]
    public async Task On_a_terminal_findings_are_a_table()
    {
        var watched = new TerminalTraits(OutputIsTerminal: true, ErrorIsTerminal: true, HasColour: true, Width: 100, HasAnsi: true);
        var run = await ToolRun.OfAsync(watched, "", "lint", _files.Write("broken.json", Broken));
        run.Output.ShouldContain("E-JSON-02");
        run.Output.ShouldContain("│");
        run.Output.ShouldContain("\u001b[");
    }

    [Fact]
    public async Task A_policy_can_be_named_with_its_hash()
    {
        var json = JsonDocument.Parse((await ToolRun.OfAsync("lint", Golden.PathOf("policy.json"), "--output", "json")).Output).RootElement;
        json.GetProperty("policy").GetString().ShouldBe("example");
        json.GetProperty("hash").GetString().ShouldBe(PolicyReader.Parse(File.ReadAllText(Golden.PathOf("policy.json"))).Hash);
    }

    [Fact]
    public async Task The_exit_code_is_that_of_the_gravest_finding()
    {
        var findings = PolicyReader.Read(File.ReadAllText(Golden.PathOf("policy.json"))).Findings;
        findings.ShouldNotContain(finding => finding.Severity == FindingSeverity.Error);
        findings.ShouldContain(finding => finding.Severity == FindingSeverity.Warning);
        (await ToolRun.OfAsync("lint", Golden.PathOf("policy.json"))).ExitCode.ShouldBe(ExitCode.Findings);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("")]
    [InlineData("[]")]
    public async Task What_is_no_policy_at_all_is_bad_input(string text)
    {
        var run = await ToolRun.OfAsync("lint", _files.Write("policy.json", text));
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Output.ShouldContain("E-JSON-0");
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_bad_input()
    {
        var run = await ToolRun.OfAsync("lint", _files.PathOf("none.json"));
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldBe($"{_files.PathOf("none.json")}: there is no such file. Correct the path.\n");
    }

    [Fact]
    public async Task A_folder_is_bad_input()
    {
        var run = await ToolRun.OfAsync("lint", Path.GetDirectoryName(_files.PathOf("x"))!);
        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain("cannot be read");
    }

    public void Dispose() => _files.Dispose();
}
