using System.Text.Json;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.PostgreSql.Sources;
using Gdpr.PostgreSql.Stores;
using Gdpr.PostgresServer;
using Gdpr.Relational;
using Gdpr.Relational.Mapping;
using Gdpr.Retention;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>A sweep over PostgreSQL, stores and data, that fails at each of its steps: another node leaves what an uninterrupted one leaves, exactly.</summary>
public sealed class FaultTests
{
    private const int BatchSize = 3;

    // By this rule and that, with rows that go along, in parts, and in one statement.
    private const string Policy = """
        { "policy": "shop", "version": "1", "effective": "2020-01-01",
          "controllers": { "us": { "name": "Us", "country": "SE", "timeZone": "Europe/Stockholm", "authority": "IMY", "contact": "privacy@us.example" } },
          "systems": { "crm": { "dataSets": {
            "people": { "subject": "customer", "triggers": { "closed": { "whenNull": "unknown" }, "booked": { "whenNull": "unknown" } },
              "fields": { "name": "identity.name", "email": "contact.email" } },
            "visits": { "subject": "customer", "triggers": { "day": { "whenNull": "unknown" } }, "fields": { "page": "identity.name" } } } } },
          "activities": {
            "service": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.people"], "retention": { "keep": "P3M", "after": "closed" } },
            "books": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.people.name"], "retention": { "keep": "P7Y", "after": "booked" } },
            "visits": { "purpose": "service-provision", "basis": { "contract": {} }, "data": ["crm.visits"], "retention": { "keep": "P3M", "after": "day" } } } }
        """;

    private static readonly string[] Tables =
    [
        "CREATE TABLE people (id integer PRIMARY KEY, subject text, closed date, booked date, name text, email text)",
        "CREATE TABLE calls (person integer REFERENCES people)", "CREATE INDEX ON calls (person)",
        "CREATE TABLE visits (id integer PRIMARY KEY, subject text, day date, page text)", "CREATE INDEX ON visits (day)",
        "INSERT INTO people VALUES (0, 'held', '2020-01-01', '2010-01-01', 'H', 'h')", "INSERT INTO visits VALUES (0, 'held', '2020-01-01', 'H')",
    ];

    private static readonly InMemoryKeyRing Keys = InMemoryKeyRing.WithRandomKey();

