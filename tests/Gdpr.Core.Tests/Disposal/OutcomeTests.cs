using System.Diagnostics.Metrics;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Sources;
using Gdpr.Subjects;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>What a sweep says when not everything goes well.</summary>
public sealed class OutcomeTests
{
    private static readonly TimeSpan Ample = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_source_that_is_down_is_named_and_the_other_one_is_swept()
    {
        var isDown = true;
        await using var shop = Shop.Open(new ShopWorld(around: Failing("crm", "before dispose", () => isDown)));

        var result = await shop.SweepAsync();

        result.IsComplete.ShouldBeFalse();
        result.DataSets.Select(dataSet => (dataSet.DataSet, dataSet.Source, dataSet.Status)).ShouldBe(
            [("crm.customers", "crm", SweepStatus.NotReached), ("crm.orders", "crm", SweepStatus.NotReached), ("web.visits", "web", SweepStatus.Completed)]);
        result.DataSets[0].Reason.ShouldBe("E-SRC-02");
        shop.Data.Visits.Count.ShouldBe(0);
        shop.Data.Customers.Count.ShouldBe(28);

        isDown = false;
        (await shop.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
    }

    [Fact]
    public async Task What_keeps_facts_from_being_put_is_why_nothing_is_disposed_of()
    {
        var isFull = false;
        await using var shop = Shop.Open(new ShopWorld(around: source => new HookedSource(source, call => call == "before change-facts" && source.Name == "crm" && isFull
            ? Task.FromException(new SourceUnavailableException("crm", "its disk is full.")) : Task.CompletedTask)));
        await shop.ApproveAsync();
        isFull = true;
        (await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]))).Phase.ShouldBe(HoldPhase.Placing);

        var result = await shop.Sweep.RunAsync();

        result.DataSets.Where(dataSet => dataSet.DataSet.StartsWith("crm.", StringComparison.Ordinal)).Count().ShouldBe(2);
        result.DataSets.Where(dataSet => dataSet.DataSet.StartsWith("crm.", StringComparison.Ordinal)).ShouldAllBe(dataSet =>
            dataSet.Status == SweepStatus.NotReached && dataSet.Detail!.Contains("its disk is full."));
        shop.Data.Customers.Count.ShouldBe(28);
    }

    [Fact]
    public async Task A_hold_that_comes_during_a_run_and_cannot_be_put_stops_it_with_what_keeps_it_from_being_put()
    {
        var (isFull, shop) = (false, default(Shop));
        shop = Shop.Open(new ShopWorld(around: source => new HookedSource(source, async call =>
        {
            if (source.Name == "crm" && call == "before dispose" && !isFull)
            {
                isFull = true;
                await shop!.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
            }

            if (source.Name == "crm" && call == "before change-facts" && isFull)
            {
                throw new SourceUnavailableException("crm", "its disk is full.");
            }
        })), sweep: options => options.BatchSize = 2);
        await using var kept = shop;
        await shop.ApproveAsync();

        var customers = (await shop.Sweep.RunAsync()).DataSets.Single(dataSet => dataSet.DataSet == "crm.customers");

        customers.Status.ShouldBe(SweepStatus.NotReached);
        customers.Detail!.ShouldContain("its disk is full.");
    }

    [Fact]
    public async Task What_failed_is_never_done_and_is_tried_again_by_the_pump()
    {
        var isBroken = true;
        var batch = 0;
        await using var shop = Shop.Open(
            new ShopWorld(around: source => new HookedSource(source, call => call == "before dispose" && source.Name == "web" && isBroken && ++batch == 2
                ? Task.FromException(new InvalidOperationException("broken")) : Task.CompletedTask)),
            sweep: options => options.BatchSize = 2);
        await shop.ApproveAsync();

        var report = await shop.Work.RunDueAsync(Shop.Now, Ample);

        report.IsComplete.ShouldBeFalse();
        var visits = report.DataSets.Single(dataSet => dataSet.DataSet == "web.visits");
        (visits.Status, visits.Reason, visits.Done.Records).ShouldBe((SweepStatus.Failed, "error", 2));
        (await shop.TypesAsync()).ShouldContain("disposal-failed");
        shop.Data.Visits.Count.ShouldBe(5);

        isBroken = false;
        (await shop.Work.RunDueAsync(Shop.Now, Ample)).DataSets.ShouldBeEmpty("it is not due yet");
        shop.Clock.Advance(Duration.FromMinutes(15));
        (await shop.Work.RunDueAsync(Shop.Now + Duration.FromMinutes(15), Ample)).DataSets.ShouldHaveSingleItem().Done.Erased.ShouldBe(5);
    }

    [Fact]
    public async Task A_source_that_says_erased_and_keeps_the_record_is_found_out()
    {
        await using var shop = Shop.Open(new ShopWorld(around: source => new PretendingSource(source)));

        var result = await shop.SweepAsync();

        result.DataSets.ShouldAllBe(dataSet => dataSet.Status == SweepStatus.Failed && dataSet.Reason == SweepReasons.StillThere);
    }

    [Fact]
    public async Task The_kill_switch_stops_before_the_next_batch_and_its_reason_is_not_in_the_clear()
    {
        await using var shop = Shop.Open(sweep: options => options.BatchSize = 3);
        await shop.ApproveAsync();

        var result = await shop.Sweep.RunAsync(new AtOnce<SweepProgress>(_ => shop.KillSwitch.TurnOnAsync("Marker-Reason", "operations").GetAwaiter().GetResult()));

        result.DataSets.ShouldAllBe(dataSet => dataSet.Status == SweepStatus.Interrupted && dataSet.Reason == SweepReasons.KillSwitch);
        result.DataSets.Select(dataSet => dataSet.Done.Records).ShouldBe([3, 0, 0]);
        (await shop.KillSwitch.ReadAsync()).Reason.ShouldBe("Marker-Reason");
        (await shop.World.EntriesAsync()).ShouldAllBe(entry => !entry.Content.Data.Contains("Marker"));

        await shop.KillSwitch.TurnOffAsync("operations");
        (await shop.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
        (await shop.TypesAsync()).ShouldContain("kill-switch-off");
    }

    [Fact]
    public async Task A_kill_switch_outlives_a_lost_state_store_and_the_expiry_of_its_entry()
    {
        var world = new ShopWorld();
        await using (var shop = Shop.Open(world))
        {
            await shop.ApproveAsync();
            await shop.KillSwitch.TurnOnAsync("Marker-Reason", "operations");
            await shop.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
        }

        var before = world.Data.Dump();
        for (var loss = 1; loss <= 2; loss++)
        {
            world.States = new InMemoryStateStore();
            await using var next = Shop.Open(world);
            (await next.Sweep.RunAsync()).DataSets.ShouldAllBe(dataSet => dataSet.Reason == SweepReasons.KillSwitch);
            var killSwitch = await next.KillSwitch.ReadAsync();
            (killSwitch.IsOn, killSwitch.Reason, killSwitch.By, killSwitch.At).ShouldBe((true, "Marker-Reason", "operations", Shop.Now));
            world.States = new InMemoryStateStore();
            world.Clock.Advance(Duration.FromDays(1));
            await using var expiring = Shop.Open(world);

            // As a node of a version before does, which does not ask the switch.
            var unasked = new JournalExpiry(
                world.Journal, world.Vault, world.Keys, world.Witness, [expiring.Get<KillSwitchRegister>(), expiring.Get<ApprovalRegister>()], world.Clock);
            (await unasked.ExpireAsync(world.Clock.GetCurrentInstant(), CancellationToken.None)).ShouldNotBeNull();
        }

        world.Data.Dump().ShouldBe(before);
        world.States = new InMemoryStateStore();
        await using var last = Shop.Open(world);
        await last.KillSwitch.TurnOffAsync("operations");
        (await last.KillSwitch.ReadAsync()).IsOn.ShouldBeFalse();
        (await last.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
    }

    [Fact]
    public async Task The_pump_refuses_an_instant_that_has_not_come()
    {
        await using var shop = Shop.Open();
        await shop.ApproveAsync();
        var before = shop.Data.Dump();

        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => shop.Work.RunDueAsync(Shop.Now + Duration.FromDays(400), Ample));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => shop.Work.RunDueAsync(Shop.Now.Plus(Duration.FromDays(400)).ToDateTimeOffset(), Ample));

        shop.Data.Dump().ShouldBe(before);
        (await shop.Work.RunDueAsync(Shop.Now + Duration.FromMinutes(1), Ample)).DataSets.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Cancelling_leaves_whole_batches_and_a_closed_plan()
    {
        await using var shop = Shop.Open(sweep: options => options.BatchSize = 3);
        await shop.ApproveAsync();
        using var cancellation = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(() => shop.Sweep.RunAsync(
            new AtOnce<SweepProgress>(progress => CancelAfter(progress.Done.Batches, cancellation)), cancellationToken: cancellation.Token));

        (await shop.TypesAsync()).TakeLast(4).ShouldBe(["disposal-planned", "disposal-batch", "disposal-batch", "disposal-interrupted"]);
        (await shop.World.BatchesAsync()).Records.ShouldBe(6);
        (await shop.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
        (await shop.World.BatchesAsync()).Records.ShouldBe(28);
    }

    [Fact]
    public async Task A_budget_that_is_used_up_stops_between_batches_and_the_rest_stays_due()
    {
        var world = default(ShopWorld)!;
        world = new ShopWorld(around: source => new HookedSource(source, call =>
        {
            world.Clock.Advance(call == "after dispose" ? Duration.FromSeconds(4) : Duration.Zero);
            return Task.CompletedTask;
        }));
        await using var shop = Shop.Open(world, sweep: options => options.BatchSize = 3);
        await shop.ApproveAsync();

        var report = await shop.Work.RunDueAsync(Shop.Now, TimeSpan.FromSeconds(10));

        report.IsComplete.ShouldBeFalse();
        var customers = report.DataSets.ShouldHaveSingleItem();
        (customers.Status, customers.Reason, customers.Done.Records).ShouldBe((SweepStatus.Interrupted, SweepReasons.Budget, 9));
        report.Steps.ShouldAllBe(step => step.Reason == null, "what proves things is done whatever the budget");
        (await world.Journal.ReadCheckpointsAsync(CancellationToken.None).CountAsync()).ShouldBe(1);
        (await shop.Work.RunDueAsync(Shop.Now, TimeSpan.FromSeconds(10))).DataSets.First().DataSet.ShouldBe("crm.orders", "data sets take turns");
        (await shop.Work.RunDueAsync(Shop.Now, Ample)).IsComplete.ShouldBeTrue();
        (await world.BatchesAsync()).Records.ShouldBe(28);
    }

    [Fact]
    public async Task A_second_worker_does_nothing_while_the_first_one_is_at_it()
    {
        var world = new ShopWorld();
        await using var first = Shop.Open(world, sweep: options => options.BatchSize = 3);
        await using var second = Shop.Open(world);
        await first.ApproveAsync();
        var seen = new List<SweepStatus>();

        (await first.Sweep.RunAsync(new AtOnce<SweepProgress>(progress =>
            seen.Add(second.Sweep.RunAsync(null, [progress.DataSet]).GetAwaiter().GetResult().DataSets[0].Status)))).IsComplete.ShouldBeTrue();

        seen.Distinct().ShouldBe([SweepStatus.Busy]);
    }

    [Fact]
    public async Task The_lease_of_a_dead_worker_is_taken_after_20_seconds_and_a_released_one_at_once()
    {
        var world = new ShopWorld();
        await using var shop = Shop.Open(world);
        await shop.ApproveAsync();
        var dead = new Lease("sweep/web.visits", "run", "dead");
        (await world.States.TryTakeLeaseAsync(dead, Shop.Now, Duration.FromSeconds(20), CancellationToken.None)).ShouldBeTrue();

        world.Clock.Advance(Duration.FromSeconds(19));
        (await shop.Sweep.RunAsync(null, ["web.visits"])).DataSets[0].Status.ShouldBe(SweepStatus.Busy);
        world.Clock.Advance(Duration.FromSeconds(1));
        (await shop.Sweep.RunAsync(null, ["web.visits"])).DataSets[0].Status.ShouldBe(SweepStatus.Completed);

        // It was given back: the next run waits for nothing.
        (await shop.Sweep.RunAsync(null, ["web.visits"])).DataSets[0].Status.ShouldBe(SweepStatus.Completed);
    }

    [Fact]
    public async Task A_worker_that_takes_long_over_a_batch_keeps_its_lease_by_its_heartbeat()
    {
        var world = default(ShopWorld)!;
        world = new ShopWorld(around: source => new HookedSource(source, async call =>
        {
            if (call == "before dispose")
            {
                for (var second = 0; second < 60; second++)
                {
                    world.Clock.Advance(Duration.FromSeconds(1));
                    await Task.Yield();
                }

                (await world.States.ReadLeaseAsync($"sweep/{(source.Name == "web" ? "web.visits" : "crm.customers")}", world.Clock.GetCurrentInstant(), CancellationToken.None))
                    .ShouldNotBeNull();
            }
        }));
        await using var shop = Shop.Open(world);
        await shop.ApproveAsync();

        (await shop.Sweep.RunAsync(null, ["crm.customers"])).IsComplete.ShouldBeTrue();
    }

    [Fact]
    public async Task A_worker_that_was_away_for_longer_than_its_lease_does_nothing_more_under_the_plan_that_another_has_closed()
    {
        var (away, isAway) = (new TaskCompletionSource(), new TaskCompletionSource());
        var isFirst = true;
        var world = new ShopWorld(around: source => new HookedSource(source, async call =>
        {
            if (call == "before dispose" && isFirst && source.Name == "web")
            {
                isFirst = false;
                isAway.SetResult();
                await away.Task;
            }
        }));
        await using var shop = Shop.Open(world, sweep: options => options.BatchSize = 3);
        await shop.ApproveAsync();
        var first = shop.Sweep.RunAsync(null, ["web.visits"]);
        await isAway.Task;

        // The machine slept: its heart did not beat either.
        await using var other = Shop.Open(world, sweep: options => options.BatchSize = 3);
        var lease = await world.States.ReadLeaseAsync("sweep/web.visits", world.Clock.GetCurrentInstant(), CancellationToken.None);
        await world.States.ReleaseLeaseAsync(lease!, CancellationToken.None);
        world.Data.Visits.Put(new Visit("late", "marker-page", new LocalDate(2026, 1, 1)));
        (await other.Sweep.RunAsync(null, ["web.visits"])).DataSets[0].Status.ShouldBe(SweepStatus.Completed);
        world.Data.Visits.Put(new Visit("later", "marker-page", new LocalDate(2026, 1, 1)));
        away.SetResult();

        var outcome = (await first).DataSets[0];
        outcome.Status.ShouldNotBe(SweepStatus.Completed);
        world.Data.Visits.ToList().Select(visit => visit.Id).ShouldBe(["later"]);
        var (journalled, evident, records) = await world.BatchesAsync();
        journalled.ShouldBe(evident);
        records.ShouldBe(8);
        await world.ShouldVerifyAsync();
    }

    [Fact]
    public async Task A_changed_rule_or_title_is_approved_again_or_not()
    {
        var world = new ShopWorld();
        await using (var shop = Shop.Open(world))
        {
            await shop.ApproveAsync();
        }

        await using (var retitled = Shop.Open(world, Shop.Policy("2")))
        {
            (await retitled.Sweep.PreviewAsync()).Unapproved.ShouldBeEmpty();
        }

        await using var changed = Shop.Open(world, Shop.Policy("3", "P2M"));
        (await changed.Sweep.PreviewAsync()).Unapproved.Select(dataSet => dataSet.DataSet).ShouldBe(["crm.customers"]);
        var result = await changed.Sweep.RunAsync();
        result.DataSets.Select(dataSet => dataSet.Status).ShouldBe([SweepStatus.NeedsApproval, SweepStatus.Completed, SweepStatus.Completed]);
        changed.Data.Customers.Count.ShouldBe(28);
    }

    [Fact]
    public async Task An_approval_is_for_what_was_previewed()
    {
        var world = new ShopWorld();
        await using var before = Shop.Open(world);
        await using var after = Shop.Open(world, Shop.Policy("2", "P2M"));
        await after.Sweep.ApproveAsync(await before.Sweep.PreviewAsync(), "data-protection-officer");

        (await after.Sweep.RunAsync()).DataSets[0].Status.ShouldBe(SweepStatus.NeedsApproval);
    }

    [Theory]
    [InlineData("states")]
    [InlineData("journal")]
    public async Task With_a_store_that_is_down_nothing_is_destroyed(string store)
    {
        var world = new ShopWorld();
        await using var shop = Shop.Open(world);
        await shop.ApproveAsync();
        var before = world.Data.Dump();
        var faults = store == "states" ? world.StateFaults : world.JournalFaults;
        faults.Reset();
        faults.FailAt(1, FaultMoment.Before, staysDown: true);

        (await shop.Sweep.RunAsync()).DataSets.ShouldAllBe(dataSet => dataSet.Status == SweepStatus.Failed);
        (await shop.Work.RunDueAsync(Shop.Now, Ample)).IsComplete.ShouldBeFalse();

        world.Data.Dump().ShouldBe(before);
    }

    [Fact]
    public async Task Until_the_plan_is_journalled_nothing_is_destroyed()
    {
        var world = new ShopWorld();
        await using var shop = Shop.Open(world);
        await shop.ApproveAsync();
        var before = world.Data.Dump();
        for (var call = 1; !world.JournalFaults.Calls.Contains("IJournalStore.AppendAsync"); call++)
        {
            world.JournalFaults.Reset();
            world.JournalFaults.FailAt(call, FaultMoment.Before, staysDown: true);
            (await shop.Sweep.RunAsync(null, ["web.visits"])).IsComplete.ShouldBeFalse();
            world.Data.Dump().ShouldBe(before, $"call {call}");
        }
    }

    [Fact]
    public async Task A_journal_behind_its_witness_stops_all_destruction_until_somebody_acknowledges_it()
    {
        var world = new ShopWorld();
        await using (var shop = Shop.Open(world))
        {
            await shop.Work.RunDueAsync(Shop.Now, Ample);
            await shop.ApproveAsync();
            (await shop.Work.RunDueAsync(Shop.Now, Ample)).Steps.ShouldAllBe(step => step.Reason == null);
        }

        var restored = new ShopWorld { Witness = world.Witness };
        await using var next = Shop.Open(restored);
        var before = restored.Data.Dump();
        await next.ApproveAsync();
        (await next.Sweep.RunAsync()).DataSets.ShouldAllBe(dataSet => dataSet.Reason == SweepReasons.JournalBehindWitness);
        restored.Data.Dump().ShouldBe(before);

        (await next.Sweep.AcknowledgeRestoreAsync("operations")).ShouldBeTrue();
        (await next.Sweep.AcknowledgeRestoreAsync("operations")).ShouldBeFalse();
        (await next.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
    }

    [Fact]
    public async Task After_an_acknowledged_restore_checkpoints_go_on_after_the_witnessed_one_and_verify()
    {
        var world = new ShopWorld();
        await using (var shop = Shop.Open(world))
        {
            for (var number = 1; number <= 3; number++)
            {
                await shop.ApproveAsync();
                await shop.KillSwitch.TurnOffAsync("operations");
                await shop.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
            }
        }

        var restored = new ShopWorld(keys: world.Keys) { Witness = world.Witness };
        await using var next = Shop.Open(restored);
        await next.ApproveAsync();
        (await Should.ThrowAsync<WitnessException>(() => next.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None).AsTask()))
            .Message.ShouldContain("AcknowledgeRestoreAsync");
        await next.Sweep.AcknowledgeRestoreAsync("operations");
        (await next.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None))!.Number.ShouldBe(4);

        (await restored.Witness.ReadAsync(CancellationToken.None))!.Number.ShouldBe(4);
        await restored.ShouldVerifyAsync();
        (await next.Work.RunDueAsync(Shop.Now, Ample)).IsComplete.ShouldBeTrue();
    }

    [Fact]
    public async Task A_witness_that_knows_nothing_of_a_journal_with_checkpoints_stops_all_destruction_until_somebody_acknowledges_it()
    {
        var world = new ShopWorld();
        await using (var shop = Shop.Open(world))
        {
            await shop.ApproveAsync();
            await shop.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
            await shop.KillSwitch.TurnOffAsync("operations");
            await shop.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
        }

        var emptied = new ShopWorld(world.Data, journal: world.Journal, vault: world.Vault, keys: world.Keys);
        await using var next = Shop.Open(emptied);
        var before = emptied.Data.Dump();
        for (var run = 1; run <= 2; run++)
        {
            var report = await next.Work.RunDueAsync(Shop.Now + Duration.FromMinutes(run - 1), Ample);
            report.DataSets.ShouldAllBe(dataSet => dataSet.Reason == SweepReasons.JournalBehindWitness);
            report.Steps.Single(step => step.Name == "checkpoint").Reason.ShouldBe("E-WIT-01");
        }

        emptied.Data.Dump().ShouldBe(before);
        (await next.Sweep.AcknowledgeRestoreAsync("operations")).ShouldBeTrue();
        (await next.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None))!.Number.ShouldBe(3);
        (await next.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
        await emptied.ShouldVerifyAsync();
    }

    [Fact]
    public async Task A_damaged_journal_stops_all_destruction_until_it_is_intact_again_or_acknowledged()
    {
        // A checkpoint that somebody made without the key.
        var world = new ShopWorld();
        await using var shop = Shop.Open(world);
        await shop.ApproveAsync();
        var forged = new JournalCheckpoint(1, 2, default, Shop.Now, world.Keys.CurrentKeyId, default);
        await world.Journal.AddCheckpointAsync(forged, CancellationToken.None);
        await world.Witness.WriteAsync(forged, CancellationToken.None);
        var before = world.Data.Dump();

        (await shop.Work.RunDueAsync(Shop.Now, Ample)).DataSets.ShouldAllBe(dataSet => dataSet.Reason == SweepReasons.JournalDamaged);
        (await shop.Sweep.RunAsync()).DataSets.ShouldAllBe(dataSet => dataSet.Reason == SweepReasons.JournalDamaged);
        world.Data.Dump().ShouldBe(before);

        (await shop.Sweep.AcknowledgeDamageAsync("operations")).ShouldBeTrue();
        (await shop.Sweep.AcknowledgeDamageAsync("operations")).ShouldBeFalse();
        (await shop.TypesAsync()).ShouldContain("damage-acknowledged");
        await shop.Work.RunDueAsync(Shop.Now, TimeSpan.Zero);
        (await shop.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_hold_was_for_is_erased_when_it_is_released_or_refused()
    {
        await using var shop = Shop.Open();
        var released = await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
        await shop.SweepAsync();
        (await PayloadsAsync()).ShouldBe([true]);

        (await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-2"]))).Phase.ShouldBe(HoldPhase.Refused);
        (await PayloadsAsync()).ShouldBe([true, false]);
        (await shop.Holds.ReleaseAsync(released.Id, "legal-department")).Phase.ShouldBe(HoldPhase.Released);
        (await PayloadsAsync()).ShouldBe([false, false]);
        await shop.World.ShouldVerifyAsync();

        async Task<IReadOnlyList<bool>> PayloadsAsync()
        {
            var there = new List<bool>();
            foreach (var entry in (await shop.World.EntriesAsync()).Where(entry => entry.Content.Type == "hold-placing"))
            {
                there.Add(await shop.World.Vault.ReadPayloadAsync(entry.Content.Controller ?? "", entry.Content.Payload!.Value, CancellationToken.None) is not null);
            }

            return there;
        }
    }

    [Fact]
    public async Task Without_any_budget_nothing_is_swept()
    {
        await using var shop = Shop.Open();
        await shop.ApproveAsync();
        var before = shop.Data.Dump();

        var report = await shop.Work.RunDueAsync(Shop.Now, TimeSpan.Zero);

        report.DataSets.ShouldBeEmpty();
        report.Steps.Where(step => step.Reason is null).Select(step => step.Name).ShouldBe(["prepare", "verify", "checkpoint"]);
        shop.Data.Dump().ShouldBe(before);
    }

    [Fact]
    public async Task Disposed_records_of_a_system_with_backups_are_kept_by_name_until_the_last_backup_is_gone()
    {
        await using var shop = Shop.Open();
        await shop.SweepAsync();

        var tombstones = await shop.World.TombstonesAsync();
        tombstones.Count.ShouldBe(14, "of records that are gone as a whole, and not of those that only lost fields");
        tombstones.ShouldAllBe(tombstone => tombstone.Until == new LocalDate(2026, 12, 22) && tombstone.DataSet.StartsWith("crm."));
        tombstones.Select(tombstone => tombstone.Record).ShouldContain(RecordNames.Of(shop.World.Keys, "crm.customers").Of("gone-1"));
        tombstones.Select(tombstone => tombstone.Record).ShouldNotContain(
            record => shop.World.Data.Customers.ToList().Any(left => RecordNames.Of(shop.World.Keys, "crm.customers").Of(left.Id) == record));
        var witnessed = new List<Tombstone>();
        await foreach (var tombstone in shop.World.Witness.ReadTombstonesAsync(CancellationToken.None))
        {
            witnessed.Add(tombstone);
        }

        witnessed.ShouldBe(tombstones, ignoreOrder: true);
    }

    [Fact]
    public async Task Three_cycles_are_measured_once()
    {
        var measured = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == "Gdpr" && instrument.Name == "gdpr.disposal.records")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };

        // Other tests measure at the same time: this data set is this test's alone.
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => measured += tags[0].Value is "once.visits" ? count : 0);
        listener.Start();
        await using var shop = Shop.Open(new ShopWorld(new ShopData(web: "once").Fill()), Shop.Policy(web: "once"));

        await shop.SweepAsync();
        await shop.Sweep.RunAsync();
        await shop.Sweep.RunAsync();

        measured.ShouldBe(7);
    }

    private static Func<IDisposalSource, IDisposalSource> Failing(string name, string call, Func<bool> isDown) => source => new HookedSource(source, made =>
        made == call && source.Name == name && isDown() ? Task.FromException(new SourceUnavailableException(name, "no connection")) : Task.CompletedTask);

    private static void CancelAfter(int batches, CancellationTokenSource cancellation)
    {
        if (batches == 2)
        {
            cancellation.Cancel();
        }
    }
}
