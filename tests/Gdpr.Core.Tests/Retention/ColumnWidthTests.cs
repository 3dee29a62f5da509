using FsCheck;
using FsCheck.Fluent;
using Gdpr.Core.Tests.Time;
using Gdpr.Retention;
using Gdpr.Retention.Columns;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

/// <summary>Columns are judged as many records at a time as the machine's vectors hold: each width gives the same fates, in each form of column.</summary>
public sealed class ColumnWidthTests
{
    /// <summary>More than a step of every width, and a rest that fills none.</summary>
    private const int RecordsPerCase = 203;

    private static readonly LaneWidth[] Widths = [.. Enum.GetValues<LaneWidth>().Where(LaneWidths.IsSupported)];

    /// <summary>Instants that no calendar has, and the last of the 16 bits that stand for most instants.</summary>
    private static readonly long[] FarInstants =
        [RetentionColumns.NotHappened - 1, RetentionColumns.Unknown + 1, 1L << 60, -(1L << 60), 32_767L << 40, 32_766L << 40, (32_766L << 40) - 1, -32_768L << 40, (-32_767L << 40) - 1];

    private static readonly int[] FarDays =
        [RetentionDayColumns.NotHappenedWide - 1, RetentionDayColumns.UnknownWide + 1, 1 << 30, -1 << 30, 60_000, 40_000, -40_000, 5_000_000, -5_000_000];

    /// <summary>The properties below are tried with what this machine has: a width that it lacks shows as skipped, with what is lacking.</summary>
    [WidthFact(LaneWidth.Lanes128)]
    public void Vectors_of_128_bits_are_tried() => Widths.ShouldContain(LaneWidth.Lanes128);

    [WidthFact(LaneWidth.Lanes256)]
    public void Vectors_of_256_bits_are_tried() => Widths.ShouldContain(LaneWidth.Lanes256);

    [WidthFact(LaneWidth.Lanes512)]
    public void Vectors_of_512_bits_are_tried() => Widths.ShouldContain(LaneWidth.Lanes512);

    [Fact]
    public void Every_width_gives_an_instant_the_fate_that_it_has_by_itself() => Property<long>(
        (given, records) => [.. records.Select((record, i) => record.Values.Select((value, k) => Seldom(i, k) ? FarInstants[(i + k) % FarInstants.Length] : value).ToArray())],
        (dataSets, columns, more) => new Columns<long>(dataSets, columns, more),
        TriggerValue.OfColumn,
        static (evaluator, columns, fates, width) => evaluator.FatesOf(
            columns.DataSet is null
                ? new RetentionColumns(columns.DataSets, columns.Triggers)
                {
                    Flags = columns.More.Stated,
                    UnknownFlags = columns.More.Unknown,
                    EndedPurposes = columns.More.Ended,
                    AssumeConsent = columns.More.AssumeConsent,
                }
                : new RetentionColumns(columns.DataSet, columns.Triggers)
                {
                    Flags = columns.More.Stated,
                    UnknownFlags = columns.More.Unknown,
                    EndedPurposes = columns.More.Ended,
                    AssumeConsent = columns.More.AssumeConsent,
                },
            fates,
            width));

    [Fact]
    public void Every_width_gives_a_day_the_fate_that_its_date_has_by_itself() => Property<ushort>(
        (given, records) => [.. records.Select(record => record.Values.Select(value => DayOf(given, value)).ToArray())],
        (dataSets, columns, more) => new Columns<ushort>(dataSets, columns, more),
        day => day switch
        {
            RetentionDayColumns.NotHappened => TriggerValue.NotHappened,
            RetentionDayColumns.Unknown => TriggerValue.Unknown,
            _ => TriggerValue.On(new LocalDate(1949, 12, 31).PlusDays(day)),
        },
        static (evaluator, columns, fates, width) => evaluator.FatesOf(
            columns.DataSet is null
                ? new RetentionDayColumns(columns.DataSets, columns.Triggers)
                {
                    Flags = columns.More.Stated,
                    UnknownFlags = columns.More.Unknown,
                    EndedPurposes = columns.More.Ended,
                    AssumeConsent = columns.More.AssumeConsent,
                }
                : new RetentionDayColumns(columns.DataSet, columns.Triggers)
                {
                    Flags = columns.More.Stated,
                    UnknownFlags = columns.More.Unknown,
                    EndedPurposes = columns.More.Ended,
                    AssumeConsent = columns.More.AssumeConsent,
                },
            fates,
            width));

