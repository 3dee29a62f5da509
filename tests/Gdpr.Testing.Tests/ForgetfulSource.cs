using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Testing.Tests;

/// <summary>A source that takes note of no fact.</summary>
internal sealed class ForgetfulSource(IDisposalSource inner) : IDisposalSource
{
    public string Name => inner.Name;

    public IReadOnlyList<string> DataSets => inner.DataSets;

    public SourceCapabilities Capabilities => inner.Capabilities;

    public ValueTask PrepareAsync(RetentionSchedule schedule, CancellationToken cancellationToken) => inner.PrepareAsync(schedule, cancellationToken);

    public Digest MappingOf(string dataSet) => inner.MappingOf(dataSet);

    public Digest NamingOf(string dataSet) => inner.NamingOf(dataSet);

    public ValueTask<DataSetSurvey> SurveyAsync(RetentionEvaluator evaluator, string dataSet, int examples, CancellationToken cancellationToken) =>
        inner.SurveyAsync(evaluator, dataSet, examples, cancellationToken);

    public ValueTask<BatchEvidence> DisposeAsync(DisposalBatch batch, CancellationToken cancellationToken) =>
        inner.DisposeAsync(batch with { FactsPosition = 0 }, cancellationToken);

    public ValueTask<int> CountUndisposedAsync(BatchEvidence batch, CancellationToken cancellationToken) => inner.CountUndisposedAsync(batch, cancellationToken);

    public IAsyncEnumerable<BatchEvidence> ReadEvidenceAsync(string plan, int afterBatch, CancellationToken cancellationToken) =>
        inner.ReadEvidenceAsync(plan, afterBatch, cancellationToken);

    public ValueTask EndPlanAsync(string plan, string dataSet, Instant at, CancellationToken cancellationToken) =>
        inner.EndPlanAsync(plan, dataSet, at, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ChangeFactsAsync(IReadOnlyList<FactChange> changes, JournalPosition position, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<string>>([]);

    public ValueTask<JournalPosition> ReadFactsPositionAsync(CancellationToken cancellationToken) => inner.ReadFactsPositionAsync(cancellationToken);
}
