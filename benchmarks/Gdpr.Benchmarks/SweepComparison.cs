using System.Diagnostics;
using System.Globalization;
using Gdpr.Disposal;
using Gdpr.Journals;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Benchmarks;

/// <summary>A sweep of a SQLite table in the real container, against what one writes by hand: after each batch of the one a batch of the other, each on a
/// database of its own with the same rows.</summary>
internal static class SweepComparison
{
    private const int BatchSize = 500;
    private const double Mebibyte = 1_048_576;

    public static async Task RunAsync(IReadOnlyList<int> sizes)
    {
        using (var table = new CustomerTable(20_000, 100, isIndexed: false))
        using (var twin = new CustomerTable(20_000, 100, isIndexed: false))
        {
            // Both warm up.
            await CompareAsync(table, twin, isIndexed: false);
        }

        foreach (var (rows, due) in sizes.SelectMany(rows => new[] { (rows, 100), (rows, 10) }))
        {
            foreach (var isIndexed in new[] { false, true })
            {
                using var table = new CustomerTable(rows, due, isIndexed);
                using var twin = new CustomerTable(rows, due, isIndexed);
                Console.WriteLine($"{rows} rows, {due} % due{(isIndexed ? ", index" : "")}: {await CompareAsync(table, twin, isIndexed)}");
            }
        }
    }

    private static async Task<string> CompareAsync(CustomerTable table, CustomerTable twin, bool isIndexed)
    {
        var keys = InMemoryKeyRing.WithRandomKey();
        var now = Instant.FromUtc(2026, 6, 15, 12, 0);
        await using var provider = Host(table, keys, now);
        using var byHand = new HandwrittenSweep(twin, keys, BatchSize, now, isIndexed);
        var sweep = provider.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
        GC.Collect();
        var turns = new Turns(byHand);
        var result = await sweep.RunAsync(turns);
        turns.End();
        if (!result.IsComplete || table.Count() != twin.Count() || table.Count() != (table.Rows - table.Due, table.Due))
        {
            throw new InvalidOperationException("The two do not agree.");
        }

        var process = Process.GetCurrentProcess();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"by hand {table.Due / turns.Naive.TotalSeconds:F0} rows/s, ours {table.Due / turns.Own.TotalSeconds:F0} rows/s, ratio {turns.Naive / turns.Own:F2}; "
            + $"per batch, lowest tenth: {Tenth(turns.Naives):F2} ms and {Tenth(turns.Owns):F2} ms, ratio {Tenth(turns.Naives) / Tenth(turns.Owns):F2}; "
            + $"median: {Median(turns.Naives):F2} ms and {Median(turns.Owns):F2} ms, ratio {Median(turns.Naives) / Median(turns.Owns):F2}; "
            + $"after the last batch {turns.NaiveRest.TotalMilliseconds:F0} ms and {turns.OwnRest.TotalMilliseconds:F0} ms; "
            + $"managed memory at most {turns.Peak / Mebibyte:F1} MiB, process {process.PeakWorkingSet64 / Mebibyte:F0} MiB");

        static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
        static double Tenth(List<double> times) => times.Order().ElementAt(times.Count / 10);
    }

    private static ServiceProvider Host(CustomerTable table, IKeyRing keys, Instant now)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new ShiftedTime(now));
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

    /// <summary>Takes turns: told that a batch of the one is done, does one of the other.</summary>
    private sealed class Turns(HandwrittenSweep byHand) : IProgress<SweepProgress>
    {
        private long _since = Stopwatch.GetTimestamp();

        public List<double> Naives { get; } = [];

        public List<double> Owns { get; } = [];

        public TimeSpan NaiveRest { get; private set; }

        public TimeSpan OwnRest { get; private set; }

        public TimeSpan Naive => TimeSpan.FromMilliseconds(Naives.Sum()) + NaiveRest;

        public TimeSpan Own => TimeSpan.FromMilliseconds(Owns.Sum()) + OwnRest;

        public long Peak { get; private set; }

        public void Report(SweepProgress value)
        {
            Owns.Add(Stopwatch.GetElapsedTime(_since).TotalMilliseconds);
            Peak = Math.Max(Peak, GC.GetTotalMemory(forceFullCollection: false));
            var start = Stopwatch.GetTimestamp();
            byHand.Next();
            Naives.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            _since = Stopwatch.GetTimestamp();
        }

        public void End()
        {
            OwnRest = Stopwatch.GetElapsedTime(_since);
            var start = Stopwatch.GetTimestamp();
            while (byHand.Next() > 0)
            {
            }

            byHand.Tidy();
            NaiveRest = Stopwatch.GetElapsedTime(start);
        }
    }
}
