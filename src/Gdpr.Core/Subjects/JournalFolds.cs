using System.Text.Json;
using System.Text.Json.Serialization;
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
    private JournalPosition _saved;

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
        (_folded, _saved) = (0, JournalPosition.None);
        await states.ClearFoldAsync(CursorFold, cancellationToken).ConfigureAwait(false);
        foreach (var fold in _folds.SelectMany(fold => fold.States))
        {
            await states.ClearFoldAsync(fold, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>How far the store has come. States that follow from another journal, or from entries that a restore has lost, count for nothing: they are
    /// cleared, and folded anew.</summary>
    private async ValueTask<JournalPosition> ReadCursorAsync(CancellationToken cancellationToken)
    {
        var cursor = await states.ReadAsync(CursorFold, "", CursorKey, cancellationToken).ConfigureAwait(false);
        if (cursor is null)
        {
            return JournalPosition.None;
        }

        var saved = new JournalPosition(
            cursor.Position, Digest.Parse(JsonSerializer.Deserialize(cursor.Content, CursorJson.Default.CursorData)?.Entry ?? default(Digest).ToString()));
        if (saved == _saved || (saved.Entry != default && await AtAsync(saved.Position, cancellationToken).ConfigureAwait(false) == saved)
            || (await journal.ReadBaseAsync(cancellationToken).ConfigureAwait(false)).Checkpoint?.Position >= saved.Position)
        {
            return saved;
        }

        await ClearAsync(cancellationToken).ConfigureAwait(false);
        return JournalPosition.None;
    }

    /// <summary>Folds from where the store, or this process since, has come to. The store is told as soon as something follows from an entry: what nothing
    /// follows from, such as the batches of a sweep, costs it no write, and is only read again by the next process.</summary>
    private async ValueTask FoldRestAsync(CancellationToken cancellationToken)
    {
        var saved = await ReadCursorAsync(cancellationToken).ConfigureAwait(false);
        var (last, isDue, unsaved) = (saved, false, 0);

        // A store that says less than it was told has been lost or restored: what this process has folded since counts for nothing.
        _folded = saved.Position < _saved.Position ? saved.Position : Math.Max(_folded, saved.Position);
        _saved = saved;
        await foreach (var entry in journal.ReadAllAsync(_folded, cancellationToken).ConfigureAwait(false))
        {
            foreach (var fold in _folds)
            {
                isDue |= await fold.FoldAsync(entry, states, cancellationToken).ConfigureAwait(false);
            }

            (_folded, last) = (entry.Position, new JournalPosition(entry.Position, entry.Hash));
            if (++unsaved == EntriesPerCursor)
            {
                await SaveAsync(last, cancellationToken).ConfigureAwait(false);
                (saved, isDue, unsaved) = (last, false, 0);
            }
        }

        if (isDue || last.Position - saved.Position >= EntriesPerCursor)
        {
            await SaveAsync(last, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask SaveAsync(JournalPosition position, CancellationToken cancellationToken)
    {
        var content = JsonSerializer.Serialize(new CursorData(position.Entry.ToString()), CursorJson.Default.CursorData);
        await states.WriteAsync(new FoldedState(CursorFold, "", CursorKey, position.Position, content), cancellationToken).ConfigureAwait(false);
        _saved = position;
    }
}

/// <summary>The last entry folded.</summary>
/// <param name="Entry">Its hash, in hexadecimal.</param>
internal sealed record CursorData(string? Entry);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CursorData))]
internal sealed partial class CursorJson : JsonSerializerContext;
