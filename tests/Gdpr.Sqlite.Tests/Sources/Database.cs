using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Sqlite.Sources;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>A database in a file of its own, gone with the test.</summary>
internal sealed class Database : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gdpr-sqlite-").FullName;

    public Database(params IEnumerable<string> statements)
    {
        Run([.. statements]);
    }

    public string File => Path.Combine(_folder, "data.db");

    public string ConnectionString => $"Data Source={File}";

    public static IKeyRing Keys { get; } = new TestKeyRing();

    public SqlSource Source(SqlMapping mapping, string name = "crm") => new(name, new SqliteDatabase(ConnectionString), mapping);

    public SqlSource Source(Action<SqlMappingBuilder> map, string name = "crm") => Source(SqlMapping.Build(map), name);

    public void Run(params IEnumerable<string> statements)
    {
        using var connection = Open();
        foreach (var statement in statements)
        {
            using var command = connection.CreateCommand();
            command.CommandText = statement;
            command.ExecuteNonQuery();
        }
    }

    public IReadOnlyList<string> Rows(string query)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "NULL" : Convert.ToString(reader.GetValue(i), null))));
        }

        return rows;
    }

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection($"{ConnectionString};Pooling=False");
        connection.Open();
        return connection;
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class TestKeyRing : IKeyRing
    {
        public string CurrentKeyId => "k1";

        public IReadOnlyList<string> KeyIds => ["k1"];

        public Digest Authenticate(string keyId, ReadOnlySpan<byte> content) => new(System.Security.Cryptography.HMACSHA256.HashData("secret"u8, content));
    }
}

/// <summary>What tests ask of a source, in few words.</summary>
internal static class SourceCalls
{
    public static DisposalBatch Batch(this RetentionEvaluator evaluator, string dataSet, int number = 1, int limit = 1000, string plan = "plan", long position = 0) =>
        new(plan, number, evaluator, dataSet, limit, position, Database.Keys);

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
