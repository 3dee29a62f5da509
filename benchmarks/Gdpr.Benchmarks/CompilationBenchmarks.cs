using BenchmarkDotNet.Attributes;
using Gdpr.Policies;
using Gdpr.Retention;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Benchmarks;

/// <summary>From a policy to a schedule, and from a schedule to the evaluator for an instant.</summary>
public class CompilationBenchmarks
{
    private const int RulesPerDataSet = 4;

    private GdprPolicy _policy = null!;
    private SupersededPolicy[] _earlier = null!;
    private RetentionSchedule _schedule = null!;

    /// <summary>How many rules the policy has, four to a data set.</summary>
    [Params(10, 100, 1_000)]
    public int Rules { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _policy = PolicyOf(Rules);
        _earlier = [.. Enumerable.Range(1, 3).Select(year => new SupersededPolicy(PolicyOf(Rules), Workloads.Now - Duration.FromDays(365 * year)))];
        _schedule = RetentionSchedule.Compile(_policy);
    }

    [Benchmark(Baseline = true)]
    public RetentionSchedule Compile() => RetentionSchedule.Compile(_policy);

    [Benchmark]
    public RetentionSchedule CompileAfterThreeVersions() => RetentionSchedule.Compile(_policy, _earlier);

    [Benchmark]
    public RetentionEvaluator At() => _schedule.At(Workloads.Now);

    private static GdprPolicy PolicyOf(int rules) => Workloads.PolicyOf(
        [.. Enumerable.Range(0, rules).Chunk(RulesPerDataSet).Select((chunk, index) => Workloads.Rules(chunk.Length, seed: index))]);
}
