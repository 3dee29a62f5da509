using Gdpr.Time;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>The leaves of earlier versions of a policy: what they had let go, no later version takes up again.</summary>
/// <remarks>A leaf is the same through the versions when its data set, rule, trigger and way of counting are. Several such leaves of one rule
/// are told apart by their order, unless their periods are the same in another order.</remarks>
internal sealed class EarlierLeaves
{
    private readonly Dictionary<LeafIdentity, List<EarlierRule>> _rules = [];

    public static EarlierLeaves Of(IReadOnlyList<SupersededPolicy> earlier)
    {
        var leaves = new EarlierLeaves();
        foreach (var version in earlier)
        {
            leaves.Add(version);
        }

        return leaves;
    }

    /// <summary>For each leaf of a rule, the same leaf in each earlier version whose cutoff binds it.</summary>
    /// <param name="dataSet">The path of the data set.</param>
    /// <param name="rule">The rule's id.</param>
    /// <param name="activityId">The activity of the rule, whose lengthening may have been assessed.</param>
    /// <param name="triggers">The triggers of the data set.</param>
    /// <param name="leaves">The rule's leaves, in their order.</param>
    public EarlierLeaf[][] For(string dataSet, string rule, string activityId, IReadOnlyList<string> triggers, IReadOnlyList<LeafTerms> leaves)
    {
        var binding = leaves.Select(_ => new List<EarlierLeaf>()).ToArray();
        foreach (var same in leaves.Index().GroupBy(leaf => LeafIdentity.Of(dataSet, rule, triggers, leaf.Item)))
        {
            foreach (var version in _rules.GetValueOrDefault(same.Key, []))
            {
                if (version.Lengthened?.Contains(activityId) != true)
                {
                    Pair([.. same], version.Leaves, binding);
                }
            }
        }

        return [.. binding.Select(same => same.ToArray())];
    }

    private static void Pair((int Index, LeafTerms Terms)[] leaves, IReadOnlyList<EarlierLeaf> earlier, List<EarlierLeaf>[] binding)
    {
        var ordered = leaves.OrderBy(leaf => Length(leaf.Terms)).ToArray();
        var earlierOrdered = earlier.OrderBy(leaf => Length(leaf.Leaf.Terms)).ToArray();
        var isReordered = ordered.Select(leaf => leaf.Terms.Period).SequenceEqual(earlierOrdered.Select(leaf => leaf.Leaf.Terms.Period));
        foreach (var (leaf, same) in isReordered ? ordered.Zip(earlierOrdered) : leaves.Zip(earlier))
        {
            binding[leaf.Index].Add(same);
        }

        static (int Months, int Days) Length(LeafTerms terms) => (terms.Period.Months, terms.Period.Days);
    }

    private void Add(SupersededPolicy version)
    {
        foreach (var dataSet in ScheduleCompiler.Compile(version.Policy, new EarlierLeaves()).DataSets)
        {
            foreach (var rule in dataSet.Rules)
            {
                var until = LocalDays.TodayAt(version.At, rule.Zone);
                var leaves = rule.Tree.Leaves()
                    .Where(leaf => leaf.Terms.Kind is LeafKind.Period or LeafKind.Evidence)
                    .OrderBy(leaf => leaf.Index)
                    .GroupBy(leaf => LeafIdentity.Of(dataSet.Path, rule.Id, dataSet.Triggers, leaf.Terms), leaf => new EarlierLeaf(dataSet.Leaves[leaf.Index], until));
                foreach (var same in leaves)
                {
                    Add(same.Key, new EarlierRule([.. same], version.Lengthened));
                }
            }
        }
    }

    private void Add(LeafIdentity identity, EarlierRule rule)
    {
        if (!_rules.TryGetValue(identity, out var rules))
        {
            _rules.Add(identity, rules = []);
        }

        rules.Add(rule);
    }

    /// <summary>The leaves of one identity in an earlier version of a rule, in their order.</summary>
    private sealed record EarlierRule(IReadOnlyList<EarlierLeaf> Leaves, IReadOnlySet<string>? Lengthened);
}

/// <summary>What makes a leaf the same through the versions of a policy.</summary>
internal readonly record struct LeafIdentity(string DataSet, string Rule, string Trigger, LeafKind Kind, LeafAnchor Anchor)
{
    /// <summary>The identity of a rule's leaf.</summary>
    public static LeafIdentity Of(string dataSet, string rule, IReadOnlyList<string> triggers, LeafTerms terms) =>
        new(dataSet, rule, terms.Trigger < 0 ? "" : triggers[terms.Trigger], terms.Kind, terms.Anchor);
}
