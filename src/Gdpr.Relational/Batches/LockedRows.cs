using System.Collections.Concurrent;
using System.Data.Common;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Sources;

namespace Gdpr.Relational.Batches;

/// <summary>Batches in a database that locks rows: several workers dispose of one data set's records at once, each of those that no other has.</summary>
/// <remarks>
/// <para>A batch shares its turn with other batches and with no change of facts: what stands beside the data when it begins stands there until it ends.</para>
/// <para>Records of which no fact is known come first: their triggers alone decide, so that an index on those finds them, and the facts are no more than a join that
/// nothing meets. Then come all others.</para>
/// </remarks>
internal sealed partial class LockedRows(string source, SqlDatabase database, EvidenceDetail detail) : BatchRunner(source, database)
{
    private const int Attempts = 5;
    private const int Looks = 20;

    private readonly string _source = source;
    private readonly SqlDatabase _database = database;
    private readonly ConcurrentDictionary<string, (string Plan, bool IsByPlace)> _byPlace = new(StringComparer.Ordinal);

    public override async ValueTask<BatchEvidence> DisposeAsync(
        DbConnection connection, MappedDataSet dataSet, DisposalBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Subjects is null && await DropAsync(connection, dataSet, batch, cancellationToken).ConfigureAwait(false) is { } dropped)
        {
            return dropped;
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryDisposeAsync(connection, dataSet, batch, cancellationToken).ConfigureAwait(false);
            }
            catch (DbException problem) when (attempt < Attempts && _database.IsPassing(problem))
            {
                // The database has undone everything, because of what somebody else was doing.
            }
        }
    }

    /// <inheritdoc/>
    public override bool WentByPlace(string dataSet) => _byPlace.TryGetValue(dataSet, out var way) && way.IsByPlace;

    private bool WentByPlace(DisposalBatch batch) =>
        batch.Subjects is null && _byPlace.TryGetValue(batch.DataSet, out var way) && way.Plan == batch.Plan && way.IsByPlace;

    private async ValueTask<BatchEvidence> TryDisposeAsync(
        DbConnection connection, MappedDataSet dataSet, DisposalBatch batch, CancellationToken cancellationToken)
    {
        var transaction = await _database.BeginWriteAsync(connection, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await _database.TakeTurnAsync(transaction, _source, isAlone: false, cancellationToken).ConfigureAwait(false);
            await GuardAsync(connection, transaction, batch, cancellationToken).ConfigureAwait(false);
            if (!dataSet.HasTriggers && await _database.HasComeToActAsync(transaction, dataSet, cancellationToken).ConfigureAwait(false))
            {
                dataSet = dataSet with { HasComeToAct = true };
            }

            var beside = await BesideAsync(connection, transaction, dataSet, cancellationToken).ConfigureAwait(false);
            if (batch.Subjects is null && _byPlace.TryGetValue(batch.DataSet, out var way) && way.Plan != batch.Plan)
            {
                _byPlace.TryRemove(batch.DataSet, out _);
            }

            var evidence = batch.Subjects is null && IsApart(dataSet, beside)
                ? await DisposeApartAsync(connection, transaction, dataSet, batch, beside, cancellationToken).ConfigureAwait(false)
                : null;
            return evidence ?? await DisposeAsync(connection, transaction, dataSet, batch, beside, cancellationToken).ConfigureAwait(false)
                ?? new BatchEvidence(batch.Plan, batch.DataSet, batch.Number, []);
        }
    }

    /// <summary>Whether the records of which facts are known can be told from the others by their own row.</summary>
    private static bool IsApart(MappedDataSet dataSet, FactsBeside beside) =>
        !beside.Any || (dataSet.People.Count == 0
            && beside.Scopes.All(scope => scope.Scope == "record" || (scope.Scope == "subject" && dataSet.Subject is not { Through.Count: > 0 })));

    /// <summary>Disposes of records of which no fact is known.</summary>
    private async ValueTask<BatchEvidence?> DisposeApartAsync(
        DbConnection connection, DbTransaction transaction, MappedDataSet dataSet, DisposalBatch batch, FactsBeside beside, CancellationToken cancellationToken)
    {
        if (OneStatement.Of(_source, _database.Dialect, dataSet, batch.Evaluator) is not { } once)
        {
            return beside.Any
                ? await DisposeAsync(
                    connection, transaction, dataSet, batch, new FactsBeside(Any: false, Endings: false) { Linked = beside.Linked }, cancellationToken, beside.Scopes)
                    .ConfigureAwait(false)
                : null;
        }

        if (!_byPlace.TryGetValue(batch.DataSet, out var way) || way.Plan != batch.Plan)
        {
            way = (batch.Plan, await once.GoesByPlaceAsync(connection, transaction, cancellationToken).ConfigureAwait(false));
            _byPlace[batch.DataSet] = way;

            // Where a batch ended that was taken in another order is no place.
            Remember(batch, isApart: false, null);
        }

        var before = After(batch, isApart: true);
        foreach (var after in before is null ? new[] { before } : [before, null])
        {
            var result = default(OneStatementResult);
            for (var look = 0; look == 0 || result is { Found: > 0, Last: null }; look++)
            {
                RefuseEndless(look, dataSet);
                result = await once.RunAsync(connection, transaction, batch, beside.Scopes, way.IsByPlace, after, detail, cancellationToken).ConfigureAwait(false);
            }

            if (result.Found > 0)
            {
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                Remember(batch, isApart: true, result.Found == batch.Limit ? result.Last : null);
                return new BatchEvidence(batch.Plan, batch.DataSet, batch.Number, result.Rows) { NativeKeys = result.Keys };
            }
        }

        return null;
    }

    /// <summary>Selects due records that nobody else has from where the plan's batch before ended; where none are left there, from the start; and where none
    /// are left there either, those that somebody else has, once they are free: a batch without records says that nothing is due.</summary>
    private async ValueTask<BatchEvidence?> DisposeAsync(
        DbConnection connection, DbTransaction transaction, MappedDataSet dataSet, DisposalBatch batch, FactsBeside beside, CancellationToken cancellationToken,
        IReadOnlyList<FactScope>? without = null)
    {
        var isApart = without is not null;
        var selection = new DueSelection(_source, _database.Dialect, dataSet, batch.Evaluator, beside, without, batch.Subjects) { GoesByPlace = WentByPlace(batch) };
        var after = selection.GoesOn ? After(batch, isApart) : null;
        foreach (var way in Ways(after, isApart))
        {
            for (var look = 0; ; look++)
            {
                RefuseEndless(look, dataSet);
                var due = await selection.SelectLockedAsync(connection, transaction, batch.Limit, way.After, way.Waits, cancellationToken).ConfigureAwait(false);
                if (due.Count == 0 && due.Changed == 0)
                {
                    break;
                }

                if (due.Count == 0 || (beside.Linked && await HasLinkedAsync(due).ConfigureAwait(false)))
                {
                    continue;
                }

                var evidence = await CommitAsync(connection, transaction, dataSet, batch, due, cancellationToken).ConfigureAwait(false);
                Remember(batch, isApart, due.Count + due.Changed == batch.Limit ? due.Last : null);
                return evidence;
            }
        }

        return null;

        async ValueTask<bool> HasLinkedAsync(DueRecords due) => due.Whole is { Keys.Count: > 0 } whole
            && await new RecordChanger(_source, _database.Dialect, dataSet).AnyLinkedAsync(connection, transaction, whole, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Rows that somebody changed between their being found and their being locked are looked for again as they are now. They are locked by then: whoever finds
    /// nothing but such rows again and again is up against something else.</summary>
    private void RefuseEndless(int looks, MappedDataSet dataSet)
    {
        if (looks == Looks)
        {
            throw new SourceUnavailableException(
                _source,
                $"{Looks} times due records of '{dataSet.Path}' were found, and none could be disposed of. "
                + $"A trigger, a rule or a filter on table '{dataSet.Table.Name}' stands in the way, or others change them all the time: mend it, or try again.");
        }
    }

    private static IEnumerable<(string? After, bool Waits)> Ways(string? after, bool isApart)
    {
        if (after is not null)
        {
            yield return (after, false);
        }

        yield return (null, false);
        if (!isApart)
        {
            yield return (null, true);
        }
    }
}
