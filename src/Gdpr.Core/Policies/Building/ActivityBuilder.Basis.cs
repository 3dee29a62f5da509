namespace Gdpr.Policies.Building;

/// <content>The lawful basis (Art. 6(1)): exactly one.</content>
public sealed partial class ActivityBuilder
{
    /// <summary>On consent (Art. 6(1)(a), 7).</summary>
    /// <param name="text">The document with the text that is shown when consent is asked for.</param>
    /// <param name="isExplicit">Whether the consent is explicit.</param>
    /// <param name="askAgainAfter">After how long the question is put again, in ISO 8601, where the policy says so.</param>
    public ActivityBuilder OnConsent(string text, bool isExplicit = false, string? askAgainAfter = null)
    {
        var again = askAgainAfter is null ? null : _notes.Of("basis").Of("consent").Period("askAgainAfter", askAgainAfter);
        return On(new LawfulBasis { Consent = new ConsentBasis { Text = text, Explicit = isExplicit, AskAgainAfter = again } });
    }

    /// <summary>On a contract with the person, or steps before one (Art. 6(1)(b)).</summary>
    /// <param name="necessity">Why the processing is needed to perform the contract.</param>
    /// <param name="beforeContract">Whether it only takes steps before a contract, at the person's request.</param>
    public ActivityBuilder OnContract(string? necessity = null, bool beforeContract = false) =>
        On(new LawfulBasis { Contract = new ContractBasis { Necessity = necessity, BeforeContract = beforeContract } });

    /// <summary>On a legal obligation of the controller (Art. 6(1)(c)).</summary>
    /// <param name="law">The act and paragraph, such as <c>SFS 1999:1078 7:2</c>.</param>
    public ActivityBuilder OnLegalObligation(string law) =>
        On(new LawfulBasis { LegalObligation = new LegalObligationBasis { Law = law } });

    /// <summary>On somebody's vital interests (Art. 6(1)(d)).</summary>
    /// <param name="necessity">Whose life is at stake, and why no other basis will do.</param>
    public ActivityBuilder OnVitalInterests(string necessity) =>
        On(new LawfulBasis { VitalInterests = new VitalInterestsBasis { Necessity = necessity } });

    /// <summary>On a task in the public interest or official authority (Art. 6(1)(e)).</summary>
    /// <param name="law">The act and paragraph that lays the task down.</param>
    public ActivityBuilder OnPublicTask(string law) =>
        On(new LawfulBasis { PublicTask = new PublicTaskBasis { Law = law } });

    /// <summary>On a legitimate interest (Art. 6(1)(f)).</summary>
    /// <param name="en">The interest, in English.</param>
    /// <param name="sv">The interest, in Swedish.</param>
    /// <param name="assessment">The assessment that weighs it.</param>
    public ActivityBuilder OnLegitimateInterest(string en, string? sv = null, string? assessment = null) =>
        On(new LawfulBasis { LegitimateInterest = new LegitimateInterestBasis { Interest = Texts.Of(en, sv), Assessment = assessment } });

    /// <summary>On a lawful basis.</summary>
    /// <param name="basis">The basis, with exactly one of its members stated.</param>
    public ActivityBuilder On(LawfulBasis basis)
    {
        _notes.State("basis", basis, out _basis);
        return this;
    }
}
