using System.Runtime.CompilerServices;
using NodaTime;

namespace Gdpr.Journals;

/// <summary>A state store in memory: for tests, samples and trying things out. It is gone with the process.</summary>
public sealed class InMemoryStateStore : IStateStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Fold, string Controller, string Key), FoldedState> _states = [];
    private readonly Dictionary<string, OpenItem> _items = [];
    private readonly Dictionary<string, (Lease Lease, Instant End)> _leases = [];
    private readonly Dictionary<string, StoredPolicy> _policies = [];
    private KillSwitch _killSwitch = KillSwitch.Off;

    /// <inheritdoc/>
    public ValueTask PrepareAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<FoldedState?> ReadAsync(string fold, string controller, string key, CancellationToken cancellationToken) =>
        Do(() => _states.GetValueOrDefault((fold, controller, key)), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<FoldedState?>> ReadManyAsync(string fold, string controller, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return Do<IReadOnlyList<FoldedState?>>(() => [.. keys.Select(key => _states.GetValueOrDefault((fold, controller, key)))], cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<FoldedState> ReadFoldAsync(string fold, CancellationToken cancellationToken) => Snapshot(
        () => _states.Values.Where(state => state.Fold == fold)
            .OrderBy(state => state.Controller, StringComparer.Ordinal).ThenBy(state => state.Key, StringComparer.Ordinal),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> WriteAsync(FoldedState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Do(
            () =>
            {
                var key = (state.Fold, state.Controller, state.Key);
                if (_states.TryGetValue(key, out var kept) && kept.Position >= state.Position)
                {
                    return false;
                }

                _states[key] = state;
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask ClearFoldAsync(string fold, CancellationToken cancellationToken) =>
        Do(() => _states.Keys.Where(key => key.Fold == fold).ToList().ForEach(key => _states.Remove(key)), cancellationToken);

    /// <inheritdoc/>
    public ValueTask PutItemAsync(OpenItem item, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        return Do(() => { _items[item.Id] = item; }, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask RemoveItemAsync(string id, CancellationToken cancellationToken) => Do(() => { _items.Remove(id); }, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<OpenItem> ReadDueItemsAsync(string kind, Instant now, CancellationToken cancellationToken) => Snapshot(
        () => _items.Values.Where(item => item.Kind == kind && item.Due <= now).OrderBy(item => item.Due).ThenBy(item => item.Id, StringComparer.Ordinal),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> TryTakeLeaseAsync(Lease lease, Instant now, Duration life, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(life, Duration.Zero);
        return Do(
            () =>
            {
                if (_leases.TryGetValue(lease.Name, out var kept) && kept.Lease.Worker != lease.Worker && kept.End > now && kept.End <= now + life + life)
                {
                    return false;
                }

                _leases[lease.Name] = (lease, now + life);
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return Do(
            () =>
            {
                if (_leases.TryGetValue(lease.Name, out var kept) && kept.Lease.Worker == lease.Worker)
                {
                    _leases.Remove(lease.Name);
                }
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Lease?> ReadLeaseAsync(string name, Instant now, CancellationToken cancellationToken) =>
        Do(() => _leases.TryGetValue(name, out var kept) && kept.End > now ? kept.Lease : null, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<KillSwitch> ReadKillSwitchAsync(CancellationToken cancellationToken) => Do(() => _killSwitch, cancellationToken);

    /// <inheritdoc/>
    public ValueTask SetKillSwitchAsync(KillSwitch killSwitch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(killSwitch);
        return Do(() => { _killSwitch = killSwitch; }, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask PutPolicyAsync(StoredPolicy policy, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Do(
            () =>
            {
                var kept = _policies.GetValueOrDefault(policy.Hash);
                _policies[policy.Hash] = kept is null ? policy : kept with { From = Instant.Min(kept.From, policy.From) };
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<StoredPolicy?> ReadPolicyAsync(string hash, CancellationToken cancellationToken) => Do(() => _policies.GetValueOrDefault(hash), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredPolicy> ReadPoliciesAsync(CancellationToken cancellationToken) =>
        Snapshot(() => _policies.Values.OrderBy(policy => policy.From).ThenBy(policy => policy.Hash, StringComparer.Ordinal), cancellationToken);

    private ValueTask<T> Do<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return ValueTask.FromResult(work());
        }
    }

    private ValueTask Do(Action work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            work();
        }

        return ValueTask.CompletedTask;
    }

    private async IAsyncEnumerable<T> Snapshot<T>(Func<IEnumerable<T>> take, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.CompletedTask.ConfigureAwait(false);
        List<T> items;
        lock (_gate)
        {
            items = [.. take()];
        }

        foreach (var item in items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return item;
        }
    }
}
