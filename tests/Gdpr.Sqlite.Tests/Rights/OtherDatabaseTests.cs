using Gdpr.Disposal;
using Gdpr.Processing.Tasks;
using Gdpr.Sqlite.Tests.Sources;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Rights;

/// <summary>Restores that concern one database, and people in another.</summary>
public sealed class OtherDatabaseTests
{
    private const string Again = "INSERT INTO customers (id, person, name, picture, ended, created) VALUES (3, 'p1', 'A again', NULL, NULL, '2026-03-10')";

    private static ServiceProvider Region(ErasedShop shop, Database data, string name) => RequestLife.Host(shop.Clock, gdpr => gdpr
        .UseSqlite($"{shop.Database.ConnectionString}.stores").UseKeyRing("test", _ => Database.Keys)
        .AddSqlSource(name, data.ConnectionString, map => map
            .DataSet("crm.customers", set => set.Subject("person"))
            .DataSet("crm.invoices", set => set.Subject("person"))));

    private static async Task ApproveAsync(ServiceProvider host)
    {
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        var sweep = host.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), RequestLife.Officer);
    }

    // Two regions with the same data sets, each a source of its own name over a database of its own. West's is restored from its own backup.
    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_customer_who_came_back_in_one_region_is_not_erased_because_the_other_is_restored(bool isRestored, bool isHeldFirst)
    {
        using var shop = new ErasedShop();
        using var data = new Database([.. RequestLife.Tables("TEXT"), "INSERT INTO customers (id, person, name, created) VALUES (50, 'w1', 'W', '2026-01-01')"]);
        await using var north = shop.Open("north");
        await using var west = Region(shop, data, "west");
        await ApproveAsync(west);
        await ErasedShop.PlaceAsync(west, "50");
        await shop.PumpAsync(west);
        await shop.EraseFirstAsync(north, () => data.Run($"VACUUM INTO '{data.File}.backup'"));
        await shop.PumpAsync(west);
        shop.Clock.Set(Instant.FromUtc(2026, 3, 10, 9, 0));
        shop.Database.Run(Again);
        await shop.PumpAsync(north);
        await shop.PumpAsync(west);
        shop.Customers.ShouldBe(["2", "3"]);

        shop.Clock.Set(Instant.FromUtc(2026, 4, 1, 9, 0));
        if (isRestored)
        {
            SqliteConnection.ClearAllPools();
            File.Delete(data.File + "-wal");
            File.Delete(data.File + "-shm");
            File.Copy(data.File + ".backup", data.File, overwrite: true);
        }

        // Whoever notices first: west's own pump, which looks at the request next; or whatever settles facts there, such as a hold, and then north's pump.
        if (isHeldFirst)
        {
            await ErasedShop.PlaceAsync(west, "50");
        }
        else
        {
            await shop.PumpAsync(west);
        }

        await shop.PumpAsync(north);
        shop.Clock.Advance(Duration.FromDays(2));
        await shop.PumpAsync(west);
        await shop.PumpAsync(north);
        shop.Customers.ShouldBe(["2", "3"]);
    }

    // A region begins with a copy of the other's database, as it was before somebody was erased there.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_customer_who_came_back_is_not_erased_because_a_region_begins_with_a_copy(bool isAdded)
    {
        using var shop = new ErasedShop();
        using var data = new Database();
        await using var north = shop.Open("north");
        await ApproveAsync(north);
        await ErasedShop.PlaceAsync(north, "2");
        shop.Database.Run("INSERT INTO invoices (id, person, payer, booked) VALUES (9, 'p9', 'X', '2016-05-01')");
        shop.Clock.Advance(Duration.FromDays(2));
        await shop.EraseFirstAsync(north, () =>
        {
            shop.Database.Rows("SELECT count(*) FROM gdpr_evidence").ShouldNotBe(["0"]);
            shop.Database.Run($"VACUUM INTO '{data.File}.copy'");
        });
        shop.Clock.Set(Instant.FromUtc(2026, 3, 10, 9, 0));
        shop.Database.Run(Again);
        await shop.PumpAsync(north);
        shop.Customers.ShouldBe(["2", "3"]);

        shop.Clock.Set(Instant.FromUtc(2026, 3, 12, 9, 0));
        if (isAdded)
        {
            SqliteConnection.ClearAllPools();
            File.Delete(data.File);
            File.Copy(data.File + ".copy", data.File, overwrite: true);
            data.Run("DELETE FROM customers", "INSERT INTO customers (id, person, name, created) VALUES (50, 'w1', 'W', '2026-01-01')");
            await using var west = Region(shop, data, "west");
            await ApproveAsync(west);
            await shop.PumpAsync(west);
        }

        await shop.PumpAsync(north);
        shop.Clock.Advance(Duration.FromDays(2));
        await shop.PumpAsync(north);
        shop.Customers.ShouldBe(["2", "3"]);
    }

    // The data has moved; on the new server somebody first tries the library with stores of its own.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_customer_who_came_back_is_not_erased_where_moved_data_was_tried_with_other_stores_first(bool isTried)
    {
        using var shop = new ErasedShop();
        await using (var host = shop.Open())
        {
            await shop.EraseFirstAsync(host);
            shop.Clock.Set(Instant.FromUtc(2026, 3, 10, 9, 0));
            shop.Database.Run(Again);
            await shop.PumpAsync(host);
            shop.Customers.ShouldBe(["2", "3"]);
        }

        Copy(shop);
        shop.Clock.Set(Instant.FromUtc(2026, 3, 12, 9, 0));
        if (isTried)
        {
            await using var tried = RequestLife.Host(shop.Clock, gdpr => gdpr
                .UseSqlite($"{shop.Database.ConnectionString}.trial").UseKeyRing("test", _ => Database.Keys)
                .AddSqlSource("crm", shop.Database.ConnectionString, map => map
                    .DataSet("crm.customers", set => set.Subject("person"))
                    .DataSet("crm.invoices", set => set.Subject("person"))));
            await ApproveAsync(tried);
            await shop.PumpAsync(tried);
            shop.Customers.ShouldBe(["2", "3"]);
        }

        await using var moved = shop.Open();
        await ApproveAsync(moved);
        await shop.PumpAsync(moved);
        shop.Clock.Advance(Duration.FromDays(2));
        await shop.PumpAsync(moved);
        shop.Customers.ShouldBe(["2", "3"]);
    }

    // The data moves twice; the second time it is an old copy, with whoever was erased.
    [Fact]
    public async Task People_are_asked_once_more_where_data_moves_a_second_time()
    {
        using var shop = new ErasedShop();
        await using (var host = shop.Open())
        {
            await shop.EraseFirstAsync(host, shop.Backup);
            shop.Clock.Set(Instant.FromUtc(2026, 3, 10, 9, 0));
            shop.Database.Run(Again);
            await shop.PumpAsync(host);
        }

        Copy(shop);
        shop.Clock.Set(Instant.FromUtc(2026, 3, 12, 9, 0));
        await using (var moved = shop.Open())
        {
            await ApproveAsync(moved);
            await shop.PumpAsync(moved);
            await shop.PumpAsync(moved);
            var tasks = moved.GetRequiredService<HumanTasks>();
            var asked = (await tasks.ListOpenAsync()).Where(task => task.Kind == "tell-old-from-new").ToArray().ShouldHaveSingleItem();
            await tasks.CompleteAsync(asked.Id, "done", RequestLife.Officer);
            shop.Clock.Advance(Duration.FromDays(30));
            await shop.PumpAsync(moved);
            shop.Customers.ShouldBe(["2", "3"]);
        }

        shop.Restore();
        Copy(shop);
        shop.Customers.ShouldBe(["1", "2"]);
        shop.Clock.Set(Instant.FromUtc(2026, 6, 1, 9, 0));
        await using var again = shop.Open();
        await ApproveAsync(again);
        await shop.PumpAsync(again);
        shop.Clock.Advance(Duration.FromDays(2));
        await shop.PumpAsync(again);
        shop.Clock.Advance(Duration.FromDays(30));
        await shop.PumpAsync(again);
        (await again.GetRequiredService<SourceReplay>().ListAsync()).ShouldBeEmpty();
        if (shop.Customers.Contains("1"))
        {
            (await again.GetRequiredService<HumanTasks>().ListOpenAsync()).Where(task => task.Kind == "tell-old-from-new").ShouldHaveSingleItem();
        }
    }

    private static void Copy(ErasedShop shop)
    {
        shop.Database.Run("DROP VIEW gdpr_evidence_record");
        foreach (var table in shop.Database.Rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'gdpr_%'"))
        {
            shop.Database.Run($"DROP TABLE {table}");
        }
    }
}
