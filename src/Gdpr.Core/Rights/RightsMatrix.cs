using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Subjects;
using static Gdpr.Rights.RightsVerdict;

namespace Gdpr.Rights;

/// <summary>Which right reaches which basis, under which conditions: pure. What needs weighing goes to a human.</summary>
public static class RightsMatrix
{
    /// <summary>What follows of a right for a field group under a purpose.</summary>
    /// <param name="right">The right.</param>
    /// <param name="facts">What is known.</param>
    public static RightsFinding Judge(DataSubjectRight right, RightsCase facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return facts.Capacity == ProcessingCapacity.Processor ? new RightsFinding(Forwarded, RightsReasons.Processor, "Art. 28(3)(e)") : right switch
        {
            DataSubjectRight.Access => new RightsFinding(Granted, RightsReasons.Access, "Art. 15"),
            DataSubjectRight.Rectification => new RightsFinding(Granted, RightsReasons.Rectification, "Art. 16"),
            DataSubjectRight.Erasure => Erasure(facts),
            DataSubjectRight.Restriction => Restriction(facts),
            DataSubjectRight.Portability => Portability(facts),
            DataSubjectRight.Objection => Objection(facts),
            DataSubjectRight.AutomatedDecision => AutomatedDecision(facts),
            DataSubjectRight.Withdrawal => Withdrawal(facts),
            _ => throw new ArgumentOutOfRangeException(nameof(right)),
        };
    }

