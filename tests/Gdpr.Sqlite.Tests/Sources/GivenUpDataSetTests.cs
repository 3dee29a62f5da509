using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>A whole restore after a data set was given up: its keys are numbers, as others' are.</summary>
public sealed class GivenUpDataSetTests : IDisposable
{
    private readonly InMemoryJournalWitness _witness = new();
    private readonly SettableClock _clock = new(Shop.Now);
    private readonly Database _database = new(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, contract_ended TEXT)",
        "CREATE TABLE leads (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, contract_ended TEXT)",
        "INSERT INTO customers VALUES (1, 's1', 'A', '2020-01-01'), (2, 's2', 'B', '2026-06-01'), (3, 's3', 'C', '2026-06-01')",
        "INSERT INTO leads VALUES (2, 'l2', 'L', '2026-03-16')");

    private string StoresFile => _database.File + ".stores";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nobody_is_taken_for_disposed_of_who_has_the_number_of_a_record_of_a_data_set_given_up(bool isGivenUp)
    {
        var backup = _database.File + ".backup";
        await using (var host = Open(true))
        {
            var sweep = host.GetRequiredService<Sweep>();
            await host.GetRequiredService<GdprWork>().PrepareAsync();
            await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
            await sweep.RunAsync();
            Copy(_database.File, backup);
            Copy(StoresFile, backup + ".stores");
            _clock.Advance(Duration.FromDays(2));
            (await sweep.RunAsync()).IsComplete.ShouldBeTrue();
            _database.Rows("SELECT id FROM leads").ShouldBeEmpty();
            await host.GetRequiredService<JournalCheckpoints>().MakeAsync(CancellationToken.None);
        }

        SqliteConnection.ClearAllPools();
        Copy(backup, _database.File);
        Copy(backup + ".stores", StoresFile);
        if (isGivenUp)
        {
            _database.Run("DROP TABLE leads");
        }

        await using var next = Open(!isGivenUp);
        await next.GetRequiredService<GdprWork>().PrepareAsync();
        (await next.GetRequiredService<Sweep>().AcknowledgeRestoreAsync("data-protection-officer")).ShouldBeTrue();
        var again = next.GetRequiredService<Sweep>();
        await again.ApproveAsync(await again.PreviewAsync(), "data-protection-officer");
        await again.RunAsync();
        var replay = next.GetRequiredService<SourceReplay>();
        await replay.EraseReturnedAsync("crm", "data-protection-officer");
        await again.RunAsync();
        _database.Rows("SELECT id FROM customers").ShouldBe(["2", "3"], "no customer was disposed of after the backup");
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _database.Dispose();
    }

    private static void Copy(string from, string to)
    {
        foreach (var ending in (string[])["-wal", "-shm"])
        {
            File.Delete(to + ending);
        }

        using var source = new SqliteConnection($"Data Source={from};Pooling=False");
        using var target = new SqliteConnection($"Data Source={to};Pooling=False");
        source.Open();
        target.Open();
        source.BackupDatabase(target);
    }

    private ServiceProvider Open(bool hasLeads)
    {
        var leads = hasLeads ? """
            , "leads": { "subject": "customer", "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } }
            """ : "";
        var policy = PolicyReader.Read($$"""
            { "policy": "shop", "version": "{{(hasLeads ? 1 : 2)}}", "effective": "2020-01-01",
              "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
              "systems": { "crm": { "backup": { "keep": "P35D" }, "dataSets": { "customers": { "subject": "customer",
                "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } }{{leads}} } } },
              "activities": {
                "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.customers"{{(hasLeads ? ", \"crm.leads\"" : "")}}],
                  "retention": { "keep": "P3M", "after": "contract-ended" } } } }
            """).Policy!;
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(policy)
            .UseSqlite($"Data Source={StoresFile}")
            .UseKeyRing("test", _ => Database.Keys)
            .UseWitness("test", _ => _witness)
            .AddSqlSource("crm", _database.ConnectionString, map => _ = hasLeads ? map.DataSet(Shop.Customers).DataSet("crm.leads") : map.DataSet(Shop.Customers)));
        return services.BuildServiceProvider();
    }
}
