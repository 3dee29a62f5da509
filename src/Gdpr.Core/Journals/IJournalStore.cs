using System.Data.Common;
using NodaTime;

namespace Gdpr.Journals;

/// <summary>Where the journal is kept. Append-only, but for the expiry of a prefix.</summary>
/// <remarks>Implementations pass the public contract suite. They compute nothing but positions and hashes (<see cref="JournalHash"/>), and are safe to
/// use from several threads.</remarks>
public interface IJournalStore
{
    /// <summary>Whether entries can be appended in a transaction of the host's: where the journal shares the host's database.</summary>
    bool CanEnlist { get; }

    /// <summary>Creates what the store needs, where it is missing. Idempotent.</summary>
    ValueTask PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Appends entries to a stream: all or none.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="expectedVersion">The version of the stream's last entry, 0 where it has none;
    /// <see cref="JournalStream.AnyVersion"/> to append after whatever is there.</param>
    /// <param name="recordedAt">When they are recorded.</param>
    /// <param name="entries">The entries, at least one.</param>
    /// <param name="transaction">The host's transaction to take part in; <see langword="null"/> for one of the store's own.</param>
    /// <param name="cancellationToken">Cancels before anything is written, never half-way.</param>
    /// <returns>The entries as they stand in the journal.</returns>
    /// <exception cref="JournalConflictException">The stream's last version is another.</exception>
    /// <exception cref="ArgumentException">There is no entry, or a text is not Unicode (half of a surrogate pair).</exception>
    /// <exception cref="NotSupportedException">A transaction was given, and <see cref="CanEnlist"/> is false or it belongs to another database.</exception>
    ValueTask<IReadOnlyList<JournalEntry>> AppendAsync(
        string stream, long expectedVersion, Instant recordedAt, IReadOnlyList<NewJournalEntry> entries, DbTransaction? transaction, CancellationToken cancellationToken);

    /// <summary>Appends to many streams, each of them all or none, as by <see cref="AppendAsync"/>. A store that can does it in one transaction: then nothing is
    /// written where anything but a conflict goes wrong.</summary>
    /// <param name="recordedAt">When they are recorded.</param>
    /// <param name="appends">What to append where, each stream once.</param>
    /// <param name="cancellationToken">Cancels between two streams at the latest.</param>
    /// <returns>For each stream the entries as they stand in the journal; <see langword="null"/> where its last version is another, and nothing was appended.</returns>
    async ValueTask<IReadOnlyList<IReadOnlyList<JournalEntry>?>> AppendEachAsync(
        Instant recordedAt, IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(appends);
        var appended = new List<IReadOnlyList<JournalEntry>?>(appends.Count);
        foreach (var append in appends)
        {
            try
            {
                appended.Add(await AppendAsync(append.Stream, append.ExpectedVersion, recordedAt, append.Entries, transaction: null, cancellationToken)
                    .ConfigureAwait(false));
            }
            catch (JournalConflictException)
            {
                appended.Add(null);
            }
        }

        return appended;
    }

    /// <summary>The entries of a stream, in order.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="afterVersion">Only entries of a higher version.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<JournalEntry> ReadStreamAsync(string stream, long afterVersion, CancellationToken cancellationToken);

    /// <summary>All entries in the order of their positions. Leaves out entries at or above the position of the oldest writer still
    /// running, so that a reader that goes on from the last position it saw misses none.</summary>
    /// <param name="afterPosition">Only entries of a higher position.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<JournalEntry> ReadAllAsync(long afterPosition, CancellationToken cancellationToken);

    /// <summary>The last entry of a stream, or <see langword="null"/>. Of a stream whose entries have expired, still its head as the base holds it.</summary>
    ValueTask<StreamHead?> ReadHeadAsync(string stream, CancellationToken cancellationToken);

    /// <summary>Keeps a checkpoint after the last one. Its number may leave some out: those of checkpoints that a restore has lost.</summary>
    /// <exception cref="JournalConflictException">The number is not above that of the last checkpoint, and above zero.</exception>
    ValueTask AddCheckpointAsync(JournalCheckpoint checkpoint, CancellationToken cancellationToken);

    /// <summary>The checkpoints in order of their numbers.</summary>
    IAsyncEnumerable<JournalCheckpoint> ReadCheckpointsAsync(CancellationToken cancellationToken);

    /// <summary>What remains of an expired prefix; <see cref="JournalBase.Empty"/> where nothing has expired.</summary>
    ValueTask<JournalBase> ReadBaseAsync(CancellationToken cancellationToken);

    /// <summary>Removes every entry up to the base's position, and the checkpoints before its own, and keeps the base instead: all or none.</summary>
    /// <exception cref="ArgumentException">The base names no checkpoint.</exception>
    /// <exception cref="JournalConflictException">The base's checkpoint is none that the store keeps: nothing was changed.</exception>
    ValueTask ExpireAsync(JournalBase expired, CancellationToken cancellationToken);
}

/// <summary>Entries for a stream.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="ExpectedVersion">The version of its last entry, 0 where it has none.</param>
/// <param name="Entries">The entries, at least one.</param>
public sealed record StreamAppend(string Stream, long ExpectedVersion, IReadOnlyList<NewJournalEntry> Entries);

/// <summary>What is particular about streams.</summary>
public static class JournalStream
{
    /// <summary>As an expected version: whatever the stream's last version is.</summary>
    public const long AnyVersion = -1;
}

/// <summary>The last entry of a stream.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Version">Its version.</param>
/// <param name="Hash">Its hash.</param>
public sealed record StreamHead(string Stream, long Version, Digest Hash);

/// <summary>What remains of an expired prefix: enough to go on verifying what follows.</summary>
/// <param name="Checkpoint">The checkpoint up to whose position entries have expired; <see langword="null"/> where none have.</param>
/// <param name="Heads">The last entry of every stream at that position, ordinally by stream.</param>
public sealed record JournalBase(JournalCheckpoint? Checkpoint, IReadOnlyList<StreamHead> Heads)
{
    /// <summary>Nothing has expired.</summary>
    public static JournalBase Empty { get; } = new(null, []);
}
