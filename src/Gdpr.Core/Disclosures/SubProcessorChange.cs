using System.Text.Json.Serialization;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>That a processor is going to engage another, or change one, and that the controller may object (Art. 28(2)).</summary>
/// <param name="Recipient">The sub-processor's id among the policy's recipients.</param>
/// <param name="Agreement">The agreement under which the notice is given, as controller or as processor.</param>
public sealed record SubProcessorNotice(string Recipient, string Agreement)
{
    /// <summary>The client that is told, where the organisation is its processor: a change for that client's data alone, accepted or objected to by that client.
    /// <see langword="null"/> where the organisation itself may object.</summary>
    public string? Client { get; init; }

    /// <summary>When the notice was given; <see langword="null"/> for now.</summary>
    public Instant? GivenAt { get; init; }

    /// <summary>The time to object, where the agreement states another than the default: what the client's authorisation says, or 30 days.</summary>
    public CalendarPeriod? Window { get; init; }
}

/// <summary>A change of sub-processors, and where it stands.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Recipient">The sub-processor's id.</param>
/// <param name="Agreement">The agreement under which the notice was given.</param>
/// <param name="GivenAt">When the notice was given.</param>
/// <param name="ObjectBy">The instant, exclusive, until which the controller may object.</param>
public sealed record SubProcessorChange(string Id, string Recipient, string Agreement, Instant GivenAt, Instant ObjectBy)
{
    /// <summary>The client that was told and decides; <see langword="null"/> where the organisation itself does.</summary>
    public string? Client { get; init; }

    /// <summary>What was decided; <see langword="null"/> where nothing was.</summary>
    public SubProcessorDecision? Decision { get; init; }

    /// <summary>The function that decided.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>When it was decided.</summary>
    public Instant? DecidedAt { get; init; }

    /// <summary>Why the controller objects.</summary>
    public string? Reason { get; init; }

    /// <summary>The version of its stream.</summary>
    [JsonInclude]
    internal long Version { get; init; }

    /// <summary>The position of the entry that says all of it up to then.</summary>
    [JsonInclude]
    internal long StatedAt { get; init; }

    /// <summary>Whether it may still be objected to at an instant: until then nothing is disclosed to the sub-processor; where a client was told, nothing of that
    /// client's.</summary>
    /// <param name="now">The instant.</param>
    public bool IsPendingAt(Instant now) => Decision is null && now < ObjectBy;
}

/// <summary>What a controller decides on a sub-processor.</summary>
public enum SubProcessorDecision
{
    /// <summary>It does not object.</summary>
    Accepted,

    /// <summary>It objects: nothing is disclosed to the sub-processor.</summary>
    Refused,
}

/// <summary>A decision as it is recorded.</summary>
internal sealed record SubProcessorStep(string Id, SubProcessorDecision Decision, string By, string? Reason);

/// <summary>The generated code that reads and writes changes of sub-processors.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true,
    Converters = [typeof(InstantJson), typeof(LocalDateJson)])]
[JsonSerializable(typeof(SubProcessorChange))]
[JsonSerializable(typeof(SubProcessorStep))]
internal sealed partial class SubProcessorJson : JsonSerializerContext;
