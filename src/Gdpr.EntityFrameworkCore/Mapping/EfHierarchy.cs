using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>Tells the records of a data set from the other rows of a table that holds a hierarchy of types.</summary>
internal static class EfHierarchy
{
    /// <summary>Whether types of the hierarchy are no records of the data set.</summary>
    public static bool IsShared(EfModelMap map, EfRecord record) => record.Type.GetRootType().GetDerivedTypesInclusive().Any(type => map.Find(type) != record);

    /// <summary>The columns that tell the types of records apart, each with its table.</summary>
    public static IEnumerable<EfColumn> DiscriminatorsOf(EfRecord record) => record.Type.FindDiscriminatorProperty() is { } discriminator
        ? discriminator.GetTableColumnMappings().Select(mapping => new EfColumn((ITable)mapping.TableMapping.Table, mapping.Column.Name))
        : [];

    /// <summary>The discriminator's values in the records, by its column; none where every row is a record.</summary>
    public static Dictionary<string, IReadOnlyList<string>>? OnlyOf(EfModelMap map, EfRecord record, ITable table)
    {
        if (record.Type.FindDiscriminatorProperty() is not { } discriminator || !IsShared(map, record))
        {
            return null;
        }

        var column = discriminator.GetTableColumnMappings().First(mapping => mapping.TableMapping.Table == table).Column.Name;
        return new Dictionary<string, IReadOnlyList<string>>
        {
            [column] = [.. record.Type.GetDerivedTypesInclusive().Where(type => map.Find(type) == record && !type.IsAbstract())
                .Select(type => Stored(discriminator, type.GetDiscriminatorValue())).Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>A discriminator's value as its column holds it, as text.</summary>
    private static string Stored(IProperty discriminator, object? value)
    {
        var mapping = discriminator.GetRelationalTypeMapping();
        var stored = mapping.Converter is { } converter ? converter.ConvertToProvider(value) : value;
        if (stored is null or string)
        {
            return stored as string ?? "";
        }

        // Only the provider knows how it stores what is no text: a truth value or a GUID on SQLite, a label of an enum on PostgreSQL. It says so in SQL.
        var literal = mapping.GenerateSqlLiteral(value);
        return literal.IndexOf('\'', StringComparison.Ordinal) is var open and >= 0 && literal.LastIndexOf('\'') is var close && close > open
            ? literal[(open + 1)..close].Replace("''", "'", StringComparison.Ordinal)
            : literal.ToLowerInvariant();
    }
}
