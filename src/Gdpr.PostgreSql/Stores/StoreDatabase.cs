using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Gdpr.Journals;
using Gdpr.Relational.Stores;
using Npgsql;

namespace Gdpr.PostgreSql.Stores;

/// <summary>The database that the stores share: connections from the pool, each for one question or one transaction.</summary>
/// <remarks>What is read comes page by page, so that no reader keeps a connection, or an old snapshot, while its caller thinks.</remarks>
internal sealed class StoreDatabase : IDisposable, IAsyncDisposable
{
    public const int PageSize = 512;

    private readonly NpgsqlDataSource _source;
    private readonly bool _isOwned;

    /// <summary>Describes the database; opens nothing yet.</summary>
    /// <param name="source">Where connections come from.</param>
    /// <param name="isOwned">Whether it is disposed of with the stores.</param>
    /// <param name="schema">The schema of the tables.</param>
    public StoreDatabase(NpgsqlDataSource source, bool isOwned, string schema)
    {
        Tables = new StoreTables(schema);
        Place = StorePlace.Of(source.ConnectionString, schema);
        (_source, _isOwned) = (source, isOwned);
    }

    /// <summary>Where the stores are, without any secret.</summary>
    public string Place { get; }

    public StoreTables Tables { get; }

    /// <summary>Creates the tables where they are missing, or checks them.</summary>
    public ValueTask PrepareAsync(CancellationToken cancellationToken) => new StorePreparation(this).RunAsync(cancellationToken);

    /// <summary>Works with a connection, each statement for itself.</summary>
    public ValueTask<T> RunAsync<T>(Func<StoreConnection, ValueTask<T>> work, CancellationToken cancellationToken) => ReportedAsync(
        async () =>
        {
            var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var closing = connection.ConfigureAwait(false);
            return await work(new StoreConnection(connection, null)).ConfigureAwait(false);
        });

    /// <summary>Works in a transaction in which each statement sees what was committed before it: all or nothing.</summary>
    public ValueTask<T> TransactAsync<T>(Func<StoreConnection, ValueTask<T>> work, CancellationToken cancellationToken) =>
        TransactAsync(IsolationLevel.ReadCommitted, work, cancellationToken);

    /// <summary>Reads one state of the database with several statements.</summary>
    public ValueTask<T> ReadTogetherAsync<T>(Func<StoreConnection, ValueTask<T>> work, CancellationToken cancellationToken) =>
        TransactAsync(IsolationLevel.RepeatableRead, work, cancellationToken);

    public ValueTask<int> ExecuteAsync(StoreStatement statement, CancellationToken cancellationToken) =>
        RunAsync(connection => connection.ExecuteAsync(statement, cancellationToken), cancellationToken);

    public ValueTask<List<T>> QueryAsync<T>(StoreStatement query, Func<DbDataReader, T> read, CancellationToken cancellationToken) =>
        RunAsync(connection => connection.QueryAsync(query, read, cancellationToken), cancellationToken);

    public ValueTask<T?> SingleAsync<T>(StoreStatement query, Func<DbDataReader, T> read, CancellationToken cancellationToken) =>
        RunAsync(connection => connection.SingleAsync(query, read, cancellationToken), cancellationToken);

    /// <summary>Reads page by page.</summary>
    /// <param name="page">Asks for at most <see cref="PageSize"/> items after the one given; from the first where none is.</param>
    /// <param name="read">Reads one of them.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<T> ReadPagesAsync<T>(
        Func<T?, StoreStatement> page, Func<DbDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        T? last = null;
        while (true)
        {
            var query = page(last);
            var (items, unreadable) = await RunAsync(connection => connection.QueryPageAsync(query, read, cancellationToken), cancellationToken).ConfigureAwait(false);
            foreach (var item in items)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return item;
            }

            if (unreadable is not null)
            {
                throw unreadable;
            }

            if (items.Count < PageSize)
            {
                yield break;
            }

            last = items[^1];
        }
    }

    /// <summary>Has the database's errors reported in the library's words.</summary>
    public async ValueTask<T> ReportedAsync<T>(Func<ValueTask<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception exception) when (StoreErrors.IsOfDatabase(exception))
        {
            throw StoreErrors.Of(Place, exception);
        }
    }

    public void Dispose()
    {
        if (_isOwned)
        {
            _source.Dispose();
        }
    }

    public ValueTask DisposeAsync() => _isOwned ? _source.DisposeAsync() : ValueTask.CompletedTask;

    private ValueTask<T> TransactAsync<T>(IsolationLevel level, Func<StoreConnection, ValueTask<T>> work, CancellationToken cancellationToken) => ReportedAsync(
        async () =>
        {
            var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var closing = connection.ConfigureAwait(false);
            var transaction = await connection.BeginTransactionAsync(level, cancellationToken).ConfigureAwait(false);
            await using var ending = transaction.ConfigureAwait(false);
            var result = await work(new StoreConnection(connection, transaction)).ConfigureAwait(false);

            // Cancelled until here, never in between: whoever is told that it was cancelled can rely on it.
            cancellationToken.ThrowIfCancellationRequested();
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            return result;
        });

    private ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _source.OpenConnectionAsync(cancellationToken);
    }
}

/// <summary>Says where stores are.</summary>
internal static class StorePlace
{
    /// <summary>The host, port, database and schema that a connection string leads to; never its password.</summary>
    public static string Of(string connectionString, string schema)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        return FormattableString.Invariant($"PostgreSQL {settings.Host}:{settings.Port}/{settings.Database ?? settings.Username}, schema {schema}");
    }
}
