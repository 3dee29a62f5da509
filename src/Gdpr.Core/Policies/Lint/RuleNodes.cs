namespace Gdpr.Policies.Lint;

/// <summary>The rules of activities, and the nodes of their trees.</summary>
internal static class RuleNodes
{
    /// <summary>Rules nested deeper than this are refused, and not looked into. A relation is two limbs: one level less than a compiled rule can hold.</summary>
    public const int DepthLimit = Retention.RuleProgram.MaximumDepth - 1;

    /// <summary>The rules that an activity states, with the member that states each.</summary>
    public static IEnumerable<(RetentionRule Rule, string Member)> RulesOf(Activity activity)
    {
        if (activity.Retention is not null)
        {
            yield return (activity.Retention, "retention");
        }

        if (activity.Minimum is not null)
        {
            yield return (activity.Minimum, "minimum");
        }

        if (activity.Limit is not null)
        {
            yield return (activity.Limit, "limit");
        }
    }

    /// <summary>A rule and every rule inside it, in document order.</summary>
    public static IEnumerable<RuleNode> Within(RetentionRule rule, Place at) => Within(new RuleNode(rule, at, RulePosition.Root, 0));

    private static IEnumerable<RuleNode> Within(RuleNode node)
    {
        yield return node;
        if (node.Depth >= DepthLimit)
        {
            yield break;
        }

        foreach (var inner in Children(node).SelectMany(Within))
        {
            yield return inner;
        }
    }

    private static IEnumerable<RuleNode> Children(RuleNode node)
    {
        var (rule, at, depth) = (node.Rule, node.At, node.Depth + 1);
        foreach (var (limb, place) in Stated.In(rule.AllOf, at / "allOf"))
        {
            yield return new RuleNode(limb, place, RulePosition.Limb, depth);
        }

        foreach (var (limb, place) in Stated.In(rule.AnyOf, at / "anyOf"))
        {
            yield return new RuleNode(limb, place, RulePosition.Limb, depth);
        }

        if (rule.Fallback is not null)
        {
            yield return new RuleNode(rule.Fallback, at / "fallback", RulePosition.Fallback, depth);
        }

        if (rule.Unless is not null)
        {
            yield return new RuleNode(rule.Unless, at / "unless", RulePosition.Unless, depth);
        }

        if (rule.Assessment is not null)
        {
            yield return new RuleNode(rule.Assessment, at / "assessment", RulePosition.Assessment, depth);
        }
    }
}

/// <summary>A rule inside the rules of an activity.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="At">Where it stands.</param>
/// <param name="Position">What it is to the rule around it.</param>
/// <param name="Depth">How many rules are around it.</param>
internal readonly record struct RuleNode(RetentionRule Rule, Place At, RulePosition Position, int Depth);

/// <summary>What a rule is to the rule around it.</summary>
internal enum RulePosition
{
    Root,
    Limb,
    Fallback,
    Unless,
    Assessment,
}
