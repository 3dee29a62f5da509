using Gdpr.Breaches;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Journals;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Breaches;

/// <summary>What the journal holds of breaches, and what a crash, an expiry or a race leaves of it.</summary>
public sealed class BreachJournalTests
{
    [Fact]
    public async Task No_word_that_was_told_of_a_breach_stands_in_the_journal_in_the_clear()
    {
        await using var shop = Shop.Open();
        var id = await LifeAsync(shop);

        foreach (var entry in await shop.World.EntriesAsync())
        {
            entry.Content.Data.ShouldNotContain("marker", Case.Insensitive);
            entry.Content.Data.ShouldNotContain("stolen", Case.Insensitive);
            entry.Content.Data.ShouldNotContain("privacy@", Case.Insensitive);
        }

        (await shop.Breaches().ReadTextsAsync(id))[0].Text!.Facts.ShouldNotBeNull().ShouldContain("marker-person");
        new BreachText { Facts = "marker" }.ToString().ShouldNotContain("marker");
        await shop.World.ShouldVerifyAsync();
    }

    [Fact]
    public async Task A_state_store_that_is_lost_is_rebuilt_from_the_journal()
    {
        var world = new ShopWorld();
        string id;
        BreachState before;
        await using (var shop = Shop.Open(world))
        {
            id = await LifeAsync(shop);
            before = await shop.Breaches().ReadAsync(id);
        }

        world.States = new InMemoryStateStore();
        await using var next = Shop.Open(world);
        (await next.Breaches().ListAsync()).ShouldHaveSingleItem().ShouldBeEquivalentTo(before);
        (await RegisterTests.PeopleAsync(next, id)).Count(person => person.ToldAt is not null).ShouldBe(1);
    }

    [Fact]
    public async Task Breaches_their_texts_and_the_people_told_outlive_the_entries_that_said_them()
    {
        var world = new ShopWorld();
        string id;
        await using (var shop = Shop.Open(world))
        {
            id = await LifeAsync(shop);
            await shop.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
            for (var time = 1; time <= 2; time++)
            {
                world.Clock.Advance(Duration.FromDays(400));
                (await shop.Get<JournalExpiry>().ExpireAsync(world.Clock.GetCurrentInstant(), CancellationToken.None)).ShouldNotBeNull();
            }
        }

        (await world.EntriesAsync()).Select(entry => entry.Content.Type).ShouldNotContain("breach-recorded");
        world.States = new InMemoryStateStore();
        await using var next = Shop.Open(world);
        var breach = await next.Breaches().ReadAsync(id);
        breach.Risk.ShouldBe(BreachRisk.High);
        breach.Notices.ShouldHaveSingleItem();
        (await next.Breaches().ReadTextsAsync(id)).Select(text => text.Text?.Facts ?? text.Text?.Reasons).ShouldContain("A laptop with marker-person's mail was stolen.");
        (await RegisterTests.PeopleAsync(next, id)).Select(person => person.ToldAt is not null).ShouldBe([true, false], ignoreOrder: true);
        await next.Breaches().DescribeAsync(id, new BreachText { Effects = "More." }, Reports.By);
        await world.ShouldVerifyAsync();
    }

    [Fact]
    public async Task Assessments_that_arrive_together_are_recorded_one_after_the_other()
    {
        await using var shop = Shop.Open();
        var breach = await shop.Breaches().RecordAsync(Reports.Lost(shop.Clock.GetCurrentInstant()));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
            () => shop.Breaches().AssessAsync(breach.Id, i % 2 == 0 ? BreachRisk.Risk : BreachRisk.High, "Together.", Reports.By))));

        (await shop.World.EntriesAsync()).Count(entry => entry.Content.Type == "breach-assessed").ShouldBe(8);
        (await shop.Breaches().ReadAsync(breach.Id)).Version.ShouldBe(9);
    }

    [Fact]
    public async Task A_crash_after_the_record_loses_no_task_because_the_pump_opens_it()
    {
        var world = new ShopWorld();
        await using (var shop = Shop.Open(world))
        {
            await shop.Work.PrepareAsync(CancellationToken.None);
            world.JournalFaults.Reset();

            // The first append is the breach itself; the second its first task.
            world.JournalFaults.FailAt(await SecondAppendAsync(), FaultMoment.Before, staysDown: true);
            await Should.ThrowAsync<Exception>(() => shop.Breaches().RecordAsync(Reports.Lost(shop.Clock.GetCurrentInstant())));
        }

        world.JournalFaults.Reset();
        await using var next = Shop.Open(world);
        (await next.Breaches().ListAsync()).ShouldHaveSingleItem();
        (await next.OpenTasksAsync()).ShouldBeEmpty();
        await next.Work.RunDueAsync(next.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        (await next.OpenTasksAsync()).ShouldContain("breach-notify-authority");
    }

    /// <summary>The number of the call that appends the first task, learnt from a run without faults.</summary>
    private static async Task<int> SecondAppendAsync()
    {
        var world = new ShopWorld();
        await using var shop = Shop.Open(world);
        await shop.Work.PrepareAsync(CancellationToken.None);
        world.JournalFaults.Reset();
        await shop.Breaches().RecordAsync(Reports.Lost(shop.Clock.GetCurrentInstant()));
        return world.JournalFaults.Calls.Index().Where(call => call.Item == "IJournalStore.AppendAsync").ElementAt(1).Index + 1;
    }

    /// <summary>A breach of a high risk: notified, decided, one of two people told.</summary>
    private static async Task<string> LifeAsync(Shop shop)
    {
        var id = await shop.AssessedAsync(BreachRisk.High);
        await shop.Breaches().RecordNotificationAsync(id, new AuthorityNotification(Reports.Everything(), Reports.By));
        await shop.Breaches().DecideCommunicationAsync(id, new CommunicationDecision(Reports.By, "No.") { Message = Reports.Message });
        await shop.Breaches().AddAffectedAsync(id, [await shop.PersonAsync("kept-1"), await shop.PersonAsync("kept-2")], Reports.By);
        await shop.Breaches().RecordToldAsync(id, [await shop.PersonAsync("kept-1")], "letter", null, Reports.By);
        return id;
    }
}
