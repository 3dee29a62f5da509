using Gdpr.Journals;
using Gdpr.Sqlite.Stores;
using Gdpr.Testing;

namespace Gdpr.Sqlite.Tests.Stores;

/// <summary>What a journal in SQLite promises beyond the contract of every store.</summary>
public sealed class SqliteJournalTests : IDisposable
{
    private readonly TemporaryDatabase _database = new();

    [Fact]
    public async Task What_was_appended_is_there_when_the_file_is_opened_again()
    {
        using (var before = await _database.OpenAsync())
        {
            await before.Journal.AppendAsync("a");
            await before.Journal.AppendAsync("b");
        }

        var after = await _database.OpenAsync();
        await after.Journal.AppendAsync("a", expectedVersion: 1);

        var entries = await after.Journal.AllAsync();
        entries.Select(entry => entry.Stream).ShouldBe(["a", "b", "a"]);
        entries.ShouldHangTogether();
    }

    [Fact]
    public async Task Stores_on_one_file_append_at_once_and_lose_nothing()
    {
        SqliteStores[] stores = [await _database.OpenAsync(), await _database.OpenAsync(), await _database.OpenAsync()];

        await Task.WhenAll(stores.Select((store, worker) => Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                await store.Journal.AppendAsync(i % 2 == 0 ? "shared" : $"own/{worker}");
            }
        })));

        var entries = await stores[0].Journal.AllAsync();
        entries.Count.ShouldBe(120);
        entries.ShouldHangTogether();
    }

    [Fact]
    public async Task A_reader_that_goes_on_from_where_it_was_misses_nothing_while_others_append()
    {
        var writing = await _database.OpenAsync();
        var reading = await _database.OpenAsync();
        var writer = Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                await writing.Journal.AppendAsync($"stream/{i % 7}");
            }
        });

        var seen = new List<long>();
        while (seen.Count < 100)
        {
            await foreach (var entry in reading.Journal.ReadAllAsync(seen.LastOrDefault(), CancellationToken.None))
            {
                seen.Add(entry.Position);
            }

            if (writer.IsFaulted)
            {
                await writer;
            }
        }

        await writer;
        seen.ShouldBe(Enumerable.Range(1, 100).Select(place => (long)place));
    }

    [Fact]
    public async Task More_entries_than_a_page_holds_are_read_in_order()
    {
        var journal = (await _database.OpenAsync()).Journal;
        await journal.AppendAsync("many", 0, Entries.Now, Entries.New((2 * StoreFile.PageSize) + 1), null, CancellationToken.None);

        (await journal.AllAsync()).ShouldHangTogether();
        var versions = new List<long>();
        await foreach (var entry in journal.ReadStreamAsync("many", 1, CancellationToken.None))
        {
            versions.Add(entry.Version);
        }

        versions.ShouldBe(Enumerable.Range(2, 2 * StoreFile.PageSize).Select(version => (long)version));
    }

    [Fact]
    public async Task Who_appends_while_reading_reads_what_was_there_at_the_beginning()
    {
        var journal = (await _database.OpenAsync()).Journal;
        await journal.AppendAsync("a");
        await journal.AppendAsync("a");

        var seen = 0;
        await foreach (var entry in journal.ReadAllAsync(0, CancellationToken.None))
        {
            seen++;
            await journal.AppendAsync(entry.Stream);
        }

        seen.ShouldBe(2);
    }

    [Fact]
    public async Task An_entry_appended_in_the_hosts_transaction_lives_and_dies_with_it()
    {
        var journal = (await _database.OpenAsync(shared: true)).Journal;
        journal.CanEnlist.ShouldBeTrue();
        _database.Run("CREATE TABLE customers (name TEXT)");
        using var host = _database.Connect();

        foreach (var commit in new[] { false, true })
        {
            using var transaction = host.BeginTransaction();
            using var command = host.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = "INSERT INTO customers VALUES ('x')";
            command.ExecuteNonQuery();
            await journal.AppendAsync("host", 0, Entries.Now, Entries.New(2), transaction, CancellationToken.None);
            (await journal.AllAsync()).ShouldBeEmpty("nobody else sees it before the commit");
            if (commit)
            {
                transaction.Commit();
            }
            else
            {
                transaction.Rollback();
            }
        }

        await journal.AppendAsync("host", expectedVersion: 2);
        (await journal.AllAsync()).Count.ShouldBe(3);
        (await journal.AllAsync()).ShouldHangTogether();
    }

    [Fact]
    public async Task A_conflict_leaves_the_hosts_transaction_as_it_was()
    {
        var journal = (await _database.OpenAsync(shared: true)).Journal;
        using var host = _database.Connect();
        using var transaction = host.BeginTransaction();

        await Should.ThrowAsync<JournalConflictException>(
            async () => await journal.AppendAsync("host", 5, Entries.Now, Entries.New(), transaction, CancellationToken.None));
        await journal.AppendAsync("host", 0, Entries.Now, Entries.New(), transaction, CancellationToken.None);
        transaction.Commit();

        (await journal.AllAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_transaction_on_another_file_is_refused()
    {
        using var other = new TemporaryDatabase();
        var journal = (await _database.OpenAsync(shared: true)).Journal;
        using var host = other.Connect();
        using var transaction = host.BeginTransaction();

        var refused = await Should.ThrowAsync<NotSupportedException>(
            async () => await journal.AppendAsync("host", 0, Entries.Now, Entries.New(), transaction, CancellationToken.None));

        refused.Message.ShouldContain(_database.Path);
    }

    [Fact]
    public async Task A_transaction_on_the_same_file_under_another_name_is_taken()
    {
        using var elsewhere = new TemporaryDatabase();
        var journal = (await _database.OpenAsync(shared: true)).Journal;
        Directory.CreateSymbolicLink(elsewhere.Path, Path.GetDirectoryName(_database.Path)!);
        using var host = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={elsewhere.Path}/gdpr.db;Pooling=False");
        host.Open();
        using (var transaction = host.BeginTransaction())
        {
            await journal.AppendAsync("host", 0, Entries.Now, Entries.New(), transaction, CancellationToken.None);
            transaction.Commit();
        }

        (await journal.AllAsync()).Count.ShouldBe(1);
        Directory.Delete(elsewhere.Path);
    }

    [Fact]
    public async Task A_transaction_that_has_ended_is_refused()
    {
        var journal = (await _database.OpenAsync(shared: true)).Journal;
        using var host = _database.Connect();
        var transaction = host.BeginTransaction();
        transaction.Commit();

        await Should.ThrowAsync<NotSupportedException>(
            async () => await journal.AppendAsync("host", 0, Entries.Now, Entries.New(), transaction, CancellationToken.None));
    }

    [Fact]
    public async Task A_journal_with_a_file_of_its_own_takes_part_in_no_transaction()
    {
        var journal = (await _database.OpenAsync()).Journal;
        journal.CanEnlist.ShouldBeFalse();
        using var host = _database.Connect();
        using var transaction = host.BeginTransaction();

        await Should.ThrowAsync<NotSupportedException>(
            async () => await journal.AppendAsync("host", 0, Entries.Now, Entries.New(), transaction, CancellationToken.None));
    }

    [Fact]
    public async Task An_entry_whose_digest_is_none_any_more_is_located_and_those_around_it_are_still_verified()
    {
        var journal = (await _database.OpenAsync()).Journal;
        await journal.AppendAsync("a");
        await journal.AppendAsync("a");
        await journal.AppendAsync("a");
        _database.Run("UPDATE gdpr_journal SET data = '{}' WHERE position = 1");
        _database.Run("UPDATE gdpr_journal SET hash = x'00' WHERE position = 2");

        var report = await new JournalVerifier(journal, InMemoryKeyRing.WithRandomKey()).VerifyAsync(CancellationToken.None);

        report.Faults.Select(fault => (fault.Kind, fault.Position))
            .ShouldBe([(JournalFaultKind.EntryChanged, 1), (JournalFaultKind.EntryChanged, 2), (JournalFaultKind.ChainBroken, 3)]);
        report.Entries.ShouldBe(3);
    }

    [Theory]
    [InlineData("payload = x''")]
    [InlineData("payload = zeroblob(31)")]
    [InlineData("payload = zeroblob(33)")]
    [InlineData("previous = x''")]
    [InlineData("previous = CAST(previous || x'00' AS BLOB)")]
    [InlineData("previous = CAST(substr(previous, 1, 31) AS BLOB)")]
    [InlineData("hash = x''")]
    [InlineData("hash = CAST(hash || x'00' AS BLOB)")]
    [InlineData("hash = CAST(substr(hash, 1, 31) AS BLOB)")]
    public async Task A_digest_of_another_length_is_located_at_its_entry(string change)
    {
        var journal = (await _database.OpenAsync()).Journal;
        foreach (var stream in new[] { "a", "a", "b" })
        {
            await journal.AppendAsync(stream);
        }

        _database.Run($"UPDATE gdpr_journal SET {change} WHERE position = 2");

        var report = await new JournalVerifier(journal, InMemoryKeyRing.WithRandomKey()).VerifyAsync(CancellationToken.None);

        report.Faults.ShouldAllBe(fault => fault.Position == 2);
        report.Faults.ShouldContain(fault => fault.Kind == JournalFaultKind.EntryChanged);
        report.Entries.ShouldBe(3);
    }

    [Theory]
    [InlineData("UPDATE gdpr_journal SET data = '{}' WHERE position IN (1, 1024, 1025, 2600)", 4)]
    [InlineData("DELETE FROM gdpr_journal WHERE position IN (700, 2047, 2048)", 2)]
    [InlineData("INSERT INTO gdpr_journal SELECT 9000000000000000000, stream, version + 10000, recorded_at, occurred_at, type, controller, subject, payload, data, previous, hash FROM gdpr_journal WHERE position = 5", 2)]
    [InlineData("UPDATE gdpr_journal SET subject = CASE WHEN position % 2 THEN '' END, controller = 'x' || char(0) WHERE position = 1500", 1)]
    [InlineData("UPDATE gdpr_journal SET stream = CAST(x'c328ff' AS TEXT) WHERE position = 1999", 3)]
    public async Task Pages_that_are_hashed_at_once_give_the_faults_that_entries_one_by_one_give(string change, int faults)
    {
        var journal = (await _database.OpenAsync()).Journal;
        foreach (var stream in new[] { "a", "b", "a" })
        {
            await journal.AppendAsync(stream, JournalStream.AnyVersion, Entries.Now, Entries.New(1000), null, CancellationToken.None);
        }

        var keys = InMemoryKeyRing.WithRandomKey();
        (await new JournalVerifier(journal, keys).VerifyAsync(CancellationToken.None)).ShouldSatisfyAllConditions(
            report => report.Faults.ShouldBeEmpty(), report => report.Entries.ShouldBe(3000), report => report.Streams.ShouldBe(2));
        _database.Run(change);

        var pages = await new JournalVerifier(journal, keys).VerifyAsync(CancellationToken.None);
        var entries = await new JournalVerifier(new FaultPoints().Around(journal), keys).VerifyAsync(CancellationToken.None);

        pages.Faults.Count.ShouldBe(faults, string.Join('\n', pages.Faults.Select(fault => fault.Message)));
        pages.Faults.Select(fault => (fault.Kind, fault.Position, fault.Version)).ShouldBe(entries.Faults.Select(fault => (fault.Kind, fault.Position, fault.Version)));
        (pages.Entries, pages.Streams, pages.LastPosition).ShouldBe((entries.Entries, entries.Streams, entries.LastPosition));
    }

    [Fact]
    public async Task A_file_whose_texts_are_not_in_UTF_8_verifies_like_any_other()
    {
        _database.Run("PRAGMA encoding = 'UTF-16le'; CREATE TABLE hosts (name TEXT)");
        var journal = (await _database.OpenAsync(shared: true)).Journal;
        await journal.AppendAsync("på svenska/1", JournalStream.AnyVersion, Entries.Now, Entries.New(3), null, CancellationToken.None);
        var verifier = new JournalVerifier(journal, InMemoryKeyRing.WithRandomKey());

        (await verifier.VerifyAsync(CancellationToken.None)).ShouldSatisfyAllConditions(
            report => report.Faults.ShouldBeEmpty(), report => report.Entries.ShouldBe(3));
        _database.Run("UPDATE gdpr_journal SET stream = 'pa svenska/1' WHERE position = 2");
        (await verifier.VerifyAsync(CancellationToken.None)).Faults.ShouldContain(fault => fault.Kind == JournalFaultKind.EntryChanged && fault.Position == 2);
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("type")]
    [InlineData("data")]
    public async Task Where_a_text_is_gone_verification_ends_and_says_so_and_what_comes_before_it_is_verified(string column)
    {
        var journal = (await _database.OpenAsync()).Journal;
        await journal.AppendAsync("a", JournalStream.AnyVersion, Entries.Now, Entries.New(5), null, CancellationToken.None);
        _database.Run("CREATE TABLE loose AS SELECT * FROM gdpr_journal; DROP TABLE gdpr_journal; ALTER TABLE loose RENAME TO gdpr_journal");
        _database.Run($"UPDATE gdpr_journal SET data = '{{}}' WHERE position = 2; UPDATE gdpr_journal SET {column} = NULL WHERE position = 4");
        var keys = InMemoryKeyRing.WithRandomKey();

        var pages = await new JournalVerifier(journal, keys).VerifyAsync(CancellationToken.None);
        var entries = await new JournalVerifier(new FaultPoints().Around(journal), keys).VerifyAsync(CancellationToken.None);

        pages.Faults.Select(fault => (fault.Kind, fault.Position)).ShouldBe([(JournalFaultKind.EntryChanged, 2), (JournalFaultKind.Unreadable, 3)]);
        pages.Faults[1].Message.ShouldBe(entries.Faults[1].Message);
        pages.Entries.ShouldBe(3);
    }

    [Fact]
    public async Task An_instant_with_something_behind_it_is_not_read_back()
    {
        var journal = (await _database.OpenAsync()).Journal;
        await journal.AppendAsync("a");
        await new JournalCheckpoints(journal, InMemoryKeyRing.WithRandomKey(), null, new Gdpr.Testing.SettableClock(NodaTime.Instant.FromUtc(2026, 1, 1, 0, 0))).MakeAsync(CancellationToken.None);
        _database.Run("UPDATE gdpr_checkpoint SET at = at || char(0) || 'x'");

        (await Should.ThrowAsync<StoreException>(async () => await journal.ReadCheckpointsAsync(CancellationToken.None).ToListAsync()))
            .Failure.ShouldBe(StoreFailure.Corrupt);
        var report = await new JournalVerifier(journal, InMemoryKeyRing.WithRandomKey()).VerifyAsync(CancellationToken.None);
        report.Faults.ShouldHaveSingleItem().Kind.ShouldBe(JournalFaultKind.Unreadable);
    }

    [Theory]
    [InlineData("UPDATE gdpr_journal SET hash = x'00' WHERE position = 2")]
    [InlineData("UPDATE gdpr_journal SET payload = x'0102' WHERE position = 2")]
    [InlineData("UPDATE gdpr_journal SET recorded_at = 9223372036854775807 WHERE position = 2")]
    public async Task An_entry_that_cannot_be_read_back_is_reported_with_its_place(string change)
    {
        var journal = (await _database.OpenAsync()).Journal;
        await journal.AppendAsync("a");
        await journal.AppendAsync("a");
        _database.Run(change);

        var failure = await Should.ThrowAsync<StoreException>(() => journal.AllAsync());

        failure.Failure.ShouldBe(StoreFailure.Corrupt);
        failure.Message.ShouldContain("position 2");
    }

    [Fact]
    public async Task Positions_go_on_after_everything_has_expired()
    {
        var journal = (await _database.OpenAsync()).Journal;
        var last = await journal.AppendAsync("a");
        var checkpoint = new JournalCheckpoint(1, last.Position, last.Hash, Entries.Now, "k1", last.Hash);
        await journal.AddCheckpointAsync(checkpoint, CancellationToken.None);
        var expired = new JournalBase(checkpoint, [new StreamHead("a", last.Version, last.Hash)]);

        await journal.ExpireAsync(expired, CancellationToken.None);

        (await journal.AllAsync()).ShouldBeEmpty();
        var next = await journal.AppendAsync("a", expectedVersion: 1);
        (next.Position, next.Previous).ShouldBe((last.Position + 1, last.Hash));
        var kept = await journal.ReadBaseAsync(CancellationToken.None);
        kept.Checkpoint.ShouldBe(checkpoint);
        kept.Heads.ShouldBe(expired.Heads);
    }

    public void Dispose() => _database.Dispose();
}
