using Gdpr.Disposal;
using Gdpr.Processing.Tasks;
using Gdpr.Retention;
using Gdpr.Rights;
using Gdpr.Sqlite.Tests.Sources;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Rights;

/// <summary>A later version of the policy calls a data set otherwise: what was granted, done and proved under the name of then.</summary>
public sealed class RenamedDataSetTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_was_erased_and_comes_back_with_a_backup_is_erased_again_or_people_are_asked(bool isRenamed)
    {
        using var shop = new ErasedShop();
        await using (var host = shop.Open())
        {
            await shop.EraseFirstAsync(host, shop.Backup);
        }

        shop.Clock.Set(Instant.FromUtc(2026, 3, 10, 9, 0));
        await using var next = await OpenAsync(shop, isRenamed);
        await shop.PumpAsync(next);
        shop.Customers.ShouldBe(["2"]);

        shop.Restore();
        shop.Clock.Set(Instant.FromUtc(2026, 4, 1, 9, 0));
        shop.Customers.ShouldBe(["1", "2"]);
        await shop.PumpAsync(next);
        await shop.PumpAsync(next);

        shop.Customers.ShouldBe(isRenamed ? ["1", "2"] : ["2"]);
        await ShouldAskAsync(shop, next, isRenamed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_granted_under_a_hold_goes_when_that_is_released_or_people_are_asked(bool isRenamed)
    {
        using var shop = new ErasedShop();
        string hold;
        await using (var host = shop.Open())
        {
            await host.GetRequiredService<GdprWork>().PrepareAsync();
            hold = (await ErasedShop.PlaceAsync(host, "1")).Id;
            await shop.EraseFirstAsync(host, isKept: true);
            shop.Customers.ShouldBe(["1", "2"]);
        }

        shop.Clock.Set(Instant.FromUtc(2026, 3, 10, 9, 0));
        await using var next = await OpenAsync(shop, isRenamed);
        await next.GetRequiredService<LegalHolds>().ReleaseAsync(hold, "legal");
        for (var day = 0; day < 40; day += 5)
        {
            shop.Clock.Advance(Duration.FromDays(5));
            await shop.PumpAsync(next);
        }

        shop.Customers.ShouldBe(isRenamed ? ["1", "2"] : ["2"]);
        await ShouldAskAsync(shop, next, isRenamed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Evidence_is_compared_under_the_name_of_then(bool isRenamed)
    {
        using var shop = new ErasedShop();
        await using (var host = shop.Open())
        {
            await shop.EraseFirstAsync(host);
        }

        shop.Clock.Set(Instant.FromUtc(2026, 3, 10, 9, 0));
        await using var next = await OpenAsync(shop, isRenamed);

        var report = await next.GetRequiredService<EvidenceVerifier>().VerifyAsync();
        report.Batches.ShouldBe(1);
        report.Faults.ShouldBeEmpty();
    }

    /// <summary>Nobody is left behind unnoticed: the record is not used and not destroyed, and a task says what to do, until somebody has done it.</summary>
    private static async Task ShouldAskAsync(ErasedShop shop, ServiceProvider host, bool isRenamed)
    {
        var tasks = host.GetRequiredService<HumanTasks>();
        var asked = (await tasks.ListOpenAsync()).Where(task => task.Kind == "tell-old-from-new").ToArray();
        if (!isRenamed)
        {
            asked.ShouldBeEmpty();
            return;
        }

        var task = asked.ShouldHaveSingleItem();
        task.Reason.ShouldBe("unknown-data-set");
        var sweep = host.GetRequiredService<Sweep>();
        (await sweep.PreviewAsync()).DataSets.Single(dataSet => dataSet.DataSet == "crm.clients").Survey!.Lines
            .Where(line => line.Fate == Fate.Undetermined).Sum(line => line.Records).ShouldBe(1);

        shop.Database.Run("DELETE FROM customers WHERE id = 1");
        await tasks.CompleteAsync(task.Id, "done", RequestLife.Officer);
        shop.Clock.Advance(Duration.FromDays(40));
        await shop.PumpAsync(host);
        (await tasks.ListOpenAsync()).ShouldNotContain(open => open.Kind == task.Kind);
        shop.Customers.ShouldBe(["2"]);
        (await sweep.PreviewAsync()).DataSets.SelectMany(dataSet => dataSet.Survey!.Lines).ShouldNotContain(line => line.Fate == Fate.Undetermined);
        var request = await host.GetRequiredService<DataSubjectRequests>().FindAsync(task.Id.Split('/')[0]);
        request!.Results.Single(result => result.DataSet == "crm.customers").Items.ShouldAllBe(item => item.Code == ResultCode.Erased);
    }

    private static async Task<ServiceProvider> OpenAsync(ErasedShop shop, bool isRenamed)
    {
        var host = isRenamed ? Renamed(shop) : shop.Open();
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        var sweep = host.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), RequestLife.Officer);
        return host;
    }

    private static ServiceProvider Renamed(ErasedShop shop) => RequestLife.Host(
        shop.Clock,
        gdpr => gdpr.UseSqlite($"{shop.Database.ConnectionString}.stores").UseKeyRing("test", _ => Database.Keys)
            .AddSqlSource("crm", shop.Database.ConnectionString, map => map
                .DataSet("crm.clients", set => set.Table("customers").Subject("person"))
                .DataSet("crm.invoices", set => set.Subject("person"))),
        policy: RequestLife.Policy.Replace("\"version\": \"1\", \"effective\": \"2020-01-01\"", "\"version\": \"2\", \"effective\": \"2026-03-01\"", StringComparison.Ordinal)
            .Replace("\"customers\": {", "\"clients\": {", StringComparison.Ordinal).Replace("crm.customers", "crm.clients", StringComparison.Ordinal));
}
