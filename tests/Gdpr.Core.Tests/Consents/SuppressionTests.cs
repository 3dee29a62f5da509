using Gdpr.Consents;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Journals;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using NodaTime;
using static Gdpr.Core.Tests.Consents.ConsentShop;

namespace Gdpr.Core.Tests.Consents;

/// <summary>Addresses that are kept from marketing (R-SUP, Art. 21(3)).</summary>
public sealed class SuppressionTests
{
    private static readonly SubjectIdentifier Address = SubjectIdentifier.OfEmail("kept-1@person.example");

    [Fact]
    public async Task An_address_is_suppressed_for_its_channel_and_purpose_alone()
    {
        await using var shop = Open();
        var suppression = shop.Get<Suppression>();
        (await suppression.CheckAsync(Address, "email", Newsletter)).Reason.ShouldBe(SuppressionReasons.NotSuppressed);
        await suppression.AddAsync(new SuppressionOrder([Address], "email", "mail") { Purposes = [Newsletter] });

        var verdict = await suppression.CheckAsync(SubjectIdentifier.OfEmail(" KEPT-1@person.example "), "email", Newsletter);
        verdict.IsSuppressed.ShouldBeTrue();
        verdict.Reason.ShouldBe(SuppressionReasons.Suppressed);
        verdict.Entry.ShouldBe(new SuppressionEntry("email", Newsletter, Shop.Now, "mail"));
        (await suppression.CheckAsync(Address, "post", Newsletter)).IsSuppressed.ShouldBeFalse();
        (await suppression.CheckAsync(Address, "email", Advice)).IsSuppressed.ShouldBeFalse();
        (await suppression.CheckAsync(SubjectIdentifier.OfEmail("kept-2@person.example"), "email", Newsletter)).IsSuppressed.ShouldBeFalse();
    }

    [Theory]
    [InlineData("email", "Email")]
    [InlineData("EMAIL", "email")]
    public async Task A_channel_is_the_same_however_it_is_written(string suppressed, string asked)
    {
        await using var shop = Open();
        var (suppression, stranger) = (shop.Get<Suppression>(), SubjectIdentifier.OfEmail("kim@person.example"));
        await shop.SubjectAsync();
        foreach (var address in new[] { Address, stranger })
        {
            await shop.Get<Unsubscription>().UnsubscribeAsync(address, new UnsubscribeOrder([Newsletter], suppressed, "mail") { IsChannelOnly = true });
            await shop.Get<Unsubscription>().UnsubscribeAsync(address, new UnsubscribeOrder([Newsletter], asked, "mail") { IsChannelOnly = true });

            (await suppression.CheckAsync(address, asked, Newsletter)).IsSuppressed.ShouldBeTrue();
            (await suppression.ReadAsync(address)).ShouldHaveSingleItem().Channel.ShouldBe(suppressed);
        }

        (await shop.Get<SubjectDirectory>().ReadStateAsync(await shop.SubjectAsync())).Objections.ShouldHaveSingleItem();
        await suppression.AddAsync(new SuppressionOrder([Address], asked, "mail") { Purposes = [Newsletter] });
        (await shop.Get<SubjectDirectory>().ReadStateAsync(await shop.SubjectAsync())).Objections.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Suppressed_for_all_marketing_still_gets_messages_of_the_service()
    {
        await using var shop = Open();
        var suppression = shop.Get<Suppression>();
        await suppression.AddAsync(new SuppressionOrder([Address], "", "nix"));
        (await suppression.CheckAsync(Address, "phone", Newsletter)).IsSuppressed.ShouldBeTrue();
        (await suppression.CheckAsync(Address, "email", "service-provision")).IsSuppressed.ShouldBeFalse();
    }

    [Fact]
    public async Task Suppression_outlives_the_erasure_of_the_person_and_is_told()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var result = await shop.Get<Unsubscription>().UnsubscribeAsync(Address, new UnsubscribeOrder([Newsletter], "email", "mail"));
        result.Notice.In("sv").ShouldContain("kodad form");
        await shop.Get<SubjectDirectory>().ForgetAsync(subject, await shop.Get<SubjectDirectory>().ReadStateAsync(subject), CancellationToken.None);
        (await shop.Get<SubjectDirectory>().FindAsync(Address)).ShouldBeNull();
        (await shop.Get<Suppression>().CheckAsync(Address, "email", Newsletter)).IsSuppressed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_person_who_consents_anew_may_be_written_to_again()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        shop.Clock.Advance(Duration.FromDays(1));
        await shop.Get<Unsubscription>().UnsubscribeAsync(Address, new UnsubscribeOrder([Newsletter], "email", "mail"));
        (await shop.Get<Suppression>().CheckAsync(Address, "email", Newsletter)).Reason.ShouldBe(SuppressionReasons.Objected);
        shop.Clock.Advance(Duration.FromDays(1));

        (await shop.GiveAsync(subject)).State!.IsInForce(shop.Clock.GetCurrentInstant()).ShouldBeTrue();

        var verdict = await shop.Get<Suppression>().CheckAsync(Address, "email", Newsletter);
        verdict.IsSuppressed.ShouldBeFalse();
        verdict.Reason.ShouldBe(SuppressionReasons.ConsentedSince);
        (await shop.Get<SubjectDirectory>().ReadStateAsync(subject)).Objections.ShouldAllBe(one => one.Phase == ObjectionPhase.Ended);
    }

