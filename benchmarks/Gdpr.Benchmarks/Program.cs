using BenchmarkDotNet.Running;
using Gdpr.Benchmarks;

if (args is ["interleaved"])
{
    Interleaved.Run();
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(HouseConfig).Assembly).Run(args, new HouseConfig());
