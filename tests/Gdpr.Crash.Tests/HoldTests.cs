using System.Collections.Concurrent;
using System.Globalization;
using Gdpr.CrashApp.Shop;
using Gdpr.Disposal;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Crash.Tests;

/// <summary>Holds that arrive from another process while a process sweeps.</summary>
public sealed class HoldTests
{
    private const int Records = 1200;
    private const int Holds = 200;

    private static readonly string Due = $"SELECT id FROM customers WHERE name LIKE '{CrashShop.Marker}%'";

    [Fact]
    public async Task A_hold_that_arrives_during_a_sweep_is_granted_and_its_rows_are_there_or_refused_because_they_are_gone()
    {
        using var world = await World.CreateAsync(Records);
        using var worker = Worker.Start(world, CrashShop.Now, "sweep", batchSize: 2);
        while (Left(world).Count == Holds)
        {
            (await worker.ReadAsync(10)).ShouldBe(10, "it works on while some of what will be held is still there");
        }

        var ending = worker.EndAsync();
        var held = new ConcurrentDictionary<string, HeldStatus>(StringComparer.Ordinal);
        await using (var host = world.Open(CrashShop.Now))
        {
            await Parallel.ForAsync(0, Holds, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (hold, _) =>
            {
                var key = KeyOf(hold);
                held[key] = await host.Get<LegalHolds>().PlaceAsync(World.HeldRecord(CrashShop.Customers, key), cancellationToken: CancellationToken.None);
            });
        }

        // On a slow machine the holds may keep the sweep waiting for longer than it has patience: then the next run does the rest.
        var outcome = (await ending).First(line => line.StartsWith('='));
        new[] { "Completed", "Failed E-FACT-01" }.ShouldContain(how => outcome.StartsWith($"= {CrashShop.Customers} {how}", StringComparison.Ordinal), outcome);
        await using var next = world.Open(CrashShop.Now + Duration.FromMinutes(1));
        (await next.PumpAsync()).DataSets.ShouldAllBe(dataSet => dataSet.Status == SweepStatus.Completed);
        var phases = (await next.Get<LegalHolds>().ListAsync()).ToDictionary(hold => hold.Id, hold => hold.Phase, StringComparer.Ordinal);
        var there = Left(world);
        foreach (var (key, hold) in held)
        {
            (phases[hold.Id], there.Contains(key)).ShouldBeOneOf((HoldPhase.Placed, true), (HoldPhase.Refused, false));
            hold.Phase.ShouldBeOneOf(phases[hold.Id], HoldPhase.Placing);
        }

        world.Rows("crm", Due).Except(held.Keys).ShouldBeEmpty();
        there.Count.ShouldBeInRange(1, Holds - 1, "some holds come in time, some too late");
        await next.ShouldBeWholeAsync("holds");
    }

    /// <summary>What is to be held and still there.</summary>
    private static HashSet<string> Left(World world) =>
        world.Rows("crm", Due).Intersect(Enumerable.Range(0, Holds).Select(KeyOf), StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);

    private static string KeyOf(int hold) => $"gone-{(10 + (hold * 5)).ToString(CultureInfo.InvariantCulture)}";
}
