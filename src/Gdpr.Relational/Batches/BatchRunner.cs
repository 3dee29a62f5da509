using System.Collections.Concurrent;
using System.Data.Common;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Batches;

/// <summary>Disposes of batches: finds due records, changes the data and writes the evidence in one transaction.</summary>
internal abstract class BatchRunner(string source, SqlDatabase database)
{
    private readonly EvidenceTable _evidence = new(database.Dialect);
    private readonly FactTables _facts = new(database.Dialect);
    private readonly ConcurrentDictionary<string, (string Plan, string Last)> _last = new(StringComparer.Ordinal);

    /// <summary>How the batches of a database keep out of each other's way.</summary>
    public static BatchRunner Of(string source, SqlDatabase database) =>
        database.Dialect.LocksRows ? new LockedRows(source, database) : new LockedDatabase(source, database);

    /// <summary>Disposes of one batch.</summary>
    /// <returns>What was done. No rows, where nothing is due any more.</returns>
    public abstract ValueTask<BatchEvidence> DisposeAsync(DbConnection connection, MappedDataSet dataSet, DisposalBatch batch, CancellationToken cancellationToken);

    protected async ValueTask GuardAsync(DbConnection connection, DbTransaction transaction, DisposalBatch batch, CancellationToken cancellationToken)
    {
        var position = await _facts.ReadPositionAsync(connection, transaction, source, cancellationToken).ConfigureAwait(false);
        if (position < batch.FactsPosition)
        {
            throw new FactsBehindException(source, batch.FactsPosition, position);
        }

        if (await _evidence.HasEndedAsync(connection, transaction, batch.Plan, cancellationToken).ConfigureAwait(false))
        {
            throw SourceUnavailableException.PlanEnded(source, batch.Plan);
        }

        if (await _evidence.HasAsync(connection, transaction, batch, cancellationToken).ConfigureAwait(false))
        {
            throw new SourceUnavailableException(source, $"there is evidence of batch {batch.Number} of plan {batch.Plan} already.");
        }
    }

    protected async ValueTask<DueSelection> SelectionAsync(
        DbConnection connection, DbTransaction transaction, MappedDataSet dataSet, DisposalBatch batch, CancellationToken cancellationToken) => new(
        source, database.Dialect, dataSet, batch.Evaluator, await _facts.BesideAsync(connection, transaction, batch.DataSet, cancellationToken).ConfigureAwait(false));

    /// <summary>Where the plan's batch before ended in the order of the selection.</summary>
    protected string? After(DisposalBatch batch) => _last.TryGetValue(batch.DataSet, out var last) && last.Plan == batch.Plan ? last.Last : null;

    /// <summary>Changes the records, writes their evidence, and commits both.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="dataSet">The data set.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="due">The records.</param>
    /// <param name="found">The records as they were found first: where the next batch goes on.</param>
    /// <param name="cancellationToken">Cancels.</param>
    protected async ValueTask<BatchEvidence> CommitAsync(
        DbConnection connection,
        DbTransaction transaction,
        MappedDataSet dataSet,
        DisposalBatch batch,
        DueRecords due,
        DueRecords found,
        CancellationToken cancellationToken)
    {
        // What is to be hashed is hashed while the database works.
        var naming = Task.Run(() => EvidenceTable.RowsOf(batch, due), CancellationToken.None);
        var changer = new RecordChanger(source, database.Dialect, dataSet);
        var whole = due.Whole;
        if (whole.Keys.Count > 0)
        {
            await changer.DeleteAsync(connection, transaction, whole, cancellationToken).ConfigureAwait(false);
            await _facts.ForgetAsync(connection, transaction, dataSet, whole.Keys, cancellationToken).ConfigureAwait(false);
        }

        foreach (var kind in due.Kinds.Where(kind => kind.Action != DisposalKind.Erased))
        {
            await changer.ChangeAsync(connection, transaction, kind, cancellationToken).ConfigureAwait(false);
        }

        var rows = await naming.ConfigureAwait(false);
        var evidence = new BatchEvidence(batch.Plan, batch.DataSet, batch.Number, rows) { NativeKeys = [.. due.Kinds.SelectMany(kind => kind.Keys)] };
        var rooting = Task.Run(() => evidence.Root, CancellationToken.None);
        await _evidence.WriteAsync(connection, transaction, batch, due, rows, cancellationToken).ConfigureAwait(false);
        if (dataSet.Table.HasTriggers)
        {
            await changer.ExpectDisposedAsync(connection, transaction, evidence, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        Remember(batch, found);
        await rooting.ConfigureAwait(false);
        return evidence;
    }

    private void Remember(DisposalBatch batch, DueRecords found)
    {
        if (found.Count + found.Changed == batch.Limit && found.Last is { } last)
        {
            _last[batch.DataSet] = (batch.Plan, last);
        }
        else
        {
            _last.TryRemove(batch.DataSet, out _);
        }
    }
}
