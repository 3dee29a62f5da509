using Gdpr.PostgresServer;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Tests.Sources;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>A trigger of the database changes, in rows that a batch changes and that stay, what says when records are due, before the change or after it.</summary>
public sealed class DecidingInPlaceTests
{
    /// <summary>A trigger that acts for each row.</summary>
    internal static string Trigger(string on, string statement) => $"""
        CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {statement}; RETURN NEW; END $$;
        CREATE TRIGGER act {on} FOR EACH ROW EXECUTE FUNCTION act()
        """;

    // The e-mail address goes, the name is kept a year from the last contact.
    [PostgresTheory]
    [InlineData("BEFORE UPDATE ON customers", "NEW.updated := '2026-06-15'", true)]
    [InlineData("BEFORE UPDATE ON customers", "NEW.last_contact := '1970-01-01'", false)]
    [InlineData("BEFORE UPDATE ON customers", "NEW.last_contact := NULL", false)]
    [InlineData("AFTER UPDATE OF email ON customers", "UPDATE customers SET last_contact = '2026-06-15' WHERE id = NEW.id", false)]
    [InlineData("BEFORE UPDATE ON customers", "NEW.updated := '2026-06-15'", true, "UNIQUE")]
    [InlineData("BEFORE UPDATE ON customers", "NEW.last_contact := '1970-01-01'", false, "UNIQUE")]
    [InlineData("BEFORE UPDATE ON customers", "NEW.last_contact := '1970-01-01'", false, "NOT NULL UNIQUE")]
    public async Task What_is_left_of_a_record_is_judged_by_what_was_there(string on, string statement, bool passes, string key = "PRIMARY KEY")
    {
        await using var database = await SourceDatabase.CreateAsync(
            $"CREATE TABLE customers (id integer {key}, email text, name text, contract_ended date, last_contact date, updated date)",
            "INSERT INTO customers VALUES (1, 'a@x.example', 'A', '2020-01-01', '2025-12-01', NULL)", Trigger(on, statement));
        var evaluator = StatedPolicy.Read($$"""
            { "policy": "shop", "version": "1", "effective": "2020-01-01", {{StatedPolicy.Controllers}},
              "systems": { "crm": { "dataSets": {
                "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" }, "last-contact": { "whenNull": "notHappened" } },
                  "fields": { "email": "contact.email", "name": "identity.name" } } } } },
              "activities": {
                "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers.email"], "retention": { "keep": "P3M", "after": "contract-ended" } },
                "names": { "purpose": "customer-support", "basis": { "contract": {} }, "data": ["crm.customers.name"], "retention": { "keep": "P1Y", "after": "last-contact" } } } }
            """);
        var source = database.Source(map => map.DataSet("crm.customers", customers => customers.Table("customers", "id")));
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

        await ShouldPassAsync(() => source.SweepAsync(evaluator, "crm.customers"), "customers", passes);

        (await database.RowsAsync("SELECT email, name, last_contact::text FROM customers")).ShouldBe([$"{(passes ? "NULL" : "a@x.example")}|A|2025-12-01"]);
    }

    // Calls lose the customer who goes; by when they were, their homes are kept.
    [PostgresTheory]
    [InlineData("BEFORE UPDATE ON calls", "NEW.note := NULL", true)]
    [InlineData("BEFORE UPDATE ON calls", "NEW.home := NULL", false)]
    [InlineData("AFTER UPDATE OF customer ON calls", "UPDATE calls SET at = '1970-01-01' WHERE id = NEW.id", false)]
    [InlineData("BEFORE UPDATE ON calls", "NEW.note := NULL", true, "NOT NULL UNIQUE")]
    [InlineData("BEFORE UPDATE ON calls", "NEW.home := NULL", false, "NOT NULL UNIQUE")]
    [InlineData("BEFORE UPDATE ON calls", "NEW.note := NULL", true, "")]
    [InlineData("BEFORE UPDATE ON calls", "NEW.home := NULL", false, "")]
    [InlineData("BEFORE UPDATE ON calls", "NEW.note := NULL", true, "", true)]
    [InlineData("BEFORE UPDATE ON calls", "NEW.at := '1970-01-01'", false, "", true)]
    public async Task What_rows_say_that_lose_their_record_stays_as_it_was(string on, string statement, bool passes, string key = "PRIMARY KEY", bool isTwice = false)
    {
        await using var database = await SourceDatabase.CreateAsync(
            "CREATE TABLE customers (id integer PRIMARY KEY, name text, contract_ended date)",
            "CREATE TABLE homes (id integer PRIMARY KEY, address text, built date)",
            $"CREATE TABLE calls (id integer {key}, customer integer, callee integer, home integer, at date, note text)",
            "INSERT INTO customers VALUES (1, 'A', '2020-01-01')",
            "INSERT INTO homes VALUES (7, 'Street 1', '2019-01-01')",
            $"INSERT INTO calls VALUES (101, 1, {(isTwice ? "1" : "NULL")}, 7, '2026-06-01', 'x')", Trigger(on, statement));
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
            .DataSet("crm.customers", customers =>
            {
                customers.Child("calls", "customer", "id", ChildAction.Sever);
                _ = isTwice ? customers.Child("calls", "callee", "id", ChildAction.Sever) : customers;
            })
            .DataSet("crm.homes", homes => homes.Trigger("last-call", new TriggerMapping
            {
                Column = "at",
                Form = StorageForm.Iso,
                Aggregate = TriggerAggregate.Max,
                Through = [new JoinStep { Table = "calls", On = new Dictionary<string, string> { ["home"] = "id" } }],
            })));
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

