using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Policies.Json;
using Gdpr.Retention;
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
        await KeepUnlessInConflictAsync(cancellationToken).ConfigureAwait(false);
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
        await KeepUnlessInConflictAsync(cancellationToken).ConfigureAwait(false);
        return await _states.ReadPolicyAsync(hash, cancellationToken).ConfigureAwait(false) is { } stored ? Read(stored) : null;
    }

    /// <summary>The version that decided at an instant, or <see langword="null"/> where none had begun to.</summary>
    /// <param name="at">The instant.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<GdprPolicy?> DecidingAtAsync(Instant at, CancellationToken cancellationToken = default) =>
        (await ListAsync(cancellationToken).ConfigureAwait(false)).LastOrDefault(policy => policy.From <= at) is { } stored ? Read(stored) : null;

    /// <summary>Takes up the versions that have decided before, on whichever node.</summary>
    /// <returns>The rules in force, bound by what the versions before had let go.</returns>
    /// <exception cref="GdprPolicyException">The policy in force may not decide about destruction (<c>E-VERSION-01</c>): its content has changed under a version that has
    /// decided, or a later version has.</exception>
    internal async ValueTask<RetentionSchedule> RecallAsync(CancellationToken cancellationToken)
    {
        var recalled = await LookAsync(cancellationToken).ConfigureAwait(false);
        return recalled.Conflict is { } conflict ? throw new GdprPolicyException([conflict]) : recalled.Schedule;
    }

    private async ValueTask<Recalled> LookAsync(CancellationToken cancellationToken)
    {
        var kept = new List<StoredPolicy>();
        await foreach (var stored in _states.ReadPoliciesAsync(cancellationToken).ConfigureAwait(false))
        {
            kept.Add(stored);
        }

        var policy = _policies.Current;
        var rows = string.Join('\n', kept.Select(stored => FormattableString.Invariant($"{stored.Hash} {stored.From.ToUnixTimeTicks()}")));

        // What is in conflict by the clock of now may not be by that of the next minute.
        var before = _recalled is { Conflict: null } known && known.Hash == policy.Hash ? known : null;
        if (before is not null && before.Rows == rows && ReferenceEquals(before.Schedule, _policies.Schedule))
        {
            return before;
        }

        var at = before?.At ?? _clock.GetCurrentInstant();
        var (found, schedule) = _policies.Recall(kept, at);
        if (schedule.Policy.Hash != policy.Hash)
        {
            // It was reloaded in the meantime, and the instant is the other version's.
            return await LookAsync(cancellationToken).ConfigureAwait(false);
        }

        var isKept = kept.Exists(stored => stored.Hash == policy.Hash && stored.From <= found.Began);
        return _recalled = new Recalled(schedule.Policy.Hash, rows, at, found.Began, found.Conflict, schedule) { IsKept = isKept };
    }

    /// <summary>Keeps a version, because something is decided under it. It keeps its first instant, at which this process took it up: the versions before it ceased to
    /// apply then.</summary>
    /// <returns>The rules in force by now, bound by what other nodes have decided in the meantime.</returns>
    /// <exception cref="GdprPolicyException">Another node has decided in the meantime under what makes that impossible.</exception>
    internal async ValueTask<RetentionSchedule> KeepAsync(GdprPolicy policy, CancellationToken cancellationToken)
    {
        if (await LookAsync(cancellationToken).ConfigureAwait(false) is { IsKept: true, Conflict: null } recalled && recalled.Hash == policy.Hash)
        {
            return recalled.Schedule;
        }

        await PutAsync(policy, cancellationToken).ConfigureAwait(false);
        return await RecallAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps the version in force.</summary>
    internal ValueTask KeepCurrentAsync(CancellationToken cancellationToken) => PutAsync(_policies.Current, cancellationToken);

    /// <summary>What is only read is kept as well, unless it is not what it says it is.</summary>
    private async ValueTask KeepUnlessInConflictAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RecallAsync(cancellationToken).ConfigureAwait(false);
            await KeepCurrentAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (GdprPolicyException)
        {
            // Whoever would destroy is told.
        }
    }

    private async ValueTask PutAsync(GdprPolicy policy, CancellationToken cancellationToken)
    {
        var recalled = await LookAsync(cancellationToken).ConfigureAwait(false);
        var from = recalled.Hash == policy.Hash ? recalled.From : _clock.GetCurrentInstant();
        await _states.PutPolicyAsync(new StoredPolicy(policy.Hash, policy.Policy, policy.Version, from, CanonicalJson.Write(policy)), cancellationToken)
            .ConfigureAwait(false);
    }

    private static GdprPolicy Read(StoredPolicy stored) => PolicyReader.Read(stored.Json).GetUsable();

    private sealed record Recalled(string Hash, string Rows, Instant At, Instant From, PolicyFinding? Conflict, RetentionSchedule Schedule)
    {
        /// <summary>Whether the version is among those kept, since as early as it began.</summary>
        public bool IsKept { get; init; }
    }
}
