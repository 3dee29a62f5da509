using System.Globalization;
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

/// <summary>What schemas and servers can do to a sweep: rows of others must never go, and it comes to an end.</summary>
public sealed class HostileSchemaTests
{
    private const string Customers = "CREATE TABLE customers (id integer PRIMARY KEY, subject text, name text, contract_ended date)";
    private const string OneDue = "INSERT INTO customers VALUES (1, 's1', 'A', '2020-01-01'), (2, 's2', 'B', NULL)";

    private static readonly RetentionEvaluator Evaluator = Shop.Evaluator();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [PostgresTheory]
    [InlineData("CREATE TABLE employees (salary integer) INHERITS (customers)", "employees")]
    [InlineData("CREATE TABLE orders (customer integer REFERENCES customers); CREATE TABLE urgent_orders (day date) INHERITS (orders)", "urgent_orders")]
    public async Task A_table_that_others_inherit_from_is_refused(string statement, string named)
    {
        await using var database = await SourceDatabase.CreateAsync(Customers, OneDue, statement);
        var source = database.Source(map => map.DataSet(Shop.Customers, customers =>
        {
            if (named == "urgent_orders")
            {
                customers.Child("orders", "customer", "id");
            }
        }));

        var failure = await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None));

        failure.Message.ShouldContain(named);
    }

    [PostgresTheory]
    [InlineData("CREATE TABLE visits (day date, customer integer) PARTITION BY RANGE (day); CREATE TABLE visits_1 PARTITION OF visits DEFAULT; "
        + "ALTER TABLE visits_1 ADD FOREIGN KEY (customer) REFERENCES customers ON DELETE CASCADE", "visits")]
    [InlineData("CREATE TABLE \"CALLS\" (customer integer REFERENCES customers ON DELETE CASCADE); "
        + "CREATE TABLE calls (customer integer REFERENCES customers ON DELETE CASCADE)", "CALLS")]
    public async Task A_foreign_key_is_seen_wherever_it_is_declared(string statement, string named)
    {
        await using var database = await SourceDatabase.CreateAsync(Customers, OneDue, statement);
        var source = database.Source(map => map.DataSet(Shop.Customers, customers =>
        {
            if (named == "CALLS")
            {
                customers.Child("calls", "customer", "id");
            }
        }));

        var failure = await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None));

        failure.Message.ShouldContain($"table '{named}' refers to");
    }

    [PostgresFact]
    public async Task A_foreign_key_to_a_partition_is_one_to_its_table()
    {
        await using var database = await SourceDatabase.CreateAsync(
            "CREATE TABLE customers (id integer PRIMARY KEY, subject text, name text, contract_ended date) PARTITION BY RANGE (id)",
            "CREATE TABLE customers_1 PARTITION OF customers FOR VALUES FROM (0) TO (100)", OneDue,
            "CREATE TABLE calls (customer integer REFERENCES customers_1 ON DELETE CASCADE)", "INSERT INTO calls VALUES (1)");
        var source = database.Source(map => map.DataSet(Shop.Customers));

        var failure = await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None));

        failure.Message.ShouldContain("table 'calls' refers to 'customers'");
    }

    [PostgresFact]
    public async Task A_child_whose_trigger_changes_the_record_keeps_nothing_from_going()
    {
        await using var database = await SourceDatabase.CreateAsync(
            Customers + "; ALTER TABLE customers ADD calls integer", OneDue, "CREATE TABLE calls (customer integer REFERENCES customers)", "INSERT INTO calls VALUES (1), (1), (2)",
            "CREATE FUNCTION counted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE customers SET calls = calls - 1 WHERE id = old.customer; RETURN old; END $$",
            "CREATE TRIGGER counted AFTER DELETE ON calls FOR EACH ROW EXECUTE FUNCTION counted()");
        var source = await PreparedAsync(database.Source(map => map.DataSet(Shop.Customers, customers => customers.Child("calls", "customer", "id"))));

        (await source.SweepAsync(Evaluator, Shop.Customers)).Sum(batch => batch.Records).ShouldBe(1);

        (await database.RowsAsync("SELECT id FROM customers")).ShouldBe(["2"]);
        (await database.RowsAsync("SELECT customer FROM calls")).ShouldBe(["2"]);
    }

    [PostgresTheory]
    [InlineData("CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; "
        + "CREATE TRIGGER keep BEFORE DELETE ON customers FOR EACH ROW EXECUTE FUNCTION keep()")]
    [InlineData("CREATE RULE keep AS ON DELETE TO customers DO INSTEAD NOTHING")]
    public async Task What_keeps_rows_from_being_deleted_since_the_source_was_prepared_ends_the_batch(string statement)
    {
        await using var database = await SourceDatabase.CreateAsync(Customers, OneDue);
        var source = await PreparedAsync(database.Source(map => map.DataSet(Shop.Customers)));
        await database.RunAsync(statement);

        await Should.ThrowAsync<SourceUnavailableException>(() => source.SweepAsync(Evaluator, Shop.Customers).WaitAsync(Patience));

        (await database.RowsAsync("SELECT count(*) FROM customers")).ShouldBe(["2"]);
        (await database.RowsAsync("SELECT count(*) FROM gdpr.gdpr_evidence")).ShouldBe(["0"]);
    }

    [PostgresTheory]
    [InlineData("")]
    [InlineData("later(r.contract_ended)")]
    public async Task A_row_that_somebody_changes_all_the_time_is_disposed_of_all_the_same(string expression)
    {
        await using var database = await SourceDatabase.CreateAsync(
            Customers, OneDue,
            "CREATE FUNCTION later(value date) RETURNS date LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_sleep(0.1); RETURN value; END $$");
        var source = await PreparedAsync(database.Source(map => map.DataSet(Shop.Customers, customers =>
        {
            if (expression.Length > 0)
            {
                customers.TriggerExpression("contract-ended", expression, StorageForm.Iso);
            }
        })));
        using var done = new CancellationTokenSource();
        var changing = Task.Run(async () =>
        {
            await using var connection = await database.OpenAsync();
            await using var command = new NpgsqlCommand("UPDATE customers SET name = name || 'x' WHERE id = 1", connection);
            while (!done.IsCancellationRequested && await command.ExecuteNonQueryAsync() > 0)
            {
            }
        });

        try
        {
            (await source.SweepAsync(Evaluator, Shop.Customers).WaitAsync(Patience)).Sum(batch => batch.Records).ShouldBe(1);
        }
        finally
        {
            await done.CancelAsync();
            await changing;
        }
    }

    [PostgresFact]
    public async Task One_table_is_claimed_by_one_name_however_server_and_table_are_named()
    {
        await using var database = await SourceDatabase.CreateAsync("CREATE SCHEMA shop", "CREATE TABLE shop.customers (id integer PRIMARY KEY, name text, contract_ended date)");
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var other = new NpgsqlConnectionStringBuilder(database.ConnectionString) { SearchPath = "shop", Host = $"{settings.Host},{settings.Host}" };

        var one = await PreparedAsync(database.Source(map => map.DataSet(Shop.Customers, customers => customers.Table("shop.customers"))));
        var two = await PreparedAsync(new SqlSource("other", new PostgreSqlDatabase(other.ConnectionString), SqlMapping.Build(map => map.DataSet(Shop.Customers))));

        two.Claims.ShouldBe(one.Claims);
        one.Claims.ShouldHaveSingleItem().ShouldContain("shop.customers");
    }

    [PostgresTheory]
    [InlineData("later", "B")]
    [InlineData("sooner", "pg_temp")]
    public async Task The_tables_of_a_batch_are_those_that_the_source_was_prepared_for(string name, string other)
    {
        await using var database = await SourceDatabase.CreateAsync("CREATE SCHEMA a", "CREATE SCHEMA \"B\"", $"CREATE TABLE a.{Customers[13..]}", $"CREATE TABLE \"B\".{Customers[13..]}",
            "INSERT INTO a.customers VALUES (1, 's1', 'A', '2020-01-01')", "INSERT INTO \"B\".customers VALUES (7, 's7', 'G', '2020-01-01')");
        var path = "a";
        await using var connections = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(database.ConnectionString) { NoResetOnClose = true, MaxPoolSize = 1 }.ConnectionString).Build();
        var source = new SqlSource(name, new PostgreSqlDatabase(connections), SqlMapping.Build(map => map.DataSet(Shop.Customers)));
        await SetAsync($"SET search_path = {path}");
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        await SetAsync(other == "B" ? "SET search_path = \"B\", a" : $"CREATE TEMP TABLE {Customers[13..]}; INSERT INTO pg_temp.customers VALUES (7, 's7', 'G', '2020-01-01')");

        var batches = await source.SweepAsync(Evaluator, Shop.Customers);

        batches.SelectMany(batch => batch.NativeKeys).ShouldBe(["1"]);
        (await database.RowsAsync("SELECT count(*) FROM a.customers")).ShouldBe(["0"]);
        (await database.RowsAsync("SELECT count(*) FROM \"B\".customers")).ShouldBe(["1"]);

        async Task SetAsync(string text)
        {
            await using var command = connections.CreateCommand(text);
            await command.ExecuteNonQueryAsync();
        }
    }

    [PostgresTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rows_that_the_database_hides_from_the_role_keep_a_source_from_working(bool isLate)
    {
        await using var database = await SourceDatabase.CreateAsync(
            Customers, OneDue, "CREATE TABLE invoices (customer integer, booked date)", "INSERT INTO invoices VALUES (1, '2026-06-01')");
        string[] hiding = ["ALTER TABLE invoices ENABLE ROW LEVEL SECURITY", "ALTER TABLE invoices FORCE ROW LEVEL SECURITY"];
        var role = $"r{Guid.NewGuid():N}";
        await database.RunAsync($"CREATE ROLE {role} LOGIN", $"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}", $"GRANT CREATE ON DATABASE {new NpgsqlConnectionStringBuilder(database.ConnectionString).Database} TO {role}");
        if (!isLate)
        {
            await database.RunAsync(hiding);
        }

        var connectionString = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Options = $"-c role={role}", Pooling = false }.ConnectionString;
        var source = new SqlSource("crm", new PostgreSqlDatabase(connectionString), SqlMapping.Build(map => map.DataSet(Shop.Customers, customers => customers.Trigger("contract-ended", new TriggerMapping
        {
            Column = "booked",
            Aggregate = TriggerAggregate.Min,
            Through = [new JoinStep { Table = "invoices", On = new Dictionary<string, string> { ["customer"] = "id" } }],
        }))));
        try
        {
            if (isLate)
            {
                await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
                await database.RunAsync(hiding);
                var failure = await Should.ThrowAsync<SourceUnavailableException>(() => source.SweepAsync(Evaluator, Shop.Customers));
                failure.Message.ShouldContain("row-level security");
            }
            else
            {
                var failure = await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None));
                failure.Message.ShouldContain("table 'invoices'");
                failure.Message.ShouldContain("BYPASSRLS");
            }
        }
        finally
        {
            await database.RunAsync($"DROP OWNED BY {role} CASCADE", $"DROP ROLE {role}");
        }
    }

    [PostgresFact]
    public async Task A_fact_about_somebody_whose_id_no_text_of_the_database_can_be_holds_up_nothing()
    {
        await using var database = await SourceDatabase.CreateAsync(Customers, OneDue);
        var source = await PreparedAsync(database.Source(map => map.DataSet(Shop.Customers)));
        var (hold, people) = (RecordFact.Of(RecordFlags.Hold), new FactTarget.Subjects(["s\0", "s2"]));

        (await source.ChangeFactsAsync([new FactChange("h1", Shop.Customers, people, hold)], 1, CancellationToken.None)).ShouldBeEmpty();
        (await source.ChangeFactsAsync([new FactChange("h2", Shop.Customers, new FactTarget.Records(["1\0"]), hold)], 2, CancellationToken.None)).ShouldBe(["1\0"]);

        (await database.RowsAsync("SELECT key FROM gdpr.gdpr_block")).ShouldBe(["s2"]);
    }

    [PostgresTheory]
    [InlineData("date", "SQL, DMY", "Asia/Kolkata", true)]
    [InlineData("timestamptz", "SQL, DMY", "Asia/Kolkata", true)]
    [InlineData("timestamptz", "German", "America/St_Johns", false)]
    [InlineData("timestamptz", "Postgres, MDY", "Pacific/Apia", true)]
    [InlineData("timestamp", "Postgres, DMY", "Asia/Kolkata", true)]
    [InlineData("text", "SQL, MDY", "Pacific/Kiritimati", true)]
    public async Task Neither_the_style_of_dates_nor_the_zone_of_a_connection_decides_what_goes(string type, string style, string zone, bool isIndexed)
    {
        await using var database = await SourceDatabase.CreateAsync(
            $"CREATE TABLE customers (id integer PRIMARY KEY, subject text, name text, contract_ended {type})", isIndexed ? "CREATE INDEX ON customers (contract_ended)" : "SELECT 1");
        var name = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database;
        await database.RunAsync(
            $"ALTER DATABASE {name} SET DateStyle = '{style}'", $"ALTER DATABASE {name} SET TimeZone = '{zone}'", $"ALTER DATABASE {name} SET standard_conforming_strings = off",
            $"ALTER DATABASE {name} SET IntervalStyle = 'sql_standard'");
        string[] values = type switch
        {
            "date" => ["2026-03-14", "2026-03-15", "2025-12-31", "infinity", "-infinity", "0044-03-15 BC", "2020-02-03", "9999-12-31"],
            "text" => ["2026-03-14T22:59:59Z", "2026-03-14T23:00:00Z", "2025-12-31", "", "infinity", "31/12/2020", "2020-02-03 10:00+14:00", "9999-12-31"],
            _ => ["2026-03-14 22:59:59.999999+00", "2026-03-14 23:00:00+00", "2025-12-31 23:59:59-05", "infinity", "-infinity", "0044-03-15 00:00:00+00 BC", "2020-02-03 00:00+00",
                "9999-12-31 23:59:59+00"],
        };
        var pooled = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false };
        await using (var connection = new NpgsqlConnection(pooled.ConnectionString))
        {
            await connection.OpenAsync();
            foreach (var (i, value) in values.Index())
            {
                await using var command = new NpgsqlCommand($"INSERT INTO customers VALUES ({i}, 's', 'A', '{value}')", connection);
                await command.ExecuteNonQueryAsync();
            }
        }

        var source = await PreparedAsync(new SqlSource("crm", new PostgreSqlDatabase(pooled.ConnectionString), SqlMapping.Build(map => map.DataSet(Shop.Customers, customers =>
            customers.Trigger("contract-ended", new TriggerMapping { Column = "contract_ended", Form = StorageForm.Iso, Zone = type == "timestamp" ? "UTC" : null })))));

        var batches = await source.SweepAsync(Evaluator, Shop.Customers, limit: 1);

        string.Join(' ', batches.SelectMany(batch => batch.NativeKeys).Order(StringComparer.Ordinal)).ShouldBe("0 2 6");
        batches.Count.ShouldBe(3);
    }

    [PostgresTheory]
    [InlineData("CREATE TYPE day AS ENUM ('2020-01-01'); CREATE TABLE customers (id integer PRIMARY KEY, name text, contract_ended day); INSERT INTO customers VALUES (1, 'A', '2020-01-01')", "1")]
    [InlineData("CREATE DOMAIN d1 AS date; CREATE DOMAIN d2 AS d1; CREATE TABLE customers (id integer PRIMARY KEY, name text, contract_ended d2); "
        + "INSERT INTO customers VALUES (1, 'A', '2020-01-01'), (2, 'B', 'infinity')", "2")]
    [InlineData("CREATE TABLE customers (id varchar(20) COLLATE \"C\" PRIMARY KEY, name text, at timestamptz, contract_ended date GENERATED ALWAYS AS (CAST(at AT TIME ZONE 'UTC' AS date)) STORED); "
        + "INSERT INTO customers VALUES ('ä', 'A', '2020-01-01'), ('Ä', 'B', NULL)", "Ä")]
    [InlineData("CREATE TABLE customers (id char(5) PRIMARY KEY, name text, contract_ended date); INSERT INTO customers VALUES ('a', 'A', '2020-01-01'), ('A  ', 'B', NULL), ('', 'C', '2020-01-01')", "A    ")]
    [InlineData("CREATE TABLE customers (a text, b bytea, name text, contract_ended date, PRIMARY KEY (b, a)); INSERT INTO customers VALUES ('', '', 'A', '2020-01-01'), ('\"', '\\x00', 'B', '2020-01-01'), "
        + "('\\', '\\xff', 'C', '2020-01-01'), (E'\\u2028', 'x', 'D', NULL)", "D")]
    public async Task Odd_types_and_keys_tell_rows_apart(string statements, string left)
    {
        await using var database = await SourceDatabase.CreateAsync(statements);
        var source = await PreparedAsync(database.Source(map => map.DataSet(Shop.Customers)));

        await source.SweepAsync(Evaluator, Shop.Customers, limit: 1);

        (await database.RowsAsync("SELECT " + (left == "D" ? "name" : "id") + " FROM customers")).ShouldBe([left]);
    }

    private static async Task<SqlSource> PreparedAsync(SqlSource source)
    {
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        return source;
    }
}
