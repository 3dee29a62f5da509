using System.Diagnostics;
using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace Gdpr.Crash.Tests;

/// <summary>A real process that works in a world.</summary>
internal sealed class Worker : IDisposable
{
    private readonly Process _process;
    private readonly Stopwatch _age = Stopwatch.StartNew();

    private Worker(Process process) => _process = process;

    /// <summary>How long ago it was started.</summary>
    public Duration Age => Duration.FromTimeSpan(_age.Elapsed);

    public static Worker Start(World world, Instant now, string what = "pump", int batchSize = 3) => Start(world.Folder, [], now, what, batchSize, world.HasModel);

    public static Worker Start(ServerWorld world, Instant now, string what = "pump", int batchSize = 3) =>
        Start(world.Folder, [world.Server], now, what, batchSize, world.HasModel);

    private static Worker Start(string folder, string[] server, Instant now, string what, int batchSize, bool hasModel) => new(Process.Start(new ProcessStartInfo(
        Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "Gdpr.CrashApp.dll"), hasModel ? $"{what}-model" : what, folder, InstantPattern.ExtendedIso.Format(now),
            batchSize.ToString(CultureInfo.InvariantCulture), .. server,
        ])
    {
        RedirectStandardOutput = true,
        UseShellExecute = false,
        Environment = { ["DOTNET_TieredPGO"] = "0", ["DOTNET_TC_QuickJitForLoops"] = "1" },
    })!);

    /// <summary>Reads so many lines, fewer where it ends before.</summary>
    /// <returns>How many were read.</returns>
    public async Task<int> ReadAsync(int lines)
    {
        for (var line = 0; line < lines; line++)
        {
            if (await _process.StandardOutput.ReadLineAsync() is null)
            {
                return line;
            }
        }

        return lines;
    }

    /// <summary>Reads until a line that names a call.</summary>
    public async Task ReadUntilAsync(string call)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains(call, StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException($"The process ended before it called {call}.");
    }

    /// <summary>Kills it.</summary>
    /// <returns>Whether it was still at work.</returns>
    public async Task<bool> KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.ExitCode.ShouldBeOneOf([0, OperatingSystem.IsWindows() ? -1 : 128 + 9], "it was killed, or had ended well");
        return _process.ExitCode != 0;
    }

    /// <summary>Waits until it has ended by itself.</summary>
    /// <returns>Its output.</returns>
    public async Task<IReadOnlyList<string>> EndAsync()
    {
        var output = await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
        _process.ExitCode.ShouldBe(0, output);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
