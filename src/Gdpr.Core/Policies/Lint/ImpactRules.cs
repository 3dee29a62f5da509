namespace Gdpr.Policies.Lint;

/// <summary>Processing with several signs of a high risk is assessed for its impact before it begins (Art. 35; the list of the Swedish authority asks for it
/// where two or more of its criteria are met).</summary>
internal static class ImpactRules
{
    private const int SignsOfHighRisk = 2;

    public static void Check(LintRun run)
    {
        foreach (var (_, activity, at) in run.Activities)
        {
            // A decision taken by automated means alone needs one by itself, which the rules on profiling say.
            if (activity is { Capacity: ProcessingCapacity.Processor } or { Profiling.SolelyAutomated: true } || !string.IsNullOrWhiteSpace(activity.ImpactAssessment))
            {
                continue;
            }

            string[] signs = [.. SignsOf(run, activity)];
            if (signs.Length >= SignsOfHighRisk)
            {
                run.ReportMissing(FindingCodes.RiskWithoutImpactAssessment, at, "impactAssessment", $"The activity involves {string.Join(" and ", signs)}.");
            }
        }
    }

    /// <summary>The criteria that a policy tells; those of scale and of technique it does not.</summary>
    private static IEnumerable<string> SignsOf(LintRun run, Activity activity)
    {
        if (activity.Profiling is not null)
        {
            yield return "an evaluation of people";
        }

        if (run.FieldsOfKind(activity.Data, DataCategoryKind.SpecialCategory, DataCategoryKind.Offence) is { Length: > 0 } fields)
        {
            yield return $"sensitive data ({fields})";
        }

        if (run.DataSetsOf(activity).SelectMany(set => set.DataSet.Subject).FirstOrDefault(subject => IsVulnerable(run, subject)) is { } people)
        {
            yield return $"people in a weak position (\"{people}\")";
        }
    }

    private static bool IsVulnerable(LintRun run, string? subject) =>
        subject is not null && (run.SubjectOf(subject)?.Children == true || run.IsEmployee(subject));
}
