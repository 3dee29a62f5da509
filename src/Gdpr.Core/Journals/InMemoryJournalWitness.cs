using System.Runtime.CompilerServices;

namespace Gdpr.Journals;

/// <summary>A witness in memory, for tests. It outlives nothing, and so proves nothing to anybody else.</summary>
public sealed class InMemoryJournalWitness : IJournalWitness
{
    private readonly Lock _gate = new();
    private readonly List<Tombstone> _tombstones = [];
    private readonly HashSet<Tombstone> _known = [];
    private JournalCheckpoint? _latest;

    /// <inheritdoc/>
    public ValueTask<JournalCheckpoint?> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult(_latest);
        }
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(JournalCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_latest is not null && _latest != checkpoint && _latest.Number >= checkpoint.Number)
            {
                throw new WitnessException($"The witness has checkpoint {_latest.Number} and refuses another of number {checkpoint.Number}: "
                    + "the journal was restored or cut, or two journals share a witness. Verify the journal.");
            }

            _latest = checkpoint;
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask AddTombstonesAsync(IReadOnlyList<Tombstone> tombstones, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tombstones);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            _tombstones.AddRange(tombstones.Where(_known.Add));
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Tombstone> ReadTombstonesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.CompletedTask.ConfigureAwait(false);
        List<Tombstone> tombstones;
        lock (_gate)
        {
            tombstones = [.. _tombstones];
        }

        foreach (var tombstone in tombstones)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return tombstone;
        }
    }
}
