using System.Globalization;
using Gdpr.Journals;
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

/// <summary>A partition all of whose rows are due goes as a whole, with the evidence of each; any doubt, and its rows go by themselves.</summary>
public sealed class DuePartitionTests
{
    private const string Gone = "2018 2019";

    private static readonly RetentionEvaluator Evaluator = Shop.Evaluator();

    /// <summary>Partitions by year: 2018 and 2019 are due as a whole, 2020 is empty, 2026 is due in part; beyond the years there is one for everything else.</summary>
    private static string[] Tables(string type = "date", Func<string, string>? bound = null) =>
    [
        $"CREATE TABLE customers (id integer, subject text, name text, contract_ended {type} NOT NULL, PRIMARY KEY (id, contract_ended)) PARTITION BY RANGE (contract_ended)",
        .. new[] { 2018, 2019, 2020, 2026 }.Select(year =>
            $"CREATE TABLE customers_{year} PARTITION OF customers FOR VALUES FROM ({Bound(bound, year)}) TO ({Bound(bound, year + 1)})"),
        "CREATE TABLE customers_rest PARTITION OF customers DEFAULT", "CREATE INDEX ON customers (contract_ended)",
        .. new[] { (1, "2018-01-01"), (2, "2018-12-31"), (3, "2019-06-30"), (4, "2026-03-14"), (5, "2026-03-15"), (6, "2017-01-01") }.Select(row =>
            $"INSERT INTO customers VALUES ({row.Item1}, 's{row.Item1}', 'A', {(bound ?? Literal)(row.Item2)})"),
    ];

    public static TheoryData<string, StorageForm> Types => new()
    {
        { "date", StorageForm.Iso }, { "timestamptz", StorageForm.Iso }, { "bigint", StorageForm.UnixSeconds }, { "integer", StorageForm.UnixSeconds },
    };

