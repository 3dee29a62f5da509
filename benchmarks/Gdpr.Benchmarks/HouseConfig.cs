using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Reports;

namespace Gdpr.Benchmarks;

/// <summary>What every benchmark here reports: median and quartiles, the ratio to the baseline of its class, allocations.</summary>
internal sealed class HouseConfig : ManualConfig
{
    public HouseConfig()
    {
        Add(DefaultConfig.Instance);
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumn(StatisticColumn.Q1, StatisticColumn.Median, StatisticColumn.Q3);
        HideColumns(StatisticColumn.Mean, StatisticColumn.Error, StatisticColumn.StdDev);
        HideColumns(Column.Gen0, Column.Gen1, Column.Gen2, Column.AllocRatio);
        WithSummaryStyle(SummaryStyle.Default.WithRatioStyle(RatioStyle.Trend));
    }
}
