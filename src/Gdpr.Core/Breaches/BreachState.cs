using System.Text.Json.Serialization;
using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Breaches;

/// <summary>Where a personal data breach stands (Art. 4(12), 33(5)). What is told of it in words is read by itself:
/// <see cref="BreachRegister.ReadTextsAsync"/>.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Controller">The organisation of the policy whose register it is in.</param>
/// <param name="RecordedAt">When it was recorded.</param>
public sealed record BreachState(string Id, string Controller, Instant RecordedAt)
{
    /// <summary>Where it stands.</summary>
    public BreachPhase Phase { get; init; }

    /// <summary>In which capacity the organisation processes the data: a processor tells its controllers, and notifies no authority.</summary>
    public ProcessingCapacity Capacity { get; init; }

    /// <summary>When it was known with reasonable certainty; <see langword="null"/> while it is only suspected.</summary>
    public Instant? AwareAt { get; init; }

    /// <summary>When it began, inclusive, where that is known.</summary>
    public Instant? OccurredFrom { get; init; }

    /// <summary>When it ended, exclusive, where that is known.</summary>
    public Instant? OccurredUntil { get; init; }

    /// <summary>What was lost.</summary>
    public IReadOnlyList<BreachKind> Kinds { get; init; } = [];

    /// <summary>The systems concerned.</summary>
    public IReadOnlyList<string> Systems { get; init; } = [];

    /// <summary>The data sets concerned, by path, where not the systems as a whole.</summary>
    public IReadOnlyList<string> DataSets { get; init; } = [];

    /// <summary>The recipient that told of it, where a processor did.</summary>
    public string? ToldBy { get; init; }

    /// <summary>As processor: the controllers concerned.</summary>
    public IReadOnlyList<BreachedController> Controllers { get; init; } = [];

    /// <summary>The clocks of other laws that run beside, by their ids in the registry of deadlines: none stands for another.</summary>
    public IReadOnlyList<ParallelClock> Parallel { get; init; } = [];

    /// <summary>The risk to people, as somebody has assessed it; <see langword="null"/> while nobody has.</summary>
    public BreachRisk? Risk { get; init; }

    /// <summary>When it was assessed last.</summary>
    public Instant? AssessedAt { get; init; }

    /// <summary>The function that assessed it last.</summary>
    public string? AssessedBy { get; init; }

    /// <summary>When the risk was first found to be high.</summary>
    public Instant? HighSince { get; init; }

    /// <summary>The notifications to the authority: the first, and each supplement (Art. 33(4)).</summary>
    public IReadOnlyList<AuthorityNotice> Notices { get; init; } = [];

    /// <summary>Whether and how people are told, where it has been decided (Art. 34).</summary>
    public CommunicationState? Communication { get; init; }

    /// <summary>Whether its effects have been described (Art. 33(5)).</summary>
    public bool HasEffects { get; init; }

    /// <summary>Whether what is done about it has been described (Art. 33(5)).</summary>
    public bool HasMeasures { get; init; }

    /// <summary>When it was closed, where it is.</summary>
    public Instant? ClosedAt { get; init; }

    /// <summary>The items of Art. 33(3) that the authority has not been told, and not been told to be impossible to give; empty where nothing has been
    /// notified.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Missing => Notices.Count == 0 ? [] : NoticeItems.MissingFrom(Notices);

    /// <summary>Whether it waits for something to be done.</summary>
    [JsonIgnore]
    public bool IsOpen => Phase is BreachPhase.Suspected or BreachPhase.Established;

    /// <summary>The version of the last entry of its stream.</summary>
    public long Version { get; init; }

    /// <summary>How often the risk was found to be unlikely: what was due before may fall due again.</summary>
    [JsonInclude]
    internal int TimesUnlikely { get; init; }

    /// <summary>How often the risk has been found to be high, after it was not.</summary>
    [JsonInclude]
    internal int TimesHigh { get; init; }

    [JsonInclude]
    internal long Position { get; init; }

    /// <summary>The position of the entry that said everything up to it, or of the first.</summary>
    [JsonInclude]
    internal long StatedAt { get; init; }

    /// <summary>What was told of it in words, as the entries commit to it.</summary>
    [JsonInclude]
    internal IReadOnlyList<TextReference> Texts { get; init; } = [];
}

/// <summary>Where a breach stands.</summary>
public enum BreachPhase
{
    /// <summary>Somebody suspects it: whether it is one is being looked into.</summary>
    Suspected,

