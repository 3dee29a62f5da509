using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gdpr.CrashApp.Shop;
using Gdpr.Files.Keys;
using Gdpr.Journals;
using Gdpr.PostgresServer;
using NodaTime;

namespace Gdpr.Crash.Tests;

/// <summary>Real processes that share the runs over one PostgreSQL database, two at once, killed and replaced. <c>GDPR_KILLS</c> says how many kills; 36 unless
/// stated.</summary>
public sealed class NodeKillTests
{
    private const int Each = 40;
    private const int Seed = 20261122;
    private const int Rounds = 3;
    private const int KillsOfNode = 2;
    private const int Nodes = 2;
    private const int Shares = Rounds * KillsOfNode * Nodes;

    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("GDPR_KILLS") ?? "36", CultureInfo.InvariantCulture);

    [PostgresFact]
    public Task Whenever_nodes_that_share_a_run_are_killed_and_replaced_the_next_run_leaves_what_an_uninterrupted_one_leaves() =>
        ShouldLeaveTheSameAsync(hasModel: false, Kills);

    [PostgresFact]
    public Task Nodes_that_share_a_run_through_the_model_of_an_application_may_be_killed_likewise() => ShouldLeaveTheSameAsync(hasModel: true, Kills / 3);

    private static int QuartersOf(IEnumerable<double> killed) => killed.Select(done => Math.Min(3, (int)(4 * done))).Distinct().Count();

    private static async Task ShouldLeaveTheSameAsync(bool hasModel, int kills)
    {
        var keys = Path.GetTempFileName();
        File.Delete(keys);
        FileKeyRing.Create(keys);
        try
        {
            await using var expected = await ServerWorld.CreateAsync(Each, keys, hasModel);
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

            var (killed, shared) = (new List<double>(), 0);

            // Where within a run somebody is killed is chance: it goes on until every part of it has had its turn.
            for (var number = 0; killed.Count < kills || QuartersOf(killed) < 4; number++)
            {
                number.ShouldBeLessThan(kills, "processes are found at work");
                await using var world = await ServerWorld.CreateAsync(Each, keys, hasModel);
                var because = $"world {number}";
                var now = CrashShop.Now;
                for (var round = 0; round < Rounds; round++)
                {
                    // Whoever was killed in the round before has lost its leases by now; within a round a replacement finds them.
                    killed.AddRange(await RoundAsync(world, now, round, lines, evidence.Count, new Random(Seed + (Rounds * number) + round)));
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
            QuartersOf(killed).ShouldBe(4, "in each quarter of the run some are killed");
        }
        finally
        {
            File.Delete(keys);
        }
    }

    /// <summary>Two nodes at once, each killed somewhere in its work, replaced, and killed again, when a share of the run is done: evenly over the whole of it.</summary>
    /// <returns>For each that was killed at work, how much of the run was done by then, from 0 to 1.</returns>
    private static async Task<IReadOnlyList<double>> RoundAsync(ServerWorld world, Instant now, int round, int lines, int records, Random random)
    {
        var begun = Stopwatch.GetTimestamp();
        var points = Enumerable.Range(0, Nodes).Select(node => PointsOf(node).ToArray()).ToArray();
        var killed = await Task.WhenAll(points.Select(async node =>
        {
            var kills = new List<double>();
            foreach (var (after, done, pause) in node)
            {
                // The nodes' clocks agree.
                using var worker = Worker.Start(world, now + Duration.FromTimeSpan(Stopwatch.GetElapsedTime(begun)), "sweep");
                await worker.ReadAsync(after);

                // Its output is read on, or it would stand still when that is full.
                var ending = worker.ReadAsync(int.MaxValue);
                while (!ending.IsCompleted && await world.CountEvidenceAsync() < done * records)
                {
                    await Task.Delay(1);
                }

                Spin(pause);
                if (await worker.KillAsync())
                {
                    kills.Add((double)await world.CountEvidenceAsync() / records);
                }
            }

            return kills;
        }));
        return [.. killed.SelectMany(kills => kills)];

        // The nodes take turns: while one is being replaced, the other gets no further than the next share.
        IEnumerable<(int Lines, double Done, int Microseconds)> PointsOf(int node) => Enumerable.Range(0, KillsOfNode).Select(kill =>
            (1 + random.Next(lines / Shares), ((((round * KillsOfNode) + kill) * Nodes) + node + random.NextDouble()) / Shares, random.Next(3000)));
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
