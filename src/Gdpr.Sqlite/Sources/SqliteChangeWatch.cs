using System.Data.Common;
using Gdpr.Relational.Batches;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gdpr.Sqlite.Sources;

/// <summary>What a batch changes in SQLite. The connection counts every changed row, by whatever; where triggers may change some, it also tells which.</summary>
/// <remarks>Of tables without a rowid it does not tell: there only the count does. It holds the connection's hook for updates meanwhile. Where rows may go that it
/// does not tell of, those of each table are counted before and afterwards.</remarks>
internal sealed class SqliteChangeWatch : ChangeWatch
{
    // One that no selection gives.
    private const long NoRow = long.MinValue;

    private static readonly string[] Rowids = ["rowid", "_rowid_", "oid"];

    private readonly SqlDialect _dialect;
    private readonly DbTransaction _transaction;
    private readonly MappedDataSet _dataSet;
    private readonly sqlite3 _handle;
    private readonly int _before;
    private readonly HashSet<string> _withoutRowid = new(StringComparer.OrdinalIgnoreCase);
    private readonly bool _ownByCount;
    private readonly Dictionary<string, long> _seen = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, long> _grown = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, long> _updated = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, HashSet<long>> _following = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, HashSet<long>> _expected = new(StringComparer.OrdinalIgnoreCase);
    private readonly OrderedDictionary<string, List<long>> _added = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<(string Table, string Name)> _columnsCalledSo = [];
    private readonly DecidingColumnWatch _deciding;
    private HashSet<long>? _rows;
    private IReadOnlyDictionary<string, long> _rowsBefore = new Dictionary<string, long>();
    private bool _otherOwn;

    private SqliteChangeWatch(SqlDialect dialect, DbTransaction transaction, MappedDataSet dataSet)
        : base(dataSet)
    {
        (_dialect, _transaction, _dataSet) = (dialect, transaction, dataSet);
        _deciding = new DecidingColumnWatch(dialect, transaction, dataSet, IdOf);
        _handle = ((SqliteConnection)transaction.Connection!).Handle!;

        // Rows that refer to others of their own table are cut off from records that go: which they are is not asked.
        _ownByCount = dataSet.ChildTables.Any(table => table.Name == dataSet.Table.Name);
        _before = raw.sqlite3_total_changes(_handle);
    }

    /// <summary>Begins to watch.</summary>
    public static async ValueTask<ChangeWatch?> BeginAsync(
        SqlDialect dialect, DbTransaction transaction, MappedDataSet dataSet, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var watch = new SqliteChangeWatch(dialect, transaction, dataSet);
        if (dataSet.HasTriggers)
        {
            await watch.LookCloserAsync(keys, cancellationToken).ConfigureAwait(false);
        }

        return watch;
    }

