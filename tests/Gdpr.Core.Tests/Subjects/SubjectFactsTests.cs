using Gdpr.Core.Tests.Disposal;
using Gdpr.Journals;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Subjects;

/// <summary>What is recorded of a person stands beside that person's data before anything is destroyed.</summary>
public sealed class SubjectFactsTests
{
    [Fact]
    public async Task A_restriction_for_claims_keeps_the_persons_due_records_and_no_others()
    {
        await using var shop = Shop.Open();
        var subject = await shop.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("gone-1")));
        await RecordAsync(shop, subject, SubjectEntries.RestrictionPlaced, """{"id":"r1","ground":"Claims","dataSets":[]}""");

        (await shop.SweepAsync()).IsComplete.ShouldBeTrue();

        shop.Data.Customers.Find("gone-1").ShouldNotBeNull();
        shop.Data.Orders.Find("old-1").ShouldNotBeNull();
        shop.Data.Customers.Find("gone-2").ShouldBeNull();

        await RecordAsync(shop, subject, SubjectEntries.RestrictionLifted, """{"id":"r1"}""");
        (await shop.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
        shop.Data.Customers.Find("gone-1").ShouldBeNull();
        await shop.World.ShouldVerifyAsync();
    }

    [Fact]
    public async Task An_erasure_granted_makes_the_persons_records_due_at_once()
    {
        await using var shop = Shop.Open();
        var subject = await shop.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("kept-3")));
        await RecordAsync(shop, subject, SubjectEntries.ErasureGranted, """{"id":"e1","purposes":["service-provision"],"dataSets":[]}""");

        (await shop.SweepAsync()).IsComplete.ShouldBeTrue();

        // The books keep the name; the address had the service as its only purpose.
        shop.Data.Customers.Find("kept-3")!.Email.ShouldBeNull();
        shop.Data.Customers.Find("kept-3")!.Name.ShouldNotBeNull();
        shop.Data.Customers.Find("kept-4")!.Email.ShouldNotBeNull();
    }

    [Fact]
    public async Task People_outlive_the_expiry_of_the_entries_that_said_what_holds()
    {
        var world = new ShopWorld();
        DataSubject subject;
        await using (var shop = Shop.Open(world))
        {
            subject = await shop.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("gone-1")));
            await RecordAsync(shop, subject, SubjectEntries.RestrictionPlaced, """{"id":"r1","ground":"Unlawful","dataSets":[]}""");
            await RecordAsync(shop, subject, SubjectEntries.ConsentGiven, """{"purpose":"direct-marketing","text":"t","textVersion":"1"}""");
            await shop.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
            world.Clock.Advance(Duration.FromDays(400));
            (await shop.Get<JournalExpiry>().ExpireAsync(world.Clock.GetCurrentInstant(), CancellationToken.None)).ShouldNotBeNull();
        }

        (await world.EntriesAsync()).Select(entry => entry.Content.Type).ShouldNotContain(SubjectEntries.RestrictionPlaced);
        world.States = new InMemoryStateStore();
        await using var next = Shop.Open(world);
        await next.Get<JournalFolds>().CatchUpAsync(CancellationToken.None);
        var state = await next.Get<SubjectDirectory>().ReadStateAsync(subject);
        state.Restrictions.ShouldHaveSingleItem().Stands.ShouldBeTrue();
        state.ConsentTo("direct-marketing")!.IsInForce(world.Clock.GetCurrentInstant()).ShouldBeTrue();
        (await next.Get<SubjectDirectory>().NativeIdsAsync(subject, "crm.customers")).ShouldBe(["gone-1"]);
        (await next.SweepAsync()).IsComplete.ShouldBeTrue();
        world.Data.Customers.Find("gone-1").ShouldNotBeNull();
        await world.ShouldVerifyAsync();
    }

    [Fact]
    public async Task Of_contradicting_consents_the_later_counts_and_of_the_same_instant_the_restrictive()
    {
        await using var shop = Shop.Open();
        var subject = await shop.Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("x")));
        var (earlier, later) = (Shop.Now - Duration.FromDays(2), Shop.Now - Duration.FromDays(1));
        const string Data = """{"purpose":"direct-marketing"}""";

        await RecordAsync(shop, subject, SubjectEntries.ConsentWithdrawn, Data, later);
        (await RecordAsync(shop, subject, SubjectEntries.ConsentGiven, Data, earlier)).ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        (await RecordAsync(shop, subject, SubjectEntries.ConsentGiven, Data, later)).ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        (await RecordAsync(shop, subject, SubjectEntries.ConsentGiven, Data, Shop.Now)).ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Given);
        (await RecordAsync(shop, subject, SubjectEntries.ConsentRefused, Data, Shop.Now)).ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Refused);
    }

    [Fact]
    public async Task A_task_is_opened_once_done_once_and_late_when_its_time_is_over()
    {
        await using var shop = Shop.Open();
        var tasks = shop.Get<HumanTasks>();
        var task = new HumanTask("t1", "assess-objection", "data-protection-officer", Shop.Now + Duration.FromDays(10), Shop.Now);
        await tasks.OpenAsync(task, CancellationToken.None);
        await tasks.OpenAsync(task with { Owner = "somebody-else" }, CancellationToken.None);

        var open = (await tasks.ListOpenAsync()).ShouldHaveSingleItem();
        open.Owner.ShouldBe("data-protection-officer");
        open.IsOverdue(Shop.Now + Duration.FromDays(10)).ShouldBeTrue();
        open.IsOverdue(Shop.Now + Duration.FromDays(9)).ShouldBeFalse();
        (await tasks.CompleteAsync("t1", "upheld", "legal-department")).Outcome.ShouldBe("upheld");
        (await tasks.CompleteAsync("t1", "upheld", "legal-department")).DoneBy.ShouldBe("legal-department");
        await Should.ThrowAsync<UnknownTaskException>(() => tasks.CompleteAsync("t1", "overruled", "legal-department"));
        (await tasks.ListOpenAsync()).ShouldBeEmpty();
    }

    private static async Task<SubjectState> RecordAsync(Shop shop, DataSubject subject, string type, string data, Instant? occurredAt = null)
    {
        var commands = shop.Get<SubjectCommands>();
        return await commands.RecordAsync(
            subject, _ => [new PersonalEntry(commands.EntryOf(subject, type, data, occurredAt))], null, CancellationToken.None);
    }
}
