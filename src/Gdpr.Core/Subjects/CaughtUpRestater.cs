using System.Runtime.CompilerServices;
using Gdpr.Journals;

namespace Gdpr.Subjects;

/// <summary>Has a restater speak of the journal itself: before each question its states are brought up to the journal's head.</summary>
/// <remarks>A state store that was lost, or is behind, would otherwise have said nothing of what holds, and the entries that say it would expire.</remarks>
internal sealed class CaughtUpRestater(JournalFolds folds, IJournalRestater restater) : IJournalRestater
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var restatement in restater.RestateAsync(position, cancellationToken).ConfigureAwait(false))
        {
            yield return restatement;
        }
    }
}
