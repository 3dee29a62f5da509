using Gdpr.Core.Tests.Disposal;
using Gdpr.Journals;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Core.Tests.Hosting;

/// <summary>Proofs are let go by the pump when their period has ended, and not before.</summary>
public sealed class JournalExpiryStepTests
{
    [Fact]
    public async Task Entries_go_when_five_years_have_passed_and_what_still_holds_stays()
    {
        var world = new ShopWorld();
        await using var shop = Shop.Open(world, before: services => services.Configure<JournalOptions>(options => options.ExpireEvery = TimeSpan.FromDays(1)));
        await shop.ApproveAsync();
        await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]));
        await shop.Work.RunDueAsync(world.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        var first = (await world.EntriesAsync())[0].Position;

        // 22 November 2026: the fifth year ends with 22 November 2031.
        world.Clock.Advance(Instant.FromUtc(2031, 11, 22, 12, 0) - world.Clock.GetCurrentInstant());
        await shop.Work.RunDueAsync(world.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        (await world.EntriesAsync())[0].Position.ShouldBe(first);

        world.Clock.Advance(Duration.FromDays(1));
        var report = await shop.Work.RunDueAsync(world.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));

        report.Steps.ShouldAllBe(step => step.Reason == null);
        (await world.EntriesAsync())[0].Position.ShouldBeGreaterThan(first);
        (await shop.Holds.ListAsync()).ShouldHaveSingleItem();
        await world.ShouldVerifyAsync();
    }
}
