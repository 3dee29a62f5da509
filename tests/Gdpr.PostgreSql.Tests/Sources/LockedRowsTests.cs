using System.Globalization;
using Gdpr.PostgreSql.Sources;
using Gdpr.PostgresServer;
using Gdpr.Relational;
using Gdpr.Relational.Batches;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Tests.Sources;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>How batches find and lock rows, and what they do about rows that somebody else changes, holds or puts back.</summary>
public sealed class LockedRowsTests
{
    private const string Table = "CREATE TABLE customers (id integer PRIMARY KEY, subject text, name text, contract_ended date)";
    private const string ThreeDue = "INSERT INTO customers VALUES (1, 's1', 'A', '2020-01-01'), (2, 's2', 'B', '2020-01-01'), (3, 's3', 'C', '2020-01-01'), (4, 's4', 'D', NULL)";

    private static readonly RetentionEvaluator Evaluator = Shop.Evaluator();
    private static readonly SqlMapping Mapping = SqlMapping.Build(map => map.DataSet(Shop.Customers));

    [PostgresTheory]
    [InlineData("date", "DATE '2026-03-15' + i % 2000 - 20")]
    [InlineData("timestamptz", "TIMESTAMPTZ '2026-03-15 00:00:00+01' + (i % 2000 - 20) * interval '1 day'")]
    [InlineData("text", "to_char(DATE '2026-03-15' + i % 2000 - 20, 'YYYY-MM-DD')")]
    public async Task Due_rows_are_found_by_an_index_on_their_date(string type, string value)
    {
        await using var database = await SourceDatabase.CreateAsync(
            $"CREATE TABLE customers (id integer PRIMARY KEY, subject text, name text, contract_ended {type})",
            $"INSERT INTO customers SELECT i, 's' || i, 'Name', {value} FROM generate_series(1, 200000) i",
            "CREATE INDEX ON customers (contract_ended)", "ANALYZE customers");
        var source = await PreparedAsync(database);

        var plan = await ExplainedAsync(
            database, Evaluator, Mapping,
            (dialect, mapped, values) => new DueQuery(dialect, mapped, Evaluator, default).LockedText(values, null, ["r.\"contract_ended\""], place: null, "limit", waits: false));

        plan.ShouldContain("Index Scan");
        plan.ShouldNotContain("Seq Scan on customers");
        (await source.SurveyAsync(Evaluator, Shop.Customers, 0, CancellationToken.None)).Advice.ShouldBeEmpty();
        (await source.SweepAsync(Evaluator, Shop.Customers)).Sum(batch => batch.Records).ShouldBe(2000);
    }

    [PostgresTheory]
    [InlineData("date", "DATE '2026-03-15' + i % 2000 - 20", "'infinity'")]
    [InlineData("timestamptz", "TIMESTAMPTZ '2026-03-15 00:00:00+01' + (i % 2000 - 20) * interval '1 day'", "'-infinity'")]
    [InlineData("bigint", "1773529200 + (i % 2000 - 20) * 86400", "9223372036854775807")]
    public async Task What_is_left_to_see_to_is_found_by_an_index_on_the_date(string type, string value, string unreadable)
    {
        var evaluator = Shop.Evaluator(whenNull: "unknown");
        await using var database = await SourceDatabase.CreateAsync(
            $"CREATE TABLE customers (id integer PRIMARY KEY, subject text, name text, contract_ended {type})",
            $"INSERT INTO customers SELECT i, 's' || i, 'Name', {value} FROM generate_series(1, 200000) i",
            $"INSERT INTO customers VALUES (200001, 's', 'Name', NULL), (200002, 's', 'Name', {unreadable})",
            "CREATE INDEX ON customers (contract_ended)", "ANALYZE customers");
        var mapping = type != "bigint" ? Mapping
            : SqlMapping.Build(map => map.DataSet(Shop.Customers, customers => customers.Trigger("contract-ended", "contract_ended", StorageForm.UnixSeconds)));
        var source = database.Source(mapping);
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        (await source.SweepAsync(evaluator, Shop.Customers)).Sum(batch => batch.Records).ShouldBe(2000);

        var left = (await source.SurveyUnsettledAsync(evaluator, Shop.Customers, 3, CancellationToken.None)).Lines.ShouldHaveSingleItem();
        var plan = await ExplainedAsync(
            database, evaluator, mapping,
            (dialect, mapped, values) => new RecordQuery(dialect, mapped).Text(
                values, new DuePrefilter(dialect, mapped, values).OfUnsettled(evaluator.Cutoffs(evaluator.Schedule.DataSet(Shop.Customers))), ordered: true, all: true));

        left.Examples.Select(example => example.NativeKey).ShouldBe(["200001", "200002"]);
        plan.ShouldContain("Bitmap Index Scan");
        plan.ShouldNotContain("Seq Scan on customers");
    }

