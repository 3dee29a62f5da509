using Gdpr.Policies;

namespace Gdpr.Processing;

/// <summary>Whether data that was collected for other purposes may be used for a new one (Art. 6(4)): pure.</summary>
internal static class CompatibilityJudge
{
    /// <summary>Whether the purpose rests on consent, or on a law that limits it, for the controller: then only a new consent, or a law, opens another.</summary>
    public static bool NeedsNewConsent(GdprPolicy policy, string controller, string purpose) => policy.Activities.Values
        .Where(activity => activity.Purpose == purpose && (activity.Controller is null || activity.Controller == controller))
        .Any(activity => activity.Basis?.Kind is LawfulBasisKind.Consent or LawfulBasisKind.LegalObligation or LawfulBasisKind.PublicTask);

    /// <summary>The code of the reason why an activity may not use data that was collected for other purposes; <see langword="null"/> where it may.</summary>
    /// <param name="activity">The activity.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="controller">The controller.</param>
    /// <param name="origins">The purposes that the data was collected for, at least one.</param>
    /// <param name="known">The assessments on record between those purposes and the activity's.</param>
    public static string? Judge(
        ProgramActivity activity, GdprPolicy policy, string controller, IReadOnlyList<string> origins, IReadOnlyList<CompatibilityState> known)
    {
        // A new consent, or a law, opens a purpose of itself.
        if (activity.Basis is LawfulBasisKind.Consent or LawfulBasisKind.LegalObligation || known.Any(state => state.IsUsable))
        {
            return null;
        }

        if (known.Any(state => state.Phase == CompatibilityPhase.Compatible))
        {
            return ProcessingReasons.NoticeNotGiven;
        }

        if (origins.All(origin => NeedsNewConsent(policy, controller, origin)))
        {
            return ProcessingReasons.NewConsentNeeded;
        }

        return known.Any(state => state.Phase == CompatibilityPhase.Incompatible) ? ProcessingReasons.NotCompatible : ProcessingReasons.CompatibilityNotAssessed;
    }
}
