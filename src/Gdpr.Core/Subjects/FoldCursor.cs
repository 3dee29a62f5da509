using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Journals;

namespace Gdpr.Subjects;

/// <summary>How far the states have come, and what follows from the journal up to there that destruction depends on: sealed under a key that is in no database.</summary>
/// <remarks>An older one can be put back, and then what came after it is folded again from the journal. One that says something else cannot be made without the
/// key.</remarks>
/// <param name="At">The last entry folded.</param>
/// <param name="Sealed">What the folds have sealed, by the names under which they did.</param>
/// <param name="Content">All of it, as the state store has it.</param>
internal sealed record FoldCursor(JournalPosition At, IReadOnlyDictionary<string, string> Sealed, string Content)
{
    private const string Domain = "gdpr-states-1";

    /// <summary>Before the first entry.</summary>
    public static FoldCursor Start { get; } = new(JournalPosition.None, new Dictionary<string, string>(), "");

    /// <summary>Seals how far the states have come.</summary>
    public static FoldCursor Seal(JournalPosition at, IReadOnlyDictionary<string, string> seals, IKeyRing keys)
    {
        var code = keys.Authenticate(keys.CurrentKeyId, Authenticated(at, seals)).ToString();
        var data = new CursorData(at.Entry.ToString(), seals, keys.CurrentKeyId, code);
        return new FoldCursor(at, seals, JsonSerializer.Serialize(data, CursorJson.Default.CursorData));
    }

    /// <summary>What a state says, where it was sealed under a key of the ring; <see langword="null"/> where it says something else.</summary>
    /// <exception cref="KeyMissingException">The ring lacks the key under which it says that it was sealed: another node may have it already.</exception>
    public static FoldCursor? Read(FoldedState state, IKeyRing keys)
    {
        try
        {
            if (JsonSerializer.Deserialize(state.Content, CursorJson.Default.CursorData) is { Entry: { } entry, Sealed: { } seals, KeyId: { } keyId, Code: { } code }
                && seals.Values.All(value => value is not null))
            {
                var at = new JournalPosition(state.Position, Digest.Parse(entry));
                return keys.Authenticate(keyId, Authenticated(at, seals)).ToString() == code ? new FoldCursor(at, seals, state.Content) : null;
            }
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            // Not written by this library: it says nothing.
        }

        return null;
    }

    private static byte[] Authenticated(JournalPosition at, IReadOnlyDictionary<string, string> seals)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Domain} {at.Position} {at.Entry}");
        foreach (var (name, value) in seals.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $" {name.Length}:{name} {value.Length}:{value}");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}

/// <param name="Entry">The hash of the last entry folded, in hexadecimal.</param>
/// <param name="Sealed">What the folds have sealed, by name.</param>
/// <param name="KeyId">The key of the code.</param>
/// <param name="Code">The code over the position, the entry and what is sealed, in hexadecimal.</param>
internal sealed record CursorData(string? Entry, IReadOnlyDictionary<string, string>? Sealed, string? KeyId, string? Code);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CursorData))]
internal sealed partial class CursorJson : JsonSerializerContext;
