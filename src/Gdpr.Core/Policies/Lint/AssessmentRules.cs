using System.Globalization;

namespace Gdpr.Policies.Lint;

/// <summary>Assessments are of the kind that their place asks for, signed, and reviewed in time.</summary>
internal static class AssessmentRules
{
    public static void Check(LintRun run)
    {
        foreach (var (id, assessment, at) in Stated.In(run.Policy.Assessments, Place.Root / "assessments"))
        {
            if (assessment.NextReview < assessment.On)
            {
                run.Report(FindingCodes.ReviewBeforeAssessment, at / "nextReview", $"\"{id}\" is to be reviewed before it was made.");
            }
            else if (assessment.NextReview < run.Effective)
            {
                run.Report(FindingCodes.AssessmentOverdue, at / "nextReview",
                    $"\"{id}\" was due for review on {assessment.NextReview.Value.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture)}, before the policy takes effect.");
            }

            if (assessment is { Kind: AssessmentKind.Impact, HighRiskRemains: true, Consulted: null })
            {
                run.ReportMissing(FindingCodes.NoConsultation, at, "consulted", $"A high risk remains after \"{id}\", and the authority's consultation has not ended.");
            }

            if (string.IsNullOrWhiteSpace(assessment.By))
            {
                run.ReportMissing(FindingCodes.AssessmentUnsigned, at, "by", $"Nobody has signed \"{id}\".");
            }
        }

        CheckKinds(run);
    }

    private static void CheckKinds(LintRun run)
    {
        foreach (var (_, activity, at) in run.Activities)
        {
            if (run.Policy.Assessments.Find(activity.ImpactAssessment) is { Kind: AssessmentKind.Impact } impact && impact.On > run.Effective)
            {
                run.Report(FindingCodes.BeginsBeforeAssessment, at / "impactAssessment",
                    $"\"{activity.ImpactAssessment}\" is dated after the policy takes effect: until then the activity is denied.");
            }

            CheckKind(run, activity.Basis?.LegitimateInterest?.Assessment, AssessmentKind.LegitimateInterest, at / "basis" / "legitimateInterest" / "assessment");
            CheckKind(run, activity.ImpactAssessment, AssessmentKind.Impact, at / "impactAssessment");
        }

        foreach (var (_, system, at) in Stated.In(run.Policy.Systems, Place.Root / "systems"))
        {
            CheckKind(run, system.RiskAssessment, AssessmentKind.Risk, at / "riskAssessment");
        }

        foreach (var (_, recipient, at) in Stated.In(run.Policy.Recipients, Place.Root / "recipients"))
        {
            CheckKind(run, recipient.Transfer?.Assessment, AssessmentKind.Transfer, at / "transfer" / "assessment");
        }
    }

    private static void CheckKind(LintRun run, string? id, AssessmentKind expected, Place at)
    {
        if (run.Policy.Assessments.Find(id)?.Kind is { } kind && kind != expected)
        {
            run.Report(FindingCodes.OtherKindOfAssessment, at, $"\"{id}\" is of kind {kind}; {expected} is asked for here.");
        }
    }
}
