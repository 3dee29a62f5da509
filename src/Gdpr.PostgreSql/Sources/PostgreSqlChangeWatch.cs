using System.Data.Common;
using System.Globalization;
using Gdpr.Relational.Batches;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;

namespace Gdpr.PostgreSql.Sources;

/// <summary>What a batch changes in PostgreSQL, where triggers may change more than it says: the server counts the rows that a transaction has changed, table by
/// table.</summary>
/// <remarks>
/// <para>Of the records' own table a count does not tell which were updated, and a trigger may keep a total in the records that go. Where more were updated than the
/// batch says, the table is searched for rows that this transaction has written and that are not the batch's.</para>
/// <para>A server that does not count (<c>track_counts</c>) tells nothing: then the batch is refused.</para>
/// </remarks>
internal sealed class PostgreSqlChangeWatch : ChangeWatch
{
    private readonly SqlDialect _dialect;
    private readonly DbTransaction _transaction;
    private readonly MappedDataSet _dataSet;
    private readonly IReadOnlyCollection<string> _keys;
    private readonly Dictionary<string, IReadOnlyList<string>> _asked;
    private readonly Dictionary<string, NotedRows> _noted = new(StringComparer.Ordinal);
    private Dictionary<string, Counts> _before = [];
    private bool _isBlind;

    private PostgreSqlChangeWatch(SqlDialect dialect, DbTransaction transaction, MappedDataSet dataSet, IReadOnlyCollection<string> keys)
        : base(dataSet)
    {
        (_dialect, _transaction, _dataSet, _keys) = (dialect, transaction, dataSet, keys);

        // The catalogue's names, of which two may differ by case alone.
        _asked = dataSet.AskedOfChanged.ToDictionary(asked => asked.Table.Name, asked => asked.Columns, StringComparer.Ordinal);
    }

    /// <summary>Rows that refer to others of their own table are cut off from records that go: which they are is not asked.</summary>
    private bool OwnByCount => _dataSet.ChildTables.Any(table => table.Name == Own);

    /// <summary>Begins to watch.</summary>
    public static async ValueTask<ChangeWatch?> BeginAsync(
        SqlDialect dialect, DbTransaction transaction, MappedDataSet dataSet, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var watch = new PostgreSqlChangeWatch(dialect, transaction, dataSet, keys);
        watch._before = await watch.CountAsync(cancellationToken).ConfigureAwait(false);
        var records = new RecordQuery(dialect, dataSet, hasFacts: false);
        await watch.NoteAsync(dataSet.Table, records.HasKeyOf("keys"), watch.BindKeys, cancellationToken).ConfigureAwait(false);
        return watch;
    }

    public override string? Blindness => _isBlind
        ? "the server does not count what a transaction changes (track_counts is off): have a superuser set it on, for all or for this role (ALTER ROLE ... SET track_counts = on)"
        : null;

    public override async ValueTask<OtherChange?> FindOtherAsync(CancellationToken cancellationToken)
    {
        foreach (var (table, noted) in _noted)
        {
            if (await noted.AnyChangedAsync(cancellationToken).ConfigureAwait(false))
            {
                return OtherChange.Deciding(table, noted.Columns);
            }
        }

        var grown = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (table, after) in await CountAsync(cancellationToken).ConfigureAwait(false))
        {
            var changed = after.Since(_before.GetValueOrDefault(table));
            var updates = changed.Updated - (SaidOf(table) - DeletedOf(table));
            if ((changed.Inserted != 0 && !MayGrow(table)) || changed.Deleted != DeletedOf(table)
                || (updates != 0 && !await AreOfBatchAsync(table, cancellationToken).ConfigureAwait(false)))
            {
                return OtherChange.Rows($"table '{table}'");
            }

            if (changed.Inserted != 0 && IsAsked(table))
            {
                grown.Add(table, await PlaceOfAddedAsync(table, changed, cancellationToken).ConfigureAwait(false));
            }
        }

