using Gdpr.Disposal;
using Gdpr.Retention;
using Gdpr.Subjects;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Files.Tests.Life;

/// <summary>The whole life of a file source, through the pump and the executor.</summary>
public sealed class FileLifeTests : IDisposable
{
    private readonly LogWorld _world = new();

    [Fact]
    public async Task Logs_are_previewed_approved_held_swept_and_released()
    {
        await using var process = _world.Open();
        await process.Work.PrepareAsync();
        var preview = await process.Sweep.PreviewAsync();
        var logs = preview.DataSets.Single(dataSet => dataSet.DataSet == "web.log").Survey!;
        (Counted(logs, Fate.Erase), Counted(logs, Fate.Keep), Counted(logs, Fate.Undetermined)).ShouldBe((5, 1, 1));

        (await process.PumpAsync()).DataSets.ShouldAllBe(dataSet => dataSet.Status == SweepStatus.NeedsApproval);
        _world.Logs.Files().Count.ShouldBe(10);

        await process.ApproveAsync();
        var held = LogWorld.NameOf(2);
        var hold = await process.Holds.PlaceAsync(Terms(held));
        hold.Phase.ShouldBe(HoldPhase.Placed);
        var report = await process.PumpAsync();

        report.DataSets.ShouldAllBe(dataSet => dataSet.Status == SweepStatus.Completed);
        _world.Logs.Files().ShouldBe(LogWorld.Left(held));
        report.DataSets.Sum(dataSet => dataSet.Done.Erased).ShouldBe(5);
        (await _world.TombstonesAsync()).ShouldBe(5);
        var (journalled, evident, records) = await _world.BatchesAsync();
        (records, journalled.Count).ShouldBe((5, 3));
        journalled.ShouldBe(evident);

        (await process.Holds.PlaceAsync(Terms(LogWorld.NameOf(1)))).Phase.ShouldBe(HoldPhase.Refused, "it is gone");
        (await process.Holds.ReleaseAsync(hold.Id, "legal-department")).Phase.ShouldBe(HoldPhase.Released);
        await process.PumpAsync();
        _world.Logs.Files().ShouldBe(LogWorld.Left());
        await _world.ShouldVerifyAsync();
    }

    [Fact]
    public async Task Whatever_step_of_the_source_a_process_ends_at_the_next_one_finishes_exactly()
    {
        await using (var process = _world.Open())
        {
            await process.ApproveAsync();
        }

        for (var end = 1; ; end++)
        {
            using var world = new LogWorld();
            var count = 0;
            await ApproveAsync(world);
            world.Step = _ =>
            {
                if (++count == end)
                {
                    throw new InvalidOperationException("The process ends here.");
                }
            };
            await RunAsync(world);
            if (count < end)
            {
                end.ShouldBeGreaterThan(20);
                break;
            }

            await ShouldFinishAsync(world, $"step {end}");
        }
    }

    [Theory]
    [InlineData("taken", 1, 10, 0)]
    [InlineData("removed", 1, 8, 2)]
    [InlineData("erase", 3, 8, 0)] // the batch before, of backups, was done
    public async Task Nothing_that_a_killed_batch_took_out_is_erased_by_a_preview_or_while_the_kill_switch_is_on(string end, int time, int there, int lyingApart)
    {
        await using (var process = _world.Open())
        {
            await process.ApproveAsync();
        }

        var taken = 0;
        _world.Step = step => _ = step == end && ++taken == time ? throw new InvalidOperationException("The process ends here.") : 0;
        await RunAsync(_world);
        _world.Step = static _ => { };
        await using var next = _world.Open();
        await next.Switch.TurnOnAsync("numbers look wrong", "operations");

        (await next.Evidence.VerifyAsync()).IsIntact.ShouldBeTrue("what the journal lacks of a plan that is still open is no fault");
        await next.Sweep.PreviewAsync();
        (await next.Holds.PlaceAsync(Terms(LogWorld.NameOf(4)))).Phase.ShouldBe(HoldPhase.Placed);
        await next.PumpAsync();

        _world.Logs.Files().Count.ShouldBe(there);
        Directory.EnumerateFiles(_world.Logs[".gdpr/logs/removed"], "*", SearchOption.AllDirectories).Count().ShouldBe(lyingApart);

        await next.Switch.TurnOffAsync("operations");
        _world.Clock.Advance(Duration.FromDays(2));
        await next.PumpAsync();
        _world.Logs.Files().ShouldBe(LogWorld.Left(LogWorld.NameOf(4)));
        Directory.GetFileSystemEntries(_world.Logs[".gdpr/logs/removed"]).ShouldBeEmpty();
        var (journalled, evident, _) = await _world.BatchesAsync();
        journalled.ShouldBe(evident);
        (await next.Evidence.VerifyAsync()).IsIntact.ShouldBeTrue();
        await _world.ShouldVerifyAsync();
    }

