using Gdpr.Policies;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>Takes a decision apart again: the same states and ends that decided, laid out.</summary>
internal readonly ref struct FateExplainer
{
    private readonly RetentionEvaluator _evaluator;
    private readonly DataSetSchedule _dataSet;
    private readonly RetentionRecord _record;
    private readonly ReadOnlySpan<int> _ends;

    public FateExplainer(RetentionEvaluator evaluator, in RetentionRecord record, ReadOnlySpan<int> ends)
    {
        _evaluator = evaluator;
        _dataSet = record.DataSet;
        _record = record;
        _ends = ends;
    }

    public FateExplanation Explain()
    {
        var forecast = new FateForecast(_evaluator, _record, _ends);
        var zone = _dataSet.RuleTable.Length > 0 ? _dataSet.RuleTable[0].Zone : DateTimeZone.Utc;
        var rules = new RuleExplanation[_dataSet.RuleTable.Length];
        var states = _evaluator.StatesOf(_record, _dataSet, 0);
        for (var i = 0; i < rules.Length; i++)
        {
            rules[i] = Explain(_dataSet.RuleTable[i], states.StateOf(i));
        }

        var groups = new List<GroupExplanation>();
        foreach (var group in _dataSet.Groups)
        {
            var one = new ReadOnlySpan<FieldGroup>(in group);
            var decision = forecast.Of(one);
            groups.Add(new GroupExplanation(
                group, decision, forecast.FateOn(decision.Due, one), [.. rules.Where((_, i) => (group.RuleMask >> i & 1) != 0)]));
        }

        var whole = forecast.Of(_dataSet.Groups);
        return new FateExplanation(
            _dataSet, _evaluator.Now, _evaluator.TodayIn(zone), whole, forecast.FateOn(whole.Due, _dataSet.Groups),
            RecordFactsText.About(_record.Facts), groups);
    }

    private RuleExplanation Explain(ScheduledRule rule, LimbState state) =>
        new(rule, state, EndOf(rule.Tree).LastDay, RecordFactsText.About(rule, _record.Facts), Explain(rule.Tree))
        {
            IsEndedByFact = rule.Kind == RuleKind.Purpose && RuleStates.IsEnded(_record.KnownFacts, 1UL << rule.PurposeIndex),
            AtLeastThrough = state == LimbState.Alive ? EndOf(rule.Tree).AtLeastThrough : null,
        };

    private LimbExplanation Explain(RuleTree tree)
    {
        var (lastDay, atLeast) = EndOf(tree);
        switch (tree)
        {
            case RuleTree.All:
            case RuleTree.Any:
                var limbs = new List<LimbExplanation>();
                foreach (var limb in Flatten(tree))
                {
                    limbs.Add(Explain(limb));
                }

                var states = limbs.Select(limb => limb.State);
                return tree is RuleTree.All
                    ? new LimbExplanation(LimbKind.AllOf, states.Max(), lastDay, limbs) { AtLeastThrough = atLeast }
                    : new LimbExplanation(LimbKind.AnyOf, states.Min(), lastDay, limbs) { AtLeastThrough = atLeast };
            case RuleTree.Leaf leaf:
                return Explain(leaf, lastDay);
            default:
                throw new InvalidOperationException("A rule tree has three cases.");
        }
    }

    private LimbExplanation Explain(RuleTree.Leaf leaf, LocalDate? lastDay)
    {
        var facts = _record.Facts;
        var state = _evaluator.LeavesOf(_record, _dataSet, 0, facts).StateOf(leaf.Index);
        var terms = leaf.Terms;
        if (terms.Trigger < 0)
        {
            return new LimbExplanation(LimbKind.Consent, state, lastDay);
        }

        var compiled = _dataSet.Leaves[leaf.Index];
        var value = _record.Triggers[terms.Trigger];
        var date = RecordEnds.DateOf(value, compiled.Time.Zone);
        var fiscal = terms.Anchor == LeafAnchor.FiscalYear && date is { } booked ? compiled.Time.FiscalYears!.Locate(booked) : (FiscalYearPosition?)null;
        return new LimbExplanation(KindOf(terms.Kind), state, lastDay)
        {
            Trigger = _dataSet.Triggers[terms.Trigger],
            EventDate = date,
            IsToCome = date > _evaluator.TodayIn(compiled.Time.Zone),
            NotHappened = (value.Form == TriggerForm.Missing ? _dataSet.MissingAs[terms.Trigger] : value.Form) == TriggerForm.NotHappened,
            Period = terms.Period.IsEmpty ? null : terms.Period,
            FiscalYear = fiscal,
            CountedFrom = terms.Anchor switch
            {
                LeafAnchor.CalendarYear => date is { } day ? new LocalDate(day.Year, 12, 31) : null,
                LeafAnchor.FiscalYear => fiscal?.YearEnd is { } yearEnd ? new LocalDate(yearEnd.Year, 12, 31) : null,
                _ => null,
            },
            OfEarlierVersion = compiled.IsFormer,
            Cutoff = terms.Kind == LeafKind.Happened ? null : compiled.CutoffOn(_evaluator.TodayIn(compiled.Time.Zone)),
        };
    }

    /// <summary>The limbs of nested all-ofs, or of nested any-ofs, as one list.</summary>
    private static IEnumerable<RuleTree> Flatten(RuleTree tree) => tree switch
    {
        RuleTree.All all => Limbs(all.First, limb => limb is RuleTree.All).Concat(Limbs(all.Second, limb => limb is RuleTree.All)),
        RuleTree.Any any => Limbs(any.First, limb => limb is RuleTree.Any).Concat(Limbs(any.Second, limb => limb is RuleTree.Any)),
        _ => [tree],
    };

    private static IEnumerable<RuleTree> Limbs(RuleTree limb, Func<RuleTree, bool> isSame) => isSame(limb) ? Flatten(limb) : [limb];

    private static LimbKind KindOf(LeafKind kind) => kind switch
    {
        LeafKind.Period => LimbKind.Period,
        LeafKind.Evidence => LimbKind.Evidence,
        LeafKind.Happened => LimbKind.Started,
        _ => LimbKind.Consent,
    };

    /// <summary>The last day of a part of a rule, or, where that hangs on what nobody knows, the one through which it runs in any case.</summary>
    private (LocalDate? LastDay, LocalDate? AtLeastThrough) EndOf(RuleTree tree)
    {
        var (latest, earliest) = (RecordEnds.OfTree(tree, _ends), RecordEnds.OfTree(tree, _ends, DayNumber.Always));
        return latest == earliest ? (DayOf(latest), null) : (null, DayOf(earliest));
    }

    private static LocalDate? DayOf(int end) => RecordEnds.IsDay(end) ? DayNumber.ToDate(end) : null;
}
