using Npgsql;

namespace Gdpr.PostgresServer;

/// <summary>A database of the shared server, removed when it is disposed.</summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly PostgresCluster _cluster;

    private PostgresDatabase(PostgresCluster cluster, string connectionString)
    {
        _cluster = cluster;
        ConnectionString = connectionString;
    }

    /// <summary>The database's connection string.</summary>
    public string ConnectionString { get; }

    /// <summary>Creates an empty database.</summary>
    public static async Task<PostgresDatabase> CreateAsync()
    {
        var cluster = await PostgresCluster.SharedAsync().ConfigureAwait(false);
        return new PostgresDatabase(cluster, await cluster.CreateDatabaseAsync().ConfigureAwait(false));
    }

    /// <summary>Runs statements.</summary>
    /// <param name="statements">The statements, separated by semicolons.</param>
    public async Task ExecuteAsync(string statements)
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync().ConfigureAwait(false);
            var command = new NpgsqlCommand(statements, connection);
            await using (command.ConfigureAwait(false))
            {
                await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>The first column of a query's first row.</summary>
    /// <param name="query">The query.</param>
    public async Task<object?> ReadAsync(string query)
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync().ConfigureAwait(false);
            var command = new NpgsqlCommand(query, connection);
            await using (command.ConfigureAwait(false))
            {
                return await command.ExecuteScalarAsync().ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _cluster.DropDatabaseAsync(ConnectionString).ConfigureAwait(false);
}
