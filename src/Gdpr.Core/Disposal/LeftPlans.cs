using Gdpr.Sources;
using Microsoft.Extensions.Logging;

namespace Gdpr.Disposal;

/// <summary>Plans left open by workers that are gone.</summary>
/// <remarks>A worker's own lease says whether it is, and whoever takes that closes the plan: nobody else does at the same time.</remarks>
internal sealed class LeftPlans(SweepParts parts, ILogger logger, string run)
{
    /// <summary>Closes all of them. A plan whose source this host does not have waits for it; the sweep of its data set says so.</summary>
    public async Task CloseAllAsync(CancellationToken cancellationToken)
    {
        await parts.PrepareStoresAsync(cancellationToken).ConfigureAwait(false);
        await parts.Folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        foreach (var dataSet in parts.Plans.ReadOpen(null).Where(plan => SourceOf(plan) is not null).Select(plan => plan.DataSet).Distinct(StringComparer.Ordinal))
        {
            var lease = await SweepLease.TakeAsync(parts, SweepLease.NameOf(dataSet), run, run, cancellationToken).ConfigureAwait(false);
            await using var kept = lease.ConfigureAwait(false);
            await CloseReachableAsync(dataSet, isAlone: lease.IsTaken, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Closes those of a data set.</summary>
    /// <param name="dataSet">The data set.</param>
    /// <param name="isAlone">Whether this run has the data set's lease, so that plans made by a worker alone are abandoned.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PlanOpenElsewhereException">This host does not have the source of one.</exception>
    public async Task CloseAsync(string dataSet, bool isAlone, CancellationToken cancellationToken)
    {
        await CloseReachableAsync(dataSet, isAlone, cancellationToken).ConfigureAwait(false);
        if (parts.Plans.ReadOpen(dataSet).FirstOrDefault(plan => SourceOf(plan) is null) is { } elsewhere)
        {
            throw new PlanOpenElsewhereException(elsewhere.Plan, elsewhere.DataSet, elsewhere.Source);
        }
    }

    private async Task CloseReachableAsync(string dataSet, bool isAlone, CancellationToken cancellationToken)
    {
        foreach (var plan in parts.Plans.ReadOpen(dataSet))
        {
            // What was done under a plan is known by the source for which it was made, whichever has the data set by now.
            if (SourceOf(plan) is not { } source)
            {
                continue;
            }

            if (plan.Worker is null)
            {
                if (isAlone)
                {
                    await AbandonAsync(plan, source).ConfigureAwait(false);
                }

                continue;
            }

            var worker = await SweepLease.TakeAsync(parts, SweepLease.NameOf(dataSet, plan.Worker), run, run, cancellationToken).ConfigureAwait(false);
            await using var kept = worker.ConfigureAwait(false);
            if (worker.IsTaken)
            {
                await AbandonAsync(plan, source).ConfigureAwait(false);
            }
        }
    }

    private async Task AbandonAsync(OpenPlan plan, IDisposalSource source)
    {
        var end = await parts.Executor.CloseAsync(plan.Plan, source, DisposalEntries.Interrupted, SweepReasons.Abandoned).ConfigureAwait(false);
        SweepLog.LogReconciled(logger, plan.Plan, plan.DataSet, end.Counts.Records);
    }

    /// <summary>The source for which a plan was made, or <see langword="null"/> where this host does not have it.</summary>
    private IDisposalSource? SourceOf(OpenPlan plan) => parts.Inventory.Sources.OfType<IDisposalSource>().FirstOrDefault(source => source.Name == plan.Source);
}
