using Gdpr.Conformance.Tests.Hosting;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Conformance.Tests.Gignos;

/// <summary>The register of Gignos: what it may hold, and under which version of the policy.</summary>
public sealed class RegisterTests
{
    private static readonly Organisation Gignos = Organisation.Gignos;

    [Fact]
    [Trait("clause", "GIG-02")]
    public async Task A_source_that_maps_a_field_beyond_those_declared_stops_the_start_and_is_told_which()
    {
        var refused = await Should.ThrowAsync<GdprSetupException>(() => OrganisationHost.StartAsync(Gignos, changeMapping: (dataSet, set) =>
        {
            if (dataSet == "crm.contacts")
            {
                set.Field("birth-date", "f_role");
            }
        }));

        refused.Message.ShouldContain("birth-date");
        refused.Message.ShouldContain("crm.contacts");
        Gignos.DataSet("crm.contacts").Fields.Values.Select(field => field.Category).ShouldBe(
            ["identity.first-name", "identity.last-name", "contact.work-phone", "contact.work-email", "work.company", "work.role"], ignoreOrder: true);
    }

    [Fact]
    [Trait("clause", "GIG-29")]
    public async Task The_version_that_decided_on_a_date_is_told_when_the_next_has_long_replaced_it()
    {
        await using var host = await OrganisationHost.StartAsync(Gignos);
        var (history, began) = (host.Get<PolicyHistory>(), host.Now);
        (await history.DecidingAtAsync(began))!.Hash.ShouldBe(Gignos.Policy.Hash);
        var next = Gignos.With(policy =>
        {
            policy["version"] = "2027.1";
            policy["effective"] = "2026-12-01";
            policy["activities"]!["register"]!["retention"]!["assessment"]!["within"] = "P6M";
        });
        (await Should.ThrowAsync<GdprPolicyException>(() => host.SupersedeAsync(next))).Code.ShouldBe(FindingCodes.VersionOvertaken, "its first day has not begun");

        host.Clock.Set(Instant.FromUtc(2026, 12, 1, 11, 0));
        await host.SupersedeAsync(next);
        await host.SweepAsync();
        host.Clock.Advance(Duration.FromDays(400));

        (await history.ListAsync()).Select(version => version.Version).ShouldBe(["2026.1", "2027.1"]);
        var before = await history.DecidingAtAsync(Instant.FromUtc(2026, 12, 1, 10, 59));
        (before!.Version, before.Effective, before.Hash).ShouldBe(("2026.1", new LocalDate(2026, 1, 1), Gignos.Policy.Hash));
        var after = await history.DecidingAtAsync(host.Now);
        (after!.Version, after.Effective, after.Hash).ShouldBe(("2027.1", new LocalDate(2026, 12, 1), next.Policy.Hash));
        before.Activities["register"].Retention!.Assessment!.Within.ToString().ShouldBe("P1Y", "all that it said can still be read");
        after.Activities["register"].Retention!.Assessment!.Within.ToString().ShouldBe("P6M");
        (await history.FindAsync(Gignos.Policy.Hash))!.Hash.ShouldBe(Gignos.Policy.Hash);
        (await history.DecidingAtAsync(began - Duration.FromDays(1))).ShouldBeNull();
    }

    [Theory]
    [InlineData("register", "customer-relations", "sales", "crm.contacts")]
    [InlineData("newsletter", "direct-marketing", "marketing", "newsletter.recipients")]
    [Trait("clause", "GIG-08")]
    public async Task Without_its_assessment_a_legitimate_interest_is_refused_and_carries_nothing_and_with_it_the_person_may_object(
        string activity, string purpose, string role, string data)
    {
        await using var host = await OrganisationHost.StartAsync(Gignos);
        var person = await host.PersonAsync("p1");
        var state = await host.Get<SubjectDirectory>().ReadStateAsync(person);
        DecisionOf(Gignos.ProgramWithout()).IsAllowed.ShouldBeTrue();
        foreach (var part in new[]
        {
            $"/activities/{activity}/basis/legitimateInterest/assessment", $"/assessments/balance-{activity}/balance", $"/assessments/balance-{activity}/necessity",
        })
        {
            (await OrganisationHost.RefusedWithoutAsync(Gignos, part))
                .ShouldContain(finding => finding.Code == FindingCodes.NoBalancing && finding.Severity == FindingSeverity.Error, part);
            DecisionOf(Gignos.ProgramWithout(part)).ShouldSatisfyAllConditions(
                part,
                decision => decision.IsAllowed.ShouldBeFalse(),
                decision => decision.Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.InterestNotAssessed));
        }

        await host.PutAsync(data, "c1", "p1", "became-customer=2020-01-01;last-contact=2026-11-01");
        (await AskAsync()).IsAllowed.ShouldBeTrue();
        var access = await host.HandleAsync(DataSubjectRight.Access, person);
        (await host.Get<DataSubjectRequests>().ComposeAccessAsync(access.Id)).Content.Rights.ShouldContain(DataSubjectRight.Objection);

        await host.ReceiveAsync(DataSubjectRight.Objection, person, intake => intake with { Scope = new RequestScope { Purposes = [purpose] } });

        (await AskAsync()).IsAllowed.ShouldBeFalse("an objection stops first");

        Task<ProcessingDecision> AskAsync() => host.Get<IProcessingGate>().DecideAsync(Request());

        ProcessingRequest Request() => new(person, purpose) { Actor = ProcessingActor.Person(role, "a1"), Data = [data], Channel = "post" };

        ProcessingDecision DecisionOf(ProcessingProgram program) => ProcessingProgram.Decide(
            new ProcessingQuestion(program.Prepare(Request())) { Channel = "post" }, program.StandingOf(person, state, host.Now), host.Now);
    }

    [Fact]
    [Trait("clause", "GIG-08")]
    public async Task What_is_still_to_be_weighed_carries_nothing_until_the_day_on_which_it_has_been()
    {
        await using var host = await OrganisationHost.StartAsync(
            Gignos, document: Gignos.Changed(document => document["assessments"]!["balance-register"]!["on"] = "2026-11-23"));
        var person = await host.PersonAsync("p1");
        await host.PutAsync("crm.contacts", "c1", "p1", "became-customer=2020-01-01;last-contact=2026-11-01");

        var early = await AskAsync();
        host.Clock.Advance(Duration.FromDays(3));

        early.Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.InterestNotAssessed);
        early.IsAllowed.ShouldBeFalse();
        (await AskAsync()).IsAllowed.ShouldBeTrue();

        Task<ProcessingDecision> AskAsync() => host.Get<IProcessingGate>().DecideAsync(
            new ProcessingRequest(person, "customer-relations") { Actor = ProcessingActor.Person("sales", "a1"), Data = ["crm.contacts"] });
    }
}
