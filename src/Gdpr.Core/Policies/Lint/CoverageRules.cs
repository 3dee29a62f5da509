namespace Gdpr.Policies.Lint;

/// <summary>Every field has a purpose and an end; what is retired has none.</summary>
internal static class CoverageRules
{
    private const int MaximumRules = 64;

    public static void Check(LintRun run)
    {
        foreach (var set in run.Coverage.DataSets)
        {
            var at = Place.Root / "systems" / set.Path.System / "dataSets" / set.Path.DataSet;
            if (set.DataSet.Retired is null)
            {
                CheckCovered(run, set, at);
                CheckCount(run, set, at);
                CheckPurposeIsOnes(run, set);
            }
            else if (set.DataSet.Retired.On > run.Effective)
            {
                run.Report(FindingCodes.RetiredLater, at / "retired" / "on",
                    "The data set is retired from a date after the policy takes effect: its records would be due before it.");
            }

            if (set.DataSet.Origins.All(string.IsNullOrWhiteSpace) && set.DataSet.Retired is null)
            {
                run.ReportMissing(FindingCodes.NoOrigin, at, "origins", "The data set does not say where its data comes from.");
            }
        }

        CheckRetired(run);
        CheckPurposes(run);
    }

    private static void CheckCovered(LintRun run, CoveredDataSet set, Place at)
    {
        var bare = Stated.In(set.DataSet.Fields, at / "fields").Where(field => set.ActivitiesOf(field.Id).Count == 0).ToArray();
        if (bare.Length == set.DataSet.Fields.Count && !IsNamed(run, set))
        {
            run.Report(FindingCodes.DataSetWithoutRule, at, $"No activity covers \"{set.Path}\": nothing says why it is kept or when it ends.");
            return;
        }

        foreach (var field in bare)
        {
            run.Report(FindingCodes.FieldWithoutRule, field.At, $"No activity covers \"{set.Path}.{field.Id}\": nothing says why it is kept or when it ends.");
        }
    }

    private static bool IsNamed(LintRun run, CoveredDataSet set) => run.Activities.Any(activity => run.DataSetsOf(activity.Value).Contains(set));

    private static void CheckCount(LintRun run, CoveredDataSet set, Place at)
    {
        var covering = run.Activities.Where(activity => run.DataSetsOf(activity.Value).Contains(set)).ToArray();
        var rules = covering.Sum(activity => RuleNodes.RulesOf(activity.Value).Count());
        if (rules > MaximumRules)
        {
            run.Report(FindingCodes.TooManyRules, at, $"{rules} rules cover \"{set.Path}\"; at most {MaximumRules} may.");
        }

        var purposes = covering.Select(activity => activity.Value.Purpose).Distinct(StringComparer.Ordinal).Count();
        if (purposes > MaximumRules)
        {
            run.Report(FindingCodes.TooManyRules, at, $"\"{set.Path}\" has {purposes} purposes; at most {MaximumRules} are possible.");
        }
    }

    /// <summary>Facts about people stand beside the data by purpose: with two organisations' purposes under one id, whose has ended cannot be told. What an
    /// organisation does for its clients is theirs, and not its own.</summary>
    private static void CheckPurposeIsOnes(LintRun run, CoveredDataSet set)
    {
        var only = run.Policy.Controllers.Count == 1 ? run.Policy.Controllers.Keys.First() : null;
        var owners = new Dictionary<string, (string Activity, (string? Controller, bool IsProcessor) Owner)>(StringComparer.Ordinal);
        foreach (var (id, activity, at) in run.Activities.Where(activity => run.DataSetsOf(activity.Value).Contains(set)))
        {
            var owner = (activity.Controller ?? only, activity.Capacity == ProcessingCapacity.Processor);
            if (!string.IsNullOrWhiteSpace(activity.Purpose) && !owners.TryAdd(activity.Purpose, (id, owner))
                && owners[activity.Purpose] is var first && first.Owner != owner)
            {
                run.Report(FindingCodes.PurposeOfSeveral, at / "purpose",
                    $"\"{first.Activity}\" has the purpose \"{activity.Purpose}\" in \"{set.Path}\" for another organisation.");
            }
        }
    }

    private static void CheckRetired(LintRun run)
    {
        foreach (var (_, activity, at) in run.Activities)
        {
            foreach (var (reference, place) in Stated.In(activity.Data, at / "data"))
            {
                if (DataPath.TryParse(reference, out var path) && run.Coverage.Find(path.DataSetPath)?.DataSet.Retired is not null)
                {
                    run.Report(FindingCodes.RetiredDataSetInUse, place, $"\"{path.DataSetPath}\" is retired: all its records are due.");
                }
            }
        }
    }

    private static void CheckPurposes(LintRun run)
    {
        foreach (var (_, activity, at) in run.Activities)
        {
            if (!string.IsNullOrWhiteSpace(activity.Purpose) && run.PurposeOf(activity.Purpose) is null)
            {
                run.Report(FindingCodes.PurposeWithoutTitle, at / "purpose", $"\"{activity.Purpose}\" is declared here by its id alone.");
            }
        }
    }
}
