using Gdpr.Policies;
using Gdpr.Relational.Values;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>A table is one source's: what one knows of its records, holds above all, another does not.</summary>
public sealed class ClaimTests
{
    private const string Table = "(id INTEGER PRIMARY KEY, subject TEXT, name TEXT, contract_ended TEXT)";

    [Theory]
    [InlineData("customers", true)]
    [InlineData("CUSTOMERS", true)]
    [InlineData("visitors", false)]
    public async Task A_table_that_two_sources_map_is_refused_when_the_host_starts(string table, bool isRefused)
    {
        using var database = new Database($"CREATE TABLE customers {Table}", $"CREATE TABLE visitors {Table}");
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new SettableClock(Shop.Now));
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(Policy)
            .UseInMemoryStores()
            .AddSqlSource("crm", database.ConnectionString, map => map.DataSet("crm.customers", set => Mapped(set, "customers")))
            .AddSqlSource("web", ElsewhereOf(database.ConnectionString), map => map.DataSet("web.visitors", set => Mapped(set, table))));
        await using var provider = services.BuildServiceProvider();
        var work = provider.GetRequiredService<GdprWork>();

        if (!isRefused)
        {
            await work.PrepareAsync();
            return;
        }

        var refused = await Should.ThrowAsync<GdprSetupException>(() => work.PrepareAsync());
        refused.Message.ShouldContain("'crm'");
        refused.Message.ShouldContain("'web'");
        refused.Message.ShouldContain("table 'customers'");
    }

    private static GdprPolicy Policy { get; } = PolicyReader.Read("""
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": {
            "crm": { "dataSets": { "customers": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } } } },
            "web": { "dataSets": { "visitors": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } } } } },
          "activities": { "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers", "web.visitors"],
            "retention": { "keep": "P3M", "after": "contract-ended" } } } }
        """).Policy!;

    /// <summary>The same file by another path.</summary>
    private static string ElsewhereOf(string connectionString)
    {
        var settings = new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder(connectionString);
        var folder = Path.GetDirectoryName(settings.DataSource)!;
        settings.DataSource = Path.Combine(folder, "..", Path.GetFileName(folder), Path.GetFileName(settings.DataSource));
        return settings.ToString();
    }

    private static void Mapped(Relational.Mapping.DataSetMappingBuilder set, string table) => set
        .Table(table, "id").Subject("subject").Trigger("contract-ended", "contract_ended", StorageForm.Iso).Field("name", "name");
}
