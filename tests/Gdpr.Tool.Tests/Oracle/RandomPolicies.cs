using NodaTime;

namespace Gdpr.Tool.Tests.Oracle;

/// <summary>Makes policies and records at random, with dates on and beside the days that matter.</summary>
internal sealed class RandomPolicies(int seed)
{
    private static readonly string[] Zones = ["Europe/Stockholm", "UTC", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu", "America/Los_Angeles"];

    private readonly Random _random = new(seed);

    /// <summary>A policy with one data set.</summary>
    public NaivePolicy Policy()
    {
        var triggers = Many(1, 4, i => new NaiveTrigger($"t{i}", Chance(60)));
        var fields = Many(1, 4, i => new NaiveField($"f{i}", Chance(25), Chance(20) ? Period.FromMonths(_random.Next(1, 12)) : null));
        var activities = Many(1, 4, i => Activity(i, triggers, fields));
        return new NaivePolicy(DateTimeZoneProviders.Tzdb[One(Zones)], FiscalYears(), triggers, fields, activities);
    }

    /// <summary>The version before a policy: the same, with other periods.</summary>
    public NaivePolicy WithOtherPeriods(NaivePolicy policy) => policy with
    {
        Activities = [.. policy.Activities.Select(activity => activity with
        {
            Retention = WithOtherPeriods(activity.Retention),
            Minimum = activity.Minimum is null ? null : WithOtherPeriods(activity.Minimum),
            Limit = activity.Limit is null ? null : WithOtherPeriods(activity.Limit),
        })],
    };

    /// <summary>A record of a policy.</summary>
    public NaiveRecord Record(NaivePolicy policy, int number, LocalDate today)
    {
        var periods = policy.Rules().SelectMany(rule => rule.Rule.Leaves()).Select(leaf => leaf.Period).ToArray();
        return new NaiveRecord($"r{number}", policy.Triggers.ToDictionary(trigger => trigger.Id, _ => Value(periods, today)), Facts(policy));
    }

    /// <summary>An instant at which to judge.</summary>
    public Instant Now() => Instant.FromUtc(_random.Next(2012, 2036), _random.Next(1, 13), _random.Next(1, 29), _random.Next(0, 24), _random.Next(0, 60));

    /// <summary>A number of days, at least one.</summary>
    public int Days(int most) => _random.Next(1, most + 1);

    /// <summary>How an instant is written: with one offset or another, with decimals or not.</summary>
    public string Text(Instant instant)
    {
        var offset = Offset.FromHoursAndMinutes(_random.Next(-11, 13), One([0, 30, 45]));
        var local = instant.WithOffset(offset);
        return local.ToString(One(["uuuu-MM-dd'T'HH:mm:ss.fffffffo<m>", "uuuu-MM-dd HH:mm:ss;FFFFFFFo<m>"]), null);
    }

    private object? Value(Period[] periods, LocalDate today)
    {
        switch (_random.Next(10))
        {
            case 0 or 1:
                return null;
            case 2:
                return "?";
        }

        var date = periods.Length > 0 && Chance(40)
            ? today - One(periods) + Period.FromDays(_random.Next(-2, 3))
            : today + Period.FromDays(_random.Next(-3000, 200));
        return Chance(30) ? date.At(new LocalTime(_random.Next(24), _random.Next(60), _random.Next(60))).InUtc().ToInstant() : date;
    }

    private HashSet<string> Facts(NaivePolicy policy)
    {
        string[] plain = ["hold", "restricted", "restricted-claims", "request-open", "erasure-granted"];
        string[] ofPurposes = ["consent-given", "consent-withdrawn", "objection-pending", "objection-upheld", "erasure-granted", "purpose-ended"];
        var purposes = policy.Activities.Select(activity => activity.Purpose).Distinct();
        return [.. plain.Concat(ofPurposes.SelectMany(fact => purposes.Select(purpose => $"{fact}:{purpose}"))).Where(_ => Chance(7)).Select(fact => Chance(40) ? "?" + fact : fact)];
    }

    private NaiveActivity Activity(int number, IReadOnlyList<NaiveTrigger> triggers, IReadOnlyList<NaiveField> fields)
    {
        // The first covers everything, so that no field is without a rule.
        var covered = number == 0 || Chance(40) ? fields : [.. fields.Where(_ => Chance(50))];
        covered = covered.Count == 0 ? [fields[0]] : covered;
        var basis = _random.Next(4);
        return new NaiveActivity(
            $"a{number}", $"p{_random.Next(3)}", basis == 0, basis == 1, [.. covered.Select(field => field.Id)], Rule(triggers, 2),
            Chance(12) ? Dated(triggers, evidence: false) : null,
            Chance(12) ? Dated(triggers, evidence: false) : null);
    }

    private NaiveRule Rule(IReadOnlyList<NaiveTrigger> triggers, int depth)
    {
        var rule = _random.Next(depth > 0 ? 9 : 5) switch
        {
            0 => Dated(triggers, evidence: true),
            1 => new NaiveRule.WhileConsent(),
            < 5 => Dated(triggers, evidence: false),
            5 => new NaiveRule.WhileRelation(
                One(triggers).Id, One(triggers).Id, Chance(50) ? SomePeriod() : null, Chance(50) ? Rule(triggers, depth - 1) : null),
            6 => new NaiveRule.All(Many(2, 3, _ => Rule(triggers, depth - 1))),
            7 => new NaiveRule.Any(Many(2, 3, _ => Rule(triggers, depth - 1))),
            _ => Dated(triggers, evidence: false),
        };
        return depth > 0 && Chance(25)
            ? rule with { Fallback = (Rule(triggers, depth - 1), Chance(50) ? Rule(triggers, 0) : null) }
            : rule;
    }

    private NaiveRule Dated(IReadOnlyList<NaiveTrigger> triggers, bool evidence)
    {
        var anchor = _random.Next(6) switch { 0 => NaiveAnchor.Fiscal, 1 => NaiveAnchor.Calendar, _ => NaiveAnchor.Date };
        return evidence ? new NaiveRule.Within(SomePeriod(), One(triggers).Id, anchor) : new NaiveRule.Keep(SomePeriod(), One(triggers).Id, anchor);
    }

    private NaiveRule WithOtherPeriods(NaiveRule rule)
    {
        var other = rule switch
        {
            NaiveRule.Keep keep => keep with { Period = SomePeriod() },
            NaiveRule.Within within => within with { Period = SomePeriod() },
            NaiveRule.WhileRelation relation => relation with
            {
                KeepFor = relation.KeepFor is null ? null : SomePeriod(),
                Assessment = relation.Assessment is null ? null : WithOtherPeriods(relation.Assessment),
            },
            NaiveRule.All all => all with { Limbs = [.. all.Limbs.Select(WithOtherPeriods)] },
            NaiveRule.Any any => any with { Limbs = [.. any.Limbs.Select(WithOtherPeriods)] },
            _ => rule,
        };
        return rule.Fallback is { } fallback
            ? other with { Fallback = (WithOtherPeriods(fallback.Rule), fallback.Unless is null ? null : WithOtherPeriods(fallback.Unless)) }
            : other;
    }

    private Period SomePeriod() => _random.Next(5) switch
    {
        0 => Period.FromDays(_random.Next(1, 400)),
        1 => Period.FromWeeks(_random.Next(1, 60)),
        2 => Period.FromYears(_random.Next(1, 8)),
        3 => Period.FromMonths(_random.Next(1, 48)) + Period.FromDays(_random.Next(1, 40)),
        _ => Period.FromMonths(_random.Next(1, 48)),
    };

    private IReadOnlyList<NaiveFiscalYear> FiscalYears() => _random.Next(4) switch
    {
        0 => [Yearly(2000, 1)],
        1 => [Yearly(2003, 7), new NaiveFiscalYear(new LocalDate(2024, 7, 1), null, Yearly: false)],
        2 => [Yearly(2005, 1), Closed(2015, 1, 2015, 6), Yearly(2015, 7), Closed(2022, 7, 2023, 12), Yearly(2024, 1)],
        _ => [Closed(2012, 5, 2013, 8), Yearly(2014, 9), Closed(2019, 3, 2019, 12), new NaiveFiscalYear(new LocalDate(2021, 1, 1), null, Yearly: false)],
    };

    private static NaiveFiscalYear Yearly(int year, int month) => new(new LocalDate(year, month, 1), null, Yearly: true);

    private static NaiveFiscalYear Closed(int fromYear, int fromMonth, int toYear, int toMonth) =>
        new(new LocalDate(fromYear, fromMonth, 1), new LocalDate(toYear, toMonth, 1).With(DateAdjusters.EndOfMonth), Yearly: false);

    private bool Chance(int percent) => _random.Next(100) < percent;

    private T One<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    private List<T> Many<T>(int least, int most, Func<int, T> make) => [.. Enumerable.Range(0, _random.Next(least, most + 1)).Select(make)];
}
