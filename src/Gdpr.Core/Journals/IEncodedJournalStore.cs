namespace Gdpr.Journals;

/// <summary>A journal store that can hand over entries as the bytes that their hashes are of, several pages at a time: verification then makes no objects and
/// no texts of them.</summary>
/// <remarks>Optional: a store without it is verified entry by entry. What is left out is left out of <see cref="IJournalStore.ReadAllAsync"/> as well.</remarks>
public interface IEncodedJournalStore
{
    /// <summary>Where pages end: the position of every so manieth entry, and of the last.</summary>
    /// <param name="afterPosition">Only entries of a higher position.</param>
    /// <param name="size">How many entries a page has.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<long> ReadPageEndsAsync(long afterPosition, int size, CancellationToken cancellationToken);

    /// <summary>A page of entries in the order of their positions. Called by several threads at once; who gets the page disposes of it.</summary>
    /// <param name="afterPosition">Only entries of a higher position.</param>
    /// <param name="endPosition">No entries of a higher position.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<EncodedEntries> ReadPageAsync(long afterPosition, long endPosition, CancellationToken cancellationToken);
}
