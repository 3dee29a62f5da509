using FsCheck;
using FsCheck.Fluent;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

/// <summary>A policy, one of its data sets, and records of it.</summary>
internal sealed record RetentionCase(GdprPolicy Policy, string DataSet, IReadOnlyList<NaiveRecord> Records)
{
    public override string ToString() => $"{DataSet} of {RetentionCases.Write(Policy)}\n{string.Join('\n', Records)}";
}

/// <summary>Generated policies and records: small, and crowded around the days on which something changes.</summary>
internal static class RetentionCases
{
    private const int InstantsPerPolicy = 4;
    private const int RecordsPerInstant = 5;

    private static readonly string[] Triggers = ["joined", "left", "paid", "seen"];
    private static readonly string[] Purposes = ["service", "news", "books"];
    private static readonly string[] FieldIds = ["name", "email", "notes"];
    private static readonly Instant First = Instant.FromUtc(1900, 1, 1, 0, 0);
    private static readonly int DaysInAll = Period.DaysBetween(new LocalDate(1900, 1, 1), new LocalDate(2200, 12, 31));

    /// <summary>Zones whose clocks never went back across midnight, so that a local date comes once.</summary>
    public static IReadOnlyList<string> PlainZones { get; } = ["Europe/Stockholm", "UTC", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu"];

    public static Gen<RetentionCase> InPlainZones { get; } = In(PlainZones);

    public static Gen<RetentionCase> In(IReadOnlyList<string> zones) =>
        from policy in Policies(zones)
        let system = policy.Systems.Single()
        from dataSet in Gen.Elements<string>([.. system.Value.DataSets.Keys])
        from records in Records(policy, system.Value.DataSets[dataSet]).ArrayOf(InstantsPerPolicy)
        select new RetentionCase(policy, $"{system.Key}.{dataSet}", [.. records.SelectMany(some => some)]);

    /// <summary>The same, with every second activity another controller's, who is in a zone of its own.</summary>
    public static Gen<RetentionCase> OfTwoControllers { get; } =
        from found in InPlainZones
        from zone in Gen.Elements<string>([.. PlainZones])
        let shared = found.Policy.WithController("them", zone)
        select found with
        {
            Policy = shared.Activities.Index().Aggregate(shared, (policy, activity) =>
                policy.With(activity.Item.Key, activity.Item.Value.Of(activity.Index % 2 == 0 ? "us" : "them"))),
        };

    /// <summary>Checks a law on records: <paramref name="records"/> is their number, and a failure is cut down to one record first.</summary>
    public static void ShouldHold(this Action<RetentionCase> law, Gen<RetentionCase> cases, int records) =>
        Check.One(
            PropertyCases.Of(records / (InstantsPerPolicy * RecordsPerInstant)),
            Prop.ForAll(Arb.From(cases, Smaller), law));

    public static string Write(GdprPolicy policy) => PolicyWriter.ToJson(policy);

    // ---------------------------------------------------------------- policies

    private static Gen<GdprPolicy> Policies(IReadOnlyList<string> zones) =>
        from zone in Gen.Elements<string>([.. zones])
        from years in FiscalYears
        from sets in Gen.Choose(1, 3)
        from dataSets in DataSets.ArrayOf(sets)
        from count in Gen.Choose(1, 6)
        from activities in Activities(dataSets, years.Count > 0).ArrayOf(count)
        select Covering(new GdprPolicy
        {
            Policy = "generated",
            Version = "1",
            Effective = new LocalDate(2020, 1, 1),
            Controllers = new Dictionary<string, Controller>
            {
                ["us"] = new() { Name = "Us", Country = "SE", TimeZone = zone, Authority = "IMY", Contact = "privacy@us.example", FiscalYears = years },
            },
            Systems = new Dictionary<string, DataSystem>
            {
                ["sys"] = new() { DataSets = dataSets.Index().ToDictionary(set => "set" + set.Index, set => set.Item) },
            },
            Activities = activities.Index().ToDictionary(activity => "a" + activity.Index, activity => activity.Item),
        });

    private static Gen<IReadOnlyList<FiscalYear>> FiscalYears { get; } =
        from shift in Gen.Choose(-3, 40)
        from years in Gen.Elements<FiscalYear[]>(
            [],
            [new FiscalYear { From = new(1890, 1, 1), Yearly = true }],
            [new FiscalYear { From = new(1896, 2, 29), Yearly = true }],
            [new FiscalYear { From = new(1890, 5, 1), Yearly = true }, new FiscalYear { From = new(1990, 7, 1), Yearly = true }],
            [
                new FiscalYear { From = new(1980, 1, 1), Yearly = true },
                new FiscalYear { From = new(2000, 1, 1), To = new(2001, 4, 30) },
                new FiscalYear { From = new(2001, 5, 1), To = new(2001, 12, 31) },
                new FiscalYear { From = new(2003, 1, 1), Yearly = true },
                new FiscalYear { From = new(2010, 7, 1), PlannedEnd = new(2011, 6, 30) },
            ],
            [new FiscalYear { From = new(2000, 11, 15), To = new(2002, 4, 30) }, new FiscalYear { From = new(2002, 5, 1) }],
            [new FiscalYear { From = new(1990, 9, 1), Yearly = true }, new FiscalYear { From = new(2005, 1, 1), To = new(2005, 12, 31) }])
        select (IReadOnlyList<FiscalYear>)[.. years.Select(year => new FiscalYear
        {
            From = year.From.PlusYears(shift),
            To = year.To?.PlusYears(shift),
            PlannedEnd = year.PlannedEnd?.PlusYears(shift),
            Yearly = year.Yearly,
        })];

    private static Gen<DataSet> DataSets { get; } =
        from whenNull in Gen.Elements(WhenNull.NotHappened, WhenNull.Unknown).ArrayOf(Triggers.Length)
        from reversed in Gen.Elements(true, false)
        from fields in Gen.Choose(1, FieldIds.Length)
        from disposals in Disposals.ArrayOf(FieldIds.Length)
        let order = Triggers.Zip(whenNull).ToArray()
        select new DataSet
        {
            Subject = "customer",
            Triggers = (reversed ? order.Reverse() : order).ToDictionary(pair => pair.First, pair => new Trigger { WhenNull = pair.Second }),
            Fields = FieldIds.Zip(disposals).Take(fields).ToDictionary(pair => pair.First, pair => new DataField { Category = "free-text", Disposal = pair.Second }),
        };

    private static Gen<Gdpr.Policies.Disposal> Disposals { get; } = Gen.Elements(
        Gdpr.Policies.Disposal.Erase,
        Gdpr.Policies.Disposal.Erase,
        Gdpr.Policies.Disposal.Anonymise(AnonymisationStrategy.Null),
        Gdpr.Policies.Disposal.Restrict(CalendarPeriod.FromDays(30), Gdpr.Policies.Disposal.Erase),
        Gdpr.Policies.Disposal.Restrict(CalendarPeriod.FromMonths(1), Gdpr.Policies.Disposal.Anonymise(AnonymisationStrategy.Null)));

    private static Gen<Activity> Activities(DataSet[] dataSets, bool hasFiscalYears) =>
        from purpose in Gen.Elements(Purposes)
        from basis in Bases
        from data in Gen.NonEmptyListOf(Gen.Elements<string>([.. dataSets.Index().SelectMany(PathsOf)]))
        from retention in Rules(hasFiscalYears, 3)
        from minimum in Seldom(Rules(hasFiscalYears, 1), 20)
        from limit in Seldom(Rules(hasFiscalYears, 1), 15)
        select new Activity { Purpose = purpose, Basis = basis, Capacity = CapacityOf(basis), Data = [.. data.Distinct()], Retention = retention, Minimum = minimum, Limit = AsMaximum(limit) };

    /// <summary>The rule where it counts from events alone, as a maximum does.</summary>
    public static RetentionRule? AsMaximum(RetentionRule? rule) => rule is not null && IsMaximum(rule) ? rule : null;

    private static bool IsMaximum(RetentionRule rule) => rule is { Within: null, While: null }
        && rule.AllOf.Concat(rule.AnyOf).Concat(new[] { rule.Fallback, rule.Unless }.OfType<RetentionRule>()).All(IsMaximum);

    private static IEnumerable<string> PathsOf((int Index, DataSet DataSet) set) =>
        set.DataSet.Fields.Keys.Select(field => $"sys.set{set.Index}.{field}").Append("sys.set" + set.Index);

    /// <summary>Who has no basis of its own acts on a controller's instruction.</summary>
    private static ProcessingCapacity CapacityOf(LawfulBasis? basis) => basis is null ? ProcessingCapacity.Processor : ProcessingCapacity.Controller;

    private static Gen<LawfulBasis?> Bases { get; } = Gen.Elements<LawfulBasis?>(
        new() { Consent = new() { Text = "text" } },
        new() { Consent = new() { Text = "text" } },
        new() { Contract = new() },
        new() { LegalObligation = new() { Law = "SFS 1999:1078 7:2" } },
        new() { VitalInterests = new() },
        new() { PublicTask = new() { Law = "law" } },
        new() { LegitimateInterest = new() { Interest = new LocalizedText { En = "interest" } } },
        null);

    private static Gen<CalendarPeriod> Periods { get; } = Gen.OneOf(
        Gen.Elements("P1D", "P30D", "P1M", "P3M", "P13M", "P1Y", "P7Y", "P10Y", "P100Y", "P1M1D", "P2W", "P1Y6M15D").Select(CalendarPeriod.Parse),
        Gen.Choose(1, 40).Select(CalendarPeriod.FromMonths),
        Gen.Choose(1, 800).Select(CalendarPeriod.FromDays));

    private static Gen<RetentionRule>[] RulesByDate { get; } = ByDepth(hasFiscalYears: false);

    private static Gen<RetentionRule>[] RulesByFiscalYear { get; } = ByDepth(hasFiscalYears: true);

    private static Gen<RetentionRule> Rules(bool hasFiscalYears, int depth) => (hasFiscalYears ? RulesByFiscalYear : RulesByDate)[depth];

    /// <summary>Rules nested up to three deep, at the index of their depth.</summary>
    private static Gen<RetentionRule>[] ByDepth(bool hasFiscalYears)
    {
        var rules = new List<Gen<RetentionRule>>();
        for (var depth = 0; depth <= 3; depth++)
        {
            rules.Add(Rules(hasFiscalYears, rules.LastOrDefault()));
        }

        return [.. rules];
    }

    private static Gen<RetentionRule> Rules(bool hasFiscalYears, Gen<RetentionRule>? limb)
    {
        var starts = Starts(hasFiscalYears);
        var keep =
            from period in Periods
            from after in starts
            select new RetentionRule { Keep = period, After = after };
        var evidence =
            from period in Periods
            from of in starts
            select new RetentionRule { Within = period, Of = of };
        var consent = Gen.Constant(RetentionRule.WhileConsent());
        var relation =
            from keeping in Seldom(Periods.Select(period => (CalendarPeriod?)period), 50)
            from started in Gen.Elements(Triggers)
            from ended in Gen.Elements(Triggers)
            select new RetentionRule { While = new RunningState { Started = started, Ended = ended, Keep = keeping } };
        if (limb is null)
        {
            return Gen.Frequency((8, keep), (1, evidence), (1, consent), (1, relation));
        }

        var assessed =
            from state in relation
            from assessment in limb
            select new RetentionRule { While = state.While, Assessment = assessment };
        var fallenBack =
            from main in Gen.OneOf(keep, relation)
            from fallback in limb
            from unless in Seldom(limb, 50)
            select new RetentionRule { Keep = main.Keep, After = main.After, While = main.While, Fallback = With(fallback, unless) };
        var all = limb.ArrayOf(2).Select(limbs => new RetentionRule { AllOf = limbs });
        var any = limb.ArrayOf(3).Select(limbs => new RetentionRule { AnyOf = limbs });
        return Gen.Frequency((6, keep), (1, evidence), (1, consent), (1, relation), (1, assessed), (3, fallenBack), (2, all), (1, any));
    }

    private static Gen<PeriodStart> Starts(bool hasFiscalYears) =>
        from trigger in Gen.Elements(Triggers)
        from kind in Gen.Choose(0, 5)
        select kind switch
        {
            0 when hasFiscalYears => PeriodStart.OfFiscalYearEnd(trigger),
            1 => PeriodStart.OfCalendarYearEnd(trigger),
            _ => PeriodStart.FromString(trigger),
        };

    private static Gen<T?> Seldom<T>(Gen<T> gen, int percent) => Gen.Frequency((percent, gen.Select(value => (T?)value)), (100 - percent, Gen.Constant(default(T?))));

    private static RetentionRule With(RetentionRule fallback, RetentionRule? unless) => new()
    {
        Keep = fallback.Keep,
        After = fallback.After,
        Within = fallback.Within,
        Of = fallback.Of,
        While = fallback.While,
        AllOf = fallback.AllOf,
        AnyOf = fallback.AnyOf,
        Fallback = fallback.Fallback,
        Assessment = fallback.Assessment,
        Unless = unless,
    };

    /// <summary>The last activity takes over what no activity covers: a field without rules is an error.</summary>
    private static GdprPolicy Covering(GdprPolicy policy)
    {
        var covered = policy.Activities.Values.SelectMany(activity => activity.Data).ToHashSet();
        string[] missing = [.. policy.Systems["sys"].DataSets
            .Where(set => !covered.Contains("sys." + set.Key))
            .SelectMany(set => set.Value.Fields.Keys.Select(field => $"sys.{set.Key}.{field}"))
            .Where(field => !covered.Contains(field))];
        var (last, activity) = policy.Activities.Last();
        return policy.With(last, activity.Over([.. activity.Data, .. missing]));
    }

    private static Activity Over(this Activity activity, IReadOnlyList<string> data) => activity.With(data, activity.Controller);

    private static Activity Of(this Activity activity, string controller) => activity.With(activity.Data, controller);

    private static Activity With(this Activity activity, IReadOnlyList<string> data, string? controller) => new()
    {
        Purpose = activity.Purpose,
        Basis = activity.Basis,
        Capacity = activity.Capacity,
        Controller = controller,
        Data = data,
        Retention = activity.Retention,
        Minimum = activity.Minimum,
        Limit = activity.Limit,
    };

    public static GdprPolicy With(this GdprPolicy policy, string id, Activity activity) => new()
    {
        Policy = policy.Policy,
        Version = policy.Version,
        Effective = policy.Effective,
        Controllers = policy.Controllers,
        Systems = policy.Systems,
        Activities = new Dictionary<string, Activity>(policy.Activities) { [id] = activity },
    };

    /// <summary>The policy with one more controller, in a zone of its own.</summary>
    public static GdprPolicy WithController(this GdprPolicy policy, string id, string zone) => new()
    {
        Policy = policy.Policy,
        Version = policy.Version,
        Effective = policy.Effective,
        Controllers = new Dictionary<string, Controller>(policy.Controllers)
        {
            [id] = new()
            {
                Name = id,
                Country = "SE",
                TimeZone = zone,
                Authority = "IMY",
                Contact = "privacy@them.example",
                FiscalYears = policy.Controllers.Values.First().FiscalYears,
            },
        },
        Systems = policy.Systems,
        Activities = policy.Activities,
    };

    // ---------------------------------------------------------------- records

    private static Gen<NaiveRecord[]> Records(GdprPolicy policy, DataSet dataSet)
    {
        var controller = policy.Controllers.Values.Single();
        var zone = DateTimeZoneProviders.Tzdb[controller.TimeZone];
        CalendarPeriod[] periods = [.. policy.Activities.Values
            .SelectMany(activity => new[] { activity.Retention, activity.Minimum, activity.Limit }).SelectMany(PeriodsOf)
            .Append(CalendarPeriod.FromYears(1)).Distinct()];
        return
            from now in Instants(zone)
            let record =
                from values in Values(now, zone, periods, controller.FiscalYears).ArrayOf(dataSet.Triggers.Count)
                from facts in Facts.Select(facts => Known(facts, policy))
                select new NaiveRecord(dataSet.Triggers.Keys.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second), facts, now)
            from records in record.ArrayOf(RecordsPerInstant)
            select records;
    }

