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

/// <summary>Journal, vault and state come from a backup, the data does not.</summary>
public sealed class RestoredJournalTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_journal_does_not_grant_any_more_is_not_erased_and_what_it_does_not_hold_any_more_stays(bool isWitnessed)
    {
        using var database = new Database(
            [.. RequestLife.Tables("TEXT"), "INSERT INTO customers (id, person, name, picture, ended, created) VALUES (1, 'p1', 'A', NULL, '2026-01-20', '2019-01-01'), (2, 'p2', 'B', NULL, NULL, '2025-01-01')"]);
        var clock = new SettableClock(RequestLife.Begin);
        var (stores, backup, witness) = (database.File + ".stores", database.File + ".stores.backup", new InMemoryJournalWitness());
        string hold;
        await using (var provider = Host(database, clock, isWitnessed ? witness : null))
        {
            await provider.GetRequiredService<GdprWork>().PrepareAsync();
            var sweep = provider.GetRequiredService<Sweep>();
            await sweep.ApproveAsync(await sweep.PreviewAsync(), RequestLife.Officer);
            var person = await provider.GetRequiredService<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("p1")));
            hold = (await PlaceAsync(provider, "1")).Id;
            await PumpAsync(provider, isChecked: true);
            using (var connection = new SqliteConnection($"Data Source={stores};Pooling=False"))
            {
                connection.Open();
                using var command = connection.CreateCommand();
                command.CommandText = $"VACUUM INTO '{backup}'";
                command.ExecuteNonQuery();
            }

            clock.Advance(Duration.FromHours(1));
            var requests = provider.GetRequiredService<DataSubjectRequests>();
            var erasure = await requests.ReceiveAsync(new RequestIntake(DataSubjectRight.Erasure, person) { ReceivedAt = clock.GetCurrentInstant(), Identity = IdentityMethod.SignedIn });
            await requests.AssessAsync(erasure.Id);
            await requests.DecideAsync(erasure.Id, RequestLife.Officer);
            await requests.ExecuteAsync(erasure.Id);
            database.Rows("SELECT id FROM customers").ShouldBe(["1", "2"], "the hold keeps it");
            (await PlaceAsync(provider, "2")).Phase.ShouldBe(HoldPhase.Placed);
            await PumpAsync(provider, isChecked: true);
        }

        SqliteConnection.ClearAllPools();
        File.Delete(stores + "-wal");
        File.Delete(stores + "-shm");
        File.Copy(backup, stores, overwrite: true);
        clock.Advance(Duration.FromHours(1));
        await using var later = Host(database, clock, isWitnessed ? witness : null);
        await later.GetRequiredService<GdprWork>().PrepareAsync();
        var again = later.GetRequiredService<Sweep>();
        if (isWitnessed)
        {
            (await again.AcknowledgeRestoreAsync("dpo")).ShouldBeTrue();
        }

        await PumpAsync(later, isChecked: false);
        var holds = later.GetRequiredService<LegalHolds>();
        (await holds.ListAsync()).Select(one => one.Id).ShouldBe([hold]);
        (await holds.ReleaseAsync(hold, "legal")).Phase.ShouldBe(HoldPhase.Released);
        database.Run("UPDATE customers SET ended = NULL WHERE id = 1", "UPDATE customers SET ended = '2020-01-01' WHERE id = 2");
        await PumpAsync(later, isChecked: false);
        await again.RunAsync();

        // 1 is a customer with a running contract; 2 was held, and what nobody knows any more somebody has to take away by hand.
        database.Rows("SELECT id FROM customers").ShouldBe(["1", "2"]);
        database.Rows("SELECT key FROM gdpr_block").ShouldBe(["2"]);
        database.Rows("SELECT * FROM gdpr_mark").ShouldBeEmpty();
        database.Run("DELETE FROM gdpr_block WHERE key = '2'");
        await PumpAsync(later, isChecked: true);
        database.Rows("SELECT * FROM gdpr_block").ShouldBeEmpty();
    }

    private static async Task PumpAsync(ServiceProvider provider, bool isChecked)
    {
        var report = await provider.GetRequiredService<GdprWork>().RunDueAsync(provider.GetRequiredService<TimeProvider>().GetUtcNow(), TimeSpan.FromMinutes(1));
        if (isChecked)
        {
            report.Steps.Where(step => step.Reason is not null).Select(step => $"{step.Name} {step.Reason} {step.Detail}").ShouldBeEmpty();
        }
    }

    private static Task<HeldStatus> PlaceAsync(ServiceProvider host, string record) => host.GetRequiredService<LegalHolds>().PlaceAsync(new HoldTerms(
        "matter", "reason", "approver", new LocalDate(2026, 2, 1), new LocalDate(2026, 5, 1),
        new HoldScope { DataSets = new HashSet<string> { "crm.customers" }, Records = new HashSet<string> { record } }));

    private static ServiceProvider Host(Database database, SettableClock clock, IJournalWitness? witness) => RequestLife.Host(clock, gdpr =>
    {
        gdpr.UseSqlite($"{database.ConnectionString}.stores").UseKeyRing("test", _ => Database.Keys)
            .AddSqlSource("crm", database.ConnectionString, map => map
                .DataSet("crm.customers", set => set.Subject("person"))
                .DataSet("crm.invoices", set => set.Subject("person")));
        if (witness is not null)
        {
            gdpr.UseWitness("memory", _ => witness);
        }
    });
}
