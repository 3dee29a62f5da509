using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>A source that was restored from a backup is not trusted until what was decided since has been replayed.</summary>
public sealed class RestoredSourceTests
{
    private const string Customers = "crm.customers";

    [Fact]
    public async Task Whoever_was_erased_since_the_backup_is_erased_again_before_anything_is_used()
    {
        var world = new ShopWorld();
        var (person, backup) = await EraseAsync(world, "kept-1");
        world.Data.Customers.Find("kept-1")!.Email.ShouldBeNull();

        // The backup comes back: the row, and the state beside it, as they were before.
        var restored = new ShopWorld(backup, journal: world.Journal, vault: world.Vault, keys: world.Keys) { States = world.States, Witness = world.Witness };
        await using var shop = Shop.Open(restored);
        restored.Data.Customers.Find("kept-1")!.Email.ShouldNotBeNull();
        await shop.Work.PrepareAsync();

        (await shop.Get<SourceReplay>().ListAsync()).Single(source => source.Name == "crm").Waiting.ShouldContain(Customers);
        (await AskAsync(shop, person)).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.ReplayPending);

        await shop.Work.RunDueAsync(restored.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));

        restored.Data.Customers.Find("kept-1")!.Email.ShouldBeNull();
        restored.Data.Customers.Find("kept-2")!.Email.ShouldNotBeNull();
        (await shop.Get<SourceReplay>().ListAsync()).ShouldBeEmpty();
        (await AskAsync(shop, person)).Reasons.ShouldNotContain(reason => reason.Code == ProcessingReasons.ReplayPending);
        await restored.ShouldVerifyAsync();
    }

    [Fact]
    public async Task A_source_that_cannot_be_replayed_waits_until_somebody_answers_for_it()
    {
        var world = new ShopWorld();
        var (person, backup) = await EraseAsync(world, "kept-1");
        var restored = new ShopWorld(backup, journal: world.Journal, vault: world.Vault, keys: world.Keys) { States = world.States, Witness = world.Witness };
        await using var shop = Shop.Open(restored);
        await shop.Work.PrepareAsync();
        await shop.KillSwitch.TurnOnAsync("a drill", "operations");
        await shop.Work.RunDueAsync(restored.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        (await AskAsync(shop, person)).IsAllowed.ShouldBeFalse();

        (await shop.Get<SourceReplay>().AcknowledgeAsync("crm", "data-protection-officer")).ShouldBeTrue();
        (await shop.Get<SourceReplay>().AcknowledgeAsync("web", "data-protection-officer")).ShouldBeTrue();

        (await shop.Get<SourceReplay>().ListAsync()).ShouldBeEmpty();
        (await shop.Get<SourceReplay>().AcknowledgeAsync("crm", "data-protection-officer")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_restored_source_waits_for_the_rest_of_its_replay_after_the_entry_that_said_so_has_expired()
    {
        var world = new ShopWorld();
        var (_, backup) = await EraseAsync(world, "kept-1");
        var restored = new ShopWorld(backup, journal: world.Journal, vault: world.Vault, keys: world.Keys) { States = world.States, Witness = world.Witness };
        await using (var shop = Shop.Open(restored))
        {
            await shop.Work.PrepareAsync();
            await shop.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
            restored.Clock.Advance(Duration.FromDays(1));
            (await shop.Sweep.RunAsync(dataSets: new HashSet<string> { Customers })).IsComplete.ShouldBeTrue();
            (await shop.Get<JournalExpiry>().ExpireAsync(restored.Clock.GetCurrentInstant(), CancellationToken.None)).ShouldNotBeNull();
        }

        restored.States = new InMemoryStateStore();
        await using var next = Shop.Open(restored);
        var waiting = (await next.Get<SourceReplay>().ListAsync()).Single(source => source.Name == "crm").Waiting;
        waiting.ShouldNotBeEmpty();
        waiting.ShouldNotContain(Customers);
    }

    [Fact]
    public async Task What_only_went_on_is_not_taken_for_restored()
    {
        var world = new ShopWorld();
        await EraseAsync(world, "kept-1");

        await using var shop = Shop.Open(world);
        await shop.Work.PrepareAsync();
        await shop.Holds.PlaceAsync(Shop.Terms(records: ["kept-2"]));
        await shop.Work.PrepareAsync();

        (await shop.Get<SourceReplay>().ListAsync()).ShouldBeEmpty();
    }

    /// <summary>Erases a person, and keeps the data as it was before.</summary>
    private static async Task<(DataSubject Person, ShopData Backup)> EraseAsync(ShopWorld world, string customer)
    {
        await using var shop = Shop.Open(world);
        await shop.ApproveAsync();
        var person = await shop.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost(customer)));
        var commands = shop.Get<SubjectCommands>();
        await commands.RecordAsync(person, _ =>
        [
            new PersonalEntry(commands.EntryOf(person, SubjectEntries.ErasureGranted, """{"id":"e1","purposes":["service-provision"],"dataSets":[]}""")),
        ], null, CancellationToken.None);
        (await shop.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
        return (person, new ShopData().Fill());
    }

    private static Task<ProcessingDecision> AskAsync(Shop shop, DataSubject person) => shop.Get<IProcessingGate>().DecideAsync(person, "service-provision");
}
