using Gdpr.Time;

namespace Gdpr.Retention;

/// <content>The rules of a data set as trees of cutoffs, for those who judge records elsewhere.</content>
public sealed partial class RetentionEvaluator
{
    /// <summary>The rules of a data set at this instant, as trees of cutoffs: what a source translates into a query of its own.</summary>
    /// <param name="dataSet">The data set, of this evaluator's schedule.</param>
    /// <exception cref="ArgumentException">The data set belongs to another schedule.</exception>
    /// <remarks>Allocates: once per data set and instant, not per record.</remarks>
    public RetentionCutoffs Cutoffs(DataSetSchedule dataSet)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        if (!Schedule.Owns(dataSet))
        {
            throw Foreign(nameof(dataSet));
        }

        var trees = dataSet.Horizons.Select((_, horizon) => TreesOf(dataSet, horizon)).ToArray();
        return new RetentionCutoffs(
            dataSet,
            Now,
            trees[0],
            [.. dataSet.Groups.Select(group => new GroupCutoffs(group, Of(group, trees[0]), Of(group, trees[group.Horizon])))]);

        static RuleCutoffs[] Of(FieldGroup group, RuleCutoffs[] rules) => [.. rules.Where(rule => group.Rules.Contains(rule.Rule))];
    }

    private RuleCutoffs[] TreesOf(DataSetSchedule dataSet, int horizon)
    {
        var cutoffs = CutoffsOf(dataSet).Cutoffs.AsSpan(horizon * dataSet.Leaves.Length, dataSet.Leaves.Length).ToArray();
        return [.. dataSet.RuleTable.Select(rule => new RuleCutoffs(rule, Limb(rule.Tree)))];

        CutoffLimb Limb(RuleTree tree) => tree switch
        {
            RuleTree.All all => new CutoffLimb.All(Limb(all.First), Limb(all.Second)),
            RuleTree.Any any => new CutoffLimb.Any(Limb(any.First), Limb(any.Second)),
            RuleTree.Leaf { Terms.Kind: LeafKind.Consent } leaf => new CutoffLimb.Consent(dataSet.Leaves[leaf.Index].Purpose),
            RuleTree.Leaf leaf => LeafOf(dataSet, leaf, cutoffs[leaf.Index]),
            _ => throw new InvalidOperationException("A rule tree has three cases."),
        };
    }

    private static CutoffLimb.Event LeafOf(DataSetSchedule dataSet, RuleTree.Leaf leaf, LeafCutoff cutoff)
    {
        var notHappened = LeafLogic.NotHappened(leaf.Terms.Kind);
        var missing = dataSet.MissingAs[leaf.Terms.Trigger] == TriggerForm.NotHappened ? notHappened : LimbState.Unknown;
        if (leaf.Terms.Kind == LeafKind.Happened)
        {
            return new CutoffLimb.Event(leaf.Terms.Trigger, null, notHappened, missing);
        }

        var spans = leaf.Terms.Anchor == LeafAnchor.FiscalYear ? FiscalYearCutoffs.Of(dataSet.Leaves[leaf.Index].Time) : null;
        return new CutoffLimb.Event(leaf.Terms.Trigger, new Cutoff(DayNumber.ToDate(cutoff.Day), cutoff.Ticks), notHappened, missing) { FiscalYears = spans };
    }
}
