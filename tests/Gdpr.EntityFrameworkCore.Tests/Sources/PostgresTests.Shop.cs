using System.Globalization;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Policies;
using Gdpr.PostgresServer;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.EntityFrameworkCore.Tests.Sources;

/// <summary>The shop of the tests, in a database of its own.</summary>
public sealed partial class PostgresTests
{
    private sealed class PostgresShop : IAsyncDisposable
    {
        private readonly PostgresDatabase _database;
        private readonly ServiceProvider _services;

        private PostgresShop(PostgresDatabase database)
        {
            _database = database;
            _services = new ServiceCollection()
                .AddDbContextPool<Shop>(options => options.Unwarned().UseNpgsql(database.ConnectionString, npgsql => npgsql.EnableRetryOnFailure()), poolSize: 4)
                .BuildServiceProvider(validateScopes: true);
        }

        public static async Task<PostgresShop> CreateAsync()
        {
            var shop = new PostgresShop(await PostgresDatabase.CreateAsync());
            shop.Do(context => context.Database.EnsureCreated());
            return shop;
        }

        public DbContextSource NewSource(Action<DbContextSourceOptions>? configure = null)
        {
            var options = new DbContextSourceOptions();
            configure?.Invoke(options);
            return new DbContextSource("shop", new EfContexts<Shop>(_services), SourceCalls.Platforms, options);
        }

        public void Do(Action<Shop> work)
        {
            using var scope = _services.CreateScope();
            work(scope.ServiceProvider.GetRequiredService<Shop>());
        }

        public void Add(params Customer[] customers) => Do(context =>
        {
            context.AddRange(customers);
            context.SaveChanges();
        });

        public void AddOld(int first, int count, string tenant = "ours") => Add([.. Enumerable.Range(first, count).Select(id => new Customer
        {
            Id = id, Tenant = tenant, Name = "x", Person = new Person { Number = $"person {id}" }, ContractEnded = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero),
        })]);

        /// <summary>So many customers whose contract has ended, of two tenants, set-based.</summary>
        public Task FillAsync(int count) => _database.ExecuteAsync($""""
            INSERT INTO "Sales.Shop"."Person" ("Id", "Number") OVERRIDING SYSTEM VALUE SELECT i, 'person ' || i FROM generate_series(1, {count}) i;
            INSERT INTO "Sales.Shop"."The ""customers""" ("Id", "Tenant", "Name", "PersonId", "ContractEnded")
              SELECT i, CASE i % 2 WHEN 0 THEN 'ours' ELSE 'theirs' END, 'x', i, timestamptz '2020-01-01' FROM generate_series(1, {count}) i;
            ANALYZE
            """");

        public async Task<bool> HasAsync(int id) =>
            (long)(await _database.ReadAsync($"SELECT count(*) FROM \"Sales.Shop\".\"The \"\"customers\"\"\" WHERE \"Id\" = {id}"))! == 1;

        /// <summary>Ends connections that are at work, until so many are ended or somebody says so.</summary>
        /// <returns>How many connections were ended.</returns>
        public async Task<long> EndConnectionsAsync(int most, CancellationToken cancellationToken)
        {
            var count = 0L;
            while (count < most && !cancellationToken.IsCancellationRequested)
            {
                count += (long)(await _database.ReadAsync(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state IN ('active', 'idle in transaction')"))!;
            }

            return count;
        }

        public List<string> Keys()
        {
            var keys = new List<string>();
            Do(context => keys.AddRange(context.Customers.IgnoreQueryFilters().Select(customer => customer.Id).AsEnumerable().Select(id => id.ToString(CultureInfo.InvariantCulture))));
            return keys;
        }

        public async ValueTask DisposeAsync()
        {
            await _services.DisposeAsync();
            await _database.DisposeAsync();
        }
    }

    private sealed class Shop(DbContextOptions<Shop> options) : DbContext(options)
    {
        public DbSet<Customer> Customers => Set<Customer>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.HasDefaultSchema("Sales.Shop");
            modelBuilder.Entity<Customer>().ToTable("The \"customers\"").HasQueryFilter("tenant", customer => customer.Tenant == "ours");
            modelBuilder.Entity<Customer>().Property(customer => customer.Id).ValueGeneratedNever();
        }
    }

    [DataSet("crm.customers")]
    private sealed class Customer
    {
        public int Id { get; set; }

        public string Tenant { get; set; } = "";

        public string? Name { get; set; }

        [DataSubjectId]
        public Person? Person { get; set; }

        public DateTimeOffset? ContractEnded { get; set; }
    }

    private sealed class Person
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Number { get; set; } = "";
    }
}
