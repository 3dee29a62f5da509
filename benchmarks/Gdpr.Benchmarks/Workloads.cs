using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Benchmarks;

/// <summary>Policies and records that the benchmarks share. The same seed gives the same ones.</summary>
internal static class Workloads
{
    /// <summary>The triggers of every data set.</summary>
    public const int Triggers = 3;

    private const int Seed = 20_260_101;

    /// <summary>The instant at which everything is judged.</summary>
    public static Instant Now { get; } = Instant.FromUtc(2026, 6, 15, 9, 30);

    /// <summary>The zone of every controller.</summary>
    public static DateTimeZone Zone { get; } = DateTimeZoneProviders.Tzdb["Europe/Stockholm"];

    /// <summary>Rules of one data set: each from a month to ten years after one of three triggers, one in five an obligation.</summary>
    public static NaiveRule[] Rules(int count, int seed)
    {
        var random = new Random(Seed + seed);
        var rules = new NaiveRule[count];
        for (var i = 0; i < count; i++)
        {
            var kind = random.Next(5) == 0 ? RuleKind.Obligation : RuleKind.Purpose;
            rules[i] = new NaiveRule(random.Next(Triggers), Period.FromMonths(random.Next(1, 121)), kind);
        }

        return rules;
    }

    /// <summary>A policy with one data set, <c>s.d0</c> and on, per list of rules.</summary>
    public static GdprPolicy PolicyOf(IReadOnlyList<NaiveRule[]> dataSets)
    {
        var activities = new Dictionary<string, Activity>();
        for (var dataSet = 0; dataSet < dataSets.Count; dataSet++)
        {
            for (var rule = 0; rule < dataSets[dataSet].Length; rule++)
            {
                activities.Add($"a{dataSet}-{rule}", ActivityOf(dataSets[dataSet][rule], $"s.d{dataSet}", rule));
            }
        }

        return new GdprPolicy
        {
            Policy = "benchmark",
            Controllers = new Dictionary<string, Controller> { ["c"] = new() { TimeZone = Zone.Id } },
            Systems = new Dictionary<string, DataSystem>
            {
                ["s"] = new() { DataSets = Enumerable.Range(0, dataSets.Count).ToDictionary(index => $"d{index}", _ => DataSetOfThreeTriggers()) },
            },
            Activities = activities,
        };
    }

    private static Activity ActivityOf(NaiveRule rule, string dataSet, int index) => new()
    {
        Purpose = $"p{index}",
        Basis = rule.Kind == RuleKind.Obligation
            ? new LawfulBasis { LegalObligation = new LegalObligationBasis { Law = "law" } }
            : new LawfulBasis { Contract = new ContractBasis() },
        Data = [dataSet],
        Retention = new RetentionRule { Keep = CalendarPeriod.FromMonths(rule.Period.Months), After = $"t{rule.Trigger}" },
    };

    private static DataSet DataSetOfThreeTriggers() => new()
    {
        Subject = "customer",
        Triggers = Enumerable.Range(0, Triggers).ToDictionary(index => $"t{index}", _ => new Trigger { WhenNull = WhenNull.NotHappened }),
        Fields = new Dictionary<string, DataField> { ["email"] = new() { Category = "contact.email" }, ["name"] = new() { Category = "identity.name" } },
    };
}
