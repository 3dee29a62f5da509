using Gdpr.Policies;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>The leaves of earlier versions of a policy: what they had let go, no later version takes up again.</summary>
/// <remarks>A leaf is the same through the versions when its data set, rule, trigger and way of counting are; several such leaves of one
/// rule are told apart by the length of their periods.</remarks>
internal sealed class EarlierLeaves
{
    private readonly Dictionary<LeafIdentity, List<(EarlierLeaf Leaf, IReadOnlySet<string>? Lengthened)>> _leaves = [];

    public static EarlierLeaves Of(IReadOnlyList<SupersededPolicy> earlier)
    {
        var leaves = new EarlierLeaves();
        foreach (var version in earlier)
        {
            leaves.Add(version);
        }

        return leaves;
    }

    /// <summary>The leaf in each earlier version whose cutoff binds it.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="activityId">The activity of its rule, whose lengthening may have been assessed.</param>
    public IReadOnlyList<EarlierLeaf> For(LeafIdentity leaf, string activityId) =>
        _leaves.TryGetValue(leaf, out var earlier)
            ? [.. earlier.Where(version => version.Lengthened?.Contains(activityId) != true).Select(version => version.Leaf)]
            : [];

    private void Add(SupersededPolicy version)
    {
        foreach (var dataSet in ScheduleCompiler.Compile(version.Policy, new EarlierLeaves()).DataSets)
        {
            foreach (var rule in dataSet.Rules)
            {
                var leaves = rule.Tree.Leaves().OrderBy(leaf => leaf.Index).ToArray();
                var identities = LeafIdentity.Of(dataSet.Path, rule.Id, dataSet.Triggers, [.. leaves.Select(leaf => leaf.Terms)]);
                foreach (var (leaf, identity) in leaves.Zip(identities))
                {
                    if (leaf.Terms.Kind is LeafKind.Period or LeafKind.Evidence)
                    {
                        Add(identity, new EarlierLeaf(dataSet.Leaves[leaf.Index], LocalDays.TodayAt(version.At, rule.Zone)), version.Lengthened);
                    }
                }
            }
        }
    }

    private void Add(LeafIdentity identity, EarlierLeaf leaf, IReadOnlySet<string>? lengthened)
    {
        if (!_leaves.TryGetValue(identity, out var leaves))
        {
            _leaves.Add(identity, leaves = []);
        }

        leaves.Add((leaf, lengthened));
    }
}

/// <summary>What makes a leaf the same through the versions of a policy.</summary>
internal readonly record struct LeafIdentity(string DataSet, string Rule, string Trigger, LeafKind Kind, LeafAnchor Anchor, int Ordinal)
{
    /// <summary>The identities of a rule's leaves, in their order.</summary>
    public static IReadOnlyList<LeafIdentity> Of(string dataSet, string rule, IReadOnlyList<string> triggers, IReadOnlyList<LeafTerms> leaves)
    {
        // Of leaves that are otherwise the same, the shortest comes first, in whichever order the rule lists them.
        var anyDay = new LocalDate(2000, 1, 1);
        var identities = new LeafIdentity[leaves.Count];
        var seen = new Dictionary<LeafIdentity, int>();
        foreach (var (index, terms) in leaves.Index().OrderBy(leaf => leaf.Item.Period.EndOf(anyDay)))
        {
            var first = new LeafIdentity(dataSet, rule, terms.Trigger < 0 ? "" : triggers[terms.Trigger], terms.Kind, terms.Anchor, 0);
            var ordinal = seen.GetValueOrDefault(first);
            seen[first] = ordinal + 1;
            identities[index] = first with { Ordinal = ordinal };
        }

        return identities;
    }
}
