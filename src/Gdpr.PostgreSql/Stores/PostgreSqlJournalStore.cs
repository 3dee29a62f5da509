using System.Data.Common;
using System.Runtime.CompilerServices;
using Gdpr.Journals;
using Gdpr.Relational.Stores;
using NodaTime;

namespace Gdpr.PostgreSql.Stores;

/// <summary>The journal in a PostgreSQL database.</summary>
/// <remarks>Appenders to one stream take turns by the row lock of its head; those to different streams do not wait for one another. What a reader may see
/// is up to <see cref="RunningWriters"/>.</remarks>
internal sealed class PostgreSqlJournalStore(StoreDatabase database, bool sharesHostDatabase) : IJournalStore
{
    private readonly StoreTables _tables = database.Tables;
    private readonly StoreRows _rows = new(database.Place);
    private readonly RunningWriters _running = new(database);
    private readonly HostTransactions _host = new(database, sharesHostDatabase);

    public bool CanEnlist => sharesHostDatabase;

    public ValueTask PrepareAsync(CancellationToken cancellationToken) => database.PrepareAsync(cancellationToken);

    public ValueTask<IReadOnlyList<JournalEntry>> AppendAsync(
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
        return transaction is null
            ? database.TransactAsync(connection => AppendAsync(connection, stream, expectedVersion, recordedAt, entries, cancellationToken), cancellationToken)
            : _host.EnlistAsync(transaction, connection => AppendAsync(connection, stream, expectedVersion, recordedAt, entries, cancellationToken), cancellationToken);
    }

    public async IAsyncEnumerable<JournalEntry> ReadStreamAsync(string stream, long afterVersion, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(stream);

        // What there is when the reading begins: who reads may append meanwhile.
        var end = (await ReadHeadAsync(stream, cancellationToken).ConfigureAwait(false))?.Version ?? 0;
        if (end <= afterVersion)
        {
            yield break;
        }

        var entries = database.ReadPagesAsync<JournalEntry>(
            last => new StoreStatement(
                $"""
                SELECT {StoreRows.EntryColumns} FROM {_tables.Journal} WHERE stream = $1 AND version > $2 AND version <= $3
                ORDER BY version LIMIT {StoreDatabase.PageSize}
                """,
                stream, last?.Version ?? afterVersion, end),
            _rows.Entry, cancellationToken);
        await foreach (var entry in entries.ConfigureAwait(false))
        {
            yield return entry;
        }
    }

    public async IAsyncEnumerable<JournalEntry> ReadAllAsync(long afterPosition, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var end = await _running.ReadableUpToAsync(cancellationToken).ConfigureAwait(false);
        if (end <= afterPosition)
        {
            yield break;
        }

        var entries = database.ReadPagesAsync<JournalEntry>(
            last => new StoreStatement(
                $"SELECT {StoreRows.EntryColumns} FROM {_tables.Journal} WHERE position > $1 AND position <= $2 ORDER BY position LIMIT {StoreDatabase.PageSize}",
                last?.Position ?? afterPosition, end),
            _rows.Entry, cancellationToken);
        await foreach (var entry in entries.ConfigureAwait(false))
        {
            yield return entry;
        }
    }

    public ValueTask<StreamHead?> ReadHeadAsync(string stream, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(stream);
        return database.SingleAsync(new StoreStatement($"SELECT {StoreRows.HeadColumns} FROM {_tables.Streams} WHERE stream = $1", stream), _rows.Head, cancellationToken);
    }

    public async ValueTask AddCheckpointAsync(JournalCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        await database.TransactAsync(
            async connection =>
            {
                await TakeTurnAsync(connection, cancellationToken).ConfigureAwait(false);
                var last = await LastCheckpointAsync(connection, cancellationToken).ConfigureAwait(false);
                return checkpoint.Number > last
                    ? await connection.ExecuteAsync(
                        new StoreStatement(
                            $"INSERT INTO {_tables.Checkpoints} ({StoreRows.CheckpointColumns}) VALUES ($1, $2, $3, $4, $5, $6)", ValuesOf(checkpoint)),
                        cancellationToken).ConfigureAwait(false)
                    : throw new JournalConflictException("checkpoint", checkpoint.Number - 1, last);
            },
            cancellationToken).ConfigureAwait(false);
    }

