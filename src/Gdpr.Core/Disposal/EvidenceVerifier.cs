using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Sources;

namespace Gdpr.Disposal;

/// <summary>Compares the evidence that stands beside the data with what the journal commits to: for each batch the root over its evidence (<see cref="BatchEvidence.Root"/>).</summary>
/// <remarks>The journal proves itself (<see cref="JournalVerifier"/>); this proves which records its numbers are about. Evidence that was restored to an earlier state lacks
/// what was done after the backup, and says so.</remarks>
public sealed class EvidenceVerifier
{
    private readonly IJournalStore _journal;
    private readonly SourceInventory _inventory;

    internal EvidenceVerifier(IJournalStore journal, SourceInventory inventory) => (_journal, _inventory) = (journal, inventory);

    /// <summary>Reads every batch that the journal has, and its evidence. Memory does not grow with the records, nor with the plans that have ended.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="SourceUnavailableException">A source cannot be read: whether its evidence is there is unknown.</exception>
    public async Task<EvidenceReport> VerifyAsync(CancellationToken cancellationToken = default)
    {
        var open = new Dictionary<string, SortedDictionary<int, BatchData>>(StringComparer.Ordinal);
        var (faults, batches) = (new List<EvidenceFault>(), 0L);
        await foreach (var entry in _journal.ReadAllAsync(0, cancellationToken).ConfigureAwait(false))
        {
            if (!DisposalEntries.IsPlan(entry.Stream))
            {
                continue;
            }

            if (entry.Content.Type == DisposalEntries.Batch)
            {
                var data = JsonSerializer.Deserialize(entry.Content.Data, DisposalJson.Default.BatchData)!;
                if (!open.TryGetValue(data.Plan, out var plan))
                {
                    open.Add(data.Plan, plan = []);
                }

                plan[data.Number] = data;
                batches++;
            }
            else if (entry.Content.Type is DisposalEntries.Completed or DisposalEntries.Interrupted or DisposalEntries.Failed)
            {
                var closed = JsonSerializer.Deserialize(entry.Content.Data, DisposalJson.Default.ClosedData)!;
                if (open.Remove(closed.Plan, out var plan))
                {
                    faults.AddRange(await CompareAsync(closed.Plan, plan, cancellationToken).ConfigureAwait(false));
                }
            }
        }

        foreach (var (plan, known) in open)
        {
            faults.AddRange(await CompareAsync(plan, known, cancellationToken).ConfigureAwait(false));
        }

        return new EvidenceReport(batches, faults);
    }

    private async ValueTask<List<EvidenceFault>> CompareAsync(string plan, SortedDictionary<int, BatchData> known, CancellationToken cancellationToken)
    {
        var (dataSet, left, faults) = (known.First().Value.DataSet, new SortedDictionary<int, BatchData>(known), new List<EvidenceFault>());
        if (_inventory.Sources.OfType<IDisposalSource>().FirstOrDefault(source => source.DataSets.Contains(dataSet, StringComparer.Ordinal)) is { } source)
        {
            await foreach (var evidence in source.ReadEvidenceAsync(plan, 0, cancellationToken).ConfigureAwait(false))
            {
                if (left.Remove(evidence.Number, out var batch) && batch.Root != evidence.Root.ToString())
                {
                    faults.Add(new EvidenceFault(plan, dataSet, evidence.Number, EvidenceFaultKind.Differs));
                }
            }
        }

        faults.AddRange(left.Values.Select(batch => new EvidenceFault(plan, dataSet, batch.Number, EvidenceFaultKind.Missing)));
        return faults;
    }
}

/// <summary>What a comparison of evidence and journal found.</summary>
/// <param name="Batches">How many batches the journal has.</param>
/// <param name="Faults">What is wrong, by plan and batch; empty where all evidence is as it was.</param>
public sealed record EvidenceReport(long Batches, IReadOnlyList<EvidenceFault> Faults)
{
    /// <summary>Whether all evidence is there and as it was.</summary>
    public bool IsIntact => Faults.Count == 0;
}

/// <summary>A batch whose evidence is not what the journal commits to.</summary>
/// <param name="Plan">The plan's id.</param>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Batch">The batch's number.</param>
/// <param name="Kind">What is wrong.</param>
public sealed record EvidenceFault(string Plan, string DataSet, int Batch, EvidenceFaultKind Kind);

/// <summary>What is wrong with the evidence of a batch.</summary>
public enum EvidenceFaultKind
{
    /// <summary>It is not there, or nobody has the source.</summary>
    Missing = 1,

    /// <summary>It is another than the one that the journal commits to.</summary>
    Differs = 2,
}
