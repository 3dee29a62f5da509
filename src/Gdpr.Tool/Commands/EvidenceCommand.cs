using System.CommandLine;
using System.Globalization;
using Gdpr.Disposal;
using Gdpr.Tool.Terminals;
using Gdpr.Tool.Workplaces;

namespace Gdpr.Tool.Commands;

/// <summary><c>gdpr evidence</c>: compares the evidence beside the data with what the journal commits to.</summary>
internal static class EvidenceCommand
{
    public static Command Create(Terminal terminal)
    {
        var output = CommandLine.Output("table", "json");
        var command = new Command("evidence", "Compares the evidence beside the data with what the journal commits to: which records each batch disposed of.");
        var options = new WorkplaceOptions(command, withPolicy: true);
        command.Add(output);
        command.SetAction(async (parsed, cancellation) =>
        {
            var workplace = await Workplace.OpenAsync(options.Read(parsed), 0, [], isLooking: true, terminal, cancellation).ConfigureAwait(false);
            await using (workplace.ConfigureAwait(false))
            {
                var report = EvidenceVerification.Of(await workplace.Evidence.VerifyAsync(cancellation).ConfigureAwait(false));
                if (parsed.GetRequiredValue(output) == "json")
                {
                    await terminal.Out.WriteLineAsync(ToolJson.Write(report, ToolJson.Default.EvidenceVerification)).ConfigureAwait(false);
                }
                else
                {
                    Write(terminal.Out, report);
                }

                return report.Faults.Count == 0 ? ExitCode.Done : ExitCode.Findings;
            }
        });
        return command;
    }

    private static void Write(TextWriter writer, EvidenceVerification report)
    {
        foreach (var fault in report.Faults)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{fault.Kind}: batch {fault.Batch} of plan {fault.Plan} ({fault.DataSet})"));
        }

        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{report.Batches} batches in the journal; the evidence of {report.Faults.Count} is gone, another, or unknown to it."));
    }
}

/// <summary>What was found, as <c>gdpr evidence --output json</c> writes it.</summary>
internal sealed record EvidenceVerification(long Batches, IReadOnlyList<EvidenceFaultReport> Faults)
{
    public static EvidenceVerification Of(EvidenceReport report) => new(report.Batches, [.. report.Faults.Select(fault => new EvidenceFaultReport(
        CodeOf(fault.Kind), fault.DataSet, fault.Plan, fault.Batch))]);

    private static string CodeOf(EvidenceFaultKind kind) => kind switch
    {
        EvidenceFaultKind.Missing => "missing",
        EvidenceFaultKind.Differs => "differs",
        EvidenceFaultKind.Unknown => "unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}

/// <summary>A batch whose evidence is not what the journal commits to.</summary>
internal sealed record EvidenceFaultReport(string Kind, string DataSet, string Plan, int Batch);
