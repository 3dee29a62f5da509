using System.Text.Json;

namespace Gdpr.Rights;

/// <summary>A national identity number as it is shown: without its last four digits.</summary>
internal static class MaskedValue
{
    private const int Hidden = 4;

    public static JsonElement Of(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : "";
        var digits = text.Count(char.IsAsciiDigit);
        var shown = digits is 10 or 12 ? text[..^Hidden].TrimEnd('-', '+') : "";
        return JsonSerializer.SerializeToElement($"{shown}{(shown.Length > 0 ? "-" : "")}****", MaskJson.Default.String);
    }
}

/// <summary>The generated code that writes masked values.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class MaskJson : System.Text.Json.Serialization.JsonSerializerContext;
