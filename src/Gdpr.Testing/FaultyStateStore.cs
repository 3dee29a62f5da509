using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Testing;

internal sealed class FaultyStateStore(IStateStore inner, FaultPoints faults) : IStateStore
{
    private const string Port = nameof(IStateStore) + ".";

    public ValueTask PrepareAsync(CancellationToken cancellationToken) => faults.RunAsync(Port + nameof(PrepareAsync), () => inner.PrepareAsync(cancellationToken));

    public ValueTask<FoldedState?> ReadAsync(string fold, string controller, string key, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ReadAsync), () => inner.ReadAsync(fold, controller, key, cancellationToken));

    public ValueTask<IReadOnlyList<FoldedState?>> ReadManyAsync(string fold, string controller, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ReadManyAsync), () => inner.ReadManyAsync(fold, controller, keys, cancellationToken));

    public IAsyncEnumerable<FoldedState> ReadFoldAsync(string fold, CancellationToken cancellationToken) =>
        faults.Run(Port + nameof(ReadFoldAsync), inner.ReadFoldAsync(fold, cancellationToken), cancellationToken);

    public ValueTask<bool> WriteAsync(FoldedState state, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(WriteAsync), () => inner.WriteAsync(state, cancellationToken));

    public ValueTask WriteAllAsync(IReadOnlyList<FoldedState> states, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(WriteAllAsync), () => inner.WriteAllAsync(states, cancellationToken));

    public ValueTask ClearFoldAsync(string fold, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ClearFoldAsync), () => inner.ClearFoldAsync(fold, cancellationToken));

    public ValueTask PutItemAsync(OpenItem item, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(PutItemAsync), () => inner.PutItemAsync(item, cancellationToken));

    public ValueTask RemoveItemAsync(string id, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(RemoveItemAsync), () => inner.RemoveItemAsync(id, cancellationToken));

    public IAsyncEnumerable<OpenItem> ReadDueItemsAsync(string kind, Instant now, CancellationToken cancellationToken) =>
        faults.Run(Port + nameof(ReadDueItemsAsync), inner.ReadDueItemsAsync(kind, now, cancellationToken), cancellationToken);

    public ValueTask<bool> TryTakeLeaseAsync(Lease lease, Instant now, Duration life, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(TryTakeLeaseAsync), () => inner.TryTakeLeaseAsync(lease, now, life, cancellationToken));

    public ValueTask ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ReleaseLeaseAsync), () => inner.ReleaseLeaseAsync(lease, cancellationToken));

    public ValueTask<Lease?> ReadLeaseAsync(string name, Instant now, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ReadLeaseAsync), () => inner.ReadLeaseAsync(name, now, cancellationToken));

    public ValueTask<KillSwitch> ReadKillSwitchAsync(CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ReadKillSwitchAsync), () => inner.ReadKillSwitchAsync(cancellationToken));

    public ValueTask SetKillSwitchAsync(KillSwitch killSwitch, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(SetKillSwitchAsync), () => inner.SetKillSwitchAsync(killSwitch, cancellationToken));

    public ValueTask PutPolicyAsync(StoredPolicy policy, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(PutPolicyAsync), () => inner.PutPolicyAsync(policy, cancellationToken));

    public ValueTask<StoredPolicy?> ReadPolicyAsync(string hash, CancellationToken cancellationToken) =>
        faults.RunAsync(Port + nameof(ReadPolicyAsync), () => inner.ReadPolicyAsync(hash, cancellationToken));

    public IAsyncEnumerable<StoredPolicy> ReadPoliciesAsync(CancellationToken cancellationToken) =>
        faults.Run(Port + nameof(ReadPoliciesAsync), inner.ReadPoliciesAsync(cancellationToken), cancellationToken);
}
