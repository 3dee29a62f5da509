using Gdpr.Sources;
using Gdpr.Subjects;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>A source whose facts are said to reflect more than the journal holds: they are those of another journal, or of this one before it was restored.</summary>
public sealed class FactsAheadTests
{
    [Fact]
    public async Task A_hold_is_put_into_a_source_that_was_ahead_before_it_is_called_placed()
    {
        var world = new ShopWorld();
        await world.Data.Crm.ChangeFactsAsync([], 5000, CancellationToken.None);
        await using var shop = Shop.Open(world);

        (await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]))).Phase.ShouldBe(HoldPhase.Placed);

        (await world.Data.Crm.ReadFactsPositionAsync(CancellationToken.None)).Position.ShouldBeInRange(1, 4999);
        await shop.ApproveAsync();
        await shop.Sweep.RunAsync();
        shop.Data.Customers.Find("gone-1").ShouldNotBeNull();
        shop.Data.Customers.Find("gone-2").ShouldBeNull();
    }

    [Fact]
    public async Task Every_standing_hold_is_put_again_before_a_sweep_destroys_anything()
    {
        var world = new ShopWorld();
        await using var shop = Shop.Open(world);
        var hold = await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
        var head = await world.Data.Crm.ReadFactsPositionAsync(CancellationToken.None);
        await shop.ApproveAsync();
        await world.Data.Crm.ChangeFactsAsync([new FactChange(hold.Id, world.Data.Crm.DataSets[0], new FactTarget.Everything(), null)], 5000, CancellationToken.None);

        await shop.Sweep.RunAsync();

        shop.Data.Customers.Find("gone-1").ShouldNotBeNull();
        shop.Data.Customers.Find("gone-2").ShouldBeNull();
        (await world.Data.Crm.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(head);
    }
}
