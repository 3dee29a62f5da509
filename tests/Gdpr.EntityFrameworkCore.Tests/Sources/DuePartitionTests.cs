using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Policies;
using Gdpr.PostgresServer;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.EntityFrameworkCore.Tests.Sources;

/// <summary>A context whose table the database has in partitions: what is due as a whole goes as a whole, whichever rules decide.</summary>
public sealed class DuePartitionTests
{
    private const string Books = """
        , "books": { "purpose": "bookkeeping", "basis": { "legalObligation": { "law": "SFS 1999:1078 7:2" } }, "data": ["crm.customers.name"],
                     "retention": { "keep": "P2Y", "after": "invoiced" } }
        """;

    private static readonly RetentionEvaluator Evaluator = SourceCalls.Policy(
        """ "name": "identity.name", "email": "contact.email" """,
        """ "contract-ended": { "whenNull": "notHappened" }, "invoiced": { "whenNull": "unknown" } """,
        Books).Evaluator();

    // All of 2018 is due; of 2019 one row is kept by law; what lies in 2026 is kept.
    private const string Table = """
        CREATE TABLE customers (id integer, person text NOT NULL, name text, email text, contract_ended timestamptz NOT NULL, invoiced date, PRIMARY KEY (id, contract_ended))
            PARTITION BY RANGE (contract_ended);
        CREATE TABLE customers_2018 PARTITION OF customers FOR VALUES FROM ('2018-01-01Z') TO ('2019-01-01Z');
        CREATE TABLE customers_2019 PARTITION OF customers FOR VALUES FROM ('2019-01-01Z') TO ('2020-01-01Z');
        CREATE TABLE customers_rest PARTITION OF customers DEFAULT;
        INSERT INTO customers VALUES (1, 'p1', 'A', 'a', '2018-01-01Z', '2018-01-01'), (2, 'p2', 'B', 'b', '2018-12-31Z', '2023-01-01'),
            (3, 'p3', 'C', 'c', '2019-01-01Z', '2026-01-01'), (4, 'p4', 'D', 'd', '2019-01-01Z', '2018-01-01'), (5, 'p5', 'E', 'e', '2026-06-01Z', '2018-01-01')
        """;

    [PostgresTheory]
    [InlineData(null, "3 5", "2019 rest")]
    [InlineData("p2", "2 3 5", "2018 2019 rest")]
    [InlineData("p4", "3 4 5", "2019 rest")]
    public async Task A_partition_goes_as_a_whole_unless_a_row_of_it_is_held_or_kept(string? held, string left, string partitions)
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await database.ExecuteAsync(Table);
        await using var services = new ServiceCollection().AddDbContext<Shop>(options => options.Unwarned().UseNpgsql(database.ConnectionString, npgsql => npgsql.EnableRetryOnFailure()))
            .AddGdpr(gdpr => gdpr.UseInMemoryStores().UsePolicy(Evaluator.Schedule.Policy).AddPostgreSqlPlatform(guardTables: true).AddDbContextSource<Shop>("shop"))
            .BuildServiceProvider();
        var source = (DbContextSource)services.GetServices<IPersonalDataSource>().Single();
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        if (held is not null)
        {
            (await source.ChangeFactsAsync(
                [new FactChange("hold", "crm.customers", new FactTarget.Subjects([held]), RecordFact.Of(RecordFlags.Hold))], 1, CancellationToken.None)).ShouldBeEmpty();
        }

        await source.SweepAsync(Evaluator);

        using var scope = services.CreateScope();
        var context = scope.ServiceProvider.GetRequiredService<Shop>();
        string.Join(' ', context.Customers.OrderBy(customer => customer.Id).Select(customer => customer.Id).ToList()).ShouldBe(left);
        (await database.ReadAsync("SELECT string_agg(substr(c.relname, 11), ' ' ORDER BY c.relname) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
            + "WHERE i.inhparent = 'customers'::regclass")).ShouldBe(partitions);

        // Of row 3, whose name is kept by law, the address goes.
        (await database.ReadAsync("SELECT count(DISTINCT record) FROM gdpr.gdpr_evidence_record")).ShouldBe((long)(6 - left.Split(' ').Length));
    }

    private sealed class Shop(DbContextOptions<Shop> options) : DbContext(options)
    {
        public DbSet<Customer> Customers => Set<Customer>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            var customers = modelBuilder.Entity<Customer>().ToTable("customers");
            customers.HasKey(customer => new { customer.Id, customer.ContractEnded });
            foreach (var property in customers.Metadata.GetProperties())
            {
                property.SetColumnName(string.Concat(property.Name.Select((letter, i) => i > 0 && char.IsUpper(letter) ? $"_{letter}" : $"{letter}")).ToLowerInvariant());
            }
        }
    }

    [DataSet("crm.customers")]
    private sealed class Customer
    {
        public int Id { get; set; }

        [DataSubjectId]
        public string Person { get; set; } = "";

        public string? Name { get; set; }

        public string? Email { get; set; }

        public DateTimeOffset ContractEnded { get; set; }

        public DateOnly? Invoiced { get; set; }
    }
}
