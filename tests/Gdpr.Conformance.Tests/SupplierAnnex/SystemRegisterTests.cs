using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Policies;
using Gdpr.Rights;
using Gdpr.Sources;
using Gdpr.Subjects;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.Conformance.Tests.SupplierAnnex;

/// <summary>The supplier's systems, and those that receive from them.</summary>
public sealed class SystemRegisterTests
{
    [Fact]
    [Trait("clause", "SUP-24")]
    public async Task A_source_whose_system_is_not_registered_stops_the_start_and_is_told()
    {
        var forgotten = new InMemorySource("forgotten");
        forgotten.Add<Row>("forgotten.rows", row => row.Id, set => set.Subject(row => row.Id));

        var refused = await Should.ThrowAsync<GdprSetupException>(
            () => OrganisationHost.StartAsync(Organisation.SupplierAnnex, gdpr => gdpr.AddSource(forgotten)));

        refused.Message.ShouldContain("forgotten.rows");
    }

    [Fact]
    [Trait("clause", "SUP-21")]
    public async Task An_address_that_would_send_data_in_the_clear_keeps_the_organisation_from_starting()
    {
        Organisation.SupplierAnnex.Policy.Recipients["sms-provider"].Endpoint.ShouldStartWith("https://");

        (await OrganisationHost.RefusedAsync(Organisation.SupplierAnnex, policy => policy["recipients"]!["sms-provider"]!["endpoint"] = "http://sms.example/messages"))
            .ShouldContain(finding => finding.Code == FindingCodes.EndpointNotEncrypted && finding.Path == "/recipients/sms-provider/endpoint");
    }

    /// <summary>The machine itself is the only place to which something may go in the clear.</summary>
    [Theory]
    [InlineData("http://other.example/take")]
    [InlineData("ftp://other.example/take")]
    [Trait("clause", "SUP-21")]
    public async Task A_persons_data_goes_to_no_other_controller_in_the_clear(string to)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex, gdpr => gdpr.AddHttpTransfer());
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("portal.accounts", "a1", "p1", "last-sign-in=2026-11-01");
        var package = await requests.ComposePackageAsync((await host.HandleAsync(DataSubjectRight.Portability, person)).Id);

        await Should.ThrowAsync<ArgumentException>(() => requests.TransferAsync(package, new Uri(to), host.Get<IPortabilityTransfer>(), Requests.Officer));
    }

    private sealed record Row(string Id);
}
