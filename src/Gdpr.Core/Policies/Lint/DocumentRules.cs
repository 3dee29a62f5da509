using System.Globalization;

namespace Gdpr.Policies.Lint;

/// <summary>Documents are of the kind that their place asks for, and are reviewed.</summary>
internal static class DocumentRules
{
    private static readonly DocumentKind[] Reviewed = [DocumentKind.Policy, DocumentKind.Routine, DocumentKind.RetentionPlan, DocumentKind.Register];

    public static void Check(LintRun run)
    {
        foreach (var (id, document, at) in Stated.In(run.Policy.Documents, Place.Root / "documents"))
        {
            if (document.ReviewEvery is { IsEmpty: false } cadence)
            {
                if (document.Reviewed is { } reviewed && cadence.EndOf(reviewed) < run.Effective)
                {
                    run.Report(FindingCodes.DocumentOverdue, at / "reviewed",
                        $"\"{id}\" was due for review on {cadence.EndOf(reviewed).ToString("uuuu-MM-dd", CultureInfo.InvariantCulture)}, before the policy takes effect.");
                }
            }
            else if (document.Kind is { } kind && Reviewed.Contains(kind))
            {
                run.ReportMissing(FindingCodes.DocumentWithoutReview, at, "reviewEvery", $"\"{id}\" is never due for review.");
            }
        }

        foreach (var (_, activity, at) in run.Activities)
        {
            CheckKind(run, activity.Routine, at / "routine", DocumentKind.Routine, DocumentKind.Policy, DocumentKind.RetentionPlan);
        }

        foreach (var (_, agreement, at) in Stated.In(run.Policy.Agreements, Place.Root / "agreements"))
        {
            CheckKind(run, agreement.Document, at / "document", DocumentKind.Agreement, DocumentKind.Terms);
        }
    }

    private static void CheckKind(LintRun run, string? id, Place at, params ReadOnlySpan<DocumentKind> expected)
    {
        if (run.Policy.Documents.Find(id)?.Kind is { } kind && !expected.Contains(kind))
        {
            run.Report(FindingCodes.OtherKindOfDocument, at, $"\"{id}\" is of kind {kind}; {expected[0]} is asked for here.");
        }
    }
}
