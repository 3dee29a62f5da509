using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
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
    private readonly Dictionary<string, (TableDescription Table, IReadOnlyList<string> Columns)> _asked;
    private readonly Dictionary<string, Dictionary<RowId, string>> _deciding = new(StringComparer.OrdinalIgnoreCase);
    private Dictionary<string, Counts> _before = [];
    private bool _isBlind;

    private PostgreSqlChangeWatch(SqlDialect dialect, DbTransaction transaction, MappedDataSet dataSet, IReadOnlyCollection<string> keys)
        : base(dataSet)
    {
        (_dialect, _transaction, _dataSet, _keys) = (dialect, transaction, dataSet, keys);
        _asked = dataSet.AskedOfChanged.DistinctBy(asked => asked.Table.Name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(asked => asked.Table.Name, StringComparer.OrdinalIgnoreCase);
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
        await watch.NoteDecidingAsync(dataSet.Table.Name, $"FROM {records.Table} r WHERE {records.HasKeyOf("keys")}", watch.BindKeys, cancellationToken).ConfigureAwait(false);
        return watch;
    }

    public override string? Blindness => _isBlind
        ? "the server does not count what a transaction changes (track_counts is off): have a superuser set it on, for all or for this role (ALTER ROLE ... SET track_counts = on)"
        : null;

    public override async ValueTask<OtherChange?> FindOtherAsync(CancellationToken cancellationToken)
    {
        foreach (var (table, before) in _deciding.Where(noted => noted.Value.Count > 0))
        {
            await foreach (var (row, says) in ReadDecidingAsync(
                table, $"FROM {_dialect.Table(table)} WHERE {IsOneOf(_asked[table].Table)}", command => BindRows(command, before.Keys), cancellationToken)
                .ConfigureAwait(false))
            {
                if (before[row] != says)
                {
                    return OtherChange.Deciding(table, _asked[table].Columns);
                }
            }
        }

        var grown = new List<string>();
        foreach (var (table, after) in await CountAsync(cancellationToken).ConfigureAwait(false))
        {
            var changed = after.Since(_before.GetValueOrDefault(table));
            var updates = changed.Updated - (SaidOf(table) - DeletedOf(table));
            if ((changed.Inserted != 0 && !MayGrow(table)) || changed.Deleted != DeletedOf(table)
                || (updates != 0 && !(OnlyFollows(table) && FollowsOnce(table) && !_asked.ContainsKey(table)
                    ? await CountWrittenAsync(table, cancellationToken).ConfigureAwait(false) <= SaidOf(table) - DeletedOf(table)
                    : table == Own && !OwnByCount && !await AnyOtherOwnAsync(cancellationToken).ConfigureAwait(false))))
            {
                return OtherChange.Rows($"table '{table}'");
            }

            if (changed.Inserted != 0 && IsAsked(table))
            {
                grown.Add(table);
            }
        }

        // Of a table in which rows were only added, those that this transaction has written are they.
        return await FindSoonerAsync(_dialect, _transaction, grown, (_, alias) => IsWrittenHere(alias), _ => { }, cancellationToken).ConfigureAwait(false);
    }

    public override ValueTask ExpectAsync(string table, string condition, Action<DbCommand> bind, CancellationToken cancellationToken) =>
        NoteDecidingAsync(table, $"FROM {_dialect.Table(table)} WHERE {condition}", bind, cancellationToken);

    /// <summary>Notes what rows say that the batch is about to change, in columns by which records are judged: a trigger that acts before a change is not
    /// counted.</summary>
    private async ValueTask NoteDecidingAsync(string table, string rows, Action<DbCommand> bind, CancellationToken cancellationToken)
    {
        if (_asked.TryGetValue(table, out var asked) && asked.Table.PrimaryKey.Count > 0)
        {
            _deciding.TryAdd(table, []);
            await foreach (var (row, says) in ReadDecidingAsync(table, rows, bind, cancellationToken).ConfigureAwait(false))
            {
                _deciding[table].TryAdd(row, says);
            }
        }
    }

    private async IAsyncEnumerable<(RowId Row, string Says)> ReadDecidingAsync(
        string table, string rows, Action<DbCommand> bind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (description, columns) = _asked[table];
        var id = description.PrimaryKey.Select(column => $"CAST({_dialect.Quote(column)} AS text)");
        var says = $"CAST(ROW({string.Join(", ", columns.Select(_dialect.Quote))}) AS text)";
        var command = _transaction.Connection!.Command(_transaction, $"SELECT ARRAY[{string.Join(", ", id)}], {says} {rows}");
        await using var closing = command.ConfigureAwait(false);
        bind(command);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closingReader = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return (new RowId(reader.GetFieldValue<string[]>(0)), reader.GetString(1));
        }
    }

    /// <summary>A condition that an index on the key serves: a row is one of those whose keys are given, column by column.</summary>
    private string IsOneOf(TableDescription table)
    {
        var given = table.PrimaryKey.Select((column, i) => _dialect.Value($"u.k{i}", table.Find(column)!.Kind));
        return $"({string.Join(", ", table.PrimaryKey.Select(_dialect.Quote))}) IN (SELECT {string.Join(", ", given)} "
            + $"FROM unnest({string.Join(", ", table.PrimaryKey.Select((_, i) => _dialect.Parameter($"ids{i}")))}) "
            + $"AS u({string.Join(", ", table.PrimaryKey.Select((_, i) => $"k{i}"))}))";
    }

    private void BindRows(DbCommand command, IReadOnlyCollection<RowId> rows)
    {
        for (var i = 0; i < rows.First().Key.Count; i++)
        {
            command.Add(_dialect, $"ids{i}", rows.Select(row => row.Key[i]).ToArray());
        }
    }

    private void BindKeys(DbCommand command) => command.Add(_dialect, "keys", KeyJson.Of(_keys, _dataSet.Key.Count > 1));

    /// <summary>Whether this transaction has written a row of the records' own table that is none of the batch's.</summary>
    private async ValueTask<bool> AnyOtherOwnAsync(CancellationToken cancellationToken)
    {
        var records = new RecordQuery(_dialect, _dataSet, hasFacts: false);
        var command = _transaction.Connection!.Command(
            _transaction,
            $"SELECT EXISTS (SELECT FROM {records.Table} r WHERE {IsWrittenHere("r")} AND NOT coalesce({records.HasKeyOf("keys")}, false))");
        BindKeys(command);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
        }
    }

    /// <summary>How many rows that are there this transaction has written.</summary>
    private async ValueTask<long> CountWrittenAsync(string table, CancellationToken cancellationToken)
    {
        var command = _transaction.Connection!.Command(_transaction, $"SELECT count(*) FROM {_dialect.Table(table)} r WHERE {IsWrittenHere("r")}");
        await using (command.ConfigureAwait(false))
        {
            return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
        }
    }

    /// <summary>A condition: this transaction has written a row. Rows that it sees are written by transactions that have ended, or by itself; in an exception block of a
    /// trigger, under a number of its own that came later.</summary>
    private static string IsWrittenHere(string alias)
    {
        const string Current = "CAST(CAST(pg_current_xact_id() AS text) AS bigint)";
        var writer = $"CAST(CAST({alias}.xmin AS text) AS bigint)";
        var later = $"(({writer} - {Current} % 4294967296 + 4294967296) % 4294967296)";
        return $"({writer} > 2 AND {later} < 2147483648 AND CASE "
            + $"WHEN {Current} + {later} < CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint) "
            + $"THEN pg_xact_status(CAST(CAST({Current} + {later} AS text) AS xid8)) = 'in progress' ELSE true END)";
    }

    /// <summary>What has been counted so far in each table.</summary>
    private async ValueTask<Dictionary<string, Counts>> CountAsync(CancellationToken cancellationToken)
    {
        string[] names = [.. Mapped];
        var command = _transaction.Connection!.Command(
            _transaction,
            $"""
            SELECT NULL, CAST(current_setting('track_counts') AS boolean), 0, 0, 0
            UNION ALL SELECT m.name, true,
                CAST(coalesce(sum(s.n_tup_ins), 0) AS bigint), CAST(coalesce(sum(s.n_tup_upd), 0) AS bigint), CAST(coalesce(sum(s.n_tup_del), 0) AS bigint)
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

            counts[Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!] = new Counts(reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4));
        }

        return counts;
    }

    /// <summary>What tells a row of a table: the texts of its key.</summary>
    private readonly record struct RowId(IReadOnlyList<string> Key)
    {
        public bool Equals(RowId other) => Key.SequenceEqual(other.Key, StringComparer.Ordinal);

        public override int GetHashCode() => Key.Aggregate(0, HashCode.Combine);
    }

    /// <summary>How many rows of a table have been inserted, updated and deleted.</summary>
    private readonly record struct Counts(long Inserted, long Updated, long Deleted)
    {
        public Counts Since(Counts before) => new(Inserted - before.Inserted, Updated - before.Updated, Deleted - before.Deleted);
    }
}
