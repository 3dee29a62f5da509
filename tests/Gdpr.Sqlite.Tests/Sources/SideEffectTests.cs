using Gdpr.Policies;
using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
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
            "ship": { "subject": "customer", "triggers": { "sent": { "whenNull": "unknown" } }, "fields": { "address": "identity.name" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.people"], "retention": { "keep": "P3M", "after": "closed" } },
            "books": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.people.name"], "retention": { "keep": "P7Y", "after": "booked" } },
            "orders": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.orders"], "retention": { "keep": "P10Y", "after": "ordered" } },
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

    [Theory]
    [InlineData("email TEXT NOT NULL UNIQUE ON CONFLICT REPLACE")]
    [InlineData("email TEXT NOT NULL, mark AS (email) STORED, UNIQUE (mark) ON CONFLICT REPLACE")]
    public async Task A_row_that_holds_what_an_erased_field_becomes_is_not_replaced(string email)
    {
        using var database = new Database([$"CREATE TABLE people (id INTEGER PRIMARY KEY, subject TEXT, closed TEXT, booked TEXT, name TEXT, {email})", .. People]);
        var before = All(database);

        await FailAsync(database, people => people.Field("email", new FieldMapping { Columns = ["email"], Erased = "-" }));

        All(database).ShouldBe(before);
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

    private static string All(Database database) =>
        string.Join(' ', new[] { "people", "orders", "ship" }.SelectMany(table => database.Rows($"SELECT * FROM {table}").Prepend(table)));
}
