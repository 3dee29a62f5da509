using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>Addresses that are kept from marketing (Art. 21(3)): nothing but a keyed hash, the channel, the purpose, the date and the source is kept of
/// them.</summary>
/// <remarks>Looked up by the library when somebody is registered, when data is collected and when consents are imported: the objection stands in the person's state
/// again, and the gate denies with it. Left to the host is to ask before a send to an address of which nobody is registered.
/// An entry outlives the erasure of everything else, or the next list
/// bought would bring the person back; <see cref="Notice"/> tells the person so. What cannot be read is an exception: it allows nothing.</remarks>
public sealed class Suppression
{
    private readonly Func<GdprPolicy> _policy;
    private readonly SubjectDirectory _directory;
    private readonly SubjectRegister _subjects;
    private readonly ISubjectVault _vault;
    private readonly IKeyRing _keys;
    private readonly SuppressedAddresses _suppressed;
    private readonly Journal _journal;
    private readonly JournalFolds _folds;
    private readonly IClock _clock;

    internal Suppression(
        Func<GdprPolicy> policy, SubjectDirectory directory, SubjectRegister subjects, ISubjectVault vault, IKeyRing keys, SuppressedAddresses suppressed,
        Journal journal, JournalFolds folds, IClock clock)
    {
        _policy = policy;
        _directory = directory;
        _subjects = subjects;
        _vault = vault;
        _keys = keys;
        _suppressed = suppressed;
        _journal = journal;
        _folds = folds;
        _clock = clock;
    }

    /// <summary>What a person is told whose address is suppressed.</summary>
    public static LocalizedText Notice { get; } = new()
    {
        En = "So that we do not write to you again we keep a coded form of your address, from which it cannot be read, and use it for nothing else. It stays also when "
            + "everything else about you is erased.",
        Sv = "För att inte skriva till dig igen sparar vi din adress i kodad form. Den kan inte läsas ut och används inte till något annat. Den finns kvar även "
            + "när allt annat om dig raderas.",
    };

    /// <summary>Whether marketing for a purpose may go to an address over a channel: to be asked before each send, import and creation.</summary>
    /// <param name="identifier">The address.</param>
    /// <param name="channel">The channel, such as <c>email</c>.</param>
    /// <param name="purpose">The purpose.</param>
    /// <param name="controller">The controller; with exactly one declared, it is the default.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<SuppressionVerdict> CheckAsync(
        SubjectIdentifier identifier, string channel, string purpose, string? controller = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(purpose);
        var known = _directory.ControllerOf(controller);
        var hashed = identifier.Hash(known, _keys);
        var entry = await FindAsync(known, hashed, channel, purpose, cancellationToken).ConfigureAwait(false);
        if (await _vault.FindAsync(known, hashed, cancellationToken).ConfigureAwait(false) is not { } key)
        {
            return entry is null
                ? new SuppressionVerdict(false, SuppressionReasons.NotSuppressed, null)
                : new SuppressionVerdict(true, SuppressionReasons.Suppressed, entry);
        }

        var state = await _subjects.ReadLatestAsync(new DataSubject(known, key), cancellationToken).ConfigureAwait(false);
        var now = _clock.GetCurrentInstant();
        if (state.Objections.Any(one => one.Stands(now) && one.IsTo(purpose, MarketingPurposes.Has(_policy(), purpose)) && one.IsAbout(channel)))
        {
            return new SuppressionVerdict(true, SuppressionReasons.Objected, entry);
        }