    [Fact]
    public void Every_width_gives_a_day_of_32_bits_the_fate_that_its_date_has_by_itself() => Property<int>(
        (given, records) => [.. records.Select((record, i) => record.Values.Select((value, k) => Seldom(i, k) ? FarDays[(i + k) % FarDays.Length] : WideDayOf(given, value)).ToArray())],
        (dataSets, columns, more) => new Columns<int>(dataSets, columns, more),
        day => day switch
        {
            RetentionDayColumns.NotHappenedWide => TriggerValue.NotHappened,
            RetentionDayColumns.UnknownWide => TriggerValue.Unknown,
            _ => TriggerValue.On(DateOf(day)),
        },
        static (evaluator, columns, fates, width) => evaluator.FatesOf(
            columns.DataSet is null
                ? new RetentionDayColumns(columns.DataSets, columns.Triggers)
                {
                    Flags = columns.More.Stated,
                    UnknownFlags = columns.More.Unknown,
                    EndedPurposes = columns.More.Ended,
                    AssumeConsent = columns.More.AssumeConsent,
                }
                : new RetentionDayColumns(columns.DataSet, columns.Triggers)
                {
                    Flags = columns.More.Stated,
                    UnknownFlags = columns.More.Unknown,
                    EndedPurposes = columns.More.Ended,
                    AssumeConsent = columns.More.AssumeConsent,
                },
            fates,
            width));

    [Fact]
    public void Generated_cases_are_judged_side_by_side_in_both_ways()
    {
        var cases = ColumnsCase.Cases.Sample(900);

        ShouldHaveMany([.. cases.SelectMany(PlansOf<long, InstantForm>)]);
        ShouldHaveMany([.. cases.SelectMany(PlansOf<ushort, DayForm>)]);
        ShouldHaveMany([.. cases.SelectMany(PlansOf<int, WideDayForm>)]);

        static void ShouldHaveMany(LanePlan[] plans)
        {
            plans.OfType<KindPlan>().Count().ShouldBeGreaterThan(20);
            plans.OfType<AnswerPlan>().Count().ShouldBeGreaterThan(20);
            plans.Count(plan => plan.HasHappened).ShouldBeGreaterThan(5);
        }
    }

    /// <summary>By what a case's data sets, each by itself and all together, are judged side by side.</summary>
    private static IEnumerable<LanePlan> PlansOf<T, TForm>(ColumnsCase given)
        where T : unmanaged
        where TForm : IColumnForm<T>
    {
        var evaluator = RetentionSchedule.Compile(given.Policy).At(given.Now);
        var dataSets = evaluator.Schedule.DataSets;
        DataSetBounds[] bounds = [.. dataSets.Select(dataSet => new DataSetBounds(dataSet, TForm.BoundsOf(evaluator.CutoffsOf(dataSet))))];
        var program = new LaneProgram<T, TForm>(evaluator, bounds, given.AssumeConsent);
        return dataSets.Append(null).Select(dataSet => program.TablesFor(dataSet, RecordsPerCase, LaneWidth.Lanes128)?.Plan).OfType<LanePlan>();
    }

    private static void Property<T>(
        Func<ColumnsCase, ColumnsRecord[], T[][]> valuesOf, Func<byte[], ReadOnlyMemory<T>[], More, Columns<T>> columnsOf, Func<T, TriggerValue> triggerOf, Judge<T> judge)
        where T : unmanaged
    {
        Func<ColumnsCase, bool> property = given =>
        {
            var evaluator = RetentionSchedule.Compile(given.Policy).At(given.Now);
            ColumnsRecord[] records = [.. Enumerable.Range(0, RecordsPerCase).Select(i => given.Records[i * 5 % given.Records.Length])];
            var values = valuesOf(given, records);
            var more = new More(
                [.. records.Select(record => record.Stated)],
                [.. records.Select(record => record.Unknown)],
                [.. records.Select((_, i) => i % 11 == 4 ? (ulong)i : 0)],
                given.AssumeConsent);
            var columns = columnsOf([.. records.Select(record => record.DataSet)], ColumnsOf(values), more);
            Fate[] expected = [.. records.Select((record, i) => FateBySelf(evaluator, record.DataSet, values[i], triggerOf, more, i))];
            return Array.TrueForAll(Widths, width => IsAsExpected(columns, width) && evaluator.Schedule.DataSets.All(dataSet => IsAsExpectedOfOne(dataSet, width)));

            bool IsAsExpected(Columns<T> some, LaneWidth width)
            {
                var fates = new Fate[expected.Length];
                judge(evaluator, some, fates, width);
                return fates.AsSpan().SequenceEqual(expected);
            }

            // Each record as if it were of the one data set.
            bool IsAsExpectedOfOne(DataSetSchedule dataSet, LaneWidth width)
            {
                var fates = new Fate[expected.Length];
                judge(evaluator, columns with { DataSet = dataSet }, fates, width);
                return fates.Select((fate, i) => fate == FateBySelf(evaluator, dataSet.Index, values[i], triggerOf, more, i)).All(isSame => isSame);
            }
        };

        property.ShouldHoldFor(ColumnsCase.Cases, count: 500);
    }

