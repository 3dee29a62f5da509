using Gdpr.Journals;

namespace Gdpr.Disposal;

/// <summary>Tells whether journal and witness go together. Where the journal was restored from a backup or cut, or the witness was emptied, nothing is
/// destroyed until somebody acknowledges it.</summary>
internal sealed class RestoreGuard(IJournalStore journal, IJournalWitness? witness, IKeyRing keys, JournalWriter writer)
{
    /// <summary>Where they do not go together and nobody has acknowledged it; otherwise <see langword="null"/>.</summary>
    /// <exception cref="WitnessException">The witness cannot be read: it is unknown whether the journal is whole.</exception>
    public async ValueTask<WitnessGap?> FindMissingAsync(CancellationToken cancellationToken) =>
        await RestoreAcknowledgements.FindGapAsync(journal, witness, keys, cancellationToken).ConfigureAwait(false) is { IsAcknowledged: false } gap ? gap : null;

    /// <summary>Lets destruction go on although they do not go together.</summary>
    /// <returns>Whether that was so.</returns>
    public async ValueTask<bool> AcknowledgeAsync(string by, CancellationToken cancellationToken)
    {
        if (await FindMissingAsync(cancellationToken).ConfigureAwait(false) is not { } missing)
        {
            return false;
        }

        await writer.RecordAsync(
            RestoreAcknowledgements.Stream, JournalStream.AnyVersion, RestoreAcknowledgements.EntryType,
            RestoreAcknowledgements.DataOf(missing.Checkpoint, by, keys)).ConfigureAwait(false);
        return true;
    }
}
