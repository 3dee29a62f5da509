using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>Tells the records of a data set from the other rows of a table that holds a hierarchy of types.</summary>
internal static class EfHierarchy
{
    /// <summary>Whether types of the hierarchy are no records of the data set.</summary>
    public static bool IsShared(EfModelMap map, EfRecord record) => record.Type.GetRootType().GetDerivedTypesInclusive().Any(type => map.Find(type) != record);

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

    private static string Stored(IProperty discriminator, object? value)
    {
        var stored = discriminator.GetRelationalTypeMapping().Converter is { } converter ? converter.ConvertToProvider(value) : value;
        return Convert.ToString(stored is Enum ? Convert.ToInt64(stored, CultureInfo.InvariantCulture) : stored, CultureInfo.InvariantCulture) ?? "";
    }
}
