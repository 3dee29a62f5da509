using Gdpr.Disposal;
using Gdpr.Retention;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Rows of the state store that somebody deletes or edits: no hold is let go of with them, and no damage forgotten.</summary>
public sealed class StateGoneTests : IDisposable
{
    private readonly Database _database = new(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, contract_ended TEXT)",
        "INSERT INTO customers SELECT value, 's' || value, 'x', '2020-01-01' FROM json_each('[1,2,3]')");

    [Theory]
    [InlineData("DELETE FROM gdpr_fold WHERE fold = 'holds'")]
    [InlineData("DELETE FROM gdpr_fold WHERE fold = 'holds'; DELETE FROM gdpr_fold WHERE fold = 'journal'")]
    [InlineData("DELETE FROM gdpr_fold; DELETE FROM gdpr_item")]
    [InlineData("UPDATE gdpr_fold SET content = replace(content, '\"Plac', '\"Releas')  WHERE fold = 'holds'")]
    [InlineData("UPDATE gdpr_fold SET content = replace(content, 'holds', 'helds'); DELETE FROM gdpr_fold WHERE fold = 'holds'")]
    [InlineData("UPDATE gdpr_fold SET position = 1 WHERE fold = 'journal'; DELETE FROM gdpr_fold WHERE fold = 'holds'")]
    public async Task A_hold_that_waits_for_its_source_is_put_there_whatever_is_done_to_its_state(string edits)
    {
        await using (var host = Open())
        {
            await ApproveAsync(host);
            SqliteConnection.ClearAllPools();
            File.Move(_database.File, _database.File + ".away");
            (await PlaceAsync(host, "2")).Phase.ShouldBe(HoldPhase.Placing);
            File.Move(_database.File + ".away", _database.File);
        }

        Stores(edits);
        await using var later = Open();
        await later.GetRequiredService<Sweep>().RunAsync();

        _database.Rows("SELECT id FROM customers").ShouldBe(["2"]);
        (await later.GetRequiredService<LegalHolds>().ListAsync()).ShouldHaveSingleItem().Phase.ShouldBe(HoldPhase.Placed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hold_is_put_again_where_its_state_and_its_fact_are_gone(bool isRestarted)
    {
        var host = Open();
        await ApproveAsync(host);
        (await PlaceAsync(host, "1")).Phase.ShouldBe(HoldPhase.Placed);
        var held = await PlaceAsync(host, "2");
        if (isRestarted)
        {
            await host.DisposeAsync();
            host = Open();
        }

        Stores($"DELETE FROM gdpr_fold WHERE fold = 'holds' AND key = '{held.Id}'");
        _database.Run("DELETE FROM gdpr_block");
        await host.GetRequiredService<Sweep>().RunAsync();

        _database.Rows("SELECT id FROM customers").ShouldBe(["1", "2"]);
        await host.DisposeAsync();
    }

    [Fact]
    public async Task A_journal_found_damaged_stops_a_sweep_also_where_the_note_of_it_is_deleted()
    {
        await using var host = Open();
        await ApproveAsync(host);
        await host.GetRequiredService<KillSwitchControl>().TurnOnAsync("x", "operations");
        await host.GetRequiredService<KillSwitchControl>().TurnOffAsync("operations");
        Stores("UPDATE gdpr_journal SET data = '{\"by\":\"nobody\"}' WHERE stream = 'kill-switch' AND version = 1");
        (await host.GetRequiredService<JournalVerifications>().VerifyAsync(Shop.Now)).IsIntact.ShouldBeFalse();
        Stores("DELETE FROM gdpr_item");

        (await host.GetRequiredService<Sweep>().RunAsync()).DataSets.Single().Reason.ShouldBe(SweepReasons.JournalDamaged);

        _database.Rows("SELECT count(*) FROM customers").ShouldBe(["3"]);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _database.Dispose();
    }

    private void Stores(string sql)
    {
        using var stores = new SqliteConnection($"Data Source={_database.File}.stores;Pooling=False");
        stores.Open();
        using var command = stores.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery().ShouldBeGreaterThan(0);
    }

    private static async Task ApproveAsync(ServiceProvider host)
    {
        var sweep = host.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
    }

    private static Task<HeldStatus> PlaceAsync(ServiceProvider host, string record) => host.GetRequiredService<LegalHolds>().PlaceAsync(new HoldTerms(
        "matter", "reason", "approver", new LocalDate(2026, 6, 1), new LocalDate(2026, 9, 1),
        new HoldScope { DataSets = new HashSet<string> { Shop.Customers }, Records = new HashSet<string> { record } }));

    private ServiceProvider Open()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new SettableClock(Shop.Now));
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(Shop.Policy(whenNull: "unknown"))
            .UseSqlite($"Data Source={_database.File}.stores")
            .UseKeyRing("test", _ => Database.Keys)
            .AddSqlSource("crm", _database.ConnectionString, map => map.DataSet(Shop.Customers)));
        return services.BuildServiceProvider();
    }
}
