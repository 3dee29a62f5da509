using System.Text;
using Gdpr.Tool.Terminals;

namespace Gdpr.Tool.Tests.Support;

/// <summary>What a run of the command gave.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Error)
{
    /// <summary>The lines of the output.</summary>
    public string[] Lines => Output.TrimEnd('\n').Split('\n');

    /// <summary>Runs the command in this process, as if redirected.</summary>
    public static Task<ToolRun> OfAsync(params string[] args) => OfAsync(TerminalTraits.Redirected, "", args);

    /// <summary>Runs the command in this process.</summary>
    /// <param name="traits">What the terminal is.</param>
    /// <param name="input">What comes in on standard input.</param>
    /// <param name="args">The arguments.</param>
    public static Task<ToolRun> OfAsync(TerminalTraits traits, string input, params string[] args) => OfAsync(traits, input, TimeProvider.System, args);

    /// <summary>Runs the command in this process, at another time.</summary>
    /// <param name="traits">What the terminal is.</param>
    /// <param name="input">What comes in on standard input.</param>
    /// <param name="time">The time.</param>
    /// <param name="args">The arguments.</param>
    public static async Task<ToolRun> OfAsync(TerminalTraits traits, string input, TimeProvider time, string[] args)
    {
        using var output = new MemoryStream();
        await using var error = new StringWriter();
        var terminal = new Terminal(new UnseekableStream(Encoding.UTF8.GetBytes(input)), output, error, traits) { Time = time };
        var exitCode = await GdprCommand.RunAsync(args, terminal);
        return new ToolRun(exitCode, Encoding.UTF8.GetString(output.ToArray()), error.ToString().ReplaceLineEndings("\n"));
    }
}

/// <summary>Bytes that come as from a pipe.</summary>
internal sealed class UnseekableStream(byte[] bytes) : MemoryStream(bytes)
{
    public override bool CanSeek => false;
}
