using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Gdpr.Relational;
using Microsoft.Data.Sqlite;

namespace Gdpr.Sqlite.Sources;

/// <summary>Connections of the host's: what a source sets on one is as it was before, when it is given back.</summary>
internal sealed class HostConnections(SqlConnections connections)
{
    private static readonly string[] Names = ["busy_timeout", "foreign_keys", "secure_delete", "recursive_triggers"];

    private readonly ConcurrentDictionary<DbConnection, string> _before = new(ReferenceEqualityComparer.Instance);

    public SqlConnections Connections => connections;

    public async ValueTask<DbConnection> OpenAsync(SqliteFunctions functions, string settings, CancellationToken cancellationToken)
    {
        var connection = await connections.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            functions.AddTo((SqliteConnection)connection);
            _before[connection] = await ReadAsync(connection, cancellationToken).ConfigureAwait(false);
            await RunAsync(connection, settings, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await CloseAsync(connection, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask CloseAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            if (_before.TryRemove(connection, out var before))
            {
                await RunAsync(connection, before, CancellationToken.None).ConfigureAwait(false);
            }
        }
        finally
        {
            await connections.CloseAsync(connection, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async ValueTask<string> ReadAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var settings = new List<string>();
        foreach (var name in Names)
        {
            var command = connection.CreateCommand();
            await using (command.ConfigureAwait(false))
            {
                command.CommandText = $"PRAGMA {name}";
                var value = Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
                settings.Add(string.Create(CultureInfo.InvariantCulture, $"PRAGMA {name} = {value}"));
            }
        }

        return string.Join("; ", settings);
    }

    private static async ValueTask RunAsync(DbConnection connection, string text, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = text;
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
