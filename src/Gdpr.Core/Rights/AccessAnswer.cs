using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>The answer to a request for access (Art. 15): whether data is processed, everything about it that the person must be told, and a copy. Personal
/// data.</summary>
public sealed class AccessAnswer : IRightsAnswer
{
    internal AccessAnswer(AccessAnswerContent content) => Content = content;

    /// <summary>What it says.</summary>
    public AccessAnswerContent Content { get; }

    /// <inheritdoc/>
    public string RequestId => Content.Request;

    /// <inheritdoc/>
    public Digest Hash => Digest.Of(ToJson());

    /// <inheritdoc/>
    public IReadOnlyList<string> Missing => Content.Missing;

    /// <inheritdoc/>
    public IReadOnlyList<string> ToReview => Content.ToReview;

    /// <summary>How many steps complaints had taken when it was composed.</summary>
    internal int ComplaintSteps { get; init; }

    /// <summary>The records of a data set as they are given out.</summary>
    internal IEnumerable<IReadOnlyDictionary<string, JsonElement>> RecordsOf(string dataSet) =>
        Content.DataSets.Where(one => one.DataSet == dataSet).SelectMany(one => one.Records).Select(record => record.Fields);

    /// <summary>The answer as JSON in UTF-8: the same content gives the same bytes.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(Content, AccessAnswerJson.Default.AccessAnswerContent);

    /// <summary>The records of a data set as CSV, for an officer's eyes: cells that a spreadsheet would take for formulas are neutralised.</summary>
    /// <param name="dataSet">The data set's path.</param>
    public string ToOfficersCsv(string dataSet)
    {
        var records = Content.DataSets.FirstOrDefault(one => one.DataSet == dataSet)?.Records ?? [];
        return CsvText.Of([.. records.Select(record => record.Fields)], CsvUse.Officers);
    }

    /// <summary>The request's id: nothing of the person.</summary>
    public override string ToString() => $"{nameof(AccessAnswer)} of {RequestId}";
}

/// <summary>What an answer to a request for access says.</summary>
public sealed record AccessAnswerContent
{
    /// <summary>The request's id.</summary>
    public required string Request { get; init; }

    /// <summary>The controller, and how it is reached.</summary>
    public required AccessController Controller { get; init; }

    /// <summary>When the request was received.</summary>
    public required Instant ReceivedAt { get; init; }

    /// <summary>When the answer was made.</summary>
    public required Instant At { get; init; }

    /// <summary>Whether data of the person is processed (Art. 15(1)); <see langword="null"/> while nothing was found and not everything could be asked.</summary>
    public bool? IsProcessed { get; init; }

    /// <summary>The purposes for which this person's data is processed, with what each rests on, the categories of data, and how long (Art. 15(1)(a), (b), (d)). Not
    /// those to which the person has not consented, or that have ended.</summary>
    public IReadOnlyList<AccessPurpose> Purposes { get; init; } = [];

    /// <summary>To whom the person's data was disclosed, by name, and to whom it may be (Art. 15(1)(c)), with the safeguard of a transfer (Art. 15(2)).</summary>
    public IReadOnlyList<AccessRecipient> Recipients { get; init; } = [];

    /// <summary>The rights that the person has over this data, by code (Art. 15(1)(e)).</summary>
    public IReadOnlyList<DataSubjectRight> Rights { get; init; } = [];

    /// <summary>Where the data comes from (Art. 15(1)(g)).</summary>
    public IReadOnlyList<AccessSource> Sources { get; init; } = [];

    /// <summary>Profiling and automated decisions, with the logic and what it means (Art. 15(1)(h)).</summary>
    public IReadOnlyList<AccessLogic> AutomatedDecisions { get; init; } = [];

    /// <summary>The decisions by automated means alone that were recorded of the person, each explained (Art. 15(1)(h)).</summary>
    public IReadOnlyList<DecisionExplanation> Decisions { get; init; } = [];

    /// <summary>The copy, per data set (Art. 15(3)); restricted and legally held data included.</summary>
    public IReadOnlyList<AccessDataSet> DataSets { get; init; } = [];

