using System.Collections.Concurrent;
using Gdpr.Policies;

namespace Gdpr.Disclosures;

/// <summary>The policies that decided something, by their hashes: the one in force, and those before it. Each is kept and read once.</summary>
/// <param name="current">The policy in force.</param>
/// <param name="keep">Keeps the policy in force, so that it can be found when another is.</param>
/// <param name="find">Finds one that was kept.</param>
internal sealed class DecidingPolicies(Func<GdprPolicy> current, Func<CancellationToken, ValueTask> keep, Func<string, CancellationToken, Task<GdprPolicy?>> find)
{
    private readonly ConcurrentDictionary<string, GdprPolicy?> _known = new(StringComparer.Ordinal);
    private volatile string? _kept;

    public GdprPolicy Current => current();

    /// <summary>Keeps the policy in force.</summary>
    public async ValueTask KeepAsync(CancellationToken cancellationToken)
    {
        var hash = Current.Hash;
        if (_kept != hash)
        {
            await keep(cancellationToken).ConfigureAwait(false);
            _kept = hash;
        }
    }

    /// <summary>The policy with a hash; <see langword="null"/> where it was never kept.</summary>
    public async ValueTask<GdprPolicy?> FindAsync(string? hash, CancellationToken cancellationToken)
    {
        var policy = Current;
        if (hash is null || policy.Hash == hash)
        {
            return policy;
        }

        if (!_known.TryGetValue(hash, out var known))
        {
            known = await find(hash, cancellationToken).ConfigureAwait(false);
            _known.TryAdd(hash, known);
        }

        return known;
    }
}
