using Gdpr.Relational.Mapping;
using Gdpr.Relational.Tables;
using Gdpr.Retention;

namespace Gdpr.Relational.Queries;

/// <summary>Says which index a sweep lacks.</summary>
internal static class IndexAdvice
{
    /// <summary>As many records are read as fast without an index.</summary>
    private const long Few = 1000;

    /// <summary>What would let a sweep find the due records of a data set, and what belongs to each in other tables; nothing where an index does, where none would, or
    /// where the walk follows the keys.</summary>
    /// <param name="dialect">How the database writes it.</param>
    /// <param name="dataSet">The data set.</param>
    /// <param name="evaluator">The rules and the instant.</param>
    /// <param name="records">How many records there are.</param>
    public static IReadOnlyList<string> Of(SqlDialect dialect, MappedDataSet dataSet, RetentionEvaluator evaluator, long records)
    {
        return records < Few || !dialect.LocksRows
            ? []
            : [.. OfTrigger(dialect, dataSet, evaluator), .. OfWays(dialect, dataSet)];
    }

    private static IEnumerable<string> OfTrigger(SqlDialect dialect, MappedDataSet dataSet, RetentionEvaluator evaluator)
    {
        var deciding = IndexedTrigger.Deciding(dialect, dataSet, evaluator.Cutoffs(evaluator.Schedule.DataSet(dataSet.Path)));
        if (deciding.Count > 0 && !deciding.Any(trigger => IndexedTrigger.IsIndexed(dataSet, trigger)))
        {
            yield return Missing(dialect, dataSet.Table, [deciding[0].Path.Column], "to find what is due");
        }
    }

    /// <summary>What a record's triggers and people are found by in other tables, and what goes with it.</summary>
    private static IEnumerable<string> OfWays(SqlDialect dialect, MappedDataSet dataSet)
    {
        var tables = dataSet.Joined.Concat(dataSet.ChildTables).Where(table => !table.IsView).DistinctBy(table => table.Name).ToDictionary(table => table.Name);
        return dataSet.Steps.Select(step => (step.Table, Columns: step.On.Keys)).Concat(ChildrenOf(dataSet.Children))
            .Where(way => tables.TryGetValue(way.Table, out var table) && !table.Indexes.Any(index => index is [var first, ..] && way.Columns.Contains(first)))
            .Select(way => Missing(dialect, tables[way.Table], [.. way.Columns], "for each record"))
            .Distinct(StringComparer.Ordinal);
    }

    private static IEnumerable<(string Table, IEnumerable<string> Columns)> ChildrenOf(IReadOnlyList<ChildMapping> children) =>
        children.SelectMany(child => ChildrenOf(child.Children).Prepend((child.Table, child.On.Keys)));

    private static string Missing(SqlDialect dialect, TableDescription table, IReadOnlyList<string> columns, string why) =>
        $"no index of table '{table.Name}' begins with '{columns[0]}', so that a sweep reads the whole table {why}: run "
        + $"CREATE INDEX ON {dialect.Table(table.Name)} ({string.Join(", ", columns.Select(dialect.Quote))}).";
}
