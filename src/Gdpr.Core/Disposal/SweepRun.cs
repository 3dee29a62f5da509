using Gdpr.Journals;
using Gdpr.Policies.Json;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.Extensions.Logging;

namespace Gdpr.Disposal;

/// <summary>One run over data sets: by one worker, at one instant, under one version of the rules.</summary>
internal sealed class SweepRun(
    SweepParts parts, ILogger logger, string id, RetentionEvaluator evaluator, Func<bool> isSpent, IProgress<SweepProgress>? progress)
{
    public string Id { get; } = id;

    /// <summary>Sweeps a data set. What goes wrong is its outcome.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public async Task<DataSetOutcome> SweepAsync(DataSetSchedule dataSet, CancellationToken cancellationToken)
    {
        using var activity = parts.Metrics.StartSweep(dataSet.Path);
        DataSetOutcome outcome;
        try
        {
            outcome = await GuardedAsync(dataSet, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            outcome = FailureOf(dataSet.Path, exception);
        }

        Report(outcome);
        cancellationToken.ThrowIfCancellationRequested();
        return outcome;
    }

    /// <summary>Closes every plan left open by a worker that is gone.</summary>
    public async Task ReconcileAllAsync(CancellationToken cancellationToken)
    {
        await parts.PrepareStoresAsync(cancellationToken).ConfigureAwait(false);
        await parts.Folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var open = await parts.Plans.ReadOpenAsync(null, cancellationToken).ConfigureAwait(false);
        foreach (var dataSet in open.Select(plan => plan.DataSet).Distinct(StringComparer.Ordinal))
        {
            if (parts.Inventory.FindDisposing(dataSet) is { } source && await TakeLeaseAsync(dataSet, cancellationToken).ConfigureAwait(false) is { } lease)
            {
                await using var kept = lease.ConfigureAwait(false);
                await ReconcileAsync(dataSet, source, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<DataSetOutcome> GuardedAsync(DataSetSchedule dataSet, CancellationToken cancellationToken)
    {
        if (parts.Inventory.FindDisposing(dataSet.Path) is not { } source)
        {
            return new DataSetOutcome(dataSet.Path, null, SweepStatus.Manual, SweepReasons.NoSource);
        }

        await parts.PrepareStoresAsync(cancellationToken).ConfigureAwait(false);
        if (await parts.Guard.FindMissingAsync(cancellationToken).ConfigureAwait(false) is { } missing)
        {
            SweepLog.LogGap(logger, missing);
            return new DataSetOutcome(dataSet.Path, source.Name, SweepStatus.Failed, SweepReasons.JournalBehindWitness);
        }

        if (await parts.Damage.IsDamagedAsync(cancellationToken).ConfigureAwait(false))
        {
            return new DataSetOutcome(dataSet.Path, source.Name, SweepStatus.Failed, SweepReasons.JournalDamaged);
        }

        await parts.Preparation.PrepareAsync(source, evaluator.Schedule, cancellationToken).ConfigureAwait(false);
        await parts.Folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        if (parts.Options.RequireApproval && !await parts.Approvals.IsApprovedAsync(
            dataSet.Path, dataSet.Fingerprint, source.MappingOf(dataSet.Path), cancellationToken).ConfigureAwait(false))
        {
            return new DataSetOutcome(dataSet.Path, source.Name, SweepStatus.NeedsApproval, SweepReasons.ApprovalMissing);
        }

        if (await TakeLeaseAsync(dataSet.Path, cancellationToken).ConfigureAwait(false) is not { } lease)
        {
            return new DataSetOutcome(dataSet.Path, source.Name, SweepStatus.Busy, SweepReasons.Leased);
        }

        await using var kept = lease.ConfigureAwait(false);
        return await SweepAloneAsync(dataSet, source, lease, cancellationToken).ConfigureAwait(false);
    }

    private async Task<DataSetOutcome> SweepAloneAsync(DataSetSchedule dataSet, IDisposalSource source, SweepLease lease, CancellationToken cancellationToken)
    {
        await ReconcileAsync(dataSet.Path, source, cancellationToken).ConfigureAwait(false);
        if (await WhyStopAsync(lease, cancellationToken).ConfigureAwait(false) is { } stop)
        {
            return new DataSetOutcome(dataSet.Path, source.Name, SweepStatus.Interrupted, stop);
        }

        if (await source.ReadFactsPositionAsync(cancellationToken).ConfigureAwait(false) != await parts.Facts.HeadAsync(cancellationToken).ConfigureAwait(false))
        {
            await parts.Facts.SettleAsync(cancellationToken).ConfigureAwait(false);
        }

        var policy = evaluator.Schedule.Policy;
        await parts.States.PutPolicyAsync(
            new StoredPolicy(policy.Hash, policy.Policy, policy.Version, evaluator.Now, CanonicalJson.Write(policy)), cancellationToken).ConfigureAwait(false);

        var order = new DisposalOrder(parts.Writer.NewId(), Id, dataSet, source, evaluator, parts.Options.BatchSize);
        var end = await parts.Executor.ExecuteAsync(
            order, () => WhyStopAsync(lease, cancellationToken), done => progress?.Report(new SweepProgress(dataSet.Path, done))).ConfigureAwait(false);
        var outcome = OutcomeOf(order, end);
        if (outcome.Status != SweepStatus.Completed)
        {
            return outcome;
        }

        var left = await source.SurveyAsync(evaluator, dataSet.Path, parts.Options.Examples, cancellationToken).ConfigureAwait(false);
        return left.Lines.Any(line => line.Due > 0)
            ? outcome with { Status = SweepStatus.Failed, Reason = SweepReasons.StillDue, Left = left }
            : outcome with { Left = left };
    }

    private async Task ReconcileAsync(string dataSet, IDisposalSource source, CancellationToken cancellationToken)
    {
        foreach (var plan in await parts.Plans.ReadOpenAsync(dataSet, cancellationToken).ConfigureAwait(false))
        {
            var end = await parts.Executor.CloseAsync(plan.Plan, source, DisposalEntries.Interrupted, SweepReasons.Abandoned).ConfigureAwait(false);
            SweepLog.LogReconciled(logger, plan.Plan, dataSet, end.Counts.Records);
        }
    }

    private ValueTask<SweepLease?> TakeLeaseAsync(string dataSet, CancellationToken cancellationToken) =>
        SweepLease.TryTakeAsync(parts.States, parts.Time, new Lease($"sweep/{dataSet}", Id, Id), cancellationToken);

    /// <summary>Why nothing more may be destroyed at this moment, or <see langword="null"/>.</summary>
    private async ValueTask<string?> WhyStopAsync(SweepLease lease, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return SweepReasons.Cancelled;
        }

        if (isSpent())
        {
            return SweepReasons.Budget;
        }

        try
        {
            await parts.Folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
            if (await parts.Switch.IsOnAsync(CancellationToken.None).ConfigureAwait(false))
            {
                return SweepReasons.KillSwitch;
            }
        }
        catch (Exception exception)
        {
            SweepLog.LogNotReached(logger, "state-store", ExceptionText.Of(exception));
            return SweepReasons.KillSwitchUnreadable;
        }

        return await lease.IsKeptAsync().ConfigureAwait(false) ? null : SweepReasons.LeaseLost;
    }

    private static DataSetOutcome OutcomeOf(DisposalOrder order, PlanEnd end)
    {
        var outcome = end.Failure is { } failure
            ? FailureOf(order.DataSet.Path, failure)
            : new DataSetOutcome(order.DataSet.Path, order.Source.Name, end.Type switch
            {
                DisposalEntries.Completed => SweepStatus.Completed,
                DisposalEntries.Interrupted => SweepStatus.Interrupted,
                _ => SweepStatus.Failed,
            }, end.Reason);
        return outcome with { Source = order.Source.Name, Plan = order.Plan, Done = end.Counts };
    }

    private static DataSetOutcome FailureOf(string dataSet, Exception exception) => new(
        dataSet, null, exception is SourceUnavailableException ? SweepStatus.NotReached : SweepStatus.Failed, SweepReasons.Of(exception))
    {
        Detail = ExceptionText.Of(exception),
    };

    private void Report(DataSetOutcome outcome)
    {
        parts.Metrics.AddSweep(outcome.DataSet, outcome.Status);
        if (outcome.Status == SweepStatus.Completed)
        {
            SweepLog.LogSwept(logger, Id, outcome.DataSet, outcome.Status.Code(), outcome.Done.Records, outcome.Done.Batches);
        }
        else
        {
            SweepLog.LogNotCompleted(logger, Id, outcome.DataSet, outcome.Status.Code(), outcome.Reason ?? "", outcome.Done.Records, outcome.Detail ?? "");
        }

        foreach (var line in outcome.Left?.Lines.Where(line => line.Fate == Fate.Undetermined) ?? [])
        {
            SweepLog.LogUndetermined(logger, outcome.DataSet, line.Records, line.Rule, string.Join(", ", line.Missing));
        }
    }
}
