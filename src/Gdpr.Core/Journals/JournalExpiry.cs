using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;

namespace Gdpr.Journals;

/// <summary>Lets the beginning of the journal go when the periods of its proofs have ended (Art. 5(1)(e)), so that what remains still verifies and nothing
/// that still holds is forgotten.</summary>
public sealed class JournalExpiry
{
    /// <summary>The stream in which the journal speaks of itself.</summary>
    internal const string Stream = "journal";

    /// <summary>The entry that commits to what remains.</summary>
    internal const string EntryType = "journal-expired";

    // Each round of restating ends with nothing left, unless others append to the same streams all the time.
    private const int RestateRounds = 8;

    private readonly IJournalStore _store;
    private readonly ISubjectVault _vault;
    private readonly IKeyRing _keys;
    private readonly IJournalWitness? _witness;
    private readonly IReadOnlyList<IJournalRestater> _restaters;
    private readonly IClock _clock;
    private readonly Func<CancellationToken, ValueTask> _agreeAsync = static _ => ValueTask.CompletedTask;

    /// <summary>Makes the service.</summary>
    /// <param name="store">The journal.</param>
    /// <param name="vault">Where the payloads are.</param>
    /// <param name="keys">The keys to sign with.</param>
    /// <param name="witness">The witness, where there is one.</param>
    /// <param name="restaters">Everybody who knows what still holds.</param>
    /// <param name="clock">The clock.</param>
    public JournalExpiry(
        IJournalStore store, ISubjectVault vault, IKeyRing keys, IJournalWitness? witness, IEnumerable<IJournalRestater> restaters, IClock clock)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(vault);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(restaters);
        ArgumentNullException.ThrowIfNull(clock);
        (_store, _vault, _keys, _witness, _restaters, _clock) = (store, vault, keys, witness, [.. restaters], clock);
    }

    /// <summary>Makes the service where something may stop every expiry, whoever asks for it: it is asked before each step that destroys.</summary>
    internal JournalExpiry(
        IJournalStore store, ISubjectVault vault, IKeyRing keys, IJournalWitness? witness, IEnumerable<IJournalRestater> restaters, IClock clock,
        Func<CancellationToken, ValueTask> agreeAsync)
        : this(store, vault, keys, witness, restaters, clock) => _agreeAsync = agreeAsync;

    /// <summary>Lets go of the entries up to the last checkpoint that was made before an instant. Verifies the whole journal first; says again what still
    /// holds; commits to what remains in an entry, in a checkpoint, and to the witness; erases the payloads of what goes; and only then removes.</summary>
    /// <param name="before">Entries recorded at this instant or later stay.</param>
    /// <param name="cancellationToken">Cancels between the steps: the next call begins anew.</param>
    /// <returns>The checkpoint up to which entries are gone; <see langword="null"/> where none is that old.</returns>
    /// <exception cref="JournalFaultException">The journal does not verify: what is damaged is evidence, and stays.</exception>
    /// <exception cref="JournalConflictException">Others append to a stream all the time while it is restated.</exception>
    /// <exception cref="WitnessException">The witness cannot keep the checkpoint.</exception>
    /// <exception cref="JournalKeptException">The kill switch is on. What was begun before it was turned on is completed by the next call.</exception>
    public ValueTask<JournalCheckpoint?> ExpireAsync(Instant before, CancellationToken cancellationToken) =>
        ExpireAsync(before, static _ => ValueTask.CompletedTask, cancellationToken);

    /// <summary>The same, where somebody else has to agree as well.</summary>
    /// <param name="before">Entries recorded at this instant or later stay.</param>
    /// <param name="agreeAsync">Throws where nothing may go: asked where something is to go, before the journal is verified, and again before anything goes.</param>
    /// <param name="cancellationToken">Cancels between the steps: the next call begins anew.</param>
    internal async ValueTask<JournalCheckpoint?> ExpireAsync(Instant before, Func<CancellationToken, ValueTask> agreeAsync, CancellationToken cancellationToken)
    {
        if (await LastBeforeAsync(before, cancellationToken).ConfigureAwait(false) is not { } checkpoint)
        {
            return null;
        }

        await AgreeAsync().ConfigureAwait(false);
        var checkpoints = new JournalCheckpoints(_store, _keys, _witness, _clock);
        var prefix = new ExpiringPrefix(checkpoint, await _store.ReadBaseAsync(cancellationToken).ConfigureAwait(false));
        var report = await new JournalVerifier(_store, _keys, _witness).VerifyAsync(prefix.Watch, cancellationToken).ConfigureAwait(false);
        if (!report.IsIntact)
        {
            throw new JournalFaultException(report.Faults);
        }

        await RestateAsync(prefix, cancellationToken).ConfigureAwait(false);
        await AgreeAsync().ConfigureAwait(false);
        var remains = prefix.ToBase();
        await _store.AppendAsync(Stream, JournalStream.AnyVersion, _clock.GetCurrentInstant(), [Commitment(remains)], null, cancellationToken).ConfigureAwait(false);
        await checkpoints.MakeAsync(cancellationToken).ConfigureAwait(false);

        // Payloads before entries: after a crash in between, the entries still verify and go the next time. The other way round nobody would know of the payloads.
        foreach (var (controller, commitments) in prefix.OrphanedPayloads())
        {
            await _agreeAsync(cancellationToken).ConfigureAwait(false);
            await _vault.ErasePayloadsAsync(controller, commitments, cancellationToken).ConfigureAwait(false);
        }

        await _agreeAsync(cancellationToken).ConfigureAwait(false);
        await _store.ExpireAsync(remains, cancellationToken).ConfigureAwait(false);
        return checkpoint;

        async ValueTask AgreeAsync()
        {
            await agreeAsync(cancellationToken).ConfigureAwait(false);
            await _agreeAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether the data of an expiry's entry commits to a base, under a valid key.</summary>
    /// <exception cref="KeyMissingException">The ring has not the key.</exception>
    internal static bool CommitsTo(string data, JournalBase journalBase, IKeyRing keys)
    {
        ExpiryData? expiry;
        try
        {
            expiry = JsonSerializer.Deserialize(data, ExpiryJson.Default.ExpiryData);
        }
        catch (JsonException)
        {
            // Not written by this library: it commits to nothing.
            return false;
        }

        var digest = JournalEncoding.DigestOf(journalBase.Checkpoint!, journalBase.Heads);
        return expiry is { KeyId: { } keyId } && expiry.Base == digest.ToString()
            && expiry.Mac == keys.Authenticate(keyId, JournalEncoding.AuthenticatedExpiry(digest)).ToString();
    }

    private NewJournalEntry Commitment(JournalBase remains)
    {
        var digest = JournalEncoding.DigestOf(remains.Checkpoint!, remains.Heads);
        var mac = _keys.Authenticate(_keys.CurrentKeyId, JournalEncoding.AuthenticatedExpiry(digest));
        var data = new ExpiryData(remains.Checkpoint!.Number, remains.Checkpoint.Position, digest.ToString(), _keys.CurrentKeyId, mac.ToString());
        return new NewJournalEntry(EntryType, _clock.GetCurrentInstant(), JsonSerializer.Serialize(data, ExpiryJson.Default.ExpiryData));
    }

    private async ValueTask<JournalCheckpoint?> LastBeforeAsync(Instant before, CancellationToken cancellationToken)
    {
        var gone = (await _store.ReadBaseAsync(cancellationToken).ConfigureAwait(false)).Checkpoint?.Number ?? 0;
        JournalCheckpoint? last = null;
        await foreach (var checkpoint in _store.ReadCheckpointsAsync(cancellationToken).ConfigureAwait(false))
        {
            last = checkpoint.At < before && checkpoint.Number > gone ? checkpoint : last;
        }

        if (last is null)
        {
            return null;
        }

        // A checkpoint made while the clock was set back may commit to entries recorded later than it says: none of those goes.
        return await FirstSinceAsync(before, cancellationToken).ConfigureAwait(false) is { } stays && stays <= last.Position
            ? await LastUpToAsync(stays - 1, gone, cancellationToken).ConfigureAwait(false)
            : last;
    }

    /// <summary>The position of the first entry recorded at an instant or later.</summary>
    private async ValueTask<long?> FirstSinceAsync(Instant since, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var entry in _store.ReadAllAsync(0, cancellationToken).ConfigureAwait(false))
            {
                if (entry.RecordedAt >= since)
                {
                    return entry.Position;
                }
            }
        }
        catch (StoreException unreadable) when (unreadable.Failure == StoreFailure.Corrupt)
        {
            // The verification that follows reports it with whatever else is wrong.
        }

        return null;
    }

    private async ValueTask<JournalCheckpoint?> LastUpToAsync(long position, long gone, CancellationToken cancellationToken)
    {
        JournalCheckpoint? last = null;
        await foreach (var checkpoint in _store.ReadCheckpointsAsync(cancellationToken).ConfigureAwait(false))
        {
            last = checkpoint.Position <= position && checkpoint.Number > gone ? checkpoint : last;
        }

        return last;
    }

    private async ValueTask RestateAsync(ExpiringPrefix prefix, CancellationToken cancellationToken)
    {
        foreach (var restater in _restaters)
        {
            for (var round = 1; !await TryRestateAsync(restater, prefix, isLastRound: round == RestateRounds, cancellationToken).ConfigureAwait(false); round++)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private async ValueTask<bool> TryRestateAsync(IJournalRestater restater, ExpiringPrefix prefix, bool isLastRound, CancellationToken cancellationToken)
    {
        var isComplete = true;
        await foreach (var restatement in restater.RestateAsync(prefix.Position, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                var restated = await _store.AppendAsync(
                    restatement.Stream, restatement.Version, _clock.GetCurrentInstant(), restatement.Entries, null, cancellationToken).ConfigureAwait(false);
                foreach (var entry in restated)
                {
                    prefix.Watch(entry);
                }
            }
            catch (JournalConflictException) when (!isLastRound)
            {
                // Somebody has appended to the stream meanwhile: what holds of it is asked again.
                isComplete = false;
            }
        }

        return isComplete;
    }
}

/// <summary>What an expiry's entry says.</summary>
internal sealed record ExpiryData(long Checkpoint, long Position, string? Base, string? KeyId, string? Mac);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ExpiryData))]
internal sealed partial class ExpiryJson : JsonSerializerContext;

