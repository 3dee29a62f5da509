using System.Diagnostics;
using System.Globalization;

namespace Gdpr.Sqlite.Tests.Stores;

/// <summary>Several processes on one file, and processes that are killed.</summary>
public sealed class SqliteProcessTests : IDisposable
{
    private readonly TemporaryDatabase _database = new();

    [Fact]
    public async Task Two_processes_append_to_one_journal_at_once()
    {
        using var first = Start("shared", "40");
        using var second = Start("shared", "40");
        var outputs = await Task.WhenAll(first.StandardOutput.ReadToEndAsync(), second.StandardOutput.ReadToEndAsync());
        await Task.WhenAll(first.WaitForExitAsync(), second.WaitForExitAsync());

        (first.ExitCode, second.ExitCode).ShouldBe((0, 0));
        outputs.SelectMany(Positions).Distinct().Count().ShouldBe(80);
        var entries = await (await _database.OpenAsync()).Journal.AllAsync();
        entries.Count.ShouldBe(240);
        entries.ShouldHangTogether();
    }

    [Fact]
    public async Task A_process_that_is_killed_leaves_whole_batches_and_everything_that_it_was_told_is_done()
    {
        foreach (var lines in new[] { 1, 7, 23, 2, 40, 11 })
        {
            using var process = Start("killed");
            var told = 0L;
            for (var line = 0; line < lines; line++)
            {
                told = long.Parse((await process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
            }

            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();

            using var stores = await _database.OpenAsync();
            var entries = await stores.Journal.AllAsync();
            entries.Count.ShouldBeGreaterThanOrEqualTo((int)told);
            (entries.Count % 3).ShouldBe(0, "a batch is there as a whole or not at all");
            entries.ShouldHangTogether();
        }
    }

    public void Dispose() => _database.Dispose();

    private static IEnumerable<long> Positions(string output) =>
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => long.Parse(line, CultureInfo.InvariantCulture));

    private Process Start(string stream, params string[] more) => Process.Start(new ProcessStartInfo(
        Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "Gdpr.CrashApp.dll"), "append", _database.Path, stream, .. more])
    {
        RedirectStandardOutput = true,
        UseShellExecute = false,
    })!;
}
