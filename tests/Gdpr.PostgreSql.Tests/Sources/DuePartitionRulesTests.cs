using Gdpr.Policies;
using Gdpr.PostgreSql.Sources;
using Gdpr.PostgresServer;
using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Tests.Sources;
using NodaTime;
using Npgsql;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>Where several rules decide, a partition goes as a whole when every row is due by all of them, and the evidence says of each which ended it.</summary>
public sealed class DuePartitionRulesTests
{
    private static readonly RetentionEvaluator Evaluator = RetentionSchedule.Compile(PolicyReader.Read("""
        { "policy": "shop", "version": "1", "effective": "2015-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": { "crm": { "dataSets": { "customers": { "subject": "customer",
            "triggers": { "contract-ended": { "whenNull": "notHappened" }, "invoiced": { "whenNull": "unknown" }, "asked": { "whenNull": "unknown" } },
            "fields": { "name": "identity.name", "email": "contact.email" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "contract-ended" } },
            "help": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"],
                      "retention": { "keep": "P1Y", "after": "asked", "fallback": { "keep": "P7Y", "after": "contract-ended" } } },
            "books": { "purpose": "bookkeeping", "basis": { "legalObligation": { "law": "SFS 1999:1078 7:2" } }, "data": ["crm.customers.name"],
                       "retention": { "keep": "P2Y", "after": "invoiced" } } } }
        """).Policy!).At(Instant.FromUtc(2026, 6, 15, 12, 0));

    // By the year in which the contract ended: all of 2018 and 2020 is due, by this rule or that; of 2019 one row is kept by law; beyond is everything else.
    private static readonly string[] Rows =
    [
        "(1, '2018-01-01', '2018-01-01', '2018-01-01')", "(2, '2018-12-31', '2024-01-01', '2018-01-01')", "(3, '2018-06-30', '2018-01-01', '2023-12-31')",
        "(4, '2018-06-30', '2018-01-01', NULL)", "(5, '2019-06-30', '2026-01-01', '2018-01-01')", "(6, '2019-06-30', '2018-01-01', '2018-01-01')",
        "(7, '2020-06-30', '2018-01-01', '2018-01-01')", "(8, '2026-06-01', '2018-01-01', '2018-01-01')",
    ];

    [PostgresTheory]
    [InlineData("date", EvidenceDetail.PerRecord)]
    [InlineData("timestamptz", EvidenceDetail.PerRecord)]
    [InlineData("date", EvidenceDetail.PerBatch)]
    public async Task Of_each_row_of_a_dropped_partition_the_evidence_says_what_it_says_of_a_row_that_goes_by_itself(string type, EvidenceDetail detail)
    {
        await using var database = await SourceDatabase.CreateAsync(Tables(type));
        await using var plain = await SourceDatabase.CreateAsync(Tables(type, isPartitioned: false));

        var batches = await (await PreparedAsync(database, detail)).SweepAsync(Evaluator, Shop.Customers, limit: 100);
        await (await PreparedAsync(plain)).SweepAsync(Evaluator, Shop.Customers, limit: 100);

        // Of row 5, which is kept by law, the address goes.
        batches.Select(batch => batch.Records).ShouldBe([4, 1, 2]);
        (await PartitionsAsync(database)).ShouldBe("2019 rest");
        (await IdsAsync(database)).ShouldBe("5 8");
        (await IdsAsync(plain)).ShouldBe("5 8");
        const string Ended = "SELECT rule, reason, sum(records) FROM gdpr.gdpr_evidence GROUP BY rule, reason ORDER BY rule";
        (await database.RowsAsync(Ended)).ShouldBe(["books|all-ended|3", "help|all-ended|2", "service|all-ended|2"]);
        (await plain.RowsAsync(Ended)).ShouldBe(await database.RowsAsync(Ended));
        if (detail == EvidenceDetail.PerRecord)
        {
            const string Named = "SELECT encode(record, 'hex'), action, fields, rule, reason FROM gdpr.gdpr_evidence_record ORDER BY record";
            (await database.RowsAsync(Named)).ShouldBe(await plain.RowsAsync(Named));
        }

        var read = new List<BatchEvidence>();
        await foreach (var batch in (await PreparedAsync(database, detail)).ReadEvidenceAsync("plan", 0, CancellationToken.None))
        {
            read.Add(batch);
        }

        read.Select(batch => (batch.Records, batch.Root)).ShouldBe(batches.Select(batch => (batch.Records, batch.Root)));
    }

    [PostgresFact]
    public async Task A_trigger_in_another_table_has_its_say_about_every_row()
    {
        await using var database = await SourceDatabase.CreateAsync(
            [.. Tables("date"), "CREATE TABLE calls (customer integer, at date)", "INSERT INTO calls SELECT id, '2018-01-01' FROM customers", "INSERT INTO calls VALUES (7, '2026-01-01')"]);
        var source = new SqlSource("crm", new PostgreSqlDatabase(database.ConnectionString), SqlMapping.Build(map => map.DataSet(Shop.Customers, customers => customers
            .Trigger("asked", new TriggerMapping
            {
                Column = "at",
                Aggregate = TriggerAggregate.Max,
                Through = [new JoinStep { Table = "calls", On = new Dictionary<string, string> { ["customer"] = "id" } }],
            }))));
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);