        await ShouldPassAsync(() => source.SweepAsync(evaluator, "crm.customers"), "calls", passes);

        (await database.RowsAsync("SELECT home, at::text FROM calls")).ShouldBe(["7|2026-06-01"]);
        (await database.RowsAsync("SELECT count(*) FROM customers")).ShouldBe([passes ? "0" : "1"]);
    }

    // Two tables whose names differ by case alone, of which rows lose the customer who goes; by what either says their homes are kept.
    [PostgresTheory]
    [InlineData("calls", "NEW.note := NULL", null)]
    [InlineData("calls", "NEW.home := NULL", "calls")]
    [InlineData("Calls", "NEW.\"On\" := '1970-01-01'", "Calls")]
    public async Task Tables_that_differ_by_case_alone_are_each_judged_by_their_own_columns(string on, string statement, string? refused)
    {
        await using var database = await SourceDatabase.CreateAsync(
            "CREATE TABLE customers (id integer PRIMARY KEY, name text, contract_ended date)",
            "CREATE TABLE homes (id integer PRIMARY KEY, address text, built date)",
            "CREATE TABLE calls (id integer PRIMARY KEY, customer integer, home integer, at date, note text)",
            """CREATE TABLE "Calls" ("No" integer PRIMARY KEY, "Customer" integer, "House" integer, "On" date)""",
            "INSERT INTO customers VALUES (1, 'A', '2020-01-01')",
            "INSERT INTO homes VALUES (7, 'Street 1', '2019-01-01')",
            "INSERT INTO calls VALUES (101, 1, 7, '2026-06-01', 'x'), (102, 1, 7, '2026-06-01', 'x')",
            """INSERT INTO "Calls" VALUES (201, 1, 7, '2026-06-01')""", Trigger($"BEFORE UPDATE ON \"{on}\"", statement));
        var evaluator = StatedPolicy.Read($$"""
            { "policy": "shop", "version": "1", "effective": "2020-01-01", {{StatedPolicy.Controllers}},
              "systems": { "crm": { "dataSets": {
                "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } },
                "homes": { "subject": "customer",
                  "triggers": { "built": { "whenNull": "unknown" }, "last-call": { "whenNull": "notHappened" }, "last-visit": { "whenNull": "notHappened" } },
                  "fields": { "address": "contact.postal-address" } } } } },
              "activities": {
                "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "contract-ended" } },
                "alarm": { "purpose": "customer-support", "basis": { "contract": {} }, "data": ["crm.homes"], "retention": { "keep": "P1Y", "after": "last-call" } },
                "visits": { "purpose": "customer-service", "basis": { "contract": {} }, "data": ["crm.homes"], "retention": { "keep": "P1Y", "after": "last-visit" } } } }
            """);
        var source = database.Source(map => map
            .DataSet("crm.customers", customers => customers.Child("calls", "customer", "id", ChildAction.Sever).Child("Calls", "Customer", "id", ChildAction.Sever))
            .DataSet("crm.homes", homes => homes.Trigger("last-call", Latest("calls", "at", "home")).Trigger("last-visit", Latest("Calls", "On", "House"))));
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

        await ShouldPassAsync(() => source.SweepAsync(evaluator, "crm.customers"), refused ?? on, refused is null);

        (await database.RowsAsync("SELECT home, at::text FROM calls UNION SELECT \"House\", \"On\"::text FROM \"Calls\"")).ShouldBe(["7|2026-06-01"]);
        (await database.RowsAsync("SELECT count(*) FROM customers")).ShouldBe([refused is null ? "0" : "1"]);

        static TriggerMapping Latest(string table, string column, string home) => new()
        {
            Column = column,
            Form = StorageForm.Iso,
            Aggregate = TriggerAggregate.Max,
            Through = [new JoinStep { Table = table, On = new Dictionary<string, string> { [home] = "id" } }],
        };
    }

    /// <summary>That a sweep passes, or is refused because of a table.</summary>
    internal static async Task ShouldPassAsync(Func<Task> sweep, string table, bool passes)
    {
        if (passes)
        {
            await sweep();
            return;
        }

        (await Should.ThrowAsync<SourceUnavailableException>(sweep)).Message.ShouldContain($"table '{table}'");
    }
}
