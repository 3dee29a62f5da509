using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Retention;
using Gdpr.Rights;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Data, journal, vault and state come back from one backup: the witness alone remembers what was disposed of after it.</summary>
public sealed class WholeRestoreTests : IDisposable
{
    private const string Text = """
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": { "crm": { "backup": { "keep": "P35D" }, "dataSets": { "customers": { "subject": "customer",
            "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } } } } },
          "activities": {
            "offers": { "purpose": "direct-marketing", "basis": { "legitimateInterest": { "interest": "Sales", "assessment": "weighing" } },
              "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "contract-ended" } } },
          "assessments": { "weighing": { "kind": "legitimateInterest", "necessity": "Needed", "balance": "Weighed", "on": "2026-01-01", "nextReview": "2027-01-01" } } }
        """;

    private static readonly GdprPolicy Policy = PolicyReader.Read(Text).Policy!;
    private static readonly GdprPolicy Renamed = PolicyReader.Read(Text.Replace("\"version\": \"1\"", "\"version\": \"2\"", StringComparison.Ordinal)
        .Replace("\"customers\": {", "\"clients\": {", StringComparison.Ordinal).Replace("crm.customers", "crm.clients", StringComparison.Ordinal)).Policy!;

    private readonly InMemoryJournalWitness _witness = new();
    private readonly SettableClock _clock = new(Shop.Now);
    private readonly Database _database = new(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, contract_ended TEXT)",
        "INSERT INTO customers VALUES (1, 's1', 'A', '2020-01-01'), (2, 's2', 'B', '2026-06-01'), (3, 's3', 'C', '2026-03-16'), (4, 's4', 'D', '2026-06-01'), (5, 's5', 'E', '2026-06-01')");

    private string StoresFile => _database.File + ".stores";

    [Fact]
    public async Task What_was_erased_for_a_person_after_the_backup_waits_to_be_erased_again_and_what_is_due_goes_by_itself()
    {
        await LoseAsync();
        await using var host = Open();
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        (await SweepAsync(host)).DataSets.Single().Reason.ShouldBe(SweepReasons.JournalBehindWitness);
        Ids().ShouldBe(["2", "3", "4", "5"]);

        (await host.GetRequiredService<Sweep>().AcknowledgeRestoreAsync("data-protection-officer")).ShouldBeTrue();

        var replay = host.GetRequiredService<SourceReplay>();
        (await replay.FindReturnedAsync("crm")).Single().ShouldSatisfyAllConditions(
            found => found.DataSet.ShouldBe(Shop.Customers), found => found.NativeKeys.ShouldBe(["2", "3"], ignoreOrder: true),
            found => found.ToString().ShouldBe("2 of crm.customers"));
        (await SweepAsync(host)).IsComplete.ShouldBeTrue();
        Ids().ShouldBe(["2", "4", "5"], "what is due goes by the rules, what was erased by a request that is lost does not");
        (await replay.ListAsync()).Single().ShouldSatisfyAllConditions(
            waiting => waiting.Waiting.ShouldBe([Shop.Customers]), waiting => waiting.Returned.ShouldBe([Shop.Customers]));
        (await DecideAsync(host)).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.ReplayPending);

        (await replay.EraseReturnedAsync("crm", "data-protection-officer")).ShouldBe(1);
        (await SweepAsync(host)).IsComplete.ShouldBeTrue();

        Ids().ShouldBe(["4", "5"]);
        (await replay.ListAsync()).ShouldBeEmpty();
        (await DecideAsync(host)).Reasons.ShouldNotContain(reason => reason.Code == ProcessingReasons.ReplayPending);
        (await replay.EraseReturnedAsync("crm", "data-protection-officer")).ShouldBe(0);
        await host.GetRequiredService<JournalCheckpoints>().MakeAsync(CancellationToken.None);
        (await host.GetRequiredService<JournalVerifier>().VerifyAsync(CancellationToken.None)).IsIntact.ShouldBeTrue();
    }

    [Fact]
    public async Task A_hold_keeps_what_came_back()
    {
        await LoseAsync();
        await using var host = Open();
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        await host.GetRequiredService<Sweep>().AcknowledgeRestoreAsync("data-protection-officer");
        var scope = new HoldScope { DataSets = new HashSet<string> { Shop.Customers }, Records = new HashSet<string> { "2" } };
        var hold = await host.GetRequiredService<LegalHolds>().PlaceAsync(
            new HoldTerms("matter", "reason", "approver", new LocalDate(2026, 6, 1), new LocalDate(2026, 9, 1), scope));
        hold.Phase.ShouldBe(HoldPhase.Placed);

        await host.GetRequiredService<SourceReplay>().EraseReturnedAsync("crm", "data-protection-officer");
        await SweepAsync(host);

        Ids().ShouldBe(["2", "4", "5"]);
        (await host.GetRequiredService<SourceReplay>().ListAsync()).ShouldBeEmpty("everything was decided");
        await host.GetRequiredService<LegalHolds>().ReleaseAsync(hold.Id, "legal");
        await SweepAsync(host);
        Ids().ShouldBe(["4", "5"], "what waited for the hold wakes up");
    }

    [Fact]
    public async Task Somebody_may_answer_for_it_that_they_stay()
    {
        await LoseAsync();
        await using var host = Open();
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        await host.GetRequiredService<Sweep>().AcknowledgeRestoreAsync("data-protection-officer");
        await SweepAsync(host);

        (await host.GetRequiredService<SourceReplay>().AcknowledgeAsync("crm", "data-protection-officer")).ShouldBeTrue();

        (await host.GetRequiredService<SourceReplay>().ListAsync()).ShouldBeEmpty();
        await SweepAsync(host);
        Ids().ShouldBe(["2", "4", "5"]);
    }

    [Fact]
    public async Task A_record_whose_key_had_been_used_before_the_backup_is_nobody_who_came_back()
    {
        // Disposed of before the backup, under a key that its customer uses again since.
        await LoseAsync(beforeBackup: () => _database.Run("INSERT INTO customers VALUES (1, 's1', 'A again', '2026-06-01')"));
        await using var host = Open();
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        await host.GetRequiredService<Sweep>().AcknowledgeRestoreAsync("data-protection-officer");

        (await host.GetRequiredService<SourceReplay>().FindReturnedAsync("crm")).Single().NativeKeys.ShouldBe(["2", "3"], ignoreOrder: true);
        await host.GetRequiredService<SourceReplay>().EraseReturnedAsync("crm", "data-protection-officer");
        await SweepAsync(host);

        Ids().ShouldBe(["1", "4", "5"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_granted_to_be_erased_again_is_asked_about_once_more_where_the_data_is_restored_once_more(bool wasErased)
    {
        await LoseAsync();
        await using (var host = Open())
        {
            await host.GetRequiredService<GdprWork>().PrepareAsync();
            await host.GetRequiredService<Sweep>().AcknowledgeRestoreAsync("data-protection-officer");
            (await host.GetRequiredService<SourceReplay>().EraseReturnedAsync("crm", "data-protection-officer")).ShouldBe(2);
            if (wasErased)
            {
                await SweepAsync(host);
                Ids().ShouldBe(["4", "5"]);
                (await host.GetRequiredService<SourceReplay>().ListAsync()).ShouldBeEmpty();
            }
        }

        SqliteConnection.ClearAllPools();
        Copy(_database.File + ".backup", _database.File);
        await using var next = Open();
        await next.GetRequiredService<GdprWork>().PrepareAsync();
        await SweepAsync(next);
        Ids().ShouldBe(["2", "4", "5"]);

        var replay = next.GetRequiredService<SourceReplay>();
        (await replay.ListAsync()).Single().Returned.ShouldBe([Shop.Customers]);
        (await replay.FindReturnedAsync("crm")).Single().NativeKeys.ShouldBe(["2"]);
        await replay.EraseReturnedAsync("crm", "data-protection-officer");
        await SweepAsync(next);
        Ids().ShouldBe(["4", "5"]);
        (await replay.ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_came_back_of_a_data_set_that_is_called_otherwise_by_now_is_left_to_people()
    {
        await LoseAsync();
        await using var host = Open(isRenamed: true);
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        (await host.GetRequiredService<Sweep>().AcknowledgeRestoreAsync("data-protection-officer")).ShouldBeTrue();
        var (sweep, replay) = (host.GetRequiredService<Sweep>(), host.GetRequiredService<SourceReplay>());
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
        (await SweepAsync(host)).IsComplete.ShouldBeTrue();

        var returned = (await replay.FindReturnedAsync("crm")).Single();
        (returned.NativeKeys.Count, returned.OfUnknownDataSets).ShouldBe((0, 2), "a number of the one data set is as good as any other's");
        (await replay.EraseReturnedAsync("crm", "data-protection-officer")).ShouldBe(0);
        (await SweepAsync(host)).IsComplete.ShouldBeTrue();
        Ids().ShouldBe(["2", "4", "5"]);
        (await replay.ListAsync()).Count.ShouldBe(1);

        (await replay.AcknowledgeAsync("crm", "data-protection-officer")).ShouldBeTrue();
        (await SweepAsync(host)).IsComplete.ShouldBeTrue();
        (await replay.ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_mark_of_what_was_granted_that_somebody_deletes_is_asked_for_again()
    {
        await LoseAsync();
        await using var host = Open();
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        await host.GetRequiredService<Sweep>().AcknowledgeRestoreAsync("data-protection-officer");
        await host.GetRequiredService<SourceReplay>().EraseReturnedAsync("crm", "data-protection-officer");
        _database.Run("DELETE FROM gdpr_mark");

        await SweepAsync(host);

        (await host.GetRequiredService<SourceReplay>().ListAsync()).Single().Returned.ShouldBe([Shop.Customers]);
        (await host.GetRequiredService<SourceReplay>().FindReturnedAsync("crm")).Single().NativeKeys.ShouldBe(["2"]);
    }

    [Fact]
    public async Task A_host_without_the_source_cannot_acknowledge_a_restore_of_it()
    {
        await LoseAsync();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddGdpr(gdpr => gdpr.UsePolicy(Policy).UseSqlite($"Data Source={StoresFile}").UseKeyRing("test", _ => Database.Keys).UseWitness("test", _ => _witness));
        await using (var office = services.BuildServiceProvider())
        {
            var refused = await Should.ThrowAsync<RestoredElsewhereException>(() => office.GetRequiredService<Sweep>().AcknowledgeRestoreAsync("data-protection-officer"));
            refused.Message.ShouldContain(Shop.Customers);
        }

        await using var host = Open();
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        (await host.GetRequiredService<Sweep>().AcknowledgeRestoreAsync("data-protection-officer")).ShouldBeTrue();
        (await host.GetRequiredService<SourceReplay>().ListAsync()).Select(one => one.Name).ShouldBe(["crm"]);
    }

    [Fact]
    public async Task Where_all_that_came_back_is_due_nobody_is_asked()
    {
        await LoseAsync(erases: false);
        await using var host = Open();
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        await host.GetRequiredService<Sweep>().AcknowledgeRestoreAsync("data-protection-officer");
        (await host.GetRequiredService<SourceReplay>().ListAsync()).ShouldNotBeEmpty();

        await SweepAsync(host);

        Ids().ShouldBe(["2", "4", "5"]);
        (await host.GetRequiredService<SourceReplay>().ListAsync()).ShouldBeEmpty();
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _database.Dispose();
    }

    /// <summary>Sweeps, takes a backup of everything but the witness, goes on for two days, and restores it.</summary>
    private async Task LoseAsync(Action? beforeBackup = null, bool erases = true)
    {
        var backup = _database.File + ".backup";
        await using (var host = Open())
        {
            var sweep = host.GetRequiredService<Sweep>();
            await host.GetRequiredService<GdprWork>().PrepareAsync();
            await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
            (await SweepAsync(host)).DataSets.Single().Done.Records.ShouldBe(1);
            beforeBackup?.Invoke();
            Copy(_database.File, backup);
            Copy(StoresFile, backup + ".stores");

            _clock.Advance(Duration.FromDays(2));
            if (erases)
            {
                var person = await host.GetRequiredService<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("s2")));
                await host.GetRequiredService<DataSubjectRequests>().ReceiveAsync(
                    new RequestIntake(DataSubjectRight.Objection, person) { ReceivedAt = _clock.GetCurrentInstant(), IsMarketing = true });
            }

            (await SweepAsync(host)).IsComplete.ShouldBeTrue();
            await host.GetRequiredService<JournalCheckpoints>().MakeAsync(CancellationToken.None);
        }

        SqliteConnection.ClearAllPools();
        Copy(backup, _database.File);
        Copy(backup + ".stores", StoresFile);
    }

    private static Task<SweepResult> SweepAsync(ServiceProvider host) => host.GetRequiredService<Sweep>().RunAsync();

    private static async Task<ProcessingDecision> DecideAsync(ServiceProvider host) => await host.GetRequiredService<IProcessingGate>().DecideAsync(
        await host.GetRequiredService<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("s4"))), "direct-marketing");

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

    private IReadOnlyList<string> Ids() => _database.Rows("SELECT id FROM customers ORDER BY id");

    private ServiceProvider Open(bool isRenamed = false)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(isRenamed ? Renamed : Policy)
            .UseSqlite($"Data Source={StoresFile}")
            .UseKeyRing("test", _ => Database.Keys)
            .UseWitness("test", _ => _witness)
            .AddSqlSource("crm", _database.ConnectionString, map => _ = isRenamed
                ? map.DataSet("crm.clients", set => set.Table("customers")) : map.DataSet(Shop.Customers)));
        return services.BuildServiceProvider();
    }
}
