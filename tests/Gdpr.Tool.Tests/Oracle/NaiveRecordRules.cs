using NodaTime;

namespace Gdpr.Tool.Tests.Oracle;

/// <summary>Works out the last day of every leaf of every rule for one record, by plain local-date arithmetic.</summary>
internal sealed class NaiveRecordRules(NaivePolicy policy, NaiveRecord record)
{
    /// <summary>Whether some event lies outside every known fiscal year.</summary>
    public bool HasUnknownFiscalYear { get; private set; }

    /// <summary>Whether the value of some trigger that a rule uses is unknown.</summary>
    public bool HasUnknownTrigger { get; private set; }

    public NaiveLimb LimbOf(string ruleId, string purpose, NaiveRule rule) => LimbOf(ruleId, purpose, rule, []);

    private NaiveLimb LimbOf(string ruleId, string purpose, NaiveRule rule, List<(string, NaiveAnchor, bool)> seen)
    {
        var main = rule switch
        {
            NaiveRule.Keep keep => Dated(ruleId, keep.Trigger, keep.Anchor, keep.Period, evidence: false, seen),
            NaiveRule.Within within => Dated(ruleId, within.Trigger, within.Anchor, within.Period, evidence: true, seen),
            NaiveRule.WhileConsent => new NaiveLimb.Leaf(Consent(purpose) switch { Tri.Alive => NaiveLimb.Never, Tri.Past => NaiveLimb.Always, _ => null }),
            NaiveRule.WhileRelation relation => Relation(relation),
            NaiveRule.All all => new NaiveLimb.All([.. all.Limbs.Select(limb => LimbOf(ruleId, purpose, limb, seen))]),
            NaiveRule.Any any => new NaiveLimb.Any([.. any.Limbs.Select(limb => LimbOf(ruleId, purpose, limb, seen))]),
            _ => throw new InvalidOperationException(),
        };
        if (rule.Fallback is not { } fallback)
        {
            return main;
        }

        var held = LimbOf(ruleId, purpose, fallback.Rule, seen);
        return new NaiveLimb.Any([main, fallback.Unless is null ? held : new NaiveLimb.All([held, LimbOf(ruleId, purpose, fallback.Unless, seen)])]);

        NaiveLimb Relation(NaiveRule.WhileRelation relation)
        {
            var ended = Dated(ruleId, relation.Ended, NaiveAnchor.Date, relation.KeepFor ?? Period.Zero, evidence: false, seen);
            var started = new NaiveLimb.Leaf(ValueOf(relation.Started) switch { "?" => null, null => NaiveLimb.Always, _ => NaiveLimb.Never });
            var running = new NaiveLimb.Any([ended, started]);
            return relation.Assessment is null ? running : new NaiveLimb.All([running, LimbOf(ruleId, purpose, relation.Assessment, seen)]);
        }
    }

    /// <summary>Consented, unless the facts say otherwise.</summary>
    public Tri Consent(string purpose)
    {
        if (record.Facts.Contains($"consent-withdrawn:{purpose}"))
        {
            return Tri.Past;
        }

        var unsure = record.Facts.Contains($"?consent-withdrawn:{purpose}")
            || (record.Facts.Contains($"?consent-given:{purpose}") && !record.Facts.Contains($"consent-given:{purpose}"));
        return unsure ? Tri.Unknown : Tri.Alive;
    }

    private NaiveLimb.Leaf Dated(string ruleId, string trigger, NaiveAnchor anchor, Period period, bool evidence, List<(string, NaiveAnchor, bool)> seen)
    {
        seen.Add((trigger, anchor, evidence));
        var value = ValueOf(trigger);
        if (value is null or "?")
        {
            return new NaiveLimb.Leaf(value is not null ? null : evidence ? NaiveLimb.Always : NaiveLimb.Never);
        }

        var date = value is Instant instant ? instant.InZone(policy.Zone).Date : (LocalDate)value;
        var lastDay = LastDay(policy, date, anchor, period);
        HasUnknownFiscalYear |= lastDay is null;

        // What an earlier version had let go before this one took its place is not taken up again.
        if (lastDay is not null && policy.Earlier is { } earlier
            && earlier.Policy.PeriodOf(ruleId, trigger, anchor, evidence, seen.Count(leaf => leaf == (trigger, anchor, evidence))) is { } before
            && LastDay(earlier.Policy, date, anchor, before) is { } letGo && letGo < earlier.On && letGo < lastDay)
        {
            lastDay = letGo;
        }

        return new NaiveLimb.Leaf(lastDay);
    }

    /// <summary>The last day of a period; none when the fiscal year is unknown.</summary>
    private static LocalDate? LastDay(NaivePolicy policy, LocalDate date, NaiveAnchor anchor, Period period)
    {
        switch (anchor)
        {
            case NaiveAnchor.Date:
                return date + period;
            case NaiveAnchor.Calendar:
                return new LocalDate(date.Year, 12, 31) + period;
        }

        for (var i = 0; i < policy.FiscalYears.Count; i++)
        {
            var year = policy.FiscalYears[i];
            var next = i + 1 < policy.FiscalYears.Count ? policy.FiscalYears[i + 1].From : NaiveLimb.Never;
            if (year is { Yearly: false, To: null } && date >= year.From)
            {
                return NaiveLimb.Never;
            }

            if (year.To is { } to && date >= year.From && date <= to)
            {
                return new LocalDate(to.Year, 12, 31) + period;
            }

            for (var from = year.From; year.Yearly && from <= date && from < next; from = from.PlusYears(1))
            {
                var last = LocalDate.Min(from.PlusYears(1).PlusDays(-1), next.PlusDays(-1));
                if (date <= last)
                {
                    return new LocalDate(last.Year, 12, 31) + period;
                }
            }
        }

        return null;
    }

    /// <summary>"?" when unknown, nothing when it has not happened, otherwise the date or the instant.</summary>
    private object? ValueOf(string trigger)
    {
        var value = record.Triggers.GetValueOrDefault(trigger) ?? (policy.Triggers.Single(one => one.Id == trigger).NullIsNotHappened ? null : "?");
        HasUnknownTrigger |= value is "?";
        return value;
    }
}
