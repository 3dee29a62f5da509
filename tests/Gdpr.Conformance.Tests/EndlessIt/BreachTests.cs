using Gdpr.Breaches;
using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Controls;
using Gdpr.Policies;
using NodaTime;

namespace Gdpr.Conformance.Tests.EndlessIt;

/// <summary>What EndlessIT does when data gets out, and how it shows that it is kept safe.</summary>
public sealed class BreachTests
{
    [Fact]
    [Trait("clause", "END-26")]
    public async Task A_high_risk_breach_has_its_clock_its_notification_and_the_list_of_those_affected_and_telling_the_public_is_considered()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var (breaches, person) = (host.Get<BreachRegister>(), await host.PersonAsync("p1"));
        await host.PutAsync("crm.persons", "x1", "p1", "last-contact=2026-11-01");

        var breach = await breaches.RecordAsync(new BreachReport("A laptop with the register was stolen.", "head-of-operations", BreachKind.Confidentiality)
        {
            AwareAt = host.Now,
            DataSets = ["crm.persons"],
        });
        await breaches.AssessAsync(breach.Id, BreachRisk.High, "Names and addresses were readable.", "data-protection-officer");
        var scope = await breaches.ScopeAsync(new BreachScopeQuery { DataSets = ["crm.persons"] });
        await breaches.AddAffectedAsync(breach.Id, scope.Subjects, "data-protection-officer");

        breaches.ClockOf(await breaches.ReadAsync(breach.Id))!.Conservative.ShouldBe(host.Now + Duration.FromHours(72));
        scope.Records.AtLeast.ShouldBe(1);
        scope.Subjects.ShouldBe([person]);
        (await Should.ThrowAsync<InvalidBreachException>(() => breaches.CloseAsync(breach.Id, "data-protection-officer"))).Message.ShouldNotContain("marker");

        host.Clock.Advance(Duration.FromHours(80));
        await Should.ThrowAsync<InvalidBreachException>(() => breaches.RecordNotificationAsync(
            breach.Id, new AuthorityNotification(scope.ToNotice(), "data-protection-officer")));
        var late = await breaches.RecordNotificationAsync(
            breach.Id, new AuthorityNotification(scope.ToNotice(), "data-protection-officer") { DelayReasons = "The officer was ill." });
        late.Notices.ShouldHaveSingleItem().IsLate.ShouldBeTrue();
        var decided = await breaches.DecideCommunicationAsync(breach.Id, new CommunicationDecision("managing-director", "Not needed: all those affected are known.")
        {
            Message = new PeopleMessage("A computer was stolen.", "hej@endlessit.se", "Unwanted calls.", "The computer was wiped from afar."),
        });
        decided.Communication!.Tells.ShouldBeTrue();
        await host.ShouldVerifyAsync();
    }

    [Fact]
    [Trait("clause", "END-06")]
    public async Task Each_principle_is_checked_and_the_report_shows_the_outcome()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);

        var report = await host.Get<ComplianceReports>().CreateAsync();

        report.Principles.Select(principle => principle.Principle).ShouldBe(Enum.GetValues<DataPrinciple>());
        report.Principles.ShouldAllBe(principle => principle.Checks.Count > 0);
        report.PolicyHash.ShouldBe(host.Policy.Hash);
    }

    [Fact]
    [Trait("clause", "END-24")]
    public async Task Families_of_measures_are_covered_and_evidence_that_is_missing_never_passes()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        var evidence = host.Get<ControlEvidence>();

        var before = await evidence.ReadCoverageAsync();
        foreach (var family in new[]
        {
            ControlFamily.Policies, ControlFamily.Procedures, ControlFamily.Organisation, ControlFamily.Staff, ControlFamily.Suppliers, ControlFamily.Development,
            ControlFamily.Assets, ControlFamily.Operation, ControlFamily.Threats, ControlFamily.Compliance,
        })
        {
            before.Gaps.ShouldNotContain(family);
            before.Families.Single(one => one.Family == family).Worst.ShouldNotBe(ControlState.Pass);
        }

        await evidence.RecordAsync(new Evidence(EvidenceTarget.Control("security-programme"), EvidenceOutcome.Passed, "head-of-security"));
        (await evidence.ReadAsync()).Single(control => control.Id == "security-programme").State.ShouldBe(ControlState.Pass);
    }
}
