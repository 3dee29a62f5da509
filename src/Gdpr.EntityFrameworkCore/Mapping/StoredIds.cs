using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>Ids as the host writes them, and as their columns give them as text: a GUID has several ways of being written, and is the same however it is.</summary>
internal static class StoredIds
{
    /// <summary>The text of an id in a column.</summary>
    /// <param name="property">The property that the column holds.</param>
    /// <param name="id">The id, as the host writes it.</param>
    public static string Stored(IProperty property, string id)
    {
        if (!Guid.TryParse(id, out var guid))
        {
            return id;
        }

        var mapping = property.GetRelationalTypeMapping();
        var stored = mapping.Converter?.ProviderClrType ?? Plain(property.ClrType);
        if (stored == typeof(Guid))
        {
            // SQLite's driver stores text in upper case; where the type is the database's own, its text is in lower case.
            return mapping.StoreType.Equals("TEXT", StringComparison.OrdinalIgnoreCase) ? guid.ToString().ToUpperInvariant() : guid.ToString();
        }

        return stored == typeof(string) && Plain(property.ClrType) == typeof(Guid) ? (string)mapping.Converter!.ConvertToProvider(guid)! : id;
    }

    /// <summary>The id as the host writes it, of the text that a column gives.</summary>
    /// <param name="property">The property that the column holds.</param>
    /// <param name="text">The text.</param>
    public static string Written(IProperty property, string text) => IsGuid(property) && Guid.TryParse(text, out var guid) ? guid.ToString() : text;

    /// <summary>The id as the host writes it, of a property's value.</summary>
    public static string Written(IProperty property, object value)
    {
        var stored = property.GetTypeMapping().Converter?.ConvertToProvider(value) ?? value;
        return stored is Guid guid ? guid.ToString() : Written(property, Convert.ToString(stored, CultureInfo.InvariantCulture)!);
    }

    private static bool IsGuid(IProperty property) =>
        Plain(property.ClrType) == typeof(Guid) || property.GetTypeMapping().Converter?.ProviderClrType == typeof(Guid);

    private static Type Plain(Type type) => Nullable.GetUnderlyingType(type) ?? type;
}
