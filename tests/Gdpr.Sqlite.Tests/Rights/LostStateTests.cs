using Gdpr.Disposal;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Rights;

/// <summary>Data that comes back from a backup, where the state that says how far it had come is lost.</summary>
public sealed class LostStateTests
{
    [Theory]
    [InlineData("")]
    [InlineData("DELETE FROM gdpr_fold; DELETE FROM gdpr_item")]
    [InlineData("DELETE FROM gdpr_item")]
    [InlineData("DELETE FROM gdpr_item WHERE kind = 'source-positions'")]
    public async Task That_the_data_was_restored_is_noticed_although_the_state_is_lost(string lost)
    {
        using var shop = new ErasedShop();
        await using (var host = shop.Open())
        {
            await shop.EraseFirstAsync(host, beforeErasure: shop.Backup);
        }

        shop.Restore();
        if (lost.Length > 0)
        {
            shop.ChangeStores(lost);
        }

        await ShouldNoticeAsync(shop);
    }

    // Whoever restored it had taken out again what was gone, so that the replay left no evidence of its own.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restore_that_was_replayed_is_not_told_of_again_where_the_state_is_lost_and_another_one_is(bool isRestoredAgain)
    {
        using var shop = new ErasedShop();
        await using (var host = shop.Open())
        {
            await shop.EraseFirstAsync(host, beforeErasure: shop.Backup);
        }

        shop.Restore();
        shop.Database.Run("DELETE FROM customers WHERE id = 1");
        shop.Clock.Set(Instant.FromUtc(2026, 2, 11, 9, 0));
        await using (var host = shop.Open())
        {
            await shop.PumpAsync(host);
            await shop.PumpAsync(host);
            (await host.GetRequiredService<SourceReplay>().ListAsync()).ShouldBeEmpty();
        }

        shop.Restored.ShouldBe(1);
        if (isRestoredAgain)
        {
            shop.Restore();
            shop.ChangeStores("DELETE FROM gdpr_fold; DELETE FROM gdpr_item");
            await ShouldNoticeAsync(shop);
            return;
        }

        shop.ChangeStores("DELETE FROM gdpr_fold; DELETE FROM gdpr_item");
        await using var later = shop.Open();
        await later.GetRequiredService<GdprWork>().PrepareAsync();
        (await later.GetRequiredService<SourceReplay>().ListAsync()).ShouldBeEmpty();
        await shop.PumpAsync(later);
        shop.Restored.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restore_is_noticed_where_facts_had_just_begun_to_be_put_anew(bool isInterrupted)
    {
        using var shop = new ErasedShop();
        await using (var host = shop.Open())
        {
            await ErasedShop.PlaceAsync(host, "2");
            await shop.EraseFirstAsync(host, beforeErasure: shop.Backup);
            if (isInterrupted)
            {
                // The database is going bad: facts are lost, and writing fails. That is noticed, and then somebody restores the backup.
                shop.Database.Run("DELETE FROM gdpr_block", "CREATE TRIGGER broken BEFORE UPDATE ON gdpr_position BEGIN SELECT raise(ABORT, 'disk I/O error'); END");
                await host.GetRequiredService<GdprWork>().PrepareAsync();
            }
        }

        shop.Restore();
        await ShouldNoticeAsync(shop);
    }

    [Theory]
    [InlineData("{", "[", false)]
    [InlineData("{", "[", true)]
    [InlineData("2026", "2027", true)]
    public async Task A_damaged_entry_of_a_plan_that_is_closed_can_be_acknowledged(string from, string to, bool isStateLost)
    {
        using var shop = new ErasedShop();
        await using (var host = shop.Open())
        {
            await shop.EraseFirstAsync(host);
        }

        shop.ChangeStores($"UPDATE gdpr_journal SET data = replace(data, '{from}', '{to}') WHERE type = 'disposal-planned'" + (isStateLost ? "; DELETE FROM gdpr_fold" : ""));
        shop.Clock.Advance(Duration.FromDays(2));
        await using var next = shop.Open();
        await next.GetRequiredService<GdprWork>().RunDueAsync(shop.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        (await next.GetRequiredService<Sweep>().AcknowledgeDamageAsync(RequestLife.Officer)).ShouldBeTrue();
        shop.Clock.Advance(Duration.FromDays(2));
        var report = await next.GetRequiredService<GdprWork>().RunDueAsync(shop.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        report.Steps.Where(step => step.Reason is not null && step.Name != "verify").Select(step => $"{step.Name} {step.Reason} {step.Detail}").ShouldBeEmpty();
        report.DataSets.ShouldNotBeEmpty();
        report.DataSets.ShouldAllBe(outcome => outcome.Status == SweepStatus.Completed);
    }

    [Fact]
    public async Task A_hold_that_cannot_be_read_and_is_in_no_state_stops_everything_and_is_named()
    {
        using var shop = new ErasedShop();
        await using (var host = shop.Open())
        {
            await ErasedShop.PlaceAsync(host, "2");
        }

        shop.ChangeStores("UPDATE gdpr_journal SET data = replace(data, '{', '[') WHERE type = 'hold-placing'; DELETE FROM gdpr_fold");
        await using var next = shop.Open();
        foreach (var outcome in (await next.GetRequiredService<Sweep>().RunAsync()).DataSets)
        {
            (outcome.Status, outcome.Reason).ShouldBe((SweepStatus.Failed, "E-STO-01"));
            outcome.Detail.ShouldNotBeNull().ShouldContain("entry 1 of 'hold/");
        }

        shop.Customers.ShouldBe(["1", "2"]);
    }

    private static async Task ShouldNoticeAsync(ErasedShop shop)
    {
        shop.Customers.ShouldBe(["1", "2"]);
        shop.Clock.Set(Instant.FromUtc(2026, 2, 12, 9, 0));
        await using var later = shop.Open();
        await later.GetRequiredService<GdprWork>().PrepareAsync();
        var waiting = (await later.GetRequiredService<SourceReplay>().ListAsync()).Count;
        await shop.PumpAsync(later);
        (waiting, string.Join(',', shop.Customers)).ShouldBe((1, "2"), "waiting sources before the pump, customers after it");
    }
}
