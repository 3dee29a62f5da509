using Gdpr.Core.Tests.Disposal;
using Gdpr.Journals;
using Gdpr.Subjects;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Subjects;

/// <summary>When the beginning of the journal goes, nothing that still holds goes with it.</summary>
public sealed class ExpiryTests
{
    [Fact]
    public async Task Holds_and_approvals_outlive_the_entries_that_made_them()
    {
        var world = new ShopWorld();
        await using (var shop = Shop.Open(world))
        {
            await shop.ApproveAsync();
            await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
            var released = await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-2"]));
            await shop.Holds.ReleaseAsync(released.Id, "legal-department");
            await shop.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
            world.Clock.Advance(Duration.FromDays(400));
            (await shop.Get<JournalExpiry>().ExpireAsync(world.Clock.GetCurrentInstant(), CancellationToken.None)).ShouldNotBeNull();
        }

        (await world.EntriesAsync()).Select(entry => entry.Content.Type).ShouldNotContain("hold-placing");
        await world.ShouldVerifyAsync();

        // Even a state store that is rebuilt from what is left knows.
        world.States = new InMemoryStateStore();
        await using var next = Shop.Open(world);
        (await next.Holds.ListAsync()).ShouldHaveSingleItem().Phase.ShouldBe(HoldPhase.Placed);
        (await next.Sweep.PreviewAsync()).Unapproved.ShouldBeEmpty();
        (await next.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
        world.Data.Customers.Find("gone-1").ShouldNotBeNull();
        world.Data.Customers.Find("gone-2").ShouldBeNull();
    }

    [Fact]
    public async Task An_expiry_with_a_lost_state_store_forgets_nothing_and_can_be_followed_by_another()
    {
        var world = new ShopWorld();
        await using (var shop = Shop.Open(world))
        {
            await shop.ApproveAsync();
            await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
            await shop.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
        }

        world.States = new InMemoryStateStore();
        await using (var shop = Shop.Open(world))
        {
            for (var expiry = 1; expiry <= 3; expiry++)
            {
                world.Clock.Advance(Duration.FromDays(400));
                (await shop.Get<JournalExpiry>().ExpireAsync(world.Clock.GetCurrentInstant(), CancellationToken.None)).ShouldNotBeNull();
            }
        }

        await world.ShouldVerifyAsync();
        world.States = new InMemoryStateStore();
        await using var next = Shop.Open(world);
        (await next.Holds.ListAsync()).ShouldHaveSingleItem().Phase.ShouldBe(HoldPhase.Placed);
        (await next.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
        world.Data.Customers.Find("gone-1").ShouldNotBeNull();
        world.Data.Customers.Find("gone-2").ShouldBeNull();
    }

    [Fact]
    public async Task A_plan_that_is_open_when_its_beginning_expires_is_still_closed_with_all_it_did()
    {
        var world = new ShopWorld();
        await using (var shop = Shop.Open(world, sweep: options => options.BatchSize = 3))
        {
            await shop.ApproveAsync();
            world.JournalFaults.Reset();
            world.JournalFaults.FailAt(await SecondBatchAsync(), FaultMoment.Before, staysDown: true);
            await shop.Sweep.RunAsync(null, ["web.visits"]);
            world.JournalFaults.Reset();
            await shop.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
            world.Clock.Advance(Duration.FromDays(1));
            await shop.Sweep.PreviewAsync();
            await shop.Get<JournalExpiry>().ExpireAsync(world.Clock.GetCurrentInstant(), CancellationToken.None);
        }

        world.States = new InMemoryStateStore();
        await using var next = Shop.Open(world);
        await next.Sweep.RunAsync(null, ["web.visits"]);

        var entries = await world.EntriesAsync();
        entries.Select(entry => entry.Content.Type).ShouldContain("disposal-restated");
        entries.Single(entry => entry.Content.Type == "disposal-interrupted").Content.Data.ShouldContain("\"batches\":2,\"records\":6");
        world.Data.Visits.Count.ShouldBe(0);
        await world.ShouldVerifyAsync();
    }

    /// <summary>The number of the call that journals the second batch, learnt from a run without faults.</summary>
    private static async Task<int> SecondBatchAsync()
    {
        var world = new ShopWorld();
        await using var shop = Shop.Open(world, sweep: options => options.BatchSize = 3);
        await shop.ApproveAsync();
        world.JournalFaults.Reset();
        await shop.Sweep.RunAsync(null, ["web.visits"]);
        return world.JournalFaults.Calls.Index().Where(call => call.Item == "IJournalStore.AppendAsync").ElementAt(2).Index + 1;
    }
}
