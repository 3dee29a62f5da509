using FsCheck;
using FsCheck.Fluent;

namespace Gdpr.Core.Tests.Model;

/// <summary>However often a request is decided, and by whomever it is complained of: what was granted to somebody identified goes on, nothing goes that is kept, and every
/// request comes to an end.</summary>
public sealed class RoundTests
{
    private const int Histories = 25;
    private const int Longest = 20;

    [Theory]
    [InlineData(RoundRight.Erasure)]
    [InlineData(RoundRight.Unlawful)]
    [InlineData(RoundRight.Claims)]
    [InlineData(RoundRight.Accuracy)]
    [InlineData(RoundRight.Objection)]
    public void Every_round_of_a_request_keeps_to_what_was_granted(RoundRight right) => Check.One(
        StateMachineTests.ConfigOf(Histories), Prop.ForAll(Rounds.Arbitrary(right, Longest), rounds => RoundMachine.RunAsync(rounds).GetAwaiter().GetResult()));

    [Fact]
    public Task Who_is_not_identified_is_answered_though_the_erasure_had_been_assessed() => HappenAsync(
        RoundRight.Erasure, new(RoundAct.Assess, 0), new(RoundAct.AskForIdentity, 0), new(RoundAct.NotIdentifiable, 0));

    [Fact]
    public Task What_is_refused_as_a_whole_is_answered_though_the_erasure_had_been_assessed() => HappenAsync(
        RoundRight.Erasure, new(RoundAct.Assess, 0), new(RoundAct.Refuse, 0));

    [Fact]
    public Task What_a_complaint_has_opened_is_not_decided_before_it_is_assessed_anew() => HappenAsync(
        RoundRight.Objection, new(RoundAct.Handle, 0), new(RoundAct.Complain, 0), new(RoundAct.Uphold, 0), new(RoundAct.Decide, 0), new(RoundAct.Execute, 0));

    private static Task HappenAsync(RoundRight right, params IReadOnlyList<RoundStep> steps) => RoundMachine.RunAsync(new Rounds(right, steps));
}
