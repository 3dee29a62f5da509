using System.Collections.Frozen;
using Gdpr.Policies;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>Compiles a policy's rules, data set by data set.</summary>
internal sealed class ScheduleCompiler
{
    private const string MinimumSuffix = ".minimum";
    private const string LimitSuffix = ".limit";

    private readonly GdprPolicy _policy;
    private readonly EarlierLeaves _earlier;
    private readonly FrozenSet<string> _purposes;
    private readonly Dictionary<string, ControllerTime> _times = new(StringComparer.Ordinal);

    private ScheduleCompiler(GdprPolicy policy, EarlierLeaves earlier)
    {
        _policy = policy;
        _earlier = earlier;
        _purposes = policy.Activities.Values.Select(activity => activity.Purpose).ToFrozenSet(StringComparer.Ordinal);
    }

    public static RetentionSchedule Compile(GdprPolicy policy, EarlierLeaves earlier)
    {
        var compiler = new ScheduleCompiler(policy, earlier);
        var coverage = PolicyCoverage.Of(policy);
        var ruleIds = policy.Activities.SelectMany(activity => RuleIdsOf(activity.Key, activity.Value)).ToArray();
        if (!policy.Activities.Values.SelectMany(activity => activity.Data).All(coverage.Resolves)
            || ruleIds.Distinct(StringComparer.Ordinal).Count() < ruleIds.Length)
        {
            // The data meant may be covered by nothing else, and would then be due; and of two rules of one name nobody could tell which decided.
            throw compiler.Refuse();
        }

        // Policies with the same hash may declare systems, data sets and fields in any order: the places by which records name them are the same.
        var ordered = coverage.DataSets.OrderBy(covered => covered.Path.System, StringComparer.Ordinal).ThenBy(covered => covered.Path.DataSet, StringComparer.Ordinal);
        return new RetentionSchedule(policy, [.. ordered.Select(compiler.Compile)]);
    }

    private DataSetSchedule Compile(CoveredDataSet covered, int index)
    {
        var dataSet = covered.DataSet;
        if (dataSet.Fields.Count == 0 || dataSet.Triggers.Values.Any(trigger => trigger.WhenNull is null)
            || !dataSet.Fields.Values.All(field => field.Disposal.IsWellFormed))
        {
            throw Refuse();
        }

        if (dataSet.Retired is { } retired && (covered.Activities.Count > 0 || retired.On is not { } on || on > _policy.Effective))
        {
            // Retired later, on no date, or still in use: its records would be due now.
            throw Refuse();
        }

        var path = covered.Path.DataSetPath;
        var triggers = dataSet.Triggers.Keys.Select((id, i) => (id, i)).ToDictionary(pair => pair.id, pair => pair.i, StringComparer.Ordinal);
        var translator = new RuleTranslator(triggers);
        var purposes = new List<string>();
        var rules = new List<ScheduledRule>();
        var leaves = new List<CompiledLeaf>();
        var horizons = new List<CalendarPeriod> { default };
        var ruleIds = covered.Activities.SelectMany(id => RuleIdsOf(id, _policy.Activities[id])).ToHashSet(StringComparer.Ordinal);
        foreach (var activityId in covered.Activities)
        {
            AddRules(activityId);
        }

        if (rules.Count > DataSetSchedule.MaximumRules || rules.Any(rule => rule.Program.Depth > RuleProgram.MaximumDepth))
        {
            throw Refuse();
        }

        return new DataSetSchedule(covered.Path, index, dataSet, purposes, rules, leaves, Group(covered, rules, horizons), horizons, _purposes);

        void AddRules(string activityId)
        {
            var activity = _policy.Activities[activityId];
            var bases = activity.Basis?.Stated().Count() ?? 0;
            if (bases > 1 || (bases == 0 && activity.Capacity != ProcessingCapacity.Processor))
            {
                // Whether a withdrawal or a granted erasure ends a rule hangs on its basis.
                throw Refuse();
            }

            var kind = activity.Basis?.LegalObligation is null ? RuleKind.Purpose : RuleKind.Obligation;
            Add(activityId, activity.Retention ?? throw Refuse(), kind);
            Add(activityId + MinimumSuffix, activity.Minimum, RuleKind.Obligation);
            Add(activityId + LimitSuffix, activity.Limit, RuleKind.Limit);

            void Add(string ruleId, RetentionRule? rule, RuleKind ruleKind)
            {
                if (rule is null)
                {
                    return;
                }

                var first = leaves.Count;
                var tree = translator.Translate(rule) ?? throw Refuse();
                if (ruleKind == RuleKind.Limit && tree.Leaves().Any(leaf => leaf.Terms.Kind != LeafKind.Period))
                {
                    throw Refuse();
                }

                var time = TimeOf(activity);
                var purpose = IndexOf(purposes, activity.Purpose);
                LeafTerms[] added = [.. translator.Leaves.Skip(first)];
                if (time.FiscalYears is null && added.Any(terms => terms.Anchor == LeafAnchor.FiscalYear))
                {
                    throw Refuse();
                }

                var floor = _earlier.For(new LaterRule(
                    path, ruleId, activityId, ruleKind, activity.Purpose, FieldsOf(covered, activityId), ruleIds, [.. dataSet.Triggers.Keys], tree, first, time));
                leaves.AddRange(added.Zip(floor.Leaves, (terms, same) => new CompiledLeaf(terms, purpose, time, [.. same])));
                foreach (var form in floor.Forms)
                {
                    tree = EndingWith(tree, Number(form));
                }

                rules.Add(new ScheduledRule(ruleId, activityId, ruleKind, activity, rule.Law, purpose, time, tree));

                RuleTree Number(FormerLimb limb)
                {
                    switch (limb)
                    {
                        case FormerLimb.All all:
                            return new RuleTree.All(Number(all.First), Number(all.Second));
                        case FormerLimb.Any any:
                            return new RuleTree.Any(Number(any.First), Number(any.Second));
                        case FormerLimb.Leaf leaf:
                            leaves.Add(new CompiledLeaf(leaf.Terms, purpose, time, [leaf.Earlier], IsFormer: true));
                            return translator.Number(leaf.Terms);
                        default:
                            throw new InvalidOperationException("A limb has three cases.");
                    }
                }
            }
        }
    }

