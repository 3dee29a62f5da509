using Gdpr.EntityFrameworkCore.Mapping;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.Relational.Mapping;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Hazards;

/// <summary>Looks for what in a model would keep what was erased, or carry personal data to where nothing erases it.</summary>
/// <remarks>Cascades into other data sets and times without a zone show in the translation of the model. What a model does not say, such as an interceptor that turns
/// deletions into marks or a trigger of the database that copies rows, cannot be seen here.</remarks>
internal static class ModelHazards
{
    /// <summary>Whether former versions of a table's rows are kept, as SQL Server's provider says it.</summary>
    private const string Temporal = "SqlServer:IsTemporal";

    private static readonly string[] Marks = ["Delete", "Remove", "Archive", "Erase", "Discard", "Trash"];

    public static IReadOnlyList<string> Of(EfModelMap map, DbContextSourceOptions options) =>
    [
        .. map.DataSets.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .SelectMany(pair => OfRecord(pair.Value, options).Select(hazard => new MappingProblem(pair.Key, hazard.Wrong, hazard.Mend).ToString())),
    ];

    private static IEnumerable<(string Wrong, string Mend)> OfRecord(EfRecord record, DbContextSourceOptions options)
    {
        IEntityType[] types = [.. record.Type.GetDerivedTypesInclusive().Concat(OwnedBy(record.Type))
            .Where(type => !options.Accepted.ContainsKey(type.ClrType.FullName ?? ""))];
        foreach (var type in types.Where(type => type.FindAnnotation(Temporal)?.Value is true))
        {
            yield return (
                $"{type.DisplayName()} is a temporal table, which keeps every former version of what is erased",
                "keep its history elsewhere, under rules of its own, or say with Accept what ends it");
        }

        foreach (var (type, property) in types.SelectMany(type => type.GetDeclaredQueryFilters().Where(filter => filter.Key != VisibilityFilter.Name)
            .SelectMany(filter => FilteredProperties.Of(filter).Select(name => (type, name)))))
        {
            if (IsMark(type, property) && !IsTrigger(record, property))
            {
                yield return (
                    $"{type.DisplayName()} is hidden by its property {property}: what the application calls deleted stays as it is until a rule ends it",
                    "let a date of deletion be a trigger of the data set, or say with Accept why that is right");
            }
        }

        foreach (var key in types.SelectMany(type => type.GetDeclaredKeys()).Distinct())
        {
            foreach (var member in record.Members.Where(member => key.Properties.Contains(member.Property) && IsPersonal(record, member)))
            {
                var use = key.IsPrimaryKey() ? "the key of its rows" : "a key that other tables refer to";
                if (key.IsPrimaryKey() || key.GetReferencingForeignKeys().Any())
                {
                    yield return (
                        $"{record.Name}.{member.Path} is personal data and {use}: it stands wherever a row is referred to, and cannot be emptied",
                        "give the rows a key that means nothing, or say with Accept why it may stay");
                }
            }
        }
    }

    private static IEnumerable<IEntityType> OwnedBy(IEntityType type) => type.GetDerivedTypesInclusive().SelectMany(own => own.GetDeclaredNavigations())
        .Where(navigation => navigation.ForeignKey.IsOwnership && !navigation.IsOnDependent)
        .SelectMany(navigation => OwnedBy(navigation.TargetEntityType).Prepend(navigation.TargetEntityType));

    private static bool IsMark(IEntityType type, string property) =>
        type.FindProperty(property) is { } found
        && (found.ClrType == typeof(bool) || Array.Exists(Marks, mark => property.Contains(mark, StringComparison.OrdinalIgnoreCase)));

    /// <summary>A row that is hidden since an event is not forgotten where periods run from that event.</summary>
    private static bool IsTrigger(EfRecord record, string property) =>
        record.Statement.Triggers.Values.Any(trigger => trigger.Path == property)
        || record.Members.Any(member => member.Path == property && member.Trigger is not null);

    /// <summary>Identity marks every id as personal; one that means nothing is only the person's id.</summary>
    private static bool IsPersonal(EfRecord record, EfMember member) =>
        member.Category is not null || member.Field is not null || record.Statement.Fields.Values.Any(field => field.Paths.Contains(member.Path, StringComparer.Ordinal));
}
