using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Subjects;

namespace Gdpr.Rights;

/// <summary>What is known of one field group under one purpose of one person: all that decides about a right, and nothing else.</summary>
/// <remarks>The default of every member is what is known when nothing is: a purpose of unknown end, no consent, no objection, no finding.</remarks>
public sealed record RightsCase
{
    /// <summary>The lawful basis; <see langword="null"/> for a processor, who has none of its own.</summary>
    public LawfulBasisKind? Basis { get; init; }

    /// <summary>In which capacity the organisation acts.</summary>
    public ProcessingCapacity Capacity { get; init; }

    /// <summary>Whether the purpose still runs by its retention rule, over the person's records.</summary>
    public LimbState State { get; init; } = LimbState.Unknown;

    /// <summary>Whether a law commands to keep it, beside whatever purpose there is.</summary>
    public bool IsObligation { get; init; }

    /// <summary>Where the consent stands; <see langword="null"/> where none was ever recorded.</summary>
    public ConsentPhase? Consent { get; init; }

    /// <summary>Whether the consent was given after erasure was asked for.</summary>
    internal bool IsConsentedSince { get; init; }

    /// <summary>Whether the consent is explicit, as a decision by automated means alone needs it (Art. 22(2)(c)).</summary>
    public bool IsConsentExplicit { get; init; }

    /// <summary>Where the last objection to the purpose stands; <see langword="null"/> where there is none.</summary>
    public ObjectionPhase? Objection { get; init; }

    /// <summary>Whether the contract that the purpose rests on is in force.</summary>
    public ContractState Contract { get; init; }

    /// <summary>Whether a human has found that the contract needs the data although its purpose rests on an interest, and put the erasure off until the contract
    /// ends.</summary>
    public bool IsPutOff { get; init; }

    /// <summary>Whether the purpose is direct marketing.</summary>
    public bool IsDirectMarketing { get; init; }

    /// <summary>The ground stated, of a request for restriction.</summary>
    public RestrictionGround? Ground { get; init; }

    /// <summary>Whether a human has found the processing unlawful (Art. 17(1)(d)).</summary>
    public bool IsUnlawful { get; init; }

    /// <summary>How the fields came to be known.</summary>
    public FieldProvenance Provenance { get; init; }

    /// <summary>Whether the field is a secret.</summary>
    public bool IsCredential { get; init; }

    /// <summary>Whether it is processed by automated means.</summary>
    public bool IsAutomated { get; init; } = true;

    /// <summary>Whether a decision with legal or similar effect is taken by automated means alone.</summary>
    public bool IsSolelyAutomated { get; init; }

    /// <summary>Whether special categories are used in the decision (Art. 22(4)).</summary>
    public bool UsesSpecialCategories { get; init; }

    /// <summary>The condition of Art. 9(2), by its letter, where the activity states one.</summary>
    public string? SpecialLimb { get; init; }

    /// <summary>What the activity that profiles rests on.</summary>
    public ProfilingRequirement? Requirement { get; init; }
}
