using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Journals;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.Interactions;

/// <summary>What somebody objects to with one firm is what that firm does, and not what another of the same policy does.</summary>
public sealed class OtherFirmsMarketingTests
{
    [Fact]
    public async Task An_objection_to_the_marketing_of_the_other_firm_is_not_said_to_be_done()
    {
        await using var host = await OrganisationHost.StartAsync(TwoFirms.Policy, now: Instant.FromUtc(2026, 3, 10, 9, 0));
        var south = await PersonAsync(host, TwoFirms.South, "anna");

        var request = await host.ReceiveAsync(DataSubjectRight.Objection, south, intake => intake with { Scope = new RequestScope { Purposes = ["direct-marketing"] } });

        var hasStopped = (await host.Get<SubjectDirectory>().ReadStateAsync(south)).Objections.Any(one => one.Stands(host.Now));
        (request.Outcome == RequestOutcome.Granted && !hasStopped).ShouldBeFalse("granted and executed, and nothing was stopped with anybody");
    }

    private static Task<DataSubject> PersonAsync(OrganisationHost host, string controller, string id) => host.Get<SubjectDirectory>().RegisterAsync(
        new SubjectRegistration(SubjectIdentifier.OfHost(id))
        {
            Controller = controller,
        });
}
