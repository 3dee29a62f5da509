using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Sources;
using Gdpr.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>What a run says, and the journal holds, of the bytes of what was erased.</summary>
public sealed class ErasedBytesTests : IDisposable
{
    private readonly Database _database = new(
        "PRAGMA journal_mode = WAL",
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, contract_ended TEXT)",
        "INSERT INTO customers VALUES (1, 'somebody', '2020-01-01')");

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task A_run_says_that_what_it_erased_is_overwritten_and_gone_from_the_log()
    {
        await using var host = Open();

        (await RunAsync(host)).Bytes.ShouldBe(ErasedBytes.Overwritten);

        (await ClosingAsync(host)).ShouldHaveSingleItem().ShouldContain("\"bytes\":\"Overwritten\"");
        new FileInfo(_database.File + "-wal").Length.ShouldBe(0);
    }

    [Fact]
    public async Task A_run_says_that_what_it_erased_may_be_in_the_log_while_somebody_reads_an_older_state()
    {
        await using var host = Open();
        using (var reader = _database.Open())
        {
            using var transaction = reader.BeginTransaction(deferred: true);
            using var command = reader.CreateCommand();
            command.CommandText = "SELECT count(*) FROM customers";
            command.ExecuteScalar().ShouldBe(1L);

            var outcome = await RunAsync(host);

            (outcome.Status, outcome.Done.Erased, outcome.Bytes).ShouldBe((SweepStatus.Completed, 1, ErasedBytes.InLog));
        }

        (await RunAsync(host)).Bytes.ShouldBe(ErasedBytes.Overwritten, "nobody is in the way any more");
        (await ClosingAsync(host)).Select(data => data.Contains("\"bytes\":\"InLog\"", StringComparison.Ordinal)).ShouldBe([true, false]);
    }

    private static async Task<DataSetOutcome> RunAsync(ServiceProvider host) => (await host.GetRequiredService<Sweep>().RunAsync()).DataSets.ShouldHaveSingleItem();

    private static async Task<IReadOnlyList<string>> ClosingAsync(ServiceProvider host)
    {
        var closing = new List<string>();
        await foreach (var entry in host.GetRequiredService<IJournalStore>().ReadAllAsync(0, CancellationToken.None))
        {
            if (entry.Content.Type == "disposal-completed")
            {
                closing.Add(entry.Content.Data);
            }
        }

        return closing;
    }

    private ServiceProvider Open()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new SettableClock(Shop.Now));
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(Shop.Policy(whenNull: "unknown"))
            .UseSqlite($"Data Source={_database.File}.stores")
            .UseKeyRing("test", _ => Database.Keys)
            .ConfigureSweep(options => options.RequireApproval = false)
            .AddSqlSource("crm", $"{_database.ConnectionString};Default Timeout=1", map => map.DataSet(Shop.Customers)));
        return services.BuildServiceProvider(validateScopes: true);
    }
}
