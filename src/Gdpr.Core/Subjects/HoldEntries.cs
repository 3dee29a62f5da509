using System.Text.Json.Serialization;

namespace Gdpr.Subjects;

/// <summary>What the journal holds of legal holds: one stream per hold.</summary>
internal static class HoldEntries
{
    /// <summary>A hold has been decided; it stands from here on, wherever its facts have come to be. Data: <see cref="HoldPlacing"/>; payload: <see cref="HoldPayload"/>.</summary>
    public const string Placing = "hold-placing";

    /// <summary>The hold's facts are committed in every source concerned.</summary>
    public const string Placed = "hold-placed";

    /// <summary>A record named was gone already: the hold never stood.</summary>
    public const string Refused = "hold-refused";

    /// <summary>The hold's release has been decided.</summary>
    public const string Releasing = "hold-releasing";

    /// <summary>The hold's facts are gone from every source.</summary>
    public const string Released = "hold-released";

    /// <summary>A hold that still stands, as it was when the entries before it expired. Data: <see cref="HoldState"/>.</summary>
    public const string Restated = "hold-restated";

    private const string Prefix = "hold/";

    public static string StreamOf(string id) => Prefix + id;

    public static bool IsOf(string stream) => stream.StartsWith(Prefix, StringComparison.Ordinal);
}

/// <summary>The clear content of a hold that is being placed.</summary>
/// <param name="Id">The hold's id.</param>
/// <param name="DataSets">The data sets held, ordinally; none for all.</param>
/// <param name="From">The first local date, inclusive.</param>
/// <param name="ReviewBy">The last local date, inclusive, for the review.</param>
/// <param name="IsNarrowed">Whether the payload names people, records or dates of events.</param>
internal sealed record HoldPlacing(string Id, IReadOnlyList<string> DataSets, string From, string ReviewBy, bool IsNarrowed)
{
    /// <summary>How each data set concerned named its records and people when the hold was placed, ordinally; none where nothing is narrowed. A data set of a source that
    /// was not reached is left out, and an entry of an earlier version leaves out all.</summary>
    public IReadOnlyList<DataSetNaming>? Namings { get; init; }
}

/// <summary>How a data set names its records and people, in hexadecimal: see <see cref="Sources.IDisposalSource.NamingOf"/>.</summary>
internal sealed record DataSetNaming(string DataSet, string Naming);

/// <summary>The content of the entries after the first: the hold's id, the function that decided, and how many of the records named were gone.</summary>
internal sealed record HoldStep(string Id, string? By = null, int? Gone = null);

/// <summary>What a hold is for, and on whom: personal.</summary>
internal sealed record HoldPayload(
    string Matter, string Reason, string Approver, IReadOnlyList<string> Subjects, IReadOnlyList<string> Records, string? EventsFrom, string? EventsTo);

/// <summary>A hold, as it follows from its entries.</summary>
/// <param name="Placing">The clear content.</param>
/// <param name="Phase">How far it has come.</param>
/// <param name="FactsPosition">The position of the last entry that changed what stands beside the data.</param>
/// <param name="Version">The version of the hold's stream.</param>
/// <param name="Payload">The commitment to its payload, in hexadecimal.</param>
/// <param name="Controller">The controller under which the vault keeps the payload.</param>
/// <param name="StatedAt">The position of the last entry that says all of this.</param>
/// <param name="OccurredAt">When the hold was decided.</param>
internal sealed record HoldState(
    HoldPlacing Placing, HoldPhase Phase, long FactsPosition, long Version, string Payload, string Controller, long StatedAt, string OccurredAt)
{
    /// <summary>Whether it forbids destruction.</summary>
    public bool Stands => Phase is HoldPhase.Placing or HoldPhase.Placed;

    /// <summary>Whether it has ended everywhere: nothing more follows from it.</summary>
    [JsonIgnore]
    public bool IsOver => Phase is HoldPhase.Refused or HoldPhase.Released;
}

/// <summary>How far a hold has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HoldPhase>))]
public enum HoldPhase
{
    /// <summary>It stands, but its facts have not been committed in every source concerned.</summary>
    Placing,

    /// <summary>It stands.</summary>
    Placed,

    /// <summary>A record named was gone already: it never stood.</summary>
    Refused,

    /// <summary>It no longer stands, but its facts have not been taken away from every source.</summary>
    Releasing,

    /// <summary>It no longer stands.</summary>
    Released,
}

/// <summary>The generated code that reads and writes holds.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HoldPlacing))]
[JsonSerializable(typeof(HoldStep))]
[JsonSerializable(typeof(HoldPayload))]
[JsonSerializable(typeof(HoldState))]
[JsonSerializable(typeof(HoldSeal))]
internal sealed partial class HoldJson : JsonSerializerContext;
