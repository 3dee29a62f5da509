using System.Diagnostics;
using Gdpr.CrashApp.Shop;
using Gdpr.Disposal;
using Gdpr.Files.Keys;
using Gdpr.PostgresServer;
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

    [PostgresFact]
    public async Task On_a_server_a_killed_process_is_replaced_within_twenty_seconds_of_real_time()
    {
        var keys = Path.GetTempFileName();
        File.Delete(keys);
        FileKeyRing.Create(keys);
        try
        {
            await using var world = await ServerWorld.CreateAsync(each: 100, keys, hasModel: false);
            var begun = Stopwatch.StartNew();
            using var worker = Worker.Start(world, CrashShop.Now, "sweep");
            await worker.ReadUntilAsync(nameof(IDisposalSource.DisposeAsync));
            (await worker.KillAsync()).ShouldBeTrue();
            var killed = Stopwatch.StartNew();

            // Every clock of the host runs as the wall's does.
            await using var next = world.Open(CrashShop.Now + Duration.FromTimeSpan(begun.Elapsed), batchSize: 50);
            (await next.SweepAsync()).ShouldAllBe(outcome => outcome.Status == SweepStatus.Completed);
            killed.Elapsed.ShouldBeLessThan(Life.ToTimeSpan(), "what it left has been done");
            (await world.EvidenceAsync()).Count.ShouldBe((4 * 100) - 4, "of each kind one is under a hold");
            while (killed.Elapsed < Life.ToTimeSpan())
            {
                await Task.Delay(100);
            }

            await next.PumpAsync();
            await next.ShouldBeWholeAsync("its plan is closed");
        }
        finally
        {
            File.Delete(keys);
        }
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
