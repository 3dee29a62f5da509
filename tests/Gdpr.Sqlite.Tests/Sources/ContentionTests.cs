using System.Data.Common;
using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Sources;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Somebody else writes between the finding of due records and their disposal.</summary>
public sealed class ContentionTests
{
    private const string Table = "CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, contract_ended TEXT)";
    private const string ThreeDue =
        "INSERT INTO customers VALUES (1, 's1', 'A', '2020-01-01'), (2, 's2', 'B', '2020-01-01'), (3, 's3', 'C', '2020-01-01'), (4, 's4', 'D', NULL)";

    private static readonly RetentionEvaluator Evaluator = Shop.Evaluator();

    [Fact]
    public async Task A_record_that_is_not_due_any_more_stays()
    {
        using var database = new Database(Table, ThreeDue);
        var source = await SourceAsync(database, () => database.Run("UPDATE customers SET contract_ended = NULL WHERE id = 2"));

        (await DisposeAsync(source)).NativeKeys.ShouldBe(["1", "3"]);

        database.Rows("SELECT id FROM customers").ShouldBe(["2", "4"]);
        (await DisposeAsync(source, 2)).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_hold_granted_meanwhile_keeps_its_record()
    {
        using var database = new Database(Table, ThreeDue);
        var other = database.Source(map => map.DataSet(Shop.Customers));
        var source = await SourceAsync(database, () =>
        {
            other.PrepareAsync(Evaluator.Schedule, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            var hold = new FactChange("h1", Shop.Customers, new FactTarget.Records(["3"]), RecordFact.Of(RecordFlags.Hold));
            other.ChangeFactsAsync([hold], 1, CancellationToken.None).AsTask().GetAwaiter().GetResult().ShouldBeEmpty();
        });

        (await DisposeAsync(source)).NativeKeys.ShouldBe(["1", "2"]);

        database.Rows("SELECT id FROM customers").ShouldBe(["3", "4"]);
    }

    [Fact]
    public async Task Where_none_of_those_found_is_due_any_more_others_are_looked_for()
    {
        using var database = new Database(Table, ThreeDue);
        var source = await SourceAsync(database, () => database.Run("DELETE FROM customers WHERE id = 1"));

        (await DisposeAsync(source, limit: 1)).NativeKeys.ShouldBe(["2"]);
        (await DisposeAsync(source, 2)).NativeKeys.ShouldBe(["3"]);
    }

    [Fact]
    public async Task A_record_that_is_due_by_now_goes_with_the_next_batch()
    {
        using var database = new Database(Table, ThreeDue);
        var source = await SourceAsync(database, () => database.Run("UPDATE customers SET contract_ended = '2020-01-01' WHERE id = 4"));

        (await DisposeAsync(source)).NativeKeys.ShouldBe(["1", "2", "3"]);
        (await DisposeAsync(source, 2)).NativeKeys.ShouldBe(["4"]);
    }

    [Fact]
    public async Task A_batch_of_the_same_number_that_came_meanwhile_is_found()
    {
        using var database = new Database(Table, ThreeDue);
        var other = database.Source(map => map.DataSet(Shop.Customers));
        await other.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        var source = await SourceAsync(database, () => DisposeAsync(other, limit: 1).GetAwaiter().GetResult());

        await Should.ThrowAsync<SourceUnavailableException>(() => DisposeAsync(source));

        database.Rows("SELECT id FROM customers").ShouldBe(["2", "3", "4"]);
        database.Rows("SELECT count(*) FROM gdpr_evidence").ShouldBe(["1"]);
    }

    [Fact]
    public async Task Others_may_write_while_records_are_looked_for_and_not_afterwards()
    {
        using var database = new Database(Table, ThreeDue);
        using var other = database.Open();
        var codes = new List<int>();
        var source = await SourceAsync(database, () => codes.Add(Begin(other)), () => codes.Add(Begin(other)));

        (await DisposeAsync(source)).Rows.Count.ShouldBe(3);

        codes.ShouldBe([raw.SQLITE_OK, raw.SQLITE_BUSY]);

        static int Begin(SqliteConnection connection) => raw.sqlite3_exec(connection.Handle!, "PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; ROLLBACK") & 0xff;
    }

    private static async Task<SqlSource> SourceAsync(Database database, Action before, Action? after = null)
    {
        var source = new SqlSource(
            "crm", new Interrupted(new SqliteDatabase(database.ConnectionString), before, after), SqlMapping.Build(map => map.DataSet(Shop.Customers)));
        await source.PrepareAsync(Evaluator.Schedule, CancellationToken.None);
        return source;
    }

    private static Task<BatchEvidence> DisposeAsync(SqlSource source, int number = 1, int limit = 100) =>
        source.DisposeAsync(Evaluator.Batch(Shop.Customers, number, limit), CancellationToken.None).AsTask();

    /// <summary>Does something once, between the reading and the writing of the first batch, and something else after the lock was taken.</summary>
    private sealed class Interrupted(SqlDatabase inner, Action before, Action? after) : SqlDatabase
    {
        private bool _done;

        public override SqlDialect Dialect => inner.Dialect;

        public override ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken) => inner.OpenAsync(cancellationToken);

        public override ValueTask<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken) =>
            inner.BeginReadAsync(connection, cancellationToken);

        public override async ValueTask<bool> TryWriteAsync(DbTransaction transaction, CancellationToken cancellationToken)
        {
            var isFirst = !_done;
            _done = true;
            if (isFirst)
            {
                before();
            }

            var writes = await inner.TryWriteAsync(transaction, cancellationToken);
            if (isFirst)
            {
                writes.ShouldBe(after is not null);
                after?.Invoke();
            }

            return writes;
        }

        public override ValueTask<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken) =>
            inner.BeginWriteAsync(connection, cancellationToken);

        public override ValueTask<IReadOnlyList<TableDescription>> DescribeAsync(DbConnection connection, CancellationToken cancellationToken) =>
            inner.DescribeAsync(connection, cancellationToken);

        public override ValueTask<string?> CheckAsync(DbConnection connection, string query, CancellationToken cancellationToken) =>
            inner.CheckAsync(connection, query, cancellationToken);

        public override ValueTask PrepareAsync(DbConnection connection, CancellationToken cancellationToken) => inner.PrepareAsync(connection, cancellationToken);

        public override ValueTask<ErasedBytes> TidyAsync(DbConnection connection, CancellationToken cancellationToken) => inner.TidyAsync(connection, cancellationToken);

        public override string CauseOf(DbException problem) => inner.CauseOf(problem);
    }
}
