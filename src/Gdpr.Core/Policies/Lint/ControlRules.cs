namespace Gdpr.Policies.Lint;

/// <summary>Activities are protected by measures, which somebody owns and shows evidence of.</summary>
internal static class ControlRules
{
    public static void Check(LintRun run)
    {
        foreach (var (id, control, at) in Stated.In(run.Policy.Controls, Place.Root / "controls"))
        {
            if (control.Cadence is null)
            {
                run.ReportMissing(FindingCodes.ControlWithoutCadence, at, "cadence", $"No evidence ever falls due for \"{id}\".");
            }
        }

        foreach (var (_, activity, at) in run.Activities)
        {
            if (!ControlReach.IsProtected(run.Policy, run.Coverage, activity))
            {
                run.ReportMissing(FindingCodes.ActivityWithoutControl, at, "controls",
                    "No measure is named, and none covers a system of the activity.");
            }

            if (string.IsNullOrWhiteSpace(activity.Routine))
            {
                run.ReportMissing(FindingCodes.ActivityWithoutRoutine, at, "routine", "Nothing says how the activity is carried out.");
            }
        }

        foreach (var (_, rule, at) in Stated.In(run.Policy.PasswordRules, Place.Root / "passwordRules"))
        {
            if (rule.MinimumLength < 1)
            {
                run.Report(FindingCodes.PasswordRuleWithoutLength, at / "minimumLength",
                    $"A password of {rule.MinimumLength} characters would do.");
            }
        }
    }
}
