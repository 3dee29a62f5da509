using System.Text;
using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Subjects;

namespace Gdpr.Disposal;

/// <summary>Brings holds to the sources, and says in the journal that they have them. For one worker at a time: see <see cref="FactsKeeper"/>.</summary>
internal sealed class HoldFacts(
    JournalFolds folds, HoldRegister holds, JournalWriter writer, SourceInventory inventory, SweepAgenda agenda, ISubjectVault vault,
    KillSwitchRegister killSwitch, Func<RetentionSchedule> schedule)
{
    private static readonly FactTarget Everything = new FactTarget.Everything();

    /// <summary>The holds, each as the journal has it: a state that says something else is not relied upon, and all are folded anew.</summary>
    public async ValueTask<IReadOnlyList<HoldState>> ReadAsync(CancellationToken cancellationToken)
    {
        for (var isRebuilt = false; ; isRebuilt = true)
        {
            var all = await holds.ReadAsync(cancellationToken).ConfigureAwait(false);
            var isRight = true;
            foreach (var hold in all)
            {
                isRight = isRight && await holds.IsJournalledAsync(hold, cancellationToken).ConfigureAwait(false);
            }

            if (isRight)
            {
                return all;
            }

            if (isRebuilt)
            {
                throw new StatesDifferException();
            }

            await folds.RebuildAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Puts a hold that stands, and takes away one that does not. One whose records are gone is refused where it was not granted before.</summary>
    /// <param name="source">The source.</param>
    /// <param name="hold">The hold, as the journal has it.</param>
    /// <param name="position">The position of the facts that the source reflects with it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask PutAsync(IDisposalSource source, HoldState hold, JournalPosition position, CancellationToken cancellationToken)
    {
        if (hold.Phase == HoldPhase.Refused)
        {
            // After a crash between the refusal and what follows from it.
            await EraseAsync(hold).ConfigureAwait(false);
        }

        var changes = await ChangesAsync(source, hold, cancellationToken).ConfigureAwait(false);
        var gone = await source.ChangeFactsAsync(changes, position, cancellationToken).ConfigureAwait(false);
        if (gone.Count == 0)
        {
            return;
        }

        // It is being placed: of a hold that was granted no record need be there. Refused before the source is said to reflect it: a crash in between leaves the hold
        // standing, not granted.
        if (await StepAsync(hold, HoldEntries.Refused, gone.Count).ConfigureAwait(false))
        {
            await EraseAsync(hold).ConfigureAwait(false);
        }

        await source.ChangeFactsAsync([], position, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says of every hold that waits for its sources that they have it, where they do. Holds that came after the position have not been put yet.</summary>
    public async ValueTask CompleteAsync(long position, IReadOnlyCollection<string> unreached, CancellationToken cancellationToken)
    {
        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        foreach (var hold in await holds.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var waits = hold.Phase is HoldPhase.Placing or HoldPhase.Releasing && hold.FactsPosition <= position;
            if (waits && !inventory.Sources.OfType<IDisposalSource>().Any(source => unreached.Contains(source.Name, StringComparer.Ordinal) && Concerns(source, hold))
                && !await IsForAnotherAsync(hold, cancellationToken).ConfigureAwait(false))
            {
                if (hold.Phase == HoldPhase.Releasing)
                {
                    if (await killSwitch.IsOnAsync(cancellationToken).ConfigureAwait(false))
                    {
                        // What it was for, and on whom, would be erased: that waits as well.
                        continue;
                    }

                    // What became due under the hold wakes up. Before the release is recorded: after a crash in between it is done again.
                    string[] reached = hold.Placing.DataSets.Count == 0 ? []
                        : [.. inventory.Sources.SelectMany(source => source.DataSets).Where(dataSet => Reaches(hold, dataSet)).Union(hold.Placing.DataSets)];
                    await agenda.WakeAsync(reached).ConfigureAwait(false);
                    await EraseAsync(hold).ConfigureAwait(false);
                }

                await StepAsync(hold, hold.Phase == HoldPhase.Placing ? HoldEntries.Placed : HoldEntries.Released, null).ConfigureAwait(false);
            }
        }

        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether a hold that is being placed names records of which no source here can tell that they are there: it waits for a host that can.</summary>
    private async ValueTask<bool> IsForAnotherAsync(HoldState hold, CancellationToken cancellationToken) =>
        hold is { Phase: HoldPhase.Placing, Placing.IsNarrowed: true }
        && schedule().DataSets.Any(dataSet => hold.Placing.DataSets.Contains(dataSet.Path, StringComparer.Ordinal) && inventory.FindDisposing(dataSet.Path) is null)
        && (await TargetAsync(hold, cancellationToken).ConfigureAwait(false)).Target is FactTarget.Records;

    private bool Concerns(IDisposalSource source, HoldState hold) => source.DataSets.Any(dataSet => Reaches(hold, dataSet));

    private bool Reaches(HoldState hold, string dataSet) => NamedDataSets.Reach(hold.Placing.DataSets, dataSet, schedule().Policy);

    /// <summary>The facts of a hold in a source. It is taken away where it does not reach, too: it may have when the policy had other data sets.</summary>
    private async ValueTask<IReadOnlyList<FactChange>> ChangesAsync(IDisposalSource source, HoldState hold, CancellationToken cancellationToken)
    {
        var named = hold.Stands && hold.Placing.IsNarrowed ? await TargetAsync(hold, cancellationToken).ConfigureAwait(false) : (Everything, false);
        return [.. source.DataSets.Select(ChangeOf)];

        FactChange ChangeOf(string dataSet)
        {
            if (!hold.Stands || !Reaches(hold, dataSet))
            {
                return new FactChange(hold.Placing.Id, dataSet, Everything, null);
            }

            var (target, isUnknown) = IsUncertain(source, hold, dataSet) ? (Everything, true) : named;
            return new FactChange(hold.Placing.Id, dataSet, target, RecordFact.Of(RecordFlags.Hold, isUnknown));
        }
    }

    /// <summary>Whether nobody can tell what of a data set a hold covers: it may be one that the hold names and the policy no longer knows, or it names its records and
    /// people otherwise than when the hold was placed. A hold on all of a data set covers that whatever its records are named.</summary>
    private bool IsUncertain(IDisposalSource source, HoldState hold, string dataSet)
    {
        var named = hold.Placing.DataSets;
        if (!hold.Placing.IsNarrowed)
        {
            return named.Count > 0 && !named.Contains(dataSet, StringComparer.Ordinal);
        }

        var then = hold.Placing.Namings?.FirstOrDefault(naming => naming.DataSet == dataSet);
        return NamedDataSets.MayMean(named, dataSet, schedule().Policy) || (then is not null && then.Naming != source.NamingOf(dataSet).ToString());
    }

    /// <summary>Whom a hold is on. What cannot be told any more, because the payload is gone, may be anybody.</summary>
    private async ValueTask<(FactTarget Target, bool IsUnknown)> TargetAsync(HoldState hold, CancellationToken cancellationToken)
    {
        var stored = await vault.ReadPayloadAsync(hold.Controller, Digest.Parse(hold.Payload), cancellationToken).ConfigureAwait(false);
        if (stored is null)
        {
            return (Everything, true);
        }

        var payload = JsonSerializer.Deserialize(Encoding.UTF8.GetString(stored.Content.Span), HoldJson.Default.HoldPayload)!;

        // Records and people together mean those records of those people: the records alone are more, and more is kept. When something happened
        // cannot be asked of a source: whether the hold covers a record is unknown.
        FactTarget target = payload.Records.Count > 0 ? new FactTarget.Records(payload.Records) { WereThere = hold.Phase != HoldPhase.Placing }
            : payload.Subjects.Count > 0 ? new FactTarget.Subjects(payload.Subjects)
            : Everything;
        return (target, payload.EventsFrom is not null || payload.EventsTo is not null);
    }

    /// <summary>Erases what a hold was for, and on whom: nothing keeps it once the hold has ended (Art. 5(1)(e)).</summary>
    private async ValueTask EraseAsync(HoldState hold)
    {
        if (hold.Payload.Length > 0)
        {
            await vault.ErasePayloadsAsync(hold.Controller, [Digest.Parse(hold.Payload)], CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <returns>Whether the step was taken here.</returns>
    private async ValueTask<bool> StepAsync(HoldState hold, string type, int? gone)
    {
        var data = JsonSerializer.Serialize(new HoldStep(hold.Placing.Id, Gone: gone), HoldJson.Default.HoldStep);
        try
        {
            await writer.RecordAsync(HoldEntries.StreamOf(hold.Placing.Id), hold.Version, type, data, hold.Controller).ConfigureAwait(false);
            return true;
        }
        catch (JournalConflictException)
        {
            // Somebody else took the step, or has changed the hold meanwhile: the folds tell which.
            return false;
        }
    }
}
