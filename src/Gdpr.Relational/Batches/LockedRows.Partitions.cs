using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using Gdpr.Relational.Mapping;
using Gdpr.Sources;

namespace Gdpr.Relational.Batches;

/// <content>Whole partitions.</content>
internal sealed partial class LockedRows
{
    private readonly ConcurrentDictionary<string, (string Plan, ConcurrentQueue<string> Partitions)> _partitions = new(StringComparer.Ordinal);

    /// <summary>Disposes of a partition all of whose rows are due, each tried once in a plan. Whatever stands in the way leaves its rows to the other ways.</summary>
    private async ValueTask<BatchEvidence?> DropAsync(DbConnection connection, MappedDataSet dataSet, DisposalBatch batch, CancellationToken cancellationToken)
    {
        if (DuePartitions.Of(_source, _database.Dialect, dataSet, batch.Evaluator, detail) is not { } way)
        {
            return null;
        }

        var partition = "";
        while (partition is not null)
        {
            try
            {
                if (!_partitions.TryGetValue(batch.DataSet, out var left) || left.Plan != batch.Plan)
                {
                    _partitions[batch.DataSet] = left = (batch.Plan, []);
                    left.Partitions = new ConcurrentQueue<string>(await FindAsync(connection, way, cancellationToken).ConfigureAwait(false));
                    _partitions[batch.DataSet] = left;
                }

                if (left.Partitions.TryDequeue(out partition)
                    && await IsPromisingAsync(connection, way, dataSet, partition, cancellationToken).ConfigureAwait(false)
                    && await DropAsync(connection, way, dataSet, batch, partition, cancellationToken).ConfigureAwait(false) is { } evidence)
                {
                    return evidence;
                }
            }
            catch (DbException) when (connection.State == ConnectionState.Open)
            {
                // Nothing has been done, and the transaction is gone.
            }
        }

        return null;
    }

    private async ValueTask<IReadOnlyList<string>> FindAsync(DbConnection connection, DuePartitions way, CancellationToken cancellationToken)
    {
        var transaction = await _database.BeginReadAsync(connection, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            return await way.FindAsync(connection, transaction, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> IsPromisingAsync(
        DbConnection connection, DuePartitions way, MappedDataSet dataSet, string partition, CancellationToken cancellationToken)
    {
        var transaction = await _database.BeginReadAsync(connection, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            var beside = await BesideAsync(connection, transaction, dataSet, cancellationToken).ConfigureAwait(false);
            return IsApart(dataSet, beside) && await way.IsPromisingAsync(connection, transaction, partition, beside.Scopes, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<BatchEvidence?> DropAsync(
        DbConnection connection, DuePartitions way, MappedDataSet dataSet, DisposalBatch batch, string partition, CancellationToken cancellationToken)
    {
        var transaction = await _database.BeginWriteAsync(connection, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await _database.TakeTurnAloneAsync(transaction, _source, cancellationToken).ConfigureAwait(false);
            await GuardAsync(connection, transaction, batch, cancellationToken).ConfigureAwait(false);
            var beside = await BesideAsync(connection, transaction, dataSet, cancellationToken).ConfigureAwait(false);
            if (!IsApart(dataSet, beside)
                || await way.DropAsync(connection, transaction, batch, partition, beside.Scopes, cancellationToken).ConfigureAwait(false) is not { } rows)
            {
                return null;
            }

            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return new BatchEvidence(batch.Plan, batch.DataSet, batch.Number, rows);
        }
    }
}