    [PostgresTheory]
    [InlineData(FaultMoment.Before)]
    [InlineData(FaultMoment.After)]
    public async Task Whatever_step_fails_another_node_leaves_what_an_uninterrupted_run_leaves(FaultMoment moment)
    {
        await using var database = await SourceDatabase.CreateAsync(Tables);
        var clock = new SettableClock(Instant.FromUtc(2026, 6, 15, 12, 0));
        await using var stores = new PostgreSqlStores(database.ConnectionString);
        await using var other = new Node(database, stores, clock, new FaultPoints());
        await other.Work.PrepareAsync();
        (await other.HoldAsync("held")).Phase.ShouldBe(HoldPhase.Placed);

        var (calls, records) = (0, 0L);
        for (var step = 0; step <= calls; step++)
        {
            await FillAsync(database, step + 1);
            var faults = new FaultPoints();
            await using (var node = new Node(database, stores, clock, faults))
            {
                await node.Work.PrepareAsync();
                faults.Reset();
                if (step > 0)
                {
                    // Every other time it goes on, and only this call has failed.
                    faults.FailAt(step, moment, staysDown: step % 2 == 0 == (moment == FaultMoment.Before));
                }

                await node.Sweep.RunAsync();
                calls = step == 0 ? faults.Calls.Count : calls;
            }

            // Whoever died has lost its lease by now.
            clock.Advance(Duration.FromSeconds(21));
            var because = $"step {step} of {calls}";
            (await other.Sweep.RunAsync()).DataSets.ShouldAllBe(dataSet => dataSet.Status == SweepStatus.Completed, because);

            records += 13;
            (await database.RowsAsync("SELECT id, coalesce(name, '-'), coalesce(email, '-') FROM people WHERE subject <> 'kept' ORDER BY id"))
                .ShouldBe(["0|H|h", .. Enumerable.Range(1, step + 1).Select(round => $"{round * 100}|B|-")], because);
            (await database.RowsAsync("SELECT id FROM visits WHERE subject <> 'kept'")).ShouldBe(["0"], because);
            (await database.RowsAsync("SELECT count(*) FROM calls")).ShouldBe(["0"], because);
            (await database.RowsAsync("SELECT count(*), count(DISTINCT record) FROM gdpr.gdpr_evidence_record WHERE batch > 0")).ShouldBe([$"{records}|{records}"], because);
        }

        calls.ShouldBeGreaterThan(30);
        (await database.RowsAsync("SELECT count(*) FROM people WHERE subject = 'kept' UNION ALL SELECT count(*) FROM visits WHERE subject = 'kept'"))
            .ShouldBe([$"{calls + 1}", $"{calls + 1}"]);
        await other.Work.RunDueAsync(clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        await ShouldBeWholeAsync(other, records);
    }

    /// <summary>Six people who go whole, one of whom the address goes, and six visits; one of each is kept.</summary>
    private static Task FillAsync(SourceDatabase database, int round) => database.RunAsync(
        $"INSERT INTO people SELECT {round * 100} + i, 's' || i, '2020-01-01', '2010-01-01', 'A', 'a' FROM generate_series(1, 6) i",
        $"INSERT INTO people VALUES ({round * 100}, 's', '2020-01-01', '2026-01-01', 'B', 'b'), ({(round * 100) + 50}, 'kept', '2026-06-01', '2026-01-01', 'C', 'c')",
        $"INSERT INTO calls SELECT {round * 100} + i / 2 FROM generate_series(2, 8) i",
        $"INSERT INTO visits SELECT {round * 100} + i, 's' || i, '2020-01-01', 'P' FROM generate_series(1, 6) i",
        $"INSERT INTO visits VALUES ({(round * 100) + 50}, 'kept', '2026-06-01', 'P')");

    /// <summary>The journal verifies, every plan is closed, and its batches have as many records as there is evidence of.</summary>
    private static async Task ShouldBeWholeAsync(Node node, long records)
    {
        (await node.Verifier.VerifyAsync(CancellationToken.None)).Faults.ShouldBeEmpty();
        var (journalled, open) = (0L, new HashSet<string>(StringComparer.Ordinal));
        await foreach (var entry in node.Journal.ReadAllAsync(0, CancellationToken.None))
        {
            using var json = JsonDocument.Parse(entry.Content.Data);
            switch (entry.Content.Type)
            {
                case "disposal-planned":
                    open.Add(entry.Stream).ShouldBeTrue();
                    break;
                case "disposal-batch":
                    journalled += new[] { "erased", "fieldsErased", "anonymised" }.Sum(kind => json.RootElement.GetProperty(kind).GetInt32());
                    break;
                case "disposal-completed" or "disposal-interrupted" or "disposal-failed":
                    open.Remove(entry.Stream).ShouldBeTrue();
                    break;
            }
        }

        open.ShouldBeEmpty();
        journalled.ShouldBe(records);
    }

    /// <summary>A node: a container over the shared database, all of whose calls to stores and source are counted.</summary>
    private sealed class Node : IAsyncDisposable
    {
        private readonly ServiceProvider _provider;

        public Node(SourceDatabase database, PostgreSqlStores stores, SettableClock clock, FaultPoints faults)
        {
            var services = new ServiceCollection();
            services.AddSingleton<TimeProvider>(clock);
            services.AddGdpr(gdpr => gdpr
                .UsePolicyJson(Policy)
                .UseJournalStore("shared", _ => faults.Around(stores.Journal))
                .UseSubjectVault("shared", _ => faults.Around(stores.Vault))
                .UseStateStore("shared", _ => faults.Around(stores.State))
                .UseKeyRing("shared", _ => Keys)
                .ConfigureSweep(options => (options.BatchSize, options.RequireApproval) = (BatchSize, false))
                .AddSource(_ => faults.Around(new SqlSource("crm", new PostgreSqlDatabase(database.ConnectionString), SqlMapping.Build(map => map
                    .DataSet("crm.people", people => people.Child("calls", "person", "id")).DataSet("crm.visits"))))));
            _provider = services.BuildServiceProvider();
        }

        public GdprWork Work => _provider.GetRequiredService<GdprWork>();

        public Sweep Sweep => _provider.GetRequiredService<Sweep>();

        public IJournalStore Journal => _provider.GetRequiredService<IJournalStore>();

        public JournalVerifier Verifier => new(Journal, Keys, vault: _provider.GetRequiredService<ISubjectVault>());

        public Task<HeldStatus> HoldAsync(string subject) => _provider.GetRequiredService<LegalHolds>().PlaceAsync(new HoldTerms(
            "matter", "a claim", "legal", new LocalDate(2026, 6, 15), new LocalDate(2026, 7, 15), new HoldScope { Subjects = new HashSet<string> { subject } }));

        public ValueTask DisposeAsync() => _provider.DisposeAsync();
    }
}
