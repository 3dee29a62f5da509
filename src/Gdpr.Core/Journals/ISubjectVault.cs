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

    /// <summary>Suppresses marketing to an identifier over a channel, from now on (Art. 21(3)). Idempotent.</summary>
    ValueTask SuppressAsync(string controller, HashedIdentifier identifier, string channel, CancellationToken cancellationToken);

    /// <summary>Whether marketing to an identifier over a channel is suppressed.</summary>
    ValueTask<bool> IsSuppressedAsync(string controller, HashedIdentifier identifier, string channel, CancellationToken cancellationToken);
}
