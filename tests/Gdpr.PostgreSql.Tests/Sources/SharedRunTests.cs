using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.PostgreSql.Stores;
using Gdpr.PostgresServer;
using Gdpr.Retention;
using Gdpr.Sqlite.Tests.Sources;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace Gdpr.PostgreSql.Tests.Sources;

/// <summary>Several nodes sweep one database at once, each with a container, connections and a clock of its own.</summary>
public sealed class SharedRunTests
{
    private const string Table = "CREATE TABLE customers (id integer PRIMARY KEY, subject text, name text, contract_ended date); CREATE INDEX ON customers (contract_ended)";

    private static readonly InMemoryKeyRing Keys = InMemoryKeyRing.WithRandomKey();

    [PostgresFact]
    public async Task Three_sweeps_at_once_dispose_of_each_record_once_in_one_run()
    {
        const int Due = 120_000;
        await using var database = await SourceDatabase.CreateAsync(Table, Fill(Due, kept: 1_000));
        await using var first = new Node(database, batchSize: 50_000);
        await using var second = new Node(database, batchSize: 50_000);
        await using var third = new Node(database, batchSize: 50_000);
        await first.ApproveAsync();

        // The others join while the first is between its first two batches, so that they find its run.
        Task<SweepResult[]>? others = null;
        var result = await first.SweepAsync(new Progress(() => others ??= Task.WhenAll(second.SweepAsync(), third.SweepAsync())));
        DataSetOutcome[] outcomes = [.. (await others!).Prepend(result).Select(found => found.DataSets.Single())];

        outcomes.Select(outcome => $"{outcome.Status} {outcome.Reason} {outcome.Detail}").ShouldAllBe(text => text.Trim() == "Completed");
        outcomes.Select(outcome => outcome.Run).Distinct().Count().ShouldBe(1);
        outcomes.Select(outcome => outcome.Plan).ShouldBeUnique();
        outcomes.Sum(outcome => outcome.Done.Records).ShouldBe(Due);
        (await database.RowsAsync("SELECT count(*) FROM customers")).ShouldBe(["1000"]);
        (await database.RowsAsync("SELECT count(*), count(DISTINCT record) FROM gdpr.gdpr_evidence_record")).ShouldBe([$"{Due}|{Due}"]);
        (await first.Work.RunDueAsync(Shop.Now, TimeSpan.Zero)).Steps.ShouldAllBe(step => step.Reason == null || step.Reason == SweepReasons.Budget);
    }

    [PostgresFact]
    public async Task A_hold_that_arrives_during_a_sweep_of_two_nodes_is_granted_with_its_records_there_or_refused_because_one_is_gone()
    {
        const int Due = 400;
        await using var database = await SourceDatabase.CreateAsync(Table, Fill(Due, kept: 0));

        // They wait for each other, and so does the time.
        var time = new RunningTime();
        await using var first = new Node(database, batchSize: 5, time: time);
        await using var second = new Node(database, batchSize: 7, time: time);
        await using var lawyer = new Node(database, batchSize: 1, time: time);
        await first.ApproveAsync();
        await lawyer.Work.PrepareAsync();

        // Both stop after their first batch until two holds have arrived, one for a record that is gone and one for another: so both answers are seen whoever is faster.
        using var begun = new CountdownEvent(2);
        using var arrived = new ManualResetEventSlim();
        var sweeps = new[] { first, second }.Select(node =>
        {
            var isFirst = true;
            return Task.Run(() => node.SweepAsync(new Progress(() =>
            {
                if (isFirst)
                {
                    isFirst = false;
                    begun.Signal();
                    arrived.Wait();
                }
            })));
        }).ToArray();
        begun.Wait(TimeSpan.FromMinutes(2)).ShouldBeTrue();
        var left = (await database.RowsAsync("SELECT id FROM customers")).Select(int.Parse).ToArray();
        left.Length.ShouldBe(Due - 12);
        int[] late = [.. Enumerable.Range(0, 20).Select(i => Due - (i * 19)).Intersect(left)];
        var (gone, kept) = (Enumerable.Range(1, Due).Except(left).First(), left.Except(late).First());
        var holds = new List<(int Id, HoldPhase Phase)> { (gone, (await lawyer.HoldAsync(gone)).Phase), (kept, (await lawyer.HoldAsync(kept)).Phase) };
        arrived.Set();
        holds.Select(hold => hold.Phase).ShouldBe([HoldPhase.Refused, HoldPhase.Placed]);
        foreach (var id in late)
        {
            holds.Add((id, (await lawyer.HoldAsync(id)).Phase));
        }

        (await Task.WhenAll(sweeps)).ShouldAllBe(result => result.DataSets[0].Status == SweepStatus.Completed);

        holds.ShouldAllBe(hold => hold.Phase == HoldPhase.Placed || hold.Phase == HoldPhase.Refused);
        var there = holds.Where(hold => hold.Phase == HoldPhase.Placed).Select(hold => $"{hold.Id}").Order(StringComparer.Ordinal);
        (await database.RowsAsync("SELECT id FROM customers")).Order(StringComparer.Ordinal).ShouldBe(there);
        (await database.RowsAsync("SELECT count(*), count(DISTINCT record) FROM gdpr.gdpr_evidence_record"))
            .ShouldBe([$"{Due - there.Count()}|{Due - there.Count()}"]);
    }

