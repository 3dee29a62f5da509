using System.Text.Json.Nodes;
using Gdpr.Policies;
using Gdpr.Policies.Json;
using NodaTime;

namespace Gdpr.Core.Tests.Policies;

/// <summary>Makes the published schema of the same shapes that the reader goes by, with the model's own documentation as descriptions.</summary>
internal sealed class JsonSchemaFromTypes(XmlDocumentation documentation)
{
    private const string StatedText = "StatedText";

    private readonly SortedDictionary<string, JsonNode> _definitions = new(StringComparer.Ordinal);

    public JsonObject Make()
    {
        var policy = OfObject(PolicyShapes.Policy);
        policy.Remove("description");
        policy["properties"]!.AsObject().Insert(0, PolicySchema.MemberName, new JsonObject
        {
            ["description"] = "The schema that the document is written by. It is no part of the policy.",
            ["type"] = "string",
        });
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = "urn:gdpr-core:policy",
            ["title"] = "GDPR policy",
            ["description"] = documentation.SummaryOf(typeof(GdprPolicy)),
        };
        foreach (var (name, value) in policy)
        {
            schema[name] = value?.DeepClone();
        }

        schema["$defs"] = new JsonObject(_definitions.Select(definition => KeyValuePair.Create(definition.Key, (JsonNode?)definition.Value)));
        return schema;
    }

    /// <summary>The schema of a shape; of a value that every policy states where <paramref name="stated"/>, which then says something.</summary>
    private JsonObject Of(Shape shape, bool stated = false) => shape switch
    {
        ObjectShape known when stated && known.Type == typeof(LocalizedText) => Reference(StatedText, () => OfStatedText(known)),
        ObjectShape known => Reference(known.Type, () => WithShorthand(known)),
        MapShape map => new JsonObject
        {
            ["type"] = "object",
            ["propertyNames"] = new JsonObject { ["pattern"] = map.Ids.Pattern },
            ["additionalProperties"] = Of(map.Element),
        }.With("minProperties", 1, stated),
        ListShape { AcceptsOne: true } list => new JsonObject { ["oneOf"] = new JsonArray(Of(list.Element, stated), ArrayOf(list, stated)) },
        ListShape list => ArrayOf(list, stated),
        ScalarShape { Form: { } form } => Reference(form.Type, () => OfForm(form)),
        ScalarShape { Kind: ScalarKind.Flag } => new JsonObject { ["type"] = "boolean" },
        ScalarShape { Kind: ScalarKind.Number } => new JsonObject { ["type"] = "integer", ["minimum"] = int.MinValue, ["maximum"] = int.MaxValue },
        _ => new JsonObject { ["type"] = "string" }.With("pattern", "\\S", stated),
    };

    private JsonObject ArrayOf(ListShape list, bool stated) =>
        new JsonObject { ["type"] = "array", ["items"] = Of(list.Element) }.With("minItems", 1, stated);

    private JsonObject Reference(Type type, Func<JsonObject> make) => Reference(type.Name, make);

    private JsonObject Reference(string name, Func<JsonObject> make)
    {
        if (!_definitions.ContainsKey(name))
        {
            // Entered before it is made: a rule holds rules.
            _definitions.Add(name, new JsonObject());
            _definitions[name] = make();
        }

        return new JsonObject { ["$ref"] = $"#/$defs/{name}" };
    }

    /// <summary>A text that says something in one of its languages at least.</summary>
    private JsonObject OfStatedText(ObjectShape text) => new()
    {
        ["description"] = documentation.SummaryOf(text.Type),
        ["$ref"] = (string?)Reference(text.Type, () => WithShorthand(text))["$ref"],
        ["anyOf"] = new JsonArray(
        [
            new JsonObject { ["type"] = "string", ["pattern"] = "\\S" },
            .. text.Members.Select(JsonNode? (member) => new JsonObject
            {
                ["required"] = new JsonArray(member.Name),
                ["properties"] = new JsonObject { [member.Name] = new JsonObject { ["pattern"] = "\\S" } },
                ["type"] = "object",
            }),
        ]),
    };

    private JsonObject WithShorthand(ObjectShape shape)
    {
        var written = OfObject(shape);
        if (shape.Shorthand is null)
        {
            return written;
        }

        written.Remove("description");
        return new JsonObject
        {
            ["description"] = documentation.SummaryOf(shape.Type),
            ["oneOf"] = new JsonArray(OfMember(shape.Shorthand, shape), written),
        };
    }

    private JsonObject OfObject(ObjectShape shape)
    {
        var written = new JsonObject
        {
            ["description"] = documentation.SummaryOf(shape.Type),
            ["type"] = "object",
            ["properties"] = new JsonObject(shape.Members.Select(member => KeyValuePair.Create(member.Name, (JsonNode?)OfMember(member, shape)))),
        };
        var required = shape.Members.Where(member => member.Required).Select(member => (JsonNode?)member.Name).ToArray();
        if (required.Length > 0)
        {
            written["required"] = new JsonArray(required);
        }

        foreach (var (keyword, value) in JsonSchemaForms.Of(shape.Type))
        {
            written[keyword] = value?.DeepClone();
        }

        written["additionalProperties"] = false;
        return written;
    }

    private JsonObject OfMember(MemberShape member, ObjectShape shape)
    {
        var written = new JsonObject { ["description"] = documentation.SummaryOf(shape.Type, member.PropertyName) };
        foreach (var (keyword, value) in Of(member.Shape, member.Required))
        {
            written[keyword] = value?.DeepClone();
        }

        if (member.Default is { } byDefault)
        {
            written["default"] = JsonNode.Parse(byDefault.GetRawText());
        }

        return written;
    }

    private JsonObject OfForm(IScalarText form)
    {
        var written = new JsonObject { ["type"] = "string" };
        if (form.Pattern is not null)
        {
            written["description"] = $"{char.ToUpperInvariant(form.Expected[0])}{form.Expected[1..]}.";
            written["pattern"] = form.Pattern;
            return form.Type == typeof(LocalDate) ? written.With("format", "date") : written;
        }

        var words = form.Words.Zip(Enum.GetNames(form.Type), (word, name) => $"- {word}: {documentation.SummaryOf(form.Type, name)}");
        written["description"] = string.Join('\n', words.Prepend(documentation.SummaryOf(form.Type)));
        written["enum"] = new JsonArray([.. form.Words.Select(word => (JsonNode?)word)]);
        return written;
    }
}

/// <summary>Keywords that stand only where they are asked for.</summary>
internal static class JsonSchemaKeywords
{
    /// <summary>The object with a keyword more, where it is asked for.</summary>
    public static JsonObject With(this JsonObject schema, string keyword, JsonNode value, bool asked = true)
    {
        if (asked)
        {
            schema[keyword] = value;
        }

        return schema;
    }
}