    /// <summary>Instants of the years 1900 to 2200: any, beside a local midnight, and beside a transition of the zone.</summary>
    public static Gen<Instant> Instants(DateTimeZone zone)
    {
        var any =
            from days in Gen.Choose(0, DaysInAll)
            from seconds in Gen.Choose(0, 86_399)
            select First + Duration.FromDays(days) + Duration.FromSeconds(seconds);
        var midnights = any.Select(instant => zone.AtStartOfDay(instant.InZone(zone).Date).ToInstant());
        var transitions = any.Select(instant => zone.GetZoneInterval(instant) is { HasEnd: true } interval ? interval.End : instant);
        return Gen.Frequency((3, any), (2, midnights.SelectMany(Beside)), (2, transitions.SelectMany(Beside)));
    }

    private static Gen<Instant> Beside(Instant instant) =>
        Gen.Elements(-36_000_000_000, -600_000_000, -1, 0, 1, 600_000_000, 36_000_000_000).Select(ticks => instant + Duration.FromTicks(ticks));

    private static Gen<NaiveValue> Values(Instant now, DateTimeZone zone, CalendarPeriod[] periods, IReadOnlyList<FiscalYear> years)
    {
        var today = now.InZone(zone).Date;
        var beside =
            from period in Gen.Elements(periods)
            from days in Gen.Choose(-2, 2)
            select today.PlusMonths(-period.Months).PlusDays(days - period.Days);
        var yearEnds =
            from period in Gen.Elements(periods)
            from back in Gen.Choose(-1, 2)
            from days in Gen.Choose(-1, 1)
            select new LocalDate(today.PlusMonths(-period.Months).Year - back, 12, 31).PlusDays(days);
        var yearStarts =
            from year in Gen.Elements<FiscalYear>([.. years.Append(new FiscalYear { From = new(2000, 1, 1) })])
            from days in Gen.Choose(-1, 1)
            from further in Gen.Choose(0, 3)
            select (year.To ?? year.From).PlusYears(further).PlusDays(days);
        var any = Gen.Choose(0, DaysInAll).Select(new LocalDate(1900, 1, 1).PlusDays);
        var date = Gen.Frequency((5, beside), (2, yearEnds), (1, yearStarts), (1, any));
        var instant = Gen.Frequency(
            (4, date.SelectMany(day => Beside(NaiveCalendar.StartOf(day, zone)))),
            (1, Instants(zone)),
            (1, Beside(now)));
        return Gen.Frequency(
            (8, date.Select(NaiveValue.On)),
            (8, instant.Select(NaiveValue.At)),
            (2, Gen.Constant(NaiveValue.Missing)),
            (1, Gen.Constant(NaiveValue.NotHappened)),
            (1, Gen.Constant(NaiveValue.Unknown)));
    }

