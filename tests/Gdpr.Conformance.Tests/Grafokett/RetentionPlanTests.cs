using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Controls;
using Gdpr.Disposal;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using NodaTime;

namespace Gdpr.Conformance.Tests.Grafokett;

/// <summary>What Grafokett keeps no longer than there is a purpose for it.</summary>
public sealed class RetentionPlanTests
{
    private const string Since = "customer-since=2019-01-01;";
    private const string Silent = "last-contact=2026-08-20;last-invoice=2026-08-20";

    [Fact]
    [Trait("clause", "GRA-13")]
    public async Task Data_without_a_purpose_goes_at_once_and_data_whose_last_purpose_ended_with_it()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        await host.PutAsync("crm.fair-visitors", "v1", "p1");
        await host.PutAsync("crm.customers", "ended", "p2", Since + "terminated=2026-08-20;" + Silent);
        await host.PutAsync("crm.customers", "running", "p3", Since + Silent);

        await host.SweepAsync();

        (await host.FindAsync("crm.fair-visitors", "v1")).ShouldBeNull();
        (await host.FindAsync("crm.customers", "ended")).ShouldBeNull();
        (await host.FindAsync("crm.customers", "running")).ShouldNotBeNull();
        await host.ShouldVerifyAsync();
    }

    /// <summary>The retention policy is rendered from the schedule that the sweep runs by: here is what it must say, of every data set.</summary>
    [Fact]
    [Trait("clause", "GRA-34")]
    public async Task The_schedule_says_of_every_data_set_when_it_ends_and_an_activity_without_a_period_keeps_the_organisation_from_starting()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var schedule = host.Get<GdprPolicies>().Schedule;

        schedule.DataSets.Select(dataSet => dataSet.Path).ShouldBe(Organisation.Grafokett.Policy.Systems.SelectMany(
            system => system.Value.DataSets.Keys.Select(id => $"{system.Key}.{id}")), ignoreOrder: true);
        foreach (var (path, dataSet) in Organisation.Grafokett.DataSets)
        {
            var planned = schedule.DataSets.Single(one => one.Path == path);
            planned.FieldGroups.SelectMany(group => group.Fields).ShouldBe(dataSet.Fields.Keys, ignoreOrder: true, path);
            planned.FieldGroups.ShouldAllBe(group => group.Rules.Count > 0);
        }

        foreach (var activity in Organisation.Grafokett.Policy.Activities.Keys)
        {
            Organisation.Grafokett.FindingsWithout($"/activities/{activity}/retention").ShouldContain(finding => finding.Severity == FindingSeverity.Error, activity);
        }
    }

    [Fact]
    [Trait("clause", "GRA-31")]
    public async Task The_end_of_an_account_lets_go_of_what_it_leaves_without_purpose_and_of_nothing_else()
    {
        (string DataSet, string Triggers)[] ending =
        [
            ("crm.customers", Since + Silent), ("customer-zone.accounts", Silent), ("erp.orders", Silent), ("equipment.deliveries", "delivered=2024-02-02"),
        ];
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        foreach (var (dataSet, triggers) in ending)
        {
            await host.PutAsync(dataSet, "ends", "p1", triggers);
            await host.PutAsync(dataSet, "ends-later", "p2", triggers);
            await host.PutAsync(dataSet, "goes-on", "p3", triggers);
        }

        await host.PutAsync("erp.invoices", "i1", "p1", "booked=2026-08-20");
        await host.PutAsync("crm.suppliers", "s1", "p1", "last-contact=2026-08-20");
        await host.SweepAsync();
        foreach (var (dataSet, _) in ending)
        {
            (await host.FindAsync(dataSet, "ends")).ShouldNotBeNull("no contract has ended");
            await host.SetTriggerAsync(dataSet, "ends", "terminated", "2026-08-20");
            await host.SetTriggerAsync(dataSet, "ends-later", "terminated", "2026-08-21");
        }

        await host.PassAsync(Duration.FromHours(25));

        // Three months after 20 August, and after 21 August: it is the 22nd of November by now.
        foreach (var (dataSet, _) in ending)
        {
            (await host.FindAsync(dataSet, "ends")).ShouldBeNull(dataSet);
            (await host.FindAsync(dataSet, "ends-later")).ShouldBeNull(dataSet);
            (await host.FindAsync(dataSet, "goes-on")).ShouldNotBeNull(dataSet);
        }

        (await host.FindAsync("erp.invoices", "i1"))!["name"].ShouldBe("marker-name-i1");
        (await host.FindAsync("crm.suppliers", "s1")).ShouldNotBeNull();
        await host.ShouldVerifyAsync();
    }

    [Theory]
    [InlineData("crm.customers", Since + Silent)]
    [InlineData("customer-zone.accounts", Silent)]
    [InlineData("erp.orders", Silent)]
    [InlineData("equipment.deliveries", "delivered=2024-02-02")]
    [Trait("clause", "GRA-31")]
    public async Task The_period_after_the_end_of_an_account_is_kept_to_the_day(string dataSet, string triggers)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        await host.ShouldLeaveAsync(
            dataSet,
            ("past", triggers + ";terminated=2026-08-20", false),
            ("last-day", triggers + ";terminated=2026-08-21", true),
            ("to-come", triggers + ";terminated=2027-01-01", true));
    }

    [Fact]
    [Trait("clause", "GRA-33")]
    public async Task A_relation_that_nobody_ended_ends_by_silence_and_goes_when_the_day_comes_without_being_asked_for()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        await host.PutAsync("crm.customers", "silent", "p1", Since + "last-contact=2024-11-21");
        await host.PutAsync("crm.customers", "invoiced", "p2", Since + "last-contact=2024-11-21;last-invoice=2025-10-22");
        await host.PutAsync("crm.customers", "nobody-knows", "p3", Since + "last-invoice=2025-10-20");
        var swept = await host.SweepAsync();
        swept.IsComplete.ShouldBeTrue();
        swept.DataSets.Single(dataSet => dataSet.DataSet == "crm.customers").Left!.Lines.Sum(line => line.Records).ShouldBe(1, "what nobody knows is listed");
        (await host.FindAsync("crm.customers", "silent")).ShouldNotBeNull();

        await host.PassAsync(Duration.FromDays(1));

        (await host.FindAsync("crm.customers", "silent")).ShouldBeNull();
        (await host.FindAsync("crm.customers", "invoiced")).ShouldNotBeNull("invoices are evidence that the relation goes on");
        (await host.FindAsync("crm.customers", "nobody-knows")).ShouldNotBeNull();
    }

    /// <summary>The register of staff is a binder here: no source disposes of it.</summary>
    [Fact]
    [Trait("clause", "GRA-33")]
    public async Task What_no_source_disposes_of_is_on_a_list_for_people_with_a_date_and_comes_back_on_it()
    {
        await using var host = await OrganisationHost.StartAsync(
            Organisation.Grafokett, sources: new Dictionary<string, Action<GdprBuilder, string>> { ["staff"] = (_, _) => { } });
        (await host.SweepAsync()).DataSets.Single(dataSet => dataSet.DataSet == "staff.employees").Status.ShouldBe(SweepStatus.Manual);
        await host.RunDueAsync();

        var task = (await host.Get<HumanTasks>().ListOpenAsync()).Single(one => one.Kind == "dispose-by-hand");
        (task.About, task.DueBy).ShouldBe(("staff.employees", host.Now + Duration.FromDays(30)));
        await host.PassAsync(Duration.FromDays(30));
        (await host.Get<DueCalendar>().ListOverdueAsync()).ShouldContain(item => item.About == "staff.employees");

        await host.Get<HumanTasks>().CompleteAsync(task.Id, "done", "data-protection-coordinator");
        await host.RunDueAsync();
        (await host.Get<DueCalendar>().ListOverdueAsync()).ShouldNotContain(item => item.About == "staff.employees");
        (await host.Get<HumanTasks>().ListOpenAsync()).Single(one => one.Kind == "dispose-by-hand").DueBy.ShouldBe(host.Now + Duration.FromDays(30));
    }
}
