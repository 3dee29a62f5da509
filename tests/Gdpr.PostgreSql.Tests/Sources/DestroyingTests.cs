using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.PostgresServer;
using Gdpr.Processing;
using Gdpr.Retention;
using Gdpr.Rights;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>What must not be destroyed, or must not come back, when a server fails or is restored.</summary>
public sealed class DestroyingTests
{
    private const string Customers = "crm.customers";
    private const string Table = "CREATE TABLE customers (id integer PRIMARY KEY, subject text, name text, contract_ended date)";

    private const string Web = """
        , "web": { "dataSets": { "visits": { "subject": "customer", "triggers": { "day": { "whenNull": "unknown" } }, "fields": { "page": "identity.name" } } } }
        """;

    private const string Visits = """
        , "visits": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["web.visits"], "retention": { "keep": "P3M", "after": "day" } }
        """;

    private readonly SettableClock _clock = new(Instant.FromUtc(2026, 6, 15, 12, 0));
    private readonly InMemoryJournalWitness _witness = new();

    // The table of holds is not there, is another than it was, or cannot be read in time.
    [PostgresTheory]
    [InlineData("ALTER TABLE gdpr.gdpr_block RENAME TO gdpr_block_away", "ALTER TABLE gdpr.gdpr_block_away RENAME TO gdpr_block")]
    [InlineData("ALTER TABLE gdpr.gdpr_block RENAME COLUMN key TO key_away", "ALTER TABLE gdpr.gdpr_block RENAME COLUMN key_away TO key")]
    [InlineData("BEGIN; LOCK TABLE gdpr.gdpr_block IN ACCESS EXCLUSIVE MODE", "ROLLBACK")]
    public async Task A_look_up_of_holds_that_fails_destroys_nothing(string breaks, string mends)
    {
        await using var database = await SourceDatabase.CreateAsync(
            Table, "INSERT INTO customers SELECT i, 's' || i, 'Name', '2020-01-01' FROM generate_series(1, 10) i");
        await using var host = Host(database, timeout: 2);
        await ApproveAsync(host);
        var today = _clock.GetCurrentInstant().InUtc().Date;
        var scope = new HoldScope { DataSets = new HashSet<string> { Customers }, Records = new HashSet<string> { "9" } };
        var terms = new HoldTerms("matter", "a claim", "legal", today, today.PlusMonths(1), scope);
        (await host.GetRequiredService<LegalHolds>().PlaceAsync(terms)).Phase.ShouldBe(HoldPhase.Placed);
        await using var breaking = await database.OpenAsync();
        var isBroken = false;

        var outcome = await SweepAsync(host, new Progress(() =>
        {
            if (!isBroken)
            {
                isBroken = true;
                Run(breaking, breaks);
            }
        }));

        outcome.Status.ShouldNotBe(SweepStatus.Completed);
        (await database.RowsAsync("SELECT count(*) FROM customers")).ShouldBe(["8"], "the first batch had been carried out");
        Run(breaking, mends);
        _clock.Advance(Duration.FromMinutes(10));
        (await SweepAsync(host)).Status.ShouldBe(SweepStatus.Completed);
        (await database.RowsAsync("SELECT id FROM customers")).ShouldBe(["9"]);
    }

    [PostgresFact]
    public async Task Where_one_of_two_servers_is_down_nothing_says_that_all_is_done_and_it_is_done_later()
    {
        await using var database = await SourceDatabase.CreateAsync(Table, "INSERT INTO customers VALUES (1, 's1', 'A', '2020-01-01')");
        await using var web = await SourceDatabase.CreateAsync(
            "CREATE TABLE visits (id integer PRIMARY KEY, subject text, day date, page text)", "INSERT INTO visits VALUES (1, 's1', '2020-01-01', 'P')");
        await using var host = Host(database, web);
        await ApproveAsync(host);
        await CloseAsync(web, database);

        var result = await host.GetRequiredService<Sweep>().RunAsync();

        result.IsComplete.ShouldBeFalse();
        result.DataSets.Select(outcome => $"{outcome.DataSet} {outcome.Status}").Order(StringComparer.Ordinal)
            .ShouldBe(["crm.customers Completed", "web.visits NotReached"]);
        (await database.RowsAsync("SELECT count(*) FROM customers")).ShouldBe(["0"]);
        await database.RunAsync($"ALTER DATABASE {NameOf(web)} ALLOW_CONNECTIONS true");
        (await web.RowsAsync("SELECT count(*) FROM visits")).ShouldBe(["1"]);
        _clock.Advance(Duration.FromMinutes(10));
        (await host.GetRequiredService<Sweep>().RunAsync()).IsComplete.ShouldBeTrue();
        (await web.RowsAsync("SELECT count(*) FROM visits")).ShouldBe(["0"]);
    }

