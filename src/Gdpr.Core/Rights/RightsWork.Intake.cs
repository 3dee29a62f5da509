using System.Text.Json;
using Gdpr.Subjects;

namespace Gdpr.Rights;

/// <content>What is for the same, what is a client's, and until when a request keeps destruction waiting.</content>
internal sealed partial class RightsWork
{
    /// <summary>Hands a request to the controller whose data it concerns: a task says so, and the request is answered by nobody here.</summary>
    public async ValueTask<DataSubjectRequest> ForwardAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        if (request.ForwardedTo is not null)
        {
            return request;
        }

        // Handed on anew after a complaint that was right about it, it is by another task.
        await HandOnAsync(
            request, RightsTasks.Forward, request.LastUpheld?.Id ?? "", RightsReasons.Processor,
            "Hand the request to the controller without delay, and do not answer it. The controller's clock may run from the receipt here.",
            cancellationToken).ConfigureAwait(false);
        return await parts.Requests.RecordAsync(
            request.Id, one => one.ForwardedTo is not null ? [] : [RequestStep.Of(RequestEntries.Forwarded, new StepData { Other = one.For })],
                cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has the joint controllers told of a request that is about what they decide together, once for each arrangement (Art. 26): a task says so. The clock runs
    /// on from the first receipt, whoever answers.</summary>
    public async ValueTask TellJointControllersAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        foreach (var concern in JointArrangements.Of(parts.Policy(), request))
        {
            if (await parts.TaskOfAsync(request, RightsTasks.TellJointControllers, concern.Agreement, cancellationToken).ConfigureAwait(false) is null)
            {
                await HandOnAsync(
                    request, RightsTasks.TellJointControllers, concern.Agreement, "joint-controllers", concern.Question, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The arrangements under which joint controllers still have to be told of a request.</summary>
    public async ValueTask<IReadOnlyList<string>> UntoldArrangementsAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        var untold = new List<string>();
        foreach (var concern in JointArrangements.Of(parts.Policy(), request))
        {
            var task = await parts.TaskOfAsync(request, RightsTasks.TellJointControllers, concern.Agreement, cancellationToken).ConfigureAwait(false);
            if (task?.IsOpen != false)
            {
                untold.Add(concern.Agreement);
            }
        }

        return untold;
    }

    private async ValueTask HandOnAsync(
        DataSubjectRequest request, string kind, string about, string reason, string question, CancellationToken cancellationToken)
    {
        var zone = parts.ZoneOf(request);
        var due = Time.LocalDays.EndOf(parts.Options.ForwardWithin.EndOf(Time.LocalDays.DateOf(request.LastUpheld?.AnsweredAt ?? request.ReceivedAt, zone)), zone);
        await parts.Tasks.OpenAsync(
            new Processing.Tasks.HumanTask($"{request.Id}/{kind}/{about}", kind, parts.Options.Owner, due, parts.Now)
            {
                LegalLimit = parts.ClockOf(request).LegalLatest.End,
                Controller = request.Controller,
                Subject = request.SubjectKey,
                About = $"{RequestEntries.StreamOf(request.Id)} {about}".TrimEnd(),
                Reason = reason,
                Question = question,
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps scheduled destruction waiting again, because a complaint or proof of identity has opened the request: what its answer is about is
    /// there until it is given.</summary>
    private async ValueTask FreezeAnewAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        if (request is not { Subject: { } subject, IsAwaited: true } || (request.Complaints.Count == 0 && request.AnswersBefore is null))
        {
            return;
        }

        var hasBegun = false;
        await parts.Subjects.RecordAsync(
            subject,
            state =>
            {
                hasBegun = !state.Requests.Any(one => one.Id == request.Id && one.IsOpen);
                return hasBegun
                    ? [EntryOf(subject, SubjectEntries.RequestOpened, new RequestData(request.Id, request.Right, request.Scope.Reached), request.ReceivedAt)] : [];
            },
            null, cancellationToken).ConfigureAwait(false);
        if (hasBegun)
        {
            await parts.SettleAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends what kept scheduled destruction waiting for the answer. What fell due meanwhile goes the same day.</summary>
    public async ValueTask EndFreezeAsync(DataSubjectRequest request, string by, CancellationToken cancellationToken)
    {
        if (request is not { Subject: { } subject, IsAwaited: false })
        {
            return;
        }

        var hasEnded = false;
        await parts.Subjects.RecordAsync(
            subject,
            state =>
            {
                hasEnded = state.Requests.Any(one => one.Id == request.Id && one.IsOpen) && !RestrictionWork.KeepsFreeze(request, state);
                return hasEnded
                    ? [new Journals.PersonalEntry(parts.Subjects.EntryOf(
                        subject, SubjectEntries.RequestClosed, JsonSerializer.Serialize(new ItemData(request.Id, by), SubjectJson.Default.ItemData)))]
                    : [];
            },
            null, cancellationToken).ConfigureAwait(false);
        if (hasEnded)
        {
            await parts.SettleAsync(cancellationToken).ConfigureAwait(false);
            await parts.Agenda.WakeAsync(request.Scope.Reached).ConfigureAwait(false);
        }
    }

    /// <summary>The earlier of the person's open requests that a request is for the same as; <see langword="null"/> where there is none.</summary>
    private async ValueTask<DataSubjectRequest?> FindSameAsync(
        DataSubjectRequest request, IReadOnlyList<string> rivals, SubjectState known, CancellationToken cancellationToken)
    {
        foreach (var rival in rivals)
        {
            if (await parts.Register.FindLatestAsync(rival, cancellationToken).ConfigureAwait(false) is { } found
                && (IsRepeatedBy(found, request) || (IsSame(found, request) && !IsLifted(found, known)
                    && await IsBySameAsync(found, request, cancellationToken).ConfigureAwait(false)
                    && await SaysSameAsync(found, request, cancellationToken).ConfigureAwait(false))))
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Whether a request is for the same as another that is still to be decided, by somebody of the same capacity: what was decided or answered answers
    /// nothing that is asked later, and what somebody asks for another is not answered to that other.</summary>
    private static bool IsSame(DataSubjectRequest one, DataSubjectRequest other) =>
        one is { IsOpen: true, Outcome: null } && one.Scope.Equals(other.Scope) && one.Ground == other.Ground && one.IsMarketing == other.IsMarketing
        && one.Decision == other.Decision && one.MarketingChannel == other.MarketingChannel && one.Until == other.Until && Equals(one.Mandate, other.Mandate);

    /// <summary>Whether nothing says that an earlier request is by somebody else. Unless the person has shown to be the one who asks, nobody knows by whom it is: it is
    /// the same only where the answer goes to the same address, or neither names one. Otherwise the one would show who they are, and the other be answered.</summary>
    private async ValueTask<bool> IsBySameAsync(DataSubjectRequest earlier, DataSubjectRequest request, CancellationToken cancellationToken)
    {
        if (earlier is { Identity.IsShown: true, Mandate: null } || (earlier.Words is null && request.Words is null))
        {
            return true;
        }

        var (one, other) = (await parts.ReadWordsAsync(earlier, cancellationToken).ConfigureAwait(false),
            await parts.ReadWordsAsync(request, cancellationToken).ConfigureAwait(false));

        // What has been erased cannot be compared.
        return (one is not null || earlier.Words is null) && (other is not null || request.Words is null)
            && string.Equals(one?.ReplyTo?.Trim(), other?.ReplyTo?.Trim(), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether two requests for the same right ask for the same in words, where nothing else says what they ask for: what is to be corrected, and which
    /// decision is contested. What cannot be compared may be another thing, and would never be done.</summary>
    private async ValueTask<bool> SaysSameAsync(DataSubjectRequest earlier, DataSubjectRequest request, CancellationToken cancellationToken)
    {
        if (request is not ({ Right: DataSubjectRight.Rectification } or { Right: DataSubjectRight.AutomatedDecision, Decision: null }))
        {
            return true;
        }

        var (one, other) = (await parts.ReadWordsAsync(earlier, cancellationToken).ConfigureAwait(false),
            await parts.ReadWordsAsync(request, cancellationToken).ConfigureAwait(false));
        return (one is not null || earlier.Words is null) && (other is not null || request.Words is null)
            && string.Equals(one?.Text?.Trim(), other?.Text?.Trim(), StringComparison.Ordinal);
    }

    private static bool IsRepeatedBy(DataSubjectRequest one, DataSubjectRequest other) => one.Duplicates.Contains(other.Id, StringComparer.Ordinal);

    private static IReadOnlyList<RequestStep> RepeatedBy(DataSubjectRequest one, DataSubjectRequest other) =>
    [
        RequestStep.Of(RequestEntries.Repeated, new StepData
        {
            Other = other.Id,
            At = other.ReceivedAt,

            // Only what is shown to come from the person, or from somebody who may act for them, is a later word than a consent.
            Method = other.Mandate is { IsShown: false } ? null : other.Identity.Method,
        }),

        // Who has shown who they are with the later one need not do so again.
        .. other.Identity.Method is { } method && !one.Identity.IsShown
            ? new[] { RequestStep.Of(RequestEntries.IdentityShown, new StepData { Method = method }) } : [],
    ];
}
