using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Two sources of one database of which one takes with its records what the other asked until its mapping was changed, in the real container.</summary>
public sealed class AskedNoMoreTests
{
    private const string Policy = """
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": {
            "crm": { "dataSets": {
              "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } } } },
            "alarm": { "dataSets": {
              "homes": { "subject": "customer", "triggers": { "last-call": { "whenNull": "unknown" } }, "fields": { "address": "contact.postal-address" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "contract-ended" } },
            "alarm": { "purpose": "customer-support", "basis": { "contract": {} }, "data": ["alarm.homes"], "retention": { "keep": "P1Y", "after": "last-call" } } } }
        """;

    private static async Task StartAsync(Database database, bool isTakerFirst, bool isAsked)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new SettableClock(Shop.Now));
        services.AddGdpr(gdpr =>
        {
            gdpr.UsePolicyJson(Policy).UseSqlite($"Data Source={database.File}.stores").UseKeyRing("test", _ => Database.Keys);
            foreach (var isTaker in new[] { isTakerFirst, !isTakerFirst })
            {
                _ = isTaker
                    ? gdpr.AddSqlSource("crm", database.ConnectionString, map => map.DataSet("crm.customers", customers => customers.Child("calls", "customer", "id")))
                    : gdpr.AddSqlSource("alarm", database.ConnectionString, map => map.DataSet("alarm.homes", homes => _ = isAsked
                        ? homes.Subject("customer").Trigger("last-call", new TriggerMapping
                        {
                            Column = "at",
                            Form = StorageForm.Iso,
                            Aggregate = TriggerAggregate.Max,
                            Through = [new JoinStep { Table = "calls", On = new Dictionary<string, string> { ["home"] = "id" } }],
                        })
                        : homes.Subject("customer").Trigger("last-call", "last_call", StorageForm.Iso)));
            }
        });
        await using var host = services.BuildServiceProvider();
        await host.GetRequiredService<GdprWork>().PrepareAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_source_is_accepted_at_the_very_start_at_which_the_other_no_longer_asks_for_what_it_takes(bool isTakerFirst)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT)",
            "CREATE TABLE homes (id INTEGER PRIMARY KEY, address TEXT, last_call TEXT, customer INTEGER)",
            "CREATE TABLE calls (id INTEGER PRIMARY KEY, customer INTEGER, home INTEGER, at TEXT)");

        // Whoever is prepared first does not know yet what the other asks.
        await StartAsync(database, isTakerFirst: true, isAsked: true);
        for (var start = 0; start < 2; start++)
        {
            var refused = await Should.ThrowAsync<GdprSetupException>(() => StartAsync(database, isTakerFirst, isAsked: true));
            refused.Problems.ShouldHaveSingleItem().ShouldContain("source 'alarm' says when its records are due");
        }

        await StartAsync(database, isTakerFirst, isAsked: false);
    }
}
