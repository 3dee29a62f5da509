using System.Text.Json.Nodes;
using Gdpr.Breaches;
using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Controls;
using Gdpr.Disposal;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Rights;
using Gdpr.Subjects;
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

    /// <summary>Something goes wrong with each principle, and the report says with which.</summary>
    [Fact]
    [Trait("clause", "END-06")]
    public async Task Each_principle_is_checked_and_the_report_tells_what_is_not_as_it_should_be()
    {
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        await EvidenceAsync(host);
        await host.RunDueAsync();
        var before = await host.Get<ComplianceReports>().CreateAsync();
        before.Principles.Select(principle => principle.Principle).ShouldBe(Enum.GetValues<DataPrinciple>());
        before.PolicyHash.ShouldBe(host.Policy.Hash);
        before.Principles.SelectMany(principle => principle.Checks).Where(check => check.Result != CheckResult.Met).Select(check => check.Code).ShouldBeEmpty();

        var person = await host.PersonAsync("p1");
        await host.ReceiveAsync(DataSubjectRight.Access, person);
        await host.Get<BreachRegister>().RecordAsync(new BreachReport("A key was lost.", "head-of-operations", BreachKind.Confidentiality) { AwareAt = host.Now });
        await host.Get<LegalHolds>().PlaceAsync(new HoldTerms(
            "matter-17", "a claim", "legal-counsel", new LocalDate(2026, 11, 21), new LocalDate(2027, 1, 15),
            new HoldScope { DataSets = new HashSet<string> { "crm.prospects" } }));
        host.Clock.Advance(Duration.FromDays(60));
        var after = await host.Get<ComplianceReports>().CreateAsync();

        ShouldNotBeMet(DataPrinciple.Lawfulness, "requests-answered");
        ShouldNotBeMet(DataPrinciple.StorageLimitation, "holds-reviewed");
        ShouldNotBeMet(DataPrinciple.Security, "breaches-handled");
        after.Principles.Single(one => one.Principle == DataPrinciple.Accountability).Checks.Single(one => one.Code == "journal-intact").Result.ShouldBe(CheckResult.Unknown);
        after.Result.ShouldBe(CheckResult.NotMet);

        // And of a policy: what is not declared as it should be is found under the principle that it is about.
        await using var careless = await OrganisationHost.StartAsync(Organisation.EndlessIt.With(policy =>
        {
            policy["systems"]!["crm"]!["dataSets"]!["persons"]!.AsObject().Remove("origins");
            policy["systems"]!["web"]!.AsObject().Remove("riskAssessment");
        }), sources: new Dictionary<string, Action<GdprBuilder, string>> { ["shop"] = (_, _) => { } });
        var found = (await careless.Get<ComplianceReports>().CreateAsync()).Principles.ToDictionary(
            principle => principle.Principle, principle => principle.Checks.SelectMany(check => check.Details).ToArray());
        found[DataPrinciple.Accuracy].ShouldContain(detail => detail.StartsWith(FindingCodes.NoOrigin));
        found[DataPrinciple.Accuracy].ShouldContain("shop.orders", "nobody can find a person there");
        found[DataPrinciple.StorageLimitation].ShouldContain("shop.orders", "nothing disposes of it");
        found[DataPrinciple.Security].ShouldContain($"{FindingCodes.SystemWithoutRiskAssessment} /systems/web");

        void ShouldNotBeMet(DataPrinciple principle, string check)
        {
            var result = after.Principles.Single(one => one.Principle == principle).Checks.Single(one => one.Code == check);
            result.Result.ShouldBe(CheckResult.NotMet, check);
            result.Details.ShouldNotBeEmpty(check);
        }
    }

    [Fact]
    [Trait("clause", "END-24")]
    public async Task Families_of_measures_are_covered_by_fresh_evidence_alone_and_one_that_has_no_measure_is_a_gap()
    {
        ControlFamily[] listed =
        [
            ControlFamily.Policies, ControlFamily.Procedures, ControlFamily.Organisation, ControlFamily.Staff, ControlFamily.Suppliers, ControlFamily.Development,
            ControlFamily.Assets, ControlFamily.Operation, ControlFamily.Threats, ControlFamily.Compliance,
        ];
        await using var host = await OrganisationHost.StartAsync(Organisation.EndlessIt);
        (await host.Get<ControlEvidence>().ReadCoverageAsync()).Gaps.Intersect(listed).ShouldBeEmpty();
        (await WorstAsync(host)).ShouldAllBe(worst => worst == ControlState.Missing, "what nobody has shown never passes");

        await EvidenceAsync(host);
        (await WorstAsync(host)).ShouldAllBe(worst => worst == ControlState.Pass);
        host.Clock.Advance(Duration.FromDays(400));
        (await WorstAsync(host)).ShouldAllBe(worst => worst == ControlState.Stale, "what was shown long ago does not pass either");
        await host.Get<ControlEvidence>().RecordAsync(new Evidence(EvidenceTarget.Control("policies"), EvidenceOutcome.Failed, "head-of-security"));
        (await WorstAsync(host))[0].ShouldBe(ControlState.Failed);

        foreach (var family in listed)
        {
            var without = Organisation.EndlessIt.Policy.Controls.Where(control => control.Value.Family == family).Select(control => control.Key).ToArray();
            await using var bare = await OrganisationHost.StartAsync(Organisation.EndlessIt.With(policy => RemoveControls(policy, without)));
            (await bare.Get<ControlEvidence>().ReadCoverageAsync()).Gaps.ShouldContain(family);
        }

        async Task<ControlState?[]> WorstAsync(OrganisationHost one)
        {
            var coverage = await one.Get<ControlEvidence>().ReadCoverageAsync();
            return [.. listed.Select(family => coverage.Families.Single(covered => covered.Family == family).Worst)];
        }
    }

    /// <summary>Takes measures out of a policy, with all that names them.</summary>
    private static void RemoveControls(JsonObject policy, IReadOnlyCollection<string> controls)
    {
        foreach (var control in controls)
        {
            policy["controls"]!.AsObject().Remove(control);
        }

        foreach (var (named, member) in policy["activities"]!.AsObject().Select(one => (one.Value!, "controls"))
            .Concat(policy["recipients"]!.AsObject().Select(one => (one.Value!, "requiredControls"))))
        {
            string[] left = [.. named[member]?.AsArray().Select(id => id!.GetValue<string>()).Except(controls) ?? []];
            named.AsObject().Remove(member);
            if (left.Length > 0)
            {
                named[member] = new JsonArray([.. left.Select(id => (JsonNode)id)]);
            }
        }
    }

    /// <summary>Shows everything that is to be shown.</summary>
    private static async Task EvidenceAsync(OrganisationHost host)
    {
        var evidence = host.Get<ControlEvidence>();
        var employee = await host.PersonAsync("staff-1");
        foreach (var (id, control) in host.Policy.Controls)
        {
            if (control.PerPerson)
            {
                await evidence.ExpectAsync(id, employee, "head-of-security");
            }

            await evidence.RecordAsync(new Evidence(
                control.PerPerson ? EvidenceTarget.Training(id, employee) : EvidenceTarget.Control(id), EvidenceOutcome.Passed, "head-of-security"));
        }

        foreach (var (id, recipient) in host.Policy.Recipients)
        {
            foreach (var control in recipient.RequiredControls)
            {
                await evidence.RecordAsync(new Evidence(EvidenceTarget.OfRecipient(control, id), EvidenceOutcome.Passed, "head-of-security"));
            }
        }

        foreach (var id in host.Policy.Documents.Where(document => document.Value.ReviewEvery is not null).Select(document => document.Key))
        {
            await evidence.RecordAsync(new Evidence(EvidenceTarget.Document(id), EvidenceOutcome.Passed, "head-of-security"));
        }
    }
}
