using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

/// <summary>One record judged by the schedule and by naive arithmetic: the same fate, due date, rule and reason, over all groups and for each.</summary>
public sealed class NaiveEquivalencePropertyTests
{
    private static readonly DateTimeZone StJohns = DateTimeZoneProviders.Tzdb["America/St_Johns"];

    [Fact]
    public void The_schedule_decides_as_naive_arithmetic_on_local_dates_does() =>
        Law(ShouldAgree).ShouldHold(RetentionCases.InPlainZones, records: 100_000);

    [Fact]
    public void Where_a_date_came_twice_the_schedule_is_never_stricter_and_elsewhere_in_that_zone_the_same() =>
        Law(found =>
        {
            var plain = found.Records.Where(record => !ComesTwice(record)).ToArray();
            ShouldAgree(found with { Records = plain });
            foreach (var record in found.Records.Except(plain))
            {
                var fate = Judged.Of(found).Decide(record).Fate;
                if (fate is Fate.Anonymise or Fate.Erase)
                {
                    new NaiveRetention(found.Policy, found.DataSet).Decide(record).Fate.ShouldBe(fate);
                }
            }
        }).ShouldHold(RetentionCases.In(["America/St_Johns"]), records: 12_000);

    [Fact]
    public void Rules_of_controllers_in_different_zones_are_each_counted_in_their_own() =>
        Law(ShouldAgree).ShouldHold(RetentionCases.OfTwoControllers, records: 8_000);

    [Fact]
    public void An_explanation_says_what_the_decision_says() =>
        Law(found =>
        {
            var judged = Judged.Of(found);
            foreach (var record in found.Records)
            {
                var explanation = judged.Explain(record);
                explanation.Decision.ShouldBe(judged.Decide(record));
                explanation.Groups.Select(group => group.Decision).ShouldBe(explanation.Groups.Select((_, i) => judged.Decide(record, i)));
                (explanation.NextFate is null).ShouldBe(explanation.Decision.Due is null);
                explanation.NextFate.ShouldNotBe(explanation.Decision.Fate);
                foreach (var rule in explanation.Groups.SelectMany(group => group.Rules))
                {
                    rule.Limb.State.ShouldBeOneOf(rule.State, LimbState.Alive, LimbState.Unknown);
                }

                explanation.ToText("en").ShouldContain(explanation.Decision.Reason.Code());
                explanation.ToText("sv").ShouldContain(explanation.Decision.Reason.Code());
            }
        }).ShouldHold(RetentionCases.InPlainZones, records: 4_000);

    private static Action<RetentionCase> Law(Action<RetentionCase> law) => law;

    private static void ShouldAgree(RetentionCase found)
    {
        var judged = Judged.Of(found);
        var naive = new NaiveRetention(found.Policy, found.DataSet);
        judged.DataSet.FieldGroups.Select(group => string.Join(',', group.Fields)).ShouldBe(naive.Groups.Select(group => string.Join(',', group.Fields)));
        foreach (var record in found.Records)
        {
            var expected = naive.Decide(record);
            ShouldBe(judged.Decide(record), expected);
            judged.FateOf(record).ShouldBe(expected.Fate);
            foreach (var (index, group) in naive.Groups.Index())
            {
                ShouldBe(judged.Decide(record, index), naive.Decide(record, group));
            }
        }
    }

    private static void ShouldBe(FateDecision decision, NaiveDecision expected)
    {
        decision.Fate.ShouldBe(expected.Fate);
        decision.Due.ShouldBe(expected.Due);
        if (expected.Reason is not null)
        {
            decision.Reason.ShouldBe(expected.Reason.Value);
            (decision.Rule?.Id).ShouldBe(expected.Rule);
        }
    }

    /// <summary>Whether the clock, having reached some instant of the record, went back across midnight, or had just done so.</summary>
    private static bool ComesTwice(NaiveRecord record) =>
        record.Triggers.Values.Select(value => value.Instant).OfType<Instant>().Append(record.Now).Any(instant =>
        {
            var interval = StJohns.GetZoneInterval(instant);
            var date = instant.InZone(StJohns).Date;
            return (interval.HasEnd && interval.End.InZone(StJohns).Date < date)
                || (interval.HasStart && (interval.Start - Duration.Epsilon).InZone(StJohns).Date > date);
        });
}
