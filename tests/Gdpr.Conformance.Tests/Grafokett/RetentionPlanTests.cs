using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Disposal;
using NodaTime;

namespace Gdpr.Conformance.Tests.Grafokett;

/// <summary>What Grafokett keeps no longer than there is a purpose for it.</summary>
public sealed class RetentionPlanTests
{
    [Fact]
    [Trait("clause", "GRA-13")]
    public async Task Data_without_a_purpose_goes_at_once_and_data_whose_last_purpose_ended_with_it()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        await host.PutAsync("crm.fair-visitors", "v1", "p1");
        await host.PutAsync("crm.customers", "ended", "p2", "customer-since=2019-01-01;terminated=2026-08-20;last-contact=2026-08-20;last-invoice=2026-08-20");
        await host.PutAsync("crm.customers", "running", "p3", "customer-since=2019-01-01;last-contact=2026-08-20;last-invoice=2026-08-20");

        await host.SweepAsync();

        (await host.FindAsync("crm.fair-visitors", "v1")).ShouldBeNull();
        (await host.FindAsync("crm.customers", "ended")).ShouldBeNull();
        (await host.FindAsync("crm.customers", "running")).ShouldNotBeNull();
        await host.ShouldVerifyAsync();
    }

    [Fact]
    [Trait("clause", "GRA-33")]
    public async Task A_relation_that_nobody_ended_ends_by_silence_and_goes_when_the_day_comes_without_being_asked_for()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        await host.PutAsync("crm.customers", "silent", "p1", "customer-since=2019-01-01;last-contact=2024-11-21");
        (await host.SweepAsync()).IsComplete.ShouldBeTrue();
        (await host.FindAsync("crm.customers", "silent")).ShouldNotBeNull();

        await host.PassAsync(Duration.FromDays(1));

        (await host.FindAsync("crm.customers", "silent")).ShouldBeNull();
    }
}
