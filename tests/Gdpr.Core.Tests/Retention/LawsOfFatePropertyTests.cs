using Gdpr.Policies;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

/// <summary>Laws that hold for every policy and record, whatever the arithmetic behind them.</summary>
public sealed class LawsOfFatePropertyTests
{
    private static readonly IReadOnlyList<string> FactsOfRecords = ["hold", "restricted", "restricted-claims", "request-open", "erasure-granted"];
    private static readonly IReadOnlyList<string> FactsOfPurposes = ["consent-withdrawn", "objection-pending", "objection-upheld", "erasure-granted", "purpose-ended"];

    [Fact]
    public void With_the_facts_fixed_time_never_moves_a_fate_from_disposal_back() =>
        ForEachRecord((found, judged, record) =>
        {
            foreach (var now in found.Records.Select(other => other.Now).Append(record.Now + Duration.FromDays(1)).Where(now => now > record.Now).Distinct())
            {
                for (var group = 0; group < judged.DataSet.FieldGroups.Count; group++)
                {
                    var fate = judged.Decide(record, group).Fate;
                    if (IsDisposal(fate))
                    {
                        judged.Decide(record.At(now), group).Fate.ShouldBe(fate);
                    }
                }

                if (IsDisposal(judged.FateOf(record)))
                {
                    judged.FateOf(record.At(now)).ShouldBe(judged.FateOf(record));
                }
            }
        }, records: 100_000);

    [Fact]
    public void Adding_a_hold_never_makes_anything_due() =>
        ForEachRecord((_, judged, record) => NeverMakesDue(judged, record, judged, record.With("hold")), records: 100_000);

    [Fact]
    public void Adding_a_hold_that_is_unknown_never_makes_anything_due() =>
        ForEachRecord((_, judged, record) => NeverMakesDue(judged, record, judged, record.With("?hold")), records: 20_000);

    [Fact]
    public void Adding_a_purpose_never_makes_anything_due() =>
        Law(found =>
        {
            var model = found.Policy.Activities.Values.First();
            var more = found.Policy.With("more", new Activity
            {
                Purpose = model.Purpose,
                Basis = model.Basis,
                Capacity = model.Capacity,
                Data = [found.DataSet],
                Retention = found.Policy.Activities.Values.Last().Retention,
            });
            var (before, after) = (Judged.Of(found), Judged.Of(more, found.DataSet));
            foreach (var record in found.Records)
            {
                NeverMakesDue(before, record, after, record);
            }
        }).ShouldHold(RetentionCases.InPlainZones, records: 100_000);

    /// <summary>Each of a record's four triggers is taken as unknown, so that a record is four cases.</summary>
    [Fact]
    public void Resolving_an_unknown_trigger_never_contradicts_a_decided_fate() =>
        ForEachRecord((found, judged, record) =>
        {
            foreach (var (trigger, known) in record.Triggers)
            {
                var unknown = record.With(trigger, NaiveValue.Unknown);
                NaiveValue[] values =
                    [known, NaiveValue.NotHappened, NaiveValue.At(record.Now), NaiveValue.On(new LocalDate(1900, 1, 1)), NaiveValue.On(new LocalDate(2200, 1, 1))];
                ShouldStand(judged, unknown, values.Where(value => !value.IsMissing).Select(value => unknown.With(trigger, value)));
            }
        }, records: 25_000);

    /// <summary>Each of fifteen facts or so is taken as unknown, so that a record is as many cases.</summary>
    [Fact]
    public void Resolving_an_unknown_fact_never_contradicts_a_decided_fate() =>
        ForEachRecord((found, judged, record) =>
        {
            foreach (var fact in FactsOfRecords.Concat(judged.DataSet.Purposes.SelectMany(purpose => FactsOfPurposes.Select(fact => $"{fact}:{purpose}"))))
            {
                var no = record with { Facts = [.. record.Facts.Where(stated => stated != fact && stated != "?" + fact)] };
                ShouldStand(judged, no.With("?" + fact), [no, no.With(fact)]);
            }
        }, records: 8_000);

    [Fact]
    public void A_fact_that_is_stated_outweighs_the_same_fact_unknown() =>
        ForEachRecord((found, judged, record) =>
        {
            judged.Decide(record.With([.. record.Facts.Where(fact => !fact.StartsWith('?')).Select(fact => "?" + fact)])).ShouldBe(judged.Decide(record));
        }, records: 4_000);

    [Fact]
    public void A_missing_value_means_what_its_trigger_says() =>
        ForEachRecord((found, judged, record) =>
        {
            foreach (var (trigger, declared) in found.Policy.Systems["sys"].DataSets[found.DataSet["sys.".Length..]].Triggers)
            {
                judged.Decide(record.With(trigger, NaiveValue.Missing)).ShouldBe(
                    judged.Decide(record.With(trigger, declared.WhenNull == WhenNull.NotHappened ? NaiveValue.NotHappened : NaiveValue.Unknown)));
            }
        }, records: 4_000);

