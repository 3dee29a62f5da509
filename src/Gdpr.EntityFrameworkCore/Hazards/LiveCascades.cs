using Gdpr.EntityFrameworkCore.Mapping;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Tables;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Gdpr.EntityFrameworkCore.Hazards;

/// <summary>Looks for references by which the live database goes on to delete records, and of which the model does not say so: what EF Core deletes is asked after by
/// the model.</summary>
internal static class LiveCascades
{
    /// <summary>Finds them.</summary>
    /// <param name="map">What is said of the model.</param>
    /// <param name="nameOf">How the database names a table.</param>
    /// <param name="tables">The live catalogue.</param>
    public static IEnumerable<MappingProblem> Of(EfModelMap map, Func<ITable, string> nameOf, IReadOnlyList<TableDescription> tables)
    {
        string? Find(string name) => Conventions.Find(tables, name)?.Name;
        var cascading = tables.SelectMany(table => table.ForeignKeys).Where(key => key.OnDelete.Equals("CASCADE", StringComparison.OrdinalIgnoreCase))
            .Select(key => (Key: key, From: Find(key.Table), To: Find(key.Parent))).Where(key => key is { From: not null, To: not null }).ToArray();
        var leading = RecordsByTable(map, nameOf, Find);
        while (cascading.Where(key => leading.ContainsKey(key.From!) && !leading.ContainsKey(key.To!)).ToArray() is { Length: > 0 } further)
        {
            foreach (var key in further)
            {
                leading.TryAdd(key.To!, leading[key.From!]);
            }
        }

        var model = map.Model.GetRelationalModel().Tables.Select(table => (Table: table, Name: Find(nameOf(table)))).Where(table => table.Name is not null)
            .ToLookup(table => table.Name!, table => table.Table, StringComparer.Ordinal);
        return cascading.Where(key => leading.ContainsKey(key.From!) && !model[key.From!].Any(table => Says(table, key.Key))).Select(key =>
        {
            var wrong = $"the database deletes rows of '{key.From}' with what they refer to ({key.Key}), and the model does not say so";

            // Another context deletes those rows, or another client.
            return model.Contains(key.To!)
                ? new MappingProblem(
                    leading[key.From!], wrong + ": what EF Core deletes would take records with it that nobody asked after",
                    "make the reference in the database as the model has it, or let the model say OnDelete(DeleteBehavior.Cascade)")
                : new MappingProblem(
                    leading[key.From!], $"{wrong}, nor has '{key.To}': whoever deletes rows of that would take records with it that nobody asked after",
                    $"let the reference in the database delete nothing, or let the model have '{key.To}' and say OnDelete(DeleteBehavior.Cascade)");
        });
    }

    /// <summary>By table with rows of records, or of what they own, a data set. Of what is kept elsewhere the other source's model is asked.</summary>
    private static Dictionary<string, string> RecordsByTable(EfModelMap map, Func<ITable, string> nameOf, Func<string, string?> find)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var mapping in map.Model.GetRelationalModel().Tables.SelectMany(table => table.EntityTypeMappings))
        {
            if (map.Find(ContextModel.OwnerOf((IEntityType)mapping.TypeBase)) is { DataSet: { } dataSet, IsKeptElsewhere: false }
                && find(nameOf(mapping.Table)) is { } name)
            {
                found.TryAdd(name, dataSet);
            }
        }

        return found;
    }

    private static bool Says(ITable table, ForeignKeyDescription live) => table.ForeignKeyConstraints.Any(key => key.OnDeleteAction == ReferentialAction.Cascade
        && key.Columns.Select(column => column.Name).ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(live.Columns));
}
