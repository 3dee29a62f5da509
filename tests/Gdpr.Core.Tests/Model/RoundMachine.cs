using System.Text.Json;
using Gdpr.Consents;
using Gdpr.Core.Tests.Rights;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Rights;
using Gdpr.Subjects;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Model;

/// <summary>Lets one request be decided as often as it happens to be, and checks after every step that what was granted to somebody identified goes on, that nothing goes
/// that is kept, and that it is answered or reported.</summary>
internal sealed partial class RoundMachine : IAsyncDisposable
{
    private const string Support = "customer-support";

    private static readonly string[] Consented = ["direct-marketing", "personalisation"];

    private readonly RoundRight _right;
    private readonly RightsData _data = new();
    private readonly RightsStores _stores = new();
    private RightsWorld _world;
    private DataSubject _subject;
    private string _id = "";
    private string? _hold;
    private string? _restriction;

    private RoundMachine(RoundRight right)
    {
        _right = right;
        _data.Customer();
        _data.Tickets.Put(new Ticket("t1", "c1", null, "Marker-Text", null, new LocalDate(2026, 1, 1)));
        _world = RightsWorld.Open(new LocalDateTime(2026, 3, 2, 10, 0), _data, _stores);
    }

    private DataSubjectRequests Requests => _world.Requests;

