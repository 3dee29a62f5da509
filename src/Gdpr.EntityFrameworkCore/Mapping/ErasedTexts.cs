using System.ComponentModel;
using System.Globalization;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>Texts that stand for erased contents, as columns hold them: what the library writes past the model has to be what the model's conversion reads.</summary>
internal static class ErasedTexts
{
    /// <summary>A text as a property's column holds it.</summary>
    /// <param name="property">The property.</param>
    /// <param name="erased">The text: in the application's words where the property is a text, or as the column would hold it.</param>
    /// <returns>The text; <see langword="null"/> where the conversion cannot read it.</returns>
    public static string? Stored(IProperty property, string erased)
    {
        if (property.GetTypeMapping().Converter is not { } converter)
        {
            return erased;
        }

        // A conversion that gives another text each time, as a cipher does, would have every node write and look for a text of its own.
        return converter.ModelClrType == typeof(string) && Converted(converter, erased) is { } stored && Converted(converter, erased) == stored
            && IsReadBy(converter, stored) ? stored
            : IsReadBy(converter, erased) ? erased
            : null;
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
