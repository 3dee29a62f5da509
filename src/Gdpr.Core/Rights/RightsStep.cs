using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>What requests have to do with time: warns, says what is overdue, goes on with what could not be done, and completes by itself what had to wait.</summary>
internal sealed class RightsStep(RightsParts parts, RightsWork work, ErasureWork erasure, RestrictionWork restrictions, ObjectionWork objections) : ITimedStep
{
    public string Name => "requests";

    public async ValueTask RunAsync(Instant now, CancellationToken cancellationToken)
    {
        await parts.Folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var failures = new List<Exception>();
        foreach (var request in await parts.Register.ReadActiveAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await RunAsync(request, now, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // One request that cannot go on does not hold up the others; it is reported with the step.
                failures.Add(exception);
            }
        }

        if (failures.Count > 0)
        {
            throw failures.Count == 1 ? failures[0] : new AggregateException(failures);
        }
    }

    private async ValueTask RunAsync(DataSubjectRequest request, Instant now, CancellationToken cancellationToken)
    {
        // First what is decided anew stops: taken up after that, what is absolute is said to be done.
        var current = await work.ReopenAsync(request, cancellationToken).ConfigureAwait(false);
        current = await TakeUpAsync(current, cancellationToken).ConfigureAwait(false);
        await work.EndUnidentifiedAsync(current, cancellationToken).ConfigureAwait(false);
        await work.TellJointControllersAsync(current, cancellationToken).ConfigureAwait(false);
        if (current is { IsOpen: true, IsAnswered: false })
        {
            await WatchAsync(current, now, cancellationToken).ConfigureAwait(false);
        }

        if (current is { IsOpen: true, IsAwaited: false })
        {
            await work.EndFreezeAsync(current, parts.Options.Owner, cancellationToken).ConfigureAwait(false);
        }

        // Before anything is carried out, which puts the next look off.
        var isToLookAt = current is { IsStanding: true } && (current.NextLookAt is not { } next || next <= now);
        if (current.Outcome is not null && !current.Identity.IsDoubted && (current.Phase == RequestPhase.Decided || current.Lines.Any(RightsWork.IsPending)))
        {
            current = await work.ExecuteAsync(current, cancellationToken).ConfigureAwait(false);
        }

        if (isToLookAt)
        {
            current = await LookAsync(current, cancellationToken).ConfigureAwait(false);
        }

        await work.TellRecipientsAsync(current, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<DataSubjectRequest> LookAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        switch (request.Right)
        {
            case DataSubjectRight.Erasure when request is { Phase: >= RequestPhase.Decided, IsTurnedAway: false, Identity.IsDoubted: false }
                or { Phase: RequestPhase.Closed, IsTurnedAway: false, IsGivenUp: false, IsComplainantDoubted: true }:
                return await work.DecideRestAsync(await erasure.LookAsync(request, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            case DataSubjectRight.Restriction or DataSubjectRight.Rectification:
                await restrictions.LookAsync(request, cancellationToken).ConfigureAwait(false);
                break;
            case DataSubjectRight.Objection:
                await objections.EndAsync(request, cancellationToken).ConfigureAwait(false);
                break;
        }

        return request;
    }

    /// <summary>Does what a crash right after the receipt has left undone.</summary>
    private async ValueTask<DataSubjectRequest> TakeUpAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        if (!request.IsOpen || request.ForwardedTo is not null)
        {
            return request;
        }

        if (request.For is not null)
        {
            return await work.ForwardAsync(request, cancellationToken).ConfigureAwait(false);
        }

        if (request.Subject is not { } subject
            || (await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false)).Requests.Any(one => one.Id == request.Id))
        {
            return request.Phase == RequestPhase.Received ? await work.StopFirstAsync(request, cancellationToken).ConfigureAwait(false) : request;
        }

        return await work.OpenOrLinkAsync(request, cancellationToken).ConfigureAwait(false) is null
            ? await work.StopFirstAsync(request, cancellationToken).ConfigureAwait(false) : request with { DuplicateOf = request.Id };
    }

    /// <summary>Warns in time, and says what is overdue, each once.</summary>
    private async ValueTask WatchAsync(DataSubjectRequest request, Instant now, CancellationToken cancellationToken)
    {
        var clock = parts.ClockOf(request);
        var zone = parts.ZoneOf(request);
        var warnOn = parts.Options.WarnBefore.CutoffOn(clock.Conservative.LastDay.PlusDays(1)).PlusDays(-1);
        if (request.WarnedAt is null && Time.LocalDays.TodayAt(now, zone) >= warnOn)
        {
            await parts.AskAsync(
                request, RightsTasks.Answer, "", parts.Options.Owner, "time-runs-out", "The request has not been answered, and its time runs out: answer it.",
                    cancellationToken)
                .ConfigureAwait(false);
            await parts.Requests.RecordAsync(
                request.Id, one => one.WarnedAt is null ? [RequestStep.Of(RequestEntries.Warned, new StepData())] : [], cancellationToken).ConfigureAwait(false);
        }

        if (request.OverdueAt is null && clock.Deadline.IsOverdueAt(now))
        {
            await parts.Requests.RecordAsync(
                request.Id, one => one.OverdueAt is null ? [RequestStep.Of(RequestEntries.Overdue, new StepData(Reason: "E-DSR-04"))] : [],
                    cancellationToken).ConfigureAwait(false);
        }
    }
}
