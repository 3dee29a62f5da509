using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>Finds what is due in the sources and has it disposed of: preview, approve, run.</summary>
/// <remarks>
/// <para>Each data set ends by itself: one that fails does not stop the others, and is tried again the next time. Safe to call from several threads and
/// processes: a data set is swept by one worker at a time, unless its source has
/// <see cref="SourceCapabilities.SharedRuns"/>: then whoever comes later joins the run.</para>
/// <para>Results may carry examples of records: personal data for the caller's eyes, never for logs.</para>
/// </remarks>
public sealed class Sweep
{
    private readonly SweepParts _parts;
    private readonly ILogger _logger;

    internal Sweep(SweepParts parts, ILogger logger)
    {
        _parts = parts;
        _logger = logger;
    }

    /// <summary>Counts what a run would meet with, without changing any data.</summary>
    /// <param name="dataSets">Only these data sets; <see langword="null"/> for all of the policy's.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<SweepPreview> PreviewAsync(IReadOnlyCollection<string>? dataSets = null, CancellationToken cancellationToken = default) =>
        PreviewAsync(_parts.Clock.GetCurrentInstant(), dataSets, cancellationToken);

    /// <summary>Counts what a run would meet with at some instant, without changing any data.</summary>
    /// <param name="at">The instant at which records are judged; it may lie in the future.</param>
    /// <param name="dataSets">Only these data sets; <see langword="null"/> for all of the policy's.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="KeyRingException">The key ring is not the one that was used before.</exception>
    public async Task<SweepPreview> PreviewAsync(Instant at, IReadOnlyCollection<string>? dataSets = null, CancellationToken cancellationToken = default)
    {
        // A version that may not destroy can be looked at.
        var (schedule, _) = await _parts.TryRecallAsync(cancellationToken).ConfigureAwait(false);
        var evaluator = schedule.At(at);
        await _parts.PrepareStoresAsync(cancellationToken).ConfigureAwait(false);
        await _parts.KeyRing.CheckAsync(cancellationToken).ConfigureAwait(false);
        await _parts.Folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var previews = new List<DataSetPreview>();
        foreach (var dataSet in Chosen(schedule, dataSets))
        {
            previews.Add(await PreviewAsync(evaluator, dataSet, cancellationToken).ConfigureAwait(false));
        }

        return new SweepPreview(evaluator.Now, previews);
    }

    /// <summary>Approves the rules and mappings of a preview for destruction: exactly those, in the sources that it shows. Where any of them has changed since, a run
    /// still asks for approval; and so it does of a data set that the preview could not read, of which there was nothing to look at.</summary>
    /// <param name="preview">The preview that somebody has looked at.</param>
    /// <param name="by">The function in the organisation that approves: no person.</param>
    /// <param name="cancellationToken">Cancels before anything is recorded.</param>
    /// <exception cref="Gdpr.Policies.GdprPolicyException">The version in force may not destroy (<c>E-VERSION-01</c>): there is nothing to approve.</exception>
    public async Task ApproveAsync(SweepPreview preview, string by, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(preview);
        var function = ActingFunction.Check(by, nameof(by));
        cancellationToken.ThrowIfCancellationRequested();
        await _parts.PrepareStoresAsync(cancellationToken).ConfigureAwait(false);
        var schedule = await _parts.Versions.RecallAsync(cancellationToken).ConfigureAwait(false);

        // What was approved is bound by what came before as it was looked at, also after a restart.
        await _parts.Versions.KeepAsync(schedule.Policy, cancellationToken).ConfigureAwait(false);
        foreach (var dataSet in preview.Unapproved.Where(dataSet => dataSet.Survey is not null))
        {
            var approval = new ApprovalData(dataSet.DataSet, dataSet.Rules.ToString(), dataSet.Mapping!.Value.ToString(), function, dataSet.Source);
            await _parts.Writer.RecordAsync(
                DisposalEntries.Approvals, JournalStream.AnyVersion, DisposalEntries.Approved,
                JsonSerializer.Serialize(approval, DisposalJson.Default.ApprovalData)).ConfigureAwait(false);
        }
    }

