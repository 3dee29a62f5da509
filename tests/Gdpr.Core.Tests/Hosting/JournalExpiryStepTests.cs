using Gdpr.Core.Tests.Disposal;
using Gdpr.Disposal;
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

    [Fact]
    public async Task Under_a_version_that_may_not_destroy_no_proof_goes_and_the_report_says_so_until_there_is_a_new_one()
    {
        var world = new ShopWorld();
        await using (var shop = Shop.Open(world, Shop.Policy("1", "P2M")))
        {
            await shop.ApproveAsync();
            await shop.Work.RunDueAsync(world.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        }

        var first = (await world.EntriesAsync())[0].Position;
        world.Clock.Advance(Duration.FromDays(366 * 6));
        await using (var changed = Shop.Open(world, Shop.Policy("1", "P3M")))
        {
            for (var run = 1; run <= 2; run++)
            {
                var step = await RunAsync(changed);
                (step.Reason, step.Detail).ShouldSatisfyAllConditions(
                    said => said.Reason.ShouldBe("E-VERSION-01"), said => said.Detail.ShouldNotBeNull().ShouldContain("new version"));
                (await world.EntriesAsync())[0].Position.ShouldBe(first);
            }
        }

        await using var next = Shop.Open(world, Shop.Policy("2", "P3M"));
        (await RunAsync(next)).Reason.ShouldBeNull();
        (await world.EntriesAsync())[0].Position.ShouldBeGreaterThan(first);
        await world.ShouldVerifyAsync();

        async Task<GdprWorkStep> RunAsync(Shop shop) =>
            (await shop.Work.RunDueAsync(world.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1))).Steps.Single(step => step.Name == "journal-expiry");
    }

    [Fact]
    public async Task While_the_kill_switch_is_on_no_proof_and_no_payload_goes_and_both_do_once_it_is_off()
    {
        var world = new ShopWorld();
        await using var shop = Shop.Open(world);
        await shop.ApproveAsync();
        await shop.Get<KillSwitchControl>().TurnOnAsync("a drill", "operations");
        await shop.Get<KillSwitchControl>().TurnOffAsync("operations");
        await RunAsync();
        var entries = await world.EntriesAsync();
        var payload = entries.First(entry => entry.Content.Payload is not null).Content;
        world.Clock.Advance(Duration.FromDays(366 * 6));
        await shop.Get<KillSwitchControl>().TurnOnAsync("numbers look wrong", "operations");

        (await RunAsync()).Reason.ShouldBe("E-JRN-03");
        await Should.ThrowAsync<JournalKeptException>(
            async () => await shop.Get<JournalExpiry>().ExpireAsync(world.Clock.GetCurrentInstant(), CancellationToken.None));
        (await world.EntriesAsync())[0].Position.ShouldBe(entries[0].Position);
        (await ReadPayloadAsync()).ShouldNotBeNull();

        await shop.Get<KillSwitchControl>().TurnOffAsync("operations");
        (await RunAsync()).Reason.ShouldBeNull();
        (await world.EntriesAsync())[0].Position.ShouldBeGreaterThan(entries[0].Position);
        (await ReadPayloadAsync()).ShouldBeNull();
        await world.ShouldVerifyAsync();

        async Task<GdprWorkStep> RunAsync() =>
            (await shop.Work.RunDueAsync(world.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1))).Steps.Single(step => step.Name == "journal-expiry");

        ValueTask<JournalPayload?> ReadPayloadAsync() => world.Vault.ReadPayloadAsync(payload.Controller ?? "", payload.Payload!.Value, CancellationToken.None);
    }
}