    [Fact]
    public void The_due_date_is_the_first_on_which_the_fate_is_another() =>
        ForEachRecord((found, judged, record) =>
        {
            var zone = DateTimeZoneProviders.Tzdb[found.Policy.Controllers.Values.Single().TimeZone];
            var decision = judged.Decide(record);
            if (decision.Fate is Fate.Anonymise or Fate.Erase or Fate.Undetermined)
            {
                decision.Due.ShouldBeNull();
                return;
            }

            if (decision.Due is not { } due)
            {
                judged.FateOf(record.At(Instant.FromUtc(2300, 1, 1, 0, 0))).ShouldBe(decision.Fate);
                judged.FateOf(record.At(Instant.FromUtc(9000, 1, 1, 0, 0))).ShouldBe(decision.Fate);
                return;
            }

            var start = NaiveCalendar.StartOf(due, zone);
            judged.FateOf(record.At(start)).ShouldNotBe(decision.Fate);
            var before = start - Duration.FromTicks(1);
            before.ShouldBeGreaterThanOrEqualTo(record.Now);
            judged.FateOf(record.At(before)).ShouldBe(decision.Fate);
            judged.FateOf(record.At(record.Now + ((before - record.Now) / 2))).ShouldBe(decision.Fate);
        }, records: 8_000);

    [Fact]
    public void The_fate_alone_is_the_fate_of_the_decision_however_many_records_were_judged_before() =>
        Law(found =>
        {
            var judged = Judged.Of(found);
            var evaluator = judged.Schedule.At(found.Records[0].Now);
            foreach (var (number, record) in found.Records.Index().SelectMany(_ => Enumerable.Range(0, 64), (record, number) => (number, record.Item)))
            {
                var flags = default(RecordFacts).With((RecordFlags)(number % 32));
                var facts = number < 32 ? flags : flags.AssumingConsent();
                var described = new RetentionRecord(judged.DataSet, record.ValuesFor(judged.DataSet), facts);
                evaluator.FateOf(described).ShouldBe(evaluator.Evaluate(described).Fate);
            }
        }).ShouldHold(RetentionCases.InPlainZones, records: 600);

    [Fact]
    public void Consent_assumed_is_consent_given_for_every_purpose_whose_consent_is_not_said_to_be_unknown() =>
        ForEachRecord((found, judged, record) =>
        {
            var silent = record with { Facts = [.. record.Facts.Where(fact => !fact.StartsWith("consent-given", StringComparison.Ordinal))] };
            var given = judged.DataSet.Purposes.Select(purpose => "consent-given:" + purpose).Where(fact => !silent.States("?" + fact)).ToArray();
            var values = silent.ValuesFor(judged.DataSet);
            var assumed = judged.DataSet.Facts(string.Join(';', silent.Facts)).AssumingConsent();
            judged.Schedule.At(record.Now).Evaluate(new RetentionRecord(judged.DataSet, values, assumed)).ShouldBe(judged.Decide(silent.With(given)));
        }, records: 2_000);

    [Fact]
    public void The_rule_named_is_one_of_the_group_and_stands_in_the_state_that_gave_the_fate() =>
        ForEachRecord((found, judged, record) =>
        {
            foreach (var (index, group) in judged.DataSet.FieldGroups.Index())
            {
                var decision = judged.Decide(record, index);
                if (decision.Rule is not { } rule)
                {
                    decision.Reason.ShouldBeOneOf(FateReason.Hold, FateReason.Restricted, FateReason.RequestOpen, FateReason.FactUnknown);
                    continue;
                }

                group.Rules.ShouldContain(rule);
                var kinds = decision.Reason switch
                {
                    FateReason.PurposeAlive => [RuleKind.Purpose],
                    FateReason.LimitPassed => [RuleKind.Limit],
                    FateReason.ObligationAlive or FateReason.ObjectionPending or FateReason.Hold or FateReason.AllEnded => [RuleKind.Purpose, RuleKind.Obligation],
                    _ => Enum.GetValues<RuleKind>(),
                };
                kinds.ShouldContain(rule.Kind);
            }
        }, records: 2_000);

    private static void ForEachRecord(Action<RetentionCase, Judged, NaiveRecord> law, int records) =>
        Law(found =>
        {
            var judged = Judged.Of(found);
            foreach (var record in found.Records)
            {
                law(found, judged, record);
            }
        }).ShouldHold(RetentionCases.InPlainZones, records);

    private static Action<RetentionCase> Law(Action<RetentionCase> law) => law;

    private static bool IsDisposal(Fate fate) => fate is Fate.Anonymise or Fate.Erase;

    private static void NeverMakesDue(Judged before, NaiveRecord record, Judged after, NaiveRecord changed)
    {
        foreach (var field in before.DataSet.FieldGroups.SelectMany(group => group.Fields))
        {
            if (IsDisposal(FateOf(after, changed, field)))
            {
                FateOf(before, record, field).ShouldBe(FateOf(after, changed, field));
            }
        }

        if (IsDisposal(after.FateOf(changed)))
        {
            before.FateOf(record).ShouldBe(after.FateOf(changed));
        }
    }

    private static Fate FateOf(Judged judged, NaiveRecord record, string field) =>
        judged.Decide(record, judged.DataSet.FieldGroups.Index().Single(group => group.Item.Fields.Contains(field)).Index).Fate;

    private static void ShouldStand(Judged judged, NaiveRecord unknown, IEnumerable<NaiveRecord> resolved)
    {
        var ways = resolved.ToArray();
        for (var group = 0; group < judged.DataSet.FieldGroups.Count; group++)
        {
            var fate = judged.Decide(unknown, group).Fate;
            if (fate == Fate.Undetermined)
            {
                continue;
            }

            foreach (var way in ways)
            {
                judged.Decide(way, group).Fate.ShouldBe(fate);
            }
        }
    }
}
