using Gdpr.Journals;
using NodaTime;
using static Gdpr.Testing.JournalSamples;

namespace Gdpr.Testing;

/// <summary>What every <see cref="IStateStore"/> does.</summary>
public sealed partial class StateStoreContract : ContractSuite<IStateStore>
{
    /// <summary>Makes the suite.</summary>
    /// <param name="newHost">Makes an empty store somewhere; called once per case.</param>
    public StateStoreContract(Func<ContractHost<IStateStore>> newHost)
        : base(newHost)
    {
        Add(A_state_that_was_never_written_is_not_there);
        Add(A_state_is_read_back);
        Add(Folds_controllers_and_keys_are_apart);
        Add(A_state_never_goes_back);
        Add(Of_parallel_writes_the_highest_position_stays);
        Add(Many_states_are_written_and_none_goes_back);
        Add(Many_states_are_read_in_the_order_asked_for);
        Add(A_fold_is_read_in_order);
        Add(A_cleared_fold_is_built_anew);
        Add(Items_are_read_when_due);
        Add(An_item_replaces_that_of_its_id);
        Add(An_item_is_removed);
        Add(The_kill_switch_is_off_at_first_and_stays_as_set);
        Add(A_policy_keeps_its_earliest_instant);
        Add(Policies_are_read_in_the_order_in_which_they_decided);
        Add(Another_handle_sees_every_state);
        Add(Cancelled_writes_change_nothing);
        AddLeases();
    }

    private static async Task<IStateStore> OpenAsync(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await host.OpenAsync(ct).ConfigureAwait(false);
        await store.PrepareAsync(ct).ConfigureAwait(false);
        return store;
    }

    private static FoldedState State(long position, string key = "1", string controller = "example", string fold = "holds") =>
        new(fold, controller, key, position, $$"""{"at":{{position}},"å":"𝔊"}""");

    private static OpenItem Item(string id, int minutes, string kind = "plan") => new(id, kind, Now + Duration.FromMinutes(minutes), $"\"{id}\"");

    private static StoredPolicy Policy(string hash, int days) => new(hash, "example", $"v{hash}", Now + Duration.FromDays(days), $$"""{"policy":"{{hash}}å"}""");

    private static async Task<IEnumerable<string>> DueAsync(IStateStore store, string kind, Instant now, CancellationToken ct) =>
        (await Expect.ListAsync(store.ReadDueItemsAsync(kind, now, ct), ct).ConfigureAwait(false)).Select(item => item.Id);

    private static async Task A_state_that_was_never_written_is_not_there(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        Expect.Equal(null, await store.ReadAsync("holds", "example", "1", ct).ConfigureAwait(false), "A state that was never written");
        Expect.Sequence([], await Expect.ListAsync(store.ReadFoldAsync("holds", ct), ct).ConfigureAwait(false), "The states of a fold that is not there");
    }

    private static async Task A_state_is_read_back(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        var large = State(1, key: "large") with { Content = new string('ö', 1 << 20) };
        foreach (var state in new[] { State(5), State(long.MaxValue, key: "å/𝔊 '%_"), State(1, controller: ""), large })
        {
            Expect.That(await store.WriteAsync(state, ct).ConfigureAwait(false), "a first state is written.");
            Expect.Equal(state, await store.ReadAsync(state.Fold, state.Controller, state.Key, ct).ConfigureAwait(false), "The state");
        }
    }

    private static async Task Many_states_are_read_in_the_order_asked_for(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        FoldedState[] states = [.. Enumerable.Range(1, 1000).Select(i => State(i, key: $"å'{i}"))];
        await store.WriteAllAsync([.. states, State(1, key: "other", controller: "another"), State(1, key: "other", fold: "plans")], ct).ConfigureAwait(false);

        string[] backwards = [.. states.Reverse().Select(state => state.Key)];
        Expect.Sequence(states.Reverse(), await store.ReadManyAsync("holds", "example", backwards, ct).ConfigureAwait(false), "A thousand states");
        Expect.Sequence(
            [states[4], null, states[0], states[4]], await store.ReadManyAsync("holds", "example", ["å'5", "other", "å'1", "å'5"], ct).ConfigureAwait(false),
            "States of which one is not there and one is asked for twice");
        Expect.Sequence([], await store.ReadManyAsync("holds", "example", [], ct).ConfigureAwait(false), "The states of no keys");
    }

