using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Journals;

namespace Gdpr.Disposal;

/// <summary>Which rules and mapping of each data set in each source are approved for destruction: the last approval counts. Read from the journal each time: what permits
/// destruction is not taken from a state.</summary>
internal sealed class ApprovalRegister(IJournalStore journal) : IJournalRestater
{
    /// <summary>Whether rules and mapping of a data set are approved, in the source for which they were shown.</summary>
    public async ValueTask<bool> IsApprovedAsync(string dataSet, string source, Digest rules, Digest mapping, CancellationToken cancellationToken)
    {
        var (last, _) = await ReadAsync(cancellationToken).ConfigureAwait(false);
        return last.TryGetValue((dataSet, source), out var given)
            && given.Approval.Rules == rules.ToString() && given.Approval.Mapping == mapping.ToString();
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (last, version) = await ReadAsync(cancellationToken).ConfigureAwait(false);
        NewJournalEntry[] entries =
        [
            .. last.Values.Where(approval => approval.Entry.Position <= position).OrderBy(approval => approval.Entry.Position).Select(approval =>
                new NewJournalEntry(DisposalEntries.Approved, approval.Entry.Content.OccurredAt, approval.Entry.Content.Data)),
        ];
        if (entries.Length > 0)
        {
            yield return new Restatement(DisposalEntries.Approvals, version, entries);
        }
    }

    /// <summary>The last approval of each data set in each source, and the version of their stream. An entry that is not as it was written approves nothing.</summary>
    private async ValueTask<(Dictionary<(string DataSet, string Source), (ApprovalData Approval, JournalEntry Entry)> Last, long Version)> ReadAsync(
        CancellationToken cancellationToken)
    {
        var (last, version) = (new Dictionary<(string, string), (ApprovalData, JournalEntry)>(), 0L);
        await foreach (var (entry, isSound) in SoundStream.ReadAsync(journal, DisposalEntries.Approvals, cancellationToken).ConfigureAwait(false))
        {
            version = entry.Version;
            if (isSound && entry.Content.Type == DisposalEntries.Approved)
            {
                var approval = EntryData.Read(entry, DisposalJson.Default.ApprovalData);
                last[(approval.DataSet, approval.Source ?? "")] = (approval, entry);
            }
        }

        return (last, version);
    }
}
