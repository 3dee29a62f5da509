using BenchmarkDotNet.Attributes;
using Gdpr.Retention;

namespace Gdpr.Benchmarks;

/// <summary>The fate of one hot record.</summary>
public class FateOfBenchmarks
{
    private const int Calls = 1_000;

    private HotRecord _record = null!;

    /// <summary>How many rules the record's data set has.</summary>
    [Params(1, 4, 16)]
    public int Rules { get; set; }

    [GlobalSetup]
    public void SetUp() => _record = new HotRecord(Rules);

    /// <summary>Per rule: the local date of the event, plus the period, compared with today, which is known.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Calls)]
    public int NodaTime()
    {
        var fates = 0;
        for (var i = 0; i < Calls; i++)
        {
            fates += (int)_record.Naive.FateOf(_record.Rules, _record.Events, RecordFlags.None);
        }

        return fates;
    }

    /// <summary>The same where each rule asks what date it is: the line that one would write first.</summary>
    [Benchmark(OperationsPerInvoke = Calls)]
    public int NodaTimeAskingToday()
    {
        var fates = 0;
        for (var i = 0; i < Calls; i++)
        {
            fates += (int)_record.Naive.FateAskingToday(_record.Rules, _record.Events, RecordFlags.None);
        }

        return fates;
    }

    [Benchmark(OperationsPerInvoke = Calls)]
    public int FateOf()
    {
        var record = new RetentionRecord(_record.DataSet, _record.Triggers);
        var fates = 0;
        for (var i = 0; i < Calls; i++)
        {
            fates += (int)_record.Evaluator.FateOf(record);
        }

        return fates;
    }
}

/// <summary>The decision over one hot record: its fate, and when the fate will change. Ours names the rule and the reason as well.</summary>
public class EvaluateBenchmarks
{
    private const int Calls = 1_000;

    private HotRecord _record = null!;

    /// <summary>How many rules the record's data set has.</summary>
    [Params(1, 4, 16)]
    public int Rules { get; set; }

    [GlobalSetup]
    public void SetUp() => _record = new HotRecord(Rules);

    [Benchmark(Baseline = true, OperationsPerInvoke = Calls)]
    public int NodaTime()
    {
        var days = 0;
        for (var i = 0; i < Calls; i++)
        {
            days += _record.Naive.Evaluate(_record.Rules, _record.Events, RecordFlags.None).Due?.Day ?? 0;
        }

        return days;
    }

    [Benchmark(OperationsPerInvoke = Calls)]
    public int Evaluate()
    {
        var record = new RetentionRecord(_record.DataSet, _record.Triggers);
        var days = 0;
        for (var i = 0; i < Calls; i++)
        {
            days += _record.Evaluator.Evaluate(record).Due?.Day ?? 0;
        }

        return days;
    }
}
