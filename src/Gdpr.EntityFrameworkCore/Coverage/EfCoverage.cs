using Gdpr.EntityFrameworkCore.Mapping;
using Gdpr.Relational.Coverage;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Tables;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Coverage;

/// <summary>What a model covers of its database: its tables, what it excuses, and which columns beside the records' own hold fields.</summary>
internal static class EfCoverage
{
    /// <summary>Puts together what a model covers.</summary>
    /// <param name="map">What is said of the model.</param>
    /// <param name="mapping">The model's data sets as tables and columns.</param>
    /// <param name="excused">What is excused beside the model: tables and columns of the database.</param>
    /// <param name="name">The model's name, such as that of its context.</param>
    /// <param name="nameOf">How the database names a table.</param>
    public static CoveredParts Of(
        EfModelMap map, SqlMapping mapping, IReadOnlyDictionary<string, string> excused, string name, Func<ITable, string> nameOf) =>
        new(new SqlMapping { DataSets = mapping.DataSets, Excused = Excused(map, excused, nameOf) })
        {
            Classified = map.Records.Where(record => record.DataSet is not null)
                .SelectMany(record => record.Members.Where(member => IsField(record, member)))
                .SelectMany(member => member.Columns.Select(column => PlaceOf(column, nameOf))).ToHashSet(StringComparer.OrdinalIgnoreCase),
            Model = [.. map.Model.GetRelationalModel().Tables.Select(table => new ModelTable(nameOf(table), name, [.. table.Columns.Select(column => column.Name)])
            {
                References = [.. table.ForeignKeyConstraints.Select(key => new ForeignKeyDescription(
                    nameOf(table), [.. key.Columns.Select(column => column.Name)], nameOf(key.PrincipalTable), [.. key.PrincipalColumns.Select(column => column.Name)], ""))],
                Unstated = Unstated(map, table),
            })],
            Unjudged = [.. map.Records.Where(record => record is { DataSet: null, Excuse: null })
                .SelectMany(record => Unjudged(record.Type)).DistinctBy(view => view.Place)],
        };

    /// <summary>The entity types over a table in which the model knows of no records, as far as nothing is said of them.</summary>
    private static string[] Unstated(EfModelMap map, ITable table)
    {
        var types = table.EntityTypeMappings.Select(mapping => mapping.TypeBase).OfType<IEntityType>().Where(type => !type.IsOwned()).ToArray();
        return Array.Exists(types, type => map.Find(type)?.DataSet is not null) ? []
            : [.. types.Where(type => map.Find(type) is { Excuse: null }).Select(type => type.DisplayName()).Order(StringComparer.Ordinal)];
    }

    /// <summary>Where a hierarchy of entity types is read that has no rows of its own.</summary>
    private static IEnumerable<ModelView> Unjudged(IEntityType root)
    {
        foreach (var type in root.GetDerivedTypesInclusive().Where(type => !type.GetTableMappings().Any()))
        {
            if (type.GetViewName() is { } view)
            {
                yield return new ModelView(view, type.DisplayName(), $"view '{view}'");
            }
            else if (type.GetFunctionName() is { } function)
            {
                yield return new ModelView(function, type.DisplayName(), $"function '{function}'");
            }
            else if (type.GetSqlQuery() is not null)
            {
                yield return new ModelView(type.DisplayName(), type.DisplayName(), "a query of SQL");
            }
        }
    }

    private static Dictionary<string, string> Excused(EfModelMap map, IReadOnlyDictionary<string, string> beside, Func<ITable, string> nameOf)
    {
        var excused = new Dictionary<string, string>(beside, StringComparer.OrdinalIgnoreCase);
        foreach (var record in map.Records.Where(record => record.Excuse is not null))
        {
            foreach (var table in record.Type.GetTableMappings().Select(mapping => mapping.Table))
            {
                excused.TryAdd(nameOf(table), record.Excuse!);
            }
        }

        foreach (var member in map.Records.SelectMany(record => record.Members).Where(member => member.Excuse is not null))
        {
            foreach (var column in member.Columns)
            {
                excused.TryAdd(PlaceOf(column, nameOf), member.Excuse!);
            }
        }

        return excused;
    }

    private static bool IsField(EfRecord record, EfMember member) =>
        member.Category is not null || member.Field is not null
        || record.Statement.Fields.Values.Any(field => field.Paths.Contains(member.Path, StringComparer.Ordinal));

    private static string PlaceOf(EfColumn column, Func<ITable, string> nameOf) => $"{nameOf(column.Table)}.{column.Name}";
}
