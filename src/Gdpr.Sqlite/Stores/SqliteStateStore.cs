using System.Runtime.CompilerServices;
using Gdpr.Journals;
using Gdpr.Relational.Stores;
using NodaTime;

namespace Gdpr.Sqlite.Stores;

/// <summary>The state store in a SQLite database.</summary>
internal sealed class SqliteStateStore(StoreFile file) : IStateStore
{
    private readonly StoreRows _rows = new(file.Name);

    public ValueTask PrepareAsync(CancellationToken cancellationToken) => file.PrepareAsync(cancellationToken);

    public ValueTask<FoldedState?> ReadAsync(string fold, string controller, string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(key);
        return file.ReadAsync(reader => Read(reader, fold, controller, key), cancellationToken);
    }

    public ValueTask<IReadOnlyList<FoldedState?>> ReadManyAsync(string fold, string controller, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(keys);

        // The database is in the process: each is a look-up in the index, and no round trip.
        return file.ReadAsync<IReadOnlyList<FoldedState?>>(reader => [.. keys.Select(key => Read(reader, fold, controller, key))], cancellationToken);
    }

    public IAsyncEnumerable<FoldedState> ReadFoldAsync(string fold, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fold);
        return file.ReadPagesAsync<FoldedState>(
            (reader, last) => last is null
                ? reader.QueryPage(
                    $"SELECT {StoreRows.StateColumns} FROM gdpr_fold WHERE fold = $1 ORDER BY controller, key LIMIT {StoreFile.PageSize}",
                    _rows.State, fold)
                : reader.QueryPage(
                    $"""
                    SELECT {StoreRows.StateColumns} FROM gdpr_fold WHERE fold = $1 AND (controller, key) > ($2, $3)
                    ORDER BY controller, key LIMIT {StoreFile.PageSize}
                    """,
                    _rows.State, fold, last.Controller, last.Key),
            cancellationToken);
    }

    public ValueTask<bool> WriteAsync(FoldedState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        return file.WriteAsync(writer => Write(writer, state) > 0, cancellationToken);
    }

    public async ValueTask WriteAllAsync(IReadOnlyList<FoldedState> states, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(states);
        await file.WriteAsync(writer => states.Sum(state => Write(writer, state)), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask ClearFoldAsync(string fold, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fold);
        await file.WriteAsync(writer => writer.Execute("DELETE FROM gdpr_fold WHERE fold = $1", fold), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask PutItemAsync(OpenItem item, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        await file.WriteAsync(
            writer => writer.Execute(
                "INSERT OR REPLACE INTO gdpr_item (id, kind, due, content) VALUES ($1, $2, $3, $4)", item.Id, item.Kind, item.Due.ToText(), item.Content),
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask RemoveItemAsync(string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        await file.WriteAsync(writer => writer.Execute("DELETE FROM gdpr_item WHERE id = $1", id), cancellationToken).ConfigureAwait(false);
    }

    public IAsyncEnumerable<OpenItem> ReadDueItemsAsync(string kind, Instant now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(kind);

        // At once and not page by page: who reads may put an item off while reading, and is not to meet it twice.
        return AllAsync(
            reader => reader.Query(
                $"SELECT {StoreRows.ItemColumns} FROM gdpr_item WHERE kind = $1 AND due <= $2 ORDER BY due, id", _rows.Item, kind, now.ToText()),
            cancellationToken);
    }

    public ValueTask<bool> TryTakeLeaseAsync(Lease lease, Instant now, Duration life, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(life, Duration.Zero);
        return file.WriteAsync(
            writer => writer.Execute(
                """
                INSERT INTO gdpr_lease (name, run, worker, until) VALUES ($1, $2, $3, $4)
                ON CONFLICT (name) DO UPDATE SET run = excluded.run, worker = excluded.worker, until = excluded.until
                WHERE worker = excluded.worker OR until <= $5 OR until > $6
                """,
                lease.Name, lease.Run, lease.Worker, (now + life).ToText(), now.ToText(), (now + life + life).ToText()) > 0,
            cancellationToken);
    }

    public async ValueTask ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        await file.WriteAsync(
            writer => writer.Execute("DELETE FROM gdpr_lease WHERE name = $1 AND worker = $2", lease.Name, lease.Worker), cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<Lease?> ReadLeaseAsync(string name, Instant now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return file.ReadAsync(
            reader => reader.Single(
                "SELECT name, run, worker FROM gdpr_lease WHERE name = $1 AND until > $2",
                row => new Lease(row.GetString(0), row.GetString(1), row.GetString(2)), name, now.ToText()),
            cancellationToken);
    }

    public ValueTask<KillSwitch> ReadKillSwitchAsync(CancellationToken cancellationToken) => file.ReadAsync(
        reader => reader.Single("SELECT is_on, reason, set_by, at FROM gdpr_kill_switch", _rows.KillSwitch) ?? KillSwitch.Off, cancellationToken);

    public async ValueTask SetKillSwitchAsync(KillSwitch killSwitch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(killSwitch);
        await file.WriteAsync(
            writer => writer.Execute(
                "INSERT OR REPLACE INTO gdpr_kill_switch (id, is_on, reason, set_by, at) VALUES (1, $1, $2, $3, $4)",
                killSwitch.IsOn ? 1L : 0L, killSwitch.Reason, killSwitch.By, killSwitch.At?.ToText()),
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask PutPolicyAsync(StoredPolicy policy, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(policy);
        await file.WriteAsync(
            writer => writer.Execute(
                "INSERT INTO gdpr_policy (hash, policy, version, since, json) VALUES ($1, $2, $3, $4, $5) "
                + "ON CONFLICT (hash) DO UPDATE SET since = excluded.since WHERE excluded.since < gdpr_policy.since",
                policy.Hash, policy.Policy, policy.Version, policy.From.ToText(), policy.Json),
            cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<StoredPolicy?> ReadPolicyAsync(string hash, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return file.ReadAsync(
            reader => reader.Single($"SELECT {StoreRows.PolicyColumns} FROM gdpr_policy WHERE hash = $1", _rows.Policy, hash), cancellationToken);
    }

    public IAsyncEnumerable<StoredPolicy> ReadPoliciesAsync(CancellationToken cancellationToken) => AllAsync(
        reader => reader.Query($"SELECT {StoreRows.PolicyColumns} FROM gdpr_policy ORDER BY since, hash", _rows.Policy), cancellationToken);

    private async IAsyncEnumerable<T> AllAsync<T>(Func<StoreConnection, List<T>> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var item in await file.ReadAsync(read, cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return item;
        }
    }

    private FoldedState? Read(StoreConnection reader, string fold, string controller, string key) => reader.Single(
        $"SELECT {StoreRows.StateColumns} FROM gdpr_fold WHERE fold = $1 AND controller = $2 AND key = $3", _rows.State, fold, controller, key);

    private static int Write(StoreConnection writer, FoldedState state) => writer.Execute(
        """
        INSERT INTO gdpr_fold (fold, controller, key, position, content) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (fold, controller, key) DO UPDATE SET position = excluded.position, content = excluded.content WHERE excluded.position > position
        """,
        state.Fold, state.Controller, state.Key, state.Position, state.Content);
}
