using System.Data.Common;
using Gdpr.Relational.Mapping;
using Gdpr.Sources;

namespace Gdpr.Relational.Batches;

/// <summary>Batches in a database that one writer has whole: due records are found while others may write, then changed, if nobody has written meanwhile; or else
/// those found are judged once more, alone.</summary>
internal sealed class LockedDatabase(string source, SqlDatabase database) : BatchRunner(source, database)
{
    private readonly string _source = source;
    private readonly SqlDatabase _database = database;

    // The plan whose records are no longer looked for ahead: somebody wrote into the database in the meantime, so that it was in vain.
    private volatile string? _inVain;

    public override async ValueTask<BatchEvidence> DisposeAsync(
        DbConnection connection, MappedDataSet dataSet, DisposalBatch batch, CancellationToken cancellationToken)
    {
        var nothing = new BatchEvidence(batch.Plan, batch.DataSet, batch.Number, []);
        var looksAhead = _database.LetsOthersWrite && _inVain != batch.Plan;
        if (!looksAhead && !await batch.MayChange.ConfigureAwait(false))
        {
            return nothing;
        }

        while (true)
        {
            DueRecords due;
            var reading = await _database.BeginReadAsync(connection, cancellationToken).ConfigureAwait(false);
            await using (reading.ConfigureAwait(false))
            {
                await GuardAsync(connection, reading, batch, cancellationToken).ConfigureAwait(false);
                due = await SelectAsync(connection, reading, dataSet, batch, cancellationToken).ConfigureAwait(false);
                if (!await batch.MayChange.ConfigureAwait(false) || due.Count == 0)
                {
                    return nothing;
                }

                if (await _database.TryWriteAsync(reading, cancellationToken).ConfigureAwait(false))
                {
                    return await CommitAsync(connection, reading, dataSet, batch, due, due, cancellationToken).ConfigureAwait(false);
                }

                _inVain = looksAhead ? batch.Plan : _inVain;
            }

            var alone = await _database.BeginWriteAsync(connection, cancellationToken).ConfigureAwait(false);
            await using (alone.ConfigureAwait(false))
            {
                await GuardAsync(connection, alone, batch, cancellationToken).ConfigureAwait(false);
                var selection = await SelectionAsync(connection, alone, dataSet, batch, cancellationToken).ConfigureAwait(false);
                var still = await selection.SelectAmongAsync(connection, alone, [.. due.Kinds.SelectMany(kind => kind.Keys)], cancellationToken).ConfigureAwait(false);
                if (still.Count > 0)
                {
                    return await CommitAsync(connection, alone, dataSet, batch, still, due, cancellationToken).ConfigureAwait(false);
                }
            }

            // None of those found is due any more, because somebody else has got further; of others that is not known.
        }
    }

    private async ValueTask<BatchEvidence> CommitAsync(
        DbConnection connection,
        DbTransaction transaction,
        MappedDataSet dataSet,
        DisposalBatch batch,
        DueRecords due,
        DueRecords found,
        CancellationToken cancellationToken)
    {
        var evidence = await CommitAsync(connection, transaction, dataSet, batch, due, cancellationToken).ConfigureAwait(false);
        Remember(batch, isApart: false, found.Last);
        return evidence;
    }

    private async ValueTask<DueSelection> SelectionAsync(
        DbConnection connection, DbTransaction transaction, MappedDataSet dataSet, DisposalBatch batch, CancellationToken cancellationToken) => new(
        _source, _database.Dialect, dataSet, batch.Evaluator, await BesideAsync(connection, transaction, dataSet, cancellationToken).ConfigureAwait(false),
        subjects: batch.Subjects);

    /// <summary>Selects due records from where the plan's batch before ended. Where none are left there, and facts or disposing of some may have made others due, once
    /// more from the start; what anybody else has made due meanwhile is found by whoever surveys afterwards.</summary>
    private async ValueTask<DueRecords> SelectAsync(
        DbConnection connection, DbTransaction transaction, MappedDataSet dataSet, DisposalBatch batch, CancellationToken cancellationToken)
    {
        var selection = await SelectionAsync(connection, transaction, dataSet, batch, cancellationToken).ConfigureAwait(false);
        var after = selection.IsOrdered ? After(batch, isApart: false) : null;
        var due = await selection.SelectAsync(connection, transaction, batch.Limit, after, cancellationToken).ConfigureAwait(false);
        var isSettled = batch.Subjects is null && AreFactsAsAtFirst(batch) && dataSet.Triggers.All(trigger => trigger is null or { IsOwnColumn: true });
        return due.Count > 0 || after is null || isSettled
            ? due
            : await selection.SelectAsync(connection, transaction, batch.Limit, null, cancellationToken).ConfigureAwait(false);
    }
}
