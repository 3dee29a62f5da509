using System.CommandLine;
using Gdpr.Tool.Terminals;
using Gdpr.Tool.Workplaces;

namespace Gdpr.Tool.Commands;

/// <summary><c>gdpr sweep</c>: finds what is due in a database and disposes of it, once somebody has approved the rules and the mapping.</summary>
internal static class SweepCommand
{
    private const int MostExamples = 100;

    public static Command Create(Terminal terminal)
    {
        var dataSets = new Option<string[]>("--data-set") { Description = "Only this data set. Repeat it for several.", DefaultValueFactory = _ => [] };
        var preview = new Option<bool>("--preview") { Description = "Only counts what is due. Changes nothing, in no file." };
        var approve = new Option<bool>("--approve") { Description = "Approves the rules and the mapping as the preview shows them, and then runs. Needs --by." };
        var by = FunctionOption.Create(isRequired: false);
        var at = CommandLine.InstantOption("--at", "The instant at which records are judged; by default now. One in the future needs --preview");
        var examples = CommandLine.NumberOption("--examples", "Show the keys of so many records of each line. They are personal data", 0, 0, MostExamples);
        var output = CommandLine.Output("table", "json");
        var command = new Command("sweep", "Disposes of what is due in a SQLite database. Where rules or mapping are new or have changed, it previews instead, until they are approved.");
        var options = new WorkplaceOptions(command, withPolicy: true);
        foreach (var option in new Option[] { dataSets, preview, approve, by, at, examples, output })
        {
            command.Add(option);
        }

        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(approve) && parsed.GetValue(preview))
            {
                parsed.AddError("--approve also runs, and --preview does not. Leave one of them out.");
            }

            if (parsed.GetValue(approve) != parsed.GetValue(by) is not null)
            {
                parsed.AddError("--approve and --by go together: who approves is recorded.");
            }
        });
        command.SetAction((parsed, cancellation) =>
        {
            var run = new SweepSession(
                terminal, options.Read(parsed), [.. parsed.GetValue(dataSets) ?? []], parsed.GetValue(preview), parsed.GetValue(by), parsed.GetValue(at),
                parsed.GetValue(examples), parsed.GetRequiredValue(output) == "json");
            return Task.Run(() => run.RunAsync(cancellation), CancellationToken.None);
        });
        return command;
    }
}
