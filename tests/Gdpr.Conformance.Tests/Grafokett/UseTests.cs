using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Policies;
using Gdpr.Processing;

namespace Gdpr.Conformance.Tests.Grafokett;

/// <summary>What Grafokett may use data for, on which basis, and which of its staff.</summary>
public sealed class UseTests
{
    [Theory]
    [InlineData("delivery", "service-provision", "service", LawfulBasisKind.Contract)]
    [InlineData("finance", "bookkeeping", "bookkeeping", LawfulBasisKind.LegalObligation)]
    [InlineData("security", "security", "abuse-cases", LawfulBasisKind.LegitimateInterest)]
    [Trait("clause", "GRA-05")]
    public async Task The_basis_that_carries_a_use_is_told_and_journalled(string role, string purpose, string activity, LawfulBasisKind basis)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");

        var decision = await host.Get<IProcessingGate>().DecideAsync(
            new ProcessingRequest(person, purpose) { Activity = activity, Actor = ProcessingActor.Person(role, "a1") });

        decision.IsAllowed.ShouldBeTrue(decision.ToString());
        decision.Bases.ShouldAllBe(carrying => carrying.Activity == activity && carrying.Basis == basis);
        (await host.EntriesAsync()).ShouldContain(entry => entry.Content.Subject == person.Key && entry.Content.Data.Contains($"\"{activity}\""));
    }

    [Fact]
    [Trait("clause", "GRA-05")]
    public async Task Without_a_basis_in_force_nothing_is_processed()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");

        var decision = await host.Get<IProcessingGate>().DecideAsync(
            new ProcessingRequest(person, "prospect-news") { Actor = ProcessingActor.Person("sales", "a1") });

        decision.IsAllowed.ShouldBeFalse();
        decision.Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.ConsentMissing);
    }

    [Theory]
    [InlineData("support", "customer-support", "support.cases", null)]
    [InlineData("support", "customer-relations", "crm.customers.address", ProcessingReasons.RoleWithoutCategory)]
    [InlineData("support", "bookkeeping", "erp.invoices", ProcessingReasons.RoleWithoutPurpose)]
    [InlineData("finance", "customer-support", "support.cases", ProcessingReasons.RoleWithoutPurpose)]
    [Trait("clause", "GRA-25")]
    public async Task Staff_process_what_their_assignment_needs_and_nothing_else(string role, string purpose, string data, string? reason)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");

        var decision = await host.Get<IProcessingGate>().DecideAsync(
            new ProcessingRequest(person, purpose) { Actor = ProcessingActor.Person(role, "a1"), Data = [data] });

        if (reason is null)
        {
            decision.IsAllowed.ShouldBeTrue(decision.ToString());
        }
        else
        {
            decision.Reasons.ShouldContain(one => one.Code == reason);
        }
    }
}
