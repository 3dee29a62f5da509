using System.Buffers.Binary;
using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gdpr.Relational;
using Gdpr.Relational.Batches;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Gdpr.Sources;
using Npgsql;

namespace Gdpr.PostgreSql.Sources;

/// <summary>A PostgreSQL database with tables of the host's, as a source works in it.</summary>
/// <remarks>
/// <para>Several workers dispose of one table's records at once. Each batch locks the rows that it takes and leaves out those that another has; a hold waits for the
/// batches that are under way, and batches for it.</para>
/// <para>Deleted rows stay in the table's file until the server has vacuumed it, and in the write-ahead log until that is recycled: see to both where it matters.</para>
/// </remarks>
public sealed class PostgreSqlDatabase : SqlDatabase
{
    private const string BatchPatience = "20s";
    private const string FactsPatience = "60s";
    private const string TablePatience = "2s";

    private readonly Func<CancellationToken, ValueTask<NpgsqlConnection>>? _open;
    private readonly SqlConnections? _connections;
    private readonly string _schema;

    // Where tables are looked for, as it was when they were first described: connections may come to look elsewhere, at tables of the same names.
    private volatile string? _path;

    /// <summary>Names a database.</summary>
    /// <param name="connectionString">The connection string of Npgsql.</param>
    /// <param name="schema">The schema of the library's own tables beside the data; created if it is missing and the role may.</param>
    /// <exception cref="ArgumentException">It is no connection string.</exception>
    public PostgreSqlDatabase(string connectionString, string schema = PostgreSqlSourceSchema.DefaultSchema)
        : this(schema)
    {
        // What is wrong with it shows here, and not at the first sweep.
        var settings = new NpgsqlConnectionStringBuilder(connectionString).ConnectionString;
        _open = async cancellationToken =>
        {
            var connection = new NpgsqlConnection(settings);
            try
            {
                await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                return connection;
            }
            catch
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        };
    }

