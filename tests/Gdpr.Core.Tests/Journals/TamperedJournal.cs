using System.Data.Common;
using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Core.Tests.Journals;

/// <summary>A store whose content anybody may change. It is only read.</summary>
internal sealed class TamperedJournal : IJournalStore
{
    public required List<JournalEntry> Entries { get; init; }

    public required List<JournalCheckpoint> Checkpoints { get; init; }

    public required JournalBase Base { get; set; }

    /// <summary>The position of an entry that cannot be read back.</summary>
    public long? Unreadable { get; set; }

    public bool CanEnlist => false;

    /// <summary>Hashes a stream anew from a place in the journal on, as a forger without keys can.</summary>
    public void Reseal(string stream, int from)
    {
        var (version, previous) = Entries[..from].LastOrDefault(entry => entry.Stream == stream) is { } last ? (last.Version, last.Hash) : (0, default);
        for (var i = from; i < Entries.Count; i++)
        {
            if (Entries[i] is var entry && entry.Stream == stream)
            {
                Entries[i] = JournalHash.Seal(stream, ++version, entry.Position, entry.RecordedAt, entry.Content, previous);
                previous = Entries[i].Hash;
            }
        }
    }

    public ValueTask PrepareAsync(CancellationToken cancellationToken) => default;

    public IAsyncEnumerable<JournalEntry> ReadAllAsync(long afterPosition, CancellationToken cancellationToken) =>
        Entries.Where(entry => entry.Position > afterPosition)
            .Select(entry => entry.Position == Unreadable ? throw new StoreException(StoreFailure.Corrupt, "memory", "An entry cannot be read back.") : entry)
            .ToAsyncEnumerable();

    public IAsyncEnumerable<JournalEntry> ReadStreamAsync(string stream, long afterVersion, CancellationToken cancellationToken) =>
        Entries.Where(entry => entry.Stream == stream && entry.Version > afterVersion).ToAsyncEnumerable();

    public IAsyncEnumerable<JournalCheckpoint> ReadCheckpointsAsync(CancellationToken cancellationToken) => Checkpoints.ToAsyncEnumerable();

    public ValueTask<JournalBase> ReadBaseAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Base);

    public ValueTask<IReadOnlyList<JournalEntry>> AppendAsync(
        string stream, long expectedVersion, Instant recordedAt, IReadOnlyList<NewJournalEntry> entries, DbTransaction? transaction,
        CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<StreamHead?> ReadHeadAsync(string stream, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask AddCheckpointAsync(JournalCheckpoint checkpoint, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask ExpireAsync(JournalBase expired, CancellationToken cancellationToken) => throw new NotSupportedException();
}