    public IAsyncEnumerable<JournalCheckpoint> ReadCheckpointsAsync(CancellationToken cancellationToken) => database.ReadPagesAsync<JournalCheckpoint>(
        last => new StoreStatement(
            $"SELECT {StoreRows.CheckpointColumns} FROM {_tables.Checkpoints} WHERE number > $1 ORDER BY number LIMIT {StoreDatabase.PageSize}", last?.Number ?? 0),
        _rows.Checkpoint, cancellationToken);

    public ValueTask<JournalBase> ReadBaseAsync(CancellationToken cancellationToken) => database.ReadTogetherAsync(
        async connection =>
        {
            var checkpoint = await connection.SingleAsync(
                new StoreStatement($"SELECT {StoreRows.CheckpointColumns} FROM {_tables.Base}"), _rows.Checkpoint, cancellationToken).ConfigureAwait(false);
            if (checkpoint is null)
            {
                return JournalBase.Empty;
            }

            var heads = await connection.QueryAsync(
                new StoreStatement($"SELECT {StoreRows.HeadColumns} FROM {_tables.BaseHeads}"), _rows.Head, cancellationToken).ConfigureAwait(false);
            heads.Sort((one, other) => string.CompareOrdinal(one.Stream, other.Stream));
            return new JournalBase(checkpoint, heads);
        },
        cancellationToken);

