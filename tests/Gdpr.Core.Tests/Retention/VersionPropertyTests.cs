using FsCheck;
using FsCheck.Fluent;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

public sealed class VersionPropertyTests
{
    [Fact]
    public void What_an_earlier_version_had_let_go_stays_let_go_whatever_the_periods_become() =>
        Law((found, later, superseded) =>
        {
            var before = Judged.Of(found);
            var after = Judged.Of(later, found.DataSet, new SupersededPolicy(found.Policy, superseded));
            foreach (var record in found.Records)
            {
                for (var group = 0; group < before.DataSet.FieldGroups.Count; group++)
                {
                    var fate = before.Decide(record.At(superseded), group).Fate;
                    if (fate is Fate.Anonymise or Fate.Erase)
                    {
                        after.Decide(record.At(Instant.Max(superseded, record.Now)), group).Fate.ShouldBe(fate);
                    }
                }
            }
        });

    [Fact]
    public void What_an_earlier_version_had_let_go_stays_let_go_whatever_the_form_of_the_rules_becomes() =>
        Law((found, later, superseded) =>
        {
            var before = Judged.Of(found);
            var after = Judged.Of(InOtherForms(found.Policy, later), found.DataSet, new SupersededPolicy(found.Policy, superseded));
            foreach (var record in found.Records)
            {
                for (var group = 0; group < before.DataSet.FieldGroups.Count; group++)
                {
                    // Whether a consent was in force then is not known: it ends purposes, which the facts still say, and here no other rule.
                    var fate = before.Decide(record.At(superseded), group).Fate;
                    if (fate is Fate.Anonymise or Fate.Erase && !before.DataSet.FieldGroups[group].Rules.Any(rule => rule.Kind != RuleKind.Purpose && AsksForConsent(rule)))
                    {
                        after.Decide(record.At(Instant.Max(superseded, record.Now)), group).Fate.ShouldBe(fate);
                    }
                }
            }
        });

    private static bool AsksForConsent(ScheduledRule rule) => rule.Tree.Leaves().Any(leaf => leaf.Terms.Kind == LeafKind.Consent);

    /// <summary>The floor is exact where a rule takes another form: nothing that was let go comes back, and nothing is let go that neither version lets go.</summary>
    [Fact]
    public void A_record_is_let_go_when_its_version_lets_it_go_or_the_one_before_had()
    {
        const string Years = """ { "from": "1990-07-01", "yearly": true } """;
        Func<int, string>[] forms =
        [
            days => $$""" "keep": "P{{days}}D", "after": "end" """,
            days => $$""" "within": "P{{days}}D", "of": "end" """,
            days => $$""" "keep": "P{{days}}D", "after": { "calendarYearEndOf": "end" } """,
            days => $$""" "keep": "P{{days}}D", "after": { "fiscalYearEndOf": "end" } """,
            days => $$""" "keep": "P{{days}}D", "after": "end", "fallback": { "keep": "P{{days / 2 + 1}}D", "after": "seen" } """,
            days => $$""" "allOf": [{ "keep": "P{{days}}D", "after": "end" }, { "within": "P{{days / 2 + 1}}D", "of": "seen" }] """,
            days => $$""" "while": { "started": "start", "ended": "end", "keep": "P{{days}}D" }, "assessment": { "keep": "P{{days}}D", "after": "seen" } """,
        ];
        var start = new LocalDate(2020, 1, 1);
        var happened = Gen.Choose(0, 1200).Select(days => days > 1000 ? "no" : $"{start.PlusDays(days):uuuu-MM-dd}");
        var cases =
            from forms1 in Gen.Choose(0, forms.Length - 1)
            from forms2 in Gen.Choose(0, forms.Length - 1).Where(form => form != forms1 || form < 4)
            from days1 in Gen.Choose(1, 700)
            from days2 in Gen.Choose(1, 700)
            from events in happened.ArrayOf(3)
            from superseded in Gen.Choose(600, 1200)
            from later in Gen.Choose(0, 300)
            select (First: forms[forms1](days1), Second: forms[forms2](days2), Events: events, Superseded: start.PlusDays(superseded), On: start.PlusDays(superseded + later));
        Check.One(PropertyCases.Of(1_500), Prop.ForAll(cases.ToArbitrary(), given =>
        {
            var record = $"start={given.Events[0]}, end={given.Events[1]}, seen={given.Events[2]}";
            var first = Example.Policy(Example.Purpose("support", given.First), fiscalYears: Years);
            var second = Example.Policy(Example.Purpose("support", given.Second), fiscalYears: Years);
            var superseded = new SupersededPolicy(first, given.Superseded.At(new LocalTime(12, 0)).InZoneLeniently(DateTimeZoneProviders.Tzdb["Europe/Stockholm"]).ToInstant());

            var letGo = LetGo(Example.Of(first), given.Superseded) || LetGo(Example.Of(second), given.On);
            LetGo(Example.Of(second, superseded), given.On).ShouldBe(letGo);

            bool LetGo(Example version, LocalDate on) => version.On($"{on:uuuu-MM-dd}", record).Fate == Fate.Erase;
        }));
    }

    [Fact]
    public void A_version_with_the_same_periods_changes_no_decision() =>
        Law((found, _, superseded) =>
        {
            var alone = Judged.Of(found);
            var after = Judged.Of(found.Policy, found.DataSet, new SupersededPolicy(found.Policy, superseded));
            foreach (var record in found.Records.Select(record => record.At(Instant.Max(superseded, record.Now))))
            {
                Text(after.Decide(record)).ShouldBe(Text(alone.Decide(record)));
            }
        });

