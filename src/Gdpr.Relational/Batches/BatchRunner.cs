using System.Collections.Concurrent;
using System.Data.Common;
using Gdpr.Journals;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Gdpr.Sources;

namespace Gdpr.Relational.Batches;

/// <summary>Disposes of batches: finds due records, changes the data and writes the evidence in one transaction.</summary>
internal abstract class BatchRunner(string source, SqlDatabase database)
{
    private readonly EvidenceTable _evidence = new(database.Dialect);
    private readonly FactTables _facts = new(database.Dialect);
    private readonly TableClaims _claims = new(source, database);
    private readonly BatchGuard _guard = new(source, database.Dialect);
    private readonly ConcurrentDictionary<(string DataSet, bool IsApart), Place> _last = new();

    /// <summary>How the batches of a database keep out of each other's way.</summary>
    public static BatchRunner Of(string source, SqlDatabase database, EvidenceDetail detail) =>
        database.Dialect.LocksRows ? new LockedRows(source, database, detail) : new LockedDatabase(source, database);

    /// <summary>Disposes of one batch.</summary>
    /// <returns>What was done. No rows, where nothing is due any more.</returns>
    public abstract ValueTask<BatchEvidence> DisposeAsync(DbConnection connection, MappedDataSet dataSet, DisposalBatch batch, CancellationToken cancellationToken);

    /// <summary>Whether the last plan's batches took the records of a data set in the order in which they lie: so many were due that the indexes are full of places
    /// where nothing is any more.</summary>
    public virtual bool WentByPlace(string dataSet) => false;

    /// <summary>Returns where the batch may be disposed of.</summary>
    protected ValueTask GuardAsync(DbConnection connection, DbTransaction transaction, DisposalBatch batch, CancellationToken cancellationToken) =>
        _guard.CheckAsync(connection, transaction, batch, cancellationToken);

    /// <summary>What facts have been put beside a data set's records.</summary>
    protected ValueTask<FactsBeside> BesideAsync(DbConnection connection, DbTransaction transaction, MappedDataSet dataSet, CancellationToken cancellationToken) =>
        _facts.BesideAsync(connection, transaction, dataSet, cancellationToken);

    /// <summary>Where the plan's batch before ended in the order of its selection.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="isApart">Whether it is that of the records of which no fact is known.</param>
    protected string? After(DisposalBatch batch, bool isApart) => PlaceOf(batch, isApart)?.Last;

    /// <summary>Whether facts are as they were when the plan's first batch was done.</summary>
    protected bool AreFactsAsAtFirst(DisposalBatch batch) => PlaceOf(batch, isApart: false) is not { } place || place.Facts == batch.FactsPosition;

    /// <summary>Remembers where a batch ended; nowhere, where it had all that were left.</summary>
    protected void Remember(DisposalBatch batch, bool isApart, string? last)
    {
        if (last is not null)
        {
            _last[(batch.DataSet, isApart)] = new Place(batch.Plan, PlaceOf(batch, isApart)?.Facts ?? batch.FactsPosition, last);
        }
        else
        {
            _last.TryRemove((batch.DataSet, isApart), out _);
        }
    }

    private Place? PlaceOf(DisposalBatch batch, bool isApart) => _last.TryGetValue((batch.DataSet, isApart), out var place) && place.Plan == batch.Plan ? place : null;

    /// <summary>Changes the records, writes their evidence, and commits both.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="dataSet">The data set.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="due">The records.</param>
    /// <param name="cancellationToken">Cancels.</param>
    protected async ValueTask<BatchEvidence> CommitAsync(
        DbConnection connection,
        DbTransaction transaction,
        MappedDataSet dataSet,
        DisposalBatch batch,
        DueRecords due,
        CancellationToken cancellationToken)
    {
        // What is to be hashed is hashed while the database works.
        var naming = Task.Run(() => EvidenceTable.RowsOf(batch, due), CancellationToken.None);
        string[] keys = [.. due.Kinds.SelectMany(kind => kind.Keys)];
        var others = await _claims.ReadOthersAsync(connection, transaction, cancellationToken).ConfigureAwait(false);
        string[] problems = [.. AskedElsewhere.Of(dataSet, others).Select(problem => problem.ToString())];
        if (problems.Length > 0)
        {
            throw new SourceMappingException(source, problems);
        }

        if (dataSet.HasTriggers)
        {
            dataSet = dataSet.BesideOthers(others);
        }

        var watch = await database.WatchAsync(transaction, dataSet, keys, cancellationToken).ConfigureAwait(false);
        using var watching = watch;
        var changer = new RecordChanger(source, database.Dialect, dataSet, watch);
        var whole = due.Whole;
        if (whole.Keys.Count > 0)
        {
            await changer.DeleteAsync(connection, transaction, whole, cancellationToken).ConfigureAwait(false);
        }

        foreach (var kind in due.Kinds.Where(kind => kind.Action != DisposalKind.Erased))
        {
            await changer.ChangeAsync(connection, transaction, kind, cancellationToken).ConfigureAwait(false);
        }

        await changer.ExpectNothingElseAsync(cancellationToken).ConfigureAwait(false);
        if (whole.Keys.Count > 0 && (due.HasFacts || dataSet.Siblings.Count > 0))
        {
            await _facts.ForgetAsync(connection, transaction, source, dataSet, whole.Keys, cancellationToken).ConfigureAwait(false);
        }

        var rows = await naming.ConfigureAwait(false);
        var evidence = new BatchEvidence(batch.Plan, batch.DataSet, batch.Number, rows) { NativeKeys = keys };

        // Wanted when the batch is journalled, and hashed while the database works: nobody waits for it before.
        _ = Task.Run(() => evidence.Root, CancellationToken.None);
        await _evidence.WriteAsync(connection, transaction, batch, due, rows, cancellationToken).ConfigureAwait(false);
        if (dataSet.HasTriggers)
        {
            await changer.ExpectDisposedAsync(connection, transaction, evidence, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return evidence;
    }

    /// <summary>Where a plan's last batch ended.</summary>
    /// <param name="Plan">The plan.</param>
    /// <param name="Facts">How far the facts reflected the journal when its first was done.</param>
    /// <param name="Last">The last record in the order of the selection.</param>
    private sealed record Place(string Plan, JournalPosition Facts, string Last);
}
