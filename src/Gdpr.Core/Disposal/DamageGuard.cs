using System.Text;
using System.Text.Json;
using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Disposal;

/// <summary>Remembers that the journal was found damaged. Nothing is destroyed until a later verification finds it intact, or somebody acknowledges the damage.</summary>
/// <remarks>Kept with the work that waits: a state store that is lost has also lost when the next verification is due, so that one comes first.</remarks>
internal sealed class DamageGuard(IJournalStore journal, IStateStore states, JournalWriter writer, IClock clock)
{
    private const string Item = "journal-damage";

    /// <summary>Whether the last verification has found damage that nobody has acknowledged.</summary>
    public async ValueTask<bool> IsDamagedAsync(CancellationToken cancellationToken) => await FindAsync(cancellationToken).ConfigureAwait(false) is not null;

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
        if (text.Length == 0 || await IsAcknowledgedAsync(damage, cancellationToken).ConfigureAwait(false))
        {
            await states.RemoveItemAsync(Item, cancellationToken).ConfigureAwait(false);
            return;
        }

        var content = JsonSerializer.Serialize(new DamageData(damage, null), DisposalJson.Default.DamageData);
        await states.PutItemAsync(new OpenItem(Item, Item, clock.GetCurrentInstant(), content), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets destruction go on although the journal is damaged, as long as no further damage is found.</summary>
    /// <returns>Whether it was damaged.</returns>
    public async ValueTask<bool> AcknowledgeAsync(string by, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken).ConfigureAwait(false) is not { } damage)
        {
            return false;
        }

        await writer.RecordAsync(
            RestoreAcknowledgements.Stream, JournalStream.AnyVersion, DisposalEntries.DamageAcknowledged,
            JsonSerializer.Serialize(damage with { By = by }, DisposalJson.Default.DamageData)).ConfigureAwait(false);
        await states.RemoveItemAsync(Item, CancellationToken.None).ConfigureAwait(false);
        return true;
    }

    private async ValueTask<DamageData?> FindAsync(CancellationToken cancellationToken)
    {
        await foreach (var item in states.ReadDueItemsAsync(Item, OpenItem.EndOfTime, cancellationToken).ConfigureAwait(false))
        {
            return JsonSerializer.Deserialize(item.Content, DisposalJson.Default.DamageData);
        }

        return null;
    }

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
