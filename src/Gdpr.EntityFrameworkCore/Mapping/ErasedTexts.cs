using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>Texts that stand for erased contents, as columns hold them: what the library writes past the model has to be what the model reads.</summary>
internal static class ErasedTexts
{
    private static readonly HashSet<Type> Parsed =
    [
        typeof(bool), typeof(byte), typeof(sbyte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(float), typeof(double),
        typeof(decimal), typeof(DateOnly), typeof(DateTime), typeof(DateTimeOffset), typeof(TimeOnly), typeof(TimeSpan), typeof(Guid),
    ];

    /// <summary>A text as a property's column holds it.</summary>
    /// <param name="property">The property.</param>
    /// <param name="erased">The text: in the application's words where the property is a text, or as the column would hold it.</param>
    /// <returns>The text; <see langword="null"/> where the application cannot read it.</returns>
    public static string? Stored(IProperty property, string erased)
    {
        if (property.GetTypeMapping().Converter is not { } converter)
        {
            return Plain(property, erased);
        }

        // A conversion that gives another text each time, as a cipher does, would have every node write and look for a text of its own.
        return converter.ModelClrType == typeof(string) && Converted(converter, erased) is { } stored && Converted(converter, erased) == stored
            && IsReadBy(converter, stored) ? stored
            : IsReadBy(converter, erased) ? erased
            : null;
    }

    /// <summary>A text as the column of a document holds it.</summary>
    /// <param name="property">A property within the document.</param>
    /// <param name="erased">The text.</param>
    /// <returns>The text; <see langword="null"/> where it is no such document: an object, or of a collection an array.</returns>
    public static string? Document(IProperty property, string erased)
    {
        try
        {
            using var document = JsonDocument.Parse(erased);
            return document.RootElement.ValueKind == (IsCollection(property.DeclaringType) ? JsonValueKind.Array : JsonValueKind.Object) ? erased : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether the outermost part of a document, in which a type stands, is a collection.</summary>
    private static bool IsCollection(ITypeBase type) => type switch
    {
        IComplexType { ComplexProperty: var complex } => complex.DeclaringType.IsMappedToJson() ? IsCollection(complex.DeclaringType) : complex.IsCollection,
        IEntityType entity when entity.FindOwnership() is { } ownership =>
            ownership.PrincipalEntityType.IsMappedToJson() ? IsCollection(ownership.PrincipalEntityType) : !ownership.IsUnique,
        _ => false,
    };

    /// <summary>A text as a column holds it whose values are stored as they are. A database that knows dates and numbers says itself what it takes for one; SQLite takes
    /// any text, which the application then cannot read.</summary>
    private static string? Plain(IProperty property, string erased)
    {
        var (type, stored) = (Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType, property.GetRelationalTypeMapping().StoreType);
        if (!Parsed.Contains(type) || !(stored is "TEXT" or "INTEGER" or "REAL"))
        {
            return erased;
        }

        try
        {
            return erased.Trim().Length == 0 ? null : TypeDescriptor.GetConverter(type).ConvertFromInvariantString(erased) switch
            {
                bool value => value ? "1" : "0",
                DateOnly value => value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                DateTime value => value.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
                DateTimeOffset value => value.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture),
                TimeOnly value => value.ToString("HH:mm:ss.fffffff", CultureInfo.InvariantCulture),
                Guid value => value.ToString().ToUpperInvariant(),
                IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
                _ => null,
            };
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            return null;
        }
    }

    private static string? Converted(ValueConverter converter, string erased)
    {
        try
        {
            return converter.ConvertToProvider(erased) switch
            {
                string text => text,
                IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
                _ => null,
            };
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            return null;
        }
    }

    private static bool IsReadBy(ValueConverter converter, string text)
    {
        try
        {
            var type = Nullable.GetUnderlyingType(converter.ProviderClrType) ?? converter.ProviderClrType;
            converter.ConvertFromProvider(type == typeof(string) ? text : TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text));
            return true;
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            return false;
        }
    }
}
