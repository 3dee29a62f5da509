using System.Data.Common;
using System.Runtime.CompilerServices;
using Gdpr.Relational.Batches;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Sources;

namespace Gdpr.Relational;

/// <content>How many people the records are about, and who.</content>
public sealed partial class SqlSource : ICountingSource
{
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The source has not been prepared.</exception>
    public async ValueTask<DataSetCount> CountAsync(string dataSet, IReadOnlyCollection<string>? records, CancellationToken cancellationToken)
    {
        var mapped = _mapping.Known(dataSet);
        var (rows, ids) = RowsOf(mapped, records);
        var people = ids.Count > 0 ? $"SELECT {string.Join($" AS p FROM {rows} UNION SELECT ", ids)} AS p FROM {rows}" : null;
        var nobody = ids.Count > 0 ? Condition.And(ids.Select(id => $"{id} IS NULL")) : Condition.True;
        var text = $"SELECT (SELECT count(*) FROM {rows}), (SELECT count(*) FROM {rows} AND {nobody})"
            + (people is null ? "" : $", (SELECT count(p) FROM ({people}) AS people)");
        await foreach (var reader in ReadRowsAsync(text, records, cancellationToken).ConfigureAwait(false))
        {
            return new DataSetCount(reader.GetInt64(0), people is null ? null : reader.GetInt64(2), reader.GetInt64(1));
        }

        throw new SourceUnavailableException(Name, "the database counted nothing.");
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The source has not been prepared.</exception>
    public async IAsyncEnumerable<string> ReadPeopleAsync(
        string dataSet, IReadOnlyCollection<string>? records, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var mapped = _mapping.Known(dataSet);
        var (rows, ids) = RowsOf(mapped, records);
        if (ids.Count == 0)
        {
            yield break;
        }

        var text = $"SELECT p FROM (SELECT {string.Join($" AS p FROM {rows} UNION SELECT ", ids)} AS p FROM {rows}) AS people WHERE p IS NOT NULL";
        await foreach (var reader in ReadRowsAsync(text, records, cancellationToken).ConfigureAwait(false))
        {
            yield return reader.GetString(0);
        }
    }

    /// <summary>The data set's rows, or some of them, and the ids of the people in each as text.</summary>
    private (string Rows, IReadOnlyList<string> Ids) RowsOf(MappedDataSet mapped, IReadOnlyCollection<string>? records)
    {
        var query = new RecordQuery(_database.Dialect, mapped);
        var dialect = _database.Dialect;
        var named = records is null ? Condition.True : $"{query.KeyText("r")} IN ({dialect.KeySet(dialect.Parameter("records"), [Tables.ColumnAffinity.Text])})";
        var rows = Condition.And(query.IsRecord("r"), named);
        return ($"{query.Table} r WHERE {rows}", [.. PersonCondition.PathsOf(mapped).Select(path => $"({query.SubjectText(path)})")]);
    }

    private async IAsyncEnumerable<DbDataReader> ReadRowsAsync(
        string text, IReadOnlyCollection<string>? records, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var connection = await CauseAsync(() => _database.OpenAsync(cancellationToken)).ConfigureAwait(false);
        try
        {
            var command = new SqlStatement(text, new SqlValues(_database.Dialect)).On(connection, null);
            if (records is not null)
            {
                command.Add(_database.Dialect, "records", KeyJson.Of(records, isComposite: false));
            }

            await using (command.ConfigureAwait(false))
            {
                var reader = await CauseAsync(() => new ValueTask<DbDataReader>(command.ExecuteReaderAsync(cancellationToken))).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    while (await CauseAsync(() => new ValueTask<bool>(reader.ReadAsync(cancellationToken))).ConfigureAwait(false))
                    {
                        yield return reader;
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
