namespace Gdpr.Journals;

/// <summary>What ties the journal to people: which key is whose, and the personal payloads of entries. The only part that can be made to forget.</summary>
/// <remarks>Identifiers are looked up by keyed hash and kept in no other form. Every call names the controller: no look-up crosses from one to another.</remarks>
public interface ISubjectVault
{
    /// <summary>Creates what the vault needs, where it is missing. Idempotent.</summary>
    ValueTask PrepareAsync(CancellationToken cancellationToken);

    /// <summary>The key of the person with an identifier; creates one where there is none. What was found under an old key of the ring only is kept under the
    /// current one too from now on.</summary>
    /// <param name="controller">The controller.</param>
    /// <param name="identifier">The identifier, normalised and hashed: see <see cref="HashedIdentifier"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<SubjectKey> KeyOfAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken);

    /// <summary>The key of the person with an identifier, under any key of the ring; <see langword="null"/> where nobody has it.</summary>
    ValueTask<SubjectKey?> FindAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken);

    /// <summary>Ties another identifier to a person; idempotent. One that is another person's is refused with <see cref="IdentifierConflictException"/>.</summary>
    ValueTask LinkAsync(string controller, SubjectKey subject, HashedIdentifier identifier, CancellationToken cancellationToken);

    /// <summary>Severs a person's key from every identifier: afterwards nobody can tell whose it was. Payloads and suppression are not touched.
    /// Idempotent.</summary>
    ValueTask ForgetAsync(string controller, SubjectKey subject, CancellationToken cancellationToken);

    /// <summary>Keeps the payload of an entry, with its salt, under its commitment. Idempotent.</summary>
    /// <param name="controller">The controller; empty for what concerns none in particular.</param>
    /// <param name="subject">The person whose payload it is; <see langword="null"/> where it is not one person alone.</param>
    /// <param name="purpose">The purpose that keeps it.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask PutPayloadAsync(string controller, SubjectKey? subject, string purpose, JournalPayload payload, CancellationToken cancellationToken);

    /// <summary>The payload under a commitment; <see langword="null"/> where it has been erased, or never was.</summary>
    ValueTask<JournalPayload?> ReadPayloadAsync(string controller, Digest commitment, CancellationToken cancellationToken);

    /// <summary>Erases a person's payloads, salts included.</summary>
    /// <param name="controller">The controller.</param>
    /// <param name="subject">The person.</param>
    /// <param name="purpose">Only those kept for this purpose; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How many were erased.</returns>
    ValueTask<int> ErasePayloadsAsync(string controller, SubjectKey subject, string? purpose, CancellationToken cancellationToken);

    /// <summary>Erases the payloads under some commitments, salts included, whoever they are about: those of entries that expire.</summary>
    /// <param name="controller">The controller.</param>
    /// <param name="commitments">The commitments; those under which there is nothing are passed over.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How many were erased.</returns>
    ValueTask<int> ErasePayloadsAsync(string controller, IReadOnlyCollection<Digest> commitments, CancellationToken cancellationToken);

    /// <summary>Adds tombstones of disposed records. One that is there already, in every member, is left as it is.</summary>
    ValueTask AddTombstonesAsync(string controller, IReadOnlyList<Tombstone> tombstones, CancellationToken cancellationToken);

    /// <summary>The tombstones that stand on a date.</summary>
    IAsyncEnumerable<Tombstone> ReadTombstonesAsync(string controller, NodaTime.LocalDate on, CancellationToken cancellationToken);

    /// <summary>Removes the tombstones that stand no longer on a date.</summary>
    /// <returns>How many.</returns>
    ValueTask<int> ExpireTombstonesAsync(string controller, NodaTime.LocalDate on, CancellationToken cancellationToken);

    /// <summary>The identifiers that are tied to a person, in no order; none where the vault has forgotten whose key it is.</summary>
    /// <param name="controller">The controller.</param>
    /// <param name="subject">The person.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<IReadOnlyList<HashedIdentifier>> ReadIdentifiersAsync(string controller, SubjectKey subject, CancellationToken cancellationToken);

    /// <summary>Suppresses marketing to an identifier (Art. 21(3)). Idempotent; of two for the same channel and purpose the later stays.</summary>
    /// <param name="controller">The controller.</param>
    /// <param name="identifier">The identifier.</param>
    /// <param name="suppression">Over which channel, for what, since when.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask SuppressAsync(string controller, HashedIdentifier identifier, SuppressionEntry suppression, CancellationToken cancellationToken);

    /// <summary>What is suppressed for an identifier, under any key of the ring, ordinally by channel and purpose.</summary>
    ValueTask<IReadOnlyList<SuppressionEntry>> ReadSuppressionsAsync(string controller, HashedIdentifier identifier, CancellationToken cancellationToken);

    /// <summary>The keys of many people, each with one or more identifiers: found, or made, and every identifier tied, as by <see cref="FindAsync"/>,
    /// <see cref="KeyOfAsync"/> and <see cref="LinkAsync"/>. A vault that can does it in one transaction.</summary>
    /// <param name="controller">The controller.</param>
    /// <param name="people">The identifiers of each person.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>For each person the key, and whether it was made now; <see langword="null"/> where the identifiers are of several people.</returns>
    async ValueTask<IReadOnlyList<KnownSubject?>> KeysOfAsync(
        string controller, IReadOnlyList<IReadOnlyList<HashedIdentifier>> people, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(people);
        var known = new List<KnownSubject?>(people.Count);
        foreach (var identifiers in people)
        {
            known.Add(await this.KeyOfAsync(controller, identifiers, cancellationToken).ConfigureAwait(false));
        }

        return known;
    }

    /// <summary>Keeps many payloads for one purpose, as by <see cref="PutPayloadAsync"/>. A vault that can does it in one transaction.</summary>
    /// <param name="controller">The controller.</param>
    /// <param name="purpose">The purpose that keeps them.</param>
    /// <param name="payloads">The payloads, each with the person whose it is.</param>
    /// <param name="cancellationToken">Cancels.</param>
    async ValueTask PutPayloadsAsync(
        string controller, string purpose, IReadOnlyList<(SubjectKey Subject, JournalPayload Payload)> payloads, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(payloads);
        foreach (var (subject, payload) in payloads)
        {
            await PutPayloadAsync(controller, subject, purpose, payload, cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>A person whom the vault knows.</summary>
/// <param name="Key">The key.</param>
/// <param name="IsNew">Whether nobody was known by any of the identifiers before.</param>
public sealed record KnownSubject(SubjectKey Key, bool IsNew);

/// <summary>That marketing to an identifier is suppressed.</summary>
/// <param name="Channel">The channel, such as <c>email</c>; empty for all.</param>
/// <param name="Purpose">The purpose; empty for all direct marketing.</param>
/// <param name="Since">Since when.</param>
/// <param name="Source">Where it came from, such as <c>link</c> or <c>mail</c>: a short word.</param>
public sealed record SuppressionEntry(string Channel, string Purpose, NodaTime.Instant Since, string Source);

/// <summary>What vaults make of entries that they have under several keys.</summary>
public static class SuppressionEntries
{
    /// <summary>One entry for each channel and purpose, the latest, ordinally by both.</summary>
    /// <param name="entries">The entries, the same one perhaps under several keys.</param>
    public static IReadOnlyList<SuppressionEntry> Latest(IEnumerable<SuppressionEntry> entries) =>
    [
        .. entries.GroupBy(entry => (entry.Channel, entry.Purpose)).Select(same => same.MaxBy(entry => entry.Since)!)
            .OrderBy(entry => entry.Channel, StringComparer.Ordinal).ThenBy(entry => entry.Purpose, StringComparer.Ordinal),
    ];
}

/// <summary>What several calls to a vault make together.</summary>
internal static class SubjectVaultSteps
{
    /// <summary>The key of a person with some identifiers; <see langword="null"/> where they are of several people.</summary>
    public static async ValueTask<KnownSubject?> KeyOfAsync(
        this ISubjectVault vault, string controller, IReadOnlyList<HashedIdentifier> identifiers, CancellationToken cancellationToken)
    {
        SubjectKey? known = null;
        foreach (var identifier in identifiers)
        {
            known ??= await vault.FindAsync(controller, identifier, cancellationToken).ConfigureAwait(false);
        }

        var key = known ?? await vault.KeyOfAsync(controller, identifiers[0], cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var identifier in identifiers)
            {
                await vault.LinkAsync(controller, key, identifier, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (IdentifierConflictException)
        {
            return null;
        }

        return new KnownSubject(key, known is null);
    }
}
