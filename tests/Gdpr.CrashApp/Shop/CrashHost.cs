using Gdpr.Disposal;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Files.Keys;
using Gdpr.Files.Witnesses;
using Gdpr.Journals;
using Gdpr.PostgreSql.Sources;
using Gdpr.PostgreSql.Stores;
using Gdpr.Relational;
using Gdpr.Sqlite.Sources;
using Gdpr.Sqlite.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime.Extensions;

namespace Gdpr.CrashApp.Shop;

/// <summary>A host of the shop in a folder: two databases with data, one with the stores, a witness and a key ring in files. Or everything but those
/// files in one database of a PostgreSQL server.</summary>
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
    /// <param name="server">The connection string, where data and stores are in a database of PostgreSQL.</param>
    /// <param name="hasModel">Whether customers and orders are reached through the model of an application.</param>
    public static CrashHost Open(string folder, TimeProvider time, int batchSize, Action<string>? say = null, string? server = null, bool hasModel = false)
    {
        var services = new ServiceCollection();
        services.AddSingleton(time);
        services.AddDbContext<CrmContext>(options => _ = server is null
            ? options.UseSqlite($"Data Source={DatabaseOf("crm", folder)}")
            : options.UseNpgsql(server, npgsql => npgsql.EnableRetryOnFailure()));
        services.AddGdpr(gdpr =>
        {
            gdpr.ConfigureSweep(sweep => sweep.BatchSize = batchSize)
                .UsePolicy(CrashShop.Policy)
                .UseStores(folder, server, say)
                .AddSource(_ => LoudProxy.Around<Sources.IDisposalSource>(SourceOf("web", folder, server), say));
            _ = hasModel
                ? gdpr.AddSqlitePlatform().AddPostgreSqlPlatform().AddDbContextSource<CrmContext>("crm", CrmContext.Map)
                : gdpr.AddSource(_ => LoudProxy.Around<Sources.IDisposalSource>(SourceOf("crm", folder, server), say));
        });
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

    private static SqlSource SourceOf(string name, string folder, string? server) => new(
        name, server is null ? new SqliteDatabase($"Data Source={DatabaseOf(name, folder)}") : new PostgreSqlDatabase(server), CrashShop.MappingOf(name));
}

internal static class CrashStores
{
    public static GdprBuilder UseStores(this GdprBuilder gdpr, string folder, string? server, Action<string>? say)
    {
        gdpr.Services.AddSingleton(_ => new SqliteStores($"Data Source={CrashHost.DatabaseOf("gdpr", folder)}"));
        gdpr.Services.AddSingleton(_ => new PostgreSqlStores(server!));
        return gdpr
            .UseJournalStore("crash", provider => LoudProxy.Around(Of(provider, sqlite => sqlite.Journal, postgres => postgres.Journal), say))
            .UseSubjectVault("crash", provider => LoudProxy.Around(Of(provider, sqlite => sqlite.Vault, postgres => postgres.Vault), say))
            .UseStateStore("crash", provider => LoudProxy.Around(Of(provider, sqlite => sqlite.State, postgres => postgres.State), say))
            .UseWitness("crash", _ => LoudProxy.Around<IJournalWitness>(new FileJournalWitness(Path.Combine(folder, "witness")), say))
            .UseKeyRing("crash", _ => FileKeyRing.Open(Path.Combine(folder, "keys.json")));

        T Of<T>(IServiceProvider provider, Func<SqliteStores, T> inSqlite, Func<PostgreSqlStores, T> inPostgres) => server is null
            ? inSqlite(provider.GetRequiredService<SqliteStores>())
            : inPostgres(provider.GetRequiredService<PostgreSqlStores>());
    }
}
