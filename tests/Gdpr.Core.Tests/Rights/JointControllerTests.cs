using System.Text.Json.Nodes;
using Gdpr.Policies;
using Gdpr.Rights;
using Gdpr.Subjects;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>What is decided together is told to each other: a request received by one reaches the others, and the person may turn to any of them (Art. 26).</summary>
public sealed class JointControllerTests
{
    [Fact]
    public async Task A_request_about_what_is_decided_together_is_told_to_the_others_at_once_and_is_answered_here_all_the_same()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer(), policy: WithPartner());
        await world.ConsentAsync(await world.PersonAsync(), "personalisation");
        var request = await world.ReceiveAsync(DataSubjectRight.Withdrawal, await world.PersonAsync(), intake => intake with { Scope = Faces });

        var task = (await world.Tasks.ListOpenAsync()).Single(one => one.Kind == "tell-joint-controllers");
        (task.Owner, task.DueBy, task.About).ShouldBe((RightsWorld.Officer, RightsWorld.At(2026, 2, 5, 0), $"request/{request.Id} together"));
        task.DueBy.ShouldBeLessThan(task.LegalLimit!.Value);
        task.Question!.ShouldContain("partner");
        (request.Outcome, request.ForwardedTo).ShouldBe((RequestOutcome.Granted, null));

        await world.PumpAsync(approve: false);
        (await Should.ThrowAsync<RequestException>(() => world.Requests.CloseAsync(request.Id, RightsWorld.Officer))).Code.ShouldBe("E-DSR-07");
        await world.CompleteAsync("tell-joint-controllers", "told");
        (await world.Requests.CloseAsync(request.Id, RightsWorld.Officer)).Phase.ShouldBe(RequestPhase.Closed);
        await world.PumpAsync(approve: false);
        (await world.Tasks.ListOpenAsync()).ShouldNotContain(one => one.Kind == "tell-joint-controllers");
    }

    [Fact]
    public async Task Nobody_is_told_of_what_is_not_decided_together()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer(), policy: WithPartner());
        var subject = await world.PersonAsync();

        await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { Scope = new RequestScope { DataSets = ["crm.orders"] } });
        await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { Scope = new RequestScope { Purposes = ["customer-support"] } });
        await world.ReceiveAsync(DataSubjectRight.Erasure, subject, intake => intake with { ForController = "client-17" });

        (await world.Tasks.ListOpenAsync()).ShouldNotContain(task => task.Kind == "tell-joint-controllers");
    }

    [Fact]
    public async Task Where_another_answers_its_answer_is_recorded_once_what_is_held_here_has_been_decided()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer(), policy: WithPartner(answeredBy: "partner"));
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync(), intake => intake with { Scope = Picture });
        (await world.Tasks.ListOpenAsync()).Single(task => task.Kind == "tell-joint-controllers").Question!.ShouldContain("Hand the request to 'partner'");

        (await RefusedAsync("partner")).ShouldBe("E-DSR-10");
        await world.Requests.AssessAsync(request.Id);
        (await RefusedAsync("cloud")).ShouldBe("E-DSR-12");
        var answered = await world.Requests.AnsweredByJointControllerAsync(request.Id, "partner", "their-answer-7", RightsWorld.Officer);

        answered.IsAnswered.ShouldBeTrue();
        var answer = answered.Answers.ShouldHaveSingleItem();
        (answer.ByJointController, answer.IsComplete).ShouldBe(("partner", true));
        (await world.StateAsync(answered.Subject!.Value)).Requests.ShouldAllBe(one => !one.IsOpen);
        world.Set(2026, 6, 1);
        (await world.Requests.ListOverdueAsync()).ShouldBeEmpty();

        async Task<string> RefusedAsync(string recipient) => (await Should.ThrowAsync<RequestException>(
            () => world.Requests.AnsweredByJointControllerAsync(request.Id, recipient, "their-answer-7", RightsWorld.Officer))).Code;
    }

    [Fact]
    public async Task The_clock_runs_on_from_the_receipt_here_whoever_answers()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer(), policy: WithPartner(answeredBy: "partner"));
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync(), intake => intake with { Scope = Picture });
        await world.CompleteAsync("tell-joint-controllers", "told");

        world.Set(2026, 3, 4);

        (await world.Requests.ListOverdueAsync()).ShouldHaveSingleItem().Id.ShouldBe(request.Id);
    }

    [Fact]
    public async Task After_a_crash_at_any_moment_the_others_are_told()
    {
        var faults = new FaultPoints();
        for (var (call, hasFailed) = (1, true); hasFailed; call++)
        {
            faults.Reset();
            await using var world = RightsWorld.Open(Morning, new RightsData().Customer(), faults: faults, policy: WithPartner());
            var subject = await world.PersonAsync();
            faults.Reset();
            faults.FailAt(call, FaultMoment.Before, staysDown: true);
            try
            {
                await world.ReceiveAsync(DataSubjectRight.Access, subject, intake => intake with { Scope = Picture });
                hasFailed = false;
            }
            catch (InjectedFaultException)
            {
                // The process has died.
            }

            faults.Reset();
            await world.PumpAsync(approve: false);
            (await world.Tasks.ListOpenAsync()).Count(task => task.Kind == "tell-joint-controllers")
                .ShouldBe((await world.Requests.ListActiveAsync()).Count, $"died at call {call} of the journal");
        }
    }

    private static readonly LocalDateTime Morning = new(2026, 2, 2, 10, 0);

    private static RequestScope Faces => new() { Purposes = ["personalisation"] };

    private static RequestScope Picture => new() { Fields = ["crm.customers.picture"] };

    /// <summary>Pictures are used together with a partner.</summary>
    private static GdprPolicy WithPartner(string? answeredBy = null) => RightsWorld.PolicyWith(json =>
    {
        json["recipients"]!["partner"] = JsonNode.Parse("""{ "name": { "en": "Partner AB" }, "kind": "jointController", "country": "SE", "agreement": "together" }""");
        json["agreements"]!["together"] = JsonNode.Parse($$"""
            { "title": { "en": "Together" }, "kind": "jointControllers", "from": "2020-01-01",
                "arrangement": { "essence": { "en": "Each answers." } {{(answeredBy is null ? "" : $", \"answeredBy\": \"{answeredBy}\"")}} } }
            """);
        json["activities"]!["faces"]!["capacity"] = "jointController";
        json["activities"]!["faces"]!["agreement"] = "together";
    });
}
