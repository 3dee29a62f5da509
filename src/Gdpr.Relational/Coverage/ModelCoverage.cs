using Gdpr.Relational.Mapping;
using Gdpr.Relational.Tables;
using Gdpr.Sources;

namespace Gdpr.Relational.Coverage;

/// <summary>Compares the tables of models with those of the live database, in both directions.</summary>
internal static class ModelCoverage
{
    /// <summary>Columns that every table of PostgreSQL has and no description of it names: a model may read a row's version there.</summary>
    private static readonly string[] SystemColumns = ["xmin", "xmax", "cmin", "cmax", "ctid", "tableoid"];

    private static readonly StringComparer Names = StringComparer.Ordinal;

    /// <summary>Finds what the models read and nothing judges.</summary>
    /// <param name="views">What they read that is no table with a key.</param>
    /// <param name="mapping">What is excused.</param>
    public static IEnumerable<CoverageFinding> Check(IReadOnlyList<ModelView> views, SqlMapping mapping)
    {
        var excuses = new Excuses(mapping.Excused);
        return views.Where(view => !excuses.Table(view.Place)).Select(view => new CoverageFinding(
            CoverageCodes.Unjudged, view.Place, $"{view.Type} is read from {view.What}, and nothing tells which of its rows may be seen.",
            "Ask for the records themselves, or excuse the type with a reason, such as that it holds sums only."));
    }

    /// <summary>Finds the entity types that read the rows of tables which are records by the model of another source: that model's filter does not reach them.</summary>
    /// <param name="model">The tables of every model over the database.</param>
    /// <param name="mapping">Which tables hold records.</param>
    public static IEnumerable<CoverageFinding> CheckTypes(IReadOnlyList<ModelTable> model, SqlMapping mapping)
    {
        var records = mapping.DataSets.Where(pair => pair.Value.Table is not null).ToLookup(pair => pair.Value.Table!, pair => pair.Key, Names);
        return model.Where(table => records.Contains(table.Name)).SelectMany(table => table.Unstated.Select(type => new CoverageFinding(
            CoverageCodes.Unjudged, $"{table.Model}.{type}",
            $"{type} of {table.Model} is read from table '{table.Name}', whose rows are records of '{string.Join("', '", records[table.Name])}' by another source: nothing judges "
            + "there which of them may be seen or deleted.",
            "Ask the other context for the records, or say of the entity type with a reason that it holds no personal data.")
        { Table = table.Name }));
    }

    /// <summary>Finds rows in tables of records that nobody's rules end and nobody's copy has.</summary>
    public static IEnumerable<CoverageFinding> Check(IReadOnlyList<UnclaimedRows> unclaimed) => unclaimed.Select(rows => new CoverageFinding(
        CoverageCodes.Unclaimed, rows.Type, $"Rows of table '{rows.Table}' that are {rows.Type} are records of no data set, beside those that are: nothing ends them, and no copy has them.",
        "Give the type a data set, or say of it with [NotPersonalData] or IsNotPersonalData why it holds no personal data."));

    /// <summary>The tables with what they refer to by the models too: a database may leave out the foreign keys that its application knows of.</summary>
    public static IReadOnlyList<TableDescription> WithReferences(IReadOnlyList<ModelTable> model, IReadOnlyList<TableDescription> tables)
    {
        var there = tables.Select(table => table.Name).ToHashSet(Names);
        var references = model.SelectMany(table => table.References).Where(key => there.Contains(key.Parent)).ToLookup(key => key.Table, Names);
        return [.. tables.Select(table => references[table.Name].Where(key => key.Columns.All(column => table.Find(column) is not null)
                && !table.ForeignKeys.Any(known => Names.Equals(known.Parent, key.Parent) && known.Columns.SequenceEqual(key.Columns, Names)))
                .ToArray() is { Length: > 0 } more
            ? table with { ForeignKeys = [.. table.ForeignKeys, .. more] }
            : table)];
    }

    /// <summary>Finds what only one of the two has.</summary>
    /// <param name="model">The tables of every model over the database.</param>
    /// <param name="mapping">What is mapped beside the models, and what is excused.</param>
    /// <param name="tables">The live catalogue.</param>
    public static IEnumerable<CoverageFinding> Check(IReadOnlyList<ModelTable> model, SqlMapping mapping, IReadOnlyList<TableDescription> tables)
    {
        var excuses = new Excuses(mapping.Excused);
        var known = model.ToLookup(table => table.Name, Names);
        var mapped = mapping.DataSets.Values.Select(dataSet => dataSet.Table).OfType<string>().ToHashSet(Names);
        var own = new LibraryTables(tables);
        foreach (var table in tables.Where(table => table.KeepsRows && !own.Has(table)))
        {
            if (known.Contains(table.Name))
            {
                var columns = known[table.Name].SelectMany(part => part.Columns).ToHashSet(Names);
                foreach (var column in table.Columns.Where(column => !columns.Contains(column.Name) && !excuses.Column(table.Name, column.Name)))
                {
                    yield return new CoverageFinding(
                        CoverageCodes.NotInModel, $"{table.Name}.{column.Name}", "The database has this column, and no model knows it.",
                        "Add it to the model, drop it, or excuse it with a reason.")
                    { Table = table.Name, Column = column.Name };
                }
            }
            else if (!mapped.Contains(table.Name) && !excuses.Table(table.Name))
            {
                yield return new CoverageFinding(
                    CoverageCodes.NotInModel, table.Name, "The database has this table, and no model knows it.",
                    "Add it to a model, map it by a SQL source, drop it, or excuse it with a reason.")
                { Table = table.Name };
            }
        }

        foreach (var table in model)
        {
            if (Conventions.Find(tables, table.Name) is not { } live)
            {
                yield return new CoverageFinding(
                    CoverageCodes.ModelNotInDatabase, table.Name, $"{table.Model} has this table, and the database does not.", "Migrate the database, or take it out of the model.")
                { Table = table.Name };
                continue;
            }

            foreach (var column in table.Columns.Where(column => live.Find(column) is null && !SystemColumns.Contains(column, Names)))
            {
                yield return new CoverageFinding(
                    CoverageCodes.ModelNotInDatabase, $"{table.Name}.{column}", $"{table.Model} has this column, and the database does not.",
                    "Migrate the database, or take it out of the model.")
                { Table = table.Name, Column = column };
            }
        }
    }
}
