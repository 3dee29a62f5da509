namespace Gdpr.Journals;

/// <summary>An identifier of a person as the vault sees it: its kind and, under each key of the ring, its keyed hash.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Digests">One digest per key, that of the current key first.</param>
public sealed record HashedIdentifier(IdentifierKind Kind, IReadOnlyList<KeyedDigest> Digests);

/// <summary>Kinds of identifiers, each with a normal form of its own.</summary>
public enum IdentifierKind
{
    /// <summary>An id that the host has given: compared as it is.</summary>
    HostId,

    /// <summary>An e-mail address: trimmed, in Unicode's form C, its domain in ASCII, in lower case.</summary>
    Email,

    /// <summary>A telephone number: in the form of E.164, with the controller's country where it names none.</summary>
    Phone,

    /// <summary>A Swedish personal identity or coordination number: twelve digits, the check digit verified.</summary>
    SwedishIdentityNumber,

    /// <summary>A Swedish organisation number: ten digits; of a sole trader twelve, as it is that person's identity number.</summary>
    SwedishOrganisationNumber,
}
