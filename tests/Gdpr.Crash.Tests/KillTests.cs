using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Gdpr.CrashApp.Shop;
using Gdpr.Disposal;
using NodaTime;

namespace Gdpr.Crash.Tests;

/// <summary>Real processes, killed while they sweep several data sets. <c>GDPR_KILLS</c> says how many; 50 unless stated.</summary>
public sealed class KillTests
{
    private const int Each = 16;
    private const int Seed = 20261122;

    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("GDPR_KILLS") ?? "50", CultureInfo.InvariantCulture);

    [Fact]
    public Task Whenever_a_process_is_killed_the_next_run_leaves_what_an_uninterrupted_one_leaves() => ShouldLeaveTheSameAsync(hasModel: false, Kills, atLeast: Kills);

    [Fact]
    public Task A_process_that_sweeps_through_the_model_of_an_application_may_be_killed_likewise() => ShouldLeaveTheSameAsync(hasModel: true, Kills / 3, atLeast: Kills / 4);

    private static async Task ShouldLeaveTheSameAsync(bool hasModel, int kills, int atLeast)
    {
        using var template = await World.CreateAsync(Each, hasModel: hasModel);
        using var expected = template.Copy();
        using var uninterrupted = Worker.Start(expected, CrashShop.Now);
        var lines = (await uninterrupted.EndAsync()).Count;
        var (dump, evidence) = (expected.Dump(), expected.Evidence());
        await using (var host = expected.Open(CrashShop.Now))
        {
            await host.ShouldBeWholeAsync("uninterrupted");
            expected.NothingErasedShouldBeThere(host);
        }

        expected.FilesWith(CrashShop.Marker).ShouldBeEmpty();
        evidence.Count.ShouldBe((4 * Each) - 4, "of each kind one is under a hold");
        evidence.Distinct().Count().ShouldBe(evidence.Count);

        // Evenly over the whole run, each somewhere in its share of it.
        var killed = new ConcurrentBag<int>();
        await Parallel.ForAsync(0, kills, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (kill, _) =>
        {
            var random = new Random(Seed + kill);
            using var world = template.Copy();
            var points = new List<int> { (int)((kill + random.NextDouble()) * lines / kills) };
            while (random.Next(4) == 0)
            {
                points.Add(random.Next(lines));
            }

            var now = CrashShop.Now;
            foreach (var point in points)
            {
                if (await KillAsync(world, now, point, random))
                {
                    killed.Add(point);
                }

                now += Duration.FromMinutes(1);
            }

            var because = $"kill {kill} after lines {string.Join(", ", points)}";
            await FinishAsync(world, now, inProcess: kill % 4 > 0, because);
            world.FilesWith(CrashShop.Marker).ShouldBeEmpty(because);
            world.Dump().ShouldBe(dump, because);
            world.Evidence().ShouldBe(evidence, because);
            await using var host = world.Open(now);
            await host.ShouldBeWholeAsync(because);
        });

        // The last ones may find it at its end already.
        killed.Count.ShouldBeGreaterThanOrEqualTo(atLeast);
    }

    private static async Task<bool> KillAsync(World world, Instant now, int lines, Random random)
    {
        using var worker = Worker.Start(world, now);
        await worker.ReadAsync(lines);

        // Not only where it has just said something.
        var (begun, pause) = (Stopwatch.GetTimestamp(), TimeSpan.FromMicroseconds(random.Next(3000)));
        while (Stopwatch.GetElapsedTime(begun) < pause)
        {
            Thread.Yield();
        }

        return await worker.KillAsync();
    }

    private static async Task FinishAsync(World world, Instant now, bool inProcess, string because)
    {
        if (inProcess)
        {
            await using var host = world.Open(now);
            var report = await host.PumpAsync();
            report.Steps.ShouldAllBe(step => step.Reason == null, because);
            report.DataSets.ShouldAllBe(dataSet => dataSet.Status == SweepStatus.Completed, because);
        }
        else
        {
            using var worker = Worker.Start(world, now);
            (await worker.EndAsync()).Where(line => line.StartsWith('=')).ShouldAllBe(line => line.Contains(" Completed ", StringComparison.Ordinal), because);
        }
    }
}
