using System.Diagnostics;
using System.Globalization;
using Gdpr.Retention;
using Gdpr.Retention.Columns;

namespace Gdpr.Benchmarks;

/// <summary>The library's columns against C in the same process: a call of the one, a call of the other, on the same records, which both must judge alike.</summary>
internal static class HotPath
{
    /// <summary>More than any cache of one's own holds.</summary>
    private const int Many = 10_000_000;

    /// <summary>What the second cache holds.</summary>
    private const int Few = 16_384;

    /// <summary>How many of the many are judged in one measurement. The two sides judge different ones, so that neither finds what the other has just read.</summary>
    private const int Slice = 500_000;

    /// <summary>How often the few are judged in one measurement: a fraction of the time for which a busy machine lets one work.</summary>
    private const int Rounds = 8;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public static void Run(int pairs)
    {
        Console.WriteLine($"widest: {LaneWidths.Widest}");
        foreach (var records in (int[])[Few, Many])
        {
            var workload = new HotWorkload(records);
            using var c = new CReference(workload.RuleSets);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{records} records"));
            new Comparison(workload, pairs).Run(c);
        }
    }

    /// <summary>The comparisons over some records.</summary>
    private sealed class Comparison(HotWorkload workload, int pairs)
    {
        private readonly int _records = workload.DataSets.Length;
        private readonly Fate[] _expected = new Fate[workload.DataSets.Length];
        private readonly Fate[] _fates = new Fate[workload.DataSets.Length];

        public void Run(CReference c)
        {
            workload.Naive(_expected, 0, _records);
            var scalar = new Side("C scalar, rule after rule", c.Instants("hot_scalar", workload));
            var tables = new Side("C scalar, four comparisons", c.Instants("hot_scalar_tables", workload));
            Compare(new Side("scalar", workload.OverInstants(LaneWidth.Scalar)), scalar);
            Compare(new Side("scalar", workload.OverInstants(LaneWidth.Scalar)), tables);
            Side[] avx2 = [new("C AVX2", c.Instants("hot_avx2_kinds", workload, withoutAvx512: true)), new("C AVX2 by gathers", c.Instants("hot_avx2_gathers", workload, withoutAvx512: true))];
            Side[] avx512 = !c.Has("hot_avx512_instants") ? [] :
            [
                new("C AVX-512 by kind", c.Instants("hot_avx512_kinds", workload)),
                new("C AVX-512 by differences", c.Instants("hot_avx512_differences", workload)),
                new("C AVX-512 by rule", c.Instants("hot_avx512_instants", workload)),
                new("C AVX-512 by words", c.Instants("hot_avx512_words", workload)),
            ];
            Side[] avx512Days = !c.Has("hot_avx512_days") ? [] :
            [
                new("C AVX-512 days by kind", c.Days("hot_avx512_days_kinds", workload)),
                new("C AVX-512 days by rule", c.Days("hot_avx512_days", workload)),
            ];
            foreach (var width in Enum.GetValues<LaneWidth>().Where(width => width != LaneWidth.Scalar && LaneWidths.IsSupported(width)))
            {
                foreach (var other in width == LaneWidth.Lanes512 ? avx512 : avx2)
                {
                    Compare(new Side($"{width} instants", workload.OverInstants(width)), other);
                }

                Compare(new Side($"{width} days", workload.OverDays(width)), (width == LaneWidth.Lanes512 ? avx512 : avx2)[0]);
            }

            foreach (var other in avx512Days)
            {
                Compare(new Side("Lanes512 days", workload.OverDays(LaneWidth.Lanes512)), other);
            }
        }

        private void Compare(Side ours, Side other)
        {
            Check(ours);
            Check(other);
            var since = Stopwatch.StartNew();
            for (var i = 0; since.Elapsed < WarmUp; i++)
            {
                Time(ours, i);
                Time(other, i);
            }

            var (own, others, ratios) = (new double[pairs], new double[pairs], new double[pairs]);
            for (var i = 0; i < pairs; i++)
            {
                // Each side comes first as often as the other.
                var half = _records / Slice / 2;
                (own[i], others[i]) = i % 2 == 0 ? (Time(ours, i), Time(other, i + half)) : Swap(Time(other, i + half), Time(ours, i));
                ratios[i] = others[i] / own[i];
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {ours.Name} | {Quantile(own, 0.5):F3} | {other.Name} | {Quantile(others, 0.5):F3} | {Quantile(ratios, 0.5):F2} ({Quantile(ratios, 0.25):F2}-{Quantile(ratios, 0.75):F2}) | {Quantile(others, 0.1) / Quantile(own, 0.1):F2} |"));
        }

        private void Check(Side side)
        {
            Array.Clear(_fates);
            side.Judge(_fates, 0, _records);
            if (!_fates.AsSpan().SequenceEqual(_expected))
            {
                var at = _fates.AsSpan().CommonPrefixLength(_expected);
                throw new InvalidOperationException($"{side.Name} gives record {at} the fate {_fates[at]}, NodaTime {_expected[at]}.");
            }
        }

        /// <summary>Nanoseconds per record.</summary>
        private double Time(Side side, int slice)
        {
            var count = Math.Min(_records, Slice);
            var rounds = _records <= Few ? Rounds : 1;
            var from = slice % (_records / count) * count;
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < rounds; i++)
            {
                side.Judge(_fates, from, count);
            }

            return Stopwatch.GetElapsedTime(start).TotalNanoseconds / rounds / count;
        }

        private static (double Own, double Other) Swap(double other, double own) => (own, other);

        private static double Quantile(double[] values, double part) => values.Order().ElementAt((int)(part * (values.Length - 1)));
    }

    /// <summary>One side of a comparison.</summary>
    private readonly record struct Side(string Name, Judge Judge);
}
