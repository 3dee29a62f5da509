using System.Text.Json;
using System.Text.Json.Serialization;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>What was decided of changes of texts that people consent to, folded from the journal: one stream per document.</summary>
internal sealed class ConsentTextRegister(IStateStore states)
    : StreamRegister<ConsentTextState>("consent-texts", Prefix, ConsentTextJson.Default.ConsentTextState, states)
{
    /// <summary>Data: <see cref="ConsentTextDecided"/>.</summary>
    public const string Decided = "consent-text-decided";

    /// <summary>Everything that still counts. Data: <see cref="ConsentTextState"/>.</summary>
    public const string Restated = "consent-text-restated";

    private const string Prefix = "consent-text/";

    public override ConsentTextState? After(ConsentTextState? before, JournalEntry entry)
    {
        switch (entry.Content.Type)
        {
            case Decided:
                var decided = EntryData.Read(entry, ConsentTextJson.Default.ConsentTextDecided);
                var after = before ?? new ConsentTextState(decided.Document);
                return (decided.IsWeighty
                    ? after with
                    {
                        DecidedAt = entry.Content.OccurredAt,
                        Current = [decided.Version],
                        Outdated = [.. after.Outdated.Concat(after.Current).Concat(decided.Others).Where(one => one != decided.Version).Distinct(StringComparer.Ordinal)],
                    }
                    : after with { Current = [.. after.Current.Where(one => one != decided.Version), decided.Version] }) with
                { Version = entry.Version };
            case Restated:
                return EntryData.Read(entry, ConsentTextJson.Default.ConsentTextState) with { Version = entry.Version };
            default:
                return before;
        }
    }

    /// <summary>Where no change was ever found to matter, nothing follows from what was decided.</summary>
    protected override Restatement? Restate(string stream, ConsentTextState state) => state.DecidedAt is not { } decided ? null
        : new(stream, state.Version, [new NewJournalEntry(Restated, decided, JsonSerializer.Serialize(state, ConsentTextJson.Default.ConsentTextState))]);
}

/// <summary>That the change of a text was looked at.</summary>
/// <param name="Document">The document's id.</param>
/// <param name="Version">The version in force.</param>
/// <param name="IsWeighty">Whether the change matters to those who consented to another.</param>
/// <param name="Others">The other versions to which people had consented, as far as they are known.</param>
/// <param name="By">The function that decided.</param>
internal sealed record ConsentTextDecided(string Document, string Version, bool IsWeighty, IReadOnlyList<string> Others, string By);

/// <summary>What counts of a text: whoever consented to one from before its last change that matters is to be asked anew, whenever that consent comes in.</summary>
internal sealed record ConsentTextState(string Document)
{
    /// <summary>When a change was last found to matter; <see langword="null"/> where none was.</summary>
    public Instant? DecidedAt { get; init; }

    /// <summary>The version found to be another in what matters, and those since that are not.</summary>
    public IReadOnlyList<string> Current { get; init; } = [];

    /// <summary>The versions that are known to be from before.</summary>
    public IReadOnlyList<string> Outdated { get; init; } = [];

    public long Version { get; init; }

    /// <summary>Whether a consent is to a text from before the change. One to a version that nobody knows is; one that was given later, to a version that was never
    /// decided about, is to a later text.</summary>
    /// <param name="version">The version that was shown; <see langword="null"/> where nobody knows.</param>
    /// <param name="inForce">The version in force.</param>
    /// <param name="occurredAt">When it was given.</param>
    public bool IsOutdated(string? version, string? inForce, Instant occurredAt) => DecidedAt is { } decided && (version is null
        || (version != inForce && !Current.Contains(version, StringComparer.Ordinal)
            && (occurredAt < decided || Outdated.Contains(version, StringComparer.Ordinal))));
}

/// <summary>The generated code that reads and writes what was decided of texts.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(InstantJson)])]
[JsonSerializable(typeof(ConsentTextDecided))]
[JsonSerializable(typeof(ConsentTextState))]
internal sealed partial class ConsentTextJson : JsonSerializerContext;
