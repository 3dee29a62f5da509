using Gdpr.Disposal;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Subjects;

namespace Gdpr.Core.Tests.Model;

/// <content>What must be so after every step, and that every request comes to an end.</content>
internal sealed partial class RoundMachine
{
    /// <summary>What was granted last to somebody identified, and in which round; <see langword="null"/> for nothing, or where the one whose it was ended it.</summary>
    private (string Round, int Complaints)? _granted;

    private RequestAnswerContent? _told;

    private string? RowOf(string path) => path == "desk.tickets" ? _data.Tickets.Find("t1")?.ToString()
        : _data.Customers.Find("c1") is { } customer ? (customer with { Ended = null }).ToString() : null;

    /// <summary>The rows of the tables that a hold or a restriction of (b) or (c) keeps.</summary>
    private async Task<IReadOnlyDictionary<string, string?>> KeptAsync()
    {
        var state = await _world.StateAsync(_subject);
        var holds = await _world.Get<LegalHolds>().ListAsync();
        return new[] { "crm.customers", "desk.tickets" }.Where(path =>
            holds.Any(hold => hold.Phase == HoldPhase.Placed && hold.DataSets.Contains(path))
            || state.Restrictions.Any(one => one is { Stands: true, Ground: RestrictionGround.Unlawful or RestrictionGround.Claims } && one.DataSets.Contains(path)))
            .ToDictionary(path => path, RowOf);
    }

    /// <summary>Notes what has been decided for somebody identified, and carried out.</summary>
    private void Note(DataSubjectRequest request)
    {
        if (!request.Identity.IsShown || request.Phase < RequestPhase.Executed || request.Outcome is null or RequestOutcome.NotIdentifiable || request.Lines.Count == 0)
        {
            return;
        }

        var isGranted = request.Lines.Any(line => line.Verdict == RightsVerdict.Granted && (line.Purpose == Support || _right is not (RoundRight.Erasure or RoundRight.Objection)));
        _granted = isGranted ? (request.RoundId, request.Complaints.Count) : null;
    }

    /// <summary>What was granted in this round, to whoever has not shown since that it was theirs, is so no more. What had been answered before a complaint is another
    /// round.</summary>
    private void ForgetOwn(DataSubjectRequest request)
    {
        if (_granted is { } granted && granted.Round == request.RoundId && granted.Complaints == request.Complaints.Count)
        {
            _granted = null;
        }
    }

    private async Task CheckAsync()
    {
        var (request, state) = (await RequestAsync(), await _world.StateAsync(_subject));
        if (_granted is { } granted)
        {
            var why = $"granted in {granted.Round[request.Id.Length..]} to somebody identified; now {request.Phase} {request.Outcome} of {request.RoundId[request.Id.Length..]}";
            switch (_right)
            {
                case RoundRight.Objection:
                    state.Objections.ShouldContain(one => one.Request == _id && one.Stands(_world.Now) && one.IsTo(Support, false), why);
                    (await IsSupportStoppedAsync()).ShouldBeTrue(why);
                    break;
                case RoundRight.Erasure:
                    (_data.Tickets.Find("t1") is null || await IsSupportStoppedAsync()).ShouldBeTrue(why);
                    break;
                default:
                    if (!state.Restrictions.Any(one => one.Request == _id && one.LiftingToldAt is not null))
                    {
                        state.Restrictions.ShouldContain(one => one.Request == _id && one.Stands, why);
                    }

                    break;
            }
        }

        if (request is { IsAnswered: true, Outcome: not RequestOutcome.NotIdentifiable } && _told is { } told && told.Outcome != RequestOutcome.NotIdentifiable)
        {
            foreach (var line in request.Lines.Where(line => line.Verdict == RightsVerdict.Refused))
            {
                told.Decisions.ShouldNotContain(
                    one => one.Id == line.Id && one.Verdict == RightsVerdict.Granted, $"the person was told that {line.Id} is granted, and it is not: {line.Reason}");
            }
        }

        foreach (var ending in state.Endings.Where(ending => !ending.IsDone && ErasureWork.IsOf(ending, request)))
        {
            (request.Outcome == RequestOutcome.NotIdentifiable && !request.WasGranted).ShouldBeFalse($"nobody is identified, and {ending.Id} would be erased");
        }
    }

    /// <summary>The pump has reported what has not been answered and whose time runs out.</summary>
    private async Task CheckReportedAsync()
    {
        var request = await RequestAsync();
        if (request is { IsOpen: true, IsAnswered: false } && _world.Now >= Requests.ClockOf(request).Conservative.End)
        {
            request.WarnedAt.ShouldNotBeNull("it is neither answered nor reported");
            (await _world.Tasks.ListOpenAsync()).ShouldContain(task => task.Id.StartsWith($"{_id}/", StringComparison.Ordinal), "and somebody has to do something about it");
        }
    }

    private async Task<bool> IsSupportStoppedAsync() => (await _world.Get<IProcessingGate>().DecideAsync(
        new ProcessingRequest(_subject, Support) { Data = ["desk.tickets.text"] })).Reasons.Any(reason => reason.Code != ProcessingReasons.ActorUnknown);

    /// <summary>Somebody does what is to be done, and the request ends: whatever has happened before, nothing is stuck.</summary>
    private async Task FinishAsync(bool isIdentified)
    {
        foreach (var act in new[] { RoundAct.Release, RoundAct.Unhold })
        {
            await RunAsync(new RoundStep(act, 0));
        }

        while ((await RequestAsync()).Complaints.Any(one => one.AnsweredAt is null))
        {
            await RunAsync(new RoundStep(RoundAct.Reject, 0));
        }

        await RunAsync(new RoundStep(isIdentified ? RoundAct.Identify : RoundAct.NotIdentifiable, 0));
        for (var time = 0; time < 4 && (await RequestAsync()).Phase != RequestPhase.Closed; time++)
        {
            await RunAsync(new RoundStep(RoundAct.Handle, 0));
            await RunAsync(new RoundStep(RoundAct.CompleteTasks, 0));
            await RunAsync(new RoundStep(RoundAct.Pump, 0));
            await RunAsync(new RoundStep(RoundAct.Wait, 6));
        }

        var request = await RequestAsync();
        request.Phase.ShouldBe(RequestPhase.Closed, $"{request.Outcome}, answered: {request.IsAnswered}, missing: {string.Join(", ", DataSubjectRequests.MissingOf(request))}");
    }
}
