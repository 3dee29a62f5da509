using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Sources;

namespace Gdpr.Disposal;

/// <summary>Of what the journal says was disposed of in a source, what its data shows: the evidence of a batch stands in one transaction with what it did.</summary>
internal sealed class BatchesBeside(IJournalStore journal)
{
    /// <summary>The position up to which everything that was done in a source is done in its data: before the first batch that left no evidence there. Reads the
    /// journal: for a source that does not say how far it has come.</summary>
    /// <exception cref="SourceUnavailableException">The source cannot be read.</exception>
    public async ValueTask<long> ReachAsync(IDisposalSource source, CancellationToken cancellationToken)
    {
        var (batches, reach) = (new List<(string Plan, int Number, long Position)>(), long.MaxValue);
        var numbers = new Dictionary<string, HashSet<int>>(StringComparer.Ordinal);
        await foreach (var entry in journal.ReadAllAsync(0, cancellationToken).ConfigureAwait(false))
        {
            if (DisposalEntries.IsPlan(entry.Stream) && entry.Content.Type == DisposalEntries.Batch
                && JsonSerializer.Deserialize(entry.Content.Data, DisposalJson.Default.BatchData)! is var batch
                && source.DataSets.Contains(batch.DataSet, StringComparer.Ordinal))
            {
                batches.Add((batch.Plan, batch.Number, entry.Position));
            }
        }

        for (var last = batches.Count - 1; last >= 0; last--)
        {
            var (plan, number, position) = batches[last];
            if (!numbers.TryGetValue(plan, out var there))
            {
                numbers.Add(plan, there = []);
                await foreach (var evidence in source.ReadEvidenceAsync(plan, 0, cancellationToken).ConfigureAwait(false))
                {
                    there.Add(evidence.Number);
                }
            }

            if (there.Contains(number))
            {
                break;
            }

            reach = position - 1;
        }

        return reach;
    }
}