    /// <summary>Runs a whole history in a world of its own.</summary>
    public static async Task RunAsync(Rounds rounds)
    {
        await using var machine = new RoundMachine(rounds.Right);
        await machine.BeginAsync();
        foreach (var (index, step) in rounds.Steps.Index())
        {
            try
            {
                await machine.RunAsync(step);
            }
            catch (Exception exception)
            {
                throw new HistoryException($"Step {index}, {step}, at {machine._world.Now}: {exception.Message}", exception);
            }
        }

        try
        {
            await machine.RestartAsync(forgetsStates: true);
            await machine.FinishAsync(isIdentified: rounds.Steps.Count % 2 == 0);
        }
        catch (Exception exception)
        {
            throw new HistoryException($"At the end, at {machine._world.Now}: {exception.Message}", exception);
        }
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    private async Task BeginAsync()
    {
        _subject = await _world.PersonAsync();
        foreach (var purpose in Consented)
        {
            await _world.ConsentAsync(_subject, purpose, RightsWorld.At(2026, 1, 5));
        }

        var (right, ground) = _right switch
        {
            RoundRight.Erasure => (DataSubjectRight.Erasure, (RestrictionGround?)null),
            RoundRight.Unlawful => (DataSubjectRight.Restriction, RestrictionGround.Unlawful),
            RoundRight.Claims => (DataSubjectRight.Restriction, RestrictionGround.Claims),
            RoundRight.Accuracy => (DataSubjectRight.Restriction, RestrictionGround.AccuracyContested),
            _ => (DataSubjectRight.Objection, null),
        };
        _id = (await _world.ReceiveAsync(right, _subject, intake => intake with
        {
            Ground = ground,
            ReviewBy = ground == RestrictionGround.Claims ? new LocalDate(2027, 1, 1) : null,
            Scope = _right == RoundRight.Objection ? new RequestScope { Purposes = [Support] } : new RequestScope { DataSets = ["crm.customers", "desk.tickets"] },
        })).Id;
    }

    private async Task RunAsync(RoundStep step)
    {
        _world.Clock.Set(_world.Now + Duration.FromMinutes(1));
        var before = await KeptAsync();
        await DoAsync(step);
        foreach (var (path, row) in (await KeptAsync()).Where(one => before.ContainsKey(one.Key)))
        {
            row.ShouldBe(before[path], "nothing is destroyed that a hold, or a restriction of (b) or (c), keeps");
        }

        await CheckAsync();
    }

    private async Task DoAsync(RoundStep step)
    {
        switch (step.Act)
        {
            case RoundAct.Wait:
                _world.Clock.Set(_world.Now + Duration.FromDays(RoundStep.Days[step.A]));
                break;
            case RoundAct.AskForIdentity:
                await TryAsync(() => Requests.AskForIdentityAsync(_id, "unknown-address", RightsWorld.Officer));
                break;
            case RoundAct.Identify:
                await TryAsync(() => Requests.ConfirmIdentityAsync(_id, IdentityMethod.SignedIn, RightsWorld.Officer));
                break;
            case RoundAct.NotIdentifiable:
                await NoteAsync(() => Requests.DecideNotIdentifiableAsync(_id, isDoubtRemaining: true, RightsWorld.Officer), ForgetOwn);
                break;
            case RoundAct.Refuse:
                await NoteAsync(() => Requests.RefuseAsync(_id, RightsReasons.ManifestlyUnfounded, RightsWorld.Officer, "Asked every day."), _ => _granted = null);
                break;
            case RoundAct.Handle:
                foreach (var act in new[] { RoundAct.Assess, RoundAct.Resolve, RoundAct.Decide, RoundAct.Execute, RoundAct.Answer, RoundAct.Close })
                {
                    await DoAsync(step with { Act = act });
                }

                break;
            case RoundAct.Assess or RoundAct.Resolve or RoundAct.Decide or RoundAct.Execute or RoundAct.Answer or RoundAct.Close:
                await HandleAsync(step.Act, isGranted: step.A % 4 != 3);
                break;
            case RoundAct.Complain:
                await TryAsync(() => Requests.ComplainAsync(_id, RightsWorld.Officer, "It is wrong."));
                break;
            case RoundAct.Uphold or RoundAct.Reject:
                if ((await RequestAsync()).Complaints.FirstOrDefault(one => one.AnsweredAt is null) is { } complaint)
                {
                    await TryAsync(() => Requests.AnswerComplaintAsync(_id, complaint.Id, step.Act == RoundAct.Uphold, "management"));
                }

                break;
            case RoundAct.Consent:
                await _world.Get<ConsentService>().GiveAsync(new ConsentGrant(
                    _subject, Consented[step.A % 2], new ShownText("consent", "1", "en"), new ConsentAct(ConsentActKind.TickedBox, "web")));
                break;
            case RoundAct.Withdraw:
                await _world.Get<ConsentService>().WithdrawAsync(_subject, Consented[step.A % 2]);
                break;
            case RoundAct.ObjectToMarketing:
                await _world.ReceiveAsync(DataSubjectRight.Objection, _subject, intake => intake with { IsMarketing = true });
                break;
            case RoundAct.EndContract:
                if (_data.Customers.Find("c1") is { Ended: null } customer)
                {
                    _data.Customers.Put(customer with { Ended = new LocalDate(2025, 6, 1) });
                }

                break;
            case RoundAct.CompleteTasks:
                await CompleteTasksAsync();
                break;
            case RoundAct.Pump:
                await PumpAsync();
                break;
            case RoundAct.Restart:
                await RestartAsync(forgetsStates: step.A > 3);
                break;
            default:
                await KeepAsync(step);
                break;
        }
    }

    /// <summary>What keeps data, or lets it go: another request for restriction, holds, and the restriction that this one asks for.</summary>
    private async Task KeepAsync(RoundStep step)
    {
        switch (step.Act)
        {
            case RoundAct.Restrict when _restriction is null:
                _restriction = (await _world.ReceiveAsync(DataSubjectRight.Restriction, _subject, intake => intake with
                {
                    Ground = RestrictionGround.Unlawful,
                    Scope = new RequestScope { DataSets = ["crm.customers"] },
                })).Id;
                break;
            case RoundAct.Release when _restriction is { } other:
                await TryAsync(() => Requests.TellLiftingAsync(other, RightsWorld.Officer));
                await TryAsync(() => Requests.LiftRestrictionAsync(other, "verified", RightsWorld.Officer));
                _restriction = null;
                break;
            case RoundAct.TellLifting:
                await TryAsync(async () =>
                {
                    await Requests.TellLiftingAsync(_id, RightsWorld.Officer);
                    _granted = _right == RoundRight.Erasure ? _granted : null;
                });
                break;
            case RoundAct.Lift:
                await TryAsync(() => Requests.LiftRestrictionAsync(_id, "verified", RightsWorld.Officer));
                break;
            case RoundAct.InvokeClaims:
                await TryAsync(() => Requests.InvokeClaimsAsync(_id, new LocalDate(2031, 1, 1)));
                break;
            case RoundAct.Hold when _hold is null:
                _hold = (await _world.Get<LegalHolds>().PlaceAsync(Disposal.Shop.Terms(step.A % 2 == 0 ? "desk.tickets" : "crm.customers") with
                {
                    From = _world.Now.InZone(RightsWorld.Stockholm).Date,
                    ReviewBy = _world.Now.InZone(RightsWorld.Stockholm).Date.PlusMonths(3),
                })).Id;
                break;
            case RoundAct.Unhold when _hold is { } hold:
                await _world.Get<LegalHolds>().ReleaseAsync(hold, RightsWorld.Officer);
                _hold = null;
                break;
        }
    }

    private async Task HandleAsync(RoundAct act, bool isGranted)
    {
        switch (act)
        {
            case RoundAct.Assess:
                await TryAsync(() => Requests.AssessAsync(_id));
                break;
            case RoundAct.Resolve:
                await TryAsync(async () => await _world.ResolveAllAsync(await RequestAsync(), isGranted, isGranted ? "no-grounds" : "fraud-prevention"));
                break;
            case RoundAct.Decide:
                await TryAsync(() => Requests.DecideAsync(_id, RightsWorld.Officer));
                break;
            case RoundAct.Execute:
                await NoteAsync(() => Requests.ExecuteAsync(_id), Note);
                break;
            case RoundAct.Answer:
                await TryAsync(async () =>
                {
                    var answer = await Requests.ComposeAnswerAsync(_id);
                    await NoteAsync(() => Requests.GiveAnswerAsync(answer, RightsWorld.Officer), Note);
                    _told = answer.Content;
                });
                break;
            case RoundAct.Close:
                await NoteAsync(() => Requests.CloseAsync(_id, RightsWorld.Officer), request =>
                {
                    if (request.IsGivenUp)
                    {
                        ForgetOwn(request);
                    }
                });
                break;
        }
    }

    /// <summary>People do what they are asked to, and say so.</summary>
    private async Task CompleteTasksAsync()
    {
        foreach (var task in await _world.Tasks.ListOpenAsync())
        {
            var outcome = task.Kind switch
            {
                RightsTasks.TellLifting or RightsTasks.TellRecipients => RightsOutcomes.Told,
                RightsTasks.Erase or RightsTasks.Collect => RightsOutcomes.NothingHeld,
                _ => null,
            };
            if (outcome is not null)
            {
                _granted = task.Kind == RightsTasks.TellLifting && task.Id.StartsWith($"{_id}/", StringComparison.Ordinal) ? null : _granted;
                await _world.Tasks.CompleteAsync(task.Id, outcome, RightsWorld.Officer);
            }
        }
    }

    private async Task PumpAsync()
    {
        await _world.PumpAsync();
        Note(await RequestAsync());
        await CheckReportedAsync();
    }

    /// <summary>The process ends and another begins; it may have lost everything that was folded, and finds it in the journal.</summary>
    private async Task RestartAsync(bool forgetsStates)
    {
        var (request, state, now) = (await RequestAsync(), await _world.StateAsync(_subject), _world.Now);
        await _world.DisposeAsync();
        _stores.States = forgetsStates ? new InMemoryStateStore() : _stores.States;
        _world = RightsWorld.Open(now.InZone(RightsWorld.Stockholm).LocalDateTime, _data, _stores);
        _world.Clock.Set(now);
        JsonSerializer.Serialize(await RequestAsync(), RequestJson.Default.DataSubjectRequest)
            .ShouldBe(JsonSerializer.Serialize(request, RequestJson.Default.DataSubjectRequest), "the request is what its journal says");
        JsonSerializer.Serialize(await _world.StateAsync(_subject), SubjectJson.Default.SubjectState)
            .ShouldBe(JsonSerializer.Serialize(state, SubjectJson.Default.SubjectState), "the person stands where the journal says");
        (await _world.Get<JournalVerifier>().VerifyAsync(CancellationToken.None)).IsIntact.ShouldBeTrue();
    }

    private async Task<DataSubjectRequest> RequestAsync() => (await Requests.FindAsync(_id))!;

    /// <summary>Whatever is not allowed now is refused with a code.</summary>
    private static async Task TryAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (RequestException)
        {
            // It is not allowed now.
        }
    }

    private static Task NoteAsync(Func<Task<DataSubjectRequest>> step, Action<DataSubjectRequest> note) => TryAsync(async () => note(await step()));
}
