using Gdpr.Consents;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;
using static Gdpr.Core.Tests.Consents.ConsentShop;

namespace Gdpr.Core.Tests.Consents;

/// <summary>Accepting terms is recorded with version, time and channel, and is no consent.</summary>
public sealed class TermsAcceptanceTests
{
    [Fact]
    public async Task An_acceptance_is_on_record_with_version_time_and_channel_and_no_consent_follows_from_it()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var terms = shop.Get<TermsAcceptances>();
        var accepted = await terms.AcceptAsync(subject, new ShownText("terms", "1", "sv"), "web");
        (await terms.ListAsync(subject)).ShouldBe([accepted]);
        accepted.OccurredAt.ShouldBe(Shop.Now);
        accepted.Channel.ShouldBe("web");
        (await shop.Get<SubjectDirectory>().ReadStateAsync(subject)).Consents.ShouldBeEmpty();
    }

    /// <summary>The terms that somebody accepted last hold as long as the person is a customer: longer than proofs are kept.</summary>
    [Fact]
    public async Task The_terms_accepted_last_outlive_the_expiry_of_the_journal_and_the_loss_of_every_state()
    {
        var world = new ShopWorld();
        DataSubject subject;
        await using (var shop = Shop.Open(world, policy: ConsentShop.Policy()))
        {
            subject = await shop.SubjectAsync();
            foreach (var version in new[] { "1", "2" })
            {
                await shop.Get<TermsAcceptances>().AcceptAsync(subject, new ShownText("terms", version, "sv"), "web");
                world.Clock.Advance(Duration.FromDays(1));
            }

            await shop.Get<JournalCheckpoints>().MakeAsync(CancellationToken.None);
            world.Clock.Advance(Duration.FromDays(6 * 366));
            (await shop.Get<JournalExpiry>().ExpireAsync(world.Clock.GetCurrentInstant(), CancellationToken.None)).ShouldNotBeNull();
        }

        world.States = new InMemoryStateStore();
        await using var next = Shop.Open(world, policy: ConsentShop.Policy());
        (await next.Get<TermsAcceptances>().ListAsync(subject)).ShouldHaveSingleItem().ShouldBe(
            new TermsAcceptance(new ShownText("terms", "2", "sv"), "web", Shop.Now + Duration.FromDays(1)));
    }

    [Fact]
    public async Task What_are_no_terms_cannot_be_accepted()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var terms = shop.Get<TermsAcceptances>();
        await Should.ThrowAsync<ArgumentException>(() => terms.AcceptAsync(subject, Shown, "web"));
        await Should.ThrowAsync<ArgumentException>(() => terms.AcceptAsync(subject, new ShownText("terms", "", "sv"), "web"));
        await Should.ThrowAsync<ArgumentException>(() => terms.AcceptAsync(subject, new ShownText("terms", "1", "sv"), "a web site"));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => terms.AcceptAsync(subject, new ShownText("terms", "1", "sv"), "web", Shop.Now + Duration.FromDays(1)));
        (await terms.ListAsync(subject)).ShouldBeEmpty();
    }
}
