using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Gdpr.Policies.Json;

/// <summary>Writes JSON so that equal values give equal bytes, today and in later versions of the platform.</summary>
/// <remarks>Compact UTF-8, members as given, strings escaped as in RFC 8785 3.2.2.2: only what JSON itself requires.</remarks>
internal static class CanonicalJson
{
    /// <summary>The canonical text of a policy.</summary>
    public static string Write(GdprPolicy policy)
    {
        var text = new StringBuilder();
        Write(PolicyForm.Canonical.Of(policy), text);
        return text.ToString();
    }

    /// <summary>The SHA-256 hash of a text in UTF-8, in lower-case hexadecimal.</summary>
    public static string Hash(string canonical) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));

    private static void Write(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case JsonObject members:
                WriteAll(members, '{', '}', text, member =>
                {
                    Write(member.Key, text);
                    text.Append(':');
                    Write(member.Value, text);
                });
                break;
            case JsonArray items:
                WriteAll(items, '[', ']', text, item => Write(item, text));
                break;
            case JsonValue value when value.TryGetValue<string>(out var content):
                Write(content, text);
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }

    private static void WriteAll<T>(IEnumerable<T> parts, char opening, char closing, StringBuilder text, Action<T> write)
    {
        text.Append(opening);
        var first = true;
        foreach (var part in parts)
        {
            if (!first)
            {
                text.Append(',');
            }

            first = false;
            write(part);
        }

        text.Append(closing);
    }

    private static void Write(string content, StringBuilder text)
    {
        text.Append('"');
        foreach (var letter in content)
        {
            _ = letter switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => text.Append(letter),
            };
        }

        text.Append('"');
    }
}
