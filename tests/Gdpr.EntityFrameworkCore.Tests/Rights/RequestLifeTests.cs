using System.Data.Common;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.PostgresServer;
using Gdpr.Sqlite.Tests.Rights;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Gdpr.EntityFrameworkCore.Tests.Rights;

/// <summary>A person's requests from receipt to end, over the model of a context.</summary>
public sealed class RequestLifeTests
{
    [Fact]
    public async Task Access_then_erasure_with_a_contract_that_ends_and_an_invoice_that_the_law_keeps()
    {
        var folder = Directory.CreateTempSubdirectory("gdpr-ef-").FullName;
        try
        {
            var connectionString = $"Data Source={Path.Combine(folder, "data.db")};Pooling=False";
            await LiveAsync(
                options => options.Unwarned().UseSqlite(connectionString), gdpr => gdpr.UseSqlite(connectionString), () => new SqliteConnection(connectionString),
                life => life.AccessThenErasureAsync());
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    [PostgresFact]
    public async Task Access_then_erasure_likewise_on_PostgreSQL()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await LiveOnPostgresAsync(database, life => life.AccessThenErasureAsync());
    }

    [PostgresFact]
    public async Task Erasure_waits_for_a_row_that_another_transaction_has_and_takes_it_and_a_sweep_leaves_it_out()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await LiveOnPostgresAsync(database, life => life.ErasureOfARowInUseAsync(async () =>
        {
            var connection = new NpgsqlConnection(database.ConnectionString);
            await connection.OpenAsync();
            return connection;
        }));
    }

    private static Task LiveOnPostgresAsync(PostgresDatabase database, Func<RequestLife, Task> live) => LiveAsync(
        options => options.Unwarned().UseNpgsql(database.ConnectionString), gdpr => gdpr.UsePostgreSql(database.ConnectionString), () => new NpgsqlConnection(database.ConnectionString), live);

    private static async Task LiveAsync(
        Action<DbContextOptionsBuilder> connect, Action<GdprBuilder> addStores, Func<DbConnection> newConnection, Func<RequestLife, Task> live)
    {
        var clock = new SettableClock(RequestLife.Begin);
        var ring = InMemoryKeyRing.WithRandomKey();
        await using var host = RequestLife.Host(
            clock,
            gdpr =>
            {
                addStores(gdpr);
                gdpr.UseKeyRing("test", _ => ring).AddDbContextSource<Shop>("crm");
            },
            services => services.AddDbContext<Shop>(connect));
        await using (var scope = host.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<Shop>().Database.EnsureCreatedAsync();
        }

        await live(new RequestLife(host, clock, statement => RowsAsync(newConnection, statement), query => RowsAsync(newConnection, query)));
    }

    private static async Task<IReadOnlyList<string>> RowsAsync(Func<DbConnection> newConnection, string query)
    {
        await using var connection = newConnection();
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

    /// <summary>The shop's tables, with the names that the statements of the life use.</summary>
    private sealed class Shop(DbContextOptions<Shop> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Customer>().ToTable("customers").Property(customer => customer.Id).ValueGeneratedNever();
            modelBuilder.Entity<Invoice>().ToTable("invoices").Property(invoice => invoice.Id).ValueGeneratedNever();
            foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(type => type.GetProperties()))
            {
                property.SetColumnName(property.Name.ToLowerInvariant());
            }
        }
    }

    [DataSet("crm.customers")]
    private sealed class Customer
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Name { get; set; }

        [DataCategory("identity.picture")]
        public string? Picture { get; set; }

        [RetentionTrigger("ended")]
        public DateOnly? Ended { get; set; }

        [RetentionTrigger("created")]
        public DateOnly? Created { get; set; }
    }

    [DataSet("crm.invoices")]
    private sealed class Invoice
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        [DataCategory("identity.name")]
        public string? Payer { get; set; }

        [RetentionTrigger("booked")]
        public DateOnly Booked { get; set; }
    }
}
