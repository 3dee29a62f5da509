using Gdpr.PostgreSql.Sources;
using Gdpr.PostgresServer;
using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Tests.Sources;
using Npgsql;

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

    // "Sales" says when customers are due, and sales when homes are.
    [PostgresTheory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task A_row_in_one_of_two_tables_whose_names_differ_by_case_alone_is_asked_for_what_that_one_says(bool wasSold, bool passes)
    {
        await using var database = await SourceDatabase.CreateAsync([.. Tables,
            "CREATE TABLE \"Sales\" (customer integer, at date)", "INSERT INTO \"Sales\" VALUES (1, '2020-01-01')",
            .. wasSold ? new[] { "INSERT INTO sales VALUES (7, '2026-06-01')" } : [], Told("OLD.home")]);
        var source = database.Source(map => map
            .DataSet("crm.customers", customers => customers.Trigger("contract-ended", new TriggerMapping
            {
                Column = "at",
                Form = StorageForm.Iso,
                Aggregate = TriggerAggregate.Max,
                Through = [new JoinStep { Table = "Sales", On = new Dictionary<string, string> { ["customer"] = "id" } }],
            }))
            .DataSet("crm.homes", homes => Sold(homes, TriggerAggregate.Max)));

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

    // What a trigger adds goes to the end of a log from which nothing is taken.
    [PostgresFact]
    public async Task A_long_log_is_not_read_for_each_batch_that_adds_to_it()
    {
        const int Rows = 20_000;
        await using var database = await SourceDatabase.CreateAsync([.. Tables,
            "INSERT INTO customers SELECT i, 's', 'A', 7, '2020-01-01' FROM generate_series(2, 5) AS i",
            $"INSERT INTO sales SELECT 100 + i, DATE '2026-06-01' FROM generate_series(1, {Rows}) AS i", "INSERT INTO sales VALUES (7, '2026-06-01')",
            "CREATE INDEX ON sales (home)", "ANALYZE", Told("OLD.home")]);
        var unpooled = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString;
        var source = new SqlSource("crm", new PostgreSqlDatabase(unpooled), SqlMapping.Build(map => map
            .DataSet("crm.customers", customers => { }).DataSet("crm.homes", homes => Sold(homes, TriggerAggregate.Max))));
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        const string Read = "SELECT seq_tup_read, n_tup_ins FROM pg_stat_user_tables WHERE relname = 'sales'";
        var before = await UntilAsync(said => said[1] > Rows);

        (await source.SweepAsync(Evaluator, "crm.customers", limit: 1)).Count.ShouldBe(5);

        var after = await UntilAsync(said => said[1] == before[1] + 5);
        (after[0] - before[0]).ShouldBeLessThan(Rows, "rows of the last page alone, for each of five batches");
        (await database.RowsAsync("SELECT count(*) FROM sales WHERE home = 7")).ShouldBe(["6"]);

        // Servers tell when a session ends, and a little later.
        async Task<long[]> UntilAsync(Func<long[], bool> isSaid)
        {
            for (var attempt = 0; ; attempt++)
            {
                long[] said = [.. (await database.RowsAsync(Read)).Single().Split('|').Select(long.Parse)];
                if (isSaid(said) || attempt == 100)
                {
                    isSaid(said).ShouldBeTrue(string.Join(' ', said));
                    return said;
                }

                await Task.Delay(100);
            }
        }
    }

    // It goes elsewhere where something was taken.
    [PostgresFact]
    public async Task A_row_that_is_added_where_a_log_has_room_is_seen_as_one_at_its_end_is()
    {
        await using var database = await SourceDatabase.CreateAsync([.. Tables,
            "INSERT INTO sales SELECT 8, DATE '2026-06-01' FROM generate_series(1, 20000)", "DELETE FROM sales WHERE ctid < '(9,1)'", "VACUUM sales", Told("OLD.home")]);
        var source = database.Source(map => map.DataSet("crm.customers", customers => { }).DataSet("crm.homes", homes => Sold(homes, TriggerAggregate.Max)));

        await ShouldGoAsync(database, source, passes: false);
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
