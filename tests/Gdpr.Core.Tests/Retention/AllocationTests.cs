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
