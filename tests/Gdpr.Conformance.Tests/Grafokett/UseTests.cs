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

    /// <summary>The record and the notice are rendered from the same declarations; the person's own list is what is rendered already.</summary>
    [Fact]
    [Trait("clause", "GRA-12")]
    public async Task Each_use_of_a_persons_data_is_told_with_its_basis_and_one_without_a_basis_keeps_the_organisation_from_starting()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");
        await host.PutAsync("crm.customers", "c1", "p1", "customer-since=2019-01-01;last-contact=2026-08-20");
        await host.PutAsync("erp.invoices", "i1", "p1", "booked=2026-03-01");

        var told = (await host.AccessAsync(person)).Purposes;

        told.Count.ShouldBeGreaterThan(2);
        told.ShouldAllBe(one => one.Basis == host.Policy.Activities[one.Activity].Basis!.Kind && one.Title.Length > 0 && one.Categories.Count > 0 && one.Criteria != null);
        told.Where(one => one.Basis == LawfulBasisKind.LegitimateInterest).ShouldAllBe(one => one.Interest != null);
        told.Where(one => one.Basis == LawfulBasisKind.LegalObligation).ShouldAllBe(one => one.Law != null);
        foreach (var activity in host.Policy.Activities.Where(one => one.Value.Capacity == ProcessingCapacity.Controller).Select(one => one.Key))
        {
            Organisation.Grafokett.FindingsWithout($"/activities/{activity}/basis")
                .ShouldContain(finding => finding.Code == FindingCodes.NoBasis && finding.Severity == FindingSeverity.Error, activity);
        }
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