    [PostgresFact]
    public async Task A_worker_that_dies_within_a_batch_loses_nothing_and_its_plan_is_closed_once_its_lease_has_ended()
    {
        await using var database = await SourceDatabase.CreateAsync(Table, Fill(300, kept: 10));
        var faults = new FaultPoints();
        await using var dying = new Node(database, batchSize: 100, faults, application: "dying");
        await using var other = new Node(database, batchSize: 100);
        await other.ApproveAsync();

        // It is stopped between the deletion and the evidence, in the second batch; then its backend goes, and whatever it calls fails, as if it were gone itself.
        await using var stopping = await database.OpenAsync();
        var stop = default(NpgsqlTransaction);
        var sweeping = dying.SweepAsync(new Progress(() =>
        {
            if (stop is null)
            {
                stop = stopping.BeginTransaction();
                using var command = new NpgsqlCommand("LOCK TABLE gdpr.gdpr_evidence IN SHARE MODE", stopping, stop);
                command.ExecuteNonQuery();
            }
        }));
        var backend = "";
        while (backend.Length == 0 && !sweeping.IsCompleted)
        {
            backend = (await database.RowsAsync("SELECT pid FROM pg_stat_activity WHERE application_name = 'dying' AND wait_event_type = 'Lock'")).SingleOrDefault() ?? "";
        }

        faults.FailAt(faults.Calls.Count + 1, FaultMoment.Before, staysDown: true);
        await database.RunAsync($"SELECT pg_terminate_backend({backend})");
        (await sweeping).DataSets[0].Status.ShouldNotBe(SweepStatus.Completed);
        await stop!.RollbackAsync();
        (await database.RowsAsync("SELECT count(*) FROM customers")).ShouldBe(["210"]);

        other.Clock.Advance(Duration.FromSeconds(10));
        (await other.SweepAsync()).DataSets[0].Status.ShouldBe(SweepStatus.Completed);
        (await database.RowsAsync("SELECT count(*) FROM customers")).ShouldBe(["10"]);
        (await database.RowsAsync("SELECT count(*), count(DISTINCT record) FROM gdpr.gdpr_evidence_record")).ShouldBe(["300|300"]);
        (await EndsAsync(database)).ShouldBe(["open 1", "disposal-completed 2"]);

        other.Clock.Advance(Duration.FromSeconds(11));
        await other.Work.RunDueAsync(other.Clock.GetCurrentInstant(), TimeSpan.FromMinutes(1));
        (await EndsAsync(database))[..2].ShouldBe(["disposal-interrupted 1", "disposal-completed 2"]);
    }

