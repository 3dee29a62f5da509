using NodaTime;

namespace Gdpr.Policies;

/// <summary>The mechanism that permits a transfer to a third country, and the assessment of it.</summary>
public sealed class TransferSafeguard
{
    /// <summary>The mechanism.</summary>
    [RequiredInPolicy]
    public TransferMechanism? Mechanism { get; init; }

    /// <summary>The decision, module or clause that it rests on.</summary>
    public string? Reference { get; init; }

    /// <summary>The last local date, inclusive, on which the mechanism holds, where it has an end.</summary>
    public LocalDate? ValidUntil { get; init; }

    /// <summary>The assessment of the transfer's impact, needed with contractual clauses, binding rules, codes and certificates.</summary>
    [RefersTo(PolicySection.Assessments)]
    public string? Assessment { get; init; }
}

/// <summary>Mechanisms for transfers to third countries.</summary>
public enum TransferMechanism
{
    /// <summary>A decision on adequacy (Art. 45).</summary>
    Adequacy,

    /// <summary>Standard contractual clauses (Art. 46(2)(c)).</summary>
    StandardClauses,

    /// <summary>Binding corporate rules (Art. 47).</summary>
    BindingCorporateRules,

    /// <summary>A code of conduct or certification (Art. 46(2)(e)–(f)).</summary>
    CodeOrCertification,

    /// <summary>A derogation for a particular situation (Art. 49).</summary>
    Derogation,
}
