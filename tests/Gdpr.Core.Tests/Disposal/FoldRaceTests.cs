using System.Security.Cryptography;
using System.Text.Json;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>States that are folded anew, in this process or by another node, while somebody relies on them.</summary>
public sealed class FoldRaceTests
{
    [Fact]
    public async Task A_node_that_has_not_got_the_new_key_yet_says_so_and_clears_nothing()
    {
        var (k1, k2) = (RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
        var old = new InMemoryKeyRing("k1", new Dictionary<string, ReadOnlyMemory<byte>> { ["k1"] = k1 });
        var rotated = new InMemoryKeyRing("k2", new Dictionary<string, ReadOnlyMemory<byte>> { ["k1"] = k1, ["k2"] = k2 });
        var world = new ShopWorld(keys: old);
        HookedStates? counting = null;
        world.AroundStates = states => counting = new HookedStates(states);
        await using var a = Shop.Open(world);
        await a.Work.PrepareAsync();
        var other = new ShopWorld(world.Data, journal: world.Journal, vault: world.Vault, keys: rotated) { States = world.States, Witness = world.Witness };
        await using var b = Shop.Open(other);
        await b.Work.PrepareAsync();
        var before = counting!.Clears;
        for (var i = 0; i < 5; i++)
        {
            await b.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost($"p{i}")));
            await b.Get<JournalFolds>().CatchUpAsync(CancellationToken.None);
            (await Should.ThrowAsync<KeyMissingException>(async () => await a.Get<JournalFolds>().CatchUpAsync(CancellationToken.None))).KeyId.ShouldBe("k2");
        }

