using Gdpr.Disposal;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>A sweep over several data sets that fails at each of its steps: the next run finishes it, exactly.</summary>
public sealed class CrashTests
{
    private static readonly TimeSpan Ample = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData(FaultMoment.Before, false)]
    [InlineData(FaultMoment.After, false)]
    [InlineData(FaultMoment.Before, true)]
    [InlineData(FaultMoment.After, true)]
    public async Task Whatever_step_fails_the_next_run_leaves_what_an_uninterrupted_one_leaves(FaultMoment moment, bool dies)
    {
        var expected = new ShopWorld(new ShopData().Fill(3));
        var calls = await RunAsync(expected);
        var (_, _, records) = await expected.BatchesAsync();
        calls.ShouldBeGreaterThan(70);

        for (var step = 1; step <= calls; step++)
        {
            var world = new ShopWorld(new ShopData().Fill(3));
            await RunAsync(world, () => world.Faults.FailAt(step, moment, dies));
            world.Faults.Reset();
            world.Clock.Advance(Duration.FromSeconds(21));

            // Another process, over the same stores and data.
            await using var next = Open(world);
            (await next.Sweep.RunAsync()).DataSets.ShouldAllBe(dataSet => dataSet.Status == SweepStatus.Completed, $"step {step}");

            await ShouldBeAsAsync(world, expected, records, $"step {step}");
        }
    }

    [Theory]
    [InlineData(FaultMoment.Before)]
    [InlineData(FaultMoment.After)]
    public async Task A_failure_during_the_repair_is_repaired_too(FaultMoment moment)
    {
        var expected = new ShopWorld(new ShopData().Fill(3));
        await RunAsync(expected);
        var (_, _, records) = await expected.BatchesAsync();
        var random = new Random(7);
        for (var round = 0; round < 60; round++)
        {
            var world = new ShopWorld(new ShopData().Fill(3));
            var faults = new List<int>();
            for (var crash = 0; crash < 4; crash++)
            {
                faults.Add(random.Next(1, 80));
                await RunAsync(world, () => world.Faults.FailAt(faults[^1], moment, staysDown: true));
                world.Faults.Reset();
                world.Clock.Advance(Duration.FromSeconds(21));
            }

            await using var next = Open(world);
            (await next.Work.RunDueAsync(world.Clock.GetCurrentInstant(), Ample)).DataSets.ShouldAllBe(dataSet => dataSet.Status == SweepStatus.Completed);
            await ShouldBeAsAsync(world, expected, records, $"faults {string.Join(", ", faults)}");
        }
    }

    [Fact]
    public async Task A_lost_state_store_is_rebuilt_from_the_journal_open_plans_approvals_and_holds_included()
    {
        var world = new ShopWorld(new ShopData().Fill(3));
        await using (var first = Open(world))
        {
            await first.ApproveAsync();
            await first.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
            var calls = world.Faults.Calls.Count;
            world.Faults.FailAt(calls + 30, FaultMoment.After, staysDown: true);
            await first.Sweep.RunAsync();
            world.Faults.Reset();
        }

        world.States = new Gdpr.Journals.InMemoryStateStore();
        await using var next = Open(world);

        (await next.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
        world.Data.Customers.Find("gone-1").ShouldNotBeNull();
        var (journalled, evident, _) = await world.BatchesAsync();
        journalled.ShouldBe(evident);
        (await next.Holds.ListAsync()).ShouldHaveSingleItem().Phase.ShouldBe(Gdpr.Subjects.HoldPhase.Placed);
        await world.ShouldVerifyAsync();
    }

    private static Shop Open(ShopWorld world) => Shop.Open(world, sweep: options => options.BatchSize = 2);

    /// <summary>Approves, then runs in a process of its own.</summary>
    /// <returns>How many calls the run took.</returns>
    private static async Task<int> RunAsync(ShopWorld world, Action? fault = null)
    {
        await using var shop = Open(world);
        await shop.ApproveAsync();
        world.Faults.Reset();
        fault?.Invoke();
        await shop.Sweep.RunAsync();
        return world.Faults.Calls.Count;
    }

    private static async Task ShouldBeAsAsync(ShopWorld world, ShopWorld expected, long records, string because)
    {
        world.Data.Dump().ShouldBe(expected.Data.Dump(), because);
        var (journalled, evident, recorded) = await world.BatchesAsync();
        journalled.ShouldBe(evident, because);
        recorded.ShouldBe(records, because);
        var entries = await world.EntriesAsync();
        entries.Count(entry => entry.Content.Type == "disposal-planned")
            .ShouldBe(entries.Count(entry => entry.Content.Type is "disposal-completed" or "disposal-interrupted" or "disposal-failed"), because);
        (await world.TombstonesAsync()).Count.ShouldBe((await expected.TombstonesAsync()).Count, because);
        await world.ShouldVerifyAsync();
    }
}
