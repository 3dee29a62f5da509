using System.Diagnostics;
using Gdpr.EntityFrameworkCore.Tests.Visibility;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

public sealed class ExplainProbe
{
    [Gdpr.PostgresServer.PostgresFact]
    public async Task Probe()
    {
        var log = new StringWriter();
        var spy = new Spy();
        await using var host = await GuardedHost<Context>.CreateAsync(ShopHost.Policy, isPostgres: true, more: options => options.AddInterceptors(spy));
        await using (var context = host.Open())
        {
            await context.Database.OpenConnectionAsync();
            var command = context.Database.GetDbConnection().CreateCommand();
            command.CommandText = """
                INSERT INTO "Customers" ("Id", "Tenant", "Person", "Name", "LastContact") SELECT i, 1, 'p' || i, 'n' || (i * 7919 % 100000), timestamptz '2020-01-01' + (i * 7919 % 100000) * interval '35 minutes' FROM generate_series(1, 100000) i;
                INSERT INTO "Orders" ("Branch", "Number", "CustomerId", "Note", "Ordered") SELECT 'main', i, i, 'x', timestamp '2024-01-01' + (i * 7919 % 100000) * interval '10 minutes' FROM generate_series(1, 100000) i;
                CREATE INDEX ix_contact ON "Customers" ("LastContact"); CREATE INDEX ix_name ON "Customers" ("Name");
                ANALYZE;
                """;
            await command.ExecuteNonQueryAsync();
        }

        await using var open = host.Open();
        spy.Log = log;
        foreach (var round in new[] { "no facts", "facts" })
        {
            if (round == "facts")
            {
                for (var i = 0; i < 100; i++)
                {
                    await host.FactAsync("crm.customers", $"p{i * 900}", RecordFact.Of(RecordFlags.Restricted));
                }

                for (var i = 0; i < 100; i++)
                {
                    await host.FactAsync("crm.customers", $"p{i * 700}", RecordFact.Of(PurposeFact.ConsentGiven, "direct-marketing"));
                }
            }

            async Task Measure(string what, Func<Task<object>> work)
            {
                await work();
                var clock = Stopwatch.StartNew();
                var result = await work();
                log.WriteLine($"==== {round}: {what}: {result} in {clock.ElapsedMilliseconds} ms");
            }

            await Measure("count", async () => await open.ForPurpose("service-provision").Set<Customer>().CountAsync());
            await Measure("count none", async () => await open.Set<Customer>().CountAsync());
            await Measure("find", async () => (await open.Set<Customer>().AsNoTracking().FirstOrDefaultAsync(c => c.Id == 99999))?.Id ?? 0);
            await Measure("page", async () => (await open.ForPurpose("service-provision").Set<Customer>().AsNoTracking().OrderBy(c => c.Name).Take(20).ToListAsync()).Count);
            await Measure("join", async () => await open.Set<Customer>().SelectMany(c => c.Orders).CountAsync());
            await Measure("orders", async () => (await open.Set<Order>().AsNoTracking().OrderBy(o => o.Number).Take(20).ToListAsync()).Count);
        }

        await File.WriteAllTextAsync("/tmp/revef-x/explain.txt", log.ToString());
    }

    private sealed class Spy : DbCommandInterceptor
    {
        public StringWriter? Log { get; set; }

        public override async ValueTask<System.Data.Common.DbDataReader> ReaderExecutedAsync(System.Data.Common.DbCommand command, CommandExecutedEventData eventData, System.Data.Common.DbDataReader result, CancellationToken cancellationToken = default)
        {
            if (Log is not null)
            {
                Log.WriteLine(command.CommandText);
                await using var other = new Npgsql.NpgsqlConnection(((Npgsql.NpgsqlConnection)command.Connection!).ConnectionString);
                await other.OpenAsync(cancellationToken);
                await using var explain = new Npgsql.NpgsqlCommand("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + string.Join('\n', command.CommandText.Split('\n').Where(line => !line.StartsWith("--", StringComparison.Ordinal))), other);
                foreach (Npgsql.NpgsqlParameter parameter in command.Parameters)
                {
                    explain.Parameters.Add(parameter.Clone());
                }

                await using var reader = await explain.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    Log.WriteLine("    " + reader.GetString(0));
                }
            }

            return result;
        }
    }

    internal sealed class Context(DbContextOptions<Context> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Customer>().ToTable("Customers");
            modelBuilder.Entity<Invoice>().ToTable("Invoices");
            modelBuilder.Entity<Order>().ToTable("Orders").HasDataSet("crm.orders", map => map.Subject(order => order.Customer!.Person));
            modelBuilder.Entity<Order>().HasKey(order => new { order.Branch, order.Number });
            modelBuilder.Entity<Order>().Property(o => o.Ordered).HasColumnType("timestamp without time zone");
            modelBuilder.Entity<Customer>().HasMany(customer => customer.Orders).WithOne(order => order.Customer).OnDelete(DeleteBehavior.SetNull);
        }
    }
}
