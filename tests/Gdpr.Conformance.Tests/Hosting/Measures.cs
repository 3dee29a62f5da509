using Gdpr.Controls;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using NodaTime;

namespace Gdpr.Conformance.Tests.Hosting;

/// <summary>What follows from a measure that an organisation promises: somebody owes evidence of it, and without fresh evidence it is reported and never passes.</summary>
public static class Measures
{
    /// <summary>Follows a measure over its whole life, on the journal of the organisation, and sees to it that it cannot be promised by nobody.</summary>
    /// <param name="organisation">The organisation.</param>
    /// <param name="control">The measure.</param>
    /// <param name="family">The family that it counts in.</param>
    /// <param name="lastDay">The last day on which it is fresh that was looked at on the first day.</param>
    /// <param name="responsible">Who carries it out.</param>
    /// <param name="systems">The systems that each have to be looked at; none for all together.</param>
    public static async Task ShouldNeedEvidenceAsync(
        Organisation organisation, string control, ControlFamily family, LocalDate lastDay, ControlResponsible responsible = ControlResponsible.Organisation,
        params string[] systems)
    {
        (await OrganisationHost.RefusedWithoutAsync(organisation, $"/controls/{control}/owner"))
            .ShouldContain(finding => finding.Code == FindingCodes.ControlWithoutOwner && finding.Severity == FindingSeverity.Error);
        await using var host = await OrganisationHost.StartAsync(organisation);

        var promised = await StatusAsync(host, control);
        (promised.Family, promised.Responsible, promised.Owner).ShouldBe((family, responsible, host.Policy.Controls[control].Owner));
        promised.Owner.ShouldNotBeNullOrWhiteSpace();
        await ShouldLackAsync(host, control, ControlState.Missing);

        // What was looked at in one system shows nothing of the others.
        IReadOnlyList<string?> scopes = systems.Length > 0 ? systems : new string?[] { null };
        foreach (var system in scopes)
        {
            await ShouldLackAsync(host, control, ControlState.Missing);
            await LookAsync(host, control, EvidenceOutcome.Passed, system);
        }

        (await StatusAsync(host, control)).State.ShouldBe(ControlState.Pass);
        (await LackingAsync(host)).ShouldNotContain(detail => detail.StartsWith(control + " "));
        var due = (await host.Get<DueCalendar>().ListAsync()).Where(item => item.Kind == DueKinds.ControlEvidence && item.About == control).ToArray();
        due.ShouldNotBeEmpty();
        due.ShouldAllBe(item => item.LastDay == lastDay && item.Owner == promised.Owner && item.Article == "Art. 32(1)(d)");

        host.Clock.Set(due[0].DueBy - Duration.Epsilon);
        (await StatusAsync(host, control)).State.ShouldBe(ControlState.Pass, "the last day is in");
        host.Clock.Set(due[0].DueBy);
        await ShouldLackAsync(host, control, ControlState.Stale);
        (await host.Get<DueCalendar>().ListOverdueAsync()).ShouldContain(item => item.About == control);

        await LookAsync(host, control, EvidenceOutcome.Failed, scopes[0]);
        await ShouldLackAsync(host, control, ControlState.Failed);
        (await host.Get<DueCalendar>().ListOverdueAsync()).ShouldContain(item => item.About == control, "what was overdue stays so");
        host.Clock.Advance(Duration.FromHours(1));
        foreach (var system in scopes)
        {
            await LookAsync(host, control, EvidenceOutcome.Passed, system, "report-2027-17");
        }

        var shown = await StatusAsync(host, control);
        shown.State.ShouldBe(ControlState.Pass);
        shown.Lines.ShouldAllBe(line => line.By == "internal-audit" && line.Reference == "report-2027-17" && line.LastPassed == host.Now);
        await host.ShouldVerifyAsync();
    }

    /// <summary>That evidence of a measure is taken of the systems that it covers, and of no other.</summary>
    public static async Task ShouldCoverAsync(Organisation organisation, string control, string outside, params string[] systems)
    {
        await using var host = await OrganisationHost.StartAsync(organisation);
        foreach (var system in systems)
        {
            await LookAsync(host, control, EvidenceOutcome.Passed, system);
        }

        (await StatusAsync(host, control)).Lines.Select(line => line.System).ShouldBe(systems, ignoreOrder: true);
        await Should.ThrowAsync<InvalidEvidenceException>(() => LookAsync(host, control, EvidenceOutcome.Passed, outside));
        (await StatusAsync(host, control)).Lines.ShouldNotContain(line => line.System == outside);
    }

