using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.PostgreSql.Stores;
using Gdpr.PostgresServer;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace Gdpr.PostgreSql.Tests.Stores;

public sealed class UsePostgreSqlTests
{
    private const string SomeDatabase = "Host=db;Database=shop;Username=app;Password=Marker-Secret";

    private static readonly GdprPolicy Policy = PolicyReader.Read("""
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "shop": { "name": "Shop AB", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@shop.example" } },
          "systems": { "crm": { "backup": { "keep": "P30D" }, "dataSets": {
            "customers": { "subject": "customer", "triggers": { "ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "ended" } } } }
        """).Policy!;

    [PostgresFact]
    public async Task A_container_gives_the_three_stores_and_closes_what_it_opened()
    {
        await using var host = await StoreHost.CreateAsync();
        PostgreSqlStores? stores;
        await using (var provider = Services(gdpr => gdpr.UsePostgreSql(host.ConnectionString)).BuildServiceProvider(validateScopes: true))
        {
            stores = provider.GetRequiredKeyedService<PostgreSqlStores>(new PostgreSqlStores(host.ConnectionString).Place);
            provider.GetRequiredService<IJournalStore>().ShouldBeSameAs(stores.Journal);
            provider.GetRequiredService<ISubjectVault>().ShouldBeSameAs(stores.Vault);
            provider.GetRequiredService<IStateStore>().ShouldBeSameAs(stores.State);
            await stores.Journal.PrepareAsync(CancellationToken.None);
        }

        await Should.ThrowAsync<ObjectDisposedException>(() => stores.Journal.AppendAsync("a"));
    }

    [PostgresFact]
    public async Task A_data_source_of_the_hosts_is_used_and_left_open()
    {
        await using var host = await StoreHost.CreateAsync();
        await using var source = NpgsqlDataSource.Create(host.ConnectionString);
        await using (var provider = Services(gdpr => gdpr.UsePostgreSql(source, "privacy", sharesHostDatabase: true)).BuildServiceProvider(validateScopes: true))
        {
            var journal = provider.GetRequiredService<IJournalStore>();
            await journal.PrepareAsync(CancellationToken.None);
            await using var connection = await source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await journal.AppendAsync("host", 0, transaction);
            await transaction.CommitAsync();
        }

        await using var count = source.CreateCommand("SELECT count(*) FROM privacy.gdpr_journal");
        (await count.ExecuteScalarAsync()).ShouldBe(1L);
    }

