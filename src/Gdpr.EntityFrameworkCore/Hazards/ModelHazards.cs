using Gdpr.EntityFrameworkCore.Mapping;
using Gdpr.EntityFrameworkCore.Sources;
using Gdpr.Relational.Mapping;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Hazards;

/// <summary>Looks for what in a model would keep what was erased, or carry personal data to where nothing erases it.</summary>
/// <remarks>Cascades into other data sets and times without a zone show in the translation of the model. What a model does not say, such as an interceptor that turns
/// deletions into marks or a trigger of the database that copies rows, cannot be seen here.</remarks>
internal static class ModelHazards
{
    /// <summary>Whether former versions of a table's rows are kept, as SQL Server's provider says it.</summary>
    private const string Temporal = "SqlServer:IsTemporal";

    public static IReadOnlyList<string> Of(EfModelMap map, DbContextSourceOptions options)
    {
        var (found, problems) = (new HashSet<(string Type, ModelHazard Hazard)>(), new List<string>());
        foreach (var (path, record) in map.DataSets.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            foreach (var (type, hazard, wrong, mend) in OfRecord(record))
            {
                var place = (type.ClrType.FullName ?? "", hazard);
                found.Add(place);
                if (!options.Accepted.ContainsKey(place))
                {
                    problems.Add(new MappingProblem(path, wrong, $"{mend}, or say with Accept(ModelHazard.{hazard}) why it may stay").ToString());
                }
            }
        }

        // What is accepted and not there would be accepted unseen once it is.
        problems.AddRange(options.Accepted.Keys.Where(accepted => !found.Contains(accepted)).OrderBy(accepted => accepted, Comparer<(string, ModelHazard)>.Default)
            .Select(accepted => $"Accept(ModelHazard.{accepted.Hazard}) is said of {accepted.Type}, which has no such hazard: take it out."));
        return problems;
    }

    private static IEnumerable<(IEntityType Type, ModelHazard Hazard, string Wrong, string Mend)> OfRecord(EfRecord record)
    {
        IEntityType[] own = [.. record.Type.GetAllBaseTypes(), .. record.Type.GetDerivedTypesInclusive()];
        IEntityType[] types = [.. own, .. own.SelectMany(OwnedBy)];
        foreach (var type in types.Where(type => type.FindAnnotation(Temporal)?.Value is true))
        {
            yield return (
                type, ModelHazard.TemporalTable,
                $"{type.DisplayName()} is a temporal table, which keeps every former version of what is erased",
                "keep its history elsewhere, under rules of its own");
        }

        foreach (var (type, mark) in types.SelectMany(type => DeletionMarks.Of(type).Select(mark => (type, mark))))
        {
            if (!DeletionMarks.AreTriggers(record) && !IsTrigger(record, mark.Property))
            {
                yield return (
                    type, ModelHazard.SoftDelete,
                    $"{type.DisplayName()} {mark.Says}: what the application calls deleted stays as it is until a rule ends it",
                    "let a date of deletion be a trigger of the data set");
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
                        key.DeclaringEntityType, ModelHazard.PersonalKey,
                        $"{record.Name}.{member.Path} is personal data and {use}: it stands wherever a row is referred to, and cannot be emptied",
                        "give the rows a key that means nothing");
                }
            }
        }
    }

    private static IEnumerable<IEntityType> OwnedBy(IEntityType type) => type.GetDeclaredNavigations()
        .Where(navigation => navigation.ForeignKey.IsOwnership && !navigation.IsOnDependent)
        .SelectMany(navigation => OwnedBy(navigation.TargetEntityType).Prepend(navigation.TargetEntityType));

    /// <summary>A row that is hidden since an event is not forgotten where periods run from that event.</summary>
    private static bool IsTrigger(EfRecord record, string property) =>
        record.Statement.Triggers.Values.Any(trigger => trigger.Path == property)
        || record.Members.Any(member => member.Path == property && member.Trigger is not null);

    /// <summary>Identity marks every id as personal; one that means nothing is only the person's id.</summary>
    private static bool IsPersonal(EfRecord record, EfMember member) =>
        member.Category is not null || member.Field is not null || record.Statement.Fields.Values.Any(field => field.Paths.Contains(member.Path, StringComparer.Ordinal));
}
