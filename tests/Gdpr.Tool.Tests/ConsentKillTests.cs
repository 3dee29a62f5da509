using System.Diagnostics;
using Gdpr.Tool.Tests.Support;

namespace Gdpr.Tool.Tests;

/// <summary>An import that is killed, as a process of its own.</summary>
public sealed class ConsentKillTests : IDisposable
{
    private const int People = 6_000;

    private readonly Shop _shop = new Shop().WithCustomers().WithConsent();

    [Fact]
    public async Task Wherever_an_import_is_killed_the_next_goes_on_and_everybody_is_imported_once()
    {
        string[] lines = [ConsentPolicy.Header, .. Enumerable.Range(1, People).Select(ConsentPolicy.Line)];
        var recorded = 0L;
        foreach (var fed in new[] { 2400, 3700, 5100 })
        {
            await KillAsync(lines, fed);
            var now = Recorded();
            now.ShouldBeGreaterThan(recorded, $"after {fed} lines");
            now.ShouldBeLessThanOrEqualTo(fed);
            recorded = now;
        }

        var file = _shop.Write("consents.csv", lines);
        var run = await _shop.RunAsync("consent import", "--file", file);

        run.ExitCode.ShouldBe(ExitCode.Done, run.Error);
        run.Lines[0].ShouldBe($"{People - recorded} imported, {recorded} on record already, 0 refused, 0 not readable.");
        Recorded().ShouldBe(People);
        Count("SELECT count(DISTINCT subject) FROM gdpr_journal WHERE type = 'consent-given'").ShouldBe(People);
        Count("SELECT count(*) FROM gdpr_payload WHERE purpose = 'consent-proof'").ShouldBeGreaterThanOrEqualTo(People);
        (await _shop.JournalAsync("verify")).ExitCode.ShouldBe(ExitCode.Done);
        (await _shop.RunAsync("consent import", "--file", file)).Lines[0].ShouldBe($"0 imported, {People} on record already, 0 refused, 0 not readable.");
    }

    public void Dispose() => _shop.Dispose();

    /// <summary>Feeds some lines: what does not fit into the pipe has been read, and all but the last of it recorded. Then kills, whatever it is at.</summary>
    private async Task KillAsync(string[] lines, int fed)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "gdpr.dll"), "consent", "import", _shop.Policy, "--database", _shop.Database, "--file", "-"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        foreach (var line in lines.Take(fed))
        {
            await process.StandardInput.WriteLineAsync(line);
        }

        await process.StandardInput.FlushAsync();
        process.Kill();
        await process.WaitForExitAsync();
    }

    private long Recorded() => Count("SELECT count(*) FROM gdpr_journal WHERE type = 'consent-given'");

    private long Count(string sql) => long.Parse(Shop.Text(_shop.Database + ".gdpr.db", sql), System.Globalization.CultureInfo.InvariantCulture);
}
