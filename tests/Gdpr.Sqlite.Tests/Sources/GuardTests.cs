using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.Data.Sqlite;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>What stands between a due record and its destruction.</summary>
public sealed class GuardTests
{
    private const string Table = "CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, contract_ended TEXT)";
    private const string FiveDue = "INSERT INTO customers VALUES (1, 's1', 'A', '2020-01-01'), (2, 's2', 'B', '2020-01-01'), (3, 's2', 'C', '2020-01-01'), (4, 's3', 'D', '2020-01-01'), (5, 's3', 'E', '2020-01-01')";

    private static readonly RetentionEvaluator Evaluator = Shop.Evaluator();

    [Fact]
    public async Task A_hold_that_arrives_between_batches_keeps_its_records()
    {
        using var database = new Database(Table, FiveDue);
        var source = await PreparedAsync(database);
        (await source.DisposeAsync(Evaluator.Batch(Shop.Customers, 1, limit: 1), CancellationToken.None)).NativeKeys.ShouldBe(["1"]);

        (await PutAsync(source, new FactTarget.Records(["4"]), RecordFact.Of(RecordFlags.Hold))).ShouldBeEmpty();
        (await PutAsync(source, new FactTarget.Subjects(["s2"]), RecordFact.Of(RecordFlags.Hold, isUnknown: true), id: "h2")).ShouldBeEmpty();

        (await source.DisposeAsync(Evaluator.Batch(Shop.Customers, 2), CancellationToken.None)).NativeKeys.ShouldBe(["5"]);
        (await source.DisposeAsync(Evaluator.Batch(Shop.Customers, 3), CancellationToken.None)).Rows.ShouldBeEmpty();
        database.Rows("SELECT id FROM customers").ShouldBe(["2", "3", "4"]);
    }

    [Fact]
    public async Task A_hold_on_everything_keeps_everything_and_released_it_keeps_nothing()
    {
        using var database = new Database(Table, FiveDue);
        var source = await PreparedAsync(database);
        await PutAsync(source, new FactTarget.Everything(), RecordFact.Of(RecordFlags.Hold));
        (await source.DisposeAsync(Evaluator.Batch(Shop.Customers), CancellationToken.None)).Rows.ShouldBeEmpty();

        await PutAsync(source, new FactTarget.Everything(), null);

        (await source.SweepAsync(Evaluator, Shop.Customers)).Sum(batch => batch.Rows.Count).ShouldBe(5);
    }

