using System.CommandLine;
using Gdpr.Policies;
using Gdpr.Tool.Terminals;

namespace Gdpr.Tool.Commands;

/// <summary><c>gdpr schema</c>: the JSON schema of a policy.</summary>
internal static class SchemaCommand
{
    public static Command Create(Terminal terminal)
    {
        var output = CommandLine.Output("json");
        var command = new Command("schema", "Writes the JSON schema of a policy, for editors that complete and check.") { output };
        command.SetAction(_ => Run(terminal));
        return command;
    }

    private static int Run(Terminal terminal)
    {
        terminal.Out.WriteLine(PolicySchema.Json.TrimEnd());
        return ExitCode.Done;
    }
}
