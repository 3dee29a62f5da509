using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;

namespace Gdpr.Disposal;

/// <summary>Sources that were restored from a backup: which wait for their replay, and how to let one be used without it.</summary>
/// <remarks>The replay itself is done by <c>GdprWork</c>: what had been decided since the backup is put beside the data again, and every data set is swept.</remarks>
public sealed class SourceReplay
{
    private readonly JournalFolds _folds;
    private readonly RestoredSources _restored;
    private readonly WitnessedNames _witnessed;
    private readonly FactsKeeper _facts;
    private readonly SweepParts _parts;
    private readonly SweepAgenda _agenda;

    internal SourceReplay(JournalFolds folds, RestoredSources restored, WitnessedNames witnessed, FactsKeeper facts, SweepParts parts, SweepAgenda agenda)
    {
        _folds = folds;
        _restored = restored;
        _witnessed = witnessed;
        _facts = facts;
        _parts = parts;
        _agenda = agenda;
    }

    /// <summary>The sources that wait, by name. Nothing in their data sets is used until they are replayed.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<RestoredSource>> ListAsync(CancellationToken cancellationToken = default)
    {
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return await _restored.ReadWaitingAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets a source be used although it has not been replayed to the end, because somebody has made sure in another way.</summary>
    /// <param name="source">The source's name.</param>
    /// <param name="by">The function in the organisation that decides: no person.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <returns>Whether it was waiting.</returns>
    public async Task<bool> AcknowledgeAsync(string source, string by, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        var function = ActingFunction.Check(by, nameof(by));
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var waited = await _restored.AcknowledgeAsync(source, function, cancellationToken).ConfigureAwait(false);
        await _folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
        return waited;
    }

    /// <summary>Records that had been disposed of after the backup and are there again, in a source that was restored together with the journal: the witness knows their
    /// names, and nobody knows why they had gone. What is due by the rules goes with the next sweep; what is left afterwards was erased for a person, by a request,
    /// a withdrawal or an objection that is lost.</summary>
    /// <param name="source">The source's name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The records by data set; none, where the source waits for no such decision.</returns>
    /// <remarks>A key that was given out anew since the restore names somebody else's record: look at them before <see cref="EraseReturnedAsync"/>.</remarks>
    /// <exception cref="ArgumentException">The host has no such source.</exception>
    /// <exception cref="SourceUnavailableException">The source cannot be read, or cannot find records by their names.</exception>
    public async Task<IReadOnlyList<ReturnedRecords>> FindReturnedAsync(string source, CancellationToken cancellationToken = default)
    {
        var (_, found) = await FindAsync(source, cancellationToken).ConfigureAwait(false);
        return found;
    }

    /// <summary>Has the records that <see cref="FindReturnedAsync"/> finds erased again: the next sweep disposes of them as the policy says, except what a hold, a
    /// restriction or an obligation keeps.</summary>
    /// <param name="source">The source's name.</param>
    /// <param name="by">The function in the organisation that decides: no person.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <returns>How many records it was granted for.</returns>
    /// <exception cref="ArgumentException">The host has no such source.</exception>
    /// <exception cref="SourceUnavailableException">The source cannot be reached, or cannot find records by their names.</exception>
    public async Task<int> EraseReturnedAsync(string source, string by, CancellationToken cancellationToken = default)
    {
        var function = ActingFunction.Check(by, nameof(by));
        var (disposing, found) = await FindAsync(source, cancellationToken).ConfigureAwait(false);
        if (found.All(records => records is { NativeKeys.Count: 0, OfUnknownDataSets: > 0 }))
        {
            return 0;
        }

        cancellationToken.ThrowIfCancellationRequested();
        string[] dataSets = [.. found.Select(records => records.DataSet)];

        foreach (var dataSet in dataSets)
        {
            await _witnessed.RememberAsync(dataSet, CancellationToken.None).ConfigureAwait(false);
        }

        // What permits destruction is journalled first; after a crash in between it is asked for again.
        await _restored.GrantAsync(source, dataSets, function, isPut: false).ConfigureAwait(false);
        FactChange[] changes = [.. found.Where(records => records.NativeKeys.Count > 0).Select(records => new FactChange(
            $"returned/{records.DataSet}", records.DataSet, new FactTarget.Records(records.NativeKeys), RecordFact.Of(RecordFlags.ErasureGranted)))];
        await _facts.PutAsync(disposing, changes, CancellationToken.None).ConfigureAwait(false);
        string[] granted = [.. found.Where(records => records.OfUnknownDataSets == 0).Select(records => records.DataSet)];
        await _restored.GrantAsync(source, granted, function, isPut: true).ConfigureAwait(false);
        await _agenda.WakeAsync(dataSets).ConfigureAwait(false);
        await _folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);

        // From then on the source reflects the grant: one that does not was restored.
        await _facts.SettleAsync(CancellationToken.None).ConfigureAwait(false);
        return found.Sum(records => records.NativeKeys.Count);
    }

    private async ValueTask<(IDisposalSource Source, IReadOnlyList<ReturnedRecords> Found)> FindAsync(string source, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        var disposing = _parts.Inventory.Sources.OfType<IDisposalSource>().FirstOrDefault(one => one.Name == source)
            ?? throw new ArgumentException("The host has no source of this name that disposes of records: list those that wait, and name one of them.", nameof(source));
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<ReturnedRecords>();
        if (await _restored.FindAsync(source, cancellationToken).ConfigureAwait(false) is { Returned.Count: > 0 } waiting)
        {
            var recalling = disposing as IRecallingSource ?? throw new SourceUnavailableException(
                source, "it does not find records by the names that their disposal gave them: erase again by hand what had been erased since the backup, and acknowledge.");
            await _parts.Preparation.PrepareAsync(disposing, _parts.Schedule(), cancellationToken).ConfigureAwait(false);
            foreach (var dataSet in waiting.Returned)
            {
                found.Add(new ReturnedRecords(dataSet, await _witnessed.FindAsync(recalling, dataSet, cancellationToken).ConfigureAwait(false))
                {
                    OfUnknownDataSets = await _witnessed.CountUnknownAsync(dataSet, cancellationToken).ConfigureAwait(false),
                });
            }
        }

        return (disposing, found);
    }
}

/// <summary>Records that had been disposed of and that a backup has brought back.</summary>
/// <param name="DataSet">The data set's path.</param>
/// <param name="NativeKeys">Their keys in the source: for the eyes of whoever decides, never for logs.</param>
public sealed record ReturnedRecords(string DataSet, IReadOnlyList<string> NativeKeys)
{
    /// <summary>How many records more had been disposed of after the backup in data sets that the policy does not know any more: they may be records of this one, and
    /// nobody can tell which. The data set waits until <see cref="SourceReplay.AcknowledgeAsync"/>; under the version of the policy that belongs to the backup they are found.</summary>
    public int OfUnknownDataSets { get; init; }

    /// <summary>The data set and how many they are: no key, which may be personal data.</summary>
    public override string ToString() => $"{NativeKeys.Count} of {DataSet}";
}
