using System.Text;
using System.Text.Json;
using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>Remembers that the journal was found damaged. Nothing is destroyed until a later verification finds it intact, or somebody acknowledges the damage.</summary>
/// <remarks>It is noted with the work that waits, and in the journal itself, which takes entries also where older ones are damaged: who loses or changes the state store
/// does not make the damage forgotten. It counts where either says so.</remarks>
internal sealed class DamageGuard(IJournalStore journal, IStateStore states, JournalWriter writer, IClock clock)
{
    private const string Item = "journal-damage";

    /// <summary>Whether the last verification has found damage that nobody has acknowledged.</summary>
    public async ValueTask<bool> IsDamagedAsync(CancellationToken cancellationToken) =>
        await FindNotedAsync(cancellationToken).ConfigureAwait(false) is not null || await FindJournalledAsync(cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Takes note of a verification.</summary>
    /// <param name="report">What it has found.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask TakeAsync(JournalReport report, CancellationToken cancellationToken)
    {
        // How the journal stands to its witness is for the guard of restores, which has an acknowledgement of its own.
        var faults = report.Faults.Where(fault => fault.Kind is not (
            JournalFaultKind.BehindWitness or JournalFaultKind.WitnessDiffers or JournalFaultKind.WitnessUnreadable));
        var text = string.Join('\n', faults.Select(fault => FormattableString.Invariant(
            $"{fault.Kind} {fault.Position} {fault.Version} {fault.Checkpoint} {fault.Stream}")).Order(StringComparer.Ordinal));
        var damage = Digest.Of(Encoding.UTF8.GetBytes(text)).ToString();
        var journalled = await FindJournalledAsync(cancellationToken).ConfigureAwait(false);
        if (text.Length == 0 || await IsAcknowledgedAsync(damage, cancellationToken).ConfigureAwait(false))
        {
            if (journalled is not null)
            {
                await RecordAsync(DisposalEntries.Damage, DisposalEntries.DamageGone, journalled).ConfigureAwait(false);
            }

            await states.RemoveItemAsync(Item, cancellationToken).ConfigureAwait(false);
            return;
        }

        var found = new DamageData(damage, null);
        var content = JsonSerializer.Serialize(found, DisposalJson.Default.DamageData);
        await states.PutItemAsync(new OpenItem(Item, Item, clock.GetCurrentInstant(), content), cancellationToken).ConfigureAwait(false);
        if (journalled != found)
        {
            await TryRecordAsync(found).ConfigureAwait(false);
        }
    }

    /// <summary>Lets destruction go on although the journal is damaged, as long as no further damage is found.</summary>
    /// <returns>Whether it was damaged.</returns>
    public async ValueTask<bool> AcknowledgeAsync(string by, CancellationToken cancellationToken)
    {
        DamageData?[] found = [await FindNotedAsync(cancellationToken).ConfigureAwait(false), await FindJournalledAsync(cancellationToken).ConfigureAwait(false)];
        DamageData[] open = [.. found.OfType<DamageData>().DistinctBy(damage => damage.Faults)];
        foreach (var damage in open)
        {
            await RecordAsync(RestoreAcknowledgements.Stream, DisposalEntries.DamageAcknowledged, damage with { By = by }).ConfigureAwait(false);
        }

        await states.RemoveItemAsync(Item, CancellationToken.None).ConfigureAwait(false);
        return open.Length > 0;
    }

    private async ValueTask<DamageData?> FindNotedAsync(CancellationToken cancellationToken)
    {
        await foreach (var item in states.ReadDueItemsAsync(Item, OpenItem.EndOfTime, cancellationToken).ConfigureAwait(false))
        {
            return JsonSerializer.Deserialize(item.Content, DisposalJson.Default.DamageData);
        }

        return null;
    }

    /// <summary>What the journal says was found last, unless it is gone or was acknowledged. An entry that is not as it was written says that something was.</summary>
    private async ValueTask<DamageData?> FindJournalledAsync(CancellationToken cancellationToken)
    {
        DamageData? last = null;
        try
        {
            await foreach (var (entry, isSound) in SoundStream.ReadAsync(journal, DisposalEntries.Damage, cancellationToken).ConfigureAwait(false))
            {
                last = !isSound ? new DamageData(entry.Hash.ToString(), null)
                    : entry.Content.Type == DisposalEntries.DamageGone ? null
                    : JsonSerializer.Deserialize(entry.Content.Data, DisposalJson.Default.DamageData);
            }
        }
        catch (Exception exception) when (exception is JsonException or StoreException { Failure: StoreFailure.Corrupt })
        {
            last = new DamageData(DisposalEntries.Damage, null);
        }

        return last is null || await IsAcknowledgedAsync(last.Faults, cancellationToken).ConfigureAwait(false) ? null : last;
    }

    private async ValueTask TryRecordAsync(DamageData found)
    {
        try
        {
            await RecordAsync(DisposalEntries.Damage, DisposalEntries.DamageFound, found).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // The report of what was found is not withheld because the journal takes no entry: as long as it does not, no plan can be made and nothing is destroyed.
        }
    }

    private async ValueTask RecordAsync(string stream, string type, DamageData damage) => await writer.RecordAsync(
        stream, JournalStream.AnyVersion, type, JsonSerializer.Serialize(damage, DisposalJson.Default.DamageData)).ConfigureAwait(false);

    private async ValueTask<bool> IsAcknowledgedAsync(string damage, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var entry in journal.ReadStreamAsync(RestoreAcknowledgements.Stream, 0, cancellationToken).ConfigureAwait(false))
            {
                if (entry.Content.Type == DisposalEntries.DamageAcknowledged
                    && JsonSerializer.Deserialize(entry.Content.Data, DisposalJson.Default.DamageData)?.Faults == damage)
                {
                    return true;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or StoreException { Failure: StoreFailure.Corrupt })
        {
            // The damage is in the acknowledgements themselves: they count for nothing.
        }

        return false;
    }
}
