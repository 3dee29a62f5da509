using Gdpr.Processing.Tasks;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Data sets that no source disposes of: people are asked to, again and again, until a source does it.</summary>
public sealed class DisposalByHandTests
{
    [Fact]
    public async Task People_are_asked_every_thirty_days_counted_from_when_they_last_did_it()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0));
        await world.PumpAsync(approve: false);
        var task = (await TasksAsync(world)).ShouldHaveSingleItem();
        (task.About, task.Owner, task.DueBy).ShouldBe(("paper.letters", "data-protection-coordinator", world.Now + Duration.FromDays(30)));
        await world.PumpAsync(approve: false);
        (await TasksAsync(world)).ShouldHaveSingleItem().DueBy.ShouldBe(task.DueBy, "it is asked for once");

        world.Set(2026, 2, 20, 10);
        await world.CompleteAsync("dispose-by-hand", "done");
        world.Set(2026, 2, 27, 10);
        await world.PumpAsync(approve: false);

        (await TasksAsync(world)).ShouldHaveSingleItem().DueBy.ShouldBe(RightsWorld.At(2026, 3, 22, 10));
    }

    [Fact]
    public async Task Nobody_is_asked_any_more_when_a_source_does_it()
    {
        var stores = new RightsStores();
        await using (var before = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), stores: stores))
        {
            await before.PumpAsync(approve: false);
            (await TasksAsync(before)).ShouldHaveSingleItem();
        }

        var archive = new InMemorySource("archive");
        archive.Add<Purchase>("paper.letters", one => one.Id, set => set.Subject(one => one.Person).Trigger("filed", _ => TriggerValue.Missing)
            .Field("letter", one => one with { Address = null }, one => one.Address));
        var all = new RightsData();
        await using var after = RightsWorld.Open(
            new LocalDateTime(2026, 2, 3, 10, 0), new RightsData { Instead = [all.Crm, all.ErpSwitch, all.Desk, archive] }, stores);
        await after.PumpAsync(approve: false);

        (await TasksAsync(after)).ShouldBeEmpty();
    }

    private static async Task<IReadOnlyList<HumanTask>> TasksAsync(RightsWorld world) =>
        [.. (await world.Tasks.ListOpenAsync()).Where(task => task.Kind == "dispose-by-hand")];
}
