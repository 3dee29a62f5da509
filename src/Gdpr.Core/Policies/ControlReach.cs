namespace Gdpr.Policies;

/// <summary>Which measures protect which activities.</summary>
internal static class ControlReach
{
    /// <summary>Whether an activity names a measure, or one covers a system of its data in its capacity.</summary>
    public static bool IsProtected(GdprPolicy policy, PolicyCoverage coverage, Activity activity)
    {
        if (activity.Controls.Any(control => !string.IsNullOrWhiteSpace(control)))
        {
            return true;
        }

        var systems = coverage.DataSetsOf(activity).Select(set => set.Path.System).ToHashSet(StringComparer.Ordinal);
        return policy.Controls.Values.Any(control => control is not null
            && (control.Systems.Count == 0 || control.Systems.Any(systems.Contains))
            && (control.Capacities.Count == 0 || control.Capacities.Contains(activity.Capacity)));
    }
}