    private static Gen<IReadOnlyList<string>> Facts { get; } =
        from consents in Gen.Frequency((5, Gen.Constant(Purposes.Select(purpose => "consent-given:" + purpose).ToArray())), (1, Gen.Constant(Array.Empty<string>())))
        from count in Gen.Frequency((4, Gen.Constant(0)), (3, Gen.Choose(1, 2)), (1, Gen.Choose(3, 5)))
        from others in Fact.ArrayOf(count)
        from unknown in Gen.Frequency((2, Gen.Constant(false)), (1, Gen.Constant(true))).ArrayOf(count)
        select (IReadOnlyList<string>)[.. consents.Concat(others.Zip(unknown, (fact, isUnknown) => isUnknown ? "?" + fact : fact)).Distinct()];

    /// <summary>A fact names a purpose that the policy has; any other is refused.</summary>
    private static IReadOnlyList<string> Known(IReadOnlyList<string> facts, GdprPolicy policy) =>
        [.. facts.Where(fact => fact.Split(':') is not [_, var purpose] || policy.Activities.Values.Any(activity => activity.Purpose == purpose))];

    private static Gen<string> Fact { get; } = Gen.Frequency(
        (3, Gen.Constant("hold")),
        (2, Gen.Constant("restricted")),
        (2, Gen.Constant("restricted-claims")),
        (2, Gen.Constant("request-open")),
        (1, Gen.Constant("erasure-granted")),
        (8, from fact in Gen.Elements(
                "consent-given", "consent-withdrawn", "objection-pending", "objection-pending", "objection-upheld", "erasure-granted", "purpose-ended")
            from purpose in Gen.Elements(Purposes)
            select $"{fact}:{purpose}"));

