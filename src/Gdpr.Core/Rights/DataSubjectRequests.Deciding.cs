using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Rights;

public sealed partial class DataSubjectRequests
{
    /// <summary>Asks for proof of identity, because of reasonable doubt: the least intrusive that removes it, never a copy of a document (Art. 12(6)).</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="reason">What the doubt is: a stable word, such as <c>unknown-address</c>. No personal data.</param>
    /// <param name="by">The function that asks.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <remarks>The law's last day waits with it where it was asked for promptly; the day to plan by does not. Whoever complains after it was asked for is asked
    /// anew.</remarks>
    /// <exception cref="RequestException"><c>E-DSR-12</c>: no identity is needed for an objection to direct marketing, or a withdrawal.</exception>
    public Task<DataSubjectRequest> AskForIdentityAsync(string id, string reason, string by, CancellationToken cancellationToken = default)
    {
        ClearText.CheckCode(reason, nameof(reason));
        var function = FunctionOf(by);
        return RecordAsync(id, request =>
        {
            MustBeOpen(request);
            if (request.Identity.Method == IdentityMethod.NotNeeded || (request.Outcome is not null && _parts.ClockOf(request).IsImmediate))
            {
                throw new RequestException("E-DSR-12", "No identity is needed for what reaches no further than its address: do what is asked.");
            }

            return request.Identity.IsDoubted && !request.IsAskedOfBefore ? []
                : [RequestStep.Of(RequestEntries.IdentityAsked, new StepData(function, reason))];
        }, cancellationToken);
    }

    /// <summary>Says how the person has shown who they are.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="method">How. What was shown is not kept.</param>
    /// <param name="by">The function that recognised them.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <remarks>Who was told that nobody was identified, and has shown it since, is answered what was asked: the request is assessed and decided as if it had not been
    /// turned away.</remarks>
    /// <exception cref="RequestException"><c>E-DSR-12</c>: that none is needed shows nobody's identity.</exception>
    public async Task<DataSubjectRequest> ConfirmIdentityAsync(string id, IdentityMethod method, string by, CancellationToken cancellationToken = default)
    {
        var function = FunctionOf(by);
        if (method == IdentityMethod.NotNeeded)
        {
            throw new RequestException("E-DSR-12", "That no identity is needed shows nobody's: say how the person was recognised.");
        }

        var identified = await RecordAsync(id, request =>
        {
            MustBeOpen(request);
            return request.Identity.IsShown ? [] : [RequestStep.Of(RequestEntries.IdentityShown, new StepData(function) { Method = method })];
        }, cancellationToken).ConfigureAwait(false);
        return identified.IsAnew ? await _work.ReopenAsync(identified, CancellationToken.None).ConfigureAwait(false) : identified;
    }

    /// <summary>Says how whoever acts for the person has shown the mandate: by power of attorney, by a register's extract (Art. 8(2), 12(2), 80(1)).</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="evidence">Where it is kept: a reference such as <c>poa-17</c>. No copy, and no name: it stands in the journal in the clear.</param>
    /// <param name="by">The function that checked it.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="RequestException"><c>E-DSR-12</c>: nobody acts for the person.</exception>
    public Task<DataSubjectRequest> ConfirmMandateAsync(string id, string evidence, string by, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(evidence);
        ClearText.CheckCode(evidence, nameof(evidence));
        var function = FunctionOf(by);
        return RecordAsync(id, request =>
        {
            MustBeOpen(request);
            return request.Mandate is not { } mandate
                ? throw new RequestException("E-DSR-12", "The person asks without anybody's help, and there is no mandate to show: confirm the identity.")
                : mandate.IsShown ? [] : [RequestStep.Of(RequestEntries.MandateShown, new StepData(function) { Other = evidence })];
        }, cancellationToken);
    }

