using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Rows that decide when records are due, and columns, however they are named: nothing takes them away early.</summary>
public sealed class DecidingRowTests
{
    private static RetentionEvaluator Homes() => StatedPolicy.Read($$"""
        { "policy": "shop", "version": "1", "effective": "2020-01-01", {{StatedPolicy.Controllers}},
          "systems": { "crm": { "dataSets": {
            "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } },
            "homes": { "subject": "customer", "triggers": { "sold": { "whenNull": "notHappened" }, "built": { "whenNull": "unknown" }, "last-call": { "whenNull": "notHappened" } }, "fields": { "address": "contact.postal-address" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "contract-ended" } },
            "alarm": { "purpose": "customer-support", "basis": { "contract": {} }, "data": ["crm.homes"],
              "retention": { "keep": "P1M", "after": "sold", "fallback": { "keep": "P24M", "after": "built", "unless": { "within": "P13M", "of": "last-call" } } } } } }
        """);

    private static Database HomesDatabase(params string[] more) => new(
    [
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT)",
        "CREATE TABLE homes (id INTEGER PRIMARY KEY, address TEXT, built TEXT, sold TEXT)",
        "CREATE TABLE calls (id INTEGER PRIMARY KEY, customer INTEGER, home INTEGER, at TEXT)",
        "INSERT INTO customers VALUES (1, 'A', '2020-01-01')",
        "INSERT INTO homes VALUES (7, 'Street 1', '2019-01-01', NULL)",
        "INSERT INTO calls VALUES (101, 1, 7, '2026-06-01')",
        .. more,
    ]);

    private static TriggerMapping LastCall(string table) => new()
    {
        Column = "at",
        Form = StorageForm.Iso,
        Aggregate = TriggerAggregate.Max,
        Through = [new JoinStep { Table = table, On = new Dictionary<string, string> { ["home"] = "id" } }],
    };

    private static async Task NothingGoesEarlyAsync(Database database, IDisposalSource source, RetentionEvaluator evaluator)
    {
        try
        {
            await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
            await source.SweepAsync(evaluator, "crm.customers", plan: "p1");
            await source.SweepAsync(evaluator, "crm.homes", plan: "p2");
        }
        catch (Exception refused) when (refused is SourceMappingException or SourceUnavailableException)
        {
            return;
        }

        database.Rows("SELECT id FROM homes").ShouldBe(["7"], "it was called two weeks ago");
    }

    [Theory]
    [InlineData("through")]
    [InlineData("expression")]
    public async Task Rows_that_go_with_a_record_do_not_decide_through_a_view(string how)
    {
        using var database = HomesDatabase("CREATE VIEW recent_calls AS SELECT home, at FROM calls");
        var evaluator = Homes();
        var source = database.Source(map => map
            .DataSet("crm.customers", customers => customers.Child("calls", "customer", "id"))
            .DataSet("crm.homes", homes => _ = how == "through"
                ? homes.Trigger("last-call", LastCall("recent_calls"))
                : homes.TriggerExpression("last-call", "(SELECT max(c.at) FROM recent_calls c WHERE c.home = r.id)", StorageForm.Iso)));
        await NothingGoesEarlyAsync(database, source, evaluator);
    }

    [Theory]
    [InlineData("(SELECT max(c.at) FROM 'calls' c WHERE c.home = r.id)")]
    [InlineData("(SELECT max(c.at) FROM calls c WHERE c.home = r.id)")]
    public async Task Rows_that_go_with_a_record_do_not_decide_however_their_table_is_quoted(string expression)
    {
        using var database = HomesDatabase();
        var evaluator = Homes();
        var source = database.Source(map => map
            .DataSet("crm.customers", customers => customers.Child("calls", "customer", "id"))
            .DataSet("crm.homes", homes => homes.TriggerExpression("last-call", expression, StorageForm.Iso)));
        await NothingGoesEarlyAsync(database, source, evaluator);
    }

    [Fact]
    public async Task A_trigger_of_the_database_does_not_take_rows_by_which_another_data_set_is_dated()
    {
        using var database = HomesDatabase("CREATE TRIGGER gone AFTER DELETE ON customers BEGIN DELETE FROM calls WHERE customer = old.id; END");
        var evaluator = Homes();
        var source = database.Source(map => map
            .DataSet("crm.customers", customers => { })
            .DataSet("crm.homes", homes => homes.Trigger("last-call", LastCall("calls"))));
        await NothingGoesEarlyAsync(database, source, evaluator);
    }

    [Fact]
    public async Task A_trigger_of_the_database_does_not_empty_rows_by_which_another_data_set_is_dated()
    {
        using var database = HomesDatabase("CREATE TRIGGER gone AFTER DELETE ON customers BEGIN UPDATE calls SET home = NULL WHERE customer = old.id; END");
        var evaluator = Homes();
        var source = database.Source(map => map
            .DataSet("crm.customers", customers => { })
            .DataSet("crm.homes", homes => homes.TriggerExpression("last-call", "(SELECT max(c.at) FROM calls c WHERE c.home = r.id)", StorageForm.Iso)));
        await NothingGoesEarlyAsync(database, source, evaluator);
    }

    // Anna's contract is over, Bert's too, but somebody called Bert's home two weeks ago: Anna did.
    [Theory]
    [InlineData(ChildAction.Delete)]
    [InlineData(ChildAction.Sever)]
    public async Task Rows_that_go_with_one_record_do_not_date_another_of_the_same_data_set_by_an_expression(ChildAction action)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, home INTEGER, contract_ended TEXT, moved TEXT)",
            "CREATE TABLE calls (id INTEGER PRIMARY KEY, customer INTEGER, home INTEGER, at TEXT)",
            "INSERT INTO customers VALUES (1, 'Anna', 5, '2020-01-01', NULL), (2, 'Bert', 7, '2020-01-01', NULL)",
            "INSERT INTO calls VALUES (101, 1, 7, '2026-06-01')");
        var evaluator = StatedPolicy.Read($$"""
            { "policy": "shop", "version": "1", "effective": "2020-01-01", {{StatedPolicy.Controllers}},
              "systems": { "crm": { "dataSets": {
                "customers": { "subject": "customer", "triggers": { "moved": { "whenNull": "notHappened" }, "contract-ended": { "whenNull": "unknown" }, "last-call": { "whenNull": "notHappened" } }, "fields": { "name": "identity.name" } } } } },
              "activities": {
                "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"],
                  "retention": { "keep": "P1M", "after": "moved", "fallback": { "keep": "P3M", "after": "contract-ended", "unless": { "within": "P13M", "of": "last-call" } } } } } }
            """);
        var expression = action == ChildAction.Delete
            ? "(SELECT max(c.at) FROM calls c WHERE c.home = r.home)"
            : "(SELECT max(c.at) FROM calls c WHERE c.home = r.home AND c.customer IS NOT NULL)";
        var source = database.Source(map => map.DataSet("crm.customers", customers => customers
            .Child("calls", "customer", "id", action)
            .TriggerExpression("last-call", expression, StorageForm.Iso)));
        try
        {
            await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
            await source.SweepAsync(evaluator, "crm.customers", limit: 1);
        }
        catch (SourceMappingException)
        {
            return;
        }

        database.Rows("SELECT id FROM customers").ShouldBe(["2"]);
    }

    // Contract ended 2025-12-20: "closed" is anonymised after P3M, the address is kept until 2026-12-20.
    [Theory]
    [InlineData("date(r.'closed_at')")]
    [InlineData("date(r.closed_at)")]
    public async Task An_expression_may_not_read_a_column_that_is_anonymised_however_it_is_quoted(string expression)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT, closed_at TEXT)",
            "INSERT INTO customers VALUES (1, 'a@x.example', '2025-12-20')");
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers
            .TriggerExpression("contract-ended", expression, StorageForm.Iso).Field("closed", "closed_at")));
        var evaluator = Shop.Evaluator(
            """ "closed": { "category": "identity.birth-date", "disposal": { "action": "anonymise", "strategy": "year" } }, "email": "contact.email" """,
            """, "newsletter": { "purpose": "direct-marketing", "basis": { "contract": {} }, "data": ["crm.customers.email"], "retention": { "keep": "P1Y", "after": "contract-ended" } } """);
        try
        {
            await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
            await source.SweepAsync(evaluator, Shop.Customers);
        }
        catch (SourceMappingException)
        {
            return;
        }

        database.Rows("SELECT email FROM customers").ShouldBe(["a@x.example"]);
    }

    // Bert is kept while his partner Anna, or somebody of his household, calls; Anna's rows go with Anna, calls and all.
    [Theory]
    [InlineData("partner")]
    [InlineData("household")]
    public async Task Rows_that_go_with_one_record_do_not_date_another_by_a_way_whose_last_step_is_named_like_the_childs_reference(string way)
    {
        using var database = new Database(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, partner INTEGER, household INTEGER, contract_ended TEXT, moved TEXT)",
            "CREATE TABLE members (id INTEGER PRIMARY KEY, household INTEGER, customer INTEGER)",
            "CREATE TABLE calls (id INTEGER PRIMARY KEY, customer INTEGER, at TEXT)",
            "INSERT INTO customers VALUES (1, 'Anna', NULL, NULL, NULL, '2020-01-01'), (2, 'Bert', 1, 5, '2020-01-01', NULL)",
            "INSERT INTO members VALUES (1, 5, 1), (2, 5, 2)",
            "INSERT INTO calls VALUES (101, 1, '2026-06-01')");
        var evaluator = StatedPolicy.Read($$"""
            { "policy": "shop", "version": "1", "effective": "2020-01-01", {{StatedPolicy.Controllers}},
              "systems": { "crm": { "dataSets": {
                "customers": { "subject": "customer", "triggers": { "moved": { "whenNull": "notHappened" }, "contract-ended": { "whenNull": "unknown" }, "last-call": { "whenNull": "notHappened" } }, "fields": { "name": "identity.name" } } } } },
              "activities": {
                "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"],
                  "retention": { "keep": "P1M", "after": "moved", "fallback": { "keep": "P3M", "after": "contract-ended", "unless": { "within": "P13M", "of": "last-call" } } } } } }
            """);
        var source = database.Source(map => map.DataSet("crm.customers", customers => customers
            .Child("calls", "customer", "id")
            .Trigger("last-call", new TriggerMapping
            {
                Column = "at",
                Form = StorageForm.Iso,
                Aggregate = TriggerAggregate.Max,
                Through = way == "partner"
                    ? [new JoinStep { Table = "calls", On = new Dictionary<string, string> { ["customer"] = "partner" } }]
                    : [
                        new JoinStep { Table = "members", On = new Dictionary<string, string> { ["household"] = "household" } },
                        new JoinStep { Table = "calls", On = new Dictionary<string, string> { ["customer"] = "customer" } },
                    ],
            })));
        try
        {
            await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        }
        catch (SourceMappingException)
        {
            return;
        }

        (await source.SurveyAsync(evaluator, "crm.customers", 5, CancellationToken.None)).Lines.Sum(line => line.Due).ShouldBe(1, "Anna alone");
        await source.SweepAsync(evaluator, "crm.customers", limit: 1);
        database.Rows("SELECT id FROM customers").ShouldBe(["2"]);
    }
}
