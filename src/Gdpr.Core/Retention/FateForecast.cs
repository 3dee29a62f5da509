using System.Numerics;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>Finds, for one record, the rule that decides and the day on which the fate will change.</summary>
internal readonly ref struct FateForecast
{
    private readonly RetentionEvaluator _evaluator;
    private readonly DataSetSchedule _dataSet;
    private readonly RetentionRecord _record;
    private readonly ReadOnlySpan<int> _ends;

    /// <summary>Prepares the forecast of a record.</summary>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="record">The record.</param>
    /// <param name="ends">The ends of the record's leaves, as <see cref="RecordEnds.Fill"/> writes them.</param>
    public FateForecast(RetentionEvaluator evaluator, in RetentionRecord record, ReadOnlySpan<int> ends)
    {
        _evaluator = evaluator;
        _dataSet = record.DataSet;
        _record = record;
        _ends = ends;
    }

    /// <summary>The decision over some of the record's field groups.</summary>
    public FateDecision Of(ReadOnlySpan<FieldGroup> groups)
    {
        var states = _evaluator.StatesOf(_record, _dataSet, 0);
        var chosen = Choose(_evaluator.Decide(_record, _dataSet, groups[0], states));
        foreach (var group in groups[1..])
        {
            var other = Choose(_evaluator.Decide(_record, _dataSet, group, states));
            chosen = other.Outranks(chosen) ? other : chosen;
        }

        var due = chosen.Fate is Fate.Keep or Fate.Restrict ? ChangeOf(chosen.Fate, groups) : DayNumber.Never;
        return new FateDecision(
            chosen.Fate,
            due == DayNumber.Never ? null : DayNumber.ToDate(due),
            chosen.Rule < 0 ? null : _dataSet.RuleTable[chosen.Rule],
            chosen.Reason);
    }

    /// <summary>Of the rules that gave a group its fate, the one that ends last; of unknown ones, the first whose cause ranks first.</summary>
    private Choice Choose(GroupFate decided)
    {
        var chosen = new Choice(decided.Fate, decided.Reason, -1, DayNumber.Always);
        for (var rest = decided.Rules; rest != 0; rest &= rest - 1)
        {
            var index = BitOperations.TrailingZeroCount(rest);
            var reason = decided.Fate == Fate.Undetermined ? CauseOf(index) : decided.Reason;
            var choice = new Choice(decided.Fate, reason, index, EndOf(index));
            chosen = choice.Outranks(chosen) ? choice : chosen;
        }

        return chosen;
    }

    /// <summary>The last day of a rule; where a fact ended it, today at the latest.</summary>
    private int EndOf(int index)
    {
        var rule = _dataSet.RuleTable[index];
        var end = RecordEnds.OfTree(rule.Tree, _ends);
        var endedByFact = rule.Kind == RuleKind.Purpose && RuleStates.IsEnded(_record.KnownFacts, 1UL << rule.PurposeIndex);
        return endedByFact ? Math.Min(end, DayNumber.Of(_evaluator.TodayIn(rule.Zone))) : end;
    }

    /// <summary>Why a rule is unknown: a trigger before a fact before a fiscal year.</summary>
    private FateReason CauseOf(int index)
    {
        var rule = _dataSet.RuleTable[index];
        var (today, leaves) = (DayNumber.Of(_evaluator.TodayIn(rule.Zone)), _dataSet.Leaves.Length);
        var cause = RuleStates.IsUnknownByFact(rule, _record.KnownFacts) ? FateReason.FactUnknown : FateReason.FiscalYearUnknown;
        for (var first = 0; first < _ends.Length; first += leaves)
        {
            var (state, ofTree) = CauseOf(rule.Tree, new DatedLeafStates(_ends.Slice(first, leaves), today));
            cause = state == LimbState.Unknown && ofTree < cause ? ofTree : cause;
        }

        return cause;
    }

    /// <summary>The state of a part of a rule and, where that is unknown, why: what is unknown in a part that is decided without it is no cause.</summary>
    private (LimbState State, FateReason Cause) CauseOf(RuleTree tree, scoped in DatedLeafStates states)
    {
        if (tree is RuleTree.Leaf leaf)
        {
            return (states.StateOf(leaf.Index), leaf.Terms.Trigger < 0 ? FateReason.FactUnknown
                : IsUnknown(leaf.Terms.Trigger) ? FateReason.TriggerUnknown
                : FateReason.FiscalYearUnknown);
        }

        var (first, second, isAll) = tree is RuleTree.All all ? (all.First, all.Second, true) : (((RuleTree.Any)tree).First, ((RuleTree.Any)tree).Second, false);
        var (one, other) = (CauseOf(first, states), CauseOf(second, states));
        var state = (one.State > other.State) == isAll ? one.State : other.State;
        return (state, one.State != LimbState.Unknown || (other.State == LimbState.Unknown && other.Cause < one.Cause) ? other.Cause : one.Cause);
    }

    private bool IsUnknown(int trigger)
    {
        var form = _record.Triggers[trigger].Form;
        return (form == TriggerForm.Missing ? _dataSet.MissingAs[trigger] : form) == TriggerForm.Unknown;
    }

    /// <summary>The first day after today on which the fate is another, or <see cref="DayNumber.Never"/>.</summary>
    private int ChangeOf(Fate fate, ReadOnlySpan<FieldGroup> groups)
    {
        var day = _evaluator.EarliestTodayOf(_dataSet);
        while (true)
        {
            var next = DayNumber.Never;
            foreach (var end in _ends)
            {
                next = RecordEnds.IsDay(end) && end >= day && end < next ? end : next;
            }

            if (next == DayNumber.Never)
            {
                return DayNumber.Never;
            }

            day = next + 1;
            if (FateOn(day, groups) != fate)
            {
                return day;
            }
        }
    }

    /// <summary>The fate on a later day, or <see langword="null"/> without a day.</summary>
    public Fate? FateOn(LocalDate? day, ReadOnlySpan<FieldGroup> groups) => day is { } date ? FateOn(DayNumber.Of(date), groups) : null;

    private Fate FateOn(int day, ReadOnlySpan<FieldGroup> groups) =>
        FateOrder.OfRecord(_dataSet, groups, new DatedStates(_dataSet, _ends, day, _record.KnownFacts), _record.KnownFacts);

    /// <summary>A fate with the rule that gives it, ranked as the record's decision is.</summary>
    private readonly record struct Choice(Fate Fate, FateReason Reason, int Rule, int End)
    {
        public bool Outranks(Choice other)
        {
            if (Fate != other.Fate)
            {
                return Fate < other.Fate;
            }

            if (Fate == Fate.Undetermined && Reason != other.Reason && Rule >= 0 && other.Rule >= 0)
            {
                return Reason < other.Reason;
            }

            if (Rule < 0 || other.Rule < 0)
            {
                return Rule >= 0 && other.Rule < 0;
            }

            return End != other.End ? End > other.End : Rule < other.Rule;
        }
    }

    /// <summary>The states of the record's rules on a later day.</summary>
    private readonly ref struct DatedStates(DataSetSchedule dataSet, ReadOnlySpan<int> ends, int day, in RecordFacts facts) : IHorizonStates
    {
        private readonly ReadOnlySpan<int> _ends = ends;
        private readonly ref readonly RecordFacts _facts = ref facts;

        public RuleStates At(int horizon)
        {
            var leaves = dataSet.Leaves.Length;
            return RuleStates.Of(dataSet, new DatedLeafStates(_ends.Slice(horizon * leaves, leaves), day), _facts);
        }
    }
}
