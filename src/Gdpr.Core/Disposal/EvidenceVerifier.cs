using Gdpr.Journals;
using Gdpr.Sources;
using NodaTime.Text;

namespace Gdpr.Disposal;

/// <summary>Compares the evidence that stands beside the data with what the journal commits to: for each batch the root over its evidence
/// (<see cref="BatchEvidence.Root"/>), and the instant at which its plan had records judged.</summary>
/// <remarks>The journal proves itself (<see cref="JournalVerifier"/>); this proves which records its numbers are about. Evidence that was restored to an earlier state
/// lacks what was done after the backup, and says so. Where the journal was restored, evidence of what was done since is unknown to it. What it has let go of
/// (<see cref="JournalExpiry"/>) cannot be compared any more, and from then on evidence of plans of which it has nothing is not reported.</remarks>
public sealed class EvidenceVerifier
{
    private readonly IJournalStore _journal;
    private readonly SourceInventory _inventory;

    internal EvidenceVerifier(IJournalStore journal, SourceInventory inventory) => (_journal, _inventory) = (journal, inventory);

    /// <summary>Reads every batch that the journal has, and its evidence; and of each plan that a source lists, whether the journal has it. Memory does not grow with the
    /// records, nor with the plans that have ended.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="SourceUnavailableException">A source cannot be read: whether its evidence is there is unknown.</exception>
    public async Task<EvidenceReport> VerifyAsync(CancellationToken cancellationToken = default)
    {
        var open = new Dictionary<string, PlanSoFar>(StringComparer.Ordinal);
        var (faults, batches) = (new List<EvidenceFault>(), 0L);
        await foreach (var entry in _journal.ReadAllAsync(0, cancellationToken).ConfigureAwait(false))
        {
            if (!DisposalEntries.IsPlan(entry.Stream))
            {
                continue;
            }

            if (DisposalEntries.PlannedIn(entry) is { } planned)
            {
                SoFar(planned.Plan).Planned = planned;
                continue;
            }

            switch (entry.Content.Type)
            {
                case DisposalEntries.Batch:
                    var batch = DisposalEntries.Read(entry, DisposalJson.Default.BatchData);
                    SoFar(batch.Plan).Batches[batch.Number] = batch;
                    batches++;
                    break;
                case DisposalEntries.Completed or DisposalEntries.Interrupted or DisposalEntries.Failed:
                    var closed = DisposalEntries.Read(entry, DisposalJson.Default.ClosedData);
                    if (open.Remove(closed.Plan, out var plan))
                    {
                        faults.AddRange(await CompareAsync(closed.Plan, plan, closed.Batches, cancellationToken).ConfigureAwait(false));
                    }

                    break;
            }
        }

        foreach (var (plan, known) in open)
        {
            // What the source has done and the journal lacks is taken from there when the plan is closed.
            faults.AddRange(await CompareAsync(plan, known, int.MaxValue, cancellationToken).ConfigureAwait(false));
        }

        faults.AddRange(await FindUnknownAsync(cancellationToken).ConfigureAwait(false));
        return new EvidenceReport(batches, faults);

        PlanSoFar SoFar(string plan)
        {
            if (!open.TryGetValue(plan, out var known))
            {
                open.Add(plan, known = new PlanSoFar());
            }

            return known;
        }
    }

    /// <summary>Compares the evidence of a plan of which the journal has batches. Batches up to the last that it had, and has no more, have expired.</summary>
    private async ValueTask<List<EvidenceFault>> CompareAsync(string plan, PlanSoFar known, int last, CancellationToken cancellationToken)
    {
        var faults = new List<EvidenceFault>();
        if (known.Batches.Count == 0)
        {
            return faults;
        }

        var (dataSet, left) = (known.Batches.First().Value.DataSet, new SortedDictionary<int, BatchData>(known.Batches));
        foreach (var source in SourcesOf(known.Planned, dataSet))
        {
            var isHere = false;
            await foreach (var evidence in source.ReadEvidenceAsync(plan, 0, cancellationToken).ConfigureAwait(false))
            {
                isHere = true;
                if (left.Remove(evidence.Number, out var batch))
                {
                    var isSame = batch.Root == evidence.Root.ToString() && batch.DataSet == evidence.DataSet
                        && (known.Planned is null || evidence.At is not { } at || InstantPattern.ExtendedIso.Format(at) == known.Planned.At);
                    faults.AddRange(isSame ? [] : [new EvidenceFault(plan, dataSet, evidence.Number, EvidenceFaultKind.Differs)]);
                }
                else if (evidence.Number > last)
                {
                    faults.Add(new EvidenceFault(plan, dataSet, evidence.Number, EvidenceFaultKind.Unknown));
                }
            }

            if (isHere)
            {
                break;
            }
        }

        faults.AddRange(left.Values.Select(batch => new EvidenceFault(plan, dataSet, batch.Number, EvidenceFaultKind.Missing)));
        return faults;
    }

    /// <summary>The sources that may have the evidence, the likeliest first: the plan's own, the one that has the data set now, those of another name.</summary>
    private IEnumerable<IDisposalSource> SourcesOf(PlannedData? planned, string dataSet) => _inventory.Sources.OfType<IDisposalSource>()
        .OrderByDescending(source => source.Name == planned?.Source).ThenByDescending(source => source.DataSets.Contains(dataSet, StringComparer.Ordinal));

    /// <summary>Looks for evidence of plans of which the journal has nothing, or no batch although they have ended.</summary>
    private async ValueTask<List<EvidenceFault>> FindUnknownAsync(CancellationToken cancellationToken)
    {
        var faults = new List<EvidenceFault>();
        var hasExpired = (await _journal.ReadBaseAsync(cancellationToken).ConfigureAwait(false)).Checkpoint is not null;
        foreach (var source in _inventory.Sources.OfType<IDisposalSource>())
        {
            await foreach (var plan in source.ReadPlansAsync(cancellationToken).ConfigureAwait(false))
            {
                if (!await MayHaveAsync(plan, hasExpired, cancellationToken).ConfigureAwait(false))
                {
                    await foreach (var evidence in source.ReadEvidenceAsync(plan, 0, cancellationToken).ConfigureAwait(false))
                    {
                        faults.Add(new EvidenceFault(plan, evidence.DataSet, evidence.Number, EvidenceFaultKind.Unknown));
                    }
                }
            }
        }

        return faults;
    }

    /// <summary>Whether a plan may have batches, as far as the journal knows: it has some, is still open, or is one of which the journal has let go.</summary>
    private async ValueTask<bool> MayHaveAsync(string plan, bool hasExpired, CancellationToken cancellationToken)
    {
        var isKnown = false;
        await foreach (var entry in _journal.ReadStreamAsync(DisposalEntries.StreamOf(plan), 0, cancellationToken).ConfigureAwait(false))
        {
            isKnown = true;
            if (entry.Content.Type is DisposalEntries.Batch)
            {
                return true;
            }

            if (entry.Content.Type is DisposalEntries.Completed or DisposalEntries.Interrupted or DisposalEntries.Failed)
            {
                return DisposalEntries.Read(entry, DisposalJson.Default.ClosedData).Batches > 0;
            }
        }

        return isKnown || hasExpired;
    }

    /// <summary>What the journal has said of a plan so far.</summary>
    private sealed class PlanSoFar
    {
        public PlannedData? Planned { get; set; }

        public SortedDictionary<int, BatchData> Batches { get; } = [];
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

    /// <summary>The journal has no such batch. Somebody added it; or the journal was restored to before it, or is another than the one that the data was disposed of
    /// under: evidence alone does not tell which.</summary>
    Unknown = 3,
}
