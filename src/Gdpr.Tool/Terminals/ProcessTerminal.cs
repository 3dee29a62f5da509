using Microsoft.Win32.SafeHandles;

namespace Gdpr.Tool.Terminals;

/// <summary>The terminal of this process.</summary>
internal static class ProcessTerminal
{
    private const int NarrowestUsable = 40;

    public static Terminal Open()
    {
        // https://no-color.org: any value but none turns colours off.
        var plain = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            || string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.Ordinal);
        var isTerminal = !Console.IsOutputRedirected;
        var hasAnsi = !string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.Ordinal);
        var traits = new TerminalTraits(isTerminal, !Console.IsErrorRedirected, !plain, isTerminal ? Width() : 80, hasAnsi);
        return new Terminal(Console.OpenStandardInput(), new ClosableOutput(StandardOutput()), new LenientWriter(Console.Error), traits);
    }

    private static int Width() => Math.Max(NarrowestUsable, Console.WindowWidth);

    /// <summary>Standard output, such that writing to a pipe whose reader has gone fails.</summary>
    /// <remarks>On Unix the console's own stream ignores that, and ten million lines would be computed for nobody. It is used for files all the
    /// same, because it moves the position that the file shares with the shell.</remarks>
    private static Stream StandardOutput()
    {
        if (OperatingSystem.IsWindows())
        {
            return Console.OpenStandardOutput();
        }

        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? Console.OpenStandardOutput() : stream;
    }
}