    private static IEnumerable<CalendarPeriod> PeriodsOf(RetentionRule? rule) =>
        rule is null ? [] : new[] { rule.Keep, rule.Within, rule.While?.Keep }.OfType<CalendarPeriod>()
            .Concat(rule.AllOf.Concat(rule.AnyOf).Append(rule.Fallback).Append(rule.Unless).Append(rule.Assessment).SelectMany(PeriodsOf));

    // ---------------------------------------------------------------- smaller cases

    private static IEnumerable<RetentionCase> Smaller(RetentionCase found)
    {
        if (found.Records.Count > 1)
        {
            return found.Records.Select(record => found with { Records = [record] });
        }

        var record = found.Records[0];
        var facts = record.Facts.Select((_, i) => record with { Facts = [.. record.Facts.Where((_, j) => i != j)] });
        var triggers = record.Triggers.Where(pair => pair.Value != NaiveValue.NotHappened).Select(pair => record.With(pair.Key, NaiveValue.NotHappened));
        var policies = found.Policy.Activities.Keys
            .Select(found.Policy.Without)
            .Where(policy => policy.Activities.Count > 0)
            .Select(policy => found with { Policy = Covering(policy), Records = [record with { Facts = Known(record.Facts, policy) }] });
        return policies.Concat(facts.Concat(triggers).Select(smaller => found with { Records = [smaller] }));
    }

    private static GdprPolicy Without(this GdprPolicy policy, string id) => new()
    {
        Policy = policy.Policy,
        Version = policy.Version,
        Effective = policy.Effective,
        Controllers = policy.Controllers,
        Systems = policy.Systems,
        Activities = policy.Activities.Where(pair => pair.Key != id).ToDictionary(pair => pair.Key, pair => pair.Value),
    };
}
