namespace Gdpr.Policies.Lint;

/// <summary>Each rule comes to an end.</summary>
internal static class RuleEndRules
{
    public static void Check(LintRun run)
    {
        foreach (var (_, activity, at) in run.Activities)
        {
            foreach (var (rule, member) in RuleNodes.RulesOf(activity))
            {
                CheckEnd(run, activity, rule, at / member, member);
            }
        }

        foreach (var set in run.Coverage.DataSets)
        {
            CheckFreeText(run, set);
        }
    }

    /// <summary>A duty of law runs until its event comes, and a fallback would end it too early: there it is only worth a warning.</summary>
    private static void CheckEnd(LintRun run, Activity activity, RetentionRule rule, Place at, string member)
    {
        var statutory = member != "retention" || activity.Basis?.LegalObligation is not null;
        var reported = new HashSet<Place>();
        foreach (var set in run.DataSetsOf(activity))
        {
            foreach (var endless in new Endlessness(set.DataSet.Triggers).In(rule, at).Where(endless => reported.Add(endless.At)))
            {
                run.Report(
                    statutory ? FindingCodes.EndlessObligation : FindingCodes.NoFallback, endless.At,
                    $"{endless.Events} may never come for a record of \"{set.Path}\", and nothing else ends the rule.");
            }
        }
    }

    private static void CheckFreeText(LintRun run, CoveredDataSet set)
    {
        var at = Place.Root / "systems" / set.Path.System / "dataSets" / set.Path.DataSet / "fields";
        foreach (var (id, field, place) in Stated.In(set.DataSet.Fields, at))
        {
            if (run.KindOf(field) != DataCategoryKind.FreeText)
            {
                continue;
            }

            var covering = set.ActivitiesOf(id).Select(run.Policy.Activities.Find).OfType<Activity>().ToArray();
            var ageless = covering.Where(activity => activity.Retention is not null && !EndsAfterEvent(activity.Retention, 0)).ToArray();
            if (ageless.Length > 0 && !covering.Any(activity => activity.Limit is not null && EndsAfterEvent(activity.Limit, 0)))
            {
                run.Report(FindingCodes.FreeTextWithoutAge, place,
                    $"\"{set.Path}.{id}\" may hold anything, and is kept for as long as a relation or a consent lasts.");
            }
        }
    }

    /// <summary>Whether some event of the record ends a rule after a stated time, whatever relation or consent runs.</summary>
    private static bool EndsAfterEvent(RetentionRule rule, int depth) => depth < RuleNodes.DepthLimit && (rule switch
    {
        { After: not null } or { Of: not null } => true,
        { AllOf.Count: > 0 } => rule.AllOf.All(limb => limb is null || EndsAfterEvent(limb, depth + 1)),
        { AnyOf.Count: > 0 } => rule.AnyOf.Any(limb => limb is not null && EndsAfterEvent(limb, depth + 1)),
        _ => rule.While is null,
    } || (rule.Fallback is { } fallback && EndsAfterEvent(fallback, depth + 1)));
}
