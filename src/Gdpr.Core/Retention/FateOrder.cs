using System.Numerics;

namespace Gdpr.Retention;

/// <summary>What decides a field group, and by which rules.</summary>
/// <param name="Fate">The fate.</param>
/// <param name="Reason">Why.</param>
/// <param name="Rules">The rules of the step that decided, one bit each.</param>
internal readonly record struct GroupFate(Fate Fate, FateReason Reason, ulong Rules);

/// <summary>The order of fate: a limit past; a restriction under Art. 18; a purpose alive; what forbids destruction; disposal.</summary>
/// <remarks>Where something is unknown, every way of resolving it is considered: the fate is decided only when all give the same one.</remarks>
internal static class FateOrder
{
    /// <summary>The fate of a record, or of some of its field groups: the first that any of them has.</summary>
    /// <param name="dataSet">The data set.</param>
    /// <param name="groups">The field groups.</param>
    /// <param name="record">The states of the record's rules.</param>
    /// <param name="facts">What is known beside.</param>
    public static Fate OfRecord<TStates>(DataSetSchedule dataSet, ReadOnlySpan<FieldGroup> groups, scoped in TStates record, in RecordFacts facts)
        where TStates : IHorizonStates, allows ref struct
    {
        var states = record.At(0);
        var fate = Fate.Erase;
        foreach (var group in groups)
        {
            var graced = group.Horizon == 0 ? states : record.At(group.Horizon);
            var groupFate = Decide(dataSet, group, states, graced, facts).Fate;
            fate = groupFate < fate ? groupFate : fate;
        }

        return fate;
    }

    /// <summary>The fate of a field group.</summary>
    /// <param name="dataSet">The data set.</param>
    /// <param name="group">The field group.</param>
    /// <param name="states">The states of the rules now.</param>
    /// <param name="graced">The states of the rules as they would be with every end put off by the group's grace; the same where there is none.</param>
    /// <param name="facts">What is known beside.</param>
    public static GroupFate Decide(DataSetSchedule dataSet, FieldGroup group, RuleStates states, RuleStates graced, in RecordFacts facts)
    {
        var decided = Settled(dataSet, group, states, graced, facts);
        var unknownRules = (states.Unknown | graced.Unknown) & group.RuleMask;
        if (unknownRules == 0 && facts.UnknownFlags == 0 && facts.Unknown.ObjectionPending == 0)
        {
            return decided;
        }

        var outcomes = FateOutcomes.Of(dataSet, group, states, graced, facts);
        return BitOperations.IsPow2((uint)outcomes) ? decided : Undetermined(dataSet, group, states, graced, facts, outcomes);
    }

    /// <summary>The fate when each unknown purpose and obligation is taken as past, each unknown limit as running, and each unknown fact as not so.
    /// It is one of the ways to resolve them, and names only what is certain.</summary>
    private static GroupFate Settled(DataSetSchedule dataSet, FieldGroup group, RuleStates states, RuleStates graced, in RecordFacts facts)
    {
        var alive = states.Alive & group.RuleMask;
        var obligations = alive & dataSet.Obligation;
        var held = (facts.Flags & (RecordFlags.Hold | RecordFlags.RequestOpen)) != 0;
        var passed = dataSet.Limit & group.RuleMask & ~states.Alive & ~states.Unknown;
        if (passed != 0)
        {
            return new GroupFate(held || obligations != 0 ? Fate.Restrict : group.DisposalFate, FateReason.LimitPassed, passed);
        }

        if ((facts.Flags & RecordFlags.RestrictedForClaims) != 0)
        {
            return new GroupFate(Fate.Restrict, FateReason.Restricted, 0);
        }

        var purposes = alive & dataSet.Purpose;
        var objected = purposes & ObjectedRules(dataSet, facts.Stated.ObjectionPending);
        var free = purposes & ~objected;
        var keeping = obligations | objected;
        if ((free | keeping) != 0 || held)
        {
            if ((facts.Flags & RecordFlags.Restricted) != 0)
            {
                return new GroupFate(Fate.Restrict, FateReason.Restricted, 0);
            }

            return free != 0
                ? new GroupFate(Fate.Keep, FateReason.PurposeAlive, free)
                : new GroupFate(Fate.Restrict, KeepingReason(facts, obligations, objected), keeping);
        }

        var rules = group.RuleMask & ~dataSet.Limit;
        return (graced.Alive & rules) != 0
            ? new GroupFate(Fate.Restrict, FateReason.AllEnded, graced.Alive & rules)
            : new GroupFate(group.DisposalFate, FateReason.AllEnded, rules);
    }

    private static FateReason KeepingReason(in RecordFacts facts, ulong obligations, ulong objected)
    {
        if ((facts.Flags & RecordFlags.Hold) != 0)
        {
            return FateReason.Hold;
        }

        return obligations != 0 ? FateReason.ObligationAlive
            : objected != 0 ? FateReason.ObjectionPending
            : FateReason.RequestOpen;
    }

    /// <summary>The rules of the purposes named.</summary>
    private static ulong ObjectedRules(DataSetSchedule dataSet, ulong purposes)
    {
        var rules = 0UL;
        for (purposes &= dataSet.PurposeMask; purposes != 0; purposes &= purposes - 1)
        {
            rules |= dataSet.PurposeRules[BitOperations.TrailingZeroCount(purposes)];
        }

        return rules;
    }

    /// <summary>Names the unknown rules that bear on the fate: those whose resolving leaves fewer outcomes. None means that a fact is missing.</summary>
    private static GroupFate Undetermined(
        DataSetSchedule dataSet, FieldGroup group, RuleStates states, RuleStates graced, in RecordFacts facts, FateSet outcomes)
    {
        var bearing = 0UL;
        for (var rest = (states.Unknown | graced.Unknown) & group.RuleMask; rest != 0; rest &= rest - 1)
        {
            var rule = rest & (~rest + 1);
            var asAlive = FateOutcomes.Of(dataSet, group, states.Resolve(rule, alive: true), graced.Resolve(rule, alive: true), facts);
            var asPast = FateOutcomes.Of(dataSet, group, states.Resolve(rule, alive: false), graced.Resolve(rule, alive: false), facts);
            bearing |= asAlive != outcomes || asPast != outcomes ? rule : 0;
        }

        return new GroupFate(Fate.Undetermined, FateReason.FactUnknown, bearing);
    }
}
