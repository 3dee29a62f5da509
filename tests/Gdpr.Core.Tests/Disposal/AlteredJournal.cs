using System.Data.Common;
using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>A journal of which somebody has changed the data of some entries, and not their hashes.</summary>
internal sealed class AlteredJournal(IJournalStore inner, Func<JournalEntry, bool> isAltered) : IJournalStore
{
    public bool CanEnlist => inner.CanEnlist;

    public ValueTask PrepareAsync(CancellationToken cancellationToken) => inner.PrepareAsync(cancellationToken);

    public ValueTask<IReadOnlyList<JournalEntry>> AppendAsync(
        string stream, long expectedVersion, Instant recordedAt, IReadOnlyList<NewJournalEntry> entries, DbTransaction? transaction,
        CancellationToken cancellationToken) =>
        inner.AppendAsync(stream, expectedVersion, recordedAt, entries, transaction, cancellationToken);

    public IAsyncEnumerable<JournalEntry> ReadStreamAsync(string stream, long afterVersion, CancellationToken cancellationToken) =>
        inner.ReadStreamAsync(stream, afterVersion, cancellationToken).Select(Altered);

    public IAsyncEnumerable<JournalEntry> ReadAllAsync(long afterPosition, CancellationToken cancellationToken) =>
        inner.ReadAllAsync(afterPosition, cancellationToken).Select(Altered);

    public ValueTask<StreamHead?> ReadHeadAsync(string stream, CancellationToken cancellationToken) => inner.ReadHeadAsync(stream, cancellationToken);

    public ValueTask AddCheckpointAsync(JournalCheckpoint checkpoint, CancellationToken cancellationToken) => inner.AddCheckpointAsync(checkpoint, cancellationToken);

    public IAsyncEnumerable<JournalCheckpoint> ReadCheckpointsAsync(CancellationToken cancellationToken) => inner.ReadCheckpointsAsync(cancellationToken);

    public ValueTask<JournalBase> ReadBaseAsync(CancellationToken cancellationToken) => inner.ReadBaseAsync(cancellationToken);

    public ValueTask ExpireAsync(JournalBase expired, CancellationToken cancellationToken) => inner.ExpireAsync(expired, cancellationToken);

    private JournalEntry Altered(JournalEntry entry) => isAltered(entry)
        ? entry with { Content = entry.Content with { Data = entry.Content.Data.Replace("\"by\":\"", "\"by\":\"not-", StringComparison.Ordinal) } }
        : entry;
}
