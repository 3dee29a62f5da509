using Gdpr.Journals;

namespace Gdpr.Subjects;

/// <summary>Brings the state store up to what the journal holds.</summary>
/// <remarks>Whoever relies on a fold catches up first: the journal is what counts, and a state may be behind it after a crash or for as long as another
/// process wrote.</remarks>
internal sealed class JournalFolds(IJournalStore journal, IStateStore states, IEnumerable<IJournalFold> folds) : IDisposable
{
    private const string CursorFold = "journal";
    private const string CursorKey = "cursor";
    private const int EntriesPerCursor = 1000;

    private readonly IJournalFold[] _folds = [.. folds];
    private readonly SemaphoreSlim _catchingUp = new(1);
    private long _folded;
    private long _saved;

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
            (_folded, _saved) = (0, 0);
            await states.ClearFoldAsync(CursorFold, cancellationToken).ConfigureAwait(false);
            foreach (var fold in _folds.SelectMany(fold => fold.States))
            {
                await states.ClearFoldAsync(fold, cancellationToken).ConfigureAwait(false);
            }

            await FoldRestAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _catchingUp.Release();
        }
    }

    /// <summary>Folds from where the store, or this process since, has come to. The store is told as soon as something follows from an entry: what nothing
    /// follows from, such as the batches of a sweep, costs it no write, and is only read again by the next process.</summary>
    private async ValueTask FoldRestAsync(CancellationToken cancellationToken)
    {
        var cursor = await states.ReadAsync(CursorFold, "", CursorKey, cancellationToken).ConfigureAwait(false);
        var (saved, isDue) = (cursor?.Position ?? 0, false);
        var unsaved = 0;

        // A store that says less than it was told has been lost or restored: what this process has folded since counts for nothing.
        _folded = saved < _saved ? saved : Math.Max(_folded, saved);
        _saved = saved;
        await foreach (var entry in journal.ReadAllAsync(_folded, cancellationToken).ConfigureAwait(false))
        {
            foreach (var fold in _folds)
            {
                isDue |= await fold.FoldAsync(entry, states, cancellationToken).ConfigureAwait(false);
            }

            _folded = entry.Position;
            if (++unsaved == EntriesPerCursor)
            {
                await SaveAsync(_folded, cancellationToken).ConfigureAwait(false);
                (saved, isDue, unsaved) = (_folded, false, 0);
            }
        }

        if (isDue || _folded - saved >= EntriesPerCursor)
        {
            await SaveAsync(_folded, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask SaveAsync(long position, CancellationToken cancellationToken)
    {
        await states.WriteAsync(new FoldedState(CursorFold, "", CursorKey, position, "{}"), cancellationToken).ConfigureAwait(false);
        _saved = position;
    }
}
