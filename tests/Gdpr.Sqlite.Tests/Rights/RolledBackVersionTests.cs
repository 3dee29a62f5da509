using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Rights;
using Gdpr.Sqlite.Tests.Sources;
using Gdpr.Subjects;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Rights;

/// <summary>A version that calls a data set otherwise, and is taken back.</summary>
public sealed class RolledBackVersionTests
{
    // What was restricted is the customer; the invoices of 2016 are due all the while.
    [Theory]
    [InlineData(false, DataSubjectRight.Restriction)]
    [InlineData(true, DataSubjectRight.Restriction)]
    [InlineData(false, DataSubjectRight.Access)]
    [InlineData(true, DataSubjectRight.Access)]
    public async Task What_is_about_one_data_set_is_about_no_other_after_it_may_have_been(bool wasRenamed, DataSubjectRight right)
    {
        using var shop = new ErasedShop();
        shop.Database.Run("INSERT INTO invoices VALUES (1, 'p1', 'A', '2016-05-01'), (2, 'p2', 'B', '2016-05-01')");
        await using (var host = shop.Open())
        {
            await host.GetRequiredService<GdprWork>().PrepareAsync();
            var person = await host.GetRequiredService<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("p1")));
            await host.GetRequiredService<DataSubjectRequests>().ReceiveAsync(new RequestIntake(right, person)
            {
                ReceivedAt = shop.Clock.GetCurrentInstant(),
                Identity = IdentityMethod.SignedIn,
                Scope = new RequestScope { DataSets = ["crm.customers"] },
                Ground = right == DataSubjectRight.Restriction ? RestrictionGround.AccuracyContested : null,
            });
            await host.GetRequiredService<GdprWork>().PrepareAsync();
        }

        if (wasRenamed)
        {
            shop.Clock.Advance(Duration.FromDays(1));
            await using var renamed = Open(shop, "2", "clients");
            await renamed.GetRequiredService<GdprWork>().PrepareAsync();
        }

        shop.Clock.Advance(Duration.FromDays(1));
        await using var back = Open(shop, "3", "customers");
        await back.GetRequiredService<GdprWork>().PrepareAsync();
        var sweep = back.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), RequestLife.Officer);
        await sweep.RunAsync();
        shop.Database.Rows("SELECT id FROM invoices").ShouldBeEmpty(string.Join("; ", shop.Database.Rows("SELECT * FROM gdpr_block")));
    }

    private static ServiceProvider Open(ErasedShop shop, string version, string name) => RequestLife.Host(
        shop.Clock,
        gdpr => gdpr.UseSqlite($"{shop.Database.ConnectionString}.stores").UseKeyRing("test", _ => Database.Keys)
            .AddSqlSource("crm", shop.Database.ConnectionString, map => map
                .DataSet($"crm.{name}", set => set.Table("customers").Subject("person"))
                .DataSet("crm.invoices", set => set.Subject("person"))),
        policy: RequestLife.Policy.Replace("\"version\": \"1\"", $"\"version\": \"{version}\"", StringComparison.Ordinal)
            .Replace("\"customers\": {", $"\"{name}\": {{", StringComparison.Ordinal).Replace("crm.customers", $"crm.{name}", StringComparison.Ordinal));
}
