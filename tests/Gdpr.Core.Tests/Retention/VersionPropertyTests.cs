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
            // Each rule in another form: joined with one of other periods, the limbs the other way round, or without its fallback.
            var changed = later.Activities.Aggregate(later, (policy, activity) => policy.With(activity.Key, new Activity
            {
                Purpose = activity.Value.Purpose,
                Basis = activity.Value.Basis,
                Data = activity.Value.Data,
                Retention = OtherForm(found.Policy.Activities[activity.Key].Retention, activity.Value.Retention),
                Minimum = OtherForm(found.Policy.Activities[activity.Key].Minimum, activity.Value.Minimum),
                Limit = OtherForm(found.Policy.Activities[activity.Key].Limit, activity.Value.Limit),
            }));
            var before = Judged.Of(found);
            var after = Judged.Of(changed, found.DataSet, new SupersededPolicy(found.Policy, superseded));
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

    private static RetentionRule? OtherForm(RetentionRule? rule, RetentionRule? longer) => (rule, longer) switch
    {
        (null, _) or (_, null) => null,
        ({ Fallback: not null }, _) => longer.AllOf.Count > 0 ? RetentionRule.All([.. longer.AllOf.Reverse()])
            : longer.AnyOf.Count > 0 ? RetentionRule.Any([.. longer.AnyOf.Reverse()])
            : new RetentionRule { Keep = longer.Keep, After = longer.After, Within = longer.Within, Of = longer.Of, While = longer.While, Assessment = longer.Assessment },
        _ => RetentionRule.All(longer, rule),
    };

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
    public void Time_and_due_dates_keep_their_laws_after_a_change_of_version() =>
        Law((found, later, superseded) =>
        {
            var after = Judged.Of(later, found.DataSet, new SupersededPolicy(found.Policy, superseded));
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
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(cases.ToArbitrary(), found => law(found.found, found.Later, found.Superseded)));
    }

    /// <summary>The policy with other periods in the same rules.</summary>
    private static GdprPolicy WithPeriods(GdprPolicy policy, CalendarPeriod[] periods)
    {
        var next = 0;
        return policy.Activities.Aggregate(policy, (changed, activity) => changed.With(activity.Key, new Activity
        {
            Purpose = activity.Value.Purpose,
            Basis = activity.Value.Basis,
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
