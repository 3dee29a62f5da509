using System.Net;
using System.Text;
using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Journals;
using Gdpr.Rights;
using Gdpr.Subjects;

namespace Gdpr.Conformance.Tests.SupplierAnnex;

/// <summary>What the supplier's logs, monitoring and backups say of people, and for how long.</summary>
public sealed class LogTests
{
    [Fact]
    [Trait("clause", "SUP-13")]
    public async Task Who_is_logged_is_known_by_a_pseudonym_under_which_the_lines_are_found_again()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex);
        var (user, address, pseudonyms) = (SubjectIdentifier.OfEmail("anna@kund.example"), IPAddress.Parse("192.0.2.17"), host.Get<LogPseudonyms>());
        foreach (var (id, who) in new[] { ("e1", user), ("e2", SubjectIdentifier.OfEmail("Anna@Kund.example ")), ("e3", SubjectIdentifier.OfEmail("bo@kund.example")) })
        {
            await host.PutAsync("logs.events", id, pseudonyms.Of(who), "logged=2026-11-01", $"{pseudonyms.Of(who)} from {pseudonyms.Of(address)}");
        }

        var person = await host.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(user)
        {
            NativeIds = new Dictionary<string, IReadOnlyList<string>> { ["logs.events"] = pseudonyms.AllOf(user) },
        });
        var request = await host.HandleAsync(DataSubjectRight.Access, person);
        var answer = await host.Get<DataSubjectRequests>().ComposeAccessAsync(request.Id);

        var lines = answer.Content.DataSets.Single(dataSet => dataSet.DataSet == "logs.events").Records;
        lines.Count.ShouldBe(2, "one person's lines, however the address was written, and nobody else's");
        lines.ShouldAllBe(line => line.Fields["username"].GetString()!.StartsWith(pseudonyms.Of(user), StringComparison.Ordinal));
        (await host.FindAsync("logs.events", "e3"))!["ip-address"].ShouldContain(pseudonyms.Of(address), customMessage: "who came from the same address can still be told");
        Encoding.UTF8.GetString(answer.ToJson()).ShouldNotContain("192.0.2.17");
        (await host.EntriesAsync()).ShouldAllBe(entry => !entry.Content.Data.Contains("kund.example"));
    }

    [Theory]
    [InlineData("logs.events", "logged=2026-08-22", "logged=2026-08-23")]
    [InlineData("customer-services.customer-logs", "logged=2026-05-20", "logged=2026-05-21")]
    [InlineData("backup.own-copies", "taken=2026-08-22", "taken=2026-08-23")]
    [InlineData("backup.customer-copies", "taken=2025-11-20", "taken=2025-11-21")]
    [Trait("clause", "SUP-13")]
    public async Task Each_log_and_copy_goes_with_its_own_period(string dataSet, string past, string kept)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex);
        await host.PutAsync(dataSet, "old", "p1", past);
        await host.PutAsync(dataSet, "new", "p1", kept);

        await host.SweepAsync();

        (await host.FindAsync(dataSet, "old")).ShouldBeNull();
        (await host.FindAsync(dataSet, "new")).ShouldNotBeNull();
    }

    [Fact]
    [Trait("clause", "SUP-13")]
    public async Task A_sample_of_monitoring_stays_without_whose_it_was()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.SupplierAnnex);
        await host.PutAsync("logs.samples", "s1", "p1", "measured=2026-10-20", "192.0.2.17");

        await host.SweepAsync();

        var sample = (await host.FindAsync("logs.samples", "s1")).ShouldNotBeNull();
        sample.Keys.ShouldNotContain("username");
        string.Join(' ', sample.Values).ShouldNotContain("192.0.2.17");
    }
}
