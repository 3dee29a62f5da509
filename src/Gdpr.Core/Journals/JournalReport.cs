namespace Gdpr.Journals;

/// <summary>What verifying the journal has found.</summary>
public sealed record JournalReport
{
    /// <summary>How many entries were read.</summary>
    public required long Entries { get; init; }

    /// <summary>How many streams there are, those included that have expired.</summary>
    public required int Streams { get; init; }

    /// <summary>How many checkpoints there are.</summary>
    public required int Checkpoints { get; init; }

    /// <summary>The position of the last entry read; 0 where there is none.</summary>
    public required long LastPosition { get; init; }

    /// <summary>How many bytes were hashed.</summary>
    public required long Bytes { get; init; }

    /// <summary>The checkpoint that the witness knows; <see langword="null"/> where it knows none, or there is no witness.</summary>
    public required JournalCheckpoint? Witnessed { get; init; }

    /// <summary>How many entries come after the checkpoint that the witness knows: of them only the chains speak, and whoever can write to the store can
    /// make those anew.</summary>
    public required long EntriesAfterWitness { get; init; }

    /// <summary>How many payloads are there and match.</summary>
    public required long PayloadsPresent { get; init; }

    /// <summary>How many payloads have been erased. The entries verify without them.</summary>
    public required long PayloadsErased { get; init; }

    /// <summary>Everything that is wrong, in the order in which it was found.</summary>
    public required IReadOnlyList<JournalFault> Faults { get; init; }

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsIntact => Faults.Count == 0;
}

/// <summary>Something that is wrong with the journal, and where.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Position">The position of the entry or checkpoint, where it has one.</param>
/// <param name="Stream">The stream, where it is about one.</param>
/// <param name="Version">The version in the stream, where it is about one entry.</param>
/// <param name="Checkpoint">The number of the checkpoint, where it is about one.</param>
/// <param name="Message">The same in words.</param>
public sealed record JournalFault(JournalFaultKind Kind, long? Position, string? Stream, long? Version, long? Checkpoint, string Message)
{
    /// <summary>The words.</summary>
    public override string ToString() => Message;
}

/// <summary>What can be wrong with a journal.</summary>
public enum JournalFaultKind
{
    /// <summary>A member of an entry was changed: its hash is not that of its members.</summary>
    EntryChanged,

    /// <summary>Entries of a stream are missing.</summary>
    EntriesMissing,

    /// <summary>An entry is where it cannot be: inserted, doubled or moved.</summary>
    EntryOutOfPlace,

    /// <summary>An entry does not follow from the one before it in its stream: that one was replaced, or this one forged.</summary>
    ChainBroken,

    /// <summary>The entries up to a checkpoint are not those that it commits to: some were removed, inserted, moved or replaced since the checkpoint before.</summary>
    CheckpointDiffers,

    /// <summary>The code of a checkpoint is not valid: it was made by somebody without the key.</summary>
    CheckpointForged,

    /// <summary>A checkpoint is missing, or out of order.</summary>
    CheckpointMissing,

    /// <summary>The key of a checkpoint or of an expiry is not in the ring: it cannot be checked.</summary>
    KeyMissing,

    /// <summary>Entries after a position are missing that a checkpoint commits to.</summary>
    TailCut,

    /// <summary>The witness knows a later checkpoint than the store has: the store was cut, or restored from a backup. Or it knows nothing of a store that has
    /// checkpoints, and nobody has acknowledged that: then nothing tells whether the store is whole.</summary>
    BehindWitness,

    /// <summary>The store's checkpoint is not the one that the witness knows: the journal was rewritten.</summary>
    WitnessDiffers,

    /// <summary>The witness cannot be read: what it knows is unknown.</summary>
    WitnessUnreadable,

    /// <summary>What remains of an expired prefix is not what its expiry has committed to.</summary>
    BaseDiffers,

    /// <summary>Something that the store keeps cannot be read back: it was changed. Of what comes after it in the order of reading nothing is known.</summary>
    Unreadable,

    /// <summary>A payload is there and is not the one that its entry commits to.</summary>
    PayloadDiffers,
}
