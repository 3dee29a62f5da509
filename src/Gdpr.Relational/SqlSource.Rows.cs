using System.Collections.Concurrent;
using System.Data.Common;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Retention;

namespace Gdpr.Relational;

/// <content>Conditions on rows for queries of somebody else's.</content>
public sealed partial class SqlSource
{
    private readonly ConcurrentDictionary<(Type Connection, string Server, string Database), bool?> _reached = new();

    /// <summary>A data set's tables as found for a schedule, and how its database writes conditions on them. Prepares the source where that has not been done.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="dataSet">The data set's path.</param>
    /// <param name="connection">An open connection to the same database: afterwards the dialect's expressions work on it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal async ValueTask<RowConditions> RowsAsync(RetentionSchedule schedule, string dataSet, DbConnection connection, CancellationToken cancellationToken)
    {
        if (!_mapping.IsFoundFor(schedule))
        {
            await PrepareAsync(schedule, cancellationToken).ConfigureAwait(false);
        }

        _database.Enable(connection);
        return new RowConditions(_database.Dialect, _mapping.Known(dataSet));
    }

    /// <summary>Whether an open connection of somebody else's leads to the source's own database. Which database one leads to is asked once.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns><see langword="null"/> where it cannot be told: of two databases that nobody names alike, such as those in memory, and of a connection of another
    /// class.</returns>
    internal async ValueTask<bool?> IsReachedByAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var place = (connection.GetType(), connection.DataSource, connection.Database);
        if (_reached.TryGetValue(place, out var known))
        {
            return known;
        }

        var (type, own) = await GuardedAsync(
            async mine => (mine.GetType(), await _database.IdentityOfAsync(mine, cancellationToken).ConfigureAwait(false)), cancellationToken).ConfigureAwait(false);
        var led = connection.GetType() == type ? await _database.IdentityOfAsync(connection, cancellationToken).ConfigureAwait(false) : null;
        return _reached[place] = connection.GetType() != type || (own is null && led is null) ? null : own == led;
    }

    /// <summary>Keeps facts from being changed until a transaction of the host's ends.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal ValueTask KeepFactsAsync(DbTransaction transaction, CancellationToken cancellationToken) => _database.KeepFactsAsync(transaction, Name, cancellationToken);
}

/// <summary>A data set as conditions on its rows are written.</summary>
/// <param name="Dialect">How the database writes them.</param>
/// <param name="DataSet">The data set.</param>
internal sealed record RowConditions(SqlDialect Dialect, MappedDataSet DataSet);
