using System.Runtime.ExceptionServices;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Disposal;

/// <summary>The one choke point: everything that is erased or anonymised, whoever asks, is disposed of here.</summary>
/// <remarks>
/// A plan is journalled, then carried out batch by batch, each journalled after it is done, then closed. The source checks what forbids destruction
/// in the transaction that destroys, and keeps its evidence in it: what a crash kept from the journal is taken from there.
/// </remarks>
internal sealed class DisposalExecutor(
    JournalWriter writer, PlanRegister plans, FactsKeeper facts, TombstoneKeeper tombstones, IKeyRing keys, DisposalMetrics metrics,
    IClock clock)
{
    private const int Attempts = 100;

    /// <summary>How many batches in a row may be less than full before a plan is taken for carried out.</summary>
    private const int MostNotFull = 16;

    /// <summary>Disposes of everything due in a data set.</summary>
    /// <param name="order">What, by which rules.</param>
    /// <param name="whyStop">Asked before each batch: a reason to stop there, or <see langword="null"/>.</param>
    /// <param name="onBatch">Told what has been done after each batch.</param>
    /// <returns>How the plan ended, as the journal holds it.</returns>
    /// <exception cref="Exception">The plan could not be journalled, and nothing was done; or it could not be closed, and is still open.</exception>
    public async Task<PlanEnd> ExecuteAsync(DisposalOrder order, Func<ValueTask<string?>> whyStop, Action<DisposalCounts> onBatch)
    {
        var planned = new PlannedData(
            order.Plan, order.Run, order.DataSet.Path, order.Source.Name, order.Evaluator.Schedule.Policy.Hash, order.DataSet.Fingerprint.ToString(),
            order.Source.MappingOf(order.DataSet.Path).ToString(), InstantPattern.ExtendedIso.Format(order.Evaluator.Now), order.Worker);
        await writer.RecordAsync(
            DisposalEntries.StreamOf(order.Plan), 0, DisposalEntries.Planned, JsonSerializer.Serialize(planned, DisposalJson.Default.PlannedData)).ConfigureAwait(false);
        var (type, reason, failure) = (DisposalEntries.Completed, (string?)null, (Exception?)null);
        var bytes = ErasedBytes.NotSaid;
        try
        {
            (type, reason) = await CarryOutAsync(order, planned, whyStop, onBatch, left => bytes = left).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            (type, reason, failure) = (DisposalEntries.Failed, SweepReasons.Of(exception), exception);
        }

        return await CloseAsync(order.Plan, order.Source, type, reason, bytes).ConfigureAwait(false) with { Failure = failure };
    }

    /// <summary>Closes a plan: journals the batches that the source has evidence of and the journal lacks, then how it ended.</summary>
    /// <returns>How it ended; how it had ended before, where it was closed already.</returns>
    public async Task<PlanEnd> CloseAsync(string plan, IDisposalSource source, string type, string? reason, ErasedBytes bytes = ErasedBytes.NotSaid)
    {
        var known = await plans.ReadAsync(plan, CancellationToken.None).ConfigureAwait(false);
        if (known is { Planned: { } planned, End: null })
        {
            if (type != DisposalEntries.Completed)
            {
                // Before the evidence is read: a worker that was only away finds its plan ended.
                await source.EndPlanAsync(plan, planned.DataSet, clock.GetCurrentInstant(), CancellationToken.None).ConfigureAwait(false);
            }

            await foreach (var batch in source.ReadEvidenceAsync(plan, known.Counts.Batches, CancellationToken.None).ConfigureAwait(false))
            {
                known = known with { Version = known.Version + 1, Counts = known.Counts.With(await RecordAsync(batch, planned, known.Version).ConfigureAwait(false)) };
            }

            var closed = new ClosedData(plan, known.Counts.Batches, known.Counts.Records, reason, bytes == ErasedBytes.NotSaid ? null : bytes);
            await writer.RecordAsync(
                DisposalEntries.StreamOf(plan), known.Version, type, JsonSerializer.Serialize(closed, DisposalJson.Default.ClosedData)).ConfigureAwait(false);
            known = known with { End = new PlanClosing(type, reason) };
        }

        return new PlanEnd(known.End?.Type ?? type, known.End?.Reason ?? reason, known.Counts) { Bytes = bytes };
    }

    private async Task<(string Type, string? Reason)> CarryOutAsync(
        DisposalOrder order, PlannedData planned, Func<ValueTask<string?>> whyStop, Action<DisposalCounts> onBatch, Action<ErasedBytes> onEnd)
    {
        var (counts, before, notFull) = (default(DisposalCounts), WhyEndAsync(), 0);
        for (var number = 1; ; number++)
        {
            BatchEvidence? batch;
            try
            {
                batch = await DisposeAsync(order, number, before).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // What the batch before ended with comes first.
                if (await before.ConfigureAwait(false) is { } ended)
                {
                    return ended;
                }

                throw;
            }

            if (await before.ConfigureAwait(false) is { } end)
            {
                return end;
            }

            if (batch is null or { Rows.Count: 0 })
            {
                onEnd(batch?.Bytes ?? ErasedBytes.NotSaid);
                return (DisposalEntries.Completed, null);
            }

            // A batch that is not full has taken all that there was: what comes on and on while the plan is carried out is for another.
            notFull = batch.Records < order.BatchSize ? notFull + 1 : 0;
            if (notFull == MostNotFull)
            {
                return await FinishAsync(batch).ConfigureAwait(false) ?? (DisposalEntries.Completed, null);
            }

            before = Task.Run(() => FinishAsync(batch), CancellationToken.None);
        }

        async Task<(string, string?)?> WhyEndAsync() => await whyStop().ConfigureAwait(false) is { } stop ? (DisposalEntries.Interrupted, stop) : null;

        // Journals what has been done, and says why nothing more is.
        async Task<(string, string?)?> FinishAsync(BatchEvidence batch)
        {
            // What was disposed of is read again while it is journalled.
            var rereading = Task.Run(async () => await order.Source.CountUndisposedAsync(batch, CancellationToken.None).ConfigureAwait(false), CancellationToken.None);
            try
            {
                counts = counts.With(await RecordAsync(batch, planned, batch.Number).ConfigureAwait(false));
            }
            finally
            {
                await ((Task)rereading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            onBatch(counts);
            return await rereading.ConfigureAwait(false) > 0 ? (DisposalEntries.Failed, SweepReasons.StillThere) : await WhyEndAsync().ConfigureAwait(false);
        }
    }

    /// <summary>One guarded batch. Where the facts beside the data are behind, they are brought up to date and it is tried again: while it is, further holds
    /// may arrive.</summary>
    /// <param name="order">The order.</param>
    /// <param name="number">The batch's number.</param>
    /// <param name="before">Ends when the batch before is settled, with why the plan ends there, or <see langword="null"/>. A source that looks ahead is asked at
    /// once, unless it is the first batch, before which there is nothing to do; the others afterwards.</param>
    /// <returns>What was done; <see langword="null"/> where the plan has ended.</returns>
    private async Task<BatchEvidence?> DisposeAsync(DisposalOrder order, int number, Task<(string, string?)?> before)
    {
        var looksAhead = number > 1 && order.Source.Capabilities.HasFlag(SourceCapabilities.LooksAhead);
        for (var attempt = 1; ; attempt++)
        {
            if ((!looksAhead || before.IsCompleted) && await before.ConfigureAwait(false) is not null)
            {
                return null;
            }

            var position = await facts.HeadAsync(CancellationToken.None).ConfigureAwait(false);
            var batch = new DisposalBatch(order.Plan, number, order.Evaluator, order.DataSet.Path, order.BatchSize, position, keys)
            {
                Subjects = order.Subjects,
                MayChange = looksAhead ? MayChangeAsync(before, position) : Task.FromResult(true),
            };
            try
            {
                // A batch is whole or not at all: it is not cancelled on its way.
                var done = await order.Source.DisposeAsync(batch, CancellationToken.None).ConfigureAwait(false);
                if (done.Rows.Count > 0 || await batch.MayChange.ConfigureAwait(false))
                {
                    return done;
                }
            }
            catch (FactsBehindException) when (attempt < Attempts)
            {
                if (await before.ConfigureAwait(false) is null)
                {
                    await SettleAsync(order.Source).ConfigureAwait(false);
                }
            }

            // Once more, and this time not ahead.
            looksAhead = false;
        }
    }

    /// <summary>Whether a batch that was looked for ahead may be done: the plan goes on, and no fact has been journalled in the meantime that its source may
    /// lack.</summary>
    private async Task<bool> MayChangeAsync(Task<(string, string?)?> before, JournalPosition position)
    {
        try
        {
            return await before.ConfigureAwait(false) is null && await facts.HeadAsync(CancellationToken.None).ConfigureAwait(false) == position;
        }
        catch (Exception)
        {
            // It comes to light where it is waited for.
            return false;
        }
    }

    /// <summary>Brings the facts beside the data up to date. What keeps them from being put in the source is why nothing is done there.</summary>
    private async Task SettleAsync(IDisposalSource source)
    {
        try
        {
            if ((await facts.SettleAsync(CancellationToken.None).ConfigureAwait(false)).TryGetValue(source.Name, out var problem))
            {
                ExceptionDispatchInfo.Throw(problem);
            }
        }
        catch (FactsBusyException)
        {
            // Somebody else is bringing them up: whether that is enough, the source says at the next attempt.
        }
    }

    /// <summary>Journals a batch that is done; its tombstones first, so that a batch in the journal has them.</summary>
    private async Task<BatchData> RecordAsync(BatchEvidence batch, PlannedData planned, long version)
    {
        await tombstones.AddAsync(batch, CancellationToken.None).ConfigureAwait(false);
        var data = new BatchData(
            batch.Plan, batch.DataSet, planned.Policy, batch.Number, Count(DisposalKind.Erased), Count(DisposalKind.FieldsErased), Count(DisposalKind.Anonymised),
            batch.Root.ToString());
        await writer.RecordAsync(
            DisposalEntries.StreamOf(batch.Plan), version, DisposalEntries.Batch, JsonSerializer.Serialize(data, DisposalJson.Default.BatchData)).ConfigureAwait(false);
        metrics.AddDisposed(batch.DataSet, batch.Records);
        return data;

        int Count(DisposalKind kind) => batch.Rows.Where(row => row.Action == kind).Sum(row => row.Records);
    }
}

/// <summary>An order to dispose of everything due in a data set.</summary>
/// <param name="Plan">The id of the plan to be made.</param>
/// <param name="Run">The run.</param>
/// <param name="DataSet">The data set's rules.</param>
/// <param name="Source">The source.</param>
/// <param name="Evaluator">The rules and the instant.</param>
/// <param name="BatchSize">How many records a batch has at most.</param>
internal sealed record DisposalOrder(
    string Plan, string Run, DataSetSchedule DataSet, IDisposalSource Source, RetentionEvaluator Evaluator, int BatchSize)
{
    /// <summary>The worker, where several share the run; <see langword="null"/> where it is alone.</summary>
    public string? Worker { get; init; }

    /// <summary>The ids in the source of the one person whose records alone are disposed of; <see langword="null"/> for everybody's.</summary>
    public IReadOnlyList<string>? Subjects { get; init; }
}

/// <summary>How a plan ended.</summary>
/// <param name="Type">The type of the entry that closed it.</param>
/// <param name="Reason">Why it did not complete.</param>
/// <param name="Counts">What was done under it.</param>
internal sealed record PlanEnd(string Type, string? Reason, DisposalCounts Counts)
{
    /// <summary>What was thrown on the way, where something was.</summary>
    public Exception? Failure { get; init; }

    /// <summary>What has become of the bytes of what was erased.</summary>
    public ErasedBytes Bytes { get; init; }
}
