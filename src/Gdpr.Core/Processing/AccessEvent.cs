using System.Text.Json.Serialization;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>A change of who has access to what (Art. 32(1)(b), 32(4)).</summary>
/// <param name="Kind">What changed.</param>
/// <param name="Account">The host's id of the account. Kept as personal data; the journal has an opaque key in its place.</param>
public sealed record AccessChange(AccessChangeKind Kind, string Account)
{
    /// <summary>The declared controller; with exactly one, it is the default.</summary>
    public string? Controller { get; init; }

    /// <summary>Of a right: the role's id, or the host's word for the right. No personal data.</summary>
    public string? Right { get; init; }

    /// <summary>The system of the policy that it is about, where it is one.</summary>
    public string? System { get; init; }

    /// <summary>Of a mail address: the address. Kept as personal data.</summary>
    public string? Address { get; init; }

    /// <summary>The organisation that the account belongs to, where it is a customer's: the host's id of it. Kept as personal data.</summary>
    public string? Organisation { get; init; }

    /// <summary>Who changes it. Not stated, the host's <see cref="IProcessingActorSource"/> is asked.</summary>
    public ProcessingActor? Actor { get; init; }

    /// <summary>When it happened, where it is recorded later; never in the future.</summary>
    public Instant? OccurredAt { get; init; }

    /// <summary>The kind alone.</summary>
    public override string ToString() => Kind.ToString();
}

/// <summary>Kinds of changes of access.</summary>
public enum AccessChangeKind
{
    /// <summary>An account was added.</summary>
    AccountAdded,

    /// <summary>An account was removed.</summary>
    AccountRemoved,

    /// <summary>A mail address was added.</summary>
    AddressAdded,

    /// <summary>A mail address was removed.</summary>
    AddressRemoved,

    /// <summary>A right was granted.</summary>
    RightGranted,

    /// <summary>A right was changed.</summary>
    RightChanged,

    /// <summary>A right was taken away.</summary>
    RightRevoked,
}

/// <summary>A change of access, as the journal has it.</summary>
/// <param name="Kind">What changed, or would have.</param>
/// <param name="Controller">The controller.</param>
/// <param name="Account">The opaque key of the account.</param>
/// <param name="OccurredAt">When it happened.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="IsDenied">Whether it was denied, and nothing changed.</param>
public sealed record AccessEvent(AccessChangeKind Kind, string Controller, SubjectKey Account, Instant OccurredAt, Instant RecordedAt, bool IsDenied)
{
    /// <summary>The right, where it is one.</summary>
    public string? Right { get; init; }

    /// <summary>The system, where it is one.</summary>
    public string? System { get; init; }

    /// <summary>The role of whoever changed it.</summary>
    public string? ByRole { get; init; }

    /// <summary>The opaque key of whoever changed it, or the name of a service.</summary>
    public string? By { get; init; }

    /// <summary>The codes of the reasons, where it was denied.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>The host's id of the account, while it is kept.</summary>
    public string? AccountId { get; init; }

    /// <summary>The mail address, where it is about one and while it is kept.</summary>
    public string? Address { get; init; }

    /// <summary>The organisation, where it was said and while it is kept.</summary>
    public string? Organisation { get; init; }

    /// <summary>What changed, and the account's opaque key.</summary>
    public override string ToString() => $"{Kind} {Account}";
}

/// <summary>What was asked of access, in the journal.</summary>
internal static class AccessEntries
{
    /// <summary>Data: <see cref="AccessData"/>; payload: <see cref="AccessDetails"/>.</summary>
    public const string Changed = "access-changed";

    /// <summary>Data: <see cref="AccessData"/>; payload: <see cref="AccessDetails"/>.</summary>
    public const string Denied = "access-change-denied";

    private const string Prefix = "access-admin/";

    public static string StreamOf(string controller, string account) => $"{Prefix}{controller}/{account}";

    public static bool IsOf(string stream) => stream.StartsWith(Prefix, StringComparison.Ordinal);
}

/// <summary>The clear content of a change of access.</summary>
internal sealed record AccessData(AccessChangeKind Kind)
{
    public string? Right { get; init; }

    public string? System { get; init; }

    public string? ByRole { get; init; }

    public string? By { get; init; }

    public IReadOnlyList<string>? Reasons { get; init; }
}

/// <summary>Who it was about.</summary>
internal sealed record AccessDetails(string Account, string? Address, string? Organisation);

/// <summary>When something was recorded of an account.</summary>
internal sealed record AccountSpan(Instant First, Instant Last);

/// <summary>The generated code that reads and writes them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true,
    Converters = [typeof(InstantJson), typeof(LocalDateJson)])]
[JsonSerializable(typeof(AccessData))]
[JsonSerializable(typeof(AccessDetails))]
[JsonSerializable(typeof(AccountSpan))]
internal sealed partial class AccessJson : JsonSerializerContext;
