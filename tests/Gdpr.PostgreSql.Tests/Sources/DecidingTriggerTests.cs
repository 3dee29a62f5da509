using Gdpr.PostgresServer;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Tests.Sources;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>What a trigger of the database does to rows by which records are due: it may keep one longer, and makes none due sooner.</summary>
public sealed class DecidingTriggerTests
{
    private static readonly string[] Tables =
    [
        "CREATE TABLE customers (id integer PRIMARY KEY, subject text, name text, home integer, contract_ended date)",
        "CREATE TABLE homes (id integer PRIMARY KEY, subject text, address text)",
        "CREATE TABLE sales (home integer, at date)",
        "INSERT INTO customers VALUES (1, 's1', 'A', 7, '2020-01-01')",
        "INSERT INTO homes VALUES (7, 's2', 'Street 1')",
    ];

    private static readonly RetentionEvaluator Evaluator = StatedPolicy.Read($$"""
        { "policy": "shop", "version": "1", "effective": "2020-01-01", {{StatedPolicy.Controllers}},
          "systems": { "crm": { "dataSets": {
            "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } },
            "homes": { "subject": "customer", "triggers": { "sold": { "whenNull": "notHappened" } }, "fields": { "address": "contact.postal-address" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "contract-ended" } },
            "alarm": { "purpose": "customer-support", "basis": { "contract": {} }, "data": ["crm.homes"], "retention": { "keep": "P1Y", "after": "sold" } } } }
        """);

    private static string Told(string home) => $"""
        CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO sales VALUES ({home}, OLD.contract_ended); RETURN NULL; END $$;
        CREATE TRIGGER told AFTER DELETE ON customers FOR EACH ROW EXECUTE FUNCTION told()
        """;

    private static DataSetMappingBuilder Sold(DataSetMappingBuilder homes, TriggerAggregate aggregate) => homes.Trigger("sold", new TriggerMapping
    {
        Column = "at",
        Form = StorageForm.Iso,
        Aggregate = aggregate,
        Through = [new JoinStep { Table = "sales", On = new Dictionary<string, string> { ["home"] = "id" } }],
    });

    // A first row, or an earlier one, makes the home due; one more of which the latest counts does not, nor one about the customer who goes.
    [PostgresTheory]
    [InlineData("OLD.home", TriggerAggregate.Max, false, false)]
    [InlineData("OLD.home", TriggerAggregate.Max, true, true)]
    [InlineData("OLD.home", TriggerAggregate.Min, true, false)]
    [InlineData("-OLD.id", TriggerAggregate.Min, false, true)]
    public async Task A_row_that_disposing_of_a_record_adds_does_not_make_another_due(string home, TriggerAggregate aggregate, bool wasSold, bool passes)
    {
        await using var database = await SourceDatabase.CreateAsync([.. Tables, .. wasSold ? new[] { "INSERT INTO sales VALUES (7, '2026-06-01')" } : [], Told(home)]);
        var source = database.Source(map => map.DataSet("crm.customers", customers => { }).DataSet("crm.homes", homes => Sold(homes, aggregate)));

        await ShouldGoAsync(database, source, passes);
    }

    [PostgresTheory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task Sources_of_one_database_tell_each_other_what_they_ask(bool wasSold, bool passes)
    {
        await using var database = await SourceDatabase.CreateAsync([.. Tables, .. wasSold ? new[] { "INSERT INTO sales VALUES (7, '2026-06-01')" } : [], Told("OLD.home")]);
        await database.Source(map => map.DataSet("crm.homes", homes => Sold(homes, TriggerAggregate.Max)), "homes").PrepareAsync(Evaluator.Schedule, CancellationToken.None);

        await ShouldGoAsync(database, database.Source(map => map.DataSet("crm.customers", customers => { })), passes);
    }

    // Rows that go with a record, or lose it: a trigger keeps a total in them, or touches those of another record.
    [PostgresTheory]
    [InlineData(ChildAction.Delete, "WHERE home = OLD.home", true)]
    [InlineData(ChildAction.Sever, "WHERE home IS NULL", true)]
    [InlineData(ChildAction.Delete, "", false)]
    [InlineData(ChildAction.Sever, "", false)]
    public async Task A_trigger_may_change_rows_that_go_with_the_record_or_lose_it_and_no_others(ChildAction action, string which, bool passes)
    {
        await using var database = await SourceDatabase.CreateAsync([.. Tables,
            "CREATE TABLE rooms (id integer PRIMARY KEY, customer integer REFERENCES customers, home integer, size integer)",
            "CREATE TABLE beds (room integer REFERENCES rooms, home integer)",
            "INSERT INTO customers VALUES (2, 's2', 'B', 8, NULL)",
            "INSERT INTO rooms VALUES (1, 1, 7, 20), (2, 2, 8, 30)",
            "INSERT INTO beds VALUES (1, 7), (2, 8)",
            $"""
            CREATE FUNCTION counted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE rooms SET size = size - 1 {which}; RETURN NULL; END $$;
            CREATE TRIGGER counted AFTER {(action == ChildAction.Delete ? "DELETE ON beds" : "UPDATE OF customer ON rooms")} FOR EACH ROW EXECUTE FUNCTION counted()
            """]);
        ChildMapping[] beds = action == ChildAction.Delete ? [new ChildMapping { Table = "beds", On = new Dictionary<string, string> { ["room"] = "id" } }] : [];
        if (action == ChildAction.Sever)
        {
            await database.RunAsync("UPDATE rooms SET home = NULL WHERE id = 1");
        }

        var source = database.Source(map => map.DataSet("crm.customers", customers => customers.Child("rooms", "customer", "id", action, beds)));
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        var refused = await Record.ExceptionAsync(() => source.DisposeAsync(Evaluator.Batch("crm.customers"), CancellationToken.None).AsTask());

        (refused?.Message.Contains("changed other rows of table 'rooms'", StringComparison.Ordinal) ?? false).ShouldBe(!passes, refused?.Message);
        (await database.RowsAsync("SELECT id FROM customers ORDER BY id")).ShouldBe(passes ? ["2"] : ["1", "2"]);
    }

    private static async Task ShouldGoAsync(SourceDatabase database, IDisposalSource source, bool passes)
    {
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        var refused = await Record.ExceptionAsync(() => source.DisposeAsync(Evaluator.Batch("crm.customers"), CancellationToken.None).AsTask());
        if (passes)
        {
            refused.ShouldBeNull();
            (await database.RowsAsync("SELECT id FROM customers")).ShouldBeEmpty();
        }
        else
        {
            refused.ShouldBeOfType<SourceUnavailableException>().Message.ShouldContain("added rows to table '");
            (await database.RowsAsync("SELECT id FROM customers")).ShouldBe(["1"]);
        }
    }
}
