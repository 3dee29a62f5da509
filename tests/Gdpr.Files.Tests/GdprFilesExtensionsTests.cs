using Gdpr.Files.Keys;
using Gdpr.Files.Tests.Sources;
using Gdpr.Files.Witnesses;
using Gdpr.Journals;
using Gdpr.Sources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gdpr.Files.Tests;

public sealed class GdprFilesExtensionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_container_gives_witness_key_ring_and_sources()
    {
        FileKeyRing.Create(_folder["keys.json"]);
        await using var provider = Services().BuildServiceProvider(validateScopes: true);

        provider.GetRequiredService<IStartupValidator>();
        ((FileJournalWitness)provider.GetRequiredService<IJournalWitness>()).Path.ShouldBe(_folder["witness.json"]);
        provider.GetRequiredService<IKeyRing>().CurrentKeyId.ShouldBe("k1");
        provider.GetServices<IPersonalDataSource>().ShouldHaveSingleItem().DataSets.ShouldBe(["web.log"]);
    }

    [Fact]
    public async Task A_host_without_its_key_ring_does_not_start()
    {
        await using var provider = Services().BuildServiceProvider();

        Should.Throw<KeyRingException>(() => provider.GetRequiredService<IStartupValidator>().Validate());
    }

    public void Dispose() => _folder.Dispose();

    private ServiceCollection Services()
    {
        var services = new ServiceCollection();
        services.AddGdpr(gdpr => gdpr.UsePolicy(Logs.Schedule.Policy).UseWitnessFile(_folder["witness.json"]).UseKeyRingFile(_folder["keys.json"])
            .AddFileSource("web", _folder.Path, Logs.ByName));
        return services;
    }
}
