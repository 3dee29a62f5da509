using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Personal data that is about to be taken in, and where it comes from (Art. 13, 14).</summary>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Origin">The origin's id: the data set declares which it has.</param>
public sealed record Collection(string DataSet, string Origin)
{
    /// <summary>The controller; with exactly one declared, it is the default.</summary>
    public string? Controller { get; init; }

    /// <summary>The channel, where the origin does not say it all: at most 64 letters, digits, hyphens, points, colons and underscores.</summary>
    public string? Channel { get; init; }

    /// <summary>The function that registered the data by hand: needed where the origin is manual. No person.</summary>
    public string? By { get; init; }

    /// <summary>The record's key in the source, where it is opaque: at most 64 letters, digits, hyphens, points, colons and underscores. Left out where it tells who
    /// the person is.</summary>
    public string? Record { get; init; }

    /// <summary>When the data was obtained: deadlines count from then. <see langword="null"/> for now.</summary>
    public Instant? ObtainedAt { get; init; }

    /// <summary>The notice that was given with it.</summary>
    public NoticeGiven? Notice { get; init; }
}

/// <summary>A notice that was shown or sent to people (Art. 13, 14).</summary>
/// <param name="Document">The document's id in the policy: one of kind notice.</param>
/// <param name="Channel">The channel, such as <c>email</c> or <c>web</c>: at most 64 letters, digits, hyphens, points, colons and underscores.</param>
public sealed record NoticeGiven(string Document, string Channel)
{
    /// <summary>The document's version; <see langword="null"/> for the one of the policy in force.</summary>
    public string? Version { get; init; }

    /// <summary>The language, as in BCP 47.</summary>
    public string? Language { get; init; }

    /// <summary>When it was given; <see langword="null"/> for now.</summary>
    public Instant? At { get; init; }
}

/// <summary>Why somebody need not be told where their data comes from (Art. 14(5)).</summary>
public enum NoticeExemption
{
    /// <summary>(a): the person has the information.</summary>
    AlreadyInformed,

    /// <summary>(b): it is impossible, or would take a disproportionate effort. The information is made public instead.</summary>
    Disproportionate,

    /// <summary>(c): law expressly lays the obtaining down.</summary>
    LaidDownByLaw,

    /// <summary>(d): the data must remain confidential under professional or statutory secrecy.</summary>
    Secrecy,
}

/// <summary>Whether data may be taken in.</summary>
/// <param name="IsAllowed">Whether it may.</param>
/// <param name="Id">The id under which the journal has it.</param>
public sealed record CollectionDecision(bool IsAllowed, string Id)
{
    /// <summary>Why it may not; empty where it may.</summary>
    public IReadOnlyList<DisclosureReason> Reasons { get; init; } = [];

    /// <summary>What is remarked without forbidding anything.</summary>
    public IReadOnlyList<DisclosureReason> Remarks { get; init; } = [];

    /// <summary>The people who have objected to direct marketing under one of their identifiers, with what for (Art. 21(3)). Those who are refused are not taken
    /// in.</summary>
    public IReadOnlyList<SuppressedPerson> Suppressed { get; init; } = [];

    /// <summary>The people who have to be told where the data comes from (Art. 14).</summary>
    public IReadOnlyList<DataSubject> Owed { get; init; } = [];

    /// <summary>The instant, exclusive, by which these are told; the first contact or disclosure comes before it.</summary>
    public Instant? NoticeDueBy { get; init; }
}

/// <summary>Somebody whose data was to be taken in, and who is kept from marketing (Art. 21(3)).</summary>
/// <param name="Subject">The person.</param>
/// <param name="Entries">Over which channel, for what, since when.</param>
/// <param name="IsRefused">Whether the data does not come from the person and would be used for nothing else: it must not be stored.</param>
public sealed record SuppressedPerson(DataSubject Subject, IReadOnlyList<SuppressionEntry> Entries, bool IsRefused);

/// <summary>Where data of a person comes from.</summary>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Origin">The origin's id.</param>
/// <param name="First">When data was first obtained so.</param>
/// <param name="Last">When it was last.</param>
public sealed record CollectedData(string DataSet, string Origin, Instant First, Instant Last)
{
    /// <summary>Who the data comes from, as the policy said then.</summary>
    public OriginKind From { get; init; }

    /// <summary>The channel, where one was stated.</summary>
    public string? Channel { get; init; }

    /// <summary>The function that registered it by hand.</summary>
    public string? By { get; init; }

    /// <summary>The record's key in the source, where it was stated.</summary>
    public string? Record { get; init; }
}

/// <summary>A notice that a person was given.</summary>
/// <param name="Document">The document's id.</param>
/// <param name="Version">The document's version.</param>
/// <param name="Channel">The channel.</param>
/// <param name="At">When.</param>
public sealed record NoticeRecord(string Document, string? Version, string Channel, Instant At)
{
    /// <summary>The language.</summary>
    public string? Language { get; init; }
}

/// <summary>Where the data of a person comes from, and what the person was told of it.</summary>
/// <param name="Subject">The person.</param>
public sealed record PersonOrigins(DataSubject Subject)
{
    /// <summary>The origins, in the order of the first time.</summary>
    public IReadOnlyList<CollectedData> Collected { get; init; } = [];

    /// <summary>The notices, in the order of their times.</summary>
    public IReadOnlyList<NoticeRecord> Notices { get; init; } = [];

    /// <summary>Since when the person has to be told where data comes from; <see langword="null"/> where nothing is owed.</summary>
    public Instant? OwedSince { get; init; }

    /// <summary>The instant, exclusive, by which the person is told to be on the safe side; <see langword="null"/> where nothing is owed.</summary>
    public Instant? DueBy { get; init; }

    /// <summary>The instant, exclusive, at which the law's latest day ends (Art. 14(3)(a)); <see langword="null"/> where nothing is owed.</summary>
    public Instant? LegalLatest { get; init; }

    /// <summary>Whether the person should have been told by an instant.</summary>
    /// <param name="now">The instant.</param>
    public bool IsOverdue(Instant now) => now >= LegalLatest;
}
