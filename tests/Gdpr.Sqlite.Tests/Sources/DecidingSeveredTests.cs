using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Rows that lose their record, and by which records of another data set are judged; a trigger of the database changes more of them.</summary>
public sealed class DecidingSeveredTests
{
    // The home was called two weeks ago. Who called is cut off; the trigger of the database takes the rest out as well.
    [Theory]
    [InlineData("", "through")]
    [InlineData("note = NULL", "through")]
    [InlineData("home = NULL", "through")]
    [InlineData("at = '1970-01-01'", "through")]
    [InlineData("home = NULL", "expression")]
    public async Task A_trigger_does_not_change_what_decides_in_rows_that_lose_their_record(string change, string how)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT)",
            "CREATE TABLE homes (id INTEGER PRIMARY KEY, address TEXT, built TEXT, sold TEXT)",
            "CREATE TABLE calls (id INTEGER PRIMARY KEY, customer INTEGER, home INTEGER, at TEXT, note TEXT)",
            "INSERT INTO customers VALUES (1, 'A', '2020-01-01')",
            "INSERT INTO homes VALUES (7, 'Street 1', '2019-01-01', NULL)",
            "INSERT INTO calls VALUES (101, 1, 7, '2026-06-01', 'x')");
        database.Run(change.Length == 0 ? []
            : [$"CREATE TRIGGER cut AFTER UPDATE OF customer ON calls WHEN new.customer IS NULL BEGIN UPDATE calls SET {change} WHERE id = new.id; END"]);
        var evaluator = StatedPolicy.Read($$"""
            { "policy": "shop", "version": "1", "effective": "2020-01-01", {{StatedPolicy.Controllers}},
              "systems": { "crm": { "dataSets": {
                "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } },
                "homes": { "subject": "customer",
                  "triggers": { "sold": { "whenNull": "notHappened" }, "built": { "whenNull": "unknown" }, "last-call": { "whenNull": "notHappened" } },
                  "fields": { "address": "contact.postal-address" } } } } },
              "activities": {
                "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "contract-ended" } },
                "alarm": { "purpose": "customer-support", "basis": { "contract": {} }, "data": ["crm.homes"],
                  "retention": { "keep": "P1M", "after": "sold", "fallback": { "keep": "P24M", "after": "built", "unless": { "within": "P13M", "of": "last-call" } } } } } }
            """);
        var source = database.Source(map => map
            .DataSet("crm.customers", customers => customers.Child("calls", "customer", "id", ChildAction.Sever))
            .DataSet("crm.homes", homes => _ = how == "expression"
                ? homes.TriggerExpression("last-call", "(SELECT max(c.at) FROM calls c WHERE c.home = r.id)", StorageForm.Iso)
                : homes.Trigger("last-call", new TriggerMapping
                {
                    Column = "at",
                    Form = StorageForm.Iso,
                    Aggregate = TriggerAggregate.Max,
                    Through = [new JoinStep { Table = "calls", On = new Dictionary<string, string> { ["home"] = "id" } }],
                })));
        try
        {
            await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
            await source.SweepAsync(evaluator, "crm.customers", plan: "p1");
            await source.SweepAsync(evaluator, "crm.homes", plan: "p2");
        }
        catch (Exception refused) when (refused is SourceMappingException or SourceUnavailableException)
        {
            if (change is "" or "note = NULL")
            {
                throw;
            }

            return;
        }

        database.Rows("SELECT id FROM homes").ShouldBe(["7"]);
    }
}
