using Gdpr.Breaches;
using Gdpr.Core.Tests.Rights;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Subjects;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Breaches;

/// <summary>A breach may affect very many people: whoever puts them on its list waits for few round trips, not for one a person.</summary>
public sealed class ManyAffectedTests
{
    private const string By = Reports.By;

    [Fact]
    public async Task Putting_many_people_on_the_list_takes_no_more_reads_than_putting_one()
    {
        var (one, many) = (await CallsAsync(1), await CallsAsync(2000));

        Reads(many).ShouldBeLessThanOrEqualTo(Reads(one) + 10);
        many.Count(call => call == "IJournalStore.AppendAsync").ShouldBe(one.Count(call => call == "IJournalStore.AppendAsync"));

        static async Task<IReadOnlyList<string>> CallsAsync(int count)
        {
            var faults = new FaultPoints();
            await using var world = RightsWorld.Open(new LocalDateTime(2026, 5, 4, 10, 0), everywhere: faults);
            var (breaches, people) = (world.Get<BreachRegister>(), await PeopleAsync(world, count));
            var breach = await breaches.RecordAsync(Reports.Lost(world.Now));
            faults.Reset();
            await breaches.AddAffectedAsync(breach.Id, people, By);
            return faults.Calls;
        }

        static int Reads(IEnumerable<string> calls) =>
            calls.Count(call => call is "IStateStore.ReadAsync" or "IStateStore.ReadManyAsync" or "IJournalStore.ReadStreamAsync");
    }

    [Fact]
    public async Task Keeping_many_people_who_were_about_to_be_forgotten_takes_few_round_trips()
    {
        var faults = new FaultPoints();
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 5, 4, 10, 0), everywhere: faults);
        var people = await PeopleAsync(world, 300);
        foreach (var person in people.Where((_, i) => i % 2 == 0))
        {
            await world.Directory.LeaveAsync(person, await world.StateAsync(person), CancellationToken.None);
        }

        faults.Reset();
        await world.Get<SubjectCommands>().KeepAsync(people, CancellationToken.None);

        faults.Calls.Count.ShouldBeLessThan(10);
        foreach (var person in people)
        {
            (await world.StateAsync(person)).LeavingSince.ShouldBeNull();
        }
    }

    [Fact]
    public async Task Of_whom_something_is_recorded_meanwhile_is_kept_too()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 5, 4, 10, 0));
        var (commands, people) = (world.Get<SubjectCommands>(), await PeopleAsync(world, 3));
        foreach (var person in people)
        {
            await world.Directory.LeaveAsync(person, await world.StateAsync(person), CancellationToken.None);
        }

        // The journal is ahead of the state store: another node has appended, and its state is on the way.
        await world.Get<Journal>().RecordAsync(
            people[1].Stream, JournalStream.AnyVersion, commands.EntryOf(people[1], SubjectEntries.Leaving, "{}"), CancellationToken.None);
        await commands.KeepAsync(people, CancellationToken.None);

        foreach (var person in people)
        {
            (await world.StateAsync(person)).LeavingSince.ShouldBeNull();
        }
    }

    [Fact]
    public async Task A_list_that_names_people_who_were_forgotten_is_refused_with_who_they_are_and_can_be_given_again_without_them()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 5, 4, 10, 0));
        var (breaches, people) = (world.Get<BreachRegister>(), await PeopleAsync(world, 5));
        var breach = await breaches.RecordAsync(Reports.Lost(world.Now));
        await world.RecordAsync(people[1], SubjectEntries.Forgotten, "{}");
        await world.RecordAsync(people[3], SubjectEntries.Forgotten, "{}");
        var before = (await world.Stores.EntriesAsync()).Count;
        DataSubject[] list = [.. people, people[3]];

        var refused = await Should.ThrowAsync<ForgottenSubjectException>(() => breaches.AddAffectedAsync(breach.Id, list, By));

        refused.Subjects.ShouldBe([people[1], people[3]]);
        refused.ToString().ShouldNotContain(people[1].Key.ToString());
        refused.Message.ShouldContain("2 of the people");
        (await world.Stores.EntriesAsync()).Count.ShouldBe(before);
        await breaches.AddAffectedAsync(breach.Id, list.Except(refused.Subjects), By);
        (await breaches.ReadPeopleAsync(breach.Id).ToListAsync()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Those_who_record_at_the_same_time_that_people_were_told_are_all_on_record()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 5, 4, 10, 0));
        var (breaches, people) = (world.Get<BreachRegister>(), await PeopleAsync(world, 8));
        var breach = await breaches.RecordAsync(Reports.Lost(world.Now));
        await breaches.AssessAsync(breach.Id, BreachRisk.High, "The disk was not encrypted.", By);
        await breaches.DecideCommunicationAsync(breach.Id, new CommunicationDecision(By, "No") { Message = Reports.Message });

        await Task.WhenAll(people.Select(person => Task.Run(() => breaches.RecordToldAsync(breach.Id, [person, people[0]], "letter", null, By))));

        var told = await breaches.ReadPeopleAsync(breach.Id).ToListAsync();
        told.Select(one => one.Subject).ShouldBe(people, ignoreOrder: true);
        told.ShouldAllBe(one => one.ToldAt == world.Now);
    }

    private static async Task<DataSubject[]> PeopleAsync(RightsWorld world, int count)
    {
        var people = new DataSubject[count];
        for (var i = 0; i < count; i++)
        {
            people[i] = await world.PersonAsync($"p{i}");
        }

        return people;
    }
}