    /// <summary>Names a database that the host has connections to.</summary>
    /// <param name="dataSource">Where connections come from; the host disposes of it.</param>
    /// <param name="schema">The schema of the library's own tables beside the data; created if it is missing and the role may.</param>
    public PostgreSqlDatabase(NpgsqlDataSource dataSource, string schema = PostgreSqlSourceSchema.DefaultSchema)
        : this(schema)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        _open = dataSource.OpenConnectionAsync;
    }

    internal PostgreSqlDatabase(SqlConnections connections, string schema = PostgreSqlSourceSchema.DefaultSchema)
        : this(schema) => _connections = connections;

    private PostgreSqlDatabase(string schema)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(schema);
        _schema = schema;
        Dialect = new PostgreSqlDialect(schema);
    }

    /// <inheritdoc/>
    public override SqlDialect Dialect { get; }

    /// <summary>Whether triggers refuse every client, whatever its tools, to delete or change rows under a hold, a restriction or an open request: see
    /// <see cref="PostgreSqlBlockTrigger"/>. They are created when a source is prepared, by a role that owns the tables.</summary>
    public bool GuardsTables { get; init; }

    /// <inheritdoc/>
    public override async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken) => _connections is null
        ? await _open!(cancellationToken).ConfigureAwait(false)
        : await _connections.OpenAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override ValueTask CloseAsync(DbConnection connection, CancellationToken cancellationToken) =>
        _connections?.CloseAsync(connection, cancellationToken) ?? base.CloseAsync(connection, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken) =>
        _connections?.RunAsync(work, cancellationToken) ?? base.RunAsync(work, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Each statement sees what was committed before it. What keeps others from writing is <see cref="TakeTurnAsync"/>, and the locks on rows.</remarks>
    public override ValueTask<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        try
        {
            await RunAsync(connection, transaction, Sight, cancellationToken).ConfigureAwait(false);
            return transaction;
        }
        catch
        {
            await transaction.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public override ValueTask<bool> TryWriteAsync(DbTransaction transaction, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <inheritdoc/>
    public override ValueTask TakeTurnAsync(DbTransaction transaction, string source, bool isAlone, CancellationToken cancellationToken) =>
        TakeAsync(transaction, source, isAlone, isAlone ? FactsPatience : BatchPatience, cancellationToken);

    /// <inheritdoc/>
    internal override ValueTask TakeTurnAloneAsync(DbTransaction transaction, string source, CancellationToken cancellationToken) =>
        TakeAsync(transaction, source, isAlone: true, TablePatience, cancellationToken);

    private ValueTask TakeAsync(DbTransaction transaction, string source, bool isAlone, string patience, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(source);
        var own = GuardsTables ? $"{PostgreSqlBlockTrigger.OwnTransaction}; " : "";
        var turn = isAlone ? "pg_advisory_xact_lock" : "pg_advisory_xact_lock_shared";
        return RunAsync(
            transaction.Connection!,
            transaction,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Sight}; SET LOCAL lock_timeout = '{patience}'; {own}SELECT {turn}({LockOf(source)})"),
            cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask KeepFactsAsync(DbTransaction transaction, string source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(source);
        return RunAsync(
            transaction.Connection!, transaction, string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock_shared({LockOf(source)})"), cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>The lock is that of the batch's own statements, taken sooner: whoever creates a trigger or a rule waits for it.</remarks>
    internal override async ValueTask<bool> HasComeToActAsync(DbTransaction transaction, MappedDataSet dataSet, CancellationToken cancellationToken)
    {
        string[] tables = [.. dataSet.Changed.Select(table => Dialect.Table(table.Name)).Distinct(StringComparer.Ordinal)];
        var command = transaction.Connection!.Command(
            transaction, $"LOCK TABLE {string.Join(", ", tables)} IN ROW EXCLUSIVE MODE; {PostgreSqlCatalogue.ActsOn(Dialect.Parameter("tables"))}").Add(Dialect, "tables", tables);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
        }
    }

    /// <inheritdoc/>
    internal override ValueTask<ChangeWatch?> WatchAsync(
        DbTransaction transaction, MappedDataSet dataSet, IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => dataSet.HasTriggers
        ? PostgreSqlChangeWatch.BeginAsync(Dialect, transaction, dataSet, keys, cancellationToken)
        : base.WatchAsync(transaction, dataSet, keys, cancellationToken);

    /// <inheritdoc/>
    internal override async ValueTask GuardTablesAsync(DbConnection connection, IReadOnlyCollection<MappedDataSet> dataSets, CancellationToken cancellationToken)
    {
        if (!GuardsTables)
        {
            return;
        }

        // Mapped tables have been described, and with them the path is known.
        foreach (var trigger in dataSets.Select(dataSet => PostgreSqlBlockTrigger.Of(Dialect, dataSet, _schema, _path!)))
        {
            var command = connection.CreateCommand();
            await using (command.ConfigureAwait(false))
            {
                // Creating one again would lock the table again.
                command.CommandText = trigger.IsThere;
                if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
                {
                    await RunAsync(connection, null, trigger.Text, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<TableDescription>> DescribeAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            if (_path is null)
            {
                Interlocked.CompareExchange(ref _path, await PathOfAsync(connection, transaction, cancellationToken).ConfigureAwait(false), null);
            }

            // Compiling what the catalogue is asked takes longer than the answer.
            await RunAsync(connection, transaction, $"SET LOCAL jit = off; SET LOCAL search_path = {_path}", cancellationToken).ConfigureAwait(false);
            return await PostgreSqlCatalogue.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    /// <remarks>In the server's own words: names and addresses differ by the way that leads there.</remarks>
    public override async ValueTask<string?> IdentityOfAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = "SELECT has_function_privilege('pg_control_system()', 'EXECUTE')";
            command.CommandText = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true
                ? "SELECT format('database %s of server %s', current_database(), system_identifier) FROM pg_control_system()"
                : "SELECT format('database %s of the server started at %s', current_database(), extract(epoch FROM pg_postmaster_start_time()))";
            return (string?)await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<string?> CheckAsync(DbConnection connection, string query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = query;
            try
            {
                await command.PrepareAsync(cancellationToken).ConfigureAwait(false);
                await ((NpgsqlCommand)command).UnprepareAsync(cancellationToken).ConfigureAwait(false);
                return null;
            }
            catch (PostgresException refused)
            {
                return refused.MessageText;
            }
        }
    }

    /// <inheritdoc/>
    internal override ValueTask<IReadOnlyList<string>> FindUnsteadyAsync(
        DbConnection connection, IReadOnlyCollection<string> called, IReadOnlyCollection<string> members, CancellationToken cancellationToken) =>
        PostgreSqlFunctions.FindUnsteadyAsync(connection, called, members, cancellationToken);

    /// <inheritdoc/>
    public override async ValueTask<ColumnKind> TypeOfAsync(DbConnection connection, string query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = query;
            var reader = await command.ExecuteReaderAsync(CommandBehavior.SchemaOnly, cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var type = reader.GetDataTypeName(0);
                return new ColumnKind(PostgreSqlTypes.AffinityOf(type), type);
            }
        }
    }

    /// <inheritdoc/>
    internal override async ValueTask<int> ReadSideTablesVersionAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var function = PostgreSqlSourceSchema.VersionOf(_schema);
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = $"SELECT to_regprocedure('{function.Replace("'", "''", StringComparison.Ordinal)}') IS NOT NULL";
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
            {
                return 0;
            }

            command.CommandText = $"SELECT {function}";
            return (int)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask PrepareAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (await ReadSideTablesVersionAsync(connection, cancellationToken).ConfigureAwait(false) >= PostgreSqlSourceSchema.Version)
        {
            return;
        }

        var transaction = await BeginWriteAsync(connection, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            // One at a time: statements that create what is missing fail where another creates it at the same moment.
            await RunAsync(connection, transaction, "SELECT pg_advisory_xact_lock(7235416020116861295)", cancellationToken).ConfigureAwait(false);
            await RunAsync(connection, transaction, PostgreSqlSourceSchema.Script(_schema), cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<ErasedBytes> TidyAsync(DbConnection connection, CancellationToken cancellationToken) => new(ErasedBytes.NotSaid);

    /// <inheritdoc/>
    public override bool IsPassing(DbException problem) =>
        problem is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    /// <inheritdoc/>
    public override string CauseOf(DbException problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return PostgreSqlCauses.Of(problem);
    }

    /// <summary>What a transaction of the library's sees: tables where they were described, and all rows of them or an error. A filter for each user's rows that has been
    /// put on a table since would have what it hides taken for gone.</summary>
    /// <remarks>Statements are long and their rows few: compiling one would take longer than running it.</remarks>
    private string Sight => $"SET LOCAL row_security = off; SET LOCAL jit = off{(_path is { } path ? $"; SET LOCAL search_path = {path}" : "")}";

    // Tables of a session alone come last: looked for first, they would stand for the tables that they are named as.
    private static async ValueTask<string> PathOfAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.Transaction = transaction;
            command.CommandText = "SELECT coalesce(string_agg(quote_ident(s), ', ' ORDER BY i) || ', ', '') || 'pg_temp' "
                + "FROM unnest(current_schemas(false)) WITH ORDINALITY AS p(s, i) WHERE NOT starts_with(s, 'pg_temp_')";
            return (string)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        }
    }

    /// <summary>The key of the lock by which batches and changes of facts keep out of each other's way.</summary>
    private long LockOf(string source) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"gdpr-source/{_schema}/{source}")));

    private static async ValueTask RunAsync(DbConnection connection, DbTransaction? transaction, string text, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.Transaction = transaction;
            command.CommandText = text;
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
