using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Consents;
using Gdpr.Policies;
using Gdpr.Processing;
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
    public async Task Credit_is_assessed_on_the_contract_with_a_human_who_reviews()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var person = await host.PersonAsync("p1");

        var decision = await host.Get<IProcessingGate>().DecideAsync(new ProcessingRequest(person, "credit-assessment")
        {
            Actor = ProcessingActor.Service("credit-service", "scoring"),
            Automation = ProcessingAutomation.SolelyAutomatedDecision,
        });

        decision.IsAllowed.ShouldBeTrue(decision.ToString());
        decision.Bases.ShouldAllBe(basis => basis.Basis == LawfulBasisKind.Contract);
        Organisation.EndlessIt.FindingsWithout("/activities/credit/profiling/humanReview").ShouldContain(finding => finding.Code == "E-PROF-02");
    }

    private static Task<ConsentResult> GiveAsync(OrganisationHost host, DataSubject person, string purpose) => host.Get<ConsentService>().GiveAsync(
        new ConsentGrant(person, purpose, host.Get<ConsentService>().Ask(purpose, "sv").Shown, new ConsentAct(ConsentActKind.PressedButton, "web")));
}
