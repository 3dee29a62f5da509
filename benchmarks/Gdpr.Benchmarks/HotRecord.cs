using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Benchmarks;

/// <summary>A record kept by its last rule alone, an obligation: neither side may stop early.</summary>
internal sealed class HotRecord
{
    public HotRecord(int rules)
    {
        Rules = Workloads.Rules(rules, seed: rules);
        for (var i = 0; i < rules - 1; i++)
        {
            Rules[i] = Rules[i] with { Kind = i % 5 == 2 ? RuleKind.Obligation : RuleKind.Purpose };
        }

        Rules[^1] = new NaiveRule(0, Period.FromYears(15), RuleKind.Obligation);
        Events = [Instant.FromUtc(2014, 3, 31, 22, 30), Instant.FromUtc(2015, 1, 29, 8, 0), Instant.FromUtc(2012, 12, 31, 23, 59)];
        Triggers = [.. Events.Select(instant => TriggerValue.At(instant!.Value))];
        Naive = new NaiveRetention(Workloads.Zone, Workloads.Now);
        Evaluator = RetentionSchedule.Compile(Workloads.PolicyOf([[.. Rules.Select(InMonths)]])).At(Workloads.Now);
        DataSet = Evaluator.Schedule.DataSet("s.d0");
        Check();
    }

    public NaiveRule[] Rules { get; }

    public Instant?[] Events { get; }

    public TriggerValue[] Triggers { get; }

    public NaiveRetention Naive { get; }

    public RetentionEvaluator Evaluator { get; }

    public DataSetSchedule DataSet { get; }

    private static NaiveRule InMonths(NaiveRule rule) => rule with { Period = Period.FromMonths((rule.Period.Years * 12) + rule.Period.Months) };

    private void Check()
    {
        var decision = Evaluator.Evaluate(new RetentionRecord(DataSet, Triggers));
        var naive = Naive.Evaluate(Rules, Events, RecordFlags.None);
        if (decision.Fate != Fate.Restrict || naive.Fate != decision.Fate || naive.Due != decision.Due
            || Naive.FateOf(Rules, Events, RecordFlags.None) != naive.Fate)
        {
            throw new InvalidOperationException($"The two sides differ: {naive} and {decision}.");
        }
    }
}
