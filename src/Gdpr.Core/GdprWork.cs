using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Gdpr;

/// <summary>The one pump of everything timed: a host calls it every so often, and what is due is done.</summary>
/// <remarks>Safe to call from several processes at once: whatever must be done by one alone is leased.</remarks>
public sealed class GdprWork
{
    private readonly SweepParts _parts;
    private readonly Sweep _sweep;
    private readonly LegalHolds _holds;
    private readonly SweepAgenda _agenda;
    private readonly GdprStores _stores;
    private readonly JournalCheckpoints _checkpoints;
    private readonly JournalVerifications _verifications;
    private readonly IReadOnlyList<IStartCheck> _startChecks;
    private readonly IReadOnlyList<ITimedStep> _timed;
    private readonly ILogger _logger;

    internal GdprWork(
        SweepParts parts, Sweep sweep, LegalHolds holds, SweepAgenda agenda, GdprStores stores, JournalCheckpoints checkpoints,
        JournalVerifications verifications, IReadOnlyList<IStartCheck> startChecks, IReadOnlyList<ITimedStep> timed, ILogger logger)
    {
        _timed = timed;
        _startChecks = startChecks;
        _checkpoints = checkpoints;
        _verifications = verifications;
        _parts = parts;
        _sweep = sweep;
        _holds = holds;
        _agenda = agenda;
        _stores = stores;
        _logger = logger;
    }