    private static string Fill(int due, int kept) =>
        $"INSERT INTO customers SELECT i, 's' || i, 'Name', DATE '2026-03-14' - i % 1000 FROM generate_series(1, {due}) i; "
        + $"INSERT INTO customers SELECT {due} + i, 's' || i, 'Name', DATE '2026-03-15' + i % 60 FROM generate_series(1, {kept}) i; ANALYZE customers";

    /// <summary>How each plan ended, in the order in which they began, and how many batches the journal has of it.</summary>
    private static async Task<string[]> EndsAsync(SourceDatabase database)
    {
        await using var stores = new PostgreSqlStores(database.ConnectionString);
        var plans = new List<(string Stream, string End, int Batches)>();
        await foreach (var entry in stores.Journal.ReadAllAsync(0, CancellationToken.None))
        {
            var at = plans.FindIndex(plan => plan.Stream == entry.Stream);
            if (entry.Content.Type == "disposal-planned")
            {
                plans.Add((entry.Stream, "open", 0));
            }
            else if (at >= 0)
            {
                plans[at] = entry.Content.Type == "disposal-batch" ? plans[at] with { Batches = plans[at].Batches + 1 } : plans[at] with { End = entry.Content.Type };
            }
        }

        return [.. plans.Select(plan => $"{plan.End} {plan.Batches}")];
    }

    /// <summary>A node: a container over the shared database.</summary>
    private sealed class Node : IAsyncDisposable
    {
        private readonly ServiceProvider _provider;
        private readonly PostgreSqlStores _stores;

        public Node(SourceDatabase database, int batchSize, FaultPoints? faults = null, string application = "node", TimeProvider? time = null)
        {
            var connectionString = $"{database.ConnectionString};Application Name={application}";
            var behind = faults ?? new FaultPoints();
            _stores = new PostgreSqlStores(connectionString);
            var services = new ServiceCollection();
            services.AddSingleton(time ?? Clock);
            services.AddGdpr(gdpr => gdpr
                .UsePolicy(Shop.Policy(whenNull: "unknown"))
                .UseJournalStore("shared", _ => behind.Around(_stores.Journal))
                .UseSubjectVault("shared", _ => behind.Around(_stores.Vault))
                .UseStateStore("shared", _ => behind.Around(_stores.State))
                .UseKeyRing("shared", _ => Keys)
                .ConfigureSweep(options => options.BatchSize = batchSize)
                .AddPostgreSqlSource("crm", connectionString, map => map.DataSet(Shop.Customers)));
            _provider = services.BuildServiceProvider();
        }

        public SettableClock Clock { get; } = new(Shop.Now);

        public GdprWork Work => _provider.GetRequiredService<GdprWork>();

        private Sweep Sweep => _provider.GetRequiredService<Sweep>();

        public Task<SweepResult> SweepAsync(IProgress<SweepProgress>? progress = null) => Sweep.RunAsync(progress);

        public async Task ApproveAsync() => await Sweep.ApproveAsync(await Sweep.PreviewAsync(), "data-protection-officer");

        public Task<HeldStatus> HoldAsync(int record)
        {
            var today = Shop.Now.InUtc().Date;
            var scope = new HoldScope { DataSets = new HashSet<string> { Shop.Customers }, Records = new HashSet<string> { $"{record}" } };
            return _provider.GetRequiredService<LegalHolds>().PlaceAsync(new HoldTerms("matter", "a claim", "legal", today, today.PlusMonths(1), scope));
        }

        public async ValueTask DisposeAsync()
        {
            await _provider.DisposeAsync();
            await _stores.DisposeAsync();
        }
    }

    /// <summary>A time that runs, from the shop's now.</summary>
    private sealed class RunningTime : TimeProvider
    {
        private readonly long _begun = TimeProvider.System.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => Shop.Now.ToDateTimeOffset() + System.GetElapsedTime(_begun);
    }

    /// <summary>Reports where it is called, and not later on another thread.</summary>
    private sealed class Progress(Action action) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => action();
    }
}
