using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Samples.Data;
using Gdpr.Samples.Views;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Samples.Acting;

/// <summary>Disposes of what is due in an organisation's database, from the preview to the proof.</summary>
internal sealed class Disposing(Screen screen, SampleOptions options, CancellationToken cancellation)
{
    private const string Approver = "data protection officer";

    /// <summary>Goes through all of it, and shows each step.</summary>
    /// <param name="database">The database.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="isInFull">Whether to show every step, or the outcome.</param>
    /// <returns>How many records were disposed of, whole or in part.</returns>
    public async Task<long> RunAsync(SampleDatabase database, GdprPolicy policy, bool isInFull)
    {
        var host = await Host.OpenAsync(database, policy, options.At, cancellation);
        await using var owned = host;
        screen.Heading(screen.Say("What is due is disposed of", "Det som ska bort gallras"));
        return isInFull ? await RunInFullAsync(host, database, policy) : await RunInShortAsync(host);
    }

    private async Task<long> RunInFullAsync(Host host, SampleDatabase database, GdprPolicy policy)
    {
        var preview = await host.Sweep.PreviewAsync(cancellationToken: cancellation);
        SweepView.ShowPreview(screen, preview);
        SweepView.ShowUnapproved(screen, await host.Sweep.RunAsync(cancellationToken: cancellation));

        var today = LocalDays.TodayAt(options.At, Tour.ZoneOf(policy));
        var held = await HeldRecord.PlaceAsync(host, database, preview, today, cancellation);
        HoldView.ShowPlaced(screen, held);

        await host.Sweep.ApproveAsync(preview, Approver, cancellation);
        SweepView.ShowApproval(screen, Approver);
        var result = await SweepAsync(host);
        SweepView.ShowDone(screen, result);
        SweepView.ShowKept(screen, result);

        var disposedOf = Records(result);
        if (held is not null)
        {
            HoldView.ShowSurvived(screen, held, database.Has(held.Table, held.Id));
            await host.Holds.ReleaseAsync(held.Hold.Id, "legal counsel", cancellation);
            disposedOf += Records(await host.Sweep.RunAsync(cancellationToken: cancellation));
            HoldView.ShowReleased(screen, database.Has(held.Table, held.Id));
        }

        await host.Checkpoints.MakeAsync(cancellation);
        await JournalView.ShowAsync(screen, host, cancellation);
        JournalView.ShowVerified(screen, await host.Verifier.VerifyAsync(cancellation));
        JournalView.ShowChanged(screen, await ChangedCopy.MakeAsync(host, cancellation));
        return disposedOf;
    }

    private async Task<long> RunInShortAsync(Host host)
    {
        await host.Sweep.ApproveAsync(await host.Sweep.PreviewAsync(cancellationToken: cancellation), Approver, cancellation);
        SweepView.ShowApproval(screen, Approver);
        var result = await SweepAsync(host);
        SweepView.ShowDone(screen, result);
        await host.Checkpoints.MakeAsync(cancellation);
        JournalView.ShowVerified(screen, await host.Verifier.VerifyAsync(cancellation));
        return Records(result);
    }

    private Task<SweepResult> SweepAsync(Host host) =>
        SweepView.WithProgressAsync(screen, progress => host.Sweep.RunAsync(progress, cancellationToken: cancellation));

    private static long Records(SweepResult result) => result.DataSets.Sum(dataSet => dataSet.Done.Records);
}
