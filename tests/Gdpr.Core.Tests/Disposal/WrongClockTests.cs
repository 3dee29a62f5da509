using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>Leases that ran out, clocks that were wrong.</summary>
public sealed class WrongClockTests
{
    // A is away in the middle of a write (its machine was suspended, the database waited for a lock) and has lost the state store; B does everything meanwhile.
    [Fact]
    public async Task A_worker_that_comes_back_after_its_lease_does_not_make_a_source_look_restored()
    {
        var (entered, goOn, hooks) = (new TaskCompletionSource(), new TaskCompletionSource(), 0);
        var faults = new FaultPoints();
        var isArmed = false;
        var world = new ShopWorld(around: source => source.Name == "crm" ? new HookedSource(source, async point =>
        {
            if (isArmed && point == "before change-facts" && Interlocked.Increment(ref hooks) == 1)
            {
                entered.SetResult();
                await goOn.Task;
            }
        }) : source);
        world.AroundStates = states => faults.Around(states);
        await using var a = Shop.Open(world);
        await a.Work.PrepareAsync();
        world.AroundStates = states => states;
        await using var b = Shop.Open(world);
        await a.ApproveAsync();
        (await a.Sweep.RunAsync()).IsComplete.ShouldBeTrue();

        isArmed = true;
        var first = Task.Run(() => a.Holds.PlaceAsync(Shop.Terms("crm.customers", subjects: ["x"])));
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(5));
        faults.Reset();
        faults.FailAt(1, FaultMoment.Before, staysDown: true);
        world.Clock.Advance(Duration.FromSeconds(45));
        await Task.Delay(200);

        // B takes over, and erases somebody meanwhile.
        (await b.Holds.PlaceAsync(Shop.Terms("crm.orders", subjects: ["y"])).WaitAsync(TimeSpan.FromSeconds(5))).Phase.ShouldBe(HoldPhase.Placed);
        var person = await b.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("kept-1")));
        var commands = b.Get<SubjectCommands>();
        await commands.RecordAsync(person, _ =>
        [
            new PersonalEntry(commands.EntryOf(person, SubjectEntries.ErasureGranted, """{"id":"e1","purposes":["service-provision"],"dataSets":["crm.customers"]}""")),
        ], null, CancellationToken.None);
        (await b.Sweep.RunAsync().WaitAsync(TimeSpan.FromSeconds(6))).IsComplete.ShouldBeTrue();
        await commands.RecordAsync(person, _ =>
        [
            new PersonalEntry(commands.EntryOf(person, SubjectEntries.ErasureDone, """{"id":"e1"}""")),
        ], null, CancellationToken.None);
        var before = world.Data.Customers.Find("kept-1")!;
        before.Email.ShouldBeNull();

        // Back as a customer.
        world.Data.Customers.Put(before with { Name = "Again", Email = "again@x.example" });
        await b.Work.RunDueAsync(world.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1)).WaitAsync(TimeSpan.FromSeconds(7));
        world.Data.Customers.Find("kept-1")!.Email.ShouldNotBeNull();

        goOn.SetResult();
        await Should.ThrowAsync<Exception>(() => first.WaitAsync(TimeSpan.FromSeconds(8)));
        world.Clock.Advance(Duration.FromMinutes(5));
        await b.Work.PrepareAsync();
        var waiting = await b.Get<SourceReplay>().ListAsync();
        await b.Sweep.RunAsync();

        world.Data.Customers.Find("kept-1")!.Email.ShouldNotBeNull("nothing was restored");
        waiting.ShouldBeEmpty("nothing was restored");
    }

    // A host whose clock said 2036 looked at its policies once; its clock was mended.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_version_that_was_first_seen_under_a_wrong_clock_does_not_keep_the_one_before_it_in_force_for_years(bool isWrong)
    {
        var world = new ShopWorld();
        await using (var first = Shop.Open(world, Shop.Policy("1", "P6M")))
        {
            await first.Work.PrepareAsync();
            (await first.SweepAsync()).IsComplete.ShouldBeTrue();
        }

        var right = world.Clock.GetCurrentInstant() + Duration.FromDays(1);
        world.Clock.Set(isWrong ? Instant.FromUtc(2036, 1, 1, 0, 0) : right);
        await using (var wrong = Shop.Open(world, Shop.Policy("2", "P10Y")))
        {
            await wrong.Get<PolicyHistory>().ListAsync();
        }

        world.Clock.Set(right + Duration.FromHours(1));
        if (isWrong)
        {
            await using var told = Shop.Open(world, Shop.Policy("2", "P10Y"));
            await told.Work.PrepareAsync();
            (await Should.ThrowAsync<GdprPolicyException>(() => told.ApproveAsync())).Message.ShouldContain("AfterVersion");
            (await told.Sweep.RunAsync()).DataSets.ShouldAllBe(outcome => outcome.Reason == "E-VERSION-01");
        }

        var named = new SupersededPolicy(Shop.Policy("1", "P6M"), right);
        await using var shop = Shop.Open(
            world, Shop.Policy("2", "P10Y"), before: services => _ = isWrong ? services.AddGdpr(gdpr => gdpr.AfterVersion(named)) : services);
        await shop.Work.PrepareAsync();
        await shop.ApproveAsync();

        // Not let go by version 1 when version 2 came (2026-11-23), and kept by version 2 until 2036.
        world.Data.Customers.Put(new Customer("c-100", "Anna", "anna@x.example", new LocalDate(2026, 10, 1)));
        world.Clock.Set(Instant.FromUtc(2027, 5, 1, 0, 0));
        (await shop.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
        world.Data.Customers.Find("c-100").ShouldNotBeNull().Email.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_versions_that_were_first_seen_under_a_wrong_clock_do_not_keep_the_one_before_them_in_force_for_years(bool isWrong)
    {
        var world = new ShopWorld();
        await using (var first = Shop.Open(world, Shop.Policy("1", "P6M")))
        {
            await first.Work.PrepareAsync();
            (await first.SweepAsync()).IsComplete.ShouldBeTrue();
        }

        var right = world.Clock.GetCurrentInstant() + Duration.FromDays(1);
        foreach (var (version, hours) in new[] { ("2", 0), ("3", 1) })
        {
            world.Clock.Set((isWrong ? Instant.FromUtc(2036, 1, 1, 0, 0) : right) + Duration.FromHours(hours));
            await using var wrong = Shop.Open(world, Shop.Policy(version, "P10Y"));
            await wrong.Get<PolicyHistory>().ListAsync();
        }

        world.Clock.Set(right + Duration.FromHours(2));
        await using var shop = Shop.Open(world, Shop.Policy("3", "P10Y"));
        try
        {
            await shop.Work.PrepareAsync();
            await shop.ApproveAsync();
            world.Data.Customers.Put(new Customer("c-100", "Anna", "anna@x.example", new LocalDate(2026, 10, 1)));
            world.Clock.Set(Instant.FromUtc(2027, 5, 1, 0, 0));
            await shop.Sweep.RunAsync();
        }
        catch (GdprPolicyException)
        {
            // Told: which clock is wrong nobody knows.
            return;
        }

        world.Data.Customers.Find("c-100").ShouldNotBeNull().Email.ShouldNotBeNull();
    }
}
