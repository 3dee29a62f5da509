using System.Text.Json.Nodes;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Decisions by automated means alone: explained, looked at by a human who may change them and did not take them, and contested (Art. 22).</summary>
public sealed class AutomatedDecisionTests
{
    private const string Reviewer = "credit-manager";

    private static readonly LocalDateTime Morning = new(2026, 2, 2, 10, 0);

    [Fact]
    public async Task A_decision_is_explained_with_the_logic_that_was_applied_what_it_means_and_what_weighed_in_it()
    {
        var stores = new RightsStores();
        DataSubject subject;
        await using (var world = RightsWorld.Open(Morning, new RightsData().Customer(), stores, policy: WithConsequences("1", "Income over debts.")))
        {
            subject = await world.PersonAsync();
            await world.Get<AutomatedDecisions>().RecordAsync(Refusal(subject));
        }

        // Since then the policy explains another logic.
        await using var later = RightsWorld.Open(Morning.PlusMonths(1), new RightsData().Customer(), stores, policy: WithConsequences("2", "Another logic."));
        var explained = (await later.Get<AutomatedDecisions>().ExplainAsync(subject, "credit-778", "sv"))!;

        (explained.Outcome, explained.Logic, explained.LogicVersion, explained.Consequences).ShouldBe(("refused", "Income over debts.", "model-4", "Ingen kredit."));
        (explained.Activity, explained.Purpose, explained.HumanReview, explained.MayBeContested).ShouldBe(("credit", "credit-assessment", Reviewer, true));
        explained.Factors.ShouldBe([new DecisionFactor("income", "Marker: low; 200 more a month would have been enough"), new DecisionFactor("crm.customers.score", "against")]);
        explained.At.ShouldBe(RightsWorld.At(2026, 2, 2, 10));
        (await later.Stores.EntriesAsync()).ShouldAllBe(entry => !entry.Content.Data.Contains("Marker", StringComparison.Ordinal));
        explained.ToString().ShouldNotContain("Marker");
    }

    [Fact]
    public async Task A_decision_is_explained_to_nobody_else_and_none_is_made_up()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        await world.Get<AutomatedDecisions>().RecordAsync(Refusal(await world.PersonAsync()));

