using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Relational;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.EntityFrameworkCore.Tests.Sources;

/// <summary>A SQLite database in a file of its own with the tables of a model, gone with the test.</summary>
internal sealed class TestDatabase<TContext> : IDisposable
    where TContext : DbContext
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gdpr-ef-").FullName;
    private readonly ServiceProvider _services;

    public TestDatabase(Action<DbContextSourceOptions>? configure = null, Action<IServiceCollection, string>? register = null)
    {
        ConnectionString = $"Data Source={Path.Combine(_folder, "data.db")}";
        var services = new ServiceCollection();
        if (register is not null)
        {
            register(services, ConnectionString);
        }
        else
        {
            services.AddDbContext<TContext>(options => options.Unwarned().UseSqlite(ConnectionString));
        }

        services.AddGdpr(gdpr => gdpr.AddSqlitePlatform().AddDbContextSource<TContext>("shop", configure));
        _services = services.BuildServiceProvider(validateScopes: true);
        Do(context => context.Database.EnsureCreated());
    }

    public string ConnectionString { get; }

    public IServiceProvider Services => _services;

    public DbContextSource Source => (DbContextSource)_services.GetServices<IPersonalDataSource>().Single();

    public void Do(Action<TContext> work)
    {
        using var scope = _services.CreateScope();
        if (scope.ServiceProvider.GetService<IDbContextFactory<TContext>>() is { } factory)
        {
            using var made = factory.CreateDbContext();
            work(made);
        }
        else
        {
            work(scope.ServiceProvider.GetRequiredService<TContext>());
        }
    }

    public void Add(params object[] entities) => Do(context =>
    {
        context.AddRange(entities);
        context.SaveChanges();
    });

    public IReadOnlyList<string> Rows(string query)
    {
        using var connection = new SqliteConnection($"{ConnectionString};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "NULL" : Convert.ToString(reader.GetValue(i), null))));
        }

        return rows;
    }

    public void Dispose()
    {
        _services.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>What tests ask of a source, in few words.</summary>
internal static class SourceCalls
{
    public static Instant Now { get; } = Instant.FromUtc(2026, 6, 15, 12, 0);

    /// <summary>Every kind of database that a package serves.</summary>
    public static IReadOnlyList<SqlPlatform> Platforms { get; } =
        [.. new ServiceCollection().AddGdpr(gdpr => gdpr.AddSqlitePlatform().AddPostgreSqlPlatform()).BuildServiceProvider().GetServices<SqlPlatform>()];

    private static readonly InMemoryKeyRing Keys = InMemoryKeyRing.WithRandomKey();

    /// <summary>A policy over customers that are kept for three months after their contract has ended.</summary>
    public static GdprPolicy Policy(
        string fields = """ "name": "identity.name" """, string triggers = """ "contract-ended": { "whenNull": "notHappened" } """, string more = "", string dataSets = "") => PolicyReader.Read($$"""
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": { "crm": { "dataSets": { "customers": { "subject": "customer", "triggers": { {{triggers}} }, "fields": { {{fields}} } } {{dataSets}} } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "contract-ended" } }
            {{more}} } }
        """).Policy!;

    public static RetentionEvaluator Evaluator(this GdprPolicy policy) => RetentionSchedule.Compile(policy).At(Now);

    public static DisposalBatch Batch(this RetentionEvaluator evaluator, string dataSet, int number = 1, int limit = 1000, string plan = "plan", long position = 0) =>
        new(plan, number, evaluator, dataSet, limit, position, Keys);

    public static async Task<IReadOnlyList<string>> SweepAsync(this IDisposalSource source, RetentionEvaluator evaluator, string dataSet = "crm.customers", int limit = 1000)
    {
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        var keys = new List<string>();
        for (var number = 1; ; number++)
        {
            var batch = await source.DisposeAsync(evaluator.Batch(dataSet, number, limit, $"plan of {dataSet}"), CancellationToken.None);
            if (batch.Rows.Count == 0)
            {
                return keys;
            }

            (await source.CountUndisposedAsync(batch, CancellationToken.None)).ShouldBe(0);
            keys.AddRange(batch.NativeKeys);
            number.ShouldBeLessThan(1000, "a sweep comes to an end");
        }
    }
}
