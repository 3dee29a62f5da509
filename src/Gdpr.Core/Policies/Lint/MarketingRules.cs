namespace Gdpr.Policies.Lint;

/// <summary>Direct marketing is known as such, so that an objection stops it.</summary>
internal static class MarketingRules
{
    private static readonly string[] Signs = ["marketing", "newsletter", "marknadsf", "nyhetsbrev"];

    public static void Check(LintRun run)
    {
        foreach (var (_, activity, at) in run.Activities)
        {
            var purpose = run.PurposeOf(activity.Purpose);
            if (purpose?.DirectMarketing == true)
            {
                CheckBasis(run, activity, at);
            }
            else if (LooksLikeMarketing(activity.Purpose) || LooksLikeMarketing(purpose?.Dpv))
            {
                run.Report(FindingCodes.UndeclaredMarketing, at / "purpose",
                    $"\"{activity.Purpose}\" looks like direct marketing and is not declared as such.");
            }
        }
    }

    private static bool LooksLikeMarketing(string? text) => text is not null && Array.Exists(Signs, sign => text.Contains(sign, StringComparison.OrdinalIgnoreCase));

    private static void CheckBasis(LintRun run, Activity activity, Place at)
    {
        if (activity.Basis?.Kind is { } kind and not (LawfulBasisKind.Consent or LawfulBasisKind.LegitimateInterest))
        {
            run.Report(FindingCodes.MarketingOnOtherBasis, at / "basis", $"Direct marketing rests on the basis {kind}.");
        }
    }
}
