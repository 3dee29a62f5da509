using System.Globalization;
using Gdpr.Time;
using Gdpr.Tool.Terminals;
using NodaTime;
using Spectre.Console;

namespace Gdpr.Tool.Commands;

/// <summary>Writes deadlines, for people or as JSON.</summary>
/// <param name="terminal">Where to.</param>
/// <param name="json">Whether as JSON.</param>
/// <param name="language">The language of the explanation.</param>
internal sealed class DeadlineOutput(Terminal terminal, bool json, string language)
{
    public void Write(StatutoryDeadline deadline, DateTimeZone zone)
    {
        var report = DayDeadlineReport.Of(deadline, zone, language);
        if (json)
        {
            terminal.Out.WriteLine(ToolJson.Write(report, ToolJson.Default.DayDeadlineReport));
            return;
        }

        WriteText(
            [
                (Say("Latest by law", "Senast enligt lag"), Day(deadline.LegalLatest)),
                (Say("To plan by", "Att planera efter"), Day(deadline.Conservative)),
                .. deadline.NoticeLegalLatest is { } notice ? new[] { (Say("Tell of the extension", "Underrätta om förlängningen"), Day(notice)) } : [],
            ],
            report.Steps);

        string Day(DeadlineDay day) => $"{ReportText.Of(day.LastDay)}{Say(", until", ", till")} {Moment(day.End, zone)}";
    }

    public void Write(HourDeadline deadline, DateTimeZone zone)
    {
        var report = HourDeadlineReport.Of(deadline, zone, language);
        if (json)
        {
            terminal.Out.WriteLine(ToolJson.Write(report, ToolJson.Default.HourDeadlineReport));
            return;
        }

        WriteText(
            [
                (Say("Latest by law", "Senast enligt lag"), Moment(deadline.Limit, zone)),
                (Say("To plan by", "Att planera efter"), Moment(deadline.Conservative, zone)),
            ],
            report.Steps);
    }

    public void Write(BookkeepingReport report)
    {
        if (json)
        {
            terminal.Out.WriteLine(ToolJson.Write(report, ToolJson.Default.BookkeepingReport));
            return;
        }

        WriteText(
            [(Say("Keep through", "Bevara till och med"), report.LastDay), (Say("May be erased from", "Får raderas från och med"), report.ErasableFrom)],
            report.Steps);
    }

    private void WriteText(IReadOnlyList<(string Label, string Value)> results, IReadOnlyList<ReportedStep> steps)
    {
        var console = terminal.Rich();
        var width = results.Max(result => result.Label.Length);
        foreach (var (label, value) in results)
        {
            console.Write(new Text($"{label.PadRight(width)}  "));
            console.Write(new Text(value, new Style(decoration: Decoration.Bold)));
            console.WriteLine();
        }

        console.WriteLine();
        foreach (var (step, index) in steps.Select((step, index) => (step, index)))
        {
            var law = step.Law is null ? "" : $" [{step.Law}]";
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{index + 1}. {step.Text}{law}"));
        }
    }

    private static string Moment(Instant instant, DateTimeZone zone) =>
        instant == Instant.MaxValue ? "∞" : instant.InZone(zone).ToString("uuuu-MM-dd HH:mm:ss;FFFFFFF (o<m>)", CultureInfo.InvariantCulture);

    private string Say(string english, string swedish) => language == "sv" ? swedish : english;
}
