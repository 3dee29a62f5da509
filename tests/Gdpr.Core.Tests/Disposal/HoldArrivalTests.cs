using Gdpr.Disposal;
using Gdpr.Subjects;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>A hold that arrives while a sweep runs is granted, and its records are still there, or refused, because one is gone.</summary>
public sealed class HoldArrivalTests
{
    private static readonly string[] Held = ["gone-1", "gone-3", "half-2"];

    [Fact]
    public async Task At_whatever_step_of_a_sweep_a_hold_arrives_it_is_granted_with_its_records_there_or_refused()
    {
        var phases = new List<HoldPhase>();
        for (var step = 1; ; step++)
        {
            var (hold, world) = await SweepAsync(step);
            if (hold is null)
            {
                break;
            }

            phases.Add(hold.Phase);
            var there = Held.Count(key => world.Data.Customers.Find(key) is { Email: not null });
            (hold.Phase, there).ShouldBeOneOf((HoldPhase.Placed, 3), (HoldPhase.Refused, there));
            if (hold.Phase == HoldPhase.Refused)
            {
                there.ShouldBeLessThan(3, $"step {step}");
            }

            world.Data.Customers.Find("gone-2").ShouldBeNull($"step {step}");
            await world.ShouldVerifyAsync();
        }

        phases.ShouldContain(HoldPhase.Placed);
        phases.ShouldContain(HoldPhase.Refused);
    }

    [Fact]
    public async Task Holds_placed_from_other_threads_during_a_sweep_are_granted_or_refused_one_by_one()
    {
        var world = new ShopWorld(new ShopData().Fill(20));
        await using var shop = Shop.Open(world, sweep: options => options.BatchSize = 1);
        await shop.ApproveAsync();

        var sweep = Task.Run(() => shop.Sweep.RunAsync());
        var holds = await Task.WhenAll(Enumerable.Range(1, 20).Select(i => Task.Run(async () => (Key: $"gone-{i}", Hold: await shop.Holds.PlaceAsync(Shop.Terms(records: [$"gone-{i}"]))))));
        (await sweep).DataSets[0].Status.ShouldBe(SweepStatus.Completed);

        foreach (var (key, hold) in holds)
        {
            (world.Data.Customers.Find(key) is not null).ShouldBe(hold.Phase == HoldPhase.Placed, key);
        }
    }

    [Fact]
    public async Task A_hold_on_a_person_covers_every_record_of_theirs_and_a_hold_on_everything_must_be_confirmed()
    {
        await using var shop = Shop.Open();
        (await shop.Holds.PlaceAsync(Shop.Terms("", subjects: ["gone-1"]))).Phase.ShouldBe(HoldPhase.Placed);
        var refusal = await Should.ThrowAsync<Gdpr.Retention.InvalidHoldException>(() => shop.Holds.PlaceAsync(Shop.Terms("")));
        refusal.Problems.ShouldHaveSingleItem().ShouldContain("confirm");

        await shop.SweepAsync();
        shop.Data.Customers.Find("gone-1").ShouldNotBeNull();
        shop.Data.Orders.Find("old-1").ShouldNotBeNull();
        shop.Data.Orders.Find("old-2").ShouldBeNull();
    }

    [Fact]
    public async Task A_hold_on_everything_stops_all_destruction_until_it_is_released()
    {
        await using var shop = Shop.Open();
        var before = shop.Data.Dump();
        var hold = await shop.Holds.PlaceAsync(Shop.Terms(""), confirmEverything: true);

        (await shop.SweepAsync()).IsComplete.ShouldBeTrue();
        shop.Data.Dump().ShouldBe(before);

        await shop.Holds.ReleaseAsync(hold.Id, "legal-department");
        (await shop.Sweep.RunAsync()).DataSets.Sum(dataSet => dataSet.Done.Records).ShouldBe(28);
    }

