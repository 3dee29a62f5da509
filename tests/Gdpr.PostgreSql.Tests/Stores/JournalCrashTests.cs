using Gdpr.Journals;
using Gdpr.PostgresServer;

namespace Gdpr.PostgreSql.Tests.Stores;

/// <summary>Connections that are cut while entries are appended.</summary>
public sealed class JournalCrashTests
{
    [PostgresFact]
    public async Task A_connection_that_is_cut_in_the_middle_of_an_append_leaves_all_of_the_batch_or_none()
    {
        const int Batch = 5;
        await using var host = await StoreHost.CreateAsync();
        var stores = await host.OpenAsync(more: "Application Name=appender");
        var told = 0;
        var failures = 0;
        var appending = Task.Run(async () =>
        {
            for (var i = 0; failures < 25; i++)
            {
                try
                {
                    await stores.Journal.AppendAsync($"stream/{i % 3}", count: Batch);
                    told++;
                }
                catch (StoreException exception)
                {
                    exception.Failure.ShouldBe(StoreFailure.Unavailable);
                    failures++;
                }
            }
        });
        while (!appending.IsCompleted)
        {
            await host.RunAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'appender'");
        }

        await appending;
        var entries = await stores.Journal.AllAsync();
        (entries.Count % Batch).ShouldBe(0, "a batch is there as a whole or not at all");
        (entries.Count / Batch).ShouldBeInRange(told, told + failures);
        entries.ShouldHangTogether();
        await stores.Journal.AppendAsync("afterwards", 0);
    }

    [PostgresTheory]
    [InlineData("INSERT INTO")]
    [InlineData("UPDATE")]
    public async Task An_append_that_the_database_breaks_off_half_way_leaves_nothing(string statement)
    {
        await using var host = await StoreHost.CreateAsync();
        var stores = await host.OpenAsync();
        await stores.Journal.AppendAsync("a", count: 2);
        await host.RunAsync($$"""
            CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $f$;
            CREATE TRIGGER cut BEFORE {{(statement == "UPDATE" ? "UPDATE ON gdpr.gdpr_stream" : "INSERT ON gdpr.gdpr_journal")}} FOR EACH ROW EXECUTE FUNCTION cut()
            """);

        (await Should.ThrowAsync<StoreException>(() => stores.Journal.AppendAsync("a", count: 3))).Failure.ShouldBe(StoreFailure.Unavailable);

        await host.RunAsync("DROP FUNCTION cut() CASCADE");
        (await stores.Journal.AllAsync()).Count.ShouldBe(2);
        (await stores.Journal.AppendAsync("a", 2, count: 3)).Version.ShouldBe(5);
        (await stores.Journal.AllAsync()).ShouldHangTogether();
    }

    [PostgresFact]
    public async Task A_cut_connection_of_the_hosts_takes_its_entries_with_it()
    {
        await using var host = await StoreHost.CreateAsync();
        var journal = (await host.OpenAsync(shared: true)).Journal;
        await using var connection = await host.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await journal.AppendAsync("host", 0, transaction);
        await host.TerminateAsync(connection.ProcessID);

        var cut = await Should.ThrowAsync<Exception>(() => journal.AppendAsync("host", 1, transaction));

        cut.ShouldBeOfType<StoreException>().Failure.ShouldBe(StoreFailure.Unavailable);
        (await journal.AllAsync()).ShouldBeEmpty();
    }
}
