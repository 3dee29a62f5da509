using System.Data.Common;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Policies;
using Gdpr.Sources;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.EntityFrameworkCore.Tests.Sources;

/// <summary>However a host uses its contexts, the source neither disturbs it nor is misled by it.</summary>
public sealed class HostTests
{
    private static readonly DateOnly Old = new(2020, 1, 1);

    [Fact]
    public async Task A_contexts_filter_hides_no_row_from_a_sweep()
    {
        using var database = new TestDatabase<Shop>();
        database.Add(new Customer { Id = 1, Tenant = "ours", Name = "A", ContractEnded = Old }, new Customer { Id = 2, Tenant = "another", Name = "B", ContractEnded = Old });
        database.Do(context => context.Customers.Count().ShouldBe(1));

        var swept = await database.Source.SweepAsync(SourceCalls.Policy().Evaluator());

        swept.ShouldBe(["1", "2"]);
        database.Rows("SELECT count(*) FROM Customers").ShouldBe(["0"]);
    }

    [Fact]
    public async Task Tables_beside_the_data_of_a_newer_version_are_refused()
    {
        using var database = new TestDatabase<Shop>();
        await database.Source.SweepAsync(SourceCalls.Policy().Evaluator());
        database.Do(context => context.Database.ExecuteSqlRaw("UPDATE gdpr_source_schema SET version = 99"));

        var failure = await Should.ThrowAsync<SourceUnavailableException>(() => database.Source.SweepAsync(SourceCalls.Policy().Evaluator()));

        failure.Message.ShouldContain("have version 99");
    }

