using BenchmarkDotNet.Running;
using Gdpr.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(HouseConfig).Assembly).Run(args, new HouseConfig());
