using System.Text;
using Gdpr.Journals;
using Gdpr.Sqlite.Stores;

namespace Gdpr.Sqlite.Tests.Stores;

/// <summary>What goes wrong with a file is said with its cause and its mend.</summary>
public sealed class SqliteFailureTests : IDisposable
{
    private readonly TemporaryDatabase _database = new();

    [Fact]
    public async Task A_lock_that_lasts_longer_than_the_timeout_is_reported_and_nothing_is_written()
    {
        var stores = await _database.OpenAsync(timeout: 1);
        using var other = _database.Connect();
        using (other.BeginTransaction())
        {
            var busy = await Should.ThrowAsync<StoreException>(() => stores.Journal.AppendAsync("a"));
            busy.Failure.ShouldBe(StoreFailure.Busy);
            busy.Message.ShouldContain("Default Timeout");
            (await stores.Journal.AllAsync()).ShouldBeEmpty("readers wait for nobody");
        }

        await stores.Journal.AppendAsync("a", expectedVersion: 0);
    }

    [Fact]
    public async Task A_full_disk_is_reported_and_the_batch_is_not_there()
    {
        var stores = await _database.OpenAsync();
        await stores.Journal.AppendAsync("a");
        using var limited = _database.Stores(shared: false, connection =>
        {
            // SQLite takes the file's present size where less is asked for.
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA max_page_count = 1";
            command.ExecuteNonQuery();
        });
        var large = new NewJournalEntry("large", Entries.Now, $"{{\"text\":\"{new string('x', 100_000)}\"}}");

        var failure = await Should.ThrowAsync<StoreException>(
            async () => await limited.Journal.AppendAsync("a", 1, Entries.Now, [.. Entries.New(), large], null, CancellationToken.None));

        failure.Failure.ShouldBe(StoreFailure.Full);
        var entries = await stores.Journal.AllAsync();
        entries.Count.ShouldBe(1);
        entries.ShouldHangTogether();
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_reported_as_damaged()
    {
        await File.WriteAllBytesAsync(_database.Path, Encoding.UTF8.GetBytes(new string('x', 8192)));

        var failure = await Should.ThrowAsync<StoreException>(() => _database.OpenAsync());

        failure.Failure.ShouldBe(StoreFailure.Corrupt);
    }

    [Fact]
    public async Task Tables_of_a_newer_version_are_refused()
    {
        (await _database.OpenAsync()).Dispose();
        _database.Run("UPDATE gdpr_store_schema SET version = 2");

        var failure = await Should.ThrowAsync<StoreException>(() => _database.OpenAsync());

        failure.Failure.ShouldBe(StoreFailure.NewerSchema);
        failure.Message.ShouldContain("Update the library");
    }

    [Fact]
    public async Task A_missing_folder_is_named()
    {
        using var stores = new SqliteStores($"Data Source={_database.Path}/none/gdpr.db");

        var failure = await Should.ThrowAsync<StoreException>(async () => await stores.State.PrepareAsync(CancellationToken.None));

        failure.Failure.ShouldBe(StoreFailure.Unavailable);
        failure.Message.ShouldContain("none");
    }

    [Fact]
    public async Task A_store_that_nobody_prepared_says_so()
    {
        using var stores = new SqliteStores(_database.ConnectionString);

        var failure = await Should.ThrowAsync<StoreException>(async () => await stores.State.ReadKillSwitchAsync(CancellationToken.None));

        failure.Message.ShouldContain("Prepare");
    }

    [Fact]
    public async Task A_closed_store_says_so()
    {
        var stores = await _database.OpenAsync();
        stores.Dispose();

        await Should.ThrowAsync<ObjectDisposedException>(() => stores.Journal.AppendAsync("a"));
        await Should.ThrowAsync<ObjectDisposedException>(() => stores.Journal.AllAsync());
    }

    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=x;Mode=Memory;Cache=Shared")]
    [InlineData("Data Source=file:x?mode=memory")]
    [InlineData("Data Source=")]
    public void A_database_in_memory_is_refused(string connectionString) =>
        Should.Throw<ArgumentException>(() => new SqliteStores(connectionString)).Message.ShouldContain("file");

    [Fact]
    public void A_relative_path_is_taken_from_the_current_folder_as_everywhere_with_SQLite()
    {
        using var stores = new SqliteStores("Data Source=some/gdpr.db");

        stores.Path.ShouldBe(Path.GetFullPath("some/gdpr.db"));
    }

    [Fact]
    public async Task Preparing_again_changes_nothing()
    {
        var stores = await _database.OpenAsync();
        await stores.Journal.AppendAsync("a");

        await stores.Journal.PrepareAsync(CancellationToken.None);
        await stores.Vault.PrepareAsync(CancellationToken.None);
        await stores.State.PrepareAsync(CancellationToken.None);

        (await stores.Journal.AllAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_tables_are_made_by_many_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => _database.OpenAsync())));

        (await (await _database.OpenAsync()).Journal.AllAsync()).ShouldBeEmpty();
    }

    public void Dispose() => _database.Dispose();
}
