using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Journals;
using Gdpr.PostgresServer;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>A host of several modules over one database, each with a source of its own: contexts, and tables of SQL.</summary>
internal sealed class ModuleHost : IAsyncDisposable
{
    private readonly string? _folder;
    private readonly PostgresDatabase? _postgres;
    private readonly ServiceProvider _services;
    private long _position;

    private ModuleHost(string? folder, PostgresDatabase? postgres, string policy, Action<Modules> add)
    {
        (_folder, _postgres) = (folder, postgres);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new SettableClock(Instant.FromUtc(2026, 6, 15, 12, 0)));
        services.AddGdpr(gdpr =>
        {
            gdpr.UseInMemoryStores().UsePolicyJson(policy).AddSqlitePlatform().AddPostgreSqlPlatform();
            add(new Modules(services, gdpr, postgres is null ? $"Data Source={Path.Combine(folder!, "data.db")}" : postgres.ConnectionString, postgres is not null));
        });
        _services = services.BuildServiceProvider();
    }

    public IServiceProvider Services => _services;

    public static async Task<ModuleHost> CreateAsync(string policy, bool isPostgres, Action<Modules> add) => new(
        isPostgres ? null : Directory.CreateTempSubdirectory("gdpr-modules-").FullName, isPostgres ? await PostgresDatabase.CreateAsync() : null, policy, add);

    public TContext Open<TContext>()
        where TContext : DbContext => _services.GetRequiredService<IDbContextFactory<TContext>>().CreateDbContext();

    /// <summary>Creates the tables of a context, but for those that its migrations leave to another.</summary>
    public async Task CreateTablesAsync<TContext>()
        where TContext : DbContext
    {
        await using var context = Open<TContext>();
        var database = context.GetService<IRelationalDatabaseCreator>();
        if (!await database.ExistsAsync())
        {
            await database.CreateAsync();
        }

        await database.CreateTablesAsync();
    }

    /// <summary>Starts as a host does: what is validated first, and what the sources and their database are looked at for.</summary>
    public async Task StartAsync()
    {
        _services.GetRequiredService<IStartupValidator>().Validate();
        await _services.GetRequiredService<GdprWork>().PrepareAsync();
    }

    public async Task AddAsync<TContext>(params object[] entities)
        where TContext : DbContext
    {
        await using var context = Open<TContext>();
        context.AddRange(entities);
        await context.SaveChangesAsync();
    }

    public async Task FactAsync(string source, string dataSet, string person, RecordFact fact)
    {
        var found = (IDisposalSource)_services.GetRequiredService<SourceInventory>().Sources.Single(one => one.Name == source);
        (await found.ChangeFactsAsync([new FactChange($"f{_position}", dataSet, new FactTarget.Subjects([person]), fact)], ++_position, CancellationToken.None)).ShouldBeEmpty();
    }

    /// <summary>Runs statements that no context sees.</summary>
    public async Task ExecuteAsync(string statements)
    {
        if (_postgres is not null)
        {
            await _postgres.ExecuteAsync(statements);
            return;
        }

        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder!, "data.db")}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = statements;
        await command.ExecuteNonQueryAsync();
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

    /// <summary>What the host consists of.</summary>
    internal sealed class Modules(IServiceCollection services, GdprBuilder gdpr, string connectionString, bool isPostgres)
    {
        /// <summary>Adds a context, which is a source.</summary>
        public Modules Context<TContext>(string source, Action<DbContextSourceOptions>? configure = null, string? elsewhere = null)
            where TContext : DbContext
        {
            services.AddDbContextFactory<TContext>((provider, options) =>
            {
                _ = isPostgres ? options.Unwarned().UseNpgsql(elsewhere ?? connectionString) : options.Unwarned().UseSqlite(elsewhere ?? connectionString);
                options.UseGdpr(provider);
            });
            gdpr.AddDbContextSource<TContext>(source, configure);
            return this;
        }

        /// <summary>Adds tables as a source.</summary>
        public Modules Tables(string source, Action<SqlMappingBuilder> map, string? elsewhere = null)
        {
            _ = isPostgres ? gdpr.AddPostgreSqlSource(source, elsewhere ?? connectionString, map) : gdpr.AddSqlSource(source, elsewhere ?? connectionString, map);
            return this;
        }
    }
}
