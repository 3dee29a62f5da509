using Gdpr.Relational.Tables;

namespace Gdpr.Relational.Mapping;

/// <summary>Follows the paths of a data set's mapping from its table to a column.</summary>
internal sealed class PathResolver(string path, IReadOnlyList<TableDescription> tables, List<MappingProblem> problems)
{
    /// <summary>The column at the end of a path, where every table and column on the way is there and no row is met by several.</summary>
    public ColumnDescription? ColumnOf(string what, ColumnPath column, TableDescription table, bool isAggregated) =>
        EndOf(what, column, table, isAggregated) is { } end && Has(what, end, column.Column) ? end.Find(column.Column) : null;

    /// <summary>The table at the end of a path.</summary>
    public TableDescription? EndOf(string what, ColumnPath column, TableDescription table, bool isAggregated)
    {
        foreach (var step in column.Through)
        {
            if (Conventions.Find(tables, step.Table) is not { } joined)
            {
                Problem($"{what} goes through table '{step.Table}', which does not exist", "name a table that is there", MappingFault.NotInDatabase, step.Table);
                return null;
            }

            if (joined.HidesRows)
            {
                Conventions.RefuseHidden(joined, (wrong, mend) => Problem($"{what}: {wrong}", mend));
            }

            var isWhole = step.On.Count > 0;
            if (!isWhole)
            {
                Problem($"{what} joins table '{joined.Name}' on nothing", "name the columns that are equal");
            }

            foreach (var (own, before) in step.On)
            {
                isWhole &= Has(what, joined, own) && Has(what, table, before)
                    && Conventions.CompareAlike(joined, own, table, before, (wrong, mend) => Problem($"{what}: {wrong}", mend));
            }

            if (!isWhole)
            {
                return null;
            }

            if (!isAggregated && !joined.IsUnique(step.On.Keys))
            {
                Problem($"{what} may meet several rows of table '{joined.Name}'", "join it on a unique key, or say which value counts: aggregate max or min");
            }

            table = joined;
        }

        return table;
    }

    private bool Has(string what, TableDescription owner, string name)
    {
        if (owner.Find(name) is not null)
        {
            return true;
        }

        Problem($"{what} is mapped to column '{name}', which table '{owner.Name}' does not have", "name a column that is there",
            MappingFault.NotInDatabase, $"{owner.Name}.{name}");
        return false;
    }

    private void Problem(string wrong, string mend, MappingFault fault = MappingFault.Unusable, string? place = null) =>
        problems.Add(new MappingProblem(path, wrong, mend) { Fault = fault, Place = place! });
}
