using Gdpr.Time;
using NodaTime;

namespace Gdpr.Policies;

/// <summary>A document that the policy refers to.</summary>
public sealed class PolicyDocument
{
    /// <summary>What the document is called.</summary>
    [RequiredInPolicy]
    public LocalizedText? Title { get; init; }

    /// <summary>What kind of document it is.</summary>
    [RequiredInPolicy]
    public DocumentKind? Kind { get; init; }

    /// <summary>The document's own version.</summary>
    public string? Version { get; init; }

    /// <summary>The function that answers for it.</summary>
    public string? Owner { get; init; }

    /// <summary>How often it is reviewed.</summary>
    public CalendarPeriod? ReviewEvery { get; init; }

    /// <summary>The local date of the last review.</summary>
    public LocalDate? Reviewed { get; init; }

    /// <summary>The text itself, where it is shown to people and agreed to.</summary>
    public LocalizedText? Text { get; init; }
}

/// <summary>Kinds of documents.</summary>
public enum DocumentKind
{
    /// <summary>A policy of the organisation.</summary>
    Policy,

    /// <summary>A routine or procedure.</summary>
    Routine,

    /// <summary>A privacy notice (Art. 13, 14).</summary>
    Notice,

    /// <summary>A text that consent is given to (Art. 7).</summary>
    ConsentText,

    /// <summary>Terms of a contract.</summary>
    Terms,

    /// <summary>An agreement on processing (Art. 26, 28).</summary>
    Agreement,

    /// <summary>A retention plan.</summary>
    RetentionPlan,

    /// <summary>A register that the organisation keeps.</summary>
    Register,
}
