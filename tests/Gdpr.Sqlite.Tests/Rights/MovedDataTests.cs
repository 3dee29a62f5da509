using Gdpr.Disposal;
using Gdpr.Processing.Tasks;
using Gdpr.Sqlite.Tests.Sources;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Rights;

/// <summary>The application's tables are copied to another server, without those of the library; others come beside them: nobody can see whether they come from a
/// backup.</summary>
public sealed class MovedDataTests
{
    [Theory]
    [InlineData("crm", true)]
    [InlineData("crm", false)]
    [InlineData("crm2", true)]
    [InlineData("crm2", false)]
    public async Task A_customer_who_came_back_is_kept_until_people_have_told_apart_what_was_erased(string name, bool isCopied)
    {
        using var shop = new ErasedShop();
        await using (var host = shop.Open())
        {
            await shop.EraseFirstAsync(host);
            shop.Clock.Set(Instant.FromUtc(2026, 3, 10, 9, 0));
            shop.Database.Run("INSERT INTO customers (id, person, name, picture, ended, created) VALUES (3, 'p1', 'A again', NULL, NULL, '2026-03-10')");
            await shop.PumpAsync(host);
            shop.Customers.ShouldBe(["2", "3"]);
        }

        if (isCopied)
        {
            Copy(shop);
        }

        await using var moved = await OpenAsync(shop, name);
        shop.Customers.ShouldBe(["2", "3"]);
        var tasks = moved.GetRequiredService<HumanTasks>();
        var asked = (await tasks.ListOpenAsync()).Where(task => task.Kind == "tell-old-from-new").ToArray();
        asked.Length.ShouldBe(isCopied && name == "crm" ? 1 : 0, "a source of another name may as well be another one");
        foreach (var task in asked)
        {
            (await UndeterminedAsync(moved)).ShouldBe(1);
            await tasks.CompleteAsync(task.Id, "done", RequestLife.Officer);
        }

        shop.Clock.Advance(Duration.FromDays(30));
        await shop.PumpAsync(moved);
        (await UndeterminedAsync(moved)).ShouldBe(0);
        shop.Customers.ShouldBe(["2", "3"]);
    }

