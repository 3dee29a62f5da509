using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Retention.Columns;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

/// <summary>Batches are judged by several threads, and give the fates that one thread gives.</summary>
public sealed class RetentionBatchTests
{
    /// <summary>Several parts and a rest.</summary>
    private const int Records = 300_001;

    private static readonly RetentionEvaluator Evaluator = RetentionSchedule.Compile(Policy()).At(Instant.FromUtc(2026, 6, 15, 12, 0));
    private static readonly LocalDate First = new(2020, 1, 1);
    private static readonly byte[] DataSets = [.. Enumerable.Range(0, Records).Select(i => (byte)(i % 3 == 0 ? 1 : 0))];
    private static readonly RecordFlags[] Flags = [.. Enumerable.Range(0, Records).Select(i => i % 100 == 7 ? RecordFlags.Hold : RecordFlags.None)];
    private static readonly ulong[] Ended = [.. Enumerable.Range(0, Records).Select(i => i % 1_000 == 5 ? 1UL : 0)];
    private static readonly ushort[][] Days = [.. new[] { 7, 11 }.Select(step => Enumerable.Range(0, Records).Select(i => DayOf(i, step)).ToArray())];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void A_batch_has_the_same_fates_whatever_the_number_of_threads(int threads)
    {
        var expected = new Fate[Records];
        Evaluator.FatesOf(new RetentionDayColumns(DataSets, Memories(Days)) { Flags = Flags, EndedPurposes = Ended }, expected);
        expected.Distinct().Order().ShouldBe([Fate.Keep, Fate.Undetermined, Fate.Restrict, Fate.Erase]);

        FatesOf(new RetentionBatch { DataSets = DataSets, Days = Memories(Days), Flags = Flags, EndedPurposes = Ended }, threads).ShouldBe(expected);
        FatesOf(new RetentionBatch { DataSets = DataSets, WideDays = Wide(), Flags = Flags, EndedPurposes = Ended }, threads).ShouldBe(expected);
        FatesOf(new RetentionBatch { DataSets = DataSets, Instants = Instants(), Flags = Flags, EndedPurposes = Ended }, threads).ShouldBe(expected);
    }

    [Fact]
    public void A_batch_of_one_data_set_need_not_name_it_record_by_record()
    {
        var customers = Evaluator.Schedule.DataSet("crm.customers");
        var expected = new Fate[Records];
        Evaluator.FatesOf(new RetentionDayColumns(customers, Memories(Days)) { UnknownFlags = Flags }, expected);

        FatesOf(new RetentionBatch { DataSet = customers, Days = Memories(Days), UnknownFlags = Flags }, 2).ShouldBe(expected);
    }

    [Fact]
    public void A_batch_without_records_has_no_fates()
    {
        Should.NotThrow(() => Evaluator.FatesOf(new RetentionBatch(), Memory<Fate>.Empty, 2));
    }

    [Fact]
    public void Columns_that_are_not_as_long_as_the_fates_are_refused()
    {
        Should.Throw<ArgumentException>(() => Evaluator.FatesOf(new RetentionBatch { DataSets = DataSets, Days = Memories(Days) }, new Fate[Records - 1], 2))
            .Message.ShouldContain("equally long");
        Should.Throw<ArgumentException>(() => Evaluator.FatesOf(new RetentionBatch { DataSets = DataSets, Days = Memories(Days), Flags = Flags[1..] }, new Fate[Records], 2));
    }

    [Fact]
    public void Triggers_in_two_forms_are_refused()
    {
        Should.Throw<ArgumentException>(() => FatesOf(new RetentionBatch { DataSets = DataSets, Days = Memories(Days), WideDays = Wide() }, 2))
            .Message.ShouldContain("more than one form");
    }

    [Fact]
    public void What_a_thread_refuses_is_refused_as_by_one()
    {
        byte[] dataSets = [.. DataSets[..^1], 2];

        Should.Throw<ArgumentException>(() => FatesOf(new RetentionBatch { DataSets = dataSets, Days = Memories(Days) }, 2)).Message.ShouldContain("data set 2");
    }