    public override async ValueTask<OtherChange?> FindOtherAsync(CancellationToken cancellationToken)
    {
        var inAll = raw.sqlite3_total_changes(_handle) - _before;
        return await _deciding.EndAsync(cancellationToken).ConfigureAwait(false) is { } decided ? decided
            : await FindChangedAsync(inAll, cancellationToken).ConfigureAwait(false) is { } where ? OtherChange.Rows(where)
            : await FindSoonerAsync(_dialect, _transaction, _added.Keys, IsNew, BindNew, cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask ExpectAsync(string table, string condition, Action<DbCommand> bind, CancellationToken cancellationToken)
    {
        if (_rows is not null && OnlyFollows(table) && !_withoutRowid.Contains(table))
        {
            _expected.TryAdd(table, []);
            var command = Command($"SELECT {RowidOf(table)} FROM {_dialect.Table(table)} WHERE {condition}");
            bind(command);
            await ReadAsync(command, reader => _expected[table].Add(reader.GetInt64(0)), cancellationToken).ConfigureAwait(false);
        }
    }

    private string IsNew(string table, string alias) =>
        $"{alias}.{RowidOf(table)} IN (SELECT value FROM json_each({_dialect.Parameter(AddedTo(_added.IndexOf(table)))}))";

    private void BindNew(DbCommand command)
    {
        foreach (var (index, rows) in _added.Values.Index())
        {
            command.Add(_dialect, AddedTo(index), $"[{string.Join(',', rows.Select(rowid => Sql.Number(rowid)))}]");
        }
    }

    private static string AddedTo(int table) => $"added{Sql.Number(table)}";

    /// <summary>The name of a table's rowid: the first that no column has taken.</summary>
    private string RowidOf(string table) => Array.Find(Rowids, name => !_columnsCalledSo.Contains((table, name))) ?? Rowids[0];

    /// <summary>An expression that tells a row of a table from others: what the key is of one without a rowid.</summary>
    private string IdOf(TableDescription table, string alias) => _withoutRowid.Contains(table.Name)
        ? string.Join(" || ',' || ", table.PrimaryKey.Select(column => $"quote({alias}.{_dialect.Quote(column)})"))
        : $"{alias}.{RowidOf(table.Name)}";

    private async ValueTask<string?> FindChangedAsync(int inAll, CancellationToken cancellationToken)
    {
        if (_otherOwn)
        {
            return $"table '{Own}'";
        }

        foreach (var (table, rows) in await CountRowsAsync(_rowsBefore.Keys, cancellationToken).ConfigureAwait(false))
        {
            if (rows != _rowsBefore[table] - DeletedOf(table) + _grown.GetValueOrDefault(table))
            {
                return $"table '{table}'";
            }
        }

        return inAll == SaidInAll ? null
            : _rows is null ? "another table"
            : Mapped.FirstOrDefault(IsOther) is { } other ? $"table '{other}'"
            : UncountedOf(inAll) is { } untold
                ? $"table '{untold}' or of another table without a rowid, such as an index for full text has (SQLite does not tell of which)"
            : null;
    }

    public override void Dispose()
    {
        if (_rows is not null)
        {
            raw.sqlite3_update_hook(_handle, (delegate_update?)null, null);
        }
    }

    /// <summary>Has the connection tell which rows change.</summary>
    private async ValueTask LookCloserAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var tables = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        await ReadAsync(Command("SELECT name, wr FROM pragma_table_list WHERE schema = 'main'"), reader =>
        {
            tables.Add(reader.GetString(0));
            if (reader.GetInt64(1) == 1)
            {
                _withoutRowid.Add(reader.GetString(0));
            }
        }, cancellationToken).ConfigureAwait(false);
        await ReadAsync(
            Command("SELECT t.name, lower(c.name) FROM pragma_table_list t JOIN pragma_table_xinfo(t.name, 'main') c "
                + "WHERE t.schema = 'main' AND t.type = 'table' AND lower(c.name) IN ('rowid', '_rowid_', 'oid')"),
            reader => _columnsCalledSo.Add((reader.GetString(0), reader.GetString(1))), cancellationToken).ConfigureAwait(false);
        var statements = new List<string>();
        await ReadAsync(
            Command("SELECT sql FROM main.sqlite_master WHERE type IN ('table', 'trigger') AND sql IS NOT NULL "
                + "UNION ALL SELECT sql FROM sqlite_temp_master WHERE type = 'trigger' AND sql IS NOT NULL"),
            reader => statements.Add(reader.GetString(0)), cancellationToken).ConfigureAwait(false);
        if (SilentDeletions.MayHappen(statements))
        {
            _rowsBefore = await CountRowsAsync(Mapped.Where(tables.Contains).Distinct(StringComparer.OrdinalIgnoreCase), cancellationToken).ConfigureAwait(false);
        }

        var rows = new HashSet<long>();
        if (!_withoutRowid.Contains(Own))
        {
            var query = new RecordQuery(_dialect, _dataSet);
            await ReadAsync(
                Command($"SELECT {RowidOf(Own)} FROM {query.Table} WHERE {query.HasKeyOf("keys")}").Add(_dialect, "keys", KeyJson.Of(keys, _dataSet.Key.Count > 1)),
                reader => rows.Add(reader.GetInt64(0)), cancellationToken).ConfigureAwait(false);
        }

        await _deciding.BeginAsync(cancellationToken).ConfigureAwait(false);
        _rows = rows;
        raw.sqlite3_update_hook(_handle, OnChange, null);
    }

    /// <summary>How many rows each of some tables has.</summary>
    private async ValueTask<IReadOnlyDictionary<string, long>> CountRowsAsync(IEnumerable<string> tables, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, long>(StringComparer.OrdinalIgnoreCase);
        foreach (var table in tables)
        {
            await ReadAsync(Command($"SELECT count(*) FROM {_dialect.Table(table)}"), reader => counts.Add(table, reader.GetInt64(0)), cancellationToken)
                .ConfigureAwait(false);
        }

        return counts;
    }

    /// <summary>What the connection has counted and not told is of tables without a rowid: no more of it than the batch says.</summary>
    private string? UncountedOf(long inAll) => inAll - _seen.Values.Sum() == _withoutRowid.Sum(SaidOf) ? null : Mapped.FirstOrDefault(_withoutRowid.Contains);

    private bool IsOther(string table) =>
        !_withoutRowid.Contains(table) && (_ownByCount || table != Own) && (_following.TryGetValue(table, out var rows)
            ? !rows.IsSubsetOf(_expected.GetValueOrDefault(table) ?? [])
            : _seen.GetValueOrDefault(table) - _grown.GetValueOrDefault(table) - _updated.GetValueOrDefault(table) != SaidOf(table));

    private void OnChange(object state, int type, utf8z database, utf8z table, long rowid)
    {
        var name = table.utf8_to_string();
        _seen[name] = _seen.GetValueOrDefault(name) + 1;
        if (MayGrow(name) && type is raw.SQLITE_INSERT or raw.SQLITE_UPDATE)
        {
            var counts = type == raw.SQLITE_INSERT ? _grown : _updated;
            counts[name] = counts.GetValueOrDefault(name) + 1;
            if (type == raw.SQLITE_INSERT && IsAsked(name))
            {
                _added.TryAdd(name, []);
                _added[name].Add(rowid);
            }
        }

        if (OnlyFollows(name))
        {
            // A row more is none that goes with a record, also where it has taken the place of one that is gone.
            _following.TryAdd(name, []);
            _following[name].Add(type == raw.SQLITE_INSERT ? NoRow : rowid);
        }

        _otherOwn |= !_ownByCount && name == Own && !_rows!.Contains(rowid);
    }

    private DbCommand Command(string text) => _transaction.Connection!.Command(_transaction, text);

    private static async ValueTask ReadAsync(DbCommand command, Action<DbDataReader> take, CancellationToken cancellationToken)
    {
        await using var closing = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closingReader = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            take(reader);
        }
    }
}
