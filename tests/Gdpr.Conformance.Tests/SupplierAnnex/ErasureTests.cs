using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Policies;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.SupplierAnnex;

/// <summary>How long the supplier's copies live.</summary>
public sealed class ErasureTests
{
    [Fact]
    [Trait("clause", "SUP-09")]
    public async Task A_receipt_says_when_the_last_backup_copy_is_gone()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex);
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("support.cases", "c1", "p1", "opened=2026-11-01;closed=2026-11-02");

        var request = await host.HandleAsync(DataSubjectRight.Erasure, person);
        var answer = await requests.ComposeAnswerAsync(request.Id, "sv");

        (await host.FindAsync("support.cases", "c1")).ShouldBeNull();
        host.Policy.Systems["support"].Backup!.Keep.ToString().ShouldBe("P90D");
        answer.Content.Results.Single(result => result.DataSet == "support.cases").BackupUntil.ShouldBe(new LocalDate(2027, 2, 19), "ninety days after the erasure");
    }

    [Theory]
    [InlineData("text-messages", "P13M")]
    [InlineData("text-messages", "P6D")]
    [InlineData("operation", "P13M")]
    [InlineData("operation", "P6D")]
    [InlineData("customer-backup", "P13M")]
    [Trait("clause", "SUP-09")]
    public async Task A_log_kept_longer_than_twelve_months_or_shorter_than_seven_days_keeps_the_organisation_from_starting(string activity, string period) =>
        (await OrganisationHost.RefusedAsync(Organisation.SupplierAnnex, policy => policy["activities"]![activity]!["retention"]!["keep"] = period))
            .ShouldContain(finding => finding.Code == FindingCodes.MinimumOverMaximum && finding.Severity == FindingSeverity.Error
                && finding.Path.StartsWith($"/activities/{activity}/retention", StringComparison.Ordinal));
}
