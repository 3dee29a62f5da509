namespace Gdpr.Journals;

/// <summary>Remembers the journal's latest checkpoint outside every database that is backed up together with it.</summary>
/// <remarks>A journal that is behind its witness was restored from a backup, or cut. Tombstones are kept here too, so that a restored database can be
/// told what must not come back.</remarks>
public interface IJournalWitness
{
    /// <summary>The latest checkpoint; <see langword="null"/> where none has been witnessed.</summary>
    /// <exception cref="WitnessException">What is kept cannot be read: the witness is unknown, which is not the same as empty.</exception>
    ValueTask<JournalCheckpoint?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Keeps a checkpoint as the latest, durably. The one that is kept already is accepted again; another of the same number, or one of a
    /// lower, is refused.</summary>
    /// <exception cref="WitnessException">It could not be kept, or a later one is kept already.</exception>
    ValueTask WriteAsync(JournalCheckpoint checkpoint, CancellationToken cancellationToken);

    /// <summary>Adds tombstones, durably. One that is there already is left as it is.</summary>
    ValueTask AddTombstonesAsync(IReadOnlyList<Tombstone> tombstones, CancellationToken cancellationToken);

    /// <summary>All tombstones.</summary>
    IAsyncEnumerable<Tombstone> ReadTombstonesAsync(CancellationToken cancellationToken);
}
