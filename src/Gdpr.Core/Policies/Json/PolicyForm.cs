using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gdpr.Policies.Json;

/// <summary>A way of writing a policy as JSON: members in the order declared, without what says no more than its default.</summary>
/// <remarks>Members that every policy states are written even when empty; an empty object that is stated, such as <c>"contract": {}</c>, says
/// something and stays.</remarks>
internal sealed class PolicyForm
{
    private readonly bool _shorthands;
    private readonly bool _sorted;

    private PolicyForm(bool shorthands, bool sorted) => (_shorthands, _sorted) = (shorthands, sorted);

    /// <summary>For people: shorthands wherever they say the same, ids in the order declared.</summary>
    public static PolicyForm Readable { get; } = new(shorthands: true, sorted: false);

    /// <summary>For validation: everything at the place that its pointer names, ids in the order declared.</summary>
    public static PolicyForm Expanded { get; } = new(shorthands: false, sorted: false);

    /// <summary>For comparison: one text for all policies that say the same. Ids are sorted by their letters, except where the order has a meaning.</summary>
    public static PolicyForm Canonical { get; } = new(shorthands: false, sorted: true);

    /// <summary>The policy in this form.</summary>
    /// <exception cref="JsonException">The policy nests too deep or holds a value outside an enumeration.</exception>
    public JsonNode Of(GdprPolicy policy) =>
        Of(JsonSerializer.SerializeToElement(policy, PolicyJsonContext.Default.GdprPolicy), PolicyShapes.Policy)!;

    private JsonNode? Of(JsonElement value, Shape shape) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        _ => shape switch
        {
            ObjectShape known => OfObject(value, known),
            MapShape map => OfMap(value, map),
            ListShape list => OfList(value, list),
            _ => JsonValue.Create(value),
        },
    };

    private JsonNode OfObject(JsonElement value, ObjectShape shape)
    {
        var written = new JsonObject();
        foreach (var member in shape.Members)
        {
            if (value.TryGetProperty(member.Name, out var stated) && (member.Required || !IsDefault(stated, member)))
            {
                written.Add(member.Name, Of(stated, member.Shape));
            }
        }

        return _shorthands && shape.Shorthand is { } shorthand && written.Count == 1 && written[shorthand.Name] is JsonValue text
            ? text.DeepClone()
            : written;
    }

    private JsonObject OfMap(JsonElement value, MapShape map)
    {
        var written = new JsonObject();
        IEnumerable<JsonProperty> entries = value.EnumerateObject();
        foreach (var entry in _sorted && !map.Ordered ? entries.OrderBy(entry => entry.Name, StringComparer.Ordinal) : entries)
        {
            written.Add(entry.Name, Of(entry.Value, map.Element));
        }

        return written;
    }

    private JsonNode OfList(JsonElement value, ListShape list)
    {
        var written = new JsonArray([.. value.EnumerateArray().Select(item => Of(item, list.Element))]);
        return _shorthands && list.AcceptsOne && written is [JsonValue one] ? one.DeepClone() : written;
    }

    private static bool IsDefault(JsonElement value, MemberShape member) => member.Shape switch
    {
        MapShape => !value.EnumerateObject().Any(),
        ListShape => value.GetArrayLength() == 0,
        _ => member.Default is { } byDefault && JsonElement.DeepEquals(value, byDefault),
    };
}
