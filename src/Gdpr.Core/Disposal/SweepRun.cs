using System.Runtime.ExceptionServices;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using Microsoft.Extensions.Logging;
using NodaTime.Extensions;

namespace Gdpr.Disposal;

/// <summary>One run over data sets: by one worker, at one instant, under one version of the rules.</summary>
internal sealed class SweepRun(
    SweepParts parts, ILogger logger, string id, RetentionEvaluator evaluator, Func<bool> isSpent, IProgress<SweepProgress>? progress)
{
    /// <summary>How often what has become due behind what was done is disposed of in a run, whether it grows less or not.</summary>
    private const int RoundsForSure = 16;

    private readonly LeftPlans _left = new(parts, logger, id);

    public string Id { get; } = id;

    /// <summary>The one person whose records alone are disposed of, because that person has asked for it: what was granted needs no approval of the rules as well. What
    /// is due because a period of other rules is over was not asked for, and does. <see langword="null"/> for a sweep of everybody's.</summary>
    public SweptPerson? Person { get; init; }

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

    /// <summary>Leaves a data set as it is.</summary>
    public DataSetOutcome Refuse(DataSetSchedule dataSet, Exception reason)
    {
        var outcome = FailureOf(dataSet.Path, reason);
        Report(outcome);
        return outcome;
    }

    private async Task<DataSetOutcome> GuardedAsync(DataSetSchedule dataSet, CancellationToken cancellationToken)
    {
        if (parts.Inventory.FindDisposing(dataSet.Path) is not { } source)
        {
            return new DataSetOutcome(dataSet.Path, null, SweepStatus.Manual, SweepReasons.NoSource);
        }

        await parts.PrepareStoresAsync(cancellationToken).ConfigureAwait(false);
        await parts.KeyRing.CheckAsync(cancellationToken).ConfigureAwait(false);
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
        if (Person is not null && !source.Capabilities.HasFlag(SourceCapabilities.DisposesByPerson))
        {
            throw new InvalidOperationException($"Source '{source.Name}' does not dispose by person: sweep the data set.");
        }

        var isApproved = !parts.Options.RequireApproval || await parts.Approvals.IsApprovedAsync(
            dataSet.Path, source.Name, dataSet.Fingerprint, source.MappingOf(dataSet.Path), cancellationToken).ConfigureAwait(false);
        if (!isApproved && (Person is null || dataSet.Rules.Any(rule => !Person.IsGranted(rule) && rule.Tree.MayLapse())))
        {
            return new DataSetOutcome(dataSet.Path, source.Name, SweepStatus.NeedsApproval, SweepReasons.ApprovalMissing);
        }

        var judge = isApproved ? evaluator : evaluator.WithEndless(rule => !Person!.IsGranted(rule));
        var outcome = await SweepAsync(dataSet, source, judge, cancellationToken).ConfigureAwait(false);
        return isApproved || outcome.Status != SweepStatus.Completed ? outcome : outcome with { Reason = SweepReasons.ApprovalMissing };
    }

    private async Task<DataSetOutcome> SweepAsync(
        DataSetSchedule dataSet, IDisposalSource source, RetentionEvaluator judge, CancellationToken cancellationToken)
    {
        // Whoever takes the data set's lease says which run it is. Where the source lets several workers share it, others join that run, each under a lease of its own.
        var first = await SweepLease.TakeAsync(parts, SweepLease.NameOf(dataSet.Path), Id, Id, cancellationToken).ConfigureAwait(false);
        await using var published = first.ConfigureAwait(false);
        if (!source.Capabilities.HasFlag(SourceCapabilities.SharedRuns))
        {
            return first.Lease is { } alone
                ? await SweepUnderAsync(dataSet, source, judge, alone, new SweepTurn(Id, null, IsFirst: true), cancellationToken).ConfigureAwait(false)
                : new DataSetOutcome(dataSet.Path, source.Name, SweepStatus.Busy, SweepReasons.Leased);
        }

        var running = first.IsTaken ? null
            : await parts.States.ReadLeaseAsync(SweepLease.NameOf(dataSet.Path), parts.Time.GetCurrentInstant(), cancellationToken).ConfigureAwait(false);
        var run = running?.Run ?? Id;
        var own = await SweepLease.TakeAsync(parts, SweepLease.NameOf(dataSet.Path, Id), run, Id, cancellationToken).ConfigureAwait(false);
        await using var kept = own.ConfigureAwait(false);
        return await SweepUnderAsync(dataSet, source, judge, own.Lease!, new SweepTurn(run, Id, first.IsTaken), cancellationToken).ConfigureAwait(false);
    }

    private async Task<DataSetOutcome> SweepUnderAsync(
        DataSetSchedule dataSet, IDisposalSource source, RetentionEvaluator judge, SweepLease lease, SweepTurn turn, CancellationToken cancellationToken)
    {
        await _left.CloseAsync(dataSet.Path, turn.IsFirst, cancellationToken).ConfigureAwait(false);
        if (await WhyStopAsync(lease, cancellationToken).ConfigureAwait(false) is { } stop)
        {
            return new DataSetOutcome(dataSet.Path, source.Name, SweepStatus.Interrupted, stop);
        }

        foreach (var waiting in parts.Waiting())
        {
            await waiting.ExamineAsync(dataSet.Path, Person?.Subject, cancellationToken).ConfigureAwait(false);
        }

        var head = await parts.Facts.HeadAsync(cancellationToken).ConfigureAwait(false);
        await parts.Folds.RefuseAheadAsync(head.Position, cancellationToken).ConfigureAwait(false);
        if (!await parts.Facts.IsUpAsync(source, head, cancellationToken).ConfigureAwait(false))
        {
            await SettleAsync(source, turn, cancellationToken).ConfigureAwait(false);
        }

        var present = await parts.Versions.KeepAsync(evaluator.Schedule.Policy, cancellationToken).ConfigureAwait(false);
        if (present.Find(dataSet.Path)?.Fingerprint != dataSet.Fingerprint)
        {
            // Another node has decided since, or the policy was reloaded: the next run goes by that.
            return new DataSetOutcome(dataSet.Path, source.Name, SweepStatus.Interrupted, SweepReasons.RulesChanged);
        }

        var (before, dueBefore) = (default(DisposalCounts), long.MaxValue);
        for (var round = 1; ; round++)
        {
            var outcome = await CarryOutAsync(dataSet, source, judge, lease, turn, before, cancellationToken).ConfigureAwait(false);
            if (outcome.Status != SweepStatus.Completed || Person is not null)
            {
                // Of one person, whoever asked reads again what there is.
                return outcome;
            }

            var left = await (parts.Options.CountKept
                ? source.SurveyAsync(evaluator, dataSet.Path, parts.Options.Examples, cancellationToken)
                : source.SurveyUnsettledAsync(evaluator, dataSet.Path, parts.Options.Examples, cancellationToken)).ConfigureAwait(false);
            var due = left.Lines.Sum(line => line.Due);
            if (due == 0)
            {
                await parts.Restored.SweptAsync(source, dataSet.Path, cancellationToken).ConfigureAwait(false);
                return outcome with { Left = left };
            }

            if (outcome.Done == before || (due >= dueBefore && round > RoundsForSure))
            {
                return outcome with { Status = SweepStatus.Failed, Reason = SweepReasons.StillDue, Left = left };
            }

            // Something has become due behind what was done: it goes under a plan of its own. Where an application brings back what goes, there is an end all the same.
            (before, dueBefore) = (outcome.Done, due);
        }
    }

    /// <summary>Disposes of what is due under one plan.</summary>
    /// <returns>How it ended, with what was done before as well.</returns>
    private async Task<DataSetOutcome> CarryOutAsync(
        DataSetSchedule dataSet, IDisposalSource source, RetentionEvaluator judge, SweepLease lease, SweepTurn turn, DisposalCounts before,
        CancellationToken cancellationToken)
    {
        var order = new DisposalOrder(parts.Writer.NewId(), turn.Run, dataSet, source, judge, parts.Options.BatchSize)
        {
            Worker = turn.Worker,
            Subjects = Person?.NativeIds,
        };
        var end = await parts.Executor.ExecuteAsync(
            order, () => WhyStopAsync(lease, cancellationToken), done => progress?.Report(new SweepProgress(dataSet.Path, before + done))).ConfigureAwait(false);
        var outcome = OutcomeOf(order, end);
        return outcome with { Done = before + outcome.Done };
    }

    /// <summary>Brings the facts beside the data up to date; where another worker of the run does so just now, the first batch sees whether that is enough, unless they
    /// were put on other terms: that it cannot see. What keeps them from being put is the run's outcome.</summary>
    private async ValueTask SettleAsync(IDisposalSource source, SweepTurn turn, CancellationToken cancellationToken)
    {
        try
        {
            if ((await parts.Facts.SettleAsync(cancellationToken).ConfigureAwait(false)).TryGetValue(source.Name, out var problem))
            {
                ExceptionDispatchInfo.Throw(problem);
            }
        }
        catch (FactsBusyException) when (turn.Worker is not null)
        {
            if (!await parts.Facts.HasTermsAsync(source, cancellationToken).ConfigureAwait(false))
            {
                throw;
            }

            SweepLog.LogFactsBusy(logger, Id);
        }
    }

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
        return outcome with { Source = order.Source.Name, Run = order.Run, Plan = order.Plan, Done = end.Counts, Bytes = end.Bytes };
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