    /// <summary>The activities that nothing protects where an organisation has this one measure and no activity says so itself.</summary>
    public static async Task<IReadOnlyList<string>> UnprotectedWithOnlyAsync(Organisation organisation, string control)
    {
        var activities = organisation.Policy.Activities.Where(activity => activity.Value.Controls.Count > 0);
        await using var bare = await OrganisationHost.StartAsync(organisation.With(policy =>
        {
            Organisation.RemoveAll(policy, organisation.Policy.Controls.Keys.Where(id => id != control).Select(id => $"/controls/{id}"));
            foreach (var (id, activity) in activities)
            {
                var named = activity.Controls.Contains(control) ? $"[\"{control}\"]" : "[]";
                policy["activities"]![id]!["controls"] = System.Text.Json.Nodes.JsonNode.Parse(named);
            }
        }));
        return (await bare.Get<ControlEvidence>().ReadCoverageAsync()).UnprotectedActivities;
    }

    /// <summary>That a document falls due for review, on the day that it should, and that whoever reviewed it is on record.</summary>
    /// <param name="organisation">The organisation.</param>
    /// <param name="document">The document.</param>
    /// <param name="lastDay">The last day for the next review of one that is reviewed on the first day.</param>
    public static async Task ShouldBeReviewedAsync(Organisation organisation, string document, LocalDate lastDay)
    {
        await using var host = await OrganisationHost.StartAsync(organisation);
        await ReviewAsync(EvidenceOutcome.Passed);
        var due = await DueAsync();
        due.LastDay.ShouldBe(lastDay);
        (await host.Get<DueCalendar>().ListOverdueAsync()).ShouldNotContain(item => item.Id == due.Id);

        host.Clock.Set(due.DueBy);
        (await host.Get<DueCalendar>().ListOverdueAsync()).ShouldContain(item => item.Id == due.Id);
        (await ReportedAsync()).ShouldContain(due.Id);
        await ReviewAsync(EvidenceOutcome.Failed);
        (await ReportedAsync()).ShouldContain(due.Id, "one that was found wanting is not reviewed");
        (await DueAsync()).LastDay.ShouldBe(lastDay, "what was overdue stays so");
        host.Clock.Advance(Duration.FromHours(1));
        await ReviewAsync(EvidenceOutcome.Passed);
        (await ReportedAsync()).ShouldNotContain(due.Id);
        (await DueAsync()).LastDay.ShouldBe(lastDay.PlusDays(1).PlusYears(1));
        await host.ShouldVerifyAsync();

        Task ReviewAsync(EvidenceOutcome outcome) =>
            host.Get<ControlEvidence>().RecordAsync(new Evidence(EvidenceTarget.Document(document), outcome, "management"));

        async Task<DueItem> DueAsync() => (await host.Get<DueCalendar>().ListAsync()).Single(item => item.Kind == DueKinds.DocumentReview && item.About == document);

        async Task<IReadOnlyList<string>> ReportedAsync() => (await host.Get<ComplianceReports>().CreateAsync()).Principles
            .Single(one => one.Principle == DataPrinciple.Accountability).Checks.Single(check => check.Code == "documents-reviewed").Details;
    }

    private static async Task ShouldLackAsync(OrganisationHost host, string control, ControlState state)
    {
        (await StatusAsync(host, control)).State.ShouldBe(state);
        (await LackingAsync(host)).ShouldContain($"{control} {state}");
        (await host.Get<ComplianceReports>().ReadHealthAsync()).IsHealthy.ShouldBeFalse();
    }

    private static Task LookAsync(OrganisationHost host, string control, EvidenceOutcome outcome, string? system, string? reference = null) =>
        host.Get<ControlEvidence>().RecordAsync(new Evidence(EvidenceTarget.Control(control) with { System = system }, outcome, "internal-audit") { Reference = reference });

    private static async Task<ControlStatus> StatusAsync(OrganisationHost host, string control) =>
        (await host.Get<ControlEvidence>().ReadCoverageAsync()).Families.SelectMany(family => family.Controls).Single(one => one.Id == control);

    private static async Task<IReadOnlyList<string>> LackingAsync(OrganisationHost host) => (await host.Get<ComplianceReports>().CreateAsync()).Principles
        .Single(one => one.Principle == DataPrinciple.Security).Checks.Single(check => check.Code == "controls-evidenced").Details;
}
