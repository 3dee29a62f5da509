using Gdpr.Disposal;

namespace Gdpr.Conformance.Tests.Hosting;

/// <summary>Each of the five policies runs as it stands over a real database.</summary>
public sealed class OrganisationHostTests
{
    [Theory]
    [MemberData(nameof(Organisation.Names), MemberType = typeof(Organisation))]
    public async Task Every_data_set_of_the_policy_is_found_in_the_database_and_swept(string name)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.Named(name));
        foreach (var (path, _) in host.Organisation.DataSets)
        {
            await host.PutAsync(path, "1", "p1");
        }

        var result = await host.SweepAsync();

        result.DataSets.ShouldAllBe(outcome => outcome.Status == SweepStatus.Completed);
        await host.ShouldVerifyAsync();
    }
}
