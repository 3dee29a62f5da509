using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>The life of a sweep with nothing mocked: preview, approve, run, hold, release.</summary>
public sealed class SweepLifeTests
{
    private static readonly TimeSpan Ample = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_preview_counts_and_changes_nothing()
    {
        await using var shop = Shop.Open();
        var before = shop.Data.Dump();

        var preview = await shop.Sweep.PreviewAsync();

        preview.Unapproved.Select(dataSet => dataSet.DataSet).ShouldBe(["crm.customers", "crm.orders", "web.visits"]);
        var customers = preview.DataSets[0].Survey!;
        customers.Records.ShouldBe(28);
        customers.Lines.Single(line => line.Fate == Fate.Erase).ShouldSatisfyAllConditions(
            line => line.Records.ShouldBe(7), line => line.Due.ShouldBe(7), line => line.Examples.Count.ShouldBe(3));
        customers.Lines.Single(line => line.Fate == Fate.Restrict).Due.ShouldBe(7);
        customers.Lines.Single(line => line.Fate == Fate.Undetermined).Missing.ShouldBe(["ended"]);
        shop.Data.Dump().ShouldBe(before);
        (await shop.World.EntriesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_run_without_approval_is_refused_and_one_with_it_disposes_of_what_is_due_and_nothing_else()
    {
        await using var shop = Shop.Open();

        (await shop.Sweep.RunAsync()).DataSets.ShouldAllBe(dataSet => dataSet.Status == SweepStatus.NeedsApproval);
        shop.Data.Customers.Count.ShouldBe(28);
        var result = await shop.SweepAsync();

        result.IsComplete.ShouldBeTrue();
        result.DataSets[0].Done.ShouldBe(new DisposalCounts(1, 7, 7, 0));
        result.DataSets[0].Left!.Lines.ShouldContain(line => line.Fate == Fate.Undetermined && line.Records == 7);
        shop.Data.Customers.ToList().Select(customer => customer.Id.Split('-')[0]).Distinct().ShouldBe(["half", "kept", "unknown"]);
        shop.Data.Customers.Find("half-1").ShouldBe(new Customer("half-1", "Marker-Name", null, new LocalDate(2026, 3, 31)));
        shop.Data.Orders.ToList().ShouldAllBe(order => order.Id.StartsWith("open"));
        shop.Data.OrderLines.Count.ShouldBe(7);
        shop.Data.Visits.Count.ShouldBe(0);
        (await shop.TypesAsync()).ShouldBe(
        [
            "sweep-approved", "sweep-approved", "sweep-approved",
            "disposal-planned", "disposal-batch", "disposal-completed", "disposal-planned", "disposal-batch", "disposal-completed",
            "disposal-planned", "disposal-batch", "disposal-completed",
        ]);
    }

    [Fact]
    public async Task Work_that_somebody_has_put_off_further_than_it_is_ever_planned_is_due()
    {
        await using var shop = Shop.Open();
        await shop.ApproveAsync();
        var far = Instant.FromUtc(9000, 1, 1, 0, 0);
        await shop.World.States.PutItemAsync(new OpenItem("verification", "verification", far, "{}"), CancellationToken.None);
        await shop.World.States.PutItemAsync(new OpenItem("sweep/web.visits", "sweep", far, "{}"), CancellationToken.None);

        await shop.Work.RunDueAsync(Shop.Now, TimeSpan.FromHours(1));

        shop.Data.Visits.ToList().ShouldBeEmpty();
        var planned = new List<OpenItem>();
        await foreach (var item in shop.World.States.ReadDueItemsAsync("verification", Shop.Now + Duration.FromDays(30), CancellationToken.None))
        {
            planned.Add(item);
        }

        planned.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_expires_under_a_hold_is_erased_by_the_pump_after_its_release()
    {
        await using var shop = Shop.Open();
        await shop.Sweep.ApproveAsync(await shop.Sweep.PreviewAsync(), "data-protection-officer");
        var hold = await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
        hold.Phase.ShouldBe(HoldPhase.Placed);

        (await shop.Work.RunDueAsync(Shop.Now, Ample)).IsComplete.ShouldBeTrue();
        shop.Data.Customers.Find("gone-1").ShouldNotBeNull();
        shop.Data.Customers.Find("gone-2").ShouldBeNull();

        (await shop.Holds.ReleaseAsync(hold.Id, "legal-department")).Phase.ShouldBe(HoldPhase.Released);
        (await shop.Work.RunDueAsync(Shop.Now, Ample)).IsComplete.ShouldBeTrue();
        shop.Data.Customers.Find("gone-1").ShouldBeNull();
    }

    [Fact]
    public async Task A_hold_on_a_record_that_is_gone_is_refused()
    {
        await using var shop = Shop.Open();
        await shop.SweepAsync();

        (await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-1", "kept-1"]))).Phase.ShouldBe(HoldPhase.Refused);

        (await shop.TypesAsync()).TakeLast(2).ShouldBe(["hold-placing", "hold-refused"]);
        (await shop.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
    }

    [Fact]
    public async Task Three_runs_dispose_once_and_count_once()
    {
        await using var shop = Shop.Open();

        (await shop.SweepAsync()).DataSets.Sum(dataSet => dataSet.Done.Records).ShouldBe(28);
        (await shop.Sweep.RunAsync()).DataSets.Sum(dataSet => dataSet.Done.Records).ShouldBe(0);
        (await shop.Sweep.RunAsync()).DataSets.Sum(dataSet => dataSet.Done.Records).ShouldBe(0);

        (await shop.TypesAsync()).Count(type => type == "disposal-batch").ShouldBe(3);
    }
}
