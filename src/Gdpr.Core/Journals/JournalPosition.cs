using System.Globalization;

namespace Gdpr.Journals;

/// <summary>A place in the journal: a position, and which entry stands there. The entry tells this journal from another, and from the same one before it was
/// restored.</summary>
/// <param name="Position">The position; 0 before the first entry.</param>
/// <param name="Entry">The hash of the entry at that position; the default where none is named.</param>
/// <remarks>The default value is before the first entry. Equality compares position and entry.</remarks>
public readonly record struct JournalPosition(long Position, Digest Entry = default)
{
    private const int ShortHash = 8;

    /// <summary>Before the first entry.</summary>
    public static JournalPosition None { get; }

    /// <summary>A position of which no entry is named.</summary>
    /// <param name="position">The position.</param>
    public static implicit operator JournalPosition(long position) => new(position);

    /// <summary>Whether what reflects the journal up to here is what is demanded: where an entry is demanded, exactly that one; else its position at least.</summary>
    /// <param name="demanded">What is demanded.</param>
    public bool Meets(JournalPosition demanded) => demanded.Entry == default ? Position >= demanded.Position : this == demanded;

    /// <summary>The position and, where one is named, the beginning of the entry's hash.</summary>
    public override string ToString() => Entry == default
        ? Position.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Position} ({Entry.ToString()[..ShortHash]})");
}
