using System.Text.Json;
using Gdpr.Journals;

namespace Gdpr.Disposal;

/// <summary>Tells whether the journal is behind its witness: restored from a backup, or cut. Nothing is destroyed then until somebody acknowledges it.</summary>
internal sealed class RestoreGuard(IJournalStore journal, IJournalWitness? witness, JournalWriter writer)
{
    /// <summary>The witnessed checkpoint that the journal lacks, where nobody has acknowledged it; otherwise <see langword="null"/>.</summary>
    /// <exception cref="WitnessException">The witness cannot be read: it is unknown whether the journal is whole.</exception>
    public async ValueTask<JournalCheckpoint?> FindMissingAsync(CancellationToken cancellationToken)
    {
        var witnessed = witness is null ? null : await witness.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (witnessed is null)
        {
            return null;
        }

        await foreach (var checkpoint in journal.ReadCheckpointsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (checkpoint == witnessed)
            {
                return null;
            }
        }

        await foreach (var entry in journal.ReadStreamAsync(DisposalEntries.Journal, 0, cancellationToken).ConfigureAwait(false))
        {
            if (entry.Content.Type == DisposalEntries.Acknowledged
                && JsonSerializer.Deserialize(entry.Content.Data, DisposalJson.Default.AcknowledgedData)!.Mac == witnessed.Mac.ToString())
            {
                return null;
            }
        }

        return witnessed;
    }

    /// <summary>Lets destruction go on although the journal is behind its witness.</summary>
    /// <returns>Whether it was behind.</returns>
    public async ValueTask<bool> AcknowledgeAsync(string by, CancellationToken cancellationToken)
    {
        if (await FindMissingAsync(cancellationToken).ConfigureAwait(false) is not { } missing)
        {
            return false;
        }

        var data = new AcknowledgedData(missing.Number, missing.Position, missing.Mac.ToString(), by);
        await writer.RecordAsync(
            DisposalEntries.Journal, JournalStream.AnyVersion, DisposalEntries.Acknowledged,
            JsonSerializer.Serialize(data, DisposalJson.Default.AcknowledgedData)).ConfigureAwait(false);
        return true;
    }
}
