using System.Text.Json.Nodes;
using Gdpr.Disposal;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>What a person asks for goes without an approval of the rules; what is due by rules alone, of which nothing was granted, waits for it.</summary>
public sealed class UnapprovedErasureTests
{
    private static readonly LocalDateTime Start = new(2026, 2, 2, 10, 0);

    [Fact]
    public async Task What_was_not_asked_for_and_is_due_by_rules_that_nobody_has_approved_stays_until_somebody_has()
    {
        // By these rules the contract has been over for years.
        await using var world = RightsWorld.Open(Start, new RightsData().Customer("c1", new LocalDate(2020, 1, 1)));
        var person = await world.PersonAsync();
        await world.ConsentAsync(person, "personalisation");

        var request = await world.HandleAsync(DataSubjectRight.Erasure, person, Personalisation);

        world.Data.Customers.Find("c1").ShouldNotBeNull().Picture.ShouldBeNull();
        world.Data.Customers.Find("c1")!.Name.ShouldNotBeNull();
        request.Results.Single().Reason.ShouldBe(SweepReasons.ApprovalMissing);
        (await world.Tasks.ListOpenAsync()).ShouldContain(task => task.Kind == RightsTasks.Approve);

        await world.PumpAsync();
        world.Data.Customers.Find("c1")?.Name.ShouldBeNull();
    }

    [Fact]
    public async Task What_was_asked_for_as_a_whole_goes_without_an_approval()
    {
        await using var world = RightsWorld.Open(Start, new RightsData().Customer("c1", new LocalDate(2020, 1, 1)));

        await world.HandleAsync(DataSubjectRight.Erasure, await world.PersonAsync());

        world.Data.Customers.Find("c1").ShouldBeNull();
        (await world.Tasks.ListOpenAsync()).ShouldNotContain(task => task.Kind == RightsTasks.Approve);
    }

    [Fact]
    public async Task Under_rules_that_are_approved_whatever_is_due_of_the_person_goes_with_what_was_asked_for()
    {
        await using var world = RightsWorld.Open(Start, new RightsData().Customer("c1", new LocalDate(2020, 1, 1)));
        await world.Get<Sweep>().ApproveAsync(await world.Get<Sweep>().PreviewAsync(), RightsWorld.Officer);
        var person = await world.PersonAsync();
        await world.ConsentAsync(person, "personalisation");

        await world.HandleAsync(DataSubjectRight.Erasure, person, Personalisation);

        world.Data.Customers.Find("c1")?.Name.ShouldBeNull();
    }

    [Fact]
    public async Task Where_an_unapproved_rule_may_be_over_without_any_period_nothing_goes_before_the_approval()
    {
        // A relation that is not known to have begun carries nothing: the mapping of its start may simply be wrong.
        var policy = RightsWorld.PolicyWith(json => json["activities"]!["service"]!["retention"] =
            JsonNode.Parse("""{ "while": { "started": "ended", "ended": "created" } }"""));
        await using var world = RightsWorld.Open(Start, new RightsData().Customer(), policy: policy);
        var person = await world.PersonAsync();
        await world.ConsentAsync(person, "personalisation");

        var request = await world.HandleAsync(DataSubjectRight.Erasure, person, Personalisation);

        world.Data.Customers.Find("c1")!.Picture.ShouldNotBeNull();
        request.Results.Single().Reason.ShouldBe(SweepReasons.ApprovalMissing);
        (await world.Tasks.ListOpenAsync()).ShouldContain(task => task.Kind == RightsTasks.Approve);
    }

    private static RequestIntake Personalisation(RequestIntake intake) => intake with { Scope = new RequestScope { Purposes = ["personalisation"] } };
}
