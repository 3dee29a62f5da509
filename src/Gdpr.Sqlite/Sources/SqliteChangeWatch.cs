using Gdpr.Relational.Batches;
using Gdpr.Relational.Mapping;
using SQLitePCL;

namespace Gdpr.Sqlite.Sources;

/// <summary>What a batch changes in SQLite. The connection counts every changed row, by whatever; where triggers may change some, it also tells which.</summary>
/// <remarks>Of tables without a rowid it does not tell: there only the count does. It holds the connection's hook for updates meanwhile.</remarks>
internal sealed class SqliteChangeWatch : ChangeWatch
{
    private readonly sqlite3 _handle;
    private readonly int _before;
    private readonly HashSet<long>? _rows;
    private readonly IReadOnlySet<string> _withoutRowid;
    private readonly bool _ownByCount;
    private readonly Dictionary<string, long> _seen = new(StringComparer.OrdinalIgnoreCase);
    private bool _otherOwn;

    /// <param name="handle">The connection.</param>
    /// <param name="dataSet">The data set.</param>
    /// <param name="rows">The rowids of the batch's records, where triggers may change others; <see langword="null"/> where nothing has any.</param>
    /// <param name="withoutRowid">The tables without a rowid.</param>
    public SqliteChangeWatch(sqlite3 handle, MappedDataSet dataSet, HashSet<long>? rows, IReadOnlySet<string> withoutRowid)
        : base(dataSet)
    {
        (_handle, _rows, _withoutRowid) = (handle, rows, withoutRowid);

        // Rows that refer to others of their own table are cut off from records that go: which they are is not asked.
        _ownByCount = dataSet.ChildTables.Any(table => table.Name == dataSet.Table.Name);
        _before = raw.sqlite3_total_changes(handle);
        if (rows is not null)
        {
            raw.sqlite3_update_hook(handle, OnChange, null);
        }
    }

    public override ValueTask<string?> FindOtherAsync(CancellationToken cancellationToken)
    {
        var inAll = raw.sqlite3_total_changes(_handle) - _before;
        var table = _otherOwn ? Own
            : inAll == SaidInAll ? null
            : _rows is null ? ""
            : Mapped.FirstOrDefault(IsOther) ?? UncountedOf(inAll);
        return ValueTask.FromResult(table switch
        {
            null => null,
            "" => "another table",
            _ => $"table '{table}'",
        });
    }

    public override void Dispose()
    {
        if (_rows is not null)
        {
            raw.sqlite3_update_hook(_handle, (delegate_update?)null, null);
        }
    }

    /// <summary>What the connection has counted and not told is of tables without a rowid: no more of it than the batch says.</summary>
    private string? UncountedOf(long inAll) => inAll - _seen.Values.Sum() == _withoutRowid.Sum(SaidOf) ? null : Mapped.FirstOrDefault(_withoutRowid.Contains);

    private bool IsOther(string table) =>
        !_withoutRowid.Contains(table) && (_ownByCount || table != Own) && _seen.GetValueOrDefault(table) != SaidOf(table);

    private void OnChange(object state, int type, utf8z database, utf8z table, long rowid)
    {
        var name = table.utf8_to_string();
        _seen[name] = _seen.GetValueOrDefault(name) + 1;
        _otherOwn |= !_ownByCount && name == Own && !_rows!.Contains(rowid);
    }
}
