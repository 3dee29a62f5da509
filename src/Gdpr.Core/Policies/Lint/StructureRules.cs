using Gdpr.Policies.Json;

namespace Gdpr.Policies.Lint;

/// <summary>What every policy states, in values that exist and under ids that can stand in paths, names and files.</summary>
internal static class StructureRules
{
    /// <summary>The columns of a file of records that are not triggers.</summary>
    private static readonly HashSet<string> FixedColumns = new(StringComparer.OrdinalIgnoreCase) { "record", "dataset", "subject", "facts" };

    public static void Check(LintRun run)
    {
        foreach (var missing in run.Walk.Missing)
        {
            var (code, message) = MissingMembers.Describe(missing);
            var expected = code == FindingCodes.MissingMember ? PolicyShapes.ExpectedOf(missing.OwnerValue.GetType(), missing.Member) : null;
            run.ReportMissing(code, missing.Owner, missing.Member, message, expected is null ? null : $"State it: {expected}.");
        }

        foreach (var at in run.Walk.Empty)
        {
            run.Report(FindingCodes.EmptyEntry, at, "Nothing stands here.");
        }

        foreach (var (at, value) in run.Walk.Values)
        {
            if (!Enum.IsDefined(value.GetType(), value))
            {
                run.Report(FindingCodes.UnknownValue, at, $"{value} is no {value.GetType().Name}.");
            }
        }

        CheckIds(run);
        CheckRuleNames(run);
    }

    private static void CheckIds(LintRun run)
    {
        foreach (var (at, id, declares) in run.Walk.Ids)
        {
            var form = declares == typeof(DataSystem) || declares == typeof(DataSet) || declares == typeof(DataField) || declares == typeof(Trigger)
                ? IdForm.Plain
                : IdForm.Dotted;
            if (!form.Accepts(id))
            {
                run.Report(FindingCodes.IllFormedId, at, string.IsNullOrWhiteSpace(id) ? "The id is blank." : $"\"{id}\" cannot be an id.",
                    $"Make it of {form.Description}.");
            }
            else if (declares == typeof(DataSystem) && id == BuiltInProcessing.SystemId)
            {
                run.Report(FindingCodes.ReservedId, at, $"\"{id}\" is the system of what the library itself keeps of people.");
            }
            else if (declares == typeof(Trigger) && FixedColumns.Contains(id))
            {
                run.Report(FindingCodes.ReservedId, at,
                    $"\"{id}\" is also a fixed column of a file of records, which has one column per trigger.");
            }
        }
    }

    private static void CheckRuleNames(LintRun run)
    {
        foreach (var (id, activity, _) in run.Activities)
        {
            foreach (var (member, rule) in new[] { ("minimum", activity.Minimum), ("limit", activity.Limit) })
            {
                var name = $"{id}.{member}";
                if (rule is not null && run.Policy.Activities.ContainsKey(name))
                {
                    run.Report(FindingCodes.RuleNameTaken, Place.Root / "activities" / name,
                        $"\"{name}\" is also the name of the {member} of \"{id}\".");
                }
            }
        }
    }
}
