namespace Gdpr.Journals;

/// <summary>Verifies the journal: every entry, every chain, every checkpoint, what the witness knows, what has expired and the payloads.</summary>
/// <remarks>One pass in the order of commits. Memory grows with the number of streams, not with that of entries. Everything that is wrong is reported,
/// each where it is; one fault does not make what follows look wrong.</remarks>
public sealed class JournalVerifier
{
    private readonly IJournalStore _store;
    private readonly IKeyRing _keys;
    private readonly IJournalWitness? _witness;
    private readonly ISubjectVault? _vault;

    /// <summary>Makes a verifier.</summary>
    /// <param name="store">The journal.</param>
    /// <param name="keys">The keys under which checkpoints were signed.</param>
    /// <param name="witness">What remembers the latest checkpoint outside; <see langword="null"/> to do without.</param>
    /// <param name="vault">Where the payloads are; <see langword="null"/> to leave them out: each is a look-up.</param>
    public JournalVerifier(IJournalStore store, IKeyRing keys, IJournalWitness? witness = null, ISubjectVault? vault = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(keys);
        (_store, _keys, _witness, _vault) = (store, keys, witness, vault);
    }

    /// <summary>Verifies everything there is.</summary>
    /// <param name="cancellationToken">Ends the pass.</param>
    /// <returns>What was found. A damaged journal is a result, not an exception.</returns>
    public ValueTask<JournalReport> VerifyAsync(CancellationToken cancellationToken) => VerifyAsync(watcher: null, cancellationToken);

    /// <summary>Verifies, and shows each entry to somebody who reads along.</summary>
    internal async ValueTask<JournalReport> VerifyAsync(Action<JournalEntry>? watcher, CancellationToken cancellationToken)
    {
        var faults = new List<JournalFault>();

        // The witness first: it is written last, so that what it knows, the store knows too, however much is appended meanwhile.
        var witnessed = await ReadWitnessAsync(faults, cancellationToken).ConfigureAwait(false);
        var (journalBase, checkpoints) = (JournalBase.Empty, new List<JournalCheckpoint>());
        try
        {
            journalBase = await _store.ReadBaseAsync(cancellationToken).ConfigureAwait(false);
            await foreach (var checkpoint in _store.ReadCheckpointsAsync(cancellationToken).ConfigureAwait(false))
            {
                checkpoints.Add(checkpoint);
            }
        }
        catch (StoreException unreadable) when (unreadable.Failure == StoreFailure.Corrupt)
        {
            // Without the checkpoints that follow, whole entries would look wrong.
            faults.Add(Unreadable(checkpoints.Count > 0 ? checkpoints[^1].Position : null, unreadable));
            using var nothing = new VerificationPass(journalBase, checkpoints, [], witnessed, _keys, faults);
            return nothing.Report(0, 0);
        }

        var jumps = CheckpointChecks.Check(checkpoints, journalBase, witnessed, _keys, faults);
        if (witnessed is null && checkpoints.Count > 0)
        {
            await CheckEmptyWitnessAsync(checkpoints[^1], faults, cancellationToken).ConfigureAwait(false);
        }

        using var pass = new VerificationPass(journalBase, checkpoints, jumps, witnessed, _keys, faults);
        var (present, erased) = (0L, 0L);
        try
        {
            if (_store is IEncodedJournalStore encoded && watcher is null)
            {
                var pages = new VerifiedPages(encoded, pass, _vault is null ? null : CheckAsync);
                await pages.TakeAllAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await foreach (var entry in _store.ReadAllAsync(0, cancellationToken).ConfigureAwait(false))
                {
                    pass.Take(entry);
                    watcher?.Invoke(entry);
                    if (_vault is not null && entry.Content.Payload is not null)
                    {
                        await CheckAsync(entry).ConfigureAwait(false);
                    }
                }
            }

            pass.End();
        }
        catch (StoreException unreadable) when (unreadable.Failure == StoreFailure.Corrupt)
        {
            // What was found so far stands; of the rest nothing is known, least of all that it is gone.
            faults.Add(Unreadable(pass.LastPosition, unreadable));
        }

        return pass.Report(present, erased);

        async ValueTask CheckAsync(JournalEntry entry)
        {
            var isPresent = await CheckPayloadAsync(_vault!, entry, entry.Content.Payload!.Value, faults, cancellationToken).ConfigureAwait(false);
            present += isPresent is true ? 1 : 0;
            erased += isPresent is false ? 1 : 0;
        }
    }

    internal static string Entry(JournalEntry entry) => $"Entry {entry.Version} of '{entry.Stream}' at position {entry.Position}";

    private static JournalFault Unreadable(long? after, StoreException exception) => new(
        JournalFaultKind.Unreadable, after, null, null, null, $"What comes after position {after ?? 0} cannot be verified. {exception.Message}");

