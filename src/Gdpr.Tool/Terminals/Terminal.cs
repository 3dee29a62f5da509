using System.Text;
using NodaTime;
using NodaTime.Extensions;
using Spectre.Console;

namespace Gdpr.Tool.Terminals;

/// <summary>Where a command's input comes from and where its output goes: results to one side, everything about them to the other.</summary>
internal sealed class Terminal
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <param name="input">Standard input.</param>
    /// <param name="output">Standard output: results only.</param>
    /// <param name="error">Standard error: messages.</param>
    /// <param name="traits">What the two ends are.</param>
    public Terminal(Stream input, Stream output, TextWriter error, TerminalTraits traits)
    {
        Input = input;
        Output = output;
        Error = error;
        Traits = traits;
        Out = new StreamWriter(output, Utf8, bufferSize: 4096, leaveOpen: true) { NewLine = "\n" };
    }

    /// <summary>Standard input.</summary>
    public Stream Input { get; }

    /// <summary>Standard output as bytes. Flush <see cref="Out"/> before using both.</summary>
    public Stream Output { get; }

    /// <summary>Standard output as text.</summary>
    public TextWriter Out { get; }

    /// <summary>Standard error.</summary>
    public TextWriter Error { get; }

    /// <summary>What the two ends are.</summary>
    public TerminalTraits Traits { get; }

#pragma warning disable RS0030 // A command is where the clock is chosen.
    /// <summary>Where the present comes from.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
#pragma warning restore RS0030

    /// <summary>The present.</summary>
    public Instant Now => Time.ToClock().GetCurrentInstant();

    /// <summary>Standard output with colours and tables where it is a terminal, and plain text of any width where it is not.</summary>
    public IAnsiConsole Rich() => Ansi(Out, Traits.OutputIsTerminal);

    /// <summary>Standard error, for progress.</summary>
    public IAnsiConsole RichError() => Ansi(Error, Traits.ErrorIsTerminal);

    /// <summary>Writes out what is buffered.</summary>
    public async Task FlushAsync()
    {
        await Out.FlushAsync().ConfigureAwait(false);
        await Output.FlushAsync().ConfigureAwait(false);
        await Error.FlushAsync().ConfigureAwait(false);
    }

    private IAnsiConsole Ansi(TextWriter writer, bool isTerminal)
    {
        var ansi = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isTerminal && Traits.HasAnsi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = isTerminal && Traits.HasColour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
        });

        // What is redirected is read by programs: a line is never broken for width.
        ansi.Profile.Width = isTerminal ? Traits.Width : short.MaxValue;
        return ansi;
    }
}

/// <summary>What the two ends of a terminal are.</summary>
/// <param name="OutputIsTerminal">Whether a person sees standard output, rather than a file or a program.</param>
/// <param name="ErrorIsTerminal">The same of standard error.</param>
/// <param name="HasColour">Whether colours may be used where a person sees them.</param>
/// <param name="Width">How many characters a line holds.</param>
/// <param name="HasAnsi">Whether the cursor can be moved, as live progress needs.</param>
internal readonly record struct TerminalTraits(bool OutputIsTerminal, bool ErrorIsTerminal, bool HasColour, int Width, bool HasAnsi)
{
    /// <summary>Nobody watches: files and pipes.</summary>
    public static TerminalTraits Redirected { get; } = new(false, false, false, 80, false);
}
