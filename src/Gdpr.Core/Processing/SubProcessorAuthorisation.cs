using System.Text.Json.Serialization;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>What a client has authorised in writing of sub-processors (Art. 28(2)). Without one, none gets its data.</summary>
/// <param name="Kind">Whether it covers those named alone, or changes too that the client is told of and does not object to.</param>
/// <param name="Reference">Where it is written, such as the clause or the annex. No personal data.</param>
/// <remarks>It says everything at the time that it is given: what the client had accepted before and it does not name is not authorised any longer.</remarks>
public sealed record SubProcessorAuthorisation(SubProcessorAuthorisationKind Kind, string Reference)
{
    /// <summary>The recipients of the policy that the client authorises by name. None for none.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>The time in which the client may object to a change that it is told of, where one was agreed. The default is 30 days.</summary>
    public CalendarPeriod? Window { get; init; }

    /// <summary>When it was recorded.</summary>
    [JsonInclude]
    internal Instant GivenAt { get; init; }

    /// <summary>Whether it names a recipient.</summary>
    internal bool Names(string recipient) => Recipients.Contains(recipient, StringComparer.Ordinal);

    /// <summary>Whether another says the same, whenever it was given.</summary>
    internal bool IsSame(SubProcessorAuthorisation? other) => other is not null
        && (Kind, Reference, Window) == (other.Kind, other.Reference, other.Window) && Recipients.SequenceEqual(other.Recipients, StringComparer.Ordinal);
}

/// <summary>The two authorisations that Art. 28(2) knows.</summary>
public enum SubProcessorAuthorisationKind
{
    /// <summary>Each sub-processor by itself: silence about another is no authorisation.</summary>
    Specific,

    /// <summary>In general: the client is told of each change before, and one that it does not object to in time is authorised.</summary>
    General,
}
