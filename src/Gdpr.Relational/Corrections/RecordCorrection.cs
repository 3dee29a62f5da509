using System.Data.Common;
using System.Text.Json;
using Gdpr.Relational.Batches;
using Gdpr.Relational.Exports;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Gdpr.Sources;

namespace Gdpr.Relational.Corrections;

/// <summary>Writes what is right into a person's record: one statement, which asks for the person again.</summary>
internal sealed class RecordCorrection
{
    private readonly SqlDialect _dialect;
    private readonly MappedDataSet _dataSet;
    private readonly IExportForms? _forms;
    private readonly RecordQuery _query;
    private readonly PersonCondition _person;
    private readonly IReadOnlyList<ColumnPath> _people;

    public RecordCorrection(SqlDialect dialect, MappedDataSet dataSet, IExportForms? forms)
    {
        (_dialect, _dataSet, _forms) = (dialect, dataSet, forms);
        _query = new RecordQuery(dialect, dataSet);
        _person = new PersonCondition(dialect, dataSet, _query);
        _people = PersonCondition.PathsOf(dataSet);
    }

    /// <summary>Whether a field can be corrected: one column of the record's own row holds it, as text or a number and as it is shown, and nothing else.</summary>
    public bool CanWrite(string field) => ColumnOf(field) is not null;

    /// <summary>The statement that corrects a record; <see langword="null"/> where nothing can be corrected so.</summary>
    /// <exception cref="ArgumentException">A value is not of a kind that its field can hold.</exception>
    public DbCommand? Command(DbConnection connection, DbTransaction transaction, Rectification rectification)
    {
        var (key, parts) = (rectification.NativeKey, _dataSet.Key.Count);
        if (rectification.Values.Count == 0 || !rectification.Values.Keys.All(CanWrite) || !_dialect.CanHold(key) || (parts > 1 && !KeyJson.IsComposite(key, parts)))
        {
            return null;
        }

        var values = new SqlValues(_dialect);
        var set = rectification.Values.Select(value =>
        {
            var column = ColumnOf(value.Key)!;
            return $"{_dialect.Quote(column.Name)} = {Written(value.Key, column, value.Value, values)}";
        });
        var text = $"{_dialect.Update} {_query.Table} AS r SET {string.Join(", ", set)} WHERE "
            + Condition.And([_query.HasKeyOf("keys", areKnown: false), .. rectification.Values.Keys.Select(IsTheirs).Distinct(StringComparer.Ordinal)]);
        return _person.AddTo(new SqlStatement(text, values).On(connection, transaction), rectification.NativeIds)
            .Add(_dialect, "keys", KeyJson.Of([key], parts > 1));
    }

    private ColumnDescription? ColumnOf(string field) =>
        _dataSet.Schedule.FieldGroups.Any(group => group.Fields.Contains(field, StringComparer.Ordinal))
        && _dataSet.Fields.GetValueOrDefault(field) is [{ Column: var column }] && _dataSet.Beside.GetValueOrDefault(field) is null or []
        && !_dataSet.Fields.Any(other => other.Key != field && other.Value.Any(change => change.Column.Name == column.Name))
        && column is { IsGenerated: false, Affinity: ColumnAffinity.Text or ColumnAffinity.Integer or ColumnAffinity.Number }
        && !_dataSet.Key.Concat(_dataSet.Only.Select(only => only.Column)).Any(other => other.Name == column.Name)
        && !_people.Any(path => path.Through.Count == 0 && string.Equals(path.Column, column.Name, StringComparison.OrdinalIgnoreCase))
        && _forms?.IsPlain(_dataSet.Table, column.Name) != false
            ? column : null;

    /// <summary>A condition: the field is one of those that the person sees of the record.</summary>
    private string IsTheirs(string field) => Condition.Or(_people.Index().Where(party =>
    {
        var isPerson = new bool[_people.Count];
        isPerson[party.Index] = true;
        return _dataSet.Parties.MaySee(field, isPerson);
    }).Select(party => _person.Is(party.Item)));

    private string Written(string field, ColumnDescription column, JsonElement value, SqlValues values) => (value.ValueKind, column.Affinity) switch
    {
        (JsonValueKind.Null, _) when column.IsNullable => "NULL",
        (JsonValueKind.String, ColumnAffinity.Text) when _dialect.CanHold(value.GetString()!) => values.Text(value.GetString()!),
        (JsonValueKind.Number, ColumnAffinity.Integer) when value.TryGetInt64(out var number) => values.Number(number),
        (JsonValueKind.Number, ColumnAffinity.Number) => _dialect.Value(values.Text(value.GetRawText()), column.Kind),
        _ => throw new ArgumentException($"Field '{_dataSet.Path}.{field}' cannot hold a value of the kind {value.ValueKind}: its column is of {column.Affinity}.", nameof(value)),
    };
}