    public async ValueTask ExpireAsync(JournalBase expired, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(expired);
        var checkpoint = expired.Checkpoint ?? throw new ArgumentException("A base without a checkpoint says nothing about what expires.", nameof(expired));
        await database.TransactAsync(connection => ExpireAsync(connection, checkpoint, expired.Heads, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private static object?[] ValuesOf(JournalCheckpoint checkpoint) =>
        [checkpoint.Number, checkpoint.Position, checkpoint.History.ToArray(), checkpoint.At.ToText(), checkpoint.KeyId, checkpoint.Mac.ToArray()];

    /// <summary>Appends in a transaction: takes the stream's turn, then positions, which therefore ascend with versions.</summary>
    private async ValueTask<IReadOnlyList<JournalEntry>> AppendAsync(
        StoreConnection connection, string stream, long expectedVersion, Instant recordedAt, IReadOnlyList<NewJournalEntry> entries, CancellationToken cancellationToken)
    {
        StreamHead? head = null;
        var positions = new List<long>(entries.Count);
        await connection.RunAsync(
            [
                new StoreStatement($"INSERT INTO {_tables.Streams} ({StoreRows.HeadColumns}) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING", stream, default(Digest).ToArray()),
                new StoreStatement($"SELECT {StoreRows.HeadColumns} FROM {_tables.Streams} WHERE stream = $1 FOR UPDATE", stream),
                _running.Register,
                new StoreStatement($"SELECT nextval('{_tables.Positions.Replace("'", "''", StringComparison.Ordinal)}') FROM generate_series(1, $1)", entries.Count),
            ],
            cancellationToken,
            row => head = _rows.Head(row),
            static _ => { },
            row => positions.Add(row.GetInt64(0))).ConfigureAwait(false);
        if (expectedVersion != JournalStream.AnyVersion && expectedVersion != head!.Version)
        {
            throw new JournalConflictException(stream, expectedVersion, head.Version);
        }

        var previous = head!.Hash;
        var appended = new JournalEntry[entries.Count];
        for (var i = 0; i < appended.Length; i++)
        {
            appended[i] = JournalHash.Seal(stream, head.Version + i + 1, positions[i], recordedAt, entries[i], previous);
            previous = appended[i].Hash;
        }

        await connection.RunAsync([Insert(appended), MoveHead(appended[^1])], cancellationToken).ConfigureAwait(false);
        return appended;
    }

    private StoreStatement Insert(JournalEntry[] entries) => new(
        $"""
        INSERT INTO {_tables.Journal} ({StoreRows.EntryColumns})
        SELECT e.position, $2, e.version, $4, e.occurred_at, e.type, e.controller, e.subject, e.payload, e.data, e.previous, e.hash
        FROM unnest($1::bigint[], $3::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::bytea[], $10::text[], $11::bytea[], $12::bytea[])
            AS e (position, version, occurred_at, type, controller, subject, payload, data, previous, hash)
        """,
        Array.ConvertAll(entries, entry => entry.Position), entries[0].Stream, Array.ConvertAll(entries, entry => entry.Version),
        entries[0].RecordedAt.ToUnixTimeTicks(), Array.ConvertAll(entries, entry => entry.Content.OccurredAt.ToUnixTimeTicks()),
        Array.ConvertAll(entries, entry => entry.Content.Type), Array.ConvertAll(entries, entry => entry.Content.Controller),
        Array.ConvertAll(entries, entry => entry.Content.Subject?.Value), Array.ConvertAll(entries, entry => entry.Content.Payload?.ToArray()),
        Array.ConvertAll(entries, entry => entry.Content.Data), Array.ConvertAll(entries, entry => entry.Previous.ToArray()),
        Array.ConvertAll(entries, entry => entry.Hash.ToArray()));

    private StoreStatement MoveHead(JournalEntry last) => new(
        $"UPDATE {_tables.Streams} SET version = $2, hash = $3 WHERE stream = $1", last.Stream, last.Version, last.Hash.ToArray());

    private async ValueTask<int> ExpireAsync(
        StoreConnection connection, JournalCheckpoint checkpoint, IReadOnlyList<StreamHead> heads, CancellationToken cancellationToken)
    {
        await TakeTurnAsync(connection, cancellationToken).ConfigureAwait(false);
        var kept = await connection.SingleAsync(
            new StoreStatement($"SELECT {StoreRows.CheckpointColumns} FROM {_tables.Checkpoints} WHERE number = $1", checkpoint.Number), _rows.Checkpoint, cancellationToken)
            .ConfigureAwait(false);
        if (kept != checkpoint)
        {
            throw new JournalConflictException("checkpoint", checkpoint.Number, await LastCheckpointAsync(connection, cancellationToken).ConfigureAwait(false));
        }

        await connection.RunAsync(
            [
                new StoreStatement($"DELETE FROM {_tables.Journal} WHERE position <= $1", checkpoint.Position),
                new StoreStatement($"DELETE FROM {_tables.Checkpoints} WHERE number < $1", checkpoint.Number),
                new StoreStatement($"DELETE FROM {_tables.Base}"),
                new StoreStatement($"DELETE FROM {_tables.BaseHeads}"),
                new StoreStatement(
                    $"INSERT INTO {_tables.BaseHeads} ({StoreRows.HeadColumns}) SELECT * FROM unnest($1::text[], $2::bigint[], $3::bytea[])",
                    heads.Select(head => head.Stream).ToArray(), heads.Select(head => head.Version).ToArray(), heads.Select(head => head.Hash.ToArray()).ToArray()),
                new StoreStatement($"INSERT INTO {_tables.Base} (id, {StoreRows.CheckpointColumns}) VALUES (1, $1, $2, $3, $4, $5, $6)", ValuesOf(checkpoint)),
            ],
            cancellationToken).ConfigureAwait(false);
        return heads.Count;
    }

    /// <summary>Checkpoints and expiry are one at a time; appenders do not wait for them.</summary>
    private async ValueTask TakeTurnAsync(StoreConnection connection, CancellationToken cancellationToken) => await connection.ExecuteAsync(
        new StoreStatement("SELECT pg_advisory_xact_lock($1, $2)", StoreLocks.Checkpoints, _tables.Lock), cancellationToken).ConfigureAwait(false);

    private ValueTask<long> LastCheckpointAsync(StoreConnection connection, CancellationToken cancellationToken) => connection.SingleAsync(
        new StoreStatement($"SELECT coalesce(max(number), 0) FROM {_tables.Checkpoints}"), static row => row.GetInt64(0), cancellationToken);
}
