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

/// <summary>A shop with two customers, of whom the first asks to be erased; with a backup of its data, and one of its stores.</summary>
internal sealed class ErasedShop : IDisposable
{
    public Database Database { get; } = new(
        [
            .. RequestLife.Tables("TEXT"),
            "INSERT INTO customers (id, person, name, picture, ended, created) VALUES (1, 'p1', 'A', NULL, '2026-01-20', '2019-01-01'), (2, 'p2', 'B', NULL, NULL, '2025-01-01')",
        ]);

    public SettableClock Clock { get; } = new(RequestLife.Begin);

    public IReadOnlyList<string> Customers => Database.Rows("SELECT id FROM customers");

    /// <summary>How often the journal says that a source was restored.</summary>
    public long Restored
    {
        get
        {
            using var connection = new SqliteConnection($"Data Source={Stores};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM gdpr_journal WHERE type = 'source-restored'";
            return (long)command.ExecuteScalar()!;
        }
    }

    private string Stores => Database.File + ".stores";

    public static Task<HeldStatus> PlaceAsync(ServiceProvider host, string record) => host.GetRequiredService<LegalHolds>().PlaceAsync(new HoldTerms(
        "matter", "reason", "approver", new LocalDate(2026, 2, 1), new LocalDate(2026, 5, 1),
        new HoldScope { DataSets = new HashSet<string> { "crm.customers" }, Records = new HashSet<string> { record } }));

    /// <summary>A host over the data, which it calls a source of this name.</summary>
    public ServiceProvider Open(string source = "crm", IJournalWitness? witness = null) => RequestLife.Host(Clock, gdpr =>
    {
        gdpr.UseSqlite($"{Database.ConnectionString}.stores").UseKeyRing("test", _ => Database.Keys)
            .AddSqlSource(source, Database.ConnectionString, map => map
                .DataSet("crm.customers", set => set.Subject("person"))
                .DataSet("crm.invoices", set => set.Subject("person")));
        if (witness is not null)
        {
            gdpr.UseWitness("memory", _ => witness);
        }
    });

    /// <summary>The first customer is erased on request, from what is approved to the answer given.</summary>
    public async Task EraseFirstAsync(ServiceProvider host, Action? beforeErasure = null, bool isKept = false)
    {
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        var sweep = host.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), RequestLife.Officer);
        var person = await host.GetRequiredService<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("p1")));
        await PumpAsync(host);
        beforeErasure?.Invoke();
        Clock.Advance(Duration.FromHours(1));
        var requests = host.GetRequiredService<DataSubjectRequests>();
        var erasure = await requests.ReceiveAsync(
            new RequestIntake(DataSubjectRight.Erasure, person) { ReceivedAt = Clock.GetCurrentInstant(), Identity = IdentityMethod.SignedIn });
        await requests.AssessAsync(erasure.Id);
        await requests.DecideAsync(erasure.Id, RequestLife.Officer);
        await requests.ExecuteAsync(erasure.Id);
        if (!isKept)
        {
            Customers.ShouldBe(["2"]);
            await requests.GiveAnswerAsync(await requests.ComposeAnswerAsync(erasure.Id), RequestLife.Officer);
            await requests.CloseAsync(erasure.Id, RequestLife.Officer);
        }

        await PumpAsync(host);
    }

    public async Task PumpAsync(ServiceProvider host) => (await host.GetRequiredService<GdprWork>().RunDueAsync(Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1))).Steps
        .Where(step => step.Reason is not null).Select(step => $"{step.Name} {step.Reason} {step.Detail}").ShouldBeEmpty();

    public void Backup() => Database.Run($"VACUUM INTO '{Database.File}.backup'");

    public void Restore() => Restore(Database.File);

    public void BackupStores() => ChangeStores($"VACUUM INTO '{Stores}.backup'");

    public void RestoreStores() => Restore(Stores);

    public void ChangeStores(string statements)
    {
        using var connection = new SqliteConnection($"Data Source={Stores};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statements;
        command.ExecuteNonQuery();
    }

    public void Dispose() => Database.Dispose();

    private static void Restore(string file)
    {
        SqliteConnection.ClearAllPools();
        File.Delete(file + "-wal");
        File.Delete(file + "-shm");
        File.Copy(file + ".backup", file, overwrite: true);
    }
}
