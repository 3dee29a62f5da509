using FsCheck;
using FsCheck.Fluent;
using Gdpr.Core.Tests.Time;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

/// <summary>A policy, an instant and records as columns hold them.</summary>
internal sealed record ColumnsCase(GdprPolicy Policy, Instant Now, bool AssumeConsent, ColumnsRecord[] Records)
{
    private const int RecordsPerCase = 64;
    private const int MostTriggers = 4;

    private static readonly string[] Zones = [.. Generated.ZoneIds];
    private static readonly RecordFlags[] AllFlags = [.. Enumerable.Range(0, 32).Select(flags => (RecordFlags)flags)];

    /// <summary>Policies of one to three data sets with rules of every form, and records on both sides of every cutoff.</summary>
    public static Gen<ColumnsCase> Cases { get; } =
        from zone in Gen.Elements(Zones)
        from fiscalYears in Gen.Elements<FiscalYear[]>(
            [],
            [new FiscalYear { From = new LocalDate(1890, 7, 1), Yearly = true }],
            [.. YearsFrom(1990, 20), new FiscalYear { From = new LocalDate(2010, 5, 1) }],
            [.. YearsFrom(1960, 20), .. YearsFrom(1990, 20)],
            [.. YearsFrom(1960, 20), new FiscalYear { From = new LocalDate(1990, 5, 1) }])
        from dataSets in Several(DataSets(fiscalYears.Length > 0), 3)
        from now in Gen.OneOf(Generated.Instants, Gen.Choose(0, 20_000).Select(days => Instant.FromUtc(1990, 1, 1, 23, 30) + Duration.FromDays(days)))
        from assumeConsent in Gen.Elements(false, true)
        let policy = PolicyOf(zone, fiscalYears, dataSets)
        let moments = Moments(policy, now, DateTimeZoneProviders.Tzdb[zone])
        from records in RecordOf(dataSets.Length, moments).ArrayOf(RecordsPerCase)
        select new ColumnsCase(policy, now, assumeConsent, records);

    private static IEnumerable<FiscalYear> YearsFrom(int first, int count) => Enumerable.Range(first, count)
        .Select(year => new FiscalYear { From = new LocalDate(year, 5, 1), To = new LocalDate(year + 1, 4, 30) });

    private static Gen<ColumnsRecord> RecordOf(int dataSets, long[] moments) =>
        from dataSet in Gen.Choose(0, dataSets - 1)
        from values in Gen.Frequency(
            (1, Gen.Constant(RetentionColumns.Unknown)),
            (3, Gen.Constant(RetentionColumns.NotHappened)),
            (2, Generated.Instants.Select(instant => instant.ToUnixTimeTicks())),
            (10, Gen.Elements(moments))).ArrayOf(MostTriggers)
        from stated in Gen.Frequency((6, Gen.Constant(RecordFlags.None)), (4, Gen.Elements(AllFlags)))
        from unknown in Gen.Frequency((9, Gen.Constant(RecordFlags.None)), (1, Gen.Elements(AllFlags)))
        select new ColumnsRecord((byte)dataSet, values, stated, unknown);

