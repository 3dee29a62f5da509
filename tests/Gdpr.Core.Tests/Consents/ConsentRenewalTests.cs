using Gdpr.Consents;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Journals;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using NodaTime;
using static Gdpr.Core.Tests.Consents.ConsentShop;

namespace Gdpr.Core.Tests.Consents;

/// <summary>Consents end by time and by a change of text, and are asked for again.</summary>
public sealed class ConsentRenewalTests
{
    [Fact]
    public async Task A_consent_ends_with_the_period_after_which_it_is_asked_again()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var given = await shop.GiveAsync(subject);

        // 24 months of whole local days: the last is 22 November 2028, in Stockholm.
        var end = Instant.FromUtc(2028, 11, 22, 23, 0);
        given.State!.ValidUntil.ShouldBe(end);
        given.State.IsInForce(end - Duration.Epsilon).ShouldBeTrue();
        given.State.IsInForce(end).ShouldBeFalse();

        shop.Clock.Advance(end - Shop.Now - Duration.FromMinutes(1));
        await RunAsync(shop);
        (await StateAsync(shop, subject)).Phase.ShouldBe(ConsentPhase.Given);
        shop.Clock.Advance(Duration.FromHours(2));
        await RunAsync(shop);
        var expired = await StateAsync(shop, subject);
        expired.Phase.ShouldBe(ConsentPhase.Expired);
        expired.OccurredAt.ShouldBe(end);
        (await ToAskAsync(shop)).ShouldBe([subject]);

        await RunAsync(shop);
        (await shop.TypesAsync()).Count(type => type == "consent-expired").ShouldBe(1);
        (await shop.GiveAsync(subject)).State!.Phase.ShouldBe(ConsentPhase.Given);
        (await ToAskAsync(shop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_consent_that_soon_ends_is_listed_before()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        (await ToAskAsync(shop)).ShouldBeEmpty();
        shop.Clock.Advance(Instant.FromUtc(2028, 10, 23, 12, 0) - Shop.Now);
        (await ToAskAsync(shop)).ShouldBe([subject]);
    }

    [Fact]
    public async Task An_end_that_the_person_stated_comes_before_the_policys()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var given = await shop.Consents().GiveAsync(new ConsentGrant(subject, Newsletter, Shown, Act) { ValidUntil = Shop.Now + Duration.FromDays(1) });
        given.State!.ValidUntil.ShouldBe(Shop.Now + Duration.FromDays(1));
    }

    [Fact]
    public async Task A_weighty_change_of_the_text_supersedes_consents_to_other_versions()
    {
        var world = new ShopWorld();
        DataSubject before;
        DataSubject withdrawn;
        await using (var shop = Open(world))
        {
            (before, withdrawn) = (await shop.SubjectAsync("kept-1"), await shop.SubjectAsync("kept-2"));
            await shop.GiveAsync(before);
            await shop.GiveAsync(withdrawn);
            await shop.Consents().WithdrawAsync(withdrawn, Newsletter);
        }

        await using var next = Open(world, Policy("2", "2026.2"));
        var after = await next.SubjectAsync("kept-3");
        await next.Consents().GiveAsync(new ConsentGrant(after, Newsletter, Shown with { Version = "2026.2" }, Act));
        await RunAsync(next);
        var task = (await next.Get<HumanTasks>().ListOpenAsync()).ShouldHaveSingleItem();
        task.Kind.ShouldBe("assess-consent-text");
        (await StateAsync(next, before)).Phase.ShouldBe(ConsentPhase.Given);

        (await next.Consents().DecideTextChangeAsync(new ConsentTextChange("newsletter-text", IsWeighty: true, "data-protection"))).ShouldBe(1);

        (await StateAsync(next, before)).Phase.ShouldBe(ConsentPhase.Superseded);
        (await StateAsync(next, after)).Phase.ShouldBe(ConsentPhase.Given);
        (await StateAsync(next, withdrawn)).Phase.ShouldBe(ConsentPhase.Withdrawn);
        (await next.Get<HumanTasks>().ListOpenAsync()).ShouldBeEmpty();
        (await ToAskAsync(next)).ShouldBe([before]);
        await world.ShouldVerifyAsync();
    }

    [Fact]
    public async Task A_change_of_wording_leaves_consents_as_they_are()
    {
        var world = new ShopWorld();
        DataSubject subject;
        await using (var shop = Open(world))
        {
            subject = await shop.SubjectAsync();
            await shop.GiveAsync(subject);
        }

        await using var next = Open(world, Policy("2", "2026.2"));
        await RunAsync(next);
        (await next.Consents().DecideTextChangeAsync(new ConsentTextChange("newsletter-text", IsWeighty: false, "data-protection"))).ShouldBe(0);
        (await StateAsync(next, subject)).Phase.ShouldBe(ConsentPhase.Given);
        (await next.Get<HumanTasks>().ListOpenAsync()).ShouldBeEmpty();

        // It is not asked again.
        world.Clock.Advance(Duration.FromDays(1));
        await RunAsync(next);
        (await next.Get<HumanTasks>().ListOpenAsync()).ShouldBeEmpty();
    }

    /// <summary>Nobody knows to which version an imported consent was, or even to which text: nobody can say that it was to what is done now.</summary>
    [Theory]
    [InlineData("newsletter-text")]
    [InlineData(null)]
    public async Task A_weighty_change_of_the_text_supersedes_consents_to_a_version_that_nobody_knows(string? text)
    {
        await using var shop = Open();
        await shop.Get<ConsentImport>().ImportAsync(new[]
        {
            new ImportedConsent([SubjectIdentifier.OfHost("kept-1")], Newsletter, Shop.Now - Duration.FromDays(100), "old-crm", "form 17") { Text = text },
        }.ToAsyncEnumerable());
        var subject = await shop.SubjectAsync();
        await RunAsync(shop);
        (await shop.Get<HumanTasks>().ListOpenAsync()).ShouldHaveSingleItem().Kind.ShouldBe("assess-consent-text");

        (await shop.Consents().DecideTextChangeAsync(new ConsentTextChange("newsletter-text", IsWeighty: true, "data-protection"))).ShouldBe(1);

        (await StateAsync(shop, subject)).Phase.ShouldBe(ConsentPhase.Superseded);
        (await shop.Get<HumanTasks>().ListOpenAsync()).ShouldBeEmpty();
        (await ToAskAsync(shop)).ShouldBe([subject]);
    }

    [Fact]
    public async Task A_text_that_is_none_cannot_have_changed()
    {
        await using var shop = Open();
        await Should.ThrowAsync<UnknownConsentException>(() => shop.Consents().DecideTextChangeAsync(new ConsentTextChange("terms", true, "data-protection")));
        await Should.ThrowAsync<ArgumentException>(() => shop.Consents().DecideTextChangeAsync(new ConsentTextChange("newsletter-text", true, "x@person.example")));
    }

    private static Task RunAsync(Shop shop) => shop.Work.RunDueAsync(shop.Clock.GetCurrentInstant(), TimeSpan.MaxValue);

    private static async Task<ConsentState> StateAsync(Shop shop, DataSubject subject) => (await shop.Get<SubjectDirectory>().ReadStateAsync(subject)).ConsentTo(Newsletter)!;

    private static async Task<IReadOnlyList<DataSubject>> ToAskAsync(Shop shop)
    {
        var listed = new List<DataSubject>();
        await foreach (var (subject, _) in shop.Consents().ListToAskAgainAsync())
        {
            listed.Add(subject);
        }

        return listed;
    }
}
