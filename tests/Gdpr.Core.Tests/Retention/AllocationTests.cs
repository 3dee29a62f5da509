using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Core.Tests.Retention;

public sealed class AllocationTests
{
    private const int Calls = 10_000;

    private static readonly RetentionEvaluator Evaluator =
        RetentionSchedule.Compile(Policy()).At(Instant.FromUtc(2026, 6, 15, 12, 0));

    private static readonly TriggerValue[] Triggers =
        [TriggerValue.Missing, TriggerValue.On(new LocalDate(2024, 1, 31)), TriggerValue.At(Instant.FromUtc(2025, 12, 1, 9, 0))];

    [Fact]
    public void The_fate_of_a_record_allocates_nothing()
    {
        AllocatedBy(static () => Evaluator.FateOf(Record())).ShouldBe(0);
    }

    [Fact]
    public void A_decision_allocates_nothing()
    {
        AllocatedBy(static () => Evaluator.Evaluate(Record())).ShouldBe(0);
    }

    [Fact]
    public void The_fates_of_columns_allocate_nothing()
    {
        var customers = Evaluator.Schedule.DataSet("crm.customers");
        ReadOnlyMemory<long>[] triggers = [new long[] { 0, 1 }, new long[] { RetentionColumns.Unknown, 0 }, new long[] { RetentionColumns.NotHappened, 1 }];
        var fates = new Fate[2];

        AllocatedBy(() => Evaluator.FatesOf(new RetentionColumns(customers, triggers), fates)).ShouldBe(0);
    }

    [Fact]
    public void The_fates_of_columns_judged_side_by_side_allocate_nothing()
    {
        const int Records = 10_000;
        var customers = Evaluator.Schedule.DataSet("crm.customers");
        ReadOnlyMemory<long>[] triggers = [new long[Records], new long[Records], new long[Records]];
        ReadOnlyMemory<ushort>[] days = [new ushort[Records], new ushort[Records], new ushort[Records]];
        var fates = new Fate[Records];

        AllocatedBy(() => Evaluator.FatesOf(new RetentionColumns(customers, triggers), fates), calls: 10).ShouldBe(0);
        AllocatedBy(() => Evaluator.FatesOf(new RetentionDayColumns(customers, days), fates), calls: 10).ShouldBe(0);
    }

    [Fact]
    public void The_fate_of_each_field_group_allocates_nothing()
    {
        AllocatedBy(static () => Evaluator.EvaluateGroup(Record(), 0)).ShouldBe(0);
        AllocatedBy(static () => Evaluator.EvaluateGroup(Record(), 1)).ShouldBe(0);
    }

    [Fact]
    public void Whatever_is_known_of_a_record_its_fate_and_its_decision_allocate_nothing()
    {
        var customers = Evaluator.Schedule.DataSet("crm.customers");
        var (service, letters) = (customers.PurposeIndex("service-provision"), customers.PurposeIndex("direct-marketing"));
        RecordFacts[] all =
        [
            default(RecordFacts).With(RecordFlags.Hold), default(RecordFacts).With(RecordFlags.Restricted | RecordFlags.RequestOpen),
            default(RecordFacts).WithUnknown(RecordFlags.Hold), default(RecordFacts).With(PurposeFact.ObjectionPending, service),
            default(RecordFacts).With(PurposeFact.ConsentGiven, letters), default(RecordFacts).With(PurposeFact.ConsentWithdrawn, letters).With(RecordFlags.ErasureGranted),
        ];

        foreach (var facts in all)
        {
            AllocatedBy(() => Evaluator.FateOf(new RetentionRecord(customers, Triggers, facts)), calls: 100).ShouldBe(0, facts.ToString());
            AllocatedBy(() => Evaluator.Evaluate(new RetentionRecord(customers, Triggers, facts)), calls: 100).ShouldBe(0, facts.ToString());
        }
    }

    [Fact]
    public void What_is_not_known_allocates_nothing_either()
    {
        TriggerValue[] unknown = [TriggerValue.Unknown, TriggerValue.Missing, TriggerValue.NotHappened];

        AllocatedBy(() => Evaluator.FateOf(new RetentionRecord(Evaluator.Schedule.DataSet("crm.customers"), unknown))).ShouldBe(0);
        AllocatedBy(() => Evaluator.Evaluate(new RetentionRecord(Evaluator.Schedule.DataSet("crm.customers"), unknown))).ShouldBe(0);
    }