/// <summary>What is learnt of a prefix that expires while the journal is verified: the heads at its end, and the payloads that only it refers to.</summary>
internal sealed class ExpiringPrefix(JournalCheckpoint checkpoint, JournalBase before)
{
    private readonly Dictionary<string, StreamHead> _heads = before.Heads.ToDictionary(head => head.Stream, StringComparer.Ordinal);
    private readonly HashSet<(string Controller, Digest Commitment)> _expiring = [];

    /// <summary>Where it ends.</summary>
    public long Position => checkpoint.Position;

    /// <summary>Reads along, in the order of positions.</summary>
    public void Watch(JournalEntry entry)
    {
        var isExpiring = entry.Position <= checkpoint.Position;
        if (isExpiring)
        {
            _heads[entry.Stream] = new StreamHead(entry.Stream, entry.Version, entry.Hash);
        }

        if (entry.Content.Payload is { } commitment)
        {
            var payload = (entry.Content.Controller ?? "", commitment);
            _ = isExpiring ? _expiring.Add(payload) : _expiring.Remove(payload);
        }
    }

    public JournalBase ToBase() => new(checkpoint, [.. _heads.Values.OrderBy(head => head.Stream, StringComparer.Ordinal)]);

    public IEnumerable<(string Controller, IReadOnlyCollection<Digest> Commitments)> OrphanedPayloads() =>
        _expiring.GroupBy(payload => payload.Controller, payload => payload.Commitment, StringComparer.Ordinal)
            .Select(controller => (controller.Key, (IReadOnlyCollection<Digest>)[.. controller]));
}
