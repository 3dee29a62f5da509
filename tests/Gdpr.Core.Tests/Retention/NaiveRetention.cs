using Gdpr.Policies;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

/// <summary>Retention as the specification tells it, the slow way: rules walked as they are written, local dates added up, every way of resolving
/// what is unknown tried out. It shares no code with the schedule; what is not specified is marked.</summary>
internal sealed class NaiveRetention
{
    private readonly DataSet _dataSet;
    private readonly Dictionary<(NaiveGroup Group, LocalDate? Day), Fate> _fates = [];
    private readonly Dictionary<(NaiveLeaf Leaf, NaiveRule Rule), (bool IsUnknown, LocalDate End)> _ends = [];
    private readonly Dictionary<(NaiveRule Rule, LocalDate Day), Limb> _states = [];
    private NaiveRecord? _judged;

    public NaiveRetention(GdprPolicy policy, string path)
    {
        var parts = path.Split('.');
        _dataSet = policy.Systems[parts[0]].DataSets[parts[1]];
        var rules = new List<NaiveRule>();
        foreach (var (id, activity) in policy.Activities.Where(_ => _dataSet.Retired is null))
        {
            string[] fields = [.. _dataSet.Fields.Keys.Where(field => activity.Data.Contains(path) || activity.Data.Contains($"{path}.{field}"))];
            if (fields.Length > 0)
            {
                var controller = activity.Controller is null ? policy.Controllers.Values.Single() : policy.Controllers[activity.Controller];
                Add(id, activity.Retention, activity.Basis?.LegalObligation is null ? RuleKind.Purpose : RuleKind.Obligation);
                Add(id + ".minimum", activity.Minimum, RuleKind.Obligation);
                Add(id + ".limit", activity.Limit, RuleKind.Limit);

                void Add(string ruleId, RetentionRule? rule, RuleKind kind)
                {
                    if (rule is not null)
                    {
                        rules.Add(new NaiveRule(ruleId, kind, rule, activity, controller, fields));
                    }
                }
            }
        }

        Rules = rules;
        Groups = [.. _dataSet.Fields
            .OrderBy(field => field.Key, StringComparer.Ordinal)
            .GroupBy(field => (string.Join(',', rules.Where(rule => rule.Fields.Contains(field.Key)).Select(rule => rule.Id)), Describe(field.Value.Disposal)))
            .Select(group => new NaiveGroup(
                [.. group.Select(field => field.Key)], [.. rules.Where(rule => rule.Fields.Contains(group.First().Key))], group.First().Value.Disposal))];
    }

    public IReadOnlyList<NaiveRule> Rules { get; }

    public IReadOnlyList<NaiveGroup> Groups { get; }

    /// <summary>The decision over all field groups: the first fate that any has.</summary>
    public NaiveDecision Decide(NaiveRecord record) => Decide(record, Groups);

    /// <summary>The decision over one field group.</summary>
    public NaiveDecision Decide(NaiveRecord record, NaiveGroup group) => Decide(record, [group]);

    private NaiveDecision Decide(NaiveRecord record, IReadOnlyList<NaiveGroup> groups)
    {
        var fate = FateOn(record, groups, day: null);
        NaiveChoice? chosen = null;
        if (fate != Fate.Undetermined)
        {
            foreach (var group in groups.Where(group => FateOn(record, [group], day: null) == fate))
            {
                var certain = Resolutions(record, group, day: null)[0].Fate(group);
                var choices = certain.Rules.Select(rule => new NaiveChoice(rule, certain.Reason, EndOf(rule, record)));
                foreach (var choice in choices.DefaultIfEmpty(new NaiveChoice(null, certain.Reason, NaiveCalendar.LongAgo)))
                {
                    chosen = chosen is null || Outranks(choice, chosen) ? choice : chosen;
                }
            }
        }

        return new NaiveDecision(fate, fate is Fate.Keep or Fate.Restrict ? Due(record, groups, fate) : null, chosen?.Rule?.Id, chosen?.Reason);

        bool Outranks(NaiveChoice choice, NaiveChoice than) =>
            choice.Rule is not null && (than.Rule is null
                || choice.End > than.End
                || (choice.End == than.End && Rules.ToList().IndexOf(choice.Rule) < Rules.ToList().IndexOf(than.Rule)));
    }

