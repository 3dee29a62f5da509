using FsCheck;
using FsCheck.Fluent;
using Gdpr.Core.Tests.Time;
using Gdpr.Policies;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

public sealed class ColumnsTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 6, 15, 12, 0);

    /// <summary>The first instant of 15 March 2026 in Stockholm: what happened before it was more than three months ago on 15 June.</summary>
    private static readonly long Cutoff = Instant.FromUtc(2026, 3, 14, 23, 0).ToUnixTimeTicks();

    private static RetentionEvaluator Evaluator { get; } = RetentionSchedule.Compile(TwoDataSets()).At(Now);

    [Fact]
    public void Columns_give_every_record_the_fate_that_it_has_by_itself()
    {
        Func<ColumnsCase, bool> property = given =>
        {
            var evaluator = RetentionSchedule.Compile(given.Policy).At(given.Now);
            var expected = given.Records.Select(record => record.FateBySelf(evaluator, given.AssumeConsent)).ToArray();

            var fates = FatesOf(evaluator, given.Records, given.AssumeConsent);

            return fates.AsSpan().SequenceEqual(expected) && BySingleDataSet(evaluator, given).AsSpan().SequenceEqual(expected);
        };

        property.ShouldHoldFor(ColumnsCase.Cases, count: 2_000);
    }

    [Fact]
    public void Generated_records_have_every_fate_and_are_decided_both_with_and_without_unknowns()
    {
        var fates = ColumnsCase.Cases.Sample(300).SelectMany(given =>
            FatesOf(RetentionSchedule.Compile(given.Policy).At(given.Now), given.Records, given.AssumeConsent)).ToHashSet();

        fates.ShouldBe([Fate.Keep, Fate.Undetermined, Fate.Restrict, Fate.Anonymise, Fate.Erase], ignoreOrder: true);
    }

    [Theory]
    [InlineData(0, Fate.Keep)]
    [InlineData(-1, Fate.Erase)]
    [InlineData(NodaConstants.TicksPerDay, Fate.Keep)]
    [InlineData(-NodaConstants.TicksPerDay, Fate.Erase)]
    public void An_instant_is_past_from_one_tick_before_the_cutoff(long beside, Fate fate)
    {
        FatesOf(Evaluator, [new ColumnsRecord(0, [Cutoff + beside, 0, 0], RecordFlags.None, RecordFlags.None)])
            .ShouldBe([fate]);
    }

    [Theory]
    [InlineData(RetentionColumns.NotHappened, Fate.Keep)]
    [InlineData(RetentionColumns.Unknown, Fate.Undetermined)]
    [InlineData(RetentionColumns.NotHappened - 1, Fate.Keep)]
    [InlineData(RetentionColumns.Unknown + 1, Fate.Erase)]
    public void The_two_sentinels_are_no_instants(long value, Fate fate)
    {
        FatesOf(Evaluator, [new ColumnsRecord(0, [value, 0, 0], RecordFlags.None, RecordFlags.None)]).ShouldBe([fate]);
    }

    [Fact]
    public void Columns_beyond_the_triggers_of_a_data_set_are_not_looked_at()
    {
        FatesOf(Evaluator, [new ColumnsRecord(0, [Cutoff, RetentionColumns.Unknown, RetentionColumns.Unknown], RecordFlags.None, RecordFlags.None)])
            .ShouldBe([Fate.Keep]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(170)]
    [InlineData(171)]
    [InlineData(1_000)]
    public void Every_record_of_a_long_column_is_judged(int count)
    {
        var records = Enumerable.Range(0, count)
            .Select(i => new ColumnsRecord((byte)(i % 2), [Cutoff - 500 + i, Cutoff - i, RetentionColumns.NotHappened], i % 100 == 7 ? RecordFlags.Hold : RecordFlags.None, RecordFlags.None))
            .ToArray();

        FatesOf(Evaluator, records).ShouldBe(records.Select(record => record.FateBySelf(Evaluator, assumeConsent: false)));
    }

    [Fact]
    public void Columns_of_one_data_set_need_not_name_it_record_by_record()
    {
        long[] ended = [Cutoff, Cutoff - 1, RetentionColumns.NotHappened];
        var fates = new Fate[3];

        Evaluator.FatesOf(new RetentionColumns(Evaluator.Schedule.DataSet("crm.customers"), [ended]), fates);

        fates.ShouldBe([Fate.Keep, Fate.Erase, Fate.Keep]);
    }

    [Fact]
    public void Consent_is_unknown_unless_the_caller_takes_it_as_given()
    {
        var subscribers = Evaluator.Schedule.DataSet("crm.subscribers");
        var fates = new Fate[2];
        RecordFlags[] flags = [RecordFlags.None, RecordFlags.ErasureGranted];
        ReadOnlyMemory<long>[] triggers = [new long[2], new long[2], new long[2]];

        Evaluator.FatesOf(new RetentionColumns(subscribers, triggers) { Flags = flags }, fates);
        fates.ShouldBe([Fate.Undetermined, Fate.Erase]);

        Evaluator.FatesOf(new RetentionColumns(subscribers, triggers) { Flags = flags, AssumeConsent = true }, fates);
        fates.ShouldBe([Fate.Keep, Fate.Erase]);
    }

    [Fact]
    public void Columns_that_are_not_as_long_as_the_fates_are_refused()
    {
        var customers = Evaluator.Schedule.DataSet("crm.customers");
        ReadOnlyMemory<long>[] two = [new long[2]];

        Should.Throw<ArgumentException>(() => Evaluator.FatesOf(new RetentionColumns(customers, two), new Fate[3])).Message.ShouldContain("3");
        Should.Throw<ArgumentException>(() => Evaluator.FatesOf(new RetentionColumns(customers, two) { Flags = new RecordFlags[1] }, new Fate[2]));
        Should.Throw<ArgumentException>(() => Evaluator.FatesOf(new RetentionColumns(customers, two) { UnknownFlags = new RecordFlags[3] }, new Fate[2]));
        Should.Throw<ArgumentException>(() => Evaluator.FatesOf(new RetentionColumns(new byte[1], two), new Fate[2]));
    }

    [Fact]
    public void A_record_that_names_no_data_set_of_the_schedule_is_refused()
    {
        Should.Throw<ArgumentException>(() => FatesOf(Evaluator, [new ColumnsRecord(2, [0, 0, 0], RecordFlags.None, RecordFlags.None)]))
            .Message.ShouldContain("data set 2");
        Should.Throw<ArgumentException>(() =>
            Evaluator.FatesOf(new RetentionColumns(RetentionSchedule.Compile(TwoDataSets()).DataSet("crm.customers"), [new long[1]]), new Fate[1]))
            .Message.ShouldContain("schedule");
    }

    [Fact]
    public void A_data_set_with_more_triggers_than_columns_is_refused()
    {
        Should.Throw<ArgumentException>(() => FatesOf(Evaluator, [new ColumnsRecord(1, [0, 0], RecordFlags.None, RecordFlags.None)]))
            .Message.ShouldContain("crm.subscribers");
    }

    [Fact]
    public void The_default_describes_no_records()
    {
        Evaluator.FatesOf(default(RetentionColumns), []);
        Evaluator.FatesOf(default(RetentionDayColumns), []);

        Should.Throw<ArgumentException>(() => Evaluator.FatesOf(default(RetentionColumns), new Fate[1]));
        Should.Throw<ArgumentException>(() => Evaluator.FatesOf(default(RetentionDayColumns), new Fate[1]));
    }

    /// <summary>The same fates, asked for one data set after the other.</summary>
    private static Fate[] BySingleDataSet(RetentionEvaluator evaluator, ColumnsCase given)
    {
        var fates = new Fate[given.Records.Length];
        foreach (var indexes in Enumerable.Range(0, fates.Length).GroupBy(i => given.Records[i].DataSet))
        {
            var dataSet = evaluator.Schedule.DataSets[indexes.Key];
            var records = indexes.Select(i => given.Records[i]).ToArray();
            var some = new Fate[records.Length];
            evaluator.FatesOf(
                new RetentionColumns(dataSet, ColumnsOf(records, dataSet.Triggers.Count))
                {
                    Flags = records.Select(record => record.Stated).ToArray(),
                    UnknownFlags = records.Select(record => record.Unknown).ToArray(),
                    AssumeConsent = given.AssumeConsent,
                },
                some);
            foreach (var (i, fate) in indexes.Zip(some))
            {
                fates[i] = fate;
            }
        }

        return fates;
    }

    private static ReadOnlyMemory<long>[] ColumnsOf(ColumnsRecord[] records, int count) =>
        [.. Enumerable.Range(0, count).Select(trigger => new ReadOnlyMemory<long>([.. records.Select(record => record.Values[trigger])]))];

    internal static Fate[] FatesOf(RetentionEvaluator evaluator, ColumnsRecord[] records, bool assumeConsent = false)
    {
        var width = records.Length == 0 ? 0 : records[0].Values.Length;
        var fates = new Fate[records.Length];
        evaluator.FatesOf(
            new RetentionColumns(
                records.Select(record => record.DataSet).ToArray(),
                ColumnsOf(records, width))
            {
                Flags = records.Select(record => record.Stated).ToArray(),
                UnknownFlags = records.Select(record => record.Unknown).ToArray(),
                AssumeConsent = assumeConsent,
            },
            fates);
        return fates;
    }

    private static GdprPolicy TwoDataSets() => new()
    {
        Policy = "columns",
        Controllers = new Dictionary<string, Controller> { ["example"] = new() { TimeZone = "Europe/Stockholm" } },
        Systems = new Dictionary<string, DataSystem>
        {
            ["crm"] = new()
            {
                DataSets = new Dictionary<string, DataSet>
                {
                    ["customers"] = DataSetWith("ended"),
                    ["subscribers"] = DataSetWith("first", "second", "third"),
                },
            },
        },
        Activities = new Dictionary<string, Activity>
        {
            ["service"] = new()
            {
                Purpose = "service-provision",
                Basis = new LawfulBasis { Contract = new ContractBasis() },
                Data = ["crm.customers"],
                Retention = RetentionRule.KeepFor("P3M", "ended"),
            },
            ["newsletter"] = new()
            {
                Purpose = "direct-marketing",
                Basis = new LawfulBasis { Consent = new ConsentBasis() },
                Data = ["crm.subscribers"],
                Retention = RetentionRule.WhileConsent(),
            },
        },
    };

    private static DataSet DataSetWith(params string[] triggers) => new()
    {
        Triggers = triggers.ToDictionary(trigger => trigger, _ => new Trigger { WhenNull = WhenNull.Unknown }),
        Fields = new Dictionary<string, DataField> { ["email"] = new() { Category = "contact.email" } },
    };
}
