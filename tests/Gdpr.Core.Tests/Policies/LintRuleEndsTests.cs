using FsCheck;
using FsCheck.Fluent;
using Gdpr.Policies;
using Gdpr.Policies.Lint;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Core.Tests.Policies;

/// <summary>Which of two rules ends last, held against every date of the 400 years after which the calendar repeats itself.</summary>
public sealed class LintRuleEndsTests
{
    private static readonly LocalDate[] EveryDate = [.. Enumerable.Range(0, 146_097).Select(new LocalDate(2000, 1, 1).PlusDays)];

    [Fact]
    public void Which_of_two_rules_may_or_must_end_last_is_what_every_date_of_the_event_tells() => ForAnySeed(30, seed =>
    {
        var random = new Random(seed);
        var (one, other) = (RuleOf(random, 2), RuleOf(random, 2));
        var (end, otherEnd) = (RuleEnd.Of(one), RuleEnd.Of(other));

        var later = EveryDate.Count(date => end.On(date) > otherEnd.On(date));

        RuleEnds.MayEndAfter(one, other).ShouldBe(later > 0, Describe(end, otherEnd));
        RuleEnds.MustEndAfter(one, other).ShouldBe(later == EveryDate.Length, Describe(end, otherEnd));
    });

    [Fact]
    public void The_critical_dates_tell_whatever_every_date_tells() => ForAnySeed(20, seed =>
    {
        var random = new Random(seed);
        var (end, other) = (RuleEnd.Of(RuleOf(random, 1)), RuleEnd.Of(RuleOf(random, 1)));

        var critical = CriticalDates.For([.. end.Leaves!, .. other.Leaves!]).ToArray();

        critical.Any(date => end.On(date) > other.On(date)).ShouldBe(EveryDate.Any(date => end.On(date) > other.On(date)), Describe(end, other));
        critical.All(date => end.On(date) > other.On(date)).ShouldBe(EveryDate.All(date => end.On(date) > other.On(date)), Describe(end, other));
    });

    [Theory]
    [InlineData(380)]
    [InlineData(400)]
    [InlineData(500)]
    [InlineData(560)]
    public void Ends_that_meet_on_one_day_of_the_year_are_not_said_to_come_one_after_the_other(int days)
    {
        RetentionRule[] limbs =
        [
            new() { Keep = CalendarPeriod.FromDays(days), After = "e" }, new() { Keep = CalendarPeriod.FromYears(1), After = PeriodStart.OfCalendarYearEnd("e") },
        ];

        RuleEnds.MustEndAfter(RetentionRule.All(limbs), RetentionRule.Any(limbs)).ShouldBeFalse();
        RuleEnds.MayEndAfter(RetentionRule.All(limbs), RetentionRule.Any(limbs)).ShouldBeTrue();
    }

    /// <summary>A policy may have a thousand rules, and each is compared: so few dates each.</summary>
    [Theory]
    [InlineData("P7Y of the year", "P2Y of the year", 50)]
    [InlineData("P7Y", "P366D", 2_500)]
    [InlineData("P30Y of the year", "P31Y", 6_500)]
    [InlineData("P1000Y of the year", "P999Y of the year", 400)]
    public void Few_dates_are_critical(string period, string other, int most) =>
        CriticalDates.For([LeafOf(period), LeafOf(other)]).Count().ShouldBeLessThanOrEqualTo(most);

    private static RuleEnd.Leaf LeafOf(string text) =>
        new("e", text.Contains(' ', StringComparison.Ordinal) ? PeriodForm.CalendarYear : PeriodForm.Event, CalendarPeriod.Parse(text.Split(' ')[0]));

    private static string Describe(RuleEnd end, RuleEnd other) => $"{string.Join(" ", end.Leaves!)} against {string.Join(" ", other.Leaves!)}";

    /// <summary>A rule of one event, most of its periods within days or a year of the same three years, so that ends lie close.</summary>
    private static RetentionRule RuleOf(Random random, int depth) => random.Next(depth > 0 ? 5 : 3) switch
    {
        3 => RetentionRule.All(RuleOf(random, depth - 1), RuleOf(random, depth - 1)),
        4 => RetentionRule.Any(RuleOf(random, depth - 1), RuleOf(random, depth - 1)),
        _ => new RetentionRule { Keep = PeriodOf(random), After = random.Next(2) == 0 ? "e" : PeriodStart.OfCalendarYearEnd("e") },
    };

    private static CalendarPeriod PeriodOf(Random random) => random.Next(5) switch
    {
        0 => CalendarPeriod.FromDays(random.Next(1, 1_500)),
        1 => CalendarPeriod.FromDays(1096 + random.Next(-16, 17) + (random.Next(-1, 2) * 365)),
        2 => CalendarPeriod.FromYears(random.Next(2, 5)),
        3 => CalendarPeriod.Parse($"P{random.Next(30, 42)}M{random.Next(1, 70)}D"),
        _ => CalendarPeriod.FromMonths(random.Next(20, 52) * (random.Next(8) == 0 ? 20 : 1)),
    };

    private static void ForAnySeed(int cases, Action<int> property) =>
        Check.One(PropertyCases.Of(cases), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), property));
}
