using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using NodaTime;

namespace Gdpr.Journals;

/// <summary>A vault in memory: for tests, samples and trying things out. It is gone with the process.</summary>
public sealed class InMemorySubjectVault : ISubjectVault
{
    private const int KeyBytes = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Controller, IdentifierKind Kind, KeyedDigest Digest), SubjectKey> _identifiers = [];
    private readonly Dictionary<(string Controller, Digest Commitment), (SubjectKey? Subject, string Purpose, JournalPayload Payload)> _payloads = [];
    private readonly HashSet<(string Controller, Tombstone Tombstone)> _tombstones = [];
    private readonly Dictionary<(string Controller, IdentifierKind Kind, KeyedDigest Digest, string Channel, string Purpose), SuppressionEntry> _suppressed = [];

    /// <inheritdoc/>
    public ValueTask PrepareAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<SubjectKey> KeyOfAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(identifier);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var subject = Find(controller, identifier) ?? new SubjectKey(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes)));
            foreach (var digest in identifier.Digests)
            {
                _identifiers.TryAdd((controller, identifier.Kind, digest), subject);
            }

            return ValueTask.FromResult(subject);
        }
    }

    /// <inheritdoc/>
    public ValueTask<SubjectKey?> FindAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(identifier);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult(Find(controller, identifier));
        }
    }

    /// <inheritdoc/>
    public ValueTask LinkAsync(string controller, SubjectKey subject, HashedIdentifier identifier, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(identifier);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (identifier.Digests.Any(digest => _identifiers.TryGetValue((controller, identifier.Kind, digest), out var owner) && owner != subject))
            {
                throw new IdentifierConflictException(identifier.Kind);
            }

            foreach (var digest in identifier.Digests)
            {
                _identifiers[(controller, identifier.Kind, digest)] = subject;
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<KnownSubject?>> KeysOfAsync(
        string controller, IReadOnlyList<IReadOnlyList<HashedIdentifier>> people, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(people);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult<IReadOnlyList<KnownSubject?>>([.. people.Select(identifiers => Tie(controller, identifiers))]);
        }
    }

    /// <inheritdoc/>
    public ValueTask ForgetAsync(string controller, SubjectKey subject, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            foreach (var (key, owner) in _identifiers)
            {
                if (key.Controller == controller && owner == subject)
                {
                    _identifiers.Remove(key);
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask PutPayloadAsync(string controller, SubjectKey? subject, string purpose, JournalPayload payload, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        ArgumentNullException.ThrowIfNull(payload);
        cancellationToken.ThrowIfCancellationRequested();

        // Copied: whoever gave the bytes may go on to use their buffer.
        var kept = new JournalPayload(payload.Content.ToArray(), payload.Salt.ToArray());
        lock (_gate)
        {
            _payloads.TryAdd((controller, kept.Commitment), (subject, purpose, kept));
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<JournalPayload?> ReadPayloadAsync(string controller, Digest commitment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult(_payloads.TryGetValue((controller, commitment), out var kept) ? kept.Payload : null);
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> ErasePayloadsAsync(string controller, SubjectKey subject, string? purpose, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var erased = _payloads.Where(kept => kept.Key.Controller == controller && kept.Value.Subject == subject && (purpose is null || kept.Value.Purpose == purpose))
                .Select(kept => kept.Key).ToList();
            return ValueTask.FromResult(erased.Count(_payloads.Remove));
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> ErasePayloadsAsync(string controller, IReadOnlyCollection<Digest> commitments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(commitments);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult(commitments.Count(commitment => _payloads.Remove((controller, commitment))));
        }
    }

    /// <inheritdoc/>
    public ValueTask AddTombstonesAsync(string controller, IReadOnlyList<Tombstone> tombstones, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(tombstones);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            _tombstones.UnionWith(tombstones.Select(tombstone => (controller, tombstone)));
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Tombstone> ReadTombstonesAsync(string controller, LocalDate on, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        cancellationToken.ThrowIfCancellationRequested();
        await Task.CompletedTask.ConfigureAwait(false);
        List<Tombstone> standing;
        lock (_gate)
        {
            standing = [.. _tombstones.Where(kept => kept.Controller == controller && kept.Tombstone.Until >= on).Select(kept => kept.Tombstone)];
        }

        foreach (var tombstone in standing)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return tombstone;
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> ExpireTombstonesAsync(string controller, LocalDate on, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult(_tombstones.RemoveWhere(kept => kept.Controller == controller && kept.Tombstone.Until < on));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<HashedIdentifier>> ReadIdentifiersAsync(string controller, SubjectKey subject, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult<IReadOnlyList<HashedIdentifier>>(
            [
                .. _identifiers.Where(tie => tie.Key.Controller == controller && tie.Value == subject)
                    .Select(tie => new HashedIdentifier(tie.Key.Kind, [tie.Key.Digest])),
            ]);
        }
    }

    /// <inheritdoc/>
    public ValueTask SuppressAsync(string controller, HashedIdentifier identifier, SuppressionEntry suppression, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(identifier);
        ArgumentNullException.ThrowIfNull(suppression);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            foreach (var digest in identifier.Digests)
            {
                var key = (controller, identifier.Kind, digest, suppression.Channel, suppression.Purpose);
                _suppressed[key] = _suppressed.GetValueOrDefault(key) is { } known && known.Since > suppression.Since ? known : suppression;
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SuppressionEntry>> ReadSuppressionsAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(identifier);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult(SuppressionEntries.Latest(
                _suppressed.Where(kept => kept.Key.Controller == controller && kept.Key.Kind == identifier.Kind && identifier.Digests.Contains(kept.Key.Digest))
                    .Select(kept => kept.Value)));
        }
    }

    /// <summary>Ties all of a person's identifiers, or none where they are of several people.</summary>
    private KnownSubject? Tie(string controller, IReadOnlyList<HashedIdentifier> identifiers)
    {
        (string, IdentifierKind, KeyedDigest)[] keys = [.. identifiers.SelectMany(one => one.Digests.Select(digest => (controller, one.Kind, digest)))];
        SubjectKey[] owners = [.. keys.Where(_identifiers.ContainsKey).Select(key => _identifiers[key]).Distinct()];
        if (owners.Length > 1)
        {
            return null;
        }

        var subject = owners.Length == 1 ? owners[0] : new SubjectKey(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes)));
        foreach (var key in keys)
        {
            _identifiers[key] = subject;
        }

        return new KnownSubject(subject, owners.Length == 0);
    }

    private SubjectKey? Find(string controller, HashedIdentifier identifier)
    {
        foreach (var digest in identifier.Digests)
        {
            if (_identifiers.TryGetValue((controller, identifier.Kind, digest), out var subject))
            {
                return subject;
            }
        }

        return null;
    }
}
