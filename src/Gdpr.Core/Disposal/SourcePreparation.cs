using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Disposal;

/// <summary>Has a source prepare itself for the schedule in force, each time before it is surveyed or disposed of: its tables may have changed since.</summary>
internal sealed class SourcePreparation
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _claims = new(StringComparer.Ordinal);

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
    }

    private void Claim(IClaimingSource source)
    {
        lock (_lock)
        {
            string[] problems =
            [
                .. source.Claims.Where(claim => _claims.TryGetValue(claim, out var other) && other != source.Name)
                    .Select(claim => $"Source '{_claims[claim]}' maps {claim} as well, and neither knows of the other's holds: map it in one of them."),
            ];
            if (problems.Length > 0)
            {
                throw new SourceMappingException(source.Name, problems);
            }

            foreach (var claim in _claims.Where(claim => claim.Value == source.Name).Select(claim => claim.Key).ToArray())
            {
                _claims.Remove(claim);
            }

            foreach (var claim in source.Claims)
            {
                _claims[claim] = source.Name;
            }
        }
    }
}
