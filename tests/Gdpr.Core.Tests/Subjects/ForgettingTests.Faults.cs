using Gdpr.Consents;
using Gdpr.Core.Tests.Rights;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Retention;
using Gdpr.Rights;
using Gdpr.Subjects;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Subjects;

/// <content>What happens at the same time, or in between.</content>
public sealed partial class ForgettingTests
{
    [Fact]
    public async Task A_crash_after_the_journal_has_forgotten_and_before_the_vault_has_leaves_nobody_known()
    {
        await using var world = Open();
        var (person, other) = (await PersonAsync(world), await world.PersonAsync("c2"));
        await world.RecordAsync(person, SubjectEntries.Forgotten, "{}");
        await world.RecordAsync(other, SubjectEntries.Forgotten, "{}");
        (await world.Stores.Vault.ReadIdentifiersAsync("acme", person.Key, CancellationToken.None)).ShouldNotBeEmpty();

        // Who comes back before the pump has gone on gets a new key.
        (await world.Directory.FindAsync(Host)).ShouldBeNull();
        (await PersonAsync(world)).ShouldNotBe(person);

        // The pump goes on where it stopped.
        await world.Stores.States.PutItemAsync(
            new OpenItem("forgetting-severing/x", "forgetting-severing", world.Now, $$"""{"controller":"acme","key":"{{other.Key}}"}"""), CancellationToken.None);
        await world.PumpAsync();
        (await world.Stores.Vault.ReadIdentifiersAsync("acme", other.Key, CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_forgetting_that_a_crash_interrupted_is_not_completed_by_whoever_comes_back_while_the_kill_switch_is_on()
    {
        await using var world = Open();
        var (person, other) = (await PersonAsync(world), await world.PersonAsync("c2"));
        await world.RecordAsync(person, SubjectEntries.Forgotten, "{}");
        await world.Get<KillSwitchControl>().TurnOnAsync("numbers look wrong", "operations");
        var gate = world.Get<IProcessingGate>();
        var byThem = new ProcessingRequest(other, "service-provision") { Actor = ProcessingActor.Person("agent", "c1") };

        (await Should.ThrowAsync<ForgettingStoppedException>(() => PersonAsync(world))).Why.ShouldBe(SweepReasons.KillSwitch);
        (await Should.ThrowAsync<ProcessingNotRecordedException>(() => gate.DecideAsync(byThem))).InnerException.ShouldBeOfType<ForgettingStoppedException>();
        (await gate.DecideAsync(person, "service-provision")).IsAllowed.ShouldBeFalse();
        (await world.Directory.FindAsync(Host)).ShouldBeNull();
        (await world.Stores.Vault.ReadIdentifiersAsync("acme", person.Key, CancellationToken.None)).ShouldNotBeEmpty();

        await world.Get<KillSwitchControl>().TurnOffAsync("operations");
        await gate.DecideAsync(byThem);
        (await world.Stores.Vault.ReadIdentifiersAsync("acme", person.Key, CancellationToken.None)).ShouldBeEmpty();
        (await PersonAsync(world)).ShouldNotBe(person);
    }

    [Fact]
    public async Task Wherever_a_process_dies_while_it_forgets_the_next_one_completes_it()
    {
        var (faults, stores, data) = (new FaultPoints(), new RightsStores(), WithOrder(sent: new LocalDate(2025, 10, 1)));
        await DieAsync(int.MaxValue, FaultMoment.Before);
        string[] changes = ["AppendAsync", "WriteAsync", "PutItemAsync", "RemoveItemAsync", "ForgetAsync", "ErasePayloadsAsync"];
        int[] calls = [.. faults.Calls.Index().Where(call => changes.Any(call.Item.EndsWith)).Select(call => call.Index + 1)];
        calls.Length.ShouldBeGreaterThan(4);
        foreach (var (call, moment) in calls.SelectMany(call => new[] { (call, FaultMoment.Before), (call, FaultMoment.After) }))
        {
            (stores, data) = (new RightsStores(), WithOrder(sent: new LocalDate(2025, 10, 1)));
            var person = await DieAsync(call, moment);

            // Its lease lives for ten minutes.
            await using var next = RightsWorld.Open(new LocalDateTime(2031, 5, 10, 13, 0), data, stores, policy: Policy);
            await next.PumpAsync();
            (await next.Directory.FindAsync(Host)).ShouldBeNull();
            (await stores.Vault.ReadIdentifiersAsync("acme", person.Key, CancellationToken.None)).ShouldBeEmpty();
            (await stores.Vault.ErasePayloadsAsync("acme", person.Key, null, CancellationToken.None)).ShouldBe(0);
            (await next.StateAsync(person)).IsForgotten.ShouldBeTrue();
            await ShouldVerifyAsync(next);
        }

        async Task<DataSubject> DieAsync(int call, FaultMoment moment)
        {
            faults.Reset();
            await using var world = RightsWorld.Open(Start, data, stores, policy: Policy, everywhere: faults);
            var person = await PersonAsync(world);
            await world.PumpAsync();
            await LookAsync(world, 2031, 3, 10);
            world.Set(2031, 5, 10);
            faults.Reset();
            faults.FailAt(call, moment, staysDown: true);
            try
            {
                await world.Get<IEnumerable<ITimedStep>>().Single(step => step.Name == "forgetting").RunAsync(world.Now, CancellationToken.None);
            }
            catch (InjectedFaultException)
            {
                // The process is gone.
            }

            return person;
        }
    }

    [Fact]
    public async Task Registrations_and_forgetting_at_the_same_time_leave_nobody_with_a_severed_key()
    {
        await using var world = Open();
        for (var round = 0; round < 50; round++)
        {
            var identifier = SubjectIdentifier.OfHost($"r{round}");
            var person = await world.Directory.RegisterAsync(new SubjectRegistration(identifier));
            var state = await world.StateAsync(person);
            await world.Directory.LeaveAsync(person, state, CancellationToken.None);
            var leaving = await world.StateAsync(person);

            var forgetting = Task.Run(() => world.Directory.ForgetAsync(person, leaving, CancellationToken.None).AsTask());
            var back = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => world.Directory.RegisterAsync(new SubjectRegistration(identifier)))));
            var isForgotten = await forgetting;

            back.Distinct().ShouldHaveSingleItem().ShouldBe((await world.Directory.FindAsync(identifier))!.Value);
            (back[0] == person).ShouldBe(!isForgotten);
            (await world.StateAsync(back[0])).IsForgotten.ShouldBeFalse();
            (await world.Directory.NativeIdsAsync(back[0], "crm.customers")).ShouldBe([$"r{round}"]);
        }
    }

