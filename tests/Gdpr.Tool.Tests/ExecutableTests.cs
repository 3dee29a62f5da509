using System.Diagnostics;
using Gdpr.Tool.Tests.Support;

namespace Gdpr.Tool.Tests;

/// <summary>The command as a process of its own.</summary>
public sealed class ExecutableTests : IDisposable
{
    private const int Many = 400_000;

    private readonly TemporaryFiles _files = new();

    [Fact]
    public async Task The_executable_writes_results_to_one_side_and_messages_to_the_other()
    {
        using var process = Start("evaluate", Golden.PathOf("policy.json"), Golden.PathOf("records.csv"), "--at", "2026-05-10T12:00:00+02:00");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(ExitCode.Done);
        (await output).ShouldBe(await File.ReadAllTextAsync(Golden.PathOf("evaluate.csv")));
        (await error).ShouldContain("gdpr lint");
    }

    [Fact]
    public async Task The_executable_answers_with_its_exit_code()
    {
        using var process = Start("lint", _files.PathOf("none.json"));
        (await process.StandardError.ReadToEndAsync()).ShouldContain("there is no such file");
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(ExitCode.BadInput);
    }

    [Theory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    public async Task Without_anywhere_for_its_messages_it_judges_and_fails_as_ever(string redirection)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        (await RunAsync($"evaluate {Golden.PathOf("policy.json")} {Golden.PathOf("records.csv")} --at 2026-05-10T12:00:00+02:00 {redirection}"))
            .ShouldBe((ExitCode.Done, await File.ReadAllTextAsync(Golden.PathOf("evaluate.csv"))));
        (await RunAsync($"lint {_files.PathOf("none.json")} {redirection}")).ShouldBe((ExitCode.BadInput, ""));

        async Task<(int, string)> RunAsync(string command)
        {
            using var process = Process.Start(new ProcessStartInfo("sh", ["-c", $"exec dotnet {Path.Combine(AppContext.BaseDirectory, "gdpr.dll")} {command}"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, output);
        }
    }

    [Fact]
    public async Task A_reader_that_goes_away_ends_it_quietly()
    {
        using var process = Start("evaluate", Golden.PathOf("policy.json"), ManyRecords(), "--at", "2026-05-10T12:00:00+02:00");
        (await process.StandardOutput.ReadLineAsync()).ShouldBe("record,fate,due,rule,reason");
        process.StandardOutput.Close();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(ExitCode.Done);
        error.ShouldNotContain("failed");
        error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task An_interruption_ends_it_and_says_that_the_output_is_not_complete()
    {
        using var process = Start("evaluate", Golden.PathOf("policy.json"), ManyRecords(), "--at", "2026-05-10T12:00:00+02:00");

        // It waits for its reader, with most of the lines before it.
        (await process.StandardOutput.ReadLineAsync()).ShouldBe("record,fate,due,rule,reason");
        using var interruption = Process.Start("kill", ["-INT", $"{process.Id}"]);
        await interruption.WaitForExitAsync();
        var lines = 1;
        while (await process.StandardOutput.ReadLineAsync() is not null)
        {
            lines++;
        }

        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(ExitCode.Failure);
        lines.ShouldBeLessThan(Many);
        (await process.StandardError.ReadToEndAsync()).ShouldEndWith("Stopped before the end: the output is not complete." + Environment.NewLine);
    }

    [Fact]
    public async Task Memory_does_not_grow_with_the_number_of_lines()
    {
        var records = ManyRecords();
        using var process = Start("evaluate", Golden.PathOf("policy.json"), records, "--at", "2026-05-10T12:00:00+02:00");
        var lines = 0;
        long peak = 0;
        while (await process.StandardOutput.ReadLineAsync() is not null)
        {
            if (++lines % 20_000 == 0)
            {
                process.Refresh();
                peak = Math.Max(peak, process.HasExited ? 0 : process.WorkingSet64);
            }
        }

        await process.WaitForExitAsync();
        lines.ShouldBe(Many + 1);

        // The run-time alone takes well over half of this; the records, held in any form, would take more than the rest.
        const long Most = 150L << 20;
        peak.ShouldBeInRange(1, Most);
    }

    public void Dispose() => _files.Dispose();

    private static Process Start(params string[] args) => Process.Start(new ProcessStartInfo(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "gdpr.dll"), .. args])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private string ManyRecords()
    {
        var path = _files.PathOf("many.csv");
        using var writer = new StreamWriter(path);
        writer.Write("record,dataset,subject,contract-ended,last-contact,last-invoice,facts\n");
        for (var i = 0; i < Many; i++)
        {
            writer.Write($"customer-{i},crm.customers,{new string('s', 100)}{i},,2026-0{(i % 9) + 1}-01,,{(i % 3 == 0 ? "hold" : "")}\n");
        }

        return path;
    }
}