    /// <summary>It is known with reasonable certainty.</summary>
    Established,

    /// <summary>It has been dealt with.</summary>
    Closed,

    /// <summary>It was none.</summary>
    FalseAlarm,
}

/// <summary>What a breach takes from data (Art. 4(12)).</summary>
public enum BreachKind
{
    /// <summary>Somebody learnt, or could learn, what was not for them.</summary>
    Confidentiality,

    /// <summary>Data was changed.</summary>
    Integrity,

    /// <summary>Data was lost, or could not be reached; in backups too.</summary>
    Availability,
}

/// <summary>The risk of a breach to the rights and freedoms of people. An authority is told of any, the people of a high one.</summary>
public enum BreachRisk
{
    /// <summary>A risk is unlikely (Art. 33(1)).</summary>
    Unlikely,

    /// <summary>There is a risk (Art. 33(1)).</summary>
    Risk,

    /// <summary>The risk is high (Art. 34(1)).</summary>
    High,
}

/// <summary>A controller whose data a breach at its processor concerns (Art. 33(2)).</summary>
/// <param name="Controller">The controller's id at the processor: a client's.</param>
public sealed record BreachedController(string Controller)
{
    /// <summary>Within how many hours the contract wants the controller told; <see langword="null"/> for the default.</summary>
    public int? Hours { get; init; }

    /// <summary>When it was told.</summary>
    public Instant? ToldAt { get; init; }
}

/// <summary>A clock of another law that runs beside those of the GDPR.</summary>
/// <param name="Rule">The rule's id in the registry of deadlines, such as <c>D-NIS2</c>.</param>
/// <param name="Done">When each step was taken, in their order; those not taken are missing at the end.</param>
public sealed record ParallelClock(string Rule, IReadOnlyList<Instant> Done);

/// <summary>A notification to the authority, or a supplement to one.</summary>
/// <param name="At">When it was sent.</param>
/// <param name="By">The function that sent it.</param>
public sealed record AuthorityNotice(Instant At, string By)
{
    /// <summary>The items of Art. 33(3) that it states (<see cref="NoticeItems"/>).</summary>
    public IReadOnlyList<string> Stated { get; init; } = [];

    /// <summary>The items that it says cannot be given.</summary>
    public IReadOnlyList<string> NotPossible { get; init; } = [];

    /// <summary>Whether it is the first and came after the 72 hours.</summary>
    public bool IsLate { get; init; }

    /// <summary>The authority's reference, where there is one.</summary>
    public string? Reference { get; init; }

    /// <summary>About how many people it states.</summary>
    public long? People { get; init; }

    /// <summary>About how many records it states.</summary>
    public long? Records { get; init; }
}

/// <summary>What was decided about telling people.</summary>
/// <param name="Tells">Whether each person is told.</param>
/// <param name="DecidedAt">When it was decided.</param>
/// <param name="By">The function that decided it.</param>
public sealed record CommunicationState(bool Tells, Instant DecidedAt, string By)
{
    /// <summary>Why they are not told one by one in spite of a high risk.</summary>
    public CommunicationException? Exception { get; init; }

    /// <summary>Whether it is told in public.</summary>
    public bool IsPublic { get; init; }

    /// <summary>When it was told in public, where it was.</summary>
    public Instant? PublishedAt { get; init; }

    /// <summary>The risk at the decision.</summary>
    public BreachRisk? AtRisk { get; init; }
}

/// <summary>The exceptions of Art. 34(3).</summary>
public enum CommunicationException
{
    /// <summary>(a): the data was unintelligible to whoever got it, such as encrypted, with the key safe.</summary>
    Unintelligible,

    /// <summary>(b): measures taken since make a high risk unlikely.</summary>
    RiskRemoved,

    /// <summary>(c): telling each would take disproportionate effort: it is told in public instead.</summary>
    Disproportionate,
}

/// <summary>A person whom a breach affects.</summary>
/// <param name="Subject">The person.</param>
public sealed record AffectedPerson(Subjects.DataSubject Subject)
{
    /// <summary>When the person was told; <see langword="null"/> where not.</summary>
    public Instant? ToldAt { get; init; }

    /// <summary>How the person was told.</summary>
    public string? Channel { get; init; }
}

/// <summary>Where a text stands: under a commitment in the vault.</summary>
internal sealed record TextReference(string Type, Instant At, string Commitment);
