using System.CommandLine;
using System.Globalization;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Tool.Terminals;
using Gdpr.Tool.Workplaces;
using NodaTime.Extensions;

namespace Gdpr.Tool.Commands;

/// <summary><c>gdpr journal</c>: shows what the journal holds, verifies it, and commits to it.</summary>
internal static class JournalCommand
{
    public static Command Create(Terminal terminal) => new("journal", "Shows what the journal holds, verifies it, and commits to it.")
    {
        CreateList(terminal), CreateVerify(terminal), CreateCheckpoint(terminal),
        JournalAcknowledgement.CreateRestore(terminal), JournalAcknowledgement.CreateDamage(terminal),
    };

    private static Command CreateList(Terminal terminal)
    {
        var stream = new Option<string?>("--stream") { Description = "Only entries of this stream, such as kill-switch; with a slash at its end, of all that begin so: disposal/." };
        var after = new Option<long>("--after") { Description = "Only entries after this position." };
        return Create("list", "Writes the journal's entries in the order in which they were recorded.", [stream, after], async (parsed, files, isJson, cancellation) =>
        {
            // One document, written as it is read: a journal may be larger than memory.
            var before = isJson ? "[" : "";
            await foreach (var entry in files.Journal.ReadAllAsync(parsed.GetValue(after), cancellation).ConfigureAwait(false))
            {
                if (IsOf(entry, parsed.GetValue(stream)))
                {
                    await terminal.Out.WriteAsync(isJson
                        ? $"{before}\n  {ToolJson.WriteLine(JournalEntryReport.Of(entry), ToolJson.Default.JournalEntryReport)}"
                        : LineOf(entry) + "\n").ConfigureAwait(false);
                    before = isJson ? "," : "";
                }
            }

            if (isJson)
            {
                await terminal.Out.WriteLineAsync(before == "[" ? "[]" : "\n]").ConfigureAwait(false);
            }

            return ExitCode.Done;
        }, terminal);
    }

    private static Command CreateVerify(Terminal terminal) =>
        Create("verify", "Verifies every entry, chain, checkpoint and payload, and that the journal is the one that the witness knows.", [], async (_, files, isJson, cancellation) =>
        {
            // A sweep is told of faults that were found, and of their end: it destroys nothing in between.
            var verifications = new JournalVerifications(files.Journal, files.Keys, files.Witness, files.Vault, files.States, terminal.Time.ToClock());
            var report = JournalVerificationReport.Of(await verifications.VerifyAsync(terminal.Now, cancellation).ConfigureAwait(false));
            if (isJson)
            {
                await terminal.Out.WriteLineAsync(ToolJson.Write(report, ToolJson.Default.JournalVerificationReport)).ConfigureAwait(false);
            }
            else
            {
                JournalText.Write(terminal.Out, report);
            }

            return report.IsIntact ? ExitCode.Done : ExitCode.Findings;
        }, terminal);

    private static Command CreateCheckpoint(Terminal terminal) =>
        Create("checkpoint", "Commits to everything that the journal holds, and has the witness remember it.", [], async (_, files, isJson, cancellation) =>
        {
            try
            {
                var checkpoint = CheckpointReport.Of(
                    await new JournalCheckpoints(files.Journal, files.Keys, files.Witness, terminal.Time.ToClock()).MakeAsync(cancellation).ConfigureAwait(false));
                await terminal.Out.WriteLineAsync(isJson
                    ? ToolJson.Write(checkpoint!, ToolJson.Default.CheckpointReport)
                    : JournalText.Of(checkpoint)).ConfigureAwait(false);
                return ExitCode.Done;
            }
            catch (Exception problem) when (problem is WitnessException or JournalFaultException)
            {
                await terminal.Error.WriteLineAsync(problem.Message).ConfigureAwait(false);
                return ExitCode.Findings;
            }
        }, terminal);

    private static Command Create(
        string name, string description, Option[] own, Func<ParseResult, JournalFiles, bool, CancellationToken, Task<int>> act, Terminal terminal)
    {
        var output = CommandLine.Output("table", "json");
        var command = new Command(name, description);
        var options = new WorkplaceOptions(command, withPolicy: false);
        foreach (var option in (Option[])[.. own, output])
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellation) => Task.Run(async () =>
        {
            using var files = await JournalFiles.OpenAsync(options.Read(parsed), cancellation).ConfigureAwait(false);
            return await act(parsed, files, parsed.GetRequiredValue(output) == "json", cancellation).ConfigureAwait(false);
        }, CancellationToken.None));
        return command;
    }

    private static bool IsOf(JournalEntry entry, string? stream) =>
        stream is null || (stream.EndsWith('/') ? entry.Stream.StartsWith(stream, StringComparison.Ordinal) : entry.Stream == stream);

    private static string LineOf(JournalEntry entry) => string.Create(
        CultureInfo.InvariantCulture, $"{entry.Position,6}  {ReportText.Of(entry.RecordedAt)}  {entry.Stream} #{entry.Version}  {entry.Content.Type}  {entry.Content.Data}");
}
