using System.Runtime.CompilerServices;

namespace Gdpr.Journals;

/// <summary>Reads a stream on which it depends what may be destroyed: whether each entry is as it was written is asked here, and not of a verification that may
/// come too late.</summary>
internal static class SoundStream
{
    /// <summary>The entries of a stream, in order, each with whether its hash is that of its members and it follows from the entry before it.</summary>
    /// <remarks>Whoever can write to the journal can make an entry that is sound: the checkpoints find it. What follows the last one, nothing finds.</remarks>
    public static async IAsyncEnumerable<(JournalEntry Entry, bool IsSound)> ReadAsync(
        IJournalStore journal, string stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        JournalEntry? before = null;
        await foreach (var entry in journal.ReadStreamAsync(stream, 0, cancellationToken).ConfigureAwait(false))
        {
            yield return (entry, JournalHash.IsRight(entry) && (before is null || (entry.Version == before.Version + 1 && entry.Previous == before.Hash)));
            before = entry;
        }
    }
}
