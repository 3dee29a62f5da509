using Gdpr.Conformance.Tests.Hosting;
using NodaTime;

namespace Gdpr.Conformance.Tests.Gignos;

/// <summary>For how long Gignos keeps customers, and people who may become some.</summary>
public sealed class RetentionTests
{
    private const string Customer = "became-customer=2015-03-01;last-contact=2020-01-15;last-invoice=2026-04-01";

    [Theory]
    [InlineData("crm.contacts")]
    [InlineData("newsletter.recipients")]
    [Trait("clause", "GIG-05")]
    public async Task Customers_stay_while_they_are_and_prospects_while_the_judgement_is_fresh(string dataSet)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        await host.ShouldLeaveAsync(
            dataSet,
            ("customer", Customer, true),
            ("leaves-today", Customer + ";left=2026-11-21", true),
            ("left-yesterday", Customer + ";left=2026-11-20", false),
            ("left-and-judged-anew", Customer + ";left=2026-11-20;assessed=2026-11-20", true),
            ("judged-a-year-ago", "assessed=2025-11-21;last-contact=2025-11-21", true),
            ("judged-earlier", "assessed=2025-11-20;last-contact=2025-11-20", false),
            ("never-judged", "last-contact=2026-11-20", false),
            ("silent-customer", "became-customer=2015-03-01;last-contact=2023-11-20;last-invoice=2025-10-20", false),
            ("silent-customer-with-invoices", "became-customer=2015-03-01;last-contact=2023-11-20;last-invoice=2025-10-21", true));
    }

    [Fact]
    [Trait("clause", "GIG-05")]
    public async Task A_judgement_that_nobody_renews_lapses_and_the_person_goes_the_day_after_without_anybody_asking()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Gignos);
        await host.PutAsync("crm.contacts", "renewed", "p1", "assessed=2025-11-22;last-contact=2025-11-22");
        await host.PutAsync("crm.contacts", "forgotten", "p2", "assessed=2025-11-22;last-contact=2025-11-22");
        (await host.SweepAsync()).IsComplete.ShouldBeTrue();
        await host.SetTriggerAsync("crm.contacts", "renewed", "assessed", "2026-11-21");

        await host.PassAsync(Duration.FromDays(1));
        (await host.FindAsync("crm.contacts", "forgotten")).ShouldNotBeNull("the last day of the judgement");
        await host.PassAsync(Duration.FromDays(1));

        (await host.FindAsync("crm.contacts", "forgotten")).ShouldBeNull();
        (await host.FindAsync("crm.contacts", "renewed")).ShouldNotBeNull();
        await host.ShouldVerifyAsync();
    }
}
