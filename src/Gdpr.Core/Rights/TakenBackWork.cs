using System.Text.Json;
using Gdpr.Consents;
using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Rights;

/// <summary>Takes back what stands of a request by which nobody was identified, or of which nothing more is done because proof of identity did not come (Art. 11(2),
/// 12(6)), or that is decided anew because a complaint was right. What was done stands.</summary>
internal sealed class TakenBackWork(RightsParts parts, ObjectionWork objections, RestrictionWork restrictions, ErasureWork erasure)
{
    /// <summary>What people were asked to do by hand, and do no more.</summary>
    private static readonly string[] ByHand = [RightsTasks.Erase, RightsTasks.Approve, RightsTasks.TellApart, RightsTasks.Rectify];

    /// <summary>Lets go on what had stopped, and takes back what was granted and has not been done, so that nothing is destroyed by it. Idempotent.</summary>
    public async ValueTask EndAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        if (request.Outcome != RequestOutcome.NotIdentifiable && !request.IsGivenUp)
        {
            return;
        }

        await objections.OverruleAsync(request, cancellationToken).ConfigureAwait(false);
        await TakeBackAsync(request, cancellationToken).ConfigureAwait(false);
        var isDoubted = await ResolveAsync(request, cancellationToken).ConfigureAwait(false);
        await EndTasksAsync(request, isDoubted, cancellationToken).ConfigureAwait(false);
        await restrictions.EndTurnedAwayAsync(request, cancellationToken).ConfigureAwait(false);
        if (request is { IsGivenUp: true, IsStanding: true } && !isDoubted && !await restrictions.StandsAsync(request, cancellationToken).ConfigureAwait(false))
        {
            await parts.Requests.RecordAsync(
                request.Id, one => one is { IsGivenUp: true, IsStanding: true } ? [RequestStep.Of(RequestEntries.Looked, new StepData())] : [], cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Doubts what was granted of an erasure before a complaint about it was right, and waits, until it is decided anew: meanwhile nothing of it is destroyed,
    /// nor used. Refused as a whole then, it is taken back. Idempotent.</summary>
    public async ValueTask DecideAnewAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        var type = request.Outcome is null ? SubjectEntries.ErasureDoubted : SubjectEntries.ErasureTakenBack;
        if (request is not { Right: DataSubjectRight.Erasure, LastUpheld: not null, Subject: { } subject }
            || (request.Outcome is not null && !request.IsTurnedAway)
            || !(await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false)).Endings.Any(IsToSay))
        {
            return;
        }

        await parts.Subjects.RecordAsync(
            subject,
            state => [.. state.Endings.Where(IsToSay).Select(ending => EntryOf(subject, type, new ItemData(ending.Id, Reason: RightsReasons.DecidedAnew)))],
            null, cancellationToken).ConfigureAwait(false);
        await parts.SettleAsync(cancellationToken).ConfigureAwait(false);

        bool IsToSay(EndingState ending) => ErasureWork.IsOfBefore(ending, request) && (request.Outcome is not null || !ending.IsInDoubt);
    }

    /// <summary>What had been granted before a complaint, to somebody who was identified then, and waited: it stays in doubt, and people say what is to go.</summary>
    /// <returns>Whether anything is in doubt.</returns>
    private async ValueTask<bool> ResolveAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        if (request is not { Right: DataSubjectRight.Erasure, LastUpheld: not null, Subject: { } subject } || !await IsDoubtedAsync().ConfigureAwait(false))
        {
            return false;
        }

        await erasure.ResolveAsync(request, subject, cancellationToken).ConfigureAwait(false);
        return await IsDoubtedAsync().ConfigureAwait(false);

        async ValueTask<bool> IsDoubtedAsync() => (await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false)).Endings
            .Any(ending => ErasureWork.IsOfBefore(ending, request));
    }

    /// <summary>Takes back the grant of an erasure as far as it waits, with the consents and the marketing that it ended. What was granted before a complaint, to
    /// somebody who was identified then, is not. Idempotent.</summary>
    private async ValueTask TakeBackAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        if (request is not { Right: DataSubjectRight.Erasure, Subject: { } subject })
        {
            return;
        }

        var isOutdated = await parts.Renewal.ReadOutdatedAsync(cancellationToken).ConfigureAwait(false);
        if (!EntriesOf(request, subject, await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false), isOutdated).Any())
        {
            return;
        }

        await parts.Subjects.RecordAsync(subject, state => [.. EntriesOf(request, subject, state, isOutdated)], null, cancellationToken).ConfigureAwait(false);
        await parts.SettleAsync(cancellationToken).ConfigureAwait(false);
    }

    private IEnumerable<PersonalEntry> EntriesOf(
        DataSubjectRequest request, DataSubject subject, SubjectState state, Func<DataSubject, ConsentState, bool> isOutdated)
    {
        var reason = request.Reason ?? RightsReasons.IdentityNotShown;
        foreach (var ending in state.Endings.Where(ending => ErasureWork.IsWaiting(ending, request) && !ErasureWork.IsOfBefore(ending, request)))
        {
            yield return EntryOf(subject, SubjectEntries.ErasureTakenBack, new ItemData(ending.Id, Reason: reason));
        }

        // What went with something that is done stays as it was said to be.
        var done = state.Endings.Where(ending => ErasureWork.IsOf(ending, request) && !ErasureWork.IsWaiting(ending, request))
            .SelectMany(ending => ending.Purposes).ToHashSet(StringComparer.Ordinal);
        foreach (var consent in state.Consents.Where(one => one.Requests?.Contains(request.RoundId, StringComparer.Ordinal) == true && !done.Contains(one.Purpose)))
        {
            var data = ConsentEnding.DataOf(consent.Before ?? consent, consent.Purpose, consent.Field) with { Request = request.RoundId, Reason = reason };
            yield return new PersonalEntry(parts.Subjects.EntryOf(subject, SubjectEntries.WithdrawalTakenBack, data, parts.Now));

            // What it counts as again is a consent to the text of then.
            if (consent is { Requests.Count: 1, Before: { } given } && isOutdated(subject, given))
            {
                yield return parts.Renewal.SupersededOf(subject, given, parts.Now);
            }
        }

        foreach (var objection in state.Objections.Where(one =>
            ObjectionWork.IsOfRound(one, request) && one.Stands(parts.Now) && !done.Any(parts.Assessment().IsMarketing)))
        {
            yield return EntryOf(subject, SubjectEntries.ObjectionEnded, new ItemData(objection.Id, Reason: reason));
        }
    }

    private PersonalEntry EntryOf(DataSubject subject, string type, ItemData data) =>
        new(parts.Subjects.EntryOf(subject, type, JsonSerializer.Serialize(data, SubjectJson.Default.ItemData)));

    private async ValueTask EndTasksAsync(DataSubjectRequest request, bool isDoubted, CancellationToken cancellationToken)
    {
        if (request.Lines.Count == 0 && request.Results.Count == 0)
        {
            return;
        }

        foreach (var task in (await parts.Tasks.ListOpenAsync(cancellationToken).ConfigureAwait(false))
            .Where(task => ByHand.Contains(task.Kind, StringComparer.Ordinal) && !(isDoubted && task.Kind == RightsTasks.TellApart)
                && task.Id.StartsWith($"{request.Id}/", StringComparison.Ordinal)))
        {
            await parts.EndTaskAsync(task.Id, request.Reason ?? RightsReasons.IdentityNotShown, parts.Options.Owner).ConfigureAwait(false);
        }
    }
}