    [Fact]
    public async Task A_batch_that_somebody_adds_to_the_evidence_in_the_folder_is_found()
    {
        await using var process = _world.Open();
        await process.ApproveAsync();
        await process.Sweep.RunAsync();
        (await process.Evidence.VerifyAsync()).IsIntact.ShouldBeTrue();

        var file = Directory.EnumerateFiles(_world.Logs[".gdpr/logs/evidence"]).First();
        var forged = File.ReadLines(file).First().Replace("\"number\":1", "\"number\":91", StringComparison.Ordinal);
        await File.AppendAllTextAsync(file, forged + "\n");

        var fault = (await process.Evidence.VerifyAsync()).Faults.ShouldHaveSingleItem();
        (fault.Batch, fault.Kind).ShouldBe((91, EvidenceFaultKind.Unknown));
    }

    [Theory]
    [InlineData(FaultMoment.Before)]
    [InlineData(FaultMoment.After)]
    public async Task Whatever_call_of_the_executor_a_process_ends_at_the_next_one_finishes_exactly(FaultMoment moment)
    {
        using var whole = new LogWorld();
        await ApproveAsync(whole);
        whole.Faults.Reset();
        await RunAsync(whole);
        var calls = whole.Faults.Calls.Count;
        for (var call = 1; call <= calls; call++)
        {
            using var world = new LogWorld();
            await ApproveAsync(world);
            world.Faults.Reset();
            world.Faults.FailAt(call, moment, staysDown: true);
            await RunAsync(world);
            world.Faults.Reset();
            await ShouldFinishAsync(world, $"call {call}");
        }
    }

    [Fact]
    public async Task A_folder_restored_from_before_a_hold_does_not_lose_what_is_held()
    {
        using var backup = new TemporaryFolder();
        await using (var before = _world.Open())
        {
            await before.ApproveAsync();
            await before.Work.PrepareAsync();
        }

        Copy(_world.Logs.Path, backup["logs"]);
        await using var process = _world.Open();
        var held = LogWorld.NameOf(3);
        (await process.Holds.PlaceAsync(Terms(held))).Phase.ShouldBe(HoldPhase.Placed);
        await process.Sweep.RunAsync();
        Directory.Delete(_world.Logs.Path, recursive: true);
        Copy(backup["logs"], _world.Logs.Path);
        _world.Logs.Files().Count.ShouldBe(10);

        _world.Clock.Advance(Duration.FromDays(2));
        (await process.PumpAsync()).DataSets.ShouldAllBe(dataSet => dataSet.Status == SweepStatus.Completed);

        _world.Logs.Files().ShouldBe(LogWorld.Left(held));
        (await _world.TombstonesAsync()).ShouldBe(10, "what came back has gone again, under another day's tombstone");
    }

    [Fact]
    public async Task A_hold_that_somebody_takes_out_of_the_facts_is_put_again_before_anything_goes()
    {
        await using var process = _world.Open();
        await process.ApproveAsync();
        var held = LogWorld.NameOf(3);
        (await process.Holds.PlaceAsync(Terms(held))).Phase.ShouldBe(HoldPhase.Placed);
        var file = _world.Logs[".gdpr/logs/facts.json"];
        var text = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, text[..(text.IndexOf('[', StringComparison.Ordinal) + 1)] + text[text.LastIndexOf(']')..]);

