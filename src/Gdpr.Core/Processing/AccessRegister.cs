using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>Between which instants something was recorded of each account, folded from the journal: so that a question about a time reads only those concerned.</summary>
internal sealed class AccessRegister(IStateStore states) : IJournalFold
{
    private const string Fold = "access-admin";

    public IReadOnlyList<string> States => [Fold];

    /// <summary>The accounts of a controller of which something occurred in a time.</summary>
    public async ValueTask<IReadOnlyList<string>> AccountsAsync(string controller, Instant from, Instant until, CancellationToken cancellationToken)
    {
        var accounts = new List<string>();
        await foreach (var state in states.ReadFoldAsync(Fold, cancellationToken).ConfigureAwait(false))
        {
            var span = Read(state);
            if (state.Controller == controller && span.First < until && span.Last >= from)
            {
                accounts.Add(state.Key);
            }
        }

        return accounts;
    }

    public async ValueTask<bool> FoldAsync(JournalEntry entry, IStateStore states, CancellationToken cancellationToken)
    {
        if (!AccessEntries.IsOf(entry.Stream) || entry.Content is not { Controller: { } controller, Subject: { } account, OccurredAt: var at })
        {
            return false;
        }

        var before = await states.ReadAsync(Fold, controller, account.ToString(), cancellationToken).ConfigureAwait(false) is { } state ? Read(state) : null;
        var after = before is null ? new AccountSpan(at, at) : new AccountSpan(Instant.Min(before.First, at), Instant.Max(before.Last, at));
        await states.WriteAsync(
            new FoldedState(Fold, controller, account.ToString(), entry.Position, JsonSerializer.Serialize(after, AccessJson.Default.AccountSpan)), cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static AccountSpan Read(FoldedState state) => JsonSerializer.Deserialize(state.Content, AccessJson.Default.AccountSpan)!;
}
