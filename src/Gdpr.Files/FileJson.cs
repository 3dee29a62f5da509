using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Gdpr.Files.Keys;
using Gdpr.Files.Sources;
using Gdpr.Files.Witnesses;

namespace Gdpr.Files;

/// <summary>The JSON of the files. Nothing unknown, nothing twice, nothing missing: what is not exactly as it was written has been changed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, UseStringEnumConverter = true,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(CheckpointLine))]
[JsonSerializable(typeof(TombstoneLine))]
[JsonSerializable(typeof(KeyFile))]
[JsonSerializable(typeof(FactsFile))]
[JsonSerializable(typeof(IReadOnlyList<FactLine>))]
[JsonSerializable(typeof(BatchFile))]
[JsonSerializable(typeof(IReadOnlyList<OutstandingRow>))]
internal sealed partial class FileJson : JsonSerializerContext
{
    /// <summary>Reads a value back.</summary>
    /// <exception cref="FormatException">It is not as it was written.</exception>
    public static T Parse<T>(string json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new FormatException("It is empty.");
        }
        catch (JsonException exception)
        {
            // In the library's words: those of the exception speak of types that its user does not know.
            throw new FormatException($"It is not the JSON that was written (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}).", exception);
        }
    }
}
