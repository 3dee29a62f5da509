using System.Collections.Concurrent;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Disposal;

/// <summary>Has each source prepare itself for the schedule in force, once. One that failed is asked again.</summary>
internal sealed class SourcePreparation
{
    private readonly ConcurrentDictionary<string, RetentionSchedule> _prepared = new(StringComparer.Ordinal);

    /// <summary>Prepares a source.</summary>
    /// <exception cref="SourceMappingException">Its mapping does not fit.</exception>
    /// <exception cref="SourceUnavailableException">It cannot be reached.</exception>
    public async ValueTask PrepareAsync(IPersonalDataSource source, RetentionSchedule schedule, CancellationToken cancellationToken)
    {
        if (_prepared.TryGetValue(source.Name, out var prepared) && ReferenceEquals(prepared, schedule))
        {
            return;
        }

        await source.PrepareAsync(schedule, cancellationToken).ConfigureAwait(false);
        _prepared[source.Name] = schedule;
    }
}
