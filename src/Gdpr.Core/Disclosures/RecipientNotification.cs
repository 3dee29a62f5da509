using System.Text.Json.Serialization;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>That one recipient is told of what has become of a person's data, and how far that has come.</summary>
/// <param name="Id">Its id, under which the recipient gets it however often it is sent.</param>
/// <param name="Controller">The controller.</param>
/// <param name="Person">The opaque key of the person.</param>
/// <param name="Recipient">The recipient's id.</param>
/// <param name="Kind">What the recipient is told.</param>
/// <param name="Action">The id of what was done.</param>
/// <param name="DoneAt">When it was done.</param>
/// <param name="DueBy">The instant, exclusive, by which the recipient is to have been told (Art. 19).</param>
public sealed record RecipientNotification(
    string Id, string Controller, string Person, string Recipient, RecipientNoticeKind Kind, string Action, Instant DoneAt, Instant DueBy)
{
    /// <summary>How far it has come.</summary>
    public NotificationState State { get; init; }

    /// <summary>The fields that the recipient received and that are concerned, by path.</summary>
    public IReadOnlyList<string> Data { get; init; } = [];

    /// <summary>How often it was sent or tried.</summary>
    public int Attempts { get; init; }

    /// <summary>When it was sent or tried last.</summary>
    public Instant? LastAttemptAt { get; init; }

    /// <summary>When it is tried or sent again; <see langword="null"/> once it is closed.</summary>
    public Instant? NextAttemptAt { get; init; }

    /// <summary>The stable code of what went wrong last; <see langword="null"/> where nothing did.</summary>
    public string? Problem { get; init; }

    /// <summary>When it was acknowledged, or given up as impossible.</summary>
    public Instant? ClosedAt { get; init; }

    /// <summary>The function that closed it by hand; <see langword="null"/> where the recipient acknowledged.</summary>
    public string? ClosedBy { get; init; }

    /// <summary>Why it is impossible or would be disproportionate (Art. 19), as it was recorded.</summary>
    public string? Reason { get; init; }

    /// <summary>The person.</summary>
    [JsonIgnore]
    public DataSubject Subject => new(Controller, new SubjectKey(Person));

    /// <summary>Whether the recipient still has to be told, or to say that it knows.</summary>
    [JsonIgnore]
    public bool IsOutstanding => State is not (NotificationState.Acknowledged or NotificationState.Impossible);

    /// <summary>The version of its stream.</summary>
    [JsonInclude]
    internal long Version { get; init; }

    /// <summary>The position of the entry that says it whole, and tells whom it is about: once that expires, it is said anew.</summary>
    [JsonInclude]
    internal long StatedAt { get; init; }

    /// <summary>How often in a row it went wrong.</summary>
    [JsonInclude]
    internal int Failures { get; init; }

    /// <summary>The commitment to what tells the recipient whom it is about, in hexadecimal.</summary>
    [JsonInclude]
    internal string? Payload { get; init; }

    /// <summary>Whether people have been asked to see to it.</summary>
    [JsonInclude]
    internal bool IsEscalated { get; init; }

    /// <summary>Whether the recipient should have been told by an instant, and has not acknowledged.</summary>
    /// <param name="now">The instant.</param>
    public bool IsOverdue(Instant now) => IsOutstanding && now >= DueBy;
}

/// <summary>How far a notification has come.</summary>
public enum NotificationState
{
    /// <summary>It waits to be sent.</summary>
    Queued,

    /// <summary>It was delivered. That is no acknowledgement: it is sent again until there is one.</summary>
    Sent,

    /// <summary>The last attempt failed: it is tried again.</summary>
    Failed,

    /// <summary>The recipient says that it knows and acts.</summary>
    Acknowledged,

    /// <summary>To tell the recipient is impossible or would be disproportionate, and why is recorded (Art. 19).</summary>
    Impossible,
}
