using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Policies;
using Gdpr.Rights;
using Gdpr.Subjects;

namespace Gdpr.Conformance.Tests.SupplierAnnex;

/// <summary>How long the supplier's copies live.</summary>
public sealed class ErasureTests
{
    [Fact]
    [Trait("clause", "SUP-09")]
    public async Task A_receipt_says_when_the_last_backup_copy_is_gone()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex);
        var person = await host.PersonAsync("p1");
        await host.PutAsync("support.cases", "c1", "p1", "opened=2026-11-01;closed=2026-11-02");

        var request = await host.HandleAsync(DataSubjectRight.Erasure, person);

        var backup = host.Policy.Systems["support"].Backup!.Keep;
        request.Results.Single(result => result.DataSet == "support.cases").BackupUntil.ShouldBe(backup!.Value.EndOf(new NodaTime.LocalDate(2026, 11, 21)));
    }

    [Fact]
    [Trait("clause", "SUP-09")]
    public void A_log_kept_longer_than_twelve_months_or_shorter_than_seven_days_is_refused()
    {
        var rule = Organisation.SupplierAnnex.Policy.Activities["operation"].Retention!;
        rule.AtLeast.ToString().ShouldBe("P7D");
        rule.AtMost.ToString().ShouldBe("P1Y");

        foreach (var period in new[] { "P13M", "P6D" })
        {
            Organisation.SupplierAnnex.FindingsAfter(policy => policy["activities"]!["operation"]!["retention"]!["keep"] = period)
                .ShouldContain(finding => finding.Severity == FindingSeverity.Error && finding.Path.StartsWith("/activities/operation/retention", StringComparison.Ordinal));
        }
    }
}
