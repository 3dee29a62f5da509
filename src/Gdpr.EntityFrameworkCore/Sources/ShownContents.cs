using System.Globalization;
using Gdpr.EntityFrameworkCore.Mapping;
using Gdpr.Relational.Exports;
using Gdpr.Relational.Tables;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using NodaTime;

namespace Gdpr.EntityFrameworkCore.Sources;

/// <summary>Contents as the application sees them, where its model stores them otherwise: encrypted, as a number that stands for a word, as a number for yes
/// or no.</summary>
internal sealed class ShownContents : IExportForms
{
    private readonly Dictionary<string, IProperty?> _properties = new(StringComparer.OrdinalIgnoreCase);

    public ShownContents(EfModelMap map)
    {
        foreach (var (column, property) in map.Records.Where(record => record.DataSet is not null).SelectMany(record => record.Members)
            .SelectMany(member => member.Columns.Where(column => !column.IsJson), (member, column) => (column, member.Property)))
        {
            // Types of one hierarchy may share a column and read it differently: then it is shown as it is stored.
            var place = PlaceOf(EfTables.NameOf(column.Table), column.Name);
            _properties[place] = _properties.TryGetValue(place, out var other) && (other is null || !IsReadAlike(other, property)) ? null : property;
        }
    }

    public object? Shown(TableDescription table, string column, object content)
    {
        if (PropertyOf(table, column) is not { } property)
        {
            return content;
        }

        var (type, converter) = (Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType, property.GetTypeMapping().Converter);
        try
        {
            return converter is null
                ? type == typeof(bool) && content is not bool ? Stored(content, type) ?? content : content
                : Stored(content, converter.ProviderClrType) is { } stored && Plain(converter.ConvertFromProvider(stored)) is { } shown ? shown : content;
        }
        catch (Exception problem) when (problem is not (OperationCanceledException or OutOfMemoryException))
        {
            // Not as the inner exception: conversions put what they cannot read into their messages.
            throw new UnreadableContentException($"a value of column '{table.Name}.{column}' cannot be read by the conversion that the model has for it.");
        }
    }

    public bool IsPlain(TableDescription table, string column) =>
        PropertyOf(table, column) is { } property && property.GetTypeMapping().Converter is null
        && Type.GetTypeCode(Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType) is TypeCode.String or TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64
            or TypeCode.Single or TypeCode.Double;

    /// <summary>The property that a column holds: of a model that states the table's schema, or of one that leaves it to the search path.</summary>
    private IProperty? PropertyOf(TableDescription table, string column) =>
        _properties.TryGetValue(PlaceOf(table.FullName, column), out var property) ? property : _properties.GetValueOrDefault(PlaceOf(table.Name, column));

    /// <summary>A content in the type that a conversion reads; <see langword="null"/> where the driver gives another one.</summary>
    private static object? Stored(object content, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsInstanceOfType(content) ? content
            : content is IConvertible and not string && type.IsPrimitive ? Convert.ChangeType(content, type, CultureInfo.InvariantCulture)
            : content is string text && type == typeof(Guid) && Guid.TryParse(text, out var guid) ? guid
            : null;
    }

    /// <summary>What people can read; <see langword="null"/> for the application's own types.</summary>
    private static object? Plain(object? shown) => shown switch
    {
        Enum word => word.ToString(),
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        TimeOnly or TimeSpan => Convert.ToString(shown, CultureInfo.InvariantCulture),
        string or bool or sbyte or short or int or long or byte or ushort or uint or ulong or decimal or float or double or byte[] or Guid
            or DateOnly or DateTimeOffset or Instant or LocalDate or LocalDateTime or LocalTime or OffsetDateTime => shown,
        _ => null,
    };

    private static bool IsReadAlike(IProperty one, IProperty other) =>
        one == other || (one.ClrType == other.ClrType && KindOf(one.GetTypeMapping().Converter) == KindOf(other.GetTypeMapping().Converter));

    private static Type? KindOf(ValueConverter? converter) => converter?.GetType();

    private static string PlaceOf(string table, string column) => $"{table}.{column}";
}
