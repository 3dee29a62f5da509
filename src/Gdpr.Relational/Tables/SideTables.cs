using System.Data.Common;
using System.Globalization;
using Gdpr.Relational.Queries;
using Gdpr.Sources;

namespace Gdpr.Relational.Tables;

/// <summary>Brings the library's tables beside the data up to the version that this code knows, version by version.</summary>
internal sealed class SideTables(string source, SqlDatabase database)
{
    /// <summary>Where a database keeps the version that has no other place for it.</summary>
    public const string Versions = "gdpr_source_schema";

    /// <summary>Refuses what a newer version of the library has made: it may mean what this code cannot know.</summary>
    /// <returns>The version; 0 where there are none.</returns>
    /// <exception cref="SourceUnavailableException">The tables are of a newer version.</exception>
    public async ValueTask<int> CheckAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var (version, known) = (await database.ReadSideTablesVersionAsync(connection, cancellationToken).ConfigureAwait(false), database.Dialect.SideTablesVersion);
        return version <= known ? version : throw new SourceUnavailableException(source, string.Create(
            CultureInfo.InvariantCulture, $"the tables beside its data have version {version}, and this version of the library knows {known}: update the library."));
    }

    /// <summary>Makes what is missing. One process at a time: the others find it done.</summary>
    /// <param name="connection">A connection of the database, in no transaction.</param>
    /// <param name="from">The version that the tables had when they were checked.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="SourceUnavailableException">The tables are of a newer version.</exception>
    public async ValueTask MigrateAsync(DbConnection connection, int from, CancellationToken cancellationToken)
    {
        var steps = database.Dialect.SideTables;
        if (from >= steps.Count)
        {
            return;
        }

        var transaction = await database.BeginWriteAsync(connection, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            var version = await CheckAsync(connection, cancellationToken).ConfigureAwait(false);
            await RunAsync($"CREATE TABLE IF NOT EXISTS {database.Dialect.Beside(Versions)} (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL)").ConfigureAwait(false);
            foreach (var statement in steps.Skip(version).SelectMany(step => step))
            {
                await RunAsync(statement).ConfigureAwait(false);
            }

            await RunAsync($"INSERT INTO {database.Dialect.Beside(Versions)} (id, version) VALUES (1, {Sql.Number(steps.Count)}) "
                + "ON CONFLICT (id) DO UPDATE SET version = excluded.version").ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }

        async ValueTask RunAsync(string text)
        {
            var command = connection.Command(transaction, text);
            await using (command.ConfigureAwait(false))
            {
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
