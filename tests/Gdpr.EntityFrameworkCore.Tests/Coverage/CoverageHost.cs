using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Schemas;
using Gdpr.Sources;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.EntityFrameworkCore.Tests.Coverage;

/// <summary>A host with a context over a database whose tables are there already.</summary>
internal sealed class CoverageHost<TContext> : IDisposable
    where TContext : DbContext
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gdpr-ef-").FullName;
    private readonly ServiceProvider _services;

    /// <param name="schema">The tables and the policy.</param>
    /// <param name="migrations">Statements after the tables are there.</param>
    /// <param name="configure">Says what the model does not.</param>
    /// <param name="add">Adds more to the library, given the connection string.</param>
    /// <param name="postgres">The connection string of a PostgreSQL database whose tables are there already; without one, a SQLite file.</param>
    public CoverageHost(
        DatabaseSchema schema, string migrations = "", Action<DbContextSourceOptions>? configure = null, Action<GdprBuilder, string>? add = null, string? postgres = null)
    {
        var connectionString = postgres ?? $"Data Source={Path.Combine(_folder, "data.db")}";
        if (postgres is null)
        {
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = schema.SqliteTables + migrations;
            command.ExecuteNonQuery();
        }

        var services = new ServiceCollection();
        services.AddDbContext<TContext>(options => _ = postgres is null ? options.Unwarned().UseSqlite(connectionString) : options.Unwarned().UseNpgsql(connectionString));
        services.AddGdpr(gdpr =>
        {
            gdpr.UsePolicyJson(schema.Policy).UseInMemoryStores().AddSqlitePlatform().AddPostgreSqlPlatform().AddDbContextSource<TContext>("host", configure);
            add?.Invoke(gdpr, connectionString);
        });
        _services = services.BuildServiceProvider(validateScopes: true);
    }

    public string Folder => _folder;

    public DbContextSource Source => _services.GetServices<IPersonalDataSource>().OfType<DbContextSource>().First();

    public Gdpr.Retention.RetentionEvaluator Evaluator => _services.GetRequiredService<GdprPolicies>().EvaluateNow();

    public GdprWork Work => _services.GetRequiredService<GdprWork>();

    public async Task WithAsync(Func<TContext, Task> work)
    {
        await using var scope = _services.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<TContext>());
    }

    /// <summary>Code and place of everything found.</summary>
    public async Task<IReadOnlyList<string>> FindAsync()
    {
        IReadOnlyList<CoverageFinding> findings = [];
        await WithAsync(async context => findings = await EntityFrameworkCore.Coverage.GdprCoverage.CheckAsync(context));
        return [.. findings.Select(finding => $"{finding.Code} {finding.Place}")];
    }

    public void Dispose()
    {
        _services.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
