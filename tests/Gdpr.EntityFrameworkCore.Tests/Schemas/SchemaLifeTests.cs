using System.Linq.Expressions;
using Gdpr.EntityFrameworkCore.Coverage;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.EntityFrameworkCore.Tests.Coverage;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.PostgresServer;
using Gdpr.Retention;
using Gdpr.Schemas;
using Gdpr.Sqlite.Tests.Sources;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Gdpr.EntityFrameworkCore.Tests.Schemas;

/// <summary>The lives of the schemas through models of EF Core, on both databases: from coverage to the last sweep, and what a restriction hides.</summary>
public sealed class SchemaLifeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gdpr-lives-").FullName;

    public static TheoryData<string> Models => ["music", "trade", "accounts", "identity", "nasty"];

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Every_row_of_a_model_goes_when_it_is_due_and_stays_while_it_is_held(string model)
    {
        var connectionString = $"Data Source={Path.Combine(_folder, "data.db")}";
        await using (var connection = new SqliteConnection(connectionString))
        {
            await connection.OpenAsync();
            var schema = SchemaOf(model);
            await using var command = new SqliteCommand(schema.SqliteTables + schema.Rows, connection);
            await command.ExecuteNonQueryAsync();
        }

        await LiveAsync(
            model,
            gdpr => gdpr.UseSqlite(connectionString).AddSqlitePlatform(),
            options => options.Unwarned().UseSqlite(connectionString),
            query => RowsAsync(new SqliteConnection(connectionString), query));
    }

    [PostgresTheory]
    [MemberData(nameof(Models))]
    public async Task Every_row_of_a_model_on_PostgreSQL_goes_when_it_is_due_and_stays_while_it_is_held(string model)
    {
        await using var database = await PostgresDatabase.CreateAsync();
        var schema = SchemaOf(model);
        await database.ExecuteAsync(schema.PostgresTables);
        await database.ExecuteAsync(schema.Rows);

        await LiveAsync(
            model,
            gdpr => gdpr.UsePostgreSql(database.ConnectionString).AddPostgreSqlPlatform(guardTables: true),
            options => options.Unwarned().UseNpgsql(database.ConnectionString, npgsql => npgsql.EnableRetryOnFailure()),
            query => RowsAsync(new NpgsqlConnection(database.ConnectionString), query));
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private static DatabaseSchema SchemaOf(string model) => new(model == "identity" ? "accounts" : model);

    private static Task LiveAsync(string model, Action<GdprBuilder> add, Action<DbContextOptionsBuilder> use, Func<string, Task<IReadOnlyList<string>>> rows) => model switch
    {
        "music" => LiveAsync<MusicContext, Customer>(model, row => row.CustomerId.ToString(), add, use, rows),
        "trade" => LiveAsync<TradeContext, TradeCustomer>(model, row => row.CustomerId, add, use, rows, TradeContext.Say),
        "accounts" => LiveAsync<AccountsContext, Account>(model, row => row.Id, add, use, rows),
        "identity" => LiveAsync<IdentityContext, Member>(model, row => row.Id, add, use, rows, IdentityContext.Say),
        _ => LiveAsync<NastyContext, NastyPerson>(model, row => row.Id.ToString(), add, use, rows, NastyContext.Say),
    };

    private static async Task LiveAsync<TContext, TPerson>(
        string model, Expression<Func<TPerson, string>> idOf, Action<GdprBuilder> add, Action<DbContextOptionsBuilder> use, Func<string, Task<IReadOnlyList<string>>> rows,
        Action<DbContextSourceOptions>? say = null)
        where TContext : DbContext
        where TPerson : class
    {
        var life = SchemaLife.All.Single(life => life.Schema == SchemaOf(model).Name);
        await life.LiveAsync(
            gdpr =>
            {
                add(gdpr);
                gdpr.Services.AddDbContext<TContext>(use);
                gdpr.AddDbContextSource<TContext>("data", say);
            },
            async host =>
            {
                await using var scope = host.CreateAsyncScope();
                await GdprCoverage.AssertCompleteAsync(scope.ServiceProvider.GetRequiredService<TContext>());
            },
            async host =>
            {
                await using var context = Seeing(host);
                (await context.Set<TPerson>().Select(idOf).ToListAsync()).ShouldNotContain(life.Erased, "whoever is restricted is seen by no ordinary query");
                (await context.ForAllowedUse(AllowedUse.LegalClaims).Set<TPerson>().Select(idOf).ToListAsync()).ShouldContain(life.Erased);
            },
            rows);

        // With services of its own: Entity Framework Core keeps those of each policy, and refuses a process that has too many.
        TContext Seeing(IServiceProvider host)
        {
            var options = new DbContextOptionsBuilder<TContext>().UseApplicationServiceProvider(host).EnableServiceProviderCaching(false);
            use(options.UseGdpr(host));
            return (TContext)Activator.CreateInstance(typeof(TContext), options.Options)!;
        }
    }

    private static async Task<IReadOnlyList<string>> RowsAsync(System.Data.Common.DbConnection connection, string query)
    {
        await using (connection)
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = query;
            await using var reader = await command.ExecuteReaderAsync();
            var rows = new List<string>();
            while (await reader.ReadAsync())
            {
                rows.Add(Convert.ToString(reader.GetValue(0), null)!);
            }

            return rows;
        }
    }
}
