using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gdpr.Retention;
using Gdpr.Retention.Columns;

namespace Gdpr.Benchmarks;

/// <summary>The library's columns against the best SQL that we know for DuckDB, on the same ten million records: each by itself, and both must count the same fates.</summary>
internal static class HotDuckDb
{
    private const int Records = 10_000_000;
    private const int Runs = 15;

    /// <summary>Measures both.</summary>
    /// <param name="packages">A folder into which <c>npm install @duckdb/node-api</c> has been run.</param>
    /// <param name="script"><c>benchmarks/reference/duckdb.mjs</c>.</param>
    public static void Run(string packages, string script)
    {
        var workload = new HotWorkload(Records);
        var folder = Directory.CreateTempSubdirectory("gdpr-duckdb-");
        try
        {
            Write(workload, folder.FullName);
            var theirs = Ask(packages, Path.GetFullPath(script), folder.FullName);
            var (counting, writing) = (theirs.GetProperty("counting").GetDouble(), theirs.GetProperty("writing").GetDouble());
            var fates = new Fate[Records];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"DuckDB, one thread: {writing:F1} ms to write the fates, {counting:F1} ms to count them"));
            foreach (var (name, judge) in new[] { ("instants", workload.OverInstants(LaneWidths.Widest)), ("days", workload.OverDays(LaneWidths.Widest)) })
            {
                var own = Measure(judge, fates);
                if (!theirs.GetProperty("fates").EnumerateArray().Select(row => (row[0].GetInt32(), row[1].GetInt32())).SequenceEqual(
                    fates.CountBy(fate => (int)fate).OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value))))
                {
                    throw new InvalidOperationException("The two sides differ.");
                }

                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}, {LaneWidths.Widest}: {own:F1} ms to write the fates, {writing / own:F1} times as fast as writing, {counting / own:F1} as counting"));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double Measure(Judge judge, Fate[] fates)
    {
        var times = new double[Runs];
        for (var i = -2; i < Runs; i++)
        {
            var start = Stopwatch.GetTimestamp();
            judge(fates, 0, Records);
            times[Math.Max(i, 0)] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return times.Order().ElementAt(Runs / 2);
    }

    private static JsonElement Ask(string packages, string script, string folder)
    {
        using var node = Process.Start(new ProcessStartInfo("node", [script, folder, $"{Runs}"]) { WorkingDirectory = packages, RedirectStandardOutput = true, UseShellExecute = false })!;
        var answer = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        return node.ExitCode == 0 ? JsonElement.Parse(answer) : throw new InvalidOperationException($"node ended with {node.ExitCode}.");
    }

    private static void Write(HotWorkload workload, string folder)
    {
        using (var records = new StreamWriter(Path.Combine(folder, "records.csv")))
        {
            records.WriteLine("set,facts,t0,t1,t2");
            for (var i = 0; i < Records; i++)
            {
                records.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{workload.DataSets[i]},{(int)workload.Flags[i]},{workload.Instants[0][i]},{workload.Instants[1][i]},{workload.Instants[2][i]}"));
            }
        }

        using var sets = new StreamWriter(Path.Combine(folder, "sets.csv"));
        sets.WriteLine("set,p0,p1,p2,o0,o1,o2");
        for (var set = 0; set < workload.RuleSets.Length; set++)
        {
            var firsts = new[] { false, true }.SelectMany(isObligation => Enumerable.Range(0, Workloads.Triggers).Select(trigger => workload.RuleSets[set]
                .Where(rule => rule.Trigger == trigger && rule.IsObligation == isObligation)
                .Min(rule => (long?)rule.Cutoff)));
            sets.WriteLine($"{set},{string.Join(',', firsts)}");
        }
    }
}