    private static async Task Many_states_are_written_and_none_goes_back(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.WriteAsync(State(9, key: "2"), ct).ConfigureAwait(false);

        await store.WriteAllAsync([State(1), State(8, key: "2"), State(3), State(2), .. Enumerable.Range(10, 300).Select(i => State(i, key: $"{i}"))], ct).ConfigureAwait(false);
        await store.WriteAllAsync([], ct).ConfigureAwait(false);

        Expect.Equal(State(3), await store.ReadAsync("holds", "example", "1", ct).ConfigureAwait(false), "Of several states of one key the furthest");
        Expect.Equal(State(9, key: "2"), await store.ReadAsync("holds", "example", "2", ct).ConfigureAwait(false), "A state that was further already");
        Expect.Equal(302, (await Expect.ListAsync(store.ReadFoldAsync("holds", ct), ct).ConfigureAwait(false)).Count, "How many states there are");
    }

    private static async Task Folds_controllers_and_keys_are_apart(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        FoldedState[] states = [State(1), State(2, key: "10"), State(3, controller: "Example"), State(4, controller: ""), State(5, fold: "Holds"), State(6, key: "1 ")];
        foreach (var state in states)
        {
            await store.WriteAsync(state, ct).ConfigureAwait(false);
        }

        foreach (var state in states)
        {
            Expect.Equal(state, await store.ReadAsync(state.Fold, state.Controller, state.Key, ct).ConfigureAwait(false), "The state");
        }

        Expect.Equal(null, await store.ReadAsync("holds", "other", "1", ct).ConfigureAwait(false), "The state that another controller reads");
    }

    private static async Task A_state_never_goes_back(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        Expect.That(await store.WriteAsync(State(5), ct).ConfigureAwait(false), "a first state is written.");
        foreach (var position in new long[] { 5, 4, 0 })
        {
            Expect.That(
                !await store.WriteAsync(State(position) with { Content = "\"late\"" }, ct).ConfigureAwait(false), $"a state at {position} is not written over one at 5.");
        }

        Expect.Equal(State(5), await store.ReadAsync("holds", "example", "1", ct).ConfigureAwait(false), "The state");
        Expect.That(await store.WriteAsync(State(6), ct).ConfigureAwait(false), "a state of a higher position is written.");
        Expect.Equal(State(6), await store.ReadAsync("holds", "example", "1", ct).ConfigureAwait(false), "The state");
    }

