using System.Data.Common;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Sources;

namespace Gdpr.Relational.Exports;

/// <summary>What of a person's records stands in other tables, whose rows go with the records: read before the records, which are given out
/// one after the other.</summary>
internal sealed class PartsBeside
{
    private readonly SqlDialect _dialect;
    private readonly RecordQuery _query;
    private readonly IExportForms? _forms;
    private readonly string _table;
    private readonly Way[] _ways;

    public PartsBeside(SqlDialect dialect, MappedDataSet dataSet, RecordQuery query, IExportForms? forms)
    {
        (_dialect, _query, _forms, _table) = (dialect, query, forms, dataSet.Table.Name);
        _ways = [.. dataSet.Beside.SelectMany(field => field.Value.Select(column => (Field: field.Key, Column: column)))
            .GroupBy(own => query.WayOf(own.Column.Path), own => own)
            .Select(group => new Way([.. group.Select(own => own.Field)], [.. group.Select(own => own.Column)]))];
    }

    public bool Any => _ways.Length > 0;

    /// <summary>The statements that read them, each with what takes its rows.</summary>
    /// <param name="ofPerson">The condition on the records' rows.</param>
    public IEnumerable<(SqlStatement Statement, Action<DbDataReader> Take)> Statements(string ofPerson) => _ways.Select(way =>
    {
        var (last, tables, conditions) = _query.WayOf(way.Columns[0].Path);
        var columns = way.Columns.Select((column, i) => $"{_dialect.Exported($"{last}.{_dialect.Quote(column.Column.Name)}", column.Column.Kind)} AS c{i}");
        var text = $"SELECT CASE WHEN {_query.HasKey("r")} THEN {_query.KeyText("r")} END AS k, {string.Join(", ", columns)} FROM {_query.From}, {tables} "
            + $"WHERE {Condition.And(ofPerson, conditions)} ORDER BY {string.Join(", ", way.Order.Select(column => $"{last}.{_dialect.Quote(column)}").DefaultIfEmpty("1"))}";
        return (new SqlStatement(text, new SqlValues(_dialect)), new Action<DbDataReader>(reader => Take(way, reader)));
    });

    /// <summary>The values of a field of a record; one that may be there several times as a list.</summary>
    /// <param name="field">The field.</param>
    /// <param name="key">The record's key.</param>
    public IEnumerable<StoredValue> Of(string field, string? key) => _ways.SelectMany(way => way.Fields.Index().Where(own => own.Item == field).Select(own =>
    {
        var (column, rows) = (way.Columns[own.Index], key is null ? [] : way.Rows.GetValueOrDefault(key) ?? []);
        return new StoredValue(
            $"{column.Table}.{column.Column.Name}",
            rows.Count == 0 ? null : column.IsMany ? rows.ConvertAll(row => row[own.Index].Content) : rows[0][own.Index].Content);
    }));

    private void Take(Way way, DbDataReader reader)
    {
        if (reader.IsDBNull(0))
        {
            throw new UnreadableContentException($"a record of table '{_table}' has a key that no text names, so that its rows in table '{way.Columns[0].Table}' cannot be told from others.");
        }

        var key = reader.GetString(0);
        if (!way.Rows.TryGetValue(key, out var rows))
        {
            way.Rows.Add(key, rows = []);
        }

        rows.Add([.. way.Columns.Select((column, i) => PersonRecords.ValueOf(_forms, column.In, column.Column.Name, reader, 1 + i))]);
    }

    /// <summary>A way from the records to another table, what is read there, and what has been.</summary>
    private sealed record Way(IReadOnlyList<string> Fields, IReadOnlyList<BesideColumn> Columns)
    {
        public Dictionary<string, List<StoredValue[]>> Rows { get; } = new(StringComparer.Ordinal);

        public IEnumerable<string> Order => Columns[0].Order;
    }
}
