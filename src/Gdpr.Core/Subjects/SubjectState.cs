using System.Text.Json.Serialization;
using NodaTime;

namespace Gdpr.Subjects;

/// <summary>Where a person stands with a controller: consents, objections, restrictions, open requests, ended purposes. A fold of the person's stream.</summary>
/// <remarks>Immutable. Of contradicting facts the one that occurred later counts, and of the same instant the restrictive one; it acts from when it is
/// recorded. What is not in it is not known: a purpose without any consent here has none.</remarks>
public sealed record SubjectState
{
    /// <summary>The version of the last entry of the person's stream that is folded in; 0 where there is none.</summary>
    public long Version { get; init; }

    /// <summary>Whether the journal knows the person: whoever is registered has an entry. Without one it is nobody's state.</summary>
    internal bool IsRegistered => Version > 0;

    /// <summary>The position of that entry in the journal.</summary>
    public long Position { get; init; }

    /// <summary>The position of the last entry that changed what stands beside the data.</summary>
    [JsonInclude]
    internal long FactsPosition { get; init; }

    /// <summary>The position of the entry that said everything up to it, or of the first.</summary>
    [JsonInclude]
    internal long StatedAt { get; init; }

    /// <summary>When the last entry occurred.</summary>
    [JsonInclude]
    internal Instant LastOccurredAt { get; init; }

    /// <summary>The commitment to the payload with the person's native ids, in hexadecimal.</summary>
    [JsonInclude]
    internal string? Identity { get; init; }

    /// <summary>Since when nobody needs to know whose state it is; <see langword="null"/> where somebody does, or nobody has looked.</summary>
    [JsonInclude]
    internal Instant? LeavingSince { get; init; }

    /// <summary>Whether nobody can tell any more whose state it is (Art. 5(1)(e)): nothing is recorded under the key any more.</summary>
    public bool IsForgotten { get; init; }

    /// <summary>The consents, one per purpose and optional field: the step that counts.</summary>
    public IReadOnlyList<ConsentState> Consents { get; init; } = [];

    /// <summary>The objections, those that have ended included, in the order in which they were recorded.</summary>
    public IReadOnlyList<ObjectionState> Objections { get; init; } = [];

    /// <summary>The restrictions, those that were lifted included, in the order in which they were recorded.</summary>
    public IReadOnlyList<RestrictionState> Restrictions { get; init; } = [];

    /// <summary>The requests that were open, those closed included, in the order in which they were recorded.</summary>
    public IReadOnlyList<RequestState> Requests { get; init; } = [];

    /// <summary>What has ended for the person: purposes, and what erasure was granted of.</summary>
    public IReadOnlyList<EndingState> Endings { get; init; } = [];

    /// <summary>What erasure was granted of and counts no longer, because nobody was identified by the request: what stands of it beside the data goes;
    /// <see langword="null"/> for none.</summary>
    [JsonInclude]
    internal IReadOnlyList<EndingState>? TakenBack { get; init; }

    /// <summary>Nothing is known of the person.</summary>
    public static SubjectState Empty { get; } = new();

    /// <summary>The consent to a purpose as a whole, or <see langword="null"/> where nothing was ever recorded of one.</summary>
    /// <param name="purpose">The purpose's id.</param>
    /// <param name="field">The path of an optional field, for the consent to that field alone.</param>
    public ConsentState? ConsentTo(string purpose, string? field = null) =>
        Consents.FirstOrDefault(consent => consent.Purpose == purpose && consent.Field == field);

    /// <summary>The word by which the person took a purpose back after consenting to one of its fields, at the same instant included: with the purpose goes the field
    /// (Art. 7(3)). <see langword="null"/> where there is none.</summary>
    /// <param name="purpose">The purpose's id.</param>
    /// <param name="given">When the consent to the field was given.</param>
    internal ConsentState? TakenBackSince(string purpose, Instant given) =>
        ConsentTo(purpose) is { Phase: ConsentPhase.Refused or ConsentPhase.Withdrawn } whole && whole.OccurredAt >= given ? whole : null;