    /// <summary>Decides that whoever asks cannot be identified (Art. 11(2), 12(6)): they are told, and may supply more. What had stopped for them until then goes
    /// on, and what was granted and not done is taken back: nothing is destroyed by it.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="isDoubtRemaining">Whether proof was asked for and did not come; otherwise the controller cannot tell who it is by what it holds.</param>
    /// <param name="by">The function that decides.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <remarks>It takes the place of a decision by which nothing has been done yet, and which nobody has been told. After a complaint it answers whoever complained
    /// (Art. 12(4)): a restriction or an objection that had been granted to somebody identified stands beside the data, and goes on standing. What had been erased is
    /// said of the request for good, so that this one is refused.</remarks>
    /// <exception cref="RequestException"><c>E-DSR-12</c>: the person has been identified; or something of the request has been done, or it was answered, and that
    /// stands: where proof does not come, it is closed (<see cref="CloseAsync"/>).</exception>
    public async Task<DataSubjectRequest> DecideNotIdentifiableAsync(
        string id, bool isDoubtRemaining, string by, CancellationToken cancellationToken = default)
    {
        var function = FunctionOf(by);
        var decided = await RecordAsync(id, request =>
        {
            MustBeOpen(request);
            if (request.Identity.IsShown)
            {
                throw new RequestException("E-DSR-12", "The person has been identified: who can sign in cannot be said to be unidentifiable.");
            }

            if (request.Outcome == RequestOutcome.NotIdentifiable)
            {
                return [];
            }

            if (request.Phase >= RequestPhase.Executed || request.IsAnsweredAtAll || request.HasDone)
            {
                throw new RequestException(
                    "E-DSR-12", "Something of the request has been done, or it has been answered, and that stands: wait for the proof of identity, and close the request "
                    + "where it does not come.");
            }

            var reason = isDoubtRemaining ? RightsReasons.IdentityNotShown : RightsReasons.NotIdentifiable;
            return [RequestStep.Of(RequestEntries.Decided, new StepData(function, reason) { Outcome = RequestOutcome.NotIdentifiable })];
        }, cancellationToken).ConfigureAwait(false);
        await _work.EndUnidentifiedAsync(decided, CancellationToken.None).ConfigureAwait(false);
        return decided;
    }

    /// <summary>Extends the time to answer by two months, because the request is complex or they are many; the person has been told, with the reason (Art.
    /// 12(3)).</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="reason">Why.</param>
    /// <param name="by">The function that decides.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <remarks>Nothing else changes: what is restricted or stopped stays so.</remarks>
    /// <exception cref="RequestException"><c>E-DSR-02</c>: the month in which the person must be told is over. <c>E-DSR-12</c>: an absolute right has no
    /// extension.</exception>
    public Task<DataSubjectRequest> ExtendAsync(string id, ExtensionReason reason, string by, CancellationToken cancellationToken = default)
    {
        var function = FunctionOf(by);
        return RecordAsync(id, request =>
        {
            MustBeOpen(request);
            var clock = _parts.ClockOf(request);
            if (request.Extension is not null && clock.Deadline.NoticeLegalLatest is not null)
            {
                return [];
            }

            if (clock.IsImmediate || request.Outcome is RequestOutcome.Refused)
            {
                throw new RequestException("E-DSR-12", "What must be done at once has no extension, and a refusal has none: answer.");
            }

            return _parts.Now < clock.NoticeBefore
                ? [RequestStep.Of(RequestEntries.Extended, new StepData(function) { Extension = reason })]
                : throw new RequestException("E-DSR-02", "The month in which the person must be told of an extension is over, and it would not be valid: answer now.");
        }, cancellationToken);
    }

    /// <summary>Assesses a request: asks every source, judges each field group under each purpose, and opens tasks for what a human must weigh or look up.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <returns>The request with its lines. Asking again before it is decided judges anew; what a human has decided stands.</returns>
    /// <exception cref="RequestException"><c>E-DSR-08</c>: whoever acts for the person has not shown the mandate. <c>E-DSR-09</c>: who asks has not been
    /// identified.</exception>
    public async Task<DataSubjectRequest> AssessAsync(string id, CancellationToken cancellationToken = default)
    {
        var request = await GetAsync(id, cancellationToken).ConfigureAwait(false);
        MustBeOpen(request);
        MustBeIdentified(request);
        return request.Outcome is null ? await _work.AssessAsync(request, cancellationToken).ConfigureAwait(false) : request;
    }

