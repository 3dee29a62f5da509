using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Retention.Columns;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

/// <summary>Records are judged side by side by code compiled for how many columns and kinds of rules there are: each gives the same fates, on every width, also
/// where many events are unknown that a record's data set does not look at.</summary>
public sealed class ColumnShapesTests
{
    private const int DataSets = 5;

    /// <summary>More than two blocks: what is unknown is told apart from the second on.</summary>
    private const int Records = 17_001;

    /// <summary>The records so many times over that one column of instants, and four of days, come from memory: what comes next is fetched ahead then.</summary>
    private const int Times = 9;

    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/Stockholm"];
    private static readonly Instant Now = Instant.FromUtc(2026, 6, 15, 12, 0);
    private static readonly LaneWidth[] Widths = [.. Enum.GetValues<LaneWidth>().Where(LaneWidths.IsSupported)];

    private static readonly LawfulBasis[] Bases =
        [new() { Contract = new ContractBasis() }, new() { LegalObligation = new LegalObligationBasis { Law = "law" } }, new() { Consent = new ConsentBasis() }];

    public static TheoryData<int, int> Shapes
    {
        get
        {
            var shapes = new TheoryData<int, int>();
            for (var shape = 0; shape < LanePlan.MostColumns * KindPlan.MostKinds; shape++)
            {
                shapes.Add(1 + (shape / KindPlan.MostKinds), 1 + (shape % KindPlan.MostKinds));
            }

            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_width_gives_every_record_the_fate_that_it_has_by_itself(int columns, int kinds)
    {
        var evaluator = RetentionSchedule.Compile(PolicyOf(columns, kinds)).At(Now);
        HasShape<long, InstantForm>(evaluator, columns, kinds);
        HasShape<ushort, DayForm>(evaluator, columns, kinds);
        HasShape<int, WideDayForm>(evaluator, columns, kinds);
        var random = new Random((columns * 10) + kinds);
        var dataSets = new byte[Records];
        random.NextBytes(dataSets);
        dataSets = Array.ConvertAll(dataSets, number => (byte)(number % DataSets));
        RecordFlags[] flags = [.. Enumerable.Range(0, Records).Select(_ => random.Next(10) == 0 ? (RecordFlags)random.Next(32) : RecordFlags.None)];
        long[][] instants = [.. Enumerable.Range(0, columns).Select(_ => Enumerable.Range(0, Records).Select(_ => InstantOf(random, columns)).ToArray())];
        ushort[][] days = Array.ConvertAll(instants, column => Array.ConvertAll(column, DayOf));
        int[][] wide = Array.ConvertAll(days, column => Array.ConvertAll(column, WideOf));

        HaveFates(Instants, instants, TriggerValue.OfColumn);
        HaveFates(Days, days, DateOf);
        HaveFates(WideDays, wide, day => DateOf(NarrowOf(day)));

        void HaveFates<T>(Judge judge, T[][] values, Func<T, TriggerValue> triggerOf)
        {
            var expected = new Fate[Records];
            for (var i = 0; i < Records; i++)
            {
                TriggerValue[] triggers = [.. values.Select(column => triggerOf(column[i]))];
                expected[i] = evaluator.FateOf(new RetentionRecord(evaluator.Schedule.DataSets[dataSets[i]], triggers, default(RecordFacts).With(flags[i])));
            }

            foreach (var width in Widths)
            {
                var fates = new Fate[Records];
                judge(fates, width, 1);
                fates.AsSpan().CommonPrefixLength(expected).ShouldBe(Records, width.ToString());
                if (width != LaneWidth.Scalar)
                {
                    var many = new Fate[Records * Times];
                    judge(many, width, Times);
                    many.AsSpan().CommonPrefixLength(Over(expected, Times)).ShouldBe(many.Length, $"{width}, from memory");
                }
            }
        }

        void Instants(Fate[] fates, LaneWidth width, int times) =>
            evaluator.FatesOf(new RetentionColumns(Over(dataSets, times), Memories(instants, times)) { Flags = Over(flags, times) }, fates, width);

        void Days(Fate[] fates, LaneWidth width, int times) =>
            evaluator.FatesOf(new RetentionDayColumns(Over(dataSets, times), Memories(days, times)) { Flags = Over(flags, times) }, fates, width);

        void WideDays(Fate[] fates, LaneWidth width, int times) =>
            evaluator.FatesOf(new RetentionDayColumns(Over(dataSets, times), Memories(wide, times)) { Flags = Over(flags, times) }, fates, width);
    }

    private delegate void Judge(Fate[] fates, LaneWidth width, int times);

    private static void HasShape<T, TForm>(RetentionEvaluator evaluator, int columns, int kinds)
        where T : unmanaged
        where TForm : IColumnForm<T>
    {
        DataSetBounds[] bounds = [.. evaluator.Schedule.DataSets.Select(dataSet => new DataSetBounds(dataSet, TForm.BoundsOf(evaluator.CutoffsOf(dataSet))))];
        var plan = new LaneProgram<T, TForm>(evaluator, bounds, assumeConsent: false).TablesFor(null, Records, LaneWidth.Lanes128)?.Plan.ShouldBeOfType<KindPlan>();

        plan.ShouldNotBeNull();
        plan.Columns.Length.ShouldBe(columns);
        plan.Kinds.ShouldBe(kinds);
        plan.HasUnused.ShouldBe(columns > kinds);
    }

    /// <summary>Each data set has one rule of each kind, each on the next column.</summary>
    private static GdprPolicy PolicyOf(int columns, int kinds) => new()
    {
        Policy = "shapes",
        Controllers = new Dictionary<string, Controller> { ["c"] = new() { TimeZone = Zone.Id } },
        Systems = new Dictionary<string, DataSystem>
        {
            ["s"] = new()
            {
                DataSets = Enumerable.Range(0, DataSets).ToDictionary(index => $"d{index}", _ => new DataSet
                {
                    Triggers = Enumerable.Range(0, columns).ToDictionary(trigger => $"t{trigger}", _ => new Trigger { WhenNull = WhenNull.Unknown }),
                    Fields = new Dictionary<string, DataField> { ["f"] = new() { Category = "identity.name", Disposal = Gdpr.Policies.Disposal.Erase } },
                }),
            },
        },
        Activities = Enumerable.Range(0, DataSets).SelectMany(dataSet => Enumerable.Range(0, kinds).Select(kind => (dataSet, kind))).ToDictionary(
            pair => $"a{pair.dataSet}-{pair.kind}",
            pair => new Activity
            {
                Purpose = $"p{pair.kind}",
                Basis = Bases[pair.kind],
                Retention = new RetentionRule { Keep = PeriodOf((pair.dataSet + pair.kind) % columns), After = $"t{(pair.dataSet + pair.kind) % columns}" },
                Data = [$"s.d{pair.dataSet}"],
            }),
    };

    private static CalendarPeriod PeriodOf(int trigger) => CalendarPeriod.FromMonths(12 * (trigger + 1));

    /// <summary>Often unknown; otherwise on both sides of the cutoffs, and at, one tick and one day beside them.</summary>
    private static long InstantOf(Random random, int columns)
    {
        ReadOnlySpan<long> beside = [0, -1, 1, -NodaConstants.TicksPerDay, NodaConstants.TicksPerDay];
        var cutoff = LocalDays.StartOf(PeriodOf(random.Next(columns)).CutoffOn(LocalDays.TodayAt(Now, Zone)), Zone).ToUnixTimeTicks();
        return random.Next(5) switch
        {
            0 => RetentionColumns.Unknown,
            1 => RetentionColumns.NotHappened,
            2 => cutoff + beside[random.Next(beside.Length)],
            _ => Now.ToUnixTimeTicks() - (random.Next(6 * 365) * NodaConstants.TicksPerDay),
        };
    }

    private static ushort DayOf(long ticks) => ticks switch
    {
        RetentionColumns.NotHappened => RetentionDayColumns.NotHappened,
        RetentionColumns.Unknown => RetentionDayColumns.Unknown,
        _ => RetentionDayColumns.DayOf(Instant.FromUnixTimeTicks(ticks).InZone(Zone).Date),
    };

    private static int WideOf(ushort day) => day switch
    {
        RetentionDayColumns.NotHappened => RetentionDayColumns.NotHappenedWide,
        RetentionDayColumns.Unknown => RetentionDayColumns.UnknownWide,
        _ => day,
    };

    private static ushort NarrowOf(int day) => day switch
    {
        RetentionDayColumns.NotHappenedWide => RetentionDayColumns.NotHappened,
        RetentionDayColumns.UnknownWide => RetentionDayColumns.Unknown,
        _ => (ushort)day,
    };

    private static TriggerValue DateOf(ushort day) => day switch
    {
        RetentionDayColumns.NotHappened => TriggerValue.NotHappened,
        RetentionDayColumns.Unknown => TriggerValue.Unknown,
        _ => TriggerValue.On(new LocalDate(1949, 12, 31).PlusDays(day)),
    };

    private static ReadOnlyMemory<T>[] Memories<T>(T[][] columns, int times) => Array.ConvertAll(columns, column => new ReadOnlyMemory<T>(Over(column, times)));

    /// <summary>Values, so many times over.</summary>
    private static T[] Over<T>(T[] values, int times)
    {
        var all = new T[values.Length * times];
        for (var at = 0; at < all.Length; at += values.Length)
        {
            values.CopyTo(all, at);
        }

        return all;
    }
}
