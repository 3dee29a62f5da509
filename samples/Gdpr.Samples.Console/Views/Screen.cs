using System.Globalization;
using Gdpr.Policies;
using Gdpr.Retention;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Gdpr.Samples.Views;

/// <summary>Where the sample shows things: with colour on a terminal, or as plain text that is the same every time.</summary>
internal sealed class Screen
{
    private const int PlainWidth = 100;
    private const int WidestRich = 120;

    private readonly IAnsiConsole _console;

    private Screen(IAnsiConsole console, bool isPlain, string language)
    {
        _console = console;
        IsPlain = isPlain;
        Language = language;
    }

    /// <summary>Whether the text has no colour, no animation and no measure of time.</summary>
    public bool IsPlain { get; }

    /// <summary><c>en</c> or <c>sv</c>.</summary>
    public string Language { get; }

    /// <summary>Whether somebody can answer questions here.</summary>
    public bool IsInteractive => !IsPlain && _console.Profile.Capabilities is { Interactive: true, Ansi: true };

    public IAnsiConsole Console => _console;

    private int Width => _console.Profile.Width;

    /// <summary>The screen for the standard output: plain when asked for, and where the output is redirected.</summary>
    public static Screen OfStandardOutput(bool plain, string language)
    {
        if (plain || System.Console.IsOutputRedirected)
        {
            return Plain(System.Console.Out, language);
        }

        var settings = new AnsiConsoleSettings();
        if (System.Console.IsInputRedirected)
        {
            settings.Interactive = InteractionSupport.No;
        }

        return Rich(settings, language);
    }

    /// <summary>A screen that shows what goes on while it does, on a terminal or where the settings say.</summary>
    public static Screen Rich(AnsiConsoleSettings settings, string language)
    {
        var console = AnsiConsole.Create(settings);
        console.Profile.Width = Math.Clamp(console.Profile.Width, 60, WidestRich);
        return new Screen(console, isPlain: false, language);
    }

    /// <summary>A plain screen that writes to a writer.</summary>
    public static Screen Plain(TextWriter writer, string language)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(new TrimmingWriter(writer)),
        });
        console.Profile.Width = PlainWidth;
        console.Profile.Capabilities.Unicode = false;
        return new Screen(console, isPlain: true, language);
    }

    /// <summary>One of two texts, in the language of the screen.</summary>
    public string Say(string english, string swedish) => Language == "sv" ? swedish : english;

    public string Say(LocalizedText? text) => text?.In(Language) ?? "";

    /// <summary>A number with its thousands set apart.</summary>
    public static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ');

    /// <summary>A fate in its colour.</summary>
    public static string Markup(Fate fate) => $"[{Colour(fate)}]{fate.Code()}[/]";

    /// <summary>The large heading of an organisation.</summary>
    public void Title(string text)
    {
        _console.WriteLine();
        if (IsPlain)
        {
            _console.WriteLine($"=== {text} {new string('=', Math.Max(3, Width - text.Length - 5))}");
        }
        else
        {
            _console.Write(new Rule($"[bold]{Spectre.Console.Markup.Escape(text)}[/]") { Justification = Justify.Left, Style = Style.Parse("deepskyblue3") });
        }
    }

    /// <summary>The heading of a part.</summary>
    public void Heading(string text)
    {
        _console.WriteLine();
        _console.MarkupLine(IsPlain ? Spectre.Console.Markup.Escape($"-- {text}") : $"[bold deepskyblue3]{Spectre.Console.Markup.Escape(text)}[/]");
    }

    /// <summary>A line of text, wrapped with its own indentation, in a style where there are any.</summary>
    public void Line(string text = "", string style = "default")
    {
        var indent = text.Length - text.TrimStart(' ').Length;
        foreach (var line in Wrap(text.Trim(), Math.Max(20, Width - indent - 3)))
        {
            _console.Write(new Text(new string(' ', indent) + line + "\n", Style.Parse(style)));
            indent = indent == text.Length - text.TrimStart(' ').Length ? indent + 2 : indent;
        }
    }

    /// <summary>A table in the manner of the screen.</summary>
    public Table Table(params IReadOnlyList<string> headings)
    {
        var table = new Table
        {
            Border = IsPlain ? TableBorder.Ascii2 : TableBorder.Rounded,
            BorderStyle = new Style(Color.Grey50),
            UseSafeBorder = true,
        };
        foreach (var heading in headings)
        {
            table.AddColumn(new TableColumn($"[bold]{Spectre.Console.Markup.Escape(heading)}[/]"));
        }

        return table;
    }

    public void Write(IRenderable renderable) => _console.Write(renderable);

    /// <summary>Says what is going on while something takes its time.</summary>
    public T During<T>(string text, Func<T> work) =>
        IsPlain ? work() : _console.Status().Spinner(Spinner.Known.Dots).Start(Spectre.Console.Markup.Escape(text), _ => work());

    private static string Colour(Fate fate) => fate switch
    {
        Fate.Keep => "green",
        Fate.Undetermined => "yellow",
        Fate.Restrict => "deepskyblue1",
        Fate.Anonymise => "mediumpurple1",
        _ => "indianred1",
    };

    private static IEnumerable<string> Wrap(string text, int width)
    {
        while (text.Length > width)
        {
            var at = text.LastIndexOf(' ', width);
            at = at <= 0 ? width : at;
            yield return text[..at];
            text = text[at..].TrimStart(' ');
        }

        yield return text;
    }
}
