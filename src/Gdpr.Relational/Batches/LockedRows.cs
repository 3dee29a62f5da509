using System.Data.Common;
using Gdpr.Relational.Mapping;
using Gdpr.Sources;

namespace Gdpr.Relational.Batches;

/// <summary>Batches in a database that locks rows: several workers dispose of one data set's records at once, each of those that no other has.</summary>
/// <remarks>A batch shares its turn with other batches and with no change of facts: what stands beside the data when it begins stands there until it ends.</remarks>
internal sealed class LockedRows(string source, SqlDatabase database) : BatchRunner(source, database)
{
    private readonly string _source = source;
    private readonly SqlDatabase _database = database;

    public override async ValueTask<BatchEvidence> DisposeAsync(
        DbConnection connection, MappedDataSet dataSet, DisposalBatch batch, CancellationToken cancellationToken)
    {
        while (true)
        {
            var transaction = await _database.BeginWriteAsync(connection, cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await _database.TakeTurnAsync(transaction, _source, isAlone: false, cancellationToken).ConfigureAwait(false);
                await GuardAsync(connection, transaction, batch, cancellationToken).ConfigureAwait(false);
                var due = await SelectAsync(connection, transaction, dataSet, batch, cancellationToken).ConfigureAwait(false);
                if (due.Count > 0)
                {
                    return await CommitAsync(connection, transaction, dataSet, batch, due, due, cancellationToken).ConfigureAwait(false);
                }

                if (due.Changed == 0)
                {
                    return new BatchEvidence(batch.Plan, batch.DataSet, batch.Number, []);
                }
            }

            // All that were found have been changed before they were locked: as they are now they are found again.
        }
    }

    /// <summary>Selects due records that nobody else has from where the plan's batch before ended; where none are left there, from the start; and where none
    /// are left there either, those that somebody else has, once they are free: a batch without records says that nothing is due.</summary>
    private async ValueTask<DueRecords> SelectAsync(
        DbConnection connection, DbTransaction transaction, MappedDataSet dataSet, DisposalBatch batch, CancellationToken cancellationToken)
    {
        var selection = await SelectionAsync(connection, transaction, dataSet, batch, cancellationToken).ConfigureAwait(false);
        var after = selection.GoesOn ? After(batch) : null;
        (string? After, bool Waits)[] ways = after is null ? [(null, false), (null, true)] : [(after, false), (null, false), (null, true)];
        var due = default(DueRecords);
        foreach (var way in ways)
        {
            due = await selection.SelectLockedAsync(connection, transaction, batch.Limit, way.After, way.Waits, cancellationToken).ConfigureAwait(false);
            if (due.Count + due.Changed > 0)
            {
                return due;
            }
        }

        return due!;
    }
}
