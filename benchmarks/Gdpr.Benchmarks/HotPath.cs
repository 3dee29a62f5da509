using System.Diagnostics;
using System.Globalization;
using Gdpr.Retention;
using Gdpr.Retention.Columns;

namespace Gdpr.Benchmarks;

/// <summary>The library's columns against C in the same process: a call of the one, a call of the other, on records that both must judge alike.</summary>
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

    private const int Pairs = 301;
    private const int NaiveRecords = 10_000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public static void Run()
    {
        Console.WriteLine($"{LaneWidths.Widest}, {Environment.ProcessorCount} processors");
        foreach (var records in (int[])[Few, Many])
        {
            var workload = new HotWorkload(records);
            using var c = new CReference(workload.RuleSets);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"\n{records} records\n\n| library | ns a record | other | ns a record | times as fast, median of pairs (quartiles) |\n|---|---|---|---|---|"));
            new Comparison(workload).Run(c);
        }
    }

    /// <summary>The comparisons over some records.</summary>
    private sealed class Comparison(HotWorkload workload)
    {
        private readonly int _records = workload.DataSets.Length;
        private readonly Fate[] _expected = new Fate[workload.DataSets.Length];
        private readonly Fate[] _fates = new Fate[workload.DataSets.Length];

        public void Run(CReference c)
        {
            workload.Naive(_expected, 0, _records);
            var obvious = new Side("C, rule after rule", c.Instants("hot_scalar", workload));
            var scalar = Best([obvious, new("C, four comparisons", c.Instants("hot_scalar_tables", workload))]);
            var avx2 = Best(
            [
                new("C, AVX2, by kinds of rules", c.Instants("hot_avx2_kinds", workload, withoutAvx512: true)),
                new("C, AVX2, by kinds of rules, fetched ahead", c.Instants("hot_avx2_kinds_fetched", workload, withoutAvx512: true)),
                new("C, AVX2, by gathers", c.Instants("hot_avx2_gathers", workload, withoutAvx512: true)),
            ]);
            var best = avx2;
            Compare(Instants(LaneWidth.Scalar), obvious);
            Compare(Instants(LaneWidth.Scalar), scalar);
            Compare(Instants(LaneWidth.Lanes128), avx2);
            Compare(Instants(LaneWidth.Lanes256), avx2);
            if (LaneWidths.IsSupported(LaneWidth.Lanes512))
            {
                best = Best(
                [
                    new("C, AVX-512, by kinds of rules", c.Instants("hot_avx512_kinds", workload)),
                    new("C, AVX-512, by differences", c.Instants("hot_avx512_differences", workload)),
                    new("C, AVX-512, by differences, fetched ahead", c.Instants("hot_avx512_differences_fetched", workload)),
                    new("C, AVX-512, by rules", c.Instants("hot_avx512_instants", workload)),
                    new("C, AVX-512, by words", c.Instants("hot_avx512_words", workload)),
                ]);
                Compare(Instants(LaneWidth.Lanes512), best);
                Compare(Days(LaneWidth.Lanes512), Best(
                [
                    new("C, AVX-512, days by kinds of rules", c.Days("hot_avx512_days_kinds", workload)),
                    new("C, AVX-512, days by rules", c.Days("hot_avx512_days", workload)),
                ]));
            }

            Compare(Days(LaneWidths.Widest), best);
            var naive = new Side("NodaTime, record by record", workload.Naive);
            Compare(Instants(LaneWidth.Scalar), naive, NaiveRecords);
            Compare(Instants(LaneWidths.Widest), naive, NaiveRecords);
            Compare(Days(LaneWidths.Widest), naive, NaiveRecords);
            if (_records > Few && Environment.ProcessorCount > 1)
            {
                Compare(new Side("instants, two threads", workload.OverInstants(threads: 2)), new Side("instants, one thread", workload.OverInstants(threads: 1)), _records);
                Compare(new Side("days, two threads", workload.OverDays(threads: 2)), new Side("days, one thread", workload.OverDays(threads: 1)), _records);
            }
        }

        private Side Instants(LaneWidth width) => new($"instants, {width}", workload.OverInstants(width));

        private Side Days(LaneWidth width) => new($"days, {width}", workload.OverDays(width));

        /// <summary>The fastest of some.</summary>
        private Side Best(Side[] sides)
        {
            return sides.MinBy(side =>
            {
                Check(side);
                var times = new double[Pairs / 4];
                for (var i = 0; i < times.Length; i++)
                {
                    times[i] = Time(side, i, Slice);
                }

                return Quantile(times, 0.5);
            });
        }

        private void Compare(Side ours, Side other, int otherRecords = Slice)
        {
            if (ours.Name.Contains(nameof(LaneWidth.Lanes128), StringComparison.Ordinal) && !LaneWidths.IsSupported(LaneWidth.Lanes128))
            {
                return;
            }

            Check(ours);
            Check(other);
            var ownRecords = Math.Max(Slice, otherRecords);
            var pairs = otherRecords > Slice ? Pairs / 12 : Pairs;
            var since = Stopwatch.StartNew();
            for (var i = 0; since.Elapsed < WarmUp; i++)
            {
                Time(ours, i, ownRecords);
                Time(other, i, otherRecords);
            }

            var (own, others, ratios) = (new double[pairs], new double[pairs], new double[pairs]);
            for (var i = 0; i < pairs; i++)
            {
                // Each side comes first as often as the other.
                var half = _records / otherRecords / 2;
                (own[i], others[i]) = i % 2 == 0
                    ? (Time(ours, i, ownRecords), Time(other, i + half, otherRecords))
                    : Swap(Time(other, i + half, otherRecords), Time(ours, i, ownRecords));
                ratios[i] = others[i] / own[i];
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {ours.Name} | {Quantile(own, 0.5):F3} | {other.Name} | {Quantile(others, 0.5):F3} | {Quantile(ratios, 0.5):F2} ({Quantile(ratios, 0.25):F2}-{Quantile(ratios, 0.75):F2}) |"));
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
        private double Time(Side side, int slice, int records)
        {
            var count = Math.Min(_records, records);
            var rounds = count == Few ? Rounds : 1;
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
