using System.Globalization;
using System.Text.Json.Nodes;

namespace Gdpr.Core.Tests.Policies;

/// <summary>The ways in which one place of a document is changed. Each gives the changed text, or nothing where it does not apply there.</summary>
/// <remarks>Nothing is set to null: for the reader that is a member left out, and the schema is stricter.</remarks>
internal static class JsonSchemaChanges
{
    private static readonly string[] Values =
    [
        "17", "1.5", "true", "{}", "[]", "\"\"", "\" \"", "\"nonsense\"", "\"P1M\"", "\"P0D\"", "\"2026-02-30\"",
        "[\"\"]", "[17]", "{ \"en\": \" \" }", "{ \"sv\": \"x\" }",
    ];

    public static IReadOnlyList<Func<JsonNode, string, string?>> All { get; } =
    [
        Drop, Drop, AddUnknown, .. Values.Select(value => (Func<JsonNode, string, string?>)((document, place) => Set(document, place, JsonNode.Parse(value)))),
    ];

    private static string? Drop(JsonNode document, string place)
    {
        var changed = document.DeepClone();
        var (owner, step) = OwnerOf(changed, place);
        if (owner is JsonObject members)
        {
            members.Remove(step);
        }
        else
        {
            owner.AsArray().RemoveAt(int.Parse(step, CultureInfo.InvariantCulture));
        }

        return changed.ToJsonString();
    }

    private static string? AddUnknown(JsonNode document, string place)
    {
        var changed = document.DeepClone();
        var (owner, step) = OwnerOf(changed, place);
        if (At(owner, step) is not JsonObject known)
        {
            return null;
        }

        known["unknownMember"] = 1;
        return changed.ToJsonString();
    }

    private static string? Set(JsonNode document, string place, JsonNode? value)
    {
        var changed = document.DeepClone();
        var (owner, step) = OwnerOf(changed, place);
        if (owner is JsonObject members)
        {
            members[step] = value;
        }
        else
        {
            owner[int.Parse(step, CultureInfo.InvariantCulture)] = value;
        }

        return changed.ToJsonString();
    }

    private static (JsonNode Owner, string Step) OwnerOf(JsonNode document, string place)
    {
        var steps = place.Split('/')[1..];
        return (steps[..^1].Aggregate(document, (node, step) => At(node, step)!), steps[^1]);
    }

    private static JsonNode? At(JsonNode owner, string step) => owner is JsonArray items ? items[int.Parse(step, CultureInfo.InvariantCulture)] : owner[step];
}
