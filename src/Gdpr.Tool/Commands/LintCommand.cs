using System.CommandLine;
using Gdpr.Policies;
using Gdpr.Tool.Policies;
using Gdpr.Tool.Terminals;
using Spectre.Console;

namespace Gdpr.Tool.Commands;

/// <summary><c>gdpr lint</c>: everything that validation finds in a policy.</summary>
internal static class LintCommand
{
    public static Command Create(Terminal terminal)
    {
        var policy = CommandLine.Policy();
        var output = CommandLine.Output("table", "json");
        var command = new Command("lint", "Checks a policy and reports everything that is wrong with it at once.") { policy, output };
        command.SetAction(parsed => Run(terminal, parsed.GetRequiredValue(policy), parsed.GetRequiredValue(output)));
        return command;
    }

    private static int Run(Terminal terminal, string path, string output)
    {
        var file = PolicyFile.Read(path);
        if (output == "json")
        {
            terminal.Out.WriteLine(ToolJson.Write(LintReport.Of(file), ToolJson.Default.LintReport));
        }
        else if (terminal.Traits.OutputIsTerminal)
        {
            WriteTable(terminal.Rich(), file);
        }
        else
        {
            WriteLines(terminal.Out, file);
        }

        return ExitCodeOf(file.Result);
    }

    private static int ExitCodeOf(PolicyReadResult result)
    {
        if (result.Policy is null)
        {
            return ExitCode.BadInput;
        }

        return result.Findings.Any(finding => finding.Severity >= FindingSeverity.Warning) ? ExitCode.Findings : ExitCode.Done;
    }

    private static void WriteLines(TextWriter writer, PolicyFile file)
    {
        foreach (var finding in file.Result.Findings)
        {
            writer.WriteLine(FindingLine.Of(file.Path, finding));
        }

        writer.WriteLine(Summary(file));
    }

    private static void WriteTable(IAnsiConsole console, PolicyFile file)
    {
        if (file.Result.Findings.Count > 0)
        {
            var table = new Table().Border(TableBorder.Rounded).ShowRowSeparators()
                .AddColumn(new TableColumn("").NoWrap())
                .AddColumn(new TableColumn("Code").NoWrap())
                .AddColumn("Place")
                .AddColumn("What is wrong, and the mend");
            foreach (var finding in file.Result.Findings)
            {
                table.AddRow(
                    new Markup($"[{ColourOf(finding.Severity)}]{FindingLine.Word(finding.Severity)}[/]"),
                    new Text(finding.Code),
                    new Text($"{finding.Line},{finding.Column}\n{finding.Path}"),
                    new Text($"{finding.Message}\n→ {finding.Mend}{(finding.Article is null ? "" : $"\n{finding.Article}")}"));
            }

            console.Write(table);
        }

        console.WriteLine(Summary(file));
    }

    private static string ColourOf(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Error => "red",
        FindingSeverity.Warning => "yellow",
        _ => "blue",
    };

    private static string Summary(PolicyFile file) =>
        file.Result.Policy is { } policy && policy.Policy.Length > 0
            ? $"{file.Path}: {FindingLine.Count(file.Result.Findings)} in {policy.Policy}, version {policy.Version}."
            : $"{file.Path}: {FindingLine.Count(file.Result.Findings)}.";
}
