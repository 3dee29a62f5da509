using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gdpr.Policies;

namespace Gdpr.Core.Tests.Policies;

public sealed class JsonSchemaTests
{
    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Run with GDPR_ACCEPT_SCHEMA=1 to write the schema anew after a change of the types or their documentation.</summary>
    [Fact]
    public void The_published_schema_is_the_one_that_the_types_give()
    {
        var made = Make();
        if (Environment.GetEnvironmentVariable("GDPR_ACCEPT_SCHEMA") == "1")
        {
            File.WriteAllText(PathOfSchema(), made);
        }

        var stale = File.ReadLines(PathOfSchema()).Zip(made.Split('\n')).Index().FirstOrDefault(line => line.Item.First != line.Item.Second);
        var isCurrent = File.ReadAllText(PathOfSchema()) == made;
        isCurrent.ShouldBeTrue($"The schema is stale from line {stale.Index + 1}: {stale.Item}. Run the test with GDPR_ACCEPT_SCHEMA=1 and review the difference.");
    }

    [Fact]
    public void The_library_carries_the_schema()
    {
        using var schema = JsonDocument.Parse(PolicySchema.Json);
        schema.RootElement.GetProperty("$schema").GetString().ShouldBe("https://json-schema.org/draft/2020-12/schema");
        schema.RootElement.GetProperty("required").EnumerateArray().Select(name => name.GetString())
            .ShouldBe(["policy", "version", "effective", "controllers", "systems", "activities"]);
    }

    [Fact]
    public void Every_reference_in_the_schema_has_a_definition()
    {
        using var schema = JsonDocument.Parse(PolicySchema.Json);
        var defined = schema.RootElement.GetProperty("$defs").EnumerateObject().Select(definition => $"#/$defs/{definition.Name}").ToHashSet();
        ReferencesIn(schema.RootElement).ToHashSet().ShouldBe(defined, ignoreOrder: true);
    }

    private static IEnumerable<string> ReferencesIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member is { Name: "$ref", Value.ValueKind: JsonValueKind.String } ? [member.Value.GetString()!] : ReferencesIn(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(ReferencesIn),
        _ => [],
    };

    private static string Make()
    {
        var documentation = XmlDocumentation.Load(Path.Combine(AppContext.BaseDirectory, "Gdpr.Core.xml"));
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text, Layout))
        {
            new JsonSchemaFromTypes(documentation).Make().WriteTo(writer);
        }

        return Encoding.UTF8.GetString(text.WrittenSpan) + "\n";
    }

    private static string PathOfSchema([CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(thisFile)!, "../../../src/Gdpr.Core/Policies/Json/gdpr-policy.schema.json");
}