    /// <summary>The fate on a day, or now. A record takes the first that any of its groups has, in the order of the specification.</summary>
    public Fate FateOn(NaiveRecord record, IReadOnlyList<NaiveGroup> groups, LocalDate? day)
    {
        var fates = groups.Select(group => FateOn(record, group, day)).ToHashSet();
        return new[] { Fate.Keep, Fate.Undetermined, Fate.Restrict, Fate.Anonymise, Fate.Erase }.First(fates.Contains);
    }

    private Fate FateOn(NaiveRecord record, NaiveGroup group, LocalDate? day)
    {
        Remember(record);
        if (!_fates.TryGetValue((group, day), out var fate))
        {
            var possible = Resolutions(record, group, day).Select(resolved => resolved.Fate(group).Fate).Distinct().ToArray();
            fate = possible.Length == 1 ? possible[0] : Fate.Undetermined;
            _fates.Add((group, day), fate);
        }

        return fate;
    }

    /// <summary>What is computed of a record is kept until another one is asked about.</summary>
    private void Remember(NaiveRecord record)
    {
        if (!ReferenceEquals(_judged, record))
        {
            _fates.Clear();
            _ends.Clear();
            _states.Clear();
            _judged = record;
        }
    }

    /// <summary>The first of all days after a leaf's end, or after its grace, on which the fate is another.</summary>
    private LocalDate? Due(NaiveRecord record, IReadOnlyList<NaiveGroup> groups, Fate fate)
    {
        var ends = Rules.SelectMany(rule => Leaves(rule.Rule).Select(leaf => LastDayOf(leaf, rule, record).End))
            .Where(end => end != NaiveCalendar.Never && end != NaiveCalendar.LongAgo)
            .ToArray();
        var days = groups.SelectMany(group => ends.Select(end => NaiveCalendar.Add(end, group.Grace))).Concat(ends)
            .Select(end => end.PlusDays(1))
            .Where(day => Rules.Any(rule => day > Today(rule, record)))
            .Distinct().Order();
        foreach (var day in days)
        {
            if (FateOn(record, groups, day) != fate)
            {
                return day;
            }
        }

        return null;
    }

    /// <summary>Every way of resolving the unknown rules and facts, each by itself. The first is the one that takes nothing unknown for granted:
    /// rules past, limits running, facts not so.</summary>
    private List<NaiveResolution> Resolutions(NaiveRecord record, NaiveGroup group, LocalDate? day)
    {
        var rules = group.Rules.Select(rule => WaysOf(rule, group, record, day)).ToArray();
        var worlds = new List<NaiveResolution> { new([], []) };
        foreach (var (rule, ways) in group.Rules.Zip(rules))
        {
            worlds = [.. worlds.SelectMany(world => ways.Select(way => world with { Rules = [.. world.Rules, (rule, way)] }))];
        }

        foreach (var fact in group.Facts.Where(fact => record.States(fact) || record.IsUnsureOf(fact)))
        {
            worlds = [.. worlds.SelectMany(world => Both(world, fact))];
        }

        return worlds;

        IEnumerable<NaiveResolution> Both(NaiveResolution world, string fact)
        {
            if (record.IsUnsureOf(fact))
            {
                yield return world;
            }

            yield return world with { Facts = [.. world.Facts, fact] };
        }
    }

    /// <summary>The ways in which a rule may be: running, ended within the grace, or ended before it.</summary>
    private NaiveWay[] WaysOf(NaiveRule rule, NaiveGroup group, NaiveRecord record, LocalDate? day)
    {
        var today = day ?? Today(rule, record);
        var now = StateOf(rule, record, today);
        if (now == Limb.Alive)
        {
            return [NaiveWay.Running];
        }

        var past = InGrace() switch
        {
            Limb.Alive => [NaiveWay.InGrace],
            Limb.Past => [NaiveWay.Ended],
            _ => new[] { NaiveWay.Ended, NaiveWay.InGrace },
        };
        return now == Limb.Past ? past : rule.Kind == RuleKind.Limit ? [NaiveWay.Running, .. past] : [.. past, NaiveWay.Running];

        // A grace runs as long as it, counted from a day on which the rule ran, has not ended. Rules only ever go from running to ended, so the
        // earliest such day tells.
        Limb InGrace()
        {
            if (group.Grace is null)
            {
                return Limb.Past;
            }

            return StateOf(rule, record, group.EarliestInGrace(today));
        }
    }

