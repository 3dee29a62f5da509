using FsCheck;
using FsCheck.Fluent;
using Gdpr.Policies;
using Gdpr.Policies.Lint;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Core.Tests.Policies;

public sealed class LintPropertyTests
{
    private static readonly string[] Events = ["n1", "n2", "n3", "u"];

    private static readonly Dictionary<string, Trigger> Triggers = Events.ToDictionary(
        id => id, id => new Trigger { WhenNull = id[0] == 'n' ? WhenNull.NotHappened : WhenNull.Unknown }, StringComparer.Ordinal);

    [Fact]
    public void However_broken_a_policy_is_validation_reports_and_never_throws() => ForAnySeed(1_000, seed =>
    {
        var policy = new LintDamage(seed).Of(PolicyReader.Read(LintPolicy.Flawless).Policy!);

        var findings = PolicyLint.Check(policy);

        findings.ShouldBe(PolicyLint.Check(policy));
        findings.ShouldBeUnique();
        findings.ShouldAllBe(finding => finding.Message.Length > 0 && finding.Mend.Length > 0 && (finding.Path.Length == 0 || finding.Path[0] == '/'));
        findings.ShouldAllBe(finding => FindingCodes.Find(finding.Code)!.Severity == finding.Severity && FindingCodes.Find(finding.Code)!.Article == finding.Article);
        findings.Select(finding => finding.Severity).ShouldBeInOrder(SortDirection.Descending);
    });

    [Fact]
    public void A_rule_may_run_for_ever_exactly_when_some_course_of_events_leaves_it_running() => ForAnySeed(5_000, seed =>
    {
        var rule = new RandomRule(seed).Make(3);
        var found = new Endlessness(Triggers).In(rule, Place.Root).Any();

        found.ShouldBe(Enumerable.Range(0, 8).Any(world => Runs(rule, never: id => id[0] == 'n' && (world & (1 << (id[1] - '1'))) != 0)));
    });

    [Fact]
    public void A_period_may_exceed_another_exactly_when_it_does_for_some_day_of_four_hundred_years() => ForAnySeed(40, seed =>
    {
        var random = new Random(seed);
        var one = CalendarPeriod.FromMonths(random.Next(1, 40));
        var other = CalendarPeriod.FromDays(Math.Max(1, (int)(one.Months * 30.44) + random.Next(-14, 15)));

        RuleEnds.MayExceed(one, other).ShouldBe(EveryDay().Any(day => one.EndOf(day) > other.EndOf(day)));
        RuleEnds.MayExceed(other, one).ShouldBe(EveryDay().Any(day => other.EndOf(day) > one.EndOf(day)));
    });

    /// <summary>Whether a rule runs long after every event that comes at all has come.</summary>
    private static bool Runs(RetentionRule rule, Func<string, bool> never)
    {
        var main = rule switch
        {
            { After: { } start } => never(start.TriggerId),
            { Of: not null } => false,
            { While: { } relation } => (never(relation.Ended!) && !never(relation.Started!)) || (rule.Assessment is { } assessment && Runs(assessment, never)),
            { AllOf.Count: > 0 } => rule.AllOf.Any(limb => Runs(limb, never)),
            _ => rule.AnyOf.All(limb => Runs(limb, never)),
        };
        return main && (rule.Fallback is not { } fallback || Runs(fallback, never) || (fallback.Unless is { } evidence && Runs(evidence, never)));
    }

    private static IEnumerable<LocalDate> EveryDay() => Enumerable.Range(0, 146_097).Select(new LocalDate(1900, 1, 1).PlusDays);

    private static void ForAnySeed(int cases, Action<int> property) =>
        Check.One(PropertyCases.Of(cases), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), property));

    private sealed class RandomRule(int seed)
    {
        private readonly Random _random = new(seed);

        public RetentionRule Make(int depth)
        {
            var rule = _random.Next(depth > 0 ? 6 : 3) switch
            {
                0 or 1 => new RetentionRule { Keep = CalendarPeriod.FromMonths(1), After = Event() },
                2 => new RetentionRule { Within = CalendarPeriod.FromMonths(1), Of = Event() },
                3 => new RetentionRule { AllOf = [Make(depth - 1), Make(depth - 1)] },
                4 => new RetentionRule { AnyOf = [Make(depth - 1), Make(depth - 1)] },
                _ => new RetentionRule { While = new RunningState { Started = Event(), Ended = Event() }, Assessment = _random.Next(2) == 0 ? Make(depth - 1) : null },
            };
            return depth == 0 || _random.Next(3) > 0 ? rule : new RetentionRule
            {
                Keep = rule.Keep,
                After = rule.After,
                Within = rule.Within,
                Of = rule.Of,
                While = rule.While,
                Assessment = rule.Assessment,
                AllOf = rule.AllOf,
                AnyOf = rule.AnyOf,
                Fallback = Fallback(depth - 1),
            };
        }

        private RetentionRule Fallback(int depth) => new()
        {
            Keep = CalendarPeriod.FromMonths(1),
            After = Event(),
            Unless = _random.Next(2) == 0 ? Make(depth) : null,
        };

        private string Event() => Events[_random.Next(Events.Length)];
    }
}
