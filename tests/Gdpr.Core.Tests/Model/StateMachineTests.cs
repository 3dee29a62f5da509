using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Gdpr.Core.Tests.Model;

/// <summary>Whatever happens, in whatever order, the traders do what the law says.</summary>
public sealed class StateMachineTests
{
    /// <summary>How many times as many cases as usual: for a soak. Without it the properties of this folder take about a minute.</summary>
    private const string Soak = "GDPR_MODEL_SOAK";

    private const int Histories = 80;
    private const int Longest = 25;

    [Fact]
    public void Every_history_of_two_traders_keeps_to_the_law() => Check.One(
        ConfigOf(Histories), Prop.ForAll(History.Arbitrary(Longest), history => Machine.RunAsync(history).GetAwaiter().GetResult()));

    [Fact]
    public Task Who_consents_anew_after_an_erasure_may_be_written_to_again() => HappenAsync(
        new(Act.Ask, 0, 1, 0), new(Act.Handle, 0, 0, 0), new(Act.GiveConsent, 0, 0, 0));

    [Fact]
    public Task A_consent_given_since_outlives_what_the_erasure_is_granted_later() => HappenAsync(
        new(Act.Ask, 0, 1, 0), new(Act.Handle, 0, 0, 0), new(Act.GiveConsent, 0, 0, 0), new(Act.EndContract, 0, 0, 0), new(Act.Wait, 0, 2, 0), new(Act.Pump, 0, 0, 0));

    [Fact]
    public Task What_was_erased_on_request_goes_again_when_a_backup_has_brought_it_back() => HappenAsync(
        new(Act.Backup, 0, 0, 0), new(Act.EndContract, 0, 0, 0), new(Act.Ask, 0, 1, 0), new(Act.Handle, 0, 0, 0), new(Act.Restore, 0, 0, 0), new(Act.Pump, 0, 0, 0));

    [Fact]
    public Task What_was_erased_between_two_restores_goes_again_after_the_second() => HappenAsync(
        new(Act.Sweep, 0, 0, 0), new(Act.Restore, 0, 0, 0), new(Act.EndContract, 3, 0, 0), new(Act.Ask, 3, 1, 0), new(Act.Handle, 0, 0, 0), new(Act.Restore, 0, 0, 0),
        new(Act.Pump, 0, 0, 0));

    [Fact]
    public Task A_backup_made_of_what_an_older_one_brought_back_brings_back_what_was_erased() => HappenAsync(
        new(Act.EndContract, 1, 0, 0), new(Act.Ask, 1, 1, 0), new(Act.Handle, 0, 0, 0), new(Act.Restore, 0, 0, 0), new(Act.Backup, 0, 0, 0), new(Act.Pump, 0, 0, 0),
        new(Act.Restore, 0, 0, 0), new(Act.Sweep, 0, 0, 0));

    [Fact]
    public Task What_a_hold_keeps_after_a_restore_has_been_granted_erasure_already_when_it_is_asked_for_again() => HappenAsync(
        new(Act.EndContract, 0, 0, 0), new(Act.Ask, 0, 1, 0), new(Act.Handle, 0, 0, 0), new(Act.PlaceHold, 0, 0, 0), new(Act.Restore, 0, 0, 0), new(Act.Sweep, 0, 0, 0),
        new(Act.Ask, 0, 1, 0), new(Act.Handle, 0, 0, 0));

    [Fact]
    public Task What_an_earlier_request_waits_for_may_be_ended_by_a_later_one_that_is_carried_out_again() => HappenAsync(
        new(Act.Ask, 0, 1, 0), new(Act.Handle, 0, 0, 0), new(Act.EndContract, 0, 0, 0), new(Act.Ask, 0, 1, 0), new(Act.Handle, 0, 0, 0), new(Act.Wait, 0, 1, 0),
        new(Act.Restore, 0, 0, 0), new(Act.Pump, 0, 0, 0));

    [Fact]
    public Task Who_objects_again_after_consenting_again_is_heard_while_the_first_request_is_open() => HappenAsync(
        new(Act.GiveConsent, 0, 0, 0), new(Act.Ask, 0, 6, 0), new(Act.GiveConsent, 0, 0, 0), new(Act.Ask, 0, 6, 0));

    [Fact]
    public Task A_restriction_that_was_lifted_is_placed_again_while_the_first_request_is_open() => HappenAsync(
        new(Act.Ask, 0, 4, 0), new(Act.TellLifting, 0, 0, 0), new(Act.Lift, 0, 0, 0), new(Act.Ask, 0, 4, 0));

    [Fact]
    public Task Who_asks_for_erasure_again_while_the_first_is_in_doubt_after_a_restore_is_judged_by_what_is_there() => HappenAsync(
        new(Act.PlaceHold, 0, 0, 0), new(Act.EndContract, 0, 0, 0), new(Act.Ask, 0, 1, 0), new(Act.Handle, 0, 0, 0), new(Act.Restore, 0, 0, 0), new(Act.Pump, 0, 0, 0),
        new(Act.Ask, 0, 1, 0), new(Act.Handle, 0, 0, 0));

    [Fact]
    public Task Who_asks_twice_to_have_restricted_what_is_kept_for_nothing_asks_once() => HappenAsync(new(Act.Ask, 3, 3, 6), new(Act.Ask, 3, 3, 6));

    [Fact]
    public Task What_is_asked_after_a_decision_is_another_request_although_the_first_is_not_answered() => HappenAsync(
        new(Act.Ask, 0, 6, 0), new(Act.Ask, 0, 6, 0), new(Act.Ask, 0, 1, 0), new(Act.Assess, 0, 0, 0), new(Act.Decide, 0, 0, 0), new(Act.Ask, 0, 1, 0));

    [Fact]
    public Task What_waited_for_an_answer_is_free_with_it_also_where_nobody_closes_the_request() => HappenAsync(
        new(Act.Ask, 0, 0, 0), new(Act.Trade, 0, 2, 2), new(Act.Answer, 0, 0, 0), new(Act.Pump, 0, 0, 0));

    internal static Config ConfigOf(int count) =>
        PropertyCases.Of(count * (int.TryParse(Environment.GetEnvironmentVariable(Soak), CultureInfo.InvariantCulture, out var times) ? times : 1));

    private static Task HappenAsync(params IReadOnlyList<Command> commands) => Machine.RunAsync(new History(commands));
}
