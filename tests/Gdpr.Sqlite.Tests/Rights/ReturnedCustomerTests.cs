using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Rights;

/// <summary>Somebody erased in February is a customer again in March; then somebody changes what stands beside the data.</summary>
public sealed class ReturnedCustomerTests
{
    [Theory]
    [InlineData("")]
    [InlineData("UPDATE gdpr_block SET key = '4711' WHERE key = '2'")]
    [InlineData("DELETE FROM gdpr_block")]
    [InlineData("DELETE FROM gdpr_position")]
    [InlineData("DELETE FROM gdpr_position; DELETE FROM gdpr_fact_sum; DELETE FROM gdpr_block")]
    [InlineData(null)]
    public async Task A_customer_who_came_back_is_not_erased_again_where_nothing_was_restored(string? changes)
    {
        using var shop = new ErasedShop();
        await using var host = shop.Open();
        (await ErasedShop.PlaceAsync(host, "2")).Phase.ShouldBe(HoldPhase.Placed);
        await shop.EraseFirstAsync(host);

        // Back as a customer, with a running contract.
        shop.Clock.Set(Instant.FromUtc(2026, 3, 10, 9, 0));
        shop.Database.Run("INSERT INTO customers (id, person, name, picture, ended, created) VALUES (3, 'p1', 'A again', NULL, NULL, '2026-03-10')");
        await shop.PumpAsync(host);
        shop.Customers.ShouldBe(["2", "3"]);

        if (changes is not null)
        {
            shop.Database.Run(changes);
        }
        else
        {
            // The same tables under another name.
            await using var other = shop.Open("shop");
            (await ErasedShop.PlaceAsync(other, "2")).Phase.ShouldBe(HoldPhase.Placed);
        }

        shop.Clock.Set(Instant.FromUtc(2026, 3, 12, 9, 0));
        await shop.PumpAsync(host);
        shop.Customers.ShouldBe(["2", "3"]);
    }
}
