namespace Gdpr.Journals;

/// <summary>Says again what still holds before the entries that said it first expire. Registered by whoever folds streams.</summary>
public interface IJournalRestater
{
    /// <summary>What still holds and was said only up to a position: as entries to append, with the instants at which things happened at first, and with
    /// the commitments to payloads that still live.</summary>
    /// <param name="position">The position up to which entries expire.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <remarks>The answer is of the journal up to its last entry: whoever folds streams folds what is left of them first.
    /// What has been said again after the position already is not given once more: asking again after a crash, or after somebody else has appended
    /// meanwhile, gives what is left.</remarks>
    IAsyncEnumerable<Restatement> RestateAsync(long position, CancellationToken cancellationToken);
}

/// <summary>What still holds of one stream.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Version">The stream's last version, as the restater has seen it.</param>
/// <param name="Entries">The entries that say it again; at least one.</param>
public sealed record Restatement(string Stream, long Version, IReadOnlyList<NewJournalEntry> Entries);