    /// <summary>What is kept of the person's consents, objections, restrictions and requests.</summary>
    public AccessHistory History { get; init; } = new();

    /// <summary>What the copy does not hold, where and why (Art. 15(4)).</summary>
    public IReadOnlyList<AccessLimit> Limits { get; init; } = [];

    /// <summary>The data sets that could not be asked yet; they follow.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>The data sets that a human reads before they are given out.</summary>
    public IReadOnlyList<string> ToReview { get; init; } = [];

    /// <summary>Where the person can complain (Art. 15(1)(f), 79).</summary>
    public required Remedies Remedies { get; init; }
}

/// <summary>The controller, and how it is reached.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Contact">The address for people.</param>
public sealed record AccessController(string Name, string Contact)
{
    /// <summary>The postal address.</summary>
    public string? Address { get; init; }

    /// <summary>The contact of the data protection officer.</summary>
    public string? DataProtectionOfficer { get; init; }

    /// <summary>The contact of the representative in the Union.</summary>
    public string? Representative { get; init; }
}

/// <summary>A purpose for which the person's data is processed.</summary>
/// <param name="Purpose">The purpose's id.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Activity">The activity.</param>
public sealed record AccessPurpose(string Purpose, string Title, string Activity)
{
    /// <summary>The lawful basis.</summary>
    public LawfulBasisKind? Basis { get; init; }

    /// <summary>The law that it rests on, where one does.</summary>
    public string? Law { get; init; }

    /// <summary>The legitimate interest, where it rests on one.</summary>
    public string? Interest { get; init; }

    /// <summary>The categories of the person's data that are processed for it.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>The data sets in which the person has records for it.</summary>
    public IReadOnlyList<string> DataSets { get; init; } = [];

    /// <summary>How long, as a rule.</summary>
    public string? Criteria { get; init; }

    /// <summary>The last local date, inclusive, on which the person's data is kept for it; <see langword="null"/> where it has not been set off, or its source does not
    /// say.</summary>
    public LocalDate? Until { get; init; }

    /// <summary>Whether it has ended for this person: it is told of where data is still there that was processed for nothing else.</summary>
    public bool IsOver { get; init; }
}

/// <summary>A recipient.</summary>
/// <param name="Recipient">The recipient's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is to the controller.</param>
/// <param name="HasReceived">Whether it has received data of this person; otherwise it may.</param>
public sealed record AccessRecipient(string Recipient, string Name, RecipientKind? Kind, bool HasReceived)
{
    /// <summary>When it last received data of this person.</summary>
    public Instant? LastAt { get; init; }

    /// <summary>The fields that it received, by path.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>The country, where it is not in the European Economic Area.</summary>
    public string? Country { get; init; }

    /// <summary>What the transfer rests on.</summary>
    public TransferMechanism? Safeguard { get; init; }

    /// <summary>The decision or clauses that it rests on.</summary>
    public string? Reference { get; init; }
}

/// <summary>Where data comes from.</summary>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Title">The origin.</param>
/// <param name="From">Who it comes from.</param>
public sealed record AccessSource(string DataSet, string Title, OriginKind? From);

/// <summary>How a person is evaluated.</summary>
/// <param name="Activity">The activity.</param>
/// <param name="Logic">What is evaluated, and how it bears on the person.</param>
/// <param name="IsSolelyAutomated">Whether a decision with legal or similar effect is taken by automated means alone.</param>
/// <param name="HumanReview">The function that looks at a decision anew when it is asked to.</param>
public sealed record AccessLogic(string Activity, string Logic, bool IsSolelyAutomated, string? HumanReview)
{
    /// <summary>What it means for the person, and what it may lead to.</summary>
    public string? Consequences { get; init; }
}

/// <summary>The person's records in a data set.</summary>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Records">The records.</param>
public sealed record AccessDataSet(string DataSet, string Title, IReadOnlyList<AccessRecord> Records)
{
    /// <summary>Whether people looked for it and give it out beside this answer.</summary>
    public bool IsByHand { get; init; }
}

