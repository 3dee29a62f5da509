using System.Collections;

namespace Gdpr.Journals;

/// <summary>Takes a store's entries through a pass, page by page: several pages are read and hashed at once, and taken in their order.</summary>
/// <param name="store">The store.</param>
/// <param name="pass">The pass.</param>
/// <param name="checkPayload">Looks at the payload that an entry commits to; <see langword="null"/> to do without.</param>
internal sealed class VerifiedPages(IEncodedJournalStore store, VerificationPass pass, Func<JournalEntry, ValueTask>? checkPayload)
{
    private const int PageSize = 1024;
    private const int MostAtOnce = 4;

    /// <summary>Takes all entries.</summary>
    /// <exception cref="StoreException">An entry cannot be read back: those before it have been taken.</exception>
    public async ValueTask TakeAllAsync(CancellationToken cancellationToken)
    {
        var atOnce = Math.Min(Environment.ProcessorCount, MostAtOnce);
        var pages = new Queue<Task<HashedPage>>();
        try
        {
            var after = 0L;
            await foreach (var end in store.ReadPageEndsAsync(0, PageSize, cancellationToken).ConfigureAwait(false))
            {
                var from = after;
                pages.Enqueue(Task.Run(() => ReadAsync(from, end, cancellationToken), CancellationToken.None));
                after = end;
                if (pages.Count > atOnce)
                {
                    await TakeAsync(await pages.Dequeue().ConfigureAwait(false)).ConfigureAwait(false);
                }
            }

            while (pages.TryDequeue(out var page))
            {
                await TakeAsync(await page.ConfigureAwait(false)).ConfigureAwait(false);
            }
        }
        finally
        {
            // Whatever went wrong, pages that are being read are let go.
            while (pages.TryDequeue(out var page))
            {
                await ((Task)page).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (page.IsCompletedSuccessfully)
                {
                    (await page.ConfigureAwait(false)).Entries.Dispose();
                }
            }
        }
    }

    private async Task<HashedPage> ReadAsync(long after, long end, CancellationToken cancellationToken)
    {
        var entries = await store.ReadPageAsync(after, end, cancellationToken).ConfigureAwait(false);
        using var hasher = new JournalHasher();
        var isRight = new BitArray(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            isRight[i] = hasher.Of(entry.Bytes) == entry.Hash;
        }

        return new HashedPage(entries, isRight);
    }

    private async ValueTask TakeAsync(HashedPage page)
    {
        using var entries = page.Entries;
        foreach (var entry in Take(page))
        {
            await checkPayload!(entry).ConfigureAwait(false);
        }

        if (entries.Unreadable is { } unreadable)
        {
            throw unreadable;
        }
    }

    /// <returns>The entries whose payloads are to be looked at.</returns>
    private List<JournalEntry> Take(HashedPage page)
    {
        var withPayload = new List<JournalEntry>();
        for (var i = 0; i < page.Entries.Count; i++)
        {
            var entry = page.Entries[i];
            pass.Take(entry, page.IsRight[i]);
            if (checkPayload is not null && entry.HasPayload)
            {
                withPayload.Add(entry.Decode());
            }
        }

        return withPayload;
    }

    /// <summary>A page, and of which entries the hash is that of their members.</summary>
    private sealed record HashedPage(EncodedEntries Entries, BitArray IsRight);
}