    [Fact]
    public async Task A_round_stops_when_its_time_is_spent_and_goes_on_where_it_stopped()
    {
        await using var world = Open();
        for (var i = 0; i < 3; i++)
        {
            await world.PersonAsync($"c{i}");
        }

        await world.PumpAsync();
        world.Set(2031, 3, 10);
        await world.Get<JournalExpiry>().ExpireAsync(world.Now - Duration.FromDays(1), CancellationToken.None);
        for (var done = 1; done <= 3; done++)
        {
            await world.Get<IEnumerable<ITimedStep>>().Single(step => step.Name == "forgetting").RunAsync(world.Now, static () => true, CancellationToken.None);
            (await world.Stores.EntriesAsync()).Count(entry => entry.Content.Type == SubjectEntries.Leaving).ShouldBe(done);
        }
    }

    [Fact]
    public async Task A_backup_that_comes_back_after_a_person_was_forgotten_is_replayed_and_swept()
    {
        var stores = new RightsStores();
        await using (var world = Open(stores: stores))
        {
            await PersonAsync(world);
            await LookTwiceAsync(world);
            (await world.Directory.FindAsync(Host)).ShouldBeNull();
        }

        var data = WithOrder(sent: new LocalDate(2030, 1, 1));
        await using var restored = RightsWorld.Open(new LocalDateTime(2031, 6, 1, 12, 0), data, stores, policy: Policy);
        await restored.Get<GdprWork>().PrepareAsync();
        await restored.PumpAsync();
        data.Orders.Find("o1").ShouldBeNull();
        await ShouldVerifyAsync(restored);
    }

    [Fact]
    public async Task Nobody_is_forgotten_under_a_version_that_may_not_destroy()
    {
        var (stores, data) = (new RightsStores(), WithOrder(sent: new LocalDate(2025, 10, 1)));
        await using (var world = RightsWorld.Open(Start, data, stores, policy: Policy))
        {
            await PersonAsync(world);
            await world.PumpAsync();
            await LookAsync(world, 2031, 3, 10);
        }

        var changed = RightsWorld.PolicyWith(json =>
        {
            json["systems"]!.AsObject().Remove("paper");
            json["activities"]!.AsObject().Remove("archive");
            json["controllers"]!["acme"]!["contact"] = "other@acme.example";
        });
        await using var next = RightsWorld.Open(new LocalDateTime(2031, 5, 10, 13, 0), data, stores, policy: changed);
        var report = await next.Get<GdprWork>().RunDueAsync(next.Now, TimeSpan.FromMinutes(5));

        report.Steps.Single(step => step.Name == "prepare").Reason.ShouldBe("E-VERSION-01");
        (await next.Directory.FindAsync(Host)).ShouldNotBeNull();
    }
}
