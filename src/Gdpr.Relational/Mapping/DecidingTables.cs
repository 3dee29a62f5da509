using Gdpr.Relational.Tables;

namespace Gdpr.Relational.Mapping;

/// <summary>The tables by whose rows records are judged or found, whether those rows are records or not.</summary>
internal static class DecidingTables
{
    /// <summary>Those of all data sets, on ways and in expressions.</summary>
    public static IEnumerable<TableDescription> In(IReadOnlyList<MappedDataSet> dataSets, IReadOnlyList<TableDescription> tables) =>
        dataSets.SelectMany(dataSet => OnWaysOf(dataSet, tables).Concat(NamedBy(dataSet, tables))).Where(table => !table.IsView);

    /// <summary>The columns of a table by which records are judged or found; those of its key as well, by which others may refer to its rows.</summary>
    public static IReadOnlyList<string> ColumnsOf(TableDescription table, IReadOnlyList<MappedDataSet> dataSets)
    {
        var named = new HashSet<string>(table.PrimaryKey, StringComparer.OrdinalIgnoreCase);
        foreach (var path in dataSets.SelectMany(PathsOf))
        {
            foreach (var (index, step) in path.Through.Index().Where(step => string.Equals(step.Item.Table, table.Name, StringComparison.OrdinalIgnoreCase)))
            {
                named.UnionWith(step.On.Keys);
                named.UnionWith(index + 1 < path.Through.Count ? path.Through[index + 1].On.Values : [path.Column]);
            }
        }

        string[] expressions = [.. dataSets.SelectMany(dataSet => dataSet.Triggers).Select(trigger => trigger?.Expression).OfType<string>()];
        return [.. table.Columns.Select(column => column.Name).Where(column => named.Contains(column)
            || Array.Exists(expressions, expression => ExpressionText.MayName(expression, column, "") || ExpressionText.MayUseRows(expression)))];
    }

    private static IEnumerable<ColumnPath> PathsOf(MappedDataSet dataSet) =>
        dataSet.Triggers.OfType<MappedTrigger>().Select(trigger => trigger.Path).Concat(dataSet.People.Select(person => person.Path))
            .Concat(dataSet.Subject is { } subject ? [subject] : []);

    /// <summary>Those on the ways to a data set's triggers and people.</summary>
    public static IEnumerable<TableDescription> OnWaysOf(MappedDataSet dataSet, IReadOnlyList<TableDescription> tables) =>
        dataSet.Steps.Select(step => Conventions.Find(tables, step.Table)).OfType<TableDescription>().DistinctBy(table => table.FullName);

    private static IEnumerable<TableDescription> NamedBy(MappedDataSet dataSet, IReadOnlyList<TableDescription> tables) =>
        dataSet.Triggers.Select(trigger => trigger?.Expression).OfType<string>()
            .SelectMany(expression => tables.Where(table => ExpressionText.MayNameTable(expression, table.Name)));
}
