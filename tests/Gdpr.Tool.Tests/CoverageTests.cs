using System.Text.Json;
using Gdpr.Tool.Terminals;
using Gdpr.Tool.Tests.Support;

namespace Gdpr.Tool.Tests;

public sealed class CoverageTests : IDisposable
{
    private readonly Shop _shop = new();

    [Fact]
    public async Task What_is_found_stands_on_lines_and_somebody_has_to_look()
    {
        _shop.Execute("CREATE TABLE calls (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers (id), phone TEXT)");
        var before = await File.ReadAllBytesAsync(_shop.Database);

        var run = await _shop.RunAsync("coverage");

        run.ExitCode.ShouldBe(ExitCode.Findings, run.Error);
        run.Lines.ShouldBe(
        [
            "C-COV-01 calls: Its rows reach a person (calls(customer) -> customers), and the table is neither mapped nor excused. "
                + "Map it as a data set or under the children of what it refers to, or excuse it with a reason.",
            "C-COV-04 calls.phone: Its name says that it holds a phone number, and no field of the policy classifies it. "
                + "Map it to a field with a category such as contact.phone, or excuse it by its own name with a reason.",
            "C-COV-06 shop.letters: The policy declares this data set of system 'shop', and nothing is mapped to it. "
                + "Map it to the table that holds it, or excuse it with a reason, such as where else it is.",
            "3 findings.",
        ]);
        (await File.ReadAllBytesAsync(_shop.Database)).ShouldBe(before);
        File.Exists(_shop.PathOf("shop.db.gdpr.db")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_complete_mapping_is_done()
    {
        await File.WriteAllTextAsync(_shop.PathOf("shop.db.mapping.json"), """{ "dataSets": { "shop.customers": {} }, "excused": { "shop.letters": "On paper, in the archive." } }""");

        var run = await _shop.RunAsync("coverage");

        run.ExitCode.ShouldBe(ExitCode.Done, run.Error);
        run.Output.ShouldBe("no findings.\n");
    }

    [Fact]
    public async Task Todays_gaps_are_recorded_and_only_new_ones_count()
    {
        var gaps = _shop.PathOf("gaps.json");
        var recorded = await RunOnAsync(2026, 11, 22, "--write-baseline", gaps, "--owner", "shop team", "--mend-by", "2027-11-22");
        recorded.ExitCode.ShouldBe(ExitCode.Done, recorded.Error);
        recorded.Output.ShouldBe("no findings, 1 known gap with time left.\n");
        (await File.ReadAllTextAsync(gaps)).ShouldBe("""
            {
              "gaps": [
                {
                  "code": "C-COV-06",
                  "place": "shop.letters",
                  "owner": "shop team",
                  "mendBy": "2027-11-22"
                }
              ]
            }

            """.ReplaceLineEndings("\n"));

        _shop.Execute("ALTER TABLE customers ADD COLUMN phone TEXT");
        (await RunOnAsync(2026, 11, 23, "--baseline", gaps)).Lines[0].ShouldStartWith("C-COV-04 customers.phone: ");

        // Recording again puts nothing off.
        var again = await RunOnAsync(2027, 1, 10, "--write-baseline", gaps, "--owner", "new team", "--mend-by", "2027-12-31");
        again.ExitCode.ShouldBe(ExitCode.Done, again.Error);
        (await File.ReadAllTextAsync(gaps)).ShouldContain("2027-11-22");
        (await RunOnAsync(2027, 11, 22, "--baseline", gaps)).ExitCode.ShouldBe(ExitCode.Done);

        var lapsed = await RunOnAsync(2027, 11, 23, "--baseline", gaps);
        lapsed.ExitCode.ShouldBe(ExitCode.Findings);
        lapsed.Lines.Length.ShouldBe(2);
        lapsed.Lines[0].ShouldContain("It was to be mended by 2027-11-22 (shop team).");
        lapsed.Lines[1].ShouldBe("no findings, 1 known gap whose day has passed, 1 known gap with time left.");
    }

    [Fact]
    public async Task A_gap_that_is_gone_is_named_and_does_not_fail()
    {
        await File.WriteAllTextAsync(_shop.PathOf("shop.db.mapping.json"), """{ "dataSets": { "shop.customers": {} }, "excused": { "shop.letters": "On paper, in the archive." } }""");
        await File.WriteAllTextAsync(_shop.PathOf("gaps.json"), """{ "gaps": [{ "code": "C-COV-06", "place": "shop.letters", "owner": "shop team", "mendBy": "2027-01-31" }] }""");

        var run = await RunOnAsync(2026, 11, 22, "--baseline", _shop.PathOf("gaps.json"));

        run.ExitCode.ShouldBe(ExitCode.Done);
        run.Lines[0].ShouldBe("C-COV-06 shop.letters: it does not occur any more. Take it out of the baseline.");
    }

    [Theory]
    [InlineData("2027-11-23", "2027-11-22 at the latest")]
    [InlineData("2026-11-21", "which has passed")]
    public async Task A_day_too_far_ahead_or_past_is_refused_and_nothing_written(string mendBy, string why)
    {
        var run = await RunOnAsync(2026, 11, 22, "--write-baseline", _shop.PathOf("gaps.json"), "--owner", "shop team", "--mend-by", mendBy);

        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain(why);
        File.Exists(_shop.PathOf("gaps.json")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("--write-baseline", "gaps.json")]
    [InlineData("--owner", "shop team")]
    [InlineData("--postgres", "Host=localhost")]
    public async Task Options_that_do_not_go_together_are_refused(params string[] args)
    {
        var run = await _shop.RunAsync("coverage", args);

        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldContain(args[0]);
    }

    [Fact]
    public async Task A_connection_string_that_is_none_is_not_repeated()
    {
        var run = await ToolRun.OfAsync("coverage", _shop.Policy, "--postgres", "Host=x;Secret Word=hush");

        run.ExitCode.ShouldBe(ExitCode.BadInput);
        run.Error.ShouldNotContain("hush");
    }

    [Fact]
    public async Task The_findings_are_also_data()
    {
        var run = await _shop.RunAsync("coverage", "--output", "json");

        using var report = JsonDocument.Parse(run.Output);
        report.RootElement.GetProperty("complete").GetBoolean().ShouldBeFalse();
        report.RootElement.GetProperty("new")[0].GetProperty("code").GetString().ShouldBe("C-COV-06");
        report.RootElement.GetProperty("new")[0].GetProperty("place").GetString().ShouldBe("shop.letters");
        report.RootElement.GetProperty("known").GetArrayLength().ShouldBe(0);
    }

    public void Dispose() => _shop.Dispose();

    private Task<ToolRun> RunOnAsync(int year, int month, int day, params string[] args) => ToolRun.OfAsync(
        TerminalTraits.Redirected, "", new FixedTime(new DateTimeOffset(year, month, day, 12, 0, 0, TimeSpan.Zero)), ["coverage", _shop.Policy, "--database", _shop.Database, .. args]);

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
