using System.Data.Common;
using System.Runtime.CompilerServices;
using Gdpr.Relational.Batches;
using Gdpr.Relational.Exports;
using Gdpr.Relational.Queries;
using Gdpr.Sources;

namespace Gdpr.Relational;

/// <content>How many records there are, whom they are about, and which had been disposed of before.</content>
public sealed partial class SqlSource
{
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The source has not been prepared.</exception>
    public async ValueTask<DataSetCount> CountAsync(string dataSet, IReadOnlyCollection<string>? records, CancellationToken cancellationToken)
    {
        var people = new PeopleOfRecords(_database.Dialect, _mapping.Known(dataSet));
        var connection = await CauseAsync(() => _database.OpenAsync(cancellationToken)).ConfigureAwait(false);
        try
        {
            var command = people.Count(connection, records);
            await using (command.ConfigureAwait(false))
            {
                var reader = await CauseAsync(() => new ValueTask<DbDataReader>(command.ExecuteReaderAsync(cancellationToken))).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    await CauseAsync(() => new ValueTask<bool>(reader.ReadAsync(cancellationToken))).ConfigureAwait(false);
                    return new DataSetCount(reader.GetInt64(0), people.AreKnown ? reader.GetInt64(1) : null, reader.GetInt64(2));
                }
            }
        }
        finally
        {
            await _database.CloseAsync(connection, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The source has not been prepared.</exception>
    public IAsyncEnumerable<string> ReadPeopleAsync(string dataSet, IReadOnlyCollection<string>? records, CancellationToken cancellationToken)
    {
        var people = new PeopleOfRecords(_database.Dialect, _mapping.Known(dataSet));
        return people.AreKnown ? ReadTextsAsync(connection => people.People(connection, records), cancellationToken) : AsyncEnumerable.Empty<string>();
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> FindReturnedAsync(string dataSet, Func<string, bool> isSought, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(isSought);
        var keys = new RecordQuery(_database.Dialect, _mapping.Known(dataSet)).Keys;
        return ReadTextsAsync(connection => connection.Command(null, keys), cancellationToken).Where(isSought);
    }

    private async IAsyncEnumerable<string> ReadTextsAsync(Func<DbConnection, DbCommand> query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var connection = await CauseAsync(() => _database.OpenAsync(cancellationToken)).ConfigureAwait(false);
        try
        {
            var command = query(connection);
            await using (command.ConfigureAwait(false))
            {
                var reader = await CauseAsync(() => new ValueTask<DbDataReader>(command.ExecuteReaderAsync(cancellationToken))).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    while (await CauseAsync(() => new ValueTask<bool>(reader.ReadAsync(cancellationToken))).ConfigureAwait(false))
                    {
                        yield return reader.GetString(0);
                        cancellationToken.ThrowIfCancellationRequested();
                    }
                }
            }
        }
        finally
        {
            await _database.CloseAsync(connection, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
