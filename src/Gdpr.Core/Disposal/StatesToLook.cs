using Gdpr.Journals;

namespace Gdpr.Disposal;

/// <summary>State stores of hosts that only look (<see cref="GdprWork.PrepareToLookAsync"/>).</summary>
public static class StatesToLook
{
    /// <summary>A copy: the versions that have decided, and how far and on what terms facts were put beside the data. All else follows from the journal, and nothing that
    /// the host does reaches the original.</summary>
    /// <param name="states">The original.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<InMemoryStateStore> CopyAsync(IStateStore states, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(states);
        var copy = new InMemoryStateStore();
        await states.PrepareAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var policy in states.ReadPoliciesAsync(cancellationToken).ConfigureAwait(false))
        {
            await copy.PutPolicyAsync(policy, cancellationToken).ConfigureAwait(false);
        }

        await foreach (var reached in states.ReadDueItemsAsync(RestoredSources.Reached, OpenItem.EndOfTime, cancellationToken).ConfigureAwait(false))
        {
            await copy.PutItemAsync(reached, cancellationToken).ConfigureAwait(false);
        }

        return copy;
    }
}
