using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gdpr.Core.Tests.Policies;

/// <summary>Holds documents against a JSON schema of draft 2020-12, by the standard's words and not by the library's own reading of a policy.</summary>
/// <remarks>No validator of others restores everywhere that this repository is built. This one knows the keywords below, which the published schema uses, and refuses
/// a schema with any other, so that none is passed over. Each keyword is itself held against what the standard says of it.</remarks>
internal sealed class JsonSchemaValidator
{
    private static readonly HashSet<string> Annotations = ["$schema", "$id", "$defs", "$comment", "title", "description", "default"];
    private static readonly HashSet<string> Keywords =
    [
        "$ref", "type", "enum", "const", "pattern", "format", "minLength", "maxLength", "minimum", "maximum", "exclusiveMaximum", "multipleOf",
        "properties", "required", "additionalProperties", "propertyNames", "minProperties", "maxProperties", "dependentRequired",
        "items", "minItems", "maxItems", "allOf", "anyOf", "oneOf", "if", "then", "else",
    ];

    private readonly JsonElement _root;
    private readonly Dictionary<string, Regex> _patterns = [];

    public JsonSchemaValidator(JsonElement schema)
    {
        _root = schema;
        CheckKnown(schema);
    }

    /// <summary>Whether a document is valid.</summary>
    public bool Accepts(JsonElement value) => Accepts(_root, value);

    private bool Accepts(JsonElement schema, JsonElement value) => schema.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => schema.EnumerateObject().All(keyword => Meets(schema, keyword.Name, keyword.Value, value)),
    };

    private bool Meets(JsonElement schema, string keyword, JsonElement asked, JsonElement value) => keyword switch
    {
        "$ref" => Accepts(Resolve(asked.GetString()!), value),
        "type" => asked.ValueKind == JsonValueKind.Array ? asked.EnumerateArray().Any(type => IsOf(type.GetString()!, value)) : IsOf(asked.GetString()!, value),
        "enum" => asked.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)),
        "const" => JsonElement.DeepEquals(asked, value),
        "allOf" => asked.EnumerateArray().All(one => Accepts(one, value)),
        "anyOf" => asked.EnumerateArray().Any(one => Accepts(one, value)),
        "oneOf" => asked.EnumerateArray().Count(one => Accepts(one, value)) == 1,
        "if" => !schema.TryGetProperty(Accepts(asked, value) ? "then" : "else", out var branch) || Accepts(branch, value),
        _ => value.ValueKind switch
        {
            JsonValueKind.Object => MeetsAsObject(schema, keyword, asked, value),
            JsonValueKind.Array => MeetsAsArray(keyword, asked, value),
            JsonValueKind.String => MeetsAsString(keyword, asked, value.GetString()!),
            JsonValueKind.Number => MeetsAsNumber(keyword, asked, value.GetDouble()),
            _ => true,
        },
    };

    private bool MeetsAsObject(JsonElement schema, string keyword, JsonElement asked, JsonElement value) => keyword switch
    {
        "properties" => asked.EnumerateObject().All(member => !value.TryGetProperty(member.Name, out var found) || Accepts(member.Value, found)),
        "additionalProperties" => value.EnumerateObject()
            .Where(member => !schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(member.Name, out _))
            .All(member => Accepts(asked, member.Value)),
        "propertyNames" => value.EnumerateObject().All(member => Accepts(asked, JsonSerializer.SerializeToElement(member.Name))),
        "required" => Has(value, asked),
        "dependentRequired" => asked.EnumerateObject().All(member => !value.TryGetProperty(member.Name, out _) || Has(value, member.Value)),
        "minProperties" => value.EnumerateObject().Count() >= asked.GetDouble(),
        "maxProperties" => value.EnumerateObject().Count() <= asked.GetDouble(),
        _ => true,
    };

    private bool MeetsAsArray(string keyword, JsonElement asked, JsonElement value) => keyword switch
    {
        "items" => value.EnumerateArray().All(item => Accepts(asked, item)),
        "minItems" => value.GetArrayLength() >= asked.GetDouble(),
        "maxItems" => value.GetArrayLength() <= asked.GetDouble(),
        _ => true,
    };

    private bool MeetsAsString(string keyword, JsonElement asked, string text) => keyword switch
    {
        "pattern" => PatternOf(asked.GetString()!).IsMatch(text),
        "format" => asked.GetString() != "date" || DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "minLength" => text.EnumerateRunes().Count() >= asked.GetDouble(),
        "maxLength" => text.EnumerateRunes().Count() <= asked.GetDouble(),
        _ => true,
    };

    private static bool MeetsAsNumber(string keyword, JsonElement asked, double number) => keyword switch
    {
        "minimum" => number >= asked.GetDouble(),
        "maximum" => number <= asked.GetDouble(),
        "exclusiveMaximum" => number < asked.GetDouble(),
        "multipleOf" => (number / asked.GetDouble()) is var times && Math.Abs(times - Math.Round(times)) < 1e-9,
        _ => true,
    };

    private static bool Has(JsonElement value, JsonElement names) => names.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _));

    private static bool IsOf(string type, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type == "string",
        JsonValueKind.Number => type == "number" || (type == "integer" && double.IsInteger(value.GetDouble())),
        JsonValueKind.Null => type == "null",
        _ => type == "boolean",
    };

    private JsonElement Resolve(string reference) => reference.Split('/')[1..].Aggregate(_root, (at, step) =>
        at.GetProperty(Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)));

    /// <summary>The dialect's <c>$</c> is the very end of the text; that of .NET comes before a last line break as well.</summary>
    private Regex PatternOf(string pattern)
    {
        if (!_patterns.TryGetValue(pattern, out var regex))
        {
            var written = pattern.EndsWith('$') ? pattern[..^1] + "\\z" : pattern;
            regex = new Regex(written, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            _patterns.Add(pattern, regex);
        }

        return regex;
    }

    private static void CheckKnown(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var (name, asked) in schema.EnumerateObject().Select(keyword => (keyword.Name, keyword.Value)))
        {
            (Keywords.Contains(name) || Annotations.Contains(name)).ShouldBeTrue($"The validator does not know \"{name}\".");
            IEnumerable<JsonElement> inner = name switch
            {
                "properties" or "$defs" => asked.EnumerateObject().Select(member => member.Value),
                "allOf" or "anyOf" or "oneOf" => asked.EnumerateArray(),
                "additionalProperties" or "propertyNames" or "items" or "if" or "then" or "else" => [asked],
                _ => [],
            };
            foreach (var one in inner)
            {
                CheckKnown(one);
            }
        }
    }
}
