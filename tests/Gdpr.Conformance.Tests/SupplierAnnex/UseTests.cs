using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Disclosures;
using Gdpr.Processing;

namespace Gdpr.Conformance.Tests.SupplierAnnex;

/// <summary>What the supplier's people and services may do, and what leaves its house.</summary>
public sealed class UseTests
{
    [Theory]
    [InlineData("invoice-service", true, "billing", "portal.customers.address", null)]
    [InlineData("invoice-service", true, "identity-verification", "portal.customers.national-number", ProcessingReasons.RoleWithoutPurpose)]
    [InlineData("invoice-service", false, "billing", "portal.customers.address", ProcessingReasons.RoleUnknown)]
    [InlineData("support", false, "service-provision", "portal.customers.email", null)]
    [InlineData("support", false, "service-provision", "portal.accounts", ProcessingReasons.RoleWithoutCategory)]
    [InlineData("developers", false, "billing", "portal.customers.address", ProcessingReasons.RoleWithoutPurpose)]
    [Trait("clause", "SUP-18")]
    public async Task People_and_services_have_the_permissions_of_their_role_and_no_more(string role, bool isService, string purpose, string data, string? reason)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex);
        var person = await host.PersonAsync("p1");
        var actor = isService ? ProcessingActor.Service(role, "s1") : ProcessingActor.Person(role, "a1");

        var decision = await host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(person, purpose) { Actor = actor, Data = [data] });

        decision.Reasons.Select(one => one.Code).ShouldBe(reason is null ? [] : [reason]);
    }

    [Fact]
    [Trait("clause", "SUP-12")]
    public async Task The_provider_of_text_messages_gets_number_and_text_alone()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex);
        var person = await host.PersonAsync("p1");

        var decision = await host.Get<DisclosureService>().DiscloseAsync(
            new DisclosureRequest("sms-provider", "order-handling", "messaging.dispatches") { Excess = DisclosureExcess.Trim }, person);

        decision.IsAllowed.ShouldBeTrue(string.Join("; ", decision.Reasons));
        decision.Fields.ShouldBe(["messaging.dispatches.phone", "messaging.dispatches.text"], ignoreOrder: true);
    }
}
