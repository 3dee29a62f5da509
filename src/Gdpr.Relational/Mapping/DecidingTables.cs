using Gdpr.Relational.Tables;

namespace Gdpr.Relational.Mapping;

/// <summary>The tables by whose rows records are judged or found, whether those rows are records or not.</summary>
internal static class DecidingTables
{
    /// <summary>Those of all data sets, on ways and in expressions.</summary>
    public static IEnumerable<TableDescription> In(IReadOnlyList<MappedDataSet> dataSets, IReadOnlyList<TableDescription> tables) =>
        dataSets.SelectMany(dataSet => OnWaysOf(dataSet, tables).Concat(NamedBy(dataSet, tables))).Where(table => !table.IsView);

    /// <summary>What a table decides of some data sets, of which its rows are no records.</summary>
    public static DecidingTable Of(TableDescription table, IReadOnlyList<MappedDataSet> dataSets) =>
        new(ColumnsOf(table, dataSets), [.. dataSets.SelectMany(dataSet => Asking.Of(table, dataSet))]);

    /// <summary>The columns of a table of which rows are records, or go with one, by which those records are judged or found, or others.</summary>
    public static IReadOnlyList<string> AskedOf(TableDescription table, IReadOnlyList<MappedDataSet> dataSets)
    {
        var uses = dataSets.Where(dataSet => dataSet.Table.FullName == table.FullName).SelectMany(SharedColumns.UsesIn).Select(use => use.Columns).ToArray();
        return [.. NamedOf(table, dataSets, []).Union(table.Columns.Select(column => column.Name).Where(column => uses.Any(uses => uses(column))))];
    }

    /// <summary>The columns of a table by which records are judged or found; those of its key as well, by which others may refer to its rows.</summary>
    private static string[] ColumnsOf(TableDescription table, IReadOnlyList<MappedDataSet> dataSets) => NamedOf(table, dataSets, table.PrimaryKey);

    private static string[] NamedOf(TableDescription table, IReadOnlyList<MappedDataSet> dataSets, IEnumerable<string> anyway)
    {
        var named = new HashSet<string>(anyway, StringComparer.OrdinalIgnoreCase);
        foreach (var (path, expression) in dataSets.SelectMany(dataSet => dataSet.Triggers.OfType<MappedTrigger>().Select(trigger => (trigger.Path, trigger.Expression))
            .Concat(dataSet.WaysToPeople.Select(path => (Path: path, Expression: (string?)null)))))
        {
            foreach (var (index, step) in path.Through.Index().Where(step => step.Item.Table == table.Name))
            {
                named.UnionWith(step.On.Keys);
                named.UnionWith(index + 1 < path.Through.Count ? path.Through[index + 1].On.Values : [path.Column]);
                Name(column => expression is not null && ExpressionText.MayName(expression, column, $"j{index}"));
            }

            if (expression is not null && ExpressionText.MayNameTable(expression, table.Name))
            {
                var isWhole = ExpressionText.MayUseRows(expression, table.Name);
                Name(column => isWhole || ExpressionText.MayName(expression, column, ""));
            }
        }

        return [.. table.Columns.Select(column => column.Name).Where(named.Contains)];

        void Name(Func<string, bool> isNamed) => named.UnionWith(table.Columns.Select(column => column.Name).Where(isNamed));
    }

    /// <summary>Those on the ways to a data set's triggers and people.</summary>
    public static IEnumerable<TableDescription> OnWaysOf(MappedDataSet dataSet, IReadOnlyList<TableDescription> tables) =>
        dataSet.Steps.Select(step => Conventions.Find(tables, step.Table)).OfType<TableDescription>().DistinctBy(table => table.FullName);

    private static IEnumerable<TableDescription> NamedBy(MappedDataSet dataSet, IReadOnlyList<TableDescription> tables) =>
        dataSet.Triggers.Select(trigger => trigger?.Expression).OfType<string>()
            .SelectMany(expression => tables.Where(table => ExpressionText.MayNameTable(expression, table.Name)));
}
