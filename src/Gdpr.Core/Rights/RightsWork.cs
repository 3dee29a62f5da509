using System.Globalization;
using System.Text;
using System.Text.Json;
using Gdpr.Disclosures;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;

namespace Gdpr.Rights;

/// <summary>Does what requests ask for: takes them up, assesses them, carries them out. Every step may be done again after a crash.</summary>
internal sealed partial class RightsWork(RightsParts parts, ErasureWork erasure, RestrictionWork restrictions, ObjectionWork objections, RectificationWork rectification)
{
    private readonly ContestWork _contests = new(parts);
    private readonly TakenBackWork _takenBack = new(parts, objections, restrictions, erasure);

    /// <summary>Opens a request in the person's stream, or links it to one of the same person for the same that is still to be decided. What is objected to or withdrawn
    /// stops before either.</summary>
    /// <returns>The earlier one, where there is one.</returns>
    public async ValueTask<DataSubjectRequest?> OpenOrLinkAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        if (request.Subject is not { } subject)
        {
            return null;
        }

        while (true)
        {
            var known = await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false);
            var rivals = OpenOf(known, request);
            var earlier = await FindSameAsync(request, rivals, known, cancellationToken).ConfigureAwait(false);
            if (request.Right is DataSubjectRight.Objection or DataSubjectRight.Withdrawal)
            {
                // Also of one that is linked: what the earlier one stopped may have been consented to since.
                await objections.StopAsync(request, earlier?.Id, cancellationToken).ConfigureAwait(false);
            }

            var hasChanged = false;
            await parts.Subjects.RecordAsync(subject, state =>
            {
                hasChanged = !OpenOf(state, request).SequenceEqual(rivals, StringComparer.Ordinal);
                return hasChanged || earlier is not null || state.Requests.Any(one => one.Id == request.Id)
                    ? []
                    : [EntryOf(subject, SubjectEntries.RequestOpened, new RequestData(request.Id, request.Right, request.Scope.Reached), request.ReceivedAt)];
            }, null, cancellationToken).ConfigureAwait(false);
            if (hasChanged)
            {
                continue;
            }

            if (earlier is null)
            {
                await parts.SettleAsync(cancellationToken).ConfigureAwait(false);
                return null;
            }

            // The earlier one first: what is linked is not taken up again after a crash, and its receipt may be the one that governs.
            var repeated = await parts.Requests.RecordAsync(
                earlier.Id, one => IsRepeatedBy(one, request) || !IsSame(one, request) ? [] : RepeatedBy(one, request), cancellationToken).ConfigureAwait(false);
            if (!IsRepeatedBy(repeated, request))
            {
                // It has just been decided.
                continue;
            }