/// <summary>A record of the person's.</summary>
/// <param name="Roles">The roles that the person has in it.</param>
/// <param name="Fields">The fields, by id.</param>
public sealed record AccessRecord(IReadOnlyList<string> Roles, IReadOnlyDictionary<string, JsonElement> Fields)
{
    /// <summary>The restrictions of processing that stand on it.</summary>
    public IReadOnlyList<string> Restrictions { get; init; } = [];

    /// <summary>What the person has said of values that stayed as they were (Art. 16).</summary>
    public IReadOnlyList<AccessAnnotation> Annotations { get; init; } = [];

    /// <summary>Whether it is kept for nothing but what a law, a hold or a restriction commands.</summary>
    public bool IsKeptOnly { get; init; }
}

/// <summary>What the person has said of a value that stayed as it was.</summary>
/// <param name="Field">The field's id.</param>
/// <param name="Statement">What the person has said.</param>
/// <param name="At">When it was put beside the value.</param>
public sealed record AccessAnnotation(string Field, string Statement, Instant At);

/// <summary>What is kept of the person's own choices and requests.</summary>
public sealed record AccessHistory
{
    /// <summary>The consents.</summary>
    public IReadOnlyList<AccessConsent> Consents { get; init; } = [];

    /// <summary>The objections.</summary>
    public IReadOnlyList<AccessObjection> Objections { get; init; } = [];

    /// <summary>The restrictions.</summary>
    public IReadOnlyList<AccessRestriction> Restrictions { get; init; } = [];

    /// <summary>The requests, this one included.</summary>
    public IReadOnlyList<AccessRequest> Requests { get; init; } = [];
}

/// <summary>A consent, as the person is told of it.</summary>
/// <param name="Purpose">The purpose.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="At">Since when.</param>
/// <param name="Text">The document that was shown, with its version.</param>
public sealed record AccessConsent(string Purpose, ConsentPhase Phase, Instant At, string? Text)
{
    /// <summary>The path of the optional field that it is to, such as <c>crm.customers.phone</c>; <see langword="null"/> where it is to the purpose.</summary>
    public string? Field { get; init; }
}

/// <summary>An objection, as the person is told of it.</summary>
/// <param name="Purposes">The purposes; none for all direct marketing, also what begins later.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="At">When it was raised.</param>
public sealed record AccessObjection(IReadOnlyList<string> Purposes, ObjectionPhase Phase, Instant At)
{
    /// <summary>The marketing channel that it is to, such as <c>email</c>; <see langword="null"/> for all.</summary>
    public string? Channel { get; init; }

    /// <summary>The instant, exclusive, until which it holds, where it is temporary.</summary>
    public Instant? Until { get; init; }
}

/// <summary>A restriction, as the person is told of it.</summary>
/// <param name="Ground">The ground.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="At">When it was asked for.</param>
public sealed record AccessRestriction(RestrictionGround Ground, RestrictionPhase Phase, Instant At)
{
    /// <summary>The data sets that it is about, by path; none for all.</summary>
    public IReadOnlyList<string> DataSets { get; init; } = [];
}

/// <summary>A request, as the person is told of it.</summary>
/// <param name="Request">Its id.</param>
/// <param name="Right">The right.</param>
/// <param name="IsOpen">Whether it is open.</param>
/// <param name="At">When it was received.</param>
public sealed record AccessRequest(string Request, DataSubjectRight Right, bool IsOpen, Instant At);

/// <summary>Something that the copy does not hold.</summary>
/// <param name="Path">What: a field, by path.</param>
/// <param name="Reason">Why: a stable code.</param>
/// <param name="Article">The article.</param>
/// <param name="Count">How many values.</param>
public sealed record AccessLimit(string Path, string Reason, string Article, int Count);

/// <summary>The generated code that writes answers to requests for access.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true,
    WriteIndented = true,
    Converters = [typeof(InstantJson), typeof(LocalDateJson)])]
[JsonSerializable(typeof(AccessAnswerContent))]
internal sealed partial class AccessAnswerJson : JsonSerializerContext;