    [PostgresTheory]
    [InlineData(10, true)]
    [InlineData(1000, false)]
    public async Task Rows_are_taken_where_they_lie_if_they_are_more_than_the_pages_that_they_lie_on(int oneIn, bool isByPlace)
    {
        await using var database = await SourceDatabase.CreateAsync(
            Table, $"INSERT INTO customers SELECT i, 's' || i, 'Name', CASE WHEN i % {oneIn} = 0 THEN DATE '2020-01-01' + i % 2000 END FROM generate_series(1, 50000) i",
            "CREATE INDEX ON customers (contract_ended)", "ANALYZE customers");
        var tables = new PostgreSqlDatabase(database.ConnectionString);
        await using var connection = await tables.OpenAsync(CancellationToken.None);
        var mapped = await new LiveMapping("crm", tables, Mapping, baseline: null)
            .FindAsync(connection, Evaluator.Schedule, Shop.Customers, CancellationToken.None);
        await using var transaction = await tables.BeginReadAsync(connection, CancellationToken.None);

        var isFound = await OneStatement.Of("crm", tables.Dialect, mapped, Evaluator)!.GoesByPlaceAsync(connection, transaction, CancellationToken.None);

        isFound.ShouldBe(isByPlace);
        (await (await PreparedAsync(database)).SweepAsync(Evaluator, Shop.Customers, limit: 30_000 / oneIn)).Sum(batch => batch.Records).ShouldBe(50_000 / oneIn);
    }

    [PostgresFact]
    public async Task Rows_of_which_facts_are_known_are_taken_where_they_lie_too_batch_for_batch()
    {
        await using var database = await SourceDatabase.CreateAsync(
            Table, "INSERT INTO customers SELECT i, 's' || i, 'Name', CASE WHEN i % 10 = 0 THEN DATE '2020-01-01' + i * 7 % 2000 END FROM generate_series(1, 50000) i",
            "CREATE INDEX ON customers (contract_ended)", "ANALYZE customers");
        var source = await PreparedAsync(database);
        int[] due = [.. Enumerable.Range(1, 5000).Select(number => number * 10)];
        int[] held = [.. due[..400]];
        int[] granted = [.. due[400..1400], .. Enumerable.Range(1, 200).Select(number => (number * 10) + 5)];
        (await PutAsync("hold", held, RecordFlags.Hold, 1)).ShouldBeEmpty();
        (await PutAsync("erasure", granted, RecordFlags.ErasureGranted, 2)).ShouldBeEmpty();

        var batches = await source.SweepAsync(Evaluator, Shop.Customers, limit: 300);

        batches.Sum(batch => batch.Records).ShouldBe(due.Length - held.Length + 200);
        batches.SelectMany(batch => batch.NativeKeys).ShouldBeUnique();
        batches.Count.ShouldBeLessThan(25, "a batch goes on where the one before ended, and is full");
        (await database.RowsAsync("SELECT count(*) FROM customers WHERE contract_ended IS NOT NULL")).ShouldBe(["400"]);
        (await source.SurveyUnsettledAsync(Evaluator, Shop.Customers, 3, CancellationToken.None)).Lines.ShouldBeEmpty();

        ValueTask<IReadOnlyList<string>> PutAsync(string id, int[] records, RecordFlags flag, long position) => source.ChangeFactsAsync(
            [new FactChange(id, Shop.Customers, new FactTarget.Records([.. records.Select(record => record.ToString(CultureInfo.InvariantCulture))]), RecordFact.Of(flag))],
            position, CancellationToken.None);
    }

