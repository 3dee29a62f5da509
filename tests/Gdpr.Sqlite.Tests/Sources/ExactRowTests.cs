using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>A change meets the row it is meant for, and no other; what is not certain stays.</summary>
public sealed class ExactRowTests
{
    private const string Old = "'2020-01-01'";
    private const string Live = "'2026-06-01'";
    private const string Newsletter = """
        , "newsletter": { "purpose": "direct-marketing", "basis": { "contract": {} }, "data": ["crm.customers.email"], "retention": { "keep": "P10Y", "after": "contract-ended" } }
        """;

    [Theory]
    [InlineData("id TEXT PRIMARY KEY", $"(x'61', 'due', {Old}), ('a', 'KEEP', {Live}), ('b', 'due', {Old})", "blob due|text KEEP")]
    [InlineData("id INT PRIMARY KEY", $"(x'31', 'due', {Old}), ('1.5x', 'due', {Old}), (1, 'KEEP', {Live}), (2, 'due', {Old})", "blob due|integer KEEP|text due")]
    [InlineData("id BLOB PRIMARY KEY", $"(x'6162', 'KEEP', {Live}), ('x''6162''', 'due', {Old}), (x'', 'due', {Old})", "blob KEEP|text due")]
    [InlineData("id TEXT PRIMARY KEY", $"(CAST(x'ff' AS TEXT), 'due', {Old}), (char(65533), 'KEEP', {Live}), ('a'||char(0)||'b', 'due', {Old}), ('a', 'KEEP', {Live})", "text KEEP|text KEEP|text due")]
    [InlineData("id TEXT PRIMARY KEY", $"(NULL, 'due', {Old}), (NULL, 'KEEP', {Live}), ('a', 'due', {Old})", "null KEEP|null due")]
    [InlineData("id INTEGER PRIMARY KEY DESC", $"(NULL, 'due', {Old}), ('1.5x', 'due', {Old}), (1, 'KEEP', {Live}), (2, 'due', {Old})", "integer KEEP|null due|text due")]
    [InlineData("id TEXT PRIMARY KEY COLLATE NOCASE", $"('a', 'due', {Old}), ('B', 'due', {Old}), ('c', 'KEEP', {Live})", "text KEEP")]
    public async Task A_row_whose_key_no_text_names_stays_and_stops_no_other(string key, string rows, string left)
    {
        using var database = new Database($"CREATE TABLE customers ({key}, name TEXT, contract_ended TEXT)", $"INSERT INTO customers VALUES {rows}");
        var source = database.Source(map => map.DataSet(Shop.Customers));
        await source.PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None);

        await source.SweepAsync(Shop.Evaluator(), Shop.Customers, limit: 1);

