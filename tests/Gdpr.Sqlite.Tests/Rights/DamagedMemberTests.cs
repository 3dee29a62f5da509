using Gdpr.Disposal;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Rights;

/// <summary>One byte in the name of a member is another: the entry is JSON still.</summary>
public sealed class DamagedMemberTests
{
    [Theory]
    [InlineData("disposal-planned", "\"plan\"", "\"plbn\"", false)]
    [InlineData("disposal-planned", "\"plan\"", "\"plbn\"", true)]
    [InlineData("disposal-planned", "\"source\"", "\"sourcf\"", true)]
    [InlineData("disposal-batch", "\"plan\"", "\"plbn\"", true)]
    [InlineData("disposal-batch", "\"dataSet\"", "\"dataSes\"", true)]
    [InlineData("disposal-completed", "\"plan\"", "\"plbn\"", true)]
    public async Task A_damaged_entry_of_a_plan_that_is_closed_can_be_acknowledged(string type, string from, string to, bool isStateLost)
    {
        using var shop = new ErasedShop();
        await using (var host = shop.Open())
        {
            await shop.EraseFirstAsync(host);
        }

        shop.ChangeStores($"UPDATE gdpr_journal SET data = replace(data, '{from}', '{to}') WHERE type = '{type}'" + (isStateLost ? "; DELETE FROM gdpr_fold; DELETE FROM gdpr_item" : ""));
        shop.Clock.Advance(Duration.FromDays(2));
        await using var next = shop.Open();
        await next.GetRequiredService<GdprWork>().RunDueAsync(shop.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        (await next.GetRequiredService<Sweep>().AcknowledgeDamageAsync(RequestLife.Officer)).ShouldBeTrue();
        shop.Clock.Advance(Duration.FromDays(2));
        var report = await next.GetRequiredService<GdprWork>().RunDueAsync(shop.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        report.Steps.Where(step => step.Reason is not null && step.Name != "verify").Select(step => $"{step.Name} {step.Reason} {step.Detail}").ShouldBeEmpty();
        report.DataSets.ShouldNotBeEmpty();
        report.DataSets.Where(outcome => outcome.Status != SweepStatus.Completed).Select(outcome => $"{outcome.Status} {outcome.Reason} {outcome.Detail}").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("hold-placing", "\"dataSets\"", "\"dataSett\"")]
    [InlineData("hold-placing", "\"id\"", "\"ie\"")]
    [InlineData("hold-placing", "\"reviewBy\"", "\"reviewBz\"")]
    [InlineData("hold-placing", "\"isNarrowed\"", "\"isNarrower\"")]
    public async Task A_hold_of_which_a_byte_is_another_stops_everything_and_is_named(string type, string from, string to)
    {
        using var shop = new ErasedShop();
        shop.Database.Run("UPDATE customers SET ended = '2020-01-01'");
        await using (var host = shop.Open())
        {
            await host.GetRequiredService<GdprWork>().PrepareAsync();
            var sweep = host.GetRequiredService<Sweep>();
            await sweep.ApproveAsync(await sweep.PreviewAsync(), RequestLife.Officer);
            await ErasedShop.PlaceAsync(host, "2");
        }

        shop.ChangeStores($"UPDATE gdpr_journal SET data = replace(data, '{from}', '{to}') WHERE type = '{type}'; DELETE FROM gdpr_fold");
        await using var next = shop.Open();
        var result = await next.GetRequiredService<Sweep>().RunAsync();
        shop.Customers.ShouldContain("2");
        foreach (var outcome in result.DataSets.Where(outcome => outcome.Status == SweepStatus.Failed))
        {
            outcome.Reason.ShouldBe("E-STO-01", outcome.Detail);
        }
    }
}
