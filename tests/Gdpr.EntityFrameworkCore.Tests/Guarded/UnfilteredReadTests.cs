using System.Text.Json;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>What is read past the filter, by leave, is recorded like everything else.</summary>
public sealed class UnfilteredReadTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reading_that_ignores_the_filter_for_an_allowed_use_is_recorded(bool isPostgres)
    {
        await using var host = await Clinic.CreateAsync(isPostgres, use: gdpr => gdpr.JournalAccess(_ => "officer"));
        await using var context = host.Open();
        var before = (await ReadsAsync(host)).Length;

        (await context.ForAllowedUse(AllowedUse.LegalClaims).Set<Clinic.Patient>().AsNoTracking().IgnoreQueryFilters().ToListAsync()).Count.ShouldBe(2);
        var read = (await ReadsAsync(host))[before..].ShouldHaveSingleItem();
        read.GetProperty("dataSet").GetString().ShouldBe("crm.customers");
        read.GetProperty("records").GetInt32().ShouldBe(2);
        read.GetProperty("use").GetString().ShouldBe("LegalClaims");
        (await context.ForAllowedUse(AllowedUse.LegalClaims).Set<Clinic.Patient>().IgnoreQueryFilters().CountAsync()).ShouldBe(2);
        (await ReadsAsync(host)).Length.ShouldBe(before + 2);
    }

    [Fact]
    public async Task A_reading_that_passes_by_with_a_warning_is_recorded()
    {
        await using var host = await Clinic.CreateAsync(use: gdpr =>
        {
            gdpr.Bypasses = BypassReaction.Warn;
            gdpr.JournalAccess(_ => "officer");
        });
        await using var context = host.Open();
        var before = (await ReadsAsync(host)).Length;
        (await context.Set<Clinic.Ward>().IgnoreQueryFilters().Include(ward => ward.People).AsSplitQuery().SingleAsync()).People.Count.ShouldBe(3);
        (await ReadsAsync(host))[before..].Where(read => read.GetProperty("records").GetInt32() > 0)
            .Select(read => $"{read.GetProperty("dataSet").GetString()} {read.GetProperty("records").GetInt32()}").Order().ShouldBe(["crm.customers 2", "crm.staff 1"]);
    }

    private static async Task<JsonElement[]> ReadsAsync(GuardedHost<Clinic> host) => [.. (await host.EntriesAsync())
        .Where(entry => entry.Content.Type == "personal-data-access").Select(entry => JsonDocument.Parse(entry.Content.Data).RootElement)
        .Where(data => data.GetProperty("action").GetString() == "read")];
}
