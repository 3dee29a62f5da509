namespace Gdpr.Policies.Lint;

/// <summary>Which finding a missing member gives: the one whose subject it is, or the plain one.</summary>
internal static class MissingMembers
{
    public static (string Code, string Message) Describe(MissingMember missing) => missing.OwnerValue switch
    {
        Activity when missing.Member == "purpose" => (FindingCodes.NoPurpose, "The activity states no purpose."),
        Activity when missing.Member == "data" => (FindingCodes.NoData, "The activity covers no data."),
        Activity when missing.Member == "retention" => (FindingCodes.NoDeterminableEnd, "The activity does not say when its purpose ends."),
        Trigger when missing.Member == "whenNull" => (FindingCodes.TriggerWithoutNull, "The trigger does not say what a missing value means."),
        LegalObligationBasis => (FindingCodes.ObligationWithoutLaw, "The legal obligation names no law."),
        PublicTaskBasis => (FindingCodes.PublicTaskWithoutLaw, "The public task names no law."),
        LegitimateInterestBasis => (FindingCodes.NoBalancing, "The legitimate interest is not named."),
        ConsentBasis => (FindingCodes.ConsentWithoutText, "The consent names no text."),
        SpecialCategoryCondition => (FindingCodes.UnknownLimb, "The condition names no letter of Art. 9(2)."),
        OffenceGround => (FindingCodes.NoOffenceGround, "The ground is not stated."),
        IdentityNumberJustification => (FindingCodes.NoIdentityNumberJustification, $"The justification does not state \"{missing.Member}\"."),
        TransferSafeguard => (FindingCodes.NoSafeguard, "The safeguard names no mechanism."),
        ProcessingTerms => (FindingCodes.NoProcessingTerms, $"The terms do not state \"{missing.Member}\"."),
        Disposal => (FindingCodes.IllFormedDisposal, "The disposal states no action."),
        Control when missing.Member == "owner" => (FindingCodes.ControlWithoutOwner, "The measure has no owner."),
        PasswordRule when missing.Member == "minimumLength" => (FindingCodes.PasswordRuleWithoutLength, "The rule states no least length."),
        Assessment { Kind: AssessmentKind.LegitimateInterest } =>
            (FindingCodes.NoBalancing, $"The assessment of a legitimate interest does not state \"{missing.Member}\"."),
        _ => (FindingCodes.MissingMember, $"\"{missing.Member}\" is missing, or says nothing."),
    };
}
