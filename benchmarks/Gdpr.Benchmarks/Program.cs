using System.Globalization;
using BenchmarkDotNet.Running;
using Gdpr.Benchmarks;

switch (args)
{
    case ["interleaved"]:
        Interleaved.Run();
        break;
    case ["hot"]:
        HotPath.Run();
        break;
    case ["duckdb", var packages]:
        HotDuckDb.Run(packages, Path.Combine("benchmarks", "reference", "duckdb.mjs"));
        break;
    case ["sweep"]:
        await SweepComparison.RunAsync([100_000, 1_000_000]);
        break;
    case ["sweep", var rows]:
        await SweepComparison.RunAsync([int.Parse(rows, CultureInfo.InvariantCulture)]);
        break;
    case ["postgres", .. var sizes]:
        await PostgresComparison.RunAsync(sizes);
        break;
    case ["efcore", .. var sizes]:
        await PostgresComparison.RunAsync(sizes, isEfCore: true);
        break;
    case ["gate"]:
        await GateComparison.RunAsync();
        break;
    case ["journal"]:
        await JournalComparison.RunAsync();
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(HouseConfig).Assembly).Run(args, new HouseConfig());
        break;
}
