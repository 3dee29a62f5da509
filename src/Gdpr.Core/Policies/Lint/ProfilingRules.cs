namespace Gdpr.Policies.Lint;

/// <summary>Nobody is judged by a machine alone, except on the grounds and with the safeguards of Art. 22.</summary>
internal static class ProfilingRules
{
    public static void Check(LintRun run)
    {
        foreach (var (_, activity, activityAt) in run.Activities)
        {
            if (activity.Profiling is not { } profiling)
            {
                continue;
            }

            var at = activityAt / "profiling";
            CheckRequirement(run, activity, profiling, at);
            if (profiling.SolelyAutomated)
            {
                CheckSafeguards(run, activity, profiling, at);
                CheckData(run, activity, at);
                if (!Stated.Says(profiling.Consequences))
                {
                    run.ReportMissing(FindingCodes.NoConsequences, at, "consequences", "People are not told what the decision means for them.");
                }

                if (string.IsNullOrWhiteSpace(activity.ImpactAssessment))
                {
                    run.ReportMissing(FindingCodes.NoImpactAssessment, activityAt, "impactAssessment",
                        "Decisions with significant effect are taken by automated means, and no impact assessment is named.");
                }
            }
        }
    }

    private static void CheckRequirement(LintRun run, Activity activity, Profiling profiling, Place at)
    {
        if (profiling is { SolelyAutomated: true, Requires: ProfilingRequirement.Basis })
        {
            run.Report(FindingCodes.AutomatedWithoutGround, at / "requires",
                "A decision with significant effect, taken by automated means alone, needs more than the activity's basis.");
        }

        var basis = activity.Basis;
        var fits = profiling.Requires switch
        {
            ProfilingRequirement.ContractNecessity => basis?.Contract is not null,
            ProfilingRequirement.Consent => basis?.Consent is not null,
            ProfilingRequirement.Law => basis?.LegalObligation is not null || basis?.PublicTask is not null,
            _ => true,
        };
        if (!fits && activity.Capacity != ProcessingCapacity.Processor)
        {
            run.Report(FindingCodes.ProfilingOnOtherBasis, at / "requires",
                $"Profiling requires {profiling.Requires}, and the activity's basis is not that.");
        }
    }

    private static void CheckSafeguards(LintRun run, Activity activity, Profiling profiling, Place at)
    {
        // Where law authorises the decision, the law lays the safeguards down (Art. 22(2)(b)).
        if (profiling.Requires != ProfilingRequirement.Law && string.IsNullOrWhiteSpace(profiling.HumanReview))
        {
            run.ReportMissing(FindingCodes.NoHumanReview, at, "humanReview",
                "Nobody is named who reviews a decision when the person asks.");
        }

        if (profiling.Requires == ProfilingRequirement.Consent && activity.Basis?.Consent is { Explicit: false })
        {
            run.Report(FindingCodes.AutomatedConsentNotExplicit, at / "requires",
                "The consent that the decision rests on is not explicit.");
        }
    }

    private static void CheckData(LintRun run, Activity activity, Place at)
    {
        var special = run.FieldsOfKind(activity.Data, DataCategoryKind.SpecialCategory);
        if (special.Length > 0 && activity.SpecialCategories?.Limb is not ("a" or "g"))
        {
            run.Report(FindingCodes.AutomatedOnSpecialCategories, at, $"Decisions use special categories of data ({special}).");
        }

        var children = run.DataSetsOf(activity).SelectMany(set => set.DataSet.Subject)
            .FirstOrDefault(subject => subject is not null && run.SubjectOf(subject)?.Children == true);
        if (children is not null)
        {
            run.Report(FindingCodes.AutomatedAboutChildren, at, $"The data is about \"{children}\", who may be children.");
        }
    }
}
