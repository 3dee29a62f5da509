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
    case ["sweep"]:
        await SweepComparison.RunAsync();
        break;
    case ["journal"]:
        await JournalComparison.RunAsync();
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(HouseConfig).Assembly).Run(args, new HouseConfig());
        break;
}