    [Fact]
    public async Task A_hold_on_a_record_that_is_gone_is_refused_whole()
    {
        using var database = new Database(Table, FiveDue);
        var source = await PreparedAsync(database);

        (await PutAsync(source, new FactTarget.Records(["1", "17", "01"]), RecordFact.Of(RecordFlags.Hold))).ShouldBe(["17", "01"]);

        database.Rows("SELECT * FROM gdpr_block").ShouldBeEmpty();
        (await source.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(0);
    }

    [Fact]
    public async Task Facts_on_a_record_go_with_it()
    {
        using var database = new Database(Table, FiveDue);
        var source = await PreparedAsync(database);
        await PutAsync(source, new FactTarget.Records(["1"]), RecordFact.Of(PurposeFact.PurposeEnded, "service-provision"));
        database.Rows("SELECT key FROM gdpr_mark").ShouldBe(["1"]);

        await source.SweepAsync(Evaluator, Shop.Customers);

        database.Rows("SELECT key FROM gdpr_mark").ShouldBeEmpty();
    }

    [Fact]
    public async Task Facts_behind_the_journal_stop_the_batch()
    {
        using var database = new Database(Table, FiveDue);
        var source = await PreparedAsync(database);
        await source.ChangeFactsAsync([], 41, CancellationToken.None);
        (await source.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(41);

        var refused = await Should.ThrowAsync<FactsBehindException>(async () =>
            await source.DisposeAsync(Evaluator.Batch(Shop.Customers, position: 42), CancellationToken.None));

        (refused.Demanded, refused.Found).ShouldBe((42, 41));
        database.Rows("SELECT count(*) FROM customers").ShouldBe(["5"]);
        (await source.DisposeAsync(Evaluator.Batch(Shop.Customers, position: 41), CancellationToken.None)).Rows.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_batch_number_is_used_once()
    {
        using var database = new Database(Table, FiveDue);
        var source = await PreparedAsync(database);
        await source.DisposeAsync(Evaluator.Batch(Shop.Customers, 1, limit: 2), CancellationToken.None);

        (await Should.ThrowAsync<SourceUnavailableException>(async () => await source.DisposeAsync(Evaluator.Batch(Shop.Customers, 1, limit: 2), CancellationToken.None)))
            .Message.ShouldContain("batch 1 of plan plan");

        database.Rows("SELECT count(*) FROM customers").ShouldBe(["3"]);
        database.Rows("SELECT count(*) FROM gdpr_evidence_record").ShouldBe(["2"]);
    }

    [Theory]
    [InlineData("CREATE TRIGGER keep BEFORE DELETE ON customers WHEN old.id = 4 BEGIN SELECT RAISE(IGNORE); END", "deleted 4")]
    [InlineData("CREATE TRIGGER keep BEFORE DELETE ON customers WHEN old.id = 4 BEGIN SELECT RAISE(ABORT, 'Anna keeps it'); END", "constraint")]
    [InlineData("CREATE TRIGGER keep BEFORE INSERT ON gdpr_evidence WHEN new.records = 5 BEGIN SELECT RAISE(FAIL, 'Anna keeps it'); END", "constraint")]
    public async Task A_trigger_that_stands_in_the_way_fails_the_whole_batch(string trigger, string words)
    {
        using var database = new Database(Table, FiveDue);
        var source = await PreparedAsync(database);
        database.Run(trigger);

        var failure = await Should.ThrowAsync<SourceUnavailableException>(async () => await source.DisposeAsync(Evaluator.Batch(Shop.Customers), CancellationToken.None));

        failure.Message.ShouldContain(words);
        failure.ToString().ShouldNotContain("Anna");
        database.Rows("SELECT count(*) FROM customers").ShouldBe(["5"]);
        database.Rows("SELECT count(*) FROM gdpr_evidence").ShouldBe(["0"]);
    }

    [Fact]
    public async Task A_row_that_comes_back_undoes_the_whole_batch()
    {
        using var database = new Database(Table, FiveDue);
        database.Run("CREATE TRIGGER back AFTER DELETE ON customers WHEN old.id < 3 BEGIN INSERT INTO customers VALUES (old.id, old.subject, old.name, NULL); END");
        var source = await PreparedAsync(database);

        (await Should.ThrowAsync<SourceUnavailableException>(async () => await source.DisposeAsync(Evaluator.Batch(Shop.Customers), CancellationToken.None)))
            .Message.ShouldContain("2 of 5 records of 'crm.customers' are still as they were");

        database.Rows("SELECT count(*) FROM customers WHERE contract_ended IS NOT NULL").ShouldBe(["5"]);
        database.Rows("SELECT count(*) FROM gdpr_evidence").ShouldBe(["0"]);
    }

    [Fact]
    public async Task A_database_locked_by_somebody_else_is_named_as_the_cause()
    {
        using var database = new Database(Table, FiveDue);
        var source = new Gdpr.Relational.SqlSource("crm", new Gdpr.Sqlite.Sources.SqliteDatabase(database.ConnectionString + ";Default Timeout=1"),
            Gdpr.Relational.Mapping.SqlMapping.Build(map => map.DataSet(Shop.Customers)));
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        using var other = database.Open();
        using var transaction = other.BeginTransaction(deferred: false);

        var failure = await Should.ThrowAsync<SourceUnavailableException>(async () => await source.DisposeAsync(Evaluator.Batch(Shop.Customers), CancellationToken.None));

        failure.Message.ShouldContain("locked by another connection");
        failure.Message.ShouldContain(database.File);
    }

    [Fact]
    public async Task A_missing_file_is_an_error_and_is_not_created()
    {
        using var database = new Database(Table);
        var source = new Gdpr.Relational.SqlSource("crm", new Gdpr.Sqlite.Sources.SqliteDatabase($"Data Source={database.File}.gone"),
            Gdpr.Relational.Mapping.SqlMapping.Build(map => map.DataSet(Shop.Customers)));

        (await Should.ThrowAsync<SourceUnavailableException>(async () => await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None)))
            .Message.ShouldContain("cannot be opened");
        File.Exists(database.File + ".gone").ShouldBeFalse();
    }

    [Fact]
    public async Task Erased_bytes_are_in_no_file_of_the_database()
    {
        using var database = new Database(Table, "INSERT INTO customers VALUES (1, 's1', 'Zebedeus-Unmistakable', '2020-01-01'), (2, 's2', 'B', NULL)");
        var source = await PreparedAsync(database);
        Text(database).ShouldContain("Zebedeus-Unmistakable");

        await source.SweepAsync(Evaluator, Shop.Customers);

        Text(database).ShouldNotContain("Zebedeus-Unmistakable");

        static string Text(Database database) =>
            string.Concat(Directory.GetFiles(Path.GetDirectoryName(database.File)!).Select(file => System.Text.Encoding.Latin1.GetString(ReadShared(file))));
    }

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static async Task<Gdpr.Relational.SqlSource> PreparedAsync(Database database)
    {
        var source = database.Source(map => map.DataSet(Shop.Customers));
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        return source;
    }

    private static ValueTask<IReadOnlyList<string>> PutAsync(Gdpr.Relational.SqlSource source, FactTarget target, RecordFact? fact, string id = "h1") =>
        source.ChangeFactsAsync([new FactChange(id, Shop.Customers, target, fact)], 1, CancellationToken.None);
}
