using Gdpr.Policies;
using Gdpr.Time;

namespace Gdpr.Retention;

/// <summary>Translates the rules of a policy into trees.</summary>
/// <param name="triggers">The triggers of the data set, by id.</param>
internal sealed class RuleTranslator(IReadOnlyDictionary<string, int> triggers)
{
    private readonly List<LeafTerms> _leaves = [];

    /// <summary>The leaves numbered so far.</summary>
    public IReadOnlyList<LeafTerms> Leaves => _leaves;

    /// <summary>The tree of a rule, or <see langword="null"/> where the rule is malformed: validation says how.</summary>
    /// <remarks>Only a fallback is held back by evidence.</remarks>
    public RuleTree? Translate(RetentionRule? rule) => rule?.Unless is null ? TranslateAny(rule) : null;

    private RuleTree? TranslateAny(RetentionRule? rule)
    {
        if (rule is null || !HasOneForm(rule) || Main(rule) is not { } main)
        {
            return null;
        }

        if (rule.Fallback is null)
        {
            return main;
        }

        return HeldBack(TranslateAny(rule.Fallback), rule.Fallback.Unless) is { } fallback ? new RuleTree.Any(main, fallback) : null;
    }

    /// <summary>A leaf with the next number.</summary>
    public RuleTree.Leaf Number(LeafTerms terms)
    {
        _leaves.Add(terms);
        return new RuleTree.Leaf(_leaves.Count - 1, terms);
    }

    /// <summary>Of two forms nobody can tell which one ends the rule; an assessment is a relation's alone.</summary>
    private static bool HasOneForm(RetentionRule rule)
    {
        bool[] forms =
        [
            rule.Keep is not null || rule.After is not null, rule.Within is not null || rule.Of is not null, rule.While is not null, rule.AllOf.Count > 0,
            rule.AnyOf.Count > 0,
        ];
        return forms.Count(isStated => isStated) == 1 && (rule.Assessment is null || rule.While is { Started: not null } or { Ended: not null });
    }

    private RuleTree? Main(RetentionRule rule) => rule switch
    {
        { Keep: { } period, After: { } start } => Dated(LeafKind.Period, start, period),
        { Within: { } period, Of: { } start } => Dated(LeafKind.Evidence, start, period),
        { While: { State: RunningStateKind.Consent, Started: null, Ended: null } } => Number(new LeafTerms(LeafKind.Consent, -1)),
        { While: { Started: { } started, Ended: { } ended } state } => Relation(started, ended, state.Keep ?? default, rule.Assessment),
        { AllOf.Count: > 0 } => Fold(rule.AllOf, (first, second) => new RuleTree.All(first, second)),
        { AnyOf.Count: > 0 } => Fold(rule.AnyOf, (first, second) => new RuleTree.Any(first, second)),
        _ => null,
    };

    private RuleTree? HeldBack(RuleTree? fallback, RetentionRule? unless)
    {
        if (fallback is null || unless is null)
        {
            return fallback;
        }

        return Translate(unless) is { } evidence ? new RuleTree.All(fallback, evidence) : null;
    }

    /// <summary>A relation carries the rule from its start to its end; before its start it is no reason to keep anything.</summary>
    private RuleTree? Relation(string started, string ended, CalendarPeriod keep, RetentionRule? assessment)
    {
        if (!triggers.TryGetValue(started, out var start) || !triggers.TryGetValue(ended, out var end))
        {
            return null;
        }

        RuleTree relation = new RuleTree.Any(
            Number(new LeafTerms(LeafKind.Period, end, LeafAnchor.Date, keep)), Number(new LeafTerms(LeafKind.Happened, start)));
        return assessment is null ? relation : Translate(assessment) is { } limb ? new RuleTree.All(relation, limb) : null;
    }

    private RuleTree? Dated(LeafKind kind, PeriodStart start, CalendarPeriod period)
    {
        var anchor = start.FiscalYearEndOf is not null ? LeafAnchor.FiscalYear
            : start.CalendarYearEndOf is not null ? LeafAnchor.CalendarYear
            : LeafAnchor.Date;
        return triggers.TryGetValue(start.TriggerId, out var trigger) && !period.IsEmpty
            ? Number(new LeafTerms(kind, trigger, anchor, period))
            : null;
    }

    private RuleTree? Fold(IReadOnlyList<RetentionRule> rules, Func<RuleTree, RuleTree, RuleTree> join)
    {
        RuleTree? folded = null;
        foreach (var rule in rules)
        {
            if (Translate(rule) is not { } limb)
            {
                return null;
            }

            folded = folded is null ? limb : join(folded, limb);
        }

        return folded;
    }
}