    [Fact]
    public void No_thread_is_too_few()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => Evaluator.FatesOf(new RetentionBatch(), Memory<Fate>.Empty, 0));
    }

    [Theory]
    [InlineData(1950, 1, 1, 1)]
    [InlineData(1970, 1, 1, 7_306)]
    [InlineData(2129, 6, 4, 65_534)]
    public void Days_of_16_bits_count_from_1950(int year, int month, int day, int number)
    {
        RetentionDayColumns.DayOf(new LocalDate(year, month, day)).ShouldBe((ushort)number);
        RetentionDayColumns.WideDayOf(new LocalDate(year, month, day)).ShouldBe(number);
    }

    [Fact]
    public void Dates_that_16_bits_do_not_reach_are_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => RetentionDayColumns.DayOf(new LocalDate(1949, 12, 31))).Message.ShouldContain("32 bits");
        Should.Throw<ArgumentOutOfRangeException>(() => RetentionDayColumns.DayOf(new LocalDate(2129, 6, 5)));
        RetentionDayColumns.WideDayOf(new LocalDate(1949, 12, 31)).ShouldBe(0);
    }

    [Fact]
    public void A_column_that_nobody_has_filled_is_unknown()
    {
        var fates = new Fate[100];

        Evaluator.FatesOf(new RetentionDayColumns(Evaluator.Schedule.DataSet("crm.customers"), [new ushort[100], new ushort[100]]), fates);

        fates.ShouldAllBe(fate => fate == Fate.Undetermined);
    }

    [Fact]
    public void What_is_unknown_in_a_column_that_a_data_set_does_not_look_at_changes_nothing()
    {
        // Customers have no rule about the second trigger.
        ushort[] second = [.. Days[1].Select((day, i) => DataSets[i] == 0 ? RetentionDayColumns.Unknown : day)];
        var expected = new Fate[Records];
        Evaluator.FatesOf(new RetentionDayColumns(DataSets, Memories([Days[0], second])), expected, LaneWidth.Scalar);

        foreach (var width in Enum.GetValues<LaneWidth>().Where(LaneWidths.IsSupported))
        {
            var fates = new Fate[Records];
            Evaluator.FatesOf(new RetentionDayColumns(DataSets, Memories([Days[0], second])), fates, width);
            fates.AsSpan().SequenceEqual(expected).ShouldBeTrue();
        }

        expected.Where((_, i) => DataSets[i] == 0).Count(fate => fate == Fate.Undetermined).ShouldBeLessThan(Records / 10);
    }

    private static Fate[] FatesOf(RetentionBatch batch, int threads)
    {
        var fates = new Fate[Records];
        Evaluator.FatesOf(batch, fates, threads);
        return fates;
    }

    private static ReadOnlyMemory<T>[] Memories<T>(T[][] columns) => [.. columns.Select(column => new ReadOnlyMemory<T>(column))];

    private static ushort DayOf(int record, int step) => (record % 50) switch
    {
        3 => RetentionDayColumns.NotHappened,
        4 => RetentionDayColumns.Unknown,
        _ => RetentionDayColumns.DayOf(First.PlusDays(record * step % 2_300)),
    };

    private static ReadOnlyMemory<int>[] Wide() => Memories<int>([.. Days.Select(column => column.Select(day => day switch
    {
        RetentionDayColumns.NotHappened => RetentionDayColumns.NotHappenedWide,
        RetentionDayColumns.Unknown => RetentionDayColumns.UnknownWide,
        _ => day,
    }).ToArray())]);

    private static ReadOnlyMemory<long>[] Instants() => Memories<long>([.. Days.Select(column => column.Select(day => day switch
    {
        RetentionDayColumns.NotHappened => RetentionColumns.NotHappened,
        RetentionDayColumns.Unknown => RetentionColumns.Unknown,
        _ => new LocalDate(1949, 12, 31).PlusDays(day).At(new LocalTime(12, 0)).InUtc().ToInstant().ToUnixTimeTicks(),
    }).ToArray())]);

    private static GdprPolicy Policy() => new()
    {
        Policy = "batches",
        Controllers = new Dictionary<string, Controller> { ["example"] = new() { TimeZone = "Europe/Stockholm" } },
        Systems = new Dictionary<string, DataSystem>
        {
            ["crm"] = new() { DataSets = new Dictionary<string, DataSet> { ["customers"] = TwoTriggers(), ["tickets"] = TwoTriggers() } },
        },
        Activities = new Dictionary<string, Activity>
        {
            ["service"] = ActivityOf("service-provision", "crm.customers", "P24M", "first"),
            ["support"] = ActivityOf("support", "crm.tickets", "P13M", "second"),
            ["follow-up"] = ActivityOf("follow-up", "crm.tickets", "P36M", "first"),
        },
    };

    private static Activity ActivityOf(string purpose, string data, string keep, string after) => new()
    {
        Purpose = purpose,
        Basis = new LawfulBasis { Contract = new ContractBasis() },
        Data = [data],
        Retention = RetentionRule.KeepFor(keep, after),
    };

    private static DataSet TwoTriggers() => new()
    {
        Triggers = new[] { "first", "second" }.ToDictionary(trigger => trigger, _ => new Trigger { WhenNull = WhenNull.Unknown }),
        Fields = new Dictionary<string, DataField> { ["email"] = new() { Category = "contact.email" } },
    };
}
