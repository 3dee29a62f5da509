using Gdpr.CrashApp.Shop;
using Gdpr.Journals;
using Gdpr.Sqlite.Stores;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.CrashApp;

/// <summary>A process for tests to kill: it works until it is, and says on its output what it was told is done.</summary>
internal static class Program
{
    private static readonly Instant Start = Instant.FromUtc(2026, 1, 1, 0, 0);

    private static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["append", var database, var stream]:
                await AppendAsync(database, stream, int.MaxValue);
                return 0;
            case ["append", var database, var stream, var count]:
                await AppendAsync(database, stream, int.Parse(count));
                return 0;
            case ["sweep" or "pump" or "sweep-model" or "pump-model", var folder, var instant, var size, .. var server] when server.Length < 2:
                var (what, hasModel) = (arguments[0].Split('-')[0], arguments[0].EndsWith("-model", StringComparison.Ordinal));
                await WorkAsync(what == "pump", folder, InstantPattern.ExtendedIso.Parse(instant).Value, int.Parse(size), server.SingleOrDefault(), hasModel);
                return 0;
            default:
                await Console.Error.WriteLineAsync(
                    "append <database> <stream> [count] | sweep|pump|sweep-model|pump-model <folder> <instant> <batch size> [connection string of PostgreSQL]");
                return 2;
        }
    }

    /// <summary>Appends batches of three entries; after each the last position is written to the output.</summary>
    private static async Task AppendAsync(string database, string stream, int count)
    {
        using var stores = new SqliteStores($"Data Source={database}");
        await stores.Journal.PrepareAsync(CancellationToken.None);
        for (var batch = 0; batch < count; batch++)
        {
            var entries = Enumerable.Range(0, 3).Select(place => new NewJournalEntry("worked", Start, $$"""{"batch":{{batch}},"place":{{place}}}""")).ToArray();
            var appended = await stores.Journal.AppendAsync(stream, JournalStream.AnyVersion, Start, entries, null, CancellationToken.None);
            Console.WriteLine(appended[^1].Position);
        }
    }

    /// <summary>Does what is due in a folder, or in a database of a server; every call to a store or a source is written to the output, and then how each data set ended.</summary>
    private static async Task WorkAsync(bool isPump, string folder, Instant instant, int batchSize, string? server, bool hasModel)
    {
        await using var host = CrashHost.Open(folder, new ShiftedTime(instant), batchSize, Console.WriteLine, server, hasModel);
        var outcomes = isPump ? (await host.PumpAsync()).DataSets : await host.SweepAsync();
        foreach (var outcome in outcomes)
        {
            Console.WriteLine($"= {outcome.DataSet} {outcome.Status} {outcome.Reason} {outcome.Done.Records} {outcome.Detail}");
        }
    }
}
