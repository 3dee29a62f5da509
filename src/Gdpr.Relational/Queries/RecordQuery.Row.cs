using Gdpr.Relational.Mapping;

namespace Gdpr.Relational.Queries;

/// <content>Expressions over one row, for conditions that stand in other queries.</content>
internal sealed partial class RecordQuery
{
    /// <summary>The code of a trigger of the row; <see langword="null"/> where its value is not stored here.</summary>
    /// <param name="trigger">The trigger's index.</param>
    public string? TriggerOf(int trigger) => _dataSet.Triggers[trigger] is { } mapped ? Given(mapped) : null;

    /// <summary>Conditions on a fact of a table, <c>x</c>: each is one way of being about the row.</summary>
    /// <param name="table">The table.</param>
    /// <param name="people">The parties whose facts count as well, where parties are declared.</param>
    public IEnumerable<string> IsOfRow(string table, IEnumerable<MappedParty> people) => RecordScopes(table)
        .Concat(people.SelectMany(person => ScopesOf(person, table)))
        .Select(scope => $"x.scope = '{scope.Scope}' AND {(scope.Scope == "subject" ? Compared(table, "x.key") : "x.key")} = {scope.Key}")
        .Distinct(StringComparer.Ordinal);

    /// <summary>A condition on a fact: it is about a person by the id that the row has, and not by another.</summary>
    /// <param name="table">The table of the fact.</param>
    /// <param name="path">Where the row has the id.</param>
    /// <param name="other">The other id, as an expression of the same kind, or <see langword="null"/> for none.</param>
    public string IsOfPerson(string table, ColumnPath path, string? other)
    {
        var ofRow = $"x.scope = 'subject' AND {Compared(table, "x.key")} = {Compared(table, SubjectText(path))}";
        return other is null ? ofRow : $"{ofRow} AND {Differs(table, "x.key", path, other)}";
    }

    /// <summary>A condition: the row has the id of a person, and not another, as a table of facts compares them.</summary>
    /// <param name="table">The table of the facts.</param>
    /// <param name="path">Where the row has the id.</param>
    /// <param name="other">The other id, as an expression of the same kind, or <see langword="null"/> for none.</param>
    public string IsOther(string table, ColumnPath path, string? other)
    {
        var own = SubjectText(path);
        return other is null ? $"{own} IS NOT NULL" : $"{own} IS NOT NULL AND {Differs(table, own, path, other)}";
    }

    private string Differs(string table, string id, ColumnPath path, string other) =>
        $"({other} IS NULL OR {Compared(table, id)} <> {Compared(table, _dialect.KeyText(other, KindOf(path)))})";

    /// <summary>A condition: the row names somebody in a role.</summary>
    /// <param name="person">The party.</param>
    /// <param name="values">Takes the values that the text refers to.</param>
    public string Names(MappedParty person, SqlValues values) => $"{IsThere(person, values)} = 1";

    /// <summary>The ids of the people whom the row concerns, as text; none where no column says whose the row is.</summary>
    public IReadOnlyList<string> People =>
        _dataSet.Parties.IsDeclared ? [.. _dataSet.People.Select(person => SubjectText(person.Path))] : _dataSet.Subject is { } subject ? [SubjectText(subject)] : [];

    /// <summary>The row, under the alias that the expressions use.</summary>
    public string From => $"{Table} {Row}";

    /// <summary>A condition: it is a row of the data set whose key is that of some columns.</summary>
    /// <param name="columns">The columns, in the key's order.</param>
    public string IsRowOf(IReadOnlyList<string> columns) =>
        string.Join(" AND ", Key.Zip(columns, (key, column) => $"{Row}.{key} = {column}").Concat(_dataSet.Only.Count == 0 ? [] : [IsRecord(Row)]));
}
