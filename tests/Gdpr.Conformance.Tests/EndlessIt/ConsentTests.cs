using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Consents;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Processing.Tasks;
using Gdpr.Rights;
using Gdpr.Subjects;

namespace Gdpr.Conformance.Tests.EndlessIt;

/// <summary>What EndlessIT does with consent only, and what it decides about people.</summary>
public sealed class ConsentTests
{
    private static readonly ProcessingActor Web = ProcessingActor.Service("web-service", "shop");

    [Theory]
    [InlineData("personalisation", "web-service", true)]
    [InlineData("direct-marketing", "marketing", false)]
    [InlineData("web-analytics", "web-service", true)]
    [Trait("clause", "END-09")]
    public async Task Nothing_is_processed_before_consent_and_it_is_afterwards(string purpose, string role, bool isService)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var person = await host.PersonAsync("p1");
        var actor = isService ? ProcessingActor.Service(role, "s1") : ProcessingActor.Person(role, "a1");
        var request = new ProcessingRequest(person, purpose) { Actor = actor, Channel = "email" };

        var before = await host.Get<IProcessingGate>().DecideAsync(request);
        await GiveAsync(host, person, purpose);
        var after = await host.Get<IProcessingGate>().DecideAsync(request);

        before.Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.ConsentMissing);
        after.IsAllowed.ShouldBeTrue(after.ToString());
        after.Bases.ShouldAllBe(basis => basis.Basis == LawfulBasisKind.Consent);
    }

    [Theory]
    [InlineData(false, ConsentReasons.TextNotCurrent)]
    [InlineData(true, ConsentReasons.Conditional)]
    [Trait("clause", "END-09")]
    public async Task What_was_said_to_another_text_or_because_something_depended_on_it_is_no_consent(bool isConditional, string problem)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var (person, consents) = (await host.PersonAsync("p1"), host.Get<ConsentService>());
        var (shown, act) = (consents.Ask("personalisation", "sv").Shown, new ConsentAct(ConsentActKind.PressedButton, "web") { IsConditional = isConditional });

        var refused = await Should.ThrowAsync<InvalidConsentException>(() => consents.GiveAsync(
            new ConsentGrant(person, "personalisation", isConditional ? shown : shown with { Version = "2019" }, act)));

        refused.Problems.Select(one => one.Code).ShouldBe([problem]);
        (await host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(person, "personalisation") { Actor = Web })).Reasons
            .ShouldContain(reason => reason.Code == ProcessingReasons.ConsentMissing);
    }

    [Fact]
    [Trait("clause", "END-10")]
    public async Task A_withdrawal_ends_processing_at_once_and_what_was_done_stays_on_record()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var person = await host.PersonAsync("p1");
        var gate = host.Get<IProcessingGate>();
        await GiveAsync(host, person, "personalisation");
        (await gate.DecideAsync(new ProcessingRequest(person, "personalisation") { Actor = Web })).IsAllowed.ShouldBeTrue();

        await host.Get<ConsentService>().WithdrawAsync(person, "personalisation");

        (await gate.DecideAsync(new ProcessingRequest(person, "personalisation") { Actor = Web })).Reasons
            .ShouldContain(reason => reason.Code == ProcessingReasons.ConsentWithdrawn);
        (await host.EntriesAsync()).Select(entry => entry.Content.Type).ShouldContain("consent-given");
        await host.ShouldVerifyAsync();
    }

    [Fact]
    [Trait("clause", "END-20")]
    public async Task Use_of_the_web_is_profiled_with_consent_only()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var person = await host.PersonAsync("p1");
        var request = new ProcessingRequest(person, "web-profiling") { Actor = Web, Automation = ProcessingAutomation.Profiling };

        (await host.Get<IProcessingGate>().DecideAsync(request)).IsAllowed.ShouldBeFalse();
        await GiveAsync(host, person, "web-profiling");
        var decision = await host.Get<IProcessingGate>().DecideAsync(request);
        decision.IsAllowed.ShouldBeTrue(decision.ToString());
    }

    [Theory]
    [InlineData("personalisation", ProcessingAutomation.Profiling, ProcessingReasons.ProfilingNotDeclared)]
    [InlineData("web-profiling", ProcessingAutomation.SolelyAutomatedDecision, ProcessingReasons.AutomatedDecision)]
    [Trait("clause", "END-18")]
    public async Task Nobody_is_profiled_or_decided_about_where_the_policy_has_no_ground_for_it(string purpose, ProcessingAutomation automation, string reason)
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var person = await host.PersonAsync("p1");
        await GiveAsync(host, person, purpose);

        (await host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(person, purpose) { Actor = Web, Automation = automation }))
            .Reasons.ShouldContain(one => one.Code == reason);
    }

    [Fact]
    [Trait("clause", "END-19")]
    public async Task Credit_is_assessed_on_the_contract_and_a_human_looks_at_the_decision_that_somebody_contests()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var (person, requests) = (await host.PersonAsync("p1"), host.Get<DataSubjectRequests>());
        await host.PutAsync("finance.credit-assessments", "a1", "p1", "decided=2026-11-01");

        var decision = await host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(person, "credit-assessment")
        {
            Actor = ProcessingActor.Service("credit-service", "scoring"),
            Automation = ProcessingAutomation.SolelyAutomatedDecision,
        });
        decision.IsAllowed.ShouldBeTrue(decision.ToString());
        decision.Bases.ShouldAllBe(basis => basis.Basis == LawfulBasisKind.Contract);

        // The logic is told, and who looks at a decision anew.
        var logic = (await host.AccessAsync(person)).AutomatedDecisions.Single(one => one.Activity == "credit");
        (logic.IsSolelyAutomated, logic.HumanReview).ShouldBe((true, "Credit controller"));
        logic.Logic.ShouldBe(host.Policy.Activities["credit"].Profiling!.Logic!.En);

        // Who contests it is heard by that human, and gets an answer with a reason and the ways to complain.
        var received = await host.ReceiveAsync(DataSubjectRight.AutomatedDecision, person, intake => intake with { Decision = "credit-17" });
        var contested = await requests.AssessAsync(received.Id);
        var line = contested.Lines.Single(one => one.Activity == "credit");
        (line.Verdict, line.Reason, line.Article).ShouldBe((RightsVerdict.NeedsHuman, RightsReasons.HumanReview, "Art. 22(3)"));
        (await host.Get<HumanTasks>().ListOpenAsync()).Single(task => task.Id == line.Task).Owner.ShouldBe("Credit controller");
        (await Should.ThrowAsync<RequestException>(() => requests.DecideAsync(contested.Id, Requests.Officer))).Code.ShouldBe("E-DSR-10", "no machine decides it again");
        await requests.ResolveAsync(contested.Id, line.Id, isGranted: true, "income-was-misread", "Credit controller");
        (await requests.DecideAsync(contested.Id, Requests.Officer)).Outcome.ShouldBe(RequestOutcome.Granted);
        await requests.ExecuteAsync(contested.Id);
        var answer = (await requests.ComposeAnswerAsync(contested.Id, "sv")).Content;
        answer.Decisions.ShouldContain(one => one.Reason == "income-was-misread" && one.DecidedBy == "Credit controller");
        answer.Remedies.Authority.ShouldBe("IMY");
    }

    [Fact]
    [Trait("clause", "END-19")]
    public async Task Without_a_human_or_a_ground_nobody_is_decided_about_by_a_machine()
    {
        (await OrganisationHost.RefusedWithoutAsync(Organisation.EndlessIt, "/activities/credit/profiling/humanReview"))
            .ShouldContain(finding => finding.Code == FindingCodes.NoHumanReview && finding.Severity == FindingSeverity.Error);
        (await OrganisationHost.RefusedAsync(Organisation.EndlessIt, policy => policy["activities"]!["credit"]!["profiling"]!["requires"] = "basis"))
            .ShouldContain(finding => finding.Code == FindingCodes.AutomatedWithoutGround && finding.Severity == FindingSeverity.Error);
    }

    private static Task<ConsentResult> GiveAsync(OrganisationHost host, DataSubject person, string purpose) => host.Get<ConsentService>().GiveAsync(
        new ConsentGrant(person, purpose, host.Get<ConsentService>().Ask(purpose, "sv").Shown, new ConsentAct(ConsentActKind.PressedButton, "web")));
}
