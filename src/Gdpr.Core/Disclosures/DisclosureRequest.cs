using Gdpr.Processing;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>What somebody wants to disclose, to whom and what for.</summary>
/// <param name="Recipient">The recipient's id in the policy.</param>
/// <param name="Purpose">The purpose, or the id of the activity that discloses.</param>
/// <param name="Data">The data: fields (<c>system.dataSet.field</c>), or data sets for all their fields.</param>
public sealed record DisclosureRequest(string Recipient, string Purpose, params IReadOnlyList<string> Data)
{
    /// <summary>The controller; with exactly one declared, it is the default. A client's id for a client's data, which goes to processors that the client has authorised
    /// and within its instruction (Art. 28(2), 28(3)(a)).</summary>
    public string? Controller { get; init; }

    /// <summary>What happens where more is named than may be disclosed, or people are among those named whose data may not be. The default refuses all of it.</summary>
    public DisclosureExcess Excess { get; init; }

    /// <summary>Who discloses. Not stated, the host's <see cref="IProcessingActorSource"/> is asked; a host without one decides itself who may disclose.</summary>
    public ProcessingActor? Actor { get; init; }

    /// <summary>The channel, where the data is disclosed so that a message can be sent, such as <c>email</c> or <c>sms</c>.</summary>
    public string? Channel { get; init; }

    /// <summary>What restricted data is disclosed for, where Art. 18(2) allows it. <see langword="null"/>: restricted data is not disclosed.</summary>
    public AllowedUse? RestrictedUse { get; init; }

    /// <summary>The decision of an authority under which data is disclosed; authorities receive none without.</summary>
    public AuthorityDecision? Authority { get; init; }

    /// <summary>Why the transfer is one that a derogation permits (Art. 49), and who decided so. Without it, a transfer by derogation is for a human to decide.</summary>
    public DerogationDecision? Derogation { get; init; }
}

/// <summary>What happens to what may not be disclosed.</summary>
public enum DisclosureExcess
{
    /// <summary>Nothing is disclosed.</summary>
    Refuse,

    /// <summary>It is left out, and the decision names it.</summary>
    Trim,
}

/// <summary>A decision of an authority that obliges to disclose (Art. 6(1)(c)).</summary>
/// <param name="Law">The act and paragraph. In the journal in the clear: no person.</param>
/// <param name="Reference">The authority's reference of the decision. Kept as personal data.</param>
public sealed record AuthorityDecision(string Law, string Reference)
{
    /// <summary>Whether the person must not be told: the disclosure is then left out of the person's answer until the secrecy ends (Art. 23).</summary>
    public bool IsSecret { get; init; }

    /// <summary>The instant, exclusive, until which the person must not be told; <see langword="null"/> until the secrecy is ended by hand.</summary>
    public Instant? SecretUntil { get; init; }

    /// <summary>The law alone: the reference may lead to a person.</summary>
    public override string ToString() => $"{nameof(AuthorityDecision)} under {Law}";
}

/// <summary>That an occasional transfer falls under a derogation (Art. 49(1)), as somebody has decided.</summary>
/// <param name="Ground">The ground.</param>
/// <param name="By">The function in the organisation that decided: no person.</param>
public sealed record DerogationDecision(TransferDerogation Ground, string By);

/// <summary>The derogations of Art. 49(1).</summary>
public enum TransferDerogation
{
    /// <summary>(a): explicit consent, after having been told of the risks.</summary>
    ExplicitConsent,

    /// <summary>(b): a contract with the person.</summary>
    Contract,

    /// <summary>(c): a contract in the person's interest.</summary>
    ContractInInterest,

    /// <summary>(d): important reasons of public interest.</summary>
    PublicInterest,

    /// <summary>(e): legal claims.</summary>
    Claims,

    /// <summary>(f): vital interests.</summary>
    VitalInterests,

    /// <summary>(g): a register that is open to the public.</summary>
    PublicRegister,

    /// <summary>Second subparagraph: compelling legitimate interests. The authority and the people are told.</summary>
    CompellingInterests,
}
