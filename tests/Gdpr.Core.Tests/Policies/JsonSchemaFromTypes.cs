using System.Text.Json.Nodes;
using Gdpr.Policies;
using Gdpr.Policies.Json;

namespace Gdpr.Core.Tests.Policies;

/// <summary>Makes the published schema of the same shapes that the reader goes by, with the model's own documentation as descriptions.</summary>
internal sealed class JsonSchemaFromTypes(XmlDocumentation documentation)
{
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

    private JsonObject Of(Shape shape) => shape switch
    {
        ObjectShape known => Reference(known.Type, () => WithShorthand(known)),
        MapShape map => new JsonObject
        {
            ["type"] = "object",
            ["propertyNames"] = new JsonObject { ["pattern"] = map.Ids.Pattern },
            ["additionalProperties"] = Of(map.Element),
        },
        ListShape { AcceptsOne: true } list => new JsonObject { ["oneOf"] = new JsonArray(Of(list.Element), ArrayOf(list)) },
        ListShape list => ArrayOf(list),
        ScalarShape { Form: { } form } => Reference(form.Type, () => OfForm(form)),
        ScalarShape { Kind: ScalarKind.Flag } => new JsonObject { ["type"] = "boolean" },
        ScalarShape { Kind: ScalarKind.Number } => new JsonObject { ["type"] = "integer" },
        _ => new JsonObject { ["type"] = "string" },
    };

    private JsonObject ArrayOf(ListShape list) => new() { ["type"] = "array", ["items"] = Of(list.Element) };

    private JsonObject Reference(Type type, Func<JsonObject> make)
    {
        if (!_definitions.ContainsKey(type.Name))
        {
            // Entered before it is made: a rule holds rules.
            _definitions.Add(type.Name, new JsonObject());
            _definitions[type.Name] = make();
        }

        return new JsonObject { ["$ref"] = $"#/$defs/{type.Name}" };
    }

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
        foreach (var (keyword, value) in Of(member.Shape))
        {
            written[keyword] = value?.DeepClone();
        }

        if (member is { Required: true, Shape: ScalarShape { Kind: ScalarKind.Text, Form: null } })
        {
            written["pattern"] = "\\S";
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
            return written;
        }

        var words = form.Words.Zip(Enum.GetNames(form.Type), (word, name) => $"- {word}: {documentation.SummaryOf(form.Type, name)}");
        written["description"] = string.Join('\n', words.Prepend(documentation.SummaryOf(form.Type)));
        written["enum"] = new JsonArray([.. form.Words.Select(word => (JsonNode?)word)]);
        return written;
    }
}