    /// <summary>Whether a purpose has ended for the person, in every data set.</summary>
    /// <param name="purpose">The purpose's id.</param>
    public bool HasEnded(string purpose) =>
        Endings.Any(ending => ending.DataSets.Count == 0 && IsEndedBy(ending, purpose));

    /// <summary>Whether an objection came with a request for erasure: should nobody be identified by that, it ends with it.</summary>
    internal bool CameWithErasure(ObjectionState objection) =>
        objection.Request is { } id && Requests.Any(request => request.Id == id && request.Right == DataSubjectRight.Erasure);

    /// <summary>Whether an ending ends a purpose. Who consents to it afterwards has the last word.</summary>
    internal bool IsEndedBy(EndingState ending, string purpose) =>
        (ending.Purposes.Count == 0 || ending.Purposes.Contains(purpose, StringComparer.Ordinal))
        && !(ConsentTo(purpose) is { Phase: ConsentPhase.Given } consent && consent.OccurredAt > ending.OccurredAt);
}

/// <summary>Where a consent stands (Art. 7).</summary>
/// <param name="Purpose">The purpose's id.</param>
/// <param name="Phase">The step that counts.</param>
/// <param name="OccurredAt">When the step was taken.</param>
/// <param name="RecordedAt">When it was recorded: it acts from then.</param>
public sealed record ConsentState(string Purpose, ConsentPhase Phase, Instant OccurredAt, Instant RecordedAt)
{
    /// <summary>The path of the optional field that it is about alone, or <see langword="null"/>.</summary>
    public string? Field { get; init; }

    /// <summary>The id of the document with the text that was shown; <see langword="null"/> where it was imported and nobody knows.</summary>
    public string? Text { get; init; }

    /// <summary>The version of the text.</summary>
    public string? TextVersion { get; init; }

    /// <summary>The language of the text, as in BCP 47.</summary>
    public string? Language { get; init; }

    /// <summary>The channel through which the person answered, such as <c>web</c>.</summary>
    public string? Channel { get; init; }

    /// <summary>Whether it is explicit (Art. 9(2)(a), 22(2)(c), 49(1)(a)).</summary>
    public bool IsExplicit { get; init; }

    /// <summary>Whether a holder of parental responsibility gave it (Art. 8(1)).</summary>
    public bool IsByGuardian { get; init; }

    /// <summary>The instant, exclusive, until which it is valid; <see langword="null"/> for no end of its own.</summary>
    public Instant? ValidUntil { get; init; }

    /// <summary>Where it was imported from, where it was.</summary>
    public string? ImportedFrom { get; init; }

    /// <summary>The id of its record (ISO/IEC TS 27560).</summary>
    public string? Record { get; init; }

    /// <summary>The version of the entry in the person's stream.</summary>
    public long Version { get; init; }

    /// <summary>The commitment to the payload that proves it, in hexadecimal.</summary>
    [JsonInclude]
    internal string? Proof { get; init; }

    /// <summary>The requests for erasure with which alone it was taken back; <see langword="null"/> for none. Where nobody is identified by any of them, it counts as
    /// before.</summary>
    [JsonInclude]
    internal IReadOnlyList<string>? Requests { get; init; }

    /// <summary>The consent as it was before those requests; <see langword="null"/> where there are none.</summary>
    [JsonInclude]
    internal ConsentState? Before { get; init; }

    /// <summary>Whether it is in force at an instant.</summary>
    /// <param name="now">The instant.</param>
    public bool IsInForce(Instant now) => Phase == ConsentPhase.Given && OccurredAt <= now && (ValidUntil is not { } end || now < end);
}

/// <summary>The steps of a consent.</summary>
public enum ConsentPhase
{
    /// <summary>The person has been asked.</summary>
    Requested,

    /// <summary>The person has consented.</summary>
    Given,

    /// <summary>The person has refused.</summary>
    Refused,

    /// <summary>The person has withdrawn the consent (Art. 7(3)).</summary>
    Withdrawn,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>What was consented to has changed: it is to be asked for anew.</summary>
    Superseded,
}

