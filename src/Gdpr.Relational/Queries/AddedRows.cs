using Gdpr.Relational.Mapping;

namespace Gdpr.Relational.Queries;

/// <summary>Asks whether rows that were added to a table decide about a record.</summary>
internal static class AddedRows
{
    /// <summary>A query: whether they decide about a record that is there. Where the latest of several counts, they do so where it has no other.</summary>
    /// <param name="dialect">How the database writes it.</param>
    /// <param name="table">The table of the records.</param>
    /// <param name="asking">What they are asked for, by a way.</param>
    /// <param name="isNew">A condition: a row of a table, under an alias, was added; <see langword="null"/> where none was.</param>
    public static string DecideSomething(SqlDialect dialect, string table, Asking asking, Func<string, string, string?> isNew)
    {
        const string Row = "r";
        var (last, tables, conditions) = RecordQuery.WayOf(dialect, Row, asking.Way);
        var any = string.Join(" OR ", asking.Way.Select((step, index) => isNew(step.Table, $"j{index}")).OfType<string>());
        var value = asking.LatestExpression is { } expression ? $"({expression})" : asking.Latest is { } column ? $"{last}.{dialect.Quote(column)}" : null;
        var hadNone = value is null ? Condition.True : $"NOT EXISTS (SELECT 1 FROM {tables} WHERE {conditions} AND NOT ({any}) AND {value} IS NOT NULL)";
        var isRecord = asking.DataSet is { } dataSet ? new RecordQuery(dialect, dataSet, hasFacts: false).IsRecord(Row) : Condition.True;
        return $"SELECT EXISTS (SELECT 1 FROM {tables}, {dialect.Table(table)} {Row} WHERE {Condition.And(conditions, any, isRecord, hadNone)})";
    }
}
