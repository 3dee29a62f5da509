using Gdpr.Disposal;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>An approval is for what somebody could look at: these rules, this mapping, in this source.</summary>
public sealed class ApprovalTests
{
    [Fact]
    public async Task Two_hosts_that_have_one_data_set_in_sources_of_their_own_are_both_approved()
    {
        var world = new ShopWorld();
        var north = new InMemorySource("north");
        OpenPlanTests.AddCustomers(north).Put(new Customer("gone-n", "N", null, new LocalDate(2020, 1, 31)));
        var south = new InMemorySource("south");
        OpenPlanTests.AddCustomers(south).Put(new Customer("gone-s", "S", null, new LocalDate(2020, 1, 31)));
        await using var a = Shop.Open(world, sources: _ => [north]);
        await using var b = Shop.Open(world, sources: _ => [south]);
        await a.ApproveAsync();
        await b.ApproveAsync();
        var first = (await a.Sweep.RunAsync()).DataSets.Single(one => one.DataSet == "crm.customers").Status;
        var second = (await b.Sweep.RunAsync()).DataSets.Single(one => one.DataSet == "crm.customers").Status;
        (first, second).ShouldBe((SweepStatus.Completed, SweepStatus.Completed));
    }

    [Fact]
    public async Task What_a_preview_could_not_read_is_not_approved_with_the_rest()
    {
        var isDown = true;
        await using var shop = Shop.Open(new ShopWorld(around: source => new HookedSource(source, call => isDown && source.Name == "crm" && call == "before survey"
            ? Task.FromException(new SourceUnavailableException("crm", "down")) : Task.CompletedTask)));
        var preview = await shop.Sweep.PreviewAsync();
        preview.DataSets.Where(dataSet => dataSet.Survey is null).Select(dataSet => (dataSet.DataSet, dataSet.Problem, HasMapping: dataSet.Mapping is not null))
            .ShouldBe([("crm.customers", "E-SRC-02", true), ("crm.orders", "E-SRC-02", true)]);

        await shop.Sweep.ApproveAsync(preview, "data-protection-officer");
        isDown = false;

        (await shop.Sweep.RunAsync()).DataSets.Select(dataSet => dataSet.Status)
            .ShouldBe([SweepStatus.NeedsApproval, SweepStatus.NeedsApproval, SweepStatus.Completed]);
        shop.Data.Customers.Count.ShouldBe(28);

        (await shop.SweepAsync()).IsComplete.ShouldBeTrue();
    }

    [Fact]
    public async Task An_approval_is_for_the_source_whose_preview_was_shown()
    {
        var world = new ShopWorld();
        await using (var before = Shop.Open(world))
        {
            await before.ApproveAsync();
        }

        var moved = new InMemorySource("moved");
        var customers = OpenPlanTests.AddCustomers(moved);
        customers.Put(new Customer("gone-1", "Marker-Name", null, new NodaTime.LocalDate(2020, 1, 31)));
        await using var shop = Shop.Open(world, sources: _ => [moved]);

        (await shop.Sweep.RunAsync(null, ["crm.customers"])).DataSets[0].Status.ShouldBe(SweepStatus.NeedsApproval);
        customers.Count.ShouldBe(1);

        (await shop.SweepAsync()).DataSets[0].Status.ShouldBe(SweepStatus.Completed);
        customers.Count.ShouldBe(0);
    }
}