            await parts.Requests.RecordAsync(
                request.Id, one => one.DuplicateOf is null ? [RequestStep.Of(RequestEntries.Linked, new StepData { Other = earlier.Id })] : [],
                    cancellationToken).ConfigureAwait(false);
            return repeated;
        }
    }

    /// <summary>Does at once what must not wait for an assessment: what is absolute has stopped and is said to be done, what is to be restricted is.</summary>
    public async ValueTask<DataSubjectRequest> StopFirstAsync(DataSubjectRequest request, CancellationToken cancellationToken) => request switch
    {
        // Nobody is known: an address that was named is suppressed; without one nothing was done, and somebody has to find out who asks.
        { Subject: null } => request.Identity.Method == IdentityMethod.NotNeeded
            ? await objections.DoneAsync(request, cancellationToken).ConfigureAwait(false) : request,
        { IsMarketing: true } or { Right: DataSubjectRight.Withdrawal } => await objections.DoneAsync(request, cancellationToken).ConfigureAwait(false),
        { Ground: not null, Identity.IsShown: true, Mandate: null or { IsShown: true }, Outcome: null } =>
            await AssessAsync(request, cancellationToken).ConfigureAwait(false),
        _ => request,
    };

    /// <summary>Does anew what a complaint, or that the person was identified after all, has opened: keeps scheduled destruction waiting, stops what is weighed, hands on
    /// what was handed on. Idempotent.</summary>
    /// <returns>The request as it is then: what is absolute is done.</returns>
    public async ValueTask<DataSubjectRequest> ReopenAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        if (request.For is not null)
        {
            return await ForwardAsync(request, cancellationToken).ConfigureAwait(false);
        }

        await FreezeAnewAsync(request, cancellationToken).ConfigureAwait(false);
        await _takenBack.DecideAnewAsync(request, cancellationToken).ConfigureAwait(false);
        return await objections.ReopenAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="TakenBackWork.EndAsync"/>
    public ValueTask EndUnidentifiedAsync(DataSubjectRequest request, CancellationToken cancellationToken) => _takenBack.EndAsync(request, cancellationToken);

    /// <summary>Assesses a request, or what of it could not be assessed before.</summary>
    public ValueTask<DataSubjectRequest> AssessAsync(DataSubjectRequest request, CancellationToken cancellationToken) => AssessAsync(request, null, cancellationToken);

    /// <inheritdoc cref="AssessAsync(DataSubjectRequest, CancellationToken)"/>
    /// <param name="request">The request.</param>
    /// <param name="found">What there is of the person, where it has just been asked for.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<DataSubjectRequest> AssessAsync(
        DataSubjectRequest request, IReadOnlyList<PersonDataSet>? found, CancellationToken cancellationToken)
    {
        var isRest = request.Outcome is not null;
        var dataSets = isRest ? [.. request.Lines.Where(IsPending).Select(line => line.DataSet).Distinct(StringComparer.Ordinal)] : request.Scope.Reached;
        if (isRest && dataSets.Count == 0)
        {
            return request;
        }

        var lines = request.Subject is { } subject ? await LinesAsync(request, subject, dataSets, found, cancellationToken).ConfigureAwait(false) : [];
        var others = isRest ? request.Lines.Where(line => !dataSets.Contains(line.DataSet, StringComparer.Ordinal)) : [];
        IReadOnlyList<RequestLine> all = [.. others, .. lines];
        var assessed = Same(all, request.Lines) && (isRest || request.Phase >= RequestPhase.Assessing) ? request
            : await parts.Requests.RecordAsync(request.Id, _ => [RequestStep.Of(all)], cancellationToken).ConfigureAwait(false);
        assessed = isRest ? await DecideRestAsync(assessed, cancellationToken).ConfigureAwait(false) : assessed;
        return request.Ground is not null ? await restrictions.PlaceAsync(assessed, cancellationToken).ConfigureAwait(false) : assessed;
    }

    /// <summary>Says what a request comes to when the last of it has been assessed and weighed that could not be when it was decided: what people have done by hand is
    /// not refused.</summary>
    public async ValueTask<DataSubjectRequest> DecideRestAsync(DataSubjectRequest request, CancellationToken cancellationToken) =>
        IsToDecide(request) ? await parts.Requests.RecordAsync(
            request.Id,
            one => IsToDecide(one)
                ? [RequestStep.Of(RequestEntries.Decided, new StepData(parts.Options.Owner) { Outcome = DataSubjectRequests.OutcomeOf(one.Lines) })] : [],
            cancellationToken).ConfigureAwait(false) : request;

    private static bool IsToDecide(DataSubjectRequest request) =>
        request is { Phase: RequestPhase.Decided, IsTurnedAway: false, Outcome: { } outcome and not RequestOutcome.Forwarded }
            && !request.Lines.Any(line => IsMissing(request, line)) && DataSubjectRequests.OutcomeOf(request.Lines) != outcome;

    /// <summary>Carries out what was decided, as far as it can be at the moment.</summary>
    public async ValueTask<DataSubjectRequest> ExecuteAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        var assessed = await AssessRestAsync(request, cancellationToken).ConfigureAwait(false);
        var done = assessed.Right switch
        {
            _ when assessed.Outcome is RequestOutcome.NotIdentifiable or RequestOutcome.Forwarded => assessed,
            _ when assessed is { Outcome: RequestOutcome.Refused, Reason: not null } => await RefusedAsync(assessed, cancellationToken).ConfigureAwait(false),

            // What the person has consented to since is not erased, and then not said to be granted either.
            DataSubjectRight.Erasure => await DecideRestAsync(
                await erasure.ExecuteAsync(assessed, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false),
            DataSubjectRight.Rectification => await rectification.RefreshAsync(assessed, cancellationToken).ConfigureAwait(false),
            DataSubjectRight.Objection => await objections.ExecuteAsync(assessed, cancellationToken).ConfigureAwait(false),
            DataSubjectRight.AutomatedDecision => await _contests.ExecuteAsync(assessed, cancellationToken).ConfigureAwait(false),
            _ => assessed,
        };
        var executed = IsDone(done) ? await ExecutedAsync(done, cancellationToken).ConfigureAwait(false) : done;
        return await TellRecipientsAsync(executed, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What was stopped until it was decided goes on.</summary>
    private async ValueTask<DataSubjectRequest> RefusedAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        await objections.OverruleAsync(request, cancellationToken).ConfigureAwait(false);
        await _takenBack.DecideAnewAsync(request, cancellationToken).ConfigureAwait(false);
        await restrictions.EndTurnedAwayAsync(request, cancellationToken).ConfigureAwait(false);
        return await ExecutedAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tells recipients of what was done and they have not been told of, through whatever tells them; a human does where nothing else can (Art. 19).</summary>
    public async ValueTask<DataSubjectRequest> TellRecipientsAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        if (request.Subject is not { } subject || KindOf(request.Right) is not { } kind)
        {
            return request;
        }

        var granted = request.Lines.Where(line => line.Verdict == RightsVerdict.Granted).ToArray();
        var done = granted.Where(line => IsToTell(request, line)).ToArray();
        if (done.Length > 0 && !await TellAsync(request, subject, kind, done, cancellationToken).ConfigureAwait(false))
        {
            return request;
        }

        return granted.Length == 0 || (done.Length == 0 && request.RecipientsToldAt is not null) ? request : await parts.Requests.RecordAsync(
            request.Id,
            one =>
            [
                .. done.Length == 0 ? Array.Empty<RequestStep>()
                    : [RequestStep.Of(RequestEntries.RecipientsToldOf, new StepData { Lines = [.. done.Select(line => line.Id)] })],
                .. one is { Phase: >= RequestPhase.Executed, RecipientsToldAt: null } && Array.TrueForAll(granted, line => IsTold(one, line) || done.Contains(line))
                    ? new[] { RequestStep.Of(RequestEntries.RecipientsTold, new StepData()) } : [],
                .. done.Length > 0 && one is { Right: DataSubjectRight.Erasure, Phase: RequestPhase.Closed, IsGivenUp: false }
                    ? erasure.NextLookOf(one with { Told = [.. one.Told ?? [], .. done.Select(line => line.Id)] }, one.Results) : [],
            ], cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<bool> TellAsync(
        DataSubjectRequest request, DataSubject subject, RecipientNoticeKind kind, RequestLine[] done, CancellationToken cancellationToken)
    {
        // Of a restriction that was placed anew, and of what was erased after a complaint, they are told anew.
        var which = kind == RecipientNoticeKind.Restricted
            ? RestrictionWork.AboutOf(request, await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false)) : request.LastUpheld?.Id ?? "";
        var suffix = which.Length > 0 ? $"/{which}" : "";

        // The same for what is told of again after a crash, and another for what is done later.
        var lines = Journals.Digest.Of(Encoding.UTF8.GetBytes(string.Join('\n', done.Select(line => line.Id))));
        var notice = new RecipientNotice(kind, $"{request.Id}{suffix}-{lines.ToString()[..16]}")
        {
            Data = [.. done.SelectMany(line => line.Fields.Select(field => $"{line.DataSet}.{field}")).Distinct(StringComparer.Ordinal)],

            // What is erased for one purpose may go on for another; what is wrong or restricted is so for all.
            Purposes = kind == RecipientNoticeKind.Erased
                ? [.. done.Select(line => line.Purpose).Where(purpose => purpose.Length > 0).Distinct(StringComparer.Ordinal)] : [],
        };
        if (kind == RecipientNoticeKind.Erased)
        {
            await PublishedData.InformAsync(parts, request, done, cancellationToken).ConfigureAwait(false);
        }

        var policy = parts.Policy();
        var isLogged = (await parts.Notices.NotifyAsync(subject, notice, cancellationToken).ConfigureAwait(false)).Count > 0
            || (await parts.Disclosures.ReadForAsync(subject, cancellationToken).ConfigureAwait(false)).Any(one => !PublishedData.IsPublic(policy, one.Recipient));
        if (isLogged || !HasRecipients([.. done.Select(line => line.DataSet)]))
        {
            return true;
        }

        // The policy has recipients, and no log says who received what of this person: people know, or nobody does.
        var about = request.Told is { Count: > 0 } told ? string.Create(CultureInfo.InvariantCulture, $"after-{told.Count}{suffix}") : which;
        var last = await parts.LastTaskAsync(request, RightsTasks.TellRecipients, about, cancellationToken).ConfigureAwait(false);
        if (last?.Outcome is RightsOutcomes.Told or RightsOutcomes.Done or RightsOutcomes.Impossible)
        {
            return true;
        }

        await parts.AskAsync(
            request, RightsTasks.TellRecipients, about, parts.Options.Owner, last?.Outcome ?? "recipients",
            "Tell each recipient who received the person's data of what was done with it, keep a note of it, and say that they were told, or that it is impossible "
            + "(Art. 19).", cancellationToken).ConfigureAwait(false);
        return false;
    }

    /// <summary>An entry about a person.</summary>
    private Journals.PersonalEntry EntryOf(DataSubject subject, string type, RequestData data, NodaTime.Instant at) =>
        new(parts.Subjects.EntryOf(subject, type, JsonSerializer.Serialize(data, SubjectJson.Default.RequestData), at));

    internal static bool IsPending(RequestLine line) =>
        line is { Verdict: RightsVerdict.NeedsHuman, Reason: RightsReasons.NotReached or RightsReasons.ByHand };

    /// <summary>Whether a line waits for a human although its request is decided: its source was not reached before, and when it was, something had to be weighed.
    /// What was refused as a whole is not weighed any more.</summary>
    internal static bool IsLeftToWeigh(DataSubjectRequest request, RequestLine line) =>
        request is { Outcome: not null, IsTurnedAway: false } && line is { Verdict: RightsVerdict.NeedsHuman, Activity.Length: > 0 };

    /// <summary>Whether a line of a request is still to be assessed or weighed: the answer lacks it. What says that nothing is given out lacks nothing.</summary>
    internal static bool IsMissing(DataSubjectRequest request, RequestLine line) =>
        (IsPending(line) && !request.IsTurnedAway) || IsLeftToWeigh(request, line);

    private async ValueTask<DataSubjectRequest> AssessRestAsync(DataSubjectRequest request, CancellationToken cancellationToken) =>
        request.Lines.Any(IsPending) && !request.IsTurnedAway ? await AssessAsync(request, cancellationToken).ConfigureAwait(false) : request;

    private async ValueTask<IReadOnlyList<RequestLine>> LinesAsync(
        DataSubjectRequest request, DataSubject subject, IReadOnlyList<string> dataSets, IReadOnlyList<PersonDataSet>? given, CancellationToken cancellationToken)
    {
        var state = await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false);
        var found = given is null ? await parts.Inventory.GatherAsync(subject, dataSets, cancellationToken).ConfigureAwait(false)
            : [.. given.Where(one => dataSets.Count == 0 || dataSets.Contains(one.DataSet.Path, StringComparer.Ordinal))];
        var decided = request.Lines.Where(line => line.DecidedBy is not null).ToDictionary(line => line.Id, StringComparer.Ordinal);
        var lines = new List<RequestLine>();
        foreach (var line in parts.AssessmentFor(request).Assess(request, state, found))
        {
            lines.Add(line.Reason != RightsReasons.LegalObligation && decided.GetValueOrDefault(line.Id) is { } before ? before with { Records = line.Records }
                : line.Verdict != RightsVerdict.NeedsHuman ? line
                : await WithTaskAsync(request, line, cancellationToken).ConfigureAwait(false));
        }

        return lines;
    }

    private async ValueTask<RequestLine> WithTaskAsync(DataSubjectRequest request, RequestLine line, CancellationToken cancellationToken)
    {
        if (line.Reason == RightsReasons.NotReached)
        {
            // The source is asked again; it is nobody's task.
            return line;
        }

        if (line.Reason == RightsReasons.ByHand)
        {
            var kind = request.Right == DataSubjectRight.Erasure ? RightsTasks.Erase : RightsTasks.Collect;
            var last = await parts.LastTaskAsync(request, kind, line.DataSet, cancellationToken).ConfigureAwait(false);
            var outcome = OutcomeOf(request, last);
            return outcome switch
            {
                RightsOutcomes.Done => line with { Verdict = RightsVerdict.Granted, DecidedBy = parts.Options.ManualOwner },
                RightsOutcomes.NothingHeld => line with
                {
                    Verdict = RightsVerdict.NotApplicable,
                    Reason = RightsReasons.NothingHeld,
                    DecidedBy = parts.Options.ManualOwner,
                },
                _ => line with
                {
                    Task = await parts.AskAsync(
                        request, kind, line.DataSet, parts.Options.ManualOwner, outcome ?? line.Reason,
                        "No source can be asked for this data set: look for the person's data by hand, do what the request asks for, and say what came of it: "
                        + "done, or nothing-held.", cancellationToken).ConfigureAwait(false),
                },
            };
        }

        var reviewer = line.Reason == RightsReasons.HumanReview ? parts.Policy().Activities.GetValueOrDefault(line.Activity)?.Profiling?.HumanReview : null;
        return line with
        {
            Task = await parts.AskAsync(
                request, line.Reason == RightsReasons.HumanReview ? RightsTasks.HumanReview : RightsTasks.Assess, line.Id, reviewer ?? parts.Options.Owner, line.Reason,
                QuestionOf(line), cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>How people ended a task; <see langword="null"/> where they have not. What was said before a complaint was found to be right is looked at anew.</summary>
    internal static string? OutcomeOf(DataSubjectRequest request, HumanTask? task) =>
        request.Complaints.Any(complaint => complaint.IsUpheld == true && complaint.AnsweredAt >= task?.DoneAt) ? null : task?.Outcome;

    private static string QuestionOf(RequestLine line) => line.Reason switch
    {
        RightsReasons.WeighInterest => "Does the person object, and are there compelling grounds that override? Without any the data is erased (Art. 17(1)(c), 21(1)).",
        RightsReasons.WeighObjection =>
            "Are there compelling legitimate grounds that override the person's, or legal claims? It is for the controller to show them (Art. 21(1)).",
        RightsReasons.ObjectionPending => "Decide the objection first: what it comes to decides this, too (Art. 17(1)(c)).",
        RightsReasons.HumanReview => "Look at the decision anew, with the person's view, and say whether it stands (Art. 22(3)).",
        RightsReasons.SharedPurpose => "Can the purpose do without the fields that the person names (Art. 17(1)(a))?",
        _ => "Find out whether the purpose still needs the data (Art. 17(1)(a)).",
    };

    private bool IsDone(DataSubjectRequest request) => request.Phase == RequestPhase.Decided && !request.Lines.Any(one => IsMissing(request, one)) && request.Right switch
    {
        DataSubjectRight.Erasure => erasure.IsDone(request),
        DataSubjectRight.Rectification => (request.Results.Count > 0 && request.Results.All(result => result.Level >= ReceiptLevel.Reported))
            || request.Outcome is RequestOutcome.Refused or RequestOutcome.NothingHeld,

        // What nothing permits is done away with when people have undone it.
        DataSubjectRight.AutomatedDecision => request.Results.All(result => result.Level >= ReceiptLevel.Reported),

        // What is given out is done when it is given.
        DataSubjectRight.Access or DataSubjectRight.Portability => request.IsAnswered,
        _ => true,
    };

    private ValueTask<DataSubjectRequest> ExecutedAsync(DataSubjectRequest request, CancellationToken cancellationToken) => parts.Requests.RecordAsync(
        request.Id, one => one.Phase == RequestPhase.Decided ? [RequestStep.Of(RequestEntries.Executed, new StepData())] : [], cancellationToken);

    private bool HasRecipients(IReadOnlyCollection<string> dataSets)
    {
        var policy = parts.Policy();
        return policy.Activities.Values.Any(activity => activity.Recipients.Any(disclosure => !PublishedData.IsPublic(policy, disclosure.Recipient)
            && disclosure.Data.Any(data => dataSets.Any(path => data == path || data.StartsWith(path + ".", StringComparison.Ordinal)))));
    }

    /// <summary>Whether a line is done and recipients have not been told: what waits for another source does not hold it up. What may not be erased here, as under a
    /// hold, recipients are not told to erase either.</summary>
    internal static bool IsToTell(DataSubjectRequest request, RequestLine line) => !IsTold(request, line) && request switch
    {
        { Outcome: null } or { IsTurnedAway: true } => false,
        { Right: DataSubjectRight.Erasure } => request.Results.Any(result => result.DataSet == line.DataSet && result.Level >= ReceiptLevel.Reported
            && !result.Items.Any(item => ErasureResults.IsBlocked(item) && item.Fields.Intersect(line.Fields, StringComparer.Ordinal).Any())),
        _ => request.Phase >= RequestPhase.Executed,
    };

    private static bool IsTold(DataSubjectRequest request, RequestLine line) => request.Told?.Contains(line.Id, StringComparer.Ordinal) == true;

    /// <summary>What recipients are told of; of a rectification they have been told what is right now when it was done.</summary>
    private static RecipientNoticeKind? KindOf(DataSubjectRight right) => right switch
    {
        DataSubjectRight.Erasure => RecipientNoticeKind.Erased,
        DataSubjectRight.Restriction => RecipientNoticeKind.Restricted,
        _ => null,
    };

    /// <summary>Whether the restriction that a request placed was lifted: who asks again asks anew.</summary>
    private static bool IsLifted(DataSubjectRequest request, SubjectState state) =>
        state.Restrictions.Where(one => one.Request == request.Id).ToArray() is { Length: > 0 } placed && !Array.Exists(placed, one => one.Stands);

    private static string[] OpenOf(SubjectState state, DataSubjectRequest request) =>
        [.. state.Requests.Where(one => one.IsOpen && one.Right == request.Right && one.Id != request.Id).Select(one => one.Id)];

    private static bool Same(IReadOnlyList<RequestLine> left, IReadOnlyList<RequestLine> right) =>
        left.Select(line => (line.Id, line.Verdict, line.Reason, line.Task)).SequenceEqual(right.Select(line => (line.Id, line.Verdict, line.Reason, line.Task)));
}
