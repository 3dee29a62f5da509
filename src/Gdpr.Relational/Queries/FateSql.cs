using Gdpr.Retention;

namespace Gdpr.Relational.Queries;

/// <summary>The order of fate as an expression over the states of rules and the levels of facts: every way of resolving what is unknown, walked at once.</summary>
/// <remarks>A level is 2 where something is so, 1 where it may be, 0 where it is not: it can be from 1 on, and can not be below 2.</remarks>
internal sealed class FateSql(SqlDialect dialect, FactBits facts)
{
    /// <summary>The fate of a group, as its number.</summary>
    /// <param name="group">The group.</param>
    /// <param name="state">The expression of a rule's state.</param>
    public string Of(GroupCutoffs group, Func<RuleCutoffs, string> state)
    {
        var (keep, restrict, dispose) = Outcomes(group, state);
        return $"CASE WHEN {Condition.And(Condition.Not(keep), Condition.Not(restrict))} THEN {Number(group.Group.DisposalFate)} "
            + $"WHEN {Condition.And(Condition.Not(keep), Condition.Not(dispose))} THEN {Number(Fate.Restrict)} "
            + $"WHEN {Condition.And(Condition.Not(restrict), Condition.Not(dispose))} THEN {Number(Fate.Keep)} "
            + $"ELSE {Number(Fate.Undetermined)} END";
    }

    /// <summary>Whether each fate is possible.</summary>
    private (string Keep, string Restrict, string Dispose) Outcomes(GroupCutoffs group, Func<RuleCutoffs, string> state)
    {
        var held = Level.Greatest(dialect, [Flag(RecordFlags.Hold), Flag(RecordFlags.RequestOpen), .. Of(group.Rules, RuleKind.Obligation, state)]);
        var limit = Level.Least(dialect, Of(group.Rules, RuleKind.Limit, state));
        var claims = Flag(RecordFlags.RestrictedForClaims);
        var restricted = Flag(RecordFlags.Restricted);
        var purposes = group.Rules.Where(rule => rule.Rule.Kind == RuleKind.Purpose)
            .GroupBy(rule => rule.PurposeIndex)
            .Select(rules => (
                State: Level.Greatest(dialect, rules.Select(state)),
                Objected: facts.Level(FactBits.IndexOf(PurposeFact.ObjectionPending, rules.Key))))
            .ToArray();
        var alive = Level.Greatest(dialect, purposes.Select(purpose => purpose.State));
        var free = Level.Greatest(dialect, purposes.Select(purpose => Level.Least(dialect, purpose.State, Level.Opposite(purpose.Objected))));
        var objected = Level.Greatest(dialect, purposes.Select(purpose => Level.Least(dialect, purpose.State, purpose.Objected)));
        var graced = Level.Greatest(dialect, group.Graced.Where(rule => rule.Rule.Kind != RuleKind.Limit).Select(state));

        // A limit that has passed decides alone; where it need not have passed, the rest is asked; likewise a restriction for claims.
        var passed = Condition.Below(limit, 2);
        var beyondLimit = Condition.Above(limit, 0);
        var beyondClaims = Condition.And(beyondLimit, Condition.Below(claims, 2));
        var carried = Condition.And(beyondClaims, Condition.Above(free, 0));
        var failed = Condition.And(beyondClaims, Condition.Below(free, 2));
        var expired = Condition.And(failed, Condition.Below(held, 2), Condition.Below(alive, 2));
        return (
            Condition.And(carried, Condition.Below(restricted, 2)),
            Condition.Or(
                Condition.And(passed, Condition.Above(held, 0)),
                Condition.And(beyondLimit, Condition.Above(claims, 0)),
                Condition.And(carried, Condition.Above(restricted, 0)),
                Condition.And(failed, Condition.Or(Condition.Above(held, 0), Condition.Above(objected, 0))),
                Condition.And(expired, Condition.Above(graced, 0))),
            Condition.Or(
                Condition.And(passed, Condition.Below(held, 2)),
                Condition.And(expired, Condition.Below(graced, 2))));
    }

    private static IEnumerable<string> Of(IReadOnlyList<RuleCutoffs> rules, RuleKind kind, Func<RuleCutoffs, string> state) =>
        rules.Where(rule => rule.Rule.Kind == kind).Select(state);

    private string Flag(RecordFlags flag) => facts.Level(FactBits.IndexOf(flag));

    private static string Number(Fate fate) => Sql.Number((long)fate);
}