    [Fact]
    public async Task A_release_waits_for_the_kill_switch_with_what_the_hold_was_for()
    {
        await using var shop = Shop.Open();
        var hold = await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
        await shop.ApproveAsync();
        await shop.KillSwitch.TurnOnAsync("an incident", "operations");

        (await shop.Holds.ReleaseAsync(hold.Id, "legal-department")).Phase.ShouldBe(HoldPhase.Releasing);
        await shop.Work.RunDueAsync(Shop.Now, TimeSpan.FromMinutes(1));
        var terms = (await shop.Holds.ReadTermsAsync(hold.Id)).ShouldNotBeNull();
        (terms.Matter, terms.Scope.Records.Single(), terms.ReviewBy).ShouldBe((Shop.Terms().Matter, "gone-1", Shop.Terms().ReviewBy));

        await shop.KillSwitch.TurnOffAsync("operations");
        await shop.Work.RunDueAsync(Shop.Now, TimeSpan.FromMinutes(1));
        (await shop.Holds.ListAsync()).ShouldHaveSingleItem().Phase.ShouldBe(HoldPhase.Released);
        (await shop.Holds.ReadTermsAsync(hold.Id)).ShouldBeNull();
        shop.Data.Customers.Find("gone-1").ShouldBeNull();
    }

    [Fact]
    public async Task A_hold_on_a_source_that_is_down_stands_and_is_completed_by_the_pump()
    {
        var isDown = true;
        var world = new ShopWorld(around: source => new HookedSource(source, call => isDown && source.Name == "crm"
            ? Task.FromException(new Gdpr.Sources.SourceUnavailableException("crm", "no connection")) : Task.CompletedTask));
        await using var shop = Shop.Open(world);
        var hold = await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
        hold.Phase.ShouldBe(HoldPhase.Placing);
        hold.NotReached.ShouldBe(["crm"]);

        isDown = false;
        await shop.ApproveAsync();
        await shop.Work.RunDueAsync(Shop.Now, TimeSpan.FromMinutes(1));

        (await shop.Holds.ListAsync()).ShouldHaveSingleItem().Phase.ShouldBe(HoldPhase.Placed);
        shop.Data.Customers.Find("gone-1").ShouldNotBeNull();
        shop.Data.Customers.Find("gone-2").ShouldBeNull();
    }

    [Fact]
    public async Task A_source_that_lost_its_facts_gets_them_again_before_anything_is_destroyed()
    {
        var world = new ShopWorld();
        await using (var shop = Shop.Open(world))
        {
            await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
            await shop.ApproveAsync();
        }

        // The data's database is restored from before the hold: its facts are gone with it.
        var restored = new ShopWorld(new ShopData().Fill(), journal: world.Journal, vault: world.Vault, keys: world.Keys) { States = world.States };
        await using var next = Shop.Open(restored);

        (await next.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
        restored.Data.Customers.Find("gone-1").ShouldNotBeNull();
        restored.Data.Customers.Find("gone-2").ShouldBeNull();
    }

    [Fact]
    public async Task A_standing_hold_whose_payload_is_gone_is_unknown_for_everybody_it_may_mean()
    {
        var world = new ShopWorld();
        await using (var shop = Shop.Open(world))
        {
            await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
            await shop.ApproveAsync();
        }

        var restored = new ShopWorld(new ShopData().Fill(), journal: world.Journal, keys: world.Keys) { States = world.States };
        await using var next = Shop.Open(restored);

        var customers = (await next.Sweep.RunAsync()).DataSets[0];
        customers.Done.Records.ShouldBe(0);
        customers.Left!.Lines.ShouldContain(line => line.Missing.Contains("hold"));
    }

    private static async Task<(HeldStatus? Hold, ShopWorld World)> SweepAsync(int step)
    {
        var (at, isPlacing, hold, shop) = (0, false, (HeldStatus?)null, (Shop?)null);
        var world = new ShopWorld(new ShopData().Fill(3), source => new HookedSource(source, ArriveAsync));
        await using (shop = Shop.Open(world, sweep: options => options.BatchSize = 2))
        {
            await shop.ApproveAsync();
            at = 0;
            (await shop.Sweep.RunAsync()).IsComplete.ShouldBeTrue($"step {step}");
        }

        return (hold, world);

        async Task ArriveAsync(string call)
        {
            if (isPlacing || hold is not null || ++at != step)
            {
                return;
            }

            isPlacing = true;
            hold = await shop!.Holds.PlaceAsync(Shop.Terms(records: Held));
            isPlacing = false;
        }
    }
}
