using System.Data.Common;
using System.Runtime.CompilerServices;
using Gdpr.Journals;
using Gdpr.Relational.Stores;
using NodaTime;

namespace Gdpr.PostgreSql.Stores;

/// <summary>The state store in a PostgreSQL database. The database's clock is never asked: the present is the caller's.</summary>
internal sealed class PostgreSqlStateStore(StoreDatabase database) : IStateStore
{
    private readonly StoreTables _tables = database.Tables;
    private readonly StoreRows _rows = new(database.Place);

    public ValueTask PrepareAsync(CancellationToken cancellationToken) => database.PrepareAsync(cancellationToken);

    public ValueTask<FoldedState?> ReadAsync(string fold, string controller, string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(key);
        return database.SingleAsync(
            new StoreStatement($"SELECT {StoreRows.StateColumns} FROM {_tables.Folds} WHERE fold = $1 AND controller = $2 AND key = $3", fold, controller, key),
            _rows.State, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<FoldedState?>> ReadManyAsync(
        string fold, string controller, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(keys);
        var found = await database.QueryAsync(
            new StoreStatement(
                $"SELECT {StoreRows.StateColumns} FROM {_tables.Folds} WHERE fold = $1 AND controller = $2 AND key = ANY($3)",
                fold, controller, keys.Distinct().ToArray()),
            _rows.State, cancellationToken).ConfigureAwait(false);
        var byKey = found.ToDictionary(state => state.Key, StringComparer.Ordinal);
        return [.. keys.Select(byKey.GetValueOrDefault)];
    }

    public IAsyncEnumerable<FoldedState> ReadFoldAsync(string fold, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fold);
        return database.ReadPagesAsync<FoldedState>(
            last => last is null
                ? new StoreStatement(
                    $"SELECT {StoreRows.StateColumns} FROM {_tables.Folds} WHERE fold = $1 ORDER BY controller, key LIMIT {StoreDatabase.PageSize}", fold)
                : new StoreStatement(
                    $"""
                    SELECT {StoreRows.StateColumns} FROM {_tables.Folds} WHERE fold = $1 AND (controller, key) > ($2, $3)
                    ORDER BY controller, key LIMIT {StoreDatabase.PageSize}
                    """,
                    fold, last.Controller, last.Key),
            _rows.State, cancellationToken);
    }

    public async ValueTask<bool> WriteAsync(FoldedState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        var written = await database.ExecuteAsync(
            new StoreStatement(
                $"""
                INSERT INTO {_tables.Folds} AS kept ({StoreRows.StateColumns}) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (fold, controller, key) DO UPDATE SET position = excluded.position, content = excluded.content WHERE excluded.position > kept.position
                """,
                state.Fold, state.Controller, state.Key, state.Position, state.Content),
            cancellationToken).ConfigureAwait(false);
        return written > 0;
    }

    public async ValueTask WriteAllAsync(IReadOnlyList<FoldedState> states, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(states);

        // One statement changes a row once: of several states of one key the furthest. Always in the same order, so that no two wait for each other.
        FoldedState[] last =
        [
            .. states.GroupBy(state => (state.Fold, state.Controller, state.Key)).Select(same => same.MaxBy(state => state.Position)!)
                .OrderBy(state => state.Fold, StringComparer.Ordinal).ThenBy(state => state.Controller, StringComparer.Ordinal)
                .ThenBy(state => state.Key, StringComparer.Ordinal),
        ];
        await database.ExecuteAsync(
            new StoreStatement(
                $"""
                INSERT INTO {_tables.Folds} AS kept ({StoreRows.StateColumns})
                SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[])
                ON CONFLICT (fold, controller, key) DO UPDATE SET position = excluded.position, content = excluded.content WHERE excluded.position > kept.position
                """,
                Array.ConvertAll(last, state => state.Fold), Array.ConvertAll(last, state => state.Controller), Array.ConvertAll(last, state => state.Key),
                Array.ConvertAll(last, state => state.Position), Array.ConvertAll(last, state => state.Content)),
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask ClearFoldAsync(string fold, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fold);
        await database.ExecuteAsync(new StoreStatement($"DELETE FROM {_tables.Folds} WHERE fold = $1", fold), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask PutItemAsync(OpenItem item, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        await database.ExecuteAsync(
            new StoreStatement(
                $"""
                INSERT INTO {_tables.Items} ({StoreRows.ItemColumns}) VALUES ($1, $2, $3, $4)
                ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, due = excluded.due, content = excluded.content
                """,
                item.Id, item.Kind, item.Due.ToText(), item.Content),
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask RemoveItemAsync(string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        await database.ExecuteAsync(new StoreStatement($"DELETE FROM {_tables.Items} WHERE id = $1", id), cancellationToken).ConfigureAwait(false);
    }

    public IAsyncEnumerable<OpenItem> ReadDueItemsAsync(string kind, Instant now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(kind);

        // At once and not page by page: who reads may put an item off while reading, and is not to meet it twice.
        return AllAsync(
            new StoreStatement($"SELECT {StoreRows.ItemColumns} FROM {_tables.Items} WHERE kind = $1 AND due <= $2 ORDER BY due, id", kind, now.ToText()),
            _rows.Item, cancellationToken);
    }

    public async ValueTask<bool> TryTakeLeaseAsync(Lease lease, Instant now, Duration life, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(life, Duration.Zero);
        var taken = await database.ExecuteAsync(
            new StoreStatement(
                $"""
                INSERT INTO {_tables.Leases} AS kept (name, run, worker, until) VALUES ($1, $2, $3, $4)
                ON CONFLICT (name) DO UPDATE SET run = excluded.run, worker = excluded.worker, until = excluded.until
                WHERE kept.worker = excluded.worker OR kept.until <= $5 OR kept.until > $6
                """,
                lease.Name, lease.Run, lease.Worker, (now + life).ToText(), now.ToText(), (now + life + life).ToText()),
            cancellationToken).ConfigureAwait(false);
        return taken > 0;
    }

    public async ValueTask ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        await database.ExecuteAsync(
            new StoreStatement($"DELETE FROM {_tables.Leases} WHERE name = $1 AND worker = $2", lease.Name, lease.Worker), cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<Lease?> ReadLeaseAsync(string name, Instant now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return database.SingleAsync(
            new StoreStatement($"SELECT name, run, worker FROM {_tables.Leases} WHERE name = $1 AND until > $2", name, now.ToText()),
            static row => new Lease(row.GetString(0), row.GetString(1), row.GetString(2)), cancellationToken);
    }

    public async ValueTask<KillSwitch> ReadKillSwitchAsync(CancellationToken cancellationToken) => await database.SingleAsync(
        new StoreStatement($"SELECT is_on, reason, set_by, at FROM {_tables.KillSwitch}"), _rows.KillSwitch, cancellationToken).ConfigureAwait(false) ?? KillSwitch.Off;

    public async ValueTask SetKillSwitchAsync(KillSwitch killSwitch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(killSwitch);
        await database.ExecuteAsync(
            new StoreStatement(
                $"""
                INSERT INTO {_tables.KillSwitch} (id, is_on, reason, set_by, at) VALUES (1, $1, $2, $3, $4)
                ON CONFLICT (id) DO UPDATE SET is_on = excluded.is_on, reason = excluded.reason, set_by = excluded.set_by, at = excluded.at
                """,
                killSwitch.IsOn ? 1L : 0L, killSwitch.Reason, killSwitch.By, killSwitch.At?.ToText()),
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask PutPolicyAsync(StoredPolicy policy, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(policy);
        await database.ExecuteAsync(
            new StoreStatement(
                $"INSERT INTO {_tables.Policies} AS kept ({StoreRows.PolicyColumns}) VALUES ($1, $2, $3, $4, $5) "
                + "ON CONFLICT (hash) DO UPDATE SET since = excluded.since WHERE excluded.since < kept.since",
                policy.Hash, policy.Policy, policy.Version, policy.From.ToText(), policy.Json),
            cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<StoredPolicy?> ReadPolicyAsync(string hash, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return database.SingleAsync(
            new StoreStatement($"SELECT {StoreRows.PolicyColumns} FROM {_tables.Policies} WHERE hash = $1", hash), _rows.Policy, cancellationToken);
    }

    public IAsyncEnumerable<StoredPolicy> ReadPoliciesAsync(CancellationToken cancellationToken) => AllAsync(
        new StoreStatement($"SELECT {StoreRows.PolicyColumns} FROM {_tables.Policies} ORDER BY since, hash"), _rows.Policy, cancellationToken);

    private async IAsyncEnumerable<T> AllAsync<T>(
        StoreStatement query, Func<DbDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var row in await database.QueryAsync(query, read, cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return row;
        }
    }
}
