using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>A source that has been left with some of its data sets.</summary>
internal sealed class OnlySource(IDisposalSource inner, params string[] dataSets) : IDisposalSource
{
    public string Name => inner.Name;

    public IReadOnlyList<string> DataSets => dataSets;

    public SourceCapabilities Capabilities => inner.Capabilities;

    public Digest MappingOf(string dataSet) => inner.MappingOf(dataSet);

    public Digest NamingOf(string dataSet) => inner.NamingOf(dataSet);

    public ValueTask PrepareAsync(RetentionSchedule schedule, CancellationToken cancellationToken) => inner.PrepareAsync(schedule, cancellationToken);

    public ValueTask<DataSetSurvey> SurveyAsync(RetentionEvaluator evaluator, string dataSet, int examples, CancellationToken cancellationToken) =>
        inner.SurveyAsync(evaluator, dataSet, examples, cancellationToken);

    public ValueTask<BatchEvidence> DisposeAsync(DisposalBatch batch, CancellationToken cancellationToken) => inner.DisposeAsync(batch, cancellationToken);

    public ValueTask<int> CountUndisposedAsync(BatchEvidence batch, CancellationToken cancellationToken) => inner.CountUndisposedAsync(batch, cancellationToken);

    public IAsyncEnumerable<BatchEvidence> ReadEvidenceAsync(string plan, int afterBatch, CancellationToken cancellationToken) =>
        inner.ReadEvidenceAsync(plan, afterBatch, cancellationToken);

    public ValueTask EndPlanAsync(string plan, string dataSet, Instant at, CancellationToken cancellationToken) =>
        inner.EndPlanAsync(plan, dataSet, at, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ChangeFactsAsync(IReadOnlyList<FactChange> changes, JournalPosition position, CancellationToken cancellationToken) =>
        inner.ChangeFactsAsync(changes, position, cancellationToken);

    public ValueTask<JournalPosition> ReadFactsPositionAsync(CancellationToken cancellationToken) => inner.ReadFactsPositionAsync(cancellationToken);
}