/// <summary>Where an objection stands (Art. 21).</summary>
/// <param name="Id">Its id.</param>
/// <param name="Purposes">The purposes objected to; none for all direct marketing, also what begins later.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="OccurredAt">When it was raised.</param>
/// <param name="RecordedAt">When it was recorded.</param>
public sealed record ObjectionState(string Id, IReadOnlyList<string> Purposes, ObjectionPhase Phase, Instant OccurredAt, Instant RecordedAt)
{
    /// <summary>Whether it is to direct marketing (Art. 21(2)): absolute, and never weighed.</summary>
    public bool IsMarketing { get; init; }

    /// <summary>The channel that it is about, such as <c>email</c>; <see langword="null"/> for all.</summary>
    public string? Channel { get; init; }

    /// <summary>The instant, exclusive, until which it holds; <see langword="null"/> where it is not temporary.</summary>
    public Instant? Until { get; init; }

    /// <summary>The request that it came by, where it did.</summary>
    public string? Request { get; init; }

    /// <summary>Whether it stands because an address of the person's was found in the suppression (Art. 21(3)): it goes on from an objection made before the person was
    /// known under this key.</summary>
    public bool IsFromSuppression { get; init; }

    /// <summary>Whether it is about a channel, however that is written: about all, or about this one.</summary>
    internal bool IsAbout(string? channel) => Channel is null || string.Equals(Channel, channel, StringComparison.OrdinalIgnoreCase);

    /// <summary>Of one that names no purposes, those to which the person has consented anew since, where there are any: it does not stop them.</summary>
    [JsonInclude]
    internal IReadOnlyList<string>? Except { get; init; }

    /// <summary>Whether it had been upheld before it was opened to be weighed anew: that stands until somebody identified is told otherwise.</summary>
    [JsonInclude]
    internal bool WasUpheld { get; init; }

    /// <summary>Whether it is to a purpose: one that it names, or where it names none, any of its kind that is not left out, also one that a later policy
    /// begins.</summary>
    /// <param name="purpose">The purpose's id.</param>
    /// <param name="isMarketing">Whether the purpose is direct marketing.</param>
    internal bool IsTo(string purpose, bool isMarketing) => Purposes.Count > 0 ? Purposes.Contains(purpose, StringComparer.Ordinal)
        : (isMarketing || !IsMarketing) && Except?.Contains(purpose, StringComparer.Ordinal) != true;

    /// <summary>Whether it stops the purposes that it names at an instant: pending or upheld, and its time not over.</summary>
    /// <param name="now">The instant.</param>
    public bool Stands(Instant now) => Phase is ObjectionPhase.Pending or ObjectionPhase.Upheld && (Until is not { } end || now < end);
}

/// <summary>Where an objection stands.</summary>
public enum ObjectionPhase
{
    /// <summary>It awaits its assessment: the processing has stopped meanwhile (Art. 18(1)(d), 21(1)).</summary>
    Pending,

    /// <summary>It has been upheld, or was absolute.</summary>
    Upheld,

    /// <summary>Compelling legitimate grounds, or legal claims, were shown to override it.</summary>
    Overruled,

    /// <summary>The person took it back, or its time is over.</summary>
    Ended,
}

/// <summary>Where a restriction of processing stands (Art. 18).</summary>
/// <param name="Id">Its id.</param>
/// <param name="Ground">The ground.</param>
/// <param name="DataSets">The data sets restricted; none for all.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="OccurredAt">When it was asked for.</param>
/// <param name="RecordedAt">When it was recorded.</param>
public sealed record RestrictionState(
    string Id, RestrictionGround Ground, IReadOnlyList<string> DataSets, RestrictionPhase Phase, Instant OccurredAt, Instant RecordedAt)
{
    /// <summary>The last local date, inclusive, by which it is to be reviewed, where it has one.</summary>
    public LocalDate? ReviewBy { get; init; }

    /// <summary>The request that it came by, where it did.</summary>
    public string? Request { get; init; }

    /// <summary>When the person was told that it will be lifted (Art. 18(3)).</summary>
    public Instant? LiftingToldAt { get; init; }

    /// <summary>Whether it stands: also while the person has been told that it will be lifted.</summary>
    public bool Stands => Phase != RestrictionPhase.Lifted;

    /// <summary>Whether it keeps the data beyond its time, because the person wants it kept or needs it: Art. 18(1)(b) and (c).</summary>
    internal bool OutlastsTime => Ground is RestrictionGround.Unlawful or RestrictionGround.Claims;
}

