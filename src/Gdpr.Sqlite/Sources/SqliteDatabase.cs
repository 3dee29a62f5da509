using System.Data.Common;
using System.Globalization;
using Gdpr.Relational;
using Gdpr.Relational.Batches;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Gdpr.Sources;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gdpr.Sqlite.Sources;

/// <summary>A SQLite database with tables of the host's, as a source works in it.</summary>
/// <remarks>
/// <para>Connections have foreign keys and <c>secure_delete</c> switched on, so that what is deleted is overwritten. The file is put into WAL mode, and the
/// WAL is written back and cut when a sweep has nothing left to do: erased bytes remain in neither, as far as other readers permit. Not reached are
/// copies that SQLite itself leaves in unused parts of a page when it moves rows to another, before they are erased: only <c>VACUUM</c> takes them out.</para>
/// <para>A file that is not there is an error: none is created. With <c>Mode=ReadOnly</c> the database can be surveyed and is left exactly as it is:
/// where the library's tables are missing, they count as empty.</para>
/// </remarks>
public sealed class SqliteDatabase : SqlDatabase
{
    private readonly string _connectionString;
    private readonly HostConnections? _host;
    private readonly SqliteFunctions _functions = new();
    private readonly string _file;
    private readonly int _timeout;
    private readonly bool _isReadOnly;
    private readonly bool _sharesCache;
    private volatile bool _hasLog;

    /// <summary>Names a database.</summary>
    /// <param name="connectionString">The connection string. Its <c>Default Timeout</c> is how many seconds a lock of somebody else is waited for; 10 unless stated.</param>
    /// <exception cref="ArgumentException">It is no connection string.</exception>
    public SqliteDatabase(string connectionString)
    {
        var settings = new SqliteConnectionStringBuilder(connectionString);
        settings.DefaultTimeout = settings.ShouldSerialize("Default Timeout") ? settings.DefaultTimeout : 10;
        settings.Mode = settings.Mode == SqliteOpenMode.ReadWriteCreate && settings.DataSource.Length > 0 && !settings.DataSource.Contains(":memory:", StringComparison.Ordinal)
            ? SqliteOpenMode.ReadWrite
            : settings.Mode;
        _isReadOnly = settings.Mode == SqliteOpenMode.ReadOnly;

        // What stands in for missing tables must not outlive a use of the connection.
        settings.Pooling = settings.Pooling && !_isReadOnly;
        _connectionString = settings.ToString();
        _file = settings.DataSource;
        _sharesCache = settings.Cache == SqliteCacheMode.Shared;
        _timeout = settings.DefaultTimeout;
        Dialect = new SqliteDialect(_functions, _isReadOnly);
    }

    /// <summary>Names a database that somebody else opens the connections of. What the source sets on one is set back before it is given back.</summary>
    /// <param name="connections">The connections.</param>
    internal SqliteDatabase(SqlConnections connections)
    {
        _host = new HostConnections(connections);
        _connectionString = "";
        _file = "of the host";
        _timeout = 10;
        Dialect = new SqliteDialect(_functions, isReadOnly: false);
    }

    /// <inheritdoc/>
    public override SqlDialect Dialect { get; }

    private string Settings => string.Create(
        CultureInfo.InvariantCulture,
        $"PRAGMA busy_timeout = {_timeout * 1000}; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA recursive_triggers = OFF");

