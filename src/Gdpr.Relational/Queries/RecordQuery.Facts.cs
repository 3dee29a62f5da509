using Gdpr.Relational.Mapping;
using Gdpr.Retention;

namespace Gdpr.Relational.Queries;

/// <content>Conditions on what has been put beside rows: the row itself, and those that change with it.</content>
internal sealed partial class RecordQuery
{
    /// <summary>A condition: no fact has been put beside the row, of those that are about some scopes.</summary>
    /// <param name="scopes">The scopes of which there are facts.</param>
    /// <param name="values">Takes the values that the text refers to.</param>
    /// <param name="hasLinked">Whether something forbids to destroy records that deleting the row changes.</param>
    public string WithoutFacts(IEnumerable<FactScope> scopes, SqlValues values, bool hasLinked = false) => Condition.And(scopes.SelectMany(scope =>
        RecordScopes(scope.Table).Where(found => found.Scope == scope.Scope).Select(found =>
        {
            var key = scope.Scope == "subject" ? Compared(scope.Table, "x.key") : "x.key";
            var rows = $"FROM {_dialect.Beside(scope.Table)} x WHERE x.data_set = {values.Text(_dataSet.Path)} AND x.scope = '{scope.Scope}'";

            // A few are kept in memory and asked in whatever order the rows come; many are joined.
            return !scope.IsFew ? $"NOT EXISTS (SELECT 1 {rows} AND {key} = {found.Key})"
                : scope.Scope == "record" ? $"{found.Key} NOT IN (SELECT {key} {rows})"
                : $"({found.Key} IS NULL OR {found.Key} NOT IN (SELECT {key} {rows}))";
        })).Concat(hasLinked ? [Condition.Not(IsLinkedToBlocked(values))] : []));

    /// <summary>A condition: a fact that ends a purpose stands beside the row, or is about a person of the row's, stated or unknown.</summary>
    /// <param name="values">Takes the values that the text refers to.</param>
    public string HasEnding(SqlValues values) => HasFact([FactKinds.Marks], $"x.kind <> '{FactKinds.Of(PurposeFact.ConsentGiven).Code}'", values);

    /// <summary>A condition: a fact of which nobody knows whether it is so stands beside the row, or is about a person of the row's.</summary>
    /// <param name="values">Takes the values that the text refers to.</param>
    public string HasUnknown(SqlValues values) => HasFact([FactKinds.Marks, FactKinds.Blocks], "x.unknown = 1", values);

    private string HasFact(IEnumerable<string> tables, string which, SqlValues values) => Condition.Or(tables.SelectMany(table =>
        RecordScopes(table).Concat(_dataSet.People.SelectMany(person => ScopesOf(person, table))).Distinct().Select(scope =>
        {
            var rows = $"FROM {_dialect.Beside(table)} x WHERE x.data_set = {values.Text(_dataSet.Path)} AND x.scope = '{scope.Scope}' AND {which}";
            return scope.Scope == "all" ? $"EXISTS (SELECT 1 {rows})"
                : $"{scope.Key} IN (SELECT {(scope.Scope == "subject" ? Compared(table, "x.key") : "x.key")} {rows})";
        })));

    /// <summary>A condition: something forbids to destroy a record that deleting the row changes.</summary>
    /// <param name="values">Takes the values that the text refers to.</param>
    public string IsLinkedToBlocked(SqlValues values) => Condition.Or(_dataSet.Linked.Select((linked, index) =>
    {
        var (before, tables, conditions) = (Row, new List<string>(), new List<string>());
        foreach (var (step, number) in linked.Way.Select((step, number) => (step, number)))
        {
            var alias = $"l{Sql.Number(index)}_{Sql.Number(number)}";
            tables.Add($"{_dialect.Table(step.Table)} {alias}");
            conditions.AddRange(step.On.Select(pair => $"{alias}.{_dialect.Quote(pair.Key)} = {before}.{_dialect.Quote(pair.Value)}"));
            before = alias;
        }

        var other = new RecordQuery(_dialect, linked.DataSet) { Row = before };
        var of = other.IsOfRow(FactKinds.Blocks, linked.DataSet.People).Select(condition => $"({condition})");
        var blocks = $"FROM {_dialect.Beside(FactKinds.Blocks)} x WHERE x.data_set = {values.Text(linked.DataSet.Path)}";
        var rows = Condition.And([.. conditions, other.IsRecord(before), $"EXISTS (SELECT 1 {blocks} AND ({string.Join(" OR ", of)}))"]);

        // Whether there are any is asked once, not for every record.
        return $"CASE WHEN EXISTS (SELECT 1 {blocks}) THEN EXISTS (SELECT 1 FROM {string.Join(", ", tables)} WHERE {rows}) ELSE {Condition.False} END";
    }));

    /// <summary>A hold, as it stands in the first number, of a row whose deletion would change a record under something that forbids its destruction.</summary>
    private string HoldOfLinked(SqlValues values) =>
        $" | (CASE WHEN {IsLinkedToBlocked(values)} THEN {Sql.Number(FactBits.BitOf(FactBits.IndexOf(RecordFlags.Hold)))} ELSE 0 END)";
}
