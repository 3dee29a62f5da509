namespace Gdpr.PostgreSql.Stores;

/// <summary>Which transactions that have taken positions in the journal are still running, so that no reader goes past one of them.</summary>
/// <remarks>
/// <para>Positions come from a sequence, which knows no transactions: a later one may be committed first. So whoever takes positions first registers the
/// last one that was given out before: as a shared advisory lock, whose key holds it, and which PostgreSQL lets go of when the transaction has ended and
/// its rows are seen, or are gone, however it ends. Nobody waits for such a lock.</para>
/// <para>A reader notes the last position that was given out, <em>then</em> asks which registrations there are, <em>then</em> reads rows, in a new snapshot. An
/// entry at or below the noted position was written by a transaction that had registered: either it still is, and the entry lies above what it
/// registered; or it has ended, and the entry is seen. Nothing of this is kept with the rows, so that a restored dump reads like the original.</para>
/// </remarks>
internal sealed class RunningWriters(StoreDatabase database)
{
    /// <summary>The highest position: a lock's key has room for this many bits beside the schema's.</summary>
    public const long LastPosition = (1L << PositionBits) - 1;

    private const int PositionBits = 48;
    private const int UpperBits = PositionBits - 32;

    // How often a reader looks again, each time after twice as many milliseconds: half a second in all. A writer of the store's own is done by then; a transaction of
    // the host's may take as long as it takes.
    private const int Looks = 9;

    private readonly StoreTables _tables = database.Tables;
    private long? _waitedInVain;

    /// <summary>Registers the transaction that runs it, once. To be run before positions are taken.</summary>
    public StoreStatement Register { get; } = new(FormattableString.Invariant(
        $"""
        SELECT pg_advisory_xact_lock_shared(({database.Tables.Namespace}::bigint << {PositionBits}) | CASE WHEN is_called THEN last_value ELSE 0 END),
            set_config('gdpr.writer_{database.Tables.Namespace}', 'registered', true)
        FROM {database.Tables.Positions} WHERE coalesce(current_setting('gdpr.writer_{database.Tables.Namespace}', true), '') = ''
        """));

    /// <summary>The position up to which the journal can be read without missing anything: all before it have been committed, or never will be.</summary>
    /// <remarks>Waits a little for writers that are about to end, so that who has appended finds the entry; not again for one that did not.</remarks>
    public async ValueTask<long> ReadableUpToAsync(CancellationToken cancellationToken)
    {
        var wanted = (long?)null;
        for (var look = 1; ; look++)
        {
            var (given, registered, checkpoint) = await database.RunAsync(
                connection => LookAsync(connection, cancellationToken), cancellationToken).ConfigureAwait(false);
            wanted ??= given;
            if (registered is not { } running || running >= wanted || look > Looks || running == _waitedInVain)
            {
                _waitedInVain = registered < wanted ? registered : null;

                // What a checkpoint commits to was readable when it was made, also where a writer had noted an earlier position and registered only then.
                return Math.Max(Math.Min(given, registered ?? given), checkpoint);
            }

            await Task.Delay(1 << (look - 1), cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<(long Given, long? Registered, long Checkpoint)> LookAsync(StoreConnection connection, CancellationToken cancellationToken)
    {
        var (given, isCopy, registered, checkpoint) = (0L, false, (long?)null, 0L);
        await connection.RunAsync(
            [
                new StoreStatement($"SELECT CASE WHEN is_called THEN last_value ELSE 0 END, pg_is_in_recovery() FROM {_tables.Positions}"),
                new StoreStatement(FormattableString.Invariant(
                    $"""
                    SELECT min(((classid::bigint & {(1 << UpperBits) - 1}) << 32) | objid::bigint) FROM pg_locks
                    WHERE locktype = 'advisory' AND objsubid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                        AND classid::bigint >> {UpperBits} = {_tables.Namespace}
                    """)),
                new StoreStatement($"SELECT coalesce(max(position), 0) FROM {_tables.Checkpoints}"),
            ],
            cancellationToken,
            row => (given, isCopy) = (row.GetInt64(0), row.GetBoolean(1)),
            row => registered = row.IsDBNull(0) ? null : row.GetInt64(0),
            row => checkpoint = row.GetInt64(0)).ConfigureAwait(false);
        return isCopy ? throw StoreErrors.OfStandby(database.Place) : (given, registered, checkpoint);
    }
}
