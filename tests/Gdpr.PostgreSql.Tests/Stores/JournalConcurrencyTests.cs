using System.Globalization;
using Gdpr.Journals;
using Gdpr.PostgreSql.Stores;
using Gdpr.PostgresServer;
using Npgsql;

namespace Gdpr.PostgreSql.Tests.Stores;

/// <summary>Appenders do not wait for those of other streams, and readers miss nothing that is committed late.</summary>
public sealed class JournalConcurrencyTests
{
    private const string Registered =
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

    [PostgresFact]
    public async Task While_one_transaction_is_open_other_streams_are_appended_to_and_committed()
    {
        await using var host = await StoreHost.CreateAsync();
        var journal = (await host.OpenAsync(shared: true, more: "Command Timeout=5")).Journal;
        await using var first = await host.ConnectAsync();
        await using var second = await host.ConnectAsync();
        await using var slow = await first.BeginTransactionAsync();
        await using var slower = await second.BeginTransactionAsync();
        await journal.AppendAsync("host/1", 0, slow);
        await journal.AppendAsync("host/2", 0, slower);

        await journal.AppendAsync("host/3", 0);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() => journal.AppendAsync($"own/{worker}", 0))));

        (await journal.ReadHeadAsync("host/3", CancellationToken.None))!.Version.ShouldBe(1);
        (await journal.ReadStreamAsync("own/7", 0, CancellationToken.None).ToListAsync()).Count.ShouldBe(1, "a stream is read as far as it is committed");
        await slower.CommitAsync();
        await slow.CommitAsync();
        (await journal.AllAsync()).Count.ShouldBe(11);
    }

    [PostgresFact]
    public async Task Appenders_to_one_stream_take_turns()
    {
        await using var host = await StoreHost.CreateAsync();
        var journal = (await host.OpenAsync(shared: true)).Journal;
        await using var connection = await host.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await journal.AppendAsync("one", 0, transaction);

        var next = Task.Run(() => journal.AppendAsync("one"));
        var stale = Task.Run(() => journal.AppendAsync("one", 0));
        while ((long)(await host.ReadAsync("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"))! < 2)
        {
            (next.IsCompleted || stale.IsCompleted).ShouldBeFalse();
        }

        await transaction.CommitAsync();
        (await next).Version.ShouldBeGreaterThan(1);
        await Should.ThrowAsync<JournalConflictException>(() => stale);
        (await journal.AllAsync()).ShouldHangTogether();
    }

    [PostgresFact]
    public async Task Readers_do_not_go_past_a_transaction_that_is_still_running_and_miss_nothing_of_it()
    {
        await using var host = await StoreHost.CreateAsync();
        var journal = (await host.OpenAsync(shared: true)).Journal;
        await journal.AppendAsync("before");
        await using var connection = await host.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await journal.AppendAsync("late", 0, transaction, count: 2);
        var after = await journal.AppendAsync("after");

        var seen = await journal.AllAsync();
        seen.Select(entry => entry.Stream).ShouldBe(["before"]);
        (await journal.AllAsync(after: after.Position)).ShouldBeEmpty();
        await transaction.CommitAsync();
        seen.AddRange(await journal.AllAsync(seen[^1].Position));

        seen.Select(entry => entry.Stream).ShouldBe(["before", "late", "late", "after"]);
        seen.ShouldHangTogether();
    }

    [PostgresFact]
    public async Task A_transaction_that_is_rolled_back_or_whose_connection_ends_lets_readers_go_on()
    {
        await using var host = await StoreHost.CreateAsync();
        var journal = (await host.OpenAsync(shared: true)).Journal;
        foreach (var isKilled in new[] { false, true })
        {
            await using var connection = await host.ConnectAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await journal.AppendAsync("lost", 0, transaction);
            var kept = await journal.AppendAsync("kept");
            if (isKilled)
            {
                await host.TerminateAsync(connection.ProcessID);
            }
            else
            {
                await transaction.RollbackAsync();
            }

            (await journal.AllAsync())[^1].ShouldBe(kept);
        }

        (await journal.ReadHeadAsync("lost", CancellationToken.None)).ShouldBeNull();
    }

    [PostgresFact]
    public async Task Of_two_running_transactions_the_older_holds_readers_back_also_when_it_appends_again()
    {
        await using var host = await StoreHost.CreateAsync();
        var journal = (await host.OpenAsync(shared: true)).Journal;
        await using var first = await host.ConnectAsync();
        await using var second = await host.ConnectAsync();
        await using var older = await first.BeginTransactionAsync();
        await journal.AppendAsync("older", 0, older);
        await using (var younger = await second.BeginTransactionAsync())
        {
            await journal.AppendAsync("younger", 0, younger);
            await younger.CommitAsync();
        }

        await journal.AppendAsync("older", 1, older);

        (await journal.AllAsync()).ShouldBeEmpty();
        await older.CommitAsync();
        (await journal.AllAsync()).Select(entry => entry.Stream).ShouldBe(["older", "younger", "older"]);
    }

    [PostgresFact]
    public async Task A_transaction_registers_once_however_often_it_appends()
    {
        await using var host = await StoreHost.CreateAsync();
        var journal = (await host.OpenAsync(shared: true)).Journal;
        await using var connection = await host.ConnectAsync();
        for (var round = 0; round < 2; round++)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            for (var i = 0; i < 20; i++)
            {
                await journal.AppendAsync($"stream/{i}", JournalStream.AnyVersion, transaction);
            }

            (await host.ReadAsync(Registered)).ShouldBe(1L);
            await transaction.CommitAsync();
        }

        (await host.ReadAsync(Registered)).ShouldBe(0L);
    }

    [PostgresFact]
    public async Task A_transaction_registers_before_it_takes_positions()
    {
        // Registered after, it would let readers past positions that it has taken and not committed.
        await using var host = await StoreHost.CreateAsync();
        var journal = (await host.OpenAsync(shared: true)).Journal;
        var before = await journal.AppendAsync("before", count: 3);
        await using var connection = await host.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await journal.AppendAsync("host", 0, transaction, count: 5);

        var registered = await host.ReadAsync($"SELECT ((classid::bigint & 65535) << 32) | objid::bigint FROM ({Registered.Replace("count(*)", "*")}) AS one");

        registered.ShouldBe(before.Position);
    }

    [PostgresFact]
    public async Task A_checkpoint_that_is_there_is_read_up_to_whatever_has_registered_since()
    {
        // A writer may have noted a position and been slow to register: others went on meanwhile, and their checkpoint lies above what it registers.
        await using var host = await StoreHost.CreateAsync();
        var journal = (await host.OpenAsync(shared: true)).Journal;
        await journal.AppendAsync("a");
        var last = await journal.AppendAsync("a");
        var keys = InMemoryKeyRing.WithRandomKey();
        await new JournalCheckpoints(journal, keys, null, new Testing.SettableClock(Entries.Now)).MakeAsync(CancellationToken.None);
        await using var connection = await host.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var register = string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock_shared({(long)new StoreTables("gdpr").Namespace << 48})");
        await using (var late = new NpgsqlCommand(register, connection, transaction))
        {
            await late.ExecuteNonQueryAsync();
        }

        await journal.AppendAsync("a");

        (await journal.AllAsync())[^1].Position.ShouldBe(last.Position);
        (await new JournalVerifier(journal, keys).VerifyAsync(CancellationToken.None)).Faults.ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task A_reader_that_follows_many_appenders_sees_every_entry_once_and_in_order()
    {
        const int Appenders = 12;
        const int Rounds = 25;
        await using var host = await StoreHost.CreateAsync();
        var reading = await host.OpenAsync();
        var appenders = Enumerable.Range(0, Appenders).Select(appender => Task.Run(() => AppendAsync(host, appender, Rounds))).ToArray();
        var writing = Task.WhenAll(appenders);
        var seen = new List<JournalEntry>();
        bool isLast;
        do
        {
            isLast = writing.IsCompleted;
            await foreach (var entry in reading.Journal.ReadAllAsync(seen.Count == 0 ? 0 : seen[^1].Position, CancellationToken.None))
            {
                seen.Add(entry);
            }
        }
        while (!isLast);

        var committed = (await writing).Sum();
        seen.Count.ShouldBe(committed);
        seen.ShouldHangTogether();
        (await reading.Journal.AllAsync()).ShouldBe(seen);
    }

    /// <summary>Appends by itself, in transactions of the host's that take their time, in some that are rolled back, and with conflicts.</summary>
    private static async Task<int> AppendAsync(StoreHost host, int appender, int rounds)
    {
        var journal = host.Stores(shared: true, more: "Maximum Pool Size=2").Journal;
        await using var connection = await host.ConnectAsync();
        var random = new Random(appender);
        var committed = 0;
        for (var round = 0; round < rounds; round++)
        {
            var stream = $"stream/{random.Next(6)}";
            var count = random.Next(1, 4);
            switch (random.Next(3))
            {
                case 0:
                    await journal.AppendAsync(stream, count: count);
                    committed += count;
                    break;
                case 1:
                    await using (var transaction = await connection.BeginTransactionAsync())
                    {
                        await journal.AppendAsync($"host/{appender}", transaction: transaction, count: count);
                        await PauseAsync(connection, random.Next(8));
                        if (random.Next(3) == 0)
                        {
                            await transaction.RollbackAsync();
                        }
                        else
                        {
                            await journal.AppendAsync($"host/{appender}", transaction: transaction, count: count);
                            await transaction.CommitAsync();
                            committed += 2 * count;
                        }
                    }

                    break;
                default:
                    await Should.ThrowAsync<JournalConflictException>(() => journal.AppendAsync(stream, long.MaxValue));
                    break;
            }
        }

        return committed;
    }

    /// <summary>Lets the server take some milliseconds: what the host does beside in its transaction.</summary>
    private static async Task PauseAsync(NpgsqlConnection connection, int milliseconds)
    {
        await using var command = new NpgsqlCommand(string.Create(CultureInfo.InvariantCulture, $"SELECT pg_sleep({milliseconds} / 1000.0)"), connection);
        await command.ExecuteNonQueryAsync();
    }
}
