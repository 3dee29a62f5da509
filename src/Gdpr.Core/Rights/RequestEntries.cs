using System.Text.Json.Serialization;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>What the journal holds of requests: one stream per request.</summary>
internal static class RequestEntries
{
    /// <summary>Data: <see cref="ReceivedData"/>; payload: the person's words.</summary>
    public const string Received = "request-received";

    /// <summary>It is for the same as an earlier one, which governs. Data: <see cref="StepData"/> with the earlier one's id.</summary>
    public const string Linked = "request-linked";

    /// <summary>A later one for the same has come. Data: <see cref="StepData"/> with its id, its receipt and, where its sender has shown to be the person or to
    /// act for them, how.</summary>
    public const string Repeated = "request-repeated";

    /// <summary>Data: <see cref="StepData"/>.</summary>
    public const string IdentityAsked = "request-identity-asked";

    /// <summary>Data: <see cref="StepData"/>.</summary>
    public const string IdentityShown = "request-identity-shown";

    /// <summary>Whoever acts for the person has shown the mandate. Data: <see cref="StepData"/> with the evidence.</summary>
    public const string MandateShown = "request-mandate-shown";

    /// <summary>Data: <see cref="StepData"/>.</summary>
    public const string Extended = "request-extended";

    /// <summary>Data: <see cref="StepData"/> with the controller.</summary>
    public const string Forwarded = "request-forwarded";

    /// <summary>Data: <see cref="AssessedData"/>.</summary>
    public const string Assessed = "request-assessed";

    /// <summary>A human has decided a line. Data: <see cref="AssessedData"/> with that line.</summary>
    public const string LineDecided = "request-line-decided";

    /// <summary>Data: <see cref="StepData"/> with outcome and reason.</summary>
    public const string Decided = "request-decided";

    /// <summary>A fee was asked for. Data: <see cref="FeeData"/>; payload: <see cref="RequestWords"/> with the grounds.</summary>
    public const string FeeAsked = "request-fee-asked";

    /// <summary>It has been paid, or is asked for no longer. Data: <see cref="StepData"/>.</summary>
    public const string FeeSettled = "request-fee-settled";

    /// <summary>Data: <see cref="ResultsData"/>.</summary>
    public const string Results = "request-results";

    /// <summary>Everything granted is done. Data: <see cref="StepData"/>.</summary>
    public const string Executed = "request-executed";

    /// <summary>Recipients have been told of some of what was done. Data: <see cref="StepData"/> with its lines.</summary>
    public const string RecipientsToldOf = "request-recipients-told-of";

    /// <summary>Recipients have been told of everything granted. Data: <see cref="StepData"/>.</summary>
    public const string RecipientsTold = "request-recipients-told";

    /// <summary>Data: <see cref="GivenAnswer"/>.</summary>
    public const string Answered = "request-answered";

    /// <summary>Data: <see cref="StepData"/>.</summary>
    public const string Closed = "request-closed";

    /// <summary>Data: <see cref="StepData"/>.</summary>
    public const string Warned = "request-warned";

    /// <summary>Data: <see cref="StepData"/>.</summary>
    public const string Overdue = "request-overdue";

    /// <summary>What waits has been looked at. Data: <see cref="StepData"/> with the next time, or none.</summary>
    public const string Looked = "request-looked-at";

    /// <summary>Data: <see cref="StepData"/> with the complaint's id; payload: <see cref="RequestWords"/> with the words of the complaint, where there are any.</summary>
    public const string Complained = "request-complained";

    /// <summary>Data: <see cref="StepData"/> with the complaint's id.</summary>
    public const string ComplaintAnswered = "request-complaint-answered";

    /// <summary>Everything that still counts of it. Data: <see cref="DataSubjectRequest"/>.</summary>
    public const string Restated = "request-restated";

    /// <summary>Carries on a payload of words when the entry that committed to it expired. Data: none.</summary>
    public const string WordsRestated = "request-words-restated";

    private const string Prefix = "request/";

    public static string StreamOf(string id) => Prefix + id;

    public static bool IsOf(string stream) => stream.StartsWith(Prefix, StringComparison.Ordinal);
}

/// <summary>A request as it was received.</summary>
internal sealed record ReceivedData(string Id, DataSubjectRight Right, RequestScope Scope, string Channel)
{
    public IdentityMethod? Identity { get; init; }

    public RequestMandate? Mandate { get; init; }

    public RestrictionGround? Ground { get; init; }

    public LocalDate? ReviewBy { get; init; }

    public Instant? Until { get; init; }

    public string? Decision { get; init; }

    public string? For { get; init; }

    public bool IsMarketing { get; init; }

    public string? MarketingChannel { get; init; }
}

/// <summary>A step of a request.</summary>
internal sealed record StepData(string? By = null, string? Reason = null)
{
    public string? Other { get; init; }

    public IdentityMethod? Method { get; init; }

    public ExtensionReason? Extension { get; init; }

    public RequestOutcome? Outcome { get; init; }

    public Instant? At { get; init; }

    public bool? IsUpheld { get; init; }

    public IReadOnlyList<string>? Lines { get; init; }
}

/// <summary>A fee that is asked for.</summary>
internal sealed record FeeData(decimal Amount, string Currency, string By);

/// <summary>The lines of an assessment.</summary>
internal sealed record AssessedData(IReadOnlyList<RequestLine> Lines);

/// <summary>What has come of data sets; each replaces what was said of it before.</summary>
internal sealed record ResultsData(IReadOnlyList<DataSetResult> Results);

/// <summary>What the person wrote, and where the answer goes: personal.</summary>
internal sealed record RequestWords(string? Text, string? ReplyTo, string? Representative);

/// <summary>The generated code that reads and writes requests.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true,
    Converters = [typeof(InstantJson), typeof(LocalDateJson)])]
[JsonSerializable(typeof(DataSubjectRequest))]
[JsonSerializable(typeof(ReceivedData))]
[JsonSerializable(typeof(StepData))]
[JsonSerializable(typeof(FeeData))]
[JsonSerializable(typeof(AssessedData))]
[JsonSerializable(typeof(ResultsData))]
[JsonSerializable(typeof(GivenAnswer))]
[JsonSerializable(typeof(RequestWords))]
internal sealed partial class RequestJson : JsonSerializerContext;
