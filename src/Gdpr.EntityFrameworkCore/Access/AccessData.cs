using System.Text.Json.Serialization;

namespace Gdpr.EntityFrameworkCore.Access;

/// <summary>What the journal holds of an access to personal data: never values.</summary>
/// <param name="DataSet">The data set.</param>
/// <param name="Action">What was done.</param>
/// <param name="By">The opaque key of whoever did it.</param>
/// <param name="Categories">The categories of data concerned, ordinally.</param>
/// <param name="Records">How many records were seen as objects or changed; 0 where a query gave only parts or sums of them.</param>
internal sealed record AccessData(string DataSet, AccessAction Action, string By, IReadOnlyList<string> Categories, int Records)
{
    /// <summary>The type of the entries.</summary>
    public const string Type = "personal-data-access";

    /// <summary>The purpose that a query named, or that the host names for changes.</summary>
    public string? Purpose { get; init; }

    /// <summary>What restricted data was used for.</summary>
    public string? Use { get; init; }

    /// <summary>The opaque keys of the people, ordinally, where it is not one alone: that one is the entry's subject.</summary>
    public IReadOnlyList<string>? Subjects { get; init; }
}

/// <summary>What was done with personal data.</summary>
internal enum AccessAction
{
    [JsonStringEnumMemberName("read")]
    Read,

    [JsonStringEnumMemberName("created")]
    Created,

    [JsonStringEnumMemberName("changed")]
    Changed,

    [JsonStringEnumMemberName("deleted")]
    Deleted,
}

/// <summary>The generated code that writes entries of access.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(AccessData))]
internal sealed partial class AccessJson : JsonSerializerContext;
