using Gdpr.Policies;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>Which controller something is kept under, and in which zone its days are counted.</summary>
internal static class PolicyControllers
{
    /// <summary>The only controller of a policy; empty where it has several.</summary>
    public static string DefaultOf(GdprPolicy policy) => policy.Controllers.Count == 1 ? policy.Controllers.Keys.First() : "";

    /// <summary>The controller of a data set: the only one of the policy, otherwise that of the data set's first rule; empty where it has none.</summary>
    public static string ControllerOf(RetentionSchedule schedule, DataSetSchedule dataSet) =>
        DefaultOf(schedule.Policy) is { Length: > 0 } only ? only
        : dataSet.Rules.Select(rule => schedule.Policy.Activities[rule.ActivityId].Controller).FirstOrDefault(controller => controller is not null) ?? "";

    /// <summary>The zone of a policy's first controller.</summary>
    public static DateTimeZone ZoneOf(GdprPolicy policy) => DateTimeZoneProviders.Tzdb[policy.Controllers.Values.First().TimeZone];

    /// <summary>The zone of a controller; of one that is not declared, or not any longer, the first's.</summary>
    public static DateTimeZone ZoneOf(GdprPolicy policy, string controller) =>
        policy.Controllers.GetValueOrDefault(controller) is { } declared ? DateTimeZoneProviders.Tzdb[declared.TimeZone] : ZoneOf(policy);
}
