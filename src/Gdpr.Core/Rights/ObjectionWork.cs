using System.Text.Json;
using Gdpr.Consents;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>Objections (Art. 21) and withdrawals (Art. 7(3)): what they are about stops first; what has to be weighed is weighed afterwards.</summary>
internal sealed class ObjectionWork(RightsParts parts)
{
    /// <summary>Stops what a person objects to, and ends what is withdrawn, from the instant received. Idempotent.</summary>
    /// <param name="request">The request.</param>
    /// <param name="same">The id of the earlier request for the same, where there is one: what it has stopped stays stopped by it.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    public async ValueTask StopAsync(DataSubjectRequest request, string? same, CancellationToken cancellationToken)
    {
        var subject = request.Subject!.Value;
        var (objected, withdrawn) = PurposesOf(request);
        var fields = FieldsAlone(request, withdrawn);
        var isTakenBack = TakenBackBy(request, withdrawn, fields);
        IReadOnlyList<PersonalEntry> entries = [];
        var after = await parts.Subjects.RecordAsync(
            subject,
            state => entries =
            [
                .. objected.Where(purposes => !IsRaised(state, request, purposes) && !(same is not null && IsStillStopped(state, same, purposes)))
                    .Select(purposes => Raised(subject, state, request, purposes, same ?? request.Id)).OfType<PersonalEntry>(),
                .. Withdrawals(state, subject, isTakenBack, request),
                .. fields.Where(one => IsToTakeBack(state, one.Purpose, one.Field, request)).Select(one => WithdrawalOf(subject, state, one.Purpose, one.Field, request)),
            ],
            null, cancellationToken).ConfigureAwait(false);
        if (entries.Count == 0 && request.IsAnew)
        {
            return;
        }

        foreach (var (purpose, field) in fields.Where(one => after.ConsentTo(one.Purpose, one.Field) is { Phase: ConsentPhase.Withdrawn }))
        {
            // Rules end purposes; what one person has taken back of a field is emptied where it is kept.
            await parts.OpenTaskAsync(
                request, RightsTasks.EraseField, $"{purpose}/{field}", parts.Options.Owner, ConsentReasons.Withdrawn,
                $"The person has taken back the optional field {field} for the purpose {purpose}: empty it where it is kept, unless another purpose has it.",
                cancellationToken).ConfigureAwait(false);
        }

        await ActAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops anew what is decided anew, because a complaint about the decision was upheld, or the person was identified after all. What is absolute is done with
    /// that. Idempotent.</summary>
    public async ValueTask<DataSubjectRequest> ReopenAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        if (request is { Right: DataSubjectRight.Objection or DataSubjectRight.Withdrawal, IsAnew: true, Subject: null, Identity.Method: IdentityMethod.NotNeeded })
        {
            // The address is suppressed for good, and nobody is known by it: there is nothing to assess.
            return await DoneAsync(request, cancellationToken).ConfigureAwait(false);
        }

        if (request is not { Right: DataSubjectRight.Objection or DataSubjectRight.Withdrawal, IsAnew: true, Subject: { } subject })
        {
            return request;
        }

        var isAbsolute = request is { IsMarketing: true } or { Right: DataSubjectRight.Withdrawal };
        if (!isAbsolute)
        {
            await WeighAnewAsync(request, subject, cancellationToken).ConfigureAwait(false);
        }

        // What has been recorded since the request came, the complaint was about: what the person has said after the complaint stands.
        var asked = request.LastUpheld is { } complaint ? request with { ReceivedAt = complaint.ReceivedAt } : request;
        await StopAsync(asked, request.Id, cancellationToken).ConfigureAwait(false);
        return isAbsolute ? await DoneAsync(request, cancellationToken).ConfigureAwait(false) : request;
    }

    private async ValueTask WeighAnewAsync(DataSubjectRequest request, DataSubject subject, CancellationToken cancellationToken)
    {
        var before = await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false);
        if (!before.Objections.Any(IsToReopen))
        {
            return;
        }

