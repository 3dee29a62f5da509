using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>What a trigger of the database does to rows by which records are due: it may keep one longer, and makes none due sooner.</summary>
public sealed class DecidingTriggerTests
{
    private static readonly string[] Tables =
    [
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, home INTEGER, contract_ended TEXT)",
        "CREATE TABLE homes (id INTEGER PRIMARY KEY, address TEXT)",
        "CREATE TABLE sales (id INTEGER PRIMARY KEY, home INTEGER, at TEXT)",
        "INSERT INTO customers VALUES (1, 'A', 7, '2020-01-01')",
        "INSERT INTO homes VALUES (7, 'Street 1')",
    ];

    private const string Evidence = """
         "keep": "P1Y", "after": "built", "fallback": { "keep": "P24M", "after": "created", "unless": { "within": "P13M", "of": "sold" } }
        """;

    private const string Sold = "CREATE TRIGGER gone AFTER DELETE ON customers BEGIN INSERT INTO sales (home, at) VALUES (old.home, old.contract_ended); END";

    private static RetentionEvaluator Homes(string retention = """ "keep": "P1Y", "after": "sold" """, string whenNull = "notHappened") => StatedPolicy.Read($$"""
        { "policy": "shop", "version": "1", "effective": "2020-01-01", {{StatedPolicy.Controllers}},
          "systems": { "crm": { "dataSets": {
            "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } },
            "homes": { "subject": "customer", "triggers": { "sold": { "whenNull": "{{whenNull}}" }, "built": { "whenNull": "notHappened" }, "created": { "whenNull": "unknown" } }, "fields": { "address": "contact.postal-address" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "contract-ended" } },
            "alarm": { "purpose": "customer-support", "basis": { "contract": {} }, "data": ["crm.homes"], "retention": { {{retention}} } } } }
        """);

    private static TriggerMapping By(TriggerAggregate aggregate, string table = "sales") => new()
    {
        Column = "at",
        Form = StorageForm.Iso,
        Aggregate = aggregate,
        Through = [new JoinStep { Table = table, On = new Dictionary<string, string> { ["home"] = "id" } }],
    };

    private static IDisposalSource Source(Database database, Action<DataSetMappingBuilder> homes) => database.Source(map => map
        .DataSet("crm.customers", customers => { }).DataSet("crm.homes", set =>
        {
            Dated(set);
            homes(set);
        }));

    private static DataSetMappingBuilder Dated(DataSetMappingBuilder set) => set.TriggerExpression("built", "CASE r.id WHEN 0 THEN '2020-01-01' END", StorageForm.Iso)
        .TriggerExpression("created", "CASE r.id WHEN 0 THEN NULL ELSE '2026-01-01' END", StorageForm.Iso);

    private static async Task<SourceUnavailableException> ShouldBeRefusedAsync(Database database, IDisposalSource source, RetentionEvaluator evaluator)
    {
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        var refused = await Should.ThrowAsync<SourceUnavailableException>(async () => await source.SweepAsync(evaluator, "crm.customers", plan: "p1"));
        database.Rows("SELECT id FROM customers").ShouldBe(["1"]);
        return refused;
    }

    private static async Task ShouldPassAsync(Database database, IDisposalSource source, RetentionEvaluator evaluator)
    {
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await source.SweepAsync(evaluator, "crm.customers", plan: "p1");
        await source.SweepAsync(evaluator, "crm.homes", plan: "p2");
        database.Rows("SELECT id FROM customers").ShouldBeEmpty();
        database.Rows("SELECT id FROM homes").ShouldBe(["7"]);
    }

    // One row more says that a home was sold, years ago: nobody had said so, or only that it was lately.
    [Theory]
    [InlineData("max")]
    [InlineData("min")]
    [InlineData("expression")]
    public async Task A_row_that_disposing_of_a_record_adds_does_not_make_another_due(string how)
    {
        using var database = new Database([.. Tables, .. how == "min" ? new[] { "INSERT INTO sales VALUES (1, 7, '2026-06-01')" } : [], Sold]);
        var source = Source(database, homes => _ = how == "expression"
            ? homes.TriggerExpression("sold", "CASE WHEN EXISTS (SELECT 1 FROM sales s WHERE s.home = r.id) THEN '2020-01-01' END", StorageForm.Iso)
            : homes.Trigger("sold", By(how == "max" ? TriggerAggregate.Max : TriggerAggregate.Min)));

        var refused = await ShouldBeRefusedAsync(database, source, Homes());

        refused.Message.ShouldContain("added rows to table 'sales', and they may say of records that stay that they are due sooner, or whose they are: trigger 'sold' of data set 'crm.homes'");
        refused.Message.ShouldContain("write into a table by which nothing is due; or ask this one by a way (through, not by an expression) with aggregate max");
    }

    [Fact]
    public async Task The_first_row_of_evidence_that_nobody_knew_of_may_make_a_record_due()
    {
        using var database = new Database([.. Tables, Sold]);
        var source = Source(database, homes => homes.Trigger("sold", By(TriggerAggregate.Max)));

        await ShouldBeRefusedAsync(database, source, Homes(Evidence, "unknown"));
    }

    [Fact]
    public async Task A_row_more_that_is_one_of_several_makes_nothing_due_of_which_the_latest_counts()
    {
        using var database = new Database([.. Tables, "INSERT INTO sales VALUES (1, 7, '2026-06-01')", Sold]);

        await ShouldPassAsync(database, Source(database, homes => homes.Trigger("sold", By(TriggerAggregate.Max))), Homes());
    }

    [Theory]
    [InlineData(TriggerAggregate.Max)]
    [InlineData(TriggerAggregate.Min)]
    public async Task A_row_more_about_a_record_that_goes_is_nobodys(TriggerAggregate aggregate)
    {
        using var database = new Database([.. Tables, Sold.Replace("old.home", "-old.id", StringComparison.Ordinal)]);

        await ShouldPassAsync(database, Source(database, homes => homes.Trigger("sold", By(aggregate))), Homes());
    }

    [Theory]
    [InlineData("(SELECT max(s.at) FROM sales s WHERE s.home = r.id)", "-old.id", true)]
    [InlineData("(SELECT max(s.at) FROM sales s WHERE s.home = r.id)", "old.home", false)]
    [InlineData("(SELECT max(s.at) FROM sales s WHERE s.home >= r.id)", "-old.id", false)]
    public async Task An_expression_that_asks_for_rows_of_its_own_asks_for_no_others(string expression, string home, bool passes)
    {
        using var database = new Database([.. Tables, Sold.Replace("old.home", home, StringComparison.Ordinal)]);
        var source = Source(database, homes => homes.TriggerExpression("sold", expression, StorageForm.Iso));

        await (passes ? ShouldPassAsync(database, source, Homes()) : ShouldBeRefusedAsync(database, source, Homes()));
    }

    [Fact]
    public async Task A_row_more_that_is_mere_evidence_stands_in_nobodys_way()
    {
        using var database = new Database([.. Tables, Sold]);
        var source = Source(database, homes => homes.Trigger("sold", By(TriggerAggregate.Max)));

        await ShouldPassAsync(database, source, Homes(Evidence));
    }

    // A home becomes somebody's, whose consent was withdrawn perhaps.
    [Fact]
    public async Task A_row_that_disposing_of_a_record_adds_does_not_say_whose_another_is()
    {
        using var database = new Database([
            .. Tables, "CREATE TABLE owners (home INTEGER PRIMARY KEY, person TEXT)",
            "CREATE TRIGGER gone AFTER DELETE ON customers BEGIN INSERT INTO owners VALUES (old.home, old.name); END"]);
        var source = Source(database, homes => homes.Trigger("sold", By(TriggerAggregate.Max))
            .Subject("person", new JoinStep { Table = "owners", On = new Dictionary<string, string> { ["home"] = "id" } }));

        (await ShouldBeRefusedAsync(database, source, Homes())).Message.ShouldContain("whose the records of data set 'crm.homes' are");
    }

    // Sources of one database tell each other what they ask.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_row_more_in_what_another_source_asks_passes_where_it_is_mere_evidence(bool isEvidence)
    {
        using var database = new Database([.. Tables, Sold]);
        var evaluator = isEvidence ? Homes(Evidence) : Homes();
        var other = database.Source(map => map.DataSet("crm.homes", homes => Dated(homes).Trigger("sold", By(TriggerAggregate.Max))), "homes");
        await other.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        var source = database.Source(map => map.DataSet("crm.customers", customers => { }));
        if (isEvidence)
        {
            await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
            (await source.SweepAsync(evaluator, "crm.customers")).Count.ShouldBe(1);
        }
        else
        {
            (await ShouldBeRefusedAsync(database, source, evaluator)).Message.ShouldContain("added rows to table 'sales'");
        }
    }

    [Theory]
    [InlineData("UPDATE sales SET at = NULL", false)]
    [InlineData("UPDATE sales SET home = NULL", false)]
    [InlineData("DELETE FROM sales WHERE home = old.home", false)]
    [InlineData("UPDATE sales SET price = 1", true)]
    public async Task Of_a_row_by_which_records_of_another_source_are_due_only_what_decides_nothing_may_change(string statement, bool passes)
    {
        using var database = new Database([
            .. Tables, "ALTER TABLE sales ADD COLUMN price INTEGER", "INSERT INTO sales VALUES (1, 7, '2026-06-01', 0)",
            $"CREATE TRIGGER gone AFTER DELETE ON customers BEGIN {statement}; END"]);
        var evaluator = Homes();
        var other = database.Source(map => map.DataSet("crm.homes", homes => Dated(homes).Trigger("sold", By(TriggerAggregate.Max))), "homes");
        await other.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        var source = database.Source(map => map.DataSet("crm.customers", customers => { }));
        if (passes)
        {
            await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
            (await source.SweepAsync(evaluator, "crm.customers")).Count.ShouldBe(1);
        }
        else
        {
            (await ShouldBeRefusedAsync(database, source, evaluator)).Message.ShouldContain("changed other rows of table 'sales'");
        }
    }

    // SQLite: "x IN table" asks for the table's only column without naming it; NATURAL JOIN for all that two tables have in common.
    [Theory]
    [InlineData("CASE WHEN r.id IN lived THEN NULL ELSE '2020-01-01' END")]
    [InlineData("CASE WHEN EXISTS (SELECT 1 FROM lived NATURAL JOIN places p WHERE p.id = r.id) THEN NULL ELSE '2020-01-01' END")]
    [InlineData("CASE WHEN EXISTS (SELECT 1 FROM lived l WHERE l.home = r.id) THEN NULL ELSE '2020-01-01' END")]
    public async Task A_column_that_decides_without_being_named_is_not_changed(string expression)
    {
        using var database = new Database([
            .. Tables,
            "CREATE TABLE lived (home INTEGER)",
            "CREATE TABLE places (id INTEGER PRIMARY KEY, home INTEGER)",
            "INSERT INTO lived VALUES (7)",
            "INSERT INTO places VALUES (7, 7)",
            "CREATE TRIGGER gone AFTER DELETE ON customers BEGIN UPDATE lived SET home = NULL WHERE home = old.home; END",
        ]);
        var source = Source(database, homes => homes.TriggerExpression("sold", expression, StorageForm.Iso));

        (await ShouldBeRefusedAsync(database, source, Homes())).Message.ShouldContain("changed other rows of table 'lived'");
    }

    // The expression names its column by the way alone.
    [Theory]
    [InlineData("j0.at")]
    [InlineData("at")]
    public async Task A_column_that_an_expression_on_the_way_names_is_not_changed(string expression)
    {
        using var database = new Database([
            .. Tables, "INSERT INTO sales VALUES (1, 7, '2026-06-01')",
            "CREATE TRIGGER gone AFTER DELETE ON customers BEGIN UPDATE sales SET at = '2020-01-01' WHERE home = old.home; END"]);
        var source = Source(database, homes => homes.Trigger("sold", new TriggerMapping
        {
            Expression = expression,
            Form = StorageForm.Iso,
            Aggregate = TriggerAggregate.Max,
            Through = By(TriggerAggregate.Max).Through,
        }));

        (await ShouldBeRefusedAsync(database, source, Homes())).Message.ShouldContain("changed other rows of table 'sales'");
    }

    // Another source has the sales as records, held perhaps; this one only asks them when.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_trigger_of_the_database_does_not_change_records_of_another_source_that_decide_here(bool isAsked)
    {
        using var database = new Database([
            .. Tables, "ALTER TABLE sales ADD COLUMN address TEXT", "INSERT INTO sales VALUES (1, 7, '2026-06-01', 'Street 1')",
            "CREATE TRIGGER gone AFTER DELETE ON customers BEGIN UPDATE sales SET address = NULL; END"]);
        var evaluator = Homes();
        var others = database.Source(map => map.DataSet("crm.homes", sales => Dated(sales.Table("sales")).Trigger("sold", "at", StorageForm.Iso)), "estate");
        await others.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        var source = Source(database, homes => _ = isAsked
            ? homes.Trigger("sold", By(TriggerAggregate.Max)) : homes.TriggerExpression("sold", "CASE r.id WHEN 0 THEN '2020-01-01' END", StorageForm.Iso));

        (await ShouldBeRefusedAsync(database, source, evaluator)).Message.ShouldContain("changed other rows of table 'sales'");
    }

    // Rows that go with a record are no others' to change.
    [Theory]
    [InlineData("DELETE FROM rooms WHERE home = old.home")]
    [InlineData("UPDATE rooms SET size = NULL")]
    [InlineData("INSERT INTO rooms (home) VALUES (old.home)")]
    public async Task A_trigger_of_the_database_changes_no_rows_that_go_with_another_record(string statement)
    {
        using var database = new Database([
            .. Tables, "CREATE TABLE rooms (id INTEGER PRIMARY KEY, home INTEGER, size INTEGER)", "INSERT INTO rooms VALUES (1, 7, 20)",
            $"CREATE TRIGGER gone AFTER DELETE ON customers BEGIN {statement}; END"]);
        var source = Source(database, homes => homes.Trigger("sold", By(TriggerAggregate.Max)).Child("rooms", "home", "id"));

        (await ShouldBeRefusedAsync(database, source, Homes())).Message.ShouldContain("changed other rows of table 'rooms'");
    }
}
