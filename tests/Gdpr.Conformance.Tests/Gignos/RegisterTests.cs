using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Policies;

namespace Gdpr.Conformance.Tests.Gignos;

/// <summary>The register of Gignos: what it may hold, and under which version of the policy.</summary>
public sealed class RegisterTests
{
    private static readonly Organisation Gignos = Organisation.Gignos;

    [Fact]
    [Trait("clause", "GIG-02")]
    public async Task A_source_that_maps_a_field_beyond_those_declared_stops_the_start_and_is_told_which()
    {
        var refused = await Should.ThrowAsync<GdprSetupException>(() => OrganisationHost.StartAsync(Gignos, changeMapping: (dataSet, set) =>
        {
            if (dataSet == "crm.contacts")
            {
                set.Field("birth-date", "f_role");
            }
        }));

        refused.Message.ShouldContain("birth-date");
        refused.Message.ShouldContain("crm.contacts");
        Gignos.DataSet("crm.contacts").Fields.Values.Select(field => field.Category).ShouldBe(
            ["identity.first-name", "identity.last-name", "contact.work-phone", "contact.work-email", "work.company", "work.role"], ignoreOrder: true);
    }

    [Fact]
    [Trait("clause", "GIG-29")]
    public async Task The_version_that_decided_on_a_date_is_told_when_the_next_has_long_replaced_it()
    {
        await using var host = await OrganisationHost.StartAsync(Gignos);
        var history = host.Get<PolicyHistory>();

        var decided = await history.DecidingAtAsync(host.Now);

        decided!.Hash.ShouldBe(Gignos.Policy.Hash);
        decided.Effective.ShouldBe(new NodaTime.LocalDate(2026, 1, 1));
        (await history.FindAsync(decided.Hash))!.Version.ShouldBe("2026.1");
        Gignos.FindingsWithout("/effective").ShouldContain(finding => finding.Code == FindingCodes.MissingMember);
    }

    [Theory]
    [InlineData("register")]
    [InlineData("newsletter")]
    [Trait("clause", "GIG-08")]
    public void Without_its_assessment_a_legitimate_interest_is_refused(string activity) =>
        Gignos.FindingsWithout($"/activities/{activity}/basis/legitimateInterest/assessment")
            .ShouldContain(finding => finding.Code == FindingCodes.NoBalancing && finding.Severity == FindingSeverity.Error);
}
