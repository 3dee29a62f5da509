using System.CommandLine;
using Gdpr.Journals;
using Gdpr.Tool.Terminals;
using Gdpr.Tool.Workplaces;

namespace Gdpr.Tool.Commands;

/// <summary><c>gdpr kill-switch</c>: stops all destruction at once, and lets it go on again.</summary>
internal static class KillSwitchCommand
{
    public static Command Create(Terminal terminal) => new("kill-switch", "Stops all destruction at once, and lets it go on again.")
    {
        CreateOn(terminal), CreateOff(terminal),
    };

    private static Command CreateOn(Terminal terminal)
    {
        var reason = new Option<string>("--reason") { Description = "Why. The vault keeps it; the journal only commits to it.", Required = true };
        return Create(terminal, "on", "Stops all destruction: a sweep that is under way stops before its next batch.", [reason], (parsed, workplace, by, cancellation) =>
            workplace.Switch.TurnOnAsync(parsed.GetRequiredValue(reason), by, cancellation));
    }

    private static Command CreateOff(Terminal terminal) => Create(
        terminal, "off", "Lets destruction go on.", [], (_, workplace, by, cancellation) => workplace.Switch.TurnOffAsync(by, cancellation));

    private static Command Create(
        Terminal terminal, string name, string description, Option[] own, Func<ParseResult, Workplace, string, CancellationToken, Task> act)
    {
        var by = FunctionOption.Create(isRequired: true);
        var output = CommandLine.Output("table", "json");
        var command = new Command(name, description);
        var options = new WorkplaceOptions(command, withPolicy: true);
        foreach (var option in (Option[])[.. own, by, output])
        {
            command.Add(option);
        }

        command.SetAction(async (parsed, cancellation) =>
        {
            var workplace = await Workplace.OpenAsync(options.Read(parsed), 0, [], isLooking: false, terminal, cancellation).ConfigureAwait(false);
            await using (workplace.ConfigureAwait(false))
            {
                await act(parsed, workplace, parsed.GetRequiredValue(by)!, cancellation).ConfigureAwait(false);
                var report = KillSwitchReport.Of(await workplace.Switch.ReadAsync(cancellation).ConfigureAwait(false));
                await terminal.Out.WriteLineAsync(parsed.GetRequiredValue(output) == "json"
                    ? ToolJson.Write(report, ToolJson.Default.KillSwitchReport)
                    : $"The kill switch is {report}.").ConfigureAwait(false);
                await workplace.WitnessAsync().ConfigureAwait(false);
                return ExitCode.Done;
            }
        });
        return command;
    }
}

/// <summary>How the kill switch stands.</summary>
internal sealed record KillSwitchReport(bool IsOn, string? By, string? At)
{
    public static KillSwitchReport Of(KillSwitch state) => new(state.IsOn, state.By, state.At is { } at ? ReportText.Of(at) : null);

    public override string ToString() => IsOn ? $"on, by {By}, since {At}" : "off";
}
