using Gdpr.Subjects;

namespace Gdpr.Disposal;

/// <summary>Sources that were restored from a backup: which wait for their replay, and how to let one be used without it.</summary>
/// <remarks>The replay itself is done by <c>GdprWork</c>: what had been decided since the backup is put beside the data again, and every data set is swept.</remarks>
public sealed class SourceReplay
{
    private readonly JournalFolds _folds;
    private readonly RestoredSources _restored;

    internal SourceReplay(JournalFolds folds, RestoredSources restored)
    {
        _folds = folds;
        _restored = restored;
    }

    /// <summary>The sources that wait, by name. Nothing in their data sets is used until they are replayed.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<RestoredSource>> ListAsync(CancellationToken cancellationToken = default)
    {
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return await _restored.ReadWaitingAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets a source be used although it has not been replayed to the end, because somebody has made sure in another way.</summary>
    /// <param name="source">The source's name.</param>
    /// <param name="by">The function in the organisation that decides: no person.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <returns>Whether it was waiting.</returns>
    public async Task<bool> AcknowledgeAsync(string source, string by, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        var function = ActingFunction.Check(by, nameof(by));
        await _folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var waited = await _restored.AcknowledgeAsync(source, function, cancellationToken).ConfigureAwait(false);
        await _folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
        return waited;
    }
}