    [Fact]
    public async Task Nobody_is_asked_about_people_of_whom_nothing_is_there()
    {
        using var shop = new ErasedShop();
        await using (var host = shop.Open())
        {
            await shop.EraseFirstAsync(host);
        }

        Copy(shop);
        await using var moved = await OpenAsync(shop, "crm");

        (await moved.GetRequiredService<HumanTasks>().ListOpenAsync()).ShouldBeEmpty();
        (await moved.GetRequiredService<SourceReplay>().ListAsync()).ShouldBeEmpty();
        shop.Customers.ShouldBe(["2"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("west")]
    public async Task A_customer_who_came_back_is_not_erased_because_a_region_is_added(string? added)
    {
        using var shop = new ErasedShop();
        using var west = new Database(RequestLife.Tables("TEXT"));
        await using var north = shop.Open("north");
        await shop.EraseFirstAsync(north);
        shop.Clock.Set(Instant.FromUtc(2026, 3, 10, 9, 0));
        shop.Database.Run("INSERT INTO customers (id, person, name, picture, ended, created) VALUES (3, 'p1', 'A again', NULL, NULL, '2026-03-10')");
        await shop.PumpAsync(north);
        shop.Customers.ShouldBe(["2", "3"]);

        shop.Clock.Set(Instant.FromUtc(2026, 3, 12, 9, 0));
        if (added is not null)
        {
            await using var region = RequestLife.Host(shop.Clock, gdpr => gdpr
                .UseSqlite($"{shop.Database.ConnectionString}.stores").UseKeyRing("test", _ => Database.Keys)
                .AddSqlSource(added, west.ConnectionString, map => map
                    .DataSet("crm.customers", set => set.Subject("person"))
                    .DataSet("crm.invoices", set => set.Subject("person"))));
            await region.GetRequiredService<GdprWork>().PrepareAsync();
        }

        await shop.PumpAsync(north);
        shop.Clock.Advance(Duration.FromDays(2));
        await shop.PumpAsync(north);
        shop.Customers.ShouldBe(["2", "3"]);
    }

    [Fact]
    public async Task A_customer_who_came_back_stays_where_a_source_is_split_in_two_over_one_database()
    {
        using var shop = new ErasedShop();
        await using (var host = shop.Open())
        {
            await shop.EraseFirstAsync(host);
            shop.Clock.Set(Instant.FromUtc(2026, 3, 10, 9, 0));
            shop.Database.Run("INSERT INTO customers (id, person, name, picture, ended, created) VALUES (3, 'p1', 'A again', NULL, NULL, '2026-03-10')");
            await shop.PumpAsync(host);
        }

        shop.Clock.Set(Instant.FromUtc(2026, 3, 12, 9, 0));
        await using var split = RequestLife.Host(shop.Clock, gdpr => gdpr
            .UseSqlite($"{shop.Database.ConnectionString}.stores").UseKeyRing("test", _ => Database.Keys)
            .AddSqlSource("crm", shop.Database.ConnectionString, map => map.DataSet("crm.invoices", set => set.Subject("person")))
            .AddSqlSource("people", shop.Database.ConnectionString, map => map.DataSet("crm.customers", set => set.Subject("person"))));
        await split.GetRequiredService<GdprWork>().PrepareAsync();
        var sweep = split.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), RequestLife.Officer);
        await shop.PumpAsync(split);
        shop.Clock.Advance(Duration.FromDays(2));
        await shop.PumpAsync(split);
        shop.Customers.ShouldBe(["2", "3"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_preview_of_a_copy_of_a_backup_erases_nobody_in_the_live_database(bool isLookedAt)
    {
        using var shop = new ErasedShop();
        await using var live = shop.Open();
        await shop.EraseFirstAsync(live, shop.Backup);
        shop.Clock.Set(Instant.FromUtc(2026, 3, 10, 9, 0));
        shop.Database.Run("INSERT INTO customers (id, person, name, picture, ended, created) VALUES (3, 'p1', 'A again', NULL, NULL, '2026-03-10')");
        await shop.PumpAsync(live);
        if (isLookedAt)
        {
            await using var copy = RequestLife.Host(shop.Clock, gdpr => gdpr
                .UseSqlite($"{shop.Database.ConnectionString}.stores").UseKeyRing("test", _ => Database.Keys)
                .AddSqlSource("crm", $"Data Source={shop.Database.File}.backup", map => map
                    .DataSet("crm.customers", set => set.Subject("person"))
                    .DataSet("crm.invoices", set => set.Subject("person"))));
            await copy.GetRequiredService<Sweep>().PreviewAsync();
        }

        shop.Clock.Advance(Duration.FromDays(2));
        await shop.PumpAsync(live);
        shop.Customers.ShouldBe(["2", "3"]);
    }

    private static async Task<ServiceProvider> OpenAsync(ErasedShop shop, string name)
    {
        shop.Clock.Set(Instant.FromUtc(2026, 3, 12, 9, 0));
        var moved = shop.Open(name);
        await moved.GetRequiredService<GdprWork>().PrepareAsync();
        var sweep = moved.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), RequestLife.Officer);
        await shop.PumpAsync(moved);
        await shop.PumpAsync(moved);
        return moved;
    }

    private static async Task<long> UndeterminedAsync(ServiceProvider host) => (await host.GetRequiredService<Sweep>().PreviewAsync()).DataSets
        .Single(dataSet => dataSet.DataSet == "crm.customers").Survey!.Lines.Where(line => line.Fate == Gdpr.Retention.Fate.Undetermined).Sum(line => line.Records);

    private static void Copy(ErasedShop shop)
    {
        shop.Database.Run("DROP VIEW gdpr_evidence_record");
        foreach (var table in shop.Database.Rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'gdpr_%'"))
        {
            shop.Database.Run($"DROP TABLE {table}");
        }
    }
}