        // Of a table in which rows were only added, those that this transaction has written are they.
        return await FindSoonerAsync(
            _dialect, _transaction, grown.Keys, (table, alias) => IsAdded(alias, grown[table]), _ => { }, cancellationToken).ConfigureAwait(false);
    }

    private static string IsAdded(string alias, string place) => $"({alias}.ctid >= '{place}' AND {NotedRows.IsWrittenHere(alias)})";

    /// <summary>From which place on all rows stand that this transaction has added to a table: in a log from which nothing is taken from the last page that it had, so
    /// that the others need not be read. Elsewhere they may be anywhere.</summary>
    private async ValueTask<string> PlaceOfAddedAsync(string table, Counts changed, CancellationToken cancellationToken)
    {
        var last = $"({Sql.Number(Math.Max(0, changed.Pages - 1))},0)";
        var command = _transaction.Connection!.Command(_transaction, $"SELECT count(*) FROM {_dialect.Table(table)} r WHERE {IsAdded("r", last)}");
        await using (command.ConfigureAwait(false))
        {
            var found = Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
            return found == changed.Inserted ? last : "(0,0)";
        }
    }

    public override ValueTask ExpectAsync(string table, string condition, Action<DbCommand> bind, CancellationToken cancellationToken) =>
        Conventions.Find(_dataSet.ChildTables, table) is { } child ? NoteAsync(child, condition, bind, cancellationToken) : ValueTask.CompletedTask;

    /// <summary>Notes rows that the batch is about to change: where they say something by which records are judged, and where several statements change rows of their
    /// table, so that a count would not tell which.</summary>
    private async ValueTask NoteAsync(TableDescription table, string condition, Action<DbCommand> bind, CancellationToken cancellationToken)
    {
        var asked = _asked.GetValueOrDefault(table.Name) ?? [];
        if (asked.Count > 0 || (OnlyFollows(table.Name) && !FollowsOnce(table.Name)))
        {
            _noted.TryAdd(table.Name, new NotedRows(_dialect, _transaction, table, KeyOf(table), asked));
            await _noted[table.Name].NoteAsync(condition, bind, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The columns that tell rows of a table apart; none where nothing does. No record of a batch has NULL in its key.</summary>
    private IReadOnlyList<string> KeyOf(TableDescription table) => table.PrimaryKey.Count > 0 ? table.PrimaryKey
        : table.UniqueKeys.FirstOrDefault(unique => unique.All(column => table.Find(column) is { IsNullable: false }))
        ?? (table.FullName == _dataSet.Table.FullName ? [.. _dataSet.Key.Select(column => column.Name)] : []);

    /// <summary>Whether only rows of a table were updated that the batch changes itself.</summary>
    private async ValueTask<bool> AreOfBatchAsync(string table, CancellationToken cancellationToken) =>
        !OnlyFollows(table) ? table == Own && !OwnByCount && !await AnyOtherOwnAsync(cancellationToken).ConfigureAwait(false)
        : _noted.TryGetValue(table, out var noted) ? noted.TellsRows && !await noted.AnyOtherWrittenAsync(cancellationToken).ConfigureAwait(false)
        : FollowsOnce(table) && await CountWrittenAsync(table, cancellationToken).ConfigureAwait(false) <= SaidOf(table) - DeletedOf(table);

    private void BindKeys(DbCommand command) => command.Add(_dialect, "keys", KeyJson.Of(_keys, _dataSet.Key.Count > 1));

    /// <summary>Whether this transaction has written a row of the records' own table that is none of the batch's.</summary>
    private async ValueTask<bool> AnyOtherOwnAsync(CancellationToken cancellationToken)
    {
        var records = new RecordQuery(_dialect, _dataSet, hasFacts: false);
        var command = _transaction.Connection!.Command(
            _transaction,
            $"SELECT EXISTS (SELECT FROM {records.Table} r WHERE {NotedRows.IsWrittenHere("r")} AND NOT coalesce({records.HasKeyOf("keys")}, false))");
        BindKeys(command);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
        }
    }

    /// <summary>How many rows that are there this transaction has written.</summary>
    private async ValueTask<long> CountWrittenAsync(string table, CancellationToken cancellationToken)
    {
        var command = _transaction.Connection!.Command(_transaction, $"SELECT count(*) FROM {_dialect.Table(table)} r WHERE {NotedRows.IsWrittenHere("r")}");
        await using (command.ConfigureAwait(false))
        {
            return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
        }
    }

    /// <summary>What has been counted so far in each table.</summary>
    private async ValueTask<Dictionary<string, Counts>> CountAsync(CancellationToken cancellationToken)
    {
        string[] names = [.. Mapped];
        var command = _transaction.Connection!.Command(
            _transaction,
            $"""
            SELECT NULL, CAST(current_setting('track_counts') AS boolean), 0, 0, 0, 0
            UNION ALL SELECT m.name, true,
                CAST(coalesce(sum(s.n_tup_ins), 0) AS bigint), CAST(coalesce(sum(s.n_tup_upd), 0) AS bigint), CAST(coalesce(sum(s.n_tup_del), 0) AS bigint),
                CASE WHEN count(*) = 1 THEN max(pg_relation_size(s.relid)) / CAST(current_setting('block_size') AS bigint) ELSE 0 END
            FROM unnest({_dialect.Parameter("names")}, {_dialect.Parameter("quoted")}) AS m(name, quoted)
                CROSS JOIN LATERAL (SELECT CASE WHEN cardinality(parse_ident(m.quoted)) = 1 THEN to_regclass(m.quoted) ELSE (
                    SELECT CAST(c.oid AS regclass) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = (parse_ident(m.quoted))[1] AND c.relname = (parse_ident(m.quoted))[2]) END) AS t(id)
                JOIN pg_stat_xact_user_tables s ON s.relid = t.id OR s.relid IN (SELECT p.relid FROM pg_partition_tree(t.id) p)
            GROUP BY m.name
            """).Add(_dialect, "names", names).Add(_dialect, "quoted", names.Select(_dialect.Table).ToArray());
        await using var closing = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closingReader = reader.ConfigureAwait(false);
        var counts = new Dictionary<string, Counts>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reader.IsDBNull(0))
            {
                _isBlind |= !reader.GetBoolean(1);
                continue;
            }

            counts[Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!] = new Counts(
                reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.IsDBNull(5) ? 0 : reader.GetInt64(5));
        }

        return counts;
    }

    /// <summary>How many rows of a table have been inserted, updated and deleted, and how many pages it has; 0 where that says nothing of where rows stand, as of one
    /// that is in partitions.</summary>
    private readonly record struct Counts(long Inserted, long Updated, long Deleted, long Pages)
    {
        /// <summary>What has been done since then, when it had those pages.</summary>
        public Counts Since(Counts before) => new(Inserted - before.Inserted, Updated - before.Updated, Deleted - before.Deleted, before.Pages);
    }
}