        await parts.Subjects.RecordAsync(
            subject,
            state =>
            [
                .. state.Objections.Where(IsToReopen).Select(one => EntryOf(
                    subject, SubjectEntries.ObjectionRaised,
                    JsonSerializer.Serialize(
                        new ObjectionData(one.Id, one.Purposes, IsMarketing: false) { Channel = one.Channel, Until = one.Until, Request = request.Id },
                        SubjectJson.Default.ObjectionData), request)),
            ],
            null, cancellationToken).ConfigureAwait(false);
        await ActAsync(cancellationToken).ConfigureAwait(false);

        bool IsToReopen(ObjectionState one) =>
            one is { IsMarketing: false, Phase: ObjectionPhase.Overruled or ObjectionPhase.Upheld } && one.Request == request.Id;
    }

    /// <summary>Says of what is absolute what came of it when it came: an objection is granted and done; of a withdrawal, what was taken back.</summary>
    public async ValueTask<DataSubjectRequest> DoneAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        var (outcome, reason) = request is { Right: DataSubjectRight.Withdrawal, Subject: { } subject }
            ? WithdrawnOf(request, await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false)) : (RequestOutcome.Granted, null);
        return await parts.Requests.RecordAsync(
            request.Id,
            one => one.Outcome is not null ? [] :
            [
                RequestStep.Of(RequestEntries.Decided, new StepData(parts.Options.Owner, reason) { Outcome = outcome }),
                RequestStep.Of(RequestEntries.Executed, new StepData()),
                .. NextOf(one),
            ], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records what was found of each objection: upheld, and the purpose ends; or overruled, and it goes on.</summary>
    public async ValueTask<DataSubjectRequest> ExecuteAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        if (request.Subject is not { } subject)
        {
            return request;
        }

        var known = OwnOf(parts.Policy(), request).Select(activity => activity.Purpose).ToHashSet(StringComparer.Ordinal);
        await parts.Subjects.RecordAsync(
            subject,
            state =>
            [
                .. from objection in state.Objections
                   where objection.Phase == ObjectionPhase.Pending && objection.Request == request.Id
                   let lines = request.Lines.Where(line =>
                       line.Verdict != RightsVerdict.Forwarded && objection.Purposes.Contains(line.Purpose, StringComparer.Ordinal)).ToArray()
                   where lines.All(line => line.Verdict is RightsVerdict.Granted or RightsVerdict.Refused)

                   // Of a purpose that the policy has no longer nobody has shown any grounds; one that rests on something else by now is not objected to (Art. 21(1)).
                   let isUpheld = lines.Length > 0 ? lines.Any(line => line.Verdict == RightsVerdict.Granted) : !objection.Purposes.Any(known.Contains)
                   let reason = lines.Length > 0 ? lines[0].Reason : isUpheld ? RightsReasons.ObjectionUpheld : RightsReasons.NoRightToObject
                   select new PersonalEntry(parts.Subjects.EntryOf(
                       subject, isUpheld ? SubjectEntries.ObjectionUpheld : SubjectEntries.ObjectionOverruled,
                       JsonSerializer.Serialize(new ItemData(objection.Id, lines.FirstOrDefault()?.DecidedBy, reason), SubjectJson.Default.ItemData))),
            ],
            null, cancellationToken).ConfigureAwait(false);
        await ActAsync(cancellationToken).ConfigureAwait(false);
        return request.Until is null ? request
            : await parts.Requests.RecordAsync(request.Id, one => [.. NextOf(one)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Overrules what is pending of a request that was refused as a whole (Art. 12(5)), or by which nobody is identified; where proof of identity did not come,
    /// what was upheld ends, too. What had been upheld for somebody identified, before a complaint whose sender is not, is upheld again. Idempotent.</summary>
    public async ValueTask OverruleAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        if (request is not { Right: DataSubjectRight.Objection, Subject: { } subject }
            || !(await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false)).Objections.Any(IsToEnd))
        {
            return;
        }

        await parts.Subjects.RecordAsync(
            subject,
            state =>
            [
                .. state.Objections.Where(IsToEnd).Select(one => new PersonalEntry(
                    parts.Subjects.EntryOf(
                        subject, IsToStand(one) ? SubjectEntries.ObjectionUpheld
                            : one.Phase == ObjectionPhase.Pending && !request.IsGivenUp ? SubjectEntries.ObjectionOverruled : SubjectEntries.ObjectionEnded,
                        JsonSerializer.Serialize(
                            new ItemData(one.Id, Reason: request.IsGivenUp ? RightsReasons.IdentityNotShown : request.Reason), SubjectJson.Default.ItemData)))),
            ],
            null, cancellationToken).ConfigureAwait(false);
        await ActAsync(cancellationToken).ConfigureAwait(false);

        bool IsToStand(ObjectionState one) => one.WasUpheld && !request.Identity.IsShown;
        bool IsToEnd(ObjectionState one) => one.Request == request.Id && (one.Phase == ObjectionPhase.Pending
            || (request.IsGivenUp && one is { Phase: ObjectionPhase.Upheld, IsMarketing: false } && !IsToStand(one)));
    }

    /// <summary>Ends a temporary objection whose time is over: what it was about may be used again.</summary>
    public async ValueTask EndAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        if (request is not { Subject: { } subject, Until: { } until } || until > parts.Now)
        {
            return;
        }

        await parts.Subjects.RecordAsync(
            subject,
            state =>
            [
                .. state.Objections.Where(one => one.Request == request.Id && one.Phase is (ObjectionPhase.Pending or ObjectionPhase.Upheld))
                    .Select(one => new PersonalEntry(parts.Subjects.EntryOf(
                        subject, SubjectEntries.ObjectionEnded,
                        JsonSerializer.Serialize(new ItemData(one.Id, Reason: "time-over"), SubjectJson.Default.ItemData)))),
            ],
            null, cancellationToken).ConfigureAwait(false);
        await ActAsync(cancellationToken).ConfigureAwait(false);
        await parts.Requests.RecordAsync(
            request.Id, one => one.IsStanding ? [RequestStep.Of(RequestEntries.Looked, new StepData())] : [], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What came of a withdrawal, once it has stopped what it is about: what rests on something else goes on, and where no consent was given there is
    /// none to take back.</summary>
    private (RequestOutcome Outcome, string? Reason) WithdrawnOf(DataSubjectRequest request, SubjectState state)
    {
        var (_, withdrawn) = PurposesOf(request);
        var isTakenBack = TakenBackBy(request, withdrawn, FieldsAlone(request, withdrawn));
        var ended = state.Consents.Where(consent => consent.Phase == ConsentPhase.Withdrawn && isTakenBack(consent)).Select(consent => consent.Purpose)
            .ToHashSet(StringComparer.Ordinal);
        return ended.Count > 0 ? (request.Scope.Purposes.All(ended.Contains) ? RequestOutcome.Granted : RequestOutcome.Partly, null)
            : request.Scope.Purposes.Count > 0 && withdrawn.Count == 0 ? (RequestOutcome.Refused, RightsReasons.NotConsent)
            : (RequestOutcome.NothingHeld, null);
    }

    /// <summary>Which consents a request takes back: whatever is on record of what it is about, on whatever the policy rests that by now (Art. 7(3)). An
    /// objection takes back those to purposes that it names and that rest on consent, and one to direct marketing those to that; a temporary one, or one to a single
    /// channel, none. What rests on something else by now is weighed, or goes on.</summary>
    private Func<ConsentState, bool> TakenBackBy(
        DataSubjectRequest request, IReadOnlyList<string> withdrawn, IReadOnlyList<(string Purpose, string Field)> fields)
    {
        var (assessment, activities) = (parts.Assessment(), ActivitiesOf(request));
        var isWhole = request.IsMarketing || request.Scope.Reached.Count == 0;
        return consent => request.Right == DataSubjectRight.Withdrawal
            ? fields.Contains((consent.Purpose, consent.Field ?? ""))
                || (IsAbout(consent.Purpose) && (isWhole || (IsOf(consent) && !GoesOnWithout(request, consent.Purpose))))
            : request is { Until: null, MarketingChannel: null } && IsAbout(consent.Purpose) && IsOf(consent)
                && (assessment.IsMarketing(consent.Purpose) || (!request.IsMarketing && withdrawn.Contains(consent.Purpose, StringComparer.Ordinal)));

        bool IsAbout(string purpose) => !isWhole ? Array.Exists(activities, activity => activity.Purpose == purpose)
            : request.Scope.Purposes.Count == 0 || request.Scope.Purposes.Contains(purpose, StringComparer.Ordinal);

        // With a purpose go the fields that were given for it; where it rests on something else, they stay with it.
        bool IsOf(ConsentState consent) => consent.Field is null || withdrawn.Contains(consent.Purpose, StringComparer.Ordinal);
    }

    /// <summary>Withdraws the consents that are in force, from the instant received. One that is said to have been given after that, and was on record before
    /// the request was, ends too: in doubt nothing is used. What an erasure has granted before touches no consent given since, nor does what is done anew. What only
    /// went with a request for erasure, which may yet be nobody's, is taken back by this one, too.</summary>
    internal IEnumerable<PersonalEntry> Withdrawals(SubjectState state, DataSubject subject, Func<ConsentState, bool> isTakenBack, DataSubjectRequest request) =>
        state.Consents.Where(consent => isTakenBack(consent) && (consent.Phase == ConsentPhase.Given ? consent : BeforeOthers(consent, request)) is { } given
                && (given.OccurredAt <= request.LastWordAt || (request is { Right: not DataSubjectRight.Erasure, Outcome: null } && !request.IsAnew)))
            .Select(consent => WithdrawalOf(subject, state, consent.Purpose, consent.Field, request));

    private static ConsentState? BeforeOthers(ConsentState consent, DataSubjectRequest request) =>
        consent.Requests?.Contains(request.RoundId, StringComparer.Ordinal) == false ? consent.Before : null;

    private PersonalEntry WithdrawalOf(DataSubject subject, SubjectState state, string purpose, string? field, DataSubjectRequest request)
    {
        var consent = state.ConsentTo(purpose, field);
        return new PersonalEntry(parts.Subjects.EntryOf(
            subject, SubjectEntries.ConsentWithdrawn,
            ConsentEnding.DataOf(consent, purpose, field) with
            {
                Channel = request.Channel,
                Reason = request.Right.ToString().ToLowerInvariant(),

                // A withdrawal needs no identity; what only goes with an erasure is taken back with it.
                Request = request.Right == DataSubjectRight.Erasure ? request.RoundId : null,
            },
            consent is null ? request.LastWordAt : Instant.Max(request.LastWordAt, consent.OccurredAt)));
    }

    /// <summary>Whether an optional field is still processed of the person although no consent to it is on record: with the purpose, and never refused. What is named is
    /// taken back also where nobody has recorded that it was given.</summary>
    private static bool IsToTakeBack(SubjectState state, string purpose, string field, DataSubjectRequest request) => state.ConsentTo(purpose, field) switch
    {
        { Phase: ConsentPhase.Given or ConsentPhase.Withdrawn or ConsentPhase.Refused } => false,
        _ => request.Scope.Fields.Contains(field, StringComparer.Ordinal) || state.ConsentTo(purpose) is { Phase: ConsentPhase.Given },
    };

    /// <summary>Whether a request stops some purposes by an objection already.</summary>
    internal bool IsStillStopped(SubjectState state, string request, string[] purposes) => state.Objections.Any(one => one.Request == request && one.Stands(parts.Now)
        && (purposes.Length == 0 ? one is { Purposes.Count: 0, Except: null } : purposes.All(purpose => one.Purposes.Contains(purpose, StringComparer.Ordinal))));

    /// <summary>Whether an objection was raised by a request since it was last opened to be decided anew.</summary>
    internal static bool IsOfRound(ObjectionState objection, DataSubjectRequest request) => objection.Request == request.Id
        && (request.RoundId == request.Id || objection.Id.StartsWith($"{request.RoundId}/", StringComparison.Ordinal));

    /// <summary>Whether a request has raised its objection to some purposes.</summary>
    internal static bool IsRaised(SubjectState state, DataSubjectRequest request, IReadOnlyList<string> purposes) =>
        state.Objections.Any(one => one.Id == IdOf(request, purposes));

    /// <summary>The objection of a request to some purposes: none for all direct marketing, also what begins later (Art. 21(2)-(3)). <see langword="null"/> where the
    /// person has consented to them since it was asked for: an erasure, or what is done anew, may be carried out long after that.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="state">Where the person stands.</param>
    /// <param name="request">The request.</param>
    /// <param name="purposes">The purposes.</param>
    /// <param name="by">The id of the request by which it stands.</param>
    internal PersonalEntry? Raised(DataSubject subject, SubjectState state, DataSubjectRequest request, IReadOnlyList<string> purposes, string by)
    {
        var assessment = parts.Assessment();
        string[] since = request.Right != DataSubjectRight.Erasure && !request.IsAnew ? []
            : [.. state.Consents.Where(one => one is { Field: null, Phase: ConsentPhase.Given } && one.OccurredAt > request.LastWordAt)
                .Where(one => assessment.IsMarketing(one.Purpose)).Select(one => one.Purpose)];
        if (purposes.Count > 0 && purposes.All(since.Contains))
        {
            return null;
        }

        var data = new ObjectionData(IdOf(request, purposes), purposes, purposes.All(assessment.IsMarketing))
        {
            Channel = request.MarketingChannel,
            Until = request.Until,
            Request = by,
            Except = purposes.Count == 0 && since.Length > 0 ? since : null,
        };
        return EntryOf(subject, SubjectEntries.ObjectionRaised, JsonSerializer.Serialize(data, SubjectJson.Default.ObjectionData), request);
    }

    private static string IdOf(DataSubjectRequest request, IReadOnlyList<string> purposes) => $"{request.RoundId}/{purposes.FirstOrDefault()}";

    private static IEnumerable<RequestStep> NextOf(DataSubjectRequest request) =>
        request.Until is { } until ? [RequestStep.Of(RequestEntries.Looked, new StepData { At = until })] : [];

    private async ValueTask ActAsync(CancellationToken cancellationToken)
    {
        await parts.SettleAsync(cancellationToken).ConfigureAwait(false);
        await parts.Agenda.WakeAsync([]).ConfigureAwait(false);
    }

    private PersonalEntry EntryOf(DataSubject subject, string type, string data, DataSubjectRequest request) =>
        new(parts.Subjects.EntryOf(subject, type, data, request.LastWordAt));

    /// <summary>What stops by objection, each by one of its own, and the purposes on consent that are withdrawn as a whole. An objection to all direct marketing, or to
    /// everything, names none: it is one to what comes later, too.</summary>
    private (IReadOnlyList<string[]> Objected, IReadOnlyList<string> Withdrawn) PurposesOf(DataSubjectRequest request)
    {
        var assessment = parts.Assessment();
        var activities = ActivitiesOf(request);
        bool Has(Activity activity, params LawfulBasisKind[] kinds) => activity.Basis?.Kind is { } kind && kinds.Contains(kind);
        var isAllMarketing = request.Right == DataSubjectRight.Objection && request.Scope.Purposes.Count == 0
            && (request.IsMarketing || request.Scope.Reached.Count == 0);
        var objected = request.Right == DataSubjectRight.Withdrawal ? []
            : activities.Where(activity => assessment.IsMarketing(activity.Purpose)
                ? !isAllMarketing && !Has(activity, LawfulBasisKind.LegalObligation, LawfulBasisKind.VitalInterests)
                : !request.IsMarketing && (Has(activity, LawfulBasisKind.PublicTask, LawfulBasisKind.LegitimateInterest)
                    || (request.Until is not null && request.Scope.Purposes.Count > 0 && Has(activity, LawfulBasisKind.Consent))))
                .Select(activity => activity.Purpose).Distinct(StringComparer.Ordinal);
        var withdrawn = activities.Where(activity => Has(activity, LawfulBasisKind.Consent) && request.Right switch
        {
            DataSubjectRight.Withdrawal => true,
            _ when request.Until is not null => false,
            _ when request.IsMarketing => request.MarketingChannel is null && assessment.IsMarketing(activity.Purpose),

            // An objection to everything is one to what may be objected to: consents are withdrawn where they are named.
            _ => request.Scope.Purposes.Count > 0,
        });
        return ([.. isAllMarketing ? [Array.Empty<string>()] : Array.Empty<string[]>(), .. objected.Select(purpose => new[] { purpose })],
            [.. withdrawn.Select(activity => activity.Purpose).Distinct(StringComparer.Ordinal).Where(purpose => !GoesOnWithout(request, purpose))]);
    }

    /// <summary>The controller's own activities that a request is about. An objection to direct marketing is to all of it, whatever data is named.</summary>
    private Activity[] ActivitiesOf(DataSubjectRequest request)
    {
        var policy = parts.Policy();
        return [.. OwnOf(policy, request).Where(activity => request.IsMarketing || request.Scope.Reached.Count == 0
            ? request.Scope.Purposes.Count == 0 || request.Scope.Purposes.Contains(activity.Purpose, StringComparer.Ordinal)
            : ActivityReach.IsReached(policy, request.Scope, activity))];
    }

    /// <summary>The optional fields that are taken back by themselves, with their purposes: those of a purpose that goes on without them, because it rests on
    /// something else or has other data.</summary>
    private IReadOnlyList<(string Purpose, string Field)> FieldsAlone(DataSubjectRequest request, IReadOnlyList<string> withdrawn)
    {
        var policy = parts.Policy();
        return request.Right != DataSubjectRight.Withdrawal ? [] :
        [
            .. ActivitiesOf(request).Where(activity => !withdrawn.Contains(activity.Purpose, StringComparer.Ordinal))
                .SelectMany(activity => ActivityReach.FieldsOf(policy, activity)
                    .Where(field => field.IsOptional && request.Scope.Reaches(field.DataSet, field.Id)).Select(field => (activity.Purpose, field.Path)))
                .Distinct(),
        ];
    }

    /// <summary>Whether a purpose goes on without the data that a request names: only optional fields of it are named, and it has others.</summary>
    private bool GoesOnWithout(DataSubjectRequest request, string purpose)
    {
        var policy = parts.Policy();
        var fields = OwnOf(policy, request).Where(activity => activity.Purpose == purpose).SelectMany(activity => ActivityReach.FieldsOf(policy, activity)).ToArray();
        return request.Right == DataSubjectRight.Withdrawal && request.Scope.Reached.Count > 0
            && Array.Exists(fields, field => !request.Scope.Reaches(field.DataSet, field.Id))
            && Array.TrueForAll(fields, field => field.IsOptional || !request.Scope.Reaches(field.DataSet, field.Id));
    }

    private static IEnumerable<Activity> OwnOf(GdprPolicy policy, DataSubjectRequest request) => policy.Activities.Values.Where(activity =>
        activity.Capacity != ProcessingCapacity.Processor && (activity.Controller is null || activity.Controller == request.Controller));
}
