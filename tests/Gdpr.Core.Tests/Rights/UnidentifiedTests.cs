using Gdpr.Rights;
using Gdpr.Subjects;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Who does not show who they are (Art. 11(2), 12(6)): what was done stands, nothing more is, and nothing stays stopped for them.</summary>
public sealed class UnidentifiedTests
{
    private static readonly RequestScope Support = new() { Purposes = ["customer-support"] };

    [Fact]
    public async Task What_was_erased_is_not_said_afterwards_to_have_been_asked_by_nobody_and_the_request_is_closed_when_proof_does_not_come()
    {
        await using var world = Open(new RightsData().Customer(ended: new LocalDate(2025, 1, 1)));
        var request = await world.HandleAsync(DataSubjectRight.Erasure, await world.PersonAsync(), intake => intake with
        {
            Scope = new RequestScope { DataSets = ["crm.customers"] },
        });
        world.Data.Customers.Find("c1").ShouldBeNull();
        world.Set(2026, 4, 5);
        await world.Requests.AskForIdentityAsync(request.Id, "doubt", RightsWorld.Officer);

        (await Should.ThrowAsync<RequestException>(() =>
            world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: true, RightsWorld.Officer))).Code.ShouldBe("E-DSR-12");
        world.Set(2026, 4, 19);
        (await Should.ThrowAsync<RequestException>(() => world.Requests.CloseAsync(request.Id, RightsWorld.Officer))).Code.ShouldBe("E-DSR-07", "there is time to show it");
        world.Set(2026, 4, 20);
        var closed = await world.Requests.CloseAsync(request.Id, RightsWorld.Officer);

        (closed.Phase, closed.Outcome, closed.IsAnswered).ShouldBe((RequestPhase.Closed, request.Outcome, false));
    }

    [Fact]
    public async Task A_decision_by_which_nothing_was_done_gives_way_and_the_answer_tells_nothing_of_what_is_held()
    {
        await using var world = Open(new RightsData().Customer());
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync());
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.Requests.AskForIdentityAsync(request.Id, "unknown-device", RightsWorld.Officer);

        (await world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: true, RightsWorld.Officer)).Outcome.ShouldBe(RequestOutcome.NotIdentifiable);

        var answer = await world.Requests.ComposeAnswerAsync(request.Id);
        (answer.Content.Decisions.Count, answer.Content.Results.Count, answer.Missing.Count).ShouldBe((0, 0, 0));
        world.Set(2026, 4, 25);
        (await Should.ThrowAsync<RequestException>(() => world.Requests.CloseAsync(request.Id, RightsWorld.Officer))).Code.ShouldBe("E-DSR-07", "whoever asked is told first");
        await world.Requests.GiveAnswerAsync(answer, RightsWorld.Officer);
        (await world.Requests.CloseAsync(request.Id, RightsWorld.Officer)).Phase.ShouldBe(RequestPhase.Closed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_erased_afterwards_for_whoever_was_refused_or_not_identified_though_some_of_it_waited_for_a_contract(bool isRefused)
    {
        await using var world = Open(new RightsData().Customer());
        var request = await world.ReceiveAsync(
            DataSubjectRight.Erasure, await world.PersonAsync(), intake => intake with { Scope = new RequestScope { DataSets = ["crm.customers"] } });
        var assessed = await world.Requests.AssessAsync(request.Id);
        assessed.Lines.ShouldContain(line => line.Verdict == RightsVerdict.Deferred);
        assessed.Lines.ShouldContain(line => line.Verdict == RightsVerdict.Granted);
        if (isRefused)
        {
            await world.Requests.RefuseAsync(request.Id, RightsReasons.ManifestlyUnfounded, RightsWorld.Officer, "Asked for every day.");
        }
        else
        {
            await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
            await world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: true, RightsWorld.Officer);
        }

        await world.PumpAsync();
        world.Set(2026, 3, 12);
        await world.PumpAsync();

        (await world.StateAsync(await world.PersonAsync())).Endings.ShouldBeEmpty();
        (await world.Requests.FindAsync(request.Id))!.IsStanding.ShouldBeFalse();
    }

    [Fact]
    public async Task An_objection_of_somebody_who_cannot_be_identified_stops_nothing_for_ever()
    {
        await using var world = Open(new RightsData().Customer());
        var subject = await world.PersonAsync();
        var request = await ObjectedAsync(world, subject);
        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Phase.ShouldBe(ObjectionPhase.Pending);

        await world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: true, RightsWorld.Officer);

        (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Phase.ShouldBe(ObjectionPhase.Overruled);
        (await world.AnswerAndCloseAsync(request)).Phase.ShouldBe(RequestPhase.Closed);
    }

    [Fact]
    public async Task After_a_crash_at_any_moment_what_was_stopped_for_somebody_unidentified_goes_on()
    {
        var faults = new FaultPoints();
        for (var (call, hasFailed) = (1, true); hasFailed; call++)
        {
            faults.Reset();
            await using var world = RightsWorld.Open(new LocalDateTime(2026, 3, 10, 10, 0), new RightsData().Customer(), faults: faults);
            var subject = await world.PersonAsync();
            var request = await ObjectedAsync(world, subject);
            faults.Reset();
            faults.FailAt(call, FaultMoment.Before, staysDown: true);
            try
            {
                await world.Requests.DecideNotIdentifiableAsync(request.Id, isDoubtRemaining: true, RightsWorld.Officer);
                hasFailed = false;
            }
            catch (InjectedFaultException)
            {
                // The process has died.
            }

            faults.Reset();
            await world.PumpAsync(approve: false);
            var isDecided = (await world.Requests.FindAsync(request.Id))!.Outcome is not null;
            (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem().Phase
                .ShouldBe(isDecided ? ObjectionPhase.Overruled : ObjectionPhase.Pending, $"died at call {call} of the journal");
        }
    }

    private static RightsWorld Open(RightsData data) => RightsWorld.Open(new LocalDateTime(2026, 3, 10, 10, 0), data);

    private static async Task<DataSubjectRequest> ObjectedAsync(RightsWorld world, DataSubject subject)
    {
        var request = await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { Identity = null, Scope = Support });
        return await world.Requests.AskForIdentityAsync(request.Id, "unknown-address", RightsWorld.Officer);
    }
}
