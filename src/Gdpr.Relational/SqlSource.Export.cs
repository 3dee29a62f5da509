using System.Data.Common;
using System.Runtime.CompilerServices;
using Gdpr.Relational.Exports;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Sources;

namespace Gdpr.Relational;

/// <content>A person's records.</content>
public sealed partial class SqlSource
{
    /// <summary>How contents are shown that are stored otherwise; <see langword="null"/> where all are shown as they are.</summary>
    internal IExportForms? Forms { get; init; }

    /// <inheritdoc/>
    public bool Exports(string dataSet) => PersonCondition.PathsOf(_mapping.Known(dataSet)).Count > 0;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The source has not been prepared.</exception>
    public async IAsyncEnumerable<ExportedRecord> ExportAsync(
        string dataSet, IReadOnlyList<string> nativeIds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nativeIds);
        var mapped = _mapping.Known(dataSet);
        if (!Exports(dataSet))
        {
            throw new SourceMappingException(
                Name, [new MappingProblem(dataSet, "no column says whose a record is, so that no person's are found", "map the subject").ToString()]);
        }

        var records = new PersonRecords(_database.Dialect, mapped, Forms);
        var connection = await CauseAsync(() => _database.OpenAsync(cancellationToken)).ConfigureAwait(false);
        DbTransaction? transaction = null;
        try
        {
            if (records.HasParts)
            {
                transaction = await CauseAsync(() => _database.BeginReadAsync(connection, cancellationToken)).ConfigureAwait(false);
                await CauseAsync(() => records.ReadPartsAsync(transaction, nativeIds, cancellationToken)).ConfigureAwait(false);
            }

            var command = records.Command(connection, transaction, nativeIds);
            await using (command.ConfigureAwait(false))
            {
                var reader = await CauseAsync(() => new ValueTask<DbDataReader>(command.ExecuteReaderAsync(cancellationToken))).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    while (await CauseAsync(() => new ValueTask<bool>(reader.ReadAsync(cancellationToken))).ConfigureAwait(false))
                    {
                        yield return await CauseAsync(() => ValueTask.FromResult(records.Read(reader))).ConfigureAwait(false);

                        // What the driver has read ahead needs no more waiting.
                        cancellationToken.ThrowIfCancellationRequested();
                    }
                }
            }
        }
        finally
        {
            if (transaction is not null)
            {
                await transaction.DisposeAsync().ConfigureAwait(false);
            }

            await _database.CloseAsync(connection, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Does one step of a reading; what the driver says of a failure may hold values of records, and is not passed on.</summary>
    private async ValueTask<T> CauseAsync<T>(Func<ValueTask<T>> step)
    {
        try
        {
            return await step().ConfigureAwait(false);
        }
        catch (DbException problem)
        {
            throw new SourceUnavailableException(Name, _database.CauseOf(problem));
        }
        catch (UnreadableContentException problem)
        {
            throw new SourceUnavailableException(Name, problem.Message);
        }
    }
}
