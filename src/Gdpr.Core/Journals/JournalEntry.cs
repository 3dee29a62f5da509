using NodaTime;

namespace Gdpr.Journals;

/// <summary>Something that has happened, as the journal holds it: never changed, and never personal data in the clear.</summary>
/// <param name="Stream">The stream that the entry belongs to, such as <c>hold/0192…</c>.</param>
/// <param name="Version">The place in the stream, from 1, without gaps.</param>
/// <param name="Position">The place in the journal: later commits have higher ones; there may be gaps.</param>
/// <param name="RecordedAt">When the entry was recorded, to 100 nanoseconds. What acts, acts from then.</param>
/// <param name="Content">What happened.</param>
/// <param name="Previous">The hash of the entry before it in the stream; zeros for the first.</param>
/// <param name="Hash">The hash that commits to all the other members, and so to the stream up to here.</param>
public sealed record JournalEntry(
    string Stream, long Version, long Position, Instant RecordedAt, NewJournalEntry Content, Digest Previous, Digest Hash);

/// <summary>Something that has happened, before the journal holds it.</summary>
/// <param name="Type">What kind of thing happened: a stable word, such as <c>hold-placed</c>.</param>
/// <param name="OccurredAt">When it happened, to 100 nanoseconds. Deadlines count from then.</param>
/// <param name="Data">The clear content: JSON without personal data. Ids in it are opaque.</param>
public sealed record NewJournalEntry(string Type, Instant OccurredAt, string Data)
{
    /// <summary>The controller concerned, where it is one.</summary>
    public string? Controller { get; init; }

    /// <summary>The person concerned, where it is one.</summary>
    public SubjectKey? Subject { get; init; }

    /// <summary>The commitment to the personal payload that the vault holds, where there is one: <see cref="JournalPayload.Commitment"/>.</summary>
    public Digest? Payload { get; init; }
}

/// <summary>The opaque key of a person: random, so that it tells nothing once the vault has forgotten whose it is.</summary>
/// <param name="Value">The key: 1 to 64 letters, digits, hyphens or underscores.</param>
/// <remarks>The default value is nobody's key; its text is empty. Equality compares the text ordinally.</remarks>
public readonly record struct SubjectKey(string Value)
{
    /// <summary>The key's text.</summary>
    public override string ToString() => Value ?? "";
}
