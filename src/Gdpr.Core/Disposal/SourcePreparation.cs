using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Disposal;

/// <summary>Has a source prepare itself for the schedule in force, each time before it is surveyed or disposed of: its tables may have changed since.</summary>
internal sealed class SourcePreparation
{
    /// <summary>Prepares a source.</summary>
    /// <exception cref="SourceMappingException">Its mapping does not fit.</exception>
    /// <exception cref="SourceUnavailableException">It cannot be reached.</exception>
    public ValueTask PrepareAsync(IPersonalDataSource source, RetentionSchedule schedule, CancellationToken cancellationToken) =>
        source.PrepareAsync(schedule, cancellationToken);
}