/// <summary>The grounds of Art. 18(1).</summary>
public enum RestrictionGround
{
    /// <summary>(a): the person contests the accuracy of the data.</summary>
    AccuracyContested,

    /// <summary>(b): the processing is unlawful, and the person wants the data kept.</summary>
    Unlawful,

    /// <summary>(c): the controller no longer needs the data, but the person does, for legal claims.</summary>
    Claims,

    /// <summary>(d): an objection awaits its assessment.</summary>
    ObjectionPending,
}

/// <summary>Where a restriction stands.</summary>
public enum RestrictionPhase
{
    /// <summary>It stands.</summary>
    Placed,

    /// <summary>It stands, and the person has been told that it will be lifted.</summary>
    LiftingTold,

    /// <summary>It has been lifted.</summary>
    Lifted,
}

/// <summary>A request of a person, as far as it bears on data.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Right">The right that is exercised.</param>
/// <param name="DataSets">The data sets that it concerns; none for all.</param>
/// <param name="IsOpen">Whether it waits for the whole answer.</param>
/// <param name="OccurredAt">When it was received.</param>
public sealed record RequestState(string Id, DataSubjectRight Right, IReadOnlyList<string> DataSets, bool IsOpen, Instant OccurredAt)
{
    /// <summary>Whether it keeps scheduled destruction waiting while it is open.</summary>
    public bool Freezes => IsOpen
        && Right is DataSubjectRight.Access or DataSubjectRight.Rectification or DataSubjectRight.Restriction or DataSubjectRight.Portability;
}

/// <summary>The rights of Art. 15–22, and withdrawal of consent.</summary>
public enum DataSubjectRight
{
    /// <summary>Art. 15.</summary>
    Access,

    /// <summary>Art. 16.</summary>
    Rectification,

    /// <summary>Art. 17.</summary>
    Erasure,

    /// <summary>Art. 18.</summary>
    Restriction,

    /// <summary>Art. 20.</summary>
    Portability,

    /// <summary>Art. 21.</summary>
    Objection,

    /// <summary>Art. 22(3): human intervention, the person's view, contest.</summary>
    AutomatedDecision,

    /// <summary>Art. 7(3).</summary>
    Withdrawal,
}

/// <summary>Something that has ended for a person: purposes, or what erasure was granted of.</summary>
/// <param name="Id">Its id, such as the request's.</param>
/// <param name="Purposes">The purposes; none for all.</param>
/// <param name="DataSets">The data sets; none for all.</param>
/// <param name="IsErasure">Whether erasure was granted (Art. 17), and not only the purpose ended.</param>
/// <param name="OccurredAt">When.</param>
public sealed record EndingState(string Id, IReadOnlyList<string> Purposes, IReadOnlyList<string> DataSets, bool IsErasure, Instant OccurredAt)
{
    /// <summary>Why, as a stable code, where one was stated.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether everything that it was about is gone: it stands no longer beside the data, so that what is collected of the person anew is not destroyed by
    /// it.</summary>
    public bool IsDone { get; init; }

    /// <summary>Whether something has come while the erasure waited that cannot be told apart from what it was granted of: whether it ends the purposes is unknown,
    /// so that nothing is destroyed or used, until a human has told them apart.</summary>
    public bool IsInDoubt { get; init; }

    /// <summary>When it came to be in doubt, last: what people answered before is no answer to that.</summary>
    [JsonInclude]
    internal Instant? DoubtedAt { get; init; }

    /// <summary>The names of the records that were there when erasure was granted; <see langword="null"/> where nobody knows, and when it is done.</summary>
    [JsonInclude]
    internal IReadOnlyList<string>? Records { get; init; }

    /// <summary>The position of the entry that said so: a backup that reflects less has what was erased.</summary>
    [JsonInclude]
    internal long DonePosition { get; init; }

    /// <summary>The commitment to the native ids under which the person was known then, in hexadecimal: what was collected under later ones was never erased, also where
    /// it is to be done again. <see langword="null"/> where it never was done.</summary>
    [JsonInclude]
    internal string? DoneIdentity { get; init; }
}
