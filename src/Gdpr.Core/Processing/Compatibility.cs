using System.Text.Json.Serialization;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>The assessment whether a new purpose is compatible with the one that data was collected for (Art. 6(4)), as it is proposed.</summary>
/// <param name="From">The purpose that the data was collected for.</param>
/// <param name="To">The new purpose.</param>
public sealed record CompatibilityProposal(string From, string To)
{
    /// <summary>The declared controller; with exactly one, it is the default.</summary>
    public string? Controller { get; init; }

    /// <summary>(a): any link between the purposes. No personal data, as in the other factors.</summary>
    public string Link { get; init; } = "";

    /// <summary>(b): the context of the collection, and the relationship with the people.</summary>
    public string Context { get; init; } = "";

    /// <summary>(c): the nature of the data, and whether special categories or offences are among it.</summary>
    public string Nature { get; init; } = "";

    /// <summary>(d): the possible consequences for the people.</summary>
    public string Consequences { get; init; } = "";

    /// <summary>(e): the safeguards, such as encryption or pseudonymisation.</summary>
    public string Safeguards { get; init; } = "";

    /// <summary>Whether the new purpose is archiving, research or statistics under Art. 89(1), which is not incompatible (Art. 5(1)(b)).</summary>
    public bool IsArticle89 { get; init; }

    internal bool HasAllFactors => !new[] { Link, Context, Nature, Consequences, Safeguards }.Any(string.IsNullOrWhiteSpace);
}

/// <summary>Where the assessment of a new purpose stands.</summary>
/// <param name="Controller">The controller.</param>
/// <param name="From">The purpose that the data was collected for.</param>
/// <param name="To">The new purpose.</param>
/// <param name="Phase">Where it stands.</param>
public sealed record CompatibilityState(string Controller, string From, string To, CompatibilityPhase Phase)
{
    /// <summary>When people were told of the new purpose (Art. 13(3), 14(4)).</summary>
    public Instant? NoticeGivenAt { get; init; }

    /// <summary>The function that decided.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>The id of the task for whoever decides.</summary>
    public string? Task { get; init; }

    /// <summary>When the last step occurred.</summary>
    [JsonInclude]
    internal Instant OccurredAt { get; init; }

    /// <summary>The version of its stream.</summary>
    [JsonInclude]
    internal long Version { get; init; }

    /// <summary>The commitment to the payload with the factors, in hexadecimal.</summary>
    [JsonInclude]
    internal string? Factors { get; init; }

    /// <summary>Whether data collected for the one purpose may be used for the other: it is compatible, and people have been told.</summary>
    [JsonIgnore]
    public bool IsUsable => Phase == CompatibilityPhase.Compatible && NoticeGivenAt is not null;
}

/// <summary>Where the assessment of a new purpose stands.</summary>
public enum CompatibilityPhase
{
    /// <summary>The factors are recorded, and a human has to decide.</summary>
    Proposed,

    /// <summary>The new purpose is compatible. People are told before it is used.</summary>
    Compatible,

    /// <summary>The new purpose is not compatible.</summary>
    Incompatible,

    /// <summary>The data rests on consent, or on a law that limits it: only a new consent, or a law, opens the new purpose.</summary>
    NewConsentNeeded,
}

/// <summary>The generated code that reads and writes assessments.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true,
    Converters = [typeof(InstantJson), typeof(LocalDateJson)])]
[JsonSerializable(typeof(CompatibilityState))]
[JsonSerializable(typeof(CompatibilityProposal))]
internal sealed partial class CompatibilityJson : JsonSerializerContext;
