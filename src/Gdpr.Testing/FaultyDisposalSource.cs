using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Testing;

/// <summary>What a source says about itself is not counted: it does no I/O.</summary>
internal sealed class FaultyDisposalSource(IDisposalSource inner, FaultPoints faults) : IDisposalSource
{
    private const string Port = nameof(IDisposalSource) + ".";

    public string Name => inner.Name;

    public IReadOnlyList<string> DataSets => inner.DataSets;

    public SourceCapabilities Capabilities => inner.Capabilities;

    public Digest MappingOf(string dataSet) => inner.MappingOf(dataSet);

    public Digest NamingOf(string dataSet) => inner.NamingOf(dataSet);

    public ValueTask PrepareAsync(RetentionSchedule schedule, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(PrepareAsync), () => inner.PrepareAsync(schedule, cancellationToken));

    public ValueTask<DataSetSurvey> SurveyAsync(RetentionEvaluator evaluator, string dataSet, int examples, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(SurveyAsync), () => inner.SurveyAsync(evaluator, dataSet, examples, cancellationToken));

    public ValueTask<DataSetSurvey> SurveyUnsettledAsync(RetentionEvaluator evaluator, string dataSet, int examples, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(SurveyUnsettledAsync), () => inner.SurveyUnsettledAsync(evaluator, dataSet, examples, cancellationToken));

    public ValueTask<BatchEvidence> DisposeAsync(DisposalBatch batch, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(DisposeAsync), () => inner.DisposeAsync(batch, cancellationToken));

    public ValueTask<int> CountUndisposedAsync(BatchEvidence batch, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(CountUndisposedAsync), () => inner.CountUndisposedAsync(batch, cancellationToken));

    public IAsyncEnumerable<BatchEvidence> ReadEvidenceAsync(string plan, int afterBatch, CancellationToken cancellationToken) =>
        faults.Run(Port + nameof(ReadEvidenceAsync), inner.ReadEvidenceAsync(plan, afterBatch, cancellationToken), cancellationToken);

    public IAsyncEnumerable<string> ReadPlansAsync(CancellationToken cancellationToken) =>
        faults.Run(Port + nameof(ReadPlansAsync), inner.ReadPlansAsync(cancellationToken), cancellationToken);

    public ValueTask EndPlanAsync(string plan, string dataSet, Instant at, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(EndPlanAsync), () => inner.EndPlanAsync(plan, dataSet, at, cancellationToken));

    public ValueTask<IReadOnlyList<string>> ChangeFactsAsync(IReadOnlyList<FactChange> changes, JournalPosition position, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ChangeFactsAsync), () => inner.ChangeFactsAsync(changes, position, cancellationToken));

    public ValueTask<JournalPosition> ReadFactsPositionAsync(CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ReadFactsPositionAsync), () => inner.ReadFactsPositionAsync(cancellationToken));

    /// <inheritdoc/>
    public ValueTask<JournalPosition?> ReadStatedPositionAsync(CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ReadStatedPositionAsync), () => inner.ReadStatedPositionAsync(cancellationToken));
}
