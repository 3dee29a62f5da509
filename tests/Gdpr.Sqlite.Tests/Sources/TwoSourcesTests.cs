using Gdpr.Disposal;
using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Two sources of one database, in the real container.</summary>
public sealed class TwoSourcesTests
{
    private const string Policy = """
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": {
            "crm": { "dataSets": {
              "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } },
              "homes": { "subject": "customer", "triggers": { "last-call": { "whenNull": "unknown" } }, "fields": { "address": "contact.postal-address" } } } },
            "talk": { "dataSets": {
              "calls": { "subject": "customer", "triggers": { "at": { "whenNull": "unknown" } }, "fields": { "note": "free-text" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "contract-ended" } },
            "alarm": { "purpose": "customer-support", "basis": { "contract": {} }, "data": ["crm.homes"], "retention": { "keep": "P1Y", "after": "last-call" } },
            "talk": { "purpose": "bookkeeping", "basis": { "contract": {} }, "data": ["talk.calls"], "retention": { "keep": "P10Y", "after": "at" } } } }
        """;

    // A call is held, and Placed is said; the application's own trigger empties the notes of customers who are deleted.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_held_record_of_one_source_is_not_emptied_by_the_sweep_of_another(bool isAsked)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT)",
            "CREATE TABLE homes (id INTEGER PRIMARY KEY, address TEXT, last_call TEXT)",
            "CREATE TABLE calls (id INTEGER PRIMARY KEY, customer INTEGER, home INTEGER, at TEXT, note TEXT)",
            "INSERT INTO customers VALUES (1, 'A', '2020-01-01')",
            "INSERT INTO calls VALUES (101, 1, 7, '2026-06-01', 'what was said')",
            "CREATE TRIGGER gone AFTER DELETE ON customers BEGIN UPDATE calls SET note = NULL WHERE customer = old.id; END");
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new SettableClock(Shop.Now));
        services.AddGdpr(gdpr => gdpr
            .UsePolicyJson(Policy).UseSqlite($"Data Source={database.File}.stores").UseKeyRing("test", _ => Database.Keys)
            .AddSqlSource("talk", database.ConnectionString, map => map.DataSet("talk.calls", calls => calls.Subject("customer")))
            .AddSqlSource("crm", database.ConnectionString, map => map.DataSet("crm.customers").DataSet("crm.homes", homes => _ = !isAsked
                ? homes.Trigger("last-call", "last_call", StorageForm.Iso)
                : homes.Trigger("last-call", new TriggerMapping
                {
                    Column = "at",
                    Form = StorageForm.Iso,
                    Aggregate = TriggerAggregate.Max,
                    Through = [new JoinStep { Table = "calls", On = new Dictionary<string, string> { ["home"] = "id" } }],
                }))));
        await using var host = services.BuildServiceProvider();
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        var sweep = host.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
        (await host.GetRequiredService<LegalHolds>().PlaceAsync(new HoldTerms("matter", "reason", "approver", new LocalDate(2026, 6, 1), new LocalDate(2026, 9, 1),
            new HoldScope { DataSets = new HashSet<string> { "talk.calls" } }))).Phase.ShouldBe(HoldPhase.Placed);
        await sweep.RunAsync();
        database.Rows("SELECT note FROM calls").ShouldBe(["what was said"], "held");
    }

    // A log that one source asks when somebody was last active; the trigger of the other source's table writes into it.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_log_that_another_source_asks_may_be_written_by_a_trigger(bool isAsked)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT)",
            "CREATE TABLE homes (id INTEGER PRIMARY KEY, address TEXT, last_call TEXT)",
            "CREATE TABLE calls (id INTEGER PRIMARY KEY, at TEXT, note TEXT)",
            "CREATE TABLE log (id INTEGER PRIMARY KEY, home INTEGER, at TEXT)",
            "INSERT INTO homes VALUES (7, 'Street 1', '2026-06-01')",
            "INSERT INTO log VALUES (1, 7, '2026-06-01')",
            "INSERT INTO calls VALUES (101, '2010-06-01', 'what was said')",
            "CREATE TRIGGER gone AFTER DELETE ON calls BEGIN INSERT INTO log (at) VALUES ('2026-06-15'); END");
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new SettableClock(Shop.Now));
        services.AddGdpr(gdpr => gdpr
            .UsePolicyJson(Policy).UseSqlite($"Data Source={database.File}.stores").UseKeyRing("test", _ => Database.Keys)
            .AddSqlSource("talk", database.ConnectionString, map => map.DataSet("talk.calls", calls => { }))
            .AddSqlSource("crm", database.ConnectionString, map => map.DataSet("crm.customers").DataSet("crm.homes", homes => _ = !isAsked
                ? homes.Trigger("last-call", "last_call", StorageForm.Iso)
                : homes.Trigger("last-call", new TriggerMapping
                {
                    Column = "at",
                    Form = StorageForm.Iso,
                    Aggregate = TriggerAggregate.Max,
                    Through = [new JoinStep { Table = "log", On = new Dictionary<string, string> { ["home"] = "id" } }],
                }))));
        await using var host = services.BuildServiceProvider();
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        var sweep = host.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
        var result = await sweep.RunAsync();
        database.Rows("SELECT id FROM calls").ShouldBeEmpty(string.Join("; ", result.DataSets.Select(outcome => $"{outcome.DataSet} {outcome.Status} {outcome.Detail}")));
        database.Rows("SELECT id FROM homes").ShouldBe(["7"]);
    }
}