    /// <inheritdoc/>
    public override async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (_host is not null)
        {
            return await _host.OpenAsync(_functions, Settings, cancellationToken).ConfigureAwait(false);
        }

        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            _functions.AddTo(connection);
            await RunAsync(connection, Settings, cancellationToken).ConfigureAwait(false);
            if (_isReadOnly)
            {
                await StandInAsync(connection, cancellationToken).ConfigureAwait(false);
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Enable(DbConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _functions.AddTo((SqliteConnection)connection);
    }

    /// <inheritdoc/>
    public override ValueTask CloseAsync(DbConnection connection, CancellationToken cancellationToken) =>
        _host?.CloseAsync(connection, cancellationToken) ?? base.CloseAsync(connection, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken) =>
        _host?.Connections.RunAsync(work, cancellationToken) ?? base.RunAsync(work, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        cancellationToken.ThrowIfCancellationRequested();

        // BEGIN IMMEDIATE.
        return ValueTask.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: false));
    }

    /// <inheritdoc/>
    public override ValueTask<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: true));
    }

    /// <inheritdoc/>
    public override ValueTask<bool> TryWriteAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        cancellationToken.ThrowIfCancellationRequested();

        // A statement that changes nothing takes the lock all the same, and is refused if somebody has written since the transaction read. Past the driver,
        // which would go on trying in vain.
        var connection = (SqliteConnection)transaction.Connection!;
        var code = raw.sqlite3_exec(connection.Handle!, "UPDATE main.gdpr_position SET position = position WHERE 0");
        switch (code & 0xff)
        {
            case raw.SQLITE_OK:
                return ValueTask.FromResult(true);
            case raw.SQLITE_BUSY or raw.SQLITE_LOCKED:
                return ValueTask.FromResult(false);
            default:
                SqliteException.ThrowExceptionForRC(code, connection.Handle);
                return ValueTask.FromResult(false);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<TableDescription>> DescribeAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return SqliteCatalogue.ReadAsync(connection, cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask<string?> IdentityOfAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);

        // SQLite's own words for the file: links and relative paths are resolved in them. A database in memory has none.
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = "SELECT file FROM pragma_database_list WHERE name = 'main'";
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is string { Length: > 0 } file ? file : null;
        }
    }

    /// <inheritdoc/>
    public override ValueTask<string?> CheckAsync(DbConnection connection, string query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        cancellationToken.ThrowIfCancellationRequested();
        var handle = ((SqliteConnection)connection).Handle!;

        // SQLite takes a name in double quotes that it does not know for a text: a misspelt column would pass.
        raw.sqlite3_db_config(handle, raw.SQLITE_DBCONFIG_DQS_DML, -1, out var before);
        raw.sqlite3_db_config(handle, raw.SQLITE_DBCONFIG_DQS_DML, 0, out _);
        try
        {
            var code = raw.sqlite3_prepare_v2(handle, query, out var statement);
            var wrong = code == raw.SQLITE_OK ? null : raw.sqlite3_errmsg(handle).utf8_to_string();
            statement?.Dispose();
            return ValueTask.FromResult(wrong);
        }
        finally
        {
            raw.sqlite3_db_config(handle, raw.SQLITE_DBCONFIG_DQS_DML, before, out _);
        }
    }

    /// <inheritdoc/>
    internal override async ValueTask<int> ReadSideTablesVersionAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = $"SELECT count(*) FROM main.sqlite_master WHERE type = 'table' AND name = '{SideTables.Versions}'";
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is 0L)
            {
                return 0;
            }

            command.CommandText = $"SELECT coalesce(max(version), 0) FROM main.{SideTables.Versions}";
            return Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask PrepareAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (_isReadOnly)
        {
            return;
        }

        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = "PRAGMA journal_mode = WAL";
            _hasLog = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is "wal";
        }
    }

    /// <summary>Only in WAL mode, and not where connections share a cache and its locks; and connections of the host's are not kept for longer than work on them
    /// takes.</summary>
    internal override bool LetsOthersWrite => _hasLog && _host is null && !_sharesCache;

    /// <inheritdoc/>
    internal override bool IsReadOnly => _isReadOnly;

    /// <inheritdoc/>
    internal override ValueTask<ChangeWatch?> WatchAsync(
        DbTransaction transaction, MappedDataSet dataSet, IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        SqliteChangeWatch.BeginAsync(Dialect, transaction, dataSet, keys, cancellationToken);

    /// <inheritdoc/>
    public override async ValueTask<ErasedBytes> TidyAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            // Its first column says whether somebody was in the way.
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is 0L ? ErasedBytes.Overwritten : ErasedBytes.InLog;
        }
    }

    /// <inheritdoc/>
    public override string CauseOf(DbException problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var (code, extended) = problem is SqliteException sqlite ? (sqlite.SqliteErrorCode, sqlite.SqliteExtendedErrorCode) : (0, 0);
        return code switch
        {
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"the database {_file} was locked by another connection for longer than {_timeout} seconds: let it finish, and try again.",
            raw.SQLITE_CANTOPEN => $"the database file {_file} cannot be opened: see that it is there and may be read and written.",
            raw.SQLITE_NOTADB or raw.SQLITE_CORRUPT => $"the file {_file} is no SQLite database, or is damaged (error {code}).",
            raw.SQLITE_READONLY => $"the database file {_file} may not be written.",
            raw.SQLITE_FULL => $"there is no room left for the database file {_file}.",
            raw.SQLITE_IOERR => $"reading or writing the database file {_file} failed (error {extended}).",
            raw.SQLITE_CONSTRAINT => $"a constraint of the database {_file} forbids the change (error {extended}): see what refers to the table, and its checks.",
            raw.SQLITE_ERROR => $"the database {_file} refused a statement (error {extended}): see whether its tables and triggers are as they were when the source was prepared.",
            _ => $"the database {_file} failed with error {extended}.",
        };
    }

    /// <summary>Puts empty tables in the connection's own temporary database for those of the library's that are missing.</summary>
    private static async ValueTask StandInAsync(SqliteConnection connection, CancellationToken cancellationToken)
    {
        const string Create = "CREATE TABLE IF NOT EXISTS ";
        var tables = await SqliteCatalogue.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        var there = tables.Select(table => table.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var statement in SqliteDialect.OwnTables.Where(statement => statement.StartsWith(Create, StringComparison.Ordinal)))
        {
            if (!there.Contains(statement[Create.Length..].Split(' ', 2)[0]))
            {
                await RunAsync(connection, string.Concat("CREATE TEMP TABLE ", statement.AsSpan(Create.Length)), cancellationToken).ConfigureAwait(false);
            }
        }
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
