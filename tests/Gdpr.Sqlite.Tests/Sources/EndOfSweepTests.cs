using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>Sweeps beside an application that goes on working, and over a journal that somebody has changed.</summary>
public sealed class EndOfSweepTests : IDisposable
{
    private readonly SettableClock _clock = new(Shop.Now);
    private readonly Database _database = new(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT, name TEXT, contract_ended TEXT)",
        "INSERT INTO customers (subject, name, contract_ended) VALUES ('s', 'A', '2020-01-01'), ('s', 'B', '2020-01-01')");

    // Another system is the master, and brings back what goes: the sweep comes to an end all the same.
    [Fact]
    public async Task A_sweep_comes_to_an_end_although_an_application_brings_back_what_it_takes()
    {
        await using var host = Open(batchSize: 100);
        var sweep = host.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var batches = 0;
        try
        {
            await sweep.RunAsync(new Each(() =>
            {
                if (++batches == 1000)
                {
                    patience.Cancel();
                }

                _database.Run("INSERT INTO customers (subject, name, contract_ended) VALUES ('s', 'A', '2020-01-01')");
            }), cancellationToken: patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Told below.
        }

        batches.ShouldBeLessThan(500);
    }

    // An entry of a plan is damaged; everything else still stands.
    [Theory]
    [InlineData("disposal-planned")]
    [InlineData("disposal-batch")]
    [InlineData("disposal-completed")]
    public async Task Evidence_is_compared_although_an_entry_is_damaged(string type)
    {
        await using var host = Open();
        var sweep = host.GetRequiredService<Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
        await sweep.RunAsync();
        using (var stores = new SqliteConnection($"Data Source={_database.File}.stores;Pooling=False"))
        {
            stores.Open();
            using var command = stores.CreateCommand();
            command.CommandText = $"UPDATE gdpr_journal SET data = replace(data, '{{', '[') WHERE type = '{type}'";
            command.ExecuteNonQuery().ShouldBeGreaterThan(0);
        }

        await using var again = Open();
        var problem = await Record.ExceptionAsync(() => again.GetRequiredService<EvidenceVerifier>().VerifyAsync());
        (problem is null or GdprException).ShouldBeTrue(problem?.GetType().FullName);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _database.Dispose();
    }

    private ServiceProvider Open(int batchSize = 1)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddGdpr(gdpr => gdpr
            .UsePolicy(Shop.Policy(whenNull: "unknown"))
            .UseSqlite($"Data Source={_database.File}.stores")
            .UseKeyRing("test", _ => Database.Keys)
            .ConfigureSweep(options => options.BatchSize = batchSize)
            .AddSqlSource("crm", _database.ConnectionString, map => map.DataSet(Shop.Customers)));
        return services.BuildServiceProvider();
    }

    private sealed class Each(Action act) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => act();
    }
}
