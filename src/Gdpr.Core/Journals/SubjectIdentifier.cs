using System.Buffers.Binary;
using System.Text;
using NodaTime;

namespace Gdpr.Journals;

/// <summary>An identifier of a person in its normal form, so that the same person is found however it was written. It is hashed before it is kept or looked
/// up anywhere; names are no identifiers.</summary>
/// <remarks>Neither the text nor its normal form is shown by any member, message or <see cref="ToString"/>.</remarks>
public sealed class SubjectIdentifier
{
    private const int LongestHostId = 1_000;

    private readonly string _normalForm;

    private SubjectIdentifier(IdentifierKind kind, string normalForm)
    {
        Kind = kind;
        _normalForm = normalForm;
    }

    /// <summary>The kind.</summary>
    public IdentifierKind Kind { get; }

    /// <summary>The normal form, for tests of the forms.</summary>
    internal string NormalForm => _normalForm;

    private static ReadOnlySpan<byte> Domain => "gdpr-identifier-1"u8;

    /// <summary>An id that the host has given its customer, user or employee: taken as it is.</summary>
    /// <param name="id">The id.</param>
    /// <exception cref="IdentifierFormException">It is empty, longer than 1,000 characters, or has half of a surrogate pair, which would make it the same id as any other
    /// half does.</exception>
    public static SubjectIdentifier OfHost(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        var problem = id.Length == 0 ? "it is empty"
            : id.Length > LongestHostId ? $"it has more than {LongestHostId} characters"
            : HostileSigns.HasLoneSurrogate(id) ? "it has half of a surrogate pair" : null;
        return new SubjectIdentifier(IdentifierKind.HostId, problem is null ? id : throw new IdentifierFormException(IdentifierKind.HostId, problem));
    }

    /// <summary>An e-mail address: trimmed, in Unicode's form C, in lower case, its domain in ASCII.</summary>
    /// <param name="address">The address.</param>
    /// <param name="isLocalPartLowered">Whether the part before the @ is taken in lower case too. Nearly every provider does; <see langword="false"/> where
    /// addresses that differ in case only are known to be different people's.</param>
    /// <exception cref="IdentifierFormException">It is no address.</exception>
    public static SubjectIdentifier OfEmail(string address, bool isLocalPartLowered = true)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new SubjectIdentifier(IdentifierKind.Email, EmailForm.Normalise(address, isLocalPartLowered));
    }

    /// <summary>A telephone number: in the form of E.164.</summary>
    /// <param name="number">The number, as people write it.</param>
    /// <param name="country">The controller's country, two letters of ISO 3166-1: that of numbers without a country code.</param>
    /// <exception cref="IdentifierFormException">It is no number, or one without a country code in a country whose numbering the library does not know.</exception>
    public static SubjectIdentifier OfPhone(string number, string country)
    {
        ArgumentNullException.ThrowIfNull(number);
        ArgumentNullException.ThrowIfNull(country);
        return new SubjectIdentifier(IdentifierKind.Phone, PhoneForm.Normalise(number, country));
    }

    /// <summary>A Swedish personal identity number or coordination number: twelve digits, the check digit verified.</summary>
    /// <param name="number">The number, with ten or twelve digits.</param>
    /// <param name="today">Today in Sweden: of ten digits with a hyphen, or nothing between, the century is the last that makes a person under a hundred;
    /// a plus is written from the year in which a person turns a hundred.</param>
    /// <exception cref="IdentifierFormException">It is no such number.</exception>
    public static SubjectIdentifier OfSwedishIdentityNumber(string number, LocalDate today)
    {
        ArgumentNullException.ThrowIfNull(number);
        return new SubjectIdentifier(IdentifierKind.SwedishIdentityNumber, SwedishNumberForm.Person(number, today, IdentifierKind.SwedishIdentityNumber));
    }

    /// <summary>A Swedish organisation number: ten digits. A sole trader's is the person's identity number, and identifies the same person: twelve digits, of the kind
    /// <see cref="IdentifierKind.SwedishIdentityNumber"/>. The check digit is verified.</summary>
    /// <param name="number">The number, with ten or twelve digits.</param>
    /// <param name="today">Today in Sweden: for the century of a sole trader.</param>
    /// <exception cref="IdentifierFormException">It is no such number.</exception>
    public static SubjectIdentifier OfSwedishOrganisationNumber(string number, LocalDate today)
    {
        ArgumentNullException.ThrowIfNull(number);
        var form = SwedishNumberForm.Organisation(number, today);
        return new SubjectIdentifier(SwedishNumberForm.IsPerson(form) ? IdentifierKind.SwedishIdentityNumber : IdentifierKind.SwedishOrganisationNumber, form);
    }

    /// <summary>The identifier as the vault sees it: under every key of the ring, the current one first.</summary>
    /// <param name="controller">The controller: the same identifier has another digest with another controller, so that what two of them keep cannot be joined.</param>
    /// <param name="keys">The keys.</param>
    public HashedIdentifier Hash(string controller, IKeyRing keys)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(keys);
        byte[] content = [.. Domain, .. Text(controller), .. Text(Name(Kind)), .. Text(_normalForm)];
        try
        {
            return new HashedIdentifier(Kind, [.. keys.KeyIds.Select(id => new KeyedDigest(id, keys.Authenticate(id, content)))]);
        }
        finally
        {
            content.AsSpan().Clear();
        }
    }

    /// <summary>The kind alone: an identifier that lands in a log by mistake tells nothing.</summary>
    public override string ToString() => $"{nameof(SubjectIdentifier)} ({Kind})";

    // Part of what is hashed: never changed.
    private static string Name(IdentifierKind kind) => kind switch
    {
        IdentifierKind.HostId => "host-id",
        IdentifierKind.Email => "email",
        IdentifierKind.Phone => "phone",
        IdentifierKind.SwedishIdentityNumber => "se-identity",
        IdentifierKind.SwedishOrganisationNumber => "se-organisation",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), "An identifier of no known kind."),
    };

    private static byte[] Text(string text)
    {
        var bytes = new byte[sizeof(int) + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - sizeof(int));
        Encoding.UTF8.GetBytes(text, bytes.AsSpan(sizeof(int)));
        return bytes;
    }
}
