using System.Text.Json.Serialization;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>What is known of who asks: how they were recognised, never a copy of what they showed.</summary>
public sealed record RequestIdentity
{
    /// <summary>How it was shown; <see langword="null"/> where it has not been.</summary>
    public IdentityMethod? Method { get; init; }

    /// <summary>When proof was asked for, because of reasonable doubt.</summary>
    public Instant? AskedAt { get; init; }

    /// <summary>When it was shown.</summary>
    public Instant? ShownAt { get; init; }

    /// <summary>Whether it has been shown.</summary>
    [JsonIgnore]
    public bool IsShown => Method is not null;

    /// <summary>Whether proof is awaited.</summary>
    [JsonIgnore]
    internal bool IsDoubted => AskedAt is not null && !IsShown;
}

/// <summary>How somebody has shown who they are: the least intrusive that removes the doubt (Art. 12(6)).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IdentityMethod>))]
public enum IdentityMethod
{
    /// <summary>Signed in to the service.</summary>
    SignedIn,

    /// <summary>Answered from an address that was known before.</summary>
    KnownAddress,

    /// <summary>An electronic identification, such as BankID.</summary>
    ElectronicIdentification,

    /// <summary>Known in person, or met.</summary>
    InPerson,

    /// <summary>Answered what only the person knows.</summary>
    KnownFacts,

    /// <summary>None needed: an objection to direct marketing, or a withdrawal, reaches no further than its address (Art. 21(3)).</summary>
    NotNeeded,
}

/// <summary>Who acts for the person.</summary>
/// <param name="Kind">In which capacity.</param>
/// <param name="Evidence">How the mandate was shown: a reference, no copy and no name. Nothing is restricted, decided, given out or done for a representative or
/// guardian before it is recorded, but what stops when it comes: an objection, a withdrawal.</param>
public sealed record RequestMandate(MandateKind Kind, string? Evidence = null)
{
    /// <summary>Whether the mandate has been shown. Of an organisation's administrator it was when the request came: the person is known to be one of its own.</summary>
    [JsonIgnore]
    public bool IsShown => Kind == MandateKind.OrganisationAdministrator || !string.IsNullOrWhiteSpace(Evidence);

    /// <summary>The organisation that the administrator acts for.</summary>
    public string? Organisation { get; init; }
}

/// <summary>In which capacity somebody acts for a person.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MandateKind>))]
public enum MandateKind
{
    /// <summary>By power of attorney, an organisation of Art. 80 included.</summary>
    Representative,

    /// <summary>As holder of parental responsibility, or guardian.</summary>
    Guardian,

    /// <summary>As administrator of an organisation, for its own people alone.</summary>
    OrganisationAdministrator,
}