        string.Join('|', database.Rows("SELECT typeof(id) || ' ' || name FROM customers ORDER BY typeof(id) || ' ' || name")).ShouldBe(left);
        (await source.SurveyAsync(Shop.Evaluator(), Shop.Customers, 5, CancellationToken.None)).Lines.Sum(line => line.Due).ShouldBe(0);
    }

    [Theory]
    [InlineData("id PRIMARY KEY")]
    [InlineData("id REAL PRIMARY KEY")]
    [InlineData("id NUMERIC PRIMARY KEY")]
    [InlineData("id ANY PRIMARY KEY")]
    public async Task A_key_that_may_hold_what_no_text_tells_apart_is_refused(string key)
    {
        using var database = new Database($"CREATE TABLE customers ({key}, name TEXT, contract_ended TEXT)");

        (await RefusedAsync(database, map => map.DataSet(Shop.Customers))).ShouldContain("declare it INTEGER, TEXT or BLOB");
    }

    [Theory]
    [InlineData("id INTEGER PRIMARY KEY, mail TEXT", "customer TEXT PRIMARY KEY", "id", "differ in type or collation")]
    [InlineData("id INTEGER PRIMARY KEY, mail TEXT", "customer TEXT COLLATE NOCASE PRIMARY KEY", "mail", "differ in type or collation")]
    [InlineData("id INTEGER PRIMARY KEY, mail TEXT COLLATE NOCASE", "customer TEXT COLLATE NOCASE, UNIQUE (customer COLLATE BINARY)", "mail", "may meet several rows")]
    public async Task A_join_that_compares_otherwise_than_its_columns_is_refused(string customers, string contracts, string before, string words)
    {
        using var database = new Database($"CREATE TABLE customers ({customers}, name TEXT)", $"CREATE TABLE contracts (ended TEXT, {contracts})");
        var path = new TriggerMapping { Column = "ended", Through = [new JoinStep { Table = "contracts", On = new Dictionary<string, string> { ["customer"] = before } }] };

        (await RefusedAsync(database, map => map.DataSet(Shop.Customers, found => found.Trigger("contract-ended", path)))).ShouldContain(words);
    }

    [Theory]
    [InlineData("customer INTEGER REFERENCES customers(id)", "alt", "is not mapped")]
    [InlineData("customer INTEGER", "name", "differ in type or collation")]
    [InlineData("customer TEXT", "name", "may refer to several rows")]
    public async Task A_child_that_refers_otherwise_than_it_is_mapped_is_refused(string column, string referred, string words)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, alt INTEGER UNIQUE, name TEXT, contract_ended TEXT)", $"CREATE TABLE calls (id INTEGER PRIMARY KEY, {column})");

        (await RefusedAsync(database, map => map.DataSet(Shop.Customers, customers => customers.Child("calls", "customer", referred)))).ShouldContain(words);
    }

    [Theory]
    [InlineData("email", "name", "holds several fields")]
    [InlineData("subject", "email", "says whose the record is")]
    [InlineData("contract_ended", "email", "says when it is due")]
    public async Task A_column_that_is_needed_for_something_else_is_refused_as_a_field(string name, string email, string words)
    {
        using var database = new Database("CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, email TEXT, name TEXT, contract_ended TEXT)");
        var schedule = Shop.Evaluator(""" "name": "identity.name", "email": "contact.email" """, Newsletter).Schedule;
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers.Field("name", name).Field("email", email == "name" ? name : email)));

        (await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(schedule, CancellationToken.None))).Message.ShouldContain(words);
    }

    [Theory]
    [InlineData(TriggerAggregate.Max, "notHappened", "running|none")]
    [InlineData(TriggerAggregate.Max, "unknown", "running|none")]
    [InlineData(TriggerAggregate.Min, "notHappened", "none")]
    [InlineData(TriggerAggregate.Min, "unknown", "running|none")]
    public async Task A_missing_value_among_several_counts(TriggerAggregate aggregate, string whenNull, string left)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT)",
            "INSERT INTO customers VALUES (1, 'running'), (2, 'gone'), (3, 'none')",
            "CREATE TABLE contracts (id INTEGER PRIMARY KEY, customer INT, ended TEXT)",
            $"INSERT INTO contracts VALUES (1, 1, {Old}), (2, 1, NULL), (3, 2, {Old})");
        var path = new TriggerMapping { Column = "ended", Aggregate = aggregate, Through = [new JoinStep { Table = "contracts", On = new Dictionary<string, string> { ["customer"] = "id" } }] };
        var evaluator = Shop.Evaluator(whenNull: whenNull);
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers.Trigger("contract-ended", path)));
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

        await source.SweepAsync(evaluator, Shop.Customers);

        string.Join('|', database.Rows("SELECT name FROM customers ORDER BY id")).ShouldBe(left);
    }

    [Theory]
    [InlineData("""{ "within": "P1Y", "of": "contract-ended" }""", "lately")]
    [InlineData("""{ "anyOf": [{ "keep": "P3M", "after": "contract-ended" }, { "within": "P1Y", "of": "contract-ended" }] }""", "lately|long ago")]
    [InlineData("""{ "keep": "P3M", "after": "contract-ended" }""", "lately|long ago|never|none")]
    public async Task An_event_that_has_not_happened_is_no_evidence_against_one_that_has(string retention, string left)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT)",
            "INSERT INTO customers VALUES (1, 'lately'), (2, 'long ago'), (3, 'never'), (4, 'none'), (5, 'over')",
            "CREATE TABLE contracts (id INTEGER PRIMARY KEY, customer INT, ended TEXT)",
            $"INSERT INTO contracts VALUES (1, 1, '2026-05-20'), (2, 1, NULL), (3, 2, {Old}), (4, 2, NULL), (5, 3, NULL), (6, 5, {Old})");
        var path = new TriggerMapping
        {
            Column = "ended",
            Aggregate = TriggerAggregate.Max,
            Through = [new JoinStep { Table = "contracts", On = new Dictionary<string, string> { ["customer"] = "id" } }],
        };
        var evaluator = Shop.Evaluator(retention: retention);
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers.Trigger("contract-ended", path)));
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

        await source.SweepAsync(evaluator, Shop.Customers);

        string.Join('|', database.Rows("SELECT name FROM customers ORDER BY id")).ShouldBe(left);
    }

    [Fact]
    public async Task A_hold_on_a_person_found_through_another_table_stays_when_the_joined_row_goes()
    {
        using var database = new Database(
            "CREATE TABLE people (id INTEGER PRIMARY KEY, no TEXT UNIQUE)", "INSERT INTO people VALUES (10, 'p1')",
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, person INTEGER, name TEXT, contract_ended TEXT)", $"INSERT INTO customers VALUES (1, 10, 'HELD', {Old}), (2, 11, 'due', {Old})");
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers
            .Subject("no", new JoinStep { Table = "people", On = new Dictionary<string, string> { ["id"] = "person" } })));
        await source.PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None);
        await HoldAsync(source, "P1");
        database.Run("DELETE FROM people");

        await source.SweepAsync(Shop.Evaluator(), Shop.Customers);
        database.Rows("SELECT name FROM customers").ShouldBe(["HELD"]);

        await source.ChangeFactsAsync([new FactChange("h1", Shop.Customers, new FactTarget.Subjects(["P1"]), null)], 2, CancellationToken.None);
        database.Rows("SELECT count(*) FROM gdpr_block").ShouldBe(["0"]);
    }

    [Fact]
    public async Task A_hold_on_a_person_covers_every_spelling_of_the_id_and_an_ending_only_the_exact_one()
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, contract_ended TEXT)",
            $"INSERT INTO customers VALUES (1, 'Anna@x', 'HELD', {Old}), (2, 'other', 'due', {Old}), (3, 'Bo@x', 'KEEP', {Live})");
        var source = database.Source(map => map.DataSet(Shop.Customers));
        await source.PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None);
        await HoldAsync(source, "anna@X");
        await source.ChangeFactsAsync(
            [new FactChange("e1", Shop.Customers, new FactTarget.Subjects(["bo@x"]), RecordFact.Of(PurposeFact.PurposeEnded, "service-provision"))], 2, CancellationToken.None);

        await source.SweepAsync(Shop.Evaluator(), Shop.Customers);

        database.Rows("SELECT name FROM customers ORDER BY id").ShouldBe(["HELD", "KEEP"]);
    }

    [Fact]
    public async Task What_the_database_says_of_a_failed_statement_is_not_passed_on()
    {
        using var database = new Database("CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT)", $"INSERT INTO customers VALUES (1, 'Zebedeus', {Old})");
        var source = database.Source(map => map.DataSet(Shop.Customers));
        await source.PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None);
        database.Run("CREATE TABLE log (x)", "CREATE TRIGGER t BEFORE DELETE ON customers BEGIN INSERT INTO log SELECT json_extract('{}', old.name); END");

        var failure = await Should.ThrowAsync<SourceUnavailableException>(async () => await source.DisposeAsync(Shop.Evaluator().Batch(Shop.Customers), CancellationToken.None));

        failure.ToString().ShouldNotContain("Zebedeus");
        failure.Message.ShouldContain("refused a statement (error 1)");
    }

    private static async Task HoldAsync(IDisposalSource source, string person) => (await source.ChangeFactsAsync(
        [new FactChange("h1", Shop.Customers, new FactTarget.Subjects([person]), RecordFact.Of(RecordFlags.Hold))], 1, CancellationToken.None)).ShouldBeEmpty();

    private static async Task<string> RefusedAsync(Database database, Action<SqlMappingBuilder> map)
    {
        var source = database.Source(map);
        return (await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(Shop.Evaluator().Schedule, CancellationToken.None))).Message;
    }
}
