using System.Diagnostics;
using System.Globalization;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Benchmarks;

/// <summary>A sweep of a PostgreSQL table in the real container, with its stores on the same server, against one statement per batch by hand: after each batch of the one a
/// batch of the other, each on a database of its own with the same rows and the same holds.</summary>
internal static class PostgresComparison
{
    private const int BatchSize = 50_000;

    private static readonly long[] Usual = [1_000_000, 10_000_000];

    public static async Task RunAsync(IReadOnlyList<string> sizes, bool isEfCore = false)
    {
        foreach (var detail in new[] { EvidenceDetail.PerBatch, EvidenceDetail.PerRecord })
        {
            // Both warm up.
            await CompareAsync(100_000, 50, detail, isEfCore);
        }

        foreach (var rows in sizes.Count == 0 ? Usual : sizes is ["huge"] ? [.. Usual, 50_000_000] : sizes.Select(size => long.Parse(size, CultureInfo.InvariantCulture)))
        {
            foreach (var due in new[] { 50, 10 })
            {
                foreach (var detail in new[] { EvidenceDetail.PerBatch, EvidenceDetail.PerRecord })
                {
                    Console.WriteLine($"{rows} rows, {due} % due, evidence {(detail == EvidenceDetail.PerBatch ? "per batch" : "per record")}: {await CompareAsync(rows, due, detail, isEfCore)}");
                }
            }
        }
    }

    private static async Task<string> CompareAsync(long rows, int due, EvidenceDetail detail, bool isEfCore)
    {
        await using var table = await PostgresTable.CreateAsync(rows, due);
        await using var twin = await PostgresTable.CreateAsync(rows, due);
        var keys = InMemoryKeyRing.WithRandomKey();
        await using var provider = Host(table, keys, detail, isEfCore);
        using var byHand = new HandwrittenPostgresSweep(await twin.OpenAsync(), keys, BatchSize, detail);
        var sweep = provider.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
        GC.Collect();
        var turns = new PostgresTurns(byHand);
        var result = await sweep.RunAsync(turns);
        turns.End();
        if (!result.IsComplete || await table.CountAsync() != rows - table.Due || await twin.CountAsync() != rows - table.Due)
        {
            throw new InvalidOperationException($"The two do not agree: {result.DataSets[0].Status} {result.DataSets[0].Detail}.");
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"by hand {table.Due / turns.Naives.Sum() * 1000:F0} rows/s, ours {table.Due / turns.Owns.Sum() * 1000:F0} rows/s, ratio {turns.Naives.Sum() / turns.Owns.Sum():F2}; "
            + $"per batch of {BatchSize}, median: {Median(turns.Naives):F1} ms and {Median(turns.Owns):F1} ms, ratio {Median(turns.Naives) / Median(turns.Owns):F2}; "
            + $"last tenth to first: {Median(Last(turns.Naives)) / Median(First(turns.Naives)):F2} and {Median(Last(turns.Owns)) / Median(First(turns.Owns)):F2}; "
            + $"after the last batch {turns.NaiveRest:F0} ms and {turns.OwnRest:F0} ms, which surveys what is left");
    }

    private static ServiceProvider Host(PostgresTable table, IKeyRing keys, EvidenceDetail detail, bool isEfCore)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new ShiftedTime(Instant.FromUtc(2026, 6, 15, 12, 0)));
        services.AddDbContextPool<CustomerContext>(options => options.UseNpgsql(table.ConnectionString, npgsql => npgsql.EnableRetryOnFailure()));
        services.AddGdpr(gdpr =>
        {
            gdpr.UsePolicy(CustomerTable.Policy).UsePostgreSql(table.ConnectionString).UseKeyRing("memory", _ => keys).ConfigureSweep(options => options.BatchSize = BatchSize);
            _ = isEfCore
                ? gdpr.AddDbContextSource<CustomerContext>("crm", options => options.StartUncovered("a benchmark").Evidence = detail)
                : gdpr.AddPostgreSqlSource("crm", table.ConnectionString, map => map.DataSet(CustomerTable.DataSet), detail);
        });
        return services.BuildServiceProvider();
    }

    private static double Median(IReadOnlyCollection<double> times) => times.Count == 0 ? double.NaN : times.Order().ElementAt(times.Count / 2);

    private static double[] First(List<double> times) => [.. times.Take(Math.Max(1, times.Count / 10))];

    private static double[] Last(List<double> times) => [.. times.SkipLast(1).TakeLast(Math.Max(1, times.Count / 10))];

    /// <summary>A clock that begins at a given instant.</summary>
    private sealed class ShiftedTime(Instant now) : TimeProvider
    {
        private readonly long _begun = Stopwatch.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => now.ToDateTimeOffset() + Stopwatch.GetElapsedTime(_begun);
    }

    /// <summary>Takes turns: told that a batch of the one is done, does one of the other.</summary>
    private sealed class PostgresTurns(HandwrittenPostgresSweep byHand) : IProgress<SweepProgress>
    {
        private long _since = Stopwatch.GetTimestamp();

        public List<double> Naives { get; } = [];

        public List<double> Owns { get; } = [];

        public double NaiveRest { get; private set; }

        public double OwnRest { get; private set; }

        public void Report(SweepProgress value)
        {
            Owns.Add(Stopwatch.GetElapsedTime(_since).TotalMilliseconds);
            var start = Stopwatch.GetTimestamp();
            byHand.Next();
            Naives.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            _since = Stopwatch.GetTimestamp();
        }

        public void End()
        {
            OwnRest = Stopwatch.GetElapsedTime(_since).TotalMilliseconds;
            var start = Stopwatch.GetTimestamp();
            while (byHand.Next() > 0)
            {
            }

            NaiveRest = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
    }
}
