using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>Whether the contract that a purpose rests on is in force, as far as the triggers of a record say.</summary>
/// <remarks>A contract ends with the event that its retention runs from, not with the period after it: the period is what the policy allows, and no longer what the
/// contract needs. Fallbacks and evidence are what ends it where nobody says, and tell nothing about the contract.</remarks>
internal static class ContractReading
{
    public static ContractState Of(RetentionRule? rule, RuleExplanation explanation, LocalDate today)
    {
        var events = new Dictionary<string, ContractState>(StringComparer.Ordinal);
        Collect(explanation.Limb, events, today);
        return rule is null ? ContractState.Unknown : Of(rule, events);
    }

    private static ContractState Of(RetentionRule rule, Dictionary<string, ContractState> events) => rule switch
    {
        { After: { } after } => events.GetValueOrDefault(after.TriggerId),
        { While: { Ended: { } ended, Started: { } started } } => events.GetValueOrDefault(started) == ContractState.InForce
            ? ContractState.Ended : events.GetValueOrDefault(ended),
        { AllOf.Count: > 0 } => Combine(rule.AllOf, events, ContractState.InForce, ContractState.Ended),
        { AnyOf.Count: > 0 } => Combine(rule.AnyOf, events, ContractState.Ended, ContractState.InForce),
        _ => ContractState.Unknown,
    };

    private static ContractState Combine(IReadOnlyList<RetentionRule> rules, Dictionary<string, ContractState> events, ContractState one, ContractState all)
    {
        ContractState[] states = [.. rules.Select(rule => Of(rule, events))];
        return states.Contains(one) ? one : states.Contains(ContractState.Unknown) ? ContractState.Unknown : all;
    }

    /// <summary>Per trigger whether its event is still to come (the contract is in force), has come, or is unknown.</summary>
    private static void Collect(LimbExplanation limb, Dictionary<string, ContractState> events, LocalDate today)
    {
        if (limb.Trigger is { } trigger)
        {
            events.TryAdd(trigger, limb switch
            {
                { NotHappened: true } => ContractState.InForce,
                { EventDate: { } date } => date > today ? ContractState.InForce : ContractState.Ended,
                _ => ContractState.Unknown,
            });
        }

        foreach (var inner in limb.Limbs)
        {
            Collect(inner, events, today);
        }
    }
}

/// <summary>Whether a contract with the person is in force.</summary>
public enum ContractState
{
    /// <summary>Nobody can tell from the data.</summary>
    Unknown,

    /// <summary>It is in force.</summary>
    InForce,

    /// <summary>It has ended.</summary>
    Ended,
}