    private Limb StateOf(NaiveRule rule, NaiveRecord record, LocalDate today)
    {
        Remember(record);
        if (!_states.TryGetValue((rule, today), out var state))
        {
            state = Compute(rule, record, today);
            _states.Add((rule, today), state);
        }

        return state;
    }

    private Limb Compute(NaiveRule rule, NaiveRecord record, LocalDate today)
    {
        var state = TreeOf(rule.Rule, rule, record, today);
        if (rule.Kind != RuleKind.Purpose)
        {
            return state;
        }

        if (rule.Endings.Any(record.States))
        {
            return Limb.Past;
        }

        if (state == Limb.Alive && rule.Endings.Any(record.IsUnsureOf))
        {
            state = Limb.Unknown;
        }

        return rule.Activity.Basis?.Consent is null ? state : AnyOf(state, ConsentTo(rule.Purpose, record));
    }

    private Limb TreeOf(RetentionRule rule, NaiveRule of, NaiveRecord record, LocalDate today)
    {
        var main = rule switch
        {
            { AllOf.Count: > 0 } => AllOf([.. rule.AllOf.Select(Tree)]),
            { AnyOf.Count: > 0 } => AnyOf([.. rule.AnyOf.Select(Tree)]),
            { While: { Started: not null } relation } => Relation(relation, rule.Assessment),
            _ => LeafOf(new NaiveLeaf(rule), of, record, today),
        };
        if (rule.Fallback is not { } fallback)
        {
            return main;
        }

        return AnyOf(main, fallback.Unless is { } unless ? AllOf(Tree(fallback), Tree(unless)) : Tree(fallback));

        Limb Tree(RetentionRule limb) => TreeOf(limb, of, record, today);

        Limb Relation(RunningState relation, RetentionRule? assessment)
        {
            // `while` needs a start: not started, the assessment alone decides.
            var started = LeafOf(new NaiveLeaf(rule, Started: true), of, record, today);
            var ended = LeafOf(new NaiveLeaf(rule, Ended: true), of, record, today);
            var running = AnyOf(started, ended);
            relation.Ended.ShouldNotBeNull();
            return assessment is null ? running : AllOf(running, Tree(assessment));
        }
    }

    private Limb LeafOf(NaiveLeaf leaf, NaiveRule rule, NaiveRecord record, LocalDate today)
    {
        var (isUnknown, end) = LastDayOf(leaf, rule, record);
        return isUnknown ? Limb.Unknown : today <= end ? Limb.Alive : Limb.Past;
    }

    /// <summary>The last day of a leaf. Not specified: a limb that is unknown counts as one without end.</summary>
    private (bool IsUnknown, LocalDate End) LastDayOf(NaiveLeaf leaf, NaiveRule rule, NaiveRecord record)
    {
        Remember(record);
        if (!_ends.TryGetValue((leaf, rule), out var end))
        {
            end = Compute();
            _ends.Add((leaf, rule), end);
        }

        return end;

        (bool IsUnknown, LocalDate End) Compute()
        {
            if (leaf.IsConsent)
            {
                return ConsentTo(rule.Purpose, record) switch
                {
                    Limb.Alive => (false, NaiveCalendar.Never),
                    Limb.Past => (false, NaiveCalendar.LongAgo),
                    _ => (true, NaiveCalendar.Never),
                };
            }

            var value = Resolved(leaf.Trigger, record);
            if (value.IsUnknown)
            {
                return (true, NaiveCalendar.Never);
            }

            if (value.HasNotHappened)
            {
                return (false, leaf.Started || leaf.IsEvidence ? NaiveCalendar.LongAgo : NaiveCalendar.Never);
            }

            if (leaf.Started)
            {
                return (false, NaiveCalendar.Never);
            }

            var date = NaiveCalendar.DateOf(value, rule.Zone)!.Value;
            if (leaf.Start is not { } start)
            {
                return (false, NaiveCalendar.Add(date, leaf.Period));
            }

            var (anchor, isOpen) = NaiveCalendar.AnchorOf(start, date, rule.Controller.FiscalYears);
            return anchor is { } day ? (false, NaiveCalendar.Add(day, leaf.Period)) : (!isOpen, NaiveCalendar.Never);
        }
    }

