using NodaTime;

namespace Gdpr.Journals;

/// <summary>What follows from the journal, kept for speed, and what is no history: leases, the kill switch, work that waits.</summary>
/// <remarks>Everything that is a fold can be cleared and rebuilt from the journal. A failed read is an exception, never an empty answer.</remarks>
public interface IStateStore
{
    /// <summary>Creates what the store needs, where it is missing. Idempotent.</summary>
    ValueTask PrepareAsync(CancellationToken cancellationToken);

    /// <summary>One state of a fold, or <see langword="null"/>.</summary>
    /// <param name="fold">The fold, such as <c>holds</c>.</param>
    /// <param name="controller">The controller; empty for what concerns none in particular.</param>
    /// <param name="key">What the state is of: a subject's key, a hold's id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<FoldedState?> ReadAsync(string fold, string controller, string key, CancellationToken cancellationToken);

    /// <summary>Many states of a fold, each as by <see cref="ReadAsync"/>. A store that can does it in one query.</summary>
    /// <param name="fold">The fold.</param>
    /// <param name="controller">The controller; empty for what concerns none in particular.</param>
    /// <param name="keys">What the states are of, in any order, at most a thousand.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>One for each key, in their order; <see langword="null"/> where there is none.</returns>
    async ValueTask<IReadOnlyList<FoldedState?>> ReadManyAsync(string fold, string controller, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var states = new List<FoldedState?>(keys.Count);
        foreach (var key in keys)
        {
            states.Add(await ReadAsync(fold, controller, key, cancellationToken).ConfigureAwait(false));
        }

        return states;
    }

    /// <summary>All states of a fold, ordinally by controller and key.</summary>
    IAsyncEnumerable<FoldedState> ReadFoldAsync(string fold, CancellationToken cancellationToken);

    /// <summary>Writes a state, unless one of the same or a higher position is there: folding the same entry twice changes nothing.</summary>
    /// <returns>Whether it was written.</returns>
    ValueTask<bool> WriteAsync(FoldedState state, CancellationToken cancellationToken);

    /// <summary>Writes many states, each as by <see cref="WriteAsync"/>. A store that can does it in one transaction.</summary>
    /// <param name="states">The states.</param>
    /// <param name="cancellationToken">Cancels.</param>
    async ValueTask WriteAllAsync(IReadOnlyList<FoldedState> states, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(states);
        foreach (var state in states)
        {
            await WriteAsync(state, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes every state of a fold, to rebuild it.</summary>
    ValueTask ClearFoldAsync(string fold, CancellationToken cancellationToken);

    /// <summary>Puts an open item in place of any with the same id.</summary>
    ValueTask PutItemAsync(OpenItem item, CancellationToken cancellationToken);

    /// <summary>Removes an open item. Idempotent.</summary>
    ValueTask RemoveItemAsync(string id, CancellationToken cancellationToken);

    /// <summary>The open items of a kind that are due at an instant, inclusive, the earliest first; of the same instant ordinally by id.</summary>
    IAsyncEnumerable<OpenItem> ReadDueItemsAsync(string kind, Instant now, CancellationToken cancellationToken);

    /// <summary>Takes a lease, or keeps one that the same worker has, if nobody else's life runs.</summary>
    /// <param name="lease">What is leased, for which run, by which worker.</param>
    /// <param name="now">The present.</param>
    /// <param name="life">How long it lives without a renewal: at the instant at which it ends, another may take it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether it was taken.</returns>
    /// <remarks>A lease that ends more than two lives from now was given under a clock that has been set back since: it may be taken. So clocks of workers may
    /// differ by a life.</remarks>
    ValueTask<bool> TryTakeLeaseAsync(Lease lease, Instant now, Duration life, CancellationToken cancellationToken);

    /// <summary>Gives a lease back, if the worker still has it: the next may take it at once.</summary>
    ValueTask ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken);

    /// <summary>The lease that lives on a name, or <see langword="null"/>.</summary>
    ValueTask<Lease?> ReadLeaseAsync(string name, Instant now, CancellationToken cancellationToken);

    /// <summary>The kill switch.</summary>
    ValueTask<KillSwitch> ReadKillSwitchAsync(CancellationToken cancellationToken);

    /// <summary>Sets the kill switch.</summary>
    ValueTask SetKillSwitchAsync(KillSwitch killSwitch, CancellationToken cancellationToken);

    /// <summary>Keeps a policy that decides. Idempotent: of a hash that is there the earliest instant stands, and nothing else changes.</summary>
    ValueTask PutPolicyAsync(StoredPolicy policy, CancellationToken cancellationToken);

    /// <summary>A policy by its hash, or <see langword="null"/>.</summary>
    ValueTask<StoredPolicy?> ReadPolicyAsync(string hash, CancellationToken cancellationToken);

    /// <summary>All policies that have decided, in the order of the instants from which they did; of the same instant ordinally by hash.</summary>
    IAsyncEnumerable<StoredPolicy> ReadPoliciesAsync(CancellationToken cancellationToken);
}

/// <summary>A state that follows from the journal.</summary>
/// <param name="Fold">The fold.</param>
/// <param name="Controller">The controller; empty for none in particular.</param>
/// <param name="Key">What the state is of.</param>
/// <param name="Position">The position of the last entry folded into it.</param>
/// <param name="Content">The state, as JSON without personal data.</param>
public sealed record FoldedState(string Fold, string Controller, string Key, long Position, string Content);

/// <summary>Work that waits for its time.</summary>
/// <param name="Id">The id.</param>
/// <param name="Kind">What kind of work.</param>
/// <param name="Due">When it is due.</param>
/// <param name="Content">What to do, as JSON without personal data.</param>
public sealed record OpenItem(string Id, string Kind, Instant Due, string Content)
{
    /// <summary>Later than anything is due: asks for everything that waits.</summary>
    internal static Instant EndOfTime { get; } = Instant.FromUtc(9999, 12, 31, 0, 0);
}

/// <summary>The right to work on something alone, for a while.</summary>
/// <param name="Name">What is leased, such as <c>sweep/crm.customers</c>.</param>
/// <param name="Run">The run.</param>
/// <param name="Worker">The worker.</param>
public sealed record Lease(string Name, string Run, string Worker);

/// <summary>Whether destruction is stopped everywhere.</summary>
/// <param name="IsOn">Whether it is.</param>
/// <param name="Reason">Why, where it is.</param>
/// <param name="By">The function that set it.</param>
/// <param name="At">When it was set.</param>
public sealed record KillSwitch(bool IsOn, string? Reason, string? By, Instant? At)
{
    /// <summary>Nobody has set it.</summary>
    public static KillSwitch Off { get; } = new(false, null, null, null);
}

/// <summary>A policy that has decided something.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="Policy">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="From">From when on it decided.</param>
/// <param name="Json">Its canonical JSON.</param>
public sealed record StoredPolicy(string Hash, string Policy, string Version, Instant From, string Json);
