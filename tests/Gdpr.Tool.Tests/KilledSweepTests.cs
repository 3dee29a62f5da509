using System.Diagnostics;
using System.Globalization;
using Gdpr.Tool.Tests.Support;

namespace Gdpr.Tool.Tests;

/// <summary>The command killed in the middle of a sweep, by the system, with nothing to say about it; and run again.</summary>
public sealed class KilledSweepTests : IDisposable
{
    private const int Rows = 10_000;

    private readonly Shop _shop = new Shop().WithCustomers();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    public async Task A_sweep_that_was_killed_is_finished_by_the_next(int batches)
    {
        _shop.Execute(string.Create(CultureInfo.InvariantCulture, $"""
            WITH RECURSIVE numbers (n) AS (SELECT 100 UNION ALL SELECT n + 1 FROM numbers WHERE n < {100 + Rows - 1})
            INSERT INTO customers SELECT n, 's' || n, 'N', 'e@shop.example', '2024-01-31', '2024-01-15' FROM numbers
            """));
        using (var sweep = Start("sweep", _shop.Policy, "--database", _shop.Database, "--approve", "--by", "data-protection-officer"))
        {
            // 500 records are a batch.
            while (Count("customers") > Rows + 4 - (500 * batches))
            {
                sweep.HasExited.ShouldBeFalse("it is killed on its way");
            }

            sweep.Kill();
            await sweep.WaitForExitAsync();
            sweep.ExitCode.ShouldBe(128 + 9);
        }

        var left = Count("customers");
        left.ShouldBeInRange(500, Rows);
        (await _shop.RunAsync("sweep")).Error.ShouldContain("died at it less than half a minute ago");
        Count("customers").ShouldBe(left);

        // Half a minute later.
        Shop.Execute(Journal, "UPDATE gdpr_lease SET until = '2026-01-01T00:00:00.0000000Z'");
        var finished = await _shop.RunAsync("sweep");

        finished.ExitCode.ShouldBe(ExitCode.Done, finished.Error);
        _shop.Customers.ShouldBe("1,3");
        var verified = await _shop.JournalAsync("verify");
        verified.ExitCode.ShouldBe(ExitCode.Done, verified.Error);
        Count("gdpr_evidence_record WHERE batch > 0").ShouldBe(Rows + 2);
        Shop.Text(_shop.Database, "SELECT count(DISTINCT record) FROM gdpr_evidence_record WHERE batch > 0").ShouldBe($"{Rows + 2}");
        Shop.Text(Journal, "SELECT sum(json_extract(data, '$.erased')) FROM gdpr_journal WHERE type = 'disposal-batch'").ShouldBe($"{Rows + 2}");
        const string Steps = "SELECT type FROM gdpr_journal WHERE type LIKE 'disposal-%' AND type <> 'disposal-batch' ORDER BY position";
        Shop.Text(Journal, $"SELECT group_concat(type, ' ') FROM ({Steps})").ShouldBe("disposal-planned disposal-interrupted disposal-planned disposal-completed");
    }

    public void Dispose() => _shop.Dispose();

    private string Journal => _shop.Database + ".gdpr.db";

    private int Count(string table) => int.Parse(Shop.Text(_shop.Database, $"SELECT count(*) FROM {table}"), CultureInfo.InvariantCulture);

    private static Process Start(params string[] args) => Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "gdpr.dll"), .. args])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