    private static async Task Of_parallel_writes_the_highest_position_stays(ContractHost<IStateStore> host, CancellationToken ct)
    {
        const int Writers = 8;
        const int Each = 25;
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
            async () =>
            {
                var own = await OpenAsync(host, ct).ConfigureAwait(false);
                for (var i = 0; i < Each; i++)
                {
                    await own.WriteAsync(State(1 + (i * Writers) + writer), ct).ConfigureAwait(false);
                }
            },
            ct))).ConfigureAwait(false);
        Expect.Equal(State(Writers * Each), await store.ReadAsync("holds", "example", "1", ct).ConfigureAwait(false), "The state");
    }

    private static async Task A_fold_is_read_in_order(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        FoldedState[] states = [State(3, "b", ""), State(2, "10", "a"), State(9, "9", "a"), State(1, "B", "b"), State(5, "a", "b"), State(4, "å", "b")];
        foreach (var state in states.Reverse())
        {
            await store.WriteAsync(state, ct).ConfigureAwait(false);
        }

        await store.WriteAsync(State(9, fold: "requests"), ct).ConfigureAwait(false);
        Expect.Sequence(
            states, await Expect.ListAsync(store.ReadFoldAsync("holds", ct), ct).ConfigureAwait(false), "The states of the fold, ordinally by controller and key");
    }

    private static async Task A_cleared_fold_is_built_anew(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.WriteAsync(State(5), ct).ConfigureAwait(false);
        await store.WriteAsync(State(5, controller: ""), ct).ConfigureAwait(false);
        await store.WriteAsync(State(5, fold: "requests"), ct).ConfigureAwait(false);
        await store.ClearFoldAsync("holds", ct).ConfigureAwait(false);
        Expect.Sequence([], await Expect.ListAsync(store.ReadFoldAsync("holds", ct), ct).ConfigureAwait(false), "The states of a fold that was cleared");
        Expect.Equal(State(5, fold: "requests"), await store.ReadAsync("requests", "example", "1", ct).ConfigureAwait(false), "The state of another fold");
        Expect.That(await store.WriteAsync(State(1), ct).ConfigureAwait(false), "a fold that was cleared is built from the first position.");
    }

    private static async Task Items_are_read_when_due(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        foreach (var item in new[] { Item("d", 10), Item("c", 0), Item("a", 0), Item("b", -10), Item("x", -99, "other") })
        {
            await store.PutItemAsync(item, ct).ConfigureAwait(false);
        }

        Expect.Sequence(["b", "a", "c"], await DueAsync(store, "plan", Now, ct).ConfigureAwait(false), "The items due at an instant");
        Expect.Sequence(["b"], await DueAsync(store, "plan", Now.PlusTicks(-1), ct).ConfigureAwait(false), "The items due the tick before");
        Expect.Sequence(["b", "a", "c", "d"], await DueAsync(store, "plan", Instant.MaxValue, ct).ConfigureAwait(false), "All items");
        Expect.Sequence([], await DueAsync(store, "plan", Instant.MinValue, ct).ConfigureAwait(false), "The items due at the beginning of time");
        Expect.Equal(Item("b", -10), (await Expect.ListAsync(store.ReadDueItemsAsync("plan", Now, ct), ct).ConfigureAwait(false))[0], "The item");
    }

    private static async Task An_item_replaces_that_of_its_id(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.PutItemAsync(Item("a", 0), ct).ConfigureAwait(false);
        await store.PutItemAsync(Item("a", 5) with { Kind = "other", Content = "\"new\"" }, ct).ConfigureAwait(false);
        Expect.Sequence([], await DueAsync(store, "plan", Instant.MaxValue, ct).ConfigureAwait(false), "The items of the former kind");
        Expect.Sequence(["a"], await DueAsync(store, "other", Instant.MaxValue, ct).ConfigureAwait(false), "The items of the new kind");
    }

    private static async Task An_item_is_removed(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.PutItemAsync(Item("a", 0), ct).ConfigureAwait(false);
        await store.PutItemAsync(Item("b", 0), ct).ConfigureAwait(false);
        await store.RemoveItemAsync("a", ct).ConfigureAwait(false);
        await store.RemoveItemAsync("a", ct).ConfigureAwait(false);
        Expect.Sequence(["b"], await DueAsync(store, "plan", Now, ct).ConfigureAwait(false), "The items left");
    }

    private static async Task The_kill_switch_is_off_at_first_and_stays_as_set(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        Expect.Equal(KillSwitch.Off, await store.ReadKillSwitchAsync(ct).ConfigureAwait(false), "The kill switch that nobody has set");
        foreach (var set in new[] { new KillSwitch(true, "wrong policy – å", "privacy", Now), new KillSwitch(false, null, "privacy", Now.PlusTicks(1)), KillSwitch.Off })
        {
            await store.SetKillSwitchAsync(set, ct).ConfigureAwait(false);
            Expect.Equal(set, await store.ReadKillSwitchAsync(ct).ConfigureAwait(false), "The kill switch as it was set");
            var other = await OpenAsync(host, ct).ConfigureAwait(false);
            Expect.Equal(set, await other.ReadKillSwitchAsync(ct).ConfigureAwait(false), "The kill switch that another handle reads");
        }
    }

    private static async Task A_policy_keeps_its_earliest_instant(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        Expect.Equal(null, await store.ReadPolicyAsync("a", ct).ConfigureAwait(false), "A policy that was never kept");
        await store.PutPolicyAsync(Policy("a", 0), ct).ConfigureAwait(false);
        await store.PutPolicyAsync(Policy("a", 5), ct).ConfigureAwait(false);
        await store.PutPolicyAsync(Policy("a", -5), ct).ConfigureAwait(false);
        Expect.Equal(Policy("a", -5), await store.ReadPolicyAsync("a", ct).ConfigureAwait(false), "The policy");
    }

    private static async Task Policies_are_read_in_the_order_in_which_they_decided(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        StoredPolicy[] policies = [Policy("z", 0), Policy("b", 1), Policy("c", 1), Policy("a", 2)];
        foreach (var policy in policies.Reverse())
        {
            await store.PutPolicyAsync(policy, ct).ConfigureAwait(false);
        }

        Expect.Sequence(policies, await Expect.ListAsync(store.ReadPoliciesAsync(ct), ct).ConfigureAwait(false), "The policies");
    }

    private static async Task Another_handle_sees_every_state(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.WriteAsync(State(5), ct).ConfigureAwait(false);
        await store.PutItemAsync(Item("a", 0), ct).ConfigureAwait(false);
        await store.PutPolicyAsync(Policy("a", 0), ct).ConfigureAwait(false);

        var other = await OpenAsync(host, ct).ConfigureAwait(false);

        Expect.Equal(State(5), await other.ReadAsync("holds", "example", "1", ct).ConfigureAwait(false), "The state that another handle reads");
        Expect.Sequence(["a"], await DueAsync(other, "plan", Now, ct).ConfigureAwait(false), "The items that another handle reads");
        Expect.Equal(Policy("a", 0), await other.ReadPolicyAsync("a", ct).ConfigureAwait(false), "The policy that another handle reads");
        Expect.That(!await other.WriteAsync(State(4), ct).ConfigureAwait(false), "a state does not go back over another handle either.");
    }

    private static async Task Cancelled_writes_change_nothing(ContractHost<IStateStore> host, CancellationToken ct)
    {
        var store = await OpenAsync(host, ct).ConfigureAwait(false);
        await store.WriteAsync(State(1, "kept"), ct).ConfigureAwait(false);
        await store.PutItemAsync(Item("kept", 0), ct).ConfigureAwait(false);
        Func<Task>[] calls =
        [
            () => store.WriteAsync(State(5), Cancelled).AsTask(),
            () => store.ClearFoldAsync("holds", Cancelled).AsTask(),
            () => store.PutItemAsync(Item("a", 0), Cancelled).AsTask(),
            () => store.RemoveItemAsync("kept", Cancelled).AsTask(),
            () => store.TryTakeLeaseAsync(new Lease("l", "r", "w"), Now, Duration.FromSeconds(20), Cancelled).AsTask(),
            () => store.SetKillSwitchAsync(new KillSwitch(true, "r", "f", Now), Cancelled).AsTask(),
            () => store.PutPolicyAsync(Policy("a", 0), Cancelled).AsTask(),
        ];
        foreach (var call in calls)
        {
            await Expect.ThrowsAsync<OperationCanceledException>(call, "A call that was cancelled before it began").ConfigureAwait(false);
        }

        Expect.Sequence([State(1, "kept")], await Expect.ListAsync(store.ReadFoldAsync("holds", ct), ct).ConfigureAwait(false), "The states");
        Expect.Sequence(["kept"], await DueAsync(store, "plan", Now, ct).ConfigureAwait(false), "The items");
        Expect.Equal(null, await store.ReadLeaseAsync("l", Now, ct).ConfigureAwait(false), "The lease");
        Expect.Equal(KillSwitch.Off, await store.ReadKillSwitchAsync(ct).ConfigureAwait(false), "The kill switch");
        Expect.Equal(null, await store.ReadPolicyAsync("a", ct).ConfigureAwait(false), "The policy");
    }
}
