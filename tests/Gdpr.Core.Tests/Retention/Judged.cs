using Gdpr.Policies;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

/// <summary>A compiled data set that judges records as the naive arithmetic holds them.</summary>
internal sealed class Judged
{
    private readonly Dictionary<Instant, RetentionEvaluator> _evaluators = [];
    private (IReadOnlyList<string>? Stated, RecordFacts Facts) _facts;

    public Judged(RetentionSchedule schedule, string dataSet)
    {
        Schedule = schedule;
        DataSet = schedule.DataSet(dataSet);
    }

    public RetentionSchedule Schedule { get; }

    public DataSetSchedule DataSet { get; }

    public static Judged Of(RetentionCase found) => Of(found.Policy, found.DataSet);

    public static Judged Of(GdprPolicy policy, string dataSet, params SupersededPolicy[] earlier) =>
        new(RetentionSchedule.Compile(policy, earlier), dataSet);

    public FateDecision Decide(NaiveRecord record) =>
        At(record.Now).Evaluate(new RetentionRecord(DataSet, record.ValuesFor(DataSet), Facts(record)));

    public FateDecision Decide(NaiveRecord record, int group) =>
        At(record.Now).EvaluateGroup(new RetentionRecord(DataSet, record.ValuesFor(DataSet), Facts(record)), group);

    public FateExplanation Explain(NaiveRecord record) =>
        At(record.Now).Explain(new RetentionRecord(DataSet, record.ValuesFor(DataSet), Facts(record)));

    public Fate FateOf(NaiveRecord record) =>
        At(record.Now).FateOf(new RetentionRecord(DataSet, record.ValuesFor(DataSet), Facts(record)));

    private RecordFacts Facts(NaiveRecord record)
    {
        if (!ReferenceEquals(_facts.Stated, record.Facts))
        {
            _facts = (record.Facts, DataSet.Facts(string.Join(';', record.Facts)));
        }

        return _facts.Facts;
    }

    private RetentionEvaluator At(Instant now)
    {
        if (!_evaluators.TryGetValue(now, out var evaluator))
        {
            evaluator = Schedule.At(now);
            _evaluators.Add(now, evaluator);
        }

        return evaluator;
    }
}
