using System.Diagnostics;
using System.Globalization;
using Gdpr.Retention;

namespace Gdpr.Benchmarks;

/// <summary>Both sides of each comparison in turn, in slices shorter than the machine's interruptions: gives steady ratios where other work runs beside.</summary>
internal static class Interleaved
{
    private const int Slices = 1_000;
    private const int Calls = 1_000;
    private const int Records = 20_000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    public static void Run()
    {
        foreach (var rules in (int[])[1, 4, 16])
        {
            var hot = new HotRecord(rules);
            Compare($"FateOf, {rules} rules", Calls, () => _ = Naive(hot), () => _ = FateOf(hot));
            Compare($"Evaluate, {rules} rules", Calls, () => _ = NaiveDecision(hot), () => _ = Evaluate(hot));
        }

        foreach (var records in (int[])[1_000_000, 10_000_000])
        {
            var workload = new ColumnsWorkload(records);
            var fates = new Fate[records];
            var next = 0;
            Check(workload, fates);
            Compare(
                $"FatesOf, {records} records",
                Records,
                () => workload.Naive(fates.AsSpan(), next % records, Records),
                () => workload.Columns(fates.AsSpan(), (next += Records) % records, Records));
        }
    }

    private static void Check(ColumnsWorkload workload, Fate[] fates)
    {
        var naive = new Fate[fates.Length];
        workload.Naive(naive);
        workload.Columns(fates);
        if (!naive.AsSpan().SequenceEqual(fates))
        {
            throw new InvalidOperationException("The two sides differ.");
        }
    }

    private static void Compare(string name, int operations, Action naive, Action ours)
    {
        var since = Stopwatch.StartNew();
        while (since.Elapsed < WarmUp)
        {
            naive();
            ours();
        }

        var (naives, own) = (new double[Slices], new double[Slices]);
        for (var i = 0; i < Slices; i++)
        {
            naives[i] = Time(naive) / operations;
            own[i] = Time(ours) / operations;
        }

        Array.Sort(naives);
        Array.Sort(own);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: NodaTime {Tenth(naives):F1} ns (median {Median(naives):F1}), ours {Tenth(own):F2} ns (median {Median(own):F2}); ratio of tenths {Tenth(naives) / Tenth(own):F1}, of medians {Median(naives) / Median(own):F1}"));

        static double Tenth(double[] sorted) => sorted[Slices / 10];
        static double Median(double[] sorted) => sorted[Slices / 2];
    }

    private static double Time(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    private static int Naive(HotRecord hot)
    {
        var fates = 0;
        for (var i = 0; i < Calls; i++)
        {
            fates += (int)hot.Naive.FateOf(hot.Rules, hot.Events, RecordFlags.None);
        }

        return fates;
    }

    private static int FateOf(HotRecord hot)
    {
        var record = new RetentionRecord(hot.DataSet, hot.Triggers);
        var fates = 0;
        for (var i = 0; i < Calls; i++)
        {
            fates += (int)hot.Evaluator.FateOf(record);
        }

        return fates;
    }

    private static int NaiveDecision(HotRecord hot)
    {
        var days = 0;
        for (var i = 0; i < Calls; i++)
        {
            days += hot.Naive.Evaluate(hot.Rules, hot.Events, RecordFlags.None).Due?.Day ?? 0;
        }

        return days;
    }

    private static int Evaluate(HotRecord hot)
    {
        var record = new RetentionRecord(hot.DataSet, hot.Triggers);
        var days = 0;
        for (var i = 0; i < Calls; i++)
        {
            days += hot.Evaluator.Evaluate(record).Due?.Day ?? 0;
        }

        return days;
    }
}