    /// <summary>The last day of a rule. Not specified: what a fact ended, ended today at the latest.</summary>
    private LocalDate EndOf(NaiveRule rule, NaiveRecord record)
    {
        var end = Tree(rule.Rule);
        return rule.Kind == RuleKind.Purpose && rule.Endings.Any(record.States) ? LocalDate.Min(end, Today(rule, record)) : end;

        LocalDate Tree(RetentionRule tree)
        {
            var main = tree switch
            {
                { AllOf.Count: > 0 } => tree.AllOf.Select(Tree).Max(),
                { AnyOf.Count: > 0 } => tree.AnyOf.Select(Tree).Min(),
                { While.Started: not null } => RelationEnd(tree),
                _ => LastDayOf(new NaiveLeaf(tree), rule, record).End,
            };
            if (tree.Fallback is not { } fallback)
            {
                return main;
            }

            return LocalDate.Min(main, fallback.Unless is { } unless ? LocalDate.Max(Tree(fallback), Tree(unless)) : Tree(fallback));
        }

        LocalDate RelationEnd(RetentionRule tree)
        {
            var relation = LocalDate.Min(LastDayOf(new NaiveLeaf(tree, Started: true), rule, record).End, LastDayOf(new NaiveLeaf(tree, Ended: true), rule, record).End);
            return tree.Assessment is { } assessment ? LocalDate.Max(relation, Tree(assessment)) : relation;
        }
    }

    private NaiveValue Resolved(string trigger, NaiveRecord record)
    {
        var value = record.Triggers[trigger];
        if (!value.IsMissing)
        {
            return value;
        }

        return _dataSet.Triggers[trigger].WhenNull == WhenNull.NotHappened ? NaiveValue.NotHappened : NaiveValue.Unknown;
    }

    private static Limb ConsentTo(string purpose, NaiveRecord record)
    {
        if (record.States("consent-withdrawn:" + purpose))
        {
            return Limb.Past;
        }

        return record.States("consent-given:" + purpose) && !record.IsUnsureOf("consent-withdrawn:" + purpose) ? Limb.Alive : Limb.Unknown;
    }

    private static LocalDate Today(NaiveRule rule, NaiveRecord record) => record.Now.InZone(rule.Zone).Date;

    /// <summary>Ends at the latest of its limbs.</summary>
    private static Limb AllOf(params Limb[] limbs) =>
        limbs.Contains(Limb.Alive) ? Limb.Alive : limbs.Contains(Limb.Unknown) ? Limb.Unknown : Limb.Past;

    /// <summary>Ends at the earliest of its limbs.</summary>
    private static Limb AnyOf(params Limb[] limbs) =>
        limbs.Contains(Limb.Past) ? Limb.Past : limbs.Contains(Limb.Unknown) ? Limb.Unknown : Limb.Alive;

    private static IEnumerable<NaiveLeaf> Leaves(RetentionRule rule)
    {
        var inner = rule.AllOf.Concat(rule.AnyOf).Concat(new[] { rule.Fallback, rule.Unless, rule.Assessment }.OfType<RetentionRule>()).SelectMany(Leaves);
        return rule switch
        {
            { AllOf.Count: > 0 } or { AnyOf.Count: > 0 } => inner,
            { While.Started: not null } => [new NaiveLeaf(rule, Started: true), new NaiveLeaf(rule, Ended: true), .. inner],
            _ => [new NaiveLeaf(rule), .. inner],
        };
    }

    private static string Describe(Gdpr.Policies.Disposal disposal) =>
        $"{disposal.Action} {disposal.Strategy} {disposal.Text} {disposal.For} then {(disposal.Then is null ? "" : Describe(disposal.Then))}";
}
