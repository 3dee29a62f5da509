using System.Collections.Concurrent;
using Gdpr.Sqlite.Stores;
using Microsoft.Data.Sqlite;

namespace Gdpr.Sqlite.Tests.Stores;

/// <summary>A database file in a folder of its own, removed with everything beside it.</summary>
internal sealed class TemporaryDatabase : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gdpr-sqlite-").FullName;
    private readonly ConcurrentBag<IDisposable> _open = [];

    public string Path => System.IO.Path.Combine(_folder, "gdpr.db");

    public string ConnectionString => $"Data Source={Path};Default Timeout=20";

    /// <summary>Stores on the file, prepared.</summary>
    public async Task<SqliteStores> OpenAsync(bool shared = false, Action<SqliteConnection>? opened = null, int timeout = 20)
    {
        var stores = Stores(shared, opened, timeout);
        await stores.Journal.PrepareAsync(CancellationToken.None);
        return stores;
    }

    /// <summary>Stores on the file.</summary>
    public SqliteStores Stores(bool shared, Action<SqliteConnection>? opened = null, int timeout = 20)
    {
        var stores = new SqliteStores($"Data Source={Path};Default Timeout={timeout}", shared, opened);
        _open.Add(stores);
        return stores;
    }

    /// <summary>A connection that the stores know nothing of.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"{ConnectionString};Pooling=False");
        _open.Add(connection);
        connection.Open();
        return connection;
    }

    public void Run(string sql)
    {
        using var connection = new SqliteConnection($"{ConnectionString};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>How often some bytes are found in the database and whatever SQLite keeps beside it.</summary>
    public int CountOf(ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        var rest = ReadAll().AsSpan();
        while (rest.IndexOf(bytes) is var place and >= 0)
        {
            count++;
            rest = rest[(place + bytes.Length)..];
        }

        return count;
    }

    /// <summary>The database and whatever SQLite keeps beside it, one after another.</summary>
    public byte[] ReadAll()
    {
        using var content = new MemoryStream();
        foreach (var file in Directory.EnumerateFiles(_folder))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            stream.CopyTo(content);
        }

        return content.ToArray();
    }

    public void Dispose()
    {
        foreach (var open in _open)
        {
            open.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
