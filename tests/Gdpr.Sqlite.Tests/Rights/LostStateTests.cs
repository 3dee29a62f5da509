using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Rights;
using Gdpr.Sqlite.Tests.Sources;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Rights;

/// <summary>Data that comes back from a backup, where the state that says how far it had come is lost.</summary>
public sealed class LostStateTests
{
    [Theory]
    [InlineData("")]
    [InlineData("DELETE FROM gdpr_fold; DELETE FROM gdpr_item")]
    [InlineData("DELETE FROM gdpr_item")]
    [InlineData("DELETE FROM gdpr_item WHERE kind = 'source-positions'")]
    public async Task That_the_data_was_restored_is_noticed_although_the_state_is_lost(string lost)
    {
        using var database = new Database(
            [.. RequestLife.Tables("TEXT"), "INSERT INTO customers (id, person, name, picture, ended, created) VALUES (1, 'p1', 'A', NULL, '2026-01-20', '2019-01-01'), (2, 'p2', 'B', NULL, NULL, '2025-01-01')"]);
        var clock = new SettableClock(RequestLife.Begin);
        var backup = database.File + ".backup";
        await using (var provider = Host(database, clock))
        {
            await provider.GetRequiredService<GdprWork>().PrepareAsync();
            var requests = provider.GetRequiredService<DataSubjectRequests>();
            var sweep = provider.GetRequiredService<Sweep>();
            await sweep.ApproveAsync(await sweep.PreviewAsync(), RequestLife.Officer);
            var person = await provider.GetRequiredService<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("p1")));
            await PumpAsync(provider);
            database.Run($"VACUUM INTO '{backup}'");
            var erasure = await requests.ReceiveAsync(new RequestIntake(DataSubjectRight.Erasure, person) { ReceivedAt = clock.GetCurrentInstant(), Identity = IdentityMethod.SignedIn });
            await requests.AssessAsync(erasure.Id);
            await requests.DecideAsync(erasure.Id, RequestLife.Officer);
            await requests.ExecuteAsync(erasure.Id);
            database.Rows("SELECT id FROM customers").ShouldBe(["2"]);
            await requests.GiveAnswerAsync(await requests.ComposeAnswerAsync(erasure.Id), RequestLife.Officer);
            await requests.CloseAsync(erasure.Id, RequestLife.Officer);
            await PumpAsync(provider);
        }

        SqliteConnection.ClearAllPools();
        foreach (var file in new[] { database.File + "-wal", database.File + "-shm" })
        {
            File.Delete(file);
        }

        File.Copy(backup, database.File, overwrite: true);
        database.Rows("SELECT id FROM customers").ShouldBe(["1", "2"]);
        if (lost.Length > 0)
        {
            using var stores = new SqliteConnection($"Data Source={database.File}.stores;Pooling=False");
            stores.Open();
            using var command = stores.CreateCommand();
            command.CommandText = lost;
            command.ExecuteNonQuery();
        }

        clock.Set(Instant.FromUtc(2026, 2, 12, 9, 0));
        await using var later = Host(database, clock);
        await later.GetRequiredService<GdprWork>().PrepareAsync();
        var waiting = (await later.GetRequiredService<SourceReplay>().ListAsync()).Count;
        await PumpAsync(later);
        (waiting, string.Join(',', database.Rows("SELECT id FROM customers"))).ShouldBe((1, "2"), "waiting sources before the pump, customers after it");

        async Task PumpAsync(ServiceProvider provider) => (await provider.GetRequiredService<GdprWork>().RunDueAsync(clock.GetCurrentInstant(), TimeSpan.FromMinutes(1))).Steps
            .Where(step => step.Reason is not null).Select(step => $"{step.Name} {step.Reason} {step.Detail}").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restore_is_noticed_where_facts_had_just_begun_to_be_put_anew(bool isInterrupted)
    {
        using var database = new Database(
            [.. RequestLife.Tables("TEXT"), "INSERT INTO customers (id, person, name, picture, ended, created) VALUES (1, 'p1', 'A', NULL, '2026-01-20', '2019-01-01'), (2, 'p2', 'B', NULL, NULL, '2025-01-01')"]);
        var clock = new SettableClock(RequestLife.Begin);
        var backup = database.File + ".backup";
        await using (var provider = Host(database, clock))
        {
            await provider.GetRequiredService<GdprWork>().PrepareAsync();
            var requests = provider.GetRequiredService<DataSubjectRequests>();
            var sweep = provider.GetRequiredService<Sweep>();
            await sweep.ApproveAsync(await sweep.PreviewAsync(), RequestLife.Officer);
            await provider.GetRequiredService<LegalHolds>().PlaceAsync(new HoldTerms(
                "matter", "reason", "approver", new LocalDate(2026, 2, 1), new LocalDate(2026, 5, 1),
                new HoldScope { DataSets = new HashSet<string> { "crm.customers" }, Records = new HashSet<string> { "2" } }));
            var person = await provider.GetRequiredService<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("p1")));
            await provider.GetRequiredService<GdprWork>().RunDueAsync(clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
            database.Run($"VACUUM INTO '{backup}'");
            var erasure = await requests.ReceiveAsync(new RequestIntake(DataSubjectRight.Erasure, person) { ReceivedAt = clock.GetCurrentInstant(), Identity = IdentityMethod.SignedIn });
            await requests.AssessAsync(erasure.Id);
            await requests.DecideAsync(erasure.Id, RequestLife.Officer);
            await requests.ExecuteAsync(erasure.Id);
            database.Rows("SELECT id FROM customers").ShouldBe(["2"]);
            await requests.GiveAnswerAsync(await requests.ComposeAnswerAsync(erasure.Id), RequestLife.Officer);
            await requests.CloseAsync(erasure.Id, RequestLife.Officer);
            await provider.GetRequiredService<GdprWork>().RunDueAsync(clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
            if (isInterrupted)
            {
                // The database is going bad: facts are lost, and writing fails. That is noticed, and then somebody restores the backup.
                database.Run("DELETE FROM gdpr_block", "CREATE TRIGGER broken BEFORE UPDATE ON gdpr_position BEGIN SELECT raise(ABORT, 'disk I/O error'); END");
                await provider.GetRequiredService<GdprWork>().PrepareAsync();
            }
        }

        SqliteConnection.ClearAllPools();
        foreach (var file in new[] { database.File + "-wal", database.File + "-shm" })
        {
            File.Delete(file);
        }

        File.Copy(backup, database.File, overwrite: true);
        database.Rows("SELECT id FROM customers").ShouldBe(["1", "2"]);
        clock.Set(Instant.FromUtc(2026, 2, 12, 9, 0));
        await using var later = Host(database, clock);
        await later.GetRequiredService<GdprWork>().PrepareAsync();
        var waiting = (await later.GetRequiredService<SourceReplay>().ListAsync()).Count;
        await later.GetRequiredService<GdprWork>().RunDueAsync(clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        (waiting, string.Join(',', database.Rows("SELECT id FROM customers"))).ShouldBe((1, "2"), "waiting sources before the pump, customers after it");
    }

    private static ServiceProvider Host(Database database, SettableClock clock) => RequestLife.Host(clock, gdpr => gdpr
        .UseSqlite($"{database.ConnectionString}.stores").UseKeyRing("test", _ => Database.Keys)
        .AddSqlSource("crm", database.ConnectionString, map => map
            .DataSet("crm.customers", set => set.Subject("person"))
            .DataSet("crm.invoices", set => set.Subject("person"))));
}
