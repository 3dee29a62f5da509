using Gdpr.PostgresServer;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Tests.Sources;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>Rows that a batch changes and that stay are found again by their keys, of several columns too, and of other types than numbers.</summary>
public sealed class DecidingKeyTests
{
    private const string First = "00000000-0000-0000-0000-00000000000a";
    private const string Second = "00000000-0000-0000-0000-00000000000b";

    private static readonly string[] Days = ["2025-12-01", "2025-12-02", "2025-12-03", "2025-12-04"];

    // Two lose their e-mail address; two whose keys are made of the same values are not due, and say other days.
    [PostgresTheory]
    [InlineData("id uuid PRIMARY KEY", "'00000000-0000-0000-0000-000000000001'|'00000000-0000-0000-0000-000000000002'|'00000000-0000-0000-0000-000000000003'|'00000000-0000-0000-0000-000000000004'")]
    [InlineData("tenant integer, id integer, PRIMARY KEY (tenant, id)", "1, 1|2, 2|1, 2|2, 1")]
    [InlineData("tenant uuid, id uuid, PRIMARY KEY (id, tenant)", $"'{First}', '{First}'|'{Second}', '{Second}'|'{First}', '{Second}'|'{Second}', '{First}'")]
    [InlineData("tenant varchar(10), id bigint, PRIMARY KEY (tenant, id)", "'a,\"b', 1|'c', 2|'a,\"b', 2|'c', 1")]
    public async Task What_is_left_of_records_is_compared_key_by_key(string key, string keys)
    {
        foreach (var changes in new[] { "NEW.updated := '2026-06-15'", "IF NEW.last_contact = '2025-12-02' THEN NEW.last_contact := '1970-01-01'; END IF" })
        {
            await using var database = await SourceDatabase.CreateAsync(
            [
                $"CREATE TABLE customers ({Columns(key)}, email text, name text, contract_ended date, last_contact date, updated date{Constraint(key)})",
                .. keys.Split('|').Select((one, i) =>
                    $"INSERT INTO customers VALUES ({one}, 'a@x.example', 'A', '{(i < 2 ? "2020-01-01" : "2026-06-01")}', '{Days[i]}', NULL)"),
                DecidingInPlaceTests.Trigger("BEFORE UPDATE ON customers", changes),
            ]);
            var evaluator = StatedPolicy.Read($$"""
                { "policy": "shop", "version": "1", "effective": "2020-01-01", {{StatedPolicy.Controllers}},
                  "systems": { "crm": { "dataSets": {
                    "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" }, "last-contact": { "whenNull": "notHappened" } },
                      "fields": { "email": "contact.email", "name": "identity.name" } } } } },
                  "activities": {
                    "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers.email"], "retention": { "keep": "P3M", "after": "contract-ended" } },
                    "names": { "purpose": "customer-support", "basis": { "contract": {} }, "data": ["crm.customers.name"], "retention": { "keep": "P1Y", "after": "last-contact" } } } }
                """);
            var source = database.Source(map => map.DataSet("crm.customers", customers => { }));
            await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

            var passes = changes.Contains("updated", StringComparison.Ordinal);
            await DecidingInPlaceTests.ShouldPassAsync(() => source.SweepAsync(evaluator, "crm.customers"), "customers", passes);

            (await database.RowsAsync("SELECT email, last_contact::text FROM customers ORDER BY last_contact")).ShouldBe(
                Days.Select((day, i) => $"{(passes && i < 2 ? "NULL" : "a@x.example")}|{day}"));
        }
    }

    // Calls lose the customers who go; by when they were, their homes are kept.
    [PostgresTheory]
    [InlineData("id uuid PRIMARY KEY", "'00000000-0000-0000-0000-000000000001'|'00000000-0000-0000-0000-000000000002'|'00000000-0000-0000-0000-000000000003'|'00000000-0000-0000-0000-000000000004'")]
    [InlineData("tenant integer, id integer, PRIMARY KEY (tenant, id)", "1, 1|2, 2|1, 2|2, 1")]
    [InlineData("tenant uuid, id uuid, PRIMARY KEY (id, tenant)", $"'{First}', '{First}'|'{Second}', '{Second}'|'{First}', '{Second}'|'{Second}', '{First}'")]
    public async Task What_rows_say_that_lose_their_records_is_compared_key_by_key(string key, string keys)
    {
        foreach (var changes in new[] { "NEW.note := NULL", "IF NEW.at = '2025-12-02' THEN NEW.at := '1970-01-01'; END IF" })
        {
            await using var database = await SourceDatabase.CreateAsync(
            [
                "CREATE TABLE customers (id integer PRIMARY KEY, name text, contract_ended date)",
                "CREATE TABLE homes (id integer PRIMARY KEY, address text, built date)",
                $"CREATE TABLE calls ({Columns(key)}, customer integer, home integer, at date, note text{Constraint(key)})",
                "INSERT INTO customers VALUES (1, 'A', '2020-01-01'), (2, 'B', '2020-01-01'), (3, 'C', '2026-06-01'), (4, 'D', '2026-06-01')",
                "INSERT INTO homes VALUES (7, 'Street 1', '2019-01-01')",
                .. keys.Split('|').Select((one, i) => $"INSERT INTO calls VALUES ({one}, {i + 1}, 7, '{Days[i]}', 'x')"),
                DecidingInPlaceTests.Trigger("BEFORE UPDATE ON calls", changes),
            ]);
            var evaluator = StatedPolicy.Read($$"""
                { "policy": "shop", "version": "1", "effective": "2020-01-01", {{StatedPolicy.Controllers}},
                  "systems": { "crm": { "dataSets": {
                    "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } },
                    "homes": { "subject": "customer", "triggers": { "built": { "whenNull": "unknown" }, "last-call": { "whenNull": "notHappened" } },
                      "fields": { "address": "contact.postal-address" } } } } },
                  "activities": {
                    "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "contract-ended" } },
                    "alarm": { "purpose": "customer-support", "basis": { "contract": {} }, "data": ["crm.homes"], "retention": { "keep": "P1Y", "after": "last-call" } } } }
                """);
            var source = database.Source(map => map
                .DataSet("crm.customers", customers => customers.Child("calls", "customer", "id", ChildAction.Sever))
                .DataSet("crm.homes", homes => homes.Trigger("last-call", new TriggerMapping
                {
                    Column = "at",
                    Form = StorageForm.Iso,
                    Aggregate = TriggerAggregate.Max,
                    Through = [new JoinStep { Table = "calls", On = new Dictionary<string, string> { ["home"] = "id" } }],
                })));
            await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

            var passes = changes.Contains("note", StringComparison.Ordinal);
            await DecidingInPlaceTests.ShouldPassAsync(() => source.SweepAsync(evaluator, "crm.customers"), "calls", passes);

            (await database.RowsAsync("SELECT customer, at::text FROM calls ORDER BY at")).ShouldBe(Days.Select((day, i) => $"{(passes && i < 2 ? "NULL" : $"{i + 1}")}|{day}"));
        }
    }

    /// <summary>The columns of a key, before its constraint where it has several.</summary>
    private static string Columns(string key) => key.Split(", PRIMARY KEY")[0];

    private static string Constraint(string key) => key.Split(", PRIMARY KEY") is [_, var columns] ? $", PRIMARY KEY{columns}" : "";
}
