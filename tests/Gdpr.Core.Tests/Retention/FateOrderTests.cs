using Gdpr.Retention;
using static Gdpr.Core.Tests.Retention.Example;

namespace Gdpr.Core.Tests.Retention;

/// <summary>The order of fate, over every combination of what decides it.</summary>
public sealed class FateOrderTests
{
    // What decides, in the order in which it is asked. Each is known to be so, known not to be so, or unknown.
    private static readonly string[] Conditions =
        ["limit past", "hold", "obligation alive", "request open", "restricted for claims", "restricted", "purpose alive", "objection pending"];

    private static readonly Example Policy = Example.Of(
        Purpose("service", Keep("P1Y", "end"), more: Limit("P1Y", "limited", "law"))
        + "," + Duty("books", Keep("P1Y", "booked")),
        triggers: "end, limited, booked");

    [Fact]
    public void Every_combination_of_what_is_known_gives_the_fate_of_the_first_step_that_applies()
    {
        foreach (var combination in Combinations(2))
        {
            Decide(combination).Fate.ShouldBe(Expected(combination), Describe(combination));
        }
    }

    [Fact]
    public void Every_combination_with_unknowns_gives_the_fate_that_all_ways_of_resolving_them_agree_on()
    {
        var count = 0;
        foreach (var combination in Combinations(3))
        {
            var fates = Resolutions(combination).Select(Expected).Distinct().ToArray();
            Decide(combination).Fate.ShouldBe(fates is [var only] ? only : Fate.Undetermined, Describe(combination));
            count++;
        }

        count.ShouldBe(6561);
    }

    [Theory]
    [InlineData("", "hold", Fate.Restrict, "hold")]
    [InlineData("", "request-open", Fate.Restrict, "request-open")]
    [InlineData("", "hold;request-open", Fate.Restrict, "hold")]
    [InlineData("", "restricted", Fate.Erase, "all-ended")]
    [InlineData("", "restricted;hold", Fate.Restrict, "restricted")]
    [InlineData("", "restricted-claims", Fate.Restrict, "restricted")]
    [InlineData("end", "restricted", Fate.Restrict, "restricted")]
    [InlineData("end", "restricted-claims", Fate.Restrict, "restricted")]
    [InlineData("end", "hold", Fate.Keep, "purpose-alive")]
    [InlineData("end", "request-open", Fate.Keep, "purpose-alive")]
    [InlineData("end", "objection-pending:service", Fate.Restrict, "objection-pending")]
    [InlineData("end booked", "objection-pending:service", Fate.Restrict, "obligation-alive")]
    [InlineData("booked", "", Fate.Restrict, "obligation-alive")]
    [InlineData("booked", "hold", Fate.Restrict, "hold")]
    [InlineData("booked", "erasure-granted", Fate.Restrict, "obligation-alive")]
    [InlineData("end", "erasure-granted", Fate.Erase, "all-ended")]
    [InlineData("end", "objection-upheld:service", Fate.Erase, "all-ended")]
    [InlineData("end", "purpose-ended:service", Fate.Erase, "all-ended")]
    [InlineData("end limited", "", Fate.Erase, "limit-passed")]
    [InlineData("end limited", "restricted-claims", Fate.Erase, "limit-passed")]
    [InlineData("end limited", "hold", Fate.Restrict, "limit-passed")]
    [InlineData("end limited", "request-open", Fate.Restrict, "limit-passed")]
    [InlineData("limited booked", "", Fate.Restrict, "limit-passed")]
    [InlineData("", "?hold", Fate.Undetermined, "fact-unknown")]
    [InlineData("", "?restricted", Fate.Erase, "all-ended")]
    [InlineData("booked", "?hold", Fate.Restrict, "obligation-alive")]
    [InlineData("end", "?hold", Fate.Keep, "purpose-alive")]
    [InlineData("end", "?restricted", Fate.Undetermined, "fact-unknown")]
    [InlineData("end", "?erasure-granted", Fate.Undetermined, "fact-unknown")]
    [InlineData("end", "?objection-pending:service", Fate.Undetermined, "fact-unknown")]
    [InlineData("end", "?objection-pending:service;restricted", Fate.Restrict, "restricted")]
    public void The_reason_names_what_decided(string alive, string facts, Fate fate, string reason)
    {
        // Named here: purposes and obligations that run, and a limit that has passed.
        var record = $"end={Date(alive.Contains("end"))}, booked={Date(alive.Contains("booked"))}, limited={Date(!alive.Contains("limited"))}";

        var decision = Policy.On("2026-11-21", record, facts);

        decision.Fate.ShouldBe(fate);
        decision.Reason.Code().ShouldBe(reason);
    }