    [Fact]
    public void What_a_purpose_may_see_is_asked_without_allocation()
    {
        AllocatedBy(static () => Evaluator.IsVisible(Record(), "service-provision")).ShouldBe(0);
        AllocatedBy(static () => Evaluator.IsVisible(Record(), use: AllowedUse.LegalClaims)).ShouldBe(0);
    }

    [Fact]
    public void Columns_of_several_data_sets_with_facts_and_endings_allocate_nothing_in_any_form()
    {
        const int Records = 1_000;
        var (dataSets, flags, ended) = (new byte[Records], new RecordFlags[Records], new ulong[Records]);
        for (var i = 0; i < Records; i += 100)
        {
            (flags[i], ended[i]) = (RecordFlags.Hold, 1);
        }

        ReadOnlyMemory<long>[] instants = [new long[Records], new long[Records], new long[Records]];
        ReadOnlyMemory<ushort>[] days = [new ushort[Records], new ushort[Records], new ushort[Records]];
        ReadOnlyMemory<int>[] wide = [new int[Records], new int[Records], new int[Records]];
        var fates = new Fate[Records];
        foreach (var assumesConsent in new[] { false, true })
        {
            AllocatedBy(() => Evaluator.FatesOf(new RetentionColumns(dataSets, instants)
            { Flags = flags, UnknownFlags = flags, EndedPurposes = ended, AssumeConsent = assumesConsent }, fates), calls: 10).ShouldBe(0);
            AllocatedBy(() => Evaluator.FatesOf(new RetentionDayColumns(dataSets, days)
            { Flags = flags, UnknownFlags = flags, EndedPurposes = ended, AssumeConsent = assumesConsent }, fates), calls: 10).ShouldBe(0);
            AllocatedBy(() => Evaluator.FatesOf(new RetentionDayColumns(dataSets, wide)
            { Flags = flags, UnknownFlags = flags, EndedPurposes = ended, AssumeConsent = assumesConsent }, fates), calls: 10).ShouldBe(0);
        }
    }

    [Fact]
    public void A_batch_that_threads_share_allocates_a_little_for_each_hundred_thousand_records_and_nothing_for_each()
    {
        const int Records = 400_000;
        var batch = new RetentionBatch { DataSet = Evaluator.Schedule.DataSet("crm.customers"), Instants = [new long[Records], new long[Records], new long[Records]] };
        var fates = new Fate[Records];

        // By one thread, since what a thread takes is all that can be told from what other tests take.
        AllocatedBy(() => Evaluator.FatesOf(batch, fates, degreeOfParallelism: 1), calls: 1).ShouldBeLessThan(10_000);
    }

    private static RetentionRecord Record() => new(Evaluator.Schedule.DataSet("crm.customers"), Triggers);

    private static GdprPolicy Policy() => new()
    {
        Policy = "allocation",

        // A zone that no other test asks about: NodaTime remembers the offsets last asked for, zone by zone, and tests that run at the same time
        // would make it forget these.
        Controllers = new Dictionary<string, Controller> { ["example"] = new() { TimeZone = "Europe/Helsinki" } },
        Systems = new Dictionary<string, DataSystem>
        {
            ["crm"] = new()
            {
                DataSets = new Dictionary<string, DataSet>
                {
                    ["customers"] = new()
                    {
                        Triggers = new Dictionary<string, Trigger>
                        {
                            ["contract-ended"] = new() { WhenNull = WhenNull.NotHappened },
                            ["last-contact"] = new() { WhenNull = WhenNull.Unknown },
                            ["last-invoice"] = new() { WhenNull = WhenNull.NotHappened },
                        },
                        Fields = new Dictionary<string, DataField>
                        {
                            ["name"] = new() { Category = "identity.name", Disposal = Gdpr.Policies.Disposal.Restrict(CalendarPeriod.FromMonths(1), Gdpr.Policies.Disposal.Erase) },
                            ["email"] = new() { Category = "contact.email" },
                        },
                    },
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
                Retention = new RetentionRule
                {
                    Keep = CalendarPeriod.FromMonths(3),
                    After = "contract-ended",
                    Fallback = new RetentionRule
                    {
                        Keep = CalendarPeriod.FromMonths(24),
                        After = "last-contact",
                        Unless = RetentionRule.Evidence("P13M", "last-invoice"),
                    },
                },
            },
            ["newsletter"] = new()
            {
                Purpose = "direct-marketing",
                Basis = new LawfulBasis { Consent = new ConsentBasis() },
                Data = ["crm.customers.email"],
                Retention = RetentionRule.WhileConsent(),
            },
        },
    };

    private static long AllocatedBy(Action action, int calls = Calls)
    {
        action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < calls; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
