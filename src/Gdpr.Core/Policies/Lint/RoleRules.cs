namespace Gdpr.Policies.Lint;

/// <summary>Roles permit what activities do, and each activity can be carried out by somebody.</summary>
internal static class RoleRules
{
    public static void Check(LintRun run)
    {
        var permitted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, role, at) in Stated.In(run.Policy.Roles, Place.Root / "roles"))
        {
            foreach (var (permission, place) in Stated.In(role.May, at / "may"))
            {
                permitted.Add(permission.Purpose);
                CheckPermission(run, permission, place);
            }
        }

        foreach (var (_, activity, at) in run.Activities)
        {
            if (!string.IsNullOrWhiteSpace(activity.Purpose) && !permitted.Contains(activity.Purpose))
            {
                run.Report(FindingCodes.NoRole, at / "purpose", $"No role may process for \"{activity.Purpose}\".");
            }
        }
    }

    private static void CheckPermission(LintRun run, Permission permission, Place at)
    {
        var activities = run.Activities.Where(activity => activity.Value.Purpose == permission.Purpose).ToArray();
        if (activities.Length == 0)
        {
            if (run.PurposeOf(permission.Purpose) is not null)
            {
                run.Report(FindingCodes.PermissionWithoutActivity, at / "purpose",
                    $"No activity has the purpose \"{permission.Purpose}\".");
            }

            return;
        }

        var covered = activities.SelectMany(activity => run.FieldsOf(activity.Value.Data)).Select(field => field.Field.Category).ToHashSet(StringComparer.Ordinal);
        foreach (var (category, place) in Stated.In(permission.Categories, at / "categories"))
        {
            if (!covered.Contains(category) && run.CategoryOf(category) is not null)
            {
                run.Report(FindingCodes.PermissionWithoutData, place,
                    $"No activity with the purpose \"{permission.Purpose}\" covers \"{category}\".");
            }
        }
    }
}