    [PostgresFact]
    public async Task What_a_restored_backup_brings_back_is_not_used_and_goes_again()
    {
        await using var server = await SourceDatabase.CreateAsync();
        await using var database = await SourceDatabase.CreateAsync(
            Table, "INSERT INTO customers VALUES (1, 's1', 'A', '2020-01-01'), (2, 's2', 'B', '2026-06-01'), (3, 's3', 'C', '2026-03-16'), (4, 's4', 'D', '2026-06-01')");
        var (name, backup) = (NameOf(database), NameOf(database) + "_backup");
        await using (var host = Host(database))
        {
            await ApproveAsync(host);
            (await SweepAsync(host)).Done.Records.ShouldBe(1);
        }

        await CloseAsync(database, server);
        await server.RunAsync($"CREATE DATABASE {backup} TEMPLATE {name}", $"ALTER DATABASE {name} ALLOW_CONNECTIONS true");
        await using (var host = Host(database))
        {
            _clock.Advance(Duration.FromDays(2));
            var person = await host.GetRequiredService<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("s2")));
            await host.GetRequiredService<DataSubjectRequests>().ReceiveAsync(
                new RequestIntake(DataSubjectRight.Objection, person) { ReceivedAt = _clock.GetCurrentInstant(), IsMarketing = true });
            (await SweepAsync(host)).Status.ShouldBe(SweepStatus.Completed);
            (await IdsAsync(database)).ShouldBe(["4"]);
            await host.GetRequiredService<JournalCheckpoints>().MakeAsync(CancellationToken.None);
        }

        await CloseAsync(database, server);
        await server.RunAsync($"DROP DATABASE {name}", $"CREATE DATABASE {name} TEMPLATE {backup}", $"DROP DATABASE {backup}");
        await using var restored = Host(database);
        (await SweepAsync(restored)).Reason.ShouldBe(SweepReasons.JournalBehindWitness);
        (await IdsAsync(database)).ShouldBe(["2", "3", "4"]);

        (await restored.GetRequiredService<Sweep>().AcknowledgeRestoreAsync("data-protection-officer")).ShouldBeTrue();
        var replay = restored.GetRequiredService<SourceReplay>();
        (await replay.FindReturnedAsync("crm")).Single().NativeKeys.ShouldBe(["2", "3"], ignoreOrder: true);
        (await DecideAsync(restored)).Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.ReplayPending);
        (await SweepAsync(restored)).Status.ShouldBe(SweepStatus.Completed);
        (await IdsAsync(database)).ShouldBe(["2", "4"], "what is due goes by the rules, what was erased by a request that is lost waits");

        (await replay.EraseReturnedAsync("crm", "data-protection-officer")).ShouldBe(1);
        (await SweepAsync(restored)).Status.ShouldBe(SweepStatus.Completed);
        (await IdsAsync(database)).ShouldBe(["4"]);
        (await replay.ListAsync()).ShouldBeEmpty();
        (await DecideAsync(restored)).Reasons.ShouldNotContain(reason => reason.Code == ProcessingReasons.ReplayPending);
    }

    private static GdprPolicy Policy(bool hasWeb) => PolicyReader.Parse($$"""
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": {
            "crm": { "backup": { "keep": "P35D" }, "dataSets": { "customers": { "subject": "customer",
              "triggers": { "contract-ended": { "whenNull": "unknown" } }, "fields": { "name": "identity.name" } } } }
            {{(hasWeb ? Web : "")}} },
          "activities": {
            "offers": { "purpose": "direct-marketing", "basis": { "legitimateInterest": { "interest": "Sales", "assessment": "weighing" } },
              "data": ["crm.customers"], "retention": { "keep": "P3M", "after": "contract-ended" } }
            {{(hasWeb ? Visits : "")}} },
          "assessments": { "weighing": { "kind": "legitimateInterest", "necessity": "Needed", "balance": "Weighed", "on": "2026-01-01", "nextReview": "2027-01-01" } } }
        """);

    private static Task<IReadOnlyList<string>> IdsAsync(SourceDatabase database) => database.RowsAsync("SELECT id FROM customers ORDER BY id");

    private static string NameOf(SourceDatabase database) => new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!;

    /// <summary>Lets nobody into a database, and has everybody out who is there.</summary>
    private static async Task CloseAsync(SourceDatabase database, SourceDatabase other)
    {
        await other.RunAsync(
            $"ALTER DATABASE {NameOf(database)} ALLOW_CONNECTIONS false",
            $"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{NameOf(database)}'");
        NpgsqlConnection.ClearAllPools();
    }

    private static void Run(NpgsqlConnection connection, string statement)
    {
        using var command = new NpgsqlCommand(statement, connection);
        command.ExecuteNonQuery();
    }

    private static async Task ApproveAsync(ServiceProvider host)
    {
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        var sweep = host.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
    }

    private static async Task<DataSetOutcome> SweepAsync(ServiceProvider host, IProgress<SweepProgress>? progress = null) =>
        (await host.GetRequiredService<Sweep>().RunAsync(progress)).DataSets.Single(outcome => outcome.DataSet == Customers);

    private static async Task<ProcessingDecision> DecideAsync(ServiceProvider host) => await host.GetRequiredService<IProcessingGate>().DecideAsync(
        await host.GetRequiredService<SubjectDirectory>().RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost("s4"))), "direct-marketing");

    private ServiceProvider Host(SourceDatabase database, SourceDatabase? web = null, int timeout = 30)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddGdpr(gdpr =>
        {
            gdpr.UsePolicy(Policy(web is not null)).UsePostgreSql(database.ConnectionString)
                .UseKeyRing("test", _ => SourceDatabase.Keys).UseWitness("test", _ => _witness)
                .ConfigureSweep(options => options.BatchSize = 2)
                .AddPostgreSqlSource("crm", $"{database.ConnectionString};Command Timeout={timeout}", map => map.DataSet(Customers));
            if (web is not null)
            {
                gdpr.AddPostgreSqlSource("web", web.ConnectionString, map => map.DataSet("web.visits"));
            }
        });
        return services.BuildServiceProvider();
    }

    /// <summary>Reports where it is called, and not later on another thread.</summary>
    private sealed class Progress(Action action) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => action();
    }
}
