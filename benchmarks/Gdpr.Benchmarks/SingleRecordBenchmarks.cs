using BenchmarkDotNet.Attributes;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Benchmarks;

/// <summary>The fate of one hot record.</summary>
public class FateOfBenchmarks
{
    private HotRecord _record = null!;

    /// <summary>How many rules the record's data set has.</summary>
    [Params(1, 4, 16)]
    public int Rules { get; set; }

    [GlobalSetup]
    public void SetUp() => _record = new HotRecord(Rules);

    [Benchmark(Baseline = true)]
    public Fate NodaTime() => _record.Naive.FateOf(_record.Rules, _record.Events, RecordFlags.None);

    [Benchmark]
    public Fate FateOf() => _record.Evaluator.FateOf(new RetentionRecord(_record.DataSet, _record.Triggers));
}

/// <summary>The decision over one hot record: its fate, the rule, and when the fate will change.</summary>
public class EvaluateBenchmarks
{
    private HotRecord _record = null!;

    /// <summary>How many rules the record's data set has.</summary>
    [Params(1, 4, 16)]
    public int Rules { get; set; }

    [GlobalSetup]
    public void SetUp() => _record = new HotRecord(Rules);

    [Benchmark(Baseline = true)]
    public LocalDate? NodaTime() => _record.Naive.Evaluate(_record.Rules, _record.Events, RecordFlags.None).Due;

    [Benchmark]
    public LocalDate? Evaluate() => _record.Evaluator.Evaluate(new RetentionRecord(_record.DataSet, _record.Triggers)).Due;
}
