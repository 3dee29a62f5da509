using Gdpr.Retention;

namespace Gdpr.Relational.Queries;

/// <summary>The order of fate as an expression over the states of rules and the levels of facts: every way of resolving what is unknown, walked at once.</summary>
/// <remarks>A level is 2 where something is so, 1 where it may be, 0 where it is not: it can be from 1 on, and can not be below 2.</remarks>
internal sealed class FateSql(SqlDialect dialect)
{
    /// <summary>The fate of a group, as its number.</summary>
    /// <param name="group">The group.</param>
    /// <param name="state">The expression of a rule's state.</param>
    public string Of(GroupCutoffs group, Func<RuleCutoffs, string> state)
    {
        var (keep, restrict, dispose) = Outcomes(group, state);
        return $"CASE WHEN NOT ({keep}) AND NOT ({restrict}) THEN {Number(group.Group.DisposalFate)} "
            + $"WHEN NOT ({keep}) AND NOT ({dispose}) THEN {Number(Fate.Restrict)} "
            + $"WHEN NOT ({restrict}) AND NOT ({dispose}) THEN {Number(Fate.Keep)} "
            + $"ELSE {Number(Fate.Undetermined)} END";
    }

    /// <summary>Whether each fate is possible.</summary>
    private (string Keep, string Restrict, string Dispose) Outcomes(GroupCutoffs group, Func<RuleCutoffs, string> state)
    {
        var hold = Flag(RecordFlags.Hold);
        var held = dialect.GreatestOf([hold, Flag(RecordFlags.RequestOpen), .. Of(group.Rules, RuleKind.Obligation, state)]);
        var limit = dialect.LeastOf([.. Of(group.Rules, RuleKind.Limit, state)], none: "2");
        var claims = Flag(RecordFlags.RestrictedForClaims);
        var restricted = Flag(RecordFlags.Restricted);
        var purposes = group.Rules.Where(rule => rule.Rule.Kind == RuleKind.Purpose)
            .GroupBy(rule => rule.PurposeIndex)
            .Select(rules => (
                State: dialect.GreatestOf([.. rules.Select(state)]),
                Objected: FactBits.Level(FactBits.IndexOf(PurposeFact.ObjectionPending, rules.Key))))
            .ToArray();
        var alive = dialect.GreatestOf([.. purposes.Select(purpose => purpose.State)]);
        var free = dialect.GreatestOf([.. purposes.Select(purpose => dialect.Least([purpose.State, $"2 - {purpose.Objected}"]))]);
        var objected = dialect.GreatestOf([.. purposes.Select(purpose => dialect.Least([purpose.State, purpose.Objected]))]);
        var graced = dialect.GreatestOf([.. group.Graced.Where(rule => rule.Rule.Kind != RuleKind.Limit).Select(state)]);

        // A limit that has passed decides alone; where it need not have passed, the rest is asked; likewise a restriction for claims.
        var passed = $"{limit} < 2";
        var beyondLimit = $"{limit} > 0";
        var beyondClaims = $"{beyondLimit} AND {claims} < 2";
        var carried = $"{beyondClaims} AND {free} > 0";
        var failed = $"{beyondClaims} AND {free} < 2";
        var expired = $"{failed} AND {held} < 2 AND {alive} < 2";
        return (
            $"{carried} AND {restricted} < 2",
            Or(
                $"{passed} AND {held} > 0",
                $"{beyondLimit} AND {claims} > 0",
                $"{carried} AND {restricted} > 0",
                $"{failed} AND ({held} > 0 OR {objected} > 0)",
                $"{expired} AND {graced} > 0"),
            Or(
                $"{passed} AND {held} < 2",
                $"{expired} AND {graced} < 2"));
    }

    private static IEnumerable<string> Of(IReadOnlyList<RuleCutoffs> rules, RuleKind kind, Func<RuleCutoffs, string> state) =>
        rules.Where(rule => rule.Rule.Kind == kind).Select(state);

    private static string Flag(RecordFlags flag) => FactBits.Level(FactBits.IndexOf(flag));

    private static string Or(params string[] conditions) => string.Join(" OR ", conditions.Select(condition => $"({condition})"));

    private static string Number(Fate fate) => Sql.Number((long)fate);
}
