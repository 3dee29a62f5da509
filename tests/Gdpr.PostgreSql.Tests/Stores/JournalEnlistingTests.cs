using Gdpr.Journals;
using Gdpr.PostgresServer;
using Npgsql;

namespace Gdpr.PostgreSql.Tests.Stores;

/// <summary>Entries that are appended in a transaction of the host's.</summary>
public sealed class JournalEnlistingTests
{
    [PostgresFact]
    public async Task An_entry_appended_in_the_hosts_transaction_lives_and_dies_with_it()
    {
        await using var host = await StoreHost.CreateAsync();
        var journal = (await host.OpenAsync(shared: true)).Journal;
        journal.CanEnlist.ShouldBeTrue();
        await host.RunAsync("CREATE TABLE customers (name text)");
        await using var connection = await host.ConnectAsync();
        foreach (var isCommitted in new[] { false, true })
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using var command = new NpgsqlCommand("INSERT INTO customers VALUES ('x')", connection, transaction);
            await command.ExecuteNonQueryAsync();
            await journal.AppendAsync("host", 0, transaction, count: 2);
            (await journal.AllAsync()).ShouldBeEmpty("nobody else sees it before the commit");
            await (isCommitted ? transaction.CommitAsync() : transaction.RollbackAsync());
        }

        await journal.AppendAsync("host", expectedVersion: 2);
        (await journal.AllAsync()).Count.ShouldBe(3);
        (await journal.AllAsync()).ShouldHangTogether();
        (await host.ReadAsync("SELECT count(*) FROM customers")).ShouldBe(1L);
    }

    [PostgresFact]
    public async Task What_is_refused_leaves_the_hosts_transaction_as_it_was()
    {
        await using var host = await StoreHost.CreateAsync();
        var journal = (await host.OpenAsync(shared: true)).Journal;
        await using var connection = await host.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();

        await Should.ThrowAsync<JournalConflictException>(() => journal.AppendAsync("host", 5, transaction));
        await Should.ThrowAsync<ArgumentException>(
            async () => await journal.AppendAsync("host", 0, Entries.Now, [new NewJournalEntry("x\0", Entries.Now, "{}")], transaction, CancellationToken.None));
        await Should.ThrowAsync<OperationCanceledException>(
            async () => await journal.AppendAsync("host", 0, Entries.Now, Entries.New(), transaction, new CancellationToken(canceled: true)));
        await journal.AppendAsync("host", 0, transaction);
        await transaction.CommitAsync();

        (await journal.AllAsync()).ShouldHaveSingleItem().Version.ShouldBe(1);
    }

    [PostgresFact]
    public async Task An_append_that_the_host_takes_back_to_a_savepoint_of_its_own_is_gone_and_the_next_is_registered_again()
    {
        await using var host = await StoreHost.CreateAsync();
        var journal = (await host.OpenAsync(shared: true)).Journal;
        await using var connection = await host.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await transaction.SaveAsync("hosts");
        await journal.AppendAsync("host", 0, transaction);
        await transaction.RollbackAsync("hosts");
        await journal.AppendAsync("meanwhile");
        await journal.AppendAsync("host", 0, transaction);
        var after = await journal.AppendAsync("after");

        (await journal.AllAsync()).Select(entry => entry.Stream).ShouldBe(["meanwhile"]);
        await transaction.CommitAsync();
        (await journal.AllAsync()).Select(entry => entry.Stream).ShouldBe(["meanwhile", "host", "after"]);
    }

    [PostgresFact]
    public async Task A_transaction_that_sees_an_older_state_is_told_to_begin_again_and_stays_usable()
    {
        await using var host = await StoreHost.CreateAsync();
        var journal = (await host.OpenAsync(shared: true)).Journal;
        await journal.AppendAsync("shared");
        await using var connection = await host.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        await journal.AppendAsync("own", 0, transaction);
        await journal.AppendAsync("shared");

        var busy = await Should.ThrowAsync<StoreException>(() => journal.AppendAsync("shared", transaction: transaction));

        busy.Failure.ShouldBe(StoreFailure.Busy);
        await transaction.CommitAsync();
        (await journal.AllAsync()).Count.ShouldBe(3);
    }

    [PostgresFact]
    public async Task A_transaction_on_another_database_is_refused()
    {
        await using var host = await StoreHost.CreateAsync();
        await using var other = await StoreHost.CreateAsync();
        var journal = (await host.OpenAsync(shared: true)).Journal;
        await other.OpenAsync();
        await using var connection = await other.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();

        var refused = await Should.ThrowAsync<NotSupportedException>(() => journal.AppendAsync("host", 0, transaction));

        refused.Message.ShouldContain("another database");
        await transaction.CommitAsync();
        (await other.ReadAsync("SELECT count(*) FROM gdpr.gdpr_journal")).ShouldBe(0L);
    }

    [PostgresFact]
    public async Task A_transaction_that_has_ended_is_refused()
    {
        await using var host = await StoreHost.CreateAsync();
        var journal = (await host.OpenAsync(shared: true)).Journal;
        await using var connection = await host.ConnectAsync();
        var transaction = await connection.BeginTransactionAsync();
        await transaction.CommitAsync();

        await Should.ThrowAsync<NotSupportedException>(() => journal.AppendAsync("host", 0, transaction));
    }

    [PostgresFact]
    public async Task A_journal_that_is_not_said_to_share_the_hosts_database_takes_part_in_no_transaction()
    {
        await using var host = await StoreHost.CreateAsync();
        var journal = (await host.OpenAsync()).Journal;
        journal.CanEnlist.ShouldBeFalse();
        await using var connection = await host.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();

        await Should.ThrowAsync<NotSupportedException>(() => journal.AppendAsync("host", 0, transaction));
    }
}
