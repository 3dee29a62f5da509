using System.Text.Json.Serialization;
using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>What the journal holds of where data comes from: one stream per act.</summary>
internal static class OriginEntries
{
    public const string Prefix = "collection/";

    /// <summary>Data: <see cref="CollectedEntry"/>.</summary>
    public const string Collected = "collected";

    /// <summary>Data: <see cref="CollectionRefused"/>.</summary>
    public const string Refused = "collection-refused";

    /// <summary>Data: <see cref="NoticeEntry"/>.</summary>
    public const string NoticeGiven = "notice-given";

    /// <summary>Data: <see cref="ExemptionEntry"/>.</summary>
    public const string NoticeExempted = "notice-exempted";

    /// <summary>Data: <see cref="OriginState"/>.</summary>
    public const string Restated = "origins-restated";

    public static string StreamOf(string id) => Prefix + id;
}

/// <summary>Data taken in, of some people.</summary>
internal sealed record CollectedEntry(string DataSet, string Origin, OriginKind From, IReadOnlyList<string> Subjects)
{
    public string? Channel { get; init; }

    public string? By { get; init; }

    public string? Record { get; init; }

    /// <summary>Whether these people have to be told.</summary>
    public bool Owes { get; init; }
}

/// <summary>Data that was not taken in.</summary>
internal sealed record CollectionRefused(string DataSet, string Origin, IReadOnlyList<string> Reasons, int Subjects);

/// <summary>A notice given to some people.</summary>
internal sealed record NoticeEntry(string Document, string? Version, string Channel, string? Language, IReadOnlyList<string> Subjects);

/// <summary>That some people need not be told.</summary>
internal sealed record ExemptionEntry(NoticeExemption Ground, string Reason, string By, IReadOnlyList<string> Subjects);

/// <summary>Where the data of a person comes from, folded.</summary>
internal sealed record OriginState(IReadOnlyList<CollectedData> Collected, IReadOnlyList<NoticeRecord> Notices) : PersonLogState
{
    public static OriginState None { get; } = new([], []);

    /// <summary>Since when the person has to be told, or had to be last; <see langword="null"/> where never.</summary>
    public Instant? OwedSince { get; init; }

    /// <summary>When the person was last exempted.</summary>
    public Instant? ExemptedAt { get; init; }

    /// <summary>Since when the person has to be told, and has not been; <see langword="null"/> where nothing is owed.</summary>
    [JsonIgnore]
    public Instant? Owed => OwedSince is { } since && !(ExemptedAt >= since) && !Notices.Any(notice => notice.At >= since) ? since : null;
}

/// <summary>The generated code that reads and writes origins.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, UseStringEnumConverter = true,
    Converters = [typeof(InstantJson), typeof(LocalDateJson)])]
[JsonSerializable(typeof(CollectedEntry))]
[JsonSerializable(typeof(CollectionRefused))]
[JsonSerializable(typeof(NoticeEntry))]
[JsonSerializable(typeof(ExemptionEntry))]
[JsonSerializable(typeof(OriginState))]
internal sealed partial class OriginJson : JsonSerializerContext;
