using System.Globalization;

namespace Gdpr.Retention;

/// <summary>The shape of a rule: what it counts from and how its limbs are joined, whatever the periods and the order of limbs.</summary>
/// <param name="Text">The shape as text: equal for rules that differ in their periods, or in the order of limbs, alone.</param>
/// <param name="Leaves">The leaves in an order that is the same for all rules of one shape.</param>
internal sealed record RuleShape(string Text, IReadOnlyList<RuleTree.Leaf> Leaves)
{
    /// <summary>The shape of a rule's tree.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="triggers">The triggers of its data set.</param>
    public static RuleShape Of(RuleTree tree, IReadOnlyList<string> triggers) => tree switch
    {
        RuleTree.Leaf leaf => new RuleShape(TextOf(leaf.Terms, triggers), [leaf]),
        RuleTree.All all => Join("all", Limbs(all, limb => limb is RuleTree.All), triggers),
        RuleTree.Any any => Join("any", Limbs(any, limb => limb is RuleTree.Any), triggers),
        _ => throw new InvalidOperationException("A rule tree has three cases."),
    };

    private static RuleShape Join(string join, IEnumerable<RuleTree> limbs, IReadOnlyList<string> triggers)
    {
        // Limbs of one shape are told apart by their periods: the shorter ones then correspond, and the longer ones.
        RuleShape[] shapes =
        [
            .. limbs.Select(limb => Of(limb, triggers))
                .OrderBy(shape => shape.Text, StringComparer.Ordinal)
                .ThenBy(shape => shape.Periods(), StringComparer.Ordinal),
        ];
        return new RuleShape($"{join}({string.Join(',', shapes.Select(shape => shape.Text))})", [.. shapes.SelectMany(shape => shape.Leaves)]);
    }

    private string Periods() => string.Join(' ', Leaves.Select(leaf =>
        string.Create(CultureInfo.InvariantCulture, $"{leaf.Terms.Period.Months:D9}+{leaf.Terms.Period.Days:D9}")));

    private static IEnumerable<RuleTree> Limbs(RuleTree tree, Func<RuleTree, bool> isSame)
    {
        var (first, second) = tree switch
        {
            RuleTree.All all => (all.First, all.Second),
            RuleTree.Any any => (any.First, any.Second),
            _ => throw new InvalidOperationException("Only joined limbs are taken apart."),
        };
        return Taken(first).Concat(Taken(second));

        IEnumerable<RuleTree> Taken(RuleTree limb) => isSame(limb) ? Limbs(limb, isSame) : [limb];
    }

    private static string TextOf(LeafTerms terms, IReadOnlyList<string> triggers) =>
        $"{terms.Kind}:{terms.Anchor}:{(terms.Trigger < 0 ? "" : triggers[terms.Trigger])}";
}
