using Gdpr.Disposal;
using Gdpr.Files.Keys;
using Gdpr.Files.Witnesses;
using Gdpr.Relational;
using Gdpr.Sqlite.Sources;
using Gdpr.Sqlite.Stores;
using Microsoft.Extensions.DependencyInjection;
using NodaTime.Extensions;

namespace Gdpr.CrashApp.Shop;

/// <summary>A host of the shop in a folder: two databases with data, one with the stores, a witness and a key ring in files.</summary>
internal sealed class CrashHost : IAsyncDisposable
{
    private readonly ServiceProvider _provider;

    private CrashHost(ServiceProvider provider) => _provider = provider;

    public IServiceProvider Services => _provider;

    /// <summary>Opens a host over what there is in the folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="batchSize">How many records a batch has.</param>
    /// <param name="say">Told of every call to a store or a source, before it is made.</param>
    public static CrashHost Open(string folder, TimeProvider time, int batchSize, Action<string>? say = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(time);
        services.AddGdpr(gdpr => gdpr
            .ConfigureSweep(sweep => sweep.BatchSize = batchSize)
            .UsePolicy(CrashShop.Policy)
            .UseStores(folder, say)
            .AddSource(_ => LoudProxy.Around<Sources.IDisposalSource>(SourceOf("crm", folder), say))
            .AddSource(_ => LoudProxy.Around<Sources.IDisposalSource>(SourceOf("web", folder), say)));
        return new CrashHost(services.BuildServiceProvider(validateScopes: true));
    }

    public static string DatabaseOf(string name, string folder) => Path.Combine(folder, $"{name}.db");

    /// <summary>Sweeps until nobody else sweeps any more.</summary>
    public async Task<IReadOnlyList<DataSetOutcome>> SweepAsync()
    {
        var outcomes = new List<DataSetOutcome>();
        IReadOnlyCollection<string>? left = null;
        do
        {
            var swept = await Get<Sweep>().RunAsync(dataSets: left);
            outcomes.AddRange(swept.DataSets);
            left = [.. swept.DataSets.Where(dataSet => dataSet.Status == SweepStatus.Busy).Select(dataSet => dataSet.DataSet)];
            if (left.Count > 0)
            {
                await Task.Delay(20);
            }
        }
        while (left.Count > 0);
        return outcomes;
    }

    /// <summary>Does everything that is due.</summary>
    public Task<GdprWorkReport> PumpAsync() =>
        Get<GdprWork>().RunDueAsync(Get<TimeProvider>().GetUtcNow().ToInstant(), TimeSpan.FromHours(1));

    public T Get<T>()
        where T : notnull => _provider.GetRequiredService<T>();

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    private static SqlSource SourceOf(string name, string folder) =>
        new(name, new SqliteDatabase($"Data Source={DatabaseOf(name, folder)}"), CrashShop.MappingOf(name));
}

internal static class CrashStores
{
    public static GdprBuilder UseStores(this GdprBuilder gdpr, string folder, Action<string>? say)
    {
        gdpr.Services.AddSingleton(_ => new SqliteStores($"Data Source={CrashHost.DatabaseOf("gdpr", folder)}"));
        return gdpr
            .UseJournalStore("crash", provider => LoudProxy.Around(Stores(provider).Journal, say))
            .UseSubjectVault("crash", provider => LoudProxy.Around(Stores(provider).Vault, say))
            .UseStateStore("crash", provider => LoudProxy.Around(Stores(provider).State, say))
            .UseWitness("crash", _ => LoudProxy.Around<Journals.IJournalWitness>(new FileJournalWitness(Path.Combine(folder, "witness")), say))
            .UseKeyRing("crash", _ => FileKeyRing.Open(Path.Combine(folder, "keys.json")));

        static SqliteStores Stores(IServiceProvider provider) => provider.GetRequiredService<SqliteStores>();
    }
}