    private static IEnumerable<string> RuleIdsOf(string activityId, Activity activity) =>
    [
        activityId,
        .. activity.Minimum is null ? Enumerable.Empty<string>() : [activityId + MinimumSuffix],
        .. activity.Limit is null ? Enumerable.Empty<string>() : [activityId + LimitSuffix],
    ];

    private static string[] FieldsOf(CoveredDataSet covered, string activityId) =>
        [.. covered.DataSet.Fields.Keys.Where(field => covered.ActivitiesOf(field).Contains(activityId, StringComparer.Ordinal))];

    /// <summary>A rule that also ends with an earlier form of it. The deeper one stands first, where it costs no further depth; what is too deep
    /// even so stays without: nothing is destroyed for it.</summary>
    private static RuleTree EndingWith(RuleTree rule, RuleTree former)
    {
        RuleTree[] either = [new RuleTree.Any(rule, former), new RuleTree.Any(former, rule)];
        return either.FirstOrDefault(tree => RuleProgram.Of(tree).Depth <= RuleProgram.MaximumDepth, rule);
    }

    /// <summary>The place of an item in a list that takes it up when it is not there.</summary>
    private static int IndexOf<T>(List<T> items, T item)
    {
        var index = items.IndexOf(item);
        if (index >= 0)
        {
            return index;
        }

        items.Add(item);
        return items.Count - 1;
    }

    /// <summary>Puts fields with the same rules and the same disposal together, in the ordinal order of their first field.</summary>
    private List<FieldGroup> Group(CoveredDataSet covered, List<ScheduledRule> rules, List<CalendarPeriod> horizons)
    {
        return [.. covered.DataSet.Fields
            .OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => (field.Key, field.Value.Disposal, Mask: MaskOf(field.Key)))
            .GroupBy(field => (field.Mask, DisposalKey.Of(field.Disposal)))
            .Select(group => new FieldGroup(
                [.. group.Select(field => field.Key)],
                [.. rules.Where((_, i) => (group.Key.Mask >> i & 1) != 0)],
                group.Key.Mask,
                group.First().Disposal,
                HorizonOf(group.First().Disposal)))];

        int HorizonOf(Policies.Disposal disposal) => disposal.Action == DisposalAction.Restrict ? IndexOf(horizons, disposal.For ?? default) : 0;

        ulong MaskOf(string field)
        {
            var activities = covered.ActivitiesOf(field);
            var mask = 0UL;
            for (var i = 0; i < rules.Count; i++)
            {
                mask |= activities.Contains(rules[i].ActivityId, StringComparer.Ordinal) ? 1UL << i : 0;
            }

            return mask != 0 || covered.DataSet.Retired is not null ? mask : throw Refuse();
        }
    }

    private ControllerTime TimeOf(Activity activity)
    {
        var id = activity.Controller ?? (_policy.Controllers.Count == 1 ? _policy.Controllers.Keys.First() : "");
        if (_times.TryGetValue(id, out var time))
        {
            return time;
        }

        if (!_policy.Controllers.TryGetValue(id, out var controller)
            || DateTimeZoneProviders.Tzdb.GetZoneOrNull(controller.TimeZone) is not { } zone
            || FiscalCalendar.Check(controller.FiscalYears).Any(problem => !problem.IsWarning && controller.FiscalYears.Count > 0))
        {
            throw Refuse();
        }

        time = new ControllerTime(zone, controller.FiscalYears.Count > 0 ? FiscalCalendar.Create(controller.FiscalYears) : null);
        _times.Add(id, time);
        return time;
    }

    /// <summary>The refusal that names every error of the policy: a caller mends them together.</summary>
    private GdprPolicyException Refuse()
    {
        var errors = PolicyLint.Check(_policy).Where(finding => finding.Severity == FindingSeverity.Error).ToArray();
        return new GdprPolicyException(errors.Length > 0
            ? errors
            : throw new InvalidOperationException("The schedule refuses a policy in which validation finds no error: one of the two is wrong."));
    }

    /// <summary>What makes two disposals the same.</summary>
    private readonly record struct DisposalKey(
        DisposalAction? Action, AnonymisationStrategy? Strategy, string? Text, CalendarPeriod? For,
        DisposalAction? Then, AnonymisationStrategy? ThenStrategy, string? ThenText)
    {
        public static DisposalKey Of(Policies.Disposal disposal) => new(
            disposal.Action, disposal.Strategy, disposal.Text, disposal.For, disposal.Then?.Action, disposal.Then?.Strategy, disposal.Then?.Text);
    }
}
