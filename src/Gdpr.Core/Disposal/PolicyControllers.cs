using Gdpr.Policies;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>Which controller something is kept under, and in which zone its days are counted.</summary>
internal static class PolicyControllers
{
    /// <summary>The only controller of a policy; empty where it has several.</summary>
    public static string DefaultOf(GdprPolicy policy) => policy.Controllers.Count == 1 ? policy.Controllers.Keys.First() : "";

    /// <summary>The controller for whose activity a rule is: the only one of the policy, otherwise the one that the activity names.</summary>
    public static string ControllerOf(GdprPolicy policy, ScheduledRule rule) => policy.Activities[rule.ActivityId].Controller ?? DefaultOf(policy);

    /// <summary>The controllers whose data set it is, each once: all that have an activity there, and all of the policy where nobody has.</summary>
    public static IReadOnlyList<string> HoldersOf(GdprPolicy policy, DataSetSchedule dataSet) => dataSet.Rules.Count == 0 ? [.. policy.Controllers.Keys]
        : [.. dataSet.Rules.Select(rule => ControllerOf(policy, rule)).Distinct(StringComparer.Ordinal)];

    /// <summary>The zone of a policy's first controller.</summary>
    public static DateTimeZone ZoneOf(GdprPolicy policy) => DateTimeZoneProviders.Tzdb[policy.Controllers.Values.First().TimeZone];

    /// <summary>The zone of a controller; of one that is not declared, or not any longer, the first's.</summary>
    public static DateTimeZone ZoneOf(GdprPolicy policy, string controller) =>
        policy.Controllers.GetValueOrDefault(controller) is { } declared ? DateTimeZoneProviders.Tzdb[declared.TimeZone] : ZoneOf(policy);
}
