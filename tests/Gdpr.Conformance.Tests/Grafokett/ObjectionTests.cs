using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Subjects;

namespace Gdpr.Conformance.Tests.Grafokett;

/// <summary>What people object to at Grafokett, and what goes on all the same.</summary>
public sealed class ObjectionTests
{
    [Fact]
    [Trait("clause", "GRA-09")]
    public async Task An_objection_to_marketing_stops_it_at_once_without_assessment()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");
        (await AskAsync(host, person, "sales", "direct-marketing", "crm.customers.email")).IsAllowed.ShouldBeTrue();

        await host.ReceiveAsync(DataSubjectRight.Objection, person, intake => intake with { IsMarketing = true, Identity = null });

        (await AskAsync(host, person, "sales", "direct-marketing", "crm.customers.email")).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.MarketingObjection);
        (await AskAsync(host, person, "sales", "direct-marketing", "customer-zone.usage")).IsAllowed.ShouldBeFalse("nor by which services are used");
    }

    [Fact]
    [Trait("clause", "GRA-07")]
    public async Task Messages_about_the_service_go_on_after_an_objection_to_marketing()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");

        await host.ReceiveAsync(DataSubjectRight.Objection, person, intake => intake with { IsMarketing = true, Identity = null });

        var decision = await AskAsync(host, person, "sales", "customer-relations", "crm.customers.email");
        decision.IsAllowed.ShouldBeTrue(decision.ToString());
    }

    [Fact]
    [Trait("clause", "GRA-08")]
    public async Task An_objection_to_development_stops_it_while_it_is_assessed_and_for_good_when_it_is_upheld()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");
        await host.PutAsync("customer-zone.usage", "u1", "p1", "observed=2026-11-20");
        (await AskAsync(host, person, "developers", "service-improvement", "customer-zone.usage")).IsAllowed.ShouldBeTrue();

        await host.ReceiveAsync(DataSubjectRight.Objection, person, intake => intake with { Scope = new RequestScope { Purposes = ["service-improvement"] } });
        (await AskAsync(host, person, "developers", "service-improvement", "customer-zone.usage")).Reasons
            .ShouldContain(reason => reason.Code == ProcessingReasons.ObjectionPending);

        await host.HandleAsync(DataSubjectRight.Objection, person, intake => intake with { Scope = new RequestScope { Purposes = ["service-improvement"] } });
        (await AskAsync(host, person, "developers", "service-improvement", "customer-zone.usage")).Reasons
            .ShouldContain(reason => reason.Code == ProcessingReasons.ObjectionUpheld || reason.Code == ProcessingReasons.PurposeEnded);
    }

    [Fact]
    [Trait("clause", "GRA-10")]
    public async Task Security_goes_on_after_an_objection_only_when_compelling_grounds_are_recorded()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Grafokett);
        var person = await host.PersonAsync("p1");
        await host.PutAsync("network.abuse-cases", "a1", "p1", "opened=2026-11-20");

        await host.ReceiveAsync(DataSubjectRight.Objection, person, intake => intake with { Scope = new RequestScope { Purposes = ["security"] } });
        (await AskAsync(host, person, "security", "security", "network.abuse-cases")).IsAllowed.ShouldBeFalse();

        var handled = await host.HandleAsync(
            DataSubjectRight.Objection, person, intake => intake with { Scope = new RequestScope { Purposes = ["security"] } }, grantWeighed: false);

        (await AskAsync(host, person, "security", "security", "network.abuse-cases")).IsAllowed.ShouldBeTrue();
        handled.Lines.ShouldContain(line => line.Reason == RightsReasons.ObjectionOverruled && line.DecidedBy == Requests.Officer);
    }

    private static Task<ProcessingDecision> AskAsync(OrganisationHost host, DataSubject person, string role, string purpose, string data) =>
        host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(person, purpose) { Actor = ProcessingActor.Person(role, "a1"), Data = [data], Channel = "email" });
}