    [PostgresFact]
    public async Task Where_rows_are_taken_where_they_lie_no_index_on_their_date_is_gone_through()
    {
        await using var database = await SourceDatabase.CreateAsync(
            Table, "INSERT INTO customers SELECT i, 's' || i, 'Name', DATE '2026-06-01' FROM generate_series(1, 50000) i", "CREATE INDEX ON customers (contract_ended)",
            "ANALYZE customers");
        await PreparedAsync(database);

        (await PlanAsync("r.ctid")).ShouldNotContain("Index");
        (await PlanAsync(null)).ShouldContain("Index Scan");

        Task<string> PlanAsync(string? place) => ExplainedAsync(
            database, Evaluator, Mapping,
            (dialect, mapped, values) => new DueQuery(dialect, mapped, Evaluator, default).LockedText(values, null, [], place, "limit", waits: false));
    }

    [PostgresFact]
    public async Task A_survey_says_which_index_is_missing()
    {
        await using var database = await SourceDatabase.CreateAsync(Table, "INSERT INTO customers SELECT i, 's' || i, 'Name', DATE '2026-06-01' FROM generate_series(1, 1000) i");
        var source = await PreparedAsync(database);

        var advice = (await source.SurveyAsync(Evaluator, Shop.Customers, 0, CancellationToken.None)).Advice.ShouldHaveSingleItem();

        var statement = advice[advice.IndexOf("CREATE INDEX", StringComparison.Ordinal)..].TrimEnd('.');
        statement.ShouldBe("CREATE INDEX ON \"customers\" (\"contract_ended\")");
        await database.RunAsync(statement);
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        (await source.SurveyAsync(Evaluator, Shop.Customers, 0, CancellationToken.None)).Advice.ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task A_survey_says_which_index_is_missing_in_tables_that_a_record_leads_to()
    {
        await using var database = await SourceDatabase.CreateAsync(
            Table, "CREATE TABLE visits (id integer PRIMARY KEY, customer integer, at date, UNIQUE (at, customer))",
            "CREATE TABLE calls (shop integer, customer integer REFERENCES customers, id integer PRIMARY KEY)", "CREATE TABLE lines (call integer REFERENCES calls)",
            "INSERT INTO customers SELECT i, 's' || i, 'Name', DATE '2026-06-01' FROM generate_series(1, 1000) i");
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers
            .Trigger("contract-ended", new TriggerMapping
            {
                Column = "at",
                Aggregate = TriggerAggregate.Max,
                Through = [new JoinStep { Table = "visits", On = new Dictionary<string, string> { ["customer"] = "id" } }],
            })
            .Child(new ChildMapping
            {
                Table = "calls",
                On = new Dictionary<string, string> { ["customer"] = "id" },
                Children = [new ChildMapping { Table = "lines", On = new Dictionary<string, string> { ["call"] = "id" } }],
            })));
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);

        var advice = (await source.SurveyAsync(Evaluator, Shop.Customers, 0, CancellationToken.None)).Advice;

        advice.ShouldBe(
        [
            "no index of table 'visits' begins with 'customer', so that a sweep reads the whole table for each record: run CREATE INDEX ON \"visits\" (\"customer\").",
            "no index of table 'calls' begins with 'customer', so that a sweep reads the whole table for each record: run CREATE INDEX ON \"calls\" (\"customer\").",
            "no index of table 'lines' begins with 'call', so that a sweep reads the whole table for each record: run CREATE INDEX ON \"lines\" (\"call\").",
        ]);
        await database.RunAsync(advice.Select(sentence => sentence[sentence.IndexOf("CREATE INDEX", StringComparison.Ordinal)..].TrimEnd('.')));
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        (await source.SurveyAsync(Evaluator, Shop.Customers, 0, CancellationToken.None)).Advice.ShouldBeEmpty();
    }

    [PostgresTheory]
    [InlineData("UPDATE customers SET contract_ended = NULL WHERE id = 2", "2|4")]
    [InlineData("UPDATE customers SET name = 'other' WHERE id = 2", "4")]
    [InlineData("DELETE FROM customers WHERE id = 2", "4")]
    public async Task A_row_that_is_changed_between_its_being_found_and_its_being_locked_is_judged_again(string change, string left)
    {
        // The expression of the first row waits for a lock that the test has: by then the statement has its snapshot, and the second row is still to come.
        await using var database = await SourceDatabase.CreateAsync(
            Table, ThreeDue,
            "CREATE FUNCTION held(id integer, value date) RETURNS date LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN "
            + "IF id = 1 THEN PERFORM pg_advisory_xact_lock_shared(99); END IF; RETURN value; END $$");
        var source = database.Source(map => map.DataSet(Shop.Customers, customers => customers.TriggerExpression("contract-ended", "held(r.id, r.contract_ended)", StorageForm.Iso)));
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        await using var holder = await database.OpenAsync();
        await RunAsync(holder, "SELECT pg_advisory_lock(99)");

        var disposing = Task.Run(() => source.SweepAsync(Evaluator, Shop.Customers));
        while ((await database.RowsAsync("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()")).Count == 0 && !disposing.IsCompleted)
        {
        }

        await database.RunAsync(change);
        await RunAsync(holder, "SELECT pg_advisory_unlock(99)");
        var batches = await disposing;

        string.Join('|', await database.RowsAsync("SELECT id FROM customers ORDER BY id")).ShouldBe(left);
        batches.SelectMany(batch => batch.NativeKeys).ShouldBeUnique();
        batches.SelectMany(batch => batch.NativeKeys).ShouldNotContain(change.StartsWith("DELETE", StringComparison.Ordinal) ? "2" : "4");
    }

    [PostgresFact]
    public async Task A_row_that_another_transaction_has_is_left_out_and_waited_for_before_a_batch_says_that_nothing_is_due()
    {
        await using var database = await SourceDatabase.CreateAsync(Table, ThreeDue);
        var source = await PreparedAsync(database);
        await using var other = await database.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await RunAsync(other, "UPDATE customers SET name = 'other' WHERE id = 2");

        (await source.DisposeAsync(Evaluator.Batch(Shop.Customers), CancellationToken.None)).NativeKeys.Order().ShouldBe(["1", "3"]);

        var last = Task.Run(async () => await source.DisposeAsync(Evaluator.Batch(Shop.Customers, 2), CancellationToken.None));
        while ((await database.RowsAsync("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")).Count == 0 && !last.IsCompleted)
        {
        }

        await transaction.CommitAsync();
        var rest = (await last).NativeKeys.Count > 0 ? await last : await source.DisposeAsync(Evaluator.Batch(Shop.Customers, 3), CancellationToken.None);
        rest.NativeKeys.ShouldBe(["2"]);
    }

    [PostgresFact]
    public async Task A_batch_of_one_persons_records_waits_for_those_that_another_transaction_has_and_takes_nobody_elses()
    {
        await using var database = await SourceDatabase.CreateAsync(Table, ThreeDue, "INSERT INTO customers VALUES (5, 'S2', 'E', '2020-01-01'), (6, 's2', 'F', NULL)");
        var source = await PreparedAsync(database);
        await using var other = await database.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await RunAsync(other, "SELECT 1 FROM customers WHERE id = 2 FOR UPDATE");

        var erasing = Task.Run(async () => await source.DisposeAsync(Evaluator.Batch(Shop.Customers) with { Subjects = ["s2"] }, CancellationToken.None));
        while ((await database.RowsAsync("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")).Count == 0 && !erasing.IsCompleted)
        {
        }

        erasing.IsCompleted.ShouldBeFalse();
        await transaction.RollbackAsync();
        (await erasing).NativeKeys.ShouldBe(["2"]);
        string.Join('|', await database.RowsAsync("SELECT id FROM customers ORDER BY id")).ShouldBe("1|3|4|5|6", "an id in other letters is another person's");
        (await source.DisposeAsync(Evaluator.Batch(Shop.Customers, 2) with { Subjects = ["s2"] }, CancellationToken.None)).NativeKeys.ShouldBeEmpty();
    }

    [PostgresTheory]
    [InlineData("RETURN CASE WHEN old.id = 2 THEN NULL ELSE old END", "deleted 2")]
    [InlineData("RAISE EXCEPTION 'Anna keeps it'", "refused a statement")]
    [InlineData("IF old.id = 2 THEN INSERT INTO customers VALUES (12, old.subject, old.name, NULL); END IF; RETURN old", "changed other rows of table 'customers'")]
    [InlineData("IF old.id = 2 THEN DELETE FROM customers WHERE id = 3; END IF; RETURN old", "refused a statement")]
    [InlineData("INSERT INTO log VALUES (old.id); RETURN old", "")]
    public async Task A_trigger_that_stands_in_the_way_fails_the_whole_batch_and_another_does_not(string body, string words)
    {
        await using var database = await SourceDatabase.CreateAsync(
            Table, ThreeDue, "CREATE TABLE log (id integer)", $"CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; END $$",
            "CREATE TRIGGER keep BEFORE DELETE ON customers FOR EACH ROW EXECUTE FUNCTION keep()");
        var source = await PreparedAsync(database);
        if (words.Length == 0)
        {
            (await source.SweepAsync(Evaluator, Shop.Customers)).Sum(batch => batch.Records).ShouldBe(3);
            return;
        }

        var failure = await Should.ThrowAsync<SourceUnavailableException>(async () => await source.DisposeAsync(Evaluator.Batch(Shop.Customers), CancellationToken.None));

        failure.Message.ShouldContain(words);
        failure.ToString().ShouldNotContain("Anna");
        (await database.RowsAsync("SELECT count(*) FROM customers")).ShouldBe(["4"]);
        (await database.RowsAsync("SELECT count(*) FROM gdpr.gdpr_evidence")).ShouldBe(["0"]);
    }

    [PostgresFact]
    public async Task Evidence_per_batch_counts_and_names_nobody()
    {
        await using var database = await SourceDatabase.CreateAsync(Table, ThreeDue);
        var source = new SqlSource("crm", new PostgreSqlDatabase(database.ConnectionString), Mapping, EvidenceDetail.PerBatch);
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);

        var batches = await source.SweepAsync(Evaluator, Shop.Customers, limit: 2);

        batches.Select(batch => (batch.Rows.Count, batch.Records)).ShouldBe([(1, 2), (1, 1)]);
        (await database.RowsAsync("SELECT batch, records, rule, reason, length(record) FROM gdpr.gdpr_evidence ORDER BY batch")).ShouldBe(["1|2|service|all-ended|0", "2|1|service|all-ended|0"]);
        var read = new List<BatchEvidence>();
        await foreach (var batch in source.ReadEvidenceAsync("plan", 0, CancellationToken.None))
        {
            read.Add(batch);
        }

        read.Select(batch => batch.Root).ShouldBe(batches.Select(batch => batch.Root));
    }

    [PostgresFact]
    public async Task A_name_that_the_database_hashes_is_the_one_that_the_library_gives()
    {
        await using var database = await SourceDatabase.CreateAsync("CREATE TABLE customers (id text PRIMARY KEY, name text, contract_ended date)", "INSERT INTO customers VALUES ('Åsa 1', 'A', '2020-01-01')");
        var source = await PreparedAsync(database);

        var batch = await source.DisposeAsync(Evaluator.Batch(Shop.Customers), CancellationToken.None);

        batch.NativeKeys.ShouldBe(["Åsa 1"]);
        batch.Rows.ShouldHaveSingleItem().Record.ShouldBe(RecordNames.Of(SourceDatabase.Keys, Shop.Customers).Of("Åsa 1"));
        (await database.RowsAsync("SELECT encode(record, 'hex') FROM gdpr.gdpr_evidence_record")).ShouldBe([batch.Rows[0].Record.Digest.ToString()]);
    }

    private static async Task<string> ExplainedAsync(
        SourceDatabase database, RetentionEvaluator evaluator, SqlMapping mapping, Func<SqlDialect, MappedDataSet, SqlValues, string> text)
    {
        var tables = new PostgreSqlDatabase(database.ConnectionString);
        await using var connection = await tables.OpenAsync(CancellationToken.None);
        var mapped = await new LiveMapping("crm", tables, mapping, baseline: null)
            .FindAsync(connection, evaluator.Schedule, Shop.Customers, CancellationToken.None);
        var values = new SqlValues(tables.Dialect);
        await using var command = new SqlStatement($"EXPLAIN {text(tables.Dialect, mapped, values)}", values).On(connection, null).Add(tables.Dialect, "limit", 500);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }

        return string.Join('\n', lines);
    }

    private static async Task<SqlSource> PreparedAsync(SourceDatabase database)
    {
        var source = database.Source(Mapping);
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        return source;
    }

    private static async Task RunAsync(Npgsql.NpgsqlConnection connection, string text)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync();
    }
}
