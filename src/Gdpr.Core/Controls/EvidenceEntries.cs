using System.Text.Json.Serialization;
using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Controls;

/// <summary>What the journal holds of evidence: one stream per measure, document, assessment or agreement, and one per person or recipient who shows it.</summary>
internal static class EvidenceEntries
{
    /// <summary>Something was looked at. Data: <see cref="EvidenceData"/>.</summary>
    public const string Recorded = "evidence-recorded";

    /// <summary>A person is expected to show it from now on. Data: <see cref="ExpectedData"/>.</summary>
    public const string PersonExpected = "evidence-person-expected";

    /// <summary>A person is not expected to show it any more. Data: <see cref="ExpectedData"/>.</summary>
    public const string PersonReleased = "evidence-person-released";

    /// <summary>The latest evidence, as it stood when the entries before expired. Data: <see cref="EvidenceState"/>.</summary>
    public const string Restated = "evidence-restated";

    private const string Prefix = "evidence/";

    public static string StreamOf(string path) => Prefix + path;

    public static bool IsOf(string stream) => stream.StartsWith(Prefix, StringComparison.Ordinal);

    public static string PathOf(string stream) => stream[Prefix.Length..];
}

/// <summary>What was found.</summary>
internal sealed record EvidenceData(EvidenceOutcome Outcome, string By)
{
    public string? System { get; init; }

    public ProcessingCapacity? Capacity { get; init; }

    public string? Reference { get; init; }

    public LocalDate? NextReview { get; init; }
}

/// <summary>Who says that a person is expected to show something.</summary>
internal sealed record ExpectedData(string By);

/// <summary>The evidence of one thing, as far as it still counts.</summary>
internal sealed record EvidenceState(string Path)
{
    public IReadOnlyList<EvidenceLine> Lines { get; init; } = [];

    /// <summary>Since when a person is expected to show it; <see langword="null"/> where not.</summary>
    public Instant? ExpectedSince { get; init; }

    public string? Controller { get; init; }

    public string? Subject { get; init; }

    public long Version { get; init; }

    public long StatedAt { get; init; }

    public Instant LastOccurredAt { get; init; }
}

/// <summary>The evidence of a system and a capacity, or of all.</summary>
internal sealed record EvidenceLine(string? System, ProcessingCapacity? Capacity, EvidenceFact Latest)
{
    public EvidenceFact? LastPassed { get; init; }
}

/// <summary>One look at something.</summary>
internal sealed record EvidenceFact(EvidenceOutcome Outcome, Instant At, string By)
{
    public string? Reference { get; init; }

    public LocalDate? NextReview { get; init; }
}

/// <summary>The generated code that reads and writes evidence.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true,
    Converters = [typeof(InstantJson), typeof(LocalDateJson)])]
[JsonSerializable(typeof(EvidenceData))]
[JsonSerializable(typeof(ExpectedData))]
[JsonSerializable(typeof(EvidenceState))]
internal sealed partial class EvidenceJson : JsonSerializerContext;
