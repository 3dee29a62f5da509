using Gdpr.Disposal;
using Gdpr.Retention;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>A hold that was granted is on its record, wherever that has been.</summary>
public sealed class HeldRecordTests : IDisposable
{
    private const string Imported = "INSERT INTO customers VALUES (3, 'C', '2020-01-01')";

    private readonly SettableClock _clock = new(Shop.Now);
    private readonly Database _database = new(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT)", "INSERT INTO customers VALUES (1, 'A', NULL), (2, 'B', NULL)");

    // A record of after the backup is held; the backup comes back without it, and the application imports it once more.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_granted_hold_is_on_its_record_also_when_that_was_away_for_a_while(bool isRestored)
    {
        await using var host = Open();
        await ApproveAsync(host);
        await PumpAsync(host);
        _database.Run($"VACUUM INTO '{_database.File}.backup'");
        _database.Run(Imported);
        (await PlaceAsync(host, "3")).Phase.ShouldBe(HoldPhase.Placed);
        await PumpAsync(host);
        Ids().ShouldBe(["1", "2", "3"]);

        if (isRestored)
        {
            SqliteConnection.ClearAllPools();
            File.Delete(_database.File + "-wal");
            File.Delete(_database.File + "-shm");
            File.Copy(_database.File + ".backup", _database.File, overwrite: true);
            await PumpAsync(host);
            Ids().ShouldBe(["1", "2"]);
            _database.Run(Imported);
        }

        _database.Run("INSERT INTO customers VALUES (4, 'D', '2020-01-01')");
        await PumpAsync(host);
        (await host.GetRequiredService<LegalHolds>().ListAsync()).Single().Phase.ShouldBe(HoldPhase.Placed);
        Ids().ShouldBe(["1", "2", "3"]);
    }

    // A rolling deployment: B already calls the data set otherwise and is sweeping; somebody places a hold at A.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hold_that_is_granted_at_a_host_of_the_version_before_is_seen_by_the_run_of_the_next(bool isRenamed)
    {
        _database.Run("UPDATE customers SET contract_ended = '2020-01-01'", Imported, "INSERT INTO customers VALUES (4, 'D', '2020-01-01'), (5, 'E', '2020-01-01')");
        await using var a = Open();
        await a.GetRequiredService<GdprWork>().PrepareAsync();
        _clock.Advance(Duration.FromDays(1));
        await using var b = Open(isRenamed);
        await ApproveAsync(b);
        HeldStatus? held = null;
        await b.GetRequiredService<Sweep>().RunAsync(new AtOnce(() => held ??= Task.Run(() => PlaceAsync(a, "5")).GetAwaiter().GetResult()));
        held.ShouldNotBeNull();
        if (held.Phase == HoldPhase.Placed)
        {
            Ids().ShouldContain("5", "granted");
        }
    }

    // B's version has one data set more in the same source; A, which does not know it, places a hold on a person.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hold_on_a_person_that_is_granted_at_a_host_with_fewer_data_sets_is_seen_by_the_run_of_the_other(bool isFewer)
    {
        _database.Run("CREATE TABLE orders (id INTEGER PRIMARY KEY, subject TEXT, address TEXT, contract_ended TEXT)",
            "INSERT INTO orders VALUES (1, 'x', 'A', '2020-01-01'), (2, 'x', 'A', '2020-01-01'), (3, 'anna', 'A', '2020-01-01')");
        await using var a = OpenWith(!isFewer);
        await a.GetRequiredService<GdprWork>().PrepareAsync();
        _clock.Advance(Duration.FromDays(1));
        await using var b = OpenWith(true);
        await ApproveAsync(b);
        HeldStatus? held = null;
        await b.GetRequiredService<Sweep>().RunAsync(new AtOnce(() => held ??= Task.Run(() => a.GetRequiredService<LegalHolds>().PlaceAsync(new HoldTerms(
            "matter", "reason", "approver", new LocalDate(2026, 6, 1), new LocalDate(2026, 9, 1), new HoldScope { Subjects = new HashSet<string> { "anna" } }))).GetAwaiter().GetResult()));
        held.ShouldNotBeNull().Phase.ShouldBe(HoldPhase.Placed);
        _database.Rows("SELECT id FROM orders").ShouldBe(["3"], "granted");
    }

    private ServiceProvider OpenWith(bool hasOrders)
    {
        var orders = hasOrders ? """
            , "orders": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "address": "contact.postal-address" } }
            """ : "";
        var policy = Gdpr.Policies.PolicyReader.Read($$"""
            { "policy": "shop", "version": "{{(hasOrders ? 2 : 1)}}", "effective": "2020-01-01",
              "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
              "systems": { "crm": { "dataSets": { "customers": { "subject": "customer",
                "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } }{{orders}} } } },
              "activities": {
                "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"{{(hasOrders ? ", \"crm.orders\"" : "")}}],
                  "retention": { "keep": "P3M", "after": "contract-ended" } } } }
            """).Policy!;
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(policy).ConfigureSweep(sweep => sweep.BatchSize = 1)
            .UseSqlite($"{_database.ConnectionString}.stores").UseKeyRing("test", _ => Database.Keys)
            .AddSqlSource("crm", _database.ConnectionString, map => _ = hasOrders
                ? map.DataSet(Shop.Customers, set => { }).DataSet("crm.orders", set => { })
                : map.DataSet(Shop.Customers, set => { })));
        return services.BuildServiceProvider();
    }

    private sealed class AtOnce(Action report) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => report();
    }

    public void Dispose() => _database.Dispose();

    private static async Task ApproveAsync(ServiceProvider host)
    {
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        var sweep = host.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
    }

    private static Task<HeldStatus> PlaceAsync(ServiceProvider host, string record) => host.GetRequiredService<LegalHolds>().PlaceAsync(new HoldTerms(
        "matter", "reason", "approver", new LocalDate(2026, 6, 1), new LocalDate(2026, 9, 1),
        new HoldScope { DataSets = new HashSet<string> { Shop.Customers }, Records = new HashSet<string> { record } }));

    private async Task PumpAsync(ServiceProvider host)
    {
        _clock.Advance(Duration.FromDays(2));
        (await host.GetRequiredService<GdprWork>().RunDueAsync(_clock.GetCurrentInstant(), TimeSpan.FromMinutes(1))).Steps
            .Where(step => step.Reason is not null).Select(step => $"{step.Name} {step.Reason} {step.Detail}").ShouldBeEmpty();
    }

    private IReadOnlyList<string> Ids() => _database.Rows("SELECT id FROM customers ORDER BY id");

    private ServiceProvider Open(bool isRenamed = false)
    {
        var (version, name) = isRenamed ? ("2", "clients") : ("1", "customers");
        var policy = Gdpr.Policies.PolicyReader.Read($$"""
            { "policy": "shop", "version": "{{version}}", "effective": "2020-01-01",
              "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
              "systems": { "crm": { "dataSets": { "{{name}}": { "subject": "customer",
                "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } } } } },
              "activities": {
                "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.{{name}}"], "retention": { "keep": "P3M", "after": "contract-ended" } } } }
            """).Policy!;
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(policy).ConfigureSweep(sweep => sweep.BatchSize = 1)
            .UseSqlite($"{_database.ConnectionString}.stores").UseKeyRing("test", _ => Database.Keys)
            .AddSqlSource("crm", _database.ConnectionString, map => _ = isRenamed ? map.DataSet("crm.clients", set => set.Table("customers")) : map.DataSet(Shop.Customers)));
        return services.BuildServiceProvider();
    }
}
