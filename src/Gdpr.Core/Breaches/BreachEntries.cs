using System.Text.Json.Serialization;
using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Breaches;

/// <summary>What the journal holds of breaches: one stream per breach. What is told in words, and so may be personal, is in the payloads.</summary>
internal static class BreachEntries
{
    /// <summary>A breach, or the suspicion of one, has been recorded (Art. 33(5)). Data: <see cref="RecordedData"/>; payload: <see cref="BreachText"/>.</summary>
    public const string Recorded = "breach-recorded";

    /// <summary>More is known of it. Data: <see cref="DescribedData"/>; payload: <see cref="BreachText"/>.</summary>
    public const string Described = "breach-described";

    /// <summary>It is known with reasonable certainty: the clocks run. Data: <see cref="ByData"/>.</summary>
    public const string Aware = "breach-aware";

    /// <summary>A person has assessed the risk. Data: <see cref="AssessedData"/>; payload: <see cref="BreachText"/>.</summary>
    public const string Assessed = "breach-assessed";

    /// <summary>The authority has been notified, or told more. Data: <see cref="NotifiedData"/>; payload: <see cref="BreachText"/>.</summary>
    public const string Notified = "breach-notified";

    /// <summary>Whether and how people are told has been decided. Data: <see cref="CommunicationData"/>; payload: <see cref="BreachText"/>.</summary>
    public const string CommunicationDecided = "breach-communication-decided";

    /// <summary>It has been told in public. Data: <see cref="ByData"/>; payload: <see cref="BreachText"/>.</summary>
    public const string Published = "breach-published";

    /// <summary>People whom it affects. Data: <see cref="PeopleData"/>.</summary>
    public const string PeopleAffected = "breach-people-affected";

    /// <summary>People who have been told. Data: <see cref="PeopleData"/>.</summary>
    public const string PeopleTold = "breach-people-told";

    /// <summary>A controller has been told by its processor (Art. 33(2)). Data: <see cref="ControllerToldData"/>.</summary>
    public const string ControllerTold = "breach-controller-told";

    /// <summary>A step of a clock of another law has been taken. Data: <see cref="ParallelData"/>.</summary>
    public const string ParallelDone = "breach-parallel-done";

    /// <summary>It has been dealt with. Data: <see cref="ByData"/>.</summary>
    public const string Closed = "breach-closed";

    /// <summary>It was none. Data: <see cref="ByData"/>; payload: <see cref="BreachText"/>.</summary>
    public const string FalseAlarm = "breach-false-alarm";

    /// <summary>It is looked at again. Data: <see cref="ByData"/>; payload: <see cref="BreachText"/>.</summary>
    public const string Reopened = "breach-reopened";

    /// <summary>A breach as it stood when the entries before expired. Data: <see cref="BreachState"/>.</summary>
    public const string Restated = "breach-restated";

    /// <summary>Carries on a payload, when the entry that committed to it expired.</summary>
    public const string TextRestated = "breach-text-restated";

    /// <summary>People of a breach, as they stood when the entries before expired. Data: <see cref="PeopleRestatedData"/>.</summary>
    public const string PeopleRestated = "breach-people-restated";

    private const string Prefix = "breach/";

    public static string StreamOf(string id) => Prefix + id;

    public static bool IsOf(string stream) => stream.StartsWith(Prefix, StringComparison.Ordinal);

    public static string IdOf(string stream) => stream[Prefix.Length..];
}

/// <param name="Id">The breach's id.</param>
/// <param name="By">The function that recorded it.</param>
internal sealed record RecordedData(string Id, string By)
{
    public ProcessingCapacity Capacity { get; init; }

    public IReadOnlyList<BreachKind> Kinds { get; init; } = [];

    public IReadOnlyList<string> Systems { get; init; } = [];

    public IReadOnlyList<string> DataSets { get; init; } = [];

    public Instant? AwareAt { get; init; }

    public Instant? OccurredFrom { get; init; }

    public Instant? OccurredUntil { get; init; }

    /// <summary>The processor that told of it.</summary>
    public string? ToldBy { get; init; }

    public IReadOnlyList<BreachedController> Controllers { get; init; } = [];

    /// <summary>The deadlines of other laws, by their ids in the registry.</summary>
    public IReadOnlyList<string> Parallel { get; init; } = [];

    public bool HasEffects { get; init; }

    public bool HasMeasures { get; init; }
}

/// <summary>What has been described.</summary>
internal sealed record DescribedData(string By, bool Facts, bool Effects, bool Measures);

/// <summary>Who did it.</summary>
internal sealed record ByData(string By);

/// <summary>An assessment of risk.</summary>
internal sealed record AssessedData(string By, BreachRisk Risk);

/// <summary>A notification to the authority, or a supplement.</summary>
internal sealed record NotifiedData(string By)
{
    public IReadOnlyList<string> Stated { get; init; } = [];

    public IReadOnlyList<string> NotPossible { get; init; } = [];

    public bool IsLate { get; init; }

    public string? Reference { get; init; }

    public long? People { get; init; }

    public long? Records { get; init; }
}

/// <summary>A decision on telling people.</summary>
internal sealed record CommunicationData(string By, bool Tells, bool IsPublic)
{
    public CommunicationException? Exception { get; init; }
}

/// <summary>Opaque keys of people.</summary>
internal sealed record PeopleData(string By, IReadOnlyList<string> Subjects)
{
    public string? Channel { get; init; }
}

/// <summary>A controller that has been told.</summary>
internal sealed record ControllerToldData(string By, string Controller);

/// <summary>A step of another law's clock.</summary>
internal sealed record ParallelData(string By, string Rule, int Step);

/// <summary>People, and when they were told.</summary>
internal sealed record PeopleRestatedData(IReadOnlyList<PersonData> People);

/// <summary>A person whom a breach affects.</summary>
internal sealed record PersonData(string Subject)
{
    public Instant? ToldAt { get; init; }

    public string? Channel { get; init; }
}

/// <summary>The generated code that reads and writes what the journal holds of breaches.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true,
    Converters = [typeof(InstantJson), typeof(LocalDateJson)])]
[JsonSerializable(typeof(RecordedData))]
[JsonSerializable(typeof(DescribedData))]
[JsonSerializable(typeof(ByData))]
[JsonSerializable(typeof(AssessedData))]
[JsonSerializable(typeof(NotifiedData))]
[JsonSerializable(typeof(CommunicationData))]
[JsonSerializable(typeof(PeopleData))]
[JsonSerializable(typeof(ControllerToldData))]
[JsonSerializable(typeof(ParallelData))]
[JsonSerializable(typeof(PeopleRestatedData))]
[JsonSerializable(typeof(PersonData))]
[JsonSerializable(typeof(BreachText))]
[JsonSerializable(typeof(BreachState))]
internal sealed partial class BreachJson : JsonSerializerContext;
