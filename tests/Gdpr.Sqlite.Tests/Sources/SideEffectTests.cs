using Gdpr.Policies;
using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Sources;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>What the database does of its own when records go, it does to no record that other rules or a hold keep: otherwise nothing of the batch is done.</summary>
public sealed class SideEffectTests
{
    private static readonly RetentionEvaluator Evaluator = RetentionSchedule.Compile(PolicyReader.Read("""
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": { "crm": { "dataSets": {
            "people": { "subject": "customer", "triggers": { "closed": { "whenNull": "unknown" }, "booked": { "whenNull": "unknown" } },
              "fields": { "name": "identity.name", "email": "contact.email" } },
            "orders": { "subject": "customer", "triggers": { "ordered": { "whenNull": "unknown" } }, "fields": { "text": "identity.name" } },
            "ship": { "subject": "customer", "triggers": { "sent": { "whenNull": "unknown" } }, "fields": { "address": "identity.name" } } } },
            "erp": { "dataSets": { "bills": { "subject": "customer", "triggers": { "ordered": { "whenNull": "unknown" } }, "fields": { "text": "identity.name" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.people"], "retention": { "keep": "P3M", "after": "closed" } },
            "books": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.people.name"], "retention": { "keep": "P7Y", "after": "booked" } },
            "orders": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.orders", "erp.bills"], "retention": { "keep": "P10Y", "after": "ordered" } },
            "ship": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.ship"], "retention": { "keep": "P10Y", "after": "sent" } } } }
        """).Policy!).At(Instant.FromUtc(2026, 6, 15, 12, 0));

