using System.Collections.Concurrent;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Policies.Json;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>The policies that decided something, by their hashes: the one in force, and those before it.</summary>
internal sealed class DecidingPolicies(Func<GdprPolicy> current, IStateStore states)
{
    private readonly ConcurrentDictionary<string, GdprPolicy?> _known = new(StringComparer.Ordinal);
    private volatile string? _kept;

    public GdprPolicy Current => current();

    /// <summary>Keeps a policy that decides, so that it can be found when another is in force.</summary>
    public async ValueTask KeepAsync(GdprPolicy policy, Instant now, CancellationToken cancellationToken)
    {
        if (_kept != policy.Hash)
        {
            await states.PutPolicyAsync(new StoredPolicy(policy.Hash, policy.Policy, policy.Version, now, CanonicalJson.Write(policy)), cancellationToken).ConfigureAwait(false);
            _kept = policy.Hash;
        }
    }

    /// <summary>The policy with a hash; <see langword="null"/> where it was never kept, or cannot be read by this version of the library.</summary>
    public async ValueTask<GdprPolicy?> FindAsync(string? hash, CancellationToken cancellationToken)
    {
        var policy = Current;
        if (hash is null || policy.Hash == hash)
        {
            return policy;
        }

        if (!_known.TryGetValue(hash, out var known))
        {
            var stored = await states.ReadPolicyAsync(hash, cancellationToken).ConfigureAwait(false);
            known = stored is null ? null : PolicyReader.Read(stored.Json).Policy;
            _known.TryAdd(hash, known);
        }

        return known;
    }
}
