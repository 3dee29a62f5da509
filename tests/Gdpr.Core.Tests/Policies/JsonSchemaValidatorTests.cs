using System.Text.Json;

namespace Gdpr.Core.Tests.Policies;

public sealed class JsonSchemaValidatorTests
{
    /// <summary>Per keyword: a schema, documents that it takes, documents that it refuses; between them what the standard leaves to other keywords.</summary>
    public static TheoryData<string, string[], string[]> Keywords { get; } = new()
    {
        { """{ "type": "object" }""", ["{}"], ["[]", "null", "1", "\"a\""] },
        { """{ "type": "array" }""", ["[]"], ["{}", "\"a\""] },
        { """{ "type": "string" }""", ["\"\""], ["1", "null", "true"] },
        { """{ "type": "boolean" }""", ["true", "false"], ["0", "\"true\"", "null"] },
        { """{ "type": "null" }""", ["null"], ["false", "0", "\"\""] },
        { """{ "type": "number" }""", ["1", "1.5", "-2e3"], ["\"1\""] },
        { """{ "type": "integer" }""", ["1", "1.0", "-3"], ["1.5", "\"1\""] },
        { """{ "type": ["integer", "null"] }""", ["1", "null"], ["1.5", "\"\""] },
        { """{ "enum": ["a", 1, [2]] }""", ["\"a\"", "1", "1.0", "[2]"], ["\"A\"", "2", "[2, 2]", "null"] },
        { """{ "const": { "a": 1, "b": 2 } }""", ["{\"b\": 2, \"a\": 1}"], ["{\"a\": 1}", "[]"] },
        { """{ "pattern": "^a+$" }""", ["\"aa\"", "17", "null"], ["\"\"", "\"ab\"", "\"a\\n\""] },
        { """{ "pattern": "b" }""", ["\"abc\""], ["\"a\""] },
        { """{ "minLength": 2, "maxLength": 3 }""", ["\"ab\"", "\"abc\"", "1", "\"\\ud83d\\ude00x\""], ["\"a\"", "\"abcd\"", "\"\\ud83d\\ude00\""] },
        { """{ "minimum": 1, "maximum": 3 }""", ["1", "3", "2.5", "\"9\""], ["0.9", "3.1"] },
        { """{ "exclusiveMaximum": 3 }""", ["2.9"], ["3", "4"] },
        { """{ "multipleOf": 5 }""", ["0", "10", "-5"], ["4", "5.5"] },
        { """{ "properties": { "a": { "type": "string" } } }""", ["{}", "{\"a\": \"\"}", "{\"b\": 1}", "[]"], ["{\"a\": 1}"] },
        { """{ "properties": { "a": false } }""", ["{}", "{\"b\": 1}"], ["{\"a\": null}"] },
        { """{ "required": ["a"] }""", ["{\"a\": null}", "[]"], ["{}", "{\"A\": 1}"] },
        { """{ "properties": { "a": {} }, "additionalProperties": false }""", ["{}", "{\"a\": 1}"], ["{\"b\": 1}", "{\"a\": 1, \"b\": 1}"] },
        { """{ "properties": { "a": {} }, "additionalProperties": { "type": "string" } }""", ["{\"a\": 1, \"b\": \"\"}"], ["{\"b\": 1}"] },
        { """{ "propertyNames": { "pattern": "^[a-z]+$" } }""", ["{}", "{\"ab\": 1}"], ["{\"A\": 1}", "{\"a\": 1, \"a1\": 1}"] },
        { """{ "minProperties": 1, "maxProperties": 2 }""", ["{\"a\": 1}", "{\"a\": 1, \"b\": 1}", "1"], ["{}", "{\"a\": 1, \"b\": 1, \"c\": 1}"] },
        { """{ "dependentRequired": { "a": ["b"] } }""", ["{}", "{\"b\": 1}", "{\"a\": 1, \"b\": 1}"], ["{\"a\": 1}"] },
        { """{ "items": { "type": "string" } }""", ["[]", "[\"\"]", "{}"], ["[1]", "[\"\", 1]"] },
        { """{ "minItems": 1, "maxItems": 2 }""", ["[1]", "[1, 2]", "{}"], ["[]", "[1, 2, 3]"] },
        { """{ "allOf": [{ "minimum": 1 }, { "maximum": 3 }] }""", ["1", "3"], ["0", "4"] },
        { """{ "anyOf": [{ "type": "string" }, { "minimum": 2 }] }""", ["\"\"", "2", "null"], ["1"] },
        { """{ "oneOf": [{ "type": "integer" }, { "minimum": 2 }] }""", ["1", "2.5"], ["2", "1.5"] },
        { """{ "if": { "required": ["a"] }, "then": { "required": ["b"] }, "else": { "required": ["c"] } }""",
            ["{\"a\": 1, \"b\": 1}", "{\"c\": 1}"], ["{\"a\": 1, \"c\": 1}", "{}"] },
        { """{ "if": { "type": "string" }, "then": false }""", ["1", "{}"], ["\"\""] },
        { """{ "$defs": { "a/b": { "type": "string" } }, "$ref": "#/$defs/a~1b", "maxLength": 1 }""", ["\"\"", "\"a\""], ["1", "\"ab\""] },
        { """{ "properties": { "next": { "$ref": "#" } }, "additionalProperties": false }""", ["{\"next\": {\"next\": {}}}"], ["{\"next\": {\"other\": {}}}"] },
    };

    [Theory]
    [MemberData(nameof(Keywords))]
    public void Each_keyword_says_what_the_standard_says(string schema, string[] taken, string[] refused)
    {
        using var document = JsonDocument.Parse(schema);
        var validator = new JsonSchemaValidator(document.RootElement);

        taken.Where(value => !Accepts(value)).ShouldBeEmpty();
        refused.Where(Accepts).ShouldBeEmpty();

        bool Accepts(string value)
        {
            using var parsed = JsonDocument.Parse(value);
            return validator.Accepts(parsed.RootElement);
        }
    }

    [Fact]
    public void A_schema_with_a_keyword_that_the_validator_does_not_know_is_refused()
    {
        using var schema = JsonDocument.Parse("""{ "properties": { "a": { "patternProperties": {} } } }""");

        Should.Throw<ShouldAssertException>(() => new JsonSchemaValidator(schema.RootElement)).Message.ShouldContain("patternProperties");
    }

    [Theory]
    [InlineData("\"2026-02-28\"", true)]
    [InlineData("\"2026-02-29\"", false)]
    [InlineData("\"2026-2-28\"", false)]
    [InlineData("17", true)]
    public void A_date_is_one_of_the_calendar(string value, bool valid)
    {
        using var schema = JsonDocument.Parse("""{ "format": "date" }""");
        using var document = JsonDocument.Parse(value);

        new JsonSchemaValidator(schema.RootElement).Accepts(document.RootElement).ShouldBe(valid);
    }
}
