using System.CommandLine;
using Gdpr.Tool.Terminals;
using Gdpr.Tool.Workplaces;

namespace Gdpr.Tool.Commands;

/// <summary><c>gdpr journal acknowledge-restore</c> and <c>acknowledge-damage</c>: let destruction go on after somebody has found out what happened to
/// the journal.</summary>
internal static class JournalAcknowledgement
{
    public static Command CreateRestore(Terminal terminal) => Create(
        terminal, "acknowledge-restore",
        "Lets destruction go on although the journal is not the one that the witness knows: it was restored or cut, and what was lost has been seen to.",
        "The journal and its witness go together: there is nothing to acknowledge.",
        (workplace, by, cancellation) => workplace.Sweep.AcknowledgeRestoreAsync(by, cancellation));

    public static Command CreateDamage(Terminal terminal) => Create(
        terminal, "acknowledge-damage",
        "Lets destruction go on although the application has found the journal damaged: somebody has found out why. Further damage stops it again.",
        "The application has found no damage: there is nothing to acknowledge.",
        (workplace, by, cancellation) => workplace.Sweep.AcknowledgeDamageAsync(by, cancellation));

    private static Command Create(
        Terminal terminal, string name, string description, string nothing, Func<Workplace, string, CancellationToken, Task<bool>> acknowledge)
    {
        var by = FunctionOption.Create(isRequired: true);
        var output = CommandLine.Output("table", "json");
        var command = new Command(name, description);
        var options = new WorkplaceOptions(command, withPolicy: true);
        command.Add(by);
        command.Add(output);
        command.SetAction(async (parsed, cancellation) =>
        {
            var workplace = await Workplace.OpenAsync(options.Read(parsed), 0, [], isLooking: false, terminal, cancellation).ConfigureAwait(false);
            await using (workplace.ConfigureAwait(false))
            {
                var report = new AcknowledgementReport(
                    await acknowledge(workplace, parsed.GetRequiredValue(by)!, cancellation).ConfigureAwait(false));
                if (report.IsAcknowledged)
                {
                    await workplace.WitnessAsync().ConfigureAwait(false);
                }

                await terminal.Out.WriteLineAsync(parsed.GetRequiredValue(output) == "json"
                    ? ToolJson.Write(report, ToolJson.Default.AcknowledgementReport)
                    : report.IsAcknowledged ? "Acknowledged, and recorded in the journal: sweeps go on." : nothing).ConfigureAwait(false);
                return report.IsAcknowledged ? ExitCode.Done : ExitCode.Findings;
            }
        });
        return command;
    }
}

/// <summary>Whether there was anything to acknowledge.</summary>
internal sealed record AcknowledgementReport(bool IsAcknowledged);
