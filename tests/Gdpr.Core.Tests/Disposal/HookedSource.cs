using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>A source of which a test changes what it does: by name of the call, before or after it.</summary>
internal sealed class HookedSource(IDisposalSource inner, Func<string, Task> hook) : IDisposalSource
{
    public string Name => inner.Name;

    public IReadOnlyList<string> DataSets => inner.DataSets;

    public SourceCapabilities Capabilities => inner.Capabilities;

    public Digest MappingOf(string dataSet) => inner.MappingOf(dataSet);

    public Digest NamingOf(string dataSet) => inner.NamingOf(dataSet);

    public ValueTask PrepareAsync(RetentionSchedule schedule, CancellationToken cancellationToken) =>
        AroundAsync("prepare", async () => { await inner.PrepareAsync(schedule, cancellationToken); return 0; }).ToVoid();

    public ValueTask<DataSetSurvey> SurveyAsync(RetentionEvaluator evaluator, string dataSet, int examples, CancellationToken cancellationToken) =>
        AroundAsync("survey", async () => await inner.SurveyAsync(evaluator, dataSet, examples, cancellationToken));

    public ValueTask<BatchEvidence> DisposeAsync(DisposalBatch batch, CancellationToken cancellationToken) =>
        AroundAsync("dispose", async () => await inner.DisposeAsync(batch, cancellationToken));

    public ValueTask<int> CountUndisposedAsync(BatchEvidence batch, CancellationToken cancellationToken) =>
        AroundAsync("count", async () => await inner.CountUndisposedAsync(batch, cancellationToken));

    public IAsyncEnumerable<BatchEvidence> ReadEvidenceAsync(string plan, int afterBatch, CancellationToken cancellationToken) =>
        inner.ReadEvidenceAsync(plan, afterBatch, cancellationToken);

    public ValueTask EndPlanAsync(string plan, string dataSet, Instant at, CancellationToken cancellationToken) =>
        inner.EndPlanAsync(plan, dataSet, at, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ChangeFactsAsync(IReadOnlyList<FactChange> changes, JournalPosition position, CancellationToken cancellationToken) =>
        AroundAsync("change-facts", async () => await inner.ChangeFactsAsync(changes, position, cancellationToken));

    public ValueTask<JournalPosition> ReadFactsPositionAsync(CancellationToken cancellationToken) => inner.ReadFactsPositionAsync(cancellationToken);

    private async ValueTask<T> AroundAsync<T>(string call, Func<Task<T>> inside)
    {
        await hook($"before {call}");
        var result = await inside();
        await hook($"after {call}");
        return result;
    }
}

internal static class ValueTasks
{
    public static async ValueTask ToVoid<T>(this ValueTask<T> task) => await task;
}

/// <summary>Progress that is told at once, on the thread of the work.</summary>
internal sealed class AtOnce<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
