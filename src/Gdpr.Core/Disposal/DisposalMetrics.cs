using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Gdpr.Disposal;

/// <summary>What is measured of disposal. Tags name data sets and outcomes, never people or records.</summary>
internal sealed class DisposalMetrics : IDisposable
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "Gdpr";

    private readonly Meter _meter = new(Name);
    private readonly ActivitySource _activities = new(Name);
    private readonly Counter<long> _disposed;
    private readonly Counter<long> _sweeps;

    public DisposalMetrics()
    {
        _disposed = _meter.CreateCounter<long>("gdpr.disposal.records", "{record}", "Records disposed of, whole or in part.");
        _sweeps = _meter.CreateCounter<long>("gdpr.sweep.data_sets", "{data set}", "Data sets swept, by outcome.");
    }

    public void Dispose()
    {
        _meter.Dispose();
        _activities.Dispose();
    }

    public void AddDisposed(string dataSet, long records) => _disposed.Add(records, new KeyValuePair<string, object?>("gdpr.data_set", dataSet));

    public void AddSweep(string dataSet, SweepStatus status) => _sweeps.Add(
        1, new KeyValuePair<string, object?>("gdpr.data_set", dataSet), new KeyValuePair<string, object?>("gdpr.outcome", status.Code()));

    public Activity? StartSweep(string dataSet) =>
        _activities.StartActivity("gdpr.sweep")?.SetTag("gdpr.data_set", dataSet);
}
