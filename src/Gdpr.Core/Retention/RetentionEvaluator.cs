using Gdpr.Time;
using NodaTime;

namespace Gdpr.Retention;

/// <summary>Judges records by a schedule at one instant.</summary>
/// <remarks>
/// <para>Pure: the same record always has the same fate. Immutable, and safe to share between threads. <see cref="FateOf(in RetentionRecord)"/> and
/// <see cref="Evaluate(in RetentionRecord)"/> allocate nothing; the first is one comparison per leaf, the second also computes dates.</para>
/// <para>With the facts fixed, time never moves a fate from disposal back.</para>
/// </remarks>
public sealed class RetentionEvaluator
{
    private readonly LeafCutoff[][] _cutoffs;

    internal RetentionEvaluator(RetentionSchedule schedule, Instant now)
    {
        Schedule = schedule;
        Now = now;
        _cutoffs = [.. schedule.DataSets.Select(dataSet => Cutoffs(dataSet, now))];
    }

    /// <summary>The schedule.</summary>
    public RetentionSchedule Schedule { get; }

    /// <summary>The instant at which records are judged.</summary>
    public Instant Now { get; }

    /// <summary>The fate of a record: the first that any of its field groups has of keep, undetermined, restrict, anonymise and erase.</summary>
    /// <param name="record">The record, of a data set of this evaluator's schedule.</param>
    /// <exception cref="ArgumentException">The record's data set belongs to another schedule.</exception>
    public Fate FateOf(in RetentionRecord record)
    {
        var dataSet = Own(record);
        var states = StatesOf(record, dataSet, 0);
        var fate = Fate.Erase;
        foreach (var group in dataSet.Groups)
        {
            var groupFate = Decide(record, dataSet, group, states).Fate;
            fate = groupFate < fate ? groupFate : fate;
        }

        return fate;
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

    /// <summary>Today, where the rules of a zone are counted.</summary>
    internal LocalDate TodayIn(DateTimeZone zone) => LocalDays.TodayAt(Now, zone);

    internal GroupFate Decide(in RetentionRecord record, DataSetSchedule dataSet, FieldGroup group, RuleStates states)
    {
        var horizon = HorizonOf(dataSet, group);
        var graced = horizon == 0 ? states : StatesOf(record, dataSet, horizon);
        return FateOrder.Decide(dataSet, group, states, graced, record.Facts);
    }

    /// <summary>Which of the data set's horizons a group's grace is counted by; 0 where it has none.</summary>
    internal static int HorizonOf(DataSetSchedule dataSet, FieldGroup group) =>
        group.Grace.IsEmpty ? 0 : Array.IndexOf(dataSet.Horizons, group.Grace);

    internal RuleStates StatesOf(in RetentionRecord record, DataSetSchedule dataSet, int horizon)
    {
        var facts = record.Facts;
        return RuleStates.Of(dataSet, LeavesOf(record, dataSet, horizon, facts), facts);
    }

    internal RecordLeafStates LeavesOf(in RetentionRecord record, DataSetSchedule dataSet, int horizon, in RecordFacts facts)
    {
        var leaves = dataSet.LeafCodes.Length;
        return new RecordLeafStates(dataSet, _cutoffs[dataSet.Index].AsSpan(horizon * leaves, leaves), record.Triggers, facts);
    }

    private FateDecision Forecast(in RetentionRecord record, ReadOnlySpan<FieldGroup> groups)
    {
        // Data sets with more leaves than this, times their horizons, are rare enough to allocate for.
        const int OnStack = 256;
        var size = record.DataSet.Leaves.Length * record.DataSet.Horizons.Length;
        Span<int> ends = size <= OnStack ? stackalloc int[OnStack] : new int[size];
        ends = ends[..size];
        RecordEnds.Fill(record, ends);
        return new FateForecast(this, record, ends).Of(groups);
    }

    private static LeafCutoff[] Cutoffs(DataSetSchedule dataSet, Instant now)
    {
        var cutoffs = new LeafCutoff[dataSet.Leaves.Length * dataSet.Horizons.Length];
        var next = 0;
        foreach (var grace in dataSet.Horizons)
        {
            foreach (var leaf in dataSet.Leaves)
            {
                // To put every end off by a grace is to ask on the day whose periods of that length end today.
                var today = LocalDays.TodayAt(now, leaf.Time.Zone);
                var cutoff = leaf.CutoffOn(grace.IsEmpty ? today : grace.CutoffOn(today));
                cutoffs[next++] = new LeafCutoff(CutoffTicks.Of(cutoff, leaf.Time.Zone), DayNumber.Of(cutoff));
            }
        }

        return cutoffs;
    }

    private DataSetSchedule Own(in RetentionRecord record)
    {
        var dataSet = record.DataSet;
        return dataSet is not null && dataSet.Index < Schedule.DataSets.Count && ReferenceEquals(Schedule.DataSets[dataSet.Index], dataSet)
            ? dataSet
            : throw new ArgumentException("The record's data set does not belong to the evaluator's schedule.", nameof(record));
    }
}