    private static Fate FateBySelf<T>(RetentionEvaluator evaluator, int dataSet, T[] values, Func<T, TriggerValue> triggerOf, More more, int record)
    {
        var schedule = evaluator.Schedule.DataSets[dataSet];
        TriggerValue[] triggers = [.. values.Take(schedule.Triggers.Count).Select(triggerOf)];
        var facts = default(RecordFacts).With(more.Stated[record]).WithUnknown(more.Unknown[record]);
        for (var purpose = 0; purpose < 64; purpose++)
        {
            facts = (more.Ended[record] >> purpose & 1) != 0 ? facts.With(PurposeFact.PurposeEnded, purpose) : facts;
        }

        return evaluator.FateOf(new RetentionRecord(schedule, triggers, more.AssumeConsent ? facts.AssumingConsent() : facts));
    }

    private static ReadOnlyMemory<T>[] ColumnsOf<T>(T[][] values) =>
        [.. Enumerable.Range(0, values[0].Length).Select(trigger => new ReadOnlyMemory<T>([.. values.Select(record => record[trigger])]))];

    private static bool Seldom(int record, int trigger) => ((record * 4) + trigger) % 37 == 5;

    private static LocalDate DateOf(ColumnsCase given, long ticks) =>
        Instant.FromUnixTimeTicks(ticks).InZone(DateTimeZoneProviders.Tzdb[given.Policy.Controllers["c"].TimeZone]).Date;

    private static LocalDate DateOf(int day) =>
        LocalDate.FromDateOnly(new DateOnly(1949, 12, 31).AddDays(Math.Clamp(day, -711_000, 2_900_000)));

    private static ushort DayOf(ColumnsCase given, long ticks) => ticks switch
    {
        RetentionColumns.NotHappened => RetentionDayColumns.NotHappened,
        RetentionColumns.Unknown => RetentionDayColumns.Unknown,
        _ => DateOf(given, ticks) is { Year: > 1949 and < 2129 } date ? RetentionDayColumns.DayOf(date) : RetentionDayColumns.NotHappened,
    };

    private static int WideDayOf(ColumnsCase given, long ticks) => ticks switch
    {
        RetentionColumns.NotHappened => RetentionDayColumns.NotHappenedWide,
        RetentionColumns.Unknown => RetentionDayColumns.UnknownWide,
        _ => RetentionDayColumns.WideDayOf(DateOf(given, ticks)),
    };

    private delegate void Judge<T>(RetentionEvaluator evaluator, Columns<T> columns, Fate[] fates, LaneWidth width);

    private sealed record More(RecordFlags[] Stated, RecordFlags[] Unknown, ulong[] Ended, bool AssumeConsent);

    private sealed record Columns<T>(byte[] DataSets, ReadOnlyMemory<T>[] Triggers, More More)
    {
        public DataSetSchedule? DataSet { get; init; }
    }

    private sealed class WidthFactAttribute : FactAttribute
    {
        public WidthFactAttribute(LaneWidth width)
        {
            if (!LaneWidths.IsSupported(width))
            {
                Skip = $"this machine has no instructions for {width} ({(width == LaneWidth.Lanes512 ? "AVX-512 VBMI" : width == LaneWidth.Lanes256 ? "AVX2" : "SSSE3, or NEON")}), "
                    + "so that the properties of columns were tried on narrower ones alone";
            }
        }
    }
}
