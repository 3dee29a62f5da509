using Gdpr.CrashApp.Shop;
using Gdpr.Disposal;
using Gdpr.Sources;
using NodaTime;

namespace Gdpr.Crash.Tests;

/// <summary>Several processes on the same databases.</summary>
public sealed class WorkerTests
{
    private static readonly Duration Life = Duration.FromSeconds(20);

    [Fact]
    public async Task Processes_that_sweep_the_same_databases_at_once_record_nothing_twice()
    {
        const int each = 60;
        using var world = await World.CreateAsync(each);
        using var alone = world.Copy();
        await using (var host = alone.Open(CrashShop.Now, batchSize: 50))
        {
            await host.SweepAsync();
        }

        using var first = Worker.Start(world, CrashShop.Now, "sweep");
        using var second = Worker.Start(world, CrashShop.Now, "sweep");
        string[] outcomes = [.. (await Task.WhenAll(first.EndAsync(), second.EndAsync())).SelectMany(output => output.Where(line => line.StartsWith('=')))];

        outcomes.ShouldAllBe(outcome => outcome.Contains(" Completed ", StringComparison.Ordinal) || outcome.Contains(" Busy ", StringComparison.Ordinal));
        world.Dump().ShouldBe(alone.Dump());
        world.Evidence().ShouldBe(alone.Evidence());
        await using var next = world.Open(CrashShop.Now);
        await next.ShouldBeWholeAsync("two at once");
    }

    [Fact]
    public async Task A_killed_process_is_replaced_once_its_lease_of_twenty_seconds_has_run_out()
    {
        using var world = await World.CreateAsync(each: 100);
        using var worker = Worker.Start(world, CrashShop.Now, "sweep");
        await worker.ReadUntilAsync(nameof(IDisposalSource.DisposeAsync));
        (await worker.KillAsync()).ShouldBeTrue();
        var age = worker.Age;

        await using (var early = world.Open(CrashShop.Now + Life - Duration.FromSeconds(10)))
        {
            (await early.Get<Sweep>().RunAsync()).DataSets.Count(dataSet => dataSet.Status == SweepStatus.Busy).ShouldBe(1);
        }

        await using var next = world.Open(CrashShop.Now + age + Life);
        (await next.Get<Sweep>().RunAsync()).IsComplete.ShouldBeTrue();
        await next.ShouldBeWholeAsync("replaced");
    }

    [Fact]
    public async Task A_process_that_has_ended_is_replaced_at_once()
    {
        using var world = await World.CreateAsync(each: 5);
        using var worker = Worker.Start(world, CrashShop.Now, "sweep");
        await worker.EndAsync();

        await using var next = world.Open(CrashShop.Now);
        (await next.Get<Sweep>().RunAsync()).IsComplete.ShouldBeTrue();
    }
}
