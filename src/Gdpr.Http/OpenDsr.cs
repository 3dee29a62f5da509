using System.Text.Json.Serialization;

namespace Gdpr.Http;

/// <summary>A request of OpenDSR's shape, as it goes to a recipient.</summary>
internal sealed record OpenDsrRequest(
    [property: JsonPropertyName("subject_request_id")] string Id,
    [property: JsonPropertyName("subject_request_type")] string Type,
    [property: JsonPropertyName("submitted_time")] string Submitted)
{
    [JsonPropertyName("regulation")]
    public string Regulation { get; init; } = "gdpr";

    [JsonPropertyName("api_version")]
    public string Version { get; init; } = "2.0";

    [JsonPropertyName("subject_identities")]
    public IReadOnlyList<OpenDsrIdentity> Identities { get; init; } = [];

    [JsonPropertyName("status_callback_urls")]
    public IReadOnlyList<string>? Callbacks { get; init; }

    [JsonPropertyName("extensions")]
    public IReadOnlyDictionary<string, OpenDsrScope>? Extensions { get; init; }
}

/// <summary>By which the recipient knows the person.</summary>
internal sealed record OpenDsrIdentity([property: JsonPropertyName("identity_type")] string Type, [property: JsonPropertyName("identity_value")] string Value)
{
    [JsonPropertyName("identity_format")]
    public string Format { get; init; } = "raw";
}

/// <summary>What of the person's data is concerned.</summary>
internal sealed record OpenDsrScope([property: JsonPropertyName("controller")] string Controller, [property: JsonPropertyName("data")] IReadOnlyList<string> Data)
{
    [JsonPropertyName("corrections")]
    public IReadOnlyDictionary<string, string?>? Corrections { get; init; }

    [JsonPropertyName("statements")]
    public IReadOnlyDictionary<string, string>? Statements { get; init; }
}

/// <summary>What a recipient says of a request: when it takes it, when it is asked, and when it calls back.</summary>
internal sealed record OpenDsrStatus
{
    public const string Completed = "completed";
    public const string Cancelled = "cancelled";

    [JsonPropertyName("subject_request_id")]
    public string? Id { get; init; }

    [JsonPropertyName("request_status")]
    public string? Status { get; init; }

    [JsonPropertyName("received_time")]
    public string? Received { get; init; }
}

/// <summary>The generated code that reads and writes them.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OpenDsrRequest))]
[JsonSerializable(typeof(OpenDsrStatus))]
internal sealed partial class OpenDsrJson : JsonSerializerContext;
