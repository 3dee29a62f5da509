using NodaTime;

namespace Gdpr.Processing.Tasks;

/// <summary>Something that falls due: a duty towards a person or an authority, a review, evidence, an expiry.</summary>
/// <param name="Kind">What kind of thing: a stable word, such as <c>document-review</c> (<see cref="DueKinds"/>).</param>
/// <param name="Id">What it is: unique among what falls due, and the same from one question to the next.</param>
/// <param name="DueBy">The instant, exclusive, by which it is to be done: the conservative one, where the law allows more.</param>
/// <param name="Owner">The function in the organisation that is to do it; empty where the policy names none.</param>
public sealed record DueItem(string Kind, string Id, Instant DueBy, string Owner)
{
    /// <summary>The last local date, inclusive, by which it is to be done, where whole days count.</summary>
    public LocalDate? LastDay { get; init; }

    /// <summary>The legal limit, exclusive, where the law sets one.</summary>
    public Instant? LegalLimit { get; init; }

    /// <summary>The provision that asks for it, where one does.</summary>
    public string? Article { get; init; }

    /// <summary>The controller that it concerns; empty for none in particular.</summary>
    public string Controller { get; init; } = "";

    /// <summary>The opaque key of the person that it concerns, where it is one.</summary>
    public string? Subject { get; init; }

    /// <summary>The id of what it is about: a control, a document, a breach, a request. No personal data.</summary>
    public string? About { get; init; }

    /// <summary>How many of the same it stands for, where they are summed up.</summary>
    public long Count { get; init; } = 1;

    /// <summary>The open task that stands for the same, where there is one: it is listed once.</summary>
    public string? Task { get; init; }

    /// <summary>Whether it should have been done by an instant.</summary>
    /// <param name="now">The instant.</param>
    public bool IsOverdue(Instant now) => now >= DueBy;
}

/// <summary>The kinds of what falls due that the library itself knows.</summary>
public static class DueKinds
{
    /// <summary>A task for a person.</summary>
    public const string Task = "task";

    /// <summary>A request of a person that awaits its answer (Art. 12(3)).</summary>
    public const string Request = "request";

    /// <summary>A recipient that has not acknowledged what it was told (Art. 19).</summary>
    public const string RecipientNotification = "recipient-notification";

    /// <summary>People who have to be told where their data comes from (Art. 14(3)).</summary>
    public const string NoticeOwed = "notice-owed";

    /// <summary>A duty that a breach brings (Art. 33, 34).</summary>
    public const string Breach = "breach";

    /// <summary>The review of a legal hold.</summary>
    public const string HoldReview = "hold-review";

    /// <summary>The review of a restriction of processing (Art. 18(1)(c)).</summary>
    public const string RestrictionReview = "restriction-review";

    /// <summary>A consent that is to be asked for again.</summary>
    public const string ConsentRenewal = "consent-renewal";

    /// <summary>Evidence of a measure (Art. 32(1)(d)).</summary>
    public const string ControlEvidence = "control-evidence";

    /// <summary>Evidence of a measure that a recipient must show (Art. 28(3)(h)).</summary>
    public const string RecipientEvidence = "recipient-evidence";

    /// <summary>The training of a member of staff (Art. 32(4), 39(1)(b)).</summary>
    public const string Training = "training";

    /// <summary>The review of a document (Art. 24(1)).</summary>
    public const string DocumentReview = "document-review";

    /// <summary>The review of an assessment: of a legitimate interest, an impact, a risk, a transfer.</summary>
    public const string AssessmentReview = "assessment-review";

    /// <summary>The end of an agreement (Art. 26, 28(3)).</summary>
    public const string AgreementEnd = "agreement-end";

    /// <summary>The end of a client's written instruction (Art. 28(3)(a)).</summary>
    public const string InstructionEnd = "instruction-end";

    /// <summary>The review of an agreement with a client (Art. 28(3)).</summary>
    public const string AgreementReview = "agreement-review";

    /// <summary>The data of a client whose agreement has ended: to be returned or deleted (Art. 28(3)(g)).</summary>
    public const string ClientData = "client-data";

    /// <summary>The end of the safeguard of a transfer (Art. 44–49).</summary>
    public const string TransferEnd = "transfer-end";

    /// <summary>Passwords whose time is over.</summary>
    public const string PasswordChange = "password-change";
}
