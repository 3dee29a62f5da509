using Gdpr.Policies;
using Gdpr.Samples.Data;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Samples.Generation;

/// <summary>What the policy tells of how a data set fills up: once per person, or with every event, and over how long a time.</summary>
internal sealed class DataSetShape
{
    private static readonly string[] Relations =
    [
        "customer-since", "became-customer", "registered", "assessed", "removal-demanded", "preservation-ordered",
        "terminated", "left", "closed", "commitments-ceased", "supplied",
    ];

    private DataSetShape(DataSetTable table, string? eventTrigger, int days)
    {
        Table = table;
        EventTrigger = eventTrigger;
        Days = days;
    }

    public DataSetTable Table { get; }

    /// <summary>The trigger that is the record's own event, such as <c>booked</c>; <see langword="null"/> where there is one record for each person.</summary>
    public string? EventTrigger { get; }

    /// <summary>Over how many days before today events lie: half as long again as the longest period, so that some are past and some are not.</summary>
    public int Days { get; }

    /// <summary>Whether the events are of a technical kind, of which there are many.</summary>
    public bool IsLog => EventTrigger is "logged" or "visited" or "measured" or "observed";

    /// <summary>Whether a trigger speaks of the person's dealings as a whole, not of the record.</summary>
    public static bool IsRelation(string trigger) =>
        Relations.Contains(trigger, StringComparer.Ordinal)
        || trigger.StartsWith("last-", StringComparison.Ordinal)
        || trigger.EndsWith("-ended", StringComparison.Ordinal);

    public static DataSetShape Of(DataSetTable table, GdprPolicy policy)
    {
        var eventTrigger = table.Triggers.FirstOrDefault(trigger => !IsRelation(trigger));
        var longest = Rules(policy, table.Path).SelectMany(Leaves)
            .Where(leaf => leaf.Trigger == eventTrigger)
            .Select(leaf => (leaf.Period.Months * 61 / 2) + leaf.Period.Days)
            .DefaultIfEmpty(365)
            .Max();
        return new DataSetShape(table, eventTrigger, Math.Clamp(longest * 3 / 2, 45, 12 * 365));
    }

    /// <summary>The rules of the activities that cover a data set, or some of its fields.</summary>
    private static IEnumerable<RetentionRule> Rules(GdprPolicy policy, string path) =>
        policy.Activities.Values
            .Where(activity => activity.Data.Any(data => DataPath.TryParse(data, out var covered) && covered.DataSetPath == path))
            .SelectMany(activity => new[] { activity.Retention, activity.Minimum, activity.Limit })
            .OfType<RetentionRule>();

    private static IEnumerable<(string? Trigger, CalendarPeriod Period)> Leaves(RetentionRule rule)
    {
        if (rule.Keep is { } keep)
        {
            yield return (rule.After?.TriggerId, keep);
        }

        var limbs = rule.AllOf.Concat(rule.AnyOf).Append(rule.Fallback).Append(rule.Unless).Append(rule.Assessment).OfType<RetentionRule>();
        foreach (var leaf in limbs.SelectMany(Leaves))
        {
            yield return leaf;
        }
    }
}
