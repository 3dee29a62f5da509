using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Gdpr.PostgresServer;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Tests.Sources;
using Npgsql;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>What a sweep sends to the server, and what comes back.</summary>
public sealed class SentStatementsTests
{
    private const int Limit = 500;
    private const int Width = 4000;

    [PostgresFact]
    public async Task A_batch_is_one_statement_with_blocks_and_evidence_in_it_and_no_row_comes_to_the_client()
    {
        await using var database = await SourceDatabase.CreateAsync(
            "CREATE TABLE customers (id integer PRIMARY KEY, subject text, name text, contract_ended date)",
            $"INSERT INTO customers SELECT i, 's' || i, repeat('x', {Width}), DATE '2020-01-01' + i % 1000 FROM generate_series(1, {(3 * Limit) + 1}) i",
            "CREATE INDEX ON customers (contract_ended)", "ANALYZE customers");
        var evaluator = Shop.Evaluator();
        var source = database.Source(map => map.DataSet(Shop.Customers));
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await source.ChangeFactsAsync([new FactChange("h1", Shop.Customers, new FactTarget.Records(["7"]), RecordFact.Of(RecordFlags.Hold))], 1, CancellationToken.None);
        using var wire = new Wire(new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!);
        var changing = new List<string>();
        for (var number = 1; number <= 3; number++)
        {
            wire.Clear();

            var batch = await source.DisposeAsync(evaluator.Batch(Shop.Customers, number, Limit, position: 1), CancellationToken.None);

            batch.Records.ShouldBe(Limit);
            changing.Add(wire.Statements.Where(statement => statement.Contains("customers", StringComparison.Ordinal) && IsOfRows(statement)).ShouldHaveSingleItem());
            wire.BytesRead.ShouldBeInRange(Limit * 32, Limit * Width / 20, "the names of the records as evidence has them, and nothing that stands in them");
        }

        changing[2].ShouldBe(changing[1], "what differs is given as parameters: the key of the names, the number, where to go on");
        foreach (var part in (string[])["FOR UPDATE OF r SKIP LOCKED", "gdpr_block", "DELETE FROM", "gdpr_evidence", "LIMIT @limit", "sha256(@outer || sha256(@inner ||"])
        {
            changing[1].ShouldContain(part, Case.Sensitive);
        }

        (await database.RowsAsync("SELECT id FROM customers")).ShouldBe(["7"]);
    }

    /// <summary>Not what only asks of the plan, or sees to it that the table stays as it is described.</summary>
    private static bool IsOfRows(string statement) =>
        !statement.StartsWith("EXPLAIN", StringComparison.Ordinal) && !statement.StartsWith("LOCK TABLE", StringComparison.Ordinal);

    /// <summary>What Npgsql says that it sends to a database, and how much it reads.</summary>
    private sealed class Wire : IDisposable
    {
        private readonly ConcurrentQueue<string> _statements = [];
        private readonly ActivityListener _activities;
        private readonly MeterListener _meters = new();
        private long _read;

        public Wire(string database)
        {
            _activities = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "Npgsql",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity =>
                {
                    if (activity.TagObjects.Any(tag => tag.Value is string value && value == database)
                        && activity.TagObjects.FirstOrDefault(tag => tag.Key is "db.query.text" or "db.statement").Value is string text)
                    {
                        _statements.Enqueue(text);
                    }
                },
            };
            ActivitySource.AddActivityListener(_activities);
            _meters.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Npgsql" && instrument.Name.EndsWith("bytes_read", StringComparison.Ordinal))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _meters.SetMeasurementEventCallback<long>((_, bytes, tags, _) =>
            {
                foreach (var tag in tags)
                {
                    if (tag.Value is string pool && pool.Contains(database, StringComparison.Ordinal))
                    {
                        Interlocked.Add(ref _read, bytes);
                    }
                }
            });
            _meters.Start();
        }

        public IReadOnlyCollection<string> Statements => _statements;

        public long BytesRead => Interlocked.Read(ref _read);

        public void Clear()
        {
            _statements.Clear();
            Interlocked.Exchange(ref _read, 0);
        }

        public void Dispose()
        {
            _activities.Dispose();
            _meters.Dispose();
        }
    }
}
