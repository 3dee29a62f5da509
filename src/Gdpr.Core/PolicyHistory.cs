using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Policies.Json;
using NodaTime;

namespace Gdpr;

/// <summary>The versions of the policy that have decided anything: each stays retrievable, by its hash and by the date on which it decided (Art. 5(2)), and what it had
/// let go stays let go under the versions after it.</summary>
public sealed class PolicyHistory
{
    private readonly GdprPolicies _policies;
    private readonly IStateStore _states;
    private readonly IClock _clock;
    private volatile Recalled? _recalled;

    internal PolicyHistory(GdprPolicies policies, IStateStore states, IClock clock)
    {
        _policies = policies;
        _states = states;
        _clock = clock;
    }

    /// <summary>The versions in the order in which they began to decide.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<StoredPolicy>> ListAsync(CancellationToken cancellationToken = default)
    {
        await KeepCurrentAsync(cancellationToken).ConfigureAwait(false);
        var all = new List<StoredPolicy>();
        await foreach (var policy in _states.ReadPoliciesAsync(cancellationToken).ConfigureAwait(false))
        {
            all.Add(policy);
        }

        return all;
    }

    /// <summary>The version with a hash, or <see langword="null"/> where none with it has decided.</summary>
    /// <param name="hash">The hash, as <see cref="GdprPolicy.Hash"/> gives it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<GdprPolicy?> FindAsync(string hash, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(hash);
        await KeepCurrentAsync(cancellationToken).ConfigureAwait(false);
        return await _states.ReadPolicyAsync(hash, cancellationToken).ConfigureAwait(false) is { } stored ? Read(stored) : null;
    }

    /// <summary>The version that decided at an instant, or <see langword="null"/> where none had begun to.</summary>
    /// <param name="at">The instant.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<GdprPolicy?> DecidingAtAsync(Instant at, CancellationToken cancellationToken = default) =>
        (await ListAsync(cancellationToken).ConfigureAwait(false)).LastOrDefault(policy => policy.From <= at) is { } stored ? Read(stored) : null;

    /// <summary>Takes up the versions that have decided before: once for each version that is in force.</summary>
    /// <exception cref="GdprPolicyException">The policy in force may not decide about destruction (<c>E-VERSION-01</c>): its content has changed under a version that has
    /// decided, or a later version has.</exception>
    internal async ValueTask RecallAsync(CancellationToken cancellationToken)
    {
        var (policy, recalled) = (_policies.Current, _recalled);
        if (recalled?.Hash != policy.Hash)
        {
            var kept = new List<StoredPolicy>();
            await foreach (var stored in _states.ReadPoliciesAsync(cancellationToken).ConfigureAwait(false))
            {
                kept.Add(stored);
            }

            var now = _clock.GetCurrentInstant();
            _recalled = recalled = new Recalled(policy.Hash, now, _policies.Recall(kept, now).Conflict);
        }

        if (recalled.Conflict is { } conflict)
        {
            throw new GdprPolicyException([conflict]);
        }
    }

    /// <summary>Keeps the version that decides now; it keeps its first instant, at which this process took it up: the versions before it ceased to apply then.</summary>
    internal ValueTask KeepCurrentAsync(CancellationToken cancellationToken)
    {
        var policy = _policies.Current;
        return _states.PutPolicyAsync(
            new StoredPolicy(policy.Hash, policy.Policy, policy.Version, From(policy), CanonicalJson.Write(policy)), cancellationToken);
    }

    private Instant From(GdprPolicy policy) => _recalled is { } recalled && recalled.Hash == policy.Hash ? recalled.At : _clock.GetCurrentInstant();

    private static GdprPolicy Read(StoredPolicy stored) => PolicyReader.Read(stored.Json).GetUsable();

    private sealed record Recalled(string Hash, Instant At, PolicyFinding? Conflict);
}
