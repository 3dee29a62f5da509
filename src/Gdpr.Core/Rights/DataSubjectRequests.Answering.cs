using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;

namespace Gdpr.Rights;

public sealed partial class DataSubjectRequests
{
    /// <summary>The answer to a decided request: what was decided, what has been done, what is kept, why and until when, and the three ways to complain.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="language">A two-letter code: <c>sv</c> for Swedish; anything else is taken as English.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="RequestException"><c>E-DSR-10</c>: it has not been decided. <c>E-DSR-07</c>: erasure is confirmed after it is done, never before.</exception>
    public async Task<RequestAnswer> ComposeAnswerAsync(string id, string language = "en", CancellationToken cancellationToken = default)
    {
        var request = await GetAsync(id, cancellationToken).ConfigureAwait(false);
        MustBeOpen(request);
        MustNotBeDoubted(request);
        if (request.Outcome is null)
        {
            throw new RequestException("E-DSR-10", "The request has not been decided: decide it first.");
        }

        if (IsUndone(request))
        {
            throw new RequestException("E-DSR-07", "Erasure has been granted and not been carried out: execute it, and confirm it then.");
        }

        var (clock, isUnknown) = (_parts.ClockOf(request), request.Outcome == RequestOutcome.NotIdentifiable || request.Identity.IsDoubted
            || request.Mandate is { IsShown: false });
        var hasObjected = request is { Right: DataSubjectRight.Erasure, Subject: { } subject } && !isUnknown
            && (await _parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false)).Objections.Any(one =>
                one.Request == request.Id && one.Stands(_parts.Now));
        return new RequestAnswer(new RequestAnswerContent
        {
            Request = request.Id,
            Right = request.Right,
            Controller = _parts.ControllerOf(request).Name,
            ReceivedAt = request.ReceivedAt,
            At = _parts.Now,
            Outcome = request.Outcome,
            Reason = request.Reason,
            // Nobody who has not shown who they are, or for whom they act, is told what is held.
            Decisions = isUnknown ? [] : request.Lines,
            Results = isUnknown ? [] : request.Results,
            Consequences = isUnknown ? [] : ConsequencesOf(request, language),
            MadePublic = isUnknown || request.Right != DataSubjectRight.Erasure ? []
                : PublishedData.Of(_parts.Policy(), request.Lines.Where(line => line.Verdict == RightsVerdict.Granted)),
            KeepsSuppression = request.IsMarketing || hasObjected,
            Missing = MissingOf(request),
            IsLate = clock.Deadline.IsOverdueAt(_parts.Now),
            Remedies = Remedies.Of(_parts.ControllerOf(request), language),
        })
        { ComplaintSteps = request.ComplaintSteps };
    }

    /// <summary>Says that an answer was given to the person.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="by">The function that gave it.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <remarks>An answer that lacks something says so in itself; the request stays open, and is answered again when the rest is there. With the whole answer, what was
    /// kept from destruction until then is free again, and goes when it is due: the same day, where its time was over.</remarks>
    /// <exception cref="RequestException"><c>E-DSR-06</c>: what may be about other people has not been reviewed as it is, or may not be given out.
    /// <c>E-DSR-07</c>: access or portability was granted, and the answer is a letter without the copy or the package. <c>E-DSR-09</c>: who asks is not identified, or no
    /// longer. <c>E-DSR-12</c>: a complaint has come or been answered since the answer was composed, or the request has been refused. <c>E-DSR-14</c>: a fee is
    /// awaited.</exception>
    public async Task<DataSubjectRequest> GiveAnswerAsync(IRightsAnswer answer, string by, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var function = FunctionOf(by);
        await _reviews.CheckAsync(await GetAsync(answer.RequestId, cancellationToken).ConfigureAwait(false), answer, cancellationToken).ConfigureAwait(false);
        var given = new GivenAnswer(_parts.Now, function, answer.Hash.ToString(), answer.Missing.Count == 0);
        var answered = await RecordAsync(answer.RequestId, request =>
        {
            MustBeGiveable(request, answer);
            if (request.Right is DataSubjectRight.Access or DataSubjectRight.Portability)
            {
                return
                [
                    RequestStep.Of(given),
                    .. request.Outcome is null && given.IsComplete
                        ? new[] { RequestStep.Of(RequestEntries.Decided, new StepData(function) { Outcome = OutcomeOf(request.Lines) }) } : [],
                ];
            }

            return request.Outcome is null
                ? throw new RequestException("E-DSR-10", "The request has not been decided: decide it first.")
                : [RequestStep.Of(given)];
        }, cancellationToken).ConfigureAwait(false);
        return await AfterAnswerAsync(answered, function, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What follows once the person has been told: the rest is done, and nothing is kept from destruction for the answer any more.</summary>
    private async ValueTask<DataSubjectRequest> AfterAnswerAsync(DataSubjectRequest answered, string function, CancellationToken cancellationToken)
    {
        var done = answered.Outcome is not null && answered.Phase < RequestPhase.Executed
            ? await _work.ExecuteAsync(answered, cancellationToken).ConfigureAwait(false) : answered;
        if (done.IsAnswered)
        {
            await _work.EndFreezeAsync(done, function, CancellationToken.None).ConfigureAwait(false);
        }

        if (done.IsAnswered && await _parts.LastTaskAsync(done, RightsTasks.Answer, "", CancellationToken.None).ConfigureAwait(false) is { IsOpen: true } task)
        {
            await _parts.EndTaskAsync(task.Id, "answered", function).ConfigureAwait(false);
        }

        return done;
    }

    /// <summary>Closes a request that has been answered in full. What waits for the end of something goes on waiting, and is done by itself.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="by">The function that closes it.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <remarks>Where proof of identity was asked for after something had been done or given out, and does not come within the time to answer, it is closed without an
    /// answer. What was done stands; what was granted and not done is taken back, and nothing more is destroyed by it. Where proof was asked for because of a complaint
    /// that was rejected, all that had been decided and answered before it stands, and what waits is done when it can be.</remarks>
    /// <exception cref="RequestException"><c>E-DSR-07</c>: something has not been done or answered, or joint controllers have not been told.</exception>
    public async Task<DataSubjectRequest> CloseAsync(string id, string by, CancellationToken cancellationToken = default)
    {
        var function = FunctionOf(by);
        var untold = await _work.UntoldArrangementsAsync(await GetAsync(id, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        if (untold.Count > 0)
        {
            throw new RequestException(
                "E-DSR-07", $"The joint controllers under '{string.Join("', '", untold)}' have not been told of the request: tell them, and end the task for it.");
        }

        var request = await RecordAsync(id, one =>
        {
            if (one.Phase == RequestPhase.Closed)
            {
                return [];
            }

            MustBeOpenOrForwarded(one);
            var isAbsolute = one is { IsMarketing: true } or { Right: DataSubjectRight.Withdrawal, Outcome: RequestOutcome.Granted };
            var isDone = (one.IsAnswered || isAbsolute) && MissingOf(one).Count == 0 && one.Outcome switch
            {
                RequestOutcome.Forwarded => one.ForwardedTo is not null,
                RequestOutcome.NotIdentifiable => true,
                _ => one.Phase >= RequestPhase.Executed,
            };
            isDone &= one.Outcome is not null;
            if (!isDone && !IsGivenUp(one))
            {
                throw new RequestException("E-DSR-07", "Something of the request has not been done or answered: do it, give the whole answer, and close it then.");
            }

            return one.Complaints.Any(complaint => complaint.AnsweredAt is null)
                ? throw new RequestException("E-DSR-07", "A complaint about the request has not been answered: answer it first.")
                : isDone || one.IsComplainantDoubted ? [RequestStep.Of(RequestEntries.Closed, new StepData(function))]
                :
                [
                    // What was given out or done before is a part of it, whatever was still to be decided.
                    .. one.Outcome is null ? new[] { RequestStep.Of(RequestEntries.Decided, new StepData(function) { Outcome = RequestOutcome.Partly }) } : [],

                    // It stands until what was granted has been taken back.
                    RequestStep.Of(RequestEntries.Closed, new StepData(function, RightsReasons.IdentityNotShown)),
                    RequestStep.Of(RequestEntries.Looked, new StepData { At = _parts.Now }),
                ];
        }, cancellationToken).ConfigureAwait(false);
        await _work.EndUnidentifiedAsync(request, CancellationToken.None).ConfigureAwait(false);
        await _work.EndFreezeAsync(request, function, CancellationToken.None).ConfigureAwait(false);
        return request;
    }

    /// <summary>Says that the person has been told that a restriction will be lifted (Art. 18(3)).</summary>
    /// <param name="id">The id of the request that the restriction came by.</param>
    /// <param name="by">The function that told them.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    public async Task TellLiftingAsync(string id, string by, CancellationToken cancellationToken = default) =>
        await _restrictions.TellAsync(await RestrictionAsync(id, cancellationToken).ConfigureAwait(false), FunctionOf(by), cancellationToken).ConfigureAwait(false);

    /// <summary>Lifts a restriction, after the person was told; recipients are told, too. Where claims were invoked, the restriction for them stands until the person is
    /// told and it is lifted after the other.</summary>
    /// <param name="id">The id of the request that the restriction came by.</param>
    /// <param name="reason">Why, as a stable code, such as <c>accuracy-verified</c>.</param>
    /// <param name="by">The function that decides.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="RequestException"><c>E-RSTR-03</c>: the person has not been told.</exception>
    public async Task<DataSubjectRequest> LiftRestrictionAsync(string id, string reason, string by, CancellationToken cancellationToken = default)
    {
        ClearText.CheckCode(reason, nameof(reason));
        var request = await RestrictionAsync(id, cancellationToken).ConfigureAwait(false);
        return await _restrictions.LiftAsync(request, FunctionOf(by), reason, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says that the person needs restricted data for legal claims: it stays beyond its time, until it is reviewed (Art. 18(1)(c)).</summary>
    /// <remarks>Said again, it takes the new date of review, and stands again where the person had been told that it would be lifted, or it was.</remarks>
    /// <param name="id">The id of the request that the restriction came by.</param>
    /// <param name="reviewBy">The last local date, inclusive, by which that is reviewed.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="RequestException"><c>E-DSR-08</c>, <c>E-DSR-09</c>: who asked for the restriction has not shown the mandate, or the identity. <c>E-RSTR-01</c>:
    /// the date has passed.</exception>
    public async Task InvokeClaimsAsync(string id, NodaTime.LocalDate reviewBy, CancellationToken cancellationToken = default)
    {
        var request = await RestrictionAsync(id, cancellationToken).ConfigureAwait(false);
        MustBeIdentified(request);
        MustLieAhead(reviewBy, _parts.TodayOf(request));
        await _restrictions.InvokeClaimsAsync(request, reviewBy, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<DataSubjectRequest> RestrictionAsync(string id, CancellationToken cancellationToken)
    {
        var request = await GetAsync(id, cancellationToken).ConfigureAwait(false);
        return request is { Ground: not null, SubjectKey: not null } ? request
            : throw new RequestException("E-DSR-12", "The request has no restriction: name the one by which it came.");
    }

    private IReadOnlyList<Consequence> ConsequencesOf(DataSubjectRequest request, string language) => request.Right
        is not (DataSubjectRight.Erasure or DataSubjectRight.Restriction or DataSubjectRight.Objection or DataSubjectRight.Withdrawal) ? [] :
        [
            .. request.Lines.Where(line => line is { Verdict: RightsVerdict.Granted, Purpose.Length: > 0 }
                    && (request.Right != DataSubjectRight.Erasure || _parts.Assessment().EndsAlone(request, line)))
                .Select(line => line.Purpose).Distinct(StringComparer.Ordinal)
                .Select(purpose => new Consequence(purpose, ConsequenceOf(purpose, language))),
        ];

    private string ConsequenceOf(string purpose, string language)
    {
        var policy = _parts.Policy();
        var activities = policy.Activities.Values.Where(activity => activity.Purpose == purpose).ToArray();
        var stated = activities.Select(activity => activity.Consequence ?? activity.Basis?.Consent?.Consequence).FirstOrDefault(text => text is not null);
        var title = (policy.Purposes.GetValueOrDefault(purpose) ?? Vocabulary.Purposes.GetValueOrDefault(purpose))?.Title;
        return (stated ?? title)?.In(language) is { Length: > 0 } text ? text : purpose;
    }

    /// <summary>Whether proof of identity was asked for after something had been granted, given out or done, and has not come in the time to answer, nor in that of the
    /// target from then: nothing more is done or given out, and what was done stands. That somebody is refused or not identified is said to them first.</summary>
    private bool IsGivenUp(DataSubjectRequest request)
    {
        if (request is not { Identity: { IsDoubted: true, AskedAt: { } asked }, IsAskedOfBefore: false }
            || request.Outcome is RequestOutcome.Refused or RequestOutcome.NotIdentifiable
            || (request.Outcome is null && !request.IsAnsweredAtAll && !request.HasDone))
        {
            return false;
        }

        var zone = _parts.ZoneOf(request);
        var waited = Time.LocalDays.EndOf(_parts.Options.Target.EndOf(Time.LocalDays.DateOf(asked, zone)), zone);
        return _parts.Now >= waited && _parts.Now >= _parts.ClockOf(request).Conservative.End;
    }

    /// <summary>The data sets that could not be asked, weighed or done yet.</summary>
    internal static IReadOnlyList<string> MissingOf(DataSubjectRequest request) => request.IsTurnedAway ? [] :
    [
        .. request.Lines.Where(line => RightsWork.IsMissing(request, line)).Select(line => line.DataSet)
            .Concat(request.Results.Where(result => result.Level < ReceiptLevel.Reported).Select(result => result.DataSet))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>Whether an answer may leave as it is.</summary>
    private static void MustBeGiveable(DataSubjectRequest request, IRightsAnswer answer)
    {
        MustBeOpen(request);
        MustNotBeDoubted(request);
        MustBePaid(request);
        MustBeLast(request, answer);
        MustBeDue(request, answer);
        MustHaveCopy(request, answer);
    }

    /// <summary>What was granted as a copy or a package is answered by that; a letter answers what was not granted, and a complaint that was not right.</summary>
    private static void MustHaveCopy(DataSubjectRequest request, IRightsAnswer answer)
    {
        var isCopy = request.Right switch
        {
            DataSubjectRight.Access => answer is AccessAnswer,
            DataSubjectRight.Portability => answer is PortabilityPackage,
            _ => true,
        };
        if (!isCopy && !request.IsAnsweredSinceUpheld && request.Outcome is RequestOutcome.Granted or RequestOutcome.Partly)
        {
            throw new RequestException("E-DSR-07",
                "What was granted is a copy of the data, and a letter has none: compose the access answer or the package, and give that.");
        }
    }

    private static void MustBeLast(DataSubjectRequest request, IRightsAnswer answer)
    {
        var steps = answer switch
        {
            AccessAnswer access => access.ComplaintSteps,
            PortabilityPackage package => package.ComplaintSteps,
            RequestAnswer composed => composed.ComplaintSteps,
            _ => request.ComplaintSteps,
        };
        if (steps != request.ComplaintSteps)
        {
            throw new RequestException("E-DSR-12", "A complaint has come or been answered since the answer was composed: compose it anew.");
        }
    }

    private static void MustBeOpenOrForwarded(DataSubjectRequest request)
    {
        if (request.Outcome != RequestOutcome.Forwarded)
        {
            MustBeOpen(request);
        }
    }
}
