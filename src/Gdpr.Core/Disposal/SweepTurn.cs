using Gdpr.Retention;
using Gdpr.Subjects;

namespace Gdpr.Disposal;

/// <summary>The person whose records a run is about.</summary>
/// <param name="Subject">The person.</param>
/// <param name="NativeIds">The ids under which the source knows the person.</param>
/// <param name="Granted">The ids of the rules of which it was granted that the data goes.</param>
internal sealed record SweptPerson(DataSubject Subject, IReadOnlyList<string> NativeIds, IReadOnlySet<string> Granted)
{
    public bool IsGranted(ScheduledRule rule) => Granted.Contains(rule.Id);
}

/// <summary>A worker's part in a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="Worker">The worker, where several share the run.</param>
/// <param name="IsFirst">Whether it has the data set's lease.</param>
internal readonly record struct SweepTurn(string Run, string? Worker, bool IsFirst);
