using System.Security.Cryptography;
using System.Text;
using Gdpr.Sources;
using Microsoft.Data.Sqlite;

namespace Gdpr.Benchmarks;

/// <summary>A journal as one writes it by hand: a table in a database of its own, each entry with the hash of the one before.</summary>
internal sealed class HandwrittenJournal : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private byte[] _last = new byte[SHA256.HashSizeInBytes];

    public HandwrittenJournal(CustomerTable table)
    {
        _connection = new SqliteConnection(table.StoresConnectionString);
        _connection.Open();
        CustomerTable.Run(_connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
        CustomerTable.Run(_connection, "CREATE TABLE journal (position INTEGER PRIMARY KEY, data TEXT NOT NULL, previous BLOB NOT NULL, hash BLOB NOT NULL)");
        _insert = _connection.CreateCommand();
        _insert.CommandText = "INSERT INTO journal (data, previous, hash) VALUES ($data, $previous, $hash)";
        _insert.Parameters.AddWithValue("$data", "");
        _insert.Parameters.AddWithValue("$previous", _last);
        _insert.Parameters.AddWithValue("$hash", _last);
    }

    /// <summary>Appends the entry of a batch.</summary>
    public void Append(BatchEvidence batch)
    {
        var data = $$"""{ "plan": "{{batch.Plan}}", "dataSet": "{{batch.DataSet}}", "batch": {{batch.Number}}, "erased": {{batch.Records}}, "root": "{{batch.Root}}" }""";
        var hash = SHA256.HashData([.. _last, .. Encoding.UTF8.GetBytes(data)]);
        _insert.Parameters["$data"].Value = data;
        _insert.Parameters["$previous"].Value = _last;
        _insert.Parameters["$hash"].Value = hash;
        _insert.ExecuteNonQuery();
        _last = hash;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
    }
}
