using Gdpr.Disposal;
using Gdpr.Retention;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>One byte of the journal, or of the evidence, is another.</summary>
public sealed class TamperedEvidenceTests : IDisposable
{
    private readonly SettableClock _clock = new(Shop.Now);
    private readonly Database _database = new(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT)",
        "INSERT INTO customers VALUES (1, 'A', '2020-01-01'), (2, 'B', NULL), (3, 'C', '2020-01-01')");

    [Theory]
    [InlineData("gdpr_journal", "data = replace(data, '\"plan\"', '\"plbn\"') WHERE type = 'disposal-batch'")]
    [InlineData("gdpr_journal", "data = replace(data, '\"plan\"', '\"plbn\"') WHERE type = 'disposal-completed'")]
    [InlineData("gdpr_journal", "data = replace(data, '\"plan\"', '\"plbn\"') WHERE type = 'disposal-planned'")]
    [InlineData("gdpr_journal", "data = replace(data, '\"dataSet\"', '\"dataSes\"') WHERE type = 'disposal-batch'")]
    [InlineData("gdpr_journal", "data = 'null' WHERE type = 'disposal-batch'")]
    public async Task Evidence_is_compared_although_a_byte_of_an_entry_is_another(string table, string change)
    {
        await using (var host = Open())
        {
            await ApproveAsync(host);
            await host.GetRequiredService<Sweep>().RunAsync();
        }

        Change($"UPDATE {table} SET {change}").ShouldBeGreaterThan(0);
        await using var again = Open();
        var problem = await Record.ExceptionAsync(() => again.GetRequiredService<EvidenceVerifier>().VerifyAsync());
        (problem is null or GdprException).ShouldBeTrue(problem?.GetType().FullName);
    }

    [Theory]
    [InlineData("fields = 'x'")]
    [InlineData("record = x'00'")]
    [InlineData("action = 'x'")]
    [InlineData("rule = x'ff'")]
    [InlineData("batch = 7000000000")]
    public async Task Evidence_is_compared_although_somebody_has_changed_it(string change)
    {
        await using (var host = Open())
        {
            await ApproveAsync(host);
            await host.GetRequiredService<Sweep>().RunAsync();
        }

        _database.Run($"UPDATE gdpr_evidence SET {change}");
        await using var again = Open();
        var problem = await Record.ExceptionAsync(async () => (await again.GetRequiredService<EvidenceVerifier>().VerifyAsync()).Faults.ShouldNotBeEmpty());
        (problem is null or GdprException).ShouldBeTrue($"{problem?.GetType().FullName}: {problem?.Message}");
    }

    [Theory]
    [InlineData("hash = x'00'")]
    [InlineData("hash = 'x'")]
    [InlineData("previous = x'00'")]
    [InlineData("recorded_at = 'x'")]
    [InlineData("occurred_at = 9223372036854775807")]
    [InlineData("position = position + 100")]
    [InlineData("version = -version")]
    [InlineData("subject = 'x y'")]
    [InlineData("payload = x'00'")]
    [InlineData("controller = x'ff'")]
    [InlineData("type = ''")]
    [InlineData("data = x'00'")]
    public async Task A_column_of_the_journal_that_is_another_is_found(string change)
    {
        await using (var host = Open())
        {
            await ApproveAsync(host);
            await host.GetRequiredService<Sweep>().RunAsync();
        }

        try
        {
            Change($"UPDATE gdpr_journal SET {change} WHERE type = 'disposal-batch'").ShouldBeGreaterThan(0);
        }
        catch (SqliteException)
        {
            // No such column, or the table itself forbids it.
            return;
        }

        await using var again = Open();
        var problem = await Record.ExceptionAsync(async () => (await again.GetRequiredService<Journals.JournalVerifier>().VerifyAsync(CancellationToken.None)).IsIntact.ShouldBeFalse());
        (problem is null or GdprException).ShouldBeTrue($"{problem?.GetType().FullName}: {problem?.Message}");
        var pump = await Record.ExceptionAsync(async () => await again.GetRequiredService<GdprWork>().RunDueAsync(_clock.GetCurrentInstant(), TimeSpan.FromMinutes(1)));
        pump.ShouldBeNull();
    }

    // As for what cannot be read (LostStateTests): nothing that follows from later entries is relied upon without it.
    [Theory]
    [InlineData("SELECT 1", false)]
    [InlineData("DELETE FROM gdpr_fold", false)]
    [InlineData("UPDATE gdpr_journal SET data = replace(data, '{', '[') WHERE type = 'hold-placing'; DELETE FROM gdpr_fold", false)]
    [InlineData("UPDATE gdpr_journal SET type = 'hold-placinh' WHERE type = 'hold-placing'", false)]
    [InlineData("UPDATE gdpr_journal SET type = 'hold-placinh' WHERE type = 'hold-placing'; DELETE FROM gdpr_fold", false)]
    [InlineData("UPDATE gdpr_journal SET type = 'hold-placinh' WHERE type = 'hold-placing'; DELETE FROM gdpr_fold", true)]
    [InlineData("UPDATE gdpr_journal SET stream = replace(stream, 'hold/', 'hole/') WHERE stream LIKE 'hold/%'; DELETE FROM gdpr_fold", false)]
    public async Task A_held_record_stays_although_a_byte_of_its_holds_entry_is_another(string change, bool isAcknowledged)
    {
        await using (var host = Open())
        {
            await ApproveAsync(host);
            (await host.GetRequiredService<LegalHolds>().PlaceAsync(new HoldTerms(
                "matter", "reason", "approver", new LocalDate(2026, 6, 1), new LocalDate(2026, 9, 1),
                new HoldScope { DataSets = new HashSet<string> { Shop.Customers }, Records = new HashSet<string> { "3" } }))).Phase.ShouldBe(HoldPhase.Placed);
        }

        Change(change);
        await using var next = Open();
        if (isAcknowledged)
        {
            _clock.Advance(Duration.FromDays(2));
            await next.GetRequiredService<GdprWork>().RunDueAsync(_clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
            await next.GetRequiredService<Sweep>().AcknowledgeDamageAsync("data-protection-officer");
        }

        await next.GetRequiredService<Sweep>().RunAsync();
        _database.Rows("SELECT id FROM customers WHERE id = 3").ShouldBe(["3"], "a hold was granted");
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _database.Dispose();
    }

    private static async Task ApproveAsync(ServiceProvider host)
    {
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        var sweep = host.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
    }

    private int Change(string statements)
    {
        using var stores = new SqliteConnection($"Data Source={_database.File}.stores;Pooling=False");
        stores.Open();
        using var command = stores.CreateCommand();
        command.CommandText = statements;
        return command.ExecuteNonQuery();
    }

    private ServiceProvider Open()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(Shop.Policy(whenNull: "unknown"))
            .UseSqlite($"Data Source={_database.File}.stores")
            .UseKeyRing("test", _ => Database.Keys)
            .AddSqlSource("crm", _database.ConnectionString, map => map.DataSet(Shop.Customers)));
        return services.BuildServiceProvider();
    }
}
