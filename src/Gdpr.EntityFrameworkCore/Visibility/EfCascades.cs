using Gdpr.EntityFrameworkCore.Mapping;
using Gdpr.Relational.Queries;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Visibility;

/// <summary>Finds from whose deletion the database goes on to delete records.</summary>
internal static class EfCascades
{
    /// <summary>The ways to records, by the entity type at which each begins and which is no record itself.</summary>
    public static IReadOnlyDictionary<IEntityType, IReadOnlyList<EfCascade>> Of(IModel model, Func<IEntityType, bool> isRecord) =>
        model.GetEntityTypes().Where(type => !type.IsOwned() && !isRecord(type) && type.FindPrimaryKey() is not null)
            .Select(type => (Type: type, Ways: (IReadOnlyList<EfCascade>)[.. From(type, [], isRecord).Select(way => new EfCascade(way))]))
            .Where(found => found.Ways.Count > 0).ToDictionary(found => found.Type, found => found.Ways);

    private static IEnumerable<IReadOnlyList<IForeignKey>> From(IEntityType type, IReadOnlyList<IForeignKey> way, Func<IEntityType, bool> isRecord)
    {
        foreach (var key in type.GetReferencingForeignKeys().Where(key => key is { IsOwnership: false, DeleteBehavior: DeleteBehavior.Cascade } && !way.Contains(key)))
        {
            IReadOnlyList<IForeignKey> longer = [.. way, key];

            // A reference may be to a base type whose records are those of derived types.
            foreach (var dependent in key.DeclaringEntityType.GetDerivedTypesInclusive())
            {
                if (isRecord(dependent))
                {
                    yield return longer;
                    break;
                }

                foreach (var further in From(dependent, longer, isRecord))
                {
                    yield return further;
                }
            }
        }
    }
}

/// <summary>A way by which the database deletes records together with a row of something else.</summary>
internal sealed class EfCascade(IReadOnlyList<IForeignKey> way)
{
    /// <summary>The records at its end: the entity types of one hierarchy.</summary>
    public IEnumerable<IEntityType> Records => way[^1].DeclaringEntityType.GetDerivedTypesInclusive();

    /// <summary>A condition: of the records that go with a row something is so.</summary>
    /// <param name="dialect">How the database writes it.</param>
    /// <param name="key">The key of the row that is deleted, as the text refers to its values.</param>
    /// <param name="ofRecord">What is to be so of a record, by the expressions of its key.</param>
    public string Any(SqlDialect dialect, IReadOnlyList<string> key, Func<IReadOnlyList<string>, string> ofRecord)
    {
        var (first, principal) = (TableOf(way[0].PrincipalEntityType, way[0].PrincipalKey.Properties), way[0].PrincipalEntityType.FindPrimaryKey()!.Properties);
        var (text, alias) = ($"{dialect.Table(EfTables.NameOf(first))} c0", "c0");
        foreach (var (index, step) in way.Index())
        {
            var (before, table) = (TableOf(step.PrincipalEntityType, step.PrincipalKey.Properties), TableOf(step.DeclaringEntityType, step.Properties));
            var joined = $"c{index + 1}";
            var on = step.Properties.Zip(step.PrincipalKey.Properties, (own, other) =>
                $"{joined}.{dialect.Quote(ColumnOf(own, table))} = {alias}.{dialect.Quote(ColumnOf(other, before))}");
            text += $" JOIN {dialect.Table(EfTables.NameOf(table))} {joined} ON {string.Join(" AND ", on)}";
            alias = joined;
        }

        var last = TableOf(way[^1].DeclaringEntityType, way[^1].Properties);
        var isRow = principal.Zip(key, (part, value) => $"c0.{dialect.Quote(ColumnOf(part, first))} = {value}");
        var record = ofRecord([.. way[^1].DeclaringEntityType.FindPrimaryKey()!.Properties.Select(part => $"{alias}.{dialect.Quote(ColumnOf(part, last))}")]);
        return $"EXISTS (SELECT 1 FROM {text} WHERE {string.Join(" AND ", isRow)} AND {record})";
    }

    private static ITable TableOf(IEntityType type, IReadOnlyList<IProperty> properties) => type.GetTableMappings().Select(mapping => mapping.Table)
        .First(table => properties.All(property => property.GetTableColumnMappings().Any(mapping => mapping.TableMapping.Table == table)));

    private static string ColumnOf(IProperty property, ITable table) =>
        property.GetTableColumnMappings().First(mapping => mapping.TableMapping.Table == table).Column.Name;
}
