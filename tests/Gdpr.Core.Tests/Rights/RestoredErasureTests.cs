using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>What was erased by a request, answered and closed, and then comes back with a backup.</summary>
public sealed class RestoredErasureTests
{
    private static readonly LocalDateTime Erased = new(2026, 2, 2, 10, 0);
    private static readonly LocalDateTime Restored = new(2026, 2, 12, 10, 0);
    private static readonly SubjectIdentifier Email = SubjectIdentifier.OfEmail("c1@marker.example");

    [Fact]
    public async Task Whoever_was_erased_by_a_request_is_erased_again_before_anything_is_used_and_may_come_back_afterwards()
    {
        var stores = new RightsStores();
        var (person, backup) = await EraseAsync(stores);

        await using var world = RightsWorld.Open(Restored, await FromAsync(Ended(), backup), stores);
        await world.Get<GdprWork>().PrepareAsync();
        (await world.Get<SourceReplay>().ListAsync()).ShouldContain(source => source.Name == "crm");
        (await world.Get<IProcessingGate>().DecideAsync(person, "service-provision")).Reasons
            .ShouldContain(reason => reason.Code == ProcessingReasons.ReplayPending);
        await world.PumpAsync();

        world.Data.Customers.Find("c1").ShouldBeNull();
        (await world.Get<SourceReplay>().ListAsync()).ShouldBeEmpty();

        // What is collected of the person anew is no part of what was erased.
        world.Data.Customer();
        world.Set(2026, 3, 12);
        await world.PumpAsync();
        world.Data.Customers.Find("c1").ShouldNotBeNull();
    }

    [Fact]
    public async Task What_a_person_who_had_come_back_before_the_backup_has_given_is_kept_when_it_is_restored()
    {
        var stores = new RightsStores();
        JournalPosition backup;
        await using (var world = RightsWorld.Open(Erased, Ended(), stores))
        {
            await EraseAsync(world);
            backup = await world.Data.Crm.ReadFactsPositionAsync(CancellationToken.None);
            await world.ConsentAsync(await world.PersonAsync("c2"), "direct-marketing");
            await world.PumpAsync();
        }

        var data = new RightsData().Customer();
        await data.Crm.ChangeFactsAsync([], backup, CancellationToken.None);
        await using var restored = RightsWorld.Open(Restored, data, stores);
        await restored.Get<GdprWork>().PrepareAsync();
        (await restored.Get<SourceReplay>().ListAsync()).ShouldContain(source => source.Name == "crm");
        await restored.PumpAsync();

        data.Customers.Find("c1").ShouldNotBeNull();
        (await restored.Get<SourceReplay>().ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_person_has_given_under_another_id_after_the_erasure_is_kept_whatever_the_backup_is_from()
    {
        var stores = new RightsStores();
        JournalPosition backup;
        await using (var world = RightsWorld.Open(Erased, Ended(), stores))
        {
            backup = await SayAsync(world);
            var person = await EraseAsync(world);
            (await world.Directory.RegisterAsync(new SubjectRegistration(Email, SubjectIdentifier.OfHost("c9")))).ShouldBe(person);
        }

        var data = await FromAsync(Ended().Customer("c9"), backup);
        await using var restored = RightsWorld.Open(Restored, data, stores);
        await restored.PumpAsync();

        data.Customers.Find("c1").ShouldBeNull();
        data.Customers.Find("c9").ShouldNotBeNull();
    }

    private static RightsData Ended() => new RightsData().Customer("c1", new LocalDate(2026, 1, 2));

    private static async Task<(DataSubject Person, JournalPosition Backup)> EraseAsync(RightsStores stores)
    {
        await using var world = RightsWorld.Open(Erased, Ended(), stores);
        var backup = await SayAsync(world);
        return (await EraseAsync(world), backup);
    }

    /// <summary>Has the source say how far it has come: a source that has said nothing yet may be data that was moved, and people are asked.</summary>
    private static async Task<JournalPosition> SayAsync(RightsWorld world)
    {
        await world.ConsentAsync(await world.PersonAsync("c3"), "direct-marketing");
        await world.PumpAsync();
        var said = await world.Data.Crm.ReadFactsPositionAsync(CancellationToken.None);
        said.Position.ShouldBeGreaterThan(0);
        return said;
    }

    private static async Task<RightsData> FromAsync(RightsData data, JournalPosition backup)
    {
        await data.Crm.ChangeFactsAsync([], backup, CancellationToken.None);
        return data;
    }

    private static async Task<DataSubject> EraseAsync(RightsWorld world)
    {
        var person = await world.Directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("c1"), Email));
        var done = await world.HandleAsync(DataSubjectRight.Erasure, person, intake => intake with { Scope = new RequestScope { DataSets = ["crm.customers"] } });
        world.Data.Customers.Find("c1").ShouldBeNull();
        (await world.StateAsync(person)).Endings.ShouldAllBe(ending => ending.IsDone);
        await world.AnswerAndCloseAsync(done);
        return person;
    }
}
