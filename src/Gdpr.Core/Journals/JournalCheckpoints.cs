using NodaTime;

namespace Gdpr.Journals;

/// <summary>Makes checkpoints: commitments to the whole journal so far, signed, kept in the store, then given to the witness.</summary>
public sealed class JournalCheckpoints
{
    private readonly IJournalStore _store;
    private readonly IKeyRing _keys;
    private readonly IJournalWitness? _witness;
    private readonly IClock _clock;

    /// <summary>Makes the service.</summary>
    /// <param name="store">The journal.</param>
    /// <param name="keys">The keys to sign with.</param>
    /// <param name="witness">Where the latest checkpoint is remembered outside; <see langword="null"/> where there is none: then a journal that was cut as a
    /// whole, or restored, cannot be told from one that never was longer.</param>
    /// <param name="clock">The clock.</param>
    public JournalCheckpoints(IJournalStore store, IKeyRing keys, IJournalWitness? witness, IClock clock)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(clock);
        (_store, _keys, _witness, _clock) = (store, keys, witness, clock);
    }

    /// <summary>Makes a checkpoint, if anything has been recorded since the last one, and sees to it that the last one is witnessed.</summary>
    /// <param name="cancellationToken">Cancels between the steps; what has been kept stays, and the next call goes on from there.</param>
    /// <returns>The last checkpoint; <see langword="null"/> where the journal is empty.</returns>
    /// <exception cref="WitnessException">The witness cannot be read or written, or does not go together with the journal, which was restored or cut, and
    /// nobody has acknowledged it. Nothing was signed.</exception>
    /// <exception cref="JournalFaultException">The last checkpoint's code is not valid: nothing is built on it.</exception>
    /// <exception cref="KeyMissingException">The key under which the last checkpoint was signed is gone.</exception>
    public async ValueTask<JournalCheckpoint?> MakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (last, number, isUnwitnessed) = await CheckedLastAsync(cancellationToken).ConfigureAwait(false);
            if (isUnwitnessed)
            {
                // The very first: whoever made it has not come to have it witnessed. Nobody makes a second before that.
                await WitnessAsync(last!, _witness!, cancellationToken).ConfigureAwait(false);
            }

            if (await NextAsync(last, number + 1, cancellationToken).ConfigureAwait(false) is { } next)
            {
                try
                {
                    await _store.AddCheckpointAsync(next, cancellationToken).ConfigureAwait(false);
                    last = next;
                }
                catch (JournalConflictException)
                {
                    // Somebody else has made one of this number: theirs is the one to go on from.
                    continue;
                }
            }

            return last is null || _witness is null ? last : await WitnessAsync(last, _witness, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Signs a checkpoint.</summary>
    internal static JournalCheckpoint Sign(JournalCheckpoint checkpoint, IKeyRing keys) =>
        checkpoint with { Mac = keys.Authenticate(checkpoint.KeyId, JournalEncoding.Authenticated(checkpoint)) };

    /// <summary>Whether a checkpoint was signed under its key.</summary>
    internal static bool IsSigned(JournalCheckpoint checkpoint, IKeyRing keys) => Sign(checkpoint, keys).Mac == checkpoint.Mac;

    private async ValueTask<JournalCheckpoint?> WitnessAsync(JournalCheckpoint checkpoint, IJournalWitness witness, CancellationToken cancellationToken)
    {
        try
        {
            await witness.WriteAsync(checkpoint, cancellationToken).ConfigureAwait(false);
            return checkpoint;
        }
        catch (WitnessException)
        {
            // Somebody else may have made a later one meanwhile, and had it witnessed: then it is in the store, or this throws again.
            var (last, _, _) = await CheckedLastAsync(cancellationToken).ConfigureAwait(false);
            if (await witness.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } known || known.Number < checkpoint.Number)
            {
                throw;
            }

            return last;
        }
    }

    /// <summary>The last checkpoint, after what speaks against building on it has been ruled out, the highest number that was given out, and whether the last is
    /// the very first and nobody has had it witnessed yet.</summary>
    private async ValueTask<(JournalCheckpoint? Last, long Number, bool IsUnwitnessed)> CheckedLastAsync(CancellationToken cancellationToken)
    {
        var gap = await RestoreAcknowledgements.FindGapAsync(_store, _witness, _keys, cancellationToken).ConfigureAwait(false);
        JournalCheckpoint? last = null;
        await foreach (var checkpoint in _store.ReadCheckpointsAsync(cancellationToken).ConfigureAwait(false))
        {
            last = checkpoint;
        }

        // The very first checkpoint may have been kept and not witnessed yet; whoever made a second had seen to the first.
        if (gap is { IsAcknowledged: false } and not { IsWitnessEmpty: true, Checkpoint.Number: 1 })
        {
            var (number, position) = (gap.Checkpoint.Number, gap.Checkpoint.Position);
            throw new WitnessException((gap.IsWitnessEmpty
                ? $"The witness knows nothing, and the journal has checkpoint {number} at position {position}: the witness was emptied, replaced or is not mounted. "
                : $"The witness knows checkpoint {number} at position {position}, and the journal has not that one: it was restored from a backup, cut or rewritten. ")
                + "Verify it before anything else, then acknowledge it (Sweep.AcknowledgeRestoreAsync); nothing is signed until then.");
        }

        if (last is not null && !IsSigned(last, _keys))
        {
            throw new JournalFaultException([
                new JournalFault(JournalFaultKind.CheckpointForged, last.Position, null, null, last.Number, $"The code of checkpoint {last.Number} is not valid.")]);
        }

        var isUnwitnessed = last is { Number: 1 } && gap is { IsAcknowledged: false, IsWitnessEmpty: true };
        return (last, Math.Max(last?.Number ?? 0, gap?.Checkpoint.Number ?? 0), isUnwitnessed);
    }

    private async ValueTask<JournalCheckpoint?> NextAsync(JournalCheckpoint? last, long number, CancellationToken cancellationToken)
    {
        var position = last?.Position ?? 0;
        using var history = new JournalHistory(last?.History ?? default);
        await foreach (var entry in _store.ReadAllAsync(position, cancellationToken).ConfigureAwait(false))
        {
            history.Add(entry.Hash);
            position = entry.Position;
        }

        return position == (last?.Position ?? 0)
            ? null
            : Sign(new JournalCheckpoint(number, position, history.Close(), ToTicks(_clock.GetCurrentInstant()), _keys.CurrentKeyId, default), _keys);
    }

    private static Instant ToTicks(Instant instant) => Instant.FromUnixTimeTicks(instant.ToUnixTimeTicks());
}
