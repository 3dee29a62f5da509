using System.Data.Common;
using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Core.Tests.Subjects;

/// <summary>A journal that lets somebody else in between the decision to append an entry of some type and its appending: once for each.</summary>
internal sealed class InterleavedJournal(IJournalStore inner) : IJournalStore
{
    private readonly Dictionary<string, Func<Task>> _others = new(StringComparer.Ordinal);

    public bool CanEnlist => inner.CanEnlist;

    /// <summary>Has somebody else act right before the next entry of a type is appended.</summary>
    public void LetIn(string before, Func<Task> other) => _others.Add(before, other);

    public ValueTask PrepareAsync(CancellationToken cancellationToken) => inner.PrepareAsync(cancellationToken);

    public async ValueTask<IReadOnlyList<JournalEntry>> AppendAsync(
        string stream, long expectedVersion, Instant recordedAt, IReadOnlyList<NewJournalEntry> entries, DbTransaction? transaction,
        CancellationToken cancellationToken)
    {
        if (entries.Select(entry => entry.Type).FirstOrDefault(_others.ContainsKey) is { } type && _others.Remove(type, out var other))
        {
            await other();
        }

        return await inner.AppendAsync(stream, expectedVersion, recordedAt, entries, transaction, cancellationToken);
    }

    public IAsyncEnumerable<JournalEntry> ReadStreamAsync(string stream, long afterVersion, CancellationToken cancellationToken) =>
        inner.ReadStreamAsync(stream, afterVersion, cancellationToken);

    public IAsyncEnumerable<JournalEntry> ReadAllAsync(long afterPosition, CancellationToken cancellationToken) => inner.ReadAllAsync(afterPosition, cancellationToken);

    public ValueTask<StreamHead?> ReadHeadAsync(string stream, CancellationToken cancellationToken) => inner.ReadHeadAsync(stream, cancellationToken);

    public ValueTask AddCheckpointAsync(JournalCheckpoint checkpoint, CancellationToken cancellationToken) => inner.AddCheckpointAsync(checkpoint, cancellationToken);

    public IAsyncEnumerable<JournalCheckpoint> ReadCheckpointsAsync(CancellationToken cancellationToken) => inner.ReadCheckpointsAsync(cancellationToken);

    public ValueTask<JournalBase> ReadBaseAsync(CancellationToken cancellationToken) => inner.ReadBaseAsync(cancellationToken);

    public ValueTask ExpireAsync(JournalBase expired, CancellationToken cancellationToken) => inner.ExpireAsync(expired, cancellationToken);
}