    /// <summary>What follows for a request as a whole, of what follows for its parts.</summary>
    /// <param name="findings">What follows for each field group under each purpose.</param>
    /// <param name="isHeld">Whether anything is held of the person.</param>
    public static RequestOutcome OutcomeOf(IReadOnlyCollection<RightsFinding> findings, bool isHeld)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var counting = findings.Where(finding => finding.Verdict != NotApplicable).ToArray();
        return counting.Length == 0 ? isHeld ? RequestOutcome.Refused : RequestOutcome.NothingHeld
            : Array.TrueForAll(counting, finding => finding.Verdict == Forwarded) ? RequestOutcome.Forwarded
            : Array.TrueForAll(counting, finding => finding.Verdict == Granted) ? RequestOutcome.Granted
            : Array.Exists(counting, finding => finding.Verdict == Granted
                || finding is { Verdict: NeedsHuman, Reason: RightsReasons.NotReached or RightsReasons.ByHand }) ? RequestOutcome.Partly
            : RequestOutcome.Refused;
    }

    private static RightsFinding Erasure(RightsCase facts)
    {
        var isObligation = facts.IsObligation || facts.Basis == LawfulBasisKind.LegalObligation;
        if (isObligation && facts.State != LimbState.Past)
        {
            // Even where something about the processing was unlawful: the duty to keep is the law's (interaction of 17(1)(d) with 17(3)(b)).
            return new RightsFinding(Refused, RightsReasons.LegalObligation, "Art. 17(3)(b)");
        }

        if (facts.IsUnlawful)
        {
            return new RightsFinding(Granted, RightsReasons.Unlawful, "Art. 17(1)(d)");
        }

        if (facts.IsConsentedSince && (facts.IsDirectMarketing || facts.Basis == LawfulBasisKind.Consent))
        {
            return new RightsFinding(Refused, RightsReasons.ConsentedSince, ConsentedSinceArticle);
        }

        if (facts.IsDirectMarketing)
        {
            return new RightsFinding(Granted, RightsReasons.DirectMarketing, "Art. 17(1)(c), 21(3)");
        }

        if (facts.State == LimbState.Past && facts.Basis != LawfulBasisKind.Consent)
        {
            return new RightsFinding(Granted, RightsReasons.NotNecessary, "Art. 17(1)(a)");
        }

        return facts.Basis switch
        {
            LawfulBasisKind.Consent => facts.Consent switch
            {
                // One given to an older text nobody may rely on, but it was given, and is taken back with the request.
                ConsentPhase.Given or ConsentPhase.Superseded => new RightsFinding(Granted, RightsReasons.ErasureWithdraws, "Art. 17(1)(b), 7(3)"),
                ConsentPhase.Withdrawn or ConsentPhase.Refused or ConsentPhase.Expired => new RightsFinding(Granted, RightsReasons.ConsentWithdrawn, "Art. 17(1)(b)"),
                _ => new RightsFinding(Granted, RightsReasons.ConsentMissing, "Art. 17(1)(d)"),
            },
            LawfulBasisKind.Contract => facts.Contract switch
            {
                ContractState.InForce => new RightsFinding(Deferred, RightsReasons.ContractInForce, "Art. 6(1)(b), 17(1)(a)"),
                ContractState.Ended => new RightsFinding(Granted, RightsReasons.ContractEnded, "Art. 17(1)(a)"),
                _ when facts.IsPutOff => new RightsFinding(Deferred, RightsReasons.ContractInForce, "Art. 17(1)(a)"),
                _ => new RightsFinding(NeedsHuman, RightsReasons.EndUnknown, "Art. 17(1)(a)"),
            },
            LawfulBasisKind.VitalInterests => Running(facts, Refused, RightsReasons.VitalInterests, "Art. 6(1)(d), 17(1)(a)"),
            LawfulBasisKind.PublicTask or LawfulBasisKind.LegitimateInterest => AfterObjection(facts),
            _ => new RightsFinding(NeedsHuman, RightsReasons.EndUnknown, "Art. 17(1)(a)"),
        };
    }

    /// <summary>The article of a line that is refused because the person has consented since.</summary>
    internal const string ConsentedSinceArticle = "Art. 6(1)(a), 7(3)";

    private static RightsFinding AfterObjection(RightsCase facts) => (facts.Objection, facts.Basis) switch
    {
        (ObjectionPhase.Upheld, _) => new RightsFinding(Granted, RightsReasons.ObjectionUpheld, "Art. 17(1)(c)"),
        (_, LawfulBasisKind.LegitimateInterest) when facts.IsPutOff => facts.Contract == ContractState.Ended
            ? new RightsFinding(Granted, RightsReasons.ContractEnded, "Art. 17(1)(a)")
            : new RightsFinding(Deferred, RightsReasons.ContractInForce, "Art. 17(1)(a)"),
        (ObjectionPhase.Pending, _) => new RightsFinding(NeedsHuman, RightsReasons.ObjectionPending, "Art. 17(1)(c), 21(1)"),
        (_, LawfulBasisKind.PublicTask) => Running(facts, Refused, RightsReasons.PublicTask, "Art. 17(3)(b)"),
        (ObjectionPhase.Overruled, _) => new RightsFinding(Refused, RightsReasons.ObjectionOverruled, "Art. 17(1)(c), 21(1)"),
        _ => new RightsFinding(NeedsHuman, RightsReasons.WeighInterest, "Art. 17(1)(c), 21(1)"),
    };

    private static RightsFinding Running(RightsCase facts, RightsVerdict verdict, string reason, string article) =>
        facts.State == LimbState.Alive ? new RightsFinding(verdict, reason, article) : new RightsFinding(NeedsHuman, RightsReasons.EndUnknown, "Art. 17(1)(a)");

    private static RightsFinding Restriction(RightsCase facts) => facts.Ground switch
    {
        RestrictionGround.AccuracyContested => new RightsFinding(Granted, RightsReasons.AccuracyContested, "Art. 18(1)(a)"),
        RestrictionGround.Unlawful => new RightsFinding(Granted, RightsReasons.UnlawfulKept, "Art. 18(1)(b)"),
        RestrictionGround.Claims => new RightsFinding(Granted, RightsReasons.NeededForClaims, "Art. 18(1)(c)"),
        RestrictionGround.ObjectionPending when !MayBeObjectedTo(facts) => new RightsFinding(NotApplicable, RightsReasons.NoRightToObject, "Art. 18(1)(d), 21(1)"),
        RestrictionGround.ObjectionPending when facts.Objection == ObjectionPhase.Pending => new RightsFinding(Granted, RightsReasons.ObjectionPending, "Art. 18(1)(d)"),
        RestrictionGround.ObjectionPending => new RightsFinding(Refused, RightsReasons.NoObjection, "Art. 18(1)(d)"),
        _ => throw new ArgumentException("A request for restriction states its ground.", nameof(facts)),
    };

    private static bool MayBeObjectedTo(RightsCase facts) => facts.Basis is LawfulBasisKind.PublicTask or LawfulBasisKind.LegitimateInterest;

    private static RightsFinding Portability(RightsCase facts) => facts switch
    {
        { Basis: not (LawfulBasisKind.Consent or LawfulBasisKind.Contract) } or { IsObligation: true } =>
            new RightsFinding(NotApplicable, RightsReasons.BasisNotPortable, "Art. 20(1)(a)"),
        { Basis: LawfulBasisKind.Consent, Consent: not ConsentPhase.Given } => new RightsFinding(NotApplicable, RightsReasons.BasisNotPortable, "Art. 20(1)(a)"),

        // Nothing is processed for it any more: what is left waits for its disposal, and access shows it until then.
        { State: LimbState.Past } => new RightsFinding(NotApplicable, RightsReasons.NotNecessary, "Art. 20(1)(a)"),
        { IsAutomated: false } => new RightsFinding(NotApplicable, RightsReasons.NotAutomated, "Art. 20(1)(b)"),
        { IsCredential: true } => new RightsFinding(NotApplicable, RightsReasons.Credential, "Art. 32(1)"),
        { Provenance: FieldProvenance.Inferred or FieldProvenance.Assigned } => new RightsFinding(NotApplicable, RightsReasons.NotProvided, "Art. 20(1)"),
        _ => new RightsFinding(Granted, RightsReasons.Portable, "Art. 20(1)"),
    };

    private static RightsFinding Objection(RightsCase facts) => facts.Basis switch
    {
        LawfulBasisKind.LegalObligation or LawfulBasisKind.VitalInterests => new RightsFinding(Refused, RightsReasons.NoRightToObject, "Art. 21(1)"),
        _ when facts.IsObligation => new RightsFinding(Refused, RightsReasons.NoRightToObject, "Art. 21(1)"),
        _ when facts.IsDirectMarketing => new RightsFinding(Granted, RightsReasons.DirectMarketing, "Art. 21(2)-(3)"),
        LawfulBasisKind.Consent => new RightsFinding(Granted, RightsReasons.ObjectionWithdraws, "Art. 7(3)"),
        LawfulBasisKind.PublicTask or LawfulBasisKind.LegitimateInterest => new RightsFinding(NeedsHuman, RightsReasons.WeighObjection, "Art. 21(1)"),
        _ => new RightsFinding(Refused, RightsReasons.NoRightToObject, "Art. 21(1)"),
    };

    private static RightsFinding Withdrawal(RightsCase facts) => facts switch
    {
        { Basis: not LawfulBasisKind.Consent } or { IsObligation: true } => new RightsFinding(NotApplicable, RightsReasons.NotConsent, "Art. 7(3)"),
        { Consent: ConsentPhase.Given } => new RightsFinding(Granted, RightsReasons.Withdrawal, "Art. 7(3)"),
        _ => new RightsFinding(NotApplicable, RightsReasons.ConsentMissing, "Art. 7(3)"),
    };

    /// <summary>The article of a line that is a human's review of an automated decision.</summary>
    internal const string HumanReviewArticle = "Art. 22(3)";

    /// <summary>Whether an exception of Art. 22(2) carries the decision; legitimate interest, vital interests and a bare basis never do.</summary>
    private static RightsFinding AutomatedDecision(RightsCase facts)
    {
        if (!facts.IsSolelyAutomated)
        {
            return new RightsFinding(NotApplicable, RightsReasons.NotSolelyAutomated, "Art. 22(1)");
        }

        var isCarried = (facts.Requirement, facts.Basis) switch
        {
            (ProfilingRequirement.Consent, LawfulBasisKind.Consent) => facts is { Consent: ConsentPhase.Given, IsConsentExplicit: true },
            (ProfilingRequirement.ContractNecessity, LawfulBasisKind.Contract) => true,
            (ProfilingRequirement.Law, LawfulBasisKind.LegalObligation or LawfulBasisKind.PublicTask) => true,
            _ => false,
        };
        isCarried &= !facts.UsesSpecialCategories || facts.SpecialLimb is "a" or "g";
        return isCarried
            ? new RightsFinding(NeedsHuman, RightsReasons.HumanReview, HumanReviewArticle)
            : new RightsFinding(Granted, RightsReasons.AutomatedForbidden, "Art. 22(1)-(2)");
    }
}
