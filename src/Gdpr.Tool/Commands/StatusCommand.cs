using System.CommandLine;
using Gdpr.Journals;
using Gdpr.Tool.Terminals;
using Gdpr.Tool.Workplaces;

namespace Gdpr.Tool.Commands;

/// <summary><c>gdpr status</c>: how disposal stands, without changing anything.</summary>
internal static class StatusCommand
{
    public static Command Create(Terminal terminal)
    {
        var output = CommandLine.Output("table", "json");
        var command = new Command("status", "Shows how disposal stands: the kill switch, the last sweeps, missing approvals, open plans, holds to review, the journal. Changes nothing.");
        var options = new WorkplaceOptions(command, withPolicy: true);
        command.Add(output);
        command.SetAction((parsed, cancellation) => Task.Run(
            () => RunAsync(terminal, options.Read(parsed), parsed.GetRequiredValue(output), cancellation), CancellationToken.None));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, Places places, string output, CancellationToken cancellation)
    {
        var workplace = await Workplace.OpenAsync(places, 0, [], isLooking: true, terminal, cancellation).ConfigureAwait(false);
        await using (workplace.ConfigureAwait(false))
        {
            var report = await ReadAsync(workplace, cancellation).ConfigureAwait(false);
            if (output == "json")
            {
                await terminal.Out.WriteLineAsync(ToolJson.Write(report, ToolJson.Default.StatusReport)).ConfigureAwait(false);
            }
            else
            {
                StatusText.Write(terminal.Out, report);
            }

            return report.NeedsSomebody ? ExitCode.Findings : ExitCode.Done;
        }
    }

    private static async Task<StatusReport> ReadAsync(Workplace workplace, CancellationToken cancellation)
    {
        var preview = await workplace.Sweep.PreviewAsync(dataSets: null, cancellation).ConfigureAwait(false);
        var plans = new PlanHistory();
        await foreach (var entry in workplace.Journal.ReadAllAsync(0, cancellation).ConfigureAwait(false))
        {
            plans.Add(entry);
        }

        var holds = await workplace.Holds.ListAsync(cancellation).ConfigureAwait(false);
        return new StatusReport(
            KillSwitchReport.Of(await workplace.ReadKillSwitchAsync(cancellation).ConfigureAwait(false)),
            [.. preview.DataSets.Select(dataSet => DataSetStatus.Of(dataSet, plans.LastOf(dataSet.DataSet)))],
            plans.Open,
            [.. holds.Where(hold => hold.IsOverdueForReview).Select(HoldReport.Of)],
            holds.Count(hold => hold.Phase is Subjects.HoldPhase.Placing or Subjects.HoldPhase.Placed),
            [.. (await workplace.Replay.ListAsync(cancellation).ConfigureAwait(false)).SelectMany(source => source.Waiting)],
            await JournalStatusAsync(workplace, cancellation).ConfigureAwait(false));
    }

    private static async Task<JournalStatus> JournalStatusAsync(Workplace workplace, CancellationToken cancellation)
    {
        if (!workplace.HasJournal)
        {
            return new JournalStatus(Exists: false, null, null, WitnessAgreement.Nothing);
        }

        JournalCheckpoint? witnessed;
        try
        {
            witnessed = await workplace.Witness.ReadAsync(cancellation).ConfigureAwait(false);
        }
        catch (WitnessException)
        {
            // Unknown is not the same as empty: it is said so.
            return new JournalStatus(Exists: true, null, null, WitnessAgreement.Unreadable);
        }

        var (last, isWitnessedThere) = ((JournalCheckpoint?)null, false);
        await foreach (var checkpoint in workplace.Journal.ReadCheckpointsAsync(cancellation).ConfigureAwait(false))
        {
            last = checkpoint;
            isWitnessedThere |= checkpoint == witnessed;
        }

        var agreement = witnessed is null ? WitnessAgreement.Nothing : isWitnessedThere ? WitnessAgreement.Agrees : WitnessAgreement.Differs;
        return new JournalStatus(Exists: true, CheckpointReport.Of(last), CheckpointReport.Of(witnessed), agreement);
    }
}
