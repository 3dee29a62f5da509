using System.Text.Json;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>Carries out erasure (Art. 17): records what was granted, has the one executor dispose of it, reads again, and says of every item what has become of
/// it.</summary>
internal sealed class ErasureWork(RightsParts parts, ObjectionWork objections, WaitingErasures erasures)
{
    /// <summary>Carries out what was granted, as far as it can be at the moment.</summary>
    public async ValueTask<DataSubjectRequest> ExecuteAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        if (request.Subject is not { } subject)
        {
            return request;
        }

        do
        {
            request = await RefuseConsentedAsync(request, subject, cancellationToken).ConfigureAwait(false);
        }
        while (!await GrantAsync(request, subject, cancellationToken).ConfigureAwait(false));

        await erasures.ResolveAsync(request, subject, cancellationToken).ConfigureAwait(false);
        var state = await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false);
        var results = new List<DataSetResult>();
        foreach (var dataSet in request.Lines.Select(line => line.DataSet).Distinct(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isToDo = state.Endings.Any(ending => IsToDo(ending, request) && ending.DataSets.Contains(dataSet, StringComparer.Ordinal));
            if (await DisposeAsync(request, subject, dataSet, isToDo, cancellationToken).ConfigureAwait(false) is { } result)
            {
                results.Add(result);
            }
        }

        await SayDoneAsync(request, subject, results, cancellationToken).ConfigureAwait(false);
        return await parts.Requests.RecordAsync(
            request.Id,
            one =>
            [
                .. Same(results, one.Results) ? Array.Empty<RequestStep>() : [RequestStep.Of(results)],
                .. NextLookOf(one, results),
            ], cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="WaitingErasures.ResolveAsync"/>
    public ValueTask ResolveAsync(DataSubjectRequest request, DataSubject subject, CancellationToken cancellationToken) =>
        erasures.ResolveAsync(request, subject, cancellationToken);

    /// <summary>Whether everything granted has gone, and was read again or confirmed.</summary>
    public bool IsDone(DataSubjectRequest request) => request.Lines.Where(line => line.Verdict == RightsVerdict.Granted).Select(line => line.DataSet)
        .Distinct(StringComparer.Ordinal).All(dataSet => request.Results.Any(result => result.DataSet == dataSet && result.Level >= ReceiptLevel.Reported));

    /// <summary>What had to wait, and need no longer: the contract has ended, or the law's time is over, so that it is granted without being asked again.</summary>
    public async ValueTask<DataSubjectRequest> LookAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        if (request.Subject is not { } subject)
        {
            return request;
        }

        await AskAboutUnknownAsync(request, cancellationToken).ConfigureAwait(false);
        string[] waiting = [.. request.Lines.Where(IsWaiting).Select(line => line.DataSet).Distinct(StringComparer.Ordinal)];
        var looked = request;
        if (waiting.Length > 0)
        {
            var state = await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false);
            var found = await parts.Inventory.GatherAsync(subject, waiting, cancellationToken).ConfigureAwait(false);
            var now = parts.Assessment().Assess(request, state, found).ToDictionary(line => line.Id, StringComparer.Ordinal);
            RequestLine[] granted = [.. request.Lines.Where(IsWaiting)
                .Select(line => now.GetValueOrDefault(line.Id)).OfType<RequestLine>().Where(line => line.Verdict == RightsVerdict.Granted)];
            looked = granted.Length == 0 ? request
                : await parts.Requests.RecordAsync(request.Id, _ => [RequestStep.Of(granted, RequestEntries.LineDecided)], cancellationToken).ConfigureAwait(false);
        }

        return await ExecuteAsync(looked, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What waits in a data set that the policy does not know any more will never be found by itself: people are told, once.</summary>
    private async ValueTask AskAboutUnknownAsync(DataSubjectRequest request, CancellationToken cancellationToken)
    {
        foreach (var dataSet in request.Lines.Where(line => IsWaiting(line) && !parts.Inventory.IsDeclared(line.DataSet))
            .Select(line => line.DataSet).Distinct(StringComparer.Ordinal))
        {
            if (await parts.LastTaskAsync(request, RightsTasks.Erase, dataSet, cancellationToken).ConfigureAwait(false) is null)
            {
                await AskAsync(request, dataSet, isByHand: true, RightsReasons.UnknownDataSet, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Does not carry out what was granted before the person consented anew, and has not ended yet.</summary>
    private async ValueTask<DataSubjectRequest> RefuseConsentedAsync(DataSubjectRequest request, DataSubject subject, CancellationToken cancellationToken)
    {
        var state = await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false);
        RequestLine[] consented = [.. ConsentedOf(request, state, parts.Assessment()).Select(line => line with
        {
            Verdict = RightsVerdict.Refused,
            Reason = RightsReasons.ConsentedSince,
            Article = RightsMatrix.ConsentedSinceArticle,
        })];
        return consented.Length == 0 ? request
            : await parts.Requests.RecordAsync(request.Id, _ => [RequestStep.Of(consented, RequestEntries.LineDecided)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What was granted before the person consented anew, and has not ended yet.</summary>
    private static IEnumerable<RequestLine> ConsentedOf(DataSubjectRequest request, SubjectState state, RightsAssessment assessment) => request.Lines.Where(line =>
        line.Verdict == RightsVerdict.Granted
        && line.Reason is RightsReasons.ErasureWithdraws or RightsReasons.ConsentWithdrawn or RightsReasons.ConsentMissing or RightsReasons.DirectMarketing
        && assessment.IsConsentedSince(request, state, line.Purpose) && !IsRecorded(state, request, line.DataSet, [line.Purpose]));

    /// <summary>Ends what was granted of, per data set, in the place of what was granted before it was decided anew; withdraws the consents that went with it, and
    /// objects to the marketing.</summary>
    /// <returns>Whether it did; the person may have consented anew just before.</returns>
    private async ValueTask<bool> GrantAsync(DataSubjectRequest request, DataSubject subject, CancellationToken cancellationToken)
    {
        var assessment = parts.Assessment();
        var granted = request.Lines.Where(line => line.Purpose.Length > 0 && assessment.EndsAlone(request, line)).GroupBy(line => line.DataSet, StringComparer.Ordinal)
            .Select(dataSet => (DataSet: dataSet.Key, Purposes: dataSet.GroupBy(line => line.Purpose, StringComparer.Ordinal)
                .Where(purpose => purpose.All(line => line.Verdict == RightsVerdict.Granted)).Select(purpose => purpose.Key).Order(StringComparer.Ordinal).ToArray()))
            .Where(dataSet => dataSet.Purposes.Length > 0).ToArray();
        var isAll = request.Scope.Reached.Count == 0;
        var purposes = granted.SelectMany(one => one.Purposes).Distinct(StringComparer.Ordinal)
            .Where(purpose => isAll && IsGrantedEverywhere(request, purpose)).ToArray();

        // Who wants everything erased is told that no marketing comes any more: none does, whatever it is for by then.
        var ended = purposes.Where(assessment.IsMarketing).ToArray();
        string[][] marketing = ended.Length > 0 && request.Scope.Purposes.Count == 0 ? [[]] : [.. ended.Select(purpose => new[] { purpose })];
        var known = await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false);
        var there = new Dictionary<string, IReadOnlyList<string>?>(StringComparer.Ordinal);
        foreach (var (dataSet, ending) in granted.Where(one => !IsRecorded(known, request, one.DataSet, one.Purposes)))
        {
            there[dataSet] = await erasures.NamesAsync(subject, dataSet, ending, cancellationToken).ConfigureAwait(false);
        }

        var hasConsented = false;
        await parts.Subjects.RecordAsync(
            subject,
            state => (hasConsented = ConsentedOf(request, state, assessment).Any()) ? [] :
            [
                .. granted.Where(one => !IsRecorded(state, request, one.DataSet, one.Purposes)).Select(one => new PersonalEntry(parts.Subjects.EntryOf(
                    subject, SubjectEntries.ErasureGranted,
                    JsonSerializer.Serialize(
                        new EndingData(IdOf(request, one.DataSet), one.Purposes, [one.DataSet], "erasure") { Records = there.GetValueOrDefault(one.DataSet) },
                        SubjectJson.Default.EndingData)))),
                .. state.Endings.Where(ending => IsOfBefore(ending, request) && !IsToDecideAnew(ending, request))
                    .Select(ending => new PersonalEntry(parts.Subjects.EntryOf(
                    subject, SubjectEntries.ErasureTakenBack,
                    JsonSerializer.Serialize(new ItemData(ending.Id, Reason: RightsReasons.DecidedAnew), SubjectJson.Default.ItemData)))),
                .. objections.Withdrawals(state, subject, consent => purposes.Contains(consent.Purpose, StringComparer.Ordinal), request),
                .. marketing.Where(one => !ObjectionWork.IsRaised(state, request, one) && !objections.IsStillStopped(state, request.Id, one))
                    .Select(one => objections.Raised(subject, state, request, one, request.Id)).OfType<PersonalEntry>(),
            ],
            null, cancellationToken).ConfigureAwait(false);
        await parts.SettleAsync(cancellationToken).ConfigureAwait(false);
        return !hasConsented;
    }

    /// <summary>Says of data sets in which nothing is left that the erasure is done: should the person come back, what is collected anew is not destroyed by
    /// it.</summary>
    private async ValueTask SayDoneAsync(
        DataSubjectRequest request, DataSubject subject, IReadOnlyList<DataSetResult> results, CancellationToken cancellationToken)
    {
        string[] empty = [.. results.Where(IsGone).Select(result => result.DataSet)];
        var before = await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false);
        if (!before.Endings.Any(IsToSay))
        {
            return;
        }

        await parts.Subjects.RecordAsync(
            subject,
            state =>
            [
                .. state.Endings.Where(IsToSay).Select(ending => new PersonalEntry(parts.Subjects.EntryOf(
                    subject, SubjectEntries.ErasureDone, JsonSerializer.Serialize(new ItemData(ending.Id), SubjectJson.Default.ItemData)))),
            ],
            null, cancellationToken).ConfigureAwait(false);
        await parts.SettleAsync(cancellationToken).ConfigureAwait(false);

        bool IsToSay(EndingState ending) => IsToDo(ending, request) && ending.DataSets.All(dataSet => empty.Contains(dataSet, StringComparer.Ordinal));
    }

    private async ValueTask<DataSetResult?> DisposeAsync(
        DataSubjectRequest request, DataSubject subject, string dataSet, bool isToDo, CancellationToken cancellationToken)
    {
        var lines = request.Lines.Where(line => line.DataSet == dataSet).ToArray();
        var before = request.Results.FirstOrDefault(one => one.DataSet == dataSet);
        if (before is not null && IsGone(before) && !isToDo)
        {
            // What has been collected since is no part of the request. What a backup has brought back is.
            return before;
        }

        if (!parts.Inventory.IsDeclared(dataSet))
        {
            return ErasureResults.UnknownDataSet(dataSet, lines, before, isToDo);
        }

        if (Array.TrueForAll(lines, line => line.Reason == RightsReasons.NothingHeld))
        {
            // Looked for, and nothing found: where something was to be looked for by hand, it has been. What a backup has brought back goes by the grant that stands.
            return isToDo && (await parts.Inventory.GatherAsync(subject, [dataSet], cancellationToken).ConfigureAwait(false))[0] is
            { Status: GatherStatus.Read, Records.Count: 0 }
                ? new DataSetResult(dataSet, ReceiptLevel.Reread) { Items = [new ItemResult(lines[0].Fields, ResultCode.Erased, 0)] }
                : before is null ? null : new DataSetResult(dataSet, ReceiptLevel.Reread);
        }

        if (lines.FirstOrDefault(line => line.Reason is RightsReasons.ByHand or RightsReasons.NotReached) is { } byHand)
        {
            return ErasureResults.ByHand(dataSet, byHand, await parts.LastTaskAsync(request, RightsTasks.Erase, dataSet, cancellationToken).ConfigureAwait(false));
        }

        if (Array.TrueForAll(lines, line => line.Verdict == RightsVerdict.Forwarded))
        {
            return new DataSetResult(dataSet, ReceiptLevel.Reread) { Items = [.. ErasureResults.ItemsOf(lines, ResultCode.Forwarded, RightsReasons.Processor)] };
        }

        var assessment = parts.Assessment();
        var granted = lines.Where(line => line.Verdict == RightsVerdict.Granted && assessment.EndsAlone(request, line)).Select(line => line.Activity)
            .ToHashSet(StringComparer.Ordinal);
        var isGranted = granted.Count > 0;
        var (reason, plans, isByGrant) = ((string?)null, before?.Plans ?? [], false);
        if (isGranted)
        {
            var ids = await parts.Directory.NativeIdsAsync(subject, dataSet, cancellationToken).ConfigureAwait(false);
            var outcome = await parts.Sweep.RunForAsync(dataSet, new SweptPerson(subject, ids, granted), cancellationToken).ConfigureAwait(false);
            reason = outcome.Status == SweepStatus.Completed ? null : outcome.Reason ?? outcome.Status.Code();
            plans = outcome is { Plan: { } plan, Done.Records: > 0 } ? [.. plans, plan] : plans;
            isByGrant = outcome is { Status: SweepStatus.Completed, Reason: SweepReasons.ApprovalMissing };
            if (outcome.Status is SweepStatus.NeedsApproval or SweepStatus.Manual)
            {
                await AskAsync(request, dataSet, outcome.Status == SweepStatus.Manual, reason!, cancellationToken).ConfigureAwait(false);
            }
        }

        var reread = (await parts.Inventory.GatherAsync(subject, [dataSet], cancellationToken).ConfigureAwait(false))[0];
        if (isByGrant && reread.Records.Any(record => assessment.IsDueByOthers(request, reread.DataSet, record, granted)))
        {
            // What is due because a period of another rule is over goes when somebody has approved that rule, and not before.
            reason = SweepReasons.ApprovalMissing;
            await AskAsync(request, dataSet, isByHand: false, reason, cancellationToken).ConfigureAwait(false);
        }

        var state = await parts.States.ReadLatestAsync(subject, cancellationToken).ConfigureAwait(false);
        var result = ErasureResults.Of(request, state, lines, reread, isGranted && reason is null, reason, assessment) with { Plans = plans };
        result = result with { BackupUntil = BackupUntil(request, before, result) };
        var byHandFields = result.Items.Where(item => item is { Code: ResultCode.NotReached, Reason: RightsReasons.ByHand }).SelectMany(item => item.Fields)
            .Distinct(StringComparer.Ordinal).Select(field => $"{dataSet}.{field}").ToArray();
        if (byHandFields.Length > 0)
        {
            await AskAsync(request, string.Join(',', byHandFields), cancellationToken).ConfigureAwait(false);
        }

        // What a processor has confirmed, and reading again has not belied, stays confirmed.
        return before?.Level == ReceiptLevel.ProcessorConfirmed && result.Level == ReceiptLevel.Reread ? result with { Level = ReceiptLevel.ProcessorConfirmed } : result;
    }

    /// <summary>The request by which something was granted.</summary>
    internal static string RequestOf(string ending) => ending.Split('/')[0];

    /// <summary>Whether something was granted by a request.</summary>
    internal static bool IsOf(EndingState ending, DataSubjectRequest request) => ending.IsErasure && RequestOf(ending.Id) == request.Id;

    /// <summary>Whether something that was granted by a request has never been done.</summary>
    internal static bool IsWaiting(EndingState ending, DataSubjectRequest request) => IsToDo(ending, request) && ending.DoneIdentity is null;

    /// <summary>Whether something was granted by a request before it was opened to be decided anew, and has never been done: what is decided anew takes its
    /// place.</summary>
    internal static bool IsOfBefore(EndingState ending, DataSubjectRequest request) =>
        request.LastUpheld is not null && IsWaiting(ending, request) && ending.Id != IdOf(request, ending.DataSets[0]);

    /// <summary>Whether something that was granted before is still to be decided anew, because what it is about has not been reached or weighed: until then it stays in
    /// doubt, and people need not tell anything apart.</summary>
    internal static bool IsToDecideAnew(EndingState ending, DataSubjectRequest request) => !request.IsGivenUp && IsOfBefore(ending, request)
        && request.Lines.Any(line => line.DataSet == ending.DataSets[0] && RightsWork.IsMissing(request, line));

    private static bool IsToDo(EndingState ending, DataSubjectRequest request) => IsOf(ending, request) && !ending.IsDone;

    /// <summary>What is granted of a data set by a request. What is granted anew, because a complaint was right, is another.</summary>
    internal static string IdOf(DataSubjectRequest request, string dataSet) => $"{request.RoundId}/{dataSet}";

    private ValueTask<string> AskAsync(DataSubjectRequest request, string dataSet, bool isByHand, string reason, CancellationToken cancellationToken) => parts.AskAsync(
        request, isByHand ? RightsTasks.Erase : RightsTasks.Approve, dataSet, isByHand ? parts.Options.ManualOwner : parts.Options.Owner, reason,
        "What was granted cannot be disposed of yet: approve the rules of the data set, or remove the person's data by hand and say so.", cancellationToken);

    /// <summary>Has fields erased by hand whose purpose goes on with others: until they are read again to be empty.</summary>
    private async ValueTask AskAsync(DataSubjectRequest request, string fields, CancellationToken cancellationToken)
    {
        var last = await parts.LastTaskAsync(request, RightsTasks.Erase, fields, cancellationToken).ConfigureAwait(false);
        var reason = last?.Outcome switch
        {
            null => last?.Reason ?? RightsReasons.ByHand,
            RightsOutcomes.Done => SweepReasons.StillThere,
            var outcome => outcome,
        };
        await parts.AskAsync(
            request, RightsTasks.Erase, fields, parts.Options.ManualOwner, reason,
            $"Erase these fields of the person's records by hand, and leave the others: {fields.Replace(",", ", ", StringComparison.Ordinal)}. Say when it is done; "
            + "they are read again.", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The day on which the last backup that may hold what was erased is gone: counted from the day on which the last of it went.</summary>
    private LocalDate? BackupUntil(DataSubjectRequest request, DataSetResult? before, DataSetResult result)
    {
        if (GoneOf(result) <= (before is null ? 0 : GoneOf(before)))
        {
            return before?.BackupUntil;
        }

        return DataPath.TryParse(result.DataSet, out var path) && parts.Policy().Systems.GetValueOrDefault(path.System)?.Backup?.Keep is { } keep
            ? keep.EndOf(parts.TodayOf(request)) : null;
    }

    /// <summary>When what is kept is to be looked at: on the day after its last day, where that is known; never, where nothing waits.</summary>
    private Instant? NextLookAt(DataSubjectRequest request, IReadOnlyList<DataSetResult> results)
    {
        var (soon, zone) = (parts.NextLook(request), parts.ZoneOf(request));
        Instant[] times =
        [
            .. request.Lines.Any(line => line.Verdict == RightsVerdict.Deferred) || IsToTell(request with { Results = results }) ? new[] { soon } : [],
            .. results.SelectMany(result => result.Items).Where(item => item.Code is ResultCode.KeptRestricted or ResultCode.Undetermined or ResultCode.NotReached)
                .Select(item => item.Until is { } until && LocalDays.EndOf(until, zone) > parts.Now ? LocalDays.EndOf(until, zone) : soon),
        ];
        return times.Length > 0 ? times.Min() : null;
    }

    /// <summary>When a request is looked at again after results, as a step where that changes.</summary>
    public IEnumerable<RequestStep> NextLookOf(DataSubjectRequest request, IReadOnlyList<DataSetResult> results)
    {
        var next = NextLookAt(request, results);
        return next == request.NextLookAt && request.IsStanding == next is not null ? [] : [RequestStep.Of(RequestEntries.Looked, new StepData { At = next })];
    }

    /// <summary>Whether recipients are still to be told of what was erased after the request was closed: it stands until they have been, also after a crash.</summary>
    private static bool IsToTell(DataSubjectRequest request) => request.Phase == RequestPhase.Closed
        && request.Lines.Any(line => line.Verdict == RightsVerdict.Granted && RightsWork.IsToTell(request, line));

    private static int GoneOf(DataSetResult result) =>
        result.Items.Where(item => item.Code is ResultCode.Erased or ResultCode.Anonymised).Sum(item => item.Records);

    private static bool IsGone(DataSetResult result) =>
        result is { Level: >= ReceiptLevel.Reread, Items.Count: > 0 }
            && result.Items.All(item => item.Code == ResultCode.Erased || item.Reason == RightsReasons.OtherPerson);

    /// <summary>What the law or a contract refuses today is granted when the law's time or the contract is over. What a human refused, for another reason than a contract
    /// in force, was weighed and stands.</summary>
    private static bool IsWaiting(RequestLine line) => line.Verdict == RightsVerdict.Deferred || line is { Verdict: RightsVerdict.Refused, DecidedBy: null };

    private static bool IsGrantedEverywhere(DataSubjectRequest request, string purpose) =>
        request.Lines.Where(line => line.Purpose == purpose).All(line => line.Verdict == RightsVerdict.Granted);

    private static bool IsRecorded(SubjectState state, DataSubjectRequest request, string dataSet, IReadOnlyList<string> purposes) => state.Endings.Any(ending =>
        ending.IsErasure && ending.Id == IdOf(request, dataSet) && purposes.All(purpose => ending.Purposes.Contains(purpose, StringComparer.Ordinal)));

    private static bool Same(IReadOnlyList<DataSetResult> left, IReadOnlyList<DataSetResult> right) =>
        JsonSerializer.Serialize(new ResultsData(left), RequestJson.Default.ResultsData)
            == JsonSerializer.Serialize(new ResultsData([.. left.Select(one => right.FirstOrDefault(other => other.DataSet == one.DataSet)).OfType<DataSetResult>()]),
                RequestJson.Default.ResultsData);
}
