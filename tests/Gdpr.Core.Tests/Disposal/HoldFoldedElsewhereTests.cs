using System.Reflection;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>A hold that another node journals and folds at the very moment at which this one brings the facts beside the data up to date.</summary>
public sealed class HoldFoldedElsewhereTests
{
    [Fact]
    public async Task At_whatever_look_at_the_states_a_hold_is_folded_by_another_node_no_source_is_told_of_its_position_without_it()
    {
        var looks = 0;
        for (var look = 1; look == 1 || looks >= look - 1; look++)
        {
            looks = await SettleAsync(look);
        }

        looks.ShouldBeGreaterThan(10);
    }

    /// <summary>Settles, and has another node place a hold before one of the reads of the states.</summary>
    /// <returns>How many reads there were.</returns>
    private static async Task<int> SettleAsync(int at)
    {
        var world = new ShopWorld();
        await using var other = Shop.Open(world);
        await other.ApproveAsync();
        await other.Holds.PlaceAsync(Shop.Terms(records: ["gone-2"]));
        var (looks, placing) = (0, (Task<HeldStatus>?)null);
        world.AroundStates = states => HookedStates.Around(states, () =>
        {
            if (++looks == at)
            {
                // It waits for the lease that the first node has; what it journalled is folded all the same, unless the first node is folding.
                placing = other.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
                _ = other.Get<JournalFolds>().CatchUpAsync(CancellationToken.None).AsTask();
            }
        });
        await using (var node = Shop.Open(world))
        {
            await PassAsync(world, node.Get<FactsKeeper>().SettleAsync(CancellationToken.None).AsTask());
        }

        if (placing is null)
        {
            return looks;
        }

        await PassAsync(world, placing);
        (await placing).Phase.ShouldBe(HoldPhase.Placed, $"look {at}");
        (await other.Sweep.RunAsync()).DataSets[0].Status.ShouldBe(SweepStatus.Completed, $"look {at}");
        world.Data.Customers.Find("gone-1").ShouldNotBeNull($"look {at}");
        world.Data.Customers.Find("gone-2").ShouldNotBeNull($"look {at}");
        world.Data.Customers.Find("gone-3").ShouldBeNull($"look {at}");
        return looks;
    }

    /// <summary>Lets time pass until something is done: nodes wait for each other's leases.</summary>
    private static async Task PassAsync(ShopWorld world, Task done)
    {
        for (var i = 0; !done.IsCompleted; i++)
        {
            i.ShouldBeLessThan(1000);
            world.Clock.Advance(Duration.FromMilliseconds(100));
            await Task.WhenAny(done, Task.Delay(5));
        }

        await done;
    }

    /// <summary>A state store that does something before each of its calls.</summary>
    public class HookedStates : DispatchProxy
    {
        private IStateStore _inner = null!;
        private Action _before = null!;

        public static IStateStore Around(IStateStore inner, Action before)
        {
            var states = Create<IStateStore, HookedStates>();
            ((HookedStates)(object)states)._inner = inner;
            ((HookedStates)(object)states)._before = before;
            return states;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            _before();
            return targetMethod!.Invoke(_inner, args);
        }
    }
}
