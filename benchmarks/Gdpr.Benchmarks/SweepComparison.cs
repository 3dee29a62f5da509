using System.Diagnostics;
using System.Globalization;
using Gdpr.Disposal;
using Gdpr.Journals;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Benchmarks;

/// <summary>A sweep of a SQLite table in the real container, against what one writes by hand: whole runs in turn, each on a database of its own with the same
/// rows. Batches cannot take turns: a sweep looks for the records of the next while it journals one.</summary>
internal static class SweepComparison
{
    private const int BatchSize = 500;
    private const int MostRounds = 5;
    private const int RowsInAll = 1_000_000;
    private const double Mebibyte = 1_048_576;

    private static readonly Instant Now = Instant.FromUtc(2026, 6, 15, 12, 0);

    public static async Task RunAsync(IReadOnlyList<int> sizes)
    {
        // All warm up: as many batches as a compiler needs to do its best.
        await CompareAsync(100_000, 100, isIndexed: false, rounds: 1);
        foreach (var (rows, due) in sizes.SelectMany(rows => new[] { (rows, 100), (rows, 10) }))
        {
            foreach (var isIndexed in new[] { false, true })
            {
                var result = await CompareAsync(rows, due, isIndexed, rounds: Math.Clamp(RowsInAll / rows, 3, MostRounds));
                Console.WriteLine($"{rows} rows, {due} % due{(isIndexed ? ", index" : "")}: {result}");
            }
        }
    }

    private static async Task<string> CompareAsync(int rows, int due, bool isIndexed, int rounds)
    {
        var keys = InMemoryKeyRing.WithRandomKey();
        var (own, peak) = (new List<double>(), 0L);
        var byHand = Enum.GetValues<HandwrittenEvidence>().ToDictionary(evidence => evidence, _ => (Rates: new List<double>(), Ratios: new List<double>()));
        for (var round = 0; round < rounds; round++)
        {
            // What is by hand runs before and after in turn: a machine that gets slower is fair to both.
            var before = byHand.Keys.ToDictionary(evidence => evidence, ByHand);
            var (ofOwn, memory) = await SweepAsync(rows, due, isIndexed, keys);
            own.Add(ofOwn);
            peak = Math.Max(peak, memory);
            foreach (var (evidence, (rates, ratios)) in byHand)
            {
                rates.Add(before[evidence]);
                ratios.Add(ofOwn / ((before[evidence] + ByHand(evidence)) / 2));
            }
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"ours {Quartiles(own, "F0")} rows/s; {string.Join("; ", byHand.Select(one => Line(one.Key, one.Value)))}; managed memory at most {peak / Mebibyte:F1} MiB");

        static string Line(HandwrittenEvidence evidence, (List<double> Rates, List<double> Ratios) measured) =>
            $"{evidence} by hand {Quartiles(measured.Rates, "F0")} rows/s, ratio {Quartiles(measured.Ratios, "F2")}";

        double ByHand(HandwrittenEvidence evidence)
        {
            using var table = new CustomerTable(rows, due, isIndexed);
            using var sweep = new HandwrittenSweep(table, keys, BatchSize, Now, isIndexed, evidence);
            GC.Collect();
            var start = Stopwatch.GetTimestamp();
            while (sweep.Next() > 0)
            {
            }

            sweep.Tidy();
            return RateOf(table, Stopwatch.GetElapsedTime(start));
        }
    }

    private static async Task<(double Rate, long Memory)> SweepAsync(int rows, int due, bool isIndexed, IKeyRing keys)
    {
        using var table = new CustomerTable(rows, due, isIndexed);
        await using var provider = Host(table, keys);
        var (sweep, memory) = (provider.GetRequiredService<Sweep>(), new Memory());
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
        GC.Collect();
        var start = Stopwatch.GetTimestamp();
        var result = await sweep.RunAsync(memory);
        var rate = RateOf(table, Stopwatch.GetElapsedTime(start));
        return result.IsComplete ? (rate, memory.Peak) : throw new InvalidOperationException("The sweep is not complete.");
    }

    private static double RateOf(CustomerTable table, TimeSpan elapsed) =>
        table.Count() == (table.Rows - table.Due, table.Due) ? table.Due / elapsed.TotalSeconds : throw new InvalidOperationException("Not exactly the due are gone.");

    /// <summary>The median, and in brackets the quartiles.</summary>
    private static string Quartiles(List<double> values, string format)
    {
        double[] sorted = [.. values.Order()];
        return $"{Of(2)} ({Of(1)}-{Of(3)})";

        string Of(int quarters) => sorted[quarters * (sorted.Length - 1) / 4].ToString(format, CultureInfo.InvariantCulture);
    }

    private static ServiceProvider Host(CustomerTable table, IKeyRing keys)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new ShiftedTime(Now));
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(CustomerTable.Policy)
            .UseSqlite(table.StoresConnectionString)
            .UseKeyRing("memory", _ => keys)
            .ConfigureSweep(options => options.BatchSize = BatchSize)
            .AddSqlSource("crm", table.ConnectionString, map => map.DataSet(CustomerTable.DataSet)));
        return services.BuildServiceProvider();
    }

    /// <summary>A clock that begins at a given instant.</summary>
    private sealed class ShiftedTime(Instant now) : TimeProvider
    {
        private readonly long _begun = Stopwatch.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => now.ToDateTimeOffset() + Stopwatch.GetElapsedTime(_begun);
    }

    /// <summary>Looks at the memory after each batch.</summary>
    private sealed class Memory : IProgress<SweepProgress>
    {
        public long Peak { get; private set; }

        public void Report(SweepProgress value) => Peak = Math.Max(Peak, GC.GetTotalMemory(forceFullCollection: false));
    }
}
