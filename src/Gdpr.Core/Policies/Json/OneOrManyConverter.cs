using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gdpr.Policies.Json;

/// <summary>Writes one id or several as an array; a single string is expanded to an array before it is read.</summary>
internal sealed class OneOrManyConverter : JsonConverter<OneOrMany>
{
    public override OneOrMany Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var ids = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            ids.Add(reader.GetString() ?? "");
        }

        return new OneOrMany(ids);
    }

    public override void Write(Utf8JsonWriter writer, OneOrMany value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var id in value)
        {
            writer.WriteStringValue(id);
        }

        writer.WriteEndArray();
    }
}
