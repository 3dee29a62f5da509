using Gdpr.Policies;

namespace Gdpr.Controls;

/// <summary>Which families of measures a policy covers, how they stand, and what no measure protects.</summary>
/// <param name="Families">Every family, in the order of <see cref="ControlFamily"/>.</param>
/// <param name="UnprotectedActivities">The activities that no measure protects, in policy order.</param>
public sealed record ControlCoverage(IReadOnlyList<FamilyCoverage> Families, IReadOnlyList<string> UnprotectedActivities)
{
    /// <summary>The families without any measure.</summary>
    public IReadOnlyList<ControlFamily> Gaps => [.. Families.Where(family => family.Controls.Count == 0).Select(family => family.Family)];

    internal static ControlCoverage Of(GdprPolicy policy, IReadOnlyList<ControlStatus> controls)
    {
        var coverage = PolicyCoverage.Of(policy);
        return new ControlCoverage(
            [.. Enum.GetValues<ControlFamily>().Select(family => new FamilyCoverage(family, [.. controls.Where(control => control.Family == family)]))],
            [.. policy.Activities.Where(activity => !ControlReach.IsProtected(policy, coverage, activity.Value)).Select(activity => activity.Key)]);
    }
}

/// <summary>A family of measures.</summary>
/// <param name="Family">The family.</param>
/// <param name="Controls">Its measures, in policy order.</param>
public sealed record FamilyCoverage(ControlFamily Family, IReadOnlyList<ControlStatus> Controls)
{
    /// <summary>The worst state among them; <see langword="null"/> where there are none.</summary>
    public ControlState? Worst => Controls.Count == 0 ? null : Controls.Max(control => control.State);
}
