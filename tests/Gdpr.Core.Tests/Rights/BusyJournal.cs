using System.Data.Common;
using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>A journal to which somebody else appends right before an entry of a type is, once.</summary>
internal sealed class BusyJournal(IJournalStore inner, string type) : IJournalStore
{
    /// <summary>What somebody else does.</summary>
    public Func<Task>? Action { get; set; }

    public bool CanEnlist => inner.CanEnlist;

    public ValueTask PrepareAsync(CancellationToken cancellationToken) => inner.PrepareAsync(cancellationToken);

    public async ValueTask<IReadOnlyList<JournalEntry>> AppendAsync(
        string stream, long expectedVersion, Instant recordedAt, IReadOnlyList<NewJournalEntry> entries, DbTransaction? transaction,
        CancellationToken cancellationToken)
    {
        if (Action is { } action && entries.Any(entry => entry.Type == type))
        {
            Action = null;
            await action();
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
