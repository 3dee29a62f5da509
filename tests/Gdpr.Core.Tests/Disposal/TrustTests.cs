using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Sources;
using Gdpr.Subjects;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>What permits destruction is taken from the journal and from the right keys: not from a state store that anybody may have changed, not from facts that
/// another journal left beside the data.</summary>
public sealed class TrustTests
{
    [Fact]
    public async Task An_approval_put_into_the_state_store_approves_nothing()
    {
        var world = new ShopWorld();
        await using var shop = Shop.Open(world);
        foreach (var dataSet in (await shop.Sweep.PreviewAsync()).DataSets)
        {
            var approval = $$"""
                {"approval":{"dataSet":"{{dataSet.DataSet}}","rules":"{{dataSet.Rules}}","mapping":"{{dataSet.Mapping}}","by":"x"},
                 "version":1,"occurredAt":"2026-01-01T00:00:00Z"}
                """;
            await world.States.WriteAsync(new FoldedState("sweep-approvals", "", dataSet.DataSet, 1, approval), CancellationToken.None);
        }

        (await shop.Sweep.RunAsync()).DataSets.ShouldAllBe(dataSet => dataSet.Status == SweepStatus.NeedsApproval);
        shop.Data.Customers.Find("gone-1").ShouldNotBeNull();
    }

    [Fact]
    public async Task An_approval_changed_in_the_journal_approves_nothing_until_it_is_given_again()
    {
        var world = new ShopWorld { AroundJournal = journal => new AlteredJournal(journal, entry => entry.Stream == "sweep-approval" && entry.Version == 1) };
        await using var shop = Shop.Open(world);
        await shop.ApproveAsync();

        (await shop.Sweep.RunAsync(null, ["crm.customers"])).DataSets[0].Status.ShouldBe(SweepStatus.NeedsApproval);

        await shop.ApproveAsync();
        (await shop.Sweep.RunAsync(null, ["crm.customers"])).DataSets[0].Status.ShouldBe(SweepStatus.Completed);
    }

