using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gdpr.Journals;

/// <summary>Tells whether the key ring is the one that was used before: another ring may have keys of the same ids, and what is named under them would never be found
/// again.</summary>
/// <remarks>Each key leaves a check value in the state store, which tells nothing of the key; where the store was lost, the checkpoints tell.</remarks>
internal sealed class KeyRingCheck(IKeyRing keys, IStateStore states, IJournalStore journal)
{
    private const string Fold = "key-check";
    private const string Domain = "gdpr-key-1";

    private volatile bool _isChecked;

    /// <summary>Checks every key of the ring, once; of a key that is new, a check value is kept.</summary>
    /// <exception cref="KeyRingException">A key is not the one that had its id before.</exception>
    /// <exception cref="KeyMissingException">The ring has not the keys of the checkpoints.</exception>
    public async ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        if (_isChecked)
        {
            return;
        }

        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in keys.KeyIds)
        {
            if (await states.ReadAsync(Fold, "", id, cancellationToken).ConfigureAwait(false) is not { } kept)
            {
                continue;
            }

            if (JsonSerializer.Deserialize(kept.Content, KeyCheckJson.Default.KeyCheckData)?.Code != CodeOf(id))
            {
                throw Differs(id, "it had another secret when it was used last");
            }

            known.Add(id);
        }

        if (known.Count == 0)
        {
            await CheckCheckpointsAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var id in keys.KeyIds.Where(id => !known.Contains(id)))
        {
            var content = JsonSerializer.Serialize(new KeyCheckData(CodeOf(id)), KeyCheckJson.Default.KeyCheckData);
            await states.WriteAsync(new FoldedState(Fold, "", id, 0, content), cancellationToken).ConfigureAwait(false);
        }

        _isChecked = true;
    }

    private string CodeOf(string id) => keys.Authenticate(id, Encoding.UTF8.GetBytes(Domain)).ToString();

    /// <summary>Where nothing is known of any key: one of the checkpoints must have been signed under the ring. A single one may have been forged.</summary>
    private async ValueTask CheckCheckpointsAsync(CancellationToken cancellationToken)
    {
        JournalCheckpoint? last = null;
        await foreach (var checkpoint in journal.ReadCheckpointsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (keys.KeyIds.Contains(checkpoint.KeyId, StringComparer.Ordinal) && JournalCheckpoints.IsSigned(checkpoint, keys))
            {
                return;
            }

            last = checkpoint;
        }

        if (last is not null)
        {
            throw keys.KeyIds.Contains(last.KeyId, StringComparer.Ordinal)
                ? Differs(last.KeyId, $"checkpoint {last.Number} was not signed under it, nor was any other")
                : new KeyMissingException(last.KeyId);
        }
    }

    private static KeyRingException Differs(string id, string why) =>
        new($"Key '{id}' of the key ring is not the one that was used before: {why}. Give the right ring back; nothing is destroyed until then.");
}

/// <param name="Code">What the key makes of a fixed text, in hexadecimal.</param>
internal sealed record KeyCheckData(string Code);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(KeyCheckData))]
internal sealed partial class KeyCheckJson : JsonSerializerContext;
