using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using Gdpr.Retention;

namespace Gdpr.Benchmarks;

/// <summary>The fates of many records of 64 rule sets in random order.</summary>
[SimpleJob(RunStrategy.Monitoring, warmupCount: 5, iterationCount: 21)]
public class ColumnsBenchmarks
{
    private ColumnsWorkload _workload = null!;
    private Fate[] _fates = null!;

    /// <summary>How many records.</summary>
    [Params(1_000_000, 10_000_000)]
    public int Records { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _workload = new ColumnsWorkload(Records);
        _fates = new Fate[Records];
        var naive = new Fate[Records];
        _workload.Naive(naive);
        _workload.Columns(_fates);
        if (!naive.AsSpan().SequenceEqual(_fates))
        {
            throw new InvalidOperationException("The two sides differ.");
        }

        // The runtime compiles hot methods anew in the background: measure neither side before it has.
        var since = Stopwatch.StartNew();
        while (since.Elapsed < TimeSpan.FromSeconds(3))
        {
            _workload.Columns(_fates);
            _workload.Naive(naive.AsSpan(0, 100_000));
        }
    }

    [Benchmark(Baseline = true)]
    public Fate NodaTime()
    {
        _workload.Naive(_fates);
        return _fates[^1];
    }

    [Benchmark]
    public Fate FatesOf()
    {
        _workload.Columns(_fates);
        return _fates[^1];
    }
}
