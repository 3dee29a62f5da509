using System.Data.Common;
using System.Runtime.CompilerServices;
using NodaTime;

namespace Gdpr.Journals;

/// <summary>A journal in memory: for tests, samples and trying things out. It is gone with the process.</summary>
public sealed class InMemoryJournalStore : IJournalStore
{
    private readonly Lock _gate = new();
    private readonly List<JournalEntry> _entries = [];
    private readonly Dictionary<string, List<JournalEntry>> _streams = [];
    private readonly Dictionary<string, StreamHead> _heads = [];
    private readonly List<JournalCheckpoint> _checkpoints = [];
    private JournalBase _base = JournalBase.Empty;
    private long _lastPosition;

    /// <summary>Always <see langword="false"/>: memory takes part in nobody's transaction.</summary>
    public bool CanEnlist => false;

    /// <inheritdoc/>
    public ValueTask PrepareAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<JournalEntry>> AppendAsync(
        string stream, long expectedVersion, Instant recordedAt, IReadOnlyList<NewJournalEntry> entries, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(expectedVersion, JournalStream.AnyVersion);
        ArgumentNullException.ThrowIfNull(entries);
        if (entries.Count == 0)
        {
            throw new ArgumentException("There is nothing to append: give at least one entry.", nameof(entries));
        }

        if (transaction is not null)
        {
            throw new NotSupportedException("A journal in memory takes part in no transaction: append without one.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var head = _heads.GetValueOrDefault(stream);
            var version = head?.Version ?? 0;
            if (expectedVersion != JournalStream.AnyVersion && expectedVersion != version)
            {
                throw new JournalConflictException(stream, expectedVersion, version);
            }

            // Sealed as a whole before any is kept: an entry that cannot be hashed leaves nothing behind.
            var sealedEntries = new JournalEntry[entries.Count];
            var previous = head?.Hash ?? default;
            for (var i = 0; i < sealedEntries.Length; i++)
            {
                sealedEntries[i] = JournalHash.Seal(stream, version + i + 1, _lastPosition + i + 1, recordedAt, entries[i], previous);
                previous = sealedEntries[i].Hash;
            }

            var last = sealedEntries[^1];
            _entries.AddRange(sealedEntries);
            if (!_streams.TryGetValue(stream, out var kept))
            {
                _streams.Add(stream, kept = []);
            }

            kept.AddRange(sealedEntries);
            _heads[stream] = new StreamHead(stream, last.Version, last.Hash);
            _lastPosition = last.Position;
            return ValueTask.FromResult<IReadOnlyList<JournalEntry>>(sealedEntries);
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<JournalEntry> ReadStreamAsync(string stream, long afterVersion, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(stream);
        return Snapshot<JournalEntry>(
            () => _streams.TryGetValue(stream, out var kept) ? kept[FirstAfter(kept, afterVersion, entry => entry.Version)..] : [], cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<JournalEntry> ReadAllAsync(long afterPosition, CancellationToken cancellationToken) =>
        Snapshot(() => _entries[FirstAfter(_entries, afterPosition, entry => entry.Position)..], cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StreamHead?> ReadHeadAsync(string stream, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(stream);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult(_heads.GetValueOrDefault(stream));
        }
    }

    /// <inheritdoc/>
    public ValueTask AddCheckpointAsync(JournalCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var last = _checkpoints.Count == 0 ? 0 : _checkpoints[^1].Number;
            if (checkpoint.Number <= last)
            {
                throw new JournalConflictException("checkpoint", checkpoint.Number - 1, last);
            }

            _checkpoints.Add(checkpoint);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<JournalCheckpoint> ReadCheckpointsAsync(CancellationToken cancellationToken) =>
        Snapshot<JournalCheckpoint>(() => [.. _checkpoints], cancellationToken);

    /// <inheritdoc/>
    public ValueTask<JournalBase> ReadBaseAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult(_base);
        }
    }

    /// <inheritdoc/>
    public ValueTask ExpireAsync(JournalBase expired, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(expired);
        var checkpoint = expired.Checkpoint ?? throw new ArgumentException("A base without a checkpoint says nothing about what expires.", nameof(expired));
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (!_checkpoints.Contains(checkpoint))
            {
                throw new JournalConflictException("checkpoint", checkpoint.Number, _checkpoints.Count == 0 ? 0 : _checkpoints[^1].Number);
            }

            _entries.RemoveAll(entry => entry.Position <= checkpoint.Position);
            foreach (var (_, kept) in _streams)
            {
                kept.RemoveAll(entry => entry.Position <= checkpoint.Position);
            }

            _checkpoints.RemoveAll(earlier => earlier.Number < checkpoint.Number);
            _base = expired;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Where the entries after a number begin: they ascend, so that halving finds it.</summary>
    private static int FirstAfter(List<JournalEntry> entries, long number, Func<JournalEntry, long> numberOf)
    {
        var (low, high) = (0, entries.Count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = numberOf(entries[middle]) > number ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <summary>What there is when the reading begins: who reads may append meanwhile.</summary>
    private async IAsyncEnumerable<T> Snapshot<T>(Func<IReadOnlyList<T>> take, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.CompletedTask.ConfigureAwait(false);
        IReadOnlyList<T> items;
        lock (_gate)
        {
            items = take();
        }

        foreach (var item in items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return item;
        }
    }
}
