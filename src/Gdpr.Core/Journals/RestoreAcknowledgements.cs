using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gdpr.Journals;

/// <summary>How the journal stands to its witness, and what somebody has acknowledged of it.</summary>
internal static class RestoreAcknowledgements
{
    /// <summary>The stream of acknowledgements.</summary>
    public const string Stream = "journal-restore";

    /// <summary>The entry of one. Data: <see cref="AcknowledgedData"/>.</summary>
    public const string EntryType = "restore-acknowledged";

    /// <summary>Where journal and witness do not go together; <see langword="null"/> where they do, or there is no witness.</summary>
    /// <exception cref="WitnessException">The witness cannot be read: it is unknown whether the journal is whole.</exception>
    public static async ValueTask<WitnessGap?> FindGapAsync(IJournalStore journal, IJournalWitness? witness, IKeyRing keys, CancellationToken cancellationToken)
    {
        if (witness is null)
        {
            return null;
        }

        // The witness first: it is written last, so that what it knows, the store knows too.
        var witnessed = await witness.ReadAsync(cancellationToken).ConfigureAwait(false);
        JournalCheckpoint? last = null;
        await foreach (var checkpoint in journal.ReadCheckpointsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (checkpoint == witnessed)
            {
                return null;
            }

            last = checkpoint;
        }

        if (witnessed is null && last is not null && await witness.ReadAsync(cancellationToken).ConfigureAwait(false) is not null)
        {
            // Others have made the first checkpoints since it was asked.
            return await FindGapAsync(journal, witness, keys, cancellationToken).ConfigureAwait(false);
        }

        // A witness that knows nothing of a journal that has checkpoints was emptied, or is not the one that was written to.
        return (witnessed ?? last) is { } subject
            ? new WitnessGap(subject, witnessed is null, await IsAcknowledgedAsync(journal, subject, keys, cancellationToken).ConfigureAwait(false))
            : null;
    }

    /// <summary>The data of an acknowledgement, authenticated.</summary>
    public static string DataOf(JournalCheckpoint checkpoint, string by, IKeyRing keys)
    {
        var code = keys.Authenticate(keys.CurrentKeyId, JournalEncoding.AuthenticatedRestore(checkpoint));
        var data = new AcknowledgedData(checkpoint.Number, checkpoint.Position, checkpoint.Mac.ToString(), by, keys.CurrentKeyId, code.ToString());
        return JsonSerializer.Serialize(data, AcknowledgedJson.Default.AcknowledgedData);
    }

    /// <summary>The number of the checkpoint that an entry acknowledges under a valid key; <see langword="null"/> where it acknowledges none.</summary>
    /// <exception cref="KeyMissingException">The ring has not the key.</exception>
    public static long? NumberOf(JournalEntry entry, IKeyRing keys) => Read(entry, keys)?.Number;

    private static async ValueTask<bool> IsAcknowledgedAsync(
        IJournalStore journal, JournalCheckpoint checkpoint, IKeyRing keys, CancellationToken cancellationToken)
    {
        await foreach (var entry in journal.ReadStreamAsync(Stream, 0, cancellationToken).ConfigureAwait(false))
        {
            if (Read(entry, keys) is { } data && data.Number == checkpoint.Number && data.Mac == checkpoint.Mac.ToString())
            {
                return true;
            }
        }

        return false;
    }

    private static AcknowledgedData? Read(JournalEntry entry, IKeyRing keys)
    {
        if (entry.Stream != Stream || entry.Content.Type != EntryType)
        {
            return null;
        }

        try
        {
            var data = JsonSerializer.Deserialize(entry.Content.Data, AcknowledgedJson.Default.AcknowledgedData);
            return data is { KeyId: { } keyId, Mac: { } mac }
                && data.Code == keys.Authenticate(keyId, JournalEncoding.AuthenticatedRestore(data.Number, data.Position, mac)).ToString() ? data : null;
        }
        catch (JsonException)
        {
            // Not written by this library: it acknowledges nothing.
            return null;
        }
    }
}

/// <summary>Journal and witness that do not go together.</summary>
/// <param name="Checkpoint">What the witness knows and the journal lacks; the journal's last checkpoint, where the witness knows nothing.</param>
/// <param name="IsWitnessEmpty">Whether the witness knows nothing.</param>
/// <param name="IsAcknowledged">Whether somebody has acknowledged it.</param>
internal sealed record WitnessGap(JournalCheckpoint Checkpoint, bool IsWitnessEmpty, bool IsAcknowledged);

/// <param name="Number">The number of the checkpoint that the journal or its witness lacks.</param>
/// <param name="Position">Its position.</param>
/// <param name="Mac">Its authentication code.</param>
/// <param name="By">The function that acknowledged.</param>
/// <param name="KeyId">The key of the code.</param>
/// <param name="Code">The code over the three first members.</param>
internal sealed record AcknowledgedData(long Number, long Position, string? Mac, string? By, string? KeyId, string? Code);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AcknowledgedData))]
internal sealed partial class AcknowledgedJson : JsonSerializerContext;
