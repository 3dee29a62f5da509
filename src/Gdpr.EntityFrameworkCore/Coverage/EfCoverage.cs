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
    /// <param name="translation">The model's data sets as tables and columns.</param>
    /// <param name="excused">What is excused beside the model: tables and columns of the database.</param>
    /// <param name="name">The model's name, such as that of its context.</param>
    /// <param name="nameOf">How the database names a table.</param>
    public static CoveredParts Of(
        EfModelMap map, EfTranslation translation, IReadOnlyDictionary<string, string> excused, string name, Func<ITable, string> nameOf)
    {
        // What another context's source keeps, that source covers, where it is in the same database.
        EfRecord[] kept = [.. map.Records.Where(record => record is { DataSet: not null, IsKeptElsewhere: false })];
        var unsaid = map.Records.Where(record => !record.IsKeptElsewhere).SelectMany(record => record.Members.Where(member => !IsSaid(record, member, translation))
            .SelectMany(member => member.Columns.Select(column => (Record: record, Member: member, Column: column)))).ToArray();
        var judged = unsaid.Where(part => part.Record.DataSet is not null || part.Column.IsJson).ToArray();
        return new CoveredParts(new SqlMapping
        {
            DataSets = translation.Mapping.DataSets,
            Excused = Excused(map, excused, judged.Select(part => part.Column).ToHashSet(), nameOf),
        })
        {
            Classified = kept.SelectMany(record => record.Members.Where(member => IsField(record, member)))
                .SelectMany(member => member.Columns.Select(column => PlaceOf(column, nameOf))).ToHashSet(StringComparer.Ordinal),
            Discriminators = kept.SelectMany(EfHierarchy.DiscriminatorsOf)
                .Select(column => PlaceOf(column, nameOf)).ToHashSet(StringComparer.Ordinal),
            Unsaid = [.. judged.Select(part => new UnsaidMember(
                nameOf(part.Column.Table), part.Column.Name, part.Record.DataSet, $"{part.Record.Name}.{part.Member.Path}",
                part.Column.IsJson || !TablesOf(part.Record).Contains(part.Column.Table)))],
            Model = [.. map.Model.GetRelationalModel().Tables.Select(table => new ModelTable(nameOf(table), name, [.. table.Columns.Select(column => column.Name)])
            {
                References = [.. table.ForeignKeyConstraints.Select(key => new ForeignKeyDescription(
                    nameOf(table), [.. key.Columns.Select(column => column.Name)], nameOf(key.PrincipalTable), [.. key.PrincipalColumns.Select(column => column.Name)], ""))],
                Unstated = Unstated(map, table),
            })],
            Unjudged = [.. map.Records.Where(record => record is { DataSet: null, Excuse: null })
                .SelectMany(record => Unjudged(record.Type)).DistinctBy(view => view.Place)],
            Unclaimed = [.. Unclaimed(map, nameOf)],
        };
    }

    /// <summary>The entity types over a table in which the model knows of no records, as far as nothing is said of them.</summary>
    private static string[] Unstated(EfModelMap map, ITable table)
    {
        var types = table.EntityTypeMappings.Select(mapping => mapping.TypeBase).OfType<IEntityType>().Where(type => !type.IsOwned()).ToArray();
        return Array.Exists(types, type => map.Find(type)?.DataSet is not null) ? []
            : [.. types.Where(type => map.Find(type) is { Excuse: null }).Select(type => type.DisplayName()).Order(StringComparer.Ordinal)];
    }

    /// <summary>Types of a hierarchy that stand in one table with records, and of which nobody has said what they are.</summary>
    private static IEnumerable<UnclaimedRows> Unclaimed(EfModelMap map, Func<ITable, string> nameOf) => map.Model.GetEntityTypes()
        .Where(type => !type.IsOwned() && !type.IsAbstract() && map.Find(type) is { DataSet: null } && !map.IsExcused(type))
        .Select(type => (Type: type, Table: type.GetTableMappings().Select(mapping => mapping.Table).FirstOrDefault(table => HoldsRecords(map, type, table))))
        .Where(found => found.Table is not null).Select(found => new UnclaimedRows(nameOf(found.Table!), found.Type.DisplayName()));

    private static bool HoldsRecords(EfModelMap map, IEntityType type, ITable table) => type.GetRootType().GetDerivedTypesInclusive()
        .Any(other => map.Find(other) is { DataSet: not null } && other.GetTableMappings().Any(mapping => mapping.Table == table));

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

    /// <summary>What is excused: by its place, by its entity type, or, where all that share the column have something said of them, by its member.</summary>
    private static Dictionary<string, string> Excused(
        EfModelMap map, IReadOnlyDictionary<string, string> beside, HashSet<EfColumn> unsaid, Func<ITable, string> nameOf)
    {
        var excused = new Dictionary<string, string>(beside, StringComparer.Ordinal);
        var tables = map.Records.Where(record => record.DataSet is not null).SelectMany(TablesOf).ToHashSet();
        foreach (var record in map.Records.Where(record => record.Excuse is not null))
        {
            foreach (var table in TablesOf(record).Where(table => !tables.Contains(table)))
            {
                excused.TryAdd(nameOf(table), record.Excuse!);
            }
        }

        // An entity type that shares its table with records is excused in columns that are its own.
        foreach (var (member, because) in map.Records.SelectMany(record => record.Members.Select(member => (Member: member, Because: member.Excuse ?? record.Excuse)))
            .Where(pair => pair.Because is not null))
        {
            foreach (var column in member.Columns.Where(column => !unsaid.Contains(column) && (member.Excuse is not null || tables.Contains(column.Table))))
            {
                excused.TryAdd(PlaceOf(column, nameOf), because!);
            }
        }

        return excused;
    }

    private static IEnumerable<ITable> TablesOf(EfRecord record) => record.Type.GetTableMappings().Select(mapping => mapping.Table);

    /// <summary>Whether somebody has said what a member is, or it says so itself: keys, references and what tells types apart are judged as columns.</summary>
    private static bool IsSaid(EfRecord record, EfMember member, EfTranslation translation) =>
        record.Excuse is not null || member.Excuse is not null || member.IsSubject || member.Trigger is not null || IsField(record, member)
        || translation.Fields.Contains(member) || record.Subject == member.Path || record.Statement.Parties.Values.Any(party => party.Path == member.Path)
        || (member.Property.DeclaringType is IEntityType type && !type.IsMappedToJson()
            && (member.Property.IsKey() || member.Property.IsForeignKey() || type.FindDiscriminatorProperty() == member.Property));

    private static bool IsField(EfRecord record, EfMember member) =>
        member.Category is not null || member.Field is not null
        || record.Statement.Fields.Values.Any(field => field.Paths.Contains(member.Path, StringComparer.Ordinal));

    private static string PlaceOf(EfColumn column, Func<ITable, string> nameOf) => $"{nameOf(column.Table)}.{column.Name}";
}
