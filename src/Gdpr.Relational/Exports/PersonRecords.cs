using System.Data.Common;
using Gdpr.Relational.Batches;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Queries;
using Gdpr.Relational.Tables;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Exports;

/// <summary>A person's records of a data set: <c>k</c> the native key, <c>m0</c> … per role whether it is the person, then the facts, <c>c0</c> … the columns
/// of the fields, <c>t0</c> … the triggers.</summary>
internal sealed class PersonRecords
{
    private readonly SqlDialect _dialect;
    private readonly MappedDataSet _dataSet;
    private readonly RecordQuery _query;
    private readonly IReadOnlyList<ColumnPath> _people;
    private readonly PersonCondition _person;
    private readonly IExportForms? _forms;
    private readonly (string Field, IReadOnlyList<ColumnDescription> Columns)[] _fields;
    private readonly PartsBeside _beside;

    public PersonRecords(SqlDialect dialect, MappedDataSet dataSet, IExportForms? forms)
    {
        _dialect = dialect;
        _forms = forms;
        _dataSet = dataSet;
        _query = new RecordQuery(dialect, dataSet);
        _people = PersonCondition.PathsOf(dataSet);
        _person = new PersonCondition(dialect, dataSet, _query);
        _fields =
        [
            .. dataSet.Schedule.FieldGroups.SelectMany(group => group.Fields).Order(StringComparer.Ordinal)
                .Select(field => (field, (IReadOnlyList<ColumnDescription>)[.. dataSet.Fields[field].Select(change => change.Column)])),
        ];
        _beside = new PartsBeside(dialect, dataSet, _query, forms);
    }

    /// <summary>Whether records have parts in other tables, which are read first.</summary>
    public bool HasParts => _beside.Any;

    /// <summary>Reads what of a person's records stands in other tables.</summary>
    /// <param name="transaction">A transaction in which the records are read too.</param>
    /// <param name="nativeIds">The person's ids.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<bool> ReadPartsAsync(DbTransaction transaction, IReadOnlyList<string> nativeIds, CancellationToken cancellationToken)
    {
        foreach (var (statement, take) in _beside.Statements(Condition.And(_person.Any(), _query.IsRecord("r"))))
        {
            var command = _person.AddTo(statement.On(transaction.Connection!, transaction), nativeIds);
            await using (command.ConfigureAwait(false))
            {
                var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    {
                        take(reader);
                    }
                }
            }
        }

        return HasParts;
    }

    /// <summary>The statement that reads the records of a person.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="transaction">The transaction, or <see langword="null"/>.</param>
    /// <param name="nativeIds">The person's ids.</param>
    public DbCommand Command(DbConnection connection, DbTransaction? transaction, IReadOnlyList<string> nativeIds)
    {
        var values = new SqlValues(_dialect);
        string[] roles = [.. _people.Select(_person.Is)];
        var columns = _fields.SelectMany(field => field.Columns).Select(column => _dialect.Exported($"r.{_dialect.Quote(column.Name)}", column.Kind));
        string[] selected =
        [
            $"CASE WHEN {_query.HasKey("r")} THEN {_query.KeyText("r")} END AS k",
            .. roles.Select((role, i) => $"CASE WHEN {role} THEN 1 ELSE 0 END AS m{i}"),
            .. _query.FactsOf(values).Select((fact, i) => $"{fact} AS x{i}"),
            .. columns.Select((column, i) => $"{column} AS c{i}"),
            .. _query.TriggersOf().Select((trigger, i) => $"{trigger} AS t{i}"),
        ];
        var text = $"SELECT {string.Join(", ", selected)} FROM {_query.Table} r WHERE {Condition.And(Condition.Or(roles), _query.IsRecord("r"))} "
            + $"ORDER BY {string.Join(", ", _query.Key.Select(column => $"r.{column}"))}";
        return _person.AddTo(new SqlStatement(text, values).On(connection, transaction), nativeIds);
    }

    /// <summary>The record at which a reader stands, as the person gets it.</summary>
    public ExportedRecord Read(DbDataReader reader)
    {
        var isPerson = new bool[_people.Count];
        for (var role = 0; role < isPerson.Length; role++)
        {
            isPerson[role] = reader.GetInt64(1 + role) != 0;
        }

        var at = 1 + isPerson.Length;
        var facts = FactsOf(reader, at, isPerson);
        at += _query.Facts.Numbers + (_query.Parties * (1 + _query.Facts.Numbers));
        var (key, fields) = (reader.IsDBNull(0) ? null : reader.GetString(0), new List<StoredField>(_fields.Length));
        foreach (var (field, columns) in _fields)
        {
            var from = at;
            fields.Add(new StoredField(
                field, [.. columns.Select((column, i) => ValueOf(_forms, _dataSet.Table, column.Name, reader, from + i)), .. _beside.Of(field, key)]));
            at += columns.Count;
        }

        var triggers = new TriggerValue[_dataSet.Triggers.Count];
        for (var trigger = 0; trigger < triggers.Length; trigger++)
        {
            triggers[trigger] = TriggerCode.ToValue(reader.IsDBNull(at + trigger) ? null : reader.GetInt64(at + trigger));
        }

        return ExportedRecord.Of(_dataSet.Path, key, _dataSet.Parties, isPerson, fields, facts) with { Triggers = triggers };
    }

    /// <summary>A value as the person is to see it.</summary>
    public static StoredValue ValueOf(IExportForms? forms, TableDescription table, string column, DbDataReader reader, int at)
    {
        var content = reader.IsDBNull(at) ? null : reader.GetValue(at);
        return new StoredValue(column, content is null || forms is null ? content : forms.Shown(table, column, content));
    }

    /// <summary>What is known of the record and of the person: other people's facts are theirs.</summary>
    private RecordFacts FactsOf(DbDataReader reader, int at, bool[] isPerson)
    {
        Span<long> numbers = stackalloc long[_query.Facts.Numbers];
        for (var number = 0; number < numbers.Length; number++)
        {
            numbers[number] = reader.GetInt64(at + number);
            for (var party = 0; party < _query.Parties; party++)
            {
                numbers[number] |= isPerson[party] ? reader.GetInt64(at + numbers.Length + (party * (1 + numbers.Length)) + 1 + number) : 0;
            }
        }

        return _query.Facts.Read(numbers);
    }
}