    [PostgresTheory]
    [MemberData(nameof(Types))]
    public async Task A_partition_all_of_whose_rows_are_due_is_dropped_and_each_row_has_its_evidence(string type, StorageForm form)
    {
        await using var database = await SourceDatabase.CreateAsync(Tables(type, type is "date" or "timestamptz" ? null : day =>
            DateTimeOffset.Parse(day + "T00:00:00+01:00", CultureInfo.InvariantCulture).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        await database.RunAsync($"ALTER DATABASE {new NpgsqlConnectionStringBuilder(database.ConnectionString).Database} SET DateStyle = 'SQL, DMY'");
        NpgsqlConnection.ClearPool(new NpgsqlConnection(database.ConnectionString));
        var source = await PreparedAsync(database, form: form);

        var batches = await source.SweepAsync(Evaluator, Shop.Customers, limit: 1);

        batches.Select(batch => batch.Records).ShouldBe([2, 1, 1, 1]);
        (await PartitionsAsync(database)).ShouldBe("2020 2026 rest");
        (await database.RowsAsync("SELECT id FROM customers ORDER BY id")).ShouldBe(["5"]);
        var names = RecordNames.Of(SourceDatabase.Keys, Shop.Customers);
        var keys = new[] { 1, 2, 3, 4, 6 }.Select(id => id <= 3 && type == "date" ? $"[{id},\"{(id == 1 ? "2018-01-01" : id == 2 ? "2018-12-31" : "2019-06-30")}\"]" : "").Where(key => key.Length > 0);
        var written = (await database.RowsAsync("SELECT encode(record, 'hex'), rule, reason FROM gdpr.gdpr_evidence_record")).ToHashSet();
        written.Count.ShouldBe(5);
        foreach (var key in keys)
        {
            written.ShouldContain($"{names.Of(key).Digest}|service|all-ended");
        }

        var read = new List<BatchEvidence>();
        await foreach (var batch in source.ReadEvidenceAsync("plan", 0, CancellationToken.None))
        {
            read.Add(batch);
        }

        read.Select(batch => batch.Root).ShouldBe(batches.Select(batch => batch.Root));
    }

    [PostgresFact]
    public async Task Evidence_per_batch_counts_the_rows_of_a_partition()
    {
        await using var database = await SourceDatabase.CreateAsync(Tables());
        var source = await PreparedAsync(database, EvidenceDetail.PerBatch);

        (await source.SweepAsync(Evaluator, Shop.Customers, limit: 1)).Select(batch => (batch.Rows.Count, batch.Records)).ShouldBe([(1, 2), (1, 1), (1, 1), (1, 1)]);

        (await PartitionsAsync(database)).ShouldBe("2020 2026 rest");
    }

    [PostgresTheory]
    [InlineData("CREATE VIEW old AS SELECT * FROM customers_2018; CREATE VIEW older AS SELECT * FROM customers_2019")]
    [InlineData("CREATE PUBLICATION everything FOR TABLE customers")]
    [InlineData("CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN old; END $$; "
        + "CREATE TRIGGER nothing BEFORE DELETE ON customers FOR EACH ROW EXECUTE FUNCTION nothing()")]
    [InlineData("ALTER TABLE customers DETACH PARTITION customers_2018; ALTER TABLE customers DETACH PARTITION customers_2019; "
        + "ALTER TABLE customers ATTACH PARTITION customers_2018 FOR VALUES FROM (MINVALUE) TO ('2019-01-01'); "
        + "ALTER TABLE customers DETACH PARTITION customers_2020; ALTER TABLE customers DETACH PARTITION customers_2026; DROP TABLE customers_2020; "
        + "ALTER TABLE customers ATTACH PARTITION customers_2019 FOR VALUES FROM ('2019-01-01') TO ('2026-03-16'); INSERT INTO customers SELECT * FROM customers_2026; DROP TABLE customers_2026")]
    public async Task What_a_drop_would_harm_or_not_tell_leaves_the_rows_to_be_deleted(string statements)
    {
        await using var database = await SourceDatabase.CreateAsync(Tables());
        await database.RunAsync(statements.Contains("ATTACH", StringComparison.Ordinal)
            ? statements.Replace("ALTER TABLE customers DETACH PARTITION customers_2018", "DELETE FROM customers_rest; ALTER TABLE customers DETACH PARTITION customers_2018", StringComparison.Ordinal)
            : statements);
        var before = await PartitionsAsync(database);
        var source = await PreparedAsync(database);

        await source.SweepAsync(Evaluator, Shop.Customers);

        (await PartitionsAsync(database)).ShouldBe(statements.Contains("ATTACH", StringComparison.Ordinal) ? "2019 rest" : before);
        (await database.RowsAsync("SELECT id FROM customers ORDER BY id")).ShouldBe(["5"]);
    }

    [PostgresFact]
    public async Task Triggers_of_the_librarys_own_keep_no_partition_from_being_dropped_and_held_rows_from_nobodys_sight()
    {
        await using var database = await SourceDatabase.CreateAsync(Tables());
        await (await PreparedAsync(database, isGuarded: true)).ChangeFactsAsync(
            [new FactChange("f", Shop.Customers, new FactTarget.Subjects(["S3"]), RecordFact.Of(RecordFlags.Hold))], 1, CancellationToken.None);
        var source = await PreparedAsync(database, isGuarded: true);
        (await database.RowsAsync("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'gdpr%' AND tgrelid = 'customers'::regclass")).ShouldBe(["2"]);

        var batches = await source.SweepAsync(Evaluator, Shop.Customers);

        batches.Sum(batch => batch.Records).ShouldBe(4);
        (await PartitionsAsync(database)).ShouldBe("2019 2020 2026 rest");
        (await database.RowsAsync("SELECT id FROM customers ORDER BY id")).ShouldBe(["3", "5"]);
        (await Should.ThrowAsync<PostgresException>(() => database.RunAsync("DELETE FROM customers WHERE id = 3"))).SqlState.ShouldBe(PostgreSqlBlockTrigger.SqlState);
    }

    [PostgresTheory]
    [InlineData("hold", "1 5", "2018 2020 2026 rest")]
    [InlineData("all", "1 2 3 4 5 6", "2018 2019 2020 2026 rest")]
    [InlineData("record", "3 5", "2019 2020 2026 rest")]
    public async Task A_held_row_keeps_its_partition(string target, string left, string partitions)
    {
        await using var database = await SourceDatabase.CreateAsync(Tables());
        var source = await PreparedAsync(database);
        FactTarget held = target switch
        {
            "hold" => new FactTarget.Subjects(["S1"]),
            "all" => new FactTarget.Everything(),
            _ => new FactTarget.Records(["[3,\"2019-06-30\"]"]),
        };
        (await source.ChangeFactsAsync([new FactChange("f", Shop.Customers, held, RecordFact.Of(RecordFlags.Hold))], 1, CancellationToken.None)).ShouldBeEmpty();
        foreach (var nobody in new[] { "[3,\"2019-06-31\"]", "[3,\"2019-06-30T00:00:00Z\"]", "[3,\"30/06/2019\"]", "[3,\"\"]" })
        {
            (await source.ChangeFactsAsync([new FactChange("g", Shop.Customers, new FactTarget.Records([nobody]), RecordFact.Of(RecordFlags.Hold))], 1, CancellationToken.None))
                .ShouldBe([nobody]);
        }

        await source.SweepAsync(Evaluator, Shop.Customers);

        string.Join(' ', await database.RowsAsync("SELECT id FROM customers ORDER BY id")).ShouldBe(left);
        (await PartitionsAsync(database)).ShouldBe(partitions);
    }

    [PostgresTheory]
    [InlineData("INSERT INTO customers VALUES (7, 's7', 'A', '2018-05-05')", 3, false)]
    [InlineData("LOCK TABLE customers_2018 IN ACCESS SHARE MODE", 2, false)]
    [InlineData("LOCK TABLE customers IN ACCESS SHARE MODE", 2, true)]
    public async Task A_partition_that_others_use_goes_when_they_are_done_or_row_by_row(string statement, int records, bool stays)
    {
        await using var database = await SourceDatabase.CreateAsync(Tables());
        var source = await PreparedAsync(database);
        await using var other = await database.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand(statement, other))
        {
            await command.ExecuteNonQueryAsync();
        }

        var disposing = Task.Run(async () => await source.DisposeAsync(Evaluator.Batch(Shop.Customers, limit: 100), CancellationToken.None));
        if (!stays)
        {
            // It waits for the writer, or looks again and again; either way it does what it does after the other has ended.
            while ((await database.RowsAsync("SELECT 1 FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE c.relname = 'customers_2018' AND l.mode = 'ExclusiveLock'")).Count == 0
                && !disposing.IsCompleted)
            {
            }

            await transaction.CommitAsync();
        }

        var batch = await disposing;

        batch.Records.ShouldBe(stays ? 5 : records);
        (await PartitionsAsync(database)).ShouldBe(stays ? "2018 2019 2020 2026 rest" : "2019 2020 2026 rest");
    }

    [PostgresFact]
    public async Task A_worker_that_dies_while_it_drops_a_partition_has_done_nothing_and_another_goes_on()
    {
        await using var database = await SourceDatabase.CreateAsync(Tables());
        var (dying, other) = (await PreparedAsync(database, application: "dying"), await PreparedAsync(database));
        await using var stopping = await database.OpenAsync();
        await using var stop = await stopping.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("LOCK TABLE customers IN ACCESS SHARE MODE", stopping))
        {
            await command.ExecuteNonQueryAsync();
        }

        // It has proved and written, and waits for the table.
        var disposing = Task.Run(async () => await dying.DisposeAsync(Evaluator.Batch(Shop.Customers, plan: "dying"), CancellationToken.None));
        var backend = "";
        while (backend.Length == 0 && !disposing.IsCompleted)
        {
            backend = (await database.RowsAsync("SELECT a.pid FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid JOIN pg_class c ON c.oid = l.relation "
                + "WHERE a.application_name = 'dying' AND c.relname = 'gdpr_evidence' AND l.mode = 'RowExclusiveLock'")).FirstOrDefault() ?? "";
        }

        await database.RunAsync($"SELECT pg_terminate_backend({backend})");
        await Should.ThrowAsync<SourceUnavailableException>(() => disposing);
        await stop.RollbackAsync();
        (await PartitionsAsync(database)).ShouldBe("2018 2019 2020 2026 rest");
        (await database.RowsAsync("SELECT count(*) FROM gdpr.gdpr_evidence")).ShouldBe(["0"]);

        (await other.SweepAsync(Evaluator, Shop.Customers)).Sum(batch => batch.Records).ShouldBe(5);

        (await database.RowsAsync("SELECT count(*), count(DISTINCT record) FROM gdpr.gdpr_evidence_record")).ShouldBe(["5|5"]);
        (await PartitionsAsync(database)).ShouldBe("2020 2026 rest");
    }