        await process.Sweep.RunAsync();

        _world.Logs.Files().ShouldBe(LogWorld.Left(held));
    }

    [Fact]
    public async Task A_journal_behind_its_witness_stops_the_sweep_of_files_until_it_is_acknowledged()
    {
        await using (var process = _world.Open())
        {
            await process.ApproveAsync();
            await process.Holds.PlaceAsync(Terms(LogWorld.NameOf(0)));
            await process.Work.RunDueAsync(_world.Clock.GetCurrentInstant(), TimeSpan.Zero);
        }

        (_world.Journal, _world.States) = (new(), new());
        await using var next = _world.Open();
        (await next.PumpAsync()).DataSets.ShouldAllBe(dataSet => dataSet.Reason == SweepReasons.JournalBehindWitness);
        _world.Logs.Files().Count.ShouldBe(10);

        (await next.Sweep.AcknowledgeRestoreAsync("operations")).ShouldBeTrue();
        await next.ApproveAsync();
        (await next.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
        _world.Logs.Files().ShouldBe(LogWorld.Left(LogWorld.NameOf(0)), "the hold of the lost journal still stands beside the data");
    }

    [Fact]
    public async Task A_log_with_another_name_is_kept_and_listed_with_the_reason()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var elsewhere = new TemporaryFolder();
        await LinkAsync(_world.Logs[LogWorld.NameOf(1)], elsewhere["copy.log"]);
        await LinkAsync(_world.Logs["backups/old/1.bak"], _world.Logs["backups/fresh/shared.bak"]);
        await using var process = _world.Open();
        await process.ApproveAsync();

        var report = await process.PumpAsync();

        var logs = report.DataSets.Single(dataSet => dataSet.DataSet == "web.log");
        (logs.Status, logs.Done.Erased).ShouldBe((SweepStatus.NotReached, 4));
        logs.Detail!.ShouldContain("1 due files of 'web.log' have other names (hard links)");
        report.DataSets.Single(dataSet => dataSet.DataSet == "web.backups").Status.ShouldBe(SweepStatus.Completed, "a backup shares what has not changed");
        _world.Logs.Files().ShouldBe([.. LogWorld.Left(LogWorld.NameOf(1)).Append("backups/fresh/shared.bak").Order(StringComparer.Ordinal)]);

        File.Delete(elsewhere["copy.log"]);
        (await process.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
        _world.Logs.Files().ShouldNotContain(LogWorld.NameOf(1));
    }

    public void Dispose() => _world.Dispose();

    private static long Counted(Gdpr.Sources.DataSetSurvey survey, Fate fate) => survey.Lines.Where(line => line.Fate == fate).Sum(line => line.Records);

    private static HoldTerms Terms(string record) => new(
        "Matter", "Reason", "Approver", new LocalDate(2026, 11, 1), new LocalDate(2027, 2, 1),
        new HoldScope { DataSets = new HashSet<string> { "web.log" }, Records = new HashSet<string> { record } });

    private static async Task ApproveAsync(LogWorld world)
    {
        await using var process = world.Open();
        await process.ApproveAsync();
    }

    /// <summary>Runs in a process that may end on the way.</summary>
    private static async Task RunAsync(LogWorld world)
    {
        await using var process = world.Open();
        await process.PumpAsync();
    }

    private static async Task ShouldFinishAsync(LogWorld world, string because)
    {
        world.Step = static _ => { };
        world.Clock.Advance(Duration.FromDays(2));
        await using var next = world.Open();
        await next.PumpAsync();
        world.Logs.Files().ShouldBe(LogWorld.Left(), because);
        var (journalled, evident, records) = await world.BatchesAsync();
        journalled.ShouldBe(evident, because);
        records.ShouldBe(6, because);
        await world.ShouldVerifyAsync();
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static async Task LinkAsync(string file, string name)
    {
        using var linking = System.Diagnostics.Process.Start("ln", [file, name]);
        await linking.WaitForExitAsync();
        linking.ExitCode.ShouldBe(0);
    }
}
