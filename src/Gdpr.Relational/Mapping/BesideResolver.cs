using Gdpr.Relational.Tables;
using Gdpr.Retention;
using Gdpr.Sources;

namespace Gdpr.Relational.Mapping;

/// <summary>Finds the columns of fields that stand in other tables than the record's own, whose rows go with the record.</summary>
/// <param name="path">The data set's path.</param>
/// <param name="tables">Every table.</param>
/// <param name="columnOf">The column at the end of a way, or a problem.</param>
/// <param name="problems">Takes the problems.</param>
internal sealed class BesideResolver(
    string path, IReadOnlyList<TableDescription> tables, Func<string, ColumnPath, ColumnDescription?> columnOf, List<MappingProblem> problems)
{
    public IReadOnlyDictionary<string, IReadOnlyList<BesideColumn>> Resolve(DataSetMapping declared, DataSetSchedule dataSet, RecordParties parties)
    {
        var found = new Dictionary<string, IReadOnlyList<BesideColumn>>(StringComparer.Ordinal);
        var deleted = DeletedBy(declared.Children).ToHashSet(StringComparer.Ordinal);
        foreach (var (field, columns) in declared.Fields.Where(field => field.Value.Beside is { Count: > 0 }).Select(field => (field.Key, field.Value.Beside!)))
        {
            if (MappedDataSet.InParts(dataSet, parties))
            {
                Problem($"field '{field}' is in other tables than the record's own, and may have to go while the record stays",
                    "keep it in the record's own table, or give those tables data sets of their own");
            }

            var resolved = new List<BesideColumn>();
            foreach (var column in columns)
            {
                if (column.Through.Count == 0)
                {
                    Problem($"field '{field}' names column '{column.Column}' beside the record's table without a way to it", "name it under columns, or the tables on the way");
                }
                else if (columnOf($"field '{field}'", column) is { } end)
                {
                    if (column.Through.FirstOrDefault(step => !deleted.Contains(step.Table)) is { } stays)
                    {
                        Problem($"field '{field}' is in rows of table '{stays.Table}', which stay when the record goes", "name the table under children, to be deleted");
                    }

                    var last = Conventions.Find(tables, column.Through[^1].Table)!;
                    resolved.Add(new BesideColumn(
                        column, end, last, column.Through.Any(step => Conventions.Find(tables, step.Table)?.IsUnique(step.On.Keys) != true), last.PrimaryKey));
                }
            }

            found.Add(field, resolved);
        }

        return found;
    }

    private static IEnumerable<string> DeletedBy(IReadOnlyList<ChildMapping> children) =>
        children.Where(child => child.Action == ChildAction.Delete).SelectMany(child => DeletedBy(child.Children).Prepend(child.Table));

    private void Problem(string wrong, string mend) => problems.Add(new MappingProblem(path, wrong, mend));
}

/// <summary>A column of a field that stands in another table than the record's own.</summary>
/// <param name="Path">The way to it.</param>
/// <param name="Column">The column.</param>
/// <param name="In">The table that it stands in.</param>
/// <param name="IsMany">Whether a record may have several rows there.</param>
/// <param name="Order">The columns by which they are ordered.</param>
internal sealed record BesideColumn(ColumnPath Path, ColumnDescription Column, TableDescription In, bool IsMany, IReadOnlyList<string> Order)
{
    /// <summary>The name of the table that it stands in.</summary>
    public string Table => In.Name;
}
