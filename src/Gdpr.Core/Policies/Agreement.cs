using NodaTime;

namespace Gdpr.Policies;

/// <summary>An agreement on the processing of personal data (Art. 26, 28(3)).</summary>
public sealed class Agreement
{
    /// <summary>What the agreement is called.</summary>
    [RequiredInPolicy]
    public LocalizedText? Title { get; init; }

    /// <summary>Who stands on the other side.</summary>
    [RequiredInPolicy]
    public AgreementKind? Kind { get; init; }

    /// <summary>The first local date, inclusive, on which it is in force.</summary>
    public LocalDate? From { get; init; }

    /// <summary>The last local date, inclusive, on which it is in force, where it has an end.</summary>
    public LocalDate? Until { get; init; }

    /// <summary>The document that holds the agreement.</summary>
    [RefersTo(PolicySection.Documents)]
    public string? Document { get; init; }

    /// <summary>What Art. 28(3) asks the agreement to say of the processing.</summary>
    public ProcessingTerms? Terms { get; init; }

    /// <summary>Where the agreement meets each item of Art. 28(3).</summary>
    public ProcessorClauses? Clauses { get; init; }

    /// <summary>What joint controllers have arranged between them (Art. 26).</summary>
    public JointArrangement? Arrangement { get; init; }
}

/// <summary>Who the other party of an agreement is.</summary>
public enum AgreementKind
{
    /// <summary>A processor or sub-processor that works for the organisation.</summary>
    WithProcessor,

    /// <summary>A customer, for whom the organisation is the processor.</summary>
    WithController,

    /// <summary>A joint controller (Art. 26).</summary>
    JointControllers,
}

/// <summary>The subject-matter of processing under an agreement (Art. 28(3), first sentence).</summary>
public sealed class ProcessingTerms
{
    /// <summary>The subject-matter, nature and purpose.</summary>
    [RequiredInPolicy]
    public LocalizedText? Subject { get; init; }

    /// <summary>How long the processing goes on.</summary>
    [RequiredInPolicy]
    public LocalizedText? Duration { get; init; }

    /// <summary>The categories of personal data. None stated means those that the instruction at run time names.</summary>
    [RefersTo(PolicySection.Categories)]
    public IReadOnlyList<string> Categories { get => field ?? []; init; }

    /// <summary>The kinds of people. None stated means those that the instruction at run time names.</summary>
    [RefersTo(PolicySection.SubjectCategories)]
    public IReadOnlyList<string> Subjects { get => field ?? []; init; }

    /// <summary>Whether the controller rules further categories and kinds of people by instruction.</summary>
    public bool ByInstruction { get; init; }
}

/// <summary>Which of the joint controllers does what for people (Art. 26(1)–(2)). Whatever it says, people may turn to each of them (Art. 26(3)).</summary>
public sealed class JointArrangement
{
    /// <summary>The essence of the arrangement, which is made available to people (Art. 26(2)).</summary>
    public LocalizedText? Essence { get; init; }

    /// <summary>Where people reach the joint controllers, where they have one contact point for all (Art. 26(1)).</summary>
    public string? ContactPoint { get; init; }

    /// <summary>The joint controller that answers people's requests, where it is another than the organisation itself. None stated means that whoever receives a
    /// request answers it.</summary>
    [RefersTo(PolicySection.Recipients)]
    public string? AnsweredBy { get; init; }
}

/// <summary>The clause of the agreement that meets each letter of Art. 28(3). Each is a reference such as a section number.</summary>
public sealed class ProcessorClauses
{
    /// <summary>(a): documented instructions.</summary>
    public string? Instructions { get; init; }

    /// <summary>(b): confidentiality.</summary>
    public string? Confidentiality { get; init; }

    /// <summary>(c): security (Art. 32).</summary>
    public string? Security { get; init; }

    /// <summary>(d): sub-processors.</summary>
    public string? SubProcessors { get; init; }

    /// <summary>(e): help with requests from people.</summary>
    public string? Requests { get; init; }

    /// <summary>(f): help with Art. 32–36.</summary>
    public string? Assistance { get; init; }

    /// <summary>(g): deletion or return at the end.</summary>
    public string? End { get; init; }

    /// <summary>(h): information and audits.</summary>
    public string? Audits { get; init; }
}
