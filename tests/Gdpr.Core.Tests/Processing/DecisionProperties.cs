using FsCheck;
using FsCheck.Fluent;
using Gdpr.Processing;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Processing;

/// <summary>The compiled decision, over policies, people and questions made at random.</summary>
public sealed class DecisionProperties
{
    [Fact]
    public void The_compiled_decision_is_the_naive_one() => Check.One(PropertyCases.Of(3_000), Prop.ForAll(GateWorlds.Arbitrary, world =>
    {
        var program = ProcessingProgram.Compile(world.Policy);

        var decision = Decide(program, world, program.StandingOf(world.Whose, world.State, world.Now));

        decision.Outcome.ShouldBe(NaiveGate.Decide(world.Policy, world.Request, world.Client, world.Whose, world.State, world.Now), decision.ToString());
        decision.IsAllowed.ShouldBe(decision.Reasons.Count == 0);
        decision.IsAllowed.ShouldBe(decision.Bases.Count > 0);
    }));

    [Fact]
    public void A_standing_made_earlier_or_later_or_under_another_policy_decides_the_same() => Check.One(PropertyCases.Of(1_000), Prop.ForAll(GateWorlds.Arbitrary, world =>
    {
        var program = ProcessingProgram.Compile(world.Policy);
        var expected = Decide(program, world, program.StandingOf(world.Whose, world.State, world.Now)).ToString();

        Decide(program, world, program.StandingOf(world.Whose, world.State, world.Now - Duration.FromDays(3))).ToString().ShouldBe(expected);
        Decide(program, world, program.StandingOf(world.Whose, world.State, world.Now + Duration.FromDays(3))).ToString().ShouldBe(expected);
        Decide(program, world, ProcessingProgram.Compile(Office.Policy()).StandingOf(world.Whose, world.State, world.Now)).ToString().ShouldBe(expected);
    }));

    [Fact]
    public void Nothing_that_cannot_be_read_is_ever_allowed() => Check.One(PropertyCases.Of(1_000), Prop.ForAll(GateWorlds.Arbitrary, world =>
    {
        var program = ProcessingProgram.Compile(world.Policy);

        var decision = Decide(program, world, SubjectStanding.Unreadable(program, world.Whose));

        decision.Outcome.ShouldBe(ProcessingOutcome.Denied);
        decision.Reasons.ShouldContain(reason => reason.Code == ProcessingReasons.StateUnreadable);
    }));

    [Fact]
    public void What_the_person_says_against_it_never_opens_anything() => Check.One(PropertyCases.Of(1_000), Prop.ForAll(GateWorlds.Arbitrary, world =>
    {
        var program = ProcessingProgram.Compile(world.Policy);
        var before = Decide(program, world, program.StandingOf(world.Whose, world.State, world.Now));
        var silenced = world.State with
        {
            Consents = [.. world.State.Consents.Select(consent => consent with { Phase = ConsentPhase.Withdrawn })],
            Restrictions = [.. world.State.Restrictions, new RestrictionState("x", RestrictionGround.AccuracyContested, [], RestrictionPhase.Placed, world.Now, world.Now)],
        };

        var after = Decide(program, world, program.StandingOf(world.Whose, silenced, world.Now));

        ((int)after.Outcome).ShouldBeLessThanOrEqualTo((int)before.Outcome);
    }));

    private static ProcessingDecision Decide(ProcessingProgram program, GateWorld world, SubjectStanding standing)
    {
        var question = new ProcessingQuestion(program.Prepare(world.Request, world.Client))
        {
            Channel = world.Request.Channel,
            RestrictedUse = world.Request.RestrictedUse,
            SubjectOrganisation = world.Request.SubjectOrganisation,
        };
        return ProcessingProgram.Decide(question, standing, world.Now);
    }
}