    [PostgresFact]
    public async Task Two_workers_drop_each_partition_once()
    {
        await using var database = await SourceDatabase.CreateAsync(Tables());
        var sources = new[] { await PreparedAsync(database), await PreparedAsync(database) };

        var batches = await Task.WhenAll(sources.Select((source, i) => Task.Run(() => source.SweepAsync(Evaluator, Shop.Customers, plan: $"plan {i}"))));

        batches.SelectMany(of => of).Sum(batch => batch.Records).ShouldBe(5);
        (await database.RowsAsync("SELECT count(*), count(DISTINCT record) FROM gdpr.gdpr_evidence_record")).ShouldBe(["5|5"]);
        (await database.RowsAsync("SELECT id FROM customers")).ShouldBe(["5"]);
    }

    [PostgresFact]
    public async Task A_hold_that_arrives_while_partitions_are_dropped_is_put_on_rows_that_stay_or_names_those_that_are_gone()
    {
        const int Partitions = 30;
        await using var database = await SourceDatabase.CreateAsync(
            [
                "CREATE TABLE customers (id integer, subject text, name text, contract_ended date NOT NULL, PRIMARY KEY (id, contract_ended)) PARTITION BY RANGE (contract_ended)",
                .. Enumerable.Range(1, Partitions).Select(day =>
                    $"CREATE TABLE customers_{day} PARTITION OF customers FOR VALUES FROM (DATE '2019-01-01' + {day}) TO (DATE '2019-01-02' + {day})"),
                $"INSERT INTO customers SELECT i, 's', 'A', DATE '2019-01-01' + 1 + i % {Partitions} FROM generate_series(1, 3000) i",
            ]);
        var (sweeping, holding) = (await PreparedAsync(database), await PreparedAsync(database));

        var sweep = Task.Run(() => sweeping.SweepAsync(Evaluator, Shop.Customers));
        var held = new List<string>();
        var position = 0;
        foreach (var (id, day) in (await database.RowsAsync("SELECT id, to_char(contract_ended, 'YYYY-MM-DD') FROM customers ORDER BY contract_ended DESC, id"))
            .Select(row => row.Split('|')).Where((_, i) => i % 100 == 0).Select(row => (row[0], row[1])).ToArray())
        {
            string[] key = [$"[{id},\"{day}\"]"];
            if ((await holding.ChangeFactsAsync(
                [new FactChange($"h{id}", Shop.Customers, new FactTarget.Records(key), RecordFact.Of(RecordFlags.Hold))], ++position, CancellationToken.None)).Count == 0)
            {
                held.Add(id);
            }
        }

        var records = (await sweep).Sum(batch => batch.Records);

        (await database.RowsAsync("SELECT id FROM customers")).Order().ShouldBe(held.Order());
        records.ShouldBe(3000 - held.Count);
        (await database.RowsAsync("SELECT count(*), count(DISTINCT record) FROM gdpr.gdpr_evidence_record")).ShouldBe([$"{records}|{records}"]);
    }

    private static string Literal(string day) => $"'{day}'";

    private static string Bound(Func<string, string>? bound, int year) => (bound ?? Literal)($"{year}-01-01");

    private static async Task<string> PartitionsAsync(SourceDatabase database) => string.Join(' ', await database.RowsAsync(
        "SELECT substr(c.relname, 11) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'customers'::regclass ORDER BY 1"));

    private static async Task<SqlSource> PreparedAsync(
        SourceDatabase database, EvidenceDetail detail = EvidenceDetail.PerRecord, StorageForm form = StorageForm.Iso, string application = "",
        bool isGuarded = false)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { ApplicationName = application };
        var source = new SqlSource("crm", new PostgreSqlDatabase(settings.ConnectionString) { GuardsTables = isGuarded }, SqlMapping.Build(map => map.DataSet(
            Shop.Customers, customers => customers.Trigger("contract-ended", "contract_ended", form))), detail);
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        return source;
    }
}