    /// <summary>Disposes of everything that is due, batch by batch.</summary>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="dataSets">Only these data sets; <see langword="null"/> for all of the policy's.</param>
    /// <param name="cancellationToken">Stops between batches: what is done is recorded, the plan is closed, and the call is cancelled.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public Task<SweepResult> RunAsync(
        IProgress<SweepProgress>? progress = null, IReadOnlyCollection<string>? dataSets = null, CancellationToken cancellationToken = default) =>
        RunAsync(_parts.Clock.GetCurrentInstant(), static () => false, progress, dataSets, cancellationToken);

    /// <summary>Disposes of everything that was due at an instant, batch by batch.</summary>
    /// <param name="at">The instant at which records are judged. What has become due since stays; the present's facts count in any case.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="dataSets">Only these data sets; <see langword="null"/> for all of the policy's.</param>
    /// <param name="cancellationToken">Stops between batches: what is done is recorded, the plan is closed, and the call is cancelled.</param>
    /// <exception cref="ArgumentOutOfRangeException">The instant is more than a minute ahead of the clock: what is due then is not due yet.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public Task<SweepResult> RunAsync(
        Instant at, IProgress<SweepProgress>? progress = null, IReadOnlyCollection<string>? dataSets = null, CancellationToken cancellationToken = default)
    {
        _parts.RefuseAhead(at, nameof(at));
        return RunAsync(at, static () => false, progress, dataSets, cancellationToken);
    }

    /// <summary>Lets destruction go on although the journal was found damaged: somebody has found out why. Further damage stops it again.</summary>
    /// <param name="by">The function in the organisation that decides: no person.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether the journal was damaged.</returns>
    public async Task<bool> AcknowledgeDamageAsync(string by, CancellationToken cancellationToken = default)
    {
        var function = ActingFunction.Check(by, nameof(by));
        await _parts.PrepareStoresAsync(cancellationToken).ConfigureAwait(false);
        return await _parts.Damage.AcknowledgeAsync(function, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets destruction go on although the journal is behind its witness, or the witness knows nothing of it: somebody has found out why, and has
    /// seen to what was lost. From then on checkpoints are made again.</summary>
    /// <param name="by">The function in the organisation that decides: no person.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether that was so.</returns>
    /// <exception cref="RestoredElsewhereException">The witness remembers records of data sets of which this host has no source.</exception>
    public async Task<bool> AcknowledgeRestoreAsync(string by, CancellationToken cancellationToken = default)
    {
        var function = ActingFunction.Check(by, nameof(by));
        if (await _parts.Guard.FindMissingAsync(cancellationToken).ConfigureAwait(false) is null)
        {
            return false;
        }

        // Before it is acknowledged: what the witness alone remembers is to go again before the data is used.
        await _parts.Restored.NoticeWholeAsync([.. _parts.Inventory.Sources.OfType<IDisposalSource>()], cancellationToken).ConfigureAwait(false);
        var acknowledged = await _parts.Guard.AcknowledgeAsync(function, cancellationToken).ConfigureAwait(false);
        if (acknowledged)
        {
            // What was folded may follow from entries that are gone.
            await _parts.Folds.RebuildAsync(cancellationToken).ConfigureAwait(false);
        }

        return acknowledged;
    }

    internal async Task<SweepResult> RunAsync(
        Instant now, Func<bool> isSpent, IProgress<SweepProgress>? progress, IReadOnlyCollection<string>? dataSets, CancellationToken cancellationToken)
    {
        var (schedule, refused) = await _parts.TryRecallAsync(cancellationToken).ConfigureAwait(false);
        var run = new SweepRun(_parts, _logger, _parts.Writer.NewId(), schedule.At(now), isSpent, progress);
        var outcomes = new List<DataSetOutcome>();
        foreach (var dataSet in Chosen(schedule, dataSets))
        {
            outcomes.Add(refused is null ? await run.SweepAsync(dataSet, cancellationToken).ConfigureAwait(false) : run.Refuse(dataSet, refused));
        }

        return new SweepResult(run.Id, now, outcomes);
    }

    /// <summary>Disposes of what is due of one person in a data set, because erasure was granted or an objection upheld: through the same executor
    /// and guards as a sweep.</summary>
    /// <param name="dataSet">The data set.</param>
    /// <param name="person">The person, and the ids under which the data set's source knows them.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    internal async Task<DataSetOutcome> RunForAsync(string dataSet, SweptPerson person, CancellationToken cancellationToken)
    {
        var (schedule, refused) = await _parts.TryRecallAsync(cancellationToken).ConfigureAwait(false);
        var evaluator = schedule.At(_parts.Clock.GetCurrentInstant());
        var isByPerson = _parts.Inventory.FindDisposing(dataSet)?.Capabilities.HasFlag(SourceCapabilities.DisposesByPerson) == true;

        // A source that cannot tell people apart when it disposes is swept as a whole, which asks for the approval of the rules.
        var run = new SweepRun(_parts, _logger, _parts.Writer.NewId(), evaluator, static () => false, null) { Person = isByPerson ? person : null };
        var scheduled = evaluator.Schedule.DataSet(dataSet);
        return refused is null ? await run.SweepAsync(scheduled, cancellationToken).ConfigureAwait(false) : run.Refuse(scheduled, refused);
    }

    /// <summary>Closes the plans that a worker left open, of data sets that nobody sweeps at the moment.</summary>
    internal Task ReconcileAsync(CancellationToken cancellationToken) => new LeftPlans(_parts, _logger, _parts.Writer.NewId()).CloseAllAsync(cancellationToken);

    private static IEnumerable<DataSetSchedule> Chosen(RetentionSchedule schedule, IReadOnlyCollection<string>? dataSets) =>
        dataSets is null ? schedule.DataSets
        : dataSets.Select(schedule.DataSet).Distinct().OrderBy(dataSet => dataSet.Index);

    private async Task<DataSetPreview> PreviewAsync(RetentionEvaluator evaluator, DataSetSchedule dataSet, CancellationToken cancellationToken)
    {
        if (_parts.Inventory.FindDisposing(dataSet.Path) is not { } source)
        {
            return new DataSetPreview(dataSet.Path, null, dataSet.Fingerprint, null, false, null, SweepReasons.NoSource);
        }

        var (mapping, needsApproval, areFactsOfToday) = ((Digest?)null, false, true);
        try
        {
            await _parts.Preparation.PrepareAsync(source, evaluator.Schedule, cancellationToken).ConfigureAwait(false);
            if (!await _parts.Facts.IsUpAsync(source, cancellationToken).ConfigureAwait(false))
            {
                // A run would do so first: what it does is what is shown.
                var unreached = await _parts.Facts.SettleAsync(cancellationToken, isLook: true).ConfigureAwait(false);
                if (unreached.TryGetValue(source.Name, out var problem))
                {
                    throw problem;
                }

                areFactsOfToday = await _parts.Facts.IsUpAsync(source, cancellationToken).ConfigureAwait(false);
            }

            mapping = source.MappingOf(dataSet.Path);
            needsApproval = _parts.Options.RequireApproval
                && !await _parts.Approvals.IsApprovedAsync(dataSet.Path, source.Name, dataSet.Fingerprint, mapping.Value, cancellationToken).ConfigureAwait(false);
            var survey = await source.SurveyAsync(evaluator, dataSet.Path, _parts.Options.Examples, cancellationToken).ConfigureAwait(false);
            return new DataSetPreview(dataSet.Path, source.Name, dataSet.Fingerprint, mapping, needsApproval, survey, null) { AreFactsOfToday = areFactsOfToday };
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // One source that cannot be read does not hide what the others hold.
            SweepLog.LogNotReached(_logger, source.Name, ExceptionText.Of(exception));
            return new DataSetPreview(dataSet.Path, source.Name, dataSet.Fingerprint, mapping, needsApproval, null, SweepReasons.Of(exception))
            {
                Detail = ExceptionText.Of(exception),
            };
        }
    }
}
