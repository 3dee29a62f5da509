using System.Data.Common;
using System.Globalization;
using Gdpr.Relational;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gdpr.Sqlite.Sources;

/// <summary>A SQLite database with tables of the host's, as a source works in it.</summary>
/// <remarks>
/// <para>Connections have foreign keys and <c>secure_delete</c> switched on, so that what is deleted is overwritten. The file is put into WAL mode, and the
/// WAL is written back and cut when a sweep has nothing left to do: erased bytes remain in neither, as far as other readers permit. Not reached are
/// copies that SQLite itself leaves in unused parts of a page when it moves rows to another, before they are erased: only <c>VACUUM</c> takes them out.</para>
/// <para>A file that is not there is an error: none is created.</para>
/// </remarks>
public sealed class SqliteDatabase : SqlDatabase
{
    private readonly string _connectionString;
    private readonly SqliteFunctions _functions = new();
    private readonly string _file;
    private readonly int _timeout;

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
        _connectionString = settings.ToString();
        _file = settings.DataSource;
        _timeout = settings.DefaultTimeout;
        Dialect = new SqliteDialect(_functions);
    }

    /// <inheritdoc/>
    public override SqlDialect Dialect { get; }

    /// <inheritdoc/>
    public override async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            _functions.AddTo(connection);
            await RunAsync(
                connection,
                string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {_timeout * 1000}; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA recursive_triggers = OFF"),
                cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public override ValueTask<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        cancellationToken.ThrowIfCancellationRequested();

        // BEGIN IMMEDIATE.
        return ValueTask.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: false));
    }

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<TableDescription>> DescribeAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return SqliteCatalogue.ReadAsync(connection, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask PrepareAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return RunAsync(connection, "PRAGMA journal_mode = WAL", cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask TidyAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return RunAsync(connection, "PRAGMA wal_checkpoint(TRUNCATE)", cancellationToken);
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
            raw.SQLITE_ERROR => $"the database {_file} refused a statement: {problem.Message}",
            _ => $"the database {_file} failed with error {extended}.",
        };
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
