using System.Text.Json.Nodes;
using Gdpr.Policies;

namespace Gdpr.Core.Tests.Policies;

/// <summary>Which members of an object go together: what the types themselves cannot say.</summary>
internal static class JsonSchemaForms
{
    /// <summary>The keywords to add to an object's schema.</summary>
    public static JsonObject Of(Type type)
    {
        var keywords = Forms.GetValueOrDefault(type);
        return keywords is null ? [] : JsonNode.Parse(keywords)!.AsObject();
    }

    private static readonly Dictionary<Type, string> Forms = new()
    {
        [typeof(LawfulBasis)] = """{ "minProperties": 1, "maxProperties": 1 }""",
        [typeof(PeriodStart)] = """{ "minProperties": 1, "maxProperties": 1 }""",
        [typeof(RunningState)] = """
            {
              "oneOf": [{ "required": ["state"], "maxProperties": 1 }, { "required": ["started", "ended"] }]
            }
            """,
        [typeof(RetentionRule)] = """
            {
              "oneOf": [
                { "required": ["keep", "after"] }, { "required": ["within", "of"] }, { "required": ["while"] }, { "required": ["allOf"] }, { "required": ["anyOf"] }
              ],
              "dependentRequired": { "keep": ["after"], "after": ["keep"], "within": ["of"], "of": ["within"], "assessment": ["while"] }
            }
            """,
        [typeof(Gdpr.Policies.Disposal)] = """
            {
              "allOf": [
                {
                  "if": { "required": ["action"], "properties": { "action": { "const": "anonymise" } } },
                  "then": { "required": ["strategy"] }, "else": { "properties": { "strategy": false } }
                },
                {
                  "if": { "required": ["strategy"], "properties": { "strategy": { "const": "fixed-text" } } },
                  "then": { "required": ["text"] }, "else": { "properties": { "text": false } }
                },
                {
                  "if": { "required": ["action"], "properties": { "action": { "const": "restrict" } } },
                  "then": { "required": ["for", "then"] }, "else": { "properties": { "for": false, "then": false } }
                }
              ]
            }
            """,
    };
}
