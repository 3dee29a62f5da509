using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>A clock that is behind for a while.</summary>
public sealed class BehindClockTests
{
    // A machine without a battery comes up in 2020, and has the right time a minute later.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_host_that_came_up_under_a_clock_that_was_behind_goes_on_when_it_is_right(bool isBehind)
    {
        var world = new ShopWorld();
        foreach (var version in new[] { "1", "2" })
        {
            await using var before = Shop.Open(world, Shop.Policy(version, version == "1" ? "P6M" : "P3M"));
            await before.Work.PrepareAsync();
            (await before.SweepAsync()).IsComplete.ShouldBeTrue();
            world.Clock.Advance(Duration.FromDays(30));
        }

        var right = world.Clock.GetCurrentInstant() + Duration.FromDays(1);
        world.Clock.Set(isBehind ? Instant.FromUtc(2020, 1, 1, 0, 0) : right);
        await using var host = Shop.Open(world, Shop.Policy("2", "P3M"));
        var early = await Record.ExceptionAsync(() => host.Work.PrepareAsync());
        world.Clock.Set(right + Duration.FromMinutes(1));
        var late = await Record.ExceptionAsync(() => host.Work.PrepareAsync());
        late.ShouldBeNull($"early: {early?.Message}");
        (await host.SweepAsync()).IsComplete.ShouldBeTrue();
    }

    // What decided when is evidence: a clock that is behind for a minute does not write it anew.
    [Fact]
    public async Task A_version_did_not_decide_earlier_because_a_clock_was_behind_for_a_while()
    {
        var world = new ShopWorld();
        await using (var before = Shop.Open(world))
        {
            await before.Work.PrepareAsync();
            (await before.SweepAsync()).IsComplete.ShouldBeTrue();
        }

        var right = world.Clock.GetCurrentInstant() + Duration.FromDays(1);
        world.Clock.Set(Instant.FromUtc(2020, 2, 1, 0, 0));
        await using (var early = Shop.Open(world))
        {
            await early.Get<PolicyHistory>().ListAsync();
        }

        world.Clock.Set(right);
        await using var host = Shop.Open(world);
        (await host.Get<PolicyHistory>().ListAsync()).ShouldHaveSingleItem().From.ShouldBeGreaterThanOrEqualTo(Shop.Now);
        (await host.Get<PolicyHistory>().DecidingAtAsync(Instant.FromUtc(2021, 1, 1, 0, 0))).ShouldBeNull();
    }

    // Then a version comes that keeps longer: what the one before had let go by then stays let go, and nothing else.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_version_before_had_let_go_stays_let_go_although_a_clock_was_behind_for_a_while(bool isBehind)
    {
        var world = new ShopWorld();
        await using (var before = Shop.Open(world))
        {
            await before.Work.PrepareAsync();
            await before.ApproveAsync();
            (await before.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
        }

        var right = world.Clock.GetCurrentInstant() + Duration.FromDays(1);
        world.Clock.Set(isBehind ? Instant.FromUtc(2020, 2, 1, 0, 0) : right);
        await using (var early = Shop.Open(world, Shop.Policy("2", "P10Y")))
        {
            await early.Get<PolicyHistory>().ListAsync();
        }

        world.Clock.Set(right);
        await using var host = Shop.Open(world, Shop.Policy("2", "P10Y"));
        world.Data.Customers.Put(new Customer("c-100", "Anna", "anna@x.example", new LocalDate(2025, 1, 1)));
        SweepResultOf(await Record.ExceptionAsync(async () => await host.SweepAsync()));
        world.Data.Customers.Find("c-100")?.Email.ShouldBeNull("version 1 had let go of it in 2025: no later version revives that");

        static void SweepResultOf(Exception? problem) => problem.ShouldBeNull();
    }

    // A virtual machine goes on from a snapshot: its clock says February for a minute. Version 1 decided until September, and had let go of the customer in March.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_version_had_let_go_stays_let_go_although_a_machine_was_behind_for_a_minute(bool isBehind)
    {
        var world = new ShopWorld();
        var begin = world.Clock.GetCurrentInstant();
        await using (var first = Shop.Open(world))
        {
            await first.Work.PrepareAsync();
            (await first.SweepAsync()).IsComplete.ShouldBeTrue();
        }

        world.Clock.Set(begin + Duration.FromDays(300));
        await using (var second = Shop.Open(world, Shop.Policy("2", "P10Y")))
        {
            await second.Work.PrepareAsync();
            (await second.SweepAsync()).IsComplete.ShouldBeTrue();
        }

        if (isBehind)
        {
            world.Clock.Set(begin + Duration.FromDays(80));
            await using var behind = Shop.Open(world, Shop.Policy("2", "P10Y"));
            await behind.Work.PrepareAsync();
            await behind.Get<PolicyHistory>().ListAsync();
        }

        world.Clock.Set(begin + Duration.FromDays(301));
        world.Data.Customers.Put(new Customer("c-100", "Anna", "anna@x.example", new LocalDate(2026, 12, 2)));
        await using var host = Shop.Open(world, Shop.Policy("2", "P10Y"));
        (await host.SweepAsync()).IsComplete.ShouldBeTrue();
        world.Data.Customers.Find("c-100")?.Email.ShouldBeNull("version 1 had let go of it in March: no later version revives that");
    }

    // Two nodes, of which one is a few seconds behind the other, and two versions that came one after the other, as in a hurried correction.
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task Two_nodes_whose_clocks_differ_by_seconds_agree_on_two_versions_that_came_one_after_the_other(int behind)
    {
        var world = new ShopWorld();
        var begin = world.Clock.GetCurrentInstant();
        foreach (var version in new[] { "1", "2" })
        {
            await using var one = Shop.Open(world, Shop.Policy(version, version == "1" ? "P6M" : "P3M"));
            await one.Work.PrepareAsync();
            (await one.SweepAsync()).IsComplete.ShouldBeTrue();
            world.Clock.Advance(Duration.FromSeconds(1));
        }

        world.Clock.Set(begin + Duration.FromSeconds(2 - behind));
        await using var other = Shop.Open(world, Shop.Policy("2", "P3M"));
        await Record.ExceptionAsync(() => other.Work.PrepareAsync());
        world.Clock.Set(begin + Duration.FromDays(3));
        await other.Work.PrepareAsync();
        (await other.SweepAsync()).IsComplete.ShouldBeTrue();
    }
}
