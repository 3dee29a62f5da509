using System.Globalization;
using System.Text.Json.Serialization;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>A request of a person, from its receipt to its end. A fold of the request's stream; immutable.</summary>
/// <remarks>Where it has come to, whether it is extended, whether a restriction stands and what has been disposed of are facts apart: none undoes another. Nothing in it
/// is
/// personal in the clear: the person's words and address are a payload (<see cref="DataSubjectRequests.ReadWordsAsync"/>).</remarks>
public sealed record DataSubjectRequest
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The controller's id.</summary>
    public required string Controller { get; init; }

    /// <summary>The opaque key of the person; <see langword="null"/> where nobody is known by what was supplied.</summary>
    public string? SubjectKey { get; init; }

    /// <summary>The right that is exercised.</summary>
    public required DataSubjectRight Right { get; init; }

    /// <summary>What it is about.</summary>
    public RequestScope Scope { get; init; } = RequestScope.All;

    /// <summary>The channel through which it came, such as <c>mail</c>.</summary>
    public required string Channel { get; init; }

    /// <summary>When it entered the controller's sphere: the clock runs from there.</summary>
    public required Instant ReceivedAt { get; init; }

    /// <summary>When it was recorded.</summary>
    public Instant RecordedAt { get; init; }

    /// <summary>Where it has come to.</summary>
    public RequestPhase Phase { get; init; }

    /// <summary>How it was decided; <see langword="null"/> until it is.</summary>
    public RequestOutcome? Outcome { get; init; }

    /// <summary>When it was decided.</summary>
    public Instant? DecidedAt { get; init; }

    /// <summary>The marketing channel objected to; <see langword="null"/> for all.</summary>
    public string? MarketingChannel { get; init; }

    /// <summary>The stable code of the reason, where it was refused as a whole.</summary>
    public string? Reason { get; init; }

    /// <summary>What is known of who asks.</summary>
    public RequestIdentity Identity { get; init; } = new();

    /// <summary>Who acts for the person, where somebody does.</summary>
    public RequestMandate? Mandate { get; init; }

    /// <summary>The extension, where there is one.</summary>
    public RequestExtension? Extension { get; init; }

    /// <summary>The fee that was asked for, because the request is manifestly unfounded or excessive (Art. 12(5)(a)).</summary>
    public RequestFee? Fee { get; init; }

    /// <summary>The request whose clock and answer are this one's: it came first, from the same person, for the same.</summary>
    public string? DuplicateOf { get; init; }

    /// <summary>The later requests for the same.</summary>
    public IReadOnlyList<string> Duplicates { get; init; } = [];

    /// <summary>The assessment, per data set, field group and purpose; empty until it is made.</summary>
    public IReadOnlyList<RequestLine> Lines { get; init; } = [];

    /// <summary>What has come of each data set.</summary>
    public IReadOnlyList<DataSetResult> Results { get; init; } = [];

    /// <summary>The answers that have been given, the last one last.</summary>
    public IReadOnlyList<GivenAnswer> Answers { get; init; } = [];

    /// <summary>The complaints about how it was handled, in the order in which they came.</summary>
    public IReadOnlyList<RequestComplaint> Complaints { get; init; } = [];

    /// <summary>The ground, of a request for restriction.</summary>
    public RestrictionGround? Ground { get; init; }

    /// <summary>The last local date, inclusive, by which a restriction is reviewed.</summary>
    public LocalDate? ReviewBy { get; init; }

    /// <summary>The instant, exclusive, until which an objection holds, where it is temporary.</summary>
    public Instant? Until { get; init; }

    /// <summary>The host's reference of the decision contested, of a request for a human's review. No personal data.</summary>
    public string? Decision { get; init; }

    /// <summary>Whom it was handed to, where it was: a controller that the organisation works for.</summary>
    public string? ForwardedTo { get; init; }

    /// <summary>When recipients were told (Art. 19).</summary>
    public Instant? RecipientsToldAt { get; init; }

    /// <summary>When it was warned that the time runs out.</summary>
    public Instant? WarnedAt { get; init; }

    /// <summary>When it was found overdue.</summary>
    public Instant? OverdueAt { get; init; }

    /// <summary>When it was closed.</summary>
    public Instant? ClosedAt { get; init; }

    /// <summary>Whether something of it waits for the end of what stands in the way, and is then done without being asked again.</summary>
    public bool IsStanding { get; init; }

    /// <summary>When what waits is looked at next.</summary>
    public Instant? NextLookAt { get; init; }

    /// <summary>The version of its stream.</summary>
    [JsonInclude]
    internal long Version { get; init; }

    /// <summary>The position of its first entry, or of the last that said everything.</summary>
    [JsonInclude]
    internal long StatedAt { get; init; }

    /// <summary>The lines of which recipients have been told; <see langword="null"/> for none.</summary>
    [JsonInclude]
    internal IReadOnlyList<string>? Told { get; init; }

    /// <summary>Whether something of it was done before it was opened to be decided anew: that stands.</summary>
    [JsonInclude]
    internal bool WasDone { get; init; }

    /// <summary>Whether something of it has been done: that stands.</summary>
    [JsonIgnore]
    internal bool HasDone => WasDone || Results.Any(result => result.Level >= ReceiptLevel.Reported);

    /// <summary>Whether it was closed because proof of identity did not come: what was granted and not done is done no more.</summary>
    [JsonInclude]
    internal bool IsGivenUp { get; init; }

    /// <summary>How many answers had been given when the person was identified after all, who had been told not to be; <see langword="null"/> where that was
    /// not.</summary>
    [JsonInclude]
    internal int? AnswersBefore { get; init; }

    /// <summary>When it was opened again, last, after it had been answered in full: by a complaint, or because the person was identified after all.</summary>
    [JsonInclude]
    internal Instant? OpenedAgainAt { get; init; }

    /// <summary>When the last request for the same came whose sender was shown to be the person, where there was another request; <see langword="null"/>
    /// otherwise.</summary>
    [JsonInclude]
    internal Instant? AskedLastAt { get; init; }

    /// <summary>After what instant a consent of the person is a later word than the request: whoever asks for erasure again, asks for that of what was consented to
    /// in between, too.</summary>
    [JsonIgnore]
    internal Instant LastWordAt => Right == DataSubjectRight.Erasure && AskedLastAt is { } last ? last : ReceivedAt;

    /// <summary>How often the person was identified after all.</summary>
    [JsonInclude]
    internal int Again { get; init; }

    /// <summary>The commitment to the person's words, in hexadecimal.</summary>
    [JsonInclude]
    internal string? Words { get; init; }

    /// <summary>The commitment to the grounds of the fee or of the refusal, in hexadecimal.</summary>
    [JsonInclude]
    internal string? Grounds { get; init; }

    /// <summary>The controller to which it is to be handed, where the data are a client's.</summary>
    [JsonInclude]
    internal string? For { get; init; }

    /// <summary>The person, or <see langword="null"/> where nobody is known.</summary>
    [JsonIgnore]
    public DataSubject? Subject => SubjectKey is { } key ? new DataSubject(Controller, new SubjectKey(key)) : null;

    /// <summary>Whether it waits to be answered.</summary>
    [JsonIgnore]
    public bool IsOpen => Phase != RequestPhase.Closed && DuplicateOf is null;

    /// <summary>Whether the person has been told what was done: the duty with a clock. After a complaint, told again.</summary>
    [JsonIgnore]
    public bool IsAnswered => Outcome is RequestOutcome.Forwarded
        || IsAnsweredSince(Complaints.Select(complaint => complaint.AnswersBefore).Append(AnswersBefore ?? 0));

    /// <summary>Whether what it is about is kept from scheduled destruction: its answer is awaited, or a complaint may open it again.</summary>
    [JsonIgnore]
    internal bool IsAwaited => IsOpen && Outcome is not RequestOutcome.Forwarded
        && (Complaints.Any(complaint => complaint.AnsweredAt is null) || !IsAnsweredSinceUpheld);

    /// <summary>Whether it has been answered in full since it was last opened to be decided anew.</summary>
    [JsonIgnore]
    internal bool IsAnsweredSinceUpheld =>
        IsAnsweredSince(Complaints.Where(complaint => complaint.IsUpheld == true).Select(complaint => complaint.AnswersBefore).Append(AnswersBefore ?? 0));

    /// <summary>Whether anything was given out since it was last opened to be decided anew, though it may have been a part.</summary>
    [JsonIgnore]
    internal bool IsAnsweredAtAll => Answers.Count > Complaints.Where(complaint => complaint.IsUpheld == true).Select(complaint => complaint.AnswersBefore)
        .Append(AnswersBefore ?? 0).Max();

    /// <summary>The last complaint that was found to be right, by which it is handled anew.</summary>
    [JsonIgnore]
    internal RequestComplaint? LastUpheld => Complaints.LastOrDefault(complaint => complaint.IsUpheld == true);

    /// <summary>Whether it had been granted, to somebody who was identified then, before a complaint that was right: what stands of that is not the complainant's who
    /// does not show who they are.</summary>
    [JsonIgnore]
    internal bool WasGranted =>
        Complaints.Any(complaint => complaint is { IsUpheld: true, Decision: RequestOutcome.Granted or RequestOutcome.Partly });

    /// <summary>Whether whoever made a complaint that was not right is not identified: what was decided had been told in full, before the complaint, to somebody who was,
    /// and goes on.</summary>
    [JsonIgnore]
    internal bool IsComplainantDoubted => Identity is { IsDoubted: true, AskedAt: not null } && Outcome is not (null or RequestOutcome.NotIdentifiable)
        && IsAnsweredSinceUpheld && !IsAskedOfBefore && Complaints.Any(complaint => complaint.IsUpheld == false && complaint.ReceivedAt == OpenedAgainAt);

    /// <summary>Whether proof of identity was asked for before the request was opened again, or before the last complaint: whoever complained since has not been
    /// asked.</summary>
    [JsonIgnore]
    internal bool IsAskedOfBefore => Identity.AskedAt < OpenedAgainAt || Identity.AskedAt < Complaints.LastOrDefault()?.ReceivedAt;

    /// <summary>Its id, and by what it was opened to be decided anew: what is done then is another than what was done before.</summary>
    [JsonIgnore]
    internal string RoundId => string.Concat(
        Id, LastUpheld is { } complaint ? $"/{complaint.Id}" : "", Again > 0 ? string.Create(CultureInfo.InvariantCulture, $"/again-{Again}") : "");

    /// <summary>Whether it has been opened to be decided anew: by a complaint that was right, or because the person was identified after all.</summary>
    [JsonIgnore]
    internal bool IsAnew => Outcome is null && (LastUpheld is not null || AnswersBefore is not null);

    /// <summary>Whether it was turned away as a whole: nobody is identified by it, or it was refused whatever is held (Art. 11(2), 12(5)–(6)).</summary>
    [JsonIgnore]
    internal bool IsTurnedAway => Outcome == RequestOutcome.NotIdentifiable || this is { Outcome: RequestOutcome.Refused, Reason: not null };

    /// <summary>How many steps complaints have taken, by coming and by being answered: an answer from before one of them answers it no longer.</summary>
    [JsonIgnore]
    internal int ComplaintSteps => Complaints.Count + Complaints.Count(complaint => complaint.AnsweredAt is not null);

    /// <summary>Whether it is an objection to direct marketing, which is absolute and immediate (Art. 21(3)).</summary>
    public bool IsMarketing { get; init; }

    /// <summary>Its id and right: nothing of the person.</summary>
    public override string ToString() => $"{Right} {Id}";

    private bool IsAnsweredSince(IEnumerable<int> answers) => Answers.Skip(answers.DefaultIfEmpty().Max()).Any(answer => answer.IsComplete);
}

