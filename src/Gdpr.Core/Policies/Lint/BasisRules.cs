using System.Text.Json;

namespace Gdpr.Policies.Lint;

/// <summary>Each activity rests on exactly one lawful basis, and on what that basis asks for.</summary>
internal static class BasisRules
{
    private const int LongestReviewInMonths = 24;

    public static void Check(LintRun run)
    {
        foreach (var (_, activity, at) in run.Activities)
        {
            CheckStated(run, activity, at);
            if (activity.Basis is { } basis)
            {
                CheckLaws(run, basis, at / "basis");
                CheckNotes(run, activity, basis, at / "basis");
                CheckInterest(run, basis, at / "basis");
            }
        }

        CheckAssessments(run);
        CheckOneBasisPerPurpose(run);
    }

    private static void CheckStated(LintRun run, Activity activity, Place at)
    {
        var stated = activity.Basis?.Stated().ToArray() ?? [];
        if (stated.Length > 1)
        {
            run.Report(FindingCodes.SeveralBases, at / "basis",
                $"{stated.Length} bases are stated: {string.Join(", ", stated.Select(kind => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString())))}.");
        }
        else if (stated.Length == 0 && activity.Capacity != ProcessingCapacity.Processor)
        {
            run.ReportMissing(FindingCodes.NoBasis, activity.Basis is null ? at : at / "basis", "basis",
                "The activity rests on no lawful basis.");
        }
    }

    private static void CheckLaws(LintRun run, LawfulBasis basis, Place at)
    {
        if (basis.LegalObligation is { } obligation)
        {
            LawRules.CheckObligation(run, obligation.Law, at / "legalObligation" / "law");
            LawRules.CheckParagraph(run, obligation.Law, at / "legalObligation" / "law");
        }

        if (basis.PublicTask is { } task)
        {
            LawRules.CheckParagraph(run, task.Law, at / "publicTask" / "law");
        }
    }

    private static void CheckNotes(LintRun run, Activity activity, LawfulBasis basis, Place at)
    {
        if (basis.VitalInterests is { } vital && string.IsNullOrWhiteSpace(vital.Necessity))
        {
            run.ReportMissing(FindingCodes.VitalInterestsUnexplained, at / "vitalInterests", "necessity",
                "Nothing says whose life is at stake.");
        }

        if (basis.Contract is { } contract)
        {
            if (string.IsNullOrWhiteSpace(contract.Necessity))
            {
                run.ReportMissing(FindingCodes.ContractWithoutNecessity, at / "contract", "necessity",
                    "Nothing says why the contract needs this data.");
            }

            var contacts = run.DataSetsOf(activity).Where(set => set.DataSet.Subject.Contains("customer-contact", StringComparer.Ordinal)).ToArray();
            if (contacts.Length > 0)
            {
                run.Report(FindingCodes.ContractWithEmployer, at / "contract",
                    $"\"{contacts[0].Path}\" is about contacts at customers: the contract is not with them.");
            }
        }
    }

    private static void CheckInterest(LintRun run, LawfulBasis basis, Place at)
    {
        if (basis.LegitimateInterest is { } interest && string.IsNullOrWhiteSpace(interest.Assessment))
        {
            run.ReportMissing(FindingCodes.NoBalancing, at / "legitimateInterest", "assessment",
                "The legitimate interest names no assessment that weighs it.");
        }
    }

    private static void CheckAssessments(LintRun run)
    {
        foreach (var (id, assessment, at) in Stated.In(run.Policy.Assessments, Place.Root / "assessments"))
        {
            if (assessment.Kind != AssessmentKind.LegitimateInterest)
            {
                continue;
            }

            if (!Stated.Says(assessment.Necessity))
            {
                run.ReportMissing(FindingCodes.NoBalancing, at, "necessity",
                    $"\"{id}\" does not say why the processing is necessary for the interest.");
            }

            if (!Stated.Says(assessment.Balance))
            {
                run.ReportMissing(FindingCodes.NoBalancing, at, "balance", $"\"{id}\" does not weigh the interest against the person's.");
            }

            if (assessment is { On: { } on, NextReview: { } next } && next > Time.CalendarPeriod.FromMonths(LongestReviewInMonths).EndOf(on))
            {
                run.Report(FindingCodes.NoBalancing, at / "nextReview",
                    $"The next review comes more than {LongestReviewInMonths} months after the assessment.");
            }
        }
    }

    /// <summary>A field has one basis per purpose: with two, the second would quietly take over when the first ends.</summary>
    private static void CheckOneBasisPerPurpose(LintRun run)
    {
        var first = new Dictionary<(string Purpose, string? Controller, string Field), (string Activity, LawfulBasisKind Basis)>();
        foreach (var (id, activity, at) in run.Activities)
        {
            if (activity.Basis?.Kind is not { } kind || activity.Capacity == ProcessingCapacity.Processor || string.IsNullOrWhiteSpace(activity.Purpose))
            {
                continue;
            }

            var other = run.FieldsOf(activity.Data)
                .Select(field => (field.Path, Known: first.TryGetValue((activity.Purpose, activity.Controller, field.Path.ToString()), out var known) ? known : default))
                .FirstOrDefault(field => field.Known.Activity is not null && field.Known.Basis != kind);
            if (other.Known.Activity is not null)
            {
                run.Report(FindingCodes.PurposeOnTwoBases, at / "basis",
                    $"\"{other.Known.Activity}\" processes \"{other.Path}\" for the same purpose, \"{activity.Purpose}\", on the basis {other.Known.Basis}.");
            }

            foreach (var field in run.FieldsOf(activity.Data))
            {
                first.TryAdd((activity.Purpose, activity.Controller, field.Path.ToString()), (id, kind));
            }
        }
    }
}