    // Person 1 goes whole; of person 2 the email goes and the name is kept by law; person 3 is kept.
    private static readonly string[] People =
    [
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, subject TEXT, person INTEGER UNIQUE, ordered TEXT, text TEXT)",
        "CREATE TABLE ship (id INTEGER PRIMARY KEY, subject TEXT, sent TEXT, address TEXT, order_of INTEGER REFERENCES orders (person) ON UPDATE CASCADE)",
        "INSERT INTO people (id, subject, closed, booked, name, email) VALUES (1, 's1', '2020-01-01', '2010-01-01', 'A', 'a@person.example'), "
            + "(2, 's2', '2020-01-01', '2026-01-01', 'B', 'b@person.example'), (3, 's3', '2026-06-01', '2026-01-01', 'C', '-')",
        "INSERT INTO orders VALUES (1, 's1', 1, '2025-01-01', 'O'), (2, 's2', 2, '2025-01-01', 'O')",
        "INSERT INTO ship VALUES (1, 's1', '2025-01-01', 'S', 1)",
        "CREATE TABLE log (what TEXT)",
    ];

    private static readonly string[] Bills =
    [
        "CREATE TABLE bills (id INTEGER PRIMARY KEY, subject TEXT, ordered TEXT, text TEXT, person INTEGER)",
        "INSERT INTO bills VALUES (10, 's1', '2025-01-01', 'I', 1), (11, 's2', '2025-01-01', 'I', 2)",
    ];

    [Theory]
    [InlineData("CREATE TRIGGER t AFTER DELETE ON people BEGIN DELETE FROM orders WHERE person = old.id + 1; END", "'orders'")]
    [InlineData("CREATE TRIGGER t BEFORE DELETE ON people BEGIN UPDATE orders SET text = NULL; END", "'orders'")]
    [InlineData("CREATE TRIGGER t AFTER UPDATE OF email ON people BEGIN DELETE FROM people WHERE id = new.id; END", "only fields were to go are gone")]
    [InlineData("CREATE TRIGGER t AFTER UPDATE OF email ON people BEGIN UPDATE people SET name = NULL; END", "'people'")]
    [InlineData("CREATE TRIGGER t AFTER DELETE ON people BEGIN INSERT INTO people VALUES (old.id + 1000, 's', '2020-01-01', '2010-01-01', 'A', 'x' || old.id); END", "'people'")]
    public async Task A_trigger_that_changes_other_records_undoes_the_whole_batch(string trigger, string words)
    {
        using var database = new Database(["CREATE TABLE people (id INTEGER PRIMARY KEY, subject TEXT, closed TEXT, booked TEXT, name TEXT, email TEXT)", .. People, trigger]);
        var before = All(database);

        var failure = await FailAsync(database, orders => orders);

        failure.Message.ShouldContain(words);
        All(database).ShouldBe(before);
    }

    [Theory]
    [InlineData("CREATE TRIGGER t AFTER DELETE ON people BEGIN INSERT INTO log VALUES (old.id); END")]
    [InlineData("CREATE TRIGGER t AFTER UPDATE ON people WHEN new.name IS NOT 'B.' BEGIN UPDATE people SET name = name || '.' WHERE id = new.id; END")]
    public async Task A_trigger_that_keeps_a_log_or_a_value_of_the_same_record_stands_in_nobodys_way(string trigger)
    {
        using var database = new Database(["CREATE TABLE people (id INTEGER PRIMARY KEY, subject TEXT, closed TEXT, booked TEXT, name TEXT, email TEXT)", .. People, trigger]);

        (await (await PreparedAsync(database, people => people)).SweepAsync(Evaluator, "crm.people")).Sum(batch => batch.Records).ShouldBe(2);

        database.Rows("SELECT id, email FROM people").ShouldBe(["2|NULL", "3|-"]);
    }

    [Fact]
    public async Task Rows_of_the_same_table_that_refer_to_a_record_are_severed_whatever_triggers_there_are()
    {
        using var database = new Database(
            ["CREATE TABLE people (id INTEGER PRIMARY KEY, subject TEXT, closed TEXT, booked TEXT, name TEXT, email TEXT, boss INTEGER)", .. People,
            "UPDATE people SET boss = 1", "CREATE TRIGGER t AFTER DELETE ON people BEGIN INSERT INTO log VALUES (old.id); END"]);

        (await (await PreparedAsync(database, people => people.Child("people", "boss", "id", ChildAction.Sever))).SweepAsync(Evaluator, "crm.people"))
            .Sum(batch => batch.Records).ShouldBe(2);

        database.Rows("SELECT id, boss FROM people").ShouldBe(["2|NULL", "3|NULL"]);
    }

    [Fact]
    public async Task A_row_that_holds_what_an_erased_field_becomes_is_not_replaced()
    {
        // Of the column itself it is refused when the source is prepared.
        using var database = new Database(["CREATE TABLE people (id INTEGER PRIMARY KEY, subject TEXT, closed TEXT, booked TEXT, name TEXT, "
            + "email TEXT NOT NULL, mark AS (email) STORED, UNIQUE (mark) ON CONFLICT REPLACE)", .. People]);
        var before = All(database);

        await FailAsync(database, people => people.Field("email", new FieldMapping { Columns = ["email"], Erased = "-" }));

        All(database).ShouldBe(before);
    }

    [Theory]
    [InlineData("email TEXT UNIQUE ON CONFLICT REPLACE", "CREATE TRIGGER t BEFORE DELETE ON people BEGIN UPDATE people SET email = 'c' WHERE id = old.id; END")]
    [InlineData("email TEXT UNIQUE", "CREATE TRIGGER t BEFORE DELETE ON people BEGIN UPDATE /* as is */ or -- meant\n Replace people SET email = 'c' WHERE id = old.id; END")]
    [InlineData("email TEXT", "CREATE TRIGGER t AFTER DELETE ON people BEGIN DELETE FROM bills; END")]
    public async Task A_row_that_goes_without_a_word_from_SQLite_undoes_the_whole_batch(string email, string trigger)
    {
        using var database = new Database([$"CREATE TABLE people (id INTEGER PRIMARY KEY, subject TEXT, closed TEXT, booked TEXT, name TEXT, {email})", .. People,
            "UPDATE people SET email = 'c' WHERE id = 3", .. Bills, trigger]);
        await BillsOf(database).PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        var before = All(database);

        (await FailAsync(database, people => people)).Message.ShouldContain(trigger.Contains("bills", StringComparison.Ordinal) ? "'bills'" : "'people'");

        All(database).ShouldBe(before);
        database.Rows("SELECT id FROM bills").ShouldBe(["10", "11"]);
    }

    [Fact]
    public async Task Rows_that_go_as_they_should_are_no_others_where_a_conflict_may_replace_rows()
    {
        using var database = new Database(
            ["CREATE TABLE people (id INTEGER PRIMARY KEY, subject TEXT, closed TEXT, booked TEXT, name TEXT, email TEXT UNIQUE ON CONFLICT REPLACE)", .. People,
            "CREATE TABLE calls (person INTEGER, words TEXT)", "INSERT INTO calls VALUES (1, 'x'), (1, 'y'), (3, 'z')",
            "CREATE TRIGGER t AFTER DELETE ON people BEGIN INSERT OR REPLACE INTO log (rowid, what) VALUES (1, old.id); DELETE FROM log; END"]);

        (await (await PreparedAsync(database, people => people.Child("calls", "person", "id"))).SweepAsync(Evaluator, "crm.people")).Sum(batch => batch.Records).ShouldBe(2);

        database.Rows("SELECT person FROM calls").ShouldBe(["3"]);
    }

    [Theory]
    [InlineData("CREATE TRIGGER t BEFORE DELETE ON p BEGIN UPDATE OR REPLACE p SET a = 1; END", true)]
    [InlineData("CREATE TRIGGER t BEFORE DELETE ON p BEGIN UPDATE or/**/replace [p] SET a = 1; END", true)]
    [InlineData("CREATE TRIGGER t BEFORE DELETE ON p BEGIN SELECT '--'; REPLACE INTO p VALUES (1); END", true)]
    [InlineData("CREATE TRIGGER t BEFORE DELETE ON p BEGIN DELETE FROM p; DELETE FROM q WHERE a = 1; END", true)]
    [InlineData("CREATE TABLE p (a TEXT UNIQUE ON CONFLICT REPLACE)", true)]
    [InlineData("CREATE TRIGGER t BEFORE DELETE ON p BEGIN UPDATE p SET a = replace(a, 'x', 'or replace') WHERE a OR replace(a, 'x', '') = 'y'; END", false)]
    [InlineData("CREATE TRIGGER t BEFORE DELETE ON p BEGIN -- no OR REPLACE\n DELETE FROM q WHERE a = old.a; /* DELETE FROM q; */ END", false)]
    [InlineData("CREATE TABLE \"or replace\" (a TEXT UNIQUE ON CONFLICT IGNORE)", false)]
    public void Rows_are_counted_only_where_some_may_go_without_a_word(string statement, bool mayHappen) =>
        SilentDeletions.MayHappen([statement]).ShouldBe(mayHappen);

    [Fact]
    public async Task A_trigger_that_calls_the_function_replace_stands_in_nobodys_way()
    {
        using var database = new Database(["CREATE TABLE people (id INTEGER PRIMARY KEY, subject TEXT, closed TEXT, booked TEXT, name TEXT, email TEXT)", .. People,
            "CREATE TRIGGER t AFTER UPDATE OF email ON people BEGIN UPDATE people SET name = replace(name, 'B', 'B.') WHERE id = new.id; END"]);

        (await (await PreparedAsync(database, people => people)).SweepAsync(Evaluator, "crm.people")).Sum(batch => batch.Records).ShouldBe(2);

        database.Rows("SELECT id, name FROM people").ShouldBe(["2|B.", "3|C"]);
    }

    [Theory]
    [InlineData("DELETE FROM bills WHERE person = old.id")]
    [InlineData("DELETE FROM BILLS WHERE person = old.id")]
    [InlineData("UPDATE bills SET text = NULL")]
    [InlineData("INSERT INTO bills VALUES (12, 's', '2025-01-01', 'I', 3)")]
    public async Task A_trigger_that_changes_what_another_source_has_in_the_same_database_undoes_the_whole_batch(string statement)
    {
        using var database = new Database(["CREATE TABLE people (id INTEGER PRIMARY KEY, subject TEXT, closed TEXT, booked TEXT, name TEXT, email TEXT)", .. People, .. Bills,
            $"CREATE TRIGGER t AFTER DELETE ON people BEGIN {statement}; END"]);
        await BillsOf(database).PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        var before = (All(database), string.Join(' ', database.Rows("SELECT * FROM bills")));

        (await FailAsync(database, people => people)).Message.ShouldContain("changed other rows of table 'bills'");

        (All(database), string.Join(' ', database.Rows("SELECT * FROM bills"))).ShouldBe(before);
    }

    [Fact]
    public async Task Where_SQLite_does_not_tell_in_which_table_a_trigger_has_written_the_refusal_says_so()
    {
        using var database = new Database(["CREATE TABLE people (id INTEGER PRIMARY KEY, subject TEXT, closed TEXT, booked TEXT, name TEXT, email TEXT)", .. People,
            Bills[0] + " WITHOUT ROWID", Bills[1], "CREATE TABLE seen (id INTEGER PRIMARY KEY) WITHOUT ROWID",
            "CREATE TRIGGER t AFTER DELETE ON people BEGIN INSERT INTO seen VALUES (old.id); END"]);
        await BillsOf(database).PrepareAsync(Evaluator.Schedule, CancellationToken.None);

        (await FailAsync(database, people => people)).Message.ShouldContain("table 'bills' or of another table without a rowid, such as an index for full text has (SQLite does not tell of which)");

        database.Run(["DROP TABLE bills", .. Bills]);
        await BillsOf(database).PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        (await (await PreparedAsync(database, people => people)).SweepAsync(Evaluator, "crm.people")).Sum(batch => batch.Records).ShouldBe(2);
    }

    [Fact]
    public async Task A_table_that_the_other_source_has_no_more_is_nobodys_once_that_has_been_prepared()
    {
        using var database = new Database(["CREATE TABLE people (id INTEGER PRIMARY KEY, subject TEXT, closed TEXT, booked TEXT, name TEXT, email TEXT)", .. People, .. Bills,
            "CREATE TABLE bills2 (id INTEGER PRIMARY KEY, subject TEXT, ordered TEXT, text TEXT)", "CREATE TRIGGER t AFTER DELETE ON people BEGIN DELETE FROM bills WHERE person = old.id; END"]);
        await BillsOf(database).PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        await FailAsync(database, people => people);
        database.Rows("SELECT source, table_name FROM gdpr_claim WHERE source = 'erp'").ShouldBe(["erp|bills"]);

        await BillsOf(database, "bills2").PrepareAsync(Evaluator.Schedule, CancellationToken.None);

        database.Rows("SELECT source, table_name FROM gdpr_claim WHERE source = 'erp'").ShouldBe(["erp|bills2"]);
        (await (await PreparedAsync(database, people => people)).SweepAsync(Evaluator, "crm.people")).Sum(batch => batch.Records).ShouldBe(2);
        database.Rows("SELECT id FROM bills").ShouldBe(["11"]);
    }

    [Fact]
    public async Task A_severed_row_drags_no_record_with_it_that_refers_to_it()
    {
        using var database = new Database(["CREATE TABLE people (id INTEGER PRIMARY KEY, subject TEXT, closed TEXT, booked TEXT, name TEXT, email TEXT)", .. People]);
        var before = All(database);

        await FailAsync(database, people => people.Child("orders", "person", "id", ChildAction.Sever));

        All(database).ShouldBe(before);
    }

    [Theory]
    [InlineData("CREATE TRIGGER t BEFORE DELETE ON calls BEGIN SELECT RAISE(IGNORE); END", ChildAction.Delete)]
    [InlineData("CREATE TRIGGER t AFTER DELETE ON calls BEGIN INSERT INTO calls VALUES (old.person, old.words); END", ChildAction.Delete)]
    [InlineData("CREATE TRIGGER t BEFORE UPDATE ON calls BEGIN SELECT RAISE(IGNORE); END", ChildAction.Sever)]
    public async Task Rows_that_go_with_a_record_and_do_not_go_undo_the_whole_batch(string trigger, ChildAction action)
    {
        using var database = new Database(
            ["CREATE TABLE people (id INTEGER PRIMARY KEY, subject TEXT, closed TEXT, booked TEXT, name TEXT, email TEXT)", .. People,
            "CREATE TABLE calls (person INTEGER, words TEXT)", "INSERT INTO calls VALUES (1, 'x'), (1, 'y')", trigger]);
        var before = All(database);

        (await FailAsync(database, people => people.Child("calls", "person", "id", action))).Message.ShouldContain("still refer");

        All(database).ShouldBe(before);
        database.Rows("SELECT count(*) FROM calls WHERE person = 1").ShouldBe(["2"]);
    }

    private static async Task<SourceUnavailableException> FailAsync(Database database, Func<DataSetMappingBuilder, DataSetMappingBuilder> more)
    {
        var source = await PreparedAsync(database, more);
        var failure = await Should.ThrowAsync<SourceUnavailableException>(() => source.DisposeAsync(Evaluator.Batch("crm.people"), CancellationToken.None).AsTask());
        database.Rows("SELECT count(*) FROM gdpr_evidence").ShouldBe(["0"]);
        return failure;
    }

    private static async Task<SqlSource> PreparedAsync(Database database, Func<DataSetMappingBuilder, DataSetMappingBuilder> more)
    {
        var source = database.Source(map => map.DataSet("crm.people", people => more(people)).DataSet("crm.orders", orders => orders.Child("ship", "order_of", "person", ChildAction.Sever)).DataSet("crm.ship"));
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        return source;
    }

    /// <summary>Another source of the same database.</summary>
    private static SqlSource BillsOf(Database database, string table = "bills") => database.Source(map => map.DataSet("erp.bills", bills => bills.Table(table)), "erp");

    private static string All(Database database) =>
        string.Join(' ', new[] { "people", "orders", "ship" }.SelectMany(table => database.Rows($"SELECT * FROM {table}").Prepend(table)));
}
