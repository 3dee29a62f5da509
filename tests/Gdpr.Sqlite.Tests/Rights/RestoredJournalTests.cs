using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Rights;

/// <summary>Journal, vault and state come from a backup, the data does not.</summary>
public sealed class RestoredJournalTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_journal_does_not_grant_any_more_is_not_erased_and_what_it_does_not_hold_any_more_stays(bool isWitnessed)
    {
        using var shop = new ErasedShop();
        var witness = isWitnessed ? new InMemoryJournalWitness() : null;
        string hold;
        await using (var host = shop.Open(witness: witness))
        {
            hold = (await ErasedShop.PlaceAsync(host, "1")).Id;
            await shop.EraseFirstAsync(host, beforeErasure: shop.BackupStores, isKept: true);
            shop.Customers.ShouldBe(["1", "2"], "the hold keeps it");
            (await ErasedShop.PlaceAsync(host, "2")).Phase.ShouldBe(HoldPhase.Placed);
            await shop.PumpAsync(host);
        }

        shop.RestoreStores();
        shop.Clock.Advance(Duration.FromHours(1));
        await using var later = shop.Open(witness: witness);
        var work = later.GetRequiredService<GdprWork>();
        await work.PrepareAsync();
        var sweep = later.GetRequiredService<Sweep>();
        if (isWitnessed)
        {
            (await sweep.AcknowledgeRestoreAsync("dpo")).ShouldBeTrue();
        }

        await work.RunDueAsync(shop.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        var holds = later.GetRequiredService<LegalHolds>();
        (await holds.ListAsync()).Select(one => one.Id).ShouldBe([hold]);
        (await holds.ReleaseAsync(hold, "legal")).Phase.ShouldBe(HoldPhase.Released);
        shop.Database.Run("UPDATE customers SET ended = NULL WHERE id = 1", "UPDATE customers SET ended = '2020-01-01' WHERE id = 2");
        await work.RunDueAsync(shop.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        await sweep.RunAsync();

        // 1 is a customer with a running contract; 2 was held, and what nobody knows any more somebody has to take away by hand.
        shop.Customers.ShouldBe(["1", "2"]);
        shop.Database.Rows("SELECT key FROM gdpr_block").ShouldBe(["2"]);
        shop.Database.Rows("SELECT * FROM gdpr_mark").ShouldBeEmpty();
        shop.Database.Run("DELETE FROM gdpr_block WHERE key = '2'");
        await shop.PumpAsync(later);
        shop.Database.Rows("SELECT * FROM gdpr_block").ShouldBeEmpty();
    }
}
