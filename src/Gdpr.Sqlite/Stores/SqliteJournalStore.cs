using System.Data.Common;
using System.Runtime.CompilerServices;
using Gdpr.Journals;
using Gdpr.Relational.Stores;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace Gdpr.Sqlite.Stores;

/// <summary>The journal in a SQLite database.</summary>
/// <remarks>SQLite has one writer at a time, and positions are given out in the writer's transaction: whoever reads a position has seen all before it.</remarks>
internal sealed class SqliteJournalStore(StoreFile file, bool sharesHostDatabase) : IJournalStore, IEncodedJournalStore
{
    private readonly StoreRows _rows = new(file.Name);
    private readonly EncodedRows _encoded = new(file.Name);

    public bool CanEnlist => sharesHostDatabase;

    public ValueTask PrepareAsync(CancellationToken cancellationToken) => file.PrepareAsync(cancellationToken);

    public async ValueTask<IReadOnlyList<JournalEntry>> AppendAsync(
        string stream, long expectedVersion, Instant recordedAt, IReadOnlyList<NewJournalEntry> entries, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(expectedVersion, JournalStream.AnyVersion);
        ArgumentNullException.ThrowIfNull(entries);
        if (entries.Count == 0)
        {
            throw new ArgumentException("There is nothing to append: give at least one entry.", nameof(entries));
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (transaction is null)
        {
            return await file.WriteAsync(writer => Append(writer, stream, expectedVersion, recordedAt, entries), cancellationToken).ConfigureAwait(false);
        }

        var enlisted = await HostTransactionAsync(transaction, cancellationToken).ConfigureAwait(false);
        using var connection = new StoreConnection(enlisted.Connection!, enlisted);
        return AppendEnlisted(connection, writer => Append(writer, stream, expectedVersion, recordedAt, entries));
    }

    public ValueTask<IReadOnlyList<IReadOnlyList<JournalEntry>?>> AppendEachAsync(
        Instant recordedAt, IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(appends);
        cancellationToken.ThrowIfCancellationRequested();
        return file.WriteAsync<IReadOnlyList<IReadOnlyList<JournalEntry>?>>(
            writer =>
            {
                // Others wait for the writer: what lies between two streams is this transaction's own.
                var (appended, position) = (new List<IReadOnlyList<JournalEntry>?>(appends.Count), LastPosition(writer));
                foreach (var append in appends)
                {
                    var head = Head(writer, append.Stream);
                    if (append.ExpectedVersion != JournalStream.AnyVersion && append.ExpectedVersion != (head?.Version ?? 0))
                    {
                        appended.Add(null);
                        continue;
                    }

                    appended.Add(Append(writer, append.Stream, append.ExpectedVersion, recordedAt, append.Entries, head, position));
                    position += append.Entries.Count;
                }

                return appended;
            },
            cancellationToken);
    }

    public async IAsyncEnumerable<JournalEntry> ReadStreamAsync(string stream, long afterVersion, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(stream);

        // What there is when the reading begins: who reads may append meanwhile.
        var end = (await ReadHeadAsync(stream, cancellationToken).ConfigureAwait(false))?.Version ?? 0;
        var entries = file.ReadPagesAsync<JournalEntry>(
            (reader, last) => reader.QueryPage(
                $"SELECT {StoreRows.EntryColumns} FROM gdpr_journal WHERE stream = $1 AND version > $2 AND version <= $3 ORDER BY version LIMIT {StoreFile.PageSize}",
                _rows.Entry, stream, last?.Version ?? afterVersion, end),
            cancellationToken);
        await foreach (var entry in entries.ConfigureAwait(false))
        {
            yield return entry;
        }
    }

    public async IAsyncEnumerable<JournalEntry> ReadAllAsync(long afterPosition, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var end = await file.ReadAsync(LastPosition, cancellationToken).ConfigureAwait(false);
        var entries = file.ReadPagesAsync<JournalEntry>(
            (reader, last) => reader.QueryPage(
                $"SELECT {StoreRows.EntryColumns} FROM gdpr_journal WHERE position > $1 AND position <= $2 ORDER BY position LIMIT {StoreFile.PageSize}",
                _rows.Entry, last?.Position ?? afterPosition, end),
            cancellationToken);
        await foreach (var entry in entries.ConfigureAwait(false))
        {
            yield return entry;
        }
    }

    public async IAsyncEnumerable<long> ReadPageEndsAsync(long afterPosition, int size, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = await file.ReadAsync(LastPosition, cancellationToken).ConfigureAwait(false);
        for (var after = afterPosition; after < last;)
        {
            var from = after;
            after = await file.ReadAsync(reader => EncodedRows.EndOf(reader, from, last, size), cancellationToken).ConfigureAwait(false);
            yield return after;
        }
    }

    public ValueTask<EncodedEntries> ReadPageAsync(long afterPosition, long endPosition, CancellationToken cancellationToken) =>
        file.ReadAsync(reader => _encoded.Read(reader, afterPosition, endPosition), cancellationToken);

    public ValueTask<StreamHead?> ReadHeadAsync(string stream, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(stream);
        return file.ReadAsync(reader => Head(reader, stream), cancellationToken);
    }

    public async ValueTask AddCheckpointAsync(JournalCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        await file.WriteAsync(
            writer =>
            {
                var last = LastCheckpoint(writer);
                return checkpoint.Number > last
                    ? Insert(writer, "INSERT INTO gdpr_checkpoint (number, position, history, at, key_id, mac) VALUES ($1, $2, $3, $4, $5, $6)", checkpoint)
                    : throw new JournalConflictException("checkpoint", checkpoint.Number - 1, last);
            },
            cancellationToken).ConfigureAwait(false);
    }

    public IAsyncEnumerable<JournalCheckpoint> ReadCheckpointsAsync(CancellationToken cancellationToken) => file.ReadPagesAsync<JournalCheckpoint>(
        (reader, last) => reader.QueryPage(
            $"SELECT {StoreRows.CheckpointColumns} FROM gdpr_checkpoint WHERE number > $1 ORDER BY number LIMIT {StoreFile.PageSize}", _rows.Checkpoint, last?.Number ?? 0),
        cancellationToken);

    public ValueTask<JournalBase> ReadBaseAsync(CancellationToken cancellationToken) => file.ReadAsync(
        reader =>
        {
            // Two statements, and another process may expire between them: the base is read again until it is the same before and after.
            while (true)
            {
                var checkpoint = ReadBase(reader);
                var heads = reader.Query($"SELECT {StoreRows.HeadColumns} FROM gdpr_journal_head", _rows.Head);
                if (ReadBase(reader) == checkpoint)
                {
                    heads.Sort((one, other) => string.CompareOrdinal(one.Stream, other.Stream));
                    return checkpoint is null ? JournalBase.Empty : new JournalBase(checkpoint, heads);
                }
            }
        },
        cancellationToken);

    public async ValueTask ExpireAsync(JournalBase expired, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(expired);
        var checkpoint = expired.Checkpoint ?? throw new ArgumentException("A base without a checkpoint says nothing about what expires.", nameof(expired));
        await file.WriteAsync(writer => Expire(writer, checkpoint, expired.Heads), cancellationToken).ConfigureAwait(false);
    }

    private static JournalEntry[] Append(
        StoreConnection writer, string stream, long expectedVersion, Instant recordedAt, IReadOnlyList<NewJournalEntry> entries, StreamHead? head, long position)
    {
        var version = head?.Version ?? 0;
        if (expectedVersion != JournalStream.AnyVersion && expectedVersion != version)
        {
            throw new JournalConflictException(stream, expectedVersion, version);
        }

        var previous = head?.Hash ?? default;
        var appended = new JournalEntry[entries.Count];
        for (var i = 0; i < appended.Length; i++)
        {
            var entry = JournalHash.Seal(stream, version + i + 1, position + i + 1, recordedAt, entries[i], previous);
            var content = entry.Content;
            writer.Execute(
                $"INSERT INTO gdpr_journal ({StoreRows.EntryColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                entry.Position, stream, entry.Version, entry.RecordedAt.ToUnixTimeTicks(), content.OccurredAt.ToUnixTimeTicks(), content.Type,
                content.Controller, content.Subject?.Value, content.Payload?.ToArray(), content.Data, entry.Previous.ToArray(), entry.Hash.ToArray());
            appended[i] = entry;
            previous = entry.Hash;
        }

        return appended;
    }

    private static long LastPosition(StoreConnection connection) => (long)connection.Scalar(
        "SELECT max(coalesce((SELECT max(position) FROM gdpr_journal), 0), coalesce((SELECT position FROM gdpr_journal_base), 0))")!;

    private static long LastCheckpoint(StoreConnection connection) => (long)connection.Scalar("SELECT coalesce(max(number), 0) FROM gdpr_checkpoint")!;

    private static int Insert(StoreConnection writer, string sql, JournalCheckpoint checkpoint) => writer.Execute(
        sql, checkpoint.Number, checkpoint.Position, checkpoint.History.ToArray(), checkpoint.At.ToText(), checkpoint.KeyId, checkpoint.Mac.ToArray());

    private IReadOnlyList<JournalEntry> Append(
        StoreConnection writer, string stream, long expectedVersion, Instant recordedAt, IReadOnlyList<NewJournalEntry> entries) =>
        Append(writer, stream, expectedVersion, recordedAt, entries, Head(writer, stream), LastPosition(writer));

    private int Expire(StoreConnection writer, JournalCheckpoint checkpoint, IReadOnlyList<StreamHead> heads)
    {
        var kept = writer.Single($"SELECT {StoreRows.CheckpointColumns} FROM gdpr_checkpoint WHERE number = $1", _rows.Checkpoint, checkpoint.Number);
        if (kept != checkpoint)
        {
            throw new JournalConflictException("checkpoint", checkpoint.Number, LastCheckpoint(writer));
        }

        writer.Execute("DELETE FROM gdpr_journal WHERE position <= $1", checkpoint.Position);
        writer.Execute("DELETE FROM gdpr_checkpoint WHERE number < $1", checkpoint.Number);
        writer.Execute("DELETE FROM gdpr_journal_base");
        writer.Execute("DELETE FROM gdpr_journal_head");
        foreach (var head in heads)
        {
            writer.Execute("INSERT INTO gdpr_journal_head (stream, version, hash) VALUES ($1, $2, $3)", head.Stream, head.Version, head.Hash.ToArray());
        }

        return Insert(writer, "INSERT INTO gdpr_journal_base (id, number, position, history, at, key_id, mac) VALUES (1, $1, $2, $3, $4, $5, $6)", checkpoint);
    }

    private StreamHead? Head(StoreConnection connection, string stream) =>
        connection.Single($"SELECT {StoreRows.HeadColumns} FROM gdpr_journal WHERE stream = $1 ORDER BY version DESC LIMIT 1", _rows.Head, stream)
        ?? connection.Single($"SELECT {StoreRows.HeadColumns} FROM gdpr_journal_head WHERE stream = $1", _rows.Head, stream);

    private JournalCheckpoint? ReadBase(StoreConnection connection) =>
        connection.Single($"SELECT {StoreRows.CheckpointColumns} FROM gdpr_journal_base", _rows.Checkpoint);

    /// <summary>Appends within a host's transaction, all or none: what fails leaves the transaction as it was.</summary>
    private IReadOnlyList<JournalEntry> AppendEnlisted(StoreConnection connection, Func<StoreConnection, IReadOnlyList<JournalEntry>> append)
    {
        try
        {
            connection.Execute("SAVEPOINT gdpr_append");
            try
            {
                var appended = append(connection);
                connection.Execute("RELEASE gdpr_append");
                return appended;
            }
            catch
            {
                if (connection.IsInTransaction)
                {
                    connection.Execute("ROLLBACK TO gdpr_append");
                    connection.Execute("RELEASE gdpr_append");
                }

                throw;
            }
        }
        catch (SqliteException exception)
        {
            throw StoreErrors.Of(file.Name, exception);
        }
    }

    /// <summary>The host's transaction, if it is one on the very file of the journal.</summary>
    private async ValueTask<SqliteTransaction> HostTransactionAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        if (!sharesHostDatabase)
        {
            throw new NotSupportedException("The journal has a database of its own and takes part in no transaction: say 'sharesHostDatabase' where it is in the host's.");
        }

        if (transaction is not SqliteTransaction { Connection: { } connection } sqlite)
        {
            throw new NotSupportedException("Only a running transaction of SQLite can hold entries of a journal in SQLite.");
        }

        // SQLite's own words for both files: links and relative paths are resolved in them.
        const string MainFile = "SELECT file FROM pragma_database_list WHERE name = 'main'";
        var ours = await file.ReadAsync(reader => reader.Scalar(MainFile), cancellationToken).ConfigureAwait(false);
        using var host = new StoreConnection(connection, sqlite);
        return Equals(host.Scalar(MainFile), ours)
            ? sqlite
            : throw new NotSupportedException($"The transaction belongs to another database than the journal's '{file.Name}': give both the same path.");
    }
}
