using System.Text.Json;
using System.Text.Json.Nodes;
using Gdpr.Policies;

namespace Gdpr.Samples.Decisions;

/// <summary>Shows that an assumption carries weight: without it, validation names the gap.</summary>
internal static class Gap
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>What validation finds when the value of an assumption is taken out of the policy; <see langword="null"/> when it does not miss it.</summary>
    public static PolicyFinding? Without(Assumption assumption, string policyJson)
    {
        var document = JsonNode.Parse(policyJson, documentOptions: Lenient)!;
        if (Parent(document, assumption.At, out var last) is not JsonObject parent || !parent.Remove(last))
        {
            return null;
        }

        return PolicyReader.Read(document.ToJsonString()).Findings.FirstOrDefault(finding => finding.Code == assumption.Gap);
    }

    private static JsonNode? Parent(JsonNode document, string pointer, out string last)
    {
        var steps = pointer.TrimStart('/').Split('/').Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToArray();
        JsonNode? node = document;
        foreach (var step in steps[..^1])
        {
            node = node is JsonArray array ? array[int.Parse(step)] : node?[step];
        }

        last = steps[^1];
        return node;
    }
}
