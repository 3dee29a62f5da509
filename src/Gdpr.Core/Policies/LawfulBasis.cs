using System.Text.Json.Serialization;
using Gdpr.Time;

namespace Gdpr.Policies;

/// <summary>The lawful basis of an activity (Art. 6(1)): exactly one of its members is stated.</summary>
public sealed class LawfulBasis
{
    /// <summary>Art. 6(1)(a): the person has consented to this purpose.</summary>
    public ConsentBasis? Consent { get; init; }

    /// <summary>Art. 6(1)(b): necessary for a contract with the person, or for steps before one at the person's request.</summary>
    public ContractBasis? Contract { get; init; }

    /// <summary>Art. 6(1)(c): a law lays it on the controller.</summary>
    public LegalObligationBasis? LegalObligation { get; init; }

    /// <summary>Art. 6(1)(d): necessary to protect somebody's vital interests.</summary>
    public VitalInterestsBasis? VitalInterests { get; init; }

    /// <summary>Art. 6(1)(e): a task in the public interest or official authority, laid down in law.</summary>
    public PublicTaskBasis? PublicTask { get; init; }

    /// <summary>Art. 6(1)(f): a legitimate interest that the person's interests do not override.</summary>
    public LegitimateInterestBasis? LegitimateInterest { get; init; }

    /// <summary>Which basis is stated, or <see langword="null"/> when none or several are.</summary>
    [JsonIgnore]
    public LawfulBasisKind? Kind
    {
        get
        {
            var stated = Stated().ToArray();
            return stated.Length == 1 ? stated[0] : null;
        }
    }

    /// <summary>Every basis that is stated; validation accepts exactly one.</summary>
    internal IEnumerable<LawfulBasisKind> Stated()
    {
        if (Consent is not null)
        {
            yield return LawfulBasisKind.Consent;
        }

        if (Contract is not null)
        {
            yield return LawfulBasisKind.Contract;
        }

        if (LegalObligation is not null)
        {
            yield return LawfulBasisKind.LegalObligation;
        }

        if (VitalInterests is not null)
        {
            yield return LawfulBasisKind.VitalInterests;
        }

        if (PublicTask is not null)
        {
            yield return LawfulBasisKind.PublicTask;
        }

        if (LegitimateInterest is not null)
        {
            yield return LawfulBasisKind.LegitimateInterest;
        }
    }
}

/// <summary>The six lawful bases of Art. 6(1), in the order of its letters.</summary>
public enum LawfulBasisKind
{
    /// <summary>Art. 6(1)(a).</summary>
    Consent,

    /// <summary>Art. 6(1)(b).</summary>
    Contract,

    /// <summary>Art. 6(1)(c).</summary>
    LegalObligation,

    /// <summary>Art. 6(1)(d).</summary>
    VitalInterests,

    /// <summary>Art. 6(1)(e).</summary>
    PublicTask,

    /// <summary>Art. 6(1)(f).</summary>
    LegitimateInterest,
}

/// <summary>Consent (Art. 6(1)(a), 7).</summary>
public sealed class ConsentBasis
{
    /// <summary>The document with the text that is shown when consent is asked for.</summary>
    [RequiredInPolicy]
    [RefersTo(PolicySection.Documents)]
    public string Text { get => field ?? ""; init; }

    /// <summary>Whether the consent is explicit (Art. 9(2)(a), 22(2)(c), 49(1)(a)).</summary>
    public bool Explicit { get; init; }

    /// <summary>After how long the question is put again, where the policy says so.</summary>
    public CalendarPeriod? AskAgainAfter { get; init; }

    /// <summary>What the person is told that refusing or withdrawing leads to.</summary>
    public LocalizedText? Consequence { get; init; }
}

/// <summary>A contract with the person (Art. 6(1)(b)).</summary>
public sealed class ContractBasis
{
    /// <summary>Why the processing is needed to perform the contract.</summary>
    public string? Necessity { get; init; }

    /// <summary>Whether the processing only takes steps before a contract, at the person's request.</summary>
    public bool BeforeContract { get; init; }
}

/// <summary>A legal obligation of the controller (Art. 6(1)(c)).</summary>
public sealed class LegalObligationBasis
{
    /// <summary>The act and paragraph, such as <c>SFS 1999:1078 7:2</c>.</summary>
    [RequiredInPolicy]
    public string Law { get => field ?? ""; init; }
}

/// <summary>Vital interests (Art. 6(1)(d)).</summary>
public sealed class VitalInterestsBasis
{
    /// <summary>Whose life is at stake, and why no other basis will do.</summary>
    public string? Necessity { get; init; }
}

/// <summary>A public task or official authority (Art. 6(1)(e)).</summary>
public sealed class PublicTaskBasis
{
    /// <summary>The act and paragraph that lays the task down.</summary>
    [RequiredInPolicy]
    public string Law { get => field ?? ""; init; }
}

/// <summary>A legitimate interest (Art. 6(1)(f)).</summary>
public sealed class LegitimateInterestBasis
{
    /// <summary>The interest, as the notice names it (Art. 13(1)(d)).</summary>
    [RequiredInPolicy]
    public LocalizedText? Interest { get; init; }

    /// <summary>The assessment that weighs it against the person's interests.</summary>
    [RefersTo(PolicySection.Assessments)]
    public string? Assessment { get; init; }
}
