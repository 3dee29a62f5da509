using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Rows that go with one record may not say when others are due, or whose they are.</summary>
public sealed class DecidingChildTests
{
    private static RetentionEvaluator Members() => StatedPolicy.Read($$"""
        { "policy": "shop", "version": "1", "effective": "2020-01-01", {{StatedPolicy.Controllers}},
          "systems": { "crm": { "dataSets": {
            "customers": { "subject": "customer", "triggers": { "moved": { "whenNull": "notHappened" }, "contract-ended": { "whenNull": "unknown" }, "last-call": { "whenNull": "notHappened" } }, "fields": { "name": "identity.name" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"],
              "retention": { "keep": "P1M", "after": "moved", "fallback": { "keep": "P3M", "after": "contract-ended", "unless": { "within": "P13M", "of": "last-call" } } } } } }
        """);

    // Anna has the contract of home 5, in which Bert lives, too; somebody called that home two weeks ago. Anna has moved out.
    [Theory]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.home = r.home)")]
    [InlineData("(SELECT max(at) FROM calls WHERE home = r.home)")]
    public async Task Rows_two_steps_down_that_go_with_one_record_do_not_date_another(string expression)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, home INTEGER, contract_ended TEXT, moved TEXT)",
            "CREATE TABLE contracts (id INTEGER PRIMARY KEY, customer INTEGER, home INTEGER UNIQUE)",
            "CREATE TABLE calls (id INTEGER PRIMARY KEY, home INTEGER, at TEXT)",
            "INSERT INTO customers VALUES (1, 'Anna', 5, NULL, '2020-01-01'), (2, 'Bert', 5, '2020-01-01', NULL)",
            "INSERT INTO contracts VALUES (10, 1, 5)",
            "INSERT INTO calls VALUES (101, 5, '2026-06-01')");
        var evaluator = Members();
        var source = database.Source(map => map.DataSet("crm.customers", customers => customers
            .Child("contracts", "customer", "id", ChildAction.Delete, new ChildMapping { Table = "calls", On = new Dictionary<string, string> { ["home"] = "home" } })
            .TriggerExpression("last-call", expression, StorageForm.Iso)));
        await BertStaysAsync(database, source, evaluator);
    }

    // A comparison that binds otherwise than it looks.
    [Fact]
    public async Task A_condition_after_between_is_no_condition_of_its_own()
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, home INTEGER, contract_ended TEXT, moved TEXT)",
            "CREATE TABLE calls (id INTEGER PRIMARY KEY, customer INTEGER, home INTEGER, at TEXT, kind INTEGER)",
            "INSERT INTO customers VALUES (0, 'Anna', 5, NULL, '2020-01-01'), (1, 'Bert', 7, '2020-01-01', NULL)",
            "INSERT INTO calls VALUES (101, 0, 7, '2026-06-01', 0)");
        var evaluator = Members();
        var source = database.Source(map => map.DataSet("crm.customers", customers => customers
            .Child("calls", "customer", "id")
            .TriggerExpression("last-call", "(SELECT max(c.at) FROM calls c WHERE c.kind BETWEEN 0 AND c.customer = r.id)", StorageForm.Iso)));
        await BertStaysAsync(database, source, evaluator, "1");
    }

    // AND within CASE joins no conditions of the whole.
    [Theory]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE CASE WHEN c.home IS NULL AND c.customer = r.id AND c.at IS NOT NULL THEN 1 ELSE c.home = r.home END)")]
    [InlineData("(SELECT max(c.at) FROM calls c JOIN customers AS 'r' WHERE c.customer = r.id AND c.home = r.home)")]
    public async Task A_condition_within_another_is_not_one_of_its_own(string expression)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, home INTEGER, contract_ended TEXT, moved TEXT)",
            "CREATE TABLE calls (id INTEGER PRIMARY KEY, customer INTEGER, home INTEGER, at TEXT)",
            "INSERT INTO customers VALUES (1, 'Anna', 7, NULL, '2020-01-01'), (2, 'Bert', 7, '2020-01-01', NULL)",
            "INSERT INTO calls VALUES (101, 1, 7, '2026-06-01')");
        var source = database.Source(map => map.DataSet("crm.customers", customers => customers
            .Child("calls", "customer", "id").TriggerExpression("last-call", expression, StorageForm.Iso)));
        await BertStaysAsync(database, source, Members());
    }

    private static async Task BertStaysAsync(Database database, IDisposalSource source, RetentionEvaluator evaluator, string bert = "2")
    {
        try
        {
            await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
            var before = await source.SurveyAsync(evaluator, "crm.customers", 0, CancellationToken.None);
            before.Lines.Sum(line => line.Due).ShouldBe(1, "Anna alone");
            await source.SweepAsync(evaluator, "crm.customers", limit: 1);
        }
        catch (SourceMappingException)
        {
            return;
        }

        database.Rows("SELECT id FROM customers").ShouldBe([bert]);
    }

    // What says whose the homes are goes with the customer, as a row that refers to it.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rows_that_go_with_a_record_do_not_say_whose_the_records_of_another_data_set_are(bool isChild)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, person TEXT, name TEXT, contract_ended TEXT)",
            "CREATE TABLE homes (id INTEGER PRIMARY KEY, address TEXT, sold TEXT)",
            "CREATE TABLE deeds (home INTEGER PRIMARY KEY, customer INTEGER, person TEXT)",
            "INSERT INTO customers VALUES (1, 'anna', 'Anna', '2020-01-01')",
            "INSERT INTO homes VALUES (7, 'Street 1', '2020-01-01')",
            "INSERT INTO deeds VALUES (7, 1, 'anna')");
        var evaluator = StatedPolicy.Read($$"""
            { "policy": "shop", "version": "1", "effective": "2020-01-01", {{StatedPolicy.Controllers}},
              "systems": { "crm": { "dataSets": {
                "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } },
                "homes": { "subject": "customer", "triggers": { "sold": { "whenNull": "notHappened" } }, "fields": { "address": "contact.postal-address" } } } } },
              "activities": {
                "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "contract-ended" } },
                "alarm": { "purpose": "customer-support", "basis": { "contract": {} }, "data": ["crm.homes"], "retention": { "keep": "P1M", "after": "sold" } } } }
            """);
        var source = database.Source(map => map
            .DataSet("crm.customers", customers => _ = isChild ? customers.Child("deeds", "customer", "id") : customers)
            .DataSet("crm.homes", homes => homes.Subject("person", new JoinStep { Table = "deeds", On = new Dictionary<string, string> { ["home"] = "id" } })));
        try
        {
            await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        }
        catch (SourceMappingException)
        {
            return;
        }

        await source.SweepAsync(evaluator, "crm.customers", plan: "p1");

        // A hold on Anna is placed now, and put beside the data: granted.
        (await source.ChangeFactsAsync(
            [.. new[] { "crm.customers", "crm.homes" }.Select(dataSet => new FactChange("hold", dataSet, new FactTarget.Subjects(["anna"]), RecordFact.Of(RecordFlags.Hold)))],
            new Gdpr.Journals.JournalPosition(1, default), CancellationToken.None)).ShouldBeEmpty();
        var batch = await source.DisposeAsync(evaluator.Batch("crm.homes", plan: "p2", position: 1), CancellationToken.None);
        batch.Rows.Count.ShouldBe(0, "it is Anna's, who is held");
    }

    // A log of what happened says when a customer was last active; the application writes into it what it deletes.
    [Fact]
    public async Task A_log_into_which_a_trigger_of_the_database_adds_rows_may_say_when_somebody_was_active()
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT, moved TEXT)",
            "CREATE TABLE log (id INTEGER PRIMARY KEY, customer INTEGER, what TEXT, at TEXT)",
            "CREATE TRIGGER told AFTER DELETE ON customers BEGIN INSERT INTO log (customer, what, at) VALUES (old.id, 'deleted', '2026-06-15'); END",
            "INSERT INTO customers VALUES (1, 'Anna', '2020-01-01', NULL), (2, 'Bert', '2020-01-01', NULL)",
            "INSERT INTO log VALUES (101, 2, 'called', '2026-06-01')");
        var evaluator = Members();
        var source = database.Source(map => map.DataSet("crm.customers", customers => customers.Trigger("last-call", new TriggerMapping
        {
            Column = "at",
            Form = StorageForm.Iso,
            Aggregate = TriggerAggregate.Max,
            Through = [new JoinStep { Table = "log", On = new Dictionary<string, string> { ["customer"] = "id" } }],
        })));
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await source.SweepAsync(evaluator, "crm.customers");
        database.Rows("SELECT id FROM customers").ShouldBe(["2"]);
    }
}