        (counting.Clears - before).ShouldBe(0, "folds cleared by the node with the old ring");
    }

    [Fact]
    public async Task A_hold_released_while_another_node_folds_anew_lets_go()
    {
        var world = new ShopWorld();
        ShopWorld WorldOf() => new(world.Data, journal: world.Journal, vault: world.Vault, keys: world.Keys) { States = world.States, Witness = world.Witness };
        var (paused, goOn, isArmed) = (new TaskCompletionSource(), new TaskCompletionSource(), false);
        var rebuild = Task.CompletedTask;
        var worldB = WorldOf();
        var isRebuilding = false;
        worldB.AroundStates = states => new HookedStates(states, onWrite: async state =>
        {
            if (isRebuilding && state.Fold == "holds" && state.Content.Contains("eleasing", StringComparison.Ordinal))
            {
                isRebuilding = false;
                paused.SetResult();
                await goOn.Task;
            }
        });
        await using var b = Shop.Open(worldB);
        await b.Work.PrepareAsync();
        var worldA = WorldOf();
        worldA.AroundStates = states => new HookedStates(states, onReadFold: async fold =>
        {
            if (isArmed && fold == "holds")
            {
                isArmed = false;
                isRebuilding = true;
                rebuild = Task.Run(async () => await b.Get<JournalFolds>().RebuildAsync(CancellationToken.None));
                await Task.WhenAny(paused.Task, rebuild).WaitAsync(TimeSpan.FromSeconds(10));
                paused.Task.IsCompleted.ShouldBeTrue();
            }
        });
        await using var a = Shop.Open(worldA);
        await a.ApproveAsync();
        var hold = await a.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
        hold.Phase.ShouldBe(HoldPhase.Placed);
        isArmed = true;
        await a.Holds.ReleaseAsync(hold.Id, "legal");
        goOn.SetResult();
        await rebuild;
        await a.Work.PrepareAsync();
        await b.Work.PrepareAsync();

        (await a.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
        ((await a.Holds.ListAsync()).Single().Phase, a.Data.Customers.Find("gone-1")).ShouldBe((HoldPhase.Released, null));
    }

    [Fact]
    public async Task While_all_is_folded_anew_nobody_is_told_of_less_than_before()
    {
        await using var shop = Shop.Open();
        await shop.ApproveAsync();
        for (var i = 0; i < 3; i++)
        {
            await shop.Holds.PlaceAsync(Shop.Terms(records: [$"gone-{i + 1}"]));
        }

        var keeper = shop.Get<FactsKeeper>();
        var (head, stop, less, few) = ((await keeper.HeadAsync(CancellationToken.None)).Position, false, 0, 0);
        var rebuilding = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                await shop.Get<JournalFolds>().RebuildAsync(CancellationToken.None);
            }
        })).ToArray();
        const int Asked = 2000;
        for (var asked = 0; asked < Asked; asked++)
        {
            less += (await keeper.HeadAsync(CancellationToken.None)).Position < head ? 1 : 0;
            await shop.Get<JournalFolds>().CatchUpAsync(CancellationToken.None);
            few += (await shop.Get<HoldRegister>().ReadAsync(CancellationToken.None)).Count < 3 ? 1 : 0;
        }

        Volatile.Write(ref stop, true);
        await Task.WhenAll(rebuilding);
        (less, few).ShouldBe((0, 0), $"head too low, holds missing, of {Asked}");
    }

    [Fact]
    public async Task States_cleared_while_another_node_says_how_far_it_has_come_are_folded_anew()
    {
        var world = new ShopWorld();
        DataSubject person;
        await using (var first = Shop.Open(world))
        {
            await first.Work.PrepareAsync();
            person = await first.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("kept-1")));
            await first.Get<JournalFolds>().CatchUpAsync(CancellationToken.None);
        }

        // Node A rebuilds, and dies when it has cleared everything; node B is folding an entry just then.
        var dying = false;
        ShopWorld WorldOf() => new(world.Data, journal: world.Journal, vault: world.Vault, keys: world.Keys) { States = world.States, Witness = world.Witness };
        var worldA = WorldOf();
        worldA.AroundStates = states => new HookedStates(states, onWrite: _ => dying ? throw new InvalidOperationException("killed") : Task.CompletedTask);
        await using var a = Shop.Open(worldA);
        var worldB = WorldOf();
        var isFolding = false;
        worldB.AroundStates = states => new HookedStates(states, onWrite: async state =>
        {
            if (isFolding && state.Fold == "holds")
            {
                isFolding = false;
                dying = true;
                await Should.ThrowAsync<InvalidOperationException>(async () => await a.Get<JournalFolds>().RebuildAsync(CancellationToken.None));
            }
        });
        await using (var b = Shop.Open(worldB))
        {
            await b.Get<JournalFolds>().CatchUpAsync(CancellationToken.None);
            var placing = new HoldPlacing(Guid.NewGuid().ToString("N"), ["crm.customers"], "2026-11-01", "2027-02-01", false);
            await b.Get<JournalWriter>().RecordAsync(HoldEntries.StreamOf(placing.Id), 0, HoldEntries.Placing, JsonSerializer.Serialize(placing, HoldJson.Default.HoldPlacing), "shop");
            isFolding = true;
            await b.Get<JournalFolds>().CatchUpAsync(CancellationToken.None);
            isFolding.ShouldBeFalse("the race was run");
        }

        await using var later = Shop.Open(WorldOf());
        await later.Get<JournalFolds>().CatchUpAsync(CancellationToken.None);
        var known = await later.Get<SubjectRegister>().ReadAsync(person, CancellationToken.None);
        known.IsRegistered.ShouldBeTrue("the person's state was folded anew");
    }

    private sealed class HookedStates(IStateStore inner, Func<FoldedState, Task>? onWrite = null, Func<string, Task>? onReadFold = null) : IStateStore
    {
        public int Clears { get; private set; }

        public ValueTask PrepareAsync(CancellationToken ct) => inner.PrepareAsync(ct);

        public ValueTask<FoldedState?> ReadAsync(string fold, string controller, string key, CancellationToken ct) => inner.ReadAsync(fold, controller, key, ct);

        public async IAsyncEnumerable<FoldedState> ReadFoldAsync(string fold, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
        {
            if (onReadFold is not null)
            {
                await onReadFold(fold);
            }

            await foreach (var state in inner.ReadFoldAsync(fold, ct))
            {
                yield return state;
            }
        }

        public async ValueTask<bool> WriteAsync(FoldedState state, CancellationToken ct)
        {
            if (onWrite is not null)
            {
                await onWrite(state);
            }

            return await inner.WriteAsync(state, ct);
        }

        public async ValueTask ClearFoldAsync(string fold, CancellationToken ct)
        {
            Clears++;
            await inner.ClearFoldAsync(fold, ct);
        }

        public ValueTask PutItemAsync(OpenItem item, CancellationToken ct) => inner.PutItemAsync(item, ct);

        public ValueTask RemoveItemAsync(string id, CancellationToken ct) => inner.RemoveItemAsync(id, ct);

        public IAsyncEnumerable<OpenItem> ReadDueItemsAsync(string kind, Instant until, CancellationToken ct) => inner.ReadDueItemsAsync(kind, until, ct);

        public ValueTask<bool> TryTakeLeaseAsync(Lease lease, Instant now, Duration life, CancellationToken ct) => inner.TryTakeLeaseAsync(lease, now, life, ct);

        public ValueTask ReleaseLeaseAsync(Lease lease, CancellationToken ct) => inner.ReleaseLeaseAsync(lease, ct);

        public ValueTask<Lease?> ReadLeaseAsync(string name, Instant now, CancellationToken ct) => inner.ReadLeaseAsync(name, now, ct);

        public ValueTask<KillSwitch> ReadKillSwitchAsync(CancellationToken ct) => inner.ReadKillSwitchAsync(ct);

        public ValueTask SetKillSwitchAsync(KillSwitch killSwitch, CancellationToken ct) => inner.SetKillSwitchAsync(killSwitch, ct);

        public ValueTask PutPolicyAsync(StoredPolicy policy, CancellationToken ct) => inner.PutPolicyAsync(policy, ct);

        public ValueTask<StoredPolicy?> ReadPolicyAsync(string hash, CancellationToken ct) => inner.ReadPolicyAsync(hash, ct);

        public IAsyncEnumerable<StoredPolicy> ReadPoliciesAsync(CancellationToken ct) => inner.ReadPoliciesAsync(ct);
    }
}
