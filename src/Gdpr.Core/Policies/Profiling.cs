namespace Gdpr.Policies;

/// <summary>Evaluation of people by automated means.</summary>
public sealed class Profiling
{
    /// <summary>What is evaluated, and how it bears on the person.</summary>
    [RequiredInPolicy]
    public LocalizedText? Logic { get; init; }

    /// <summary>What it means for the person, and what it may lead to: of a decision by automated means alone, people are told (Art. 13(2)(f), 15(1)(h)).</summary>
    public LocalizedText? Consequences { get; init; }

    /// <summary>What the policy requires before anyone is profiled in this activity.</summary>
    [RequiredInPolicy]
    public ProfilingRequirement? Requires { get; init; }

    /// <summary>Whether a decision with legal or similarly significant effect is taken by automated means alone (Art. 22(1)).</summary>
    public bool SolelyAutomated { get; init; }

    /// <summary>The function that reviews a decision when the person asks for a human (Art. 22(3)).</summary>
    public string? HumanReview { get; init; }
}

/// <summary>What an activity that profiles people needs.</summary>
public enum ProfilingRequirement
{
    /// <summary>Necessary for a contract with the person (Art. 22(2)(a)).</summary>
    ContractNecessity,

    /// <summary>Authorised by law (Art. 22(2)(b)).</summary>
    Law,

    /// <summary>The person's consent (Art. 22(2)(c)).</summary>
    Consent,

    /// <summary>No more than the activity's own lawful basis; never for solely automated significant decisions.</summary>
    Basis,
}