        (await world.Get<AutomatedDecisions>().ExplainAsync(await world.PersonAsync("c2"), "credit-778")).ShouldBeNull();
        (await world.Get<AutomatedDecisions>().ExplainAsync(await world.PersonAsync(), "credit-779")).ShouldBeNull();
    }

    [Fact]
    public async Task A_decision_that_could_not_be_explained_is_not_recorded_and_the_same_again_changes_nothing()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var (decisions, subject) = (world.Get<AutomatedDecisions>(), await world.PersonAsync());

        (await RefusedAsync(Refusal(subject) with { Activity = "service" })).ShouldBe("E-AUTO-01");
        (await RefusedAsync(Refusal(subject) with { Activity = "nothing" })).ShouldBe("E-AUTO-01");
        (await RefusedAsync(Refusal(subject) with { Factors = [] })).ShouldBe("E-AUTO-02");
        (await RefusedAsync(Refusal(subject) with { Factors = [new DecisionFactor("income", " ")] })).ShouldBe("E-AUTO-02");
        (await RefusedAsync(Refusal(subject) with { At = world.Now + Duration.FromMinutes(5) })).ShouldBe("E-AUTO-02");
        (await world.Stores.EntriesAsync()).ShouldNotContain(entry => entry.Content.Type == "automated-decision-taken");

        await decisions.RecordAsync(Refusal(subject));
        await decisions.RecordAsync(Refusal(subject));
        (await RefusedAsync(Refusal(subject) with { Outcome = "granted" })).ShouldBe("E-AUTO-03");
        (await world.Stores.EntriesAsync()).Count(entry => entry.Content.Type == "automated-decision-taken").ShouldBe(1);

        async Task<string> RefusedAsync(AutomatedDecision decision) => (await Should.ThrowAsync<AutomatedDecisionException>(() => decisions.RecordAsync(decision))).Code;
    }

    [Fact]
    public async Task The_copy_tells_of_every_decision_about_the_person_and_of_nobody_elses()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer().Customer("c2"));
        var (decisions, subject) = (world.Get<AutomatedDecisions>(), await world.PersonAsync());
        await Task.WhenAll(Enumerable.Range(0, 5).Select(n => Task.Run(() => decisions.RecordAsync(Refusal(subject) with { Reference = $"credit-{n}" }))));
        await decisions.RecordAsync(Refusal(await world.PersonAsync("c2")) with { Reference = "another" });

        var answer = await world.Requests.ComposeAccessAsync((await world.ReceiveAsync(DataSubjectRight.Access, subject)).Id);

        answer.Content.Decisions.Select(decision => decision.Reference).ShouldBe(["credit-0", "credit-1", "credit-2", "credit-3", "credit-4"], ignoreOrder: true);
        answer.Content.Decisions.ShouldAllBe(decision => decision.Factors.Count == 2);
        System.Text.Encoding.UTF8.GetString(answer.ToJson()).ShouldContain("200 more a month");
    }

    [Fact]
    public async Task Only_the_function_that_the_policy_names_looks_at_a_decision_anew()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var (request, line) = await ReviewAsync(world);

        (await Should.ThrowAsync<RequestException>(() => world.Requests.ResolveAsync(request.Id, line, true, "decision-changed", "customer-service"))).Code.ShouldBe("E-DSR-13");

        (await world.Requests.ResolveAsync(request.Id, line, true, "decision-changed", Reviewer)).Lines.ShouldHaveSingleItem().DecidedBy.ShouldBe(Reviewer);
    }

    [Fact]
    public async Task Who_took_a_decision_does_not_look_at_it_anew()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        await world.Get<AutomatedDecisions>().RecordAsync(Refusal(await world.PersonAsync()) with { By = Reviewer });
        var (request, line) = await ReviewAsync(world);

        (await Should.ThrowAsync<RequestException>(() => world.Requests.ResolveAsync(request.Id, line, false, "decision-stands", Reviewer))).Code.ShouldBe("E-DSR-13");
    }

    [Fact]
    public async Task A_contest_opens_the_review_again_and_is_answered_by_somebody_else()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var (request, line) = await ReviewAsync(world);
        await world.Requests.ResolveAsync(request.Id, line, isGranted: false, "decision-stands", Reviewer);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        await world.Requests.ExecuteAsync(request.Id);
        await world.AnswerAndCloseAsync(request);

        var contested = await world.Requests.ComplainAsync(request.Id, "customer-service");
        contested.IsOpen.ShouldBeTrue();
        var complaint = contested.Complaints.ShouldHaveSingleItem().Id;
        (await Should.ThrowAsync<RequestException>(() => world.Requests.AnswerComplaintAsync(request.Id, complaint, false, Reviewer))).Code.ShouldBe("E-DSR-13");

        var upheld = await world.Requests.AnswerComplaintAsync(request.Id, complaint, isUpheld: true, "management");
        upheld.Outcome.ShouldBeNull();
        (await world.Requests.AssessAsync(request.Id)).Lines.ShouldHaveSingleItem().Verdict.ShouldBe(RightsVerdict.NeedsHuman);
        (await world.Tasks.ListOpenAsync()).ShouldContain(task => task.Kind == "review-automated-decision" && task.Owner == Reviewer);
    }

    /// <summary>Art. 22(1): what is granted is that the person is not subject to the decision; somebody sees to that.</summary>
    [Fact]
    public async Task A_decision_that_nothing_permits_is_done_away_with_when_whoever_looks_at_such_decisions_has_undone_it()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer(), policy: Forbidden());

        var request = await world.HandleAsync(DataSubjectRight.AutomatedDecision, await world.PersonAsync());

        request.Lines.ShouldHaveSingleItem().Reason.ShouldBe(RightsReasons.AutomatedForbidden);
        (request.Outcome, request.Phase).ShouldBe((RequestOutcome.Granted, RequestPhase.Decided));
        (await world.Tasks.ListOpenAsync()).Single(task => task.Kind == "undo-automated-decision").Owner.ShouldBe(Reviewer);
        (await world.Requests.ComposeAnswerAsync(request.Id)).Missing.ShouldBe(["crm.customers"], "the answer says that it is not done yet");
        (await Should.ThrowAsync<RequestException>(() => world.AnswerAndCloseAsync(request))).Code.ShouldBe("E-DSR-07");

        await world.CompleteAsync("undo-automated-decision", "system-is-down");
        await world.PumpAsync();
        (await world.Tasks.ListOpenAsync()).Single(task => task.Kind == "undo-automated-decision").Reason.ShouldBe("system-is-down");
        await world.CompleteAsync("undo-automated-decision", "done");
        await world.PumpAsync();
        (await world.Requests.FindAsync(request.Id))!.Phase.ShouldBe(RequestPhase.Executed);
        (await world.AnswerAndCloseAsync(request)).Phase.ShouldBe(RequestPhase.Closed);

        // The person was right to complain: it had not been undone.
        var complaint = (await world.Requests.ComplainAsync(request.Id, "customer-service")).Complaints.ShouldHaveSingleItem().Id;
        world.Clock.Advance(Duration.FromHours(1));
        await world.Requests.AnswerComplaintAsync(request.Id, complaint, isUpheld: true, "management");
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        (await world.Requests.ExecuteAsync(request.Id)).Phase.ShouldBe(RequestPhase.Decided);
        (await world.Tasks.ListOpenAsync()).ShouldContain(task => task.Kind == "undo-automated-decision");
    }

    [Fact]
    public async Task That_a_decision_which_nothing_permits_stands_is_found_by_nobody()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer(), policy: Forbidden());
        var (request, line) = await ReviewAsync(world);
        await world.Requests.ResolveAsync(request.Id, line, isGranted: true, "agreed", Reviewer);

        (await Should.ThrowAsync<RequestException>(() => world.Requests.ResolveAsync(request.Id, line, isGranted: false, "decision-stands", Reviewer)))
            .Code.ShouldBe("E-DSR-12");
    }

    /// <summary>The policy where the decision requires an explicit consent, which nobody has given.</summary>
    private static GdprPolicy Forbidden() => RightsWorld.PolicyWith(json =>
    {
        var credit = json["activities"]!["credit"]!;
        credit["profiling"]!["requires"] = "consent";
        credit["basis"] = JsonNode.Parse("""{ "consent": { "text": "consent", "explicit": true } }""");
        credit["retention"] = JsonNode.Parse("""{ "while": "consent" }""");
    });

    private static AutomatedDecision Refusal(DataSubject subject) => new(
        subject, "credit", "credit-778", "refused", "model-4", "scoring-service",
        new DecisionFactor("income", "Marker: low; 200 more a month would have been enough"), new DecisionFactor("crm.customers.score", "against"));

    private static async Task<(DataSubjectRequest Request, string Line)> ReviewAsync(RightsWorld world)
    {
        var request = await world.ReceiveAsync(
            DataSubjectRight.AutomatedDecision, await world.PersonAsync(), intake => intake with { Decision = "credit-778", Words = "My income is higher." });
        return (request, (await world.Requests.AssessAsync(request.Id)).Lines.ShouldHaveSingleItem().Id);
    }

    private static GdprPolicy WithConsequences(string version, string logic) => RightsWorld.PolicyWith(json =>
    {
        json["version"] = version;
        json["activities"]!["credit"]!["profiling"]!["logic"] = JsonNode.Parse($$"""{ "en": "{{logic}}" }""");
        json["activities"]!["credit"]!["profiling"]!["consequences"] = JsonNode.Parse("""{ "en": "No credit.", "sv": "Ingen kredit." }""");
    });
}
