using System.Text.Json.Serialization;
using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>What the journal holds of disclosures: one stream per disclosure, one with what is restated per person. Data are opaque; an authority's reference
/// is in the payload.</summary>
internal static class DisclosureEntries
{
    public const string Prefix = "disclosure/";

    /// <summary>Data was disclosed, or was about to be. Data: <see cref="DisclosedData"/>; payload: <see cref="AuthorityPayload"/>, where an authority decided.</summary>
    public const string Disclosed = "disclosed";

    /// <summary>Data was not disclosed. Data: <see cref="RefusedData"/>.</summary>
    public const string Denied = "disclosure-denied";

    /// <summary>The person may be told from now on. Data: <see cref="SecrecyData"/>.</summary>
    public const string SecrecyEnded = "disclosure-secrecy-ended";

    /// <summary>The recipient of a disclosure that was recorded afterwards has been told what has become of the data since. Data: <see cref="LateToldData"/>.</summary>
    public const string LateTold = "disclosure-late-told";

    /// <summary>What was disclosed of a person before the entries that said so expired. Data: <see cref="PersonDisclosures"/>.</summary>
    public const string Restated = "disclosures-restated";

    public static string StreamOf(string id) => Prefix + id;
}

/// <summary>A disclosure of the data of some people.</summary>
internal sealed record DisclosedData(string Id, string Recipient, string Purpose, IReadOnlyList<string> Fields, IReadOnlyList<string> Subjects)
{
    public string? Activity { get; init; }

    public LawfulBasisKind? Basis { get; init; }

    /// <summary>The version of the client's instruction, of a client's data.</summary>
    public string? Instruction { get; init; }

    public string? Agreement { get; init; }

    public string? Law { get; init; }

    public string? Country { get; init; }

    public TransferMechanism? Mechanism { get; init; }

    public IReadOnlyList<string>? Categories { get; init; }

    public bool IsSecret { get; init; }

    public Instant? SecretUntil { get; init; }

    /// <summary>The codes of why it should not have been disclosed, where it was all the same.</summary>
    public IReadOnlyList<string>? Against { get; init; }

    /// <summary>The role of whoever disclosed.</summary>
    public string? Role { get; init; }

    /// <summary>The hash of the policy that decided.</summary>
    public string? Policy { get; init; }

    /// <summary>Whether it was recorded after it was made: the recipient is told what has become of the data since, until <see cref="DisclosureEntries.LateTold"/>.</summary>
    public bool IsLate { get; init; }
}

/// <summary>A disclosure that was not made.</summary>
internal sealed record RefusedData(string Id, string Recipient, string Purpose, IReadOnlyList<string> Reasons, int Subjects)
{
    public string? Policy { get; init; }
}

/// <summary>The end of the secrecy of a disclosure.</summary>
internal sealed record SecrecyData(string Id, string By, IReadOnlyList<string> Subjects);

/// <summary>The recipient of a disclosure that was recorded afterwards has been told of what has become of these people's data.</summary>
internal sealed record LateToldData(string Id, IReadOnlyList<string> Subjects);

/// <summary>A disclosure that was recorded after it was made, as long as its recipient may have to be told what has become of the data since (Art. 19).</summary>
internal sealed record LateDisclosure(string Id, string Recipient, string Purpose, IReadOnlyList<string> Fields, Instant At);

/// <summary>An authority's decision.</summary>
internal sealed record AuthorityPayload(string Law, string Reference);

/// <summary>Everything that was disclosed of a person.</summary>
internal sealed record PersonDisclosures(IReadOnlyList<DisclosureLine> Lines) : PersonLogState
{
    public static PersonDisclosures None { get; } = new([]);

    /// <summary>The disclosures that were recorded afterwards, and of which nothing says that their recipients have been told; <see langword="null"/> for none.</summary>
    public IReadOnlyList<LateDisclosure>? Late { get; init; }
}

/// <summary>The same data to the same recipient for the same purpose on the same ground, as often as it was disclosed.</summary>
internal sealed record DisclosureLine(string Id, DisclosedData What, Instant First, Instant Last)
{
    public Instant? SecrecyEndedAt { get; init; }

    /// <summary>The commitment to the payload with an authority's reference.</summary>
    public string? Reference { get; init; }
}

/// <summary>The generated code that reads and writes disclosures.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, UseStringEnumConverter = true,
    Converters = [typeof(InstantJson), typeof(LocalDateJson)])]
[JsonSerializable(typeof(DisclosedData))]
[JsonSerializable(typeof(RefusedData))]
[JsonSerializable(typeof(SecrecyData))]
[JsonSerializable(typeof(LateToldData))]
[JsonSerializable(typeof(AuthorityPayload))]
[JsonSerializable(typeof(PersonDisclosures))]
internal sealed partial class DisclosureJson : JsonSerializerContext;