/// <summary>Where a request has come to.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestPhase>))]
public enum RequestPhase
{
    /// <summary>It has been received.</summary>
    Received,

    /// <summary>It waits for who asks to show who they are (Art. 12(6)).</summary>
    IdentityPending,

    /// <summary>It is being assessed.</summary>
    Assessing,

    /// <summary>It has been decided.</summary>
    Decided,

    /// <summary>What was granted has been done.</summary>
    Executed,

    /// <summary>The recipients have been told, or there were none (Art. 19).</summary>
    RecipientsNotified,

    /// <summary>It has been answered, and nothing is left to do but what completes by itself.</summary>
    Closed,
}

/// <summary>How a request was decided.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestOutcome>))]
public enum RequestOutcome
{
    /// <summary>Granted in full.</summary>
    Granted,

    /// <summary>Granted in part.</summary>
    Partly,

    /// <summary>Refused.</summary>
    Refused,

    /// <summary>Handed to the controller.</summary>
    Forwarded,

    /// <summary>Whoever asks cannot be identified (Art. 11(2), 12(6)).</summary>
    NotIdentifiable,

    /// <summary>Nothing is held of the person.</summary>
    NothingHeld,
}

/// <summary>An extension by two months (Art. 12(3)).</summary>
/// <param name="ToldAt">When the person was told, within the first month.</param>
/// <param name="Reason">Why: complexity or the number of requests.</param>
/// <param name="By">The function that decided.</param>
public sealed record RequestExtension(Instant ToldAt, ExtensionReason Reason, string By);

/// <summary>What a request may be extended for; nothing else is a reason.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExtensionReason>))]
public enum ExtensionReason
{
    /// <summary>The complexity of the request.</summary>
    Complexity,

    /// <summary>The number of the person's requests.</summary>
    NumberOfRequests,
}