    [Fact]
    public async Task A_kill_switch_turned_off_in_the_state_store_alone_is_on()
    {
        var world = new ShopWorld();
        await using var shop = Shop.Open(world);
        await shop.ApproveAsync();
        await shop.KillSwitch.TurnOnAsync("Marker-Reason", "operations");
        await world.States.SetKillSwitchAsync(KillSwitch.Off, CancellationToken.None);
        await world.States.WriteAsync(
            new FoldedState("kill-switch", "", "switch", 1000, """{"isOn":false,"by":"x","occurredAt":"2026-01-01T00:00:00Z","version":1}"""), CancellationToken.None);

        (await shop.Sweep.RunAsync()).DataSets.ShouldAllBe(dataSet => dataSet.Reason == SweepReasons.KillSwitch);
        (await shop.KillSwitch.ReadAsync()).IsOn.ShouldBeTrue();

        await shop.KillSwitch.TurnOffAsync("operations");
        (await shop.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
    }

    [Fact]
    public async Task A_kill_switch_whose_release_was_changed_in_the_journal_is_on_until_it_is_turned_off_again()
    {
        var world = new ShopWorld { AroundJournal = journal => new AlteredJournal(journal, entry => entry.Content.Type == "kill-switch-off" && entry.Version == 2) };
        await using var shop = Shop.Open(world);
        await shop.KillSwitch.TurnOnAsync("Marker-Reason", "operations");
        await shop.KillSwitch.TurnOffAsync("operations");
        var types = await shop.TypesAsync();
        types.Count.ShouldBe(2);

        (await shop.KillSwitch.ReadAsync()).IsOn.ShouldBeTrue();
    }

    [Theory]
    [InlineData("Released")]
    [InlineData("Releasing")]
    public async Task A_hold_let_go_in_the_state_store_alone_stands(string phase)
    {
        var world = new ShopWorld();
        await using (var before = Shop.Open(world))
        {
            await before.ApproveAsync();
            await before.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
        }

        await foreach (var state in world.States.ReadFoldAsync("holds", CancellationToken.None))
        {
            var forged = state.Content.Replace("\"Placed\"", $"\"{phase}\"", StringComparison.Ordinal)
                .Replace("\"factsPosition\":4", "\"factsPosition\":900", StringComparison.Ordinal);
            forged.ShouldNotBe(state.Content);
            await world.States.WriteAsync(state with { Position = 900, Content = forged }, CancellationToken.None);
            await world.States.WriteAsync(new FoldedState("facts", "", "head", 900, $$"""{"entry":"{{default(Digest)}}"}"""), CancellationToken.None);
        }

        await using var shop = Shop.Open(world);
        await shop.Work.RunDueAsync(Shop.Now, TimeSpan.FromMinutes(5));

        shop.Data.Customers.Find("gone-1").ShouldNotBeNull();
        shop.Data.Customers.Find("gone-2").ShouldBeNull();
        (await shop.TypesAsync()).ShouldNotContain("hold-released");
        (await shop.Holds.ListAsync()).ShouldHaveSingleItem().Phase.ShouldBe(HoldPhase.Placed);
    }

    [Fact]
    public async Task A_state_store_said_to_be_ahead_of_the_journal_does_not_hide_a_hold_that_comes()
    {
        var world = new ShopWorld();
        await using (var before = Shop.Open(world))
        {
            await before.ApproveAsync();
            await before.Sweep.PreviewAsync();
        }

        await world.States.WriteAsync(new FoldedState("journal", "", "cursor", 5000, "{}"), CancellationToken.None);
        await using var shop = Shop.Open(world);

        (await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]))).Phase.ShouldBe(HoldPhase.Placed);
        await shop.Sweep.RunAsync();
        shop.Data.Customers.Find("gone-1").ShouldNotBeNull();
        shop.Data.Customers.Find("gone-2").ShouldBeNull();
    }

    [Fact]
    public async Task Facts_that_another_journal_left_at_the_very_same_position_are_not_taken_for_this_ones()
    {
        var world = new ShopWorld();
        await using (var other = Shop.Open(world))
        {
            (await other.Holds.PlaceAsync(Shop.Terms(records: ["gone-3"]))).Phase.ShouldBe(HoldPhase.Placed);
        }

        // Another journal, whose hold stands at the same position beside a copy of the data that is not used any more.
        var copy = new ShopWorld();
        await using (var own = Shop.Open(copy))
        {
            await own.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
        }

        (await world.Data.Crm.ReadFactsPositionAsync(CancellationToken.None)).Position
            .ShouldBe((await copy.Data.Crm.ReadFactsPositionAsync(CancellationToken.None)).Position);
        var foreign = new ShopWorld(world.Data, journal: copy.Journal, vault: copy.Vault, keys: copy.Keys) { Witness = copy.Witness, States = copy.States };
        await using var shop = Shop.Open(foreign);
        await shop.SweepAsync();

        shop.Data.Customers.Find("gone-1").ShouldNotBeNull("this journal holds it");
        shop.Data.Customers.Find("gone-3").ShouldNotBeNull("the other's hold stands beside the data");
        shop.Data.Customers.Find("gone-2").ShouldBeNull();
    }

    [Fact]
    public async Task States_that_follow_from_another_journal_are_folded_anew()
    {
        var other = new ShopWorld();
        await using (var before = Shop.Open(other))
        {
            await before.Holds.PlaceAsync(Shop.Terms(records: ["gone-3"]));
            await before.Holds.PlaceAsync(Shop.Terms(records: ["gone-4"]));
        }

        var world = new ShopWorld();
        await using (var before = Shop.Open(world))
        {
            await before.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
        }

        world.States = other.States;
        await using var shop = Shop.Open(world);

        (await shop.Holds.ListAsync()).ShouldHaveSingleItem();
        await shop.SweepAsync();
        shop.Data.Customers.Find("gone-1").ShouldNotBeNull();
        shop.Data.Customers.Find("gone-3").ShouldBeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_ring_with_keys_of_the_same_ids_is_noticed_before_anything_is_destroyed(bool isStateLost)
    {
        var world = new ShopWorld();
        await using (var before = Shop.Open(world))
        {
            await before.ApproveAsync();
            await before.Work.RunDueAsync(Shop.Now, TimeSpan.Zero);
            await before.Sweep.RunAsync(null, ["crm.orders"]);
        }

        var foreign = new ShopWorld(world.Data, journal: world.Journal, vault: world.Vault, keys: InMemoryKeyRing.WithRandomKey())
        {
            Witness = world.Witness,
            States = isStateLost ? new InMemoryStateStore() : world.States,
        };
        await using var shop = Shop.Open(foreign);

        (await Should.ThrowAsync<KeyRingException>(() => shop.Work.PrepareAsync())).Message.ShouldContain("is not the one that was used before");
        (await shop.Sweep.RunAsync()).DataSets.ShouldAllBe(dataSet => dataSet.Status == SweepStatus.Failed && dataSet.Reason == "E-KEY-02");
        shop.Data.Customers.Find("gone-1").ShouldNotBeNull();
        shop.Data.Orders.Find("old-1").ShouldBeNull();
    }

    [Fact]
    public async Task A_key_that_is_new_in_the_ring_is_nothing_to_stop_for()
    {
        var (old, next) = (new byte[32], Enumerable.Repeat((byte)1, 32).ToArray());
        var world = new ShopWorld(keys: new InMemoryKeyRing("k1", new Dictionary<string, ReadOnlyMemory<byte>> { ["k1"] = old }));
        await using (var before = Shop.Open(world))
        {
            await before.Work.PrepareAsync();
            await before.Work.RunDueAsync(Shop.Now, TimeSpan.Zero);
        }

        var rotated = new ShopWorld(
            world.Data, journal: world.Journal, vault: world.Vault,
            keys: new InMemoryKeyRing("k2", new Dictionary<string, ReadOnlyMemory<byte>> { ["k2"] = next, ["k1"] = old }))
        {
            Witness = world.Witness,
            States = world.States,
        };
        await using var shop = Shop.Open(rotated);
        await shop.Work.PrepareAsync();
        (await shop.SweepAsync()).IsComplete.ShouldBeTrue();
    }
}
