using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Gdpr.Journals;
using Gdpr.Relational.Stores;
using Microsoft.Data.Sqlite;

namespace Gdpr.Sqlite.Stores;

/// <summary>The database file that the stores share: one connection that writes, one caller at a time, and a pool of those that read.</summary>
/// <remarks>Writers of other processes are kept apart by <c>BEGIN IMMEDIATE</c>. Readers see the last commit and wait for nobody. What is read
/// comes page by page, so that no reader keeps an old snapshot, and with it erased bytes in the write-ahead log, while its caller thinks.</remarks>
internal sealed class StoreFile : IDisposable
{
    public const int PageSize = 512;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(5);

    private readonly string _connectionString;
    private readonly TimeSpan _patience;
    private readonly Action<SqliteConnection>? _opened;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ConcurrentBag<StoreConnection> _readers = [];
    private StoreConnection? _writer;
    private volatile bool _disposed;

    /// <summary>Describes the file; opens nothing yet.</summary>
    /// <param name="connectionString">The host's connection string.</param>
    /// <param name="opened">Called with every connection that was opened.</param>
    public StoreFile(string connectionString, Action<SqliteConnection>? opened)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        var builder = new SqliteConnectionStringBuilder(connectionString);
        if (builder.Mode == SqliteOpenMode.Memory || builder.DataSource is "" or ":memory:"
            || builder.DataSource.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                "The stores need a database in a file, named by its path ('Data Source=gdpr.db'): what is in memory proves nothing. For tests there are stores in memory.",
                nameof(connectionString));
        }

        if (!builder.DataSource.StartsWith('|'))
        {
            builder.DataSource = Path.GetFullPath(builder.DataSource);
        }

        // Pooled here, so that statements stay prepared and disposal closes the file.
        builder.Pooling = false;
        Name = builder.DataSource;
        _connectionString = builder.ConnectionString;
        _patience = TimeSpan.FromSeconds(builder.DefaultTimeout);
        _opened = opened;
    }

    /// <summary>The file's path.</summary>
    public string Name { get; }

    /// <summary>Creates the tables where they are missing, and empties the write-ahead log of what an interrupted erasure may have left there.</summary>
    public async ValueTask PrepareAsync(CancellationToken cancellationToken)
    {
        await WithWriterAsync(
            writer =>
            {
                InTransaction(writer, connection => StoreSchema.Ensure(connection, Name));
                return TruncateLog(writer);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes in a transaction: all or nothing.</summary>
    public ValueTask<T> WriteAsync<T>(Func<StoreConnection, T> work, CancellationToken cancellationToken) =>
        WithWriterAsync(writer => InTransaction(writer, work), cancellationToken);

    /// <summary>Erases in a transaction, and then takes the bytes out of the write-ahead log too.</summary>
    /// <exception cref="StoreException">Also where another connection reads what was there before: then the rows are gone and their bytes are
    /// still in the log. Doing it again takes them out.</exception>
    public async ValueTask<T> EraseAsync<T>(Func<StoreConnection, T> work, CancellationToken cancellationToken)
    {
        var result = await WriteAsync(work, cancellationToken).ConfigureAwait(false);

        // SQLite waits for readers by itself, yet for nobody who moves the log at the same moment: another node's erasure, or any large write's end.
        for (var waiting = Stopwatch.StartNew(); !await WithWriterAsync(TruncateLog, cancellationToken).ConfigureAwait(false);)
        {
            if (waiting.Elapsed >= _patience)
            {
                throw new StoreException(
                    StoreFailure.Busy, Name, "What was to be erased is gone from the tables, but another connection that reads keeps its bytes in the write-ahead log. "
                    + "Erase again once it has ended.");
            }

            await Task.Delay(BetweenTries, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    /// <summary>Reads with one of the pooled connections.</summary>
    public ValueTask<T> ReadAsync<T>(Func<StoreConnection, T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            var reader = _readers.TryTake(out var pooled) ? pooled : Open("PRAGMA query_only = ON");
            T result;
            try
            {
                result = work(reader);
            }
            catch
            {
                // Whatever went wrong, the next caller gets a connection that nothing has gone wrong with.
                reader.Dispose();
                throw;
            }

            Return(reader);
            return ValueTask.FromResult(result);
        }
        catch (SqliteException exception)
        {
            throw StoreErrors.Of(Name, exception);
        }
    }

    /// <summary>Reads page by page.</summary>
    /// <param name="page">Reads at most <see cref="PageSize"/> items after the one given; from the first where none is.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<T> ReadPagesAsync<T>(Func<StoreConnection, T?, StorePage<T>> page, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        T? last = null;
        while (true)
        {
            var (items, unreadable) = await ReadAsync(connection => page(connection, last), cancellationToken).ConfigureAwait(false);
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

    public void Dispose()
    {
        _disposed = true;
        _writer?.Dispose();
        _writer = null;
        while (_readers.TryTake(out var reader))
        {
            reader.Dispose();
        }

        _writing.Dispose();
    }

    /// <summary>Runs work in a transaction of its own.</summary>
    private static T InTransaction<T>(StoreConnection connection, Func<StoreConnection, T> work)
    {
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            var result = work(connection);
            connection.Execute("COMMIT");
            return result;
        }
        catch
        {
            if (connection.IsInTransaction)
            {
                connection.Execute("ROLLBACK");
            }

            throw;
        }
    }

    /// <summary>Moves the write-ahead log into the database and cuts it to nothing.</summary>
    /// <returns>Whether nobody kept it from being done.</returns>
    private static bool TruncateLog(StoreConnection writer) => (long)writer.Scalar("PRAGMA wal_checkpoint(TRUNCATE)")! == 0;

    private async ValueTask<T> WithWriterAsync<T>(Func<StoreConnection, T> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _writer ??= Open("PRAGMA query_only = OFF");
            return work(_writer);
        }
        catch (SqliteException exception)
        {
            _writer?.Dispose();
            _writer = null;
            throw StoreErrors.Of(Name, exception);
        }
        finally
        {
            _writing.Release();
        }
    }

    private void Return(StoreConnection reader)
    {
        _readers.Add(reader);
        if (_disposed && _readers.TryTake(out var late))
        {
            late.Dispose();
        }
    }

    private StoreConnection Open(string use)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            var opened = new StoreConnection(connection);
            opened.Execute($"PRAGMA busy_timeout = {1000 * connection.DefaultTimeout}");
            if (opened.Scalar("PRAGMA journal_mode = WAL") is not "wal")
            {
                throw new StoreException(
                    StoreFailure.Unavailable, Name, "The file system does not support SQLite's write-ahead log. Keep the database on a local disk.");
            }

            // A commit is on the disk before anybody is told of it, and deleted content is overwritten with zeros.
            opened.Execute("PRAGMA synchronous = FULL");
            opened.Execute("PRAGMA secure_delete = ON");
            opened.Execute(use);
            _opened?.Invoke(connection);
            return opened;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