    [Fact]
    public void Naming_the_same_database_again_changes_nothing_and_another_shows_as_a_second_journal()
    {
        using var source = NpgsqlDataSource.Create(SomeDatabase);
        Journals(gdpr => gdpr.UsePostgreSql(SomeDatabase).UsePostgreSql($"{SomeDatabase};Timeout=5").UsePostgreSql(source)).ShouldBe(1);
        Journals(gdpr => gdpr.UsePostgreSql(SomeDatabase).UsePostgreSql(SomeDatabase, "other")).ShouldBe(2);
        Journals(gdpr => gdpr.UsePostgreSql(SomeDatabase).UsePostgreSql(SomeDatabase.Replace("shop", "crm"))).ShouldBe(2);
        Journals(gdpr => gdpr.UsePostgreSql(SomeDatabase).UseInMemoryStores()).ShouldBe(2);

        static int Journals(Action<GdprBuilder> configure) => Services(configure).Count(service => service.ServiceType == typeof(IJournalStore));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Database=shop")]
    [InlineData("Host=db;Nonsense=1")]
    public void A_connection_string_that_leads_nowhere_is_refused_where_it_is_given(string connectionString) =>
        Should.Throw<ArgumentException>(() => Services(gdpr => gdpr.UsePostgreSql(connectionString)));

    [PostgresTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_whole_life_of_a_record_passes_with_everything_on_PostgreSQL(bool isFirst)
    {
        await using var host = await StoreHost.CreateAsync();
        var world = new World(host.ConnectionString, isFirst);
        await using (var provider = world.Start())
        {
            var sweep = provider.GetRequiredService<Sweep>();
            await provider.GetRequiredService<GdprWork>().PrepareAsync();
            (await sweep.RunAsync()).DataSets.ShouldAllBe(dataSet => dataSet.Status == SweepStatus.NeedsApproval);
            await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
            var hold = await provider.GetRequiredService<LegalHolds>().PlaceAsync(Terms("gone-1"));
            hold.Phase.ShouldBe(HoldPhase.Placed);
            (await sweep.RunAsync()).IsComplete.ShouldBeTrue();
            world.Keys.ShouldBe(["gone-1", "kept-1"]);
        }

        // Another process: everything it knows is in the database.
        await using (var provider = world.Start())
        {
            var holds = provider.GetRequiredService<LegalHolds>();
            await holds.ReleaseAsync((await holds.ListAsync()).ShouldHaveSingleItem().Id, "legal");
            await provider.GetRequiredService<GdprWork>().RunDueAsync(world.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(5));
            world.Keys.ShouldBe(["kept-1"]);
            var report = await provider.GetRequiredService<JournalVerifier>().VerifyAsync(CancellationToken.None);
            report.Faults.ShouldBeEmpty();
            (report.Checkpoints > 0, report.Witnessed is not null).ShouldBe((true, true));
            var vault = provider.GetRequiredService<ISubjectVault>();
            (await vault.ReadTombstonesAsync("shop", new LocalDate(2026, 11, 22), CancellationToken.None).ToListAsync()).Count.ShouldBe(2);
        }
    }

    [PostgresFact]
    public async Task While_a_transaction_of_the_hosts_is_open_a_hold_is_not_granted_and_it_is_when_the_transaction_has_ended()
    {
        await using var host = await StoreHost.CreateAsync();
        var world = new World(host.ConnectionString, isFirst: true);
        await using var provider = world.Start();
        await provider.GetRequiredService<GdprWork>().PrepareAsync();
        var holds = provider.GetRequiredService<LegalHolds>();
        await using var connection = await host.ConnectAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await provider.GetRequiredService<IJournalStore>().AppendAsync("host", 0, transaction);
            (await holds.PlaceAsync(Terms("gone-1"))).ShouldSatisfyAllConditions(
                hold => hold.Phase.ShouldBe(HoldPhase.Placing), hold => hold.NotReached.ShouldBe(["crm"]));
            await transaction.CommitAsync();
        }

        await provider.GetRequiredService<GdprWork>().RunDueAsync(world.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(5));
        (await holds.ListAsync()).ShouldHaveSingleItem().Phase.ShouldBe(HoldPhase.Placed);
    }

    private static HoldTerms Terms(string record) => new(
        "Marker-Matter", "Marker-Reason", "Marker-Approver", new LocalDate(2026, 11, 1), new LocalDate(2027, 2, 1),
        new HoldScope { DataSets = new HashSet<string> { "crm.customers" }, Records = new HashSet<string> { record } });

    private static ServiceCollection Services(Action<GdprBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddGdpr(configure);
        return services;
    }

    private sealed record Customer(string Id, string? Name, LocalDate? Ended);

    /// <summary>Some customers in memory, everything else in the database.</summary>
    private sealed class World
    {
        private readonly string _connectionString;
        private readonly bool _isFirst;
        private readonly InMemorySource _crm = new("crm");
        private readonly InMemoryRecords<Customer> _customers;
        private readonly InMemoryKeyRing _ring = InMemoryKeyRing.WithRandomKey();
        private readonly InMemoryJournalWitness _witness = new();

        public World(string connectionString, bool isFirst)
        {
            (_connectionString, _isFirst) = (connectionString, isFirst);
            _customers = _crm.Add<Customer>("crm.customers", customer => customer.Id, set => set
                .Subject(customer => customer.Id)
                .Trigger("ended", customer => customer.Ended is { } date ? TriggerValue.On(date) : TriggerValue.Missing)
                .Field("name", customer => customer with { Name = null }));
            _customers.Put(new Customer("gone-1", "Marker-Name", new LocalDate(2020, 1, 31)));
            _customers.Put(new Customer("gone-2", "Marker-Name", new LocalDate(2020, 1, 31)));
            _customers.Put(new Customer("kept-1", "Marker-Name", new LocalDate(2026, 11, 1)));
        }

        public SettableClock Clock { get; } = new(Entries.Now);

        public IEnumerable<string> Keys => _customers.ToList().Select(customer => customer.Id).Order(StringComparer.Ordinal);

        /// <summary>Starts a process.</summary>
        public ServiceProvider Start()
        {
            var services = new ServiceCollection();
            services.AddSingleton<TimeProvider>(Clock);
            services.AddGdpr(gdpr =>
            {
                // In whatever order a host names things.
                _ = _isFirst ? gdpr.UsePostgreSql(_connectionString, sharesHostDatabase: true) : gdpr;
                gdpr.UsePolicy(Policy).UseKeyRing("memory", _ => _ring).UseWitness("memory", _ => _witness).AddSource(_crm);
                _ = _isFirst ? gdpr : gdpr.UsePostgreSql(_connectionString, sharesHostDatabase: true);
            });
            return services.BuildServiceProvider(validateScopes: true);
        }
    }
}
