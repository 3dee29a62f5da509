using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>What has become of a person's data, and recipients of it are to be told (Art. 19, 7(3), 17(2)).</summary>
/// <param name="Kind">What has become of it.</param>
/// <param name="Action">The id of what was done, such as the request's: telling of the same action twice changes nothing. No personal data.</param>
public sealed record RecipientNotice(RecipientNoticeKind Kind, string Action)
{
    /// <summary>The data concerned: data sets or fields, by path; none for all. Recipients that received none of it are not told.</summary>
    public IReadOnlyList<string> Data { get; init; } = [];

    /// <summary>The purposes concerned; none for all. Recipients that received data for other purposes only are not told.</summary>
    public IReadOnlyList<string> Purposes { get; init; } = [];

    /// <summary>When it was done; <see langword="null"/> for now. Recipients that received data only afterwards are not told.</summary>
    public Instant? DoneAt { get; init; }

    /// <summary>How the recipients know the person. Without any, by the native ids of the data sets that were disclosed.</summary>
    public IReadOnlyList<PersonIdentity> Identities { get; init; } = [];

    /// <summary>How particular recipients know the person, by the recipient's id.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<PersonIdentity>> IdentitiesAt { get; init; } = Policies.PolicyMap<IReadOnlyList<PersonIdentity>>.Empty;

    /// <summary>Of a rectification: the correct values, by the field's path; <see langword="null"/> for a value that is gone. A recipient gets those of the fields
    /// that it received.</summary>
    public IReadOnlyDictionary<string, string?> Corrections { get; init; } = System.Collections.Frozen.FrozenDictionary<string, string?>.Empty;

    /// <summary>Of a rectification: what the person says of values that stay as they are (Art. 16), by the field's path. A recipient gets
    /// those of the fields that it received.</summary>
    public IReadOnlyDictionary<string, string> Statements { get; init; } = System.Collections.Frozen.FrozenDictionary<string, string>.Empty;

    /// <summary>The one recipient to be told; <see langword="null"/> for all that received the data.</summary>
    internal string? Recipient { get; init; }

    /// <summary>The kind and the action: nothing of the person.</summary>
    public override string ToString() => $"{nameof(RecipientNotice)} {Kind} of {Action}";
}

/// <summary>What recipients are told.</summary>
public enum RecipientNoticeKind
{
    /// <summary>Data was rectified (Art. 16).</summary>
    Rectified,

    /// <summary>Data was erased (Art. 17(1)): the recipient erases it too.</summary>
    Erased,

    /// <summary>Processing is restricted (Art. 18).</summary>
    Restricted,

    /// <summary>The restriction has been lifted.</summary>
    RestrictionLifted,

    /// <summary>The purpose that the data was disclosed for has stopped for the person: the consent was withdrawn, or the person objected (Art. 7(3), 21).</summary>
    PurposeStopped,
}

/// <summary>A name by which a recipient knows a person: personal data.</summary>
/// <param name="Type">What kind of name, such as <c>email</c>, <c>phone</c> or <c>controller_customer_id</c>.</param>
/// <param name="Value">The name.</param>
public sealed record PersonIdentity(string Type, string Value)
{
    /// <summary>The type under which native ids are told.</summary>
    public const string NativeId = "controller_customer_id";

    /// <summary>The type alone.</summary>
    public override string ToString() => $"{nameof(PersonIdentity)} ({Type})";
}
