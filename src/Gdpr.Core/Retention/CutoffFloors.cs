using Gdpr.Policies;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>Below which event dates each leaf of earlier versions had already let records go.</summary>
/// <remarks>A leaf is the same through the versions when its data set, rule, trigger and way of counting are; several such leaves of one
/// rule are told apart by their order.</remarks>
internal sealed class CutoffFloors
{
    private readonly Dictionary<LeafIdentity, List<(string ActivityId, LocalDate Cutoff, IReadOnlySet<string>? Lengthened)>> _floors = [];

    public static CutoffFloors Of(IReadOnlyList<SupersededPolicy> earlier)
    {
        var floors = new CutoffFloors();
        foreach (var version in earlier)
        {
            floors.Add(version);
        }

        return floors;
    }

    /// <summary>The greatest cutoff that an earlier version left behind for a leaf, or <see langword="null"/>.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="activityId">The activity of its rule, whose lengthening may have been assessed.</param>
    public LocalDate? For(LeafIdentity leaf, string activityId)
    {
        if (!_floors.TryGetValue(leaf, out var floors))
        {
            return null;
        }

        LocalDate? greatest = null;
        foreach (var (_, cutoff, lengthened) in floors)
        {
            if (lengthened?.Contains(activityId) != true && (greatest is null || cutoff > greatest))
            {
                greatest = cutoff;
            }
        }

        return greatest;
    }

    private void Add(SupersededPolicy version)
    {
        foreach (var dataSet in ScheduleCompiler.Compile(version.Policy, new CutoffFloors()).DataSets)
        {
            foreach (var rule in dataSet.Rules)
            {
                var leaves = rule.Tree.Leaves().OrderBy(leaf => leaf.Index).Select(leaf => leaf.Terms).ToArray();
                var identities = LeafIdentity.Of(dataSet.Path, rule.Id, dataSet.Triggers, leaves);
                foreach (var (leaf, identity) in rule.Tree.Leaves().OrderBy(leaf => leaf.Index).Zip(identities))
                {
                    if (leaf.Terms.Kind is LeafKind.Period or LeafKind.Evidence)
                    {
                        Add(identity, (rule.ActivityId, dataSet.Leaves[leaf.Index].CutoffOn(LocalDays.TodayAt(version.At, rule.Zone)), version.Lengthened));
                    }
                }
            }
        }
    }

    private void Add(LeafIdentity leaf, (string ActivityId, LocalDate Cutoff, IReadOnlySet<string>? Lengthened) floor)
    {
        if (!_floors.TryGetValue(leaf, out var floors))
        {
            _floors.Add(leaf, floors = []);
        }

        floors.Add(floor);
    }
}

/// <summary>What makes a leaf the same through the versions of a policy.</summary>
internal readonly record struct LeafIdentity(string DataSet, string Rule, string Trigger, LeafKind Kind, LeafAnchor Anchor, int Ordinal)
{
    /// <summary>The identities of a rule's leaves, in their order.</summary>
    public static IReadOnlyList<LeafIdentity> Of(string dataSet, string rule, IReadOnlyList<string> triggers, IReadOnlyList<LeafTerms> leaves)
    {
        var seen = new Dictionary<LeafIdentity, int>();
        return [.. leaves.Select(terms =>
        {
            var first = new LeafIdentity(dataSet, rule, terms.Trigger < 0 ? "" : triggers[terms.Trigger], terms.Kind, terms.Anchor, 0);
            var ordinal = seen.GetValueOrDefault(first);
            seen[first] = ordinal + 1;
            return first with { Ordinal = ordinal };
        })];
    }
}
