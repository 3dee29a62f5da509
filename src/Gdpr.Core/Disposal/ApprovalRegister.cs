using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Disposal;

/// <summary>Which rules and mapping of each data set are approved for destruction: the last approval counts.</summary>
internal sealed class ApprovalRegister(IStateStore states) : IJournalFold
{
    private const string Fold = "sweep-approvals";

    public IReadOnlyList<string> States => [Fold];

    /// <summary>Whether rules and mapping of a data set are approved.</summary>
    public async ValueTask<bool> IsApprovedAsync(string dataSet, Digest rules, Digest mapping, CancellationToken cancellationToken)
    {
        var state = await states.ReadAsync(Fold, "", dataSet, cancellationToken).ConfigureAwait(false);
        return state is not null && JsonSerializer.Deserialize(state.Content, DisposalJson.Default.ApprovalData) is { } approval
            && approval.Rules == rules.ToString() && approval.Mapping == mapping.ToString();
    }

    public async ValueTask FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        if (entry.Stream != DisposalEntries.Approvals || entry.Content.Type != DisposalEntries.Approved)
        {
            return;
        }

        var approval = JsonSerializer.Deserialize(entry.Content.Data, DisposalJson.Default.ApprovalData)!;
        await states.WriteAsync(new FoldedState(Fold, "", approval.DataSet, entry.Position, entry.Content.Data), cancellationToken).ConfigureAwait(false);
    }
}
