using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Gdpr.Journals;

namespace Gdpr.Relational.Mapping;

/// <summary>The written form of a mapping. A bare string stands for a column: of a subject, of a trigger, of a field.</summary>
internal static class SqlMappingJson
{
    /// <summary>The members whose own members are named by the host.</summary>
    private static readonly string[] Maps = ["dataSets", "excused", "only", "parties", "triggers", "fields", "on", "area"];

    public static SqlMapping Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            var mapping = JsonSerializer.Deserialize(json, SqlMappingContext.Default.SqlMapping) ?? throw new FormatException("The mapping is empty: name its data sets.");
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            RefuseNulls(document.RootElement, "$", isMap: false);
            return mapping;
        }
        catch (JsonException problem)
        {
            throw new FormatException($"The mapping cannot be read at {problem.Path ?? "$"}, line {problem.LineNumber + 1}: {Words(problem)}", problem);
        }
    }

    public static string Write(SqlMapping mapping) => JsonSerializer.Serialize(Sorted(mapping), SqlMappingContext.Default.SqlMapping);

    /// <summary>What identifies the mapping of one data set.</summary>
    public static Digest DigestOf(DataSetMapping mapping) => Digest.Of(JsonSerializer.SerializeToUtf8Bytes(Sorted(mapping), SqlMappingContext.Default.DataSetMapping));

    /// <summary>Refuses null in a list and behind a name: a member may be left out, and what is listed or named has to be something.</summary>
    private static void RefuseNulls(JsonElement element, string path, bool isMap)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var (index, item) in element.EnumerateArray().Index())
            {
                Go(item, $"{path}[{index}]", isListed: true, isMapItself: false);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                Go(member.Value, $"{path}.{member.Name}", isListed: isMap, isMapItself: !isMap && Maps.Contains(member.Name));
            }
        }

        static void Go(JsonElement item, string place, bool isListed, bool isMapItself)
        {
            if (isListed && item.ValueKind == JsonValueKind.Null)
            {
                throw new FormatException($"The mapping cannot be read at {place}: it is null. Say what it is, or leave it out.");
            }

            RefuseNulls(item, place, isMapItself);
        }
    }

    private static string Words(JsonException problem) => problem.Message.Split(" Path:", 2)[0];

    private static SqlMapping Sorted(SqlMapping mapping) =>
        new() { DataSets = Sorted(mapping.DataSets.ToDictionary(pair => pair.Key, pair => Sorted(pair.Value))), Excused = Sorted(mapping.Excused) };

    private static DataSetMapping Sorted(DataSetMapping mapping) => new()
    {
        Table = mapping.Table,
        Key = mapping.Key,
        Only = mapping.Only is null ? null : Sorted(mapping.Only),
        Subject = mapping.Subject,
        Parties = mapping.Parties is { Count: > 0 } parties ? Sorted(parties) : null,
        Shared = mapping.Shared is { Count: > 0 } shared ? shared : null,
        Triggers = Sorted(mapping.Triggers),
        Fields = Sorted(mapping.Fields),
        Children = mapping.Children,
    };

    private static SortedDictionary<string, T> Sorted<T>(IReadOnlyDictionary<string, T> items) =>
        new(items.ToDictionary(pair => pair.Key, pair => pair.Value), StringComparer.Ordinal);
}

/// <summary>A column, written as its name alone or as an object.</summary>
internal sealed class ColumnPathConverter : NameOrObjectConverter<ColumnPath>
{
    protected override JsonTypeInfo<ColumnPath> Form => SqlMappingFormContext.Default.ColumnPath;

    protected override ColumnPath OfName(string name) => new() { Column = name };
}

/// <summary>A trigger's column, written as its name alone or as an object.</summary>
internal sealed class TriggerMappingConverter : NameOrObjectConverter<TriggerMapping>
{
    protected override JsonTypeInfo<TriggerMapping> Form => SqlMappingFormContext.Default.TriggerMapping;

    protected override TriggerMapping OfName(string name) => new() { Column = name };
}

/// <summary>A field's column, written as its name alone or as an object.</summary>
internal sealed class FieldMappingConverter : NameOrObjectConverter<FieldMapping>
{
    protected override JsonTypeInfo<FieldMapping> Form => SqlMappingFormContext.Default.FieldMapping;

    protected override FieldMapping OfName(string name) => new() { Columns = [name] };
}

/// <summary>Reads a bare string as the name of a column.</summary>
internal abstract class NameOrObjectConverter<T> : JsonConverter<T>
    where T : class
{
    protected abstract JsonTypeInfo<T> Form { get; }

    protected abstract T OfName(string name);

    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? OfName(reader.GetString()!) : JsonSerializer.Deserialize(ref reader, Form);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value, Form);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowTrailingCommas = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowDuplicateProperties = false,
    UseStringEnumConverter = true,
    Converters = [typeof(ColumnPathConverter), typeof(TriggerMappingConverter), typeof(FieldMappingConverter)])]
[JsonSerializable(typeof(SqlMapping))]
[JsonSerializable(typeof(DataSetMapping))]
internal sealed partial class SqlMappingContext : JsonSerializerContext;

/// <summary>The same without the short form: what a converter reads when it meets an object.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ColumnPath))]
[JsonSerializable(typeof(TriggerMapping))]
[JsonSerializable(typeof(FieldMapping))]
internal sealed partial class SqlMappingFormContext : JsonSerializerContext;
