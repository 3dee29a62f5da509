using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Sources;

namespace Gdpr.Disposal;

/// <summary>Of what the journal says was disposed of in a source, what its data shows: the evidence of a batch stands in one transaction with what it did.</summary>
internal sealed class BatchesBeside(IJournalStore journal)
{
    /// <summary>The position up to which everything that was done in a source is done in its data: before the first batch that left no evidence there. Reads the
    /// journal: for a source that does not say how far it has come.</summary>
    /// <param name="source">The source.</param>
    /// <param name="stated">The position of this journal that its data says to reflect; 0 where it says none that can be relied upon.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <remarks>A batch from before a restore that was replayed is missed no more, once the data says to reflect what came after it: data is told of that after it was
    /// looked at, so that a backup from before the batch says less.</remarks>
    /// <returns>The position, whether any batch left evidence there, and whether another source, in another database, has the same data sets.</returns>
    /// <exception cref="SourceUnavailableException">The source cannot be read.</exception>
    public async ValueTask<(long Reach, bool HasAny, bool IsShared)> ReachAsync(
        IDisposalSource source, long stated, CancellationToken cancellationToken)
    {
        var ((batches, replayed), evidence) =
            (await ReadAsync(source, cancellationToken).ConfigureAwait(false), new Dictionary<string, HashSet<int>>(StringComparer.Ordinal));

        // Another source may have the same data sets of other people, in another database; or it was this one, under an earlier name: then something of it is here.
        var here = new HashSet<string>(StringComparer.Ordinal) { source.Name };
        foreach (var other in batches.GroupBy(batch => batch.Source).Where(other => other.Key != source.Name))
        {
            foreach (var batch in other.Reverse())
            {
                if (await IsThereAsync(batch).ConfigureAwait(false))
                {
                    here.Add(other.Key);
                    break;
                }
            }
        }

        var (reach, isShared) = (long.MaxValue, batches.Any(batch => !here.Contains(batch.Source)));
        foreach (var batch in batches.Where(batch => here.Contains(batch.Source)).Reverse())
        {
            if (await IsThereAsync(batch).ConfigureAwait(false))
            {
                return (reach, true, isShared);
            }

            reach = batch.Position < replayed && batch.Position < stated ? reach : batch.Position - 1;
        }

        return (reach, false, isShared);

        async ValueTask<bool> IsThereAsync(Done batch)
        {
            if (!evidence.TryGetValue(batch.Plan, out var there))
            {
                evidence.Add(batch.Plan, there = []);
                await foreach (var one in source.ReadEvidenceAsync(batch.Plan, 0, cancellationToken).ConfigureAwait(false))
                {
                    there.Add(one.Number);
                }
            }

            return there.Contains(batch.Number);
        }
    }

    /// <summary>The batches that may be this source's, in the journal's order: by its name, whatever its data sets were called, and those of its data sets; and the
    /// position at which its last restore was noticed, where all of that has been replayed or acknowledged.</summary>
    private async ValueTask<(IReadOnlyList<Done> Batches, long Replayed)> ReadAsync(IDisposalSource source, CancellationToken cancellationToken)
    {
        var (restored, waiting) = (0L, new HashSet<string>(StringComparer.Ordinal));
        var (batches, sources) = (new List<Done>(), new Dictionary<string, string>(StringComparer.Ordinal));
        await foreach (var entry in journal.ReadAllAsync(0, cancellationToken).ConfigureAwait(false))
        {
            if (entry.Stream == RestoredSources.Prefix + source.Name)
            {
                (restored, waiting) = After(restored, waiting, entry);
            }

            if (!DisposalEntries.IsPlan(entry.Stream))
            {
                continue;
            }

            if (DisposalEntries.PlannedIn(entry) is { } planned)
            {
                sources[planned.Plan] = planned.Source;
            }
            else if (entry.Content.Type == DisposalEntries.Batch && DisposalEntries.BatchIn(entry) is { } batch)
            {
                var by = sources.GetValueOrDefault(batch.Plan, "");
                if (by == source.Name || source.DataSets.Contains(batch.DataSet, StringComparer.Ordinal))
                {
                    batches.Add(new Done(batch.Plan, batch.Number, entry.Position, by));
                }
            }
        }

        return (batches, waiting.Count == 0 ? restored : 0);
    }

    private static (long Restored, HashSet<string> Waiting) After(long restored, HashSet<string> waiting, JournalEntry entry)
    {
        string[] dataSets;
        try
        {
            dataSets = [.. EntryData.Read(entry, RestoredJson.Default.RestoredData).DataSets];
        }
        catch (Exception damaged) when (damaged is JsonException or StoreException)
        {
            // Damaged, which is reported where the entry is folded: nobody can tell what was replayed.
            return (0, []);
        }

        switch (entry.Content.Type)
        {
            case RestoredSources.Restored:
                return (entry.Position, [.. dataSets]);
            case RestoredSources.Replayed or RestoredSources.Acknowledged:
                waiting.ExceptWith(dataSets);
                return (restored, waiting);
            default:
                return (restored, waiting);
        }
    }

    private sealed record Done(string Plan, int Number, long Position, string Source);
}
