using NodaTime;

namespace Gdpr.Policies;

/// <summary>An assessment on record.</summary>
public sealed class Assessment
{
    /// <summary>What the assessment is called.</summary>
    public LocalizedText? Title { get; init; }

    /// <summary>What is assessed.</summary>
    [RequiredInPolicy]
    public AssessmentKind? Kind { get; init; }

    /// <summary>Of a legitimate interest: that it is necessary for the interest named.</summary>
    public LocalizedText? Necessity { get; init; }

    /// <summary>Of a legitimate interest: how it weighs against the person's interests and expectations.</summary>
    public LocalizedText? Balance { get; init; }

    /// <summary>What the assessment found.</summary>
    public LocalizedText? Outcome { get; init; }

    /// <summary>The local date of the assessment.</summary>
    [RequiredInPolicy]
    public LocalDate? On { get; init; }

    /// <summary>The local date on which it is next reviewed.</summary>
    [RequiredInPolicy]
    public LocalDate? NextReview { get; init; }

    /// <summary>Of an impact: whether a high risk remains in spite of the measures. Then the authority is consulted before the processing begins (Art. 36(1)).</summary>
    public bool HighRiskRemains { get; init; }

    /// <summary>Of an impact after which a high risk remains: the local date on which the consultation of the authority ended, by its advice or because its time was
    /// over (Art. 36(2)).</summary>
    public LocalDate? Consulted { get; init; }

    /// <summary>The function that signed it.</summary>
    public string? By { get; init; }
}

/// <summary>Kinds of assessments.</summary>
public enum AssessmentKind
{
    /// <summary>Balance of a legitimate interest (Art. 6(1)(f)).</summary>
    LegitimateInterest,

    /// <summary>Data protection impact (Art. 35).</summary>
    Impact,

    /// <summary>Risk of a system (Art. 32(2)).</summary>
    Risk,

    /// <summary>Compatibility of a new purpose or a longer period (Art. 6(4)).</summary>
    Compatibility,

    /// <summary>Impact of a transfer to a third country (Art. 46).</summary>
    Transfer,
}
