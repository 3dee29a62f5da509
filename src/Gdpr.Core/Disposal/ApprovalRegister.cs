using System.Runtime.CompilerServices;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime.Text;

namespace Gdpr.Disposal;

/// <summary>Which rules and mapping of each data set are approved for destruction: the last approval counts.</summary>
internal sealed class ApprovalRegister(IStateStore states) : IJournalFold, IJournalRestater
{
    private const string Fold = "sweep-approvals";

    public IReadOnlyList<string> States => [Fold];

    /// <summary>Whether rules and mapping of a data set are approved.</summary>
    public async ValueTask<bool> IsApprovedAsync(string dataSet, Digest rules, Digest mapping, CancellationToken cancellationToken)
    {
        var state = await states.ReadAsync(Fold, "", dataSet, cancellationToken).ConfigureAwait(false);
        return state is not null && Read(state).Approval is { } approval && approval.Rules == rules.ToString() && approval.Mapping == mapping.ToString();
    }

    public async ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        if (entry.Stream != DisposalEntries.Approvals || entry.Content.Type != DisposalEntries.Approved)
        {
            return false;
        }

        var approval = JsonSerializer.Deserialize(entry.Content.Data, DisposalJson.Default.ApprovalData)!;
        var state = new ApprovalState(approval, entry.Version, InstantPattern.ExtendedIso.Format(entry.Content.OccurredAt));
        await states.WriteAsync(
            new FoldedState(Fold, "", approval.DataSet, entry.Position, JsonSerializer.Serialize(state, DisposalJson.Default.ApprovalState)), cancellationToken)
            .ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (entries, version) = (new List<NewJournalEntry>(), 0L);
        await foreach (var state in states.ReadFoldAsync(Fold, cancellationToken).ConfigureAwait(false))
        {
            var approval = Read(state);
            version = Math.Max(version, approval.Version);
            if (state.Position <= position)
            {
                entries.Add(new NewJournalEntry(
                    DisposalEntries.Approved, InstantPattern.ExtendedIso.Parse(approval.OccurredAt).Value,
                    JsonSerializer.Serialize(approval.Approval, DisposalJson.Default.ApprovalData)));
            }
        }

        if (entries.Count > 0)
        {
            yield return new Restatement(DisposalEntries.Approvals, version, entries);
        }
    }

    private static ApprovalState Read(FoldedState state) => JsonSerializer.Deserialize(state.Content, DisposalJson.Default.ApprovalState)!;
}
