using System.Data.Common;
using Gdpr.Journals;
using Gdpr.Relational.Stores;
using Npgsql;

namespace Gdpr.PostgreSql.Stores;

/// <summary>A statement and its values; <c>$1</c> is the first.</summary>
internal readonly record struct StoreStatement(string Sql, params object?[] Values);

/// <summary>A connection, in a transaction or not. Used by one caller at a time, who also closes it.</summary>
internal sealed class StoreConnection(NpgsqlConnection connection, NpgsqlTransaction? transaction)
{
    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it changed.</returns>
    public async ValueTask<int> ExecuteAsync(StoreStatement statement, CancellationToken cancellationToken)
    {
        var command = Command(statement);
        await using var closing = command.ConfigureAwait(false);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The rows that a query gives.</summary>
    public async ValueTask<List<T>> QueryAsync<T>(StoreStatement query, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        var command = Command(query);
        await using var closingCommand = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closingReader = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>The rows that a query gives, up to the first that cannot be read back: those before it are not lost with it.</summary>
    public async ValueTask<StorePage<T>> QueryPageAsync<T>(StoreStatement query, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        StoreException? unreadable = null;
        var rows = await QueryAsync(query, Keep, cancellationToken).ConfigureAwait(false);
        return new StorePage<T>([.. rows.TakeWhile(row => row.IsRead).Select(row => row.Value!)], unreadable);

        // What follows an unreadable row is read off the wire and left alone.
        (bool IsRead, T? Value) Keep(DbDataReader reader)
        {
            if (unreadable is null)
            {
                try
                {
                    return (true, read(reader));
                }
                catch (StoreException exception) when (exception.Failure == StoreFailure.Corrupt)
                {
                    unreadable = exception;
                }
            }

            return (false, default);
        }
    }

    /// <summary>The first row that a query gives, or the default.</summary>
    public async ValueTask<T?> SingleAsync<T>(StoreStatement query, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync(query, read, cancellationToken).ConfigureAwait(false);
        return rows is [var first, ..] ? first : default;
    }

    /// <summary>Runs statements one after another, in one round trip.</summary>
    /// <param name="statements">The statements.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="results">Called for each row: the first for those of the first statement that gives any columns, and so on.</param>
    public async ValueTask RunAsync(IEnumerable<StoreStatement> statements, CancellationToken cancellationToken, params Action<DbDataReader>[] results)
    {
        var batch = new NpgsqlBatch(connection, transaction);
        await using var closingBatch = batch.ConfigureAwait(false);
        foreach (var statement in statements)
        {
            var command = new NpgsqlBatchCommand(statement.Sql);
            Bind(command.Parameters, statement.Values);
            batch.BatchCommands.Add(command);
        }

        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closingReader = reader.ConfigureAwait(false);
        foreach (var result in results)
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                result(reader);
            }

            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static void Bind(NpgsqlParameterCollection parameters, object?[] values)
    {
        foreach (var value in values)
        {
            foreach (var text in value as IEnumerable<string?> ?? [value as string])
            {
                StoreText.Check(text);
            }

            parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }
    }

    private NpgsqlCommand Command(StoreStatement statement)
    {
        var command = new NpgsqlCommand(statement.Sql, connection, transaction);
        Bind(command.Parameters, statement.Values);
        return command;
    }
}
