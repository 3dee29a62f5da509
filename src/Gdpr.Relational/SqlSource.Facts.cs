using Gdpr.Journals;
using Gdpr.Relational.Batches;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Sources;

namespace Gdpr.Relational;

/// <content>What stands beside the data: the facts that forbid, end or carry, and the position in the journal that they reflect.</content>
public sealed partial class SqlSource
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ChangeFactsAsync(IReadOnlyList<FactChange> changes, JournalPosition position, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        return GuardedAsync(async connection =>
        {
            var mapped = changes.Select(change => WithDataSet(change, _mapping.Known(change.DataSet))).ToArray();
            var transaction = await _database.BeginWriteAsync(connection, cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await _database.TakeTurnAsync(transaction, Name, isAlone: true, cancellationToken).ConfigureAwait(false);
                var stated = await _facts.ReadPositionAsync(connection, transaction, Name, cancellationToken).ConfigureAwait(false);
                SourceUnavailableException.ThrowIfOlder(Name, position, stated);
                var gone = new List<string>();
                foreach (var (change, dataSet) in mapped.Where(one => one.Change.Required.Count > 0))
                {
                    gone.AddRange(await new RecordChanger(Name, _database.Dialect, dataSet)
                        .MissingAsync(connection, transaction, change.Required, cancellationToken).ConfigureAwait(false));
                }

                if (gone.Count > 0)
                {
                    return (IReadOnlyList<string>)gone;
                }

                if (position == JournalPosition.None)
                {
                    await _facts.StartAnewAsync(connection, transaction, DataSets, cancellationToken).ConfigureAwait(false);
                }

                var sums = new FactSums(_database.Dialect);
                await _facts.TakeStraysAsync(connection, transaction, changes, DataSets, sums, cancellationToken).ConfigureAwait(false);
                foreach (var (change, dataSet) in mapped)
                {
                    await _facts.ChangeAsync(connection, transaction, change, dataSet, sums, cancellationToken).ConfigureAwait(false);
                }

                if (position != JournalPosition.None && await sums.GoOnAsync(connection, transaction, Name, DataSets, cancellationToken).ConfigureAwait(false))
                {
                    await sums.WriteAsync(connection, transaction, Name, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    await sums.StartAnewAsync(connection, transaction, Name, DataSets, cancellationToken).ConfigureAwait(false);
                }

                await _facts.WritePositionAsync(connection, transaction, Name, position, cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                return gone;
            }
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<JournalPosition> ReadFactsPositionAsync(CancellationToken cancellationToken) =>
        await ReadPositionAsync(mustBeThere: true, cancellationToken).ConfigureAwait(false) ?? JournalPosition.None;

    /// <inheritdoc/>
    public ValueTask<JournalPosition?> ReadStatedPositionAsync(CancellationToken cancellationToken) => ReadPositionAsync(mustBeThere: false, cancellationToken);

    private ValueTask<JournalPosition?> ReadPositionAsync(bool mustBeThere, CancellationToken cancellationToken) =>
        GuardedAsync(
            async connection =>
            {
                var transaction = await _database.BeginReadAsync(connection, cancellationToken).ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    var stated = await _facts.ReadPositionAsync(connection, transaction, Name, cancellationToken).ConfigureAwait(false);
                    return !mustBeThere || stated is not { Position: > 0 }
                        || await new FactSums(_database.Dialect).AreThereAsync(connection, transaction, Name, cancellationToken).ConfigureAwait(false)
                        ? stated : JournalPosition.None;
                }
            },
            cancellationToken);

    /// <summary>Where no column says whose a row is, what is about people is unknown of each.</summary>
    private static (FactChange Change, MappedDataSet DataSet) WithDataSet(FactChange change, MappedDataSet dataSet) =>
        (dataSet is { Subject: null, Parties.IsDeclared: false } ? change.OfUnknownPeople() : change, dataSet);
}