        await source.SweepAsync(Evaluator, Shop.Customers);

        (await PartitionsAsync(database)).ShouldBe("2019 2020 rest");
        (await IdsAsync(database)).ShouldBe("5 7 8");
    }

    [PostgresTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_held_row_keeps_its_partition_whatever_guards_the_table(bool isGuarded)
    {
        await using var database = await SourceDatabase.CreateAsync(Tables("date"));
        var source = await PreparedAsync(database, isGuarded: isGuarded);
        await source.ChangeFactsAsync([new FactChange("f", Shop.Customers, new FactTarget.Subjects(["S2"]), RecordFact.Of(RecordFlags.Hold))], 1, CancellationToken.None);

        await source.SweepAsync(Evaluator, Shop.Customers);

        (await PartitionsAsync(database)).ShouldBe("2018 2019 rest");
        (await IdsAsync(database)).ShouldBe("2 5 8");
    }

    [PostgresTheory]
    [InlineData("INSERT INTO customers VALUES (9, '2018-05-05', '2026-01-01', '2018-01-01', 's9', 'A', 'a')", "5 8 9")]
    [InlineData("UPDATE customers SET contract_ended = '2018-05-05', invoiced = '2026-05-05' WHERE id = 8", "5 8")]
    [InlineData("UPDATE customers SET invoiced = '2026-05-05' WHERE id = 1", "1 5 8")]
    public async Task A_row_that_comes_into_a_partition_meanwhile_and_is_not_due_keeps_it(string statement, string left)
    {
        await using var database = await SourceDatabase.CreateAsync(Tables("date"));
        var source = await PreparedAsync(database);
        await using var other = await database.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand(statement, other))
        {
            await command.ExecuteNonQueryAsync();
        }

        var sweeping = Task.Run(() => source.SweepAsync(Evaluator, Shop.Customers));

        // It has seen that every row is due, and waits for the writer to lock the partition.
        while ((await database.RowsAsync("SELECT 1 FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE c.relname = 'customers_2018' AND l.mode = 'ExclusiveLock'")).Count == 0
            && !sweeping.IsCompleted)
        {
        }

        sweeping.IsCompleted.ShouldBeFalse();
        await transaction.CommitAsync();
        await sweeping;

        (await PartitionsAsync(database)).ShouldBe("2018 2019 rest");
        (await IdsAsync(database)).ShouldBe(left);
    }

    [PostgresTheory]
    [InlineData("CREATE TRIGGER noted BEFORE DELETE ON customers FOR EACH ROW EXECUTE FUNCTION noted()")]
    [InlineData("CREATE RULE noted AS ON DELETE TO customers DO ALSO INSERT INTO log VALUES (OLD.id)")]
    public async Task What_comes_to_act_on_a_partition_after_it_was_found_keeps_it(string statement)
    {
        await using var database = await SourceDatabase.CreateAsync([.. Tables("date"), "CREATE TABLE log (what integer)",
            "CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (OLD.id); RETURN OLD; END $$"]);
        var source = await PreparedAsync(database);
        (await source.DisposeAsync(Evaluator.Batch(Shop.Customers), CancellationToken.None)).Records.ShouldBe(4);
        await database.RunAsync(statement);

        var batch = await source.DisposeAsync(Evaluator.Batch(Shop.Customers, number: 2), CancellationToken.None);

        batch.Records.ShouldBe(3);
        (await PartitionsAsync(database)).ShouldBe("2019 2020 rest");
        (await database.RowsAsync("SELECT what FROM log ORDER BY what")).ShouldBe(["6", "7"]);
    }

    private static string[] Tables(string type, bool isPartitioned = true) =>
    [
        $"CREATE TABLE customers (id integer, contract_ended {type} NOT NULL, invoiced {type}, asked {type}, subject text, name text, email text, PRIMARY KEY (id, contract_ended))"
            + (isPartitioned ? " PARTITION BY RANGE (contract_ended)" : ""),
        .. isPartitioned
            ? new[] { 2018, 2019, 2020 }.Select(year => $"CREATE TABLE customers_{year} PARTITION OF customers FOR VALUES FROM ('{year}-01-01') TO ('{year + 1}-01-01')")
                .Append("CREATE TABLE customers_rest PARTITION OF customers DEFAULT") : [],
        $"INSERT INTO customers (id, contract_ended, invoiced, asked) VALUES {string.Join(", ", Rows)}",
        "UPDATE customers SET subject = 's' || id, name = 'A', email = 'a'",
    ];

    private static async Task<string> IdsAsync(SourceDatabase database) => string.Join(' ', await database.RowsAsync("SELECT id FROM customers ORDER BY id"));

    private static async Task<string> PartitionsAsync(SourceDatabase database) => string.Join(' ', await database.RowsAsync(
        "SELECT substr(c.relname, 11) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'customers'::regclass ORDER BY 1"));

    private static async Task<SqlSource> PreparedAsync(SourceDatabase database, EvidenceDetail detail = EvidenceDetail.PerRecord, bool isGuarded = false)
    {
        var source = new SqlSource(
            "crm", new PostgreSqlDatabase(database.ConnectionString) { GuardsTables = isGuarded }, SqlMapping.Build(map => map.DataSet(Shop.Customers)), detail);
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        return source;
    }
}
