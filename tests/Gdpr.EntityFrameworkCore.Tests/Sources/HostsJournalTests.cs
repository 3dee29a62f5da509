using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.EntityFrameworkCore.Tests.Sources;

/// <summary>The journal in the host's own database: what it says lives and dies with the change of the host's context that it is about.</summary>
public sealed class HostsJournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gdpr-ef-").FullName;
    private readonly ServiceProvider _services;

    public HostsJournalTests()
    {
        var connectionString = $"Data Source={Path.Combine(_folder, "host.db")}";
        var services = new ServiceCollection();
        services.AddDbContext<Shop>(options => options.Unwarned().UseSqlite(connectionString));
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(SourceCalls.Policy(triggers: """ "contract-ended": { "whenNull": "unknown" } """)).UseSqlite(connectionString, sharesHostDatabase: true)
            .UseKeyRing("memory", _ => InMemoryKeyRing.WithRandomKey()).AddDbContextSource<Shop>("shop"));
        _services = services.BuildServiceProvider(validateScopes: true);
        using var scope = _services.CreateScope();
        scope.ServiceProvider.GetRequiredService<Shop>().Database.EnsureCreated();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_entry_and_a_change_of_a_context_are_one(bool commits)
    {
        var journal = _services.GetRequiredService<IJournalStore>();
        await journal.PrepareAsync(CancellationToken.None);
        using var scope = _services.CreateScope();
        var context = scope.ServiceProvider.GetRequiredService<Shop>();
        await using (var transaction = await context.Database.BeginTransactionAsync())
        {
            context.Add(new Customer { Name = "A" });
            await context.SaveChangesAsync();
            await journal.AppendAsync(
                "host", 0, SourceCalls.Now, [new NewJournalEntry("worked", SourceCalls.Now, "{}")], transaction.GetDbTransaction(), CancellationToken.None);
            if (commits)
            {
                await transaction.CommitAsync();
            }
        }

        var entries = 0;
        await foreach (var entry in journal.ReadStreamAsync("host", 0, CancellationToken.None))
        {
            entry.Stream.ShouldBe("host");
            entries++;
        }

        entries.ShouldBe(commits ? 1 : 0);
        (await context.Customers.CountAsync()).ShouldBe(entries);
    }

    [Fact]
    public async Task A_sweep_and_its_evidence_are_one_beside_the_journal_in_the_same_file()
    {
        using var scope = _services.CreateScope();
        var context = scope.ServiceProvider.GetRequiredService<Shop>();
        context.AddRange(new Customer { Name = "A", ContractEnded = new DateOnly(2020, 1, 1) }, new Customer { Name = "B", ContractEnded = new DateOnly(9000, 1, 1) });
        await context.SaveChangesAsync();
        var sweep = _services.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "tests");
        await context.Database.ExecuteSqlRawAsync("CREATE TRIGGER full BEFORE INSERT ON gdpr_evidence BEGIN SELECT RAISE(ABORT, 'full'); END");

        (await sweep.RunAsync()).IsComplete.ShouldBeFalse();
        (await context.Customers.CountAsync()).ShouldBe(2);

        await context.Database.ExecuteSqlRawAsync("DROP TRIGGER full");
        (await sweep.RunAsync()).IsComplete.ShouldBeTrue();
        (await context.Customers.Select(customer => customer.Name).ToListAsync()).ShouldBe(["B"]);
        (await context.Database.SqlQuery<int>($"SELECT count(*) AS Value FROM gdpr_evidence WHERE batch > 0").SingleAsync()).ShouldBe(1);
        (await context.Database.SqlQuery<int>($"SELECT count(*) AS Value FROM gdpr_journal WHERE stream LIKE 'disposal%'").SingleAsync()).ShouldBeGreaterThan(0);
    }

    public void Dispose()
    {
        _services.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class Shop(DbContextOptions<Shop> options) : DbContext(options)
    {
        public DbSet<Customer> Customers => Set<Customer>();
    }

    [DataSet("crm.customers")]
    private sealed class Customer
    {
        public int Id { get; set; }

        public string? Name { get; set; }

        public DateOnly? ContractEnded { get; set; }
    }
}
