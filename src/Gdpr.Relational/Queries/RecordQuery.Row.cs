namespace Gdpr.Relational.Queries;

/// <content>Expressions over one row, for conditions that stand in other queries.</content>
internal sealed partial class RecordQuery
{
    /// <summary>The code of a trigger of the row; <see langword="null"/> where its value is not stored here.</summary>
    /// <param name="trigger">The trigger's index.</param>
    public string? TriggerOf(int trigger) => _dataSet.Triggers[trigger] is { } mapped ? CodeOf(mapped) : null;

    /// <summary>Conditions on a fact of a table, <c>x</c>: each is one way of being about the row.</summary>
    /// <param name="table">The table.</param>
    /// <param name="ofAll">Whether a fact about any of the people whom the row concerns counts; otherwise only one about the row, or about its only person.</param>
    public IEnumerable<string> IsOfRow(string table, bool ofAll) => RecordScopes(table)
        .Concat(ofAll ? _dataSet.People.SelectMany(person => ScopesOf(person, table)) : [])
        .Select(scope => $"x.scope = '{scope.Scope}' AND {(scope.Scope == "subject" ? Compared(table, "x.key") : "x.key")} = {scope.Key}").Distinct(StringComparer.Ordinal);

    /// <summary>The id of the row's person, as text; <see langword="null"/> where no column says whose the row is.</summary>
    public string? Person => _dataSet.Subject is { } subject ? SubjectText(subject) : null;

    /// <summary>The row, under the alias that the expressions use.</summary>
    public string From => $"{Table} {Row}";

    /// <summary>A condition: the row's key is that of some columns.</summary>
    /// <param name="columns">The columns, in the key's order.</param>
    public string IsRowOf(IReadOnlyList<string> columns) => string.Join(" AND ", Key.Zip(columns, (key, column) => $"{Row}.{key} = {column}"));
}
