using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>A sweep looks for the next batch's records while the batch before is journalled: what happens in between counts all the same.</summary>
public sealed class LookingAheadTests : IDisposable
{
    private const int Rows = 50;
    private const int BatchSize = 10;

    private readonly Database _database = new(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, contract_ended TEXT)",
        $"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows}) INSERT INTO customers SELECT i, 's', 'x', '2020-01-01' FROM n");

    private string StoresFile => _database.File + ".stores";

    [Fact]
    public async Task What_stops_a_sweep_after_a_batch_stops_it_before_the_next()
    {
        await using var host = Open();

        var result = await SweepAsync(host, () => host.GetRequiredService<KillSwitchControl>().TurnOnAsync("reason", "operations"));

        result.DataSets.Single().ShouldSatisfyAllConditions(
            dataSet => dataSet.Reason.ShouldBe(SweepReasons.KillSwitch), dataSet => dataSet.Done.Records.ShouldBe(BatchSize));
        _database.Rows("SELECT count(*) FROM customers").ShouldBe([$"{Rows - BatchSize}"]);
    }

    [Fact]
    public async Task A_hold_placed_between_two_batches_keeps_its_record_in_the_next()
    {
        await using var host = Open();
        var scope = new HoldScope { DataSets = new HashSet<string> { Shop.Customers }, Records = new HashSet<string> { "15" } };
        var terms = new HoldTerms("matter", "reason", "approver", new LocalDate(2026, 11, 1), new LocalDate(2027, 2, 1), scope);

        var result = await SweepAsync(host, () => host.GetRequiredService<LegalHolds>().PlaceAsync(terms));

        result.DataSets.Single().ShouldSatisfyAllConditions(
            dataSet => dataSet.Status.ShouldBe(SweepStatus.Completed), dataSet => dataSet.Done.Records.ShouldBe(Rows - 1));
        _database.Rows("SELECT id FROM customers").ShouldBe(["15"]);
    }

    [Fact]
    public async Task What_becomes_due_behind_a_batch_goes_in_the_same_sweep_under_a_plan_of_its_own()
    {
        _database.Run("UPDATE customers SET contract_ended = '2026-11-01' WHERE id IN (2, 3)");
        await using var host = Open();

        var result = await SweepAsync(host, () =>
        {
            _database.Run("UPDATE customers SET contract_ended = '2020-01-01' WHERE id = 2");
            return Task.CompletedTask;
        });

        result.DataSets.Single().ShouldSatisfyAllConditions(
            dataSet => dataSet.Status.ShouldBe(SweepStatus.Completed),
            dataSet => dataSet.Done.ShouldBe(new DisposalCounts(6, Rows - 1, 0, 0)),
            dataSet => dataSet.Plan.ShouldBe(_database.Rows("SELECT plan FROM gdpr_evidence WHERE batch > 0 GROUP BY plan HAVING sum(records) = 1").Single()));
        _database.Rows("SELECT id FROM customers").ShouldBe(["3"]);
    }

    [Fact]
    public async Task Nothing_more_goes_where_a_batch_cannot_be_journalled()
    {
        await using var host = Open();

        var result = await SweepAsync(host, () =>
        {
            using var stores = new SqliteConnection($"Data Source={StoresFile};Pooling=False");
            stores.Open();
            using var command = stores.CreateCommand();
            command.CommandText = "CREATE TRIGGER broken BEFORE INSERT ON gdpr_journal BEGIN SELECT RAISE(ABORT, 'broken'); END";
            command.ExecuteNonQuery();
            return Task.CompletedTask;
        });

        result.IsComplete.ShouldBeFalse();
        _database.Rows("SELECT count(*) FROM customers").ShouldBe([$"{Rows - (2 * BatchSize)}"]);
        _database.Rows("SELECT count(*) FROM gdpr_evidence WHERE batch > 0").ShouldBe(["2"]);
    }

    [Fact]
    public async Task Batches_are_journalled_in_their_order_with_the_roots_of_their_evidence()
    {
        await using var host = Open();

        (await SweepAsync(host, () => Task.CompletedTask)).IsComplete.ShouldBeTrue();

        var journalled = new List<string>();
        await foreach (var entry in host.GetRequiredService<IJournalStore>().ReadAllAsync(0, CancellationToken.None))
        {
            if (entry.Content.Type == "disposal-batch")
            {
                using var data = System.Text.Json.JsonDocument.Parse(entry.Content.Data);
                journalled.Add($"{data.RootElement.GetProperty("number")} {data.RootElement.GetProperty("root")}");
            }
        }

        var plan = _database.Rows("SELECT DISTINCT plan FROM gdpr_evidence").Single();
        var kept = await host.GetRequiredService<IEnumerable<IPersonalDataSource>>().OfType<IDisposalSource>().Single()
            .ReadEvidenceAsync(plan, 0, CancellationToken.None).ToListAsync();
        journalled.ShouldBe(kept.Select(batch => $"{batch.Number} {batch.Root}"));
        journalled.Count.ShouldBe(Rows / BatchSize);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _database.Dispose();
    }

    /// <summary>Sweeps, and does something when the first batch has been journalled.</summary>
    private static async Task<SweepResult> SweepAsync(ServiceProvider host, Func<Task> afterFirst)
    {
        var sweep = host.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
        return await sweep.RunAsync(new AfterFirst(afterFirst));
    }

    private ServiceProvider Open()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new SettableClock(Shop.Now));
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(Shop.Policy(whenNull: "unknown"))
            .UseSqlite($"Data Source={StoresFile}")
            .UseKeyRing("test", _ => Database.Keys)
            .ConfigureSweep(options => options.BatchSize = BatchSize)
            .AddSqlSource("crm", _database.ConnectionString, map => map.DataSet(Shop.Customers)));
        return services.BuildServiceProvider();
    }

    private sealed class AfterFirst(Func<Task> act) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value)
        {
            if (value.Done.Batches == 1)
            {
                act().GetAwaiter().GetResult();
            }
        }
    }
}
