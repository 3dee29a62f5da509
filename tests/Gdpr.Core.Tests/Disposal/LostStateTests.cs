using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Sources;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>What somebody takes out of the state store, or puts there, is noticed before anything is destroyed: it follows from the journal, and the journal counts.</summary>
public sealed class LostStateTests
{
    private static readonly string[] Everything = ["holds", "subjects", "requests", "journal"];

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_hold_whose_state_alone_is_gone_is_put_again_beside_data_that_knows_nothing_of_it(bool isFirst, bool isSameProcess)
    {
        var world = new ShopWorld();
        var before = Shop.Open(world);
        await before.ApproveAsync();
        string[] ids =
        [
            (await before.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]))).Id,
            (await before.Holds.PlaceAsync(Shop.Terms(records: ["gone-2"]))).Id,
        ];
        await RemoveAsync(world, "holds", state => state.Key == (isFirst ? ids[0] : ids[1]));

        // The same records, and no facts beside them.
        var copied = new ShopWorld(journal: world.Journal, vault: world.Vault, keys: world.Keys) { States = world.States, Witness = world.Witness };
        await using var shop = isSameProcess ? before : Shop.Open(copied);
        (await shop.SweepAsync()).IsComplete.ShouldBeTrue();

        shop.Data.Customers.ToList().Select(customer => customer.Id).Where(id => id.StartsWith("gone", StringComparison.Ordinal)).ShouldBe(["gone-1", "gone-2"], true);
        (await shop.Holds.ListAsync()).Select(hold => hold.Id).ShouldBe(ids, true);
        await shop.Holds.ReleaseAsync(isFirst ? ids[0] : ids[1], "legal-department");
        (await shop.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
        shop.Data.Customers.Find("gone-1").ShouldBe(isFirst ? null : shop.Data.Customers.Find("gone-1"));
        shop.Data.Customers.ToList().Count(customer => customer.Id.StartsWith("gone", StringComparison.Ordinal)).ShouldBe(1);
        await before.DisposeAsync();
    }

    [Fact]
    public async Task A_hold_that_waits_for_its_source_is_missed_when_its_state_is_gone()
    {
        var isDown = false;
        var world = new ShopWorld(around: source => new HookedSource(source, call => isDown && source.Name == "crm" && call == "before change-facts"
            ? Task.FromException(new SourceUnavailableException("crm", "down")) : Task.CompletedTask));
        await using (var before = Shop.Open(world))
        {
            await before.ApproveAsync();
            isDown = true;
            (await before.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]))).Phase.ShouldBe(HoldPhase.Placing);
            isDown = false;
        }

        await RemoveAsync(world, "holds", _ => true);
        await using var shop = Shop.Open(world);
        (await shop.Sweep.RunAsync()).IsComplete.ShouldBeTrue();

        shop.Data.Customers.Find("gone-1").ShouldNotBeNull();
        shop.Data.Customers.Find("gone-2").ShouldBeNull();
        (await shop.Holds.ListAsync()).ShouldHaveSingleItem().Phase.ShouldBe(HoldPhase.Placed);
    }

    [Theory]
    [InlineData("\"open", "\"closed")]
    [InlineData("\"facts", "\"factoids")]
    public async Task What_is_sealed_of_holds_cannot_be_changed_without_the_key(string sealedText, string forged)
    {
        var world = new ShopWorld();
        await using (var before = Shop.Open(world))
        {
            await before.ApproveAsync();
            await before.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
        }

        await foreach (var cursor in world.States.ReadFoldAsync("journal", CancellationToken.None))
        {
            var content = cursor.Content.Replace(sealedText.Replace("\"", "\\u0022", StringComparison.Ordinal), forged.Replace("\"", "\\u0022", StringComparison.Ordinal), StringComparison.Ordinal);
            content.ShouldNotBe(cursor.Content);
            await RemoveAsync(world, "journal", _ => true);
            await world.States.WriteAsync(cursor with { Content = content }, CancellationToken.None);
        }

        await RemoveAsync(world, "holds", _ => true);
        var copied = new ShopWorld(journal: world.Journal, vault: world.Vault, keys: world.Keys) { States = world.States, Witness = world.Witness };
        await using var shop = Shop.Open(copied);
        await shop.SweepAsync();

        shop.Data.Customers.Find("gone-1").ShouldNotBeNull();
        shop.Data.Customers.Find("gone-2").ShouldBeNull();
    }

    [Fact]
    public async Task How_far_the_states_have_come_cannot_be_said_further_than_whoever_has_the_key_said()
    {
        var world = new ShopWorld();
        await using (var before = Shop.Open(world))
        {
            await before.ApproveAsync();
            await before.Holds.PlaceAsync(Shop.Terms(records: ["gone-2"]));
        }

        // Another process has placed it, and nobody has folded that.
        await using (var other = Shop.Open(new ShopWorld(journal: world.Journal, vault: world.Vault, keys: world.Keys) { Witness = world.Witness }))
        {
            await other.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
        }

        var (last, isForged) = ((await world.EntriesAsync())[^1], false);
        await foreach (var cursor in world.States.ReadFoldAsync("journal", CancellationToken.None))
        {
            isForged = await world.States.WriteAsync(
                cursor with { Position = last.Position, Content = cursor.Content.Replace(Entry(cursor.Content), last.Hash.ToString(), StringComparison.Ordinal) },
                CancellationToken.None);
        }

        isForged.ShouldBeTrue();
        await using var shop = Shop.Open(world);
        await shop.Sweep.RunAsync();

        shop.Data.Customers.Find("gone-1").ShouldNotBeNull();
        shop.Data.Customers.Find("gone-2").ShouldNotBeNull();
        shop.Data.Customers.Find("gone-3").ShouldBeNull();

        static string Entry(string content) => content[(content.IndexOf("\"entry\":\"", StringComparison.Ordinal) + 9)..][..64];
    }

    [Fact]
    public async Task An_older_seal_put_back_loses_nothing_that_came_after_it()
    {
        var world = new ShopWorld();
        var older = new List<FoldedState>();
        await using (var before = Shop.Open(world))
        {
            await before.ApproveAsync();
            await before.Holds.PlaceAsync(Shop.Terms(records: ["gone-2"]));
            foreach (var fold in Everything)
            {
                await foreach (var state in world.States.ReadFoldAsync(fold, CancellationToken.None))
                {
                    older.Add(state);
                }
            }

            await before.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
        }

        foreach (var fold in Everything)
        {
            await RemoveAsync(world, fold, _ => true);
        }

        await ((IStateStore)world.States).WriteAllAsync(older, CancellationToken.None);
        var copied = new ShopWorld(journal: world.Journal, vault: world.Vault, keys: world.Keys) { States = world.States, Witness = world.Witness };
        await using var shop = Shop.Open(copied);
        await shop.SweepAsync();

        shop.Data.Customers.Find("gone-1").ShouldNotBeNull();
        shop.Data.Customers.Find("gone-2").ShouldNotBeNull();
        shop.Data.Customers.Find("gone-3").ShouldBeNull();
    }

    [Fact]
    public async Task A_restriction_is_put_beside_data_that_knows_nothing_of_it_although_the_state_of_the_person_is_gone()
    {
        var world = new ShopWorld();
        await using (var before = Shop.Open(world))
        {
            var subject = await before.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("gone-1")));
            await before.Get<SubjectCommands>().RecordAsync(
                subject,
                _ => [new PersonalEntry(before.Get<SubjectCommands>().EntryOf(
                    subject, SubjectEntries.RestrictionPlaced, """{"id":"r1","ground":"Claims","dataSets":[]}"""))],
                null, CancellationToken.None);
            (await before.SweepAsync()).IsComplete.ShouldBeTrue();
        }

        await RemoveAsync(world, "subjects", _ => true);
        await RemoveAsync(world, "subject-facts", _ => true);
        var copied = new ShopWorld(journal: world.Journal, vault: world.Vault, keys: world.Keys) { States = world.States, Witness = world.Witness };
        await using var shop = Shop.Open(copied);
        await shop.Sweep.RunAsync();

        shop.Data.Customers.Find("gone-1").ShouldNotBeNull();
        shop.Data.Customers.Find("gone-2").ShouldBeNull();
    }

    [Fact]
    public async Task A_state_that_names_a_position_to_which_the_journal_has_not_come_does_not_keep_holds_from_the_data()
    {
        var world = new ShopWorld();
        await using var shop = Shop.Open(world);
        await shop.ApproveAsync();
        await world.States.WriteAsync(new FoldedState("restored-facts", "", "head", 5000, "{}"), CancellationToken.None);
        await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
        await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-2"]));

        (await shop.Sweep.RunAsync()).IsComplete.ShouldBeTrue();

        shop.Data.Customers.Find("gone-1").ShouldNotBeNull();
        shop.Data.Customers.Find("gone-2").ShouldNotBeNull();
        shop.Data.Customers.Find("gone-3").ShouldBeNull();
        (await shop.Data.Crm.ReadFactsPositionAsync(CancellationToken.None)).Position.ShouldBeLessThan(5000);
    }

    [Fact]
    public async Task What_stands_is_said_again_before_its_entries_expire_whatever_was_done_to_its_state()
    {
        var world = new ShopWorld();
        await using (var before = Shop.Open(world))
        {
            var subject = await before.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("gone-1")));
            await before.Get<SubjectCommands>().RecordAsync(
                subject,
                _ => [new PersonalEntry(before.Get<SubjectCommands>().EntryOf(
                    subject, SubjectEntries.RestrictionPlaced, """{"id":"r1","ground":"Claims","dataSets":[]}"""))],
                null, CancellationToken.None);
            await before.Holds.PlaceAsync(Shop.Terms(records: ["gone-2"]));
            var ended = await before.Holds.PlaceAsync(Shop.Terms(records: ["gone-3"]));
            await before.Holds.ReleaseAsync(ended.Id, "legal-department");
            await before.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
            world.Clock.Advance(Duration.FromDays(1));
            await RemoveAsync(world, "subjects", _ => true);
            await RemoveAsync(world, "holds", _ => true);
            (await before.Get<JournalExpiry>().ExpireAsync(world.Clock.GetCurrentInstant(), CancellationToken.None)).ShouldNotBeNull();
        }

        (await world.EntriesAsync()).Select(entry => entry.Content.Type).ShouldBe(["subject-restated", "hold-restated", "journal-expired"], true);
        var copied = new ShopWorld(journal: world.Journal, vault: world.Vault, keys: world.Keys) { Witness = world.Witness };
        copied.Clock.Advance(Duration.FromDays(1));
        await using var shop = Shop.Open(copied);
        await shop.SweepAsync();

        shop.Data.Customers.Find("gone-1").ShouldNotBeNull();
        shop.Data.Customers.Find("gone-2").ShouldNotBeNull();
        shop.Data.Customers.Find("gone-3").ShouldBeNull();
    }

    [Fact]
    public async Task A_plan_that_a_dead_worker_left_open_is_found_although_the_state_store_is_lost()
    {
        var world = new ShopWorld();
        await using (var before = Shop.Open(world, sweep: options => options.BatchSize = 2))
        {
            await before.ApproveAsync();
            await before.Sweep.RunAsync(new AtOnce<SweepProgress>(_ => world.FailJournal()));
        }

        world.JournalFaults.Reset();
        world.States = new InMemoryStateStore();
        world.Clock.Advance(Duration.FromMinutes(1));
        await using var shop = Shop.Open(world);
        await shop.Work.RunDueAsync(world.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(5));

        var (journalled, evident, _) = await world.BatchesAsync();
        journalled.ShouldBe(evident);
        (await shop.TypesAsync()).ShouldContain("disposal-interrupted");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Damage_that_was_found_stops_destruction_also_where_the_state_store_no_longer_says_so(bool isAllLost)
    {
        var isAltered = true;
        var world = new ShopWorld { AroundJournal = journal => new AlteredJournal(journal, entry => isAltered && entry.Stream == "kill-switch" && entry.Version == 1) };
        await using (var before = Shop.Open(world))
        {
            await before.ApproveAsync();
            await before.KillSwitch.TurnOnAsync("Marker-Reason", "operations");
            await before.KillSwitch.TurnOffAsync("operations");
            (await before.Get<JournalVerifications>().VerifyAsync(Shop.Now)).IsIntact.ShouldBeFalse();
            (await before.Get<JournalVerifications>().VerifyAsync(Shop.Now)).IsIntact.ShouldBeFalse();
            (await before.TypesAsync()).Count(type => type == "damage-found").ShouldBe(1, "the same damage is said once");
        }

        await world.States.RemoveItemAsync("journal-damage", CancellationToken.None);
        world.States = isAllLost ? new InMemoryStateStore() : world.States;
        await using var shop = Shop.Open(world);

        (await shop.Sweep.RunAsync()).DataSets.ShouldAllBe(dataSet => dataSet.Reason == SweepReasons.JournalDamaged);
        shop.Data.Customers.Find("gone-1").ShouldNotBeNull();

        isAltered = false;
        (await shop.Get<JournalVerifications>().VerifyAsync(Shop.Now)).IsIntact.ShouldBeTrue();
        (await shop.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
        (await shop.TypesAsync()).ShouldContain("damage-gone");

        isAltered = true;
        (await shop.Get<JournalVerifications>().VerifyAsync(Shop.Now)).IsIntact.ShouldBeFalse();
        await world.States.RemoveItemAsync("journal-damage", CancellationToken.None);
        (await shop.Sweep.AcknowledgeDamageAsync("operations")).ShouldBeTrue();
        (await shop.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
    }

    /// <summary>Takes single states away, as whoever can write to the store's tables could.</summary>
    private static async Task RemoveAsync(ShopWorld world, string fold, Func<FoldedState, bool> isGone)
    {
        var left = new List<FoldedState>();
        await foreach (var state in world.States.ReadFoldAsync(fold, CancellationToken.None))
        {
            if (!isGone(state))
            {
                left.Add(state);
            }
        }

        await world.States.ClearFoldAsync(fold, CancellationToken.None);
        foreach (var state in left)
        {
            await world.States.WriteAsync(state, CancellationToken.None);
        }
    }
}
