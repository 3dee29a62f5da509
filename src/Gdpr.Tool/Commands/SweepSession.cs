using Gdpr.Disposal;
using Gdpr.Tool.Terminals;
using Gdpr.Tool.Workplaces;
using NodaTime;

namespace Gdpr.Tool.Commands;

/// <summary>One run of <c>gdpr sweep</c>.</summary>
internal sealed record SweepSession(
    Terminal Terminal, Places Places, IReadOnlyList<string> DataSets, bool IsPreview, string? ApprovedBy, Instant? At, int Examples, bool IsJson)
{
    /// <summary>The clocks of two machines are never quite the same.</summary>
    private static readonly Duration Ahead = Duration.FromMinutes(1);

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var now = Terminal.Now;
        if (!IsPreview && At > now + Ahead)
        {
            throw new BadInputException("--at lies in the future: what is due then is not due yet, and would be destroyed too early. Add --preview to see what it will be.");
        }

        var workplace = await Workplace.OpenAsync(Places, Examples, DataSets, IsPreview, Terminal, cancellation).ConfigureAwait(false);
        await using (workplace.ConfigureAwait(false))
        {
            var at = At ?? now;
            return IsPreview
                ? await PreviewAsync(workplace, at, cancellation).ConfigureAwait(false)
                : await SweepAsync(workplace, at, cancellation).ConfigureAwait(false);
        }
    }

    private IReadOnlyList<string>? Chosen => DataSets.Count > 0 ? DataSets : null;

    private async Task<int> PreviewAsync(Workplace workplace, Instant at, CancellationToken cancellation)
    {
        var preview = await workplace.Sweep.PreviewAsync(at, Chosen, cancellation).ConfigureAwait(false);
        Write(new SweepReport(ReportText.Of(at), [.. preview.DataSets.Select(SweepPreviewLine.Of)], null));
        if (preview.Unapproved.Any())
        {
            Terminal.Error.WriteLine($"Waiting for approval: {Names(preview.Unapproved.Select(dataSet => dataSet.DataSet))}. {HowToApprove}");
        }

        return preview.DataSets.Any(dataSet => dataSet is { Source: not null, Survey: null }) ? ExitCode.Failure : ExitCode.Done;
    }

    private async Task<int> SweepAsync(Workplace workplace, Instant at, CancellationToken cancellation)
    {
        SweepPreview? preview = null;
        if (ApprovedBy is not null)
        {
            preview = await workplace.Sweep.PreviewAsync(at, Chosen, cancellation).ConfigureAwait(false);
            await workplace.Sweep.ApproveAsync(preview, ApprovedBy, cancellation).ConfigureAwait(false);
        }

        // As the library's pump does: a journal that is damaged stops the sweep, which says so by itself.
        if (await workplace.Verifications.VerifyDueAsync(Terminal.Now, cancellation).ConfigureAwait(false) is { IsIntact: false } found)
        {
            Terminal.Error.WriteLine($"The journal is not intact, faults: {found.Faults.Count}. The first: {found.Faults[0].Message} gdpr journal verify lists them.");
        }

        if (await RunAsync(workplace, at, cancellation).ConfigureAwait(false) is not { } result)
        {
            return ExitCode.Failure;
        }

        string[] waiting = [.. result.DataSets.Where(dataSet => dataSet.Status == SweepStatus.NeedsApproval).Select(dataSet => dataSet.DataSet)];
        if (waiting.Length > 0)
        {
            preview = await workplace.Sweep.PreviewAsync(at, waiting, cancellation).ConfigureAwait(false);
        }

        Write(new SweepReport(ReportText.Of(at), preview is null ? null : [.. preview.DataSets.Select(SweepPreviewLine.Of)], SweepRunReport.Of(result, ApprovedBy)));
        if (waiting.Length > 0)
        {
            Terminal.Error.WriteLine(
                $"Nothing was disposed of in {Names(waiting)}: rules or mapping are new or have changed, so this was a preview. {HowToApprove}");
        }

        string[] busy = [.. result.DataSets.Where(dataSet => dataSet.Status == SweepStatus.Busy).Select(dataSet => dataSet.DataSet)];
        if (busy.Length > 0)
        {
            Terminal.Error.WriteLine($"Another worker sweeps {Names(busy)}, or died at it less than half a minute ago: run it again in a while.");
        }

        return ExitCodeOf(result);
    }

    /// <summary>Runs; <see langword="null"/> where somebody has stopped it.</summary>
    private async Task<SweepResult?> RunAsync(Workplace workplace, Instant at, CancellationToken cancellation)
    {
        try
        {
            return await SweepProgressDisplay.RunAsync(Terminal, progress => workplace.Sweep.RunAsync(at, progress, Chosen, cancellation)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Terminal.Error.WriteLine("Stopped between two batches: what is done is recorded in the journal, the rest is still due.");
            return null;
        }
        finally
        {
            // Also what was done before an interruption is committed to. A journal behind its witness signs nothing: the outcomes say so.
            await WitnessAsync(workplace).ConfigureAwait(false);
        }
    }

    private async Task WitnessAsync(Workplace workplace)
    {
        try
        {
            await workplace.WitnessAsync().ConfigureAwait(false);
        }
        catch (GdprException problem)
        {
            await Terminal.Error.WriteLineAsync(problem.Message).ConfigureAwait(false);
        }
    }

    private void Write(SweepReport report)
    {
        if (IsJson)
        {
            Terminal.Out.WriteLine(ToolJson.Write(report, ToolJson.Default.SweepReport));
        }
        else
        {
            SweepText.Write(Terminal.Out, report);
        }
    }

    private string HowToApprove =>
        $"When it is right what is shown, approve it and run: gdpr sweep {Places.Policy} --database {Places.Database} … --approve --by <function>";

    private static string Names(IEnumerable<string> dataSets) => string.Join(", ", dataSets);

    private static int ExitCodeOf(SweepResult result)
    {
        if (result.DataSets.Any(dataSet => dataSet.Status is SweepStatus.Failed or SweepStatus.NotReached))
        {
            return ExitCode.Failure;
        }

        return result.DataSets.All(dataSet => dataSet.Status is SweepStatus.Completed or SweepStatus.Manual) ? ExitCode.Done : ExitCode.Findings;
    }
}
