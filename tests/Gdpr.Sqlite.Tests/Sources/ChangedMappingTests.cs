using Gdpr.Disposal;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>What was approved was one mapping: under another the first run is a preview again.</summary>
public sealed class ChangedMappingTests : IDisposable
{
    private readonly Database _database = new(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT, imported TEXT)",
        "INSERT INTO customers VALUES (1, 'A', '2020-01-01', '2026-06-01'), (2, 'B', '2026-06-01', '2020-01-01')");

    public static TheoryData<string> Changes => ["another column", "another value", "another zone"];

    public void Dispose() => _database.Dispose();

    [Theory, MemberData(nameof(Changes))]
    public async Task The_first_run_under_a_changed_mapping_destroys_nothing_until_that_is_approved(string change)
    {
        await using (var before = Open(_ => { }))
        {
            await ApproveAsync(before);
            (await before.GetRequiredService<Sweep>().PreviewAsync()).Unapproved.ShouldBeEmpty();
        }

        await using var host = Open(customers => _ = change switch
        {
            "another column" => customers.Trigger("contract-ended", "imported", StorageForm.Iso),
            "another value" => customers.Field("name", new FieldMapping { Columns = ["name"], Erased = "-" }),
            _ => customers.Trigger("contract-ended", "contract_ended", StorageForm.Iso, "Asia/Tokyo"),
        });
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        var (sweep, work) = (host.GetRequiredService<Sweep>(), host.GetRequiredService<GdprWork>());

        (await sweep.PreviewAsync()).Unapproved.ShouldHaveSingleItem().DataSet.ShouldBe(Shop.Customers);
        (await sweep.RunAsync()).DataSets.ShouldHaveSingleItem().Status.ShouldBe(SweepStatus.NeedsApproval);
        (await work.RunDueAsync(Shop.Now, TimeSpan.FromMinutes(1))).DataSets.ShouldHaveSingleItem().Status.ShouldBe(SweepStatus.NeedsApproval);
        _database.Rows("SELECT id FROM customers ORDER BY id").ShouldBe(["1", "2"]);

        await ApproveAsync(host);
        (await sweep.RunAsync()).DataSets.ShouldHaveSingleItem().Status.ShouldBe(SweepStatus.Completed);
        _database.Rows("SELECT id FROM customers").ShouldBe([change == "another column" ? "1" : "2"]);
    }

    [Fact]
    public async Task The_same_mapping_said_in_full_needs_no_other_approval()
    {
        await using (var before = Open(_ => { }))
        {
            await ApproveAsync(before);
        }

        await using var host = Open(customers => customers.Table("customers", "id").Trigger("contract-ended", "contract_ended", StorageForm.Iso).Field("name", "name"));
        (await host.GetRequiredService<Sweep>().RunAsync()).DataSets.ShouldHaveSingleItem().Status.ShouldBe(SweepStatus.Completed);
        _database.Rows("SELECT id FROM customers").ShouldBe(["2"]);
    }

    private static async Task ApproveAsync(ServiceProvider host)
    {
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        await host.GetRequiredService<Sweep>().ApproveAsync(await host.GetRequiredService<Sweep>().PreviewAsync(), "data-protection-officer");
    }

    private ServiceProvider Open(Action<DataSetMappingBuilder> map)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new SettableClock(Shop.Now));
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(Shop.Policy(whenNull: "unknown"))
            .UseSqlite($"Data Source={_database.File}.stores")
            .UseKeyRing("test", _ => Database.Keys)
            .AddSqlSource("crm", _database.ConnectionString, mapping => mapping.DataSet(Shop.Customers, map)));
        return services.BuildServiceProvider(validateScopes: true);
    }
}