        return entry is null ? new SuppressionVerdict(false, SuppressionReasons.NotSuppressed, null)
            : entry.IsConsentedSince(state, purpose, now) ? new SuppressionVerdict(false, SuppressionReasons.ConsentedSince, entry)
            : new SuppressionVerdict(true, SuppressionReasons.Suppressed, entry);
    }

    /// <summary>Suppresses an address from now on. Whoever is known by it has objected with that: the gate denies the marketing at once (Art. 21(3)). Idempotent.
    /// </summary>
    /// <param name="order">The address, the channel, for what, and where the objection came from.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task AddAsync(SuppressionOrder order, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        var controller = _directory.ControllerOf(order.Controller);
        var hashed = await AddAsync(controller, order.Identifiers, order.Channel, order.Purposes, order.Source, cancellationToken).ConfigureAwait(false);
        await CarryAsync(controller, hashed, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records of whoever is known by suppressed addresses that they have objected; but of one, of whom that is recorded elsewhere.</summary>
    internal async ValueTask CarryAsync(
        string controller, IReadOnlyList<HashedIdentifier> identifiers, DataSubject? except, CancellationToken cancellationToken)
    {
        foreach (var identifier in identifiers)
        {
            if (await _directory.FindAsync(controller, identifier, cancellationToken).ConfigureAwait(false) is { } subject && subject != except)
            {
                await _suppressed.CarryAsync(subject, [identifier], cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What is kept under an address: part of the answer to whoever asks (Art. 15).</summary>
    /// <param name="identifier">The address.</param>
    /// <param name="controller">The controller; with exactly one declared, it is the default.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<SuppressionEntry>> ReadAsync(SubjectIdentifier identifier, string? controller = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        var known = _directory.ControllerOf(controller);
        return await _vault.ReadSuppressionsAsync(known, identifier.Hash(known, _keys), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Suppresses addresses of which it is recorded elsewhere who has objected.</summary>
    internal async ValueTask<IReadOnlyList<HashedIdentifier>> AddAsync(
        string controller, IReadOnlyList<SubjectIdentifier> identifiers, string channel, IReadOnlyList<string> purposes, string source,
        CancellationToken cancellationToken)
    {
        HashedIdentifier[] hashed = [.. identifiers.Select(identifier => identifier.Hash(controller, _keys))];
        await AddAsync(controller, hashed, channel, purposes, source, cancellationToken).ConfigureAwait(false);
        return hashed;
    }

    /// <inheritdoc cref="AddAsync(string, IReadOnlyList{SubjectIdentifier}, string, IReadOnlyList{string}, string, CancellationToken)"/>
    internal async ValueTask AddAsync(
        string controller, IReadOnlyList<HashedIdentifier> identifiers, string channel, IReadOnlyList<string> purposes, string source,
        CancellationToken cancellationToken)
    {
        ClearText.CheckName(channel.Length > 0 ? channel : null, nameof(channel));
        ClearText.CheckName(source, nameof(source));
        var (now, added) = (_clock.GetCurrentInstant(), 0);
        foreach (var identifier in identifiers)
        {
            var known = await _vault.ReadSuppressionsAsync(controller, identifier, cancellationToken).ConfigureAwait(false);
            foreach (var purpose in purposes.DefaultIfEmpty(""))
            {
                // A channel that is written otherwise is the same one.
                var same = known.FirstOrDefault(entry => IsSame(entry.Channel, channel) && entry.Purpose == purpose);
                added += same is null ? 1 : 0;
                var entry = new SuppressionEntry(same?.Channel ?? channel, purpose, now, source);
                await _vault.SuppressAsync(controller, identifier, entry, cancellationToken).ConfigureAwait(false);
            }
        }

        if (added > 0)
        {
            // How many, for what: whose it is stands in the vault alone.
            var data = JsonSerializer.Serialize(new SuppressionData(channel, purposes, source, added), SuppressionJson.Default.SuppressionData);
            await _journal.RecordAsync(
                SuppressionRegister.StreamOf(controller), JournalStream.AnyVersion, new NewJournalEntry(SuppressionRegister.Added, now, data) { Controller = controller },
                CancellationToken.None).ConfigureAwait(false);
            await _folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>The entry that suppresses an address for a purpose over a channel.</summary>
    internal async ValueTask<SuppressionEntry?> FindAsync(
        string controller, HashedIdentifier identifier, string? channel, string purpose, CancellationToken cancellationToken)
    {
        var entries = await _vault.ReadSuppressionsAsync(controller, identifier, cancellationToken).ConfigureAwait(false);
        return entries.FirstOrDefault(entry =>
            (channel is null || entry.Channel.Length == 0 || IsSame(entry.Channel, channel))
            && (entry.Purpose == purpose || (entry.Purpose.Length == 0 && MarketingPurposes.Has(_policy(), purpose))));
    }

    private static bool IsSame(string channel, string other) => string.Equals(channel, other, StringComparison.OrdinalIgnoreCase);
}

/// <summary>That addresses were suppressed.</summary>
internal sealed record SuppressionData(string Channel, IReadOnlyList<string> Purposes, string Source, int Count);

/// <summary>Since when a controller has suppressed addresses.</summary>
internal sealed record SuppressionState(Instant First, long Version);

/// <summary>The generated code that reads and writes what the journal holds of suppression.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(InstantJson)])]
[JsonSerializable(typeof(SuppressionData))]
[JsonSerializable(typeof(SuppressionState))]
internal sealed partial class SuppressionJson : JsonSerializerContext;
