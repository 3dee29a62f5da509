using Gdpr.Relational.Tables;

namespace Gdpr.Relational.Mapping;

/// <summary>The tables by whose rows records are judged or found, whether those rows are records or not.</summary>
internal static class DecidingTables
{
    /// <summary>Those of all data sets, on ways and in expressions.</summary>
    public static IEnumerable<TableDescription> In(IReadOnlyList<MappedDataSet> dataSets, IReadOnlyList<TableDescription> tables) =>
        dataSets.SelectMany(dataSet => OnWaysOf(dataSet, tables).Concat(NamedBy(dataSet, tables))).Where(table => !table.IsView);

    /// <summary>Those on the ways to a data set's triggers and people.</summary>
    public static IEnumerable<TableDescription> OnWaysOf(MappedDataSet dataSet, IReadOnlyList<TableDescription> tables) =>
        dataSet.Steps.Select(step => Conventions.Find(tables, step.Table)).OfType<TableDescription>().DistinctBy(table => table.FullName);

    private static IEnumerable<TableDescription> NamedBy(MappedDataSet dataSet, IReadOnlyList<TableDescription> tables) =>
        dataSet.Triggers.Select(trigger => trigger?.Expression).OfType<string>()
            .SelectMany(expression => tables.Where(table => ExpressionText.MayNameTable(expression, table.Name)));
}
