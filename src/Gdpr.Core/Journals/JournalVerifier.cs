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
        var journalBase = await _store.ReadBaseAsync(cancellationToken).ConfigureAwait(false);
        var checkpoints = new List<JournalCheckpoint>();
        await foreach (var checkpoint in _store.ReadCheckpointsAsync(cancellationToken).ConfigureAwait(false))
        {
            checkpoints.Add(checkpoint);
        }

        CheckpointChecks.Check(checkpoints, journalBase, witnessed, _keys, faults);
        using var pass = new VerificationPass(journalBase, checkpoints, witnessed, _keys, faults);
        var (present, erased) = (0L, 0L);
        await foreach (var entry in _store.ReadAllAsync(0, cancellationToken).ConfigureAwait(false))
        {
            pass.Take(entry);
            watcher?.Invoke(entry);
            if (_vault is not null && entry.Content.Payload is { } commitment)
            {
                var payload = await _vault.ReadPayloadAsync(entry.Content.Controller ?? "", commitment, cancellationToken).ConfigureAwait(false);
                if (payload is null)
                {
                    erased++;
                }
                else if (payload.Commitment == commitment)
                {
                    present++;
                }
                else
                {
                    faults.Add(new JournalFault(
                        JournalFaultKind.PayloadDiffers, entry.Position, entry.Stream, entry.Version, null,
                        $"{Entry(entry)} commits to another payload than the vault holds."));
                }
            }
        }

        pass.End();
        return pass.Report(present, erased);
    }

    internal static string Entry(JournalEntry entry) => $"Entry {entry.Version} of '{entry.Stream}' at position {entry.Position}";

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
    public static void Check(
        List<JournalCheckpoint> checkpoints, JournalBase journalBase, JournalCheckpoint? witnessed, IKeyRing keys, List<JournalFault> faults)
    {
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
            if (checkpoint.Number != number + 1 || checkpoint.Position <= position)
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

        void Add(JournalFaultKind kind, JournalCheckpoint checkpoint, string what) => faults.Add(new JournalFault(
            kind, checkpoint.Position, null, null, checkpoint.Number, $"Checkpoint {checkpoint.Number} at position {checkpoint.Position} {what}."));
    }
}
