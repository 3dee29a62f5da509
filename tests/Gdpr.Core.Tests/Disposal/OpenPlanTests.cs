using Gdpr.Disposal;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>A plan that a dead worker left open is closed with what its own source knows of it, whichever source has the data set by then.</summary>
public sealed class OpenPlanTests
{
    [Fact]
    public async Task A_plan_of_a_source_that_is_gone_stops_its_data_set_until_the_source_is_there_again()
    {
        var world = await DieAsync();
        var moved = new InMemorySource("moved");
        var customers = AddCustomers(moved);
        customers.Put(new Customer("gone-1", "Marker-Name", null, new LocalDate(2020, 1, 31)));
        await using (var elsewhere = Shop.Open(world, sources: _ => [moved, world.Data.Web]))
        {
            await elsewhere.ApproveAsync();
            var report = await elsewhere.Work.RunDueAsync(world.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(5));

            var stopped = report.DataSets.Single(dataSet => dataSet.DataSet == "crm.customers");
            (stopped.Status, stopped.Reason).ShouldBe((SweepStatus.Failed, "E-PLAN-01"));
            stopped.Detail.ShouldNotBeNull().ShouldContain("'crm'");
            report.DataSets.Single(dataSet => dataSet.DataSet == "web.visits").Status.ShouldBe(SweepStatus.Completed);
            customers.Count.ShouldBe(1);
            (await elsewhere.TypesAsync()).ShouldNotContain("disposal-interrupted");
        }

        await using (var back = Shop.Open(world))
        {
            await back.Work.RunDueAsync(world.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(5));
            var (journalled, evident, _) = await world.BatchesAsync();
            journalled.ShouldBe(evident);
            (await back.TypesAsync()).ShouldContain("disposal-interrupted");
        }

        await using var shop = Shop.Open(world, sources: _ => [moved, world.Data.Web]);
        (await shop.SweepAsync()).DataSets[0].Status.ShouldBe(SweepStatus.Completed);
        customers.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_plan_is_closed_by_the_source_for_which_it_was_made_where_another_has_its_data_set_now()
    {
        var world = await DieAsync();
        var moved = new InMemorySource("moved");
        AddCustomers(moved);

        // The old source is still there, and has the other data set alone.
        await using var shop = Shop.Open(world, sources: _ => [moved, new OnlySource(world.Data.Crm, "crm.orders"), world.Data.Web]);
        await shop.Work.RunDueAsync(world.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(5));

        var (journalled, evident, _) = await world.BatchesAsync();
        journalled.Count.ShouldBeGreaterThan(1);
        journalled.ShouldBe(evident);
        (await shop.TypesAsync()).ShouldContain("disposal-interrupted");
        (await shop.SweepAsync()).IsComplete.ShouldBeTrue();
    }

    internal static InMemoryRecords<Customer> AddCustomers(InMemorySource source) => source.Add<Customer>("crm.customers", customer => customer.Id, set => set
        .Subject(customer => customer.Id)
        .Trigger("ended", customer => customer.Ended is { } date ? TriggerValue.On(date) : TriggerValue.Missing)
        .Field("name", customer => customer with { Name = null })
        .Field("email", customer => customer with { Email = null }));

    /// <summary>A worker dies after its second batch, and the journal knows of the first alone.</summary>
    private static async Task<ShopWorld> DieAsync()
    {
        var (world, batches) = ((ShopWorld?)null, 0);
        world = new ShopWorld(around: source => new HookedSource(source, call =>
        {
            if (call == "after dispose" && ++batches == 2)
            {
                world!.FailJournal();
            }

            return Task.CompletedTask;
        }));
        await using (var shop = Shop.Open(world, sweep: options => options.BatchSize = 2))
        {
            await shop.ApproveAsync();
            await shop.Sweep.RunAsync(null, ["crm.customers"]);
        }

        world.JournalFaults.Reset();
        world.Clock.Advance(Duration.FromMinutes(1));
        var (journalled, evident, _) = await world.BatchesAsync();
        evident.Count.ShouldBeGreaterThan(journalled.Count);
        return world;
    }
}
