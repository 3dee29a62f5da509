using Gdpr.Journals;
using Gdpr.Sources;
using Gdpr.Subjects;

namespace Gdpr.Disposal;

/// <summary>Brings what stands beside the data up to what the journal holds, so that the transaction that destroys sees it.</summary>
/// <remarks>One worker at a time, everywhere: changes reach a source in the order of the journal.</remarks>
internal sealed class FactsKeeper(
    JournalFolds folds, HoldRegister holds, HoldFacts holdFacts, SubjectRegister subjects, PendingFacts pending, SubjectFacts subjectFacts, RestoredSources restored,
    JournalWriter writer, SourceInventory inventory, Func<IDisposalSource, CancellationToken, ValueTask> prepare, SweepAgenda agenda, IStateStore states,
    TimeProvider time) : IDisposable
{
    private const string LeaseName = "facts";
    private const int Attempts = 20;
    private const int SubjectsPerChange = 500;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _settling = new(1);

    public void Dispose() => _settling.Dispose();

    /// <summary>The position in the journal that the facts beside the data must reflect before anything is destroyed.</summary>
    public async ValueTask<JournalPosition> HeadAsync(CancellationToken cancellationToken)
    {
        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return await folds.AtAsync(await FoldedHeadAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether a source reflects all of the journal, on the terms of today: a data set or a purpose that the policy has since declared has facts, too.</summary>
    public async ValueTask<bool> IsUpAsync(IDisposalSource source, CancellationToken cancellationToken) =>
        await IsUpAsync(source, await HeadAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>Whether a source reflects all of the journal up to a position, on the terms of today.</summary>
    public async ValueTask<bool> IsUpAsync(IDisposalSource source, JournalPosition head, CancellationToken cancellationToken) =>
        await source.ReadFactsPositionAsync(cancellationToken).ConfigureAwait(false) == head
        && (head.Position == 0 || await HasTermsAsync(source, cancellationToken).ConfigureAwait(false));

    /// <summary>Whether the facts in a source were put on the terms of today.</summary>
    public async ValueTask<bool> HasTermsAsync(IDisposalSource source, CancellationToken cancellationToken) =>
        await restored.TermsAsync(source, cancellationToken).ConfigureAwait(false) == subjectFacts.TermsOf(source);

    /// <summary>Puts, everywhere it can reach, what the journal holds and the sources lack; completes holds and releases that wait for it.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="isLook">Whether somebody only looks: a source that has to be taken for restored is not reached then.</param>
    /// <returns>The sources that were not reached, by name.</returns>
    public async ValueTask<IReadOnlyDictionary<string, Exception>> SettleAsync(CancellationToken cancellationToken, bool isLook = false)
    {
        await _settling.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var lease = await TakeLeaseAsync(cancellationToken).ConfigureAwait(false);
            await using var kept = lease.ConfigureAwait(false);
            return await SettleAloneAsync(lease, isLook, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _settling.Release();
        }
    }

    /// <summary>Puts facts that do not follow from the journal's folds beside the data of a source, which reflects the journal as before.</summary>
    /// <exception cref="SourceUnavailableException">The source was not reached, or records named have gone meanwhile.</exception>
    public async ValueTask PutAsync(IDisposalSource source, IReadOnlyList<FactChange> changes, CancellationToken cancellationToken)
    {
        await _settling.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var lease = await TakeLeaseAsync(cancellationToken).ConfigureAwait(false);
            await using var kept = lease.ConfigureAwait(false);
            if ((await SettleAloneAsync(lease, isLook: false, cancellationToken).ConfigureAwait(false)).TryGetValue(source.Name, out var problem))
            {
                throw problem;
            }

            var position = await source.ReadFactsPositionAsync(cancellationToken).ConfigureAwait(false);
            if ((await source.ChangeFactsAsync(changes, position, cancellationToken).ConfigureAwait(false)).Count > 0)
            {
                throw new SourceUnavailableException(source.Name, "records named have gone meanwhile: look for them again.");
            }
        }
        finally
        {
            _settling.Release();
        }
    }

    private async ValueTask<SweepLease> TakeLeaseAsync(CancellationToken cancellationToken)
    {
        var id = writer.NewId();
        for (var attempt = 1; ; attempt++)
        {
            var lease = await SweepLease.TryTakeAsync(states, time, new Lease(LeaseName, id, id), cancellationToken).ConfigureAwait(false);
            if (lease is not null)
            {
                return lease;
            }

            if (attempt == Attempts)
            {
                throw new FactsBusyException();
            }

            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Refuses to go on where another worker has taken this one for gone.</summary>
    private static async ValueTask KeepAsync(SweepLease lease)
    {
        if (!await lease.IsKeptAsync().ConfigureAwait(false))
        {
            throw new FactsBusyException();
        }
    }

    private async ValueTask<IReadOnlyDictionary<string, Exception>> SettleAloneAsync(SweepLease lease, bool isLook, CancellationToken cancellationToken)
    {
        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);

        // The head first, and then all that there is up to it, which somebody else may be folding just now: a source that were told of a position without what belongs
        // there would never be given it, and a hold be granted that is nowhere.
        var head = await FoldedHeadAsync(cancellationToken).ConfigureAwait(false);
        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        HoldState[] all = [.. (await holdFacts.ReadAsync(cancellationToken).ConfigureAwait(false)).Where(hold => hold.FactsPosition <= head)];
        var unreached = new Dictionary<string, Exception>(StringComparer.Ordinal);
        foreach (var source in inventory.Sources.OfType<IDisposalSource>())
        {
            try
            {
                await prepare(source, cancellationToken).ConfigureAwait(false);
                await BringUpAsync(source, all, head, lease, isLook, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // The others are not kept waiting; whoever needs this one is told.
                unreached.Add(source.Name, exception);
            }
        }

        await holdFacts.CompleteAsync(all.Select(hold => hold.FactsPosition).LastOrDefault(), unreached.Keys, cancellationToken).ConfigureAwait(false);
        return unreached;
    }

    private async ValueTask<long> FoldedHeadAsync(CancellationToken cancellationToken)
    {
        // Asked before each batch: all at once.
        var ofHolds = holds.FactsHeadAsync(cancellationToken).AsTask();
        var ofSubjects = subjects.FactsHeadAsync(cancellationToken).AsTask();
        var ofReturned = restored.FactsHeadAsync(cancellationToken).AsTask();
        return (await Task.WhenAll(ofHolds, ofSubjects, ofReturned).ConfigureAwait(false)).Max();
    }

    private async ValueTask BringUpAsync(
        IDisposalSource source, IReadOnlyList<HoldState> all, long head, SweepLease lease, bool isLook, CancellationToken cancellationToken)
    {
        var noted = await source.ReadFactsPositionAsync(cancellationToken).ConfigureAwait(false);
        var reached = noted.Position;
        var said = reached > 0 ? noted : await source.ReadStatedPositionAsync(cancellationToken).ConfigureAwait(false);
        var stated = said ?? JournalPosition.None;
        var startsAnew = stated.Position > head || await folds.AtAsync(stated.Position, cancellationToken).ConfigureAwait(false) != noted;
        var isOwn = stated.Position > 0 && await folds.AtAsync(stated.Position, cancellationToken).ConfigureAwait(false) == stated;
        if (await restored.NoticeAsync(source, said?.Position, isOwn, startsAnew, isLook, cancellationToken).ConfigureAwait(false))
        {
            await agenda.WakeAsync(source.DataSets).ConfigureAwait(false);
            await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        }

        var (before, terms) = (await restored.TermsAsync(source, cancellationToken).ConfigureAwait(false), subjectFacts.TermsOf(source));
        await KeepAsync(lease).ConfigureAwait(false);
        if (startsAnew)
        {
            // It reflects another journal, or this one from before it was restored, or somebody else changed what stands there: nothing of it can be relied
            // upon, so everything is put again from the start, which no batch accepts in between; and remembered as such, so that a crash on the way is not
            // taken for a backup.
            await restored.RememberAsync(source, 0, terms, cancellationToken, isAnew: true).ConfigureAwait(false);
            reached = 0;
        }
        else if (reached > 0 && before != terms)
        {
            // Nothing has happened to anybody, and yet the facts are others.
            try
            {
                await PutAgainAsync(source, all, noted, lease, cancellationToken).ConfigureAwait(false);
            }
            catch (SourceUnavailableException) when (isLook && reached == head)
            {
                // Whoever may not write looks at what is there, and is told that it is on other terms.
                return;
            }
        }

        if (reached == 0 && (head > 0 || said is not { Position: 0 }))
        {
            // Also where there is nothing to put yet: a source that has said something is known again when it comes from a backup.
            await source.ChangeFactsAsync([], JournalPosition.None, cancellationToken).ConfigureAwait(false);
        }

        // Holds and people in the order of the journal: what a source has been told up to a position is all that there is up to it.
        var changed = new Queue<(long Position, DataSubject Subject)>(await pending.ChangedAsync(reached, head, cancellationToken).ConfigureAwait(false));
        foreach (var hold in all.Where(hold => hold.FactsPosition > reached))
        {
            await BringUpAsync(source, changed, hold.FactsPosition, lease, cancellationToken).ConfigureAwait(false);
            var position = await folds.AtAsync(hold.FactsPosition, cancellationToken).ConfigureAwait(false);
            await KeepAsync(lease).ConfigureAwait(false);
            await holdFacts.PutAsync(source, hold, position, cancellationToken).ConfigureAwait(false);
        }

        await BringUpAsync(source, changed, long.MaxValue, lease, cancellationToken).ConfigureAwait(false);
        await KeepAsync(lease).ConfigureAwait(false);
        if ((await source.ReadFactsPositionAsync(cancellationToken).ConfigureAwait(false)).Position < head)
        {
            await source.ChangeFactsAsync([], await folds.AtAsync(head, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }

        await restored.RememberAsync(source, head, terms, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts the facts of everybody up to where a source has come once more.</summary>
    private async ValueTask PutAgainAsync(
        IDisposalSource source, IReadOnlyList<HoldState> all, JournalPosition reached, SweepLease lease, CancellationToken cancellationToken)
    {
        foreach (var hold in all.Where(hold => hold.FactsPosition <= reached.Position))
        {
            await KeepAsync(lease).ConfigureAwait(false);
            await holdFacts.PutAsync(source, hold, reached, cancellationToken).ConfigureAwait(false);
        }

        var people = new List<DataSubject>();
        await foreach (var (subject, state) in subjects.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (state.FactsPosition > 0)
            {
                people.Add(subject);
            }
        }

        foreach (var some in people.Chunk(SubjectsPerChange))
        {
            await KeepAsync(lease).ConfigureAwait(false);
            await PutAsync(source, some, reached, isAgain: true, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Puts the facts of the people who changed before a position, several at a time.</summary>
    private async ValueTask BringUpAsync(
        IDisposalSource source, Queue<(long Position, DataSubject Subject)> changed, long before, SweepLease lease, CancellationToken cancellationToken)
    {
        while (changed.TryPeek(out var first) && first.Position < before)
        {
            var (some, position) = (new List<DataSubject>(), 0L);
            while (some.Count < SubjectsPerChange && changed.TryPeek(out var next) && next.Position < before)
            {
                position = next.Position;
                some.Add(changed.Dequeue().Subject);
            }

            await KeepAsync(lease).ConfigureAwait(false);
            await PutAsync(source, some, await folds.AtAsync(position, cancellationToken).ConfigureAwait(false), isAgain: false, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask PutAsync(
        IDisposalSource source, IReadOnlyList<DataSubject> some, JournalPosition position, bool isAgain, CancellationToken cancellationToken)
    {
        var changes = new List<FactChange>();
        foreach (var subject in some)
        {
            var state = await subjects.ReadJournalledAsync(subject, cancellationToken).ConfigureAwait(false);
            changes.AddRange(await subjectFacts.ChangesAsync(source, subject, state, isAgain, cancellationToken).ConfigureAwait(false));
        }

        await source.ChangeFactsAsync(changes, position, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>Another worker is bringing facts up to date and does not finish (<c>E-FACT-01</c>).</summary>
public sealed class FactsBusyException : GdprException
{
    internal FactsBusyException()
        : base("E-FACT-01", "Another worker holds the lease 'facts' and does not give it back: what was asked is journalled, and done when it does.")
    {
    }
}
