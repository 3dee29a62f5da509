using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Journals;
using Gdpr.PostgresServer;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>A context of any model in a host that uses the library: on SQLite in a file of its own, or on PostgreSQL in a database of its own.</summary>
internal sealed class GuardedHost<TContext> : IAsyncDisposable
    where TContext : DbContext
{
    private readonly string? _folder;
    private readonly PostgresDatabase? _postgres;
    private readonly ServiceProvider _services;
    private long _position;

    private GuardedHost(
        string? folder, PostgresDatabase? postgres, string policy, Action<DbContextSourceOptions>? configure, Action<GdprContextOptions>? use, Action<DbContextOptionsBuilder>? more, bool isPooled,
        bool hasJournalInDatabase)
    {
        (_folder, _postgres) = (folder, postgres);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        Action<IServiceProvider, DbContextOptionsBuilder> build = (provider, options) =>
        {
            _ = postgres is null ? options.Unwarned().UseSqlite($"Data Source={Path.Combine(folder!, "data.db")}") : options.Unwarned().UseNpgsql(postgres.ConnectionString);
            options.UseGdpr(provider, use);
            more?.Invoke(options);
        };
        _ = isPooled ? services.AddPooledDbContextFactory<TContext>(build) : services.AddDbContextFactory<TContext>(build);
        services.AddGdpr(gdpr => (hasJournalInDatabase
                ? gdpr.UsePostgreSql(postgres!.ConnectionString, sharesHostDatabase: true).UseKeyRing("test", _ => InMemoryKeyRing.WithRandomKey()) : gdpr.UseInMemoryStores())
            .UsePolicyJson(policy).AddSqlitePlatform().AddPostgreSqlPlatform().AddDbContextSource<TContext>("shop", configure));
        _services = services.BuildServiceProvider();
    }

    public SettableClock Clock { get; } = new(Instant.FromUtc(2026, 6, 15, 12, 0));

    public IServiceProvider Services => _services;

    public DbContextSource Source => (DbContextSource)_services.GetServices<IPersonalDataSource>().Single();

    public RetentionEvaluator Evaluator => _services.GetRequiredService<GdprPolicies>().EvaluateNow();

    public static async Task<GuardedHost<TContext>> CreateAsync(
        string policy, bool isPostgres = false, Action<DbContextSourceOptions>? configure = null, Action<GdprContextOptions>? use = null, Action<DbContextOptionsBuilder>? more = null,
        bool isPooled = false, bool hasJournalInDatabase = false)
    {
        var host = new GuardedHost<TContext>(
            isPostgres ? null : Directory.CreateTempSubdirectory("gdpr-guarded-").FullName, isPostgres ? await PostgresDatabase.CreateAsync() : null, policy, configure, use, more, isPooled, hasJournalInDatabase);
        await using (var context = host.Open())
        {
            await context.Database.EnsureCreatedAsync();
        }

        await host.Services.GetRequiredService<IJournalStore>().PrepareAsync(CancellationToken.None);
        await host.Services.GetRequiredService<ISubjectVault>().PrepareAsync(CancellationToken.None);
        await host.Source.PrepareAsync(host.Evaluator.Schedule, CancellationToken.None);
        return host;
    }

    public TContext Open() => _services.GetRequiredService<IDbContextFactory<TContext>>().CreateDbContext();

    public async Task AddAsync(params object[] entities)
    {
        await using var context = Open();
        context.AddRange(entities);
        await context.SaveChangesAsync();
    }

    public async Task FactAsync(string dataSet, string person, RecordFact fact) =>
        (await Source.ChangeFactsAsync([new FactChange($"f{_position}", dataSet, new FactTarget.Subjects([person]), fact)], ++_position, CancellationToken.None)).ShouldBeEmpty();

    /// <summary>Runs a statement that no context sees.</summary>
    public Task ExecuteAsync(string statement) => _postgres!.ExecuteAsync(statement);

    public async Task<List<ExportedRecord>> ExportAsync(string dataSet, params string[] people)
    {
        var records = new List<ExportedRecord>();
        await foreach (var record in Source.ExportAsync(dataSet, people, CancellationToken.None))
        {
            records.Add(record);
        }

        return records;
    }

    public async Task<List<JournalEntry>> EntriesAsync()
    {
        var entries = new List<JournalEntry>();
        await foreach (var entry in _services.GetRequiredService<IJournalStore>().ReadAllAsync(0, CancellationToken.None))
        {
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>The rows of a table, whoever may see them.</summary>
    public async Task<long> CountAsync(string table)
    {
        await using var context = Open();
        await context.Database.OpenConnectionAsync();
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"SELECT count(*) FROM \"{table}\"";
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        if (_folder is not null)
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(_folder, recursive: true);
        }
    }
}

/// <summary>Policies of the tests, in few words.</summary>
internal static class GuardedPolicies
{
    /// <summary>A policy over <c>crm.customers</c>, kept two years after the last contact, and more data sets, each kept for the same.</summary>
    public static string Of(string fields = """ "name": "identity.name" """, params string[] others) => $$"""
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": { "crm": { "dataSets": {
            "customers": { "subject": "customer", "triggers": { "last-contact": { "whenNull": "unknown" } }, "fields": { {{fields}} } }
            {{string.Concat(others.Select(other => $$"""
            , "{{other}}": { "subject": "customer", "triggers": { "last-contact": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } }
            """))}} } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} },
              "data": ["crm.customers"{{string.Concat(others.Select(other => $", \"crm.{other}\""))}}], "retention": { "keep": "P24M", "after": "last-contact" } } } }
        """;
}
