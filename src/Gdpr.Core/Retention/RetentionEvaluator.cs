using System.Runtime.CompilerServices;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>Judges records by a schedule at one instant.</summary>
/// <remarks>
/// <para>Pure: the same record always has the same fate. Immutable, and safe to share between threads. <see cref="FateOf(in RetentionRecord)"/> and
/// <see cref="Evaluate(in RetentionRecord)"/> allocate nothing; the first is one comparison per leaf, the second also computes dates.</para>
/// <para>With the facts fixed, time never moves a fate from disposal back.</para>
/// </remarks>
public sealed partial class RetentionEvaluator
{
    private readonly HotBounds[] _bounds;
    private readonly DataSetCutoffs[] _cutoffs;
    private readonly int[] _earliestTodays;

    internal RetentionEvaluator(RetentionSchedule schedule, Instant now, Func<ScheduledRule, bool>? isEndless = null)
    {
        Schedule = schedule;
        Now = now;
        _cutoffs = [.. schedule.DataSets.Select(dataSet => new DataSetCutoffs(dataSet, now, isEndless))];
        _bounds = [.. _cutoffs.Select(cutoffs => new HotBounds(cutoffs))];
        _earliestTodays = [.. schedule.DataSets.Select(dataSet =>
            dataSet.Rules.Select(rule => DayNumber.Of(TodayIn(rule.Zone))).DefaultIfEmpty(DayNumber.Never).Min())];
    }

    /// <summary>The schedule.</summary>
    public RetentionSchedule Schedule { get; }

    /// <summary>The instant at which records are judged.</summary>
    public Instant Now { get; }

    /// <summary>The fate of a record: the first that any of its field groups has of keep, undetermined, restrict, anonymise and erase.</summary>
    /// <param name="record">The record, of a data set of this evaluator's schedule.</param>
    /// <exception cref="ArgumentException">The record's data set belongs to another schedule.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Fate FateOf(in RetentionRecord record)
    {
        var dataSet = record.DataSet;
        var bounds = _bounds;
        var index = dataSet is null ? bounds.Length : dataSet.Index;
        if ((uint)index >= (uint)bounds.Length || bounds[index].DataSet != dataSet)
        {
            throw Foreign(nameof(record));
        }

        return bounds[index].KnownFate(dataSet, record.Triggers, record.KnownFacts.Key) is not DataSetSchedule.NotKnown and var fate
            ? fate
            : FateByRules(dataSet, record.Triggers, record.KnownFacts);
    }

    /// <summary>The fate of a record, why it is so, by which rule, and when it will next change.</summary>
    /// <param name="record">The record, of a data set of this evaluator's schedule.</param>
    /// <exception cref="ArgumentException">The record's data set belongs to another schedule.</exception>
    public FateDecision Evaluate(in RetentionRecord record) => Forecast(record, Own(record).Groups);

    /// <summary>The fate of one field group of a record.</summary>
    /// <param name="record">The record, of a data set of this evaluator's schedule.</param>
    /// <param name="group">The index of the group in <see cref="DataSetSchedule.FieldGroups"/>.</param>
    /// <exception cref="ArgumentException">The record's data set belongs to another schedule.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The data set has no such group.</exception>
    public FateDecision EvaluateGroup(in RetentionRecord record, int group)
    {
        var dataSet = Own(record);
        ArgumentOutOfRangeException.ThrowIfNegative(group);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(group, dataSet.Groups.Length);
        return Forecast(record, dataSet.Groups.AsSpan(group, 1));
    }

    /// <summary>The full trace of a record's decision. Allocates: for showing, not for sweeping.</summary>
    /// <param name="record">The record, of a data set of this evaluator's schedule.</param>
    /// <exception cref="ArgumentException">The record's data set belongs to another schedule.</exception>
    public FateExplanation Explain(in RetentionRecord record)
    {
        var dataSet = Own(record);
        var ends = new int[dataSet.Leaves.Length * dataSet.Horizons.Length];
        RecordEnds.Fill(record, ends);
        return new FateExplainer(this, record, ends).Explain();
    }

    /// <summary>The same where no period of some rules is ever over: they are past because of what is known of the record and its person, such as that erasure was
    /// granted, and not because of the time, unless one lapses without a period (<see cref="RuleTree.MayLapse"/>).</summary>
    internal RetentionEvaluator WithEndless(Func<ScheduledRule, bool> isEndless) => new(Schedule, Now, isEndless);

    /// <summary>Today, where the rules of a zone are counted.</summary>
    internal LocalDate TodayIn(DateTimeZone zone) => LocalDays.TodayAt(Now, zone);

    /// <summary>Today where the day of a data set's rules begins last; never where it has none.</summary>
    internal int EarliestTodayOf(DataSetSchedule dataSet) => _earliestTodays[dataSet.Index];

    internal GroupFate Decide(in RetentionRecord record, DataSetSchedule dataSet, FieldGroup group, RuleStates states)
    {
        var graced = group.Horizon == 0 ? states : StatesOf(record, dataSet, group.Horizon);
        return FateOrder.Decide(dataSet, group, states, graced, record.KnownFacts);
    }

    internal RuleStates StatesOf(in RetentionRecord record, DataSetSchedule dataSet, int horizon)
    {
        return new RecordStates(dataSet, _cutoffs[dataSet.Index].Cutoffs, record.Triggers, record.KnownFacts).At(horizon);
    }

    internal RecordLeafStates LeavesOf(in RetentionRecord record, DataSetSchedule dataSet, int horizon, in RecordFacts facts) =>
        new RecordStates(dataSet, _cutoffs[dataSet.Index].Cutoffs, record.Triggers, facts).LeavesAt(horizon);

    private FateDecision Forecast(in RetentionRecord record, ReadOnlySpan<FieldGroup> groups)
    {
        // Data sets with more leaves than this, times their horizons, are rare enough to allocate for.
        const int OnStack = 256;
        var size = record.DataSet.CutoffCount;
        Span<int> ends = size <= OnStack ? stackalloc int[size] : new int[size];
        RecordEnds.Fill(record, ends);
        return new FateForecast(this, record, ends).Of(groups);
    }

    /// <summary>The cutoffs of a data set.</summary>
    internal DataSetCutoffs CutoffsOf(DataSetSchedule dataSet) => _cutoffs[dataSet.Index];

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Fate FateByRules(DataSetSchedule dataSet, ReadOnlySpan<TriggerValue> triggers, in RecordFacts facts) =>
        _cutoffs[dataSet.Index].FateOf(triggers, facts);

    private static ArgumentException Foreign(string parameter) =>
        new("The record's data set does not belong to the evaluator's schedule.", parameter);

    private DataSetSchedule Own(in RetentionRecord record) => Schedule.Owns(record.DataSet) ? record.DataSet : throw Foreign(nameof(record));
}
