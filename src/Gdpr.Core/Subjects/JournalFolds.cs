using System.Text.Json;
using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Subjects;

/// <summary>Brings the state store up to what the journal holds.</summary>
/// <remarks>Whoever relies on a fold catches up first: the journal is what counts, and a state may be behind it after a crash or for as long as another
/// process wrote. How far the store has come is sealed (<see cref="FoldCursor"/>), together with what destruction depends on: what is not sealed under a key of the
/// ring counts for nothing, and everything is folded anew.</remarks>
internal sealed class JournalFolds(IJournalStore journal, IStateStore states, IKeyRing keys, IEnumerable<IJournalFold> folds, IClock clock) : IDisposable
{
    private const string CursorFold = "journal";
    private const string CursorKey = "cursor";
    private const string Clearing = "states-cleared";
    private const int EntriesPerCursor = 1000;

    private readonly IJournalFold[] _folds = [.. folds];
    private readonly ISealedFold[] _sealed = [.. folds.OfType<ISealedFold>()];
    private readonly SemaphoreSlim _catchingUp = new(1);
    private long _folded;
    private FoldCursor _saved = FoldCursor.Start;
    private string _cleared = "";

    public void Dispose() => _catchingUp.Dispose();

    /// <summary>Folds every entry that has not been folded.</summary>
    public async ValueTask CatchUpAsync(CancellationToken cancellationToken)
    {
        await _catchingUp.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await FoldRestAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _catchingUp.Release();
        }
    }

    /// <summary>Clears every state and folds the whole journal anew.</summary>
    public async ValueTask RebuildAsync(CancellationToken cancellationToken)
    {
        await _catchingUp.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await ClearAsync(cancellationToken).ConfigureAwait(false);
            await FoldRestAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _catchingUp.Release();
        }
    }

    /// <summary>Folds everything anew where a state names a position that the journal has not come to: a source that were told of it would never be given what comes
    /// before.</summary>
    /// <param name="named">The position.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask RefuseAheadAsync(long named, CancellationToken cancellationToken)
    {
        if (named > Volatile.Read(ref _folded))
        {
            // Another process may have folded what has been appended since.
            await CatchUpAsync(cancellationToken).ConfigureAwait(false);
            if (named > Volatile.Read(ref _folded))
            {
                await RebuildAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A position with the entry that the journal has there: another journal, and this one before it was restored, has another. Of an entry that has
    /// expired nobody can tell which it was.</summary>
    public async ValueTask<JournalPosition> AtAsync(long position, CancellationToken cancellationToken)
    {
        if (position == 0)
        {
            return JournalPosition.None;
        }

        await foreach (var entry in journal.ReadAllAsync(position - 1, cancellationToken).ConfigureAwait(false))
        {
            return entry.Position == position ? new JournalPosition(position, entry.Hash) : new JournalPosition(position);
        }

        return new JournalPosition(position);
    }

    private async ValueTask ClearAsync(CancellationToken cancellationToken)
    {
        GoOnFrom(FoldCursor.Start);
        _saved = FoldCursor.Start;

        // Said before: another node that is folding just now must not say how far it has come as though nothing had been cleared.
        _cleared = Guid.CreateVersion7(clock.GetCurrentInstant().ToDateTimeOffset()).ToString("N");
        await states.PutItemAsync(new OpenItem(Clearing, Clearing, NodaConstants.UnixEpoch, _cleared), cancellationToken).ConfigureAwait(false);
        await states.ClearFoldAsync(CursorFold, cancellationToken).ConfigureAwait(false);
        foreach (var fold in _folds.SelectMany(fold => fold.States))
        {
            await states.ClearFoldAsync(fold, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>How far the store has come. States that follow from another journal, or from entries that a restore has lost, or of which nobody who has the keys
    /// says how far they go, count for nothing: they are cleared, and folded anew.</summary>
    private async ValueTask<FoldCursor> ReadCursorAsync(CancellationToken cancellationToken)
    {
        if (await states.ReadAsync(CursorFold, "", CursorKey, cancellationToken).ConfigureAwait(false) is not { } stored)
        {
            _cleared = await ReadClearedAsync(cancellationToken).ConfigureAwait(false);
            return FoldCursor.Start;
        }

        if (stored.Position == _saved.At.Position && stored.Content == _saved.Content)
        {
            return _saved;
        }

        _cleared = await ReadClearedAsync(cancellationToken).ConfigureAwait(false);

        if (FoldCursor.Read(stored, keys) is { } cursor
            && ((cursor.At.Entry != default && await AtAsync(cursor.At.Position, cancellationToken).ConfigureAwait(false) == cursor.At)
                || (await journal.ReadBaseAsync(cancellationToken).ConfigureAwait(false)).Checkpoint?.Position >= cursor.At.Position))
        {
            return cursor;
        }

        await ClearAsync(cancellationToken).ConfigureAwait(false);
        return FoldCursor.Start;
    }

    /// <summary>Folds from where the store, or this process since, has come to. The store is told as soon as something follows from an entry: what nothing
    /// follows from, such as the batches of a sweep, costs it no write, and is only read again by the next process.</summary>
    private async ValueTask FoldRestAsync(CancellationToken cancellationToken)
    {
        var saved = await ReadCursorAsync(cancellationToken).ConfigureAwait(false);

        // A store that says less than it was told has been lost or restored: what this process has folded since counts for nothing.
        if (saved.At.Position < _saved.At.Position || saved.At.Position > _folded)
        {
            GoOnFrom(saved);
        }

        _saved = saved;
        var (last, isDue, unsaved) = (saved.At, false, 0);
        await foreach (var entry in journal.ReadAllAsync(_folded, cancellationToken).ConfigureAwait(false))
        {
            isDue |= await FoldAsync(entry, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _folded, entry.Position);
            last = new JournalPosition(entry.Position, entry.Hash);
            if (++unsaved == EntriesPerCursor)
            {
                await SaveAsync(last, cancellationToken).ConfigureAwait(false);
                (isDue, unsaved) = (false, 0);
            }
        }

        foreach (var fold in _sealed)
        {
            fold.Publish();
        }

        if (isDue || last.Position - _saved.At.Position >= EntriesPerCursor)
        {
            await SaveAsync(last, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>Whether something follows from the entry.</returns>
    private async ValueTask<bool> FoldAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            var isDue = false;
            foreach (var fold in _folds)
            {
                isDue |= await fold.FoldAsync(entry, states, cancellationToken).ConfigureAwait(false);
            }

            foreach (var fold in _sealed)
            {
                fold.Note(entry);
            }

            return isDue;
        }
        catch (Exception exception) when (
            exception is JsonException or FormatException or ArgumentException or InvalidOperationException or NullReferenceException)
        {
            // What it said nobody knows: it may have been a hold. Nothing that follows from later entries is relied upon without it.
            if (await FindChangedAsync(entry, cancellationToken).ConfigureAwait(false) is { } changed)
            {
                throw StoreException.Damaged(changed);
            }

            throw;
        }
    }

    /// <summary>The first entry of a stream, up to one that cannot be folded, that is not as it was written: what followed from it may be what stands in the
    /// way.</summary>
    private async ValueTask<JournalEntry?> FindChangedAsync(JournalEntry last, CancellationToken cancellationToken)
    {
        await foreach (var entry in journal.ReadStreamAsync(last.Stream, 0, cancellationToken).ConfigureAwait(false))
        {
            if (entry.Version > last.Version)
            {
                break;
            }

            if (!JournalHash.IsRight(entry))
            {
                return entry;
            }
        }

        return null;
    }

    private void GoOnFrom(FoldCursor cursor)
    {
        foreach (var fold in _sealed)
        {
            fold.GoOnFrom(cursor.Sealed.GetValueOrDefault(fold.SealName));
        }

        Volatile.Write(ref _folded, cursor.At.Position);
    }

    private async ValueTask SaveAsync(JournalPosition position, CancellationToken cancellationToken)
    {
        var cursor = FoldCursor.Seal(position, _sealed.ToDictionary(fold => fold.SealName, fold => fold.SealText, StringComparer.Ordinal), keys);
        await states.WriteAsync(new FoldedState(CursorFold, "", CursorKey, position.Position, cursor.Content), cancellationToken).ConfigureAwait(false);
        _saved = cursor;
        if (await ReadClearedAsync(cancellationToken).ConfigureAwait(false) != _cleared)
        {
            // Another node has cleared the states while these entries were folded, and may have died over it: whoever catches up next folds everything.
            await states.ClearFoldAsync(CursorFold, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What whoever cleared the states last has left.</summary>
    private async ValueTask<string> ReadClearedAsync(CancellationToken cancellationToken)
    {
        await foreach (var item in states.ReadDueItemsAsync(Clearing, OpenItem.EndOfTime, cancellationToken).ConfigureAwait(false))
        {
            return item.Content;
        }

        return "";
    }
}