    /// <returns>Whether the payload is there; <see langword="null"/> where it is wrong.</returns>
    private static async ValueTask<bool?> CheckPayloadAsync(
        ISubjectVault vault, JournalEntry entry, Digest commitment, List<JournalFault> faults, CancellationToken cancellationToken)
    {
        try
        {
            var payload = await vault.ReadPayloadAsync(entry.Content.Controller ?? "", commitment, cancellationToken).ConfigureAwait(false);
            if (payload is null || payload.Commitment == commitment)
            {
                return payload is not null;
            }

            Add(JournalFaultKind.PayloadDiffers, "commits to another payload than the vault holds.");
        }
        catch (StoreException unreadable) when (unreadable.Failure == StoreFailure.Corrupt)
        {
            Add(JournalFaultKind.Unreadable, $"commits to a payload that cannot be read back. {unreadable.Message}");
        }

        return null;

        void Add(JournalFaultKind kind, string what) =>
            faults.Add(new JournalFault(kind, entry.Position, entry.Stream, entry.Version, null, $"{Entry(entry)} {what}"));
    }

    /// <summary>Finds a witness that knows nothing of a journal that has checkpoints: what stops destruction is no intact journal.</summary>
    private async ValueTask CheckEmptyWitnessAsync(JournalCheckpoint last, List<JournalFault> faults, CancellationToken cancellationToken)
    {
        if (faults.Any(fault => fault.Kind == JournalFaultKind.WitnessUnreadable))
        {
            return;
        }

        try
        {
            if (await RestoreAcknowledgements.FindGapAsync(_store, _witness, _keys, cancellationToken).ConfigureAwait(false)
                is not { IsWitnessEmpty: true, IsAcknowledged: false } gap)
            {
                return;
            }

            last = gap.Checkpoint;
        }
        catch (Exception exception) when (exception is KeyMissingException or WitnessException or StoreException { Failure: StoreFailure.Corrupt })
        {
            // Nobody can tell that it was acknowledged.
        }

        faults.Add(new JournalFault(
            JournalFaultKind.BehindWitness, last.Position, null, null, last.Number,
            $"The witness knows nothing, and the store has checkpoint {last.Number} at position {last.Position}: the witness was emptied, replaced or is not mounted."));
    }

    private async ValueTask<JournalCheckpoint?> ReadWitnessAsync(List<JournalFault> faults, CancellationToken cancellationToken)
    {
        try
        {
            return _witness is null ? null : await _witness.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (WitnessException unreadable)
        {
            faults.Add(new JournalFault(JournalFaultKind.WitnessUnreadable, null, null, null, null, unreadable.Message));
            return null;
        }
    }
}

/// <summary>What can be said of checkpoints without reading entries.</summary>
internal static class CheckpointChecks
{
    /// <returns>Checkpoints whose numbers leave some out: only a restore that was acknowledged between them explains that.</returns>
    public static List<CheckpointJump> Check(
        List<JournalCheckpoint> checkpoints, JournalBase journalBase, JournalCheckpoint? witnessed, IKeyRing keys, List<JournalFault> faults)
    {
        var jumps = new List<CheckpointJump>();
        var (number, position) = (0L, 0L);
        if (journalBase.Checkpoint is { } first)
        {
            // The base's own checkpoint is kept, and is the first.
            (number, position) = (first.Number - 1, 0);
            if (checkpoints is not [var kept, ..] || kept != first)
            {
                Add(JournalFaultKind.BaseDiffers, first, "is what entries have expired up to, and the store has it no longer as it was");
            }
        }

        foreach (var checkpoint in checkpoints)
        {
            if (checkpoint.Number > number + 1 && checkpoint.Position > position)
            {
                jumps.Add(new CheckpointJump(checkpoint, number, position));
            }
            else if (checkpoint.Number != number + 1 || checkpoint.Position <= position)
            {
                Add(JournalFaultKind.CheckpointMissing, checkpoint, $"does not follow number {number} at position {position}");
            }

            (number, position) = (checkpoint.Number, checkpoint.Position);
            try
            {
                if (!JournalCheckpoints.IsSigned(checkpoint, keys))
                {
                    Add(JournalFaultKind.CheckpointForged, checkpoint, "has a code that is not valid: it was changed, or made without the key");
                }
            }
            catch (KeyMissingException missing)
            {
                Add(JournalFaultKind.KeyMissing, checkpoint, $"cannot be checked: key '{missing.KeyId}' is not in the ring");
            }
        }

        if (witnessed is not null && !checkpoints.Contains(witnessed))
        {
            if (witnessed.Number > number)
            {
                Add(JournalFaultKind.BehindWitness, witnessed, $"is known to the witness, and the store ends at number {number}: it was cut, or restored from a backup");
            }
            else
            {
                Add(JournalFaultKind.WitnessDiffers, witnessed, "is known to the witness, and the store's is another: the journal was rewritten");
            }
        }

        return jumps;

        void Add(JournalFaultKind kind, JournalCheckpoint checkpoint, string what) => faults.Add(new JournalFault(
            kind, checkpoint.Position, null, null, checkpoint.Number, $"Checkpoint {checkpoint.Number} at position {checkpoint.Position} {what}."));
    }
}

/// <summary>A checkpoint whose number leaves some out.</summary>
/// <param name="Checkpoint">The checkpoint.</param>
/// <param name="Number">The number of the one before it.</param>
/// <param name="Position">The position of the one before it.</param>
internal sealed record CheckpointJump(JournalCheckpoint Checkpoint, long Number, long Position);
