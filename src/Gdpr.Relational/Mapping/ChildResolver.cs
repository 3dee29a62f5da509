using Gdpr.Relational.Tables;

namespace Gdpr.Relational.Mapping;

/// <summary>Checks the tables whose rows refer to a data set's records: each is named, and what happens to its rows is possible.</summary>
internal sealed class ChildResolver(
    string path, IReadOnlyList<TableDescription> tables, IReadOnlyDictionary<string, string> dataSetsByTable, List<MappingProblem> problems)
{
    private const int DeepestLevel = 16;

    public void Check(TableDescription parent, IReadOnlyList<ChildMapping> children) => Check(parent, children, 1);

    private void Check(TableDescription parent, IReadOnlyList<ChildMapping> children, int level)
    {
        if (level > DeepestLevel)
        {
            Problem($"the tables that refer to each other are named more than {DeepestLevel} levels deep", "sever one of the references");
            return;
        }

        foreach (var child in children)
        {
            Check(parent, child, level);
        }

        foreach (var foreignKey in tables.SelectMany(table => table.ForeignKeys).Where(key => Conventions.Find(tables, key.Parent)?.Name == parent.Name))
        {
            if (!children.Any(child => Conventions.Find(tables, child.Table)?.Name == foreignKey.Table && IsMapped(foreignKey, child)))
            {
                problems.Add(new MappingProblem(
                    path,
                    $"table '{foreignKey.Table}' refers to '{parent.Name}' ({string.Join(", ", foreignKey.Columns)}) and is not mapped: its rows would {Consequence(foreignKey)}",
                    "name it under children, with what happens to its rows: delete or sever")
                { Fault = MappingFault.Reference, Place = foreignKey.ToString(), Table = foreignKey.Table });
            }
        }
    }

    private void Check(TableDescription parent, ChildMapping child, int level)
    {
        if (Conventions.Find(tables, child.Table) is not { } table)
        {
            Problem($"there is no table '{child.Table}', named under children", "name a table that is there", MappingFault.NotInDatabase, child.Table);
            return;
        }

        Conventions.RefuseUncertain(table, (wrong, mend) => Problem(wrong, mend));
        if (child.On.Count == 0)
        {
            Problem($"table '{table.Name}' is named under children and refers to '{parent.Name}' by nothing", "name the columns that refer");
        }

        foreach (var (own, referred) in child.On)
        {
            if (table.Find(own) is null)
            {
                Missing(table, own);
            }

            if (parent.Find(referred) is null)
            {
                Missing(parent, referred);
            }
            else if (table.Find(own) is not null)
            {
                Conventions.CompareAlike(table, own, parent, referred, (wrong, mend) => Problem(wrong, mend));
            }
        }

        if (child.Action == ChildAction.Sever && child.On.Count > 0 && child.Cut.Count == 0 && child.On.Keys.All(own => table.Find(own) is not null))
        {
            var columns = string.Join(", ", child.On.Keys.Select(own => $"'{own}'"));
            Problem($"{(child.On.Count == 1 ? "column" : "columns")} {columns} of table '{table.Name}' may not be NULL, so that its rows cannot be severed",
                $"delete the rows, or let {(child.On.Count == 1 ? "the column" : "one of the columns")} be NULL");
        }

        if (child.Action == ChildAction.Sever && child.Cut.Count > 0 && SeveredKey.FindNaming(table, parent, child) is { } kept)
        {
            Problem($"column '{kept}' of table '{table.Name}' may not be NULL, and would still name the record when its rows have been severed",
                "delete the rows, or let the column be NULL; what tells tenants apart may stay where the column that is cut is unique by itself in the table that is "
                + "referred to, or where it is a column of the table's own key, of another reference, or the first of the key that is referred to, and what is cut is not");
        }

        if (child.On.Count > 0 && child.On.Values.All(name => parent.Find(name) is not null) && !parent.IsUnique(child.On.Values))
        {
            Problem($"the rows of table '{table.Name}' may refer to several rows of '{parent.Name}' ({string.Join(", ", child.On.Values)})",
                "map what they refer to by the parent's key, or put a unique index on it");
        }

        if (child.Action == ChildAction.Delete)
        {
            if (dataSetsByTable.TryGetValue(table.Name, out var dataSet))
            {
                Problem($"the rows of table '{table.Name}' are the records of '{dataSet}', which has rules of its own", "sever them: only their own rules may end them");
            }

            if (table.IsView)
            {
                Problem($"'{table.Name}' is a view", "map the table beneath it");
            }

            Check(table, child.Children, level + 1);
        }
        else if (child.Children.Count > 0)
        {
            Problem($"table '{table.Name}' is severed, so that nothing happens to the tables that refer to it", "leave out its children");
        }
    }

    /// <summary>Whether a child is mapped by a foreign key: each of its columns with the one that it refers to, and by nothing else.</summary>
    public static bool IsMapped(ForeignKeyDescription key, ChildMapping child) =>
        key.Columns.Count == child.On.Count && key.Columns.Count == key.ParentColumns.Count
        && key.Columns.Zip(key.ParentColumns).All(pair => child.On.Any(on => Same(on.Key, pair.First) && Same(on.Value, pair.Second)));

    private static string Consequence(ForeignKeyDescription key) => key.OnDelete.ToUpperInvariant() switch
    {
        "CASCADE" => "be deleted without a trace",
        "SET NULL" or "SET DEFAULT" => "lose what they refer to without a trace",
        _ => "block the deletion",
    };

    private static bool Same(string first, string second) => string.Equals(first, second, StringComparison.OrdinalIgnoreCase);

    private void Missing(TableDescription table, string column) =>
        Problem($"table '{table.Name}' has no column '{column}'", "name a column that is there", MappingFault.NotInDatabase, $"{table.Name}.{column}");

    private void Problem(string wrong, string mend, MappingFault fault = MappingFault.Unusable, string? place = null) =>
        problems.Add(new MappingProblem(path, wrong, mend) { Fault = fault, Place = place! });
}
