using System.Text.Json;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>Restrictions (Art. 18): placed at once, lifted only after the person has been told.</summary>
/// <remarks>While a restriction of (a) or (d) stands, the request keeps scheduled destruction waiting: data whose time is over is disposed of a while after the person
/// was told, so that they can say that they need it for claims.</remarks>
internal sealed class RestrictionWork(RightsParts parts)
{
    /// <summary>Places the restriction that a request asks for, where there is anything to restrict. Idempotent.</summary>
    public async ValueTask<DataSubjectRequest> PlaceAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        if (request is not { Subject: { } subject, Ground: { } ground } || !request.Lines.Any(IsToPlace))
        {
            return request;
        }

        // Granted again after a complaint that was right, or to whoever was identified after all, it is another where the first has been lifted, or the person told
        // that it will be.
        var (upheld, id) = (request.LastUpheld, request.RoundId);
        await parts.Subjects.RecordAsync(
            subject,
            state => state.Restrictions.Any(one => one.Id == id || (one.Request == request.Id && one.Ground == ground && one.Phase == RestrictionPhase.Placed)) ? [] :
            [
                new PersonalEntry(parts.Subjects.EntryOf(
                    subject, SubjectEntries.RestrictionPlaced,
                    JsonSerializer.Serialize(
                        new RestrictionData(id, ground, request.Scope.Reached) { ReviewBy = request.ReviewBy, Request = request.Id },
                        SubjectJson.Default.RestrictionData), upheld?.ReceivedAt ?? request.ReceivedAt)),
            ],
            null, cancellationToken).ConfigureAwait(false);
        await parts.SettleAsync(cancellationToken).ConfigureAwait(false);
        return await parts.Requests.RecordAsync(
            request.Id, one => one.NextLookAt is null ? [RequestStep.Of(RequestEntries.Looked, new StepData { At = parts.NextLook(request) })] : [],
                cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says that the person has been told that the restriction will be lifted: of several the one that was asked for first.</summary>
    public async ValueTask TellAsync(DataSubjectRequest request, string by, CancellationToken cancellationToken)
    {
        var subject = request.Subject!.Value;
        await parts.Subjects.RecordAsync(
            subject,
            state => StandingOf(request, state) is [{ Phase: RestrictionPhase.Placed } first, ..]
                ? [ItemOf(subject, SubjectEntries.RestrictionLiftingTold, first.Id, by, null)] : [],
            null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lifts a restriction whose person has been told: of several the one that was asked for first. What was invoked for claims stands until it is lifted
    /// itself.</summary>
    /// <exception cref="RequestException"><c>E-RSTR-03</c>: the person has not been told.</exception>
    public async ValueTask<DataSubjectRequest> LiftAsync(DataSubjectRequest request, string by, string reason, CancellationToken cancellationToken)
    {
        var subject = request.Subject!.Value;
        var after = await parts.Subjects.RecordAsync(
            subject,
            state =>
            {
                var restriction = StandingOf(request, state).FirstOrDefault();
                if (restriction is { LiftingToldAt: null })
                {
                    throw new RequestException("E-RSTR-03", "The person is told before a restriction is lifted: tell them, say so, and lift it then.");
                }

                // What kept destruction waiting for the answer goes with the last of them that does.
                var isFrozen = !request.IsAwaited && state.Requests.Any(one => one.Id == request.Id && one.IsOpen)
                    && !StandingOf(request, state).Skip(1).Any(EndsWithTime);
                return restriction is null ? [] :
                [
                    ItemOf(subject, SubjectEntries.RestrictionLifted, restriction.Id, by, reason),
                    .. isFrozen ? new[] { ItemOf(subject, SubjectEntries.RequestClosed, request.Id, by, null) } : [],
                ];
            },
            null, cancellationToken).ConfigureAwait(false);
        await parts.SettleAsync(cancellationToken).ConfigureAwait(false);
        if (StandingOf(request, after).Count > 0)
        {
            return request;
        }

        await parts.Agenda.WakeAsync(request.Scope.Reached).ConfigureAwait(false);
        await parts.Notices.NotifyAsync(
            subject, new RecipientNotice(RecipientNoticeKind.RestrictionLifted, $"{LastOf(request, after)?.Id ?? request.Id}-lifted") { Data = request.Scope.Reached },
                cancellationToken).ConfigureAwait(false);
        return await parts.Requests.RecordAsync(
            request.Id, one => one.IsStanding ? [RequestStep.Of(RequestEntries.Looked, new StepData(by, reason))] : [], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Places a restriction for claims in the place of one that would end: what the person needs is kept (Art. 18(1)(c)). Invoked again, because the
    /// claim lasts longer or was thought to be over, it stands until the new date. Idempotent.</summary>
    public async ValueTask InvokeClaimsAsync(DataSubjectRequest request, LocalDate reviewBy, CancellationToken cancellationToken)
    {
        var subject = request.Subject!.Value;
        var id = ClaimsOf(request);
        await parts.Subjects.RecordAsync(
            subject,
            state => state.Restrictions.Any(one => one.Id == id && one.Phase == RestrictionPhase.Placed && one.ReviewBy == reviewBy) ? [] :
            [
                new PersonalEntry(parts.Subjects.EntryOf(
                    subject, SubjectEntries.RestrictionPlaced,
                    JsonSerializer.Serialize(
                        new RestrictionData(id, RestrictionGround.Claims, request.Scope.Reached) { ReviewBy = reviewBy, Request = request.Id },
                        SubjectJson.Default.RestrictionData))),
            ],
            null, cancellationToken).ConfigureAwait(false);
        await parts.SettleAsync(cancellationToken).ConfigureAwait(false);
        await parts.Requests.RecordAsync(
            request.Id, one => one.IsStanding ? [] : [RequestStep.Of(RequestEntries.Looked, new StepData { At = parts.NextLook(request) })],
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the freeze of an answered request is to stay, because its restriction stands and ends with the data's time.</summary>
    public static bool KeepsFreeze(DataSubjectRequest request, SubjectState state) => StandingOf(request, state).Any(EndsWithTime);

    /// <summary>What tells the restriction that a request asked for last from those before it; nothing for the first. What was said of one does not count for
    /// another.</summary>
    public static string AboutOf(DataSubjectRequest request, SubjectState state) =>
        LastOf(request, state) is { } last ? AboutOf(request, last) : "";

    /// <summary>Looks at a standing restriction: its date of review, and whether the time of what it keeps is over.</summary>
    public async ValueTask LookAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        var subject = request.Subject!.Value;
        var state = await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false);
        if (StandingOf(request, state) is not [var restriction, ..] standing)
        {
            await parts.Requests.RecordAsync(
                request.Id, one => one.IsStanding ? [RequestStep.Of(RequestEntries.Looked, new StepData())] : [], cancellationToken).ConfigureAwait(false);
            return;
        }

        if (EndsTurnedAway(request, restriction))
        {
            await EndTurnedAwayAsync(request, cancellationToken).ConfigureAwait(false);
            return;
        }

        var today = parts.TodayOf(request);
        foreach (var due in standing.Where(one => one.ReviewBy <= today))
        {
            await parts.OpenTaskAsync(
                request, RightsTasks.ReviewRestriction, due.Id == ClaimsOf(request) ? $"claims/{due.ReviewBy:uuuu-MM-dd}" : AboutOf(request, due), parts.Options.Owner, "review",
                "The date by which the restriction is reviewed has come: does the person still need the data for claims (Art. 18(1)(c))?",
                cancellationToken).ConfigureAwait(false);
        }

        if (EndsWithTime(restriction) && await IsOverAsync(request, subject, cancellationToken).ConfigureAwait(false))
        {
            await EndAsync(request, restriction, state, today, cancellationToken).ConfigureAwait(false);
        }

        await parts.Requests.RecordAsync(
            request.Id, one => one.IsStanding ? [RequestStep.Of(RequestEntries.Looked, new StepData { At = parts.NextLook(request) })] : [],
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the restriction placed when a request came that was turned away since, or was closed without proof of identity: it is lifted when whoever asked has
    /// been told (Art. 18(3)). The answer tells whoever is not identified; of anything else people are asked to tell. What had been granted to somebody who was
    /// identified stands, whoever complained since. Idempotent.</summary>
    public async ValueTask EndTurnedAwayAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        var isUnknown = request.Outcome == RequestOutcome.NotIdentifiable;
        if (request is not { Ground: not null, Subject: { } subject } || (isUnknown && !request.IsAnswered))
        {
            return;
        }

        var reason = request.Reason ?? RightsReasons.IdentityNotShown;
        while (StandingOf(request, await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false)) is [var restriction, ..]
            && EndsTurnedAway(request, restriction))
        {
            if (restriction.LiftingToldAt is not null)
            {
                await LiftAsync(request, parts.Options.Owner, reason, cancellationToken).ConfigureAwait(false);
            }
            else if (isUnknown)
            {
                await TellAsync(request, request.Answers[^1].By, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await AskToTellAsync(
                    request, restriction, reason,
                    $"The request was {(request.IsGivenUp ? "closed without proof of identity" : "refused")}, and the restriction that was placed by it stands. Tell the person that it "
                    + "ends (Art. 18(3)).", cancellationToken).ConfigureAwait(false);
                return;
            }
        }
    }

    /// <summary>Whether a restriction of a request stands.</summary>
    public async ValueTask<bool> StandsAsync(DataSubjectRequest request, CancellationToken cancellationToken) =>
        request is { Ground: not null, Subject: { } subject }
        && StandingOf(request, await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false)).Count > 0;

    private async ValueTask EndAsync(
        DataSubjectRequest request, RestrictionState restriction, SubjectState state, LocalDate today, CancellationToken cancellationToken)
    {
        if (restriction.LiftingToldAt is { } told)
        {
            var last = parts.Options.ClaimsNotice.EndOf(LocalDays.DateOf(told, parts.ZoneOf(request)));
            if (today > last && !state.Restrictions.Any(one => one.Id == ClaimsOf(request) && one.Stands))
            {
                await LiftAsync(request, parts.Options.Owner, "time-over", cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        await AskToTellAsync(
            request, restriction, "time-over",
            "The time for which the data is kept is over. Tell the person that the restriction ends and the data goes, unless they need it for claims (Art. 18(3)).",
            cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask AskToTellAsync(
        DataSubjectRequest request, RestrictionState restriction, string reason, string question, CancellationToken cancellationToken)
    {
        var about = AboutOf(request, restriction);
        var asked = await parts.LastTaskAsync(request, RightsTasks.TellLifting, about, cancellationToken).ConfigureAwait(false);
        if (asked?.Outcome is RightsOutcomes.Told or RightsOutcomes.Done)
        {
            await TellAsync(request, parts.Options.Owner, cancellationToken).ConfigureAwait(false);
            return;
        }

        await parts.AskAsync(request, RightsTasks.TellLifting, about, parts.Options.Owner, asked?.Outcome ?? reason, question, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether something that the restriction keeps has no purpose and no obligation left.</summary>
    private async ValueTask<bool> IsOverAsync(DataSubjectRequest request, DataSubject subject, CancellationToken cancellationToken)
    {
        var assessment = parts.Assessment();
        foreach (var found in await parts.Inventory.GatherAsync(subject, request.Scope.Reached, cancellationToken).ConfigureAwait(false))
        {
            if (found.Records.Select(record => assessment.Explain(found.DataSet, record)).OfType<FateExplanation>().SelectMany(one => one.Groups)
                .Any(group => group.Rules.Count > 0 && group.Rules.All(rule => rule.State == LimbState.Past || rule.Rule.Kind == RuleKind.Limit)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The restrictions of a request that stand: those that end because it was turned away, those it asked for, in the order in which they were placed, and the
    /// one invoked for claims in their place.</summary>
    private static IReadOnlyList<RestrictionState> StandingOf(DataSubjectRequest request, SubjectState state) =>
        [.. state.Restrictions.Where(one => one.Request == request.Id && one.Stands)
            .OrderBy(one => !EndsTurnedAway(request, one)).ThenBy(one => one.Id == ClaimsOf(request))];

    /// <summary>Whether a restriction ends because its request was turned away or given up: of one that had been granted before a complaint was right, only what was
    /// placed after that complaint, where nobody is identified by it.</summary>
    private static bool EndsTurnedAway(DataSubjectRequest request, RestrictionState restriction) =>
        request.Outcome == RequestOutcome.NotIdentifiable || request.IsGivenUp
            ? !request.WasGranted || $"{restriction.Id}/".StartsWith($"{request.Id}/{request.LastUpheld!.Id}/", StringComparison.Ordinal)
            : request.IsTurnedAway;

    /// <summary>The restriction that a request asked for last, whether it stands or not; what was invoked for claims is in its place.</summary>
    private static RestrictionState? LastOf(DataSubjectRequest request, SubjectState state) =>
        state.Restrictions.LastOrDefault(one => one.Request == request.Id && one.Id != ClaimsOf(request));

    /// <summary>Whether a restriction ends with the time of the data that it is about.</summary>
    private static bool EndsWithTime(RestrictionState restriction) =>
        restriction.Ground is RestrictionGround.AccuracyContested or RestrictionGround.ObjectionPending;

    private static string AboutOf(DataSubjectRequest request, RestrictionState restriction) =>
        restriction.Id == request.Id ? "" : restriction.Id[(request.Id.Length + 1)..];

    private static string ClaimsOf(DataSubjectRequest request) => $"{request.Id}/claims";

    private static bool IsToPlace(RequestLine line) => line.Verdict == RightsVerdict.Granted || RightsWork.IsPending(line);

    private PersonalEntry ItemOf(DataSubject subject, string type, string id, string by, string? reason) =>
        new(parts.Subjects.EntryOf(subject, type, JsonSerializer.Serialize(new ItemData(id, by, reason), SubjectJson.Default.ItemData)));
}
