using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gdpr.Policies.Json;

namespace Gdpr.Policies;

/// <summary>Writes policies as JSON.</summary>
public static class PolicyWriter
{
    // Relaxed: a policy is read by people and never pasted into markup; å stays å.
    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a policy so that people can read and edit it: indented, with shorthands, without defaults, ids in the order declared.</summary>
    /// <param name="policy">The policy.</param>
    /// <returns>JSON that <see cref="PolicyReader"/> reads into an equal policy; lines end with a line feed, the last has none.</returns>
    /// <exception cref="JsonException">The policy was put together in C#, never validated, and nests too deep or holds a value outside an
    /// enumeration.</exception>
    public static string ToJson(GdprPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text, Layout))
        {
            PolicyForm.Readable.Of(policy).WriteTo(writer);
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    /// <summary>Writes a policy so that equal policies give equal text: the form that <see cref="GdprPolicy.Hash"/> is taken of.</summary>
    /// <param name="policy">The policy.</param>
    /// <exception cref="JsonException">As for <see cref="ToJson"/>.</exception>
    public static string ToCanonicalJson(GdprPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return CanonicalJson.Write(policy);
    }
}