    /// <summary>Says what a human has found of a line: one that had to be weighed, or one of which more is known than the policy and the data say, such as that the
    /// processing was
    /// unlawful (Art. 17(1)(d)), or that an exception of Art. 17(3) applies.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="line">The line's id.</param>
    /// <param name="isGranted">Whether it is granted.</param>
    /// <param name="reason">The stable code of the reason, such as one of <see cref="RightsReasons"/>.</param>
    /// <param name="by">The function that decided.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <remarks>Also of a line that waits for a human although the request is decided, because its source was reached only afterwards: what is found is carried out
    /// with the rest. Erasure that is weighed and refused because of a contract in force (<see cref="RightsReasons.ContractInForce"/>) is put off: it is granted by
    /// itself on the day on which the contract ends, as the records' triggers tell. Any other refusal stands.</remarks>
    /// <exception cref="RequestException"><c>E-DSR-13</c>: a decision by automated means alone is looked at anew by the function that the policy names for it, and
    /// never by the one that took it. <c>E-DSR-11</c>: there is no such line. <c>E-DSR-12</c>: the line is decided with the request, or the law leaves nothing to
    /// find: what it commands to keep is not granted, and what is absolute not refused; that it is so may be said, and changes nothing.</exception>
    public async Task<DataSubjectRequest> ResolveAsync(
        string id, string line, bool isGranted, string reason, string by, CancellationToken cancellationToken = default)
    {
        ClearText.CheckCode(reason, nameof(reason));
        var function = FunctionOf(by);
        var known = await GetAsync(id, cancellationToken).ConfigureAwait(false);
        var takenBy = known is { Decision: { } decision, Subject: { } person }
            ? await _decisions.TakenByAsync(person, decision, cancellationToken).ConfigureAwait(false) : null;
        var request = await RecordAsync(id, one =>
        {
            MustBeOpen(one);
            var found = one.Lines.FirstOrDefault(candidate => candidate.Id == line)
                ?? throw new RequestException("E-DSR-11", "The request has no such line: assess it, and name one of its lines.");
            if ((one.Outcome is not null && !RightsWork.IsLeftToWeigh(one, found)) || found.Activity.Length == 0 || IsSettled(one, found, isGranted))
            {
                throw new RequestException("E-DSR-12",
                    "The law leaves nothing to find here, or the request is decided: what it says stands, and a complaint opens a decision again.");
            }

            if (IsDecidedByLaw(found))
            {
                // It stays the law's word, whoever agrees: nobody's takes its place, and can be taken back.
                return [];
            }

            MustHaveAuthority(found, function, takenBy);
            var verdict = isGranted ? RightsVerdict.Granted : IsPutOff(one, found, reason) ? RightsVerdict.Deferred : RightsVerdict.Refused;
            return [RequestStep.Of([found with { Verdict = verdict, Reason = reason, DecidedBy = function }], RequestEntries.LineDecided)];
        }, cancellationToken).ConfigureAwait(false);
        if (request.Lines.FirstOrDefault(one => one.Id == line)?.Task is { } task)
        {
            await _parts.EndTaskAsync(task, isGranted ? "granted" : "refused", function).ConfigureAwait(false);
        }

        return request.Outcome is null ? request : await _work.DecideRestAsync(request, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Decides a request that has been assessed: granted, partly granted or refused, as its lines say.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="by">The function that decides.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="RequestException"><c>E-DSR-08</c>: whoever acts for the person has not shown the mandate. <c>E-DSR-09</c>: who asks has not been identified.
    /// <c>E-DSR-10</c>: a line still waits for a human. What could not be reached does not hold up the rest: it is assessed when it can be.</exception>
    public Task<DataSubjectRequest> DecideAsync(string id, string by, CancellationToken cancellationToken = default)
    {
        var function = FunctionOf(by);
        return RecordAsync(id, request =>
        {
            MustBeOpen(request);
            if (request.Outcome is not null)
            {
                return [];
            }

            MustNotBeDoubted(request);
            MustBeIdentified(request);
            if (request.Lines.Count == 0 && request.Phase < RequestPhase.Assessing)
            {
                throw new RequestException("E-DSR-10", "The request has not been assessed: assess it first.");
            }

            return request.Lines.Any(line => line is { Verdict: RightsVerdict.NeedsHuman, Activity.Length: > 0 })
                ? throw new RequestException("E-DSR-10", "Some of it waits for a human to weigh: resolve those lines first.")
                : [RequestStep.Of(RequestEntries.Decided, new StepData(function) { Outcome = OutcomeOf(request.Lines) })];
        }, cancellationToken);
    }

    /// <summary>Carries out what was granted: erasure through the one executor, restrictions and objections beside the data, withdrawals in the person's
    /// stream.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="cancellationToken">Stops between data sets; what is done is recorded.</param>
    /// <returns>The request with what has come of each data set. What was not reached stays open, and the pump goes on with it.</returns>
    /// <exception cref="RequestException"><c>E-DSR-10</c>: it has not been decided.</exception>
    public async Task<DataSubjectRequest> ExecuteAsync(string id, CancellationToken cancellationToken = default)
    {
        var request = await GetAsync(id, cancellationToken).ConfigureAwait(false);
        MustBeOpen(request);
        MustNotBeDoubted(request);
        return request.Outcome is null
            ? throw new RequestException("E-DSR-10", "The request has not been decided: decide it first.")
            : await _work.ExecuteAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says that the processor of a data set has confirmed what was done there. It confirms what was reported: of what could not be reached
    /// nothing was.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="dataSet">The data set's path.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="RequestException"><c>E-DSR-11</c>: nothing has been done there.</exception>
    public Task<DataSubjectRequest> ConfirmByProcessorAsync(string id, string dataSet, CancellationToken cancellationToken = default) => RecordAsync(
        id,
        request => request.Results.FirstOrDefault(result => result.DataSet == dataSet && result.Level >= ReceiptLevel.Reported) is { } done
            ? done.Level == ReceiptLevel.ProcessorConfirmed ? [] : [RequestStep.Of([done with { Level = ReceiptLevel.ProcessorConfirmed, Reason = null }])]
            : throw new RequestException("E-DSR-11", "Nothing has been done with that data set in the request: name one of its results, that was reported to be done."),
        cancellationToken);

    /// <summary>A human's review is one only where that human may change the decision, and has not taken it (Art. 22(3)).</summary>
    private void MustHaveAuthority(RequestLine line, string function, string? takenBy)
    {
        var reviewer = line.Article == RightsMatrix.HumanReviewArticle ? _parts.Policy().Activities.GetValueOrDefault(line.Activity)?.Profiling?.HumanReview : null;
        if (reviewer is not null && reviewer != function)
        {
            throw new RequestException("E-DSR-13", $"A decision by automated means is looked at anew by '{reviewer}', which the policy names and which may change it.");
        }

        if (line.Article == RightsMatrix.HumanReviewArticle && takenBy == function)
        {
            throw new RequestException("E-DSR-13", $"'{function}' took the decision: somebody else looks at it anew.");
        }
    }

    /// <summary>Whether a refusal waits for the end of a contract: what was left to weigh, and needs no more weighing then.</summary>
    private static bool IsPutOff(DataSubjectRequest request, RequestLine line, string reason) =>
        request.Right == DataSubjectRight.Erasure && reason == RightsReasons.ContractInForce
            && line is { Verdict: RightsVerdict.NeedsHuman, Reason: not RightsReasons.SharedPurpose } or { Verdict: RightsVerdict.Deferred };

    /// <summary>What no human can find otherwise: what the law decides by itself; access is never refused as a whole.</summary>
    private static bool IsSettled(DataSubjectRequest request, RequestLine line, bool isGranted) => IsDecidedByLaw(line)
        ? line.Verdict != (isGranted ? RightsVerdict.Granted : RightsVerdict.Refused)
        : request.Right == DataSubjectRight.Access && !isGranted;

    /// <summary>Whether the law leaves nobody to weigh a line: a duty to keep, absolute rights, a decision that nothing permits, whose data it is.</summary>
    private static bool IsDecidedByLaw(RequestLine line) => line is
    {
        DecidedBy: null,
        Reason: RightsReasons.LegalObligation or RightsReasons.DirectMarketing or RightsReasons.Withdrawal or RightsReasons.ObjectionWithdraws
            or RightsReasons.ObjectionPauses or RightsReasons.AutomatedForbidden or RightsReasons.Processor or RightsReasons.NothingHeld or RightsReasons.ConsentedSince,
    };

    /// <summary>What follows of the lines of a request that was made to the controller itself: that it processes data of the person for others, too, answers
    /// nobody.</summary>
    internal static RequestOutcome OutcomeOf(IReadOnlyList<RequestLine> lines)
    {
        var outcome = RightsMatrix.OutcomeOf(
            [.. lines.Select(line => new RightsFinding(line.Verdict, line.Reason, line.Article))], isHeld: lines.Any(line => line.Records > 0));
        return outcome != RequestOutcome.Forwarded ? outcome
            : lines.Any(line => line.Verdict != RightsVerdict.Forwarded && line.Records > 0) ? RequestOutcome.Refused : RequestOutcome.NothingHeld;
    }

    private async Task<DataSubjectRequest> RecordAsync(
        string id, Func<DataSubjectRequest, IReadOnlyList<RequestStep>> decide, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        return await _parts.Requests.RecordAsync(id, decide, cancellationToken).ConfigureAwait(false);
    }

    private static void MustBeOpen(DataSubjectRequest request)
    {
        if (request.Outcome == RequestOutcome.Forwarded || request.For is not null)
        {
            throw new RequestException("E-DSR-03", "The request was handed to the controller whose data it concerns: a processor does not answer it.");
        }

        if (request.DuplicateOf is { } earlier)
        {
            throw new RequestException("E-DSR-12", $"The request is the same as '{earlier}', which came first: go on with that one.");
        }

        if (request.Phase == RequestPhase.Closed)
        {
            throw new RequestException("E-DSR-12", "The request is closed: a complaint opens it again.");
        }
    }
}
