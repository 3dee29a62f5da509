using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Sources;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>What becomes of fields while their record stays, and of rows that refer to a record that goes.</summary>
public sealed class FieldTests
{
    private const string NewsletterKeepsTheAddress = """
        , "newsletter": { "purpose": "direct-marketing", "basis": { "contract": {} }, "data": ["crm.customers.email"], "retention": { "keep": "P10Y", "after": "contract-ended" } }
        """;

    [Fact]
    public async Task Fields_go_while_another_purpose_keeps_the_record()
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, notes TEXT, email TEXT, contract_ended TEXT)",
            "INSERT INTO customers VALUES (1, 'A', 'x', 'a@x.example', '2020-01-01'), (2, 'B', NULL, 'b@x.example', '2026-06-01'), (3, '-', NULL, 'c@x.example', '2020-01-01'), (4, 'D', 'x', NULL, '2010-01-01')");
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers
            .Field("name", new FieldMapping { Columns = ["name"], Erased = "-" })));
        var evaluator = Shop.Evaluator(""" "name": "identity.name", "notes": "free-text", "email": "contact.email" """, NewsletterKeepsTheAddress);
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

        var batch = (await source.SweepAsync(evaluator, Shop.Customers)).Single();

        database.Rows("SELECT id, name, notes, email FROM customers").ShouldBe(["1|-|NULL|a@x.example", "2|B|NULL|b@x.example", "3|-|NULL|c@x.example"]);
        batch.NativeKeys.Zip(batch.Rows).Select(pair => $"{pair.First} {pair.Second.Action} {string.Join(',', pair.Second.Fields)} {pair.Second.Rule}")
            .ShouldBe(["1 FieldsErased name,notes service", "4 Erased  newsletter"]);
        database.Run("UPDATE customers SET name = 'A again' WHERE id = 1");
        (await source.CountUndisposedAsync(batch, CancellationToken.None)).ShouldBe(1);
    }

    [Fact]
    public async Task Each_strategy_changes_what_it_says_once()
    {
        string[] fields =
        [
            """ "name": { "category": "identity.name", "disposal": { "action": "anonymise", "strategy": "fixed-text", "text": "Former 'customer'" } } """,
            """ "born": { "category": "identity.birth-date", "disposal": { "action": "anonymise", "strategy": "year" } } """,
            """ "seen": { "category": "identity.birth-date", "disposal": { "action": "anonymise", "strategy": "year" } } """,
            """ "ip": { "category": "device.ip-address", "disposal": { "action": "anonymise", "strategy": "ip-prefix" } } """,
            """ "address": { "category": "contact.address", "disposal": { "action": "anonymise", "strategy": "area" } } """,
            """ "customer": { "category": "identity.customer-number", "disposal": { "action": "anonymise", "strategy": "sever" } } """,
            """ "notes": { "category": "free-text", "disposal": { "action": "anonymise", "strategy": "null" } } """,
        ];
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, born TEXT, seen INTEGER, ip TEXT, street TEXT, postcode TEXT, subject TEXT, notes TEXT, contract_ended TEXT)",
            "INSERT INTO customers VALUES (1, 'A', '1980-05-06', 1700000000, '192.168.17.4', 'Street 1', '11122', 's1', 'x', '2020-01-01')",
            "INSERT INTO customers VALUES (2, 'B', 'in May', NULL, '2001:db8:aaaa:bbbb::1', NULL, '9', 's2', NULL, '2020-01-01')",
            "INSERT INTO customers VALUES (3, 'C', NULL, 1, 'unknown', 'Street 3', NULL, NULL, NULL, '2020-01-01')");
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers
            .Field("seen", new FieldMapping { Columns = ["seen"], Form = StorageForm.UnixSeconds })
            .Field("address", new FieldMapping { Columns = ["street", "postcode"], Area = new Dictionary<string, int> { ["postcode"] = 2 } })
            .Field("customer", "subject")));
        var evaluator = Shop.Evaluator(string.Join(',', fields));
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

        var batches = await source.SweepAsync(evaluator, Shop.Customers, limit: 2);

        batches.SelectMany(batch => batch.NativeKeys).ShouldBe(["1", "2", "3"]);
        batches.SelectMany(batch => batch.Rows).ShouldAllBe(row => row.Action == DisposalKind.Anonymised);
        database.Rows("SELECT name, born, seen, ip, street, postcode, subject, notes FROM customers").ShouldBe(
        [
            "Former 'customer'|1980-01-01|1672531200|192.168.17.0|NULL|11|NULL|NULL",
            "Former 'customer'|NULL|NULL|2001:db8:aaaa::|NULL|9|NULL|NULL",
            "Former 'customer'|NULL|0|NULL|NULL|NULL|NULL|NULL",
        ]);
        (await source.SweepAsync(evaluator, Shop.Customers, plan: "later")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Rows_that_refer_to_a_record_go_before_it_at_every_level_and_severed_ones_stay()
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT, mentor INTEGER REFERENCES customers(id))",
            "CREATE TABLE \"group\" (no INTEGER PRIMARY KEY, \"order\" INTEGER NOT NULL REFERENCES customers(id))",
            "CREATE TABLE lines (a INTEGER, b INTEGER, part INTEGER NOT NULL REFERENCES \"group\"(no), PRIMARY KEY (a, b))",
            "CREATE TABLE notes (a INTEGER, b INTEGER, FOREIGN KEY (a, b) REFERENCES lines(a, b))",
            "CREATE TABLE calls (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers(id))",
            "INSERT INTO customers VALUES (1, 'A', '2020-01-01', NULL), (2, 'B', NULL, 1)",
            "INSERT INTO \"group\" VALUES (10, 1), (11, 1), (20, 2)",
            "INSERT INTO lines VALUES (1, 1, 10), (1, 2, 11), (2, 1, 20)",
            "INSERT INTO notes VALUES (1, 1), (1, 2), (1, 2), (2, 1)",
            "INSERT INTO calls VALUES (100, 1), (200, 2)");
        var notes = new ChildMapping { Table = "notes", On = new Dictionary<string, string> { ["a"] = "a", ["b"] = "b" } };
        var lines = new ChildMapping { Table = "lines", On = new Dictionary<string, string> { ["part"] = "no" }, Children = [notes] };
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers
            .Child("group", "order", "id", ChildAction.Delete, lines)
            .Child("calls", "customer", "id", ChildAction.Sever)
            .Child("customers", "mentor", "id", ChildAction.Sever)));
        var evaluator = Shop.Evaluator();
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

        await source.SweepAsync(evaluator, Shop.Customers);

        database.Rows("SELECT id, mentor FROM customers").ShouldBe(["2|NULL"]);
        database.Rows("SELECT no FROM \"group\"").ShouldBe(["20"]);
        database.Rows("SELECT a, b FROM lines").ShouldBe(["2|1"]);
        database.Rows("SELECT a, b FROM notes").ShouldBe(["2|1"]);
        database.Rows("SELECT id, customer FROM calls").ShouldBe(["100|NULL", "200|2"]);
        database.Rows("PRAGMA foreign_key_check").ShouldBeEmpty();
    }

    [Fact]
    public async Task Identifiers_are_names_and_never_sql()
    {
        const string Hostile = "x\"; DROP TABLE other; --";
        using var database = new Database(
            "CREATE TABLE other (id INTEGER)",
            "CREATE TABLE \"x\"\"; DROP TABLE other; --\" (\"x\"\"; DROP TABLE other; --\" TEXT PRIMARY KEY, name TEXT, \"select\" TEXT)",
            "INSERT INTO \"x\"\"; DROP TABLE other; --\" VALUES ('k''\"\\', 'A', '2020-01-01'), ('b', 'B', NULL)");
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers
            .Table(Hostile, Hostile).Trigger("contract-ended", "select", StorageForm.Iso)));
        var evaluator = Shop.Evaluator();
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        (await source.ChangeFactsAsync([new FactChange("'; DROP TABLE other; --", Shop.Customers, new FactTarget.Records(["b"]), RecordFact.Of(Gdpr.Retention.RecordFlags.Hold))], 1, CancellationToken.None)).ShouldBeEmpty();

        (await source.SweepAsync(evaluator, Shop.Customers, plan: "'; DROP TABLE other; --")).Single().NativeKeys.ShouldBe(["k'\"\\"]);

        database.Rows("SELECT count(*) FROM other").ShouldBe(["0"]);
    }
}
