using Gdpr.Core.Tests.Disposal;
using NodaTime;

namespace Gdpr.Core.Tests.Hosting;

/// <summary>Every version that decided stays retrievable.</summary>
public sealed class PolicyHistoryTests
{
    [Fact]
    public async Task Versions_are_found_by_hash_and_by_the_date_on_which_they_decided()
    {
        var world = new ShopWorld();
        var (first, second) = (Shop.Policy(), Shop.Policy("2", "P6M"));
        var began = world.Clock.GetCurrentInstant();
        await using (var shop = Shop.Open(world, first))
        {
            (await shop.Get<PolicyHistory>().ListAsync()).ShouldHaveSingleItem().Version.ShouldBe("1");
        }

        world.Clock.Advance(Duration.FromDays(30));
        await using var next = Shop.Open(world, second);
        var history = next.Get<PolicyHistory>();

        (await history.ListAsync()).Select(policy => policy.Version).ShouldBe(["1", "2"]);
        (await history.FindAsync(first.Hash))!.Hash.ShouldBe(first.Hash);
        (await history.DecidingAtAsync(began + Duration.FromDays(29)))!.Version.ShouldBe("1");
        (await history.DecidingAtAsync(began + Duration.FromDays(30)))!.Version.ShouldBe("2");
        (await history.DecidingAtAsync(began - Duration.Epsilon)).ShouldBeNull();
        (await history.FindAsync("none")).ShouldBeNull();
    }
}
