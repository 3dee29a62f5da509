using Gdpr.Journals;
using Gdpr.Relational.Stores;
using Microsoft.Data.Sqlite;

namespace Gdpr.Sqlite.Stores;

/// <summary>A connection with the statements that have been prepared on it. Used by one caller at a time.</summary>
internal sealed class StoreConnection : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private readonly SqliteTransaction? _transaction;
    private readonly bool _owned;

    /// <summary>Takes over a connection of the store's own.</summary>
    public StoreConnection(SqliteConnection connection)
    {
        Connection = connection;
        _owned = true;
    }

    /// <summary>Borrows the connection of a host's transaction: to be disposed of before the host goes on.</summary>
    public StoreConnection(SqliteConnection connection, SqliteTransaction transaction)
    {
        Connection = connection;
        _transaction = transaction;
    }

    public SqliteConnection Connection { get; }

    /// <summary>Whether a transaction is open. SQLite ends one by itself after some errors, such as a full disk.</summary>
    public bool IsInTransaction => SQLitePCL.raw.sqlite3_get_autocommit(Connection.Handle) == 0;

    /// <summary>Runs a statement.</summary>
    /// <param name="sql">The statement; <c>$1</c> is the first value.</param>
    /// <param name="values">The values.</param>
    /// <returns>How many rows it changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    /// <summary>The first value of the first row; <see langword="null"/> where there is none.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteScalar() is { } value and not DBNull ? value : null;

    /// <summary>The rows that a query gives.</summary>
    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>The rows that a query gives, up to the first that cannot be read back: those before it are not lost with it.</summary>
    public StorePage<T> QueryPage<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        var rows = new List<T>();
        try
        {
            while (reader.Read())
            {
                rows.Add(read(reader));
            }
        }
        catch (StoreException unreadable) when (unreadable.Failure == StoreFailure.Corrupt)
        {
            return new StorePage<T>(rows, unreadable);
        }

        return new StorePage<T>(rows, null);
    }

    /// <summary>Whatever is read from the rows that a query gives.</summary>
    public T Read<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        return read(reader);
    }

    /// <summary>The only row that a query gives, or the default.</summary>
    public T? Single<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        return reader.Read() ? read(reader) : default;
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        _commands.Clear();
        if (_owned)
        {
            Connection.Dispose();
        }
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = Connection.CreateCommand();
            command.CommandText = sql;
            command.Transaction = _transaction;
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i + 1}" });
            }

            _commands.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }
}
