using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Controls;

/// <summary>That something which the policy claims was looked at, and what was found (Art. 5(2), 24, 32(1)(d)).</summary>
/// <param name="Target">What was looked at.</param>
/// <param name="Outcome">What was found.</param>
/// <param name="By">The function in the organisation that looked: no person.</param>
public sealed record Evidence(EvidenceTarget Target, EvidenceOutcome Outcome, string By)
{
    /// <summary>When; <see langword="null"/> for now. It may be recorded afterwards, never before.</summary>
    public Instant? At { get; init; }

    /// <summary>Where the proof is: an address or a number of a report, at most 200 letters, digits and marks without spaces. No personal data.</summary>
    public string? Reference { get; init; }

    /// <summary>Of an assessment: the last local date, inclusive, by which it is to be reviewed next. Needed there, where it passed.</summary>
    public LocalDate? NextReview { get; init; }
}

/// <summary>What was found.</summary>
public enum EvidenceOutcome
{
    /// <summary>It is as claimed.</summary>
    Passed,

    /// <summary>It is not. What failed is not fresh evidence: it is due at once.</summary>
    Failed,
}

/// <summary>What evidence is of: something that the policy declares.</summary>
public sealed record EvidenceTarget
{
    private EvidenceTarget(EvidenceKind kind, string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        (Kind, Id) = (kind, id);
    }

    /// <summary>What kind of thing.</summary>
    public EvidenceKind Kind { get; }

    /// <summary>Its id in the policy.</summary>
    public string Id { get; }

    /// <summary>Of a measure: the system that was looked at; <see langword="null"/> for all that the measure covers.</summary>
    public string? System { get; init; }

    /// <summary>Of a measure: the capacity that was looked at; <see langword="null"/> for all in which it applies.</summary>
    public ProcessingCapacity? Capacity { get; init; }

    /// <summary>Of a measure that is shown for each member of staff: the person.</summary>
    public DataSubject? Person { get; private init; }

    /// <summary>Of a measure that a recipient is required to take: the recipient.</summary>
    public string? Recipient { get; private init; }

    /// <summary>A measure of the organisation.</summary>
    /// <param name="id">Its id among the policy's controls.</param>
    public static EvidenceTarget Control(string id) => new(EvidenceKind.Control, id);

    /// <summary>A measure that is shown for each member of staff, such as training.</summary>
    /// <param name="id">Its id among the policy's controls.</param>
    /// <param name="person">The member of staff.</param>
    public static EvidenceTarget Training(string id, DataSubject person) => new(EvidenceKind.Control, id) { Person = person };

    /// <summary>A measure that a recipient is required to take.</summary>
    /// <param name="id">Its id among the policy's controls.</param>
    /// <param name="recipient">The recipient's id in the policy.</param>
    public static EvidenceTarget OfRecipient(string id, string recipient)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(recipient);
        return new EvidenceTarget(EvidenceKind.Control, id) { Recipient = recipient };
    }

    /// <summary>A document, which was reviewed.</summary>
    /// <param name="id">Its id among the policy's documents.</param>
    public static EvidenceTarget Document(string id) => new(EvidenceKind.Document, id);

    /// <summary>An assessment, which was made anew or reviewed.</summary>
    /// <param name="id">Its id among the policy's assessments.</param>
    public static EvidenceTarget Assessment(string id) => new(EvidenceKind.Assessment, id);

    /// <summary>An agreement, which was reviewed.</summary>
    /// <param name="id">Its id among the policy's agreements.</param>
    public static EvidenceTarget Agreement(string id) => new(EvidenceKind.Agreement, id);

    /// <summary>The stream and the state that it is kept in.</summary>
    internal string Path => EvidencePaths.Of(Kind, Id) + (Person, Recipient) switch
    {
        ({ } person, _) => $"/person/{person.Controller}/{person.Key}",
        (_, { } recipient) => $"/recipient/{recipient}",
        _ => "",
    };
}

/// <summary>What evidence can be of.</summary>
public enum EvidenceKind
{
    /// <summary>A measure.</summary>
    Control,

    /// <summary>A document.</summary>
    Document,

    /// <summary>An assessment.</summary>
    Assessment,

    /// <summary>An agreement.</summary>
    Agreement,
}

/// <summary>Where evidence of something is kept.</summary>
internal static class EvidencePaths
{
    public static string Of(EvidenceKind kind, string id) => $"{CodeOf(kind)}/{id}";

    private static string CodeOf(EvidenceKind kind) => kind switch
    {
        EvidenceKind.Control => "control",
        EvidenceKind.Document => "document",
        EvidenceKind.Assessment => "assessment",
        _ => "agreement",
    };
}

/// <summary>The evidence is of nothing that the policy declares, or lacks something (<c>E-EVID-01</c>).</summary>
public sealed class InvalidEvidenceException : GdprException
{
    internal InvalidEvidenceException(IReadOnlyList<string> problems)
        : base("E-EVID-01", string.Join(" ", problems)) => Problems = problems;

    /// <summary>Everything that is wrong, each with its mend.</summary>
    public IReadOnlyList<string> Problems { get; }
}
