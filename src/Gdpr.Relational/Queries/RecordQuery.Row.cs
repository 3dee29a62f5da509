namespace Gdpr.Relational.Queries;

/// <content>Expressions over one row, for conditions that stand in other queries.</content>
internal sealed partial class RecordQuery
{
    /// <summary>The code of a trigger of the row; <see langword="null"/> where its value is not stored here.</summary>
    /// <param name="trigger">The trigger's index.</param>
    public string? TriggerOf(int trigger) => _dataSet.Triggers[trigger] is { } mapped ? CodeOf(mapped) : null;

    /// <summary>Under which scopes and keys a table of facts speaks of the row.</summary>
    /// <param name="table">The table.</param>
    public IEnumerable<(string Scope, string Key)> ScopesOf(string table) =>
        [("record", KeyText(Row)), .. _dataSet.Subject is { } subject ? [("subject", Compared(table, SubjectText(subject)))] : Array.Empty<(string, string)>(), ("all", "''")];

    /// <summary>The id of the row's person, as text; <see langword="null"/> where no column says whose the row is.</summary>
    public string? Person => _dataSet.Subject is { } subject ? SubjectText(subject) : null;

    /// <summary>The row, under the alias that the expressions use.</summary>
    public string From => $"{Table} {Row}";

    /// <summary>A condition: the row's key is that of some columns.</summary>
    /// <param name="columns">The columns, in the key's order.</param>
    public string IsRowOf(IReadOnlyList<string> columns) => string.Join(" AND ", Key.Zip(columns, (key, column) => $"{Row}.{key} = {column}"));
}
