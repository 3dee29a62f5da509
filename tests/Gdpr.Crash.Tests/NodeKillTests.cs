using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gdpr.CrashApp.Shop;
using Gdpr.Files.Keys;
using Gdpr.Journals;
using Gdpr.PostgresServer;
using NodaTime;

namespace Gdpr.Crash.Tests;

/// <summary>Real processes that share the runs over one PostgreSQL database, two at once, killed and replaced. <c>GDPR_KILLS</c> says how many kills; 12 unless
/// stated.</summary>
public sealed class NodeKillTests
{
    private const int Each = 40;
    private const int Seed = 20261122;
    private const int Rounds = 3;
    private const int KillsOfNode = 2;

    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("GDPR_KILLS") ?? "12", CultureInfo.InvariantCulture);

    [PostgresFact]
    public async Task Whenever_nodes_that_share_a_run_are_killed_and_replaced_the_next_run_leaves_what_an_uninterrupted_one_leaves()
    {
        var keys = Path.GetTempFileName();
        File.Delete(keys);
        FileKeyRing.Create(keys);
        try
        {
            await using var expected = await ServerWorld.CreateAsync(Each, keys);
            using var uninterrupted = Worker.Start(expected, CrashShop.Now);
            var lines = (await uninterrupted.EndAsync()).Count;
            var (dump, evidence) = (await expected.DumpAsync(), await expected.EvidenceAsync());
            await using (var host = expected.Open(CrashShop.Now))
            {
                await host.ShouldBeWholeAsync("uninterrupted");
                Books.NothingErasedShouldBeThere(host, evidence, await expected.RecordsAsync());
            }

            dump.ShouldNotContain(CrashShop.Marker);
            evidence.Count.ShouldBe((4 * Each) - 4, "of each kind one is under a hold");
            evidence.ShouldBeUnique();

            var (killed, shared) = (0, 0);
            for (var number = 0; killed < Kills; number++)
            {
                number.ShouldBeLessThan(Kills, "processes are found at work");
                await using var world = await ServerWorld.CreateAsync(Each, keys);
                var because = $"world {number}";
                var now = CrashShop.Now;
                for (var round = 0; round < Rounds; round++)
                {
                    // Whoever was killed in the round before has lost its leases by now; within a round a replacement finds them.
                    killed += await RoundAsync(world, now, lines, new Random(Seed + (Rounds * number) + round));
                    now += Duration.FromMinutes(1);
                }

                using var last = Worker.Start(world, now);
                (await last.EndAsync()).Where(line => line.StartsWith('=')).ShouldAllBe(line => line.Contains(" Completed ", StringComparison.Ordinal), because);
                (await world.DumpAsync()).ShouldBe(dump, because);
                (await world.EvidenceAsync()).ShouldBe(evidence, because);
                await using var host = world.Open(now);
                await host.ShouldBeWholeAsync(because);
                shared += await SharedRunsAsync(host);
            }

            shared.ShouldBeGreaterThan(0, "nodes join one another's runs");
        }
        finally
        {
            File.Delete(keys);
        }
    }

    /// <summary>Two nodes at once, each killed somewhere in its work, replaced, and killed again.</summary>
    /// <returns>How many were killed at work.</returns>
    private static async Task<int> RoundAsync(ServerWorld world, Instant now, int lines, Random random)
    {
        var begun = Stopwatch.GetTimestamp();
        var share = Math.Max(2, lines / 4);
        var points = Enumerable.Range(0, 2).Select(_ => PointsOfNode().ToArray()).ToArray();
        var killed = await Task.WhenAll(points.Select(async node =>
        {
            var kills = 0;
            foreach (var (after, pause) in node)
            {
                // The nodes' clocks agree.
                using var worker = Worker.Start(world, now + Duration.FromTimeSpan(Stopwatch.GetElapsedTime(begun)), "sweep");
                await worker.ReadAsync(after);
                Spin(pause);
                kills += await worker.KillAsync() ? 1 : 0;
            }

            return kills;
        }));
        return killed.Sum();

        IEnumerable<(int Lines, int Microseconds)> PointsOfNode() => Enumerable.Range(0, KillsOfNode).Select(_ => (random.Next(share), random.Next(3000)));
    }

    /// <summary>Not only where it has just said something.</summary>
    private static void Spin(int microseconds)
    {
        var (begun, pause) = (Stopwatch.GetTimestamp(), TimeSpan.FromMicroseconds(microseconds));
        while (Stopwatch.GetElapsedTime(begun) < pause)
        {
            Thread.Yield();
        }
    }

    /// <summary>How many runs over a data set more than one node had a plan in.</summary>
    private static async Task<int> SharedRunsAsync(CrashHost host)
    {
        var runs = new List<string>();
        await foreach (var entry in host.Get<IJournalStore>().ReadAllAsync(0, CancellationToken.None))
        {
            if (entry.Content.Type == "disposal-planned")
            {
                using var json = JsonDocument.Parse(entry.Content.Data);
                runs.Add($"{json.RootElement.GetProperty("run").GetString()} {json.RootElement.GetProperty("dataSet").GetString()}");
            }
        }

        return runs.GroupBy(run => run, StringComparer.Ordinal).Count(run => run.Count() > 1);
    }
}