    [Fact]
    public void With_every_lengthening_assessed_the_later_version_decides_alone() =>
        Law((found, later, superseded) =>
        {
            var alone = Judged.Of(later, found.DataSet);
            var after = Judged.Of(later, found.DataSet, new SupersededPolicy(found.Policy, superseded, found.Policy.Activities.Keys.ToHashSet()));
            foreach (var record in found.Records)
            {
                Text(after.Decide(record)).ShouldBe(Text(alone.Decide(record)));
            }
        });

    [Fact]
    public void Time_and_due_dates_keep_their_laws_after_a_change_of_version() => TimeLaw((_, later) => later);

    [Fact]
    public void Time_and_due_dates_keep_their_laws_after_a_change_of_form() => TimeLaw(InOtherForms);

    private static void TimeLaw(Func<GdprPolicy, GdprPolicy, GdprPolicy> change) =>
        Law((found, later, superseded) =>
        {
            var after = Judged.Of(change(found.Policy, later), found.DataSet, new SupersededPolicy(found.Policy, superseded));
            foreach (var record in found.Records.Select(record => record.At(Instant.Max(superseded, record.Now))))
            {
                var decision = after.Decide(record);
                if (decision.Fate is Fate.Anonymise or Fate.Erase)
                {
                    after.FateOf(record.At(record.Now + Duration.FromDays(400))).ShouldBe(decision.Fate);
                }
                else if (decision.Due is { } due)
                {
                    var zone = DateTimeZoneProviders.Tzdb[found.Policy.Controllers.Values.Single().TimeZone];
                    after.FateOf(record.At(due.At(new LocalTime(12, 0)).InZoneLeniently(zone).ToInstant())).ShouldNotBe(decision.Fate);
                }
            }
        });

    private static string Text(FateDecision decision) => $"{decision.Fate}, {decision.Reason}, due {decision.Due}, rule {decision.Rule?.Id}";

    private static void Law(Action<RetentionCase, GdprPolicy, Instant> law)
    {
        var cases =
            from found in RetentionCases.InPlainZones
            from periods in Gen.Choose(1, 900).Select(CalendarPeriod.FromDays).ArrayOf(6)
            from superseded in Gen.Elements<Instant>([.. found.Records.Select(record => record.Now)])
            from days in Gen.Choose(-40, 0)
            select (found, Later: WithPeriods(found.Policy, periods), Superseded: superseded + Duration.FromDays(days));
        Check.One(PropertyCases.Of(300), Prop.ForAll(cases.ToArbitrary(), found => law(found.found, found.Later, found.Superseded)));
    }

    /// <summary>The policy with each rule in another form: joined with one of other periods, the limbs the other way round, or without its fallback.</summary>
    private static GdprPolicy InOtherForms(GdprPolicy policy, GdprPolicy later) =>
        later.Activities.Aggregate(later, (changed, activity) => changed.With(activity.Key, new Activity
        {
            Purpose = activity.Value.Purpose,
            Basis = activity.Value.Basis,
            Capacity = activity.Value.Capacity,
            Data = activity.Value.Data,
            Retention = OtherForm(policy.Activities[activity.Key].Retention, activity.Value.Retention),
            Minimum = OtherForm(policy.Activities[activity.Key].Minimum, activity.Value.Minimum),
            Limit = OtherForm(policy.Activities[activity.Key].Limit, activity.Value.Limit),
        }));

    private static RetentionRule? OtherForm(RetentionRule? rule, RetentionRule? longer) => (rule, longer) switch
    {
        (null, _) or (_, null) => null,
        ({ Fallback: not null }, _) => longer.AllOf.Count > 0 ? RetentionRule.All([.. longer.AllOf.Reverse()])
            : longer.AnyOf.Count > 0 ? RetentionRule.Any([.. longer.AnyOf.Reverse()])
            : new RetentionRule { Keep = longer.Keep, After = longer.After, Within = longer.Within, Of = longer.Of, While = longer.While, Assessment = longer.Assessment },
        _ => RetentionRule.All(longer, rule),
    };

    /// <summary>The policy with other periods in the same rules.</summary>
    private static GdprPolicy WithPeriods(GdprPolicy policy, CalendarPeriod[] periods)
    {
        var next = 0;
        return policy.Activities.Aggregate(policy, (changed, activity) => changed.With(activity.Key, new Activity
        {
            Purpose = activity.Value.Purpose,
            Basis = activity.Value.Basis,
            Capacity = activity.Value.Capacity,
            Data = activity.Value.Data,
            Retention = Changed(activity.Value.Retention),
            Minimum = Changed(activity.Value.Minimum),
            Limit = Changed(activity.Value.Limit),
        }));

        CalendarPeriod? Other(CalendarPeriod? period) => period is null ? null : periods[next++ % periods.Length];

        RetentionRule? Changed(RetentionRule? rule) => rule is null ? null : new RetentionRule
        {
            Keep = Other(rule.Keep),
            After = rule.After,
            Within = Other(rule.Within),
            Of = rule.Of,
            While = rule.While is { Started: not null } relation
                ? new RunningState { Started = relation.Started, Ended = relation.Ended, Keep = Other(relation.Keep) }
                : rule.While,
            AllOf = [.. rule.AllOf.Select(limb => Changed(limb)!)],
            AnyOf = [.. rule.AnyOf.Select(limb => Changed(limb)!)],
            Fallback = Changed(rule.Fallback),
            Unless = Changed(rule.Unless),
            Assessment = Changed(rule.Assessment),
        };
    }
}
