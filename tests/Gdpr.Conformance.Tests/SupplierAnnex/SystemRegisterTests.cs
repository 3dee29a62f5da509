using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Policies;
using Gdpr.Sources;

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
    public void An_address_that_would_send_data_in_the_clear_is_refused()
    {
        var recipient = Organisation.SupplierAnnex.Policy.Recipients.First(one => one.Value.Endpoint is not null);
        recipient.Value.Endpoint.ShouldStartWith("https://");

        Organisation.SupplierAnnex.FindingsAfter(policy => policy["recipients"]![recipient.Key]!["endpoint"] = recipient.Value.Endpoint!.Replace("https://", "http://"))
            .ShouldContain(finding => finding.Severity == FindingSeverity.Error && finding.Path == $"/recipients/{recipient.Key}/endpoint");
    }

    private sealed record Row(string Id);
}
