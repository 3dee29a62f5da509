using System.Collections.Frozen;
using Gdpr.Policies;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>Compiles a policy's rules, data set by data set.</summary>
internal sealed class ScheduleCompiler
{
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
        if (!policy.Activities.Values.SelectMany(activity => activity.Data).All(coverage.Resolves))
        {
            // The data meant may be covered by nothing else, and would then be due.
            throw compiler.Refuse();
        }

        var dataSets = coverage.DataSets.Select(compiler.Compile).ToArray();
        return new RetentionSchedule(policy, dataSets);
    }

    private DataSetSchedule Compile(CoveredDataSet covered, int index)
    {
        var dataSet = covered.DataSet;
        if (dataSet.Fields.Count == 0 || dataSet.Triggers.Values.Any(trigger => trigger.WhenNull is null))
        {
            throw Refuse();
        }

        var path = covered.Path.DataSetPath;
        var triggers = dataSet.Triggers.Keys.Select((id, i) => (id, i)).ToDictionary(pair => pair.id, pair => pair.i, StringComparer.Ordinal);
        var translator = new RuleTranslator(triggers);
        var purposes = new List<string>();
        var rules = new List<ScheduledRule>();
        var leaves = new List<CompiledLeaf>();
        var horizons = new List<CalendarPeriod> { default };
        if (dataSet.Retired is null)
        {
            foreach (var activityId in covered.Activities(_policy))
            {
                AddRules(activityId);
            }
        }

        if (rules.Count > DataSetSchedule.MaximumRules || rules.Any(rule => rule.Program.Depth > RuleProgram.MaximumDepth))
        {
            throw Refuse();
        }

        return new DataSetSchedule(covered.Path, index, dataSet, purposes, rules, leaves, Group(covered, rules, horizons), horizons, _purposes);

        void AddRules(string activityId)
        {
            var activity = _policy.Activities[activityId];
            var kind = activity.Basis?.LegalObligation is null ? RuleKind.Purpose : RuleKind.Obligation;
            Add(activityId, activity.Retention ?? throw Refuse(), kind);
            Add(activityId + ".minimum", activity.Minimum, RuleKind.Obligation);
            Add(activityId + ".limit", activity.Limit, RuleKind.Limit);

            void Add(string ruleId, RetentionRule? rule, RuleKind ruleKind)
            {
                if (rule is null)
                {
                    return;
                }

                var first = leaves.Count;
                var tree = translator.Translate(rule) ?? throw Refuse();
                var time = TimeOf(activity);
                var purpose = IndexOf(purposes, activity.Purpose);
                LeafTerms[] added = [.. translator.Leaves.Skip(first)];
                if (time.FiscalYears is null && added.Any(terms => terms.Anchor == LeafAnchor.FiscalYear))
                {
                    throw Refuse();
                }

                var earlier = _earlier.For(path, ruleId, activityId, [.. dataSet.Triggers.Keys], added);
                leaves.AddRange(added.Zip(earlier, (terms, same) => new CompiledLeaf(terms, purpose, time, [.. same])));
                rules.Add(new ScheduledRule(ruleId, activityId, ruleKind, activity, rule.Law, purpose, time, tree));
            }
        }
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

    /// <summary>Puts fields with the same rules and the same disposal together, in the order of their first field.</summary>
    private List<FieldGroup> Group(CoveredDataSet covered, List<ScheduledRule> rules, List<CalendarPeriod> horizons)
    {
        return [.. covered.DataSet.Fields
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