    /// <summary>Prepares stores and sources when the host starts, and says what is missing. Idempotent.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="GdprSetupException">A source's mapping does not fit the policy: the problems of all sources at once. A source that cannot be reached is
    /// only logged: it is asked again when it is needed.</exception>
    /// <exception cref="KeyRingException">The key ring is not the one that was used before.</exception>
    /// <exception cref="CoverageException">A database that must be covered completely is not: every gap at once.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken = default)
    {
        await PrepareToLookAsync(cancellationToken).ConfigureAwait(false);
        await NoticeRestoredAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Prepares stores and sources for whoever only looks, perhaps at a copy of a backup beside the data in use: checks what <see cref="PrepareAsync"/> checks,
    /// and notices no restore.</summary>
    /// <inheritdoc cref="PrepareAsync"/>
    public async Task PrepareToLookAsync(CancellationToken cancellationToken = default)
    {
        await _parts.PrepareStoresAsync(cancellationToken).ConfigureAwait(false);
        await RecallAsync(cancellationToken).ConfigureAwait(false);
        await _parts.KeyRing.CheckAsync(cancellationToken).ConfigureAwait(false);
        var schedule = _parts.Schedule();
        var refused = await PrepareAllAsync(_parts.Inventory.Sources, schedule, cancellationToken).ConfigureAwait(false);
        for (var before = int.MaxValue; refused.Count > 0 && refused.Count < before;)
        {
            // A source of the same database that came later may no longer say what this one was refused by.
            before = refused.Count;
            refused = await PrepareAllAsync(refused.Select(one => one.Source), schedule, cancellationToken).ConfigureAwait(false);
        }

        if (refused.Count > 0)
        {
            throw new GdprSetupException([.. refused.Select(one => one.Problem)]);
        }

        await CheckAsync(schedule, cancellationToken).ConfigureAwait(false);
        await WarnAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Prepares sources.</summary>
    /// <returns>Those whose mapping does not fit, and why. One that cannot be reached is only logged.</returns>
    private async ValueTask<IReadOnlyList<(IPersonalDataSource Source, string Problem)>> PrepareAllAsync(
        IEnumerable<IPersonalDataSource> sources, RetentionSchedule schedule, CancellationToken cancellationToken)
    {
        var refused = new List<(IPersonalDataSource Source, string Problem)>();
        foreach (var source in sources)
        {
            try
            {
                await _parts.Preparation.PrepareAsync(source, schedule, cancellationToken).ConfigureAwait(false);
            }
            catch (SourceMappingException exception)
            {
                refused.Add((source, exception.Message));
            }
            catch (SourceUnavailableException exception)
            {
                SweepLog.LogNotReached(_logger, source.Name, exception.Message);
            }
        }

        return refused;
    }

    /// <summary>Does what is due: verifies the journal, completes holds, closes plans left open, sweeps, makes a checkpoint and has it witnessed.</summary>
    /// <param name="now">The instant at which things are due and records are judged.</param>
    /// <param name="budget">After how long nothing new is begun: what is under way stops after its batch. The rest stays due, and data sets take
    /// turns. The verification that is due and the checkpoint are done in any case; with no budget at all they alone are.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="ArgumentOutOfRangeException">The instant is more than a minute ahead of the clock: nothing is done, and nothing put off.</exception>
    /// <returns>What was done. What went wrong in one step does not stop the next.</returns>
    public async Task<GdprWorkReport> RunDueAsync(Instant now, TimeSpan budget, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(budget, TimeSpan.Zero);
        _parts.RefuseAhead(now, nameof(now));
        var (started, steps) = (_parts.Time.GetTimestamp(), new List<GdprWorkStep>());
        var isSpent = () => _parts.Time.GetElapsedTime(started) >= budget;

        // What may take as long as it is given leaves half of the time to the sweep.
        var isHalfSpent = () => _parts.Time.GetElapsedTime(started) >= budget / 2;
        var outcomes = new List<DataSetOutcome>();

        // Verified first: a journal that is damaged stops the sweep. What proves things is done whatever the budget: a sweep must not starve it.
        await StepAsync("prepare", PrepareStoresAsync, isProof: true).ConfigureAwait(false);
        await StepAsync("verify", VerifyAsync, isProof: true).ConfigureAwait(false);
        await StepAsync("holds", CompleteHoldsAsync).ConfigureAwait(false);
        foreach (var timed in _timed)
        {
            await StepAsync(timed.Name, async () => await timed.RunAsync(now, isHalfSpent, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }

        await StepAsync("plans", () => _sweep.ReconcileAsync(cancellationToken)).ConfigureAwait(false);
        await StepAsync("sweep", SweepAsync).ConfigureAwait(false);
        await StepAsync("checkpoint", CheckpointAsync, isProof: true).ConfigureAwait(false);
        return new GdprWorkReport(now, steps, outcomes);

        async Task StepAsync(string name, Func<Task> step, bool isProof = false)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!isProof && isSpent())
            {
                steps.Add(new GdprWorkStep(name, SweepReasons.Budget, null));
                return;
            }

            try
            {
                await step().ConfigureAwait(false);
                steps.Add(new GdprWorkStep(name, null, null));
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                var detail = ExceptionText.Of(exception);
                WorkLog.LogStepFailed(_logger, name, detail);
                steps.Add(new GdprWorkStep(name, SweepReasons.Of(exception), detail));
            }
        }

        async Task PrepareStoresAsync()
        {
            await _parts.PrepareStoresAsync(cancellationToken).ConfigureAwait(false);
            await _parts.Versions.RecallAsync(cancellationToken).ConfigureAwait(false);
        }

        async Task CheckpointAsync()
        {
            // Nothing is signed under a key that is not the one it was.
            await _parts.KeyRing.CheckAsync(cancellationToken).ConfigureAwait(false);
            await _checkpoints.MakeAsync(cancellationToken).ConfigureAwait(false);
        }

        async Task CompleteHoldsAsync()
        {
            foreach (var (source, exception) in await _holds.CompleteAsync(cancellationToken).ConfigureAwait(false))
            {
                SweepLog.LogNotReached(_logger, source, ExceptionText.Of(exception));
            }
        }

        async Task VerifyAsync()
        {
            if (await _verifications.VerifyDueAsync(now, cancellationToken).ConfigureAwait(false) is { IsIntact: false } report)
            {
                WorkLog.LogJournalDamaged(_logger, report.Faults.Count, report.Faults[0].Message);
                throw new JournalFaultException(report.Faults);
            }
        }

        async Task SweepAsync()
        {
            foreach (var dataSet in await _agenda.ReadDueAsync(_parts.Schedule(), now, cancellationToken).ConfigureAwait(false))
            {
                if (isSpent())
                {
                    return;
                }

                var swept = await _sweep.RunAsync(now, isSpent, null, [dataSet], cancellationToken).ConfigureAwait(false);
                outcomes.AddRange(swept.DataSets);
                await _agenda.PlanNextAsync(swept.DataSets[0], now, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Does what is due.</summary>
    /// <inheritdoc cref="RunDueAsync(Instant, TimeSpan, CancellationToken)"/>
    public Task<GdprWorkReport> RunDueAsync(DateTimeOffset now, TimeSpan budget, CancellationToken cancellationToken = default) =>
        RunDueAsync(Instant.FromDateTimeOffset(now), budget, cancellationToken);

    /// <summary>A deployment that was rolled back must start: under a version that may not destroy, nothing is, and everything else goes on.</summary>
    private async ValueTask RecallAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _parts.Versions.RecallAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (GdprPolicyException exception)
        {
            WorkLog.LogMayNotDestroy(_logger, exception.Message);
        }
    }

    /// <summary>Brings what stands beside the data up to the journal, so that a source that was restored is noticed before anything in it is used.</summary>
    private async ValueTask NoticeRestoredAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _holds.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (FactsBusyException)
        {
            // Another worker is at it, and notices.
        }
    }

    private async ValueTask CheckAsync(RetentionSchedule schedule, CancellationToken cancellationToken)
    {
        foreach (var check in _startChecks)
        {
            try
            {
                foreach (var remark in await check.CheckAsync(schedule, _parts.Inventory, cancellationToken).ConfigureAwait(false))
                {
                    WorkLog.LogStartRemark(_logger, remark);
                }
            }
            catch (SourceUnavailableException exception)
            {
                WorkLog.LogNotChecked(_logger, exception.Message);
            }
        }
    }

    private async ValueTask WarnAsync(CancellationToken cancellationToken)
    {
        if (_stores.Witness is null)
        {
            SweepLog.LogNoWitness(_logger);
        }
        else if (await _parts.Guard.FindMissingAsync(cancellationToken).ConfigureAwait(false) is { } missing)
        {
            SweepLog.LogGap(_logger, missing);
        }

        if (!_stores.Journal.CanEnlist)
        {
            SweepLog.LogCannotEnlist(_logger);
        }

        if (_parts.Inventory.WithoutDisposal(_parts.Schedule()) is { Count: > 0 } manual)
        {
            SweepLog.LogWithoutSource(_logger, string.Join(", ", manual));
        }
    }
}
