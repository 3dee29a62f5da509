using System.CommandLine;
using System.Globalization;
using Gdpr.Disposal;
using Gdpr.Tool.Terminals;
using Gdpr.Tool.Workplaces;

namespace Gdpr.Tool.Commands;

/// <summary><c>gdpr restored</c>: what a backup has brought back that had been disposed of, and what becomes of it.</summary>
internal static class RestoredCommand
{
    public static Command Create(Terminal terminal) => new("restored", "Shows what a restored backup has brought back, and decides about it.")
    {
        CreateList(terminal),
        Create(
            terminal, "erase", "Has the records that came back erased again by the next sweep, except what a hold, a restriction or an obligation keeps.",
            async (replay, source, by, cancellation) => await replay.EraseReturnedAsync(source, by, cancellation).ConfigureAwait(false)),
        Create(
            terminal, "accept", "Lets the data be used although it was not replayed to the end: somebody has made sure in another way.",
            async (replay, source, by, cancellation) => await replay.AcknowledgeAsync(source, by, cancellation).ConfigureAwait(false) ? 0 : null),
    };

    private static Command CreateList(Terminal terminal)
    {
        var output = CommandLine.Output("table", "json");
        var command = new Command("list", "Lists what waits since a restore, with the keys of the records that came back.");
        var options = new WorkplaceOptions(command, withPolicy: true);
        command.Add(output);
        command.SetAction(async (parsed, cancellation) =>
        {
            var workplace = await Workplace.OpenAsync(options.Read(parsed), 0, [], isLooking: true, terminal, cancellation).ConfigureAwait(false);
            await using (workplace.ConfigureAwait(false))
            {
                var waiting = new List<RestoredReport>();
                foreach (var source in await workplace.Replay.ListAsync(cancellation).ConfigureAwait(false))
                {
                    waiting.Add(RestoredReport.Of(source, await workplace.Replay.FindReturnedAsync(source.Name, cancellation).ConfigureAwait(false)));
                }

                if (parsed.GetRequiredValue(output) == "json")
                {
                    await terminal.Out.WriteLineAsync(ToolJson.Write([.. waiting], ToolJson.Default.RestoredReportArray)).ConfigureAwait(false);
                }
                else
                {
                    Write(terminal.Out, waiting);
                }

                return waiting.Count > 0 ? ExitCode.Findings : ExitCode.Done;
            }
        });
        return command;
    }

    private static Command Create(
        Terminal terminal, string name, string description, Func<SourceReplay, string, string, CancellationToken, Task<int?>> decide)
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
                var decided = new List<DecidedReport>();
                foreach (var source in await workplace.Replay.ListAsync(cancellation).ConfigureAwait(false))
                {
                    var records = await decide(workplace.Replay, source.Name, parsed.GetRequiredValue(by)!, cancellation).ConfigureAwait(false);
                    if (records is { } number)
                    {
                        decided.Add(new DecidedReport(source.Name, number));
                    }
                }

                await workplace.WitnessAsync().ConfigureAwait(false);
                await terminal.Out.WriteLineAsync(
                    parsed.GetRequiredValue(output) == "json" ? ToolJson.Write([.. decided], ToolJson.Default.DecidedReportArray)
                    : decided.Count == 0 ? "Nothing waits since a restore: there is nothing to decide."
                    : string.Join(Environment.NewLine, decided.Select(one => name == "erase"
                        ? string.Create(CultureInfo.InvariantCulture, $"{one.Source}: {one.Records} records are erased by the next sweep.")
                        : $"{one.Source}: accepted, and recorded in the journal."))).ConfigureAwait(false);
                return decided.Count > 0 ? ExitCode.Done : ExitCode.Findings;
            }
        });
        return command;
    }

    private static void Write(TextWriter writer, IReadOnlyList<RestoredReport> waiting)
    {
        if (waiting.Count == 0)
        {
            writer.WriteLine("Nothing waits since a restore.");
        }

        foreach (var source in waiting)
        {
            writer.WriteLine($"{source.Source}: restored, noticed at {source.At}; not used before swept: {string.Join(", ", source.Waiting)}");
            foreach (var returned in source.Returned)
            {
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {returned.DataSet}: {returned.Records.Count} records had been disposed of after the backup"));
                if (returned.OfUnknownDataSets > 0)
                {
                    writer.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"  {returned.DataSet}: may hold {returned.OfUnknownDataSets} more, of data sets that the policy does not know any more (use the policy of the backup to find them)"));
                }

                foreach (var key in returned.Records)
                {
                    writer.WriteLine($"    {PrintableText.Of(key)}");
                }
            }
        }
    }
}

/// <summary>A source that waits since a restore.</summary>
internal sealed record RestoredReport(string Source, string At, IReadOnlyList<string> Waiting, IReadOnlyList<ReturnedReport> Returned)
{
    public static RestoredReport Of(RestoredSource source, IReadOnlyList<ReturnedRecords> returned) => new(
        source.Name, ReportText.Of(source.At), source.Waiting,
        [.. returned.Select(records => new ReturnedReport(records.DataSet, records.NativeKeys, records.OfUnknownDataSets))]);
}

/// <summary>Records of a data set that came back.</summary>
internal sealed record ReturnedReport(string DataSet, IReadOnlyList<string> Records, int OfUnknownDataSets);

/// <summary>What was decided about a source, and for how many records.</summary>
internal sealed record DecidedReport(string Source, int Records);
