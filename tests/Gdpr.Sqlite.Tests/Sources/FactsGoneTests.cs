using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Facts beside the data that somebody else takes away, or that have not come there: what they protect stays, and they are put.</summary>
public sealed class FactsGoneTests : IDisposable
{
    private readonly Database _database = new(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, subject TEXT, name TEXT, contract_ended TEXT)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) INSERT INTO customers SELECT i, 's' || i, 'x', '2020-01-01' FROM n");

    [Theory]
    [InlineData("DELETE FROM gdpr_block")]
    [InlineData("DELETE FROM gdpr_block WHERE key = '5'")]
    [InlineData("DELETE FROM gdpr_position")]
    [InlineData("DELETE FROM gdpr_block; DELETE FROM gdpr_position")]
    public async Task A_hold_that_somebody_deletes_before_a_sweep_keeps_its_record_and_is_put_again(string deletes)
    {
        await using var host = Open();
        await ApproveAsync(host);
        (await PlaceAsync(host, "5")).Phase.ShouldBe(HoldPhase.Placed);
        _database.Run(deletes);

        (await host.GetRequiredService<Sweep>().RunAsync()).IsComplete.ShouldBeTrue();

        _database.Rows("SELECT id FROM customers").ShouldBe(["5"]);
        _database.Rows("SELECT key FROM gdpr_block").ShouldBe(["5"]);
        (await host.GetRequiredService<SourceReplay>().ListAsync()).ShouldBeEmpty("whatever was taken for restored has been swept");
    }

    [Fact]
    public async Task A_hold_that_somebody_deletes_between_two_batches_keeps_its_record()
    {
        await using var host = Open(batchSize: 2);
        await ApproveAsync(host);
        (await PlaceAsync(host, "9")).Phase.ShouldBe(HoldPhase.Placed);

        await host.GetRequiredService<Sweep>().RunAsync(new AfterFirst(() => _database.Run("DELETE FROM gdpr_block")));
        await host.GetRequiredService<Sweep>().RunAsync();

        _database.Rows("SELECT id FROM customers").ShouldBe(["9"]);
        _database.Rows("SELECT key FROM gdpr_block").ShouldBe(["9"]);
    }

    [Fact]
    public async Task A_hold_placed_before_anything_else_is_done_stands_beside_the_data()
    {
        await using var host = Open();

        (await PlaceAsync(host, "5")).Phase.ShouldBe(HoldPhase.Placed);

        _database.Rows("SELECT key FROM gdpr_block").ShouldBe(["5"]);
    }

    [Fact]
    public async Task A_batch_is_refused_where_fewer_facts_forbid_it_than_were_put()
    {
        var source = _database.Source(map => map.DataSet(Shop.Customers));
        var evaluator = Shop.Evaluator();
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await source.ChangeFactsAsync(
            [new FactChange("h1", Shop.Customers, new FactTarget.Records(["1", "2"]), RecordFact.Of(RecordFlags.Hold))], 7, CancellationToken.None);
        await source.ChangeFactsAsync([new FactChange("h2", Shop.Customers, new FactTarget.Records(["3"]), RecordFact.Of(RecordFlags.Hold))], 8, CancellationToken.None);
        (await source.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(8);
        _database.Run("DELETE FROM gdpr_block WHERE key = '2'");

        (await source.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(0);
        await Should.ThrowAsync<FactsBehindException>(async () => await source.DisposeAsync(evaluator.Batch(Shop.Customers, position: 8), CancellationToken.None));
        _database.Rows("SELECT count(*) FROM customers").ShouldBe(["10"]);

        await source.ChangeFactsAsync([], JournalPosition.None, CancellationToken.None);
        await source.ChangeFactsAsync([], 8, CancellationToken.None);
        (await source.DisposeAsync(evaluator.Batch(Shop.Customers, position: 8), CancellationToken.None)).Rows.Count.ShouldBe(8, "put anew from the start, what there is counts");
    }

    [Theory]
    [InlineData("UPDATE gdpr_block SET key = '99'")]
    [InlineData("UPDATE gdpr_block SET scope = 'subject'")]
    [InlineData("UPDATE gdpr_block SET kind = 'zzz'")]
    [InlineData("DELETE FROM gdpr_block; DELETE FROM gdpr_fact_sum")]
    [InlineData("DROP TABLE gdpr_block; DROP TABLE gdpr_mark; DROP TABLE gdpr_fact_sum; DROP TABLE gdpr_source_schema")]
    [InlineData("CREATE TABLE dump AS SELECT * FROM gdpr_block; UPDATE dump SET key = '6'; DELETE FROM gdpr_block; INSERT INTO gdpr_block SELECT * FROM dump")]
    public async Task A_hold_whose_row_somebody_edits_or_exchanges_keeps_its_record_and_is_put_again(string edits)
    {
        await using var host = Open();
        await ApproveAsync(host);
        (await PlaceAsync(host, "5")).Phase.ShouldBe(HoldPhase.Placed);
        _database.Run(edits);

        (await host.GetRequiredService<Sweep>().RunAsync()).IsComplete.ShouldBeTrue();

        _database.Rows("SELECT id FROM customers").ShouldContain("5");
        _database.Rows("SELECT key FROM gdpr_block WHERE scope = 'record' AND kind = 'hold'").ShouldContain("5");
    }

    [Fact]
    public async Task Facts_of_which_nobody_knows_the_sum_are_put_again()
    {
        var source = _database.Source(map => map.DataSet(Shop.Customers));
        var evaluator = Shop.Evaluator();
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await source.ChangeFactsAsync([new FactChange("h1", Shop.Customers, new FactTarget.Records(["1"]), RecordFact.Of(RecordFlags.Hold))], 7, CancellationToken.None);
        _database.Run("DROP TABLE gdpr_fact_sum", "UPDATE gdpr_source_schema SET version = 1");

        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);

        (await source.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(0);
        await source.ChangeFactsAsync([], 8, CancellationToken.None);
        (await source.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(0, "what is added to what nobody knows is not known");
        await source.ChangeFactsAsync([], JournalPosition.None, CancellationToken.None);
        await source.ChangeFactsAsync([], 8, CancellationToken.None);
        (await source.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(8);
    }

    [Fact]
    public async Task Facts_that_go_with_their_records_or_are_taken_away_are_not_missed()
    {
        var source = _database.Source(map => map.DataSet(Shop.Customers));
        var evaluator = Shop.Evaluator();
        await source.PrepareAsync(evaluator.Schedule, CancellationToken.None);
        await source.ChangeFactsAsync(
            [
                new FactChange("e1", Shop.Customers, new FactTarget.Records(["1", "2"]), RecordFact.Of(PurposeFact.PurposeEnded, "service-provision")),
                new FactChange("h1", Shop.Customers, new FactTarget.Records(["3"]), RecordFact.Of(RecordFlags.Hold)),
            ],
            7, CancellationToken.None);
        (await source.DisposeAsync(evaluator.Batch(Shop.Customers, position: 7), CancellationToken.None)).Rows.Count.ShouldBe(9);
        (await source.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(7);

        await source.ChangeFactsAsync([new FactChange("h1", Shop.Customers, new FactTarget.Everything(), null)], 8, CancellationToken.None);

        (await source.ReadFactsPositionAsync(CancellationToken.None)).ShouldBe(8);
        _database.Rows("SELECT blocks, marks, digest FROM gdpr_fact_sum").ShouldBe(["0|0|0"]);
        (await source.DisposeAsync(evaluator.Batch(Shop.Customers, 2, position: 8), CancellationToken.None)).NativeKeys.ShouldBe(["3"]);
    }

    [Fact]
    public async Task A_hold_on_a_record_is_not_granted_by_a_host_that_has_not_its_source()
    {
        await using (var app = Open())
        {
            await ApproveAsync(app);
            (await app.GetRequiredService<Sweep>().RunAsync()).IsComplete.ShouldBeTrue();
        }

        _database.Rows("SELECT id FROM customers").ShouldBeEmpty();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new SettableClock(Shop.Now));
        services.AddGdpr(gdpr => gdpr.UsePolicy(Shop.Policy(whenNull: "unknown")).UseSqlite($"Data Source={_database.File}.stores").UseKeyRing("test", _ => Database.Keys));
        await using (var office = services.BuildServiceProvider())
        {
            (await PlaceAsync(office, "2")).Phase.ShouldNotBe(HoldPhase.Placed);
        }

        await using var again = Open();
        await again.GetRequiredService<GdprWork>().PrepareAsync();
        (await again.GetRequiredService<LegalHolds>().ListAsync()).Single().Phase.ShouldBe(HoldPhase.Refused);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_preview_shows_what_a_run_does_where_a_hold_has_not_reached_the_source(bool isReleased)
    {
        await using var host = Open();
        await host.GetRequiredService<GdprWork>().PrepareAsync();
        var (sweep, holds) = (host.GetRequiredService<Sweep>(), host.GetRequiredService<LegalHolds>());
        var hold = isReleased ? await PlaceAsync(host, "2") : null;
        SqliteConnection.ClearAllPools();
        File.Move(_database.File, _database.File + ".away");
        hold = isReleased ? await holds.ReleaseAsync(hold!.Id, "legal") : await PlaceAsync(host, "2");
        File.Move(_database.File + ".away", _database.File);

        var preview = await sweep.PreviewAsync();
        await sweep.ApproveAsync(preview, "data-protection-officer");
        var due = preview.DataSets.Single().Survey!.Lines.Sum(line => line.Due);
        var result = await sweep.RunAsync();

        result.DataSets.Single().Done.Records.ShouldBe(due, $"{hold.Phase} {result.DataSets.Single().Status}");
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _database.Dispose();
    }

    private static async Task ApproveAsync(ServiceProvider host)
    {
        var sweep = host.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
    }

    private static Task<HeldStatus> PlaceAsync(ServiceProvider host, string record)
    {
        var scope = new HoldScope { DataSets = new HashSet<string> { Shop.Customers }, Records = new HashSet<string> { record } };
        return host.GetRequiredService<LegalHolds>().PlaceAsync(new HoldTerms("matter", "reason", "approver", new LocalDate(2026, 6, 1), new LocalDate(2026, 9, 1), scope));
    }

    private ServiceProvider Open(int batchSize = 500)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new SettableClock(Shop.Now));
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(Shop.Policy(whenNull: "unknown"))
            .UseSqlite($"Data Source={_database.File}.stores")
            .UseKeyRing("test", _ => Database.Keys)
            .ConfigureSweep(options => options.BatchSize = batchSize)
            .AddSqlSource("crm", _database.ConnectionString, map => map.DataSet(Shop.Customers)));
        return services.BuildServiceProvider();
    }

    private sealed class AfterFirst(Action act) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value)
        {
            if (value.Done.Batches == 1)
            {
                act();
            }
        }
    }
}
