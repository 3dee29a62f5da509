using Gdpr.Journals;
using Gdpr.PostgreSql.Sources;
using Gdpr.PostgresServer;
using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
using Npgsql;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>A database of its own with tables, gone with the test.</summary>
internal sealed class SourceDatabase : IAsyncDisposable
{
    private readonly PostgresDatabase _database;

    private SourceDatabase(PostgresDatabase database) => _database = database;

    public string ConnectionString => _database.ConnectionString;

    public static IKeyRing Keys { get; } = InMemoryKeyRing.WithRandomKey();

    public static async Task<SourceDatabase> CreateAsync(params IEnumerable<string> statements)
    {
        var database = new SourceDatabase(await PostgresDatabase.CreateAsync());
        await database.RunAsync(statements);
        return database;
    }

    public SqlSource Source(Action<SqlMappingBuilder> map, string name = "crm") => Source(SqlMapping.Build(map), name);

    public SqlSource Source(SqlMapping mapping, string name = "crm") => new(name, new PostgreSqlDatabase(ConnectionString), mapping);

    public async Task RunAsync(params IEnumerable<string> statements)
    {
        foreach (var statement in statements)
        {
            await _database.ExecuteAsync(statement);
        }
    }

    public async Task<IReadOnlyList<string>> RowsAsync(string query)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(query, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "NULL" : Convert.ToString(reader.GetValue(i), null))));
        }

        return rows;
    }

    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}

/// <summary>What tests ask of a source, in few words.</summary>
internal static class SourceCalls
{
    public static DisposalBatch Batch(this RetentionEvaluator evaluator, string dataSet, int number = 1, int limit = 1000, string plan = "plan", long position = 0) =>
        new(plan, number, evaluator, dataSet, limit, position, SourceDatabase.Keys);

    public static async Task<IReadOnlyList<BatchEvidence>> SweepAsync(this IDisposalSource source, RetentionEvaluator evaluator, string dataSet, int limit = 1000, string plan = "plan")
    {
        var batches = new List<BatchEvidence>();
        while (true)
        {
            var batch = await source.DisposeAsync(evaluator.Batch(dataSet, batches.Count + 1, limit, plan), CancellationToken.None);
            if (batch.Rows.Count == 0)
            {
                return batches;
            }

            (await source.CountUndisposedAsync(batch, CancellationToken.None)).ShouldBe(0);
            batches.Add(batch);
            batches.Count.ShouldBeLessThan(1000, "a sweep comes to an end");
        }
    }
}
