using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Sources;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Evidence that somebody changes in the database is told from what the journal commits to.</summary>
public sealed class EvidenceTests : IDisposable
{
    private const string Rest = "seq, data_set, key_id, record, action, fields, rule, reason, at, records";

    private readonly SettableClock _clock = new(Shop.Now);
    private readonly Database _database = new(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, contract_ended TEXT)",
        "INSERT INTO customers SELECT value, 's' || value, 'x', '2020-01-01' FROM json_each('[1,2,3]')");

    [Theory]
    [InlineData("DELETE FROM gdpr_evidence", EvidenceFaultKind.Missing, 1)]
    [InlineData("UPDATE gdpr_evidence SET rule = 'another'", EvidenceFaultKind.Differs, 1)]
    [InlineData("UPDATE gdpr_evidence SET at = '1999-01-01T00:00:00Z'", EvidenceFaultKind.Differs, 1)]
    [InlineData("UPDATE gdpr_evidence SET at = 'some day'", EvidenceFaultKind.Differs, 1)]
    [InlineData($"INSERT INTO gdpr_evidence (plan, batch, {Rest}) SELECT plan, batch + 1, {Rest} FROM gdpr_evidence", EvidenceFaultKind.Unknown, 2)]
    [InlineData($"INSERT INTO gdpr_evidence (plan, batch, {Rest}) SELECT 'forged', batch, {Rest} FROM gdpr_evidence", EvidenceFaultKind.Unknown, 1)]
    public async Task What_somebody_does_to_the_evidence_is_found(string statement, EvidenceFaultKind kind, int batch)
    {
        await using var host = Open();
        await SweepAsync(host);
        (await VerifyAsync(host)).IsIntact.ShouldBeTrue();

        _database.Run(statement);

        var fault = (await VerifyAsync(host)).Faults.ShouldHaveSingleItem();
        (fault.Kind, fault.Batch, fault.DataSet).ShouldBe((kind, batch, Shop.Customers));
    }

    [Fact]
    public async Task A_batch_that_is_added_to_a_plan_without_any_is_found()
    {
        await using var host = Open();
        await SweepAsync(host);
        var idle = (await host.GetRequiredService<Sweep>().RunAsync()).DataSets.Single().Plan.ShouldNotBeNull();

        _database.Run($"INSERT INTO gdpr_evidence (plan, batch, {Rest}) SELECT '{idle}', 1, {Rest} FROM gdpr_evidence WHERE batch = 1");

        (await VerifyAsync(host)).Faults.ShouldHaveSingleItem().ShouldBe(new EvidenceFault(idle, Shop.Customers, 1, EvidenceFaultKind.Unknown));
    }

    [Fact]
    public async Task Evidence_of_which_the_journal_has_let_go_is_no_fault()
    {
        await using var host = Open();
        await SweepAsync(host);
        await host.GetRequiredService<GdprWork>().RunDueAsync(_clock.GetUtcNow(), TimeSpan.FromMinutes(5));
        _database.Run("INSERT INTO customers VALUES (4, 's4', 'x', '2020-01-01')");
        _clock.Advance(Duration.FromDays(4000));
        (await host.GetRequiredService<JournalExpiry>().ExpireAsync(_clock.GetCurrentInstant(), CancellationToken.None)).ShouldNotBeNull();
        await SweepAsync(host);

        var report = await VerifyAsync(host);

        report.Faults.ShouldBeEmpty();
        report.Batches.ShouldBe(1, "the one before has expired");
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _database.Dispose();
    }

    private static Task<EvidenceReport> VerifyAsync(ServiceProvider host) => host.GetRequiredService<EvidenceVerifier>().VerifyAsync();

    private static async Task SweepAsync(ServiceProvider host)
    {
        var sweep = host.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
        (await sweep.RunAsync()).DataSets.Single().Done.Records.ShouldBeGreaterThan(0);
    }

    private ServiceProvider Open()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(Shop.Policy(whenNull: "unknown")).UseSqlite($"Data Source={_database.File}.stores").UseKeyRing("test", _ => Database.Keys)
            .AddSqlSource("crm", _database.ConnectionString, map => map.DataSet(Shop.Customers)));
        return services.BuildServiceProvider();
    }
}