    /// <summary>At, one tick and one day beside the first instant of every day from which some period of the policy still runs.</summary>
    private static long[] Moments(GdprPolicy policy, Instant now, DateTimeZone zone)
    {
        var today = LocalDays.TodayAt(now, zone);
        var cutoffs = policy.Activities.Values
            .SelectMany(activity => new[] { activity.Retention, activity.Minimum, activity.Limit })
            .SelectMany(Periods)
            .Select(period => period.CutoffOn(today))
            .Append(today);
        var graces = policy.Systems.Values.SelectMany(system => system.DataSets.Values).SelectMany(dataSet => dataSet.Fields.Values)
            .Select(field => field.Disposal.For).OfType<CalendarPeriod>().ToArray();
        var fiscal = policy.Controllers.Values.SelectMany(controller => controller.FiscalYears).SelectMany(year => new[] { year.From, year.To ?? year.From });
        return [.. cutoffs
            .SelectMany(cutoff => graces.Select(grace => grace.CutoffOn(cutoff)).Append(cutoff))
            .SelectMany(cutoff => new[] { cutoff, new LocalDate(cutoff.Year, 1, 1), new LocalDate(cutoff.Year, 7, 1), new LocalDate(cutoff.Year, 5, 1) })
            .Concat(fiscal)
            .Select(date => LocalDays.StartOf(date, zone).ToUnixTimeTicks())
            .SelectMany(ticks => new[] { ticks, ticks - 1, ticks + 1, ticks - NodaConstants.TicksPerDay, ticks + NodaConstants.TicksPerDay })
            .Distinct()];
    }

    private static IEnumerable<CalendarPeriod> Periods(RetentionRule? rule) => rule is null ? [] :
        new[] { rule.Keep, rule.Within, rule.While?.Keep }.OfType<CalendarPeriod>()
            .Concat(new[] { rule.Fallback, rule.Unless, rule.Assessment }.Concat(rule.AllOf).Concat(rule.AnyOf).SelectMany(Periods));

    private static GdprPolicy PolicyOf(string zone, FiscalYear[] fiscalYears, (DataSet DataSet, Activity[] Activities)[] dataSets) => new()
    {
        Policy = "columns",
        Controllers = new Dictionary<string, Controller> { ["c"] = new() { TimeZone = zone, FiscalYears = fiscalYears } },
        Systems = new Dictionary<string, DataSystem>
        {
            ["s"] = new() { DataSets = dataSets.Index().ToDictionary(pair => $"d{pair.Index}", pair => pair.Item.DataSet) },
        },
        Activities = dataSets.Index()
            .SelectMany(pair => pair.Item.Activities.Index().Select(activity => (Id: $"a{pair.Index}-{activity.Index}", Activity: Covering(activity.Item, $"s.d{pair.Index}", activity.Index))))
            .ToDictionary(pair => pair.Id, pair => pair.Activity),
    };

    /// <summary>The first activity covers the whole data set, every other one a single field.</summary>
    private static Activity Covering(Activity activity, string dataSet, int index) => new()
    {
        Purpose = activity.Purpose,
        Basis = activity.Basis,
        Retention = activity.Retention,
        Minimum = activity.Minimum,
        Limit = activity.Limit,
        Data = [index % 2 == 0 ? dataSet : dataSet + ".f0"],
    };

    private static Gen<(DataSet DataSet, Activity[] Activities)> DataSets(bool fiscal) =>
        from triggers in Gen.Choose(0, MostTriggers)
        from disposals in Several(Gen.Elements(
            Gdpr.Policies.Disposal.Erase,
            Gdpr.Policies.Disposal.Anonymise(AnonymisationStrategy.Null),
            Gdpr.Policies.Disposal.Restrict(CalendarPeriod.FromMonths(1), Gdpr.Policies.Disposal.Erase),
            Gdpr.Policies.Disposal.Restrict(CalendarPeriod.FromDays(45), Gdpr.Policies.Disposal.Anonymise(AnonymisationStrategy.Year))), 2)
        from activities in Several(ActivityOf(triggers, fiscal), 4)
        select (
            new DataSet
            {
                Triggers = Enumerable.Range(0, triggers).ToDictionary(trigger => $"t{trigger}", _ => new Trigger { WhenNull = WhenNull.Unknown }),
                Fields = disposals.Index().ToDictionary(pair => $"f{pair.Index}", pair => new DataField { Category = "identity.name", Disposal = pair.Item }),
            },
            activities);

    private static Gen<T[]> Several<T>(Gen<T> items, int most) => Gen.Choose(1, most).SelectMany(count => items.ArrayOf(count));

