using System.CommandLine;
using Gdpr.Tool.Commands;
using Gdpr.Tool.Terminals;

namespace Gdpr.Tool;

/// <summary>The <c>gdpr</c> command: its subcommands, and what happens when one of them cannot go on.</summary>
internal static class GdprCommand
{
    // A record or a fact may begin with @ or hold several letters after a hyphen: neither means anything here.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <summary>Runs the command and never throws.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="terminal">Where input comes from and output goes to.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Terminal terminal)
    {
        try
        {
            var exitCode = await InvokeAsync(args, terminal).ConfigureAwait(false);
            await terminal.FlushAsync().ConfigureAwait(false);
            return exitCode;
        }
        catch (OutputClosedException)
        {
            // Whoever read the output (head, less) has seen enough.
            return ExitCode.Done;
        }
        catch (BadInputException problem)
        {
            return await EndAsync(terminal, problem.Message, ExitCode.BadInput).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return await EndAsync(terminal, "Stopped before the end: the output is not complete.", ExitCode.Failure).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or GdprException)
        {
            return await EndAsync(terminal, $"The command failed: {failure.Message}", ExitCode.Failure).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // The message of an unforeseen exception may quote what was read, so only its kind is told.
            return await EndAsync(
                terminal, $"The command failed by a fault of its own ({failure.GetType().Name}). Please report it with the command line.", ExitCode.Failure).ConfigureAwait(false);
        }
    }

    private static async Task<int> InvokeAsync(IReadOnlyList<string> args, Terminal terminal)
    {
        var root = new RootCommand("Checks GDPR policies, judges and explains records by them, disposes of what is due and proves it, and computes statutory deadlines.")
        {
            LintCommand.Create(terminal),
            SchemaCommand.Create(terminal),
            EvaluateCommand.Create(terminal),
            ExplainCommand.Create(terminal),
            DeadlineCommand.Create(terminal),
            SweepCommand.Create(terminal),
            HoldCommand.Create(terminal),
            JournalCommand.Create(terminal),
            EvidenceCommand.Create(terminal),
            StatusCommand.Create(terminal),
            KillSwitchCommand.Create(terminal),
            RestoredCommand.Create(terminal),
            CoverageCommand.Create(terminal),
            ConsentCommand.Create(terminal),
            CorpusCommand.Create(terminal),
        };
        var parsed = root.Parse(args, Parsing);
        if (parsed.Errors.Count > 0)
        {
            var problems = string.Join(Environment.NewLine, parsed.Errors.Select(error => error.Message));
            throw new BadInputException($"{problems}{Environment.NewLine}See {CommandPath(parsed)} --help.");
        }

        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
        }).ConfigureAwait(false);
    }

    private static string CommandPath(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "gdpr" : $"gdpr {parsed.CommandResult.Command.Name}";

    private static async Task<int> EndAsync(Terminal terminal, string message, int exitCode)
    {
        try
        {
            await terminal.FlushAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or OutputClosedException)
        {
            // The first problem is told below; that what came before it could not be written either adds nothing.
            exitCode = Math.Max(exitCode, ExitCode.BadInput);
        }

        await terminal.Error.WriteLineAsync(message).ConfigureAwait(false);
        return exitCode;
    }
}
