using Gdpr.Consents;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;
using static Gdpr.Core.Tests.Consents.ConsentShop;

namespace Gdpr.Core.Tests.Consents;

/// <summary>What waits to be done for a person ends with the purpose, whatever goes wrong.</summary>
public sealed class StoppedWorkTests
{
    [Fact]
    public async Task A_withdrawal_cancels_what_every_registered_work_has_queued()
    {
        var (mail, letters) = (new Queue("mailings"), new Queue("letters"));
        await using var shop = Open(null, null, mail, letters);
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        var withdrawn = await shop.Consents().WithdrawAsync(subject, Newsletter);
        withdrawn.Effects.NotStopped.ShouldBeEmpty();
        mail.Cancelled.ShouldBe([(subject, Newsletter)]);
        letters.Cancelled.ShouldBe([(subject, Newsletter)]);
        (await shop.TypesAsync())[^1].ShouldBe("work-stopped");
        (await shop.Consents().ListOutstandingAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_fails_is_listed_tried_again_and_not_called_done_before()
    {
        var (mail, letters) = (new Queue("mailings") { Fails = true }, new Queue("letters"));
        await using var shop = Open(null, null, mail, letters);
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);

        var withdrawn = await shop.Consents().WithdrawAsync(subject, Newsletter);

        withdrawn.State!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        withdrawn.Effects.NotStopped.ShouldBe(["mailings"]);
        withdrawn.Effects.IsComplete.ShouldBeFalse();
        letters.Cancelled.Count.ShouldBe(1);
        (await shop.TypesAsync()).ShouldNotContain("work-stopped");
        var outstanding = (await shop.Consents().ListOutstandingAsync()).ShouldHaveSingleItem();
        outstanding.Waiting.ShouldBe(["mailings"]);
        outstanding.Subject.ShouldBe(subject);

        await RunAsync(shop);
        mail.Calls.ShouldBe(1);
        mail.Fails = false;
        shop.Clock.Advance(Duration.FromMinutes(6));
        await RunAsync(shop);
        mail.Cancelled.ShouldBe([(subject, Newsletter)]);
        letters.Cancelled.Count.ShouldBe(1);
        (await shop.Consents().ListOutstandingAsync()).ShouldBeEmpty();
        (await shop.TypesAsync()).ShouldContain("work-stopped");
    }

    [Fact]
    public async Task A_process_that_dies_between_the_withdrawal_and_the_work_is_followed_by_one_that_stops_it()
    {
        var world = new ShopWorld();
        var mail = new Queue("mailings");
        DataSubject subject;
        await using (var shop = Open(world, null, mail))
        {
            subject = await shop.SubjectAsync();
            await shop.GiveAsync(subject);

            // As if the process ended right after the entry was written.
            await shop.Get<SubjectCommands>().RecordAsync(
                subject,
                _ => [new PersonalEntry(shop.Get<SubjectCommands>().EntryOf(subject, SubjectEntries.ConsentWithdrawn, $$"""{"purpose":"{{Newsletter}}"}"""))], null, CancellationToken.None);
        }

        mail.Cancelled.ShouldBeEmpty();
        world.States = new InMemoryStateStore();
        await using var next = Open(world, null, mail);
        await RunAsync(next);
        mail.Cancelled.ShouldBe([(subject, Newsletter)]);
        await RunAsync(next);
        mail.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task What_was_consented_to_anew_since_is_not_cancelled_afterwards()
    {
        var mail = new Queue("mailings") { Fails = true };
        await using var shop = Open(null, null, mail);
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        shop.Clock.Advance(Duration.FromMinutes(1));
        await shop.Consents().WithdrawAsync(subject, Newsletter);
        shop.Clock.Advance(Duration.FromMinutes(1));
        await shop.GiveAsync(subject);
        mail.Fails = false;
        shop.Clock.Advance(Duration.FromMinutes(6));
        await RunAsync(shop);
        mail.Cancelled.ShouldBeEmpty();
        (await shop.Consents().ListOutstandingAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_end_of_a_consents_time_cancels_too()
    {
        var mail = new Queue("mailings");
        await using var shop = Open(null, null, mail);
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        shop.Clock.Advance(Duration.FromDays(3 * 366));
        await RunAsync(shop);
        mail.Cancelled.ShouldBe([(subject, Newsletter)]);
    }

    [Fact]
    public async Task A_source_that_is_down_is_named_and_the_withdrawal_counts_all_the_same()
    {
        var isDown = false;
        var world = new ShopWorld(around: source => new HookedSource(source, call => isDown && call.Contains("change-facts", StringComparison.Ordinal) ? throw new TimeoutException() : Task.CompletedTask));
        await using var shop = Open(world);
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        isDown = true;
        var withdrawn = await shop.Consents().WithdrawAsync(subject, Newsletter);
        withdrawn.State!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        withdrawn.Effects.NotReached.ShouldContain("crm");
        withdrawn.Effects.IsComplete.ShouldBeFalse();
    }

    [Fact]
    public async Task Erasure_granted_in_every_data_set_of_a_purpose_stops_its_work_and_in_some_only_does_not()
    {
        var mail = new Queue("mailings");
        await using var shop = Open(null, null, mail);
        var subject = await shop.SubjectAsync();
        var commands = shop.Get<SubjectCommands>();
        Task GrantAsync(string dataSet) => commands.RecordAsync(
            subject,
            _ => [new PersonalEntry(commands.EntryOf(
                subject, SubjectEntries.ErasureGranted, $$"""{"id":"e/{{dataSet}}","purposes":["{{Newsletter}}"],"dataSets":["{{dataSet}}"]}"""))],
            null, CancellationToken.None).AsTask();

        await GrantAsync("crm.elsewhere");
        await RunAsync(shop);
        mail.Cancelled.ShouldBeEmpty();

        await GrantAsync("crm.customers");
        await RunAsync(shop);
        mail.Cancelled.ShouldBe([(subject, Newsletter)]);
    }

    private static Task RunAsync(Shop shop) => shop.Work.RunDueAsync(shop.Clock.GetCurrentInstant(), TimeSpan.MaxValue);

    private sealed class Queue(string name) : IScheduledWork
    {
        public string Name { get; } = name;

        public bool Fails { get; set; }

        public int Calls { get; private set; }

        public List<(DataSubject, string)> Cancelled { get; } = [];

        public ValueTask CancelAsync(DataSubject subject, string purpose, CancellationToken cancellationToken)
        {
            Calls++;
            if (Fails)
            {
                throw new InvalidOperationException("The queue is down.");
            }

            Cancelled.Add((subject, purpose));
            return ValueTask.CompletedTask;
        }
    }
}
