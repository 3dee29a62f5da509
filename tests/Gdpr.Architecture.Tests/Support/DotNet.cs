using System.Diagnostics;
using System.Text;

namespace Gdpr.Architecture.Tests.Support;

/// <summary>Runs the SDK beside the build that runs the tests: no shared processes, and nothing written where that build writes.</summary>
internal static class DotNet
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>The switches that keep a build to itself; its output goes below the folder.</summary>
    public static string[] Apart(string folder) =>
    [
        $"-p:ArtifactsPath={Path.Combine(folder, "artifacts")}{Path.DirectorySeparatorChar}",
        "-p:UseSharedCompilation=false",
        "-nodeReuse:false",
        "-warnaserror",
    ];

    /// <summary>Runs <c>dotnet</c> and answers its output; fails the test, output and all, when it does not end with 0.</summary>
    public static Task<string> RunAsync(params string[] arguments) =>
        RunFileAsync(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments);

    /// <summary>Runs any program in the repository's root, on the same terms.</summary>
    public static async Task<string> RunFileAsync(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        CleanEnvironment(start.Environment);

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{file} {string.Join(' ', arguments)} did not end within {Patience}:\n{output}");
        }

        var text = output.ToString();
        process.ExitCode.ShouldBe(0, $"{file} {string.Join(' ', arguments)}\n{text}");
        return text;
    }

    // A build started by `dotnet test` hands its own settings down: paths of its MSBuild, loggers, the test host's switches.
    private static void CleanEnvironment(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(IsOfTheOuterBuild).ToList())
        {
            environment.Remove(name);
        }

        environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        environment["DOTNET_NOLOGO"] = "1";
        environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        environment["MSBUILDTERMINALLOGGER"] = "off";
    }

    private static bool IsOfTheOuterBuild(string name) =>
        name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("CORECLR_", StringComparison.OrdinalIgnoreCase);

    private static void Append(StringBuilder output, string? line)
    {
        lock (output)
        {
            output.AppendLine(line);
        }
    }
}

/// <summary>A folder of one test's own, among what builds leave behind; gone with the test.</summary>
internal sealed class ScratchFolder : IDisposable
{
    // In the repository, as every build's output: only there are the paths of generated sources mapped to names without the machine's folders.
    public string Path { get; } = Directory.CreateDirectory(System.IO.Path.Combine(Repository.Root, "artifacts", "scratch", System.IO.Path.GetRandomFileName())).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
