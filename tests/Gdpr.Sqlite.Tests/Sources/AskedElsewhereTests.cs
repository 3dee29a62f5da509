using Gdpr.Disposal;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>What one source takes with its records, or empties in them, and by which another source of the same database judges its own: refused as within one
/// source.</summary>
public sealed class AskedElsewhereTests
{
    private const string Controllers = """
        "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } }
        """;

    private const string Policy = $$"""
        { "policy": "shop", "version": "1", "effective": "2020-01-01", {{Controllers}},
          "systems": {
            "crm": { "dataSets": {
              "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": {
                "name": "identity.name", "closed": "identity.birth-date" } } } },
            "alarm": { "dataSets": {
              "homes": { "subject": "customer",
                "triggers": { "sold": { "whenNull": "notHappened" }, "built": { "whenNull": "unknown" }, "last-call": { "whenNull": "notHappened" } },
                "fields": { "address": "contact.postal-address" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers.closed"], "retention": { "keep": "P3M", "after": "contract-ended" } },
            "names": { "purpose": "bookkeeping", "basis": { "contract": {} }, "data": ["crm.customers.name"], "retention": { "keep": "NAMES", "after": "contract-ended" } },
            "alarm": { "purpose": "customer-support", "basis": { "contract": {} }, "data": ["alarm.homes"],
              "retention": { "keep": "P1M", "after": "sold", "fallback": { "keep": "P24M", "after": "built", "unless": { "within": "P13M", "of": "last-call" } } } } } }
        """;

    private static Database NewDatabase() => new(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, closed TEXT, contract_ended TEXT)",
        "CREATE TABLE homes (id INTEGER PRIMARY KEY, address TEXT, built TEXT, sold TEXT, last_call TEXT, customer INTEGER)",
        "CREATE TABLE calls (id INTEGER PRIMARY KEY, customer INTEGER, home INTEGER, at TEXT)",
        "CREATE TABLE members (home INTEGER PRIMARY KEY, person INTEGER)",
        "INSERT INTO customers VALUES (1, 'A', '2026-06-01', '2020-01-01')",
        "INSERT INTO homes VALUES (7, 'Street 1', '2019-01-01', NULL, '2026-06-01', 1)",
        "INSERT INTO calls VALUES (101, 1, 7, '2026-06-01')",
        "INSERT INTO members VALUES (7, 1)");

    private static async Task<ServiceProvider?> OpenAsync(
        Database database, SettableClock clock, bool isOne, Action<DataSetMappingBuilder> customers, Action<DataSetMappingBuilder> homes, string names = "P3M")
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddGdpr(gdpr =>
        {
            gdpr.UsePolicyJson(Policy.Replace("NAMES", names, StringComparison.Ordinal))
                .UseSqlite($"Data Source={database.File}.stores").UseKeyRing("test", _ => Database.Keys);
            _ = isOne
                ? gdpr.AddSqlSource("crm", database.ConnectionString, map => map.DataSet("crm.customers", customers).DataSet("alarm.homes", homes))
                : gdpr.AddSqlSource("crm", database.ConnectionString, map => map.DataSet("crm.customers", customers))
                    .AddSqlSource("alarm", database.ConnectionString, map => map.DataSet("alarm.homes", homes));
        });
        var host = services.BuildServiceProvider();
        try
        {
            await host.GetRequiredService<GdprWork>().PrepareAsync();
            return host;
        }
        catch (GdprException refused) when (isOne && refused.Message.Contains("data set 'alarm.homes'"))
        {
            await host.DisposeAsync();
            return null;
        }
    }

    /// <summary>Sweeps both; what is refused is said, with who asks.</summary>
    private static async Task<string> SweepAsync(ServiceProvider host)
    {
        var sweep = host.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
        var result = await sweep.RunAsync(dataSets: ["crm.customers"]);
        var then = await sweep.RunAsync(dataSets: ["alarm.homes"]);
        result.DataSets.ShouldHaveSingleItem().Detail.ShouldNotBeNull().ShouldContain("source 'alarm' says when its records are due, or whose they are");
        return string.Join("; ", result.DataSets.Concat(then.DataSets).Select(outcome => $"{outcome.DataSet} {outcome.Status} {outcome.Done.Erased} {outcome.Detail}"));
    }

    // A home is kept while it has been called within 13 months: two weeks ago.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rows_that_go_with_a_record_of_one_source_are_not_what_keeps_anothers(bool isOne)
    {
        using var database = NewDatabase();
        await using var host = await OpenAsync(database, new SettableClock(Shop.Now), isOne,
            customers => customers.Child("calls", "customer", "id"),
            homes => homes.Subject("customer").Trigger("last-call", new TriggerMapping
            {
                Column = "at",
                Form = StorageForm.Iso,
                Aggregate = TriggerAggregate.Max,
                Through = [new JoinStep { Table = "calls", On = new Dictionary<string, string> { ["home"] = "id" } }],
            }));
        if (host is not null)
        {
            var said = await SweepAsync(host);
            database.Rows("SELECT id FROM homes").ShouldBe(["7"], said);
        }
    }

    // The day on which a customer closed goes, while the name is kept; the alarm counts from it.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_emptied_in_a_record_of_one_source_is_not_what_keeps_anothers(bool isOne)
    {
        using var database = NewDatabase();
        database.Run("UPDATE customers SET closed = '2025-12-20'");
        await using var host = await OpenAsync(database, new SettableClock(Shop.Now), isOne,
            customers => { },
            homes => homes.Subject("customer").Trigger("last-call", new TriggerMapping
            {
                Column = "closed",
                Form = StorageForm.Iso,
                Through = [new JoinStep { Table = "customers", On = new Dictionary<string, string> { ["id"] = "customer" } }],
            }), names: "P10Y");
        if (host is not null)
        {
            var clock = (SettableClock)host.GetRequiredService<TimeProvider>();
            await SweepAsync(host);
            clock.Advance(Instant.FromUtc(2027, 1, 10, 12, 0) - Shop.Now);
            var said = await SweepAsync(host);
            var told = said + string.Join(',', database.Rows("SELECT closed FROM customers"));
            database.Rows("SELECT id FROM homes").ShouldBe(["7"], told);
        }
    }

    // Whose a home is stands in a table whose rows go with the customer; then somebody holds what is that person's.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rows_that_go_with_a_record_of_one_source_do_not_say_whose_anothers_are(bool isOne)
    {
        using var database = NewDatabase();
        var clock = new SettableClock(Shop.Now);
        await using var host = await OpenAsync(database, clock, isOne,
            customers => customers.Child("members", "person", "id"),
            homes => homes.Subject("person", new JoinStep { Table = "members", On = new Dictionary<string, string> { ["home"] = "id" } })
                .Trigger("last-call", "last_call", StorageForm.Iso));
        if (host is not null)
        {
            await SweepAsync(host);
            database.Rows("SELECT id FROM homes").ShouldBe(["7"], "called two weeks ago");
            var scope = new HoldScope { DataSets = new HashSet<string> { "alarm.homes" }, Subjects = new HashSet<string> { "1" } };
            var terms = new HoldTerms("matter", "reason", "approver", new LocalDate(2026, 6, 1), new LocalDate(2026, 9, 1), scope);
            (await host.GetRequiredService<LegalHolds>().PlaceAsync(terms)).Phase.ShouldBe(HoldPhase.Placed);
            clock.Advance(Duration.FromDays(800));
            var said = await SweepAsync(host);
            database.Rows("SELECT id FROM homes").ShouldBe(["7"], "held: " + said);
        }
    }
}
