using System.Text;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;

namespace Gdpr.Disposal;

/// <summary>Brings what stands beside the data up to what the journal holds, so that the transaction that destroys sees it.</summary>
/// <remarks>One worker at a time, everywhere: changes reach a source in the order of the journal.</remarks>
internal sealed class FactsKeeper(
    JournalFolds folds, HoldRegister holds, SubjectRegister subjects, PendingFacts pending, SubjectFacts subjectFacts, RestoredSources restored, JournalWriter writer,
    SourceInventory inventory, SweepAgenda agenda, ISubjectVault vault, IStateStore states, TimeProvider time) : IDisposable
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
    public async ValueTask<bool> IsUpAsync(IDisposalSource source, CancellationToken cancellationToken)
    {
        var head = await HeadAsync(cancellationToken).ConfigureAwait(false);
        return await source.ReadFactsPositionAsync(cancellationToken).ConfigureAwait(false) == head
            && (head.Position == 0 || await HasTermsAsync(source, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Whether the facts in a source were put on the terms of today.</summary>
    public async ValueTask<bool> HasTermsAsync(IDisposalSource source, CancellationToken cancellationToken) =>
        await restored.TermsAsync(source, cancellationToken).ConfigureAwait(false) == subjectFacts.TermsOf(source);

    /// <summary>Puts, everywhere it can reach, what the journal holds and the sources lack; completes holds and releases that wait for it.</summary>
    /// <returns>The sources that were not reached, by name.</returns>
    public async ValueTask<IReadOnlyDictionary<string, Exception>> SettleAsync(CancellationToken cancellationToken)
    {
        await _settling.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var lease = await TakeLeaseAsync(cancellationToken).ConfigureAwait(false);
            await using var kept = lease.ConfigureAwait(false);
            return await SettleAloneAsync(cancellationToken).ConfigureAwait(false);
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

    private async ValueTask<IReadOnlyDictionary<string, Exception>> SettleAloneAsync(CancellationToken cancellationToken)
    {
        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var all = await ReadHoldsAsync(cancellationToken).ConfigureAwait(false);
        var head = await FoldedHeadAsync(cancellationToken).ConfigureAwait(false);
        var unreached = new Dictionary<string, Exception>(StringComparer.Ordinal);
        foreach (var source in inventory.Sources.OfType<IDisposalSource>())
        {
            try
            {
                await BringUpAsync(source, all, head, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // The others are not kept waiting; whoever needs this one is told.
                unreached.Add(source.Name, exception);
            }
        }

        await CompleteAsync(all.Select(hold => hold.FactsPosition).LastOrDefault(), unreached.Keys, cancellationToken).ConfigureAwait(false);
        return unreached;
    }

    private async ValueTask<long> FoldedHeadAsync(CancellationToken cancellationToken)
    {
        // Asked before each batch: two questions at once.
        var ofHolds = holds.FactsHeadAsync(cancellationToken).AsTask();
        var ofSubjects = subjects.FactsHeadAsync(cancellationToken).AsTask();
        return (await Task.WhenAll(ofHolds, ofSubjects).ConfigureAwait(false)).Max();
    }

    /// <summary>The holds, each as the journal has it: a state that says something else is not relied upon, and all are folded anew.</summary>
    private async ValueTask<IReadOnlyList<HoldState>> ReadHoldsAsync(CancellationToken cancellationToken)
    {
        for (var isRebuilt = false; ; isRebuilt = true)
        {
            var all = await holds.ReadAsync(cancellationToken).ConfigureAwait(false);
            var isRight = true;
            foreach (var hold in all)
            {
                isRight = isRight && await holds.IsJournalledAsync(hold, cancellationToken).ConfigureAwait(false);
            }

            if (isRight)
            {
                return all;
            }

            if (isRebuilt)
            {
                throw new StatesDifferException();
            }

            await folds.RebuildAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask BringUpAsync(IDisposalSource source, IReadOnlyList<HoldState> all, long head, CancellationToken cancellationToken)
    {
        var noted = await source.ReadFactsPositionAsync(cancellationToken).ConfigureAwait(false);
        var reached = noted.Position;
        if (await restored.NoticeAsync(source, reached, cancellationToken).ConfigureAwait(false))
        {
            await agenda.WakeAsync(source.DataSets).ConfigureAwait(false);
            await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        }

        var (before, terms) = (await restored.TermsAsync(source, cancellationToken).ConfigureAwait(false), subjectFacts.TermsOf(source));
        if (reached > head || await folds.AtAsync(reached, cancellationToken).ConfigureAwait(false) != noted)
        {
            // It reflects another journal, or this one from before it was restored: nothing of it can be relied upon, so everything is put again. Back to
            // the start first, which no batch accepts in between; and remembered as such, so that a crash on the way is not taken for a backup.
            await restored.RememberAsync(source, 0, terms, cancellationToken).ConfigureAwait(false);
            await source.ChangeFactsAsync([], JournalPosition.None, cancellationToken).ConfigureAwait(false);
            reached = 0;
        }
        else if (reached > 0 && before != terms)
        {
            // Nothing has happened to anybody, and yet the facts are others.
            await PutAgainAsync(source, all, noted, cancellationToken).ConfigureAwait(false);
        }

        // Holds and people in the order of the journal: what a source has been told up to a position is all that there is up to it.
        var changed = new Queue<(long Position, DataSubject Subject)>(await pending.ChangedAsync(reached, head, cancellationToken).ConfigureAwait(false));
        foreach (var hold in all.Where(hold => hold.FactsPosition > reached))
        {
            await BringUpAsync(source, changed, hold.FactsPosition, cancellationToken).ConfigureAwait(false);
            await BringUpAsync(source, hold, await folds.AtAsync(hold.FactsPosition, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }

        await BringUpAsync(source, changed, long.MaxValue, cancellationToken).ConfigureAwait(false);
        if ((await source.ReadFactsPositionAsync(cancellationToken).ConfigureAwait(false)).Position < head)
        {
            await source.ChangeFactsAsync([], await folds.AtAsync(head, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }

        await restored.RememberAsync(source, head, terms, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts the facts of everybody up to where a source has come once more.</summary>
    private async ValueTask PutAgainAsync(IDisposalSource source, IReadOnlyList<HoldState> all, JournalPosition reached, CancellationToken cancellationToken)
    {
        foreach (var hold in all.Where(hold => hold.FactsPosition <= reached.Position))
        {
            await BringUpAsync(source, hold, reached, cancellationToken).ConfigureAwait(false);
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
            await PutAsync(source, some, reached, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Puts the facts of the people who changed before a position, several at a time.</summary>
    private async ValueTask BringUpAsync(
        IDisposalSource source, Queue<(long Position, DataSubject Subject)> changed, long before, CancellationToken cancellationToken)
    {
        while (changed.TryPeek(out var first) && first.Position < before)
        {
            var (some, position) = (new List<DataSubject>(), 0L);
            while (some.Count < SubjectsPerChange && changed.TryPeek(out var next) && next.Position < before)
            {
                position = next.Position;
                some.Add(changed.Dequeue().Subject);
            }

            await PutAsync(source, some, await folds.AtAsync(position, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask PutAsync(
        IDisposalSource source, IReadOnlyList<DataSubject> some, JournalPosition position, CancellationToken cancellationToken)
    {
        var changes = new List<FactChange>();
        foreach (var subject in some)
        {
            var state = await subjects.ReadJournalledAsync(subject, cancellationToken).ConfigureAwait(false);
            changes.AddRange(await subjectFacts.ChangesAsync(source, subject, state, cancellationToken).ConfigureAwait(false));
        }

        await source.ChangeFactsAsync(changes, position, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask BringUpAsync(IDisposalSource source, HoldState hold, JournalPosition position, CancellationToken cancellationToken)
    {
        if (hold.Phase == HoldPhase.Refused)
        {
            // After a crash between the refusal and what follows from it.
            await EraseAsync(hold).ConfigureAwait(false);
        }

        var changes = await ChangesAsync(source, hold, cancellationToken).ConfigureAwait(false);
        var gone = await source.ChangeFactsAsync(changes, position, cancellationToken).ConfigureAwait(false);
        if (gone.Count == 0)
        {
            return;
        }

        if (hold.Phase == HoldPhase.Placing)
        {
            // Refused before the source is said to reflect it: a crash in between leaves the hold standing, not granted.
            if (await StepAsync(hold, HoldEntries.Refused, gone.Count).ConfigureAwait(false))
            {
                await EraseAsync(hold).ConfigureAwait(false);
            }

            changes = [];
        }
        else
        {
            // It had been granted, so the source was restored to before some of the records: what is not there cannot be destroyed.
            var left = gone.ToHashSet(StringComparer.Ordinal);
            changes = [.. changes.Select(change => change with
            {
                Target = new FactTarget.Records([.. ((FactTarget.Records)change.Target).NativeKeys.Where(key => !left.Contains(key))]),
            })];
        }

        await source.ChangeFactsAsync(changes, position, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says of every hold that waits for its sources that they have it, where they do. Holds that came after the position have not been put yet.</summary>
    private async ValueTask CompleteAsync(long position, IReadOnlyCollection<string> unreached, CancellationToken cancellationToken)
    {
        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        foreach (var hold in await holds.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var waits = hold.Phase is HoldPhase.Placing or HoldPhase.Releasing && hold.FactsPosition <= position;
            if (waits && !inventory.Sources.OfType<IDisposalSource>().Any(source => unreached.Contains(source.Name, StringComparer.Ordinal) && Concerns(source, hold)))
            {
                if (hold.Phase == HoldPhase.Releasing)
                {
                    // What became due under the hold wakes up. Before the release is recorded: after a crash in between it is done again.
                    await agenda.WakeAsync(hold.Placing.DataSets).ConfigureAwait(false);
                    await EraseAsync(hold).ConfigureAwait(false);
                }

                await StepAsync(hold, hold.Phase == HoldPhase.Placing ? HoldEntries.Placed : HoldEntries.Released, null).ConfigureAwait(false);
            }
        }

        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
    }

    private static bool Concerns(IDisposalSource source, HoldState hold) =>
        hold.Placing.DataSets.Count == 0 || hold.Placing.DataSets.Intersect(source.DataSets, StringComparer.Ordinal).Any();

    private async ValueTask<IReadOnlyList<FactChange>> ChangesAsync(IDisposalSource source, HoldState hold, CancellationToken cancellationToken)
    {
        var dataSets = hold.Placing.DataSets.Count == 0 ? source.DataSets : source.DataSets.Intersect(hold.Placing.DataSets, StringComparer.Ordinal);
        if (!hold.Stands)
        {
            return [.. dataSets.Select(dataSet => new FactChange(hold.Placing.Id, dataSet, new FactTarget.Everything(), null))];
        }

        var (target, isUnknown) = hold.Placing.IsNarrowed ? await TargetAsync(hold, cancellationToken).ConfigureAwait(false) : (new FactTarget.Everything(), false);
        return [.. dataSets.Select(dataSet => new FactChange(hold.Placing.Id, dataSet, target, RecordFact.Of(RecordFlags.Hold, isUnknown)))];
    }

    /// <summary>Whom a hold is on. What cannot be told any more, because the payload is gone, may be anybody.</summary>
    private async ValueTask<(FactTarget Target, bool IsUnknown)> TargetAsync(HoldState hold, CancellationToken cancellationToken)
    {
        var stored = await vault.ReadPayloadAsync(hold.Controller, Digest.Parse(hold.Payload), cancellationToken).ConfigureAwait(false);
        if (stored is null)
        {
            return (new FactTarget.Everything(), true);
        }

        var payload = JsonSerializer.Deserialize(Encoding.UTF8.GetString(stored.Content.Span), HoldJson.Default.HoldPayload)!;

        // Records and people together mean those records of those people: the records alone are more, and more is kept. When something happened
        // cannot be asked of a source: whether the hold covers a record is unknown.
        FactTarget target = payload.Records.Count > 0 ? new FactTarget.Records(payload.Records)
            : payload.Subjects.Count > 0 ? new FactTarget.Subjects(payload.Subjects)
            : new FactTarget.Everything();
        return (target, payload.EventsFrom is not null || payload.EventsTo is not null);
    }

    /// <summary>Erases what a hold was for, and on whom: nothing keeps it once the hold has ended (Art. 5(1)(e)).</summary>
    private async ValueTask EraseAsync(HoldState hold)
    {
        if (hold.Payload.Length > 0)
        {
            await vault.ErasePayloadsAsync(hold.Controller, [Digest.Parse(hold.Payload)], CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <returns>Whether the step was taken here.</returns>
    private async ValueTask<bool> StepAsync(HoldState hold, string type, int? gone)
    {
        var data = JsonSerializer.Serialize(new HoldStep(hold.Placing.Id, Gone: gone), HoldJson.Default.HoldStep);
        try
        {
            await writer.RecordAsync(HoldEntries.StreamOf(hold.Placing.Id), hold.Version, type, data, hold.Controller).ConfigureAwait(false);
            return true;
        }
        catch (JournalConflictException)
        {
            // Somebody else took the step, or has changed the hold meanwhile: the folds tell which.
            return false;
        }
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
