using System.Collections.Concurrent;
using System.Globalization;
using Gdpr.PostgreSql.Stores;
using Gdpr.PostgresServer;
using Npgsql;

namespace Gdpr.PostgreSql.Tests.Stores;

/// <summary>A database of its own for stores, removed with everything that was opened on it.</summary>
internal sealed class StoreHost : IAsyncDisposable
{
    private readonly PostgresDatabase _database;
    private readonly ConcurrentBag<IAsyncDisposable> _open = [];

    private StoreHost(PostgresDatabase database) => _database = database;

    public string ConnectionString => _database.ConnectionString;

    public static async Task<StoreHost> CreateAsync() => new(await PostgresDatabase.CreateAsync());

    /// <summary>Stores on the database, prepared.</summary>
    public async Task<PostgreSqlStores> OpenAsync(bool shared = false, string more = "", string schema = "gdpr")
    {
        var stores = Stores(shared, more, schema);
        await stores.Journal.PrepareAsync(CancellationToken.None);
        return stores;
    }

    /// <summary>Stores on the database, with connections of their own, as another process has.</summary>
    public PostgreSqlStores Stores(bool shared = false, string more = "", string schema = "gdpr")
    {
        var stores = new PostgreSqlStores($"{ConnectionString};Maximum Pool Size=10;{more}", schema, shared);
        _open.Add(stores);
        return stores;
    }

    /// <summary>A connection that the stores know nothing of.</summary>
    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection($"{ConnectionString};Pooling=false");
        _open.Add(connection);
        await connection.OpenAsync();
        return connection;
    }

    public Task RunAsync(string statements) => _database.ExecuteAsync(statements);

    public Task<object?> ReadAsync(string query) => _database.ReadAsync(query);

    /// <summary>Cuts a connection, and waits until its transaction is gone.</summary>
    public Task TerminateAsync(int process) => RunAsync(string.Create(CultureInfo.InvariantCulture, $"SELECT pg_terminate_backend({process}, 10000)"));

    public async ValueTask DisposeAsync()
    {
        foreach (var open in _open)
        {
            await open.DisposeAsync();
        }

        await _database.DisposeAsync();
    }
}
