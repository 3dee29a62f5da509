using System.Text.Json.Serialization;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>A line of an assessment: one field group of a data set under one purpose.</summary>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Fields">The fields' ids, ordinally.</param>
/// <param name="Purpose">The purpose; empty where the data set has none any more, or was not reached.</param>
/// <param name="Activity">The activity; empty where there is none.</param>
/// <param name="Verdict">What follows.</param>
/// <param name="Reason">Why: a stable code of <see cref="RightsReasons"/>.</param>
/// <param name="Article">The article.</param>
public sealed record RequestLine(
    string DataSet, IReadOnlyList<string> Fields, string Purpose, string Activity, RightsVerdict Verdict, string Reason, string Article)
{
    /// <summary>The law that commands to keep, where one does.</summary>
    public string? Law { get; init; }

    /// <summary>The last local date, inclusive, on which what stands in the way does so, where it is known.</summary>
    public LocalDate? Until { get; init; }

    /// <summary>How many of the person's records it is about.</summary>
    public int Records { get; init; }

    /// <summary>The task of the human who is to weigh it, where one is.</summary>
    public string? Task { get; init; }

    /// <summary>The function that decided it, where a human did.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>The line's id in its request.</summary>
    [JsonIgnore]
    public string Id => $"{DataSet}/{Fields[0]}/{Activity}";
}

/// <summary>What has come of a data set in the carrying out of a request.</summary>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Level">How far it is known to be done.</param>
public sealed record DataSetResult(string DataSet, ReceiptLevel Level)
{
    /// <summary>The items: field groups with what has become of them, and how many records. Their records add up to what there was.</summary>
    public IReadOnlyList<ItemResult> Items { get; init; } = [];

    /// <summary>Why it is not done, where it is not: a stable code.</summary>
    public string? Reason { get; init; }

    /// <summary>The plans under which records were disposed of, in the journal.</summary>
    public IReadOnlyList<string> Plans { get; init; } = [];

    /// <summary>The last local date, inclusive, on which a backup may still hold what was erased; <see langword="null"/> where there is no backup.</summary>
    public LocalDate? BackupUntil { get; init; }
}

/// <summary>How far something is known to be done.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReceiptLevel>))]
public enum ReceiptLevel
{
    /// <summary>It is to be done.</summary>
    Requested,

    /// <summary>Whoever does it says that it is done.</summary>
    Reported,

    /// <summary>It has been read again, and what was to go is gone.</summary>
    Reread,

    /// <summary>A processor has confirmed it.</summary>
    ProcessorConfirmed,
}

/// <summary>What has become of a field group.</summary>
/// <param name="Fields">The fields' ids.</param>
/// <param name="Code">What has become of it.</param>
/// <param name="Records">In how many records.</param>
public sealed record ItemResult(IReadOnlyList<string> Fields, ResultCode Code, int Records)
{
    /// <summary>Why, as a stable code, where something is kept.</summary>
    public string? Reason { get; init; }

    /// <summary>The provision of the regulation on which it is kept, such as <c>Art. 17(3)(e)</c> for a legal hold; <see langword="null"/> where nothing is kept, or nobody
    /// knows yet.</summary>
    public string? Article { get; init; }

    /// <summary>The law that keeps it, where one does.</summary>
    public string? Law { get; init; }

    /// <summary>The purpose that keeps it, where one does.</summary>
    public string? Purpose { get; init; }

    /// <summary>The last local date, inclusive, on which it is kept, where that is known.</summary>
    public LocalDate? Until { get; init; }
}

/// <summary>What has become of an item in the carrying out of a request.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ResultCode>))]
public enum ResultCode
{
    /// <summary>Erased.</summary>
    Erased,

    /// <summary>Changed so that it no longer relates to a person.</summary>
    Anonymised,

    /// <summary>Kept for nothing but what a law, a hold or a restriction commands.</summary>
    KeptRestricted,

    /// <summary>Kept for a purpose that was not ended, which is named; for another controller's, which is not; or as another person's.</summary>
    Refused,

    /// <summary>Handed to its controller.</summary>
    Forwarded,

    /// <summary>Not reached yet, or not yet done by people: it stays open.</summary>
    NotReached,

    /// <summary>Kept, not used, because something about it is unknown: it is listed with what is missing.</summary>
    Undetermined,

    /// <summary>Corrected or supplemented (Art. 16).</summary>
    Corrected,

    /// <summary>Left as it is, with what the person says beside it: a voucher is not overwritten, an opinion not corrected (Art. 16).</summary>
    Annotated,
}

/// <summary>An answer that was given.</summary>
/// <param name="At">When.</param>
/// <param name="By">The function that gave it.</param>
/// <param name="Hash">The digest of its content: what was said can be shown without keeping it here.</param>
/// <param name="IsComplete">Whether it was the whole answer; otherwise it said what was missing.</param>
public sealed record GivenAnswer(Instant At, string By, string Hash, bool IsComplete)
{
    /// <summary>The joint controller that gave it, as their arrangement says (Art. 26(1)); the digest is then of the reference to it. <see langword="null"/> for the
    /// organisation itself.</summary>
    public string? ByJointController { get; init; }
}

/// <summary>A complaint about how a request was handled.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ReceivedAt">When it was received.</param>
/// <param name="Decision">The outcome complained of, as it stood.</param>
public sealed record RequestComplaint(string Id, Instant ReceivedAt, RequestOutcome? Decision)
{
    /// <summary>How many answers had been given when it came.</summary>
    [JsonInclude]
    internal int AnswersBefore { get; init; }

    /// <summary>Where the request had come to when the first complaint that is still open came.</summary>
    [JsonInclude]
    internal RequestPhase? PhaseBefore { get; init; }

    /// <summary>The commitment to the words of the complaint, in hexadecimal.</summary>
    [JsonInclude]
    internal string? Words { get; init; }

    /// <summary>When it was answered; <see langword="null"/> until it is.</summary>
    public Instant? AnsweredAt { get; init; }

    /// <summary>Whether the decision was changed; <see langword="null"/> until it is answered.</summary>
    public bool? IsUpheld { get; init; }
}
