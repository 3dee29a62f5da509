using System.Collections.Concurrent;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Disposal;

/// <summary>Has a source prepare itself for the schedule in force, each time before it is surveyed or disposed of: its tables may have changed since.</summary>
internal sealed class SourcePreparation
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<IPersonalDataSource, byte> _prepared = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, IClaimingSource> _claiming = new(StringComparer.Ordinal);

    /// <summary>Prepares a source.</summary>
    /// <exception cref="SourceMappingException">Its mapping does not fit, or another source disposes of the same.</exception>
    /// <exception cref="SourceUnavailableException">It cannot be reached.</exception>
    public async ValueTask PrepareAsync(IPersonalDataSource source, RetentionSchedule schedule, CancellationToken cancellationToken)
    {
        await source.PrepareAsync(schedule, cancellationToken).ConfigureAwait(false);
        if (source is IClaimingSource claiming)
        {
            Claim(claiming);
        }

        _prepared.TryAdd(source, 0);
    }

    /// <summary>Prepares a source where this process has not: where a hold is placed before anything has been swept.</summary>
    /// <exception cref="SourceMappingException">Its mapping does not fit, or another source disposes of the same.</exception>
    /// <exception cref="SourceUnavailableException">It cannot be reached.</exception>
    public async ValueTask PrepareOnceAsync(IPersonalDataSource source, RetentionSchedule schedule, CancellationToken cancellationToken)
    {
        if (!_prepared.ContainsKey(source))
        {
            await PrepareAsync(source, schedule, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Claim(IClaimingSource source)
    {
        lock (_lock)
        {
            string[] problems =
            [
                .. from other in _claiming.Values
                   where other.Name != source.Name
                   from claim in source.ClaimsSharedWith(other)
                   select $"Source '{other.Name}' maps {claim} as well, and neither knows of the other's holds: map it in one of them.",
            ];
            if (problems.Length > 0)
            {
                throw new SourceMappingException(source.Name, problems);
            }

            _claiming[source.Name] = source;
        }
    }
}