    private static Gen<Activity> ActivityOf(int triggers, bool fiscal) =>
        from purpose in Gen.Elements("p", "q", "r")
        from basis in Gen.Elements(
            new LawfulBasis { Contract = new ContractBasis() },
            new LawfulBasis { Consent = new ConsentBasis() },
            new LawfulBasis { LegalObligation = new LegalObligationBasis { Law = "law" } })
        from retention in RuleOf(triggers, fiscal, depth: 2)
        from minimum in Gen.Frequency((3, Gen.Constant<RetentionRule?>(null)), (1, RuleOf(triggers, fiscal, depth: 1).Select(rule => (RetentionRule?)rule)))
        from limit in Gen.Frequency((3, Gen.Constant<RetentionRule?>(null)), (1, RuleOf(triggers, fiscal, depth: 1).Select(rule => (RetentionRule?)rule)))
        select new Activity { Purpose = purpose, Basis = basis, Retention = retention, Minimum = minimum, Limit = RetentionCases.AsMaximum(limit) };

    private static Gen<RetentionRule> RuleOf(int triggers, bool fiscal, int depth)
    {
        if (triggers == 0)
        {
            return Gen.Constant(RetentionRule.WhileConsent());
        }

        var trigger = Gen.Choose(0, triggers - 1).Select(index => $"t{index}");
        var start = Gen.Frequency(
            (6, trigger.Select(PeriodStart.FromString)),
            (2, trigger.Select(id => fiscal ? PeriodStart.OfFiscalYearEnd(id) : id)),
            (1, trigger.Select(PeriodStart.OfCalendarYearEnd)));
        var keep = from period in Generated.CalendarPeriod from after in start select new RetentionRule { Keep = period, After = after };
        var evidence = from period in Generated.CalendarPeriod from of in start select new RetentionRule { Within = period, Of = of };
        var leaf = Gen.Frequency((5, keep), (2, evidence), (1, Gen.Constant(RetentionRule.WhileConsent())));
        if (depth == 0)
        {
            return leaf;
        }

        var limb = RuleOf(triggers, fiscal, depth - 1);
        return Gen.Frequency(
            (6, leaf),
            (1, from first in limb from second in limb select RetentionRule.All(first, second)),
            (1, from first in limb from second in limb select RetentionRule.Any(first, second)),
            (1, from started in trigger
                from ended in trigger
                from after in Gen.OneOf(Gen.Constant<CalendarPeriod?>(null), Generated.CalendarPeriod.Select(period => (CalendarPeriod?)period))
                from assessment in limb.OrNull()
                select new RetentionRule { While = new RunningState { Started = started, Ended = ended, Keep = after }, Assessment = assessment }),
            (2, from main in keep
                from fallback in keep
                from unless in evidence.OrNull()
                select new RetentionRule
                {
                    Keep = main.Keep,
                    After = main.After,
                    Fallback = new RetentionRule { Keep = fallback.Keep, After = fallback.After, Unless = unless },
                }));
    }
}

/// <summary>One record as columns hold it.</summary>
internal sealed record ColumnsRecord(byte DataSet, long[] Values, RecordFlags Stated, RecordFlags Unknown)
{
    /// <summary>The fate of the same record by itself.</summary>
    public Fate FateBySelf(RetentionEvaluator evaluator, bool assumeConsent)
    {
        var dataSet = evaluator.Schedule.DataSets[DataSet];
        var triggers = Values.Take(dataSet.Triggers.Count).Select(value => value switch
        {
            RetentionColumns.NotHappened => TriggerValue.NotHappened,
            RetentionColumns.Unknown => TriggerValue.Unknown,
            _ => TriggerValue.At(Instant.FromUnixTimeTicks(value)),
        }).ToArray();
        var facts = default(RecordFacts).With(Stated).WithUnknown(Unknown);
        return evaluator.FateOf(new RetentionRecord(dataSet, triggers, assumeConsent ? facts.AssumingConsent() : facts));
    }
}