    [Fact]
    public void An_objection_touches_the_purpose_that_it_names_alone()
    {
        var policy = Example.Of(Purpose("service", Keep("P1Y", "end")) + "," + Purpose("news", Keep("P2Y", "end")));

        policy.On("2026-11-21", "end=2026-01-01", "objection-pending:news").ShouldBe(Fate.Keep, "purpose-alive", "2027-01-02", "service");
        policy.On("2027-01-02", "end=2026-01-01", "objection-pending:news").ShouldBe(Fate.Restrict, "objection-pending", "2028-01-02", "news");
        policy.On("2026-11-21", "end=2026-01-01", "objection-upheld:news").ShouldBe(Fate.Keep, "purpose-alive", "2027-01-02", "service");
    }

    [Fact]
    public void Two_purposes_of_which_one_alone_may_be_objected_to_keep_the_record_while_either_is_sure()
    {
        var policy = Example.Of(Purpose("service", Keep("P1Y", "end")) + "," + Purpose("news", Keep("P1Y", "end")));

        policy.On("2026-11-21", "end=2026-01-01", "?objection-pending:news").Fate.ShouldBe(Fate.Keep);
        policy.On("2026-11-21", "end=2026-01-01", "?objection-pending:news;objection-pending:service").Fate.ShouldBe(Fate.Undetermined);
        policy.On("2026-11-21", "end=2026-01-01", "objection-pending:news;objection-pending:service").Fate.ShouldBe(Fate.Restrict);
    }

    /// <summary>The steps of the specification, for what is known: the first that applies decides.</summary>
    private static Fate Expected(int[] combination)
    {
        bool Is(string condition) => combination[Array.IndexOf(Conditions, condition)] == 1;

        var held = Is("hold") || Is("obligation alive") || Is("request open");
        var free = Is("purpose alive") && !Is("objection pending");
        var objected = Is("purpose alive") && Is("objection pending");
        (bool Applies, Fate Fate)[] steps =
        [
            (Is("limit past") && held, Fate.Restrict),
            (Is("limit past"), Fate.Erase),
            (Is("restricted for claims"), Fate.Restrict),
            (Is("restricted") && (free || objected || held), Fate.Restrict),
            (free, Fate.Keep),
            (held || objected, Fate.Restrict),
            (true, Fate.Erase),
        ];
        return steps.First(step => step.Applies).Fate;
    }

    private static FateDecision Decide(int[] combination)
    {
        string State(string condition, string yes, string no) => combination[Array.IndexOf(Conditions, condition)] switch { 1 => yes, 0 => no, _ => "?" };

        (string Condition, string Fact)[] facts =
        [
            ("hold", "hold"), ("request open", "request-open"), ("restricted for claims", "restricted-claims"), ("restricted", "restricted"),
            ("objection pending", "objection-pending:service"),
        ];
        return Policy.On(
            "2026-11-21",
            $"limited={State("limit past", Date(false), Date(true))}, booked={State("obligation alive", Date(true), Date(false))}, "
                + $"end={State("purpose alive", Date(true), Date(false))}",
            string.Join(';', facts.Select(fact => combination[Array.IndexOf(Conditions, fact.Condition)] switch { 1 => fact.Fact, 0 => "", _ => "?" + fact.Fact })));
    }

    private static IEnumerable<int[]> Combinations(int values) =>
        Enumerable.Range(0, (int)Math.Pow(values, Conditions.Length))
            .Select(number => Conditions.Select((_, i) => number / (int)Math.Pow(values, i) % values).ToArray());

    private static IEnumerable<int[]> Resolutions(int[] combination)
    {
        var unknown = Array.IndexOf(combination, 2);
        return unknown < 0 ? [combination] : new[] { 0, 1 }.SelectMany(value => Resolutions([.. combination[..unknown], value, .. combination[(unknown + 1)..]]));
    }

    private static string Date(bool alive) => alive ? "2026-06-01" : "2024-06-01";

    private static string Describe(int[] combination) =>
        string.Join(", ", Conditions.Zip(combination, (condition, value) => value == 0 ? "" : value == 1 ? condition : "?" + condition).Where(text => text.Length > 0));
}