    [Fact]
    public async Task An_objection_of_the_person_counts_for_every_address()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var commands = shop.Get<SubjectCommands>();
        await commands.RecordAsync(
            subject,
            _ => [new PersonalEntry(commands.EntryOf(subject, SubjectEntries.ObjectionRaised, $$"""{"id":"o1","purposes":["{{Newsletter}}"],"isMarketing":true}"""))], null, CancellationToken.None);
        (await shop.Get<Suppression>().CheckAsync(Address, "email", Newsletter)).Reason.ShouldBe(SuppressionReasons.Objected);
    }

    [Fact]
    public async Task A_vault_that_is_down_allows_nothing()
    {
        var world = new ShopWorld();
        await using var shop = Open(world);
        world.Faults.Reset();
        world.Faults.FailAt(1, Testing.FaultMoment.Before, staysDown: true);
        await Should.ThrowAsync<Testing.InjectedFaultException>(() => shop.Get<Suppression>().CheckAsync(Address, "email", Newsletter));
    }

    [Fact]
    public async Task The_journal_says_how_many_and_not_which()
    {
        await using var shop = Open();
        var suppression = shop.Get<Suppression>();
        await suppression.AddAsync(new SuppressionOrder([Address], "email", "mail"));
        await suppression.AddAsync(new SuppressionOrder([Address], "email", "mail"));
        var entry = (await shop.World.EntriesAsync()).ShouldHaveSingleItem();
        entry.Content.Type.ShouldBe("marketing-suppressed");
        entry.Content.Data.ShouldBe("""{"channel":"email","purposes":[],"source":"mail","count":1}""");
        (await suppression.ReadAsync(Address)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_list_is_reviewed_every_year()
    {
        await using var shop = Open();
        await shop.Get<Suppression>().AddAsync(new SuppressionOrder([Address], "email", "mail"));
        await RunAsync(shop);
        (await shop.Get<HumanTasks>().ListOpenAsync()).ShouldBeEmpty();
        for (var year = 1; year <= 2; year++)
        {
            shop.Clock.Advance(Duration.FromDays(367));
            await RunAsync(shop);
            await RunAsync(shop);
            var task = (await shop.Get<HumanTasks>().ListOpenAsync()).ShouldHaveSingleItem();
            task.Kind.ShouldBe("suppression-review");
            await shop.Get<HumanTasks>().CompleteAsync(task.Id, "needed", "data-protection");
        }
    }

    private static Task RunAsync(Shop shop) => shop.Work.RunDueAsync(shop.Clock.GetCurrentInstant(), TimeSpan.MaxValue);
}