    [Fact]
    public async Task A_connection_of_each_scope_is_taken()
    {
        using var database = new TestDatabase<Shop>(register: (services, connectionString) =>
        {
            services.AddScoped(_ => new SqliteConnection(connectionString));
            services.AddDbContext<Shop>((provider, options) => options.Unwarned().UseSqlite(provider.GetRequiredService<SqliteConnection>()));
        });
        database.Add(new Customer { Id = 1, Tenant = "ours", Name = "A", ContractEnded = Old });

        (await database.Source.SweepAsync(SourceCalls.Policy().Evaluator())).ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_pooled_context_works_on_after_a_sweep_with_its_connection_as_it_was()
    {
        using var database = new TestDatabase<Shop>(register: (services, connectionString) =>
            services.AddDbContextPool<Shop>(options => options.Unwarned().UseSqlite($"{connectionString};Foreign Keys=False"), poolSize: 1));
        database.Add(new Customer { Id = 1, Tenant = "ours", Name = "A", ContractEnded = Old }, new Customer { Id = 2, Tenant = "ours", Name = "B" });

        (await database.Source.SweepAsync(SourceCalls.Policy().Evaluator())).ShouldBe(["1"]);

        database.Do(context =>
        {
            context.Customers.Single().Name.ShouldBe("B");
            context.Database.SqlQuery<int>($"SELECT foreign_keys AS Value FROM pragma_foreign_keys").AsEnumerable().Single().ShouldBe(0);
            context.Customers.Single().Name = "C";
            context.SaveChanges().ShouldBe(1);
        });
    }

    [Fact]
    public async Task Two_contexts_on_one_database_are_two_sources()
    {
        using var database = new TestDatabase<Shop>(register: (services, connectionString) =>
            services.AddDbContext<Shop>(options => options.Unwarned().UseSqlite(connectionString)).AddDbContext<Press>(options => options.Unwarned().UseSqlite(connectionString)));
        database.Do(context => context.Database.ExecuteSqlRaw("CREATE TABLE Letters (Id INTEGER PRIMARY KEY, Text TEXT, Sent TEXT)"));
        database.Do(context => context.Database.ExecuteSqlRaw("INSERT INTO Letters VALUES (7, 'x', '2020-01-01')"));
        database.Add(new Customer { Id = 1, Tenant = "ours", Name = "A", ContractEnded = Old });
        var press = new DbContextSource("press", new EfContexts<Press>(database.Services), database.Services.GetServices<Relational.SqlPlatform>(), new DbContextSourceOptions());
        var evaluator = SourceCalls.Policy(
            dataSets: """, "letters": { "subject": "customer", "triggers": { "sent": { "whenNull": "unknown" } }, "fields": { "text": "free-text" } } """,
            more: """, "post": { "purpose": "customer-service", "basis": { "contract": {} }, "data": ["crm.letters"], "retention": { "keep": "P1Y", "after": "sent" } } """).Evaluator();

        (await database.Source.SweepAsync(evaluator)).ShouldBe(["1"]);
        await press.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await press.ChangeFactsAsync([], 9, CancellationToken.None);
        var batch = await press.DisposeAsync(evaluator.Batch("crm.letters", plan: "another"), CancellationToken.None);

        batch.NativeKeys.ShouldBe(["7"]);
        (await database.Source.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(0);
        (await press.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(9);
    }

    [Fact]
    public async Task What_fails_in_passing_is_tried_again_as_the_host_does()
    {
        var faults = new Faults();
        using var database = Retrying(faults);
        database.Add(new Customer { Id = 1, Tenant = "ours", Name = "A", ContractEnded = Old });
        var evaluator = SourceCalls.Policy().Evaluator();
        await database.Source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        faults.OnOpening = 2;

        (await database.Source.DisposeAsync(evaluator.Batch("crm.customers"), CancellationToken.None)).NativeKeys.ShouldBe(["1"]);

        faults.OnOpening.ShouldBe(0);
    }

    [Fact]
    public async Task A_batch_whose_commit_had_arrived_is_not_done_again()
    {
        var faults = new Faults();
        using var database = Retrying(faults);
        database.Add(
            new Customer { Id = 1, Tenant = "ours", Name = "A", ContractEnded = Old }, new Customer { Id = 2, Tenant = "ours", Name = "B", ContractEnded = Old });
        var evaluator = SourceCalls.Policy().Evaluator();
        await database.Source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        faults.OnClosing = 1;

        (await Should.ThrowAsync<SourceUnavailableException>(() => database.Source.DisposeAsync(evaluator.Batch("crm.customers", limit: 1), CancellationToken.None).AsTask()))
            .Message.ShouldContain("there is evidence of batch 1 of plan plan already");

        database.Rows("SELECT Id FROM Customers").ShouldBe(["2"]);
        database.Rows("SELECT batch, seq FROM gdpr_evidence").ShouldBe(["1|0"]);
    }

    [Fact]
    public async Task A_failure_that_the_host_does_not_retry_is_the_sources()
    {
        var faults = new Faults();
        using var database = new TestDatabase<Shop>(register: (services, connectionString) =>
            services.AddDbContext<Shop>(options => options.Unwarned().UseSqlite(connectionString).AddInterceptors(faults)));
        faults.OnOpening = 1;

        (await Should.ThrowAsync<SourceUnavailableException>(() => database.Source.PrepareAsync(SourceCalls.Policy().Evaluator().Schedule, CancellationToken.None).AsTask()))
            .Message.ShouldContain("was locked by another connection");
    }

    [Fact]
    public async Task Contexts_that_share_one_connection_are_refused()
    {
        using var shared = new SqliteConnection("Data Source=:memory:");
        using var database = new TestDatabase<Shop>(register: (services, _) => services.AddDbContext<Shop>(options => options.Unwarned().UseSqlite(shared)));

        (await Should.ThrowAsync<SourceMappingException>(() => database.Source.PrepareAsync(SourceCalls.Policy().Evaluator().Schedule, CancellationToken.None).AsTask()))
            .Problems.ShouldHaveSingleItem().ShouldStartWith("every Shop is over one and the same connection");
    }

    [Fact]
    public async Task A_database_that_no_package_serves_is_named_with_the_package_to_add()
    {
        using var database = new TestDatabase<Shop>();
        var source = new DbContextSource("shop", new EfContexts<Shop>(database.Services), [], new DbContextSourceOptions());

        (await Should.ThrowAsync<SourceMappingException>(() => source.PrepareAsync(SourceCalls.Policy().Evaluator().Schedule, CancellationToken.None).AsTask()))
            .Problems.ShouldHaveSingleItem().ShouldContain("AddSqlitePlatform");
    }

    private static TestDatabase<Shop> Retrying(Faults faults) => new(register: (services, connectionString) => services.AddDbContext<Shop>(options =>
        options.Unwarned().UseSqlite(connectionString, sqlite => sqlite.ExecutionStrategy(dependencies => new RetryTwice(dependencies))).AddInterceptors(faults)));

    private sealed class Shop(DbContextOptions<Shop> options) : DbContext(options)
    {
        public DbSet<Customer> Customers => Set<Customer>();

        protected override void OnModelCreating(ModelBuilder modelBuilder) =>
            modelBuilder.Entity<Customer>().HasQueryFilter("tenant", customer => customer.Tenant == "ours");
    }

    private sealed class Press(DbContextOptions<Press> options) : DbContext(options)
    {
        public DbSet<Letter> Letters => Set<Letter>();
    }

    [DataSet("crm.customers")]
    private sealed class Customer
    {
        public int Id { get; set; }

        public string Tenant { get; set; } = "";

        public string? Name { get; set; }

        public DateOnly? ContractEnded { get; set; }
    }

    [DataSet("crm.letters")]
    private sealed class Letter
    {
        public int Id { get; set; }

        public string? Text { get; set; }

        public DateOnly? Sent { get; set; }
    }

    /// <summary>Fails a connection, as a database does that is busy.</summary>
    private sealed class Faults : DbConnectionInterceptor
    {
        public int OnOpening { get; set; }

        public int OnClosing { get; set; }

        public override ValueTask<InterceptionResult> ConnectionOpeningAsync(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) =>
            OnOpening-- > 0 ? throw Busy() : ValueTask.FromResult(Reset(ref result));

        public override ValueTask<InterceptionResult> ConnectionClosingAsync(DbConnection connection, ConnectionEventData eventData, InterceptionResult result) =>
            OnClosing-- > 0 ? throw Busy() : ValueTask.FromResult(Reset(ref result));

        private InterceptionResult Reset(ref InterceptionResult result)
        {
            (OnOpening, OnClosing) = (Math.Max(OnOpening, 0), Math.Max(OnClosing, 0));
            return result;
        }

        private static SqliteException Busy() => new("busy", 5);
    }

    private sealed class RetryTwice(ExecutionStrategyDependencies dependencies) : ExecutionStrategy(dependencies, maxRetryCount: 2, maxRetryDelay: TimeSpan.Zero)
    {
        protected override bool ShouldRetryOn(Exception exception) => exception is SqliteException { SqliteErrorCode: 5 };
    }
}
